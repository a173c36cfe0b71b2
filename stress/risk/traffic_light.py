"""The Basel traffic light: is a number of exceptions believable, and what does it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.risk.backtests import checked_counts

__all__ = ["TrafficLight", "traffic_light"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLight:
    """The Basel zone of a number of exceptions.

    Parameters
    ----------
    zone : {'green', 'yellow', 'red'}
        Green below 95 % cumulative probability, red from 99.99 %.
    cumulative : float
        Probability of at most this many exceptions if the model were right.
    multiplier : float or None
        FRTB capital multiplier; None unless 250 days at 99 %.
    observations, exceptions : int
        Days, and days with a loss beyond VaR.
    """

    zone: Literal["green", "yellow", "red"]
    cumulative: float
    multiplier: float | None
    observations: int
    exceptions: int


def traffic_light(exceptions: int, observations: int = 250, *, level: float = 0.99) -> TrafficLight:
    """Return the Basel zone of a number of exceptions.

    Parameters
    ----------
    exceptions : int
        Days with a loss beyond VaR.
    observations : int
        Days.
    level : float in (0, 1)
        Level of the VaR.

    Returns
    -------
    TrafficLight

    References
    ----------
    .. [1] Basel Committee, "Minimum capital requirements for market risk", d457 (2019), MAR32.
    """
    from scipy.special import bdtr

    mass = checked_counts(exceptions, observations, level)
    cumulative = float(bdtr(float(exceptions), observations, mass))
    zones: tuple[Literal["green", "yellow", "red"], ...] = ("green", "yellow", "red")
    zone = zones[int(np.searchsorted((0.95, 0.9999), cumulative, side="right"))]
    multiplier = None
    if observations == 250 and abs(level - 0.99) < 1e-12:
        steps = (1.50, 1.50, 1.50, 1.50, 1.50, 1.70, 1.76, 1.83, 1.88, 1.92, 2.00)
        multiplier = steps[min(exceptions, 10)]
    return TrafficLight(
        zone=zone,
        cumulative=cumulative,
        multiplier=multiplier,
        observations=observations,
        exceptions=exceptions,
    )
