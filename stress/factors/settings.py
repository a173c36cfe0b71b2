"""Every choice of a calibration, in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, Self

from stress.errors import InputError, Problem

if TYPE_CHECKING:
    from stress.factors.model import FactorModel

__all__ = ["CalibrationSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSettings:
    """Every choice of a calibration; the bundled models use the defaults.

    They were chosen by how well a model of the day before explains *ordinary* days (the calmer 90 % of
    2020-2025 by the largest factor move); no shock day entered the choice. There, halving the half-life or
    the window costs 0.2 points of explained variance, least squares in place of the Student-t likelihood 0.4,
    learning nothing from peers (``turns=0``) 1.1, and the plain recipe (half-life 126, window 504, fixed ridge, no
    calm weights, least squares) 2.8 points.

    The shared volatility level is RiskMetrics' (decay 0.94). On ordinary days the likelihood of the names'
    moves hardly differs between half-lives of 4 and 15 sessions, and is lower by 0.01 a name for a level that
    stands still.

    Parameters
    ----------
    window : int
        Sessions used for exposures and the covariance.
    half_life : float
        Of exposures. [sessions]
    ridge : float
        How many observations the prior is worth before the peers' spread is known; 0 is weighted
        least squares without any prior.
    turns : int
        How often the prior of a theme is learned again from its members' exposures.
    prior_weight : float
        Multiplies the learned strength of the priors; 1 is what the peers' spread says.
    calm : float
        A session weighs ``volatility ** -calm`` times its exponential weight, where volatility is the
        factors' common filtered one: 0 weighs stormy days like calm ones, 2 is weighted least squares.
    level_half_life : float
        Of the level that the volatilities of all factors and names share; infinite for a level that
        stands still. [sessions]
    specific_half_life : float
        Of specific volatilities, over that level. [sessions]
    volatility_half_life : float
        Of the factors' volatilities, over that level. [sessions]
    correlation_half_life : float
        Of the factors' correlation. [sessions]
    long_half_life : float
        Of the long-window covariance, over all history at hand. [sessions]
    filter_half_life : float
        Of the volatility by which the carried moves are divided. [sessions]
    likelihood_degrees_of_freedom : float
        Of the Student-t likelihood of names' own moves by which exposures are estimated; infinite for least squares.
    degrees_of_freedom : float
        Of the joint Student-t law; finite.
    enough : int
        Observations below which a name counts as `prior`, shrunk to its peers.
    least : int
        Observations below which a name's own history is not used at all.
    stress_share : float
        Share of a home basket's days that count as bad.
    stress_ridge : float
        Observations the all-days exposures are worth on bad days.
    history : int
        Sessions of factor moves that the model carries.
    leave_out : bool
        True for judging: exposures stay those to the own basket without the name, and a name that is
        a factor is explained by the others.
    """

    window: int = 756
    half_life: float = 189.0
    ridge: float = 20.0
    turns: int = 3
    prior_weight: float = 1.0
    calm: float = 1.0
    level_half_life: float = 11.2
    specific_half_life: float = 63.0
    volatility_half_life: float = 42.0
    correlation_half_life: float = 189.0
    long_half_life: float = 1008.0
    filter_half_life: float = 21.0
    likelihood_degrees_of_freedom: float = 5.0
    degrees_of_freedom: float = 5.0
    enough: int = 220
    least: int = 20
    stress_share: float = 0.15
    stress_ridge: float = 60.0
    history: int = 504
    leave_out: bool = False

    @classmethod
    def of(cls, model: FactorModel) -> Self:
        """Return the settings a model was made with, as far as its file says; the defaults where it does not.

        Parameters
        ----------
        model : FactorModel
            A file of an older version may lack some choices, one of a newer may have others.
        """
        said = model.details.get("made", {}).get("settings", {})
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in said.items() if key in known})

    def __post_init__(self) -> None:
        problems = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) is not isinstance(field.default, bool) or not isinstance(
                value, Real
            ):
                problems.append(
                    f"{field.name} must be a {type(field.default).__name__}, got {value!r}."
                )
            elif isinstance(field.default, float):  # a file writes 20 for 20.0
                object.__setattr__(self, field.name, float(value))
        if problems:
            raise InputError([Problem(message=problem) for problem in problems])
        for name in (
            "half_life",
            "level_half_life",
            "specific_half_life",
            "volatility_half_life",
            "correlation_half_life",
            "long_half_life",
            "filter_half_life",
        ):
            if not getattr(self, name) > 0.0:
                problems.append(f"{name} must be above zero sessions, got {getattr(self, name)}.")
        if self.half_life == math.inf:
            problems.append("half_life must be finite: write 1000000 for equal weights.")
        for name in ("ridge", "stress_ridge", "prior_weight", "calm"):
            value = getattr(self, name)
            if not (value >= 0.0 and math.isfinite(value)):
                problems.append(f"{name} must be finite and not negative, got {value}.")
        for name in ("window", "enough", "least", "history"):
            if getattr(self, name) < 2:
                problems.append(f"{name} must be at least 2 sessions, got {getattr(self, name)}.")
        if self.turns < 0:
            problems.append(f"turns must not be negative, got {self.turns}.")
        if not 2.0 < self.degrees_of_freedom < math.inf:
            problems.append(
                f"degrees_of_freedom must be above 2 and finite, got {self.degrees_of_freedom}: "
                "write 10000 for a law that is normal to three digits."
            )
        if not self.likelihood_degrees_of_freedom > 2.0:
            problems.append(
                "likelihood_degrees_of_freedom must be above 2, inf for least squares, got "
                f"{self.likelihood_degrees_of_freedom}."
            )
        if not 0.0 < self.stress_share < 1.0:
            problems.append(f"stress_share must lie between 0 and 1, got {self.stress_share}.")
        if problems:
            raise InputError([Problem(message=problem) for problem in problems])
