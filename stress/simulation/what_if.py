"""A book with its draws at hand: what a trade would change, on the very draws of the book, in milliseconds.

The book's own P&L stays as it is, bit for bit. Trades are positions set beside it (`beside`): more of what is held, or
less, or a name of the model. Names that are traded get specific moves of their own, drawn given the stream the book
holds them collapsed in (`candidates`); everything else of the trade is a product with factor moves that are kept, and
what the book revalues in full is revalued in full of the trade too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.arguments import confidence_level
from stress.arrays import FloatArray
from stress.errors import InputError
from stress.frozen import FrozenMapping, read_only, still_when_copied
from stress.portfolio.position import Portfolio
from stress.risk.measures import TAIL_LEVEL, expected_shortfall
from stress.risk.standard_errors import expected_shortfall_difference
from stress.risk.tail import enough_for_tail
from stress.scenarios.scenario import Scenario
from stress.simulation.beside import compile_beside
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.book import Book
from stress.simulation.candidates import REST, conditional_scores
from stress.simulation.draws import (
    ChunkDraws,
    SharedDraws,
    draw_chunk,
    explicit_returns,
    revalued_pnl,
)
from stress.simulation.plan import Plan, plan_scenario
from stress.simulation.pnl import PnL
from stress.simulation.simulate import simulate
from stress.simulation.streams import chunk_sizes, normals
from stress.simulation.tail_exists import NO_TAIL, has_tail_average
from stress.simulation.trades import Tradable

if TYPE_CHECKING:
    from stress.results.manifest import Manifest

__all__ = ["DrawnBook", "WhatIf", "drawn_book"]


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """A book before and after trades, under the same draws.

    Parameters
    ----------
    pnl : PnL
        Of the book before the trades.
    scenario : Scenario or None
        What was drawn; None is the baseline.
    after : ndarray of shape (S,)
        P&L with the trades, gain positive. [book currency]
    expected_change : float
        Of the P&L at the central factor moves. [book currency]
    trades : mapping of str to float
        Value bought (positive) or sold, by name. [book currency]
    has_tail_before, has_tail_after : bool
        Whether the mean of the worst outcomes exists under the law (`simulation.tail_exists`).
    """

    pnl: PnL
    scenario: Scenario | None
    after: FloatArray
    expected_change: float
    trades: Mapping[str, float]
    has_tail_before: bool
    has_tail_after: bool

    def __repr__(self) -> str:
        said = f"<WhatIf {len(self.trades)} trade(s) · expected P&L {self.expected_change:+,.2f}"
        if self._without_tail:
            return f"{said} · no tail average exists {self._without_tail}>"
        if not enough_for_tail(len(self.before), TAIL_LEVEL):
            return f"{said} · {len(self.before):,} draws, too few for a tail average>"
        before, after = self.expected_shortfall(TAIL_LEVEL)
        change, error = self.change(TAIL_LEVEL)
        return (
            f"{said} · ES {TAIL_LEVEL:.1%} {before:,.2f} -> {after:,.2f} "
            f"({change:+,.2f}, simulation error ± {error:,.2f})>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.what_if_page import what_if_html

        return what_if_html(self)

    @property
    def before(self) -> FloatArray:
        """P&L of the book without the trades, shape (S,), gain positive. [book currency]."""
        return self.pnl.totals

    @property
    def digest(self) -> str:
        """SHA-256 of the P&L of every draw with the trades."""
        return replace(self.pnl, totals=self.after).digest

    @property
    def manifest(self) -> Manifest:
        """From which it can be repeated: model, book, scenario, draws, versions, and the trades among the options."""
        from stress.reporting.what_if_document import what_if_manifest

        return what_if_manifest(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the trades and what they change as plain objects, with their manifest."""
        from stress.reporting.what_if_document import what_if_document

        return what_if_document(self)

    def to_json(self) -> str:
        """Return the trades and what they change as JSON text; never NaN."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    @property
    def _without_tail(self) -> str:
        """Where no tail average exists, in words; empty where both do."""
        there = {"before": self.has_tail_before, "after": self.has_tail_after}
        absent = [when for when, exists in there.items() if not exists]
        return f"{' and '.join(absent)} the trades" if absent else ""

    def expected_shortfall(self, level: float = TAIL_LEVEL) -> tuple[float, float]:
        """Return ES before and after, losses positive. [book currency].

        Raises
        ------
        InputError
            If `level` is no number between 0 and 1, or the tail average does not exist before or after.
        TooFewTailDrawsError
            If the tail holds fewer than 50 draws.
        """
        level = confidence_level(level)
        self._require_tail()
        return (
            expected_shortfall(self.before, level=level),
            expected_shortfall(self.after, level=level),
        )

    def change(self, level: float = TAIL_LEVEL) -> tuple[float, float]:
        """Return what the trades change in ES, and its paired standard error. [book currency].

        Raises
        ------
        InputError, TooFewTailDrawsError
            As `expected_shortfall`.
        """
        level = confidence_level(level)
        self._require_tail()
        return expected_shortfall_difference(self.after, self.before, level=level)

    def _require_tail(self) -> None:
        """Refuse a tail average that does not exist."""
        if self._without_tail:
            raise InputError(f"{self._without_tail}: {NO_TAIL}")


class DrawnBook:
    """A plan with the P&L and the draws of its variations at hand.

    Parameters
    ----------
    pnl : PnL
        Of the book.
    scenario : Scenario, optional
        What was drawn; None is the baseline.

    Notes
    -----
    It holds draws x factors: 4 MiB for 20,000 draws of 27 factors.
    """

    def __init__(self, pnl: PnL, scenario: Scenario | None = None) -> None:
        self.pnl, self.scenario = pnl, scenario
        self._draws: list[ChunkDraws] = [
            draw_chunk(pnl.plan, SharedDraws(seed=pnl.seed, chunk=chunk))
            for chunk in range(len(chunk_sizes(pnl.draws)))
        ]
        self._rest = [
            normals(REST, seed=pnl.seed, chunk=chunk) for chunk in range(len(self._draws))
        ]
        self._tradable = Tradable(pnl.plan.book)

    def what_if(self, trades: Mapping[str, float]) -> WhatIf:
        """Return the book before and after trades.

        Parameters
        ----------
        trades : mapping of str to float
            Value bought (positive) or sold (negative), by what is held (a name, or the id of a position that is
            revalued in full) or by a name of the model; a position is closed by minus its value. [book currency]

        Raises
        ------
        InputError
            Unknown names, amounts that are not numbers, and amounts of what is worth nothing, all at once.
        """
        asked = self._tradable.trades(trades)
        traded = self._plan(asked.portfolio)
        values = traded.book.values
        explicit = traded.explicit
        after = self.pnl.totals.copy()
        fixed = ~np.isnan(traded.fixed)
        after += float(values[fixed] @ traded.fixed[fixed])
        seed, done = self.pnl.seed, 0
        with one_blas_thread():
            for chunk, size in enumerate(chunk_sizes(self.pnl.draws)):
                draw = self._draws[chunk]
                scores = conditional_scores(
                    self.pnl.plan, traded, draw, seed=seed, chunk=chunk, rest=self._rest[chunk]
                )
                returns = explicit_returns(traded, draw, seed=seed, chunk=chunk, scores=scores)
                for row, i in enumerate(explicit):
                    after[done : done + size] += values[i] * returns[row, :size]
                if traded.revaluation is not None:
                    pnl = revalued_pnl(traded, draw, returns, seed=seed, chunk=chunk)
                    after[done : done + size] += pnl.sum(axis=0)[:size]
                done += size
        book, compound = self.pnl.plan.book, self.pnl.plan.completed.compound
        return WhatIf(
            pnl=self.pnl,
            scenario=self.scenario,
            after=read_only(after),
            expected_change=traded.central_pnl(),
            trades=FrozenMapping(asked.amounts),
            has_tail_before=has_tail_average(book, compound=compound),
            has_tail_after=has_tail_average(book, compound=compound, trades=asked),
        )

    def _plan(self, portfolio: Portfolio) -> Plan:
        """Plan the trades as a book of their own, each name with draws of its own, under the book's law."""
        base = self.pnl.plan
        return plan_scenario(
            compile_beside(base.book, portfolio),
            self.scenario,
            variation=base.variation,
            mode=base.mode,
            generator=base.generator,
            completed=base.completed,
        )


@one_blas_thread()
def drawn_book(book: Book, scenario: Scenario | None, *, draws: int, seed: int) -> DrawnBook:
    """Draw the variations of a scenario of a book, as a run without options does."""
    pnl = simulate([plan_scenario(book, scenario)], draws=draws, seed=seed)[0]
    return DrawnBook(pnl, scenario)
