"""What each holding is worth now, before anything moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Driver, Option
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.valuation import Valuation

__all__ = ["values_now"]


def values_now(
    valuation: Valuation,
    legs: tuple[tuple[ElementaryLeg, ...], ...],
    base: Mapping[Driver, FloatArray],
) -> FloatArray:
    """Return the value of each holding at the base levels, shape (P,). [book currency].

    Parameters
    ----------
    valuation : Valuation
        With the quantities.
    legs : tuple of tuple of ElementaryLeg
        By holding.
    base : mapping of Driver to ndarray
        Base levels, scalars.
    """
    european = _european_values(legs, base)
    values = []
    for held, parts in zip(valuation.holdings, legs, strict=True):
        unit = 0.0
        for leg in parts:
            option = leg.instrument
            if isinstance(option, Option) and option.style == "european":
                value = next(european)
            else:
                value = float(option.value(base))
            unit += leg.ratio * (value if leg.fx is None else value * float(base[leg.fx]))
        values.append(held.quantity * unit)
    return np.array(values, dtype=np.float64)


def _european_values(
    legs: tuple[tuple[ElementaryLeg, ...], ...], base: Mapping[Driver, FloatArray]
) -> Iterator[float]:
    """Yield the value of each European option now, in the order of legs: one formula for all."""
    options = [
        leg.instrument
        for parts in legs
        for leg in parts
        if isinstance(leg.instrument, Option) and leg.instrument.style == "european"
    ]
    if not options:
        return
    from stress.portfolio.pricing.black_scholes import european_value

    spot, vol, rate, dividend = np.array(
        [[float(base[driver]) for driver in option.drivers()] for option in options]
    ).T
    strike, years, sign, multiplier = np.array(
        [(o.strike, o.years(0.0), o.sign, o.multiplier) for o in options]
    ).T
    values = multiplier * european_value(spot, strike, years, rate, dividend, vol, sign=sign)
    yield from values.tolist()
