"""Branching of the integer search: what a node is, its continuous problem, and how it is split."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.lots import DUST, NEAR
from stress.hedging.solver.program import Program

__all__ = ["Branching", "Node"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A part of the discrete hedges.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,)
        Bounds of the sides. [units]
    taken : frozenset of int
        Lines that count as traded.
    near : ndarray, shape (n,)
        Amounts near which its optimum is expected.
    bound : float
        No hedge of the node has a smaller objective.
    """

    lower: FloatArray
    upper: FloatArray
    taken: frozenset[int]
    near: FloatArray
    bound: float


class Branching:
    """How the discrete limits of one program split a node.

    Parameters
    ----------
    program : Program
        With `at_most`, `least` or `lots`.
    reach : ndarray, shape (n,)
        Finite upper bounds.
    """

    def __init__(self, program: Program, reach: FloatArray) -> None:
        self.program = program
        self.reach = reach
        self.worth = np.zeros(program.lines)
        for term in program.terms:
            sample = term.unit_pnl[:: max(1, term.draws // 4096)]
            self.worth = np.maximum(self.worth, np.sqrt((sample**2).mean(axis=0)))
        if program.covariance is not None:
            self.worth = np.maximum(self.worth, np.sqrt(np.diag(program.covariance).clip(0.0)))

    def narrowed(self, node: Node) -> Program:
        """Return the continuous problem of a node."""
        program = self.program
        narrowed = replace(
            program, lower=node.lower, upper=node.upper, at_most=None, least=None, lots=None
        )
        if program.at_most is None:
            return narrowed
        left = program.at_most - len(node.taken)
        taken = np.zeros(program.lines, dtype=bool)
        taken[list(node.taken)] = True
        open_side = ~taken[program.line] & (node.upper > 0.0)
        if left >= np.unique(program.line[open_side]).size:
            return narrowed
        row = np.zeros(program.sides)
        row[open_side] = 1.0 / np.minimum(node.upper, self.reach)[open_side]
        bent = program.row_impact
        if bent is not None:
            bent = np.vstack([bent, np.zeros(program.sides)])
        return replace(
            narrowed,
            rows=np.vstack([program.rows, row]),
            limit=np.append(program.limit, float(left)),
            equal=np.append(program.equal, False),
            row_names=(*program.row_names, "at most k lines"),
            row_impact=bent,
        )

    def children(self, node: Node, amounts: FloatArray) -> list[Node] | None:
        """Split a node where its continuous hedge breaks a discrete limit; None when it breaks none."""
        program = self.program
        trades = program.trades(amounts)
        size = np.abs(trades)
        reach = np.zeros(program.lines)
        np.maximum.at(reach, program.line, np.minimum(node.upper, self.reach))
        share = size / np.maximum(reach, 1e-300)
        held = share > DUST
        if program.at_most is not None and held.sum() > program.at_most:
            free = held.copy()
            free[list(node.taken)] = False
            j = int(np.argmax(np.where(free, share, -1.0)))
            without = self._without(node, j)
            inside = replace(node, taken=node.taken | {j})
            if len(inside.taken) >= program.at_most:
                shut = np.ones(program.lines, dtype=bool)
                shut[list(inside.taken)] = False
                upper = np.where(shut[program.line], 0.0, inside.upper)
                inside = replace(inside, upper=upper)
            return [without, inside]
        if program.least is not None:
            short = held & (size < program.least * (1.0 - NEAR))
            if short.any():
                j = int(np.argmax(np.where(short, share, -1.0)))
                found = [self._without(node, j)]
                for side in (int(i) for i in np.flatnonzero(program.line == j)):
                    if node.upper[side] >= program.least[j]:
                        lower = node.lower.copy()
                        lower[side] = max(lower[side], program.least[j])
                        upper = np.where(
                            (program.line == j) & (np.arange(program.sides) != side),
                            0.0,
                            node.upper,
                        )
                        found.append(
                            replace(node, lower=lower, upper=upper, taken=node.taken | {j})
                        )
                return found
        if program.lots is not None:
            lot = np.where(program.lots > 0.0, program.lots, 1.0)
            count = size / lot
            off = np.where((program.lots > 0.0) & held, np.abs(count - np.round(count)), 0.0)
            off = np.where(off > NEAR * np.maximum(1.0, count), off, 0.0)
            if off.any():
                j = int(np.argmax(off * lot * self.worth))
                sign = 1.0 if trades[j] > 0.0 else -1.0
                side = int(np.flatnonzero((program.line == j) & (program.sign == sign))[0])
                down, up = node.upper.copy(), node.lower.copy()
                down[side] = np.floor(count[j]) * lot[j]
                up[side] = np.ceil(count[j]) * lot[j]
                shut = np.where(
                    (program.line == j) & (np.arange(program.sides) != side), 0.0, node.upper
                )
                children = []
                if down[side] >= node.lower[side]:
                    children.append(replace(node, upper=down))
                if up[side] <= node.upper[side] * (1.0 + 1e-12):
                    children.append(replace(node, lower=up, upper=shut, taken=node.taken | {j}))
                return children
        return None

    def around(self, node: Node, amounts: FloatArray) -> list[Node]:
        """Split where lots are whole only within rounding: fewer, exactly as many, more."""
        program = self.program
        if program.lots is None:
            return []
        lot = program.lots[program.line]
        loose = np.flatnonzero((lot > 0.0) & (node.upper > node.lower))
        if loose.size == 0:
            return []
        side = int(loose[np.argmax(amounts[loose])])
        count = np.round(amounts[side] / lot[side])
        found = []
        for low, high in ((None, count - 1.0), (count, count), (count + 1.0, None)):
            lower, upper = node.lower.copy(), node.upper.copy()
            if low is not None:
                lower[side] = max(lower[side], low * lot[side])
            if high is not None:
                upper[side] = min(upper[side], high * lot[side])
            if lower[side] <= upper[side] * (1.0 + 1e-12):
                found.append(replace(node, lower=lower, upper=upper))
        return found

    def _without(self, node: Node, j: int) -> Node:
        upper = np.where(self.program.line == j, 0.0, node.upper)
        return replace(node, upper=upper)
