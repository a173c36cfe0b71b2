"""Whether a programme has a feasible hedge, and whether it has free money.

Linear rows are settled by one small linear programme (HiGHS): the point that keeps the largest common slack. Tail
limits are settled by minimising the worst excess, with its own certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.linear_program import LinearProgram
from stress.hedging.solver.program import NO_BREACH, Program, TailTerm

__all__ = ["Feasibility", "find_feasible", "free_money"]

#: Rounds of tangents to rows with impact.
TANGENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feasibility:
    """What was found.

    Parameters
    ----------
    feasible : bool
        Whether all rows and tail limits can hold at once.
    anchor : ndarray, shape (n,), or None
        Feasible amounts with slack where there is room for it.
    room : float
        How far inside all tail limits some hedge is, over the largest of them; infinite where that was not looked for.
    """

    feasible: bool
    anchor: FloatArray | None
    room: float = np.inf


def find_feasible(program: Program) -> Feasibility:
    """Look for amounts within every row and tail limit.

    Parameters
    ----------
    program : Program
        Raw units; impact in rows is honoured.

    Returns
    -------
    Feasibility
        The lower bounds themselves when they are feasible (doing nothing, usually).
    """
    if program.violation(program.lower) <= 0.0:
        return Feasibility(feasible=True, anchor=program.lower)
    breach, amounts = _widest_with_impact(program)
    if breach > NO_BREACH:
        return Feasibility(feasible=False, anchor=None)
    limited = [term for term in program.terms if np.isfinite(term.limit)]
    if program.row_impact is None and not limited:
        return Feasibility(feasible=True, anchor=amounts)
    if program.violation(amounts) <= 0.0:
        return Feasibility(feasible=True, anchor=amounts)
    return _within_tails(program, limited, amounts)


def _widest_with_impact(program: Program) -> tuple[float, FloatArray]:
    """Least common breach of the rows, impact included, without tails.

    A row with impact is convex: it enters by its tangents at the amounts that broke it, which cut off no amounts
    within it. A breach of those is a breach of the row.
    """
    breach, amounts = _widest(program)
    if program.row_impact is None:
        return breach, amounts
    bent = program.row_impact.any(axis=1)
    row_impact, tangents = program.row_impact, program
    for _ in range(TANGENTS):
        excess = program.row_values(amounts) - program.limit
        over = np.flatnonzero(bent & (excess > 0.0))
        if breach > NO_BREACH or over.size == 0:
            break
        bend = program.row_impact[over]
        row_impact = np.vstack([row_impact, np.zeros_like(bend)])
        limit = program.limit[over] + 0.5 * bend @ amounts**1.5
        tangents = replace(
            tangents,
            rows=np.vstack([tangents.rows, program.rows[over] + 1.5 * bend * np.sqrt(amounts)]),
            limit=np.concatenate([tangents.limit, limit]),
            equal=np.concatenate([tangents.equal, np.zeros(over.size, dtype=bool)]),
            row_impact=row_impact,
        )
        breach, amounts = _widest(tangents)
    return breach, amounts


def _widest(program: Program) -> tuple[float, FloatArray]:
    """Least common breach of the rows (negative: slack), without impact and tails."""
    n, m = program.sides, program.limit.size
    if m == 0:
        return 0.0, program.lower
    # What the rows leave of the bounds: those alone may be a day's volume, millions of times the book.
    most = program.reach()
    reach = np.where(np.isfinite(most), most, 0.0)
    size = np.maximum(np.maximum(np.abs(program.rows) @ reach, np.abs(program.limit)), 1e-12)
    unit = np.where(np.isfinite(most) & (most > 0.0), most, 1.0)
    largest = np.abs(program.rows * unit).max(axis=1, initial=0.0)
    size = np.where(largest > 0.0, largest, size)
    rows = program.rows * unit / size[:, None]
    limit = program.limit / size
    # The last column is the common breach: of an equality it may be on either side.
    ones = np.ones((m, 1))
    breach = np.hstack([rows, -ones])
    exact = np.hstack([rows, ones])[program.equal]
    found = LinearProgram(
        np.append(np.zeros(n), 1.0),
        np.append(program.lower / unit, 0.0 if program.equal.any() else -1.0),
        np.append(program.upper / unit, np.inf),
        rows=np.vstack([breach, exact]),
        low=np.append(np.full(m, -np.inf), limit[program.equal]),
        high=np.append(limit, np.full(len(exact), np.inf)),
    ).least()
    if found is None:
        return np.inf, program.lower
    amounts = np.clip(found.point[:-1] * unit, program.lower, program.upper)
    return float(found.point[-1]), amounts


def _within_tails(program: Program, limited: list[TailTerm], amounts: FloatArray) -> Feasibility:
    from stress.hedging.solver.active_set import solve_active_set

    scale = max(max(abs(t.limit), float(np.abs(t.pnl).mean())) for t in limited) if limited else 1.0
    room = np.inf
    if limited:
        search = replace(
            program,
            cost=np.zeros(program.sides),
            impact=None,
            variance_weight=0.0,
            covariance=None,
            covariance_with_book=None,
            worst_weight=1.0,
            terms=tuple(
                replace(term, pnl=term.pnl + term.limit, limit=np.inf, weight=0.0, among_worst=True)
                for term in limited
            ),
        )
        found = solve_active_set(search, tolerance=1e-7, anchor=amounts)
        least = found.certificate.lower / scale
        if (
            found.certificate.upper > 0.0
            and least > -1e-8
            and found.certificate.upper / scale > 1e-9
        ):
            return Feasibility(feasible=False, anchor=None)
        amounts, room = found.amounts, max(0.0, -found.certificate.upper / scale)
    feasible = program.violation(amounts) <= NO_BREACH
    return Feasibility(feasible=feasible, anchor=amounts, room=room)


def free_money(program: Program) -> tuple[int, ...]:
    """Find sides without an upper bound that together earn in every tail, costs paid: the problem has no optimum then.

    Parameters
    ----------
    program : Program
        Raw units.

    Returns
    -------
    tuple of int
        Lines of the ray; empty when there is none.
    """
    from stress.hedging.solver.active_set import solve_active_set

    can = np.isinf(program.reach())
    if not can.any() or not program.terms:
        return ()
    spread = np.zeros(program.lines)
    for term in program.terms:
        spread = np.maximum(spread, np.sqrt(np.einsum("ij,ij->j", term.unit_pnl, term.unit_pnl)))
    spread = spread[program.line] / np.sqrt(max(t.draws for t in program.terms))
    one = np.where(can & (spread > 0.0), 1.0 / np.where(spread > 0.0, spread, 1.0), 0.0)
    ray = replace(
        program,
        lower=np.zeros(program.sides),
        upper=one,
        impact=None,
        limit=np.zeros(program.limit.size),
        row_impact=None,
        terms=tuple(
            replace(
                term,
                pnl=np.zeros(term.draws),
                limit=0.0 if np.isfinite(term.limit) else np.inf,
            )
            for term in program.terms
        ),
    )
    if program.impact is not None:
        ray = replace(ray, upper=np.where(program.impact > 0.0, 0.0, ray.upper))
    if program.variance_weight:
        return ()
    found = solve_active_set(ray, tolerance=1e-6)
    if found.certificate.upper >= -1e-9:
        return ()
    used = found.amounts * np.where(spread > 0.0, spread, 0.0) > 1e-3
    return tuple(sorted({int(j) for j in program.line[used]}))
