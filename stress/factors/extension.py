"""A user's own names added to a model: regressed on the factor moves that the model itself carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.baskets import level_moves
from stress.factors.exposures import Estimates, explained_share, ridge_exposures
from stress.factors.filtering import session_weights, volatility_level
from stress.factors.history import carried_moves
from stress.factors.likelihood import likeliest
from stress.factors.model import ExposureSource, FactorModel
from stress.factors.moments import Moments, weighted_moments
from stress.factors.peers import FEW, about_own_line, learned_strength, market_prior
from stress.factors.prices import Prices
from stress.factors.settings import CalibrationSettings
from stress.factors.specific import specific_volatility
from stress.factors.stress_days import stress_day_exposures

__all__ = ["KNOWN_ALREADY", "LEAST", "extend_model"]

#: Sessions that a name's prices must share with the model's history.
LEAST = 60

#: How the warning begins that names priced names which keep the model's exposures.
KNOWN_ALREADY = "in the model already, their prices change nothing"

#: Details that have one entry, or row, a name.
_BY_NAME = (
    "observations",
    "effective_observations",
    "r_squared",
    "standard_errors",
    "stress_exposures",
)


def extend_model(
    model: FactorModel,
    prices: Prices,
    *,
    homes: Mapping[str, str] | None = None,
    id: str | None = None,
    least: int = LEAST,
) -> FactorModel:
    """Add names to a model, with the source ``estimated-user``.

    Parameters
    ----------
    model : FactorModel
        One that carries its factor moves, as calibrated models do.
    prices : Prices
        Levels of the new names. Names the model knows keep its exposures.
    homes : mapping of str to str, optional
        Theme of new names; a name with one is drawn to its peers there, the others to their own market line, as
        strongly as the model's names of no theme lie about theirs.
    id : str, optional
        Id of the extended model; the model's with ``-extended`` when omitted.
    least : int
        Sessions a name's moves must share with the model's.

    Returns
    -------
    FactorModel
        Names sorted; factors, covariance and the known names unchanged.

    Raises
    ------
    InputError
        No new name, one that is a factor's, an unknown home, or names with too few common sessions or without any movement:
        all of them, with their counts.
    ModelError
        A model without history.
    """
    dates, factor_moves = model.required_history().dates, carried_moves(model)
    settings = CalibrationSettings.of(model)
    new = tuple(sorted(name for name in prices.names if name not in model.name_index))
    if not new:
        raise InputError(
            f"the prices hold no name that model {model.id} does not know already: nothing to add."
        )
    places = dict(homes or {})
    name_moves = _moves_on(prices, new, dates)
    _refuse(model, new, name_moves, places, least, dates)

    k = model.factor_index
    market = model.market or model.factors[0].name
    groups = np.array([k[places.get(name, market)] for name in new], dtype=np.intp)
    weights = session_weights(factor_moves, settings.half_life, settings)[1:]
    level = volatility_level(factor_moves, settings.level_half_life)[1:]

    def gather(importance: FloatArray | None = None) -> Moments:
        return weighted_moments(factor_moves[1:], name_moves, weights, importance=importance)

    def estimate(moments: Moments) -> Estimates:
        prior, strength, own = _presumed(model, moments, groups, k[market], settings)
        found = ridge_exposures(moments, prior, strength)
        return about_own_line(found, moments, own, strength, k[market])

    def left(exposures: FloatArray) -> FloatArray:
        return np.asarray(name_moves - factor_moves[1:] @ exposures.T)

    plain = gather()
    moments, estimates, importance = likeliest(
        plain,
        gather,
        estimate,
        left,
        level=level[:-1],
        weights=weights,
        degrees_of_freedom=settings.likelihood_degrees_of_freedom,
    )
    stress, _ = stress_day_exposures(
        factor_moves[1:],
        name_moves,
        weights,
        homes=groups,
        prior=estimates.exposures,
        strength=settings.stress_ridge,
        share=settings.stress_share,
        own_basket=np.full(len(new), -1, dtype=np.intp),
        own_moves=np.full(name_moves.shape, np.nan),
        importance=importance,
    )
    specific = specific_volatility(
        left(estimates.exposures), level, settings.specific_half_life, estimates, moments
    )
    added = {
        "observations": moments.observations,
        "effective_observations": moments.effective,
        "r_squared": explained_share(plain, estimates.exposures),
        "standard_errors": estimates.standard_errors,
        "stress_exposures": stress,
    }
    everyone = [*model.names, *new]
    order = sorted(range(len(everyone)), key=everyone.__getitem__)

    def merged(old: npt.ArrayLike, more: npt.ArrayLike) -> FloatArray:
        return np.concatenate([np.asarray(old), np.asarray(more)])[order]

    details: dict[str, Any] = dict(model.details)
    for key in _BY_NAME:
        if key in details:
            details[key] = merged(details[key], added[key])
    details["made"] = {
        **details.get("made", {}),
        "extended": {
            "from": [model.id, model.content_hash],
            "names": list(new),
            "prices": [list(source) for source in prices.sources],
            "waived": list(prices.warnings),
        },
    }
    known = [name for name in prices.names if name in model.name_index]
    said = [f"{len(new)} name(s) added from the user's prices: {', '.join(new)}."]
    if known:
        said.append(f"{KNOWN_ALREADY}: {', '.join(known)}.")
    sources: list[ExposureSource] = [*model.sources]
    sources.extend("estimated-user" for _ in new)
    homes_all = [*model.homes, *(model.factors[g].name for g in groups)]
    return replace(
        model,
        id=id or f"{model.id}-extended",
        names=tuple(everyone[n] for n in order),
        exposures=merged(model.exposures, estimates.exposures),
        specific_volatility=merged(model.specific_volatility, specific),
        sources=tuple(sources[n] for n in order),
        homes=tuple(homes_all[n] for n in order),
        warnings=(*model.warnings, *said),
        details=details,
    )


def _moves_on(prices: Prices, names: tuple[str, ...], dates: tuple[str, ...]) -> FloatArray:
    """Return moves between the model's own sessions; nan where a price is missing on either."""
    row = {date: t for t, date in enumerate(prices.dates)}
    levels = np.full((len(dates), len(names)), np.nan)
    columns = [prices.index[name] for name in names]
    for t, date in enumerate(dates):
        if date in row:
            levels[t] = prices.levels[row[date], columns]
    bad = np.argwhere(levels <= 0.0)
    if len(bad):
        t, n = (int(i) for i in bad[0])
        raise InputError(
            f"the price of {names[n]} on {dates[t]} is {levels[t, n]:g}, not above zero."
        )
    return level_moves(levels)


def _refuse(
    model: FactorModel,
    names: tuple[str, ...],
    moves: FloatArray,
    homes: Mapping[str, str],
    least: int,
    dates: tuple[str, ...],
) -> None:
    problems = []
    count = np.isfinite(moves).sum(axis=0)
    for name, home in homes.items():
        if home not in model.factor_index:
            problems.append(
                Problem(
                    message=f"the home of '{name}' is '{home}', which is no factor of model {model.id}.",
                    hint=did_you_mean(home, model.factor_index) or None,
                )
            )
        if name not in names:
            problems.append(
                Problem(
                    message=f"'{name}' was given a home but is no new name of the prices.",
                    hint=did_you_mean(name, names) or None,
                )
            )
    for name in names:
        if name in model.factor_index:
            problems.append(
                Problem(
                    message=f"'{name}' is a factor of model {model.id}: a shock of it would not move the security.",
                    hint="Leave its series out.",
                )
            )
    for n, name in enumerate(names):
        here = moves[np.isfinite(moves[:, n]), n]
        if count[n] < least:
            problems.append(
                Problem(
                    message=f"'{name}' shares {count[n]} session(s) with the model's {dates[0]} to {dates[-1]}; "
                    f"{least} are needed.",
                    hint="Give a longer price history, or map it with --proxy / proxies=.",
                )
            )
        elif float(np.ptp(here)) == 0.0:
            problems.append(
                Problem(message=f"'{name}' never moves: its exposures cannot be estimated.")
            )
    if problems:
        raise InputError(problems)


def _presumed(
    model: FactorModel,
    moments: Moments,
    groups: npt.NDArray[np.intp],
    market: int,
    settings: CalibrationSettings,
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Return the prior and its strength, learned as `shrink_to_peers` learns them, from the names of the model.

    The peers' mean, of names of no theme the own market line; how far the peers lie about theirs; and whose prior is
    the own line.
    """
    prior = market_prior(moments, market)
    strength = np.full(prior.shape, settings.ridge)
    own = np.ones(len(groups), dtype=bool)
    first = ridge_exposures(moments, prior, settings.ridge)
    if "standard_errors" in model.details:
        errors = np.asarray(model.details["standard_errors"])
    else:
        errors = np.zeros_like(model.exposures)
    for group in np.unique(groups):
        home = model.factors[group].name
        peers = [
            n
            for n, name in enumerate(model.names)
            if model.homes[n] == home and model.sources[n] == "estimated"
        ]
        if len(peers) < FEW:
            continue
        here = groups == group
        about = np.zeros((len(peers), len(model.factors)))
        if group == market:
            follows = model.covariance[:, market] / model.covariance[market, market]
            about[:, market] = model.exposures[peers] @ follows
        else:
            about[:] = prior[here] = model.exposures[peers].mean(axis=0)
            own[here] = False
        spread = np.square(model.exposures[peers] - about) + np.square(errors[peers])
        strength[here] = learned_strength(
            first.residual_variance[here],
            np.square(moments.scale) * spread.mean(axis=0),
            prior_weight=settings.prior_weight,
            ridge=settings.ridge,
        )
    return prior, strength, own
