"""Weights of draws that leave sides without bounds no slope at all.

The lower bound charges the slope that is left on a side with the side's whole width. Where the user gave no bound that
width is some ten thousand units, so a slope of 1e-9, far below what an interior point notices, costs 1e-5.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.central_path import Layout, Point

__all__ = ["stationary_weights"]


def stationary_weights(layout: Layout, point: Point) -> FloatArray:
    """Shift the weights of the draws at the edge of the tail by as little as removes the slopes.

    With ``A`` the unit P&L of those sides beside a row of ones a term, and ``W`` the room of each weight to its
    nearer bound, the shift is ``W A' (A W A')^+ (slopes, missing mass)``: least squares weighted by room.

    Parameters
    ----------
    layout : Layout
        The problem.
    point : Point
        Where the interior point stopped.

    Returns
    -------
    ndarray, shape (N,)
        The weights; those of the point where the room is too small.
    """
    p, weights = layout.problem, point.draw_duals[0]
    amounts = p.lower + point.box[0]
    cost, rows, bend = layout.curvature(amounts, point.prices)
    theta = point.theta(layout)
    inner = layout.slope_of_lines(layout.lines(amounts), theta, weights)
    slope = cost + rows.T @ point.prices + p.sign * inner[p.line]
    away = (point.box > point.box_duals).all(axis=0)
    sides = np.flatnonzero(p.endless & away & (True if bend is None else bend == 0.0))
    if sides.size == 0 or weights.size == 0:
        return np.asarray(weights)
    ones = np.zeros((weights.size, layout.terms))
    for g, part in enumerate(layout.parts):
        ones[part, g] = 1.0
    matrix = np.hstack([layout.unit[:, p.line[sides]] * p.sign[sides], ones])
    missing = theta * layout.constant - layout.total(weights)
    room = np.minimum(weights, point.draw_duals[1])
    weighted = matrix * room[:, None]
    answer, *_ = np.linalg.lstsq(
        matrix.T @ weighted, np.concatenate([slope[sides], missing]), rcond=1e-13
    )
    shift = weighted @ answer
    return weights if (np.abs(shift) > room).any() else np.asarray(weights + shift)
