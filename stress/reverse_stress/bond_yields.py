"""Yields of held bonds in a search: how far they fall, and what a bond is worth where a search tries further.

A compounded yield of ``-frequency`` or less has no discount factor. A search keeps its yields above the lowest
that a price is read as, and values a bond there at points beyond, which its solvers try and no answer is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, ModelError
from stress.portfolio.instruments import Bond, Driver, Levels
from stress.portfolio.pricing.bonds import LOWEST_YIELD
from stress.reverse_stress.answer import ReverseStressAnswer, Value
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.levels.floors import Floors
from stress.simulation.movers import FactorShift
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Revaluation

__all__ = ["HeldBond", "as_run", "with_bonds_held", "with_yield_floors"]

#: At its lowest, a yield is met to the rounding of the search.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBond(Bond):
    """A bond that no yield below a lowest reaches: it keeps its value there.

    Parameters
    ----------
    lowest : float
        Of its yield, spread included. [a year]
    """

    lowest: float

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the value of `Bond` at the yield, or at the lowest."""
        rate = np.maximum(levels[self.rate], self.lowest - levels[self.spread])
        return Bond.value(self, {**levels, self.rate: rate}, elapsed_days=elapsed_days)


def with_bonds_held(planned: Plan) -> Plan:
    """Return a plan whose bonds are held at their lowest yield; above it, its values are the same.

    Parameters
    ----------
    planned : Plan
        Of a search.
    """
    if planned.revaluation is None or not any(_bonds(planned.revaluation)):
        return planned
    still = planned.revaluation.unmoved
    legs = tuple(tuple(_held(leg, still) for leg in held) for held in planned.revaluation.legs)
    return replace(planned, revaluation=replace(planned.revaluation, legs=legs))


def with_yield_floors(floor: Floors, planned: Plan) -> Floors:
    """Add the lowest moves of the yields that held bonds are read on.

    Parameters
    ----------
    floor : Floors
        Of all else.
    planned : Plan
        Of a search.

    Returns
    -------
    Floors
        A yield falls no further than to where the bond that reaches its lowest first does, its spread fallen as
        far as it can: a bond's yield moves by what those next to its tenor do on average, so none passes its own.
    """
    if planned.revaluation is None:
        return floor
    moves, notes = np.array(floor.moves), dict(floor.notes)
    index, movers = planned.book.model.factor_index, planned.revaluation.valuation.movers
    for bond in _bonds(planned.revaluation):
        shift, credit = movers[bond.rate], movers[bond.spread]
        if not isinstance(shift, FactorShift):
            continue
        tightest = (
            min(floor.moves[index[name]] for name in credit.weights)
            if isinstance(credit, FactorShift)
            else 0.0
        )
        still = _yield(bond, planned.revaluation.unmoved)
        fall = still - _lowest(still) + (tightest if np.isfinite(tightest) else 0.0)
        for name in shift.weights:
            k = index[name]
            if -max(fall, 0.0) > moves[k]:
                moves[k] = -max(fall, 0.0)
                notes[k] = (
                    f"{bond.name} would yield less than {LOWEST_YIELD:.0%} beyond, so a search falls no further; nothing "
                    "plausible moves that much."
                )
    moves.setflags(write=False)
    return Floors(moves=moves, notes=notes)


def as_run(
    found: Sequence[ReverseStressAnswer], searched: Value, run: Value
) -> tuple[ReverseStressAnswer, ...]:
    """Return the answers that a run values as the search did.

    Parameters
    ----------
    found : sequence of ReverseStressAnswer
        Of a search.
    searched, run : callable
        P&L (S,) of factor moves (S, K): with bonds held at their lowest yield, and as a run has it.

    Raises
    ------
    ModelError
        If there are answers, and none is: yields that are not searched follow by the linked law, which knows no
        lowest.
    """

    def same(answer: ReverseStressAnswer) -> bool:
        moves = answer.moves[None, :]
        try:
            return bool(np.isclose(run(moves)[0], searched(moves)[0], rtol=_ROUNDING, atol=0.0))
        except InputError:  # a yield without a discount factor
            return False

    kept = tuple(answer for answer in found if same(answer))
    if found and not kept:
        raise ModelError(
            f"every scenario found takes a held bond to a yield below {LOWEST_YIELD:.0%}, the lowest that one is searched "
            "at: the linked law is stretched too far. Ask for less, for fewer sessions, or search the yields too."
        )
    return kept


def _bonds(revaluation: Revaluation) -> Iterator[Bond]:
    return (
        leg.instrument
        for held in revaluation.legs
        for leg in held
        if isinstance(leg.instrument, Bond)
    )


def _held(leg: ElementaryLeg, still: Mapping[Driver, FloatArray]) -> ElementaryLeg:
    bond = leg.instrument
    if not isinstance(bond, Bond):
        return leg
    terms = {term.name: getattr(bond, term.name) for term in fields(bond)}
    return replace(leg, instrument=HeldBond(**terms, lowest=_lowest(_yield(bond, still))))


def _yield(bond: Bond, levels: Mapping[Driver, FloatArray]) -> float:
    return float(levels[bond.rate] + levels[bond.spread])


def _lowest(still: float) -> float:
    """Return the lowest yield of a bond: that of where it stands, where it stands below."""
    return min(LOWEST_YIELD, still)
