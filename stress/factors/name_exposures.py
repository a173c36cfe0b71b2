"""How one name answers each factor, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stress.arrays import FloatArray
from stress.factors.settings import CalibrationSettings

if TYPE_CHECKING:
    from stress.factors.model import ExposureSource, FactorModel
    from stress.units import Unit

__all__ = ["FactorExposure", "NameExposures", "exposures_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorExposure:
    """A name's answer to one factor. Inside units: its return, a fraction, for a unit move (a fraction, a point).

    Parameters
    ----------
    factor : str
        Its name.
    unit : {'%', 'bp', 'pts'}
        The unit the factor's moves are written in.
    exposure : float
        On all days: what runs use.
    standard_error : float or None
        Posterior standard deviation; of a name without usable history how far its peers lie apart; 0 by definition.
        None where the model does not say.
    t : float or None
        `exposure` over `standard_error`; None where nothing is estimated.
    stress_day : float or None
        The exposure on the days on which the name's home fell most; None where it is not estimated.
    spread : float or None
        `stress_day` minus `exposure`.
    spread_in_standard_errors : float or None
        `spread` over `standard_error`.
    """

    factor: str
    unit: Unit
    exposure: float
    standard_error: float | None
    t: float | None
    stress_day: float | None
    spread: float | None
    spread_in_standard_errors: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameExposures:
    """What a model knows of one name.

    Parameters
    ----------
    name : str
        The ticker.
    source : {'definition', 'estimated', 'estimated-user', 'prior', 'proxy'}
        Where its exposures come from.
    home : str
        The factor it counts under.
    specific_volatility : float
        Standard deviation of one session's own move. [fraction]
    r_squared : float or None
        Weighted share of its variance that the factors explain, a member left out of its own basket.
    observations : int or None
        Sessions in `window` on which it has a move.
    effective_observations : float or None
        How many equally weighted ones they are worth.
    window : tuple of str
        ISO dates of the first and the last session it is estimated on.
    own_basket : str or None
        The factor it is a member of.
    has_history : bool
        False where its exposures are the mean of its peers'.
    stress_share : float
        Stress days: this share of the sessions, on which its home fell most.
    factors : tuple of FactorExposure
        In the order of the model's factors.
    """

    name: str
    source: ExposureSource
    home: str
    specific_volatility: float
    r_squared: float | None
    observations: int | None
    effective_observations: float | None
    window: tuple[str, str]
    own_basket: str | None
    has_history: bool
    stress_share: float
    factors: tuple[FactorExposure, ...]


def exposures_of(model: FactorModel, name: str) -> NameExposures:
    """Return what a model knows of one name.

    Parameters
    ----------
    model : FactorModel
        One made by hand may carry neither standard errors nor exposures of stress days.
    name : str
        One of its names.

    Raises
    ------
    InputError
        With the closest names when it is unknown.
    """
    name = model.listed_name(name)
    n = model.name_index[name]
    settings = CalibrationSettings.of(model)
    observations = _number(model, "observations", n)
    source = model.sources[n]
    unseen = source == "prior" and observations is not None and observations < settings.least
    errors = _row(model, "standard_errors", n)
    stress = _row(model, "stress_exposures", n)
    return NameExposures(
        name=name,
        source=source,
        home=model.homes[n],
        specific_volatility=float(model.specific_volatility[n]),
        r_squared=None if unseen else _number(model, "r_squared", n),
        observations=None if observations is None else int(observations),
        effective_observations=_number(model, "effective_observations", n),
        window=_window(model, source),
        own_basket=next((f.name for f in model.factors if name in f.series), None),
        has_history=not unseen,
        stress_share=settings.stress_share,
        factors=tuple(
            _one(
                factor.name,
                factor.unit,
                float(model.exposures[n, k]),
                error=None if errors is None else float(errors[k]),
                stress=None if stress is None or unseen else float(stress[k]),
                estimated=not unseen,
            )
            for k, factor in enumerate(model.factors)
        ),
    )


def _one(
    factor: str,
    unit: Unit,
    exposure: float,
    *,
    error: float | None,
    stress: float | None,
    estimated: bool,
) -> FactorExposure:
    def over_error(value: float | None) -> float | None:
        return value / error if value is not None and error and estimated else None

    spread = None if stress is None else stress - exposure
    return FactorExposure(
        factor=factor,
        unit=unit,
        exposure=exposure,
        standard_error=error,
        t=over_error(exposure),
        stress_day=stress,
        spread=spread,
        spread_in_standard_errors=over_error(spread),
    )


def _number(model: FactorModel, key: str, n: int) -> float | None:
    return float(model.details[key][n]) if key in model.details else None


def _row(model: FactorModel, key: str, n: int) -> FloatArray | None:
    return np.asarray(model.details[key][n], dtype=np.float64) if key in model.details else None


def _window(model: FactorModel, source: ExposureSource) -> tuple[str, str]:
    """Names that a user added are estimated on the moves that the model carries (`factors.extension`)."""
    if source != "estimated-user":
        return model.window
    dates = model.required_history().dates
    return dates[1], dates[-1]
