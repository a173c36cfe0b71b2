"""The relief of a scenario: what it states is undone."""

from __future__ import annotations

from stress.errors import InputError
from stress.scenarios.derive import with_every_move
from stress.scenarios.scenario import Scenario, StatedMove
from stress.units import Move

__all__ = ["relief_of"]


def relief_of(scenario: Scenario) -> Scenario:
    """Return the relief of a scenario: every stated move undone, ``1 / (1 + m) - 1`` for relative ones.

    Every step of a path is undone, so the compounded path is too.

    Parameters
    ----------
    scenario : Scenario
        The original.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        A move of -100 %: nothing undoes it.
    """

    def undone(moves: tuple[StatedMove, ...]) -> tuple[StatedMove, ...]:
        return tuple(
            StatedMove(target=stated.target, move=_undone(scenario, stated)) for stated in moves
        )

    return with_every_move(
        scenario, undone, id=f"{scenario.id}-relief", title=f"relief of {scenario.id}"
    )


def _undone(scenario: Scenario, stated: StatedMove) -> Move:
    move = stated.move
    if move.unit != "%":
        return Move(value=-move.value, unit=move.unit)
    if move.value <= -1.0:
        raise InputError(
            f"scenario {scenario.id}: {stated.target} {move} has no relief, nothing undoes it. "
            "State a smaller fall."
        )
    return Move(value=1.0 / (1.0 + move.value) - 1.0, unit=move.unit)
