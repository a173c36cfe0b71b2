"""Where a search looks: which factors it states, how the rest follows, and how far a point lies.

A searched point states n moves x. The rest of the factors follow by their conditional mean, so every factor
move is linear in x, and with ``x = root z`` the distance of what is stated is ``|z|``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import numpy as np
import numpy.typing as npt

from stress.arguments import one_of
from stress.arrays import FloatArray
from stress.errors import InputError, did_you_mean
from stress.factors.correlation import correlation_of
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
        The same as a mask.
    gain : ndarray of shape (K, n)
        ``moves = gain @ root @ z``.
    root : ndarray of shape (n, n)
        Lower Cholesky root of the covariance of the searched moves.
    lower, upper : ndarray of shape (n,)
        Bounds on the searched moves, on either side of 0; infinite where there are none.
    """

    factor_names: tuple[str, ...]
    searched: npt.NDArray[np.intp]
    stated: npt.NDArray[np.bool_]
    gain: FloatArray
    root: FloatArray
    lower: FloatArray
    upper: FloatArray

    @property
    def bounded(self) -> bool:
        """Whether any searched move has a bound."""
        return bool(np.isfinite(self.lower).any() or np.isfinite(self.upper).any())

    @property
    def deviations(self) -> FloatArray:
        """Standard deviation of each searched move, shape (n,)."""
        return np.asarray(np.sqrt((self.root**2).sum(axis=1)))

    def moves(self, z: FloatArray) -> FloatArray:
        """Return all factor moves of points z: (..., n) to (..., K)."""
        return np.asarray((z @ self.root.T) @ self.gain.T)

    def within_bounds(self, z: FloatArray) -> FloatArray:
        """Return the points with their searched moves clipped to the bounds: (..., n) to (..., n)."""
        if not self.bounded:
            return z
        x = np.clip(z @ self.root.T, self.lower, self.upper)
        return np.asarray(np.linalg.solve(self.root, x.reshape(-1, x.shape[-1]).T).T).reshape(
            x.shape
        )

    def stating(self, factors: Sequence[str]) -> Space:
        """Return the space in which only some of the searched factors are; the rest of them follow too.

        Parameters
        ----------
        factors : sequence of str
            Searched factors, at least one. Their bounds stay.
        """
        kept = np.array([self.factor_names[k] in factors for k in self.searched])
        on, of = np.flatnonzero(kept), np.flatnonzero(~kept)
        covariance = self.root @ self.root.T
        follow = np.zeros((kept.size, on.size))
        follow[on] = np.eye(on.size)
        follow[of] = _regression(covariance, of, on)
        stated = np.zeros_like(self.stated)
        stated[self.searched[on]] = True
        return Space(
            factor_names=self.factor_names,
            searched=self.searched[on],
            stated=stated,
            gain=self.gain @ follow,
            root=np.asarray(np.linalg.cholesky(covariance[np.ix_(on, on)])),
            lower=self.lower[on],
            upper=self.upper[on],
        )

    def contains(self, z: FloatArray) -> bool:
        """Return whether the searched moves of one point z keep to the bounds."""
        x = self.root @ z
        return bool((x >= self.lower - 1e-12).all() and (x <= self.upper + 1e-12).all())


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
    signs: Mapping[str, Sign] | None = None,
    floor: FloatArray | None = None,
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
    signs : mapping of str to {'up', 'down'}, optional
        Factors that may only rise or only fall.
    floor : ndarray of shape (K,), optional
        Lowest possible move of each factor, at most 0, as from `floors_of`.

    Returns
    -------
    Space

    Raises
    ------
    InputError
        On unknown or contradicting factors.
    ModelError
        If the searched factors' covariance is nearly singular.
    """
    names = tuple(factor_names)
    k = len(names)
    covariance = np.asarray(covariance, dtype=np.float64)
    if covariance.shape != (k, k):
        raise InputError(f"{k} factors need a covariance of ({k}, {k}), got {covariance.shape}.")
    signs = dict(signs or {})
    wanted = names if only is None else tuple(only)
    for name in (*wanted, *signs):
        if name not in names:
            raise InputError(f"'{name}' is not a factor. {did_you_mean(name, names)}".rstrip())
    stated = np.array([name in wanted for name in names])
    searched = np.flatnonzero(stated)
    if searched.size == 0:
        raise InputError("no factor is left to search: widen `only`.")
    idle = [name for name in signs if name not in wanted]
    if idle:
        raise InputError(f"a sign is stated for {', '.join(idle)}, which is not searched.")
    within = covariance[np.ix_(searched, searched)]
    whitener(
        within,
        names=[names[i] for i in searched],
        remedy="A search has no unique answer: leave one of them out with `only`.",
    )
    gain = np.zeros((k, searched.size))
    gain[searched] = np.eye(searched.size)
    gain[~stated] = _regression(covariance, np.flatnonzero(~stated), searched)
    lower, upper = _bounds([names[i] for i in searched], signs, _lowest(floor, k)[searched])
    return Space(
        factor_names=names,
        searched=searched,
        stated=stated,
        gain=gain,
        root=np.asarray(np.linalg.cholesky(0.5 * (within + within.T))),
        lower=lower,
        upper=upper,
    )


def _lowest(floor: FloatArray | None, k: int) -> FloatArray:
    if floor is None:
        return np.full(k, -np.inf)
    lowest = np.array(floor, dtype=np.float64)
    if lowest.shape != (k,) or not (lowest <= 0.0).all():
        raise InputError(f"floor must be {k} lowest moves of at most 0, got {lowest}.")
    return lowest


def _bounds(
    names: Sequence[str], signs: Mapping[str, Sign], lower: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of searched factors that have floors, with those that signs set."""
    upper = np.full(len(names), np.inf)
    for place, name in enumerate(names):
        sign = signs.get(name)
        match None if sign is None else one_of(sign, Sign, what=f"sign of {name}"):
            case "up":
                lower[place] = 0.0
            case "down":
                upper[place] = 0.0
            case None:
                pass
    return lower, upper


def _regression(
    covariance: FloatArray, of: npt.NDArray[np.intp], on: npt.NDArray[np.intp]
) -> FloatArray:
    """Coefficients (of, on) of the conditional mean."""
    scale = np.sqrt(np.diag(covariance)[on])
    inner = correlation_of(covariance[np.ix_(on, on)])
    return np.asarray(np.linalg.solve(inner, covariance[np.ix_(on, of)] / scale[:, None]).T / scale)
