"""A primal-dual interior point for tail averages: the Newton matrix is sides × sides, not draws × draws.

Rockafellar and Uryasev's linear programme has a row and a variable a draw. Each is eliminated by hand: with
residual ``r_s = p_s + h_s'x + t + u_s`` and multipliers ``y_s + v_s = θ q_s`` a draw enters the Newton matrix
only through ``D_s = 1 / (r_s/y_s + u_s/v_s)``, as ``H' D H``. What remains has one row for each side of a line,
each quantile, each linear row. Mehrotra's predictor-corrector; the start is centred exactly in the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from stress.hedging.solver.reduced import ReducedProblem

__all__ = ["InteriorPoint", "interior_point"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteriorPoint:
    """Where the interior point stopped.

    Parameters
    ----------
    sides : ndarray, shape (n,)
        Amounts of the sides, strictly inside their bounds.
    quantiles : ndarray, shape (G,)
        Minus the loss quantile of each tail term.
    draw_duals : ndarray, shape (N,)
        Weight of each undecided draw in the tail, in [0, θ q].
    row_duals : ndarray, shape (m,)
        Price of each row, >= 0 for an inequality.
    term_duals : ndarray, shape (G,)
        θ: the weight of each tail term (objective weight plus the price of its limit).
    lower_duals, upper_duals : ndarray, shape (n,)
        Prices of the bounds.
    complementarity : float
        Sum of the products; the gap when the residuals are zero.
    residual : float
        Largest primal or dual residual, scaled.
    iterations : int
        Newton steps.
    converged : bool
        Whether the asked tolerance was met.
    """

    sides: Array
    quantiles: Array
    draw_duals: Array
    row_duals: Array
    term_duals: Array
    lower_duals: Array
    upper_duals: Array
    complementarity: float
    residual: float
    iterations: int
    converged: bool


def interior_point(
    problem: ReducedProblem,
    *,
    tolerance: float,
    start: Array | None = None,
    barrier: float = 0.1,
    max_iterations: int = 60,
) -> InteriorPoint:
    """Minimise a reduced problem to a relative tolerance.

    Parameters
    ----------
    problem : ReducedProblem
        Scaled so that a typical loss and a typical step are of order one.
    tolerance : float
        Relative complementarity and residual at which to stop.
    start : ndarray, shape (n,), optional
        Amounts to start near; moved inside the bounds.
    barrier : float
        First centring parameter, relative to the caps.
    max_iterations : int
        Newton steps at most; the best point is returned with `converged` False.

    Returns
    -------
    InteriorPoint
        The last point.

    References
    ----------
    Rockafellar and Uryasev (2000), J. Risk 2(3), eq. 17; Mehrotra (1992), SIAM J. Optim. 2(4).
    """
    return _Iteration(problem, start, barrier).run(tolerance, max_iterations)


PUSH = 0.02


class _Iteration:
    """The moving point: many arrays that change together, kept in one place."""

    def __init__(self, problem: ReducedProblem, start: Array | None, barrier: float) -> None:
        self.p = problem
        n = problem.width.size
        width = problem.width
        finite = np.minimum(width, 2.0)
        x = np.full(n, 0.0) if start is None else start - problem.lower
        self.x = np.clip(x, PUSH * finite, width - PUSH * finite)
        self.su = width - self.x
        self.counts = np.array([b.pnl.size for b in problem.terms], dtype=np.intp)
        edges = np.r_[0, np.cumsum(self.counts)]
        self.slices = [slice(edges[i], edges[i + 1]) for i in range(self.counts.size)]
        self.pnl, self.unit, self.caps = problem.stacked()
        self.kappa = np.array([b.constant for b in problem.terms])
        self.alpha = np.array([b.offset for b in problem.terms])
        lines = self.unit.shape[1]
        self.beta = np.array([b.slope for b in problem.terms]).reshape(len(problem.terms), lines)
        self.limited = np.array([b.limited for b in problem.terms], dtype=bool)
        self.weight = np.array([b.weight for b in problem.terms])
        self.single = len(problem.terms) == 1
        worst = np.array([b.worst for b in problem.terms], dtype=bool)[self.limited]
        self.worst = worst
        self.limit = np.array([b.limit for b in problem.terms])[self.limited]
        rows = int(self.limited.sum())
        self.mu = np.full(rows, 0.1)
        if worst.any():
            self.mu[worst] = problem.worst_weight / worst.sum()
        self.sg = np.full(rows, 1.0)
        self.h = 0.0
        self.draw_barrier = 0.01 * barrier
        self._centre(barrier)
        self.ineq = ~problem.equal
        self.s = np.where(self.ineq, np.maximum(problem.limit - self._row_value(), 0.1), 0.0)
        self.lam = np.where(self.ineq, np.minimum(barrier / np.maximum(self.s, 1e-3), 1.0), 0.0)
        theta = self._theta()
        inner = theta @ self.beta - self.unit.T @ self.y
        if problem.quadratic is not None:
            d = self._lines(problem.lower + self.x)
            inner = inner + problem.quadratic @ d + problem.quadratic_slope
        cost, jacobian, _ = self._curvature()
        slope = cost + jacobian.T @ self.lam + problem.sign * inner[problem.line]
        floor = self.draw_barrier / np.minimum(self.x, self.su)
        self.lx = np.maximum(slope, 0.0) + floor
        self.lu = np.maximum(-slope, 0.0) + floor
        if rows:
            value = self._term_value()[self.limited]
            if worst.any():
                self.h = float(value[worst].max()) + 1.0
            ceiling = np.where(worst, self.h, self.limit)
            self.sg = np.maximum(ceiling - value, 0.1)

    # ---- values -------------------------------------------------------------------------------

    def _theta(self) -> Array:
        theta = self.weight.copy()
        theta[self.limited] += self.mu
        return theta

    def _expand(self, per_term: Array) -> Array | float:
        if self.single:
            return float(per_term[0])
        return np.repeat(per_term, self.counts)

    def _by_term(self, per_draw: Array) -> Array:
        if self.single:
            return np.array([per_draw.sum()])
        return np.array([per_draw[part].sum() for part in self.slices], dtype=np.float64)

    def _lines(self, side_values: Array) -> Array:
        return np.bincount(
            self.p.line, weights=self.p.sign * side_values, minlength=self.unit.shape[1]
        )

    def _row_value(self) -> Array:
        value = self.p.rows @ (self.p.lower + self.x)
        if self.p.row_impact is not None:
            value = value + self.p.row_impact @ (self.p.lower + self.x) ** 1.5
        return value

    def _term_value(self) -> Array:
        d = self._lines(self.p.lower + self.x)
        return self.kappa * self.t + self.alpha + self.beta @ d + self._by_term(self.caps * self.u)

    def _centre(self, barrier: float) -> None:
        """Quantiles, residuals and duals of the draws on the central path of the present trades."""
        theta = self._theta()
        d = self._lines(self.p.lower + self.x)
        gain = self.pnl + self.unit @ d
        self.t = np.zeros(self.kappa.size)
        self.y = np.empty_like(gain)
        self.r = np.empty_like(gain)
        self.u = np.empty_like(gain)
        for g, part in enumerate(self.slices):
            if self.counts[g] == 0:
                continue
            cap = theta[g] * self.caps[part]
            mu = barrier * float(cap.mean())
            self.draw_barrier = mu
            target = theta[g] * self.kappa[g]
            self.t[g], self.y[part] = _quantile_of_smoothed(gain[part], cap, target, mu)
            y = self.y[part]
            self.r[part] = mu / y
            self.u[part] = mu / (cap - y)
        self.v = self._expand(theta) * self.caps - self.y

    # ---- one Newton step ----------------------------------------------------------------------

    def _curvature(self) -> tuple[Array, Array, Array | None]:
        """Gradient of cost, Jacobian of the rows, extra Hessian of the sides."""
        p = self.p
        cost, rows, hessian = p.cost, p.rows, None
        if p.impact is not None or p.row_impact is not None:
            root = np.sqrt(p.lower + self.x)
            bend = np.zeros(self.x.size)
            if p.impact is not None:
                cost = cost + 1.5 * p.impact * root
                bend += 0.75 * p.impact / root
            if p.row_impact is not None:
                rows = rows + 1.5 * p.row_impact * root
                bend += 0.75 * (self.lam @ p.row_impact) / root
            hessian = bend
        return cost, rows, hessian

    def run(self, tolerance: float, max_iterations: int) -> InteriorPoint:
        p = self.p
        n, terms, m = self.x.size, self.kappa.size, p.limit.size
        rows_g = self.limited.nonzero()[0]
        k = rows_g.size
        has_h = bool(self.worst.any())
        line, sign = p.line, p.sign
        pair = np.ix_(line, line)
        signs = np.outer(sign, sign)
        size = n + terms + int(has_h) + m + k
        at_t, at_h, at_l = n, n + terms, n + terms + int(has_h)
        at_g = at_l + m
        count = 2 * self.y.size + 2 * n + int(self.ineq.sum()) + k
        curved = p.impact is not None or p.row_impact is not None or p.quadratic is not None
        diagonal = np.arange(n)
        best: tuple[float, InteriorPoint] | None = None
        stalled = 0
        for iteration in range(max_iterations + 1):
            theta = self._theta()
            cost, jacobian, bend = self._curvature()
            d = self._lines(p.lower + self.x)
            t_draw = self._expand(self.t)
            rp = self.r - (self.pnl + self.unit @ d + t_draw + self.u)
            rz = self._expand(theta) * self.caps - self.y - self.v
            inner = theta @ self.beta - self.unit.T @ self.y
            if p.quadratic is not None:
                inner = inner + p.quadratic @ d + p.quadratic_slope
            gz = cost + jacobian.T @ self.lam + sign * inner[line] + self.lu - self.lx
            rt = theta * self.kappa - self._by_term(self.y)
            row_res = p.limit - self._row_value() - self.s
            if k:
                value = self._term_value()[rows_g]
                ceiling = np.where(self.worst, self.h, self.limit)
                rg = ceiling - value - self.sg
            rh = p.worst_weight - float(self.mu[self.worst].sum()) if has_h else 0.0
            comp = (
                self.r @ self.y
                + self.u @ self.v
                + self.x @ self.lx
                + self.su @ self.lu
                + float(self.s @ self.lam if m else 0.0)
                + float(self.sg @ self.mu if k else 0.0)
            )
            residual = max(
                float(np.abs(gz).max(initial=0.0)),
                float(np.abs(rt).max(initial=0.0)),
                float(np.abs(rp).max(initial=0.0)) * 0.1,
                float(np.abs(row_res).max(initial=0.0)),
                float(np.abs(rg).max()) if k else 0.0,
                abs(rh),
            )
            merit = max(comp, residual)
            if best is None or merit < 0.9 * best[0]:
                stalled = 0
            else:
                stalled += 1
            if best is None or merit < best[0]:
                best = (merit, self._snapshot(comp, residual, iteration, merit <= tolerance))
            if merit <= tolerance or iteration == max_iterations or stalled >= 6:
                break
            mu_bar = comp / count
            ratio = self.u / self.v
            D = 1.0 / (self.r / self.y + ratio)
            root = np.sqrt(D)
            half = self.unit * root[:, None]
            K = np.zeros((size, size))
            hdh = half.T @ half  # symmetric: half the work of H' (D H)
            if p.quadratic is not None:
                hdh = hdh + p.quadratic
            K[:n, :n] = hdh[pair] * signs
            theta_z = self.lx / self.x + self.lu / self.su
            if bend is not None:
                theta_z = theta_z + bend
            K[diagonal, diagonal] += theta_z
            for g, part in enumerate(self.slices):
                hd = root[part] @ half[part] if terms > 1 else root @ half
                K[at_t + g, :n] = K[:n, at_t + g] = sign * hd[line]
                K[at_t + g, at_t + g] = max(D[part].sum(), 1e-14)
            if m:
                K[at_l:at_g, :n] = jacobian
                K[:n, at_l:at_g] = jacobian.T
                with np.errstate(divide="ignore", invalid="ignore"):
                    block = np.where(self.ineq, self.s / self.lam, 1e-13)
                K[np.arange(at_l, at_g), np.arange(at_l, at_g)] = -block
            if k:
                cq = ratio * self.caps
                b = D * cq
                for i, g in enumerate(rows_g):
                    part = self.slices[g]
                    vector = self.beta[g] - self.unit[part].T @ b[part]
                    K[at_g + i, :n] = K[:n, at_g + i] = sign * vector[line]
                    K[at_g + i, at_t + g] = K[at_t + g, at_g + i] = self.kappa[g] - b[part].sum()
                    bend_g = float(
                        (self.caps[part] * cq[part] * (self.r[part] / self.y[part]) * D[part]).sum()
                    )
                    K[at_g + i, at_g + i] = -(bend_g + self.sg[i] / self.mu[i])
                    if self.worst[i]:
                        K[at_g + i, at_h] = K[at_h, at_g + i] = -1.0
            lu, piv, info = lapack.dgetrf(K, overwrite_a=True)
            if info != 0:
                break

            def direction(
                ry: Array, uv: Array, xx: Array, ss: Array, sl: Array, gm: Array
            ) -> tuple[Array, ...]:
                a = D * (ry / self.y - (uv - self.u * rz) / self.v + rp)
                rhs = np.empty(size)
                pulled = self.unit.T @ a
                rhs[:n] = -gz + xx / self.x - ss / self.su + sign * pulled[line]
                rhs[at_t : at_t + terms] = self._by_term(a) - rt
                if has_h:
                    rhs[at_h] = -rh
                if m:
                    with np.errstate(divide="ignore", invalid="ignore"):
                        rhs[at_l:at_g] = row_res - np.where(self.ineq, sl / self.lam, 0.0)
                if k:
                    for i, g in enumerate(rows_g):
                        part = self.slices[g]
                        fixed = (
                            self.caps[part] * (uv[part] - self.u[part] * rz[part]) / self.v[part]
                        )
                        rhs[at_g + i] = (
                            rg[i] - gm[i] / self.mu[i] - fixed.sum() - (cq[part] * a[part]).sum()
                        )
                solution, _ = lapack.dgetrs(lu, piv, rhs)
                dx = solution[:n]
                dt = solution[at_t : at_t + terms]
                dh = solution[at_h : at_h + 1]
                dlam = solution[at_l:at_g]
                dmu = solution[at_g:]
                dq = self.unit @ self._lines(dx) + self._expand(dt)
                dy = a - D * dq
                dv = rz - dy
                if k:
                    per_term = np.zeros(terms)
                    per_term[rows_g] = dmu
                    dm = self._expand(per_term)
                    dy = dy + b * dm
                    dv = dv + self.caps * dm - b * dm
                dr = (ry - self.r * dy) / self.y
                du = (uv - self.u * dv) / self.v
                dlx = (xx - self.lx * dx) / self.x
                dlu = (ss + self.lu * dx) / self.su
                with np.errstate(divide="ignore", invalid="ignore"):
                    dsl = np.where(self.ineq, (sl - self.s * dlam) / self.lam, 0.0)
                dsg = (gm - self.sg * dmu) / self.mu
                return dx, dt, dh, dlam, dmu, dy, dv, dr, du, dlx, dlu, dsl, dsg

            def lengths(step: tuple[Array, ...]) -> tuple[float, float]:
                dx, _, _, dlam, dmu, dy, dv, dr, du, dlx, dlu, dsl, dsg = step
                primal = min(
                    _room(self.x, dx),
                    _room(self.su, -dx),
                    _room(self.r, dr),
                    _room(self.u, du),
                    _room(self.s[self.ineq], dsl[self.ineq]),
                    _room(self.sg, dsg),
                )
                dual = min(
                    _room(self.y, dy),
                    _room(self.v, dv),
                    _room(self.lx, dlx),
                    _room(self.lu, dlu),
                    _room(self.lam[self.ineq], dlam[self.ineq]),
                    _room(self.mu, dmu),
                )
                return primal, dual

            ry, uv = -self.r * self.y, -self.u * self.v
            xx, ss = -self.x * self.lx, -self.su * self.lu
            sl, gm = -self.s * self.lam, -self.sg * self.mu
            step = direction(ry, uv, xx, ss, sl, gm)
            ap, ad = lengths(step)
            if curved:
                ap = ad = min(ap, ad)
            dx, dt, dh, dlam, dmu, dy, dv, dr, du, dlx, dlu, dsl, dsg = step
            after = (
                (self.r + ap * dr) @ (self.y + ad * dy)
                + (self.u + ap * du) @ (self.v + ad * dv)
                + (self.x + ap * dx) @ (self.lx + ad * dlx)
                + (self.su - ap * dx) @ (self.lu + ad * dlu)
                + (self.s + ap * dsl) @ (self.lam + ad * dlam)
                + (self.sg + ap * dsg) @ (self.mu + ad * dmu)
            ) / count
            both = ap * ad
            centre = max((after / mu_bar) ** 3, 1e-8) * mu_bar
            step = direction(
                ry + centre - both * dr * dy,
                uv + centre - both * du * dv,
                xx + centre - both * dx * dlx,
                ss + centre + both * dx * dlu,
                sl + centre - both * dsl * dlam,
                gm + centre - both * dsg * dmu,
            )
            ap, ad = lengths(step)
            ap, ad = min(1.0, 0.9995 * ap), min(1.0, 0.9995 * ad)
            if curved:
                ap = ad = min(ap, ad)
            dx, dt, dh, dlam, dmu, dy, dv, dr, du, dlx, dlu, dsl, dsg = step
            self.x = self.x + ap * dx
            self.su = self.su - ap * dx
            self.t = self.t + ap * dt
            if has_h:
                self.h += ap * float(dh[0])
            self.r = self.r + ap * dr
            self.u = self.u + ap * du
            self.s = self.s + ap * dsl
            self.sg = self.sg + ap * dsg
            self.y = self.y + ad * dy
            self.v = self.v + ad * dv
            self.lx = self.lx + ad * dlx
            self.lu = self.lu + ad * dlu
            self.lam = self.lam + ad * dlam
            self.mu = self.mu + ad * dmu
            if not np.isfinite(self.x).all():
                break
        if best is None:
            return self._snapshot(np.inf, np.inf, 0, False)
        return best[1]

    def _snapshot(self, comp: float, residual: float, iteration: int, done: bool) -> InteriorPoint:
        return InteriorPoint(
            sides=self.p.lower + self.x,
            quantiles=self.t,
            draw_duals=self.y,
            row_duals=self.lam,
            term_duals=self._theta(),
            lower_duals=self.lx,
            upper_duals=self.lu,
            complementarity=float(comp),
            residual=float(residual),
            iterations=iteration,
            converged=done,
        )


def _room(value: Array, change: Array) -> float:
    """Longest step in [0, 1] that keeps `value` non-negative."""
    if value.size == 0:
        return 1.0
    steepest = float((change / value).min())
    return 1.0 if steepest >= -1.0 else -1.0 / steepest


def _quantile_of_smoothed(gain: Array, cap: Array, target: float, mu: float) -> tuple[float, Array]:
    """The quantile at which smoothed tail weights sum to `target`, and the weights.

    The weight of a draw at distance g = gain + t is the y with mu/y - mu/(cap - y) = g.
    """
    low, high = -float(gain.max()) - 10.0, -float(gain.min()) + 10.0

    def weights(t: float) -> Array:
        g = gain + t
        return 2.0 * mu * cap / ((g * cap + 2.0 * mu) + np.sqrt((g * cap) ** 2 + 4.0 * mu * mu))

    for _ in range(40):
        middle = 0.5 * (low + high)
        if weights(middle).sum() > target:
            low = middle
        else:
            high = middle
        if high - low < 1e-6:
            break
    t = 0.5 * (low + high)
    y = weights(t)
    return t, np.clip(y, 1e-12 * cap, (1.0 - 1e-9) * cap)
