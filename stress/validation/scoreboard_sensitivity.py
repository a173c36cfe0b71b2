"""The scoreboard under other choices of calibration: how much hangs on each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.factors.moves import FactorMoves
from stress.factors.settings import CalibrationSettings
from stress.scenarios.student_law import kept_mixing, mean_mixing
from stress.steps import Progress, stepping
from stress.validation.days import NAMED_DAYS, ScoreboardDay
from stress.validation.scoreboard import predict_days
from stress.validation.scoreboard_prediction import DayPrediction, Prediction
from stress.validation.scoreboard_score import median, r_squared_uncentred

__all__ = ["Sensitivity", "one_choice_changed", "sensitivity", "with_degrees_of_freedom"]

#: Degrees of freedom shown; they change bands only.
DEGREES = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0)

#: Settings shown, one changed at a time.
CHOICES: dict[str, tuple[float, ...]] = {
    "half_life": (63.0, 126.0, 252.0, 504.0),
    "window": (504, 1008),
    "prior_weight": (0.5, 2.0),
    "likelihood_degrees_of_freedom": (math.inf,),
    "level_half_life": (5.6, 22.4, math.inf),
    "volatility_half_life": (21.0, 63.0, 84.0),
    "specific_half_life": (42.0, 84.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """One line: the scoreboard under one choice.

    Parameters
    ----------
    label : str
        What was changed; ``default`` for nothing.
    shock, named, ordinary : (float, float)
        Median uncentred R² over shock days, named days, ordinary days: all factors given, four given.
    outside_shock : (float, float)
        Share of names beyond the band, pooled over shock days, pure law.
    outside_ordinary : (float, float)
        The same over ordinary days, all factors given: pure law, and with the floor.
    """

    label: str
    shock: tuple[float, float]
    named: tuple[float, float]
    ordinary: tuple[float, float]
    outside_shock: tuple[float, float]
    outside_ordinary: tuple[float, float]


def sensitivity(
    moves: FactorMoves,
    shocks: Sequence[ScoreboardDay],
    ordinary: Sequence[ScoreboardDay],
    *,
    settings: CalibrationSettings | None = None,
    on_progress: Progress | None = None,
) -> tuple[Sensitivity, ...]:
    """Run the scoreboard under other choices, one at a time.

    Parameters
    ----------
    moves : FactorMoves
    shocks, ordinary : sequence of ScoreboardDay
    settings : CalibrationSettings, optional
        The choices changed one at a time; the defaults when omitted.
    on_progress : callable, optional
        Called with calibrations done and in all.

    Returns
    -------
    tuple of Sensitivity
        The default first.
    """
    choice = settings or CalibrationSettings()
    variants = [("default", choice), *one_choice_changed(choice)]
    total = len(variants) * (len(shocks) + len(ordinary))
    step = stepping(on_progress, total)
    lines = []
    for label, variant in variants:
        bad = predict_days(moves, shocks, variant, step)
        calm = predict_days(moves, ordinary, variant, step)
        lines.append(_line(label, bad, calm))
        if label == "default":
            for nu in DEGREES:
                if nu != choice.degrees_of_freedom:
                    other = [
                        [
                            with_degrees_of_freedom(day, nu, choice.degrees_of_freedom)
                            for day in days
                        ]
                        for days in (bad, calm)
                    ]
                    lines.append(_line(f"nu = {nu:g}", *other))
    return tuple(lines)


def one_choice_changed(settings: CalibrationSettings) -> list[tuple[str, CalibrationSettings]]:
    """Return the settings with one choice changed at a time, labelled."""
    return [
        (f"{name} = {value:g}", replace(settings, **{name: value}))  # type: ignore[arg-type]
        for name, values in CHOICES.items()
        for value in values
        if value != getattr(settings, name)
    ]


def with_degrees_of_freedom(day: DayPrediction, nu: float, was: float) -> DayPrediction:
    """Return a day's predictions under other degrees of freedom: means stand, bands move.

    Parameters
    ----------
    day : DayPrediction
    nu, was : float
        New and old degrees of freedom of the model.
    """

    def changed(given: Prediction) -> Prediction:
        n = given.degrees_of_freedom - was
        raw = mean_mixing(nu, round(n), given.distance**2)
        return replace(
            given,
            mixing_mean=kept_mixing(raw),
            mixing_mean_raw=raw,
            degrees_of_freedom=nu + n,
        )

    return replace(day, explained=changed(day.explained), given_core=changed(day.given_core))


def _line(
    label: str, shocks: Sequence[DayPrediction], ordinary: Sequence[DayPrediction]
) -> Sensitivity:
    named = [day for day in shocks if day.date in NAMED_DAYS]
    return Sensitivity(
        label=label,
        shock=_medians(shocks),
        named=_medians(named),
        ordinary=_medians(ordinary),
        outside_shock=(
            _outside(shocks, "explained", floor=False),
            _outside(shocks, "given_core", floor=False),
        ),
        outside_ordinary=(
            _outside(ordinary, "explained", floor=False),
            _outside(ordinary, "explained", floor=True),
        ),
    )


def _medians(days: Sequence[DayPrediction]) -> tuple[float, float]:
    def of(which: str) -> float:
        return median(
            [
                r_squared_uncentred(
                    day.realised[day.scored], getattr(day, which).predicted[day.scored]
                )
                for day in days
            ]
        )

    return of("explained"), of("given_core")


def _outside(days: Sequence[DayPrediction], which: str, *, floor: bool) -> float:
    beyond = []
    for day in days:
        given: Prediction = getattr(day, which)
        miss = np.abs(day.realised - given.predicted) > given.half_width(floor=floor)
        beyond.append(miss[day.scored])
    return float(np.concatenate(beyond).mean())
