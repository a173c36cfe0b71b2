"""Discrete dividends as the yield that takes the same value out of the share until expiry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from stress.errors import InputError

__all__ = ["Dividend", "equivalent_yield"]


class Dividend(NamedTuple):
    """An amount a share, in years from the valuation date."""

    years: float
    amount: float


def equivalent_yield(
    spot: float, dividends: Iterable[Dividend], years: float, rate: float
) -> float:
    """Return q with ``spot * exp(-q * years) = spot - present value of the dividends until then``.

    The forward is exact; early exercise around an ex-date is approximate, as with any yield.

    Parameters
    ----------
    spot : float
        Above 0. [currency]
    dividends : iterable of Dividend
        Those after `years` or before now are left out: they do not touch the option.
    years : float
        To expiry; 0 gives a yield of 0.
    rate : float
        Continuously compounded.

    Raises
    ------
    InputError
        If the dividends are worth the share or more.

    Examples
    --------
    >>> round(equivalent_yield(100.0, [Dividend(0.25, 1.0)], 0.5, 0.0), 6)
    0.020101
    """
    if years <= 0.0:
        return 0.0
    taken = sum(d.amount * math.exp(-rate * d.years) for d in dividends if 0.0 < d.years <= years)
    if not taken < spot:
        raise InputError(f"dividends worth {taken:g} until expiry are not below the spot {spot:g}.")
    return -math.log1p(-taken / spot) / years
