"""Newton's system of the interior point: one row a side, a quantile, a linear row, a limited tail; none a draw.

With y, v the multipliers of a draw's residual r and excess u, its four equations give ``dy = a + b dμ - D dq`` with
``D = 1 / (r/y + u/v)``, ``b = D (u/v) cap`` and ``dq = h'dd + dt``, so the draws enter only through ``H'DH``, ``H'D`` and
``H'b``. The system is symmetric and quasi-definite.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from stress.arrays import FloatArray
from stress.hedging.solver.central_path import Layout, Point

__all__ = ["Newton", "Residuals"]


#: Regularisation of a quantile without draws and of an equality.
TINY = 1e-13
#: Least stiffness of a side: a step along a direction in which nothing changes stays short. Residuals do not know it.
STIFF = 1e-9
#: Stiffness, relative to the largest, of a system that is singular by rounding.
ROUNDING = 1e-15


class Residuals:
    """By how much a point misses feasibility and stationarity.

    Parameters
    ----------
    layout : Layout
        The problem.
    point : Point
        Where.
    """

    def __init__(self, layout: Layout, point: Point) -> None:
        p = layout.problem
        self.theta = point.theta(layout)
        amounts = p.lower + point.box[0]
        self.trades = layout.lines(amounts)
        self.cost, self.rows, self.bend = layout.curvature(amounts, point.prices)
        gain = layout.pnl + layout.unit @ self.trades + layout.each(point.quantile)
        self.draw = point.draws[0] - point.draws[1] - gain
        self.multiplier = (
            layout.each(self.theta) * layout.caps - point.draw_duals[0] - point.draw_duals[1]
        )
        inner = layout.slope_of_lines(self.trades, self.theta, point.draw_duals[0])
        self.side = (
            self.cost
            + self.rows.T @ point.prices
            + p.sign * inner[p.line]
            + point.box_duals[1]
            - point.box_duals[0]
        )
        self.quantile = self.theta * layout.constant - layout.total(point.draw_duals[0])
        self.row = p.limit - layout.row_values(amounts) - point.slack
        self.tail = np.zeros(0)
        self.ceiling = 0.0
        if layout.limited.size:
            values = point.term_values(layout, self.trades)[layout.limited]
            most = np.where(layout.worst, point.ceiling, layout.limit)
            self.tail = most - values - point.tail_slack
            if layout.worst.any():
                self.ceiling = p.worst_weight - float(point.tail_prices[layout.worst].sum())

    def largest(self) -> float:
        """Largest scaled residual."""
        parts = (self.side, self.quantile, self.row, self.tail, 0.1 * self.draw)
        return max(
            abs(self.ceiling), *(float(np.abs(part).max()) if part.size else 0.0 for part in parts)
        )


class Newton:
    """The factorised system at a point.

    Parameters
    ----------
    layout : Layout
        The problem.
    point : Point
        Where.
    residuals : Residuals
        There.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the system is singular.
    """

    def __init__(self, layout: Layout, point: Point, residuals: Residuals) -> None:
        self.layout, self.point, self.residuals = layout, point, residuals
        p = layout.problem
        n, terms = point.box.shape[1], layout.terms
        m, limited = p.limit.size, layout.limited
        self.has_ceiling = bool(layout.worst.any())
        self.at_h = n + terms
        self.at_rows = self.at_h + int(self.has_ceiling)
        self.at_tails = self.at_rows + m
        size = self.at_tails + limited.size
        ratios = point.draws / point.draw_duals
        self.ratio = ratios[1]
        self.D = 1.0 / (ratios[0] + ratios[1])
        root = np.sqrt(self.D)
        half = layout.unit * root[:, None]
        inner = half.T @ half  # numpy sees the symmetry: half the work of H' (D H)
        if p.quadratic is not None:
            inner = inner + p.quadratic
        K = np.zeros((size, size))
        line, sign = p.line, p.sign
        K[:n, :n] = inner[line[:, None], line] * (sign[:, None] * sign)
        diagonal = (point.box_duals / point.box).sum(axis=0)
        if residuals.bend is not None:
            diagonal = diagonal + residuals.bend
        index = np.arange(n)
        K[index, index] += np.maximum(diagonal, STIFF)
        for g, part in enumerate(layout.parts):
            whole = terms == 1
            pull = root @ half if whole else root[part] @ half[part]
            K[n + g, :n] = K[:n, n + g] = sign * pull[line]
            K[n + g, n + g] = max(float(self.D[part].sum()), TINY)
        if m:
            rows = slice(self.at_rows, self.at_tails)
            K[rows, :n] = residuals.rows
            K[:n, rows] = residuals.rows.T
            block = np.full(m, TINY)
            below = layout.below
            block[below] = point.slack[below] / point.prices[below]
            index = np.arange(self.at_rows, self.at_tails)
            K[index, index] = -block
        if limited.size:
            self._limited_rows(K)
        self.lu, self.pivots, info = lapack.dgetrf(K)
        if info != 0:
            # Rounding has lost a direction: stiffen all sides by as little as rounding notices.
            index = np.arange(n)
            K[index, index] += ROUNDING * float(K[index, index].max())
            self.lu, self.pivots, info = lapack.dgetrf(K, overwrite_a=True)
        if info != 0:
            raise np.linalg.LinAlgError("singular Newton system")

    def _limited_rows(self, K: FloatArray) -> None:
        layout, point = self.layout, self.point
        p = layout.problem
        self.capped = self.ratio * layout.caps
        self.b = self.D * self.capped
        spread = self.capped * layout.caps * (point.draws[0] / point.draw_duals[0]) * self.D
        n = point.box.shape[1]
        for i, g in enumerate(layout.limited):
            part, at = layout.parts[g], self.at_tails + i
            pull = layout.slope[g] - layout.unit[part].T @ self.b[part]
            K[at, :n] = K[:n, at] = p.sign * pull[p.line]
            K[at, n + g] = K[n + g, at] = layout.constant[g] - self.b[part].sum()
            K[at, at] = -(float(spread[part].sum()) + point.tail_slack[i] / point.tail_prices[i])
            if layout.worst[i]:
                K[at, self.at_h] = K[self.at_h, at] = -1.0

    def direction(
        self, draws: FloatArray, box: FloatArray, rows: FloatArray, tails: FloatArray
    ) -> Point:
        """Solve for the step with given targets of the complementary products' changes.

        Parameters
        ----------
        draws, box, rows, tails : ndarray
            Right-hand sides of ``x dz + z dx``, shapes of `Point.draws`, `Point.box`, `Point.slack`, `Point.tail_slack`.

        Returns
        -------
        Point
            The step.
        """
        layout, point, res = self.layout, self.point, self.residuals
        p = layout.problem
        n, terms, below = point.box.shape[1], layout.terms, layout.below
        excess = (draws[1] - point.draws[1] * res.multiplier) / point.draw_duals[1]
        a = self.D * (draws[0] / point.draw_duals[0] - excess + res.draw)
        scaled_box = box / point.box
        rhs = np.empty(self.lu.shape[0])
        rhs[:n] = scaled_box[0] - scaled_box[1] - res.side + p.sign * (layout.unit.T @ a)[p.line]
        rhs[n : n + terms] = layout.total(a) - res.quantile
        if self.has_ceiling:
            rhs[self.at_h] = -res.ceiling
        targets = np.zeros(p.limit.size)
        targets[below] = rows[below] / point.prices[below]
        rhs[self.at_rows : self.at_tails] = res.row - targets
        for i, g in enumerate(layout.limited):
            part = layout.parts[g]
            fixed = layout.caps[part] @ excess[part] + self.capped[part] @ a[part]
            rhs[self.at_tails + i] = res.tail[i] - tails[i] / point.tail_prices[i] - fixed
        solution, _ = lapack.dgetrs(self.lu, self.pivots, rhs)
        dx, dt = solution[:n], solution[n : n + terms]
        prices = solution[self.at_rows : self.at_tails]
        tail_prices = solution[self.at_tails :]
        dq = layout.unit @ layout.lines(dx) + layout.each(dt)
        duals = np.empty_like(point.draw_duals)
        duals[0] = a - self.D * dq
        if layout.limited.size:
            per_term = np.zeros(terms)
            per_term[layout.limited] = tail_prices
            change = layout.each(per_term)
            duals[0] += self.b * change
            duals[1] = res.multiplier + layout.caps * change - duals[0]
        else:
            duals[1] = res.multiplier - duals[0]
        moved = np.vstack([dx, -dx])
        slack = np.zeros(p.limit.size)
        slack[below] = targets[below] - (point.slack[below] / point.prices[below]) * prices[below]
        return Point(
            box=moved,
            box_duals=(box - point.box_duals * moved) / point.box,
            draws=(draws - point.draws * duals) / point.draw_duals,
            draw_duals=duals,
            quantile=dt,
            ceiling=float(solution[self.at_h]) if self.has_ceiling else 0.0,
            slack=slack,
            prices=prices,
            tail_slack=(tails - point.tail_slack * tail_prices) / point.tail_prices,
            tail_prices=tail_prices,
        )
