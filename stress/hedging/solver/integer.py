"""Discrete hedges: at most k lines, minimum sizes, whole lots, by branch and bound with certified nodes.

Every node is a continuous hedge problem with lines taken, lines left out and tighter bounds, solved by the scenario
active set; its weak-duality bound is rigorous, so the gap reported is proven whatever the solver thought. A node with
r lines still to choose carries the row ``Σ x_j / u_j <= r`` over undecided lines, the convex hull of "at most r of
them". Hedges come from every node: its largest lines, solved exactly, and lots rounded and repaired.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.solver.active_set import ActiveSetSolution, solve_active_set
from stress.hedging.solver.branching import Branching, Node
from stress.hedging.solver.feasibility import find_feasible
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.lots import judged, rounded, snapped
from stress.hedging.solver.program import Program

__all__ = ["DiscreteSolution", "solve_discrete"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiscreteSolution:
    """A discrete hedge with its proven gap.

    Parameters
    ----------
    amounts : ndarray, shape (n,)
        Side amounts. [units]
    values : tuple of float
        Tail averages. [currency]
    certificate : Certificate
        The lower bound is over all discrete hedges.
    status : {'optimal', 'within_gap'}
        Whether the gap asked for was proven.
    method : str
        What was done, with the number of nodes.
    iterations : int
        Interior-point steps.
    """

    amounts: FloatArray
    values: tuple[float, ...]
    certificate: Certificate
    status: str
    method: str
    iterations: int


def solve_discrete(
    program: Program,
    relaxed: ActiveSetSolution,
    *,
    gap: float = 1e-4,
    time_limit: float = np.inf,
    node_limit: int = 100_000,
    start: FloatArray | None = None,
) -> DiscreteSolution:
    """Search the discrete hedges to a proven relative gap.

    Parameters
    ----------
    program : Program
        With `at_most`, `least` or `lots`; every side needs a finite reach.
    relaxed : ActiveSetSolution
        Optimum without them.
    gap : float
        Relative gap to prove.
    time_limit : float
        Seconds; then the best hedge is returned with the gap proven so far.
    node_limit : int
        Nodes at most, likewise.
    start : ndarray, shape (n,), optional
        A discrete hedge within the limits that is known: the search then ends with one.

    Returns
    -------
    DiscreteSolution
        The best hedge found.

    Raises
    ------
    InfeasibleHedgeError
        No discrete hedge exists.
    SolverError
        A limit was reached before any hedge was found, or a side is unbounded.
    """
    return _Tree(program, relaxed, gap).search(time_limit, node_limit, start)


class _Tree:
    def __init__(self, program: Program, relaxed: ActiveSetSolution, gap: float) -> None:
        self.program = program
        self.gap = gap
        self.floor = relaxed.certificate.floor
        self.reach = program.reach()
        if not np.isfinite(self.reach).all():
            raise SolverError(
                "a discrete hedge needs a finite bound for every line (or a budget or gross limit that implies one).",
                status="unbounded",
            )
        self.branching = Branching(program, self.reach)
        self.upper = np.inf
        self.best: FloatArray | None = None
        self.values: tuple[float, ...] = ()
        self.nodes = self.iterations = 0
        self.tried: set[tuple[int, ...]] = set()
        self.relaxed = relaxed
        self.dropped = np.inf

    # ---- nodes --------------------------------------------------------------------------------

    def _solve(self, node: Node, tolerance: float) -> ActiveSetSolution | None:
        problem = self.branching.narrowed(node)
        found = find_feasible(problem)
        if not found.feasible:
            return None
        self.nodes += 1
        try:
            solution = solve_active_set(
                problem,
                tolerance=tolerance,
                start=np.clip(node.near, node.lower, np.minimum(node.upper, self.reach)),
                anchor=found.anchor,
                strict=False,
            )
        except SolverError as stuck:
            if stuck.status != "gap":
                raise
            # Feasible within rounding alone: no hedge comes of it, and nothing better than its bound is ruled out.
            self.dropped = min(self.dropped, node.bound)
            return None
        self.iterations += solution.iterations
        return solution

    def _offer(self, amounts: FloatArray) -> None:
        """Keep a discrete hedge if it is the best so far."""
        amounts = snapped(self.program, amounts, self.reach)
        found = judged(self.program, amounts)
        if found is not None and found[1] < self.upper:
            self.best, (self.values, self.upper) = amounts, found

    def _hedge_from(self, node: Node, amounts: FloatArray) -> None:
        """Offer discrete hedges near the continuous one of a node."""
        program = self.program
        size = np.abs(program.trades(amounts))
        reach = np.zeros(program.lines)
        np.maximum.at(reach, program.line, self.reach)
        weight = size * self.branching.worth
        order = np.argsort(-weight, kind="stable")
        held = order[size[order] > 1e-9 * np.maximum(reach[order], 1e-300)]
        if program.at_most is not None:
            forced = [j for j in held if j in node.taken]
            others = [j for j in held if j not in node.taken]
            held = np.array([*forced, *others][: program.at_most], dtype=np.intp)
        support = tuple(sorted(int(j) for j in held))
        if support in self.tried:
            return
        self.tried.add(support)
        inside = np.isin(program.line, held)
        sub = Node(
            lower=np.where(inside, self.program.lower, 0.0),
            upper=np.where(inside, np.minimum(self.program.upper, self.reach), 0.0),
            taken=frozenset(support),
            near=np.where(inside, amounts, 0.0),
            bound=node.bound,
        )
        if (self.program.lower > sub.upper).any():
            return
        solution = self._solve(sub, 0.1 * self.gap)
        if solution is None:
            return
        self._offer(solution.amounts)
        if program.lots is not None or program.least is not None:
            for candidate in rounded(program, solution.amounts):
                self._offer(candidate)

    def _settle(self, node: Node, amounts: FloatArray) -> None:
        """Fix lots that are whole but for rounding and let the other lines make room for them."""
        program = self.program
        if program.lots is None:
            return
        whole = snapped(program, amounts, self.reach)
        fixed = program.lots[program.line] > 0.0
        settled = self._solve(
            replace(
                node,
                lower=np.where(fixed, whole, node.lower),
                upper=np.where(fixed, whole, node.upper),
                near=whole,
            ),
            0.1 * self.gap,
        )
        if settled is not None:
            self._offer(settled.amounts)

    # ---- the search ---------------------------------------------------------------------------

    def search(
        self, time_limit: float, node_limit: int, start: FloatArray | None
    ) -> DiscreteSolution:
        began = time.perf_counter()
        program = self.program
        upper = np.minimum(program.upper, self.reach)
        must = frozenset(int(j) for j in program.line[program.lower > 0.0])
        root = Node(
            lower=program.lower,
            upper=upper,
            taken=must,
            near=self.relaxed.amounts,
            bound=self.relaxed.certificate.lower,
        )
        self._offer(program.lower)
        if start is not None:
            self._offer(start)
            self._hedge_from(root, start)
        heap: list[tuple[float, int, Node]] = [(root.bound, 0, root)]
        pushed = 0
        ran_out = False
        while heap:
            bound, _, node = heapq.heappop(heap)
            if self._closed(bound):
                self.dropped = min(self.dropped, bound)
                break
            if time.perf_counter() - began > time_limit or self.nodes >= node_limit:
                heapq.heappush(heap, (bound, -1, node))
                ran_out = True
                break
            solution = self._solve(node, 0.25 * self.gap)
            if solution is None:
                continue
            bound = max(bound, solution.certificate.lower)
            if self._closed(bound):
                self.dropped = min(self.dropped, bound)
                continue
            self._offer(solution.amounts)
            self._hedge_from(node, solution.amounts)
            children = self.branching.children(node, solution.amounts)
            if children is None:
                self._settle(node, solution.amounts)
                children = (
                    [] if self._closed(bound) else self.branching.around(node, solution.amounts)
                )
                if not children:
                    self.dropped = min(self.dropped, bound)
            for child in children:
                if (child.lower > child.upper * (1.0 + 1e-12)).any():
                    continue
                pushed += 1
                heapq.heappush(
                    heap,
                    (bound, pushed, replace(child, near=solution.amounts, bound=bound)),
                )
        lower = min([self.dropped, *(entry[0] for entry in heap)], default=np.inf)
        return self._answer(min(lower, self.upper), ran_out)

    def _closed(self, bound: float) -> bool:
        if self.best is None:
            # Nothing was found yet: infinity is within any share of itself.
            return bool(np.isinf(bound))
        return self.upper - bound <= self.gap * max(abs(self.upper), self.floor)

    def _answer(self, lower: float, ran_out: bool) -> DiscreteSolution:
        if self.best is None:
            if ran_out or np.isfinite(self.dropped):
                raise SolverError(
                    f"no discrete hedge was found within {self.nodes} nodes.", status="time_limit"
                )
            raise InfeasibleHedgeError(
                "no hedge meets the whole lots, minimum sizes and number of lines together with the other limits.",
                conflict=(),
            )
        certificate = Certificate.of(
            lower,
            self.upper,
            floor=self.floor,
            violation=max(0.0, self.program.violation(self.best, self.values)),
        )
        return DiscreteSolution(
            amounts=self.best,
            values=self.values,
            certificate=certificate,
            status="optimal" if certificate.gap <= self.gap else "within_gap",
            method=f"branch and bound over scenario active sets, {self.nodes} nodes",
            iterations=self.iterations,
        )
