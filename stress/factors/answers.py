"""How every name answers the factors: exposures, specific volatility, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.factors.exposures import explained_share
from stress.factors.likelihood import likeliest
from stress.factors.model import ExposureSource
from stress.factors.moments import Moments, weighted_moments
from stress.factors.moves import FactorMoves
from stress.factors.own_basket import given_whole_basket, meet_basket
from stress.factors.peers import peer_mean, peer_precision, peer_volatility, shrink_to_peers
from stress.factors.settings import CalibrationSettings
from stress.factors.specific import specific_volatility
from stress.factors.stress_days import stress_day_exposures

__all__ = ["Answers", "estimate_answers"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What calibration knows of N names.

    Parameters
    ----------
    names : tuple of str, length N
        Sorted.
    homes : ndarray of int, shape (N,)
        Home basket of each.
    sources : tuple of str, length N
        Where its exposures come from.
    exposures, standard_errors, stress_exposures : ndarray of shape (N, K)
        On all days, their posterior standard deviations, and on the home basket's bad days.
    specific_volatility : ndarray of shape (N,)
    observations : ndarray of int, shape (N,)
    effective, r_squared : ndarray of shape (N,)
        Effective number of observations; share of variance explained against the factors without the
        name itself.
    stress_days : dict of int to int
        Bad days of each home.
    response : dict of int to (float, float)
        For each basket of two or more, the mean members' exposure to it: shipped, and as estimated.
    unmoved : tuple of str
        Names with prices enough that never moved in the window: they get what their peers have.
    """

    names: tuple[str, ...]
    homes: npt.NDArray[np.intp]
    sources: tuple[ExposureSource, ...]
    exposures: FloatArray
    standard_errors: FloatArray
    stress_exposures: FloatArray
    specific_volatility: FloatArray
    observations: npt.NDArray[np.intp]
    effective: FloatArray
    r_squared: FloatArray
    stress_days: dict[int, int]
    response: dict[int, tuple[float, float]]
    unmoved: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Window:
    """The moves of the window, with a column for every name that has a home, priced or not."""

    names: tuple[str, ...]
    homes: npt.NDArray[np.intp]
    factor_moves: FloatArray
    name_moves: FloatArray
    own_basket: npt.NDArray[np.intp]
    own_moves: FloatArray
    is_factor: npt.NDArray[np.intp]
    sign: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class _Shipped:
    """What a model file will hold, by name; changed in place, step after step."""

    exposures: FloatArray
    standard_errors: FloatArray
    stress: FloatArray
    specific: FloatArray


def estimate_answers(
    moves: FactorMoves,
    start: int,
    end: int,
    level: FloatArray,
    weights: FloatArray,
    settings: CalibrationSettings,
) -> Answers:
    """Estimate how every name answers, from the moves of rows ``start`` to ``end``.

    Parameters
    ----------
    moves : FactorMoves
    start, end : int
        The window; `end` is not in it.
    level : ndarray of shape (end + 1,)
        The volatility level.
    weights : ndarray of shape (end - start,)
        Of the window's sessions.
    settings : CalibrationSettings

    Returns
    -------
    Answers
        Without the names that have neither history nor peers.
    """
    window = _window(moves, start, end)
    plain = _moments(window, weights)
    seen = (plain.observations >= settings.least) & (plain.variance > 0.0)
    peers = seen & (plain.observations >= settings.enough) & (window.is_factor < 0)
    market = moves.definitions.names.index(moves.definitions.default_home)
    moments, estimates, importance = likeliest(
        plain,
        partial(_moments, window, weights),
        lambda moments: shrink_to_peers(
            moments,
            window.homes,
            peers,
            market=market,
            ridge=settings.ridge,
            turns=settings.turns,
            prior_weight=settings.prior_weight,
        ),
        partial(_residuals, window),
        level=level[start:end],
        weights=weights,
        degrees_of_freedom=settings.likelihood_degrees_of_freedom,
    )
    moved_by_itself = partial(
        specific_volatility,
        level=level[start:],
        half_life=settings.specific_half_life,
        estimates=estimates,
        moments=moments,
    )
    specific = moved_by_itself(_residuals(window, estimates.exposures))
    stress, stress_days = stress_day_exposures(
        window.factor_moves,
        window.name_moves,
        weights,
        homes=window.homes,
        prior=estimates.exposures,
        strength=settings.stress_ridge,
        share=settings.stress_share,
        own_basket=window.own_basket,
        own_moves=window.own_moves,
        importance=importance,
    )
    estimated = _response(estimates.exposures, window.own_basket, seen)
    shipped = _Shipped(
        exposures=estimates.exposures.copy(),
        standard_errors=estimates.standard_errors,
        stress=stress,
        specific=specific,
    )
    if not settings.leave_out:
        _meet_whole_baskets(
            shipped, window, seen, estimates.posterior, moves.definitions.names, moved_by_itself
        )
        _be_the_factor(shipped, window)
    unseen = ~seen & ((window.is_factor < 0) | settings.leave_out)
    _follow_peers(shipped, window, unseen, peers, moments)

    exposures, specific = shipped.exposures, shipped.specific
    kept = np.flatnonzero(np.isfinite(exposures).all(axis=1) & np.isfinite(specific))
    return Answers(
        names=tuple(window.names[n] for n in kept),
        homes=window.homes[kept],
        sources=tuple(_source(int(n), window, moments, settings) for n in kept),
        exposures=exposures[kept],
        standard_errors=shipped.standard_errors[kept],
        stress_exposures=shipped.stress[kept],
        specific_volatility=specific[kept],
        observations=moments.observations[kept],
        effective=moments.effective[kept],
        r_squared=explained_share(plain, estimates.exposures)[kept],
        stress_days=stress_days,
        response={
            basket: (after, estimated[basket])
            for basket, after in _response(exposures, window.own_basket, seen).items()
        },
        unmoved=tuple(
            window.names[n]
            for n in kept
            if unseen[n] and plain.observations[n] >= settings.least and plain.variance[n] == 0.0
        ),
    )


def _meet_whole_baskets(
    shipped: _Shipped,
    window: _Window,
    seen: npt.NDArray[np.bool_],
    posterior: FloatArray,
    factors: Sequence[str],
    moved_by_itself: Callable[[FloatArray], FloatArray],
) -> None:
    """Take members from the basket without them to the whole one: exposures, their errors, what is their own."""
    members = np.zeros(len(seen), dtype=bool)
    for basket in np.unique(window.own_basket[window.own_basket >= 0]):
        here = np.flatnonzero((window.own_basket == basket) & seen)
        if len(here) < 2:
            continue
        label, sure = f"basket {factors[basket]}", posterior[here]
        shipped.stress[here], _ = _as_members(shipped.stress[here], sure, int(basket), label)
        shipped.exposures[here], spread = _as_members(
            shipped.exposures[here], sure, int(basket), label
        )
        variance = np.maximum(np.einsum("nkk->nk", spread), 0.0)
        shipped.standard_errors[here] = np.sqrt(variance)
        members[here] = True
    left = moved_by_itself(window.name_moves - window.factor_moves @ shipped.exposures.T)
    shipped.specific[members] = left[members]


def _be_the_factor(shipped: _Shipped, window: _Window) -> None:
    """Give names that are a factor by definition its move and nothing else, without error."""
    named = np.flatnonzero(window.is_factor >= 0)
    shipped.exposures[named] = 0.0
    shipped.exposures[named, window.is_factor[named]] = window.sign[named]
    shipped.stress[named] = shipped.exposures[named]
    shipped.standard_errors[named] = 0.0
    shipped.specific[named] = 0.0


def _follow_peers(
    shipped: _Shipped,
    window: _Window,
    unseen: npt.NDArray[np.bool_],
    peers: npt.NDArray[np.bool_],
    moments: Moments,
) -> None:
    """Give names without a history what their peers have; those without peers too get NaN."""
    follow = peer_mean(shipped.exposures, peer_precision(moments, peers), window.homes)
    usual = peer_volatility(shipped.specific, peers, window.homes)
    spread = _spread_of_peers(shipped.exposures, peers, window.homes)
    shipped.exposures[unseen] = follow[unseen]
    shipped.stress[unseen] = follow[unseen]
    shipped.specific[unseen] = usual[unseen]
    shipped.standard_errors[unseen] = spread[unseen]


def _window(moves: FactorMoves, start: int, end: int) -> _Window:
    definitions = moves.definitions
    stated = {t for f in definitions.factors if f.measure == "return" for t in f.series}
    names = tuple(sorted({*moves.names, *definitions.homes, *stated}))
    place = moves.name_index
    column = np.array([place.get(name, -1) for name in names], dtype=np.intp)
    priced = column >= 0
    rows = slice(start, end)

    def spread(values: FloatArray) -> FloatArray:
        wide = np.full((end - start, len(names)), np.nan)
        wide[:, priced] = values[rows][:, column[priced]]
        return wide

    own = np.where(priced, moves.own_basket[column], -1)
    is_factor = np.full(len(names), -1, dtype=np.intp)
    sign = np.zeros(len(names))
    for k, (factor, held) in enumerate(zip(definitions.factors, moves.members, strict=True)):
        if factor.measure != "difference" and len(held) == 1:
            n = names.index(held[0])
            is_factor[n] = k
            # the inverse of a return r is -r to first order; at 1 % the rest is 0.01 %
            sign[n] = 1.0 if factor.measure == "return" else -1.0
            own[n] = k
    homes = [definitions.names.index(definitions.home_of(name)) for name in names]
    return _Window(
        names=names,
        homes=np.array(homes, dtype=np.intp),
        factor_moves=moves.factor_moves[rows],
        name_moves=spread(moves.name_moves),
        own_basket=own,
        own_moves=spread(moves.own_moves_without),
        is_factor=is_factor,
        sign=sign,
    )


def _moments(window: _Window, weights: FloatArray, importance: FloatArray | None = None) -> Moments:
    return weighted_moments(
        window.factor_moves,
        window.name_moves,
        weights,
        importance=importance,
        own_basket=window.own_basket,
        own_moves=window.own_moves,
    )


def _residuals(window: _Window, exposures: FloatArray) -> FloatArray:
    fitted = window.factor_moves @ exposures.T
    member = np.flatnonzero(window.own_basket >= 0)
    own = window.own_basket[member]
    instead = window.own_moves[:, member] - window.factor_moves[:, own]
    known = np.isfinite(window.own_moves[:, member]).any(axis=0)
    fitted[:, member] += np.where(known, instead, 0.0) * exposures[member, own]
    return np.asarray(window.name_moves - fitted)


def _as_members(
    exposures: FloatArray, posterior: FloatArray, own: int, label: str
) -> tuple[FloatArray, FloatArray]:
    """Return members' exposures to their whole basket, and the covariance of these."""
    solved, spread = given_whole_basket(exposures, posterior, own, len(exposures), basket=label)
    return meet_basket(solved, spread, own, basket=label)


def _response(
    exposures: FloatArray, own: npt.NDArray[np.intp], seen: npt.NDArray[np.bool_]
) -> dict[int, float]:
    found = {}
    for basket in np.unique(own[own >= 0]):
        here = (own == basket) & seen
        if here.sum() > 1:
            found[int(basket)] = float(exposures[here, basket].mean())
    return found


def _spread_of_peers(
    exposures: FloatArray, peers: npt.NDArray[np.bool_], homes: npt.NDArray[np.intp]
) -> FloatArray:
    """Return the standard deviation across peers: how far a name without history may lie from their mean.

    Of a theme with one peer it is that of all themes together.
    """
    spread = np.zeros_like(exposures)
    squares, free, alone = np.zeros(exposures.shape[1]), 0, np.zeros(len(homes), dtype=bool)
    for home in np.unique(homes):
        here = homes == home
        among = exposures[here & peers]
        if len(among) > 1:
            spread[here] = among.std(axis=0, ddof=1)
            squares += (len(among) - 1) * np.square(spread[here][0])
            free += len(among) - 1
        else:
            alone |= here
    if free:
        spread[alone] = np.sqrt(squares / free)
    return spread


def _source(
    n: int, window: _Window, moments: Moments, settings: CalibrationSettings
) -> ExposureSource:
    if window.is_factor[n] >= 0 and not settings.leave_out:
        return "definition"
    if moments.observations[n] >= settings.enough and moments.variance[n] > 0.0:
        return "estimated"
    return "prior"
