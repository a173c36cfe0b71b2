"""Cash flows and a yield: value, duration, convexity, and the yield of a price.

Hull, J., Options, Futures, and Other Derivatives, chapter 4. A yield compounds `frequency` times a year
(the street convention with fractional first periods), or continuously when `frequency` is None.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = [
    "LOWEST_YIELD",
    "BondRisk",
    "bond_risk",
    "duration_value",
    "present_value",
    "yield_of_price",
]

#: The lowest and highest yield that a price is read as. [a year]
LOWEST_YIELD = -0.5
_HIGHEST_YIELD = 10.0


class BondRisk(NamedTuple):
    """Value and its relative sensitivities: ``dP / P = -duration dy + convexity dy^2 / 2``."""

    value: float
    duration: float
    convexity: float


def present_value(
    years: FloatArray, amounts: FloatArray, yields: npt.ArrayLike, *, frequency: int | None
) -> FloatArray:
    """Return the value of cash flows at one or many yields.

    Parameters
    ----------
    years, amounts : ndarray of shape (M,)
        When and how much.
    yields : array_like
        Any shape; above ``-frequency`` when compounded. [a year]
    frequency : int or None
        Compounding periods a year, or None for continuous compounding.

    Returns
    -------
    ndarray
        Of the yields' shape.

    Raises
    ------
    InputError
        If a yield is at or below ``-frequency``.
    """
    rate = _continuous(yields, frequency)
    total = np.zeros(rate.shape)
    for when, amount in zip(years, amounts, strict=True):
        total += amount * np.exp(-rate * when)
    return total


def bond_risk(
    years: FloatArray, amounts: FloatArray, yield_: float, *, frequency: int | None
) -> BondRisk:
    """Return value, modified duration (years) and convexity (years squared) at a yield.

    With continuous compounding modified and Macaulay duration are the same.
    """
    weights = amounts * np.exp(-float(_continuous(yield_, frequency)) * years)
    value = float(np.sum(weights))
    if frequency is None:
        first, second = float(weights @ years), float(weights @ np.square(years))
    else:
        growth = 1.0 + yield_ / frequency
        first = float(weights @ years) / growth
        second = float(weights @ (years * (years + 1.0 / frequency))) / growth**2
    return BondRisk(value=value, duration=first / value, convexity=second / value)


def duration_value(
    price: npt.ArrayLike, move: npt.ArrayLike, *, duration: float, convexity: float
) -> FloatArray:
    """Return ``price (1 - duration dy + convexity dy^2 / 2)``: an approximation, for unknown terms."""
    dy = np.asarray(move, dtype=np.float64)
    return np.asarray(price, dtype=np.float64) * (
        1.0 - duration * dy + 0.5 * convexity * np.square(dy)
    )


def yield_of_price(
    years: FloatArray, amounts: FloatArray, price: float, *, frequency: int | None
) -> float:
    """Return the yield at which the cash flows are worth `price` (accrued interest included).

    Raises
    ------
    InputError
        If the price is not above 0, no cash flow is left, or the yield is outside -50 % to 1000 %.
    """
    if not price > 0.0 or not len(years) or not np.sum(amounts) > 0.0:
        raise InputError(f"no yield for a price of {price:g} with {len(years)} payments left.")
    low, high = LOWEST_YIELD, _HIGHEST_YIELD

    def over(y: float) -> float:
        return float(present_value(years, amounts, y, frequency=frequency)) - price

    if over(low) < 0.0 or over(high) > 0.0:
        raise InputError(f"price {price:g} needs a yield outside {low:.0%} to {high:.0%}.")
    y = 0.05
    for _ in range(200):
        gap = over(y)
        low, high = (y, high) if gap > 0.0 else (low, y)
        risk = bond_risk(years, amounts, y, frequency=frequency)
        newton = y + gap / (risk.duration * risk.value)
        following = newton if low < newton < high else 0.5 * (low + high)
        if abs(following - y) < 1e-15:
            break
        y = following
    return y


def _continuous(yields: npt.ArrayLike, frequency: int | None) -> FloatArray:
    y = np.asarray(yields, dtype=np.float64)
    if frequency is None:
        return y
    if np.any(y <= -frequency):
        raise InputError(
            f"a yield of {float(np.min(y)):.0%} compounded {frequency} times a year has no discount factor."
        )
    return frequency * np.log1p(y / frequency)
