"""Scaling: losses of order one, steps of order one, rows of order one; and back.

Raw currency and raw fractions both break the 1e-7 tolerances of linear programming (a P&L of 1e-2 stalls a cutting
plane at a gap of 3e-6), so a solver sees P&L in units of the unhedged tail and amounts in units that move it by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.hedging.solver.classification import Classification
from stress.hedging.solver.program import Program
from stress.hedging.solver.reduced import ReducedProblem, ReducedTerm

__all__ = ["Scaling", "scale_program"]

SAMPLE = 4096
RADIUS = 1e4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaling:
    """A program's free sides with the units in which it is solved.

    Parameters
    ----------
    program : Program
        Raw units.
    free : ndarray of int, shape (f,)
        Sides that can move; the others stand at their lower bound.
    joined : ndarray of int, shape (f,)
        The other side of the same line where both are one signed amount (see `_frictionless`); -1 elsewhere.
    fixed : ndarray, shape (n,)
        Amounts of all sides when the free ones stand at their lower bounds.
    lines : ndarray of int, shape (l,)
        Lines of the free sides.
    local : ndarray of int, shape (f,)
        Place of each free side's line in `lines`.
    step : ndarray, shape (f,)
        Raw amount of one scaled unit.
    lower, upper : ndarray, shape (f,)
        Finite bounds, raw; a lower one is negative where sides are joined.
    endless : ndarray of bool, shape (f,)
        Where one of them is none of the user's.
    radius : float
        Smallest artificial bound among them; infinite when all are the user's own.
    pnl_unit, objective_unit : float
        Currency of one scaled loss and of one scaled objective.
    row_unit : ndarray, shape (m,)
        Size of each row.
    """

    program: Program
    free: NDArray[np.intp]
    joined: NDArray[np.intp]
    fixed: FloatArray
    lines: NDArray[np.intp]
    local: NDArray[np.intp]
    step: FloatArray
    lower: FloatArray
    upper: FloatArray
    endless: NDArray[np.bool_]
    radius: float
    pnl_unit: float
    objective_unit: float
    row_unit: FloatArray

    def line_step(self) -> FloatArray:
        """Raw amount of one scaled unit of each free line."""
        steps = np.ones(self.lines.size)
        steps[self.local] = self.step
        return steps

    def raw(self, scaled: FloatArray) -> FloatArray:
        """Raw amounts of all sides."""
        amounts = self.fixed.copy()
        moved = np.clip(scaled * self.step, self.lower, self.upper)
        signed = self.joined >= 0
        amounts[self.joined[signed]] = np.maximum(-moved[signed], 0.0)
        amounts[self.free] = np.where(signed, np.maximum(moved, 0.0), moved)
        return amounts

    def scaled(self, amounts: FloatArray) -> FloatArray:
        """Scaled amounts of the free sides."""
        moved = amounts[self.free]
        signed = self.joined >= 0
        moved[signed] -= amounts[self.joined[signed]]
        return np.asarray(moved / self.step)

    def term(self, index: int, found: Classification, mass: float | None = None) -> ReducedTerm:
        """Return a tail term with its draws classified.

        `mass`, where given, says that the band is a sample with equal weights and that tail mass.
        """
        term = self.program.terms[index]
        unit = 1.0 / self.pnl_unit
        step = self.line_step() * unit
        held = self._held()
        rows, pnl = term.unit_pnl[found.band], term.pnl[found.band]
        size = found.band.size
        caps = np.full(size, 1.0 / (mass * size)) if mass else term.caps(found.band)
        if found.starts.size:
            weights = term.caps(found.grouped)
            shared = np.add.reduceat(weights, found.starts)
            weights = weights / np.repeat(shared, found.group_sizes())
            means = np.add.reduceat(weights[:, None] * term.unit_pnl[found.grouped], found.starts)
            rows = np.concatenate([rows, means])
            together = np.add.reduceat(weights * term.pnl[found.grouped], found.starts)
            pnl = np.concatenate([pnl, together])
            caps = np.concatenate([caps, shared])
        if held.any():
            pnl = pnl + rows @ held
        offset, constant = 0.0, 1.0
        slope = np.zeros(self.lines.size)
        if found.sure.size:
            weights = term.caps(found.sure)
            raw_slope = weights @ term.unit_pnl[found.sure]
            offset = -float(weights @ term.pnl[found.sure] + raw_slope @ held) * unit
            slope = -raw_slope[self.lines] * step
            constant = 1.0 - float(weights.sum()) if found.rows else 0.0
        if self.lines.size < self.program.lines:
            rows = rows[:, self.lines]
        return ReducedTerm(
            pnl=pnl * unit,
            unit_pnl=rows * step,
            caps=caps,
            constant=constant,
            offset=offset,
            slope=slope,
            weight=term.weight * self.pnl_unit / self.objective_unit,
            limit=term.limit * unit,
            worst=term.among_worst,
        )

    def _held(self) -> FloatArray:
        """Trades of the sides that cannot move."""
        amounts = self.fixed.copy()
        amounts[self.free] = 0.0
        return self.program.trades(amounts)

    def reduced(self, terms: tuple[ReducedTerm, ...]) -> ReducedProblem:
        """Return the scaled problem of the interior point for some classification of the draws."""
        p = self.program
        still = self.fixed.copy()
        still[self.free] = 0.0
        quadratic = slope = None
        if p.variance_weight and p.covariance is not None and p.covariance_with_book is not None:
            step = self.line_step()
            factor = 2.0 * p.variance_weight / self.objective_unit
            inner = p.covariance[np.ix_(self.lines, self.lines)]
            quadratic = factor * inner * np.outer(step, step)
            linear = p.covariance_with_book + p.covariance @ self._held()
            slope = factor * linear[self.lines] * step
        return ReducedProblem(
            line=self.local,
            sign=p.sign[self.free],
            lower=self.lower / self.step,
            width=(self.upper - self.lower) / self.step,
            endless=self.endless,
            cost=p.cost[self.free] * self.step / self.objective_unit,
            rows=p.rows[:, self.free] * self.step / self.row_unit[:, None],
            limit=(p.limit - p.row_values(still)) / self.row_unit,
            equal=p.equal,
            terms=terms,
            impact=None
            if p.impact is None
            else p.impact[self.free] * self.step**1.5 / self.objective_unit,
            row_impact=None
            if p.row_impact is None
            else p.row_impact[:, self.free] * self.step**1.5 / self.row_unit[:, None],
            quadratic=quadratic,
            quadratic_slope=slope,
            worst_weight=p.worst_weight * self.pnl_unit / self.objective_unit,
        )


def scale_program(program: Program) -> Scaling:
    """Choose the units and drop the sides that cannot or need not move.

    Parameters
    ----------
    program : Program
        Raw units.

    Returns
    -------
    Scaling
        Free sides and units.
    """
    size, zero, pnl_unit = _sizes(program)
    # A bound that a row implies is widened, so that it never shares the price of the row.
    reach = program.reach()
    slack = program.lower + 1.5 * (reach - program.lower)
    upper = np.where(np.isfinite(reach), np.minimum(program.upper, slack), program.upper)
    useless = zero[program.line] & (program.cost >= 0.0) & (program.rows >= 0.0).all(axis=0)
    useless &= ~(program.rows[program.equal] != 0.0).any(axis=0)
    free = np.flatnonzero((upper > program.lower) & ~useless)
    if pnl_unit <= 0.0:
        reach = np.where(np.isfinite(upper), upper, 0.0)[free]
        pnl_unit = float((size[program.line[free]] * reach).max(initial=0.0)) or 1.0
    lines, local = np.unique(program.line[free], return_inverse=True)
    per_line = np.where(size > 0.0, pnl_unit / np.where(size > 0.0, size, 1.0), np.inf)
    reach = np.zeros(program.lines)
    np.maximum.at(reach, program.line[free], np.where(np.isfinite(upper[free]), upper[free], 0.0))
    per_line = np.where(np.isfinite(per_line), per_line, np.where(reach > 0.0, reach, 1.0))
    finite = np.isfinite(upper[free])
    shortest = np.full(program.lines, np.inf)
    room = np.where(finite, upper[free] - program.lower[free], np.inf)
    np.minimum.at(shortest, program.line[free], room)
    step = np.minimum(per_line, shortest)[program.line[free]]
    bound = np.where(finite, upper[free], program.lower[free] + RADIUS * step)
    radius = np.inf if finite.all() else float(bound[~finite].min())
    joined = _frictionless(program, free)
    low = program.lower[free]
    low[joined >= 0] = -bound[np.searchsorted(free, joined[joined >= 0])]
    kept = ~np.isin(free, joined)
    free, joined, local = free[kept], joined[kept], local[kept]
    step, low, bound = step[kept], low[kept], bound[kept]
    endless = ~np.isfinite(upper[free]) | (np.isinf(upper[joined]) & (joined >= 0))
    return Scaling(
        program=program,
        free=free,
        joined=joined,
        fixed=program.lower.copy(),
        lines=lines.astype(np.intp),
        local=local.astype(np.intp),
        step=step,
        lower=low,
        upper=bound,
        endless=endless,
        radius=radius,
        pnl_unit=pnl_unit,
        objective_unit=_objective_unit(program, free, step, pnl_unit),
        row_unit=_row_unit(program, free, step),
    )


def _sizes(program: Program) -> tuple[FloatArray, NDArray[np.bool_], float]:
    """Return what one unit of each line moves, which lines move nothing at all, and the size of the book's P&L."""
    size = np.zeros(program.lines)
    pnl_unit = 0.0
    zero = np.ones(program.lines, dtype=bool)
    held = program.trades(program.lower)
    for term in program.terms:
        stride = max(1, term.draws // SAMPLE)
        sample = term.unit_pnl[::stride]
        spread = np.sqrt(np.einsum("ij,ij->j", sample, sample) / sample.shape[0])
        size = np.maximum(size, spread)
        untouched = spread == 0.0
        if stride > 1 and untouched.any():
            untouched[untouched] = ~term.unit_pnl[:, untouched].any(axis=0)
        zero &= untouched
        base = term.hedged(held)
        pnl_unit = max(pnl_unit, float(np.sqrt(base @ base / base.size)), abs(term.of(base)))
    if program.covariance is not None:
        spread = np.sqrt(np.diag(program.covariance).clip(0.0))
        size = np.maximum(size, spread)
        zero &= spread == 0.0
        pnl_unit = max(pnl_unit, float(np.sqrt(max(program.variance_of_book, 0.0))))
    return size, zero, pnl_unit


def _row_unit(program: Program, free: NDArray[np.intp], step: FloatArray) -> FloatArray:
    """Return the size of each row: of its limit, or of what one scaled unit adds to it."""
    row_unit = np.ones(program.limit.size)
    if program.limit.size and free.size:
        row_unit = np.maximum(
            np.abs(program.rows[:, free] * step).max(axis=1), np.abs(program.limit)
        )
        if program.row_impact is not None:
            row_unit = np.maximum(
                row_unit, np.abs(program.row_impact[:, free] * step**1.5).max(axis=1)
            )
        row_unit = np.where(row_unit > 0.0, row_unit, 1.0)
    return row_unit


def _objective_unit(
    program: Program, free: NDArray[np.intp], step: FloatArray, pnl_unit: float
) -> float:
    """Return the currency of one scaled objective."""
    weighted = sum(t.weight for t in program.terms) + program.worst_weight
    if weighted > 0.0:
        return pnl_unit * weighted
    if program.variance_weight:
        return program.variance_weight * max(pnl_unit**2, 1e-300)
    costs = np.abs(program.cost[free] * step)
    return float(costs.max(initial=0.0)) or 1.0


def _frictionless(program: Program, free: NDArray[np.intp]) -> NDArray[np.intp]:
    """Match each purchase with the sale of the same line where buying and selling at once costs nothing.

    Such a pair is flat: any amount can be added to both sides. An interior point drifts along it to the middle of the
    bounds, thousands of units away where there are none, and loses its digits there. As one signed amount it cannot.

    Parameters
    ----------
    program : Program
        Raw units.
    free : ndarray of int, shape (f,)
        Sides that can move, ascending.

    Returns
    -------
    ndarray of int, shape (f,)
        The matching sale of a purchase, -1 where there is none.
    """
    partner = np.full(free.size, -1, dtype=np.intp)
    smooth = (program.cost == 0.0) & (program.lower == 0.0)
    for bend in (program.impact, program.row_impact):
        if bend is not None:
            smooth &= ~(np.atleast_2d(bend) != 0.0).any(axis=0)
    sales = {int(program.line[i]): i for i in free if program.sign[i] < 0.0 and smooth[i]}
    for at, i in enumerate(free):
        other = sales.get(int(program.line[i]))
        if program.sign[i] < 0.0 or other is None or not smooth[i]:
            continue
        if (program.rows[:, i] == -program.rows[:, other]).all():
            partner[at] = other
    return partner
