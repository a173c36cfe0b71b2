"""What holdings of some kinds stand for; futures and forwards themselves are worth about nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stress.portfolio.instruments import Instrument
from stress.simulation.revaluation import Revaluation

__all__ = ["notionals"]


def notionals(inside: Revaluation, *kinds: type[Instrument]) -> Iterator[float]:
    """Yield the signed notional of each leg of some kinds, now, short ones negative. [book currency].

    Parameters
    ----------
    inside : Revaluation
        With the holdings and the levels they are read at.
    kinds : type of Instrument
        Which.
    """
    for held, legs in zip(inside.valuation.holdings, inside.legs, strict=True):
        for leg in legs:
            if isinstance(leg.instrument, kinds):
                fx = 1.0 if leg.fx is None else float(inside.base[leg.fx])
                yield held.quantity * leg.ratio * leg.instrument.notional_at(inside.base) * fx
