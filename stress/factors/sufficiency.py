"""Whether a window holds enough to calibrate from: its sessions, and what they are worth as weighted."""

from __future__ import annotations

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import effective_number

__all__ = ["require_sessions", "require_worth"]


def require_sessions(sessions: int, factors: int, settings: CalibrationSettings) -> None:
    """Refuse a window without more sessions than factors, or without what an exposure takes.

    Raises
    ------
    ModelError
        With the counts.
    """
    if sessions <= factors:
        raise ModelError(
            f"{sessions} complete session(s) cannot calibrate {factors} factors. "
            "Give a longer price history or window, or fewer factors."
        )
    if sessions < settings.least:
        raise ModelError(
            f"{sessions} complete session(s) in the window: no name has the {settings.least} that an exposure of its "
            "own takes. Give a longer price history or window."
        )


def require_worth(
    weights: FloatArray, factors: int, settings: CalibrationSettings
) -> tuple[str, ...]:
    """Refuse weights that leave no more effective sessions than factors; return what to say of few.

    Parameters
    ----------
    weights : ndarray of shape (T,)
        Of the window's sessions.
    factors : int
        How many are calibrated.
    settings : CalibrationSettings

    Raises
    ------
    ModelError
        With the half-life and the effective number.
    """
    effective = effective_number(weights)
    worth = (
        f"half-life {settings.half_life:g}: the {len(weights)} sessions of the window count as "
        f"{effective:.1f}"
    )
    if effective <= factors:
        raise ModelError(f"{worth}, too few for {factors} factors. Give a longer half-life.")
    if effective < settings.enough <= len(weights):
        return (f"{worth}, under {settings.enough}.",)
    return ()
