"""From the continuous optimum to tickets: few lines, whole lots, every limit checked again, the loss printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.constraints import AtMost, MinimumSize, WholeLots
from stress.hedging.problem import Constraint, HedgeProblem
from stress.hedging.solver.discrete_feasibility import discrete_near
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.lots import judged, rounded
from stress.hedging.solver.prices import LimitPrice
from stress.hedging.solver.solve import HedgeSolution, explained, solve

__all__ = ["PracticalHedge", "practical_hedge"]


#: How far inside the limits the optimum is aimed, in turn, when rounding breaks one.
_INSIDE = (1e-5, 1e-4, 1e-3, 1e-2)
#: Gap that a search for few lines proves, and how many continuous problems it may take; not seconds, so that the
#: same question has the same answer on every machine.
FEW_LINES_GAP = 1e-3
NODES = 40
#: Whole lots are searched, not rounded alone, when rounding raises the objective by more than this share of it.
_LOTS_MATTER = 1e-2
#: A trade is below its least size when it is smaller by more than this share of it.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PracticalHedge:
    """Trades that can be sent, and how far they are from what no trades within the limits can beat.

    Parameters
    ----------
    trades : ndarray, shape (M,)
        Whole lots where asked. [units]
    certificate : Certificate
        Lower bound of the problem on so few lines, without smallest trades and whole lots unless those had to be
        searched; objective of these trades re-evaluated, gap.
    prices : tuple of LimitPrice
        Of the binding limits, at the continuous optimum on the lines that were kept.
    continuous : float
        Objective without whole lots and with all lines. [currency]
    lots_cost : float
        By how much whole lots raised the objective, on the lines that were kept. [currency]
    lines_cost : float
        By how much trading those lines alone raised it: few lines, and none in a trade below its least size. [currency]
    small : tuple of int
        Lines that were kept in trades below their least size: no hedge without those was found within the limits.
    """

    trades: FloatArray
    certificate: Certificate
    prices: tuple[LimitPrice, ...]
    continuous: float
    lots_cost: float
    lines_cost: float
    small: tuple[int, ...]


def practical_hedge(
    problem: HedgeProblem,
    *,
    lots: FloatArray | None,
    max_lines: int | None,
    worth: FloatArray,
    least: FloatArray | None = None,
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
    limits = _tickets_limits(lots, max_lines)
    try:
        first = solve(problem, tolerance=tolerance, time_limit=time_limit, explain=False)
    except InfeasibleHedgeError:
        raise explained(problem, limits, met_without=False, time_limit=time_limit) from None
    small = 1e-7 * max(abs(first.objective), first.certificate.floor)
    chosen = _Chosen(
        stated=problem,
        best=first,
        kept=_held(first.trades, worth, small),
        lower=first.certificate.lower,
    )

    def again(stated: HedgeProblem, start: FloatArray) -> tuple[HedgeSolution, list[int]]:
        best = solve(stated, tolerance=tolerance, time_limit=time_limit, start=start, explain=False)
        return best, _held(best.trades, worth, small)

    if max_lines is not None and len(chosen.kept) > max_lines:
        try:
            few = _on_few_lines(problem, max_lines, tolerance, time_limit)
        except InfeasibleHedgeError:
            raise explained(problem, limits, met_without=True, time_limit=time_limit) from None
        stated = _only(problem, _held(few.trades, worth, small))
        best, kept = again(stated, few.trades)
        lower = max(chosen.lower, few.certificate.lower)
        chosen = _Chosen(stated=stated, best=best, kept=kept, lower=lower)
    while least is not None:
        large = [j for j in chosen.kept if abs(chosen.best.trades[j]) >= least[j]]
        if len(large) == len(chosen.kept):
            break
        fewer = _only(problem, large)
        try:
            best, kept = again(fewer, chosen.best.trades)
        except InfeasibleHedgeError:
            break
        chosen = replace(chosen, stated=fewer, best=best, kept=kept)
    trades = np.where(np.isin(np.arange(len(worth)), chosen.kept), chosen.best.trades, 0.0)
    objective = chosen.best.objective
    if lots is not None:
        dear = _LOTS_MATTER * max(abs(objective), first.certificate.floor)
        whole = _in_whole_lots(
            problem,
            chosen,
            trades,
            lots=lots,
            limits=limits,
            least=least,
            dear=dear,
            tolerance=tolerance,
            time_limit=time_limit,
        )
        trades, objective, chosen = whole.trades, whole.objective, whole.measure
    best = chosen.best
    certificate = Certificate.of(
        chosen.lower,
        objective,
        floor=first.certificate.floor,
        violation=first.certificate.violation,
    )
    return PracticalHedge(
        trades=trades,
        certificate=certificate,
        prices=best.prices,
        continuous=first.objective,
        lots_cost=objective - best.objective,
        lines_cost=best.objective - first.objective,
        small=tuple(int(j) for j in np.flatnonzero(_below(trades, least))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chosen:
    """The lines that are kept: the problem on them, its continuous optimum, and what no hedge on so few lines beats."""

    stated: HedgeProblem
    best: HedgeSolution
    kept: list[int]
    lower: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _InLots:
    """Trades in whole lots, their objective, and the continuous optimum and bound that they are measured by."""

    trades: FloatArray
    objective: float
    measure: _Chosen


def _in_whole_lots(
    problem: HedgeProblem,
    chosen: _Chosen,
    trades: FloatArray,
    *,
    lots: FloatArray,
    limits: Sequence[Constraint],
    least: FloatArray | None,
    dear: float,
    tolerance: float,
    time_limit: float,
) -> _InLots:
    """Round to whole lots; search them among all lines where rounding fails, makes trades too small or is dear."""
    best, own = chosen.best, _only(chosen.stated, chosen.kept)
    sizes = least if least is not None and not _below(trades, least).any() else None
    near = _whole_lots(_sized(own, sizes), best, lots, tolerance=tolerance)
    too_small = near is not None and bool(_below(near[0], least).any())
    if near is not None and not too_small and near[1] - best.objective <= dear:
        return _InLots(trades=near[0], objective=near[1], measure=chosen)
    searched = _searched_lots(_sized(problem, least), limits, tolerance, time_limit)
    if searched is None and near is None:
        near = _nearest_lots(own, best, lots, time_limit)
        if near is None:
            searched = _any_lots(problem, limits, tolerance, time_limit)
    if searched is not None:
        chosen = replace(chosen, lower=max(chosen.lower, searched.certificate.lower))
        if near is None or too_small or searched.objective < near[1]:
            on_them = _on_their_lines(problem, searched.trades, least, best, tolerance)
            return _InLots(
                trades=searched.trades,
                objective=searched.objective,
                measure=replace(chosen, best=on_them),
            )
    assert near is not None
    return _InLots(trades=near[0], objective=near[1], measure=chosen)


def _below(trades: FloatArray, least: FloatArray | None) -> NDArray[np.bool_]:
    """Which lines are traded, and in less than their least size."""
    if least is None:
        return np.zeros(trades.size, dtype=bool)
    return np.asarray((trades != 0.0) & (np.abs(trades) < least * (1.0 - _ROUNDING)))


def _sized(problem: HedgeProblem, least: FloatArray | None) -> HedgeProblem:
    """Return the problem in which every line is traded in its least size or more, or not at all."""
    if least is None:
        return problem
    reached = np.flatnonzero(np.maximum(problem.upper, -problem.lower) >= least)
    able = _only(problem, [int(j) for j in reached])
    sizes = np.where(np.isin(np.arange(least.size), reached), least, 0.0)
    return able.with_constraints((*able.constraints, MinimumSize(sizes=sizes)))


def _on_their_lines(
    problem: HedgeProblem,
    trades: FloatArray,
    least: FloatArray | None,
    best: HedgeSolution,
    tolerance: float,
) -> HedgeSolution:
    """Return the continuous optimum on the lines and sides of whole lots that were searched, least sizes kept.

    The whole lots are among what it may trade, so they cost what they add to it. Of no trades at all it is `best`.
    """
    if not trades.any():
        return best
    sizes = np.zeros(trades.size) if least is None or _below(trades, least).any() else least
    own = replace(
        problem,
        lower=np.select([trades > 0.0, trades < 0.0], [np.minimum(sizes, trades), problem.lower]),
        upper=np.select([trades < 0.0, trades > 0.0], [np.maximum(-sizes, trades), problem.upper]),
    )
    return solve(own, tolerance=tolerance, start=trades, explain=False)


def _on_few_lines(
    problem: HedgeProblem, max_lines: int, tolerance: float, time_limit: float
) -> HedgeSolution:
    """Search the hedges of at most so many lines."""
    found = _searched(problem, [AtMost(lines=max_lines)], tolerance, time_limit, explain=False)
    if isinstance(found, SolverError):
        raise SolverError(
            f"the limits can be met, but no {max_lines} lines were found that keep them: {found} "
            "Allow more lines, or wider limits.",
            status="time_limit",
        )
    return found


def _searched(
    problem: HedgeProblem,
    discrete: Sequence[Constraint],
    tolerance: float,
    time_limit: float,
    *,
    explain: bool = True,
) -> HedgeSolution | SolverError:
    """Search the hedges that keep discrete limits too; the refusal where the search ended without one.

    Raises
    ------
    InfeasibleHedgeError
        If there are none; with `explain`, it names a minimal conflict.
    """
    try:
        return solve(
            problem.with_constraints((*problem.constraints, *discrete)),
            tolerance=tolerance,
            integer_gap=FEW_LINES_GAP,
            time_limit=time_limit,
            node_limit=NODES,
            explain=explain,
        )
    except InfeasibleHedgeError:
        raise
    except SolverError as refused:
        if refused.status != "time_limit":
            raise
        return refused


def _tickets_limits(lots: FloatArray | None, max_lines: int | None) -> list[Constraint]:
    few: list[Constraint] = [] if max_lines is None else [AtMost(lines=max_lines)]
    return few if lots is None else [*few, WholeLots(lots=lots)]


def _held(trades: FloatArray, worth: FloatArray, small: float) -> list[int]:
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
    problem: HedgeProblem, solution: HedgeSolution, lots: FloatArray, *, tolerance: float
) -> tuple[FloatArray, float] | None:
    """Round to whole lots; where that breaks a limit, aim a little inside all limits and round again."""
    found = _whole(problem, solution.trades, lots)
    for inside in _INSIDE:
        if found is not None:
            return found
        aimed = problem.with_constraints([c.relaxed(-inside * c.size) for c in problem.constraints])
        try:
            near = solve(aimed, tolerance=tolerance, start=solution.trades, explain=False)
        except InfeasibleHedgeError:
            break
        found = _whole(problem, near.trades, lots)
    return found


def _nearest_lots(
    problem: HedgeProblem, solution: HedgeSolution, lots: FloatArray, time_limit: float
) -> tuple[FloatArray, float] | None:
    """Search whole lots near the optimum, on its lines, that keep every limit; None when none were found."""
    program = problem.with_constraints((*problem.constraints, WholeLots(lots=lots))).compiled()
    found = discrete_near(program, program.amounts(solution.trades), time_limit=time_limit)
    return None if found is None else _whole(problem, program.trades(found), lots)


def _searched_lots(
    problem: HedgeProblem,
    limits: Sequence[Constraint],
    tolerance: float,
    time_limit: float,
) -> HedgeSolution | None:
    """Search whole lots among all lines: one lot may be more than any rounding can mend.

    None when there are none or none were found.
    """
    try:
        found = _searched(problem, limits, tolerance, time_limit, explain=False)
    except InfeasibleHedgeError:
        return None
    return None if isinstance(found, SolverError) else found


def _any_lots(
    problem: HedgeProblem,
    limits: Sequence[Constraint],
    tolerance: float,
    time_limit: float,
) -> HedgeSolution:
    """Search whole lots of any size; the error names a minimal conflict."""
    found = _searched(problem, limits, tolerance, time_limit)
    if isinstance(found, SolverError):
        raise SolverError(
            "no whole lots that keep every limit were found: allow broken lots, smaller lots, or limits a little wider.",
            status="no_lots",
        )
    return found


def _whole(
    problem: HedgeProblem, trades: FloatArray, lots: FloatArray
) -> tuple[FloatArray, float] | None:
    """Return the best rounding that keeps every limit, with its objective; None when none does."""
    stated = problem.with_constraints((*problem.constraints, WholeLots(lots=lots)))
    program = stated.compiled()
    best: tuple[FloatArray, float] | None = None
    for candidate in rounded(program, program.amounts(trades)):
        found = judged(program, candidate)
        if found is not None and (best is None or found[1] < best[1]):
            best = (program.trades(candidate), found[1])
    return best
