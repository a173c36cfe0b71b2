"""From the continuous optimum to tickets: few lines, whole lots, every limit checked again, the loss printed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stress.errors import SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.constraints import AtMost, WholeLots
from stress.hedging.problem import Constraint, HedgeProblem
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.lots import is_discrete_feasible, rounded
from stress.hedging.solver.prices import LimitPrice
from stress.hedging.solver.solve import HedgeSolution, solve

__all__ = ["PracticalHedge", "practical_hedge"]

Array = NDArray[np.float64]

#: How far inside the limits the optimum is aimed, in turn, when rounding breaks one.
_INSIDE = (1e-5, 1e-4, 1e-3, 1e-2)
#: Gap that a search for few lines proves, and how many continuous problems it may take; not seconds, so that the
#: same question has the same answer on every machine.
FEW_LINES_GAP = 1e-3
NODES = 40
#: Whole lots are searched, not rounded alone, when rounding raises the objective by more than this share of it.
_LOTS_MATTER = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PracticalHedge:
    """Trades that can be sent, and how far they are from what no trades within the limits can beat.

    Parameters
    ----------
    trades : ndarray, shape (M,)
        Whole lots where asked. [units]
    certificate : Certificate
        Lower bound of the problem on so few lines, without smallest trades, and without whole lots unless those had
        to be searched; objective of these trades re-evaluated, gap.
    prices : tuple of LimitPrice
        Of the binding limits, at the continuous optimum on the lines that were kept.
    tails : dict of str to float
        Tail averages at the continuous optimum.
    continuous : float
        Objective without whole lots and with all lines. [currency]
    lots_cost : float
        By how much whole lots raised the objective. [currency]
    lines_cost : float
        By how much trading few lines raised it. [currency]
    support : tuple of int
        Lines that were kept.
    """

    trades: Array
    certificate: Certificate
    prices: tuple[LimitPrice, ...]
    tails: dict[str, float]
    continuous: float
    lots_cost: float
    lines_cost: float
    support: tuple[int, ...]


def practical_hedge(
    problem: HedgeProblem,
    *,
    lots: Array | None,
    max_lines: int | None,
    worth: Array,
    least: Array | None = None,
    tolerance: float = 1e-6,
    time_limit: float = np.inf,
) -> PracticalHedge:
    """Solve, find the few lines that do best, round to whole lots and check.

    Parameters
    ----------
    problem : HedgeProblem
        Continuous.
    lots : ndarray, shape (M,), optional
        Lot of each line; None trades any amount.
    max_lines : int, optional
        Lines at most; which ones is searched by branch and bound.
    worth : ndarray, shape (M,)
        P&L one unit of each line moves, to compare lines. [currency per unit]
    least : ndarray, shape (M,), optional
        Trades smaller than this are dropped too, as long as the limits can be met without them. [units]
    tolerance, time_limit : float
        Of each optimum.

    Returns
    -------
    PracticalHedge

    Raises
    ------
    InfeasibleHedgeError
        No trades within the limits, or none on so few lines.
    SolverError
        No whole lots that meet the limits were found.
    """
    first = solve(problem, tolerance=tolerance, time_limit=time_limit)
    lower = first.certificate.lower
    small = 1e-7 * max(abs(first.objective), first.certificate.floor)
    best, stated = first, problem
    kept = _held(first.trades, worth, small)
    if max_lines is not None and len(kept) > max_lines:
        few = _on_few_lines(problem, max_lines, tolerance, time_limit)
        lower = max(lower, few.certificate.lower)
        stated = _only(problem, _held(few.trades, worth, small))
        best = solve(
            stated, tolerance=tolerance, time_limit=time_limit, start=few.trades, explain=False
        )
        kept = _held(best.trades, worth, small)
    while least is not None:
        large = [j for j in kept if abs(best.trades[j]) >= least[j]]
        if len(large) == len(kept):
            break
        fewer = _only(problem, large)
        try:
            best = solve(
                fewer, tolerance=tolerance, time_limit=time_limit, start=best.trades, explain=False
            )
        except InfeasibleHedgeError:
            break
        stated, kept = fewer, _held(best.trades, worth, small)
    trades = np.where(np.isin(np.arange(len(worth)), kept), best.trades, 0.0)
    objective, lots_cost = best.objective, 0.0
    if lots is not None:
        near = _whole_lots(_only(stated, kept), best, lots, tolerance=tolerance)
        dear = _LOTS_MATTER * max(abs(best.objective), first.certificate.floor)
        if near is None or near[1] - best.objective > dear:
            searched = _searched_lots(problem, lots, max_lines, tolerance, time_limit, near)
            if searched is not None:
                lower = max(lower, searched.certificate.lower)
                if near is None or searched.objective < near[1]:
                    near = searched.trades, searched.objective
        assert near is not None
        trades, objective = near
        lots_cost = objective - best.objective
    certificate = Certificate.of(
        lower,
        max(objective, lower),
        floor=first.certificate.floor,
        violation=first.certificate.violation,
    )
    return PracticalHedge(
        trades=trades,
        certificate=certificate,
        prices=best.prices,
        tails=best.tails,
        continuous=first.objective,
        lots_cost=lots_cost,
        lines_cost=best.objective - first.objective,
        support=tuple(int(j) for j in np.flatnonzero(trades)),
    )


def _on_few_lines(
    problem: HedgeProblem, max_lines: int, tolerance: float, time_limit: float
) -> HedgeSolution:
    """Search the hedges of at most so many lines; the error names a minimal conflict."""
    stated = problem.with_constraints((*problem.constraints, AtMost(lines=max_lines)))
    try:
        return solve(
            stated,
            tolerance=tolerance,
            integer_gap=FEW_LINES_GAP,
            time_limit=time_limit,
            node_limit=NODES,
        )
    except InfeasibleHedgeError:
        raise
    except SolverError as refused:
        if refused.status != "time_limit":
            raise
        raise SolverError(
            f"the limits can be met, but no {max_lines} lines were found that keep them ({refused}) "
            "Allow more lines, or wider limits.",
            status="time_limit",
        ) from None


def _held(trades: Array, worth: Array, small: float) -> list[int]:
    return [int(j) for j in np.flatnonzero(np.abs(trades) * worth > small)]


def _only(problem: HedgeProblem, kept: list[int]) -> HedgeProblem:
    """Return the problem with all other lines shut."""
    open_ = np.isin(np.arange(len(problem.lines)), kept)
    return replace(
        problem,
        lower=np.where(open_, problem.lower, 0.0),
        upper=np.where(open_, problem.upper, 0.0),
    )


def _whole_lots(
    problem: HedgeProblem, solution: HedgeSolution, lots: Array, *, tolerance: float
) -> tuple[Array, float] | None:
    """Round to whole lots; where that breaks a limit, aim a little inside all limits and round again."""
    found = _whole(problem, solution.trades, lots)
    for inside in _INSIDE:
        if found is not None:
            return found
        aimed = problem.with_constraints([_tightened(c, inside) for c in problem.constraints])
        try:
            near = solve(aimed, tolerance=tolerance, start=solution.trades, explain=False)
        except InfeasibleHedgeError:
            break
        found = _whole(problem, near.trades, lots)
    return found


def _searched_lots(
    problem: HedgeProblem,
    lots: Array,
    max_lines: int | None,
    tolerance: float,
    time_limit: float,
    near: tuple[Array, float] | None,
) -> HedgeSolution | None:
    """Search whole lots among all lines: in a small book one lot may be more than any rounding can mend.

    None when nothing was found and rounded lots are at hand.
    """
    few = () if max_lines is None else (AtMost(lines=max_lines),)
    stated = problem.with_constraints((*problem.constraints, *few, WholeLots(lots=lots)))
    try:
        return solve(
            stated,
            tolerance=tolerance,
            integer_gap=FEW_LINES_GAP,
            time_limit=time_limit,
            node_limit=NODES,
        )
    except InfeasibleHedgeError:
        raise
    except SolverError as refused:
        if refused.status != "time_limit":
            raise
        if near is not None:
            return None
        raise SolverError(
            "no whole lots that keep every limit were found: allow broken lots (--broken-lots), smaller lots, "
            "or limits a little wider.",
            status="no_lots",
        ) from None


def _tightened(constraint: Constraint, by: float) -> Constraint:
    for word in ("limit", "amount"):
        size = getattr(constraint, word, None)
        if isinstance(size, float) and np.isfinite(size):
            return constraint.relaxed(-by * abs(size))
    return constraint


def _whole(problem: HedgeProblem, trades: Array, lots: Array) -> tuple[Array, float] | None:
    """Return the best rounding that keeps every limit, with its objective; None when none does."""
    stated = problem.with_constraints((*problem.constraints, WholeLots(lots=lots)))
    program = stated.compiled()
    best: tuple[Array, float] | None = None
    for candidate in rounded(program, program.amounts(trades)):
        if not is_discrete_feasible(program, candidate):
            continue
        whole = program.trades(candidate)
        values = tuple(term.value(whole) for term in program.terms)
        if program.violation(candidate, values) > 1e-9:
            continue
        objective = program.objective(candidate, values)
        if best is None or objective < best[1]:
            best = (whole, objective)
    return best
