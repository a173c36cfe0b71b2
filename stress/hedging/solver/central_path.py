"""A point of the interior point method, and a start that lies on the central path of the draws.

Complementary pairs are stored as two rows: residual and excess of each draw against its two multipliers, room above the
lower and below the upper bound of each side against theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.reduced import ReducedProblem

__all__ = ["Layout", "Point", "start_near"]


#: A start keeps this share of a side's width (or of two units) away from its bounds.
PUSH = 0.02
#: Least amount of which a root is taken.
TINY = 1e-30


class Layout:
    """What of a reduced problem stays fixed while the point moves, in the shapes the iteration wants.

    Parameters
    ----------
    problem : ReducedProblem
        Scaled.
    """

    def __init__(self, problem: ReducedProblem) -> None:
        self.problem = problem
        terms = problem.terms
        self.pnl, self.unit, self.caps = problem.stacked()
        self.counts = np.array([term.pnl.size for term in terms], dtype=np.intp)
        edges = np.concatenate([[0], np.cumsum(self.counts)])
        self.parts = [slice(int(a), int(b)) for a, b in pairwise(edges)]
        lines = self.unit.shape[1]
        self.constant = np.array([term.constant for term in terms])
        self.offset = np.array([term.offset for term in terms])
        self.slope = np.array([term.slope for term in terms]).reshape(len(terms), lines)
        self.weight = np.array([term.weight for term in terms])
        self.limited = np.flatnonzero([term.limited for term in terms])
        self.limit = np.array([terms[g].limit for g in self.limited])
        self.worst = np.array([terms[g].worst for g in self.limited], dtype=bool)
        self.below = ~problem.equal
        self.curved = (
            problem.impact is not None
            or problem.row_impact is not None
            or problem.quadratic is not None
        )

    @property
    def terms(self) -> int:
        """Number of tail terms."""
        return int(self.counts.size)

    def each(self, per_term: FloatArray) -> FloatArray | float:
        """Repeat a number for each term over its draws."""
        if self.counts.size == 1:
            return float(per_term[0])
        return np.repeat(per_term, self.counts)

    def total(self, per_draw: FloatArray) -> FloatArray:
        """Return the sums over the draws of each term."""
        if self.counts.size == 1:
            return np.array([per_draw.sum()])
        return np.array([per_draw[part].sum() for part in self.parts], dtype=np.float64)

    def lines(self, sides: FloatArray) -> FloatArray:
        """Signed trades of the lines."""
        signed = self.problem.sign * sides
        return np.asarray(
            np.bincount(self.problem.line, weights=signed, minlength=self.unit.shape[1]),
            dtype=np.float64,
        )

    def row_values(self, amounts: FloatArray) -> FloatArray:
        """Left-hand sides of the rows."""
        value = self.problem.rows @ amounts
        if self.problem.row_impact is not None:
            value = value + self.problem.row_impact @ np.abs(amounts) ** 1.5
        return np.asarray(value)

    def curvature(
        self, amounts: FloatArray, prices: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """Gradient of the cost, Jacobian of the rows, diagonal of the Hessian of both."""
        p = self.problem
        cost, rows = p.cost, p.rows
        if p.impact is None and p.row_impact is None:
            return cost, rows, None
        root = np.sqrt(np.maximum(np.abs(amounts), TINY))
        bend = np.zeros(amounts.size)
        if p.impact is not None:
            cost = cost + 1.5 * p.impact * root
            bend += 0.75 * p.impact / root
        if p.row_impact is not None:
            rows = rows + 1.5 * p.row_impact * root
            bend += 0.75 * (prices @ p.row_impact) / root
        return cost, rows, bend

    def slope_of_lines(self, d: FloatArray, theta: FloatArray, duals: FloatArray) -> FloatArray:
        """Gradient by line of tail terms and variance, the draws at the given multipliers."""
        inner = theta @ self.slope - self.unit.T @ duals
        if self.problem.quadratic is not None:
            inner = inner + self.problem.quadratic @ d + self.problem.quadratic_slope
        return np.asarray(inner)


@dataclass(slots=True)
class Point:
    """A point, or the direction from one to the next: the same parts.

    Parameters
    ----------
    box, box_duals : ndarray, shape (2, n)
        Room above the lower and below the upper bounds; their prices.
    draws, draw_duals : ndarray, shape (2, N)
        Residual r and excess u of each draw, ``r - u = gain + t``; multipliers y and v, ``y + v = θ cap``.
    quantile : ndarray, shape (G,)
        t, minus the quantile of the loss.
    ceiling : float
        The worst of the terms marked so.
    slack, prices : ndarray, shape (m,)
        Of the rows.
    tail_slack, tail_prices : ndarray, shape (K,)
        Of the limited terms.
    """

    box: FloatArray
    box_duals: FloatArray
    draws: FloatArray
    draw_duals: FloatArray
    quantile: FloatArray
    ceiling: float
    slack: FloatArray
    prices: FloatArray
    tail_slack: FloatArray
    tail_prices: FloatArray

    def advanced(self, step: Point, primal: float, dual: float) -> Point:
        """Return the point after a step of given lengths."""
        return Point(
            box=self.box + primal * step.box,
            box_duals=self.box_duals + dual * step.box_duals,
            draws=self.draws + primal * step.draws,
            draw_duals=self.draw_duals + dual * step.draw_duals,
            quantile=self.quantile + primal * step.quantile,
            ceiling=self.ceiling + primal * step.ceiling,
            slack=self.slack + primal * step.slack,
            prices=self.prices + dual * step.prices,
            tail_slack=self.tail_slack + primal * step.tail_slack,
            tail_prices=self.tail_prices + dual * step.tail_prices,
        )

    def complementarity(self) -> float:
        """Sum of the products of all pairs."""
        return float(
            np.vdot(self.draws, self.draw_duals)
            + np.vdot(self.box, self.box_duals)
            + self.slack @ self.prices
            + self.tail_slack @ self.tail_prices
        )

    def theta(self, layout: Layout) -> FloatArray:
        """Weight of each tail term: in the objective plus the price of its limit."""
        theta = layout.weight.copy()
        theta[layout.limited] += self.tail_prices
        return theta

    def term_values(self, layout: Layout, d: FloatArray) -> FloatArray:
        """Tail averages as the reduced problem states them."""
        over = layout.total(layout.caps * self.draws[1])
        return np.asarray(layout.constant * self.quantile + layout.offset + layout.slope @ d + over)


def start_near(layout: Layout, near: FloatArray, barrier: float) -> Point:
    """Build a start near some amounts: centred in the draws, free of residuals in draws and sides.

    Parameters
    ----------
    layout : Layout
        The problem.
    near : ndarray, shape (n,)
        Amounts, moved inside their bounds.
    barrier : float
        Centring parameter relative to the caps: the P&L over which the edge of the tail is smoothed.

    Returns
    -------
    Point
        All complementary parts positive.
    """
    p = layout.problem
    margin = PUSH * np.minimum(p.width, 2.0)
    x = np.clip(near - p.lower, margin, p.width - margin)
    box = np.vstack([x, p.width - x])
    tail_prices = np.ones(layout.limited.size)
    if layout.worst.any():
        tail_prices[layout.worst] = p.worst_weight / layout.worst.sum()
    theta = layout.weight.copy()
    theta[layout.limited] += tail_prices
    d = layout.lines(p.lower + x)
    gain = layout.pnl + layout.unit @ d
    quantile = np.zeros(layout.terms)
    draws, duals = np.empty((2, gain.size)), np.empty((2, gain.size))
    smallest = 0.01 * barrier
    for g, part in enumerate(layout.parts):
        if layout.counts[g] == 0:
            continue
        cap = theta[g] * layout.caps[part]
        smallest = barrier * float(cap.mean())
        quantile[g], y = _smoothed_quantile(
            gain[part], cap, theta[g] * layout.constant[g], smallest
        )
        duals[0, part], duals[1, part] = y, cap - y
        draws[:, part] = smallest / duals[:, part]
    slack = np.where(layout.below, np.maximum(p.limit - layout.row_values(p.lower + x), 0.1), 0.0)
    prices = np.zeros(p.limit.size)
    prices[layout.below] = np.minimum(barrier / slack[layout.below], 1.0)
    cost, rows, _ = layout.curvature(p.lower + x, prices)
    inner = layout.slope_of_lines(d, theta, duals[0])
    slope = cost + rows.T @ prices + p.sign * inner[p.line]
    floor = smallest / box.min(axis=0)
    box_duals = np.vstack([np.maximum(slope, 0.0) + floor, np.maximum(-slope, 0.0) + floor])
    point = Point(
        box=box,
        box_duals=box_duals,
        draws=draws,
        draw_duals=duals,
        quantile=quantile,
        ceiling=0.0,
        slack=slack,
        prices=prices,
        tail_slack=np.ones(layout.limited.size),
        tail_prices=tail_prices,
    )
    if layout.limited.size:
        values = point.term_values(layout, d)[layout.limited]
        if layout.worst.any():
            point.ceiling = float(values[layout.worst].max()) + 1.0
        most = np.where(layout.worst, point.ceiling, layout.limit)
        point.tail_slack = np.maximum(most - values, 0.1)
    return point


def _smoothed_quantile(
    gain: FloatArray, cap: FloatArray, target: float, mu: float
) -> tuple[float, FloatArray]:
    """Return the quantile at which smoothed tail weights sum to `target`, and the weights.

    The weight of a draw at distance g = gain + t is the y with mu/y - mu/(cap - y) = g.
    """
    twice = 2.0 * mu

    def weights(t: float) -> FloatArray:
        scaled = (gain + t) * cap
        return np.asarray(twice * cap / (scaled + twice + np.sqrt(scaled**2 + twice**2)))

    low, high = -float(gain.max()) - 10.0, -float(gain.min()) + 10.0
    while high - low > 1e-4:
        middle = 0.5 * (low + high)
        if weights(middle).sum() > target:
            low = middle
        else:
            high = middle
    t = 0.5 * (low + high)
    return t, np.clip(weights(t), 1e-12 * cap, (1.0 - 1e-9) * cap)
