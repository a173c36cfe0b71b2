"""How many Newton steps certified hedges take: counted, so that a slow machine changes nothing."""

import numpy as np

from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve

DRAWS, LINES, FACTORS = 6_000, 40, 15


def factor_book(seed: int) -> HedgeProblem:
    """Return a short-gamma book of factors beside lines that load on some of them, a third of them like puts."""
    rng = np.random.default_rng(seed)
    moves = (
        0.02
        * rng.standard_normal((DRAWS, FACTORS))
        / np.sqrt(rng.chisquare(5.0, DRAWS) / 3.0)[:, None]
    )
    pnl = moves @ rng.standard_normal(FACTORS) - 1.5 * np.maximum(-moves[:, 0] - 0.03, 0.0)
    loads = rng.standard_normal((FACTORS, LINES)) * (rng.random((FACTORS, LINES)) < 0.3)
    unit = moves @ loads + 0.004 * rng.standard_normal((DRAWS, LINES))
    unit[:, ::3] = np.maximum(-unit[:, ::3] - 0.02, 0.0) - 0.002
    return HedgeProblem(
        lines=tuple(f"line {i}" for i in range(LINES)),
        lower=np.full(LINES, -0.5),
        upper=np.full(LINES, 0.5),
        costs=Costs(buy=np.full(LINES, 1e-4), sell=np.full(LINES, 1e-4)),
        objective=MinimumExpectedShortfall(
            outcomes=Outcomes(name="law", pnl=pnl, unit_pnl=unit), level=0.975
        ),
        constraints=(),
    )


def test_steps_of_hard_problems():
    found = [solve(factor_book(seed)) for seed in range(6)]
    assert max(each.certificate.gap for each in found) < 1e-7
    # 219; where the second-order term was left out of a step blocked in one half only, 251.
    assert sum(each.iterations for each in found) < 240
