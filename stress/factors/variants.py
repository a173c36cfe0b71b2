"""Model variants: the same names and factors under other defensible choices of calibration.

Their spread is the model range of a figure: model error, as far as the choices one could have made show it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.history import carried_moves
from stress.factors.model import FactorModel
from stress.factors.settings import CalibrationSettings
from stress.frozen import read_only

__all__ = ["DECLARED", "ModelVariant", "declared_settings", "derived_variants"]

#: What is varied, declared before any result was seen: one choice at a time.
DECLARED: Mapping[str, Mapping[str, float]] = {
    "window of 504 sessions": {"window": 504},
    "window of 1,008 sessions": {"window": 1008},
    "half-life of 126 sessions": {"half_life": 126.0},
    "half-life of 504 sessions": {"half_life": 504.0},
    "half the ridge": {"ridge": 10.0, "prior_weight": 0.5},
    "twice the ridge": {"ridge": 40.0, "prior_weight": 2.0},
    "least squares": {"likelihood_degrees_of_freedom": math.inf},
}


#: Degrees of freedom of the variants with fatter and thinner tails.
DEGREES = (4.0, 8.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelVariant:
    """One variant.

    Parameters
    ----------
    label : str
        What is different.
    exposures : ndarray of shape (N, K)
        On the names and factors of the model it varies.
    covariance : ndarray of shape (K, K)
        Of one session.
    degrees_of_freedom : float
        Of the joint law.
    covariance_long : ndarray of shape (K, K), optional
        Of one session, for long horizons; the model's, its volatilities changed as `covariance` changes them, when
        omitted.
    """

    label: str
    exposures: FloatArray
    covariance: FloatArray
    degrees_of_freedom: float
    covariance_long: FloatArray | None = None

    def __post_init__(self) -> None:
        # One variant serves every book and run that asks for it.
        for name in ("exposures", "covariance", "covariance_long"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, read_only(np.array(value)))

    @lru_cache(maxsize=64)  # noqa: B019  # every book of a run asks for the same few
    def applied(self, model: FactorModel) -> FactorModel:
        """Return the model with the variant in place of its own choices; the same for every book of a run."""
        long = self.covariance_long
        if long is None:
            scale = np.sqrt(np.diag(self.covariance) / np.diag(model.covariance))
            long = model.covariance_long * np.outer(scale, scale)
        return replace(
            model,
            exposures=self.exposures,
            covariance=self.covariance,
            covariance_long=long,
            degrees_of_freedom=self.degrees_of_freedom,
        )


def declared_settings(
    settings: CalibrationSettings,
) -> Iterable[tuple[str, CalibrationSettings]]:
    """Yield label and settings of each declared variant of a calibration."""
    for label, changes in DECLARED.items():
        whole = {key: int(value) if key == "window" else value for key, value in changes.items()}
        yield label, replace(settings, **whole)  # type: ignore[arg-type]  # keys are field names


def variant_of(model: FactorModel, other: FactorModel, *, label: str) -> ModelVariant:
    """Put another calibration on the axes of a model.

    Parameters
    ----------
    model : FactorModel
        Whose names and factors are kept.
    other : FactorModel
        With the same factors; a name it lacks keeps the model's exposures.
    label : str
        What is different.

    Raises
    ------
    ModelError
        If the factors differ.
    """
    if [f.name for f in other.factors] != [f.name for f in model.factors]:
        raise ModelError(f"variant '{label}' of {model.id} has other factors.")
    exposures = model.exposures.copy()
    for i, name in enumerate(model.names):
        if name in other.name_index and model.sources[i] != "definition":
            exposures[i] = other.exposures[other.name_index[name]]
    return ModelVariant(
        label=label,
        exposures=exposures,
        covariance=other.covariance,
        degrees_of_freedom=other.degrees_of_freedom,
    )


def derived_variants(model: FactorModel) -> list[ModelVariant]:
    """Return the variants that a model file carries in itself.

    Stress-day exposures; the long-window covariance; the plain covariance of the carried history at
    today's volatilities (what filtered history propagates by); fatter and thinner tails.

    Parameters
    ----------
    model : FactorModel
        What it does not carry is left out.
    """
    return list(_derived(model))


@lru_cache(maxsize=4)
def _derived(model: FactorModel) -> tuple[ModelVariant, ...]:
    def variant(
        label: str,
        *,
        exposures: FloatArray | None = None,
        covariance: FloatArray | None = None,
        covariance_long: FloatArray | None = None,
        nu: float | None = None,
    ) -> ModelVariant:
        return ModelVariant(
            label=label,
            exposures=model.exposures if exposures is None else exposures,
            covariance=model.covariance if covariance is None else covariance,
            covariance_long=covariance_long,
            degrees_of_freedom=model.degrees_of_freedom if nu is None else nu,
        )

    variants = [
        variant(
            "long-window covariance",
            covariance=model.covariance_long,
            covariance_long=model.covariance_long,
        ),
        *(
            variant(f"{nu:g} degrees of freedom", nu=nu)
            for nu in DEGREES
            if nu != model.degrees_of_freedom
        ),
    ]
    stress = model.details.get("stress_exposures")
    if stress is not None:
        variants.append(variant("stress-day exposures", exposures=np.asarray(stress)))
    if model.history is not None and len(model.history.dates) > 2 * len(model.factors):
        carried = carried_moves(model, filtered=True)
        variants.append(variant("filtered history", covariance=np.cov(carried.T)))
    return tuple(variants)
