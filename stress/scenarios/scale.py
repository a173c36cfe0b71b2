"""A scenario at another severity."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from stress.errors import InputError
from stress.scenarios.derive import with_every_move
from stress.scenarios.scenario import Scenario, StatedMove
from stress.units import Move

if TYPE_CHECKING:
    from stress.arrays import FloatArray

#: A severity above this is a slip of the keyboard; files state the same limit.
MOST_SEVERE = 10.0

__all__ = [
    "MOST_SEVERE",
    "relative_at",
    "require_severity",
    "scale",
    "scaled_moves",
]

Number = TypeVar("Number", float, "FloatArray")


def scaled_moves(moves: Iterable[StatedMove], severity: float) -> tuple[StatedMove, ...]:
    """Scale stated moves: relative ones as ``(1 + m)^s - 1``, others by ``s``.

    Parameters
    ----------
    moves : iterable of StatedMove
        What is stated.
    severity : float
        From 0 to `MOST_SEVERE`.

    Raises
    ------
    InputError
        When the severity is outside that range.
    """
    require_severity(severity)
    if severity == 1.0:
        return tuple(moves)
    return tuple(replace(stated, move=_scaled(stated.move, severity)) for stated in moves)


def relative_at(moves: Number, severity: Number) -> Number:
    """Return relative moves at another severity: ``(1 + m)^s - 1``.

    Parameters
    ----------
    moves, severity : float, or ndarrays that broadcast
        At least -1, and at least 0.
    """
    growth: Number = (1.0 + moves) ** severity
    return growth - 1.0


def _scaled(move: Move, severity: float) -> Move:
    if move.unit == "%":
        return Move(value=relative_at(move.value, severity), unit=move.unit)
    return Move(value=move.value * severity, unit=move.unit)


def require_severity(severity: float) -> None:
    """Refuse a severity outside 0 to `MOST_SEVERE`.

    Parameters
    ----------
    severity : float
        Multiplies a shock.
    """
    if not (math.isfinite(severity) and 0.0 <= severity <= MOST_SEVERE):
        raise InputError(f"severity must be from 0 to {MOST_SEVERE:g}, got {severity:g}.")


def scale(scenario: Scenario, severity: float) -> Scenario:
    """Return the scenario at another severity.

    Recorded names, observed figures, conflicts and governance belong to the original and are left
    out, unless the severity is 1, which returns the scenario as it is. Another one of a measured
    scenario is anchored.

    Parameters
    ----------
    scenario : Scenario
        The original.
    severity : float
        At least 0: 1 changes nothing, 0.5 is milder, 2 worse. Every step of a path is scaled, so
        the compounded path is too.

    Returns
    -------
    Scenario

    Examples
    --------
    >>> from stress.scenarios.scenario import Scenario, StatedMove, Variation
    >>> from stress.units import parse_move
    >>> half = Scenario(id="half", title="Half", horizon_days=1, kind="hypothetical",
    ...     moves=(StatedMove(target="market", move=parse_move("-50%")),),
    ...     variation=Variation(kind="names"))
    >>> str(scale(half, 2.0).moves[0].move)
    '-75%'
    """
    require_severity(severity)
    if severity == 1.0:
        return scenario
    per_cent = f"{severity * 100.0:g}".replace(".", "-").replace("+", "")
    return with_every_move(
        scenario,
        lambda moves: scaled_moves(moves, severity),
        id=f"{scenario.id}-severity-{per_cent}",
        title=f"{scenario.title}, severity {severity:g}",
    )
