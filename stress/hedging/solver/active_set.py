"""The scenario active set: only draws near the edge of the tail are looked at one by one.

At any hedge most draws are far inside the tail or far outside it. Those inside enter as one aggregated line, those
outside not at all, and the few hundred between (the *band*) one by one: a relaxation whose size does not depend
on the number of draws. It is solved by the structured interior point, the hedge is re-evaluated on all draws, the
band is widened by every draw that was put on the wrong side, until the weak-duality bound meets the re-evaluated
objective. The first step on many draws is a small sample with a wider tail.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stress.errors import SolverError
from stress.hedging.certificate import Certificate, DrawWeights, Multipliers, lower_bound
from stress.hedging.solver.classification import Classification, TailDraws
from stress.hedging.solver.interior_point import InteriorPoint, interior_point
from stress.hedging.solver.program import Program
from stress.hedging.solver.reduced import ReducedProblem
from stress.hedging.solver.scaling import Scaling, scale_program

__all__ = ["ActiveSetSolution", "solve_active_set"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

#: Below this many draws a term starts without a sample.
SAMPLE_FROM = 4_000
#: From this many draws on, an eighth of them (but so many at least) is solved first, to this gap.
NEST_FROM = 30_000
NEST_BY = 8
NEST_LEAST = 10_000
NEST_GAP = 3e-3
NEST_MARGIN = 20.0
#: From this round on a band only grows, so that the search ends.
SETTLE = 3
#: A term of no more draws is looked at as a whole.
ALL_AT_ONCE = 1_500
#: After an overshoot the band is this many times wider.
WIDEN = 3.0
#: Draws of a band a line, and at least.
BAND_A_LINE = 10
BAND_LEAST = 300
FLOOR = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActiveSetSolution:
    """Amounts with their certificate and the prices of the limits.

    Parameters
    ----------
    amounts : ndarray, shape (n,)
        Side amounts. [units]
    certificate : Certificate
        Bounds on the optimum.
    multipliers : Multipliers
        Raw units; of the best lower bound.
    values : tuple of float
        Tail averages at the hedge, by `stress.risk`. [currency]
    rounds, iterations : int
        Re-evaluations on all draws; interior-point steps.
    band : int
        Draws looked at one by one in the last round.
    seconds : float
        Wall time.
    """

    amounts: Array
    certificate: Certificate
    multipliers: Multipliers
    values: tuple[float, ...]
    rounds: int
    iterations: int
    band: int
    seconds: float


def solve_active_set(
    program: Program,
    *,
    tolerance: float = 1e-7,
    start: Array | None = None,
    anchor: Array | None = None,
    max_rounds: int = 30,
    time_limit: float = np.inf,
    strict: bool = True,
) -> ActiveSetSolution:
    """Solve a program of tail averages to a certified gap.

    Parameters
    ----------
    program : Program
        Raw units; feasible and bounded (see `stress.hedging.solver.feasibility`).
    tolerance : float
        Relative gap to reach.
    start : ndarray, shape (n,), optional
        Amounts near which the optimum is expected; saves the sample.
    anchor : ndarray, shape (n,), optional
        Feasible amounts, preferably strictly: hedges are pulled towards it until no limit is breached. The lower bounds
        are used when feasible and none is given.
    max_rounds : int
        Re-evaluations on all draws at most.
    time_limit : float
        Seconds; checked between rounds.
    strict : bool
        Whether a gap above the tolerance is an error. Branch and bound takes any bound, its certificate says which.

    Returns
    -------
    ActiveSetSolution
        With ``certificate.gap <= tolerance``.

    Raises
    ------
    SolverError
        If the gap is not reached; its text has the gap reached.
    """
    began = time.perf_counter()
    scaling = scale_program(program)
    search = _Search(program, scaling, anchor)
    if scaling.free.size == 0:
        return search.nothing_to_choose(began)
    if start is None:
        start = _from_fewer_draws(program, search)
    if start is not None:
        search.look_at(start)
    elif program.terms and max(term.draws for term in program.terms) >= SAMPLE_FROM:
        search.sample()
    else:
        search.look_at(program.lower)
    for _ in range(max_rounds):
        if time.perf_counter() - began > time_limit:
            raise SolverError(
                f"the time limit of {time_limit:g} s ran out at a certified gap of "
                f"{search.certificate().gap:.1e} (asked: {tolerance:.1e}). Allow more time or a larger gap.",
                status="time_limit",
                attempts=(f"scenario active set: {search.rounds} rounds",),
            )
        search.step(tolerance)
        if search.certificate().gap <= tolerance:
            break
    certificate = search.certificate()
    if certificate.gap > tolerance and (strict or search.best is None):
        raise SolverError(
            f"the scenario active set stopped at a certified gap of {certificate.gap:.1e} "
            f"(asked: {tolerance:.1e}) after {search.rounds} rounds.",
            status="gap",
            attempts=(f"scenario active set: {search.rounds} rounds, {search.iterations} steps",),
        )
    return search.solution(began)


def _from_fewer_draws(program: Program, search: _Search) -> Array | None:
    """Find a nearly optimal hedge on an eighth of the draws, where there are many and no tail is limited."""
    most = max((term.draws for term in program.terms), default=0)
    if most < NEST_FROM or any(np.isfinite(term.limit) for term in program.terms):
        return None
    rng = np.random.default_rng(0)
    terms = []
    for i, term in enumerate(program.terms):
        size = max(NEST_LEAST, term.draws // NEST_BY)
        if size >= term.draws:
            terms.append(term)
            continue
        rows = np.sort(rng.choice(term.draws, size, replace=False, p=term.weights))
        terms.append(replace(term, pnl=term.pnl[rows], unit_pnl=term.unit_pnl[rows], weights=None))
        # The edge of the tail is known as well as the tail draws of the sample allow.
        tail, known = (1.0 - term.level) * term.draws, max(1.0, (1.0 - term.level) * size)
        search.width[i] = max(search.width[i], NEST_MARGIN * tail / np.sqrt(known))
    fewer = solve_active_set(
        replace(program, terms=tuple(terms)),
        tolerance=NEST_GAP,
        anchor=search.anchor,
        max_rounds=6,
        strict=False,
    )
    search.iterations += fewer.iterations
    return fewer.amounts


class _Search:
    """Best hedge, best bound and the classification of the draws, as they improve."""

    def __init__(self, program: Program, scaling: Scaling, anchor: Array | None) -> None:
        self.program = program
        self.scaling = scaling
        self.anchor = anchor
        if anchor is None and program.violation(program.lower) <= 0.0:
            self.anchor = program.lower
        self.anchor_values: tuple[float, ...] | None = None
        self.rounds = self.iterations = 0
        self.upper, self.lower = np.inf, -np.inf
        self.best: Array | None = None
        self.best_values: tuple[float, ...] = ()
        self.best_gains: list[Array] = []
        self.violation = np.inf
        self.multipliers: Multipliers | None = None
        self.latest = program.lower.copy()
        self.gains: list[Array] = []
        self.wrong: list[Index] = [np.zeros(0, np.intp) for _ in program.terms]
        self.cuts: list[Classification] = []
        lines = max(1, scaling.lines.size)
        self.least = float(BAND_LEAST + BAND_A_LINE * lines)
        self.width = [
            float(t.draws) if t.draws <= ALL_AT_ONCE else self.least for t in program.terms
        ]
        self.loose = 1e-3
        self.floor = FLOOR * scaling.objective_unit
        self.draws = [TailDraws(term, scaling.pnl_unit) for term in program.terms]
        self.directions: list[list[Array]] = [[] for _ in program.terms]
        self.overshot = False

    # ---- evaluation ---------------------------------------------------------------------------

    def look_at(self, amounts: Array) -> None:
        """Evaluate amounts on all draws and classify the draws by them from now on."""
        self.latest, self.gains = amounts, self.offer(amounts)

    def offer(self, amounts: Array) -> list[Array]:
        """Evaluate amounts on all draws; keep them when feasible and better."""
        program = self.program
        trades = program.trades(amounts)
        gains = [term.hedged(trades) for term in program.terms]
        values = tuple(term.of(gain) for term, gain in zip(program.terms, gains, strict=True))
        violation = program.violation(amounts, values)
        objective = program.objective(amounts, values)
        if violation <= 1e-9 and objective < self.upper:
            self.upper, self.best, self.best_values = objective, amounts, values
            self.violation, self.best_gains = max(violation, 0.0), gains
        return gains

    def certificate(self) -> Certificate:
        return Certificate.of(
            self.lower,
            self.upper,
            floor=self.floor,
            violation=self.violation,
            radius=self.scaling.radius,
        )

    def solution(self, began: float) -> ActiveSetSolution:
        assert self.best is not None
        assert self.multipliers is not None
        return ActiveSetSolution(
            amounts=self.best,
            certificate=self.certificate(),
            multipliers=self.multipliers,
            values=self.best_values,
            rounds=self.rounds,
            iterations=self.iterations,
            band=sum(cut.rows for cut in self.cuts),
            seconds=time.perf_counter() - began,
        )

    def nothing_to_choose(self, began: float) -> ActiveSetSolution:
        """Return the optimum when no side can move: the tail's own weights prove it."""
        program = self.program
        self.look_at(program.lower)
        among = [i for i, term in enumerate(program.terms) if term.among_worst]
        top = max(among, key=lambda i: self.best_values[i]) if among and self.best_values else -1
        parts = []
        for i, (term, gain) in enumerate(zip(program.terms, self.gains, strict=True)):
            theta = term.weight + (program.worst_weight if i == top else 0.0)
            order = np.argsort(gain, kind="stable")
            caps = term.caps(order) * theta
            weights = np.clip(theta - (np.cumsum(caps) - caps), 0.0, caps)
            parts.append(DrawWeights(draws=order, weights=weights, theta=theta))
        self.multipliers = Multipliers(
            terms=tuple(parts), rows=np.zeros(program.limit.size), at=program.trades(program.lower)
        )
        self.lower = min(
            lower_bound(program, self.multipliers, radius=self.scaling.radius), self.upper
        )
        return self.solution(began)

    # ---- classification -----------------------------------------------------------------------

    def sample(self) -> None:
        """Find a first hedge on a few thousand draws with a tail wide enough for the number of lines."""
        scaling, program = self.scaling, self.program
        lines = scaling.lines.size
        terms = []
        none = np.zeros(0, np.intp)
        for i, term in enumerate(program.terms):
            size = min(term.draws, max(2_000, 40 * lines))
            rows = np.arange(term.draws)
            if size < term.draws:
                rows = np.random.default_rng(0).choice(
                    term.draws, size, replace=False, p=term.weights
                )
                rows.sort()
            mass = max(1.0 - term.level, min(0.5, 3.0 * lines / size), 1.0 / size)
            terms.append(scaling.term(i, Classification(rows, none), mass=mass))
        point = self._solve(scaling.reduced(tuple(terms)), 1e-2, program.lower, 1.0)
        self.look_at(scaling.raw(point.sides))
        for i, term in enumerate(program.terms):
            tail = (1.0 - term.level) * term.draws
            self.width[i] = max(self.width[i], min(tail, 20.0 * self.width[i]))

    def step(self, tolerance: float) -> None:
        """Classify, solve the relaxation, bound, re-evaluate, note the draws put on the wrong side."""
        scaling = self.scaling
        self.rounds += 1
        lines = scaling.lines.size
        self.cuts = [
            draws.classify(self.gains[i], self.width[i], self.wrong[i], self.directions[i], lines)
            for i, draws in enumerate(self.draws)
        ]
        problem = scaling.reduced(tuple(scaling.term(i, cut) for i, cut in enumerate(self.cuts)))
        size = self.floor if np.isinf(self.upper) else max(abs(self.upper), self.floor)
        share = min(1.0, size / scaling.objective_unit)
        tight = 0.1 * tolerance * share
        loose = max(self.loose * share, tight)
        point = self._solve(problem, loose, self.latest, 0.1)
        missed = self._weigh(point, tolerance, tidy=loose <= tight)
        if missed == 0 and loose > tight and self.certificate().gap > tolerance:
            point = interior_point(problem, tolerance=tight, resume=point)
            self.iterations += point.iterations
            self._weigh(point, tolerance, tidy=True)

    def _weigh(self, point: InteriorPoint, tolerance: float, *, tidy: bool) -> int:
        """Bound, re-evaluate and learn from a point of the relaxation; how many draws it misplaced."""
        self._bound(point)
        before = self.upper
        first, *others = self._candidates(point, tidy=tidy)
        self.look_at(first)
        if tidy:
            for amounts in others:
                if self.certificate().gap > tolerance:
                    self.offer(amounts)
        return self._learn(point, improved=self.upper < before)

    def _learn(self, point: InteriorPoint, *, improved: bool) -> int:
        """Widen the bands by the draws put on the wrong side; after an overshoot, group the others along it."""
        unit = self.scaling.pnl_unit
        wrong = [
            draws.misplaced(self.cuts[i], self.gains[i], -float(point.quantiles[i]) * unit)
            for i, draws in enumerate(self.draws)
        ]
        missed, looked_at = sum(w.size for w in wrong), sum(cut.rows for cut in self.cuts)
        gap = self.certificate().gap
        if missed <= 0.05 * looked_at or gap < 1e-3:
            self.loose = 0.0
        if missed > 0.5 * looked_at and gap > 1e-3 and self.best is not None:
            if self.overshot:
                self.width = [WIDEN * width for width in self.width]
            self.overshot = True
            for i, gain in enumerate(self.gains):
                self.directions[i] = [gain, *self.directions[i][:1]]
            self.latest, self.gains = self.best, self.best_gains
            self.wrong = [np.zeros(0, np.intp) for _ in wrong]
            return missed
        self.overshot = False
        for i, (stray, cut) in enumerate(zip(wrong, self.cuts, strict=True)):
            before = self.wrong[i]
            self.wrong[i] = stray[: 2 * cut.rows] if cut.starts.size else stray
            if stray.size and (not improved or self.rounds > SETTLE):
                self.wrong[i] = np.union1d(np.union1d(self.wrong[i], cut.band), before)
            if stray.size and not improved:
                self.width[i] *= 2.0
            elif stray.size <= 0.1 * cut.rows and self.rounds <= SETTLE:
                self.width[i] = max(0.5 * self.width[i], self.least)
        return missed

    def _solve(
        self, problem: ReducedProblem, tolerance: float, near: Array, barrier: float
    ) -> InteriorPoint:
        """Interior point near some amounts; from the middle of the box if that stalls."""
        start = self.scaling.scaled(near)
        point = interior_point(problem, tolerance=tolerance, start=start, barrier=barrier)
        self.iterations += point.iterations
        if point.converged:
            return point
        middle = problem.lower + 0.5 * np.minimum(problem.width, 2.0)
        again = interior_point(
            problem, tolerance=tolerance, start=middle, barrier=1.0, max_iterations=100
        )
        self.iterations += again.iterations
        first = max(point.complementarity, point.residual)
        return again if max(again.complementarity, again.residual) < first else point

    # ---- bounds and candidates ----------------------------------------------------------------

    def _bound(self, point: InteriorPoint) -> None:
        scaling, program = self.scaling, self.program
        ratio = scaling.objective_unit / scaling.pnl_unit
        parts, at = [], 0
        for i, (term, cut) in enumerate(zip(program.terms, self.cuts, strict=True)):
            theta = float(point.term_duals[i]) * ratio
            weights = point.draw_duals[at : at + cut.rows] * ratio
            at += cut.rows
            single, shared = weights[: cut.band.size], weights[cut.band.size :]
            if cut.starts.size:
                caps = term.caps(cut.grouped)
                shared = np.repeat(shared / np.add.reduceat(caps, cut.starts), cut.group_sizes())
                shared = shared * caps
            parts.append(
                DrawWeights(
                    draws=np.concatenate([cut.sure, cut.band, cut.grouped]),
                    weights=np.concatenate([theta * term.caps(cut.sure), single, shared]),
                    theta=theta,
                )
            )
        multipliers = Multipliers(
            terms=tuple(parts),
            rows=point.row_duals * scaling.objective_unit / scaling.row_unit,
            at=program.trades(scaling.raw(point.sides)),
        )
        bound = lower_bound(program, multipliers, radius=scaling.radius)
        if bound > self.lower or self.multipliers is None:
            self.lower, self.multipliers = bound, multipliers

    def _candidates(self, point: InteriorPoint, *, tidy: bool) -> list[Array]:
        """Return the point, nothing bought and sold at once; tidied (dust on its bound) first when asked."""
        scaling, program = self.scaling, self.program
        found = [scaling.raw(point.sides)]
        if tidy:
            low = program.lower[scaling.free] / scaling.step
            high = scaling.upper / scaling.step
            sides = np.where(point.lower_duals > point.sides - low, low, point.sides)
            sides = np.where(point.upper_duals > high - point.sides, high, sides)
            found.insert(0, scaling.raw(sides))
        netted = [np.maximum(program.amounts(program.trades(a)), program.lower) for a in found]
        held = [self._on_equalities(amounts) for amounts in netted]
        return [c for amounts in held for c in self._feasible(amounts)]

    def _on_equalities(self, amounts: Array) -> Array:
        """Shift amounts that are off their bounds until the equalities hold."""
        program = self.program
        if not program.equal.any():
            return amounts
        rows = program.rows[program.equal]
        for _ in range(2):
            missing = program.limit[program.equal] - rows @ amounts
            room = np.minimum(amounts - program.lower, program.reach() - amounts).clip(0.0)
            pull = rows * room
            shift, *_ = np.linalg.lstsq(pull, missing, rcond=1e-12)
            amounts = np.clip(amounts + room * shift, program.lower, program.upper)
        return np.asarray(amounts)

    def _feasible(self, amounts: Array) -> list[Array]:
        """Amounts pulled towards the anchor until every row and tail limit holds.

        Where the anchor itself has no slack the amounts stand too: they count if the breach is within rounding.
        """
        program, anchor = self.program, self.anchor
        if anchor is None:
            return [amounts]
        keep = 1.0
        excess = program.row_values(amounts) - program.limit
        for i in np.flatnonzero((excess > 0.0) & ~program.equal):
            slack = program.limit[i] - program.row_values(anchor)[i]
            keep = min(keep, max(slack, 0.0) / (max(slack, 0.0) + excess[i]))
        if any(np.isfinite(term.limit) for term in program.terms):
            if self.anchor_values is None:
                held = program.trades(anchor)
                self.anchor_values = tuple(term.value(held) for term in program.terms)
            trades = program.trades(amounts)
            for term, base in zip(program.terms, self.anchor_values, strict=True):
                if np.isfinite(term.limit):
                    over = term.value(trades) - term.limit
                    slack = max(term.limit - base, 0.0)
                    if over > 0.0:
                        keep = min(keep, slack / (slack + over))
        if keep >= 1.0:
            return [amounts]
        pulled = np.asarray(anchor + keep * (amounts - anchor))
        return [pulled] if keep > 1.0 - 1e-8 else [amounts, pulled]
