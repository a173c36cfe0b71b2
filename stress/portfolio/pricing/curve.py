"""Points of yield curves: how they are named, and what lies between them.

Linear in years between the points there are, flat outside them: the weights of any tenor sum to one, so a
parallel shift of all points moves every tenor by it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from stress.errors import InputError

__all__ = ["CurvePoint", "curve_point", "is_point", "point_name", "tenor_weights"]

_NAME = re.compile(r"(?P<currency>[A-Z]{3}) (?P<years>\d+(?:\.\d+)?)y")


class CurvePoint(NamedTuple):
    """A place on the yield curve of a currency; `years` to maturity."""

    currency: str
    years: float


def point_name(currency: str, years: float) -> str:
    """Return the name of a point, to a thousandth of a year (less than a day).

    Examples
    --------
    >>> point_name("USD", 10.0), point_name("USD", 4.8767)
    ('USD 10y', 'USD 4.877y')
    """
    return f"{currency} {years:.3f}".rstrip("0").rstrip(".") + "y"


def curve_point(name: str) -> CurvePoint:
    """Read the name of a point.

    Parameters
    ----------
    name : str
        ``"USD 10y"``, ``"EUR 0.25y"``.

    Raises
    ------
    InputError
        If it is none.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise InputError(
            f"'{name}' is no point of a yield curve. Write a currency and years: 'USD 10y', 'USD 0.25y'."
        )
    return CurvePoint(found["currency"], float(found["years"]))


def is_point(name: str) -> bool:
    """Whether a rate's name is that of a point, rather than a currency's or a single bond's."""
    return _NAME.fullmatch(name) is not None


def tenor_weights(years: float, points: Sequence[float]) -> dict[float, float]:
    """Return what each point counts at a tenor: linear between neighbours, flat outside.

    Parameters
    ----------
    years : float
        The tenor.
    points : sequence of float
        Tenors of the points, at least one, each once. [years]

    Returns
    -------
    dict of float to float
        Positive weights that sum to one, by tenor of the point; points that count nothing are left out.

    Examples
    --------
    >>> tenor_weights(4.0, [2.0, 10.0])
    {2.0: 0.75, 10.0: 0.25}
    >>> tenor_weights(20.0, [2.0, 10.0])
    {10.0: 1.0}
    """
    if not points or not math.isfinite(years):
        raise InputError(f"a tenor of {years!r} years has no place between {len(points)} point(s).")
    known = sorted(points)
    inside = min(max(years, known[0]), known[-1])
    for low, high in pairwise(known):
        if low < inside < high:
            upper = (inside - low) / (high - low)
            return {low: 1.0 - upper, high: upper}
    return {inside: 1.0}
