"""One round of the active set: classify the draws, solve the relaxation, bound, re-evaluate, learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.hedging.certificate import Certificate, DrawWeights, Multipliers, lower_bound
from stress.hedging.solver.classification import Classification, TailDraws
from stress.hedging.solver.interior_point import InteriorPoint, interior_point
from stress.hedging.solver.program import NO_BREACH, Program
from stress.hedging.solver.reduced import ReducedProblem
from stress.hedging.solver.repair import Repair
from stress.hedging.solver.scaling import Scaling

__all__ = ["Search"]

Index = NDArray[np.intp]

#: From this round on a band only grows, so that the search ends.
SETTLE = 3
#: A term of no more draws is looked at as a whole.
ALL_AT_ONCE = 1_500
#: After an overshoot the band is this many times wider.
WIDEN = 3.0
#: Draws of a band a line, and at least.
BAND_A_LINE = 10
BAND_LEAST = 300
#: A gap is relative to the objective, but to no less than this share of the unhedged tail.
FLOOR = 1e-3


class Search:
    """Best hedge, best bound and the classification of the draws, as they improve.

    Parameters
    ----------
    program : Program
        Raw units.
    scaling : Scaling
        Its free sides and units.
    anchor : ndarray, shape (n,), or None
        Feasible amounts.
    """

    def __init__(self, program: Program, scaling: Scaling, anchor: FloatArray | None) -> None:
        self.program = program
        self.scaling = scaling
        self.repair = Repair(program, anchor)
        self.rounds = self.iterations = 0
        self.upper, self.lower = np.inf, -np.inf
        self.best: FloatArray | None = None
        self.best_values: tuple[float, ...] = ()
        self.best_gains: list[FloatArray] = []
        self.violation = np.inf
        self.multipliers: Multipliers | None = None
        self.latest = program.lower.copy()
        self.gains: list[FloatArray] = []
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
        self.directions: list[list[FloatArray]] = [[] for _ in program.terms]
        self.overshot = False

    # ---- evaluation ---------------------------------------------------------------------------

    def look_at(self, amounts: FloatArray) -> None:
        """Evaluate amounts on all draws and classify the draws by them from now on."""
        self.latest, self.gains = amounts, self.offer(amounts)

    def offer(self, amounts: FloatArray) -> list[FloatArray]:
        """Evaluate amounts on all draws; keep them when feasible and better."""
        program = self.program
        trades = program.trades(amounts)
        gains = [term.hedged(trades) for term in program.terms]
        values = tuple(term.of(gain) for term, gain in zip(program.terms, gains, strict=True))
        violation = program.violation(amounts, values)
        objective = program.objective(amounts, values)
        if violation <= NO_BREACH and objective < self.upper:
            self.upper, self.best, self.best_values = objective, amounts, values
            self.violation, self.best_gains = max(violation, 0.0), gains
        return gains

    def certificate(self) -> Certificate:
        """Return the best hedge's certificate so far."""
        return Certificate.of(
            self.lower,
            self.upper,
            floor=self.floor,
            violation=self.violation,
            radius=self.scaling.radius,
        )

    def nothing_to_choose(self) -> None:
        """Settle a problem in which no side can move: the tail's own weights prove the optimum."""
        program = self.program
        self.look_at(program.lower)
        among = [i for i, term in enumerate(program.terms) if term.among_worst]
        top = max(among, key=lambda i: self.best_values[i]) if among and self.best_values else -1
        parts = []
        for i, (term, gain) in enumerate(zip(program.terms, self.gains, strict=True)):
            theta = term.weight + (program.worst_weight if i == top else 0.0)
            draws, weights = term.tail(gain)
            parts.append(DrawWeights(draws=draws, weights=theta * weights, theta=theta))
        self.multipliers = Multipliers(
            terms=tuple(parts), rows=np.zeros(program.limit.size), at=program.trades(program.lower)
        )
        self.lower = lower_bound(program, self.multipliers, radius=self.scaling.radius)

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
        self, problem: ReducedProblem, tolerance: float, near: FloatArray, barrier: float
    ) -> InteriorPoint:
        """Interior point near some amounts; from the middle of the box if that stalls."""
        start = self.scaling.scaled(near)
        point = interior_point(problem, tolerance=tolerance, start=start, barrier=barrier)
        self.iterations += point.iterations
        if point.converged:
            return point
        middle = problem.lower + 0.5 * np.minimum(problem.width, 2.0)
        middle = np.where(problem.lower < 0.0, 0.0, middle)
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

    def _candidates(self, point: InteriorPoint, *, tidy: bool) -> list[FloatArray]:
        """Return the point, nothing bought and sold at once; tidied (dust on its bound) first when asked."""
        scaling = self.scaling
        found = [scaling.raw(point.sides)]
        if tidy:
            low = scaling.lower / scaling.step
            high = scaling.upper / scaling.step
            sides = np.where(point.lower_duals > point.sides - low, low, point.sides)
            sides = np.where(point.upper_duals > high - point.sides, high, sides)
            found.insert(0, scaling.raw(sides))
        return [hedge for amounts in found for hedge in self.repair.repaired(amounts)]
