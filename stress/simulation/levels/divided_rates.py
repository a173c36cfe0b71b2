"""Exchange rates that levels are divided by: how far they may fall, and what is said of those that could fall further.

What is held in yen is worth its amount over the price of a dollar in yen. Near -100 % of that price the quotient says
nothing of a market any more, and at -100 % there is none. A scenario that states a loss of all of it is refused; anything else
that falls so far, a draw or a point of a search, is held at the lowest move, and a run says so where it is likely.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments import Driver
from stress.simulation.movers import FactorGrowth, Fixed, NameGrowth, QuotedGrowth, RateMover
from stress.simulation.ruin import ruin_probability
from stress.simulation.valuation import Valuation

if TYPE_CHECKING:
    from stress.simulation.plan import Plan

__all__ = ["LOWEST_RATE_MOVE", "held_above", "require_priced"]

#: The lowest move of a rate that a level is divided by. [fraction]
LOWEST_RATE_MOVE = -0.99
#: A rate that is likelier than this to fall further is said to be held there: one draw in 100,000.
_WORTH_SAYING = 1e-5
#: A stated move may miss the lowest by its rounding.
_ROUNDING = 1e-9


def held_above(growth: FloatArray | float) -> FloatArray | float:
    """Return what a level is divided by: no less than is left at the lowest move."""
    return np.maximum(growth, 1.0 + LOWEST_RATE_MOVE)


def require_priced(planned: Plan) -> tuple[str, ...]:
    """Refuse a plan whose scenario states the loss of all of a rate that something is divided by.

    Returns
    -------
    tuple of str
        The rates that fall below the lowest move in its scenario or draws, which are held there.

    Raises
    ------
    InputError
        Every such move.
    """
    if planned.revaluation is None:
        return ()
    problems, warnings = [], []
    for rate, driver in _divided_rates(planned.revaluation.valuation).items():
        stated, central, probability = _fall(planned, rate)
        lowest = f"{LOWEST_RATE_MOVE:.0%}"
        if stated and central <= -1.0:
            problems.append(
                Problem(
                    message=f"{driver}: the currency it is quoted in falls by 100 %, "
                    "and nothing has a price in money that is worth nothing.",
                    hint="State a smaller move of that currency.",
                )
            )
        elif stated and central < LOWEST_RATE_MOVE - _ROUNDING:
            warnings.append(
                f"{_called(rate)}: {100.0 * central:.6g}% as stated; {driver} is divided by it, and takes it as {lowest}."
            )
        elif probability > _WORTH_SAYING:
            warnings.append(
                f"{_called(rate)}: could fall below {lowest} in these variations; {driver} is divided by it, "
                f"and takes it as {lowest} there."
            )
    if problems:
        raise InputError(problems)
    return tuple(warnings)


def _divided_rates(valuation: Valuation) -> dict[RateMover, Driver]:
    """Return the exchange rates that levels are divided by, each with the first level that is."""
    found: dict[RateMover, Driver] = {}
    for driver, mover in valuation.movers.items():
        match mover:
            case NameGrowth(inverse=True) | FactorGrowth(inverse=True):
                found.setdefault(mover, driver)
            case QuotedGrowth():
                if mover.given_up is not None:
                    found.setdefault(mover.given_up, driver)
                if isinstance(mover.gained, NameGrowth | FactorGrowth) and mover.gained.inverse:
                    found.setdefault(mover.gained, driver)
            case _:
                pass
    return found


def _called(rate: RateMover) -> str:
    match rate:
        case NameGrowth():
            return rate.name
        case FactorGrowth():
            return rate.factor
        case Fixed():
            return "an exchange rate"


def _fall(planned: Plan, rate: RateMover) -> tuple[bool, float, float]:
    """Return whether a rate's move is stated, its central move, and how likely it falls below the lowest."""
    completed = planned.completed
    n, none = completed.n_stated, np.zeros((completed.n_stated, 0))
    match rate:
        case Fixed():
            return True, rate.move, 0.0
        case FactorGrowth():
            k = planned.book.model.factor_index[rate.factor]
            central = planned.mean_factors()[k]
            simple = float(np.expm1(central) if completed.compound else central)
            row = np.eye(len(completed.factor_names))[[k]]
            return bool(completed.stated[k]), simple, _below(planned, row)
        case NameGrowth():
            i = planned.book.name_index[rate.name]
            simple = float(planned.central_returns()[i])
            if not np.isnan(planned.fixed[i]):
                return True, simple, 0.0
            if planned.follows[i] >= 0:
                move = np.eye(n)[[planned.follows[i]]]
                return True, simple, _below(planned, move, gain=np.eye(n), root=none)
            row, own = planned.book.exposures[[i]], [i]
            return (
                False,
                simple,
                _below(planned, row, specific=planned.specific[own]),
            )


def _below(
    planned: Plan,
    row: FloatArray,
    *,
    gain: FloatArray | None = None,
    root: FloatArray | None = None,
    specific: FloatArray | None = None,
) -> float:
    """Return how likely one row of exposures falls below the lowest move."""
    completed = planned.completed
    if root is None:
        root = completed.root if planned.mode == "linked" else planned.root
    lowest = math.log1p(LOWEST_RATE_MOVE) if completed.compound else LOWEST_RATE_MOVE
    found = ruin_probability(
        row,
        completed,
        planned.variation,
        root=root,
        factor_gain=planned.factor_gain if gain is None else gain,
        specific=np.zeros(1) if specific is None else specific,
        lowest=lowest,
        harmless=math.inf,  # what is worth saying is rarer than what is worth a draw
    )
    return float(found[0])
