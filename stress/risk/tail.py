"""The worst ``1 - level`` of the draws: where it begins, and what each draw counts in it.

Everything about a tail is decided here once: the quantile rule, the fractional weight of the draw
at the edge, what happens to ties, and how many draws are too few. Sums over draws, of the tail or of
all, are numpy's pairwise ones, not BLAS products: those split vectors beyond 10,000 entries over threads, so
their last bit (and, for 20,000 draws, most of their time) would depend on the machine's thread count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arguments import confidence_level
from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = [
    "MIN_TAIL_DRAWS",
    "LowerTail",
    "TooFewTailDrawsError",
    "checked_pnl",
    "checked_weights",
    "draws_for_tail",
    "enough_for_tail",
    "lower_tail",
    "tail_mass",
    "tail_weights",
]

#: An average over fewer (effective) tail draws than this is refused.
MIN_TAIL_DRAWS = 50.0

#: Probabilities closer than this are equal: a sum of 20,000 weights is not known better.
PROBABILITY_TOLERANCE = 1e-11


class TooFewTailDrawsError(InputError):
    """An expected shortfall was asked of a tail with too few draws.

    Parameters
    ----------
    level : float
        The confidence level asked for.
    draws : int
        Draws in all.
    effective : float
        Effective number of draws in the tail.
    needed : float
        How many there should be.
    """

    def __init__(self, *, level: float, draws: int, effective: float, needed: float) -> None:
        self.level = level
        self.draws = draws
        self.effective = effective
        self.needed = needed
        # Draws that count alike: the number of them in the tail is what is missing, not the edge's fraction.
        inside = draws * (1.0 - level)
        alike = abs(effective - inside) < 1.0
        ask = int(
            np.ceil(round(needed / (1.0 - level) if alike else draws * needed / effective, 6))
        )
        super().__init__(
            f"expected shortfall at {100 * level:g} % would rest on {effective:.4g} effective tail draws "
            f"of {draws:,}; at least {needed:g} are needed. Use about {ask:,} draws or more, or a lower level."
        )


def tail_mass(level: float) -> float:
    """Return ``1 - level``, the probability of the tail.

    Raises
    ------
    InputError
        If `level` is no number in (0, 1).
    """
    return 1.0 - confidence_level(level)


def draws_for_tail(level: float) -> int:
    """Return how many equally weighted draws hold the fewest that an average over the tail may rest on."""
    return math.ceil(MIN_TAIL_DRAWS / tail_mass(level) - 1e-9)


def enough_for_tail(draws: int, level: float) -> bool:
    """Whether so many equally weighted draws hold a tail average at a level."""
    return draws >= draws_for_tail(level)


def checked_pnl(pnl: FloatArray) -> FloatArray:
    """Return the P&L as a vector of finite numbers, or say what is wrong with it.

    Raises
    ------
    InputError
        If it is empty, not one-dimensional, or holds a value that is not finite.
    """
    pnl = np.asarray(pnl, dtype=np.float64)
    if pnl.ndim != 1 or pnl.size == 0:
        raise InputError(f"P&L must be one value a draw, got an array of shape {pnl.shape}.")
    # min and max are finite exactly when all are, and need no array of S booleans.
    if not (np.isfinite(pnl.min()) and np.isfinite(pnl.max())):
        place = int(np.flatnonzero(~np.isfinite(pnl))[0])
        raise InputError(f"P&L of draw {place} is {pnl[place]}: it must be finite.")
    return pnl


def checked_weights(weights: FloatArray | None, draws: int) -> FloatArray | None:
    """Return the probabilities of the draws, or say what is wrong with them.

    Raises
    ------
    InputError
        On another length, a negative or non-finite weight, or a sum that is not 1 to 1e-9.
    """
    if weights is None:
        return None
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (draws,):
        raise InputError(f"weights have shape {weights.shape}, expected ({draws},): one a draw.")
    if not weights.min() >= 0.0:  # also false for NaN
        place = int(np.flatnonzero(~(weights >= 0.0))[0])
        raise InputError(f"weight of draw {place} is {weights[place]}: it must be at least 0.")
    total = float(weights.sum())
    if not abs(total - 1.0) <= 1e-9:
        raise InputError(f"weights add up to {total:.12g}, not 1. Divide them by their sum.")
    return weights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LowerTail:
    """The lowest draws in ascending order.

    Parameters
    ----------
    values : ndarray of shape (T,)
        P&L, ascending.
    weights : ndarray of shape (T,)
        Their probabilities.
    cumulative : ndarray of shape (T,)
        Running sum of `weights`.
    square_sum : float
        Sum of the squared weights of *all* draws; its inverse is the effective number of draws.
    """

    values: FloatArray
    weights: FloatArray
    cumulative: FloatArray
    square_sum: float

    def rank(self, mass: float) -> int:
        """Return the first place whose running probability exceeds `mass`."""
        place = int(np.searchsorted(self.cumulative, mass + PROBABILITY_TOLERANCE, side="right"))
        return min(place, self.values.size - 1)

    def quantile(self, mass: float) -> float:
        """Return the largest x with ``P(pnl < x) <= mass``: minus the VaR at level ``1 - mass``."""
        return float(self.values[self.rank(mass)])

    def mean(self, mass: float) -> float:
        """Return the mean of the lowest `mass`; the draw at the edge counts by a fraction."""
        place = self.rank(mass)
        inside = self.cumulative[place - 1] if place else 0.0
        total = float((self.weights[:place] * self.values[:place]).sum())
        return float((total + (mass - inside) * self.values[place]) / mass)

    def kish_draws(self, mass: float) -> float:
        """Return the effective number of draws in the lowest `mass`: ``(sum w)^2 / sum w^2`` (Kish).

        With equal weights it is at least 50 exactly when ``S mass`` is. It is the tail's own number: draws
        that were sampled towards the tail and weighted back count for what they are worth there.
        """
        place = self.rank(mass)
        inside = self.cumulative[place - 1] if place else 0.0
        edge = max(mass - inside, 0.0)
        squares = float(np.square(self.weights[:place]).sum())
        return float(mass * mass / (squares + edge * edge))


def lower_tail(pnl: FloatArray, weights: FloatArray | None, *, mass: float) -> LowerTail:
    """Sort no more of the draws than the lowest `mass` needs; weighted ones all.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive, checked.
    weights : ndarray of shape (S,) or None
        Probabilities, checked; equal when None.
    mass : float in (0, 1]
        The tail it has to cover.

    Returns
    -------
    LowerTail
    """
    draws = pnl.size
    if weights is None:
        count = min(draws, int(draws * mass) + 2)
        # Partition, then sort only the tail: three times faster than sorting 20,000 draws.
        lowest = pnl if count == draws else np.partition(pnl, count - 1)[:count]
        return LowerTail(
            values=np.sort(lowest),
            weights=np.full(count, 1.0 / draws),
            cumulative=np.arange(1, count + 1) / draws,
            square_sum=1.0 / draws,
        )
    order = np.argsort(pnl)
    ordered = weights[order]
    return LowerTail(
        values=pnl[order],
        weights=ordered,
        cumulative=np.cumsum(ordered),
        square_sum=float((weights * weights).sum()),
    )


def tail_weights(pnl: FloatArray, weights: FloatArray | None = None, *, level: float) -> FloatArray:
    """Return what each draw counts in the mean of the worst ``1 - level``.

    ``expected_shortfall = -tail_weights @ pnl`` and, for any component of the P&L,
    ``contribution = -tail_weights @ component``, so contributions add up.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive.
    weights : ndarray of shape (S,), optional
        Probabilities, summing to one. Equal when omitted.
    level : float in (0, 1)
        Confidence level; 0.975 keeps the worst 2.5 %.

    Returns
    -------
    ndarray of shape (S,)
        At least 0, summing to one.

    Notes
    -----
    Draws below the quantile count fully; the draws *at* the quantile share what is left of the mass
    in proportion to their own probability, so the answer does not depend on the order of the draws.
    Ties are exact equality. The number of tail draws is not judged here, see `require_tail_draws`.

    References
    ----------
    .. [1] Acerbi and Tasche, "On the coherence of expected shortfall", J. Banking & Finance 26
       (2002), pp. 1487-1503.
    .. [2] Rockafellar and Uryasev, "Conditional value-at-risk for general loss distributions",
       J. Banking & Finance 26 (2002), pp. 1443-1471.

    Examples
    --------
    >>> tail_weights(np.array([-4.0, -2.0, 0.0, 3.0]), level=0.625)
    array([0.66666667, 0.33333333, 0.        , 0.        ])
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    mass = tail_mass(level)
    edge = lower_tail(pnl, weights, mass=mass).quantile(mass)
    below, at = pnl < edge, pnl == edge
    probability: FloatArray = np.full(pnl.size, 1.0 / pnl.size) if weights is None else weights
    rest = max(mass - float(probability[below].sum()), 0.0)
    # Where the sum of the weights is an ulp under the mass, the edge may hold no probability at all.
    at_edge = float(probability[at].sum())
    share = rest / at_edge if at_edge > 0.0 else 0.0
    counted: FloatArray = np.where(below, probability, np.where(at, share * probability, 0.0))
    return np.asarray(counted / counted.sum())


def require_tail_draws(tail: LowerTail, *, level: float, draws: int, needed: float) -> None:
    """Refuse a tail of fewer than `needed` effective draws (`LowerTail.kish_draws`).

    Raises
    ------
    TooFewTailDrawsError
    """
    effective = tail.kish_draws(1.0 - level)
    if effective < needed * (1.0 - 1e-9):
        raise TooFewTailDrawsError(level=level, draws=draws, effective=effective, needed=needed)
