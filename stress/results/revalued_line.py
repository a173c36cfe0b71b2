"""What full revaluation adds to a run: options, bonds, futures, lines in other currencies."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from stress.portfolio.instruments import Future
from stress.portfolio.position import Position
from stress.portfolio.volatility import VOLATILITY_RULES
from stress.results.notionals import notionals
from stress.results.options import Options
from stress.results.planning import plan_for
from stress.results.settlements import Settlement, settlements
from stress.scenarios.scenario import Scenario
from stress.simulation.movers import VolatilityMove
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Revaluation
from stress.simulation.valuation import Valuation

__all__ = ["RevaluedLine", "revalued_line"]

#: What half and one and a half of the vol betas would mean is shown where the two are so far apart, or where options are worth so much.
#: [share of NAV]
_WORTH_A_LINE, _OPTIONS_WORTH_A_LINE = 0.001, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class RevaluedLine:
    """What full revaluation adds to a run.

    Parameters
    ----------
    positions : int
        Positions revalued in full.
    kinds : tuple of (str, int)
        What they are, and how many of each: options, bonds, lines in other currencies, futures, funds.
    notional : float or None
        Notional of the futures among them, long less short: their market value, and so their share of
        gross, is 0. None without any. [currency]
    value : float
        Their market value. [currency]
    pnl : float
        Their expected P&L. [currency]
    passage_of_time : float
        What time alone makes: every level as it is, `elapsed_days` later. Part of `pnl`, but for `interest`. [currency]
    interest : float
        Part of the passage of time that cash in the book's currency earns or pays, where a rate is stated. [currency]
    elapsed_days : float
        Calendar days; 0 for an instantaneous shock.
    rule : str
        How implied volatility follows the spot in the headline.
    rules : tuple of (str, float)
        The book's expected P&L under each volatility rule, where options are held. [currency]
    betas : tuple of (float, float)
        The same at multiples of the vol betas, where the two differ by 0.1 % of NAV at least, or at all where options are worth more than
        2 % of it. [currency]
    beta_sources : tuple of {'measured', 'given', 'assumed'}
        Where the vol betas of the options held are from, each once.
    expiring : tuple of str
        Contracts that settle inside the horizon or on its last day.
    settlements : tuple of Settlement
        What they settle at, and how much of it hangs on the way there.
    """

    positions: int
    kinds: tuple[tuple[str, int], ...]
    notional: float | None
    value: float
    pnl: float
    passage_of_time: float
    interest: float
    elapsed_days: float
    rule: str
    rules: tuple[tuple[str, float], ...]
    betas: tuple[tuple[float, float], ...]
    beta_sources: tuple[str, ...]
    expiring: tuple[str, ...]
    settlements: tuple[Settlement, ...]


def revalued_line(
    planned: Plan, scenario: Scenario | None, options: Options
) -> RevaluedLine | None:
    """Say what full revaluation adds: passage of time, other volatility rules, vol betas."""
    book, valuation = planned.book, planned.book.valuation
    if valuation is None or planned.revaluation is None:
        return None
    optional = [
        holding
        for holding in valuation.holdings
        if any(leg.instrument.kind == "option" for leg in holding.legs)
    ]
    rules: tuple[tuple[str, float], ...] = ()
    betas: tuple[tuple[float, float], ...] = ()
    if optional and scenario is not None:
        rules = tuple(
            (rule, plan_for(book, scenario, options, exact=True, rule=rule).central_pnl())
            for rule in VOLATILITY_RULES
        )
        betas = tuple(
            (
                scale,
                plan_for(book, scenario, options, exact=True, beta_scale=scale).central_pnl(),
            )
            for scale in (0.5, 1.5)
        )
        apart = abs(betas[1][1] - betas[0][1]) / book.nav
        weight = math.fsum(abs(held.position.market_value) for held in optional) / book.nav
        if apart == 0.0 or (apart < _WORTH_A_LINE and weight <= _OPTIONS_WORTH_A_LINE):
            betas = ()
    settling = settlements(planned)
    currency = book.portfolio.currency
    # A share in the book's own currency is here for a stand-in in another: it moves as that, nothing is revalued.
    shown = [
        number
        for number, held in enumerate(valuation.holdings)
        if _kind(held.position, currency) not in ("equity", "cash")
    ]
    if not shown:
        return None
    holdings = [valuation.holdings[number] for number in shown]
    pnl = planned.central_revalued()
    kinds = Counter(_kind(held.position, currency) for held in holdings)
    return RevaluedLine(
        positions=len(holdings),
        kinds=tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
        notional=_notional(planned.revaluation),
        value=math.fsum(h.position.market_value for h in holdings),
        pnl=math.fsum(pnl[number] for number in shown),
        passage_of_time=planned.revaluation.passage_of_time(),
        interest=math.fsum(
            gain
            for held, gain in zip(valuation.holdings, pnl, strict=True)
            if _kind(held.position, currency) == "cash"
        ),
        elapsed_days=planned.revaluation.elapsed_days,
        rule=planned.revaluation.rule,
        rules=rules,
        betas=betas,
        beta_sources=_beta_sources(valuation),
        expiring=tuple(one.contract for one in settling),
        settlements=settling,
    )


def _beta_sources(valuation: Valuation) -> tuple[str, ...]:
    """Return where the vol betas of the options held are from, each source once."""
    moves = (mover for mover in valuation.movers.values() if isinstance(mover, VolatilityMove))
    return tuple(sorted({mover.beta.source for mover in moves}))


def _kind(position: Position, currency: str) -> str:
    """Return what a revalued position is; shares and cash are there for their currency."""
    kind = position.instrument.kind
    foreign = position.currency != currency and kind in ("equity", "cash", "foreign holding")
    return "line in another currency" if foreign else kind


def _notional(inside: Revaluation) -> float | None:
    """Sum what futures stand for, long less short, in the book's currency."""
    found = list(notionals(inside, Future))
    return math.fsum(found) if found else None
