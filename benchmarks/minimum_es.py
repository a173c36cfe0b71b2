"""Least expected shortfall, long only and fully invested: our optimum beside skfolio's and Riskfolio-Lib's.

    python benchmarks/minimum_es.py --peers .venv-peers/bin/python

Every optimum is valued by `stress.risk` on the same returns. Fails where
they are apart by more than a millionth.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from stress.hedging.constraints import Band
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve
from stress.risk.measures import expected_shortfall

LEVEL = 0.95


def made_up_returns(seed):
    """Return seeded returns (T, N), heavy-tailed with two common factors."""
    random = np.random.default_rng(seed)
    count, assets = 500 + 250 * (seed % 3), 8 + 4 * (seed % 4)
    factors = 0.01 * random.standard_t(4, size=(count, 2))
    own = 0.012 * random.standard_t(5, size=(count, assets))
    return factors @ random.normal(1.0, 0.5, size=(2, assets)) + own


def ours(returns):
    """Return our weights: trades from equal weights that add up to nothing."""
    assets = returns.shape[1]
    start = np.full(assets, 1.0 / assets)
    problem = HedgeProblem(
        lines=tuple(f"A{i:02d}" for i in range(assets)),
        lower=-start,
        upper=1.0 - start,
        costs=Costs(buy=np.zeros(assets), sell=np.zeros(assets)),
        objective=MinimumExpectedShortfall(
            outcomes=Outcomes(name="returns", pnl=returns @ start, unit_pnl=returns), level=LEVEL
        ),
        constraints=(Band(name="invested", exposures=np.ones(assets), lower=0.0, upper=0.0),),
    )
    return start + solve(problem).trades


def main():
    """Print the table; the exit code says whether the optima agree."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", required=True, metavar="PYTHON")
    peers = arguments.parse_args().peers
    script = Path(__file__).with_name("peer_minimum_es.py")
    worst = 0.0
    print(f"ES {LEVEL:.0%}, long only, fully invested; a peer's optimum over ours, less 1")
    for seed in range(6):
        returns = made_up_returns(seed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "returns.npy"
            np.save(path, returns)
            said = subprocess.run(
                [peers, str(script), str(path), str(LEVEL)],
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
        mine = value(returns, ours(returns))
        theirs = {
            n: value(returns, np.array(w)) for n, w in json.loads(said.splitlines()[-1]).items()
        }
        apart = {name: found / mine - 1.0 for name, found in theirs.items()}
        worst = max(worst, *(abs(a) for a in apart.values()))
        row = "   ".join(f"{name} {a:+.1e}" for name, a in apart.items())
        print(f"{returns.shape[0]:>6} x {returns.shape[1]:<3} ES {mine:.6f}   {row}")
    sys.exit(worst > 1e-6)


def value(returns, weights):
    """Return the ES of weights, as a loss."""
    return expected_shortfall(returns @ (weights / weights.sum()), level=LEVEL, min_tail_draws=10)


if __name__ == "__main__":
    main()
