"""The manifest of a run: what it was made from, and its digest."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stress.factors.model import FactorModel
from stress.frozen import hold_still, still_when_copied
from stress.results.options import Options, setting_text
from stress.results.planning import assumed_spread
from stress.risk.estimates import LEVELS
from stress.scenarios.scenario import BASELINE, Scenario
from stress.simulation.book import Book
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK

__all__ = ["Manifest", "manifest_of", "manifest_of_answer", "payload_of", "run_digest"]


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """From which the run can be repeated bit for bit.

    Parameters
    ----------
    portfolio : mapping of str to str
        SHA-256 of what each portfolio says, by its name.
    model : mapping of str to str
        ``id``, SHA-256 as ``hash``, ``as_of``.
    books : mapping of str to str
        SHA-256 of each book as it was opened: exposures, stand-ins, market levels, what moves them.
    scenarios : mapping of str to str
        Content hash by scenario id.
    seed, draws, chunk : int
        Of the simulation.
    asked : int
        Draws asked for: more than `draws` where the run was interrupted.
    versions : mapping of str to str
        foreshock, python, numpy, and the kind of machine.
    defaults : mapping of str to str
        Every default used.
    options : mapping of str to str
        Everything the user chose.
    digest : str
        Of a run, see `run_digest`; of other answers over their numbers, as they say.
    """

    portfolio: Mapping[str, str | None]
    model: Mapping[str, str | None]
    books: Mapping[str, str]
    scenarios: Mapping[str, str]
    seed: int
    draws: int
    asked: int
    chunk: int
    versions: Mapping[str, str]
    defaults: Mapping[str, str]
    options: Mapping[str, str]
    digest: str

    def __post_init__(self) -> None:
        hold_still(self)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain objects: the ``manifest`` of every document (`docs/json.md`)."""
        from stress.reporting.document import manifest_document

        return manifest_document(self)

    def _repr_html_(self) -> str:
        from stress.reporting.manifest_page import manifest_html

        return manifest_html(self)


def manifest_of(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    model: FactorModel,
    options: Options,
    *,
    draws: int,
    asked: int,
    plans: Sequence[Plan],
    digest: str,
    chosen: Mapping[str, str],
    version: str,
) -> Manifest:
    """Write down what a run was made from.

    Parameters
    ----------
    books, scenarios, model, options
        Of the run.
    draws, asked : int
        That were made, and asked for.
    plans : sequence of Plan
        One a book.
    digest : str
        Of the numbers.
    chosen : mapping of str to str
        What was chosen on the way, beside the options.
    version : str
        Of foreshock.
    """
    given = {**options.written(), **options.chosen, **chosen}
    if options.target_error is not None:
        given["target_error"] = setting_text(options.target_error)
    defaults = {
        "draws": str(asked),
        "levels": ", ".join(f"{level:g}" for level in LEVELS),
        "model": model.id,
        "propagation": _propagation(scenarios, options),
        "seed": str(options.seed),
        "severity": setting_text(options.severity),
        "variation": "each scenario's own",
        **_assumed(scenarios, options),
        **_specific(plans),
    }
    return _manifest(
        books,
        scenarios,
        model,
        seed=options.seed,
        draws=draws,
        asked=asked,
        defaults={key: value for key, value in defaults.items() if key not in given},
        options=given,
        digest=digest,
        version=version,
    )


def manifest_of_answer(
    book: Book,
    scenarios: Sequence[Scenario],
    *,
    seed: int,
    draws: int,
    asked: Mapping[str, object],
    usual: Mapping[str, object],
    chosen: Mapping[str, str],
    numbers: object,
    version: str,
) -> Manifest:
    """Write down what a search, a hedge or a comparison of hedges was made from.

    Parameters
    ----------
    book : Book
        It was asked of.
    scenarios : sequence of Scenario
        Read on the way; of two of one id the last.
    seed, draws : int
        Of its simulation or search; 0 draws where nothing is drawn.
    asked, usual : mapping of str to object
        What the verb was asked, and what each of it is where it is omitted; nothing is written of what is empty.
    chosen : mapping of str to str
        What else was chosen, as it shall be written.
    numbers : object
        The answer's own, of which the digest is taken: nested tuples of text and floats.
    version : str
        Of foreshock.
    """
    given: dict[str, str] = dict(chosen)
    defaults: dict[str, str] = {}
    for name, value in asked.items():
        by_default = value == usual[name]
        text = ("" if by_default else "none") if value is None else setting_text(value)
        if text:
            (defaults if by_default else given)[name] = text
    return _manifest(
        [book],
        scenarios,
        book.model,
        seed=seed,
        draws=draws,
        asked=draws,
        defaults=defaults,
        options=given,
        digest=hashlib.sha256(repr(numbers).encode()).hexdigest(),
        version=version,
    )


def _manifest(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    model: FactorModel,
    *,
    seed: int,
    draws: int,
    asked: int,
    defaults: Mapping[str, str],
    options: Mapping[str, str],
    digest: str,
    version: str,
) -> Manifest:
    return Manifest(
        portfolio={book.portfolio.name: book.portfolio.content_hash for book in books},
        books={book.portfolio.name: book.content_hash for book in books},
        model={"id": model.id, "hash": model.content_hash, "as_of": model.as_of},
        scenarios={scenario.id: scenario.content_hash for scenario in scenarios},
        seed=seed,
        draws=draws,
        asked=asked,
        chunk=CHUNK,
        versions={
            "foreshock": version,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
        defaults=defaults,
        options=options,
        digest=digest,
    )


def run_digest(
    pnls: Sequence[PnL],
    scenarios: Sequence[Scenario],
    *,
    books: int,
    paths: Mapping[tuple[int, str], str],
) -> str:
    """Return the digest of a run: over the P&L digests of all results and their paths.

    Parameters
    ----------
    pnls : sequence of PnL
        For each book its baseline, then the scenarios in order; others may follow.
    scenarios : sequence of Scenario
        Of the run.
    books : int
        How many.
    paths : mapping of (int, str) to str
        Digests of paths, by index of the book and scenario id.

    Notes
    -----
    It is made of P&L digests, scenario ids and the order of the books: what a file is called, and how its
    rows or the scenarios are ordered, is no part of it.
    """
    digest = hashlib.sha256()
    ids = [BASELINE, *(scenario.id for scenario in scenarios)]
    for b in range(books):
        for s, scenario_id in sorted(enumerate(ids), key=lambda pair: pair[1]):
            along = paths.get((b, scenario_id), "")
            digest.update(
                f"{b}\0{scenario_id}\0{pnls[b * len(ids) + s].digest}\0{along}\n".encode()
            )
    return digest.hexdigest()


def _propagation(scenarios: Sequence[Scenario], options: Options) -> str:
    own = any(scenario.propagation is not None for scenario in scenarios)
    return "each scenario's own, else linked" if own else options.propagation or "linked"


def _assumed(scenarios: Sequence[Scenario], options: Options) -> dict[str, str]:
    """Spreads of the variation that were assumed, and for which scenarios."""
    found: dict[tuple[str, float], list[str]] = {}
    for scenario in scenarios:
        assumed = assumed_spread(scenario, options)
        if assumed is not None:
            found.setdefault(assumed, []).append(scenario.id)
    return {name: f"{value:g} ({', '.join(ids)})" for (name, value), ids in found.items()}


def _specific(plans: Sequence[Plan]) -> dict[str, str]:
    """Say of how many names the specific moves are their own of the drawn sessions, where any could be."""
    if not plans or plans[0].generator.own is None:
        return {}
    counted = (
        f"{len(plan.residuals)} of {int(np.count_nonzero(plan.specific > 0.0))} names of "
        f"{plan.book.portfolio.name}"
        for plan in plans
    )
    return {"specific": f"own of the drawn sessions for {', '.join(counted)}; t for the rest"}


def payload_of(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    active: Sequence[Book],
    options: Options,
    option_values: str | None,
    version: str,
) -> tuple[list[str], dict[str, str]]:
    """Name the columns of a run's draws, and everything that determines them but their number.

    Parameters
    ----------
    books, scenarios, options
        Of the run.
    active : sequence of Book
        The books minus the benchmark, where there is one.
    option_values : str or None
        How options are valued: not what was asked for, but what it came to at this number of draws.
    version : str
        Of foreshock.

    Returns
    -------
    columns : list of str
        Book and scenario.
    key : dict of str to str
        What differs is what a stored run is refused for, by its words.
    """
    ids = [BASELINE, *(scenario.id for scenario in scenarios)]
    named = [(book.portfolio.name, book) for book in books]
    named += [(f"{book.portfolio.name} less the benchmark", book) for book in active]
    generator = options.generator
    return [f"{name}/{one}" for name, _ in named for one in ids], {
        **{f"book {name}": book.content_hash for name, book in named},
        **{f"scenario {one.id}": one.content_hash for one in scenarios},
        "severity": repr(options.severity),
        "variation": "each scenario's own"
        if options.variation is None
        else repr(options.variation),
        "propagation": options.propagation or "linked",
        "replay of names": str(options.replay_names),
        "instant": str(options.instant),
        "generator": "t" if generator is None else repr(generator),
        "option_values": option_values or "exact",
        "model": books[0].model.content_hash,
        "seed": str(options.seed),
        "chunk": str(CHUNK),
        "foreshock": version,
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
