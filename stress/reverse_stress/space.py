"""Where a search looks: which factors it states, how the rest follows, and how far a point lies.

A searched point states n moves x. The rest of the factors follow by their conditional mean (linked) or
stay (alone), so every factor move is linear in x, and with ``x = centre + root z`` the squared
distance of what is stated is ``given_distance^2 + |z|^2``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import numpy as np
import numpy.typing as npt

from stress.arguments import one_of
from stress.errors import InputError, did_you_mean
from stress.factors.model import FloatArray
from stress.scenarios.plausibility import whitener

__all__ = ["Sign", "Space", "matching_factors", "search_space"]

Sign = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space:
    """The moves a search may state. K factors, n of them searched.

    Parameters
    ----------
    factor_names : tuple of str, length K
        The axis.
    searched : ndarray of int, shape (n,)
        Factors whose moves are looked for.
    stated : ndarray of bool, shape (K,)
        Searched or given.
    start : ndarray of shape (K,)
        All moves at z = 0: the given ones and what follows from them.
    gain : ndarray of shape (K, n)
        ``moves = start + gain @ root @ z``.
    root : ndarray of shape (n, n)
        Lower Cholesky root of the covariance of the searched moves, given the given ones.
    lower, upper : ndarray of shape (n,)
        Bounds on the searched moves; infinite where there are none.
    given_distance : float
        Distance of the given moves, 0 without any.
    rest : {'linked', 'alone'}
        How unstated factors follow.
    """

    factor_names: tuple[str, ...]
    searched: npt.NDArray[np.intp]
    stated: npt.NDArray[np.bool_]
    start: FloatArray
    gain: FloatArray
    root: FloatArray
    lower: FloatArray
    upper: FloatArray
    given_distance: float
    rest: Literal["linked", "alone"]

    @property
    def bounded(self) -> bool:
        """Whether any searched move has a bound."""
        return bool(np.isfinite(self.lower).any() or np.isfinite(self.upper).any())

    def moves(self, z: FloatArray) -> FloatArray:
        """Return all factor moves of points z: (..., n) to (..., K)."""
        return np.asarray(self.start + (z @ self.root.T) @ self.gain.T)

    def within_bounds(self, z: FloatArray) -> FloatArray:
        """Return the points with their searched moves clipped to the bounds: (..., n) to (..., n)."""
        if not self.bounded:
            return z
        centre = self.start[self.searched]
        x = np.clip(centre + z @ self.root.T, self.lower, self.upper) - centre
        return np.asarray(np.linalg.solve(self.root, x.reshape(-1, x.shape[-1]).T).T).reshape(
            x.shape
        )

    def contains(self, z: FloatArray) -> bool:
        """Return whether the searched moves of one point z keep to the bounds."""
        x = self.start[self.searched] + self.root @ z
        return bool((x >= self.lower - 1e-12).all() and (x <= self.upper + 1e-12).all())

    def distance(self, z: FloatArray) -> float:
        """Return the distance of what point z states, given moves included."""
        return float(np.sqrt(self.given_distance**2 + z @ z))


def matching_factors(patterns: Sequence[str], factor_names: Sequence[str]) -> tuple[str, ...]:
    """Return the factors that match names or patterns such as ``semis_*``.

    Parameters
    ----------
    patterns : sequence of str
        Names, with ``*`` and ``?`` as wildcards.
    factor_names : sequence of str
        The model's factors.

    Returns
    -------
    tuple of str
        In the order of the model.

    Raises
    ------
    InputError
        If a pattern matches nothing.
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in factor_names):
            hint = did_you_mean(pattern.strip("*?"), factor_names)
            raise InputError(f"'{pattern}' matches no factor. {hint}".rstrip())
    return tuple(
        name for name in factor_names if any(fnmatchcase(name, pattern) for pattern in patterns)
    )


def search_space(
    factor_names: Sequence[str],
    covariance: FloatArray,
    *,
    only: Sequence[str] | None = None,
    given: Mapping[str, float] | None = None,
    signs: Mapping[str, Sign] | None = None,
    floor: FloatArray | None = None,
    rest: Literal["linked", "alone"] = "linked",
) -> Space:
    """Set up a search.

    Parameters
    ----------
    factor_names : sequence of str, length K
        The axis of the covariance.
    covariance : ndarray of shape (K, K)
        Of the factor moves over the horizon, positive definite.
    only : sequence of str, optional
        Factors that may be stated; the rest follow. All when omitted.
    given : mapping of str to float, optional
        Moves that are already assumed.
    signs : mapping of str to {'up', 'down'}, optional
        Factors that may only rise or only fall.
    floor : ndarray of shape (K,), optional
        Lowest possible move of each factor, as from `floors_of`.
    rest : {'linked', 'alone'}
        Whether unstated factors follow by their conditional mean, or stay.

    Returns
    -------
    Space

    Raises
    ------
    InputError
        On unknown or contradicting factors.
    ModelError
        If the stated factors' covariance is nearly singular.
    """
    names = tuple(factor_names)
    k = len(names)
    covariance = np.asarray(covariance, dtype=np.float64)
    if covariance.shape != (k, k):
        raise InputError(f"{k} factors need a covariance of ({k}, {k}), got {covariance.shape}.")
    given = dict(given or {})
    signs = dict(signs or {})
    wanted = names if only is None else tuple(only)
    for name in (*wanted, *given, *signs):
        if name not in names:
            raise InputError(f"'{name}' is not a factor. {did_you_mean(name, names)}".rstrip())
    searched = np.array([i for i, name in enumerate(names) if name in wanted and name not in given])
    if searched.size == 0:
        raise InputError("no factor is left to search: widen `only` or give fewer moves.")
    idle = [name for name in signs if name not in {names[i] for i in searched}]
    if idle:
        raise InputError(f"a sign is stated for {', '.join(idle)}, which is not searched.")

    fixed = np.array([i for i, name in enumerate(names) if name in given], dtype=np.intp)
    stated = np.zeros(k, dtype=bool)
    stated[searched] = True
    stated[fixed] = True
    whitener(
        covariance[np.ix_(stated, stated)],
        names=[n for n, s in zip(names, stated, strict=True) if s],
        remedy="A search has no unique answer: leave one of them out with `only`.",
    )

    values = np.array([given[names[i]] for i in fixed], dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError("given moves must be finite.")
    onto_fixed = (
        _regression(covariance, searched, fixed) if fixed.size else np.zeros((searched.size, 0))
    )
    centre = onto_fixed @ values
    conditional = (
        covariance[np.ix_(searched, searched)] - onto_fixed @ covariance[np.ix_(fixed, searched)]
    )
    start = np.zeros(k)
    gain = np.zeros((k, searched.size))
    start[fixed] = values
    start[searched] = centre
    gain[searched, np.arange(searched.size)] = 1.0
    unstated = np.flatnonzero(~stated)
    match rest:
        case "linked":
            both = np.concatenate([searched, fixed])
            follow = _regression(covariance, unstated, both)
            start[unstated] = follow @ np.concatenate([centre, values])
            gain[unstated] = follow[:, : searched.size]
        case "alone":
            pass
    lowest = np.full(k, -np.inf) if floor is None else np.array(floor, dtype=np.float64)
    if lowest.shape != (k,) or np.isnan(lowest).any():
        raise InputError(f"floor must be {k} lowest moves, got shape {lowest.shape}.")
    lower = lowest[searched]
    upper = np.full(searched.size, np.inf)
    for place, i in enumerate(searched):
        sign = signs.get(names[i])
        match None if sign is None else one_of(sign, Sign, what=f"sign of {names[i]}"):
            case "up":
                lower[place] = max(lower[place], 0.0)
            case "down":
                upper[place] = 0.0
            case None:
                pass
    distance = (
        float(np.sqrt(values @ np.linalg.solve(covariance[np.ix_(fixed, fixed)], values)))
        if fixed.size
        else 0.0
    )
    return Space(
        factor_names=names,
        searched=searched,
        stated=stated,
        start=start,
        gain=gain,
        root=np.linalg.cholesky(0.5 * (conditional + conditional.T)),
        lower=lower,
        upper=upper,
        given_distance=distance,
        rest=rest,
    )


def _regression(
    covariance: FloatArray, of: npt.NDArray[np.intp], on: npt.NDArray[np.intp]
) -> FloatArray:
    """Coefficients (of, on) of the conditional mean."""
    scale = np.sqrt(np.diag(covariance)[on])
    inner = covariance[np.ix_(on, on)] / np.outer(scale, scale)
    return np.asarray(np.linalg.solve(inner, covariance[np.ix_(on, of)] / scale[:, None]).T / scale)
