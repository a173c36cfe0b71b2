"""The certificate: what no hedge can beat, and what this one achieves, both from the raw P&L.

The lower bound takes no solver's word. For *any* weights y of the draws with 0 <= y <= θ w / (1 - level) and
sum θ, and any prices λ >= 0 of the rows ``A x + B x^(3/2) <= b``, weak duality gives, side by side of the box,

    f(x) >= -Σ y'p - Σ μ·limit - λ'b + Σ_j min over [lower_j, upper_j] of (r_j x_j + k_j x_j^(3/2)),
    r = cost + A'λ - sign · H'y,   k = impact + B'λ,

a closed form: the minimum is at ``(max(-r_j, 0) / (1.5 k_j))²`` moved into the box, where k_j > 0, and at a bound
elsewhere. With one linear budget row the minimum is a fractional knapsack, so its price is improved exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.solver.program import Program

__all__ = ["Certificate", "DrawWeights", "Multipliers", "lower_bound"]


#: A lower bound may stand above the objective by this share of it: two sums over the draws round apart.
CROSSING = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A proof of how good a hedge is.

    Parameters
    ----------
    lower : float
        No feasible hedge has a smaller objective. [currency]
    upper : float
        The objective of the hedge, re-evaluated by `stress.risk` from the raw P&L. [currency]
    gap : float
        ``(upper - lower) / max(|upper|, floor)``, at least 0; infinite where there is nothing to be a share of.
    floor : float
        A thousandth of the unhedged tail: below it, a gap relative to the objective means nothing. [currency]
    violation : float
        Largest relative breach of a limit by the hedge.
    radius : float
        Largest amount of an unbounded side that the bound covers; infinite when every side is bounded. For a hedge
        of amount D beyond it, the bound weakens by the factor D / radius (convexity).
    """

    lower: float
    upper: float
    gap: float
    floor: float
    violation: float
    radius: float = np.inf

    @classmethod
    def of(
        cls, lower: float, upper: float, *, floor: float, violation: float, radius: float = np.inf
    ) -> Certificate:
        """Certify two bounds; bounds that cross by more than `CROSSING` of the objective are refused."""
        size = max(abs(upper), floor)
        if lower > upper + CROSSING * size:
            raise SolverError(
                f"the lower bound {lower:.12g} is above the objective {upper:.12g}: the certificate is void.",
                status="bounds_cross",
            )
        lower = min(lower, upper)
        if not (np.isfinite(lower) and np.isfinite(upper)):
            gap = np.inf
        elif lower == upper:
            gap = 0.0
        else:
            gap = (upper - lower) / size if size > 0.0 else np.inf
        return cls(
            lower=lower, upper=upper, gap=gap, floor=floor, violation=violation, radius=radius
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawWeights:
    """Dual weights of one tail term: nonzero for some draws only.

    Parameters
    ----------
    draws : ndarray of int, shape (T,)
        Which draws.
    weights : ndarray, shape (T,)
        Their weights.
    theta : float
        What they should sum to.
    """

    draws: NDArray[np.intp]
    weights: FloatArray
    theta: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Multipliers:
    """Everything the lower bound needs; any values give a valid bound after repair.

    Parameters
    ----------
    terms : tuple of DrawWeights
        One for each tail term.
    rows : ndarray, shape (m,)
        Prices of the rows; negative only for equalities.
    at : ndarray, shape (M,)
        Trades at which the variance is linearised.
    """

    terms: tuple[DrawWeights, ...]
    rows: FloatArray
    at: FloatArray


def _repaired(weights: FloatArray, caps: FloatArray) -> FloatArray | None:
    """Weights inside [0, caps] that sum to one, near the given ones; None if the caps sum to less."""
    weights = np.clip(weights, 0.0, caps)
    for _ in range(60):
        total = float(weights.sum())
        if abs(1.0 - total) <= 2e-16:
            break
        if total > 1.0:
            weights = weights / total
            continue
        inside = np.where((weights > 0.0) & (weights < caps), weights, 0.0)
        if 1.0 - total < 1e-3 and inside.sum() > 1.0 - total:
            weights = np.minimum(weights + inside * ((1.0 - total) / inside.sum()), caps)
            continue
        room = caps - weights
        if not room.sum() > 0.0:
            break
        weights = weights + room * min(1.0, (1.0 - total) / room.sum())
    return weights if abs(1.0 - weights.sum()) <= 1e-12 else None


def lower_bound(program: Program, multipliers: Multipliers, *, radius: float = np.inf) -> float:
    """Bound the optimum of a program from below by weak duality.

    Parameters
    ----------
    program : Program
        Raw units.
    multipliers : Multipliers
        Any; they are clipped and rescaled into the dual's domain first.
    radius : float
        Amount at which unbounded sides are cut off.

    Returns
    -------
    float
        A number no feasible hedge (within `radius`) beats; minus infinity when none can be derived. [currency]

    References
    ----------
    Rockafellar and Uryasev (2002), J. Banking & Finance 26, Theorem 10 and its dual.
    """
    prices = np.where(program.equal, multipliers.rows, np.maximum(multipliers.rows, 0.0))
    thetas = np.array([max(part.theta, 0.0) for part in multipliers.terms])
    mu = np.array(
        [theta - term.weight for theta, term in zip(thetas, program.terms, strict=True)]
    ).clip(0.0)
    among = np.array([term.among_worst for term in program.terms], dtype=bool)
    if among.any():
        total = mu[among].sum()
        if total <= 0.0:
            mu[among] = program.worst_weight / among.sum()
        else:
            mu[among] *= program.worst_weight / total
    slope = np.zeros(program.lines)
    constant = 0.0
    for i, (term, part) in enumerate(zip(program.terms, multipliers.terms, strict=True)):
        free = term.among_worst or np.isfinite(term.limit)
        theta = term.weight + (mu[i] if free else 0.0)
        if np.isfinite(term.limit):
            if term.among_worst:
                raise ValueError(f"{term.name}: a term is either limited or one of the worst")
            constant -= mu[i] * term.limit
        if theta <= 0.0:
            continue
        given = part.weights / part.theta if part.theta > 0.0 else np.zeros(part.weights.size)
        share = _repaired(given, term.caps(part.draws))
        if share is None:
            return -np.inf
        weights = theta * share
        constant -= float(weights @ term.pnl[part.draws])
        slope -= weights @ term.unit_pnl[part.draws]
    if program.variance_weight:
        at = multipliers.at
        assert program.covariance is not None
        assert program.covariance_with_book is not None
        slope += 2.0 * program.variance_weight * (program.covariance @ at)
        slope += 2.0 * program.variance_weight * program.covariance_with_book
        constant += program.variance_weight * (
            program.variance_of_book - float(at @ program.covariance @ at)
        )
    base = program.cost + program.sign * slope[program.line]
    upper = np.minimum(program.reach(), radius)
    impact = np.zeros(program.sides) if program.impact is None else program.impact

    def dual(prices: FloatArray) -> float:
        reduced = base + program.rows.T @ prices
        bend = impact
        if program.row_impact is not None:
            bend = bend + program.row_impact.T @ prices
        return float(
            constant - prices @ program.limit + _least(reduced, bend, program.lower, upper).sum()
        )

    best = dual(prices)
    if program.limit.size == 1 and not program.equal[0] and program.row_impact is None:
        best = max(best, dual(_knapsack_price(base, program.rows[0], upper, program)))
    return best


def _least(
    reduced: FloatArray, bend: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Minimum over [lower, upper] of ``reduced·x + bend·x^(3/2)``, side by side."""
    at = np.where(reduced < 0.0, upper, lower)
    curved = bend > 0.0
    if curved.any():
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            inner = np.where(curved, (np.maximum(-reduced, 0.0) / (1.5 * bend)) ** 2, at)
        at = np.where(curved, np.clip(inner, lower, upper), at)
    with np.errstate(invalid="ignore"):
        value = np.where(reduced == 0.0, 0.0, reduced * at) + np.where(curved, bend * at**1.5, 0.0)
    return np.asarray(value)


def _knapsack_price(
    base: FloatArray, row: FloatArray, upper: FloatArray, program: Program
) -> FloatArray:
    """Return the price of the only row at which a fractional knapsack spends its capacity."""
    gain = -base
    useful = (gain > 0.0) & (row > 0.0) & np.isfinite(upper)
    if not useful.any() or (row < 0.0).any() or (np.isinf(upper) & (gain > 0.0)).any():
        return np.zeros(1)
    ratio = gain[useful] / row[useful]
    order = np.argsort(-ratio)
    room = program.limit[0] - row @ program.lower
    spent = np.cumsum((row[useful] * (upper[useful] - program.lower[useful]))[order])
    last = int(np.searchsorted(spent, room))
    return np.array([ratio[order[last]] if last < ratio.size else 0.0])
