"""A primal-dual interior point for tail averages: the Newton matrix is sides × sides, not draws × draws.

Rockafellar and Uryasev's linear programme has a row and a variable a draw. Each is eliminated by hand
(`stress.hedging.solver.newton`); what remains is Mehrotra's predictor-corrector from a start that is centred in the draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.central_path import Layout, Point, start_near
from stress.hedging.solver.newton import Newton, Residuals
from stress.hedging.solver.reduced import ReducedProblem
from stress.hedging.solver.stationary import stationary_weights

__all__ = ["InteriorPoint", "interior_point"]


#: Newton steps without a tenth of progress before giving up.
PATIENCE = 15
#: A price of a bound takes up a residual as long as it changes by no more than this factor.
FOLLOW = 10.0


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
        Weight of each undecided draw in the tail, in [0, θ cap].
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
    point : Point
        All parts, to go on from.
    """

    sides: FloatArray
    quantiles: FloatArray
    draw_duals: FloatArray
    row_duals: FloatArray
    term_duals: FloatArray
    lower_duals: FloatArray
    upper_duals: FloatArray
    complementarity: float
    residual: float
    iterations: int
    converged: bool
    point: Point


def interior_point(
    problem: ReducedProblem,
    *,
    tolerance: float,
    start: FloatArray | None = None,
    barrier: float = 0.1,
    max_iterations: int = 60,
    resume: InteriorPoint | None = None,
) -> InteriorPoint:
    """Minimise a reduced problem to a relative tolerance.

    Parameters
    ----------
    problem : ReducedProblem
        Scaled so that a typical loss and a typical step are of order one.
    tolerance : float
        Complementarity and residual at which to stop.
    start : ndarray, shape (n,), optional
        Amounts to start near; moved inside the bounds.
    barrier : float
        First centring parameter, relative to the caps.
    max_iterations : int
        Newton steps at most; the best point is returned with `converged` False.
    resume : InteriorPoint, optional
        A point of the same problem to go on from, instead of a start.

    Returns
    -------
    InteriorPoint
        The best point.

    References
    ----------
    Rockafellar and Uryasev (2000), J. Risk 2(3), eq. 17; Mehrotra (1992), SIAM J. Optim. 2(4).
    """
    layout = Layout(problem)
    if resume is not None:
        point = resume.point
    else:
        point = start_near(layout, problem.lower if start is None else start, barrier)
    pairs = point.draws.size + point.box.size + int(layout.below.sum()) + layout.limited.size
    best, best_merit, waited = _stopped(layout, point, np.inf, np.inf, 0, False), np.inf, 0
    for iteration in range(max_iterations + 1):
        residuals = Residuals(layout, point)
        if residuals.bend is not None:
            point = _taken_up(point, residuals)
        products, residual = point.complementarity(), residuals.largest()
        merit = max(products, residual)
        if not np.isfinite(merit):
            break
        waited = 0 if merit < 0.9 * best_merit else waited + 1
        done = merit <= tolerance
        if merit < best_merit:
            best_merit = merit
            best = _stopped(layout, point, products, residual, iteration, done)
        if done or iteration == max_iterations or waited >= PATIENCE:
            break
        try:
            point = _stepped(layout, point, residuals, products / pairs, pairs)
        except np.linalg.LinAlgError:
            break
    if problem.endless.any():
        return replace(best, draw_duals=stationary_weights(layout, best.point))
    return best


def _taken_up(point: Point, residuals: Residuals) -> Point:
    """Let the prices of lower bounds take up what Newton's line misses of the bend of amount^(3/2).

    The slope of an amount that goes to zero falls like its root, so a full step leaves a residual of the order of the
    root of its product: at a residual of 1e-8 the products would be 1e-16, and steps stop. The price of the bound
    x >= 0 can be anything positive, so it takes the residual, exactly.
    """
    assert residuals.bend is not None
    price = point.box_duals[0]
    taken = np.clip(price + residuals.side, price / FOLLOW, price * FOLLOW) - price
    taken = np.where(residuals.bend > 0.0, taken, 0.0)
    residuals.side = residuals.side - taken
    return replace(point, box_duals=np.vstack([price + taken, point.box_duals[1]]))


def _stepped(layout: Layout, point: Point, residuals: Residuals, mu: float, pairs: int) -> Point:
    """One predictor-corrector step."""
    newton = Newton(layout, point, residuals)
    draws = -point.draws * point.draw_duals
    box = -point.box * point.box_duals
    rows = -point.slack * point.prices
    tails = -point.tail_slack * point.tail_prices
    affine = newton.direction(draws, box, rows, tails)
    primal, dual = _lengths(layout, point, affine)
    after = point.advanced(affine, primal, dual).complementarity() / pairs
    centre = max((after / mu) ** 3, 1e-8) * mu
    # Of the second-order term all where either affine step is free, little where both are blocked and say little of it.
    both = 1.0 - (1.0 - primal) * (1.0 - dual)
    step = newton.direction(
        draws + centre - both * affine.draws * affine.draw_duals,
        box + centre - both * affine.box * affine.box_duals,
        rows + centre - both * affine.slack * affine.prices,
        tails + centre - both * affine.tail_slack * affine.tail_prices,
    )
    primal, dual = _lengths(layout, point, step)
    return point.advanced(step, min(1.0, 0.9995 * primal), min(1.0, 0.9995 * dual))


def _lengths(layout: Layout, point: Point, step: Point) -> tuple[float, float]:
    """Longest primal and dual steps that keep every pair positive; equal when the problem is curved."""
    below = layout.below
    primal = min(
        _room(point.box, step.box),
        _room(point.draws, step.draws),
        _room(point.slack[below], step.slack[below]),
        _room(point.tail_slack, step.tail_slack),
    )
    dual = min(
        _room(point.box_duals, step.box_duals),
        _room(point.draw_duals, step.draw_duals),
        _room(point.prices[below], step.prices[below]),
        _room(point.tail_prices, step.tail_prices),
    )
    return (min(primal, dual),) * 2 if layout.curved else (primal, dual)


def _room(value: FloatArray, change: FloatArray) -> float:
    """Longest step in [0, 1] that keeps `value` non-negative."""
    if value.size == 0:
        return 1.0
    steepest = float((change / value).min())
    return 1.0 if steepest >= -1.0 else -1.0 / steepest


def _stopped(
    layout: Layout, point: Point, products: float, residual: float, iteration: int, done: bool
) -> InteriorPoint:
    return InteriorPoint(
        sides=layout.problem.lower + point.box[0],
        quantiles=point.quantile,
        draw_duals=point.draw_duals[0],
        row_duals=point.prices,
        term_duals=point.theta(layout),
        lower_duals=point.box_duals[0],
        upper_duals=point.box_duals[1],
        complementarity=products,
        residual=residual,
        iterations=iteration,
        converged=done,
        point=point,
    )
