"""Vol betas that are not stated: a name's volatility over the index's, and where the name's is from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from stress.factors.model import FactorModel
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.levels import Given, both_forms
from stress.portfolio.market import Market
from stress.portfolio.volatility import VolatilityBeta, assumed_volatility_beta
from stress.simulation.levels.at_the_money import nearest_the_money

__all__ = ["INDEX", "assumed_betas", "relative_volatility"]

#: The name under which the level of the volatility index is stated.
INDEX = "VIX"
#: A contract further from the money than so many standard deviations says what a wing costs, not how volatile the share is.
_NEAR = 1.0


class _Level(NamedTuple):
    """A name's volatility at the money; None where only the model knows the name, or nothing does. `why` says what it is not."""

    value: float | None
    why: str = ""


def relative_volatility(name: str, model: FactorModel) -> float | None:
    """Return a name's volatility over the market's, from the model's own covariance.

    Parameters
    ----------
    name : str
        Of the model, or not.
    model : FactorModel
        With its market factor.

    Returns
    -------
    float or None
        None where the model knows neither the name nor a market.
    """
    if name not in model.name_index or model.market is None:
        return None
    market = model.factor_index[model.market]
    return math.sqrt(model.name_variance(name) / float(model.covariance[market, market]))


def assumed_betas(
    names: Sequence[str],
    options: Sequence[Option],
    market: Market,
    model: FactorModel,
    stated: Given,
) -> tuple[dict[str, VolatilityBeta], list[str]]:
    """Return the vol beta of each name, and what is said of those that are assumed.

    Parameters
    ----------
    names : sequence of str
        Underlyings.
    options : sequence of Option
        Dated.
    market : Market
        With spots, and volatilities of contracts as far as they are known.
    model : FactorModel
        For the volatility of a name relative to the market's.
    stated : Given
        Betas, slopes of smiles, the level of the index, and of names.

    Notes
    -----
    Where the level of the index is stated the beta is the name's volatility over it. That is the volatility of the
    contract nearest the money, if it is within a standard deviation; else a level stated for the name; else the
    contract's along the stated slope of the smile to the money; else the ratio of the name's volatility to the market's in
    the model. Without any of them, or without the index, it is one point for one point.
    """
    index = stated.levels.get(Driver("vol", INDEX))
    betas: dict[str, VolatilityBeta] = {}
    scaled: list[str] = []
    modelled: list[str] = []
    flat: list[str] = []
    for name in names:
        if name in stated.vol_betas:
            betas[name] = VolatilityBeta(value=stated.vol_betas[name], source="given")
            continue
        level = _Level(None) if index is None else _level(name, options, market, stated)
        ratio = None if index is None else relative_volatility(name, model)
        if index is not None and level.value is not None:
            betas[name] = assumed_volatility_beta(level.value, index.value)
            scaled.append(f"{name} {betas[name].value:.2f}{level.why}")
        elif ratio is not None:
            betas[name] = VolatilityBeta(value=ratio, source="assumed")
            modelled.append(f"{name} {ratio:.2f}{level.why}")
        else:
            betas[name] = VolatilityBeta(value=1.0, source="assumed")
            flat.append(f"{name}{level.why}")
    said = []
    if scaled:
        said.append(
            f"vol betas assumed, a name's volatility over the index's: {', '.join(scaled)}. "
            "State them in a market file (vol_beta)."
        )
    if modelled:
        said.append(
            "vol betas assumed, a name's volatility over the market's in the model, for want of an option near the money: "
            f"{', '.join(modelled)}. State them in a market file (vol_beta)."
        )
    if flat:
        level_of_index = (
            "" if index is not None else f", or the level of VIX: {both_forms('vol', INDEX, '18%')}"
        )
        said.append(
            f"vol betas assumed, one point for one point of VIX: {', '.join(flat)}. State them in a "
            f"market file (vol_beta){level_of_index}."
        )
    return betas, said


def _level(name: str, options: Sequence[Option], market: Market, stated: Given) -> _Level:
    """Return a name's volatility at the money as far as options and what is stated tell it."""
    nearest = nearest_the_money(name, options, market)
    if nearest is None:
        return _Level(None)
    if nearest.deviations <= _NEAR:
        return _Level(nearest.volatility)
    far = (
        f"{nearest.option.contract} is {nearest.deviations:.1f} standard deviations from the money"
    )
    own = stated.levels.get(Driver("vol", name))
    if own is not None:
        return _Level(own.value, f" (by the level stated for it: {far})")
    slope = stated.skews.get(name)
    if slope is not None:
        along = nearest.volatility - slope * nearest.log_strike
        if along > 0.0:
            return _Level(along, f" (along its slope to the money: {far})")
    return _Level(None, f" ({far})")
