"""The one-period moves of a path whose table counts from its start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from stress.errors import InputError
from stress.scenarios.scenario import Scenario, StatedMove
from stress.units import Move

__all__ = ["moves_after", "steps_from_cumulative"]


def steps_from_cumulative(
    rows: Sequence[Sequence[StatedMove]],
) -> tuple[tuple[StatedMove, ...], ...]:
    """Turn moves since the start into moves since the row before.

    A relative move of a step is ``(1 + m_t) / (1 + m_{t-1}) - 1``, another is the difference.

    Parameters
    ----------
    rows : sequence of sequences of StatedMove
        One row a step, in order; each moves the same targets.

    Returns
    -------
    tuple of tuples of StatedMove
        One a step.

    Raises
    ------
    InputError
        When rows move different targets, change the unit of one, or nothing is left to move.
    """
    steps: list[tuple[StatedMove, ...]] = []
    before: dict[str, Move] = {}
    for number, row in enumerate(rows, start=1):
        here = {stated.target: stated.move for stated in row}
        if number > 1 and before.keys() != here.keys():
            differ = ", ".join(sorted(before.keys() ^ here.keys()))
            raise InputError(
                f"path step {number}: cumulative steps must all move the same factors and names; "
                f"these are in some only: {differ}."
            )
        steps.append(
            tuple(
                replace(stated, move=_step(before.get(stated.target), stated, number))
                for stated in row
            )
        )
        before = here
    return tuple(steps)


def _step(before: Move | None, stated: StatedMove, number: int) -> Move:
    now = stated.move
    if before is None:
        return now
    if before.unit != now.unit:
        raise InputError(
            f"path step {number}: {stated.target} changes its unit from {before.unit} to {now.unit}."
        )
    if now.unit == "%":
        if before.value <= -1.0:
            raise InputError(
                f"path step {number}: {stated.target} lost everything in the step before."
            )
        return Move(value=(1.0 + now.value) / (1.0 + before.value) - 1.0, unit="%")
    return Move(value=now.value - before.value, unit=now.unit)


def moves_after(path: Sequence[Scenario], sessions: int) -> dict[str, Move]:
    """Return where the steps that end so many sessions after the start leave what each of them states.

    Parameters
    ----------
    path : sequence of Scenario
        Steps, one after the other.
    sessions : int
        Since the start; what lies beyond is left out.

    Returns
    -------
    dict of str to Move
        By target that every one of these steps states: relative moves compounded, others added.
    """
    ended, steps = 0, []
    for step in path:
        ended += step.horizon_days
        if ended > sessions:
            break
        steps.append({stated.target: stated.move for stated in step.moves})
    found = {}
    for target in set.intersection(*map(set, steps)) if steps else ():
        moves = [step[target] for step in steps]
        values = [move.value for move in moves]
        relative = moves[0].unit == "%"
        total = math.prod(1.0 + value for value in values) - 1.0 if relative else math.fsum(values)
        found[target] = Move(value=total, unit=moves[0].unit)
    return found
