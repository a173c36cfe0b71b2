"""What trading and holding a hedge costs: every part in currency, per unit and for a set of trades.

Spread, commission and impact are paid when it is put on; borrow, financing and the decay of premium while it
is held. Impact follows the square-root law: ``Y sigma_d sqrt(Q / ADV)`` of the traded value, a 3/2 power of Q.

References
----------
Torre (1997), BARRA market impact model handbook; Almgren, Thum, Hauptmann and Li (2005), "Direct estimation of
equity market impact", Risk 18(7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.horizon import calendar_days
from stress.hedging.lines.candidates import Candidates
from stress.hedging.problem import Costs
from stress.portfolio.instruments.dates import DAYS_A_YEAR

__all__ = [
    "BASELINE_DAYS",
    "DAYS_A_MONTH",
    "CostBreakdown",
    "CostRates",
    "cost_rates",
]


#: Calendar days of the baseline's one session.
BASELINE_DAYS = calendar_days(1)
#: Calendar days of "carry per month".
DAYS_A_MONTH = 30.0
#: Longest holding period that is read, a century. [calendar days]
_MOST_DAYS = 36_525.0
#: Largest coefficient of the square-root law that is read; estimates are about 1.
_MOST_IMPACT = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBreakdown:
    """Cost of a set of trades, each part >= 0. [currency].

    Parameters
    ----------
    spread, commission, impact : float
        Paid when it is put on.
    borrow, financing, decay : float
        Paid over the holding period; decay is what time alone takes from options that were bought to be held. Closing a
        held option, long or short, has none.
    premium : float
        Net premium paid for options; not a cost by itself: it is worth what it costs on the first day.
    carry_per_month : float
        Borrow, financing and decay over 30 days.
    margin : float
        Blocked, not spent.
    holding_days : float
        Calendar days the second group is counted over.
    """

    spread: float
    commission: float
    impact: float
    borrow: float
    financing: float
    decay: float
    premium: float
    carry_per_month: float
    margin: float
    holding_days: float

    @property
    def entry(self) -> float:
        """Spread, commission and impact."""
        return self.spread + self.commission + self.impact

    @property
    def all_in(self) -> float:
        """Everything the budget caps."""
        return self.beside_time + self.decay

    @property
    def beside_time(self) -> float:
        """All but decay: what is to be added to a P&L over whose sessions time passes."""
        return self.entry + self.borrow + self.financing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CostRates:
    """Costs of one unit of each of M lines. [currency per unit].

    Parameters
    ----------
    spread, commission : ndarray, shape (M,)
        Either way.
    impact : ndarray, shape (M,)
        Coefficient of |units|^(3/2).
    borrow, financing, decay : ndarray, shape (M,)
        A calendar day of a unit short, of a unit long; over the holding period of a unit long.
    month_decay : ndarray, shape (M,)
        Over 30 days of a unit long.
    premium, margin : ndarray, shape (M,)
        Premium of one contract; margin of one unit.
    holding_days : float
        Calendar days the hedge is meant to stay on.
    """

    spread: FloatArray
    commission: FloatArray
    impact: FloatArray
    borrow: FloatArray
    financing: FloatArray
    decay: FloatArray
    month_decay: FloatArray
    premium: FloatArray
    margin: FloatArray
    holding_days: float

    def over(self, days: float) -> Costs:
        """Return entry costs and borrow and financing over some days: what is not in the P&L of that horizon."""
        both = self.spread + self.commission
        return Costs(
            buy=both + days * self.financing, sell=both + days * self.borrow, impact=self.impact
        )

    def all_in(self) -> Costs:
        """Return costs over the holding period, decay included: what the budget caps."""
        whole = self.over(self.holding_days)
        return replace(whole, buy=whole.buy + self.decay)

    def of(self, trades: FloatArray) -> CostBreakdown:
        """Return the cost of signed trades, part by part."""
        size, bought = np.abs(trades), np.maximum(trades, 0.0)
        sold = np.maximum(-trades, 0.0)
        borrow, financing = float(self.borrow @ sold), float(self.financing @ bought)
        days = self.holding_days
        return CostBreakdown(
            spread=float(self.spread @ size),
            commission=float(self.commission @ size),
            impact=float(self.impact @ size**1.5),
            borrow=days * borrow,
            financing=days * financing,
            decay=float(self.decay @ bought),
            premium=float(self.premium @ trades),
            carry_per_month=DAYS_A_MONTH * (borrow + financing) + float(self.month_decay @ bought),
            margin=float(self.margin @ size),
            holding_days=days,
        )


def cost_rates(
    candidates: Candidates, *, holding_days: float = DAYS_A_MONTH, impact_coefficient: float = 1.0
) -> CostRates:
    """Return what one unit of each line costs.

    Parameters
    ----------
    candidates : Candidates
        Lines with their values.
    holding_days : float
        Calendar days the hedge is meant to stay on.
    impact_coefficient : float
        Y of the square-root law, 0.5 to 1.5 in the literature.

    Returns
    -------
    CostRates

    Notes
    -----
    Of options, impact moves the underlying: daily volatility times delta. Lines without a stated daily volume
    have no impact. Selling down pays no borrow, its proceeds earn nothing, and of the options that it ends neither the
    decay that is saved nor that which is no longer earned is counted.
    """
    if not 0.0 <= holding_days <= _MOST_DAYS:
        raise InputError(f"holding days are {holding_days:g}: give 0 to {_MOST_DAYS:g}.")
    if not 0.0 <= impact_coefficient <= _MOST_IMPACT:
        raise InputError(
            f"the impact coefficient is {impact_coefficient:g}: give 0 to {_MOST_IMPACT:g}."
        )
    lines = candidates.lines
    adv = np.array([line.adv for line in lines])
    known = np.isfinite(adv)
    impact = np.zeros(len(lines))
    impact[known] = (
        impact_coefficient
        * candidates.volatility[known]
        * np.abs(candidates.delta[known])
        / np.sqrt(adv[known])
    )
    funded = np.array(
        [
            candidates.rates.get(line.currency, np.nan)
            if line.financing is None
            else line.financing
            for line in lines
        ]
    )
    value = np.abs(candidates.value)
    paid = np.array([line.type not in ("future", "sell_down") for line in lines])
    lacking = [
        line.id
        for line, rate, pays in zip(lines, funded, paid, strict=True)
        if pays and np.isnan(rate)
    ]
    if lacking:
        raise InputError(
            f"no financing rate for {', '.join(lacking[:5])}: add a cash row for its currency, or a "
            "financing column."
        )
    funded = np.where(paid, funded, 0.0)
    option = candidates.mask("put", "call", "put_spread", "collar")
    closing = candidates.mask("sell_down")
    margin = np.array([0.0 if line.margin is None else line.margin for line in lines])
    return CostRates(
        spread=np.array([line.half_spread for line in lines]) * candidates.spread_base,
        commission=candidates.commission,
        impact=impact,
        borrow=np.array([line.borrow for line in lines]) * value / DAYS_A_YEAR,
        financing=funded * value / DAYS_A_YEAR,
        decay=np.where(closing, 0.0, candidates.decay(holding_days)),
        month_decay=np.where(closing, 0.0, candidates.decay(DAYS_A_MONTH)),
        premium=np.where(option, candidates.value, 0.0),
        margin=margin * candidates.notional,
        holding_days=holding_days,
    )
