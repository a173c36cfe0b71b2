"""Whether any hedge of whole lots, few lines and minimum sizes keeps the limits: a question, not an optimum.

Asked while an infeasible problem is explained, many times over, and for a hedge near an optimum that no rounding brings
onto whole lots. The discrete limits and the rows go to HiGHS as an
integer programme in shares of each side's reach. Tail limits and impact are convex: each enters by the tangents at
hedges that broke it, until a hedge breaks none, or the tangents, which cut off no hedge within the limits, leave none.
Effort is limited in nodes and rounds, not in seconds, so the same question has the same answer on every machine.
"""

from __future__ import annotations

import math
import time

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.feasibility import find_feasible
from stress.hedging.solver.integer_program import least_whole
from stress.hedging.solver.lots import is_discrete_feasible
from stress.hedging.solver.program import Program, TailTerm

__all__ = ["INSIDE", "admits_discrete", "discrete_near", "some_discrete"]


#: Relative breach that counts as none; HiGHS keeps rows to about as much.
ROUNDING = 1e-6
#: HiGHS keeps rows to its own rounding: a hedge that is aimed so far inside them, relative, keeps them exactly.
INSIDE = 2.0 * ROUNDING
#: Nodes that one question may take in all its rounds, and rounds of tangents.
NODES = 2_000
ROUNDS = 100
#: How much farther than the nearest a hedge near some amounts may be.
NEAR_GAP = 0.1


def admits_discrete(
    program: Program,
    *,
    node_limit: int = NODES,
    time_limit: float = math.inf,
    inside: float = 0.0,
    seen: list[FloatArray] | None = None,
) -> bool | None:
    """Whether any discrete hedge keeps all limits, to a relative 1e-6.

    Parameters
    ----------
    program : Program
        Its objective does not matter.
    node_limit : int
        Nodes of all integer programmes together.
    time_limit : float
        Seconds; an outer stop.
    inside : float
        How far inside the limits, relative; `INSIDE` asks for a hedge that keeps them exactly.
    seen : list of ndarray, shape (M,), optional
        Trades that were looked at for other limits on the same lines; those looked at now are added. One of them may
        answer, and the tangents at the others need not be found again.

    Returns
    -------
    bool or None
        None when a limit was reached first, or a side has no bound.

    Raises
    ------
    SolverError
        HiGHS gave no answer.

    References
    ----------
    Kelley (1960), J. SIAM 8(4): tangents of convex limits; Frangioni and Gentile (2006), Math. Program. 106: those
    of costs that begin where something is held.
    """
    if not find_feasible(program).feasible:
        return False
    if not program.discrete:
        return True
    shares = _shares(program, inside)
    if shares is None:
        return None
    seen = [] if seen is None else seen
    for trades in seen:
        amounts = program.amounts(trades)
        broken = _cut_off(program, shares, amounts)
        if (
            not broken
            and is_discrete_feasible(program, amounts)
            and program.violation(amounts) <= 0.0
        ):
            return True
    if _kept(program, shares, node_limit=node_limit, time_limit=time_limit, seen=seen) is not None:
        return True
    return None if shares.stopped else False


def some_discrete(program: Program, *, time_limit: float = math.inf) -> FloatArray | None:
    """Return any discrete hedge that keeps all limits, of few lines; None when there is none or none was found.

    Parameters
    ----------
    program : Program
        Feasible without its discrete limits.
    time_limit : float
        Seconds; an outer stop.
    """
    shares = _shares(program, INSIDE)
    return None if shares is None else _kept(program, shares, time_limit=time_limit)


def discrete_near(
    program: Program, near: FloatArray, *, time_limit: float = math.inf
) -> FloatArray | None:
    """Return a discrete hedge that keeps all limits, not far from some amounts.

    Parameters
    ----------
    program : Program
        Feasible without its discrete limits.
    near : ndarray, shape (n,)
        The amounts: the sum of what separates them, as shares of each side's reach, is made small.
    time_limit : float
        Seconds; an outer stop.

    Returns
    -------
    ndarray of shape (n,) or None
        None when there is none, or a limit was reached first.
    """
    shares = _shares(program, INSIDE)
    return None if shares is None else _kept(program, shares, near, time_limit=time_limit)


def _shares(program: Program, inside: float) -> _Shares | None:
    """Return the integer programme; None where a side has no bound."""
    reach = program.reach()
    return _Shares(program, reach, inside) if np.isfinite(reach).all() else None


def _kept(
    program: Program,
    shares: _Shares,
    near: FloatArray | None = None,
    *,
    node_limit: int = NODES,
    time_limit: float,
    seen: list[FloatArray] | None = None,
) -> FloatArray | None:
    """Return amounts that break no limit; None when there are none or, `shares.stopped`, none were found."""
    end = time.perf_counter() + time_limit
    for _ in range(ROUNDS):
        left = end - time.perf_counter()
        if left <= 0.0 or shares.nodes >= node_limit:
            break
        amounts = shares.some(node_limit - shares.nodes, left, near)
        if amounts is not None and seen is not None:
            seen.append(program.trades(amounts))
        if amounts is None or not _cut_off(program, shares, amounts):
            return amounts
    shares.stopped = True
    return None


def _cut_off(program: Program, shares: _Shares, amounts: FloatArray) -> bool:
    """Add a tangent of every convex limit that some amounts break; whether there was one."""
    trades, broken = program.trades(amounts), False
    for term in program.terms:
        if not np.isfinite(term.limit):
            continue
        value = term.value(trades)
        if value - term.limit > ROUNDING * max(abs(term.limit), abs(value), 1e-300):
            slope = program.sign * _slope(term, trades)[program.line]
            shares.add(slope, float(term.limit - value + slope @ amounts))
            broken = True
    if program.row_impact is not None:
        excess = program.row_values(amounts) - program.limit
        size = np.maximum(np.abs(program.rows) @ shares.reach, np.abs(program.limit))
        if (excess > ROUNDING * size).any():
            shares.touch(amounts / shares.reach)
            broken = True
    return broken


def _slope(term: TailTerm, trades: FloatArray) -> FloatArray:
    """Slope of a tail average by line: minus the unit P&L averaged over the tail."""
    order = np.argsort(term.hedged(trades), kind="stable")
    caps = term.caps(order)
    weights = np.clip(1.0 - (np.cumsum(caps) - caps), 0.0, caps)
    tail = order[weights > 0.0]
    return np.asarray(-(weights[weights > 0.0] @ term.unit_pnl[tail]))


class _Shares:
    """The integer programme in ``amounts / reach``, with a held bit, a number of lots and ``share^(3/2)`` a side."""

    def __init__(self, program: Program, reach: FloatArray, inside: float) -> None:
        n = program.sides
        self.inside = inside
        self.program = program
        self.reach = np.where(reach > 0.0, reach, 1.0)
        self.stopped = False
        self.nodes = 0
        self.rows: list[FloatArray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        lots = np.zeros(n) if program.lots is None else program.lots[program.line]
        least = np.zeros(n) if program.least is None else program.least[program.line]
        self.lots = np.where(lots > 0.0, lots, 0.0) / self.reach
        eye = np.eye(n)
        for j in range(n):
            # 0 or from the minimum size to the reach; as many lots as that is.
            self._row(eye[j], -eye[j], None, -np.inf, 0.0)
            if least[j] > 0.0:
                self._row(eye[j], -eye[j] * least[j] / self.reach[j], None, 0.0, np.inf)
            if self.lots[j] > 0.0:
                self._row(eye[j], None, -eye[j] * self.lots[j], 0.0, 0.0)
        for line in range(program.lines):
            both = (program.line == line).astype(np.float64)
            if both.sum() > 1.0:
                self._row(None, both, None, -np.inf, 1.0)
        if program.at_most is not None:
            self._row(None, np.ones(n), None, -np.inf, float(program.at_most))
        bends = np.zeros_like(program.rows) if program.row_impact is None else program.row_impact
        parts = zip(program.rows, program.limit, program.equal, bends, strict=True)
        for row, limit, equal, bend in parts:
            self.add(row, float(limit), equal=bool(equal), bend=bend)
        self.bent = bends.any(axis=0)

    def _row(
        self,
        share: FloatArray | None,
        held: FloatArray | None,
        count: FloatArray | None,
        low: float,
        high: float,
        impact: FloatArray | None = None,
    ) -> None:
        none = np.zeros(self.program.sides)
        parts = [none if part is None else part for part in (share, held, count, impact, None)]
        self.rows.append(np.concatenate(parts))
        self.low.append(low)
        self.high.append(high)

    def add(
        self,
        slope: FloatArray,
        limit: float,
        *,
        equal: bool = False,
        bend: FloatArray | None = None,
    ) -> None:
        """Add ``slope @ amounts + bend @ amounts^(3/2) <= limit``, scaled."""
        share = slope * self.reach
        impact = np.zeros_like(share) if bend is None else bend * self.reach**1.5
        size = max(float(np.maximum(np.abs(share), impact).max(initial=0.0)), 1e-300)
        bound = limit / size
        high = bound if equal else bound - self.inside * max(1.0, abs(bound))
        self._row(share / size, None, None, bound if equal else -np.inf, high, impact / size)

    def touch(self, shares: FloatArray) -> None:
        """Keep ``share^(3/2)`` of bent sides above its tangents at some shares, and above 0 where nothing is held."""
        eye = np.eye(self.program.sides)
        for j in np.flatnonzero(self.bent & (shares > 0.0)):
            root = float(np.sqrt(shares[j]))
            self._row(1.5 * root * eye[j], -0.5 * root**3 * eye[j], None, -np.inf, 0.0, -eye[j])

    def some(self, nodes: int, seconds: float, near: FloatArray | None) -> FloatArray | None:
        """Amounts that keep the rows and tangents and the discrete limits, few or near some; None without any."""
        program, n = self.program, self.program.sides
        lots = self.lots > 0.0
        most = np.where(lots, np.floor(1.0 / np.where(lots, self.lots, 1.0) + 1e-9), 0.0)
        # The last block is how far a share is from the one asked for.
        none, eye = np.zeros(n), np.eye(n)
        rows, low, high = np.array(self.rows), np.array(self.low), np.array(self.high)
        if near is not None:
            aim = near / self.reach
            blank = np.zeros((n, 3 * n))
            rows = np.vstack([rows, np.hstack([eye, blank, -eye]), np.hstack([eye, blank, eye])])
            low, high = (
                np.concatenate([low, none - np.inf, aim]),
                np.concatenate([high, aim, none + np.inf]),
            )
        few = np.ones(n) if near is None else none
        answer = least_whole(
            np.concatenate([few, np.zeros(3 * n), 1.0 - few]),
            np.concatenate([program.lower / self.reach, np.zeros(4 * n)]),
            np.concatenate(
                [program.reach() / self.reach, np.ones(n), most, np.full(2 * n, np.inf)]
            ),
            rows=rows,
            low=low,
            high=high,
            whole=np.repeat([False, True, True, False, False], n),
            gap=1.0 if near is None else NEAR_GAP,
            nodes=nodes,
            seconds=max(seconds, 0.01),
        )
        self.nodes += answer.nodes
        if answer.point is None:
            self.stopped = self.stopped or answer.stopped
            return None
        share, count = answer.point[:n], np.round(answer.point[2 * n : 3 * n])
        share = np.where(
            lots, count * self.lots, np.where(answer.point[n : 2 * n] > 0.5, share, 0.0)
        )
        return np.asarray(np.clip(share, 0.0, 1.0) * self.reach)
