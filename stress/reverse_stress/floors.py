"""How far each factor can fall: a return to -100 %, a volatility or spread to zero, as far as levels are known.

A level that is stated (the volatility index, a spread) puts the floor at zero. Without one, a model that carries
its sessions says how far the lowest of them lies below the last: the factor has been there, and may fall to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.factors.history import carried_days
from stress.factors.model import Factor, FactorModel, FloatArray
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import EXAMPLES, OPTIONS, Given
from stress.scenarios.propagation_report import written_move
from stress.simulation.valuation import SPREADS, volatility_factor
from stress.simulation.volatility_inputs import INDEX

__all__ = ["Floors", "floors_of", "stated_factor_levels"]

#: A factor at its floor, to this share of it.
_AT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The lowest move of each factor, and what to say of those that are not known.

    Parameters
    ----------
    moves : ndarray of shape (K,)
        Inside units; -inf where nothing bounds it.
    notes : mapping of int to str
        By factor whose level is not stated: what bounds it instead.
    """

    moves: FloatArray
    notes: Mapping[int, str]

    def said(self, moves: FloatArray, factors: Sequence[Factor]) -> tuple[str, ...]:
        """Say which moves of an answer stand at a floor, follow to below it, or fall where none is known.

        Parameters
        ----------
        moves : ndarray of shape (K,)
            Of an answer.
        factors : sequence of Factor, length K
            Of the model.

        Notes
        -----
        What is searched keeps to its floor; what follows by the linked law may pass it.
        """
        written = [
            (written_move(float(move), factor.unit), written_move(float(lowest), factor.unit))
            for move, lowest, factor in zip(moves, self.moves, factors, strict=True)
        ]
        met = moves <= self.moves + _AT * np.abs(np.where(np.isfinite(self.moves), self.moves, 0.0))
        below = met & np.array([move != lowest for move, lowest in written])
        at = met & ~below
        words = [
            f"{factor.name} follows to {written[k][0]}, below its lowest move of {written[k][1]}: the linked law is "
            "stretched too far."
            for k, factor in enumerate(factors)
            if below[k]
        ]
        gone = [f.name for k, f in enumerate(factors) if f.kind == "relative" and at[k]]
        if gone:
            words.append(
                f"{', '.join(gone)} at -100 %: all of it worthless, the end of what the law can reach. Read it as "
                "'nothing plausible loses that much', not as a scenario."
            )
        for k, note in self.notes.items():
            if at[k] or (moves[k] < 0.0 and not np.isfinite(self.moves[k])):
                words.append(f"{factors[k].name} {written[k][0]}: {note}")
        return tuple(words)


def stated_factor_levels(given: Given, model: FactorModel) -> dict[str, float]:
    """Return the levels of factors that are stated, inside units: the volatility index, and spreads.

    Parameters
    ----------
    given : Given
        Options over the market file.
    model : FactorModel
        Whose factors they are.
    """
    found = {}
    index = given.levels.get(Driver("vol", INDEX))
    volatility = volatility_factor(model)
    if index is not None and volatility is not None:
        found[volatility] = 100.0 * index.value
    for name in SPREADS.values():
        level = given.levels.get(Driver("spread", name))
        if level is not None and name in model.factor_index:
            found[name] = level.value
    return found


def _option(name: str, model: FactorModel) -> str:
    """Return the option that states a factor's level."""
    if name == volatility_factor(model):
        return f"{OPTIONS['vol']} {INDEX}=18%"
    return f"{OPTIONS['spread']} {name}={EXAMPLES['spread']}"


def floors_of(model: FactorModel, levels: Mapping[str, float]) -> Floors:
    """Return the lowest move of each factor.

    Parameters
    ----------
    model : FactorModel
        With its factors, and the sessions it carries.
    levels : mapping of str to float
        From `stated_factor_levels`.

    Returns
    -------
    Floors
    """
    moves = np.array([-1.0 if factor.kind == "relative" else -np.inf for factor in model.factors])
    notes: dict[int, str] = {}
    carried = carried_days(model)
    for name in (volatility_factor(model), *SPREADS.values()):
        k = None if name is None else model.factor_index.get(name)
        if name is None or k is None:
            continue
        if name in levels:
            moves[k] = -levels[name]
            continue
        state = f"State it: {_option(name, model)}."
        if carried is None:
            notes[k] = f"its level is not known, so nothing stops it at zero. {state}"
            continue
        since_then = np.concatenate([[0.0], np.cumsum(carried.moves[:, k])])
        moves[k] = float(since_then.min() - since_then[-1])
        notes[k] = (
            f"its level is not stated, so it falls no further than to the lowest of the model's sessions since "
            f"{carried.dates[0]}. {state}"
        )
    moves.setflags(write=False)
    return Floors(moves=moves, notes=notes)
