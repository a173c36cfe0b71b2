"""Outcomes of a book and its candidates under one law: a generator, a scenario or none, a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.lines.candidates import Candidates
from stress.hedging.problem import Outcomes
from stress.scenarios.scenario import Scenario, Variation, VolatilityRule
from stress.simulation.book import Book
from stress.simulation.candidates import candidate_pnl, central_candidate_pnl
from stress.simulation.generators import Generator
from stress.simulation.plan import Plan, plan_scenario
from stress.simulation.simulate import simulate

__all__ = ["Law", "central", "outcomes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Law:
    """What the future is drawn from.

    Parameters
    ----------
    scenario : Scenario or None
        None is the baseline.
    generator : Generator or None
        The t law when None.
    beta_scale : float
        Multiplies vol betas.
    rule : VolatilityRule or None
        How implied volatility follows the spot; the scenario's own when None.
    exact : bool
        Whether stated moves do not vary.
    """

    scenario: Scenario | None = None
    generator: Generator | None = None
    beta_scale: float = 1.0
    rule: VolatilityRule | None = None
    exact: bool = False

    @property
    def name(self) -> str:
        """Name of the scenario, or of the generator of the baseline."""
        if self.scenario is not None:
            return self.scenario.id
        return "baseline" if self.generator is None else f"baseline, {self.generator.kind}"

    def plan(self, book: Book) -> Plan:
        """Plan a book under the law."""
        return plan_scenario(
            book,
            self.scenario,
            variation=Variation(kind="names") if self.exact else None,
            generator=self.generator,
            rule=self.rule,
            beta_scale=self.beta_scale,
        )


def outcomes(book: Book, candidates: Candidates, law: Law, *, draws: int, seed: int) -> Outcomes:
    """Draw a book and one unit of every candidate on common random numbers.

    Parameters
    ----------
    book : Book
        To be hedged.
    candidates : Candidates
        On the same model.
    law : Law
        What is drawn from.
    draws, seed : int
        Of the simulation.

    Returns
    -------
    Outcomes
        Columns in the order of `candidates.lines`.
    """
    if draws < 2:
        enough = book.portfolio.worded("--draws 20000", "draws=20_000")
        raise InputError(
            f"a hedge cannot be fitted to {draws} draw(s): there is no tail to average. Use {enough}."
        )
    pnl = simulate([law.plan(book)], draws=draws, seed=seed)[0]
    units = candidate_pnl(pnl, law.plan(candidates.book))
    return Outcomes(
        name=law.name,
        pnl=np.array(pnl.totals),
        unit_pnl=np.ascontiguousarray(units[:, candidates.columns]),
    )


def central(book: Book, candidates: Candidates, law: Law) -> tuple[float, FloatArray]:
    """Return expected P&L of the book and of one unit of every candidate at the central moves."""
    planned = law.plan(candidates.book)
    return law.plan(book).central_pnl(), central_candidate_pnl(planned)[candidates.columns]
