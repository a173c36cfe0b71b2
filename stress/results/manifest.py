"""The manifest of a run: what it was made from, and its digest."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence

import numpy as np

from stress.factors.model import FactorModel
from stress.portfolio.position import Portfolio
from stress.results.measured import LEVELS
from stress.results.planning import Options
from stress.results.result import (
    Manifest,
)
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK

__all__ = ["manifest_of", "payload_of"]


def manifest_of(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    model: FactorModel,
    options: Options,
    pnls: Sequence[PnL],
    paths: Mapping[tuple[int, str], str],
    version: str,
) -> Manifest:
    """Write down what a run was made from, and its digest.

    Parameters
    ----------
    books, scenarios, model, options
        Of the run.
    pnls : sequence of PnL
        For each book its baseline, then the scenarios in order.
    paths : mapping of (int, str) to str
        Digests of paths, by index of the book and scenario id.
    version : str
        Of foreshock.

    Notes
    -----
    The digest is made of P&L digests, scenario ids and the order of the books: what a file is called,
    and how its rows or the scenarios are ordered, is no part of it.
    """
    digest = hashlib.sha256()
    ids = ["baseline", *(scenario.id for scenario in scenarios)]
    for b in range(len(books)):
        for s, scenario_id in sorted(enumerate(ids), key=lambda pair: pair[1]):
            along = paths.get((b, scenario_id), "")
            digest.update(
                f"{b}\0{scenario_id}\0{pnls[b * len(ids) + s].digest}\0{along}\n".encode()
            )
    given = set(options.chosen)
    defaults = {
        "draws": str(options.draws),
        "levels": ", ".join(f"{level:g}" for level in LEVELS),
        "model": model.id,
        "propagation": options.propagation or "linked",
        "seed": str(options.seed),
        "severity": f"{options.severity:g}",
        "variation": "each scenario's own",
    }
    return Manifest(
        portfolio={book.portfolio.name: book.portfolio.content_hash for book in books},
        model={"id": model.id, "hash": model.content_hash, "as_of": model.as_of},
        scenarios={scenario.id: scenario.content_hash for scenario in scenarios},
        seed=options.seed,
        draws=options.draws,
        chunk=CHUNK,
        versions={
            "foreshock": version,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
        defaults={key: value for key, value in defaults.items() if key not in given},
        options=dict(options.chosen),
        digest=digest.hexdigest(),
    )


def payload_of(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    model: FactorModel,
    options: Options,
    benchmark: Portfolio | None,
    version: str,
) -> tuple[list[str], dict[str, str]]:
    """Name the columns of a run's draws, and everything that determines them but their number."""
    ids = ["baseline", *(scenario.id for scenario in scenarios)]
    columns = [f"{book.portfolio.name}/{one}" for book in books for one in ids]
    if benchmark is not None:
        columns += [
            f"{book.portfolio.name} - {benchmark.name}/{one}" for book in books for one in ids
        ]
    key = {
        **{f"portfolio {b.portfolio.name}": b.portfolio.content_hash for b in books},
        **{f"scenario {one.id}": one.content_hash for one in scenarios},
        **{f"option {name}": text for name, text in options.chosen.items() if name != "draws"},
        "model": model.content_hash,
        "seed": str(options.seed),
        "chunk": str(CHUNK),
        "foreshock": version,
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    if benchmark is not None:
        key["benchmark"] = benchmark.content_hash
    return columns, key
