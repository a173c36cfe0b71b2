"""`Comparison`: strategies on the same draws and costs, ranked, and what each leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stress.arguments import named
from stress.frozen import hold_still, still_when_copied
from stress.hedging.costs import CostBreakdown
from stress.hedging.frontier import FrontierPoint
from stress.hedging.lines.held_securities import Side

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from stress.results.manifest import Manifest

__all__ = ["Comparison", "StrategyRow"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrategyRow:
    """One strategy. Money in the book's currency; ES a loss positive, P&L gain positive.

    Parameters
    ----------
    name, title : str
        Its key and what it does.
    trades : tuple of (str, float)
        Lines and signed units, largest first by notional.
    cost : CostBreakdown
        Now and carry.
    fitted : float
        Baseline ES on the draws it was fitted to.
    fresh, fresh_error : float
        On fresh draws, and its simulation error.
    score : float
        What is ranked: fresh ES plus the all-in cost.
    rank : int
        By score, 1 is best.
    tied : bool
        Whether it and the strategy ranked above it are equal within simulation error.
    above, above_error : float
        Score minus that of the strategy ranked above, and its paired simulation error; 0 for the first.
    others : tuple of (str, float)
        ES under the other laws.
    scenarios : tuple of (str, float)
        Expected P&L in every scenario.
    regret : float
        Most of a gain given up in any benign scenario, with the cost added but for decay: time passes in the P&L.
    regret_in : str
        Which; empty when no scenario is benign.
    remains : str
        What is left and why, in words.
    first_in : int or None
        Model variants under which it has the smallest score.
    breaks : tuple of str
        Limits of the proposal that it does not keep; whole lots and the number of lines are left aside.
    failed : str
        Why there are no trades, or empty.
    """

    name: str
    title: str
    trades: tuple[tuple[str, float], ...]
    cost: CostBreakdown
    fitted: float
    fresh: float
    fresh_error: float
    score: float
    rank: int
    tied: bool
    above: float
    above_error: float
    others: tuple[tuple[str, float], ...]
    scenarios: tuple[tuple[str, float], ...]
    regret: float
    regret_in: str
    remains: str
    first_in: int | None
    breaks: tuple[str, ...] = ()
    failed: str = ""


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Strategies on the same draws and costs; those that do not keep the limits say which.

    Parameters
    ----------
    portfolio_name, universe_name, model_id, currency : str
        What was compared.
    nav : float
        Of the book.
    level : float
        Of ES.
    draws : int
        Fitted on; the fresh set has at least as many.
    holding_days : float
        That carry is counted over.
    unhedged : float
        ES of the book on the fresh draws.
    before : tuple of (str, float)
        Unhedged expected P&L in every scenario.
    laws : tuple of (str, float)
        Unhedged ES under the other laws.
    rows : tuple of StrategyRow
        By rank; strategies that found no trades last.
    variants : int
        Model variants ranked under, the model itself included; 0 when none.
    frontier : tuple of FrontierPoint
        Cost against ES; empty when not asked.
    left_out : mapping of str to {'sell', 'buy', 'both'}
        By line of the universe, the side that would reduce what the book holds: no strategy does that but by selling down.
    warnings : tuple of str
        That draws are too few to fit to, if so; doubtful inputs.
    overfitted : str
        Why what is fitted means nothing: too few draws in the tail. Empty where they are enough.
    not_covered : tuple of str
        What of the book no figure contains; among the warnings too.
    newer_quotes : str
        That the quotes are more than a week newer than the positions; empty where they are not.
    as_of : str or None
        ISO date of the positions.
    model_as_of : str
        ISO date of the last session of the model's data.
    manifest : Manifest or None
        What it was made from; None of a comparison without a verb.
    """

    portfolio_name: str
    universe_name: str
    model_id: str
    currency: str
    nav: float
    level: float
    draws: int
    holding_days: float
    unhedged: float
    before: tuple[tuple[str, float], ...]
    laws: tuple[tuple[str, float], ...]
    rows: tuple[StrategyRow, ...]
    variants: int
    frontier: tuple[FrontierPoint, ...]
    left_out: Mapping[str, Side]
    warnings: tuple[str, ...]
    overfitted: str = ""
    not_covered: tuple[str, ...] = ()
    newer_quotes: str = ""
    as_of: str | None = None
    model_as_of: str = ""
    manifest: Manifest | None = None

    def __post_init__(self) -> None:
        hold_still(self)

    def row(self, name: str) -> StrategyRow:
        """Return one strategy's row.

        Raises
        ------
        InputError
            If it was not compared, with what was.
        """
        return named(name, {row.name: row for row in self.rows}, what="strategy")

    def __repr__(self) -> str:
        from stress.reporting.hedge_comparison import comparison_page

        return comparison_page(self)

    def _repr_html_(self) -> str:
        from stress.reporting.hedge_comparison import comparison_html

        return comparison_html(self)

    def to_dict(self) -> dict[str, object]:
        """Return the comparison as plain values."""
        from stress.reporting.hedge_comparison import comparison_document

        return comparison_document(self)

    def to_json(self) -> str:
        """Return the comparison as JSON."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a strategy, by rank: score, ES, cost and its parts, regret."""
        from stress.reporting.frames import comparison_frame

        return comparison_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the frontier and the strategies; returns the axes and shows nothing. Needs matplotlib."""
        from stress.reporting.hedge_picture import comparison_chart

        return comparison_chart(self, ax)
