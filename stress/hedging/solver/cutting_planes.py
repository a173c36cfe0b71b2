"""A few cutting planes: the proof where a hedge leaves no risk at all.

Where lines and book are linearly dependent (a share and its inverse fund, a position and its own sale) a hedge may leave every
draw at the same P&L. All draws are then tied at its tail, which an interior point feels its way along; Kelley's planes,
one for the tail of each hedge tried, meet such a vertex after three or four. Elsewhere they converge slowly, so only
a handful is tried, and only where there is a dependence.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.certificate import DrawWeights, Multipliers, lower_bound
from stress.hedging.solver.active_set import ActiveSetSolution, solution_of
from stress.hedging.solver.linear_program import LinearOptimum, LinearProgram
from stress.hedging.solver.program import Program
from stress.hedging.solver.scaling import Scaling, scale_program
from stress.hedging.solver.search import Search

__all__ = ["MOST_PLANES", "solve_by_planes"]

#: Planes tried at most.
MOST_PLANES = 8
#: Smallest eigenvalue of the lines' and the book's correlation that is none.
DEPENDENT = 1e-12
#: Draws looked at for a dependence, a column.
DRAWS_A_COLUMN = 20


def solve_by_planes(
    program: Program, *, tolerance: float, anchor: FloatArray | None
) -> ActiveSetSolution | None:
    """Solve a linear program of dependent lines by a handful of planes.

    Parameters
    ----------
    program : Program
        Raw units; feasible and bounded.
    tolerance : float
        Relative gap to reach.
    anchor : ndarray, shape (n,), or None
        Feasible amounts, as of `solve_active_set`.

    Returns
    -------
    ActiveSetSolution or None
        With ``certificate.gap <= tolerance``; None where the program has curvature or limits of tails, its lines are
        independent, or the planes did not close the gap.

    References
    ----------
    Kelley (1960), J. SIAM 8(4); Künzi-Bay and Mayer (2006), Computational Management Science 3(1).
    """
    if not _is_linear(program) or not _is_dependent(program):
        return None
    scaling = scale_program(program)
    if scaling.free.size == 0:
        return None
    search = Search(program, scaling, anchor)
    planes = _Planes(program, scaling)
    amounts = program.lower if anchor is None else anchor
    best, least = amounts, np.inf
    for _ in range(MOST_PLANES):
        search.rounds += 1
        value = planes.touch(amounts)
        if value < least:
            best, least = amounts, value
        found = planes.least()
        if found is None:
            return None
        bound = found.value * scaling.objective_unit + planes.constant
        if least - bound <= 10.0 * tolerance * max(abs(least), search.floor):
            search.offer(search.repair.repaired(best)[0])
            search.multipliers = planes.multipliers(found)
            search.lower = lower_bound(program, search.multipliers, radius=scaling.radius)
            if search.certificate().gap <= tolerance:
                return solution_of(search)
        amounts = scaling.raw(found.point[:-1])
    return None


def _is_linear(program: Program) -> bool:
    """Whether objective and limits are linear but for tail averages in the objective."""
    return (
        bool(program.terms)
        and not program.variance_weight
        and program.impact is None
        and program.row_impact is None
        and not any(np.isfinite(term.limit) or term.among_worst for term in program.terms)
    )


def _is_dependent(program: Program) -> bool:
    """Whether some combination of lines and book earns the same in a thousand draws, lines that always do apart."""
    columns = program.lines + 1
    gram, centre = np.zeros((columns, columns)), np.zeros(columns)
    for term in program.terms:
        stride = max(1, term.draws // (DRAWS_A_COLUMN * columns))
        rows = np.column_stack([term.pnl[::stride], term.unit_pnl[::stride]])
        mean = rows.mean(axis=0)
        rows -= mean
        gram += rows.T @ rows
        centre += len(rows) * np.square(mean)
    # A put that is far out of the money is worth the same in every draw looked at.
    some = np.diag(gram) > DEPENDENT * (np.diag(gram) + centre)
    spread = np.sqrt(np.diag(gram)[some])
    correlation = gram[np.ix_(some, some)] / np.outer(spread, spread)
    return bool(some.any()) and bool(np.linalg.eigvalsh(correlation)[0] < DEPENDENT)


class _Planes:
    """The sum of the tail averages from below, by its tangents; scaled.

    Parameters
    ----------
    program : Program
        Raw units.
    scaling : Scaling
        Its free sides and units.
    """

    def __init__(self, program: Program, scaling: Scaling) -> None:
        self.program, self.scaling = program, scaling
        reduced = scaling.reduced(())
        self._side = reduced.sign * scaling.step / scaling.objective_unit
        self._tails: list[list[DrawWeights]] = []
        held = program.lower.copy()
        held[scaling.free] = 0.0
        self._held = program.trades(held)
        #: Cost of what cannot move. [currency]
        self.constant = float(program.cost @ held)
        none = np.zeros((reduced.limit.size, 1))
        self._master = LinearProgram(
            np.append(reduced.cost, 1.0),
            np.append(reduced.lower, -np.inf),
            np.append(reduced.lower + reduced.width, np.inf),
            rows=np.hstack([reduced.rows, none]),
            low=np.where(reduced.equal, reduced.limit, -np.inf),
            high=reduced.limit,
        )

    def touch(self, amounts: FloatArray) -> float:
        """Add the tangent at some amounts; return the objective there, by the tails that make it. [currency]."""
        program = self.program
        slope, offset, tails = np.zeros(program.lines), 0.0, []
        trades = program.trades(amounts)
        value = program.trading_cost(amounts)
        for term in program.terms:
            gain = term.hedged(trades)
            draws, weights = term.tail(gain)
            tails.append(DrawWeights(draws=draws, weights=weights, theta=1.0))
            value -= term.weight * float(weights @ gain[draws])
            slope -= term.weight * (weights @ term.unit_pnl[draws])
            offset -= term.weight * float(weights @ term.pnl[draws])
        self._tails.append(tails)
        offset += float(slope @ self._held)
        sides = slope[program.line[self.scaling.free]] * self._side
        self._master.add(np.append(-sides, 1.0), low=offset / self.scaling.objective_unit)
        return value

    def least(self) -> LinearOptimum | None:
        """Return the amounts of least cost and tangent, the tangent's value last."""
        return self._master.least()

    def multipliers(self, found: LinearOptimum) -> Multipliers:
        """Return what proves the bound: the tails of all tangents, by their prices."""
        program, scaling = self.program, self.scaling
        rows = program.limit.size
        shares = np.maximum(-found.prices[rows:], 0.0)
        terms = []
        for i, term in enumerate(program.terms):
            whole = np.zeros(term.draws)
            for share, tails in zip(shares, self._tails, strict=True):
                whole[tails[i].draws] += share * tails[i].weights
            draws = np.flatnonzero(whole)
            weights = term.weight * whole[draws]
            terms.append(DrawWeights(draws=draws, weights=weights, theta=term.weight))
        prices = found.prices[:rows] * scaling.objective_unit / scaling.row_unit
        at = program.trades(scaling.raw(found.point[:-1]))
        return Multipliers(terms=tuple(terms), rows=prices, at=at)
