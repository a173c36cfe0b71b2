"""Implied volatility: where a contract's level comes from, and how it moves with the spot and the market.

Three rules say what a contract's volatility does when the spot moves by a factor ``R`` and the smile has
slope ``b = d sigma / d ln K`` at its expiry:

- sticky strike: nothing, the contract keeps its volatility;
- sticky moneyness: the smile moves along with the spot, ``sigma - b ln R``;
- spot-coordinated: the smile moves against it, as a local volatility surface does, ``sigma + b ln R``:
  the at-the-money volatility then moves by about twice the slope.

Derman, E. (1999), Regimes of volatility, Risk 12(4). On top of the rule stands the shift that the scenario's
volatility move means for the name and the expiry.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.portfolio.instruments.instrument import Driver, Levels
from stress.portfolio.instruments.option import Option
from stress.portfolio.market import Level, Market
from stress.scenarios.scenario import VolatilityRule

__all__ = [
    "VOLATILITY_RULES",
    "SkewSlope",
    "VolatilityBeta",
    "assumed_volatility_beta",
    "implied_levels",
    "name_volatility_move",
    "shocked_volatility",
    "smile_shift",
    "term_factor",
    "unknown_skew",
    "volatility_bounds",
]

VOLATILITY_RULES: tuple[VolatilityRule, ...] = get_args(VolatilityRule)

#: Shocked volatilities stay between these. [per square root of a year]
FLOOR, CEILING = 0.03, 4.0

#: The horizon of the index the scenario's volatility move is written in (VIX).
INDEX_DAYS = 30.0

#: Expiries shorter than this move as if they were this long.
SHORTEST_DAYS = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkewSlope:
    """``d sigma / d ln K`` of a name's smile at an expiry; negative for most shares.

    Parameters
    ----------
    value : float
        Volatility per unit of log strike.
    source : {'measured', 'given', 'unknown'}
        `unknown` is a slope of 0, under which the three rules are one; the result says so.
    """

    value: float
    source: Literal["measured", "given", "unknown"]

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or (self.source == "unknown" and self.value != 0.0):
            raise InputError(
                f"skew slope {self.value!r} ({self.source}) is not a number, or not 0."
            )


def unknown_skew(name: str) -> tuple[SkewSlope, str]:
    """Return the slope of 0 for a name whose smile is not known, and the sentence that says so."""
    return (
        SkewSlope(value=0.0, source="unknown"),
        f"{name}: no slope of the volatility smile is known; 0 is used, so the volatility rules agree.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityBeta:
    """Points a name's 30-day volatility moves for one point of the index.

    Parameters
    ----------
    value : float
        At least 0.
    source : {'measured', 'given', 'assumed'}
        `assumed` is shown with the result, beside the P&L at 0.5 and 1.5 times it.
    """

    value: float
    source: Literal["measured", "given", "assumed"]

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0.0):
            raise InputError(f"volatility beta {self.value!r} is not a number of at least 0.")


def assumed_volatility_beta(name_volatility: float, index_volatility: float) -> VolatilityBeta:
    """Return the beta under which a name's volatility moves by the same fraction as the index's."""
    if not (name_volatility > 0.0 and index_volatility > 0.0):
        raise InputError(
            f"volatilities {name_volatility!r} and {index_volatility!r} are not both above zero."
        )
    return VolatilityBeta(value=name_volatility / index_volatility, source="assumed")


def term_factor(days: npt.ArrayLike) -> FloatArray:
    """Return how much an expiry moves for one point of 30-day volatility: ``sqrt(30 / days)``.

    A shock to the variance of the coming month that dies out spreads over a longer life as 1 / T in
    variance, and less where it lasts; the square root is the usual middle. Below 7 days the factor
    stops growing, at 2.07.

    Parameters
    ----------
    days : array_like
        Calendar days to expiry at the end of the horizon.
    """
    return np.sqrt(INDEX_DAYS / np.maximum(np.asarray(days, dtype=np.float64), SHORTEST_DAYS))


def name_volatility_move(
    index_move: npt.ArrayLike, beta: VolatilityBeta, days: npt.ArrayLike
) -> FloatArray:
    """Return the move of a name's implied volatility at an expiry.

    Parameters
    ----------
    index_move : array_like
        Move of the volatility index as a fraction: VIX +3.05 points is 0.0305.
    beta : VolatilityBeta
        Of the name.
    days : array_like
        Calendar days to expiry at the end of the horizon.
    """
    return np.asarray(beta.value * np.asarray(index_move, dtype=np.float64) * term_factor(days))


def shocked_volatility(
    base: npt.ArrayLike,
    spot_ratio: npt.ArrayLike,
    *,
    rule: VolatilityRule,
    skew: SkewSlope,
    shift: npt.ArrayLike = 0.0,
    out: FloatArray | None = None,
) -> FloatArray:
    """Return a contract's volatility after a move of the spot and of the market's volatility.

    Parameters
    ----------
    base : array_like
        The contract's volatility now, at its own strike.
    spot_ratio : array_like
        Spot after over spot before, at least 0.
    rule : {'sticky-strike', 'sticky-moneyness', 'spot-coordinated'}
        How the smile follows the spot.
    skew : SkewSlope
        Of the name at the expiry. The smile is taken as a line in log strike around the contract.
    shift : array_like
        What the scenario's volatility move means for it (`name_volatility_move`).
    out : ndarray, optional
        Of the broadcast shape: where the result is put; `shift` itself may be.

    Returns
    -------
    ndarray
        Between `FLOOR` and `CEILING`, which also end the line where the spot collapses; a base outside
        them stays reachable: the bounds never move a volatility that nothing has moved.
    """
    sigma, ratio = np.asarray(base, dtype=np.float64), np.asarray(spot_ratio, dtype=np.float64)
    shape = np.broadcast_shapes(sigma.shape, ratio.shape, np.shape(shift))
    moved = np.empty(shape) if out is None else out
    np.add(sigma, shift, out=moved)
    along = smile_shift(ratio, rule=rule, skew=skew)
    if along is not None:
        moved += along
    least, most = volatility_bounds(sigma)
    np.maximum(moved, least, out=moved)
    np.minimum(moved, most, out=moved)
    return moved


def smile_shift(
    spot_ratio: FloatArray, *, rule: VolatilityRule, skew: SkewSlope
) -> FloatArray | None:
    """Return what a move of the spot along the smile adds to a volatility; None where it adds nothing.

    Parameters
    ----------
    spot_ratio : ndarray
        Spot after over spot before, at least 0.
    rule : {'sticky-strike', 'sticky-moneyness', 'spot-coordinated'}
        How the smile follows the spot.
    skew : SkewSlope
        Of the name at the expiry.
    """
    if rule not in VOLATILITY_RULES:
        raise InputError(
            f"volatility rule {rule!r} is unknown; known: {', '.join(VOLATILITY_RULES)}."
        )
    slope = {"sticky-strike": 0.0, "sticky-moneyness": -skew.value, "spot-coordinated": skew.value}
    if slope[rule] == 0.0:
        return None
    with np.errstate(divide="ignore"):
        along = np.log(spot_ratio)
    return np.asarray(slope[rule] * np.maximum(along, -50.0))


def volatility_bounds(base: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most that a shocked volatility comes to, from what it is now."""
    return np.minimum(base, FLOOR), np.maximum(base, CEILING)


def implied_levels(
    quoted: Sequence[tuple[Option, float]], market: Market
) -> dict[str, Level | InputError]:
    """Return the volatilities that contracts' prices imply, or why there is none, by contract.

    Parameters
    ----------
    quoted : sequence of (Option, float)
        Dated options, each with the price of one share's option. [currency of the option]
    market : Market
        With the spot, rate and dividend yield of each.

    Notes
    -----
    Contracts of one style are solved together; a contract's volatility has the same bits alone.
    """
    found: dict[str, Level | InputError] = {}
    of_style: dict[str, list[tuple[str, tuple[float, ...]]]] = {}
    for option, price in quoted:
        try:
            terms = _terms_of_price(option, market, price)
        except InputError as error:
            found[option.contract] = error
        else:
            of_style.setdefault(option.style, []).append((option.contract, terms))
    for style, asked in of_style.items():
        found |= _implied(asked, style)
    return found


def _terms_of_price(option: Option, market: Market, price: float) -> tuple[float, ...]:
    """Return price, spot, strike, years, rate, dividend and sign of an option."""
    levels: Levels = market.with_levels(
        {Driver("vol", option.contract): Level(value=1.0, source="definition")}
    ).base_levels([option])
    spot, _, rate, dividend = (float(levels[driver]) for driver in option.drivers())
    return price, spot, option.strike, option.years(), rate, dividend, option.sign


def _implied(
    asked: Sequence[tuple[str, tuple[float, ...]]], style: str
) -> dict[str, Level | InputError]:
    """Solve contracts of one style together; where some have no volatility, in halves, so that each says why."""
    from stress.portfolio.pricing.implied_volatility import implied_volatility

    *terms, sign = np.array([terms for _, terms in asked]).T
    try:
        solved = implied_volatility(*terms, sign=sign, american=style == "american")
    except InputError as error:
        if len(asked) == 1:
            ((contract, _),) = asked
            return {contract: InputError(f"{contract}: {error}")}
        middle = len(asked) // 2
        return {**_implied(asked[:middle], style), **_implied(asked[middle:], style)}
    return {
        contract: Level(value=float(vol), source="quoted-price")
        for (contract, _), vol in zip(asked, solved, strict=True)
    }
