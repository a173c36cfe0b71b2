"""Random hedge problems of every kind: options, duplicates, opposites, useless lines, ties, redundant and tight rows, any scale."""

from __future__ import annotations

import numpy as np

from stress.hedging.constraints import (
    Band,
    Budget,
    Gross,
    Linear,
    ScenarioLoss,
    TailLimit,
)
from stress.hedging.objectives import (
    CheapestHedge,
    Minimax,
    MinimumExpectedShortfall,
    Mixture,
    RobustExpectedShortfall,
)
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.risk.measures import expected_shortfall


def random_problem(seed: int, *, most_draws: int = 1_000) -> HedgeProblem:
    """A hedge problem that is a pure function of the seed; some are infeasible."""
    rng = np.random.default_rng(seed)
    draws = int(rng.choice([d for d in (1, 3, 20, 100, 300, 1_000) if d <= most_draws]))
    lines = int(rng.integers(1, 9))
    level = float(rng.choice([0.5, 0.8, 0.9, 0.95, 0.975]))
    factors = rng.standard_t(4, size=(draws, 3)) * 0.02
    pnl = factors @ rng.normal(size=3) + 0.005 * rng.standard_normal(draws)
    basis = rng.choice([0.0, 1.0])
    unit = factors @ rng.normal(size=(3, lines)) + 0.01 * basis * rng.standard_normal(
        (draws, lines)
    )
    for j in range(lines):
        kind = rng.random()
        if kind < 0.2:
            unit[:, j] = np.maximum(-unit[:, j] - 0.01, 0.0) - 0.002  # a put and its premium
        elif kind < 0.25:
            unit[:, j] = 0.0
        elif kind < 0.35 and j:
            unit[:, j] = unit[:, j - 1]
        elif kind < 0.4:
            unit[:, j] = np.round(unit[:, j], 2)
        elif kind < 0.47 and j:
            unit[:, j] = -unit[:, j - 1]
        elif kind < 0.52 and j:
            unit[:, j] = float(rng.choice([-3.0, 0.5, 2.0])) * unit[:, j - 1]
    if rng.random() < 0.2:
        pnl = np.round(pnl, 2)
    weights = rng.dirichlet(np.ones(draws)) if rng.random() < 0.3 else None
    currency = 10.0 ** rng.integers(-2, 7)
    base = Outcomes(name="base", pnl=pnl * currency, unit_pnl=unit * currency, weights=weights)
    other = Outcomes(
        name="other",
        pnl=(1.2 * pnl + 0.005 * rng.standard_normal(draws)) * currency,
        unit_pnl=(unit + 0.003 * rng.standard_normal((draws, lines))) * currency,
    )
    lower = -rng.uniform(0, 1, lines) * (rng.random(lines) < 0.7)
    upper = rng.uniform(0, 1, lines) * (rng.random(lines) < 0.8)
    buy = rng.uniform(0, 0.002, lines) * currency * rng.choice([0, 1])
    sell = buy * rng.uniform(1, 2)
    constraints = []
    if rng.random() < 0.5:
        constraints.append(Gross(limit=float(rng.uniform(0.1, 2)), notional=np.ones(lines)))
    budget = None
    if rng.random() < 0.5:
        budget = float(rng.uniform(0, 0.003)) * currency
    if rng.random() < 0.3:
        constraints.append(
            Band(name="band", exposures=rng.normal(size=lines), lower=-0.3, upper=0.3)
        )
    if rng.random() < 0.3:
        row = rng.normal(size=lines)
        constraints += [
            Linear(name="row", coefficients=row, limit=0.5),
            Linear(name="the same row", coefficients=2 * row, limit=1.0),
        ]
    if rng.random() < 0.2:
        constraints.append(
            Band(name="neutral", exposures=rng.normal(size=lines), lower=0.0, upper=0.0)
        )
    if rng.random() < 0.3:
        constraints.append(
            ScenarioLoss(
                name="scenario",
                pnl=-0.05 * currency,
                unit_pnl=rng.normal(size=lines) * 0.05 * currency,
                limit=0.06 * currency,
            )
        )
    objectives = (
        MinimumExpectedShortfall(outcomes=base, level=level),
        MinimumExpectedShortfall(outcomes=base, level=level),
        Mixture(parts=(base, other), weights=(0.8, 0.2), level=level),
        RobustExpectedShortfall(laws=(base, other), level=level),
        Minimax(scenarios=base),
    )
    objective = objectives[int(rng.integers(5))]
    if rng.random() < 0.25:
        unhedged = expected_shortfall(other.pnl, level=level, min_tail_draws=0)
        constraints.append(
            TailLimit(
                outcomes=other,
                limit=unhedged * float(rng.choice([1.0, 0.9, 1.1])),
                level=level,
                name="tail",
            )
        )
    if rng.random() < 0.1:
        objective = CheapestHedge()
    impact = rng.uniform(0, 0.002, lines) * currency if rng.random() < 0.15 else None
    costs = Costs(buy=buy, sell=sell, impact=impact)
    if budget is not None:
        constraints.append(Budget(amount=budget, costs=costs))
    return HedgeProblem(
        lines=tuple(f"L{j}" for j in range(lines)),
        lower=lower,
        upper=upper,
        costs=costs,
        objective=objective,
        constraints=tuple(constraints),
    )
