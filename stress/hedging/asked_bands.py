"""Bands of factor exposure as they are asked for: ``--neutral market``, ``--band semis_ai_compute:alone=-2%..2%``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stress.errors import InputError, Problem
from stress.scenarios.scenario import Propagation
from stress.twice import given_twice
from stress.units import parse_fraction

__all__ = ["NEUTRAL", "AskedBand", "asked_bands"]

#: A book is neutral to a factor within this exposure either way, of NAV: trades are whole lots.
NEUTRAL = 0.005
_ALONE = ":alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBand:
    """Least and largest exposure of the hedged book to one factor.

    Parameters
    ----------
    target : str
        Factor of the model, as it was typed: ``market``, or ``market:alone``.
    lower, upper : float
        Share of NAV, as `stress.hedging.factor_exposures` measures it; infinite where open.
    neutral : bool
        Whether it was asked as "neutral".
    """

    target: str
    lower: float
    upper: float
    neutral: bool = False

    @property
    def factor(self) -> str:
        """Name of the factor."""
        return self.target.removesuffix(_ALONE)

    @property
    def propagation(self) -> Propagation:
        """Whether the other factors follow the move, or stand still."""
        return "alone" if self.target.endswith(_ALONE) else "linked"

    @property
    def name(self) -> str:
        """Name of the limit in messages and prices."""
        return f"{'neutral' if self.neutral else 'band'} {self.target}"

    @property
    def edges(self) -> str:
        """Both edges, as they are typed."""
        return f"{_edge(self.lower)}..{_edge(self.upper)}"

    def widened(self, by: float) -> AskedBand:
        """Return the band wider on both sides, rounded outwards to a hundredth of a percent of NAV."""
        return AskedBand(
            target=self.target,
            lower=_outwards(self.lower - by, math.floor),
            upper=_outwards(self.upper + by, math.ceil),
        )


def asked_bands(neutral: Sequence[str], bands: Mapping[str, str]) -> tuple[AskedBand, ...]:
    """Read what was asked.

    Parameters
    ----------
    neutral : sequence of str
        Factors to which the exposure shall be zero, within `NEUTRAL`; ``FACTOR:alone`` with the others standing still.
    bands : mapping of str to str
        ``LOW..HIGH`` in ``%`` of NAV by factor, written alike; one end may be left out.

    Raises
    ------
    InputError
        All that cannot be read, and factors with two limits, at once.
    """
    found = [
        AskedBand(target=name, lower=-NEUTRAL, upper=NEUTRAL, neutral=True) for name in neutral
    ]
    problems: list[Problem] = []
    for name, text in bands.items():
        try:
            lower, upper = _edges(text, what=f"band {name}")
        except InputError as error:
            problems += error.problems
            continue
        found.append(AskedBand(target=name, lower=lower, upper=upper))
    names = [one.target for one in found]
    twice = given_twice(names)
    problems += [
        Problem(
            message=f"the exposure to {name} is limited twice: give it once, by neutral or band."
        )
        for name in twice
    ]
    if problems:
        raise InputError(problems)
    return tuple(found)


def _edges(text: str, *, what: str) -> tuple[float, float]:
    low, between, high = (part.strip() for part in text.partition(".."))
    if not between or not (low or high) or high.startswith("."):
        raise InputError(
            f"{what}: '{text}' is not LOW..HIGH. Write -2%..2%, or ..30% without a least."
        )
    lower = _signed(low, what=what) if low else -math.inf
    upper = _signed(high, what=what) if high else math.inf
    if lower > upper:
        raise InputError(
            f"{what}: '{text}': {low} is above {high}. Write the least first, -2%..2%."
        )
    return lower, upper


def _signed(text: str, *, what: str) -> float:
    """Read a share with its sign; below -100 % too: an exposure is no return."""
    if text[0] in "-\u2212":
        return -parse_fraction(text[1:], what=what)
    return parse_fraction(text, what=what)


def _edge(share: float) -> str:
    return "" if math.isinf(share) else f"{100.0 * share:.10g}%"


def _outwards(share: float, rounding: Callable[[float], int]) -> float:
    return share if math.isinf(share) else rounding(round(1e4 * share, 6)) / 1e4
