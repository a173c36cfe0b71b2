"""A stressed law as a user writes it, ``together:0.5`` and ``1.5x``, put on a model and on its variants."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

import numpy as np

from stress.arguments import one_of
from stress.arrays import FloatArray
from stress.errors import InputError, did_you_mean
from stress.factors.correlation import correlation_of
from stress.factors.model import FactorModel
from stress.factors.sides import market_sides
from stress.factors.stressed_covariance import (
    StressedCovariance,
    block_target,
    stressed_covariance,
)
from stress.factors.variants import ModelVariant

__all__ = ["StressedLaw", "TargetName", "stressed_law", "themes_of"]

TargetName = Literal["together", "themes", "apart"]


#: Least and largest multiple of the factors' volatilities that is read: beyond it scenarios have no finite P&L.
_MULTIPLES = (0.01, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StressedLaw:
    """Other correlations and volatilities of the factors than the model's own.

    Parameters
    ----------
    base : FactorModel
        The model before.
    target : {'together', 'themes', 'apart'} or None
        Towards which correlations are moved: all one (on each factor's usual side of the market), one
        within each theme, none. None leaves them.
    share : float in [0, 1]
        How far.
    volatility : float
        Multiplies the factors' volatilities; specific ones stay.
    """

    base: FactorModel
    target: TargetName | None
    share: float
    volatility: float

    def on(self, covariance: FloatArray, *, target: TargetName | None = None) -> StressedCovariance:
        """Stress a covariance on the base model's factors.

        Parameters
        ----------
        covariance : ndarray of shape (K, K)
            To be stressed; the correlations that the target is made of are its own.
        target : {'together', 'themes', 'apart'}, optional
            Another one than asked for.
        """
        towards = target or self.target
        return stressed_covariance(
            covariance,
            target=None if towards is None else self.matrix(covariance, towards),
            share=self.share,
            volatility_multiplier=self.volatility,
        )

    def model(self) -> FactorModel:
        """Return the base model under the law: each of its covariances as `on` stresses it, and a hash of its own."""
        daily, long = self.on(self.base.covariance), self.on(self.base.covariance_long)
        note = (
            f"stressed: correlations {100 * daily.share:g} % of the way to a target, "
            f"volatilities times {self.volatility:g}"
        )
        return replace(
            self.base,
            covariance=daily.covariance,
            covariance_long=long.covariance,
            warnings=(*self.base.warnings, note, *daily.warnings, *long.warnings),
        )

    def variant(self, variant: ModelVariant) -> ModelVariant:
        """Return a variant of the base model under the law."""
        long = variant.covariance_long
        return replace(
            variant,
            covariance=self.on(variant.covariance).covariance,
            covariance_long=None if long is None else self.on(long).covariance,
        )

    def matrix(self, covariance: FloatArray, target: TargetName) -> FloatArray:
        """Return the correlations of a target, shape (K, K).

        `together` keeps each factor on its usual side of the market (`market_sides`): where a factor falls
        when the market rises, volatility say, it moves with it at -1. Rank one, so positive semi-definite.
        """
        correlation = correlation_of(covariance)
        towards: TargetName = one_of(target, TargetName, what="target")
        match towards:
            case "together":
                market = self.base.market
                side = market_sides(
                    correlation, 0 if market is None else self.base.factor_index[market]
                )
                return np.outer(side, side)
            case "themes":
                return block_target(correlation, themes_of(self.base))
            case "apart":
                return np.eye(len(correlation))


def stressed_law(
    base: FactorModel,
    *,
    correlation: str | None = None,
    volatility: str | float | None = None,
) -> StressedLaw | None:
    """Read a stressed law.

    Parameters
    ----------
    base : FactorModel
        The model it is put on.
    correlation : str, optional
        A target and how far towards it: ``together:0.5``, ``themes:0.3``, ``apart:0.4``.
    volatility : str or float, optional
        ``"1.5x"`` or 1.5.

    Returns
    -------
    StressedLaw or None
        None where nothing is asked for.

    Raises
    ------
    InputError
        Another target, a share outside [0, 1], a multiple that is not above zero.
    """
    if correlation is None and volatility is None:
        return None
    target, share = (None, 0.0) if correlation is None else _correlation(correlation)
    return StressedLaw(
        base=base,
        target=target,
        share=share,
        volatility=1.0 if volatility is None else _multiple(volatility),
    )


def themes_of(model: FactorModel) -> tuple[str, ...]:
    """Return the theme of each factor: the first word of its name.

    ``semis_memory`` and ``semis_equipment`` are one theme, ``rates_2y`` and ``rates_10y`` another.
    """
    return tuple(factor.name.partition("_")[0] for factor in model.factors)


def _correlation(text: str) -> tuple[TargetName, float]:
    name, colon, written = text.partition(":")
    known = get_args(TargetName)
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError(
            f"correlation '{text}': '{name}' is no target; there are {', '.join(known)}. {hint}".rstrip()
        )
    try:
        share = float(written)
    except ValueError:
        share = math.nan
    if not (colon and 0.0 <= share <= 1.0):
        raise InputError(
            f"correlation '{text}': write how far towards it, from 0 to 1, as in {name}:0.5."
        )
    if share == 1.0 and name != "apart":
        raise InputError(
            f"correlation '{text}': all the way, factors would be one and the same. Stay below 1."
        )
    return cast(TargetName, name), share


def _multiple(text: str | float) -> float:
    try:
        multiple = float(text[:-1] if isinstance(text, str) and text.endswith("x") else text)
    except ValueError:
        multiple = math.nan
    least, most = _MULTIPLES
    if not least <= multiple <= most:
        raise InputError(
            f"volatility '{text}': write a multiple from {least:g}x to {most:g}x, as in 1.5x."
        )
    return multiple
