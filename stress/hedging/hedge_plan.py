"""`HedgePlan`: tickets, what they cost, what they do, what must hold, and how sure one can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stress.arguments import named
from stress.arrays import FloatArray
from stress.factors.horizon import horizon_group
from stress.frozen import hold_still, still_when_copied
from stress.hedging.certificate import Certificate
from stress.hedging.costs import CostBreakdown
from stress.hedging.factor_exposures import ExposureLimit
from stress.hedging.lines.held_securities import Side
from stress.hedging.settings import HedgeSettings
from stress.hedging.solver.prices import LimitPrice
from stress.risk.standard_errors import NORMAL_95
from stress.scenarios.scenario import Kind
from stress.simulation.book import Book

if TYPE_CHECKING:
    import pandas as pd

    from stress.results.manifest import Manifest

__all__ = [
    "Condition",
    "DayAfter",
    "ExposureLine",
    "FreshDraws",
    "HedgePlan",
    "ScenarioEffect",
    "SellingDown",
    "Ticket",
    "WorstFound",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One order.

    Parameters
    ----------
    side : {'buy', 'sell', 'sell short', 'buy to cover'}
        What to tell the broker.
    units : float
        Shares, contracts, or hundreds of a bond's face, positive; a whole number of lots unless broken lots were
        allowed. Of a position that is known by its value alone a unit is one of the book's currency.
    instrument : str
        Id of the line.
    type : str
        Of the line.
    price : float
        Used, per share or point or share's option. [`currency`]
    currency : str
        ISO code of the quote.
    price_time : str
        ISO date of the quote, or "not stated".
    notional : float
        Exposure: of an option the underlying shares. [book currency, signed]
    value : float
        Money that changes hands: premium paid positive; 0 for a future. [book currency]
    share_of_adv : float or None
        Units over average daily volume; None where no volume is stated.
    effect : float
        Baseline ES of the plan without this ticket, minus with it. [book currency]
    """

    side: str
    units: float
    instrument: str
    type: str
    price: float
    currency: str
    price_time: str
    notional: float
    value: float
    share_of_adv: float | None
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioEffect:
    """Expected P&L in one scenario, before and after. [currency].

    Parameters
    ----------
    id : str
        Of the scenario.
    horizon_days : int
        Its sessions.
    kind : {'measured', 'anchored', 'hypothetical'}
        How it is known.
    before, after : float
        Gain positive; the cost of the hedge not taken off.
    chosen : bool
        Whether its loss was limited.
    """

    id: str
    horizon_days: int
    kind: Kind
    before: float
    after: float
    chosen: bool

    @property
    def benign(self) -> bool:
        """Whether the unhedged book earns in it: what the hedge gives up there is its regret."""
        return self.before > 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstFound:
    """The worst one-session scenario of the hedged book within a distance, found by search. [currency].

    Parameters
    ----------
    distance : float
        Of all factor moves together, in standard deviations of the model.
    before : float
        Loss of the unhedged book in *its* worst scenario at that distance, positive.
    after : float
        Loss of the hedged book in its own, positive.
    drivers : tuple of (str, float)
        Factors whose move alone loses most there.
    """

    distance: float
    before: float
    after: float
    drivers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingDown:
    """The same protection by selling a share of every position.

    Parameters
    ----------
    share : float
        Of every held position, 0 to 1: the least that gives the plan's baseline ES; where none does, the one that leaves
        the lowest.
    reached : bool
        Whether selling alone gives the plan's baseline ES.
    cost : float
        Spread, commission and impact of those sales; taxes not counted. [currency]
    es : float
        Baseline ES left, on the same draws. [currency]
    scenarios : tuple of (str, float)
        Expected P&L of the rest in the chosen scenarios.
    """

    share: float
    reached: bool
    cost: float
    es: float
    scenarios: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLine:
    """P&L when one factor alone moves by one daily standard deviation the bad way. [currency]."""

    factor: str
    title: str
    move: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that must hold, and the P&L when it fails by two standard deviations.

    Parameters
    ----------
    what : str
        In words.
    holds, fails : float
        P&L of the hedged book when it holds and when it fails. [currency]
    where : str
        The day or scenario meant.
    """

    what: str
    holds: float
    fails: float
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDraws:
    """The plan on draws it was not fitted to. [currency].

    Parameters
    ----------
    draws, seed : int
        Of the fresh simulation.
    before, after : float
        Baseline ES.
    error : float
        Simulation error of `after`.
    lowered, lowered_error : float
        ES lowered, and its paired simulation error.
    fitted : float
        ES of the plan on the draws it was fitted to.
    fitted_error : float or None
        Its simulation error; None where the tail holds less than two draws.
    optimism : float
        By how much fitting flatters ES, from refitting on halves of the draws; expected ``after - fitted``.
    overfitted : bool
        Whether the plan is fitted to its draws rather than to the law.
    why : str
        Reason of `overfitted`, or empty.
    """

    draws: int
    seed: int
    before: float
    after: float
    error: float
    lowered: float
    lowered_error: float
    fitted: float
    fitted_error: float | None
    optimism: float
    overfitted: bool
    why: str

    @property
    def band(self) -> float:
        """Half-width of the 95 % band of ``after - fitted - optimism``: both sets of draws vary."""
        return NORMAL_95 * float(np.hypot(self.error, self.fitted_error or 0.0))

    @property
    def within_band(self) -> bool:
        """Whether the fresh ES is what fitting plus optimism said, within the band."""
        return abs(self.after - self.fitted - self.optimism) <= self.band


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAfter:
    """The day after the shock. [currency]."""

    shock: str
    relief: str
    shock_before: float
    shock_after: float
    relief_before: float
    relief_after: float

    @property
    def before(self) -> float:
        """Both days, unhedged."""
        return self.shock_before + self.relief_before

    @property
    def after(self) -> float:
        """Both days, hedge kept."""
        return self.shock_after + self.relief_after


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HedgePlan:
    """A proposed hedge. Money is in the book's currency; P&L gain positive, ES a loss positive.

    Parameters
    ----------
    portfolio_name, universe_name, model_id, currency : str
        What was hedged, with what, under which model.
    nav, gross : float
        Of the book; its gross as that of its hedge is counted (`book_gross`).
    as_of : str or None
        ISO date of the positions.
    settings : HedgeSettings
        What was asked and the defaults used.
    heading : str
        ``"a hedge"`` or ``"a position for this scenario, not a hedge"``.
    objective : str
        What was minimised, with weights.
    lines : tuple of str
        Every candidate.
    left_out : mapping of str to {'sell', 'buy', 'both'}
        By line of the universe, the side that would reduce what the book holds: its own sale alone does that.
    trades : ndarray, shape (M,)
        Signed units of every candidate.
    tickets : tuple of Ticket
        What to trade, largest effect first; empty when doing nothing is best.
    cost : CostBreakdown
        Of the tickets.
    ordinary_day : tuple of float
        What the hedge alone makes on an ordinary day: the middle half of its baseline P&L, carry taken off.
    es_before, es_after : float
        Baseline ES on the fitting draws; costs not taken off.
    scenarios : tuple of ScenarioEffect
        The family, benign ones included.
    worst : ScenarioEffect or None
        Of those, where the hedged book loses most, whatever their sessions; None without any. Losses are ranked by
        `worst_by_horizon`.
    worst_found : WorstFound
        The worst one there is within a distance, not only among those.
    hedged : Book
        The book with its trades: `stress.run(plan.hedged, ...)` works on it.
    selling_down : SellingDown
        The same protection without a hedge.
    exposures : tuple of ExposureLine
        What remains, by factor.
    exposure_limits : tuple of ExposureLimit
        Exposures that were limited.
    conditions : tuple of Condition
        What must hold.
    fresh : FreshDraws
        On draws it was not fitted to.
    day_after : DayAfter or None
        None without a reference scenario.
    prices : tuple of LimitPrice
        What the binding limits cost.
    certificate : Certificate
        Of the optimisation; says nothing about the accuracy of the model or the draws.
    continuous, lots_cost, lines_cost : float
        Objective without whole lots, on all lines and with tickets of any size; what whole lots added, and what few
        lines and no small tickets added together.
    warnings : tuple of str
        That it is overfitted, if so; doubtful inputs.
    not_covered : tuple of str
        What of the book no figure contains; among the warnings too.
    newer_quotes : str
        That the quotes are more than a week newer than the positions; empty where they are not.
    manifest : Manifest or None
        What it was made from; None of a plan without a verb.
    """

    portfolio_name: str
    universe_name: str
    model_id: str
    currency: str
    nav: float
    gross: float
    as_of: str | None
    settings: HedgeSettings
    heading: str
    objective: str
    lines: tuple[str, ...]
    left_out: Mapping[str, Side]
    trades: FloatArray
    tickets: tuple[Ticket, ...]
    cost: CostBreakdown
    ordinary_day: tuple[float, float]
    es_before: float
    es_after: float
    scenarios: tuple[ScenarioEffect, ...]
    worst: ScenarioEffect | None
    worst_found: WorstFound
    hedged: Book
    selling_down: SellingDown
    exposures: tuple[ExposureLine, ...]
    exposure_limits: tuple[ExposureLimit, ...]
    conditions: tuple[Condition, ...]
    fresh: FreshDraws
    day_after: DayAfter | None
    prices: tuple[LimitPrice, ...]
    certificate: Certificate
    continuous: float
    lots_cost: float
    lines_cost: float
    warnings: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    newer_quotes: str = ""
    manifest: Manifest | None = None

    def __post_init__(self) -> None:
        hold_still(self)

    @property
    def worst_by_horizon(self) -> tuple[ScenarioEffect, ...]:
        """Where the hedged book loses most among scenarios of 1 session, of 2 to 10 and of over 10; groups without any left out."""
        groups: dict[int, list[ScenarioEffect]] = {}
        for effect in self.scenarios:
            groups.setdefault(horizon_group(effect.horizon_days), []).append(effect)
        return tuple(min(groups[i], key=lambda effect: effect.after) for i in sorted(groups))

    def scenario(self, id: str) -> ScenarioEffect:
        """Return the effect in one scenario.

        Raises
        ------
        InputError
            If it was not among the family, with what was.
        """
        return named(id, {line.id: line for line in self.scenarios}, what="scenario")

    def __repr__(self) -> str:
        from stress.reporting.hedge_page import hedge_page

        return hedge_page(self)

    def _repr_html_(self) -> str:
        from stress.reporting.hedge_page import hedge_html

        return hedge_html(self)

    def to_dict(self) -> dict[str, object]:
        """Return the whole plan as plain values."""
        from stress.reporting.hedge_document import hedge_document

        return hedge_document(self)

    def to_json(self) -> str:
        """Return the whole plan as JSON."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return the tickets, one row each, indexed by instrument."""
        from stress.reporting.frames import tickets_frame

        return tickets_frame(self)
