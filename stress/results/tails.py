"""`tail_table`: the tails of many books under many scenarios, and nothing else of them.

A full `Result` holds every draw and says what drives it; over thousands of books the first question is which of
them to look at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.frozen import hold_still, still_when_copied
from stress.results.drawing import through_surfaces
from stress.results.inputs import one_model, recorded_notes, require_distinct
from stress.results.manifest import Manifest, manifest_of
from stress.results.options import Options, setting_text
from stress.results.planning import plans_for
from stress.risk.tail import MIN_TAIL_DRAWS, TooFewTailDrawsError, enough_for_tail
from stress.scenarios.scenario import BASELINE, Scenario
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.book import Book
from stress.simulation.levels.floors import require_possible_falls
from stress.simulation.many import BookTails, tails_of
from stress.simulation.said_of_book import said_of_book
from stress.simulation.tail_exists import NO_TAIL, has_tail_average
from stress.steps import Progress
from stress.twice import given_twice

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TailTable", "tail_table"]


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailTable:
    """Value at risk and expected shortfall of B books under N scenarios at L levels, on the same draws.

    Losses are positive when money is lost, in each book's own currency.

    Parameters
    ----------
    books : tuple of str, length B
    currencies : tuple of str, length B
    nav : ndarray of shape (B,)
    scenarios : tuple of str, length N
        The first is ``"baseline"``: no scenario.
    levels : tuple of float, length L
        Confidence levels.
    value_at_risk, expected_shortfall : ndarray of shape (B, N, L)
        [currency of the book]. An expected shortfall that does not exist under the law is NaN, and `warnings` says so.
    standard_error : ndarray of shape (B, N, L)
        Simulation error of `expected_shortfall`. [currency of the book]
    warnings : tuple of str
        What was chosen or left out on the way, and options that change nothing.
    manifest : Manifest
        How to repeat it; its digest is over all tails, by order of the books, scenario id and level.
    """

    books: tuple[str, ...]
    currencies: tuple[str, ...]
    nav: FloatArray
    scenarios: tuple[str, ...]
    levels: tuple[float, ...]
    value_at_risk: FloatArray
    expected_shortfall: FloatArray
    standard_error: FloatArray
    warnings: tuple[str, ...]
    manifest: Manifest

    def __post_init__(self) -> None:
        hold_still(self)

    @property
    def draws(self) -> int:
        """Draws of the simulation."""
        return self.manifest.draws

    @property
    def seed(self) -> int:
        """Seed of the simulation."""
        return self.manifest.seed

    @property
    def digest(self) -> str:
        """SHA-256 over all tails."""
        return self.manifest.digest

    def __repr__(self) -> str:
        levels = ", ".join(f"{level:.4g}" for level in self.levels)
        return (
            f"<TailTable {len(self.books)} books x {', '.join(self.scenarios)} at {levels} · {self.draws:,} draws, "
            f"seed {self.seed} · to_frame()>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.tails_page import tails_html

        return tails_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain objects: manifest, and one entry a book, scenario and level."""
        from stress.reporting.tails_document import tails_document

        return tails_document(self)

    def to_json(self) -> str:
        """Return the table as JSON text; never NaN."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a book, scenario and level; losses also as shares of NAV."""
        import pandas as pd

        books, scenarios, levels = len(self.books), len(self.scenarios), len(self.levels)
        nav = np.repeat(self.nav, scenarios * levels)
        shortfall = self.expected_shortfall.ravel()
        return pd.DataFrame(
            {
                "portfolio": np.repeat(self.books, scenarios * levels),
                "scenario": np.tile(np.repeat(self.scenarios, levels), books),
                "level": np.tile(self.levels, books * scenarios),
                "value_at_risk": self.value_at_risk.ravel(),
                "expected_shortfall": shortfall,
                "standard_error": self.standard_error.ravel(),
                "expected_shortfall_of_nav": shortfall / nav,
                "currency": np.repeat(self.currencies, scenarios * levels),
                "nav": nav,
            }
        )


@one_blas_thread()
def tail_table(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    *,
    options: Options,
    levels: Sequence[float],
    version: str = "",
    on_progress: Progress | None = None,
) -> TailTable:
    """Draw once for all books and scenarios, and keep of each only its tails.

    Parameters
    ----------
    books : sequence of Book
        Compiled on one model.
    scenarios : sequence of Scenario
        Ids unique.
    options : Options
        Draws, seed, severity, variation, propagation, generator, instant, executor and surfaces are read.
    levels : sequence of float in (0, 1)
        Confidence levels.
    version : str
        Of foreshock, for the manifest.
    on_progress : callable, optional
        Called with draws done and in all.

    Raises
    ------
    InputError
        On books or scenarios that do not go together, and a level that stands twice.
    TooFewTailDrawsError
        On a level whose tail holds too few draws.
    """
    model = one_model(books)
    require_distinct(scenarios)
    recorded_notes(scenarios, model, severity=options.severity)
    twice = [setting_text(level) for level in given_twice(levels)]
    if twice:
        raise InputError(f"levels: {', '.join(twice)} stands twice. Name each level once.")
    for level in levels:
        if 0.0 < level < 1.0 and not enough_for_tail(options.draws, level):
            raise TooFewTailDrawsError(
                level=level,
                draws=options.draws,
                effective=options.draws * (1.0 - level),
                needed=MIN_TAIL_DRAWS,
            )
    for book in books:
        require_possible_falls(
            book, scenarios, severity=options.severity, propagation=options.propagation
        )
    steps: list[Scenario | None] = [None, *scenarios]
    plans = plans_for(books, steps, model, options)
    ready = through_surfaces(plans, options)
    found = tails_of(
        ready.plans,
        draws=options.draws,
        seed=options.seed,
        levels=levels,
        executor=options.executor,
        on_progress=on_progress,
    )
    exists = np.array(
        [has_tail_average(one.book, compound=one.completed.compound) for one in plans]
    )
    without = [
        f"{one.book.portfolio.name}, {BASELINE if scenario is None else scenario.id}: {NO_TAIL}"
        for one, scenario, on in zip(plans, steps * len(books), exists, strict=True)
        if not on
    ]
    shape = (len(books), len(steps), len(found.levels))
    return TailTable(
        books=tuple(book.portfolio.name for book in books),
        currencies=tuple(book.portfolio.currency for book in books),
        nav=np.array([book.nav for book in books]),
        scenarios=tuple(BASELINE if one is None else one.id for one in steps),
        levels=found.levels,
        value_at_risk=found.value_at_risk.reshape(shape),
        expected_shortfall=np.where(exists[:, None], found.expected_shortfall, np.nan).reshape(
            shape
        ),
        standard_error=np.where(exists[:, None], found.standard_error, np.nan).reshape(shape),
        warnings=(
            *(f"{one.portfolio.name}: {words}" for one in books for words in said_of_book(one)),
            *options.notes,
            *dict.fromkeys(note for at in range(len(plans)) for note in ready.notes(at)),
            *without,
        ),
        manifest=manifest_of(
            books,
            scenarios,
            model,
            options,
            draws=found.draws,
            asked=options.draws,
            plans=ready.plans[:: len(steps)],
            digest=_digest(found, steps),
            chosen={**ready.chosen, "levels": ", ".join(map(setting_text, found.levels))},
            version=version,
        ),
    )


def _digest(found: BookTails, steps: Sequence[Scenario | None]) -> str:
    """Return the digest of all tails: independent of the order of scenarios and levels."""
    digest = hashlib.sha256()
    ids = [BASELINE if one is None else one.id for one in steps]
    of_level = sorted(range(len(found.levels)), key=lambda place: found.levels[place])
    for b in range(len(found.value_at_risk) // len(ids)):
        for s in sorted(range(len(ids)), key=lambda place: ids[place]):
            for column in of_level:
                at = b * len(ids) + s, column
                digest.update(f"{b}\0{ids[s]}\0{found.levels[column]!r}\0".encode())
                figures = (found.value_at_risk, found.expected_shortfall, found.standard_error)
                digest.update(np.array([one[at] for one in figures], dtype="<f8").tobytes())
    return digest.hexdigest()
