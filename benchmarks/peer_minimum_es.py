"""Long-only weights of least expected shortfall by skfolio and Riskfolio-Lib, on returns read from a file.

Run by `benchmarks/minimum_es.py --peers PYTHON` in the environment of `benchmarks/peers.txt`; prints one JSON line.
"""

import json
import sys

import numpy as np
import pandas as pd


def main():
    """Print each peer's weights."""
    returns = np.load(sys.argv[1])
    level = float(sys.argv[2])
    frame = pd.DataFrame(returns, columns=[f"A{i:02d}" for i in range(returns.shape[1])])
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk

    model = MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=level, solver="CLARABEL").fit(returns)
    import riskfolio

    portfolio = riskfolio.Portfolio(returns=frame, alpha=1.0 - level)
    portfolio.solvers = ["CLARABEL"]
    portfolio.assets_stats(method_mu="hist", method_cov="hist")
    found = portfolio.optimization(model="Classic", rm="CVaR", obj="MinRisk", hist=True)
    print(
        json.dumps(
            {
                "skfolio": np.asarray(model.weights_).tolist(),
                "Riskfolio-Lib": found.loc[frame.columns, "weights"].tolist(),
            }
        )
    )


if __name__ == "__main__":
    main()
