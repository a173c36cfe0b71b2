"""Tail averages of many books by peers' own functions, on draws that are given to them.

Run by `benchmarks/core.py --peers PYTHON` in the environment of `benchmarks/peers.txt`; prints one JSON line.
The job is that of the case `books`: 1,000 linear books on 20 factors under the same 100,000 draws.
"""

import json
import statistics
import time

import numpy as np

DRAWS, FACTORS, BOOKS = 100_000, 20, 1000


def timed(function, repetitions=3):
    """Return the median of seconds."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(what, taken, note):
    """Return a row of the table of `core.py`."""
    return {
        "what": what, "ours": taken, "theirs": None, "ratio": None, "bar": "", "memory": None, "note": note,
    }  # fmt: skip


def main():
    """Time each peer on a part of the books, scaled to all."""
    random = np.random.default_rng(0)
    moves = random.standard_normal((DRAWS, FACTORS))
    loadings = random.standard_normal((FACTORS, BOOKS))
    rows = []
    import fortitudo.tech as ft

    part = 50
    taken = timed(lambda: ft.portfolio_cvar(loadings[:, :part], moves, alpha=0.975))
    rows.append(
        row(
            "peer: fortitudo.tech portfolio_cvar, 1,000 books",
            taken * BOOKS / part,
            "at 1/20; draws given",
        )
    )
    from skfolio.measures import cvar

    part = 20
    taken = timed(lambda: [cvar(moves @ loadings[:, i], beta=0.975) for i in range(part)])
    rows.append(
        row("peer: skfolio cvar, 1,000 books", taken * BOOKS / part, "at 1/50; draws given")
    )
    from riskfolio import RiskFunctions

    part = 5
    taken = timed(
        lambda: [
            RiskFunctions.CVaR_Hist((moves @ loadings[:, i])[:, None], alpha=0.025)
            for i in range(part)
        ]
    )
    rows.append(
        row(
            "peer: Riskfolio-Lib CVaR_Hist, 1,000 books",
            taken * BOOKS / part,
            "at 1/200; draws given",
        )
    )
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
