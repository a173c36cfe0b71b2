"""Whole lots and minimum sizes: what is one, what it is worth, and how an amount is rounded and repaired."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.program import NO_BREACH, Program

__all__ = ["is_discrete_feasible", "judged", "rounded", "snapped"]

CLOSE = 1e-9
#: A side this small a share of its reach is not held; an amount this near to a whole lot is one.
DUST = 1e-9
NEAR = 1e-7
#: Passes of one-lot moves at most.
SWEEPS = 6


def is_discrete_feasible(program: Program, amounts: FloatArray) -> bool:
    """Whether amounts are whole lots, large enough, and few enough."""
    size = np.abs(program.trades(amounts))
    held = size > 0.0
    if program.at_most is not None and int(held.sum()) > program.at_most:
        return False
    if program.least is not None and (size[held] < program.least[held] * (1.0 - CLOSE)).any():
        return False
    if program.lots is not None:
        some = program.lots > 0.0
        count = size[some] / program.lots[some]
        if (np.abs(count - np.round(count)) > CLOSE * np.maximum(1.0, count)).any():
            return False
    return True


def judged(program: Program, amounts: FloatArray) -> tuple[tuple[float, ...], float] | None:
    """Return tail averages and objective of a discrete hedge that keeps every limit; None of what is none."""
    if not is_discrete_feasible(program, amounts):
        return None
    trades = program.trades(amounts)
    values = tuple(term.value(trades) for term in program.terms)
    if program.violation(amounts, values) > NO_BREACH:
        return None
    return values, program.objective(amounts, values)


def snapped(program: Program, amounts: FloatArray, reach: FloatArray) -> FloatArray:
    """Amounts that are whole lots, zero or the minimum size but for rounding, made exactly so."""
    found = np.where(amounts <= DUST * reach, program.lower, amounts)
    if program.lots is not None:
        lot = program.lots[program.line]
        unit = np.where(lot > 0.0, lot, 1.0)
        count = found / unit
        near = np.abs(count - np.round(count)) <= NEAR * np.maximum(1.0, count)
        found = np.where((lot > 0.0) & near, np.round(count) * unit, found)
    if program.least is not None:
        least = program.least[program.line]
        close = (found > 0.0) & (found < least) & (found >= least * (1.0 - NEAR))
        found = np.where(close, least, found)
    return np.asarray(found)


def _on_grid(program: Program, amounts: FloatArray, way: str) -> FloatArray:
    """Amounts on lots, rounded to the nearest, or towards zero; too small ones raised or dropped."""
    lots = np.zeros(program.lines) if program.lots is None else program.lots
    lot = lots[program.line]
    some = lot > 0.0
    unit = np.where(some, lot, 1.0)
    count = amounts / unit
    # An amount a hair under a whole number of lots is that number.
    whole = np.floor(count + 1e-7) if way == "down" else np.round(count)
    found = np.where(some, whole * unit, amounts)
    if program.least is not None:
        least = program.least[program.line]
        needed = np.where(some, np.ceil(least / unit - CLOSE) * unit, least)
        small = (found > 0.0) & (found < needed)
        raised = needed if way == "nearest" else np.zeros_like(found)
        keep = small & (2.0 * amounts >= needed)
        found = np.where(small, np.where(keep, raised, 0.0), found)
    over = found > program.upper * (1.0 + CLOSE)
    found = np.where(over & some, np.floor(program.upper / unit + CLOSE) * unit, found)
    return np.where(
        found < program.lower * (1.0 - CLOSE), np.ceil(program.lower / unit) * unit, found
    )


def rounded(program: Program, amounts: FloatArray) -> list[FloatArray]:
    """Round amounts to lots and improve them one lot at a time.

    Parameters
    ----------
    program : Program
        With lots or minimum sizes.
    amounts : ndarray, shape (n,)
        A continuous hedge.

    Returns
    -------
    list of ndarray
        Candidates that meet the lots; the last is the best found feasible one, if any.
    """
    found = [_on_grid(program, amounts, way) for way in ("nearest", "down")]
    start = _best(program, found)
    if start is None:
        return found
    if program.lots is None:
        return [*found, start]
    return [*found, _improved(program, start)]


def _best(program: Program, candidates: list[FloatArray]) -> FloatArray | None:
    best, value = None, np.inf
    for amounts in [*candidates, program.lower]:
        found = judged(program, amounts)
        if found is not None and found[1] < value:
            best, value = amounts, found[1]
    return best


def _improved(program: Program, amounts: FloatArray) -> FloatArray:
    """Descend by single-lot moves of each side while the objective falls."""
    assert program.lots is not None
    best, value = amounts, program.objective(amounts)
    sides = np.flatnonzero(program.lots[program.line] > 0.0)
    for _ in range(SWEEPS):
        moved = False
        for side in sides:
            lot = program.lots[program.line[side]]
            for step in (lot, -lot):
                trial = best.copy()
                trial[side] += step
                trades = program.trades(trial)
                trial = program.amounts(trades)
                if (trial > program.upper * (1.0 + CLOSE)).any():
                    continue
                found = judged(program, trial)
                if found is not None and found[1] < value:
                    best, value, moved = trial, found[1], True
        if not moved:
            break
    return best
