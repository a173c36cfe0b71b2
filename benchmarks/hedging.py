"""Side by side: the certified active set against general solvers and a specialised peer, same problem, same run.

    python benchmarks/hedging.py                          # quick: 10,000 draws
    python benchmarks/hedging.py --heavy                  # 50,000 and 1,000,000 draws, the integer problem
    python benchmarks/hedging.py --peer PATH/bin/python   # a Python with fortitudo.tech installed

Every instance is solved by all contenders in turn; objectives are recomputed from the raw P&L, and a contender's answer
that is worse than ours by more than 1e-6 is marked. Times are wall times that include stating the problem. Median
over instances: hard (factor book with options), degenerate (ties, duplicate and useless lines), easy (a nearly
perfect hedge), perfect (one that leaves every draw at the same P&L).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

LEVEL = 0.975
KINDS = ("hard", "hard", "hard", "degenerate", "degenerate", "easy", "easy", "perfect")


def hedge_instance(draws: int, lines: int, seed: int, kind: str) -> dict[str, np.ndarray | float]:
    """Draw a short-gamma factor book and its candidate hedges, a third of them put-like."""
    rng = np.random.default_rng(seed)
    factors = 20
    raw = rng.standard_normal((factors, 2 * factors))
    covariance = raw @ raw.T
    scale = np.sqrt(np.diag(covariance))
    vol = np.concatenate([[0.01], np.full(factors - 1, 0.005)]) * np.sqrt(10)
    root = np.linalg.cholesky(covariance / np.outer(scale, scale) * np.outer(vol, vol))
    moves = rng.standard_normal((draws, factors)) @ root.T
    moves *= np.sqrt(3.0 / rng.chisquare(5.0, draws))[:, None]
    held = 0.25 * rng.standard_normal(factors)
    held[0] = 1.0
    pnl = moves @ held + 0.004 * rng.standard_normal(draws)
    pnl -= 1.5 * np.maximum(-moves[:, 0] - 0.03, 0.0)
    loads = rng.standard_normal((factors, lines)) * 0.5 * (rng.random((factors, lines)) < 0.3)
    loads[0] += rng.uniform(-1, 1, lines)
    unit = moves @ loads + 0.01 * rng.standard_normal((draws, lines))
    puts = np.arange(0, lines, 3)
    pay = np.maximum(-unit[:, puts] - rng.uniform(0.0, 0.06, puts.size), 0.0)
    unit[:, puts] = pay - 1.15 * pay.mean(axis=0)
    if kind == "degenerate":
        unit[:, 1::10] = unit[:, 2::10]
        unit[:, 5] = 0.0
        pnl, unit = np.round(pnl, 3), np.round(unit, 3)
    if kind == "easy":
        unit[:, 1] = -pnl / 0.3 + 1e-4 * rng.standard_normal(draws)
    if kind == "perfect":
        unit[:, 1] = -pnl / 0.3
    return {
        "pnl": pnl,
        "unit": unit,
        "cost": rng.uniform(0.0002, 0.002, lines),
        "most": np.full(lines, 0.4),
        "gross": 2.0,
    }


def tail_average(pnl: np.ndarray) -> float:
    """Return the expected shortfall, written here once more."""
    mass = (1.0 - LEVEL) * pnl.size
    whole = int(np.floor(mass + 1e-9))
    lowest = np.sort(np.partition(pnl, whole)[: whole + 1])
    return float(-(lowest[:whole].sum() + (mass - whole) * lowest[whole]) / mass)


def value(instance: dict, trades: np.ndarray) -> float:
    """Objective recomputed, trades pulled inside the limits first."""
    trades = np.clip(trades, -instance["most"], instance["most"])
    gross = np.abs(trades).sum()
    trades = trades * min(1.0, instance["gross"] / max(gross, 1e-300))
    pnl = instance["pnl"] + instance["unit"] @ trades
    return tail_average(pnl) + float(instance["cost"] @ np.abs(trades))


def ours(instance: dict, at_most: int | None = None) -> tuple[np.ndarray, float]:
    """State and solve with foreshock; trades and certified gap."""
    from stress.hedging.constraints import AtMost, Gross
    from stress.hedging.objectives import MinimumExpectedShortfall
    from stress.hedging.problem import Costs, HedgeProblem, Outcomes
    from stress.hedging.solver.solve import solve

    lines = instance["unit"].shape[1]
    law = Outcomes(name="law", pnl=instance["pnl"], unit_pnl=instance["unit"])
    limits = [Gross(limit=instance["gross"], notional=np.ones(lines))]
    if at_most is not None:
        limits.append(AtMost(lines=at_most))
    solution = solve(
        HedgeProblem(
            lines=tuple(f"H{j}" for j in range(lines)),
            lower=-instance["most"],
            upper=instance["most"],
            costs=Costs(buy=instance["cost"], sell=instance["cost"]),
            objective=MinimumExpectedShortfall(outcomes=law, level=LEVEL),
            constraints=tuple(limits),
        )
    )
    return solution.trades, solution.certificate.gap


def cvxpy_direct(solver: str, at_most: int | None = None) -> Callable[[dict], np.ndarray]:
    """Build Rockafellar and Uryasev's programme, as a cvxpy user writes it."""

    def run(instance: dict) -> np.ndarray:
        import cvxpy as cp

        draws, lines = instance["unit"].shape
        x, t, z = cp.Variable(lines), cp.Variable(), cp.Variable(draws, nonneg=True)
        most = instance["most"]
        limits = [
            z >= -(instance["pnl"] + instance["unit"] @ x) - t,
            cp.norm1(x) <= instance["gross"],
        ]
        if at_most is None:
            limits += [x <= most, x >= -most]
        else:
            held = cp.Variable(lines, boolean=True)
            limits += [x <= cp.multiply(most, held), x >= -cp.multiply(most, held)]
            limits.append(cp.sum(held) <= at_most)
        target = t + cp.sum(z) / ((1.0 - LEVEL) * draws) + instance["cost"] @ cp.abs(x)
        options = {"time_limit": 240.0, "mip_rel_gap": 1e-4} if at_most is not None else {}
        words = {"highs_options": options} if options else {}
        cp.Problem(cp.Minimize(target), limits).solve(solver=solver, **words)
        return np.asarray(x.value)

    return run


def dual_simplex(instance: dict) -> np.ndarray:
    """Solve the dual (2M + 1 rows, S bounded columns) with HiGHS simplex: the clever user's baseline."""
    import highspy
    import scipy.sparse as sp

    unit = instance["unit"]
    draws, lines = unit.shape
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "simplex")
    lp, inf = highspy.HighsLp(), highspy.kHighsInf
    lp.num_col_, lp.num_row_ = draws + lines + 1, 2 * lines + 1
    lp.col_cost_ = np.concatenate([instance["pnl"], instance["most"], [instance["gross"]]])
    lp.col_lower_ = np.zeros(draws + lines + 1)
    cap = 1.0 / ((1.0 - LEVEL) * draws)
    lp.col_upper_ = np.concatenate([np.full(draws, cap), np.full(lines + 1, inf)])
    eye, ones = -sp.identity(lines), -np.ones((lines, 1))
    matrix = sp.vstack(
        [
            sp.hstack([sp.csr_matrix(unit.T), eye, ones]),
            sp.hstack([sp.csr_matrix(-unit.T), eye, ones]),
            sp.csr_matrix(np.concatenate([np.ones(draws), np.zeros(lines + 1)])),
        ]
    ).tocsc()
    lp.row_lower_ = np.concatenate([np.full(2 * lines, -inf), [1.0]])
    lp.row_upper_ = np.concatenate([instance["cost"], instance["cost"], [1.0]])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    highs.passModel(lp)
    highs.run()
    price = np.array(highs.getSolution().row_dual)
    return -(price[:lines] - price[lines : 2 * lines])


def portfolio_instance(draws: int, lines: int, seed: int, kind: str) -> np.ndarray:
    """Equity-like t(5) returns for the peer's closest problem: long only, fully invested."""
    rng = np.random.default_rng(1000 + seed)
    moves = rng.standard_normal((draws, 10)) * np.r_[0.035, np.full(9, 0.015)]
    moves *= np.sqrt(3.0 / rng.chisquare(5.0, draws))[:, None]
    loads = rng.standard_normal((lines, 9)) * (rng.random((lines, 9)) < 0.4)
    returns = moves @ np.column_stack([rng.uniform(0.5, 1.5, lines), loads]).T
    returns += rng.uniform(0.01, 0.05, lines) * rng.standard_normal((draws, lines))
    if kind == "degenerate":
        returns[:, 1::10] = returns[:, 2::10]
        returns = np.round(returns, 3)
    if kind == "easy":
        returns[:, 0] = 1e-4 * rng.standard_normal(draws)
    if kind == "perfect":
        returns[:, 0] = -returns[:, 1]
    return returns


def ours_portfolio(returns: np.ndarray) -> np.ndarray:
    """Minimum ES portfolio by foreshock."""
    from stress.hedging.constraints import Band
    from stress.hedging.objectives import MinimumExpectedShortfall
    from stress.hedging.problem import Costs, HedgeProblem, Outcomes
    from stress.hedging.solver.solve import solve

    draws, lines = returns.shape
    law = Outcomes(name="law", pnl=np.zeros(draws), unit_pnl=returns)
    problem = HedgeProblem(
        lines=tuple(f"A{j}" for j in range(lines)),
        lower=np.zeros(lines),
        upper=np.ones(lines),
        costs=Costs.free(lines),
        objective=MinimumExpectedShortfall(outcomes=law, level=LEVEL),
        constraints=(Band(name="invested", exposures=np.ones(lines), lower=1.0, upper=1.0),),
    )
    return solve(problem).trades


def as_peer(draws: int, lines: int, seed: int, kind: str) -> None:
    """Run fortitudo.tech's MeanCVaR in its own interpreter; print seconds and weights as JSON."""
    import fortitudo.tech as ft

    def run(returns: np.ndarray) -> np.ndarray:
        model = ft.MeanCVaR(returns, G=-np.eye(lines), h=np.zeros(lines), alpha=LEVEL)
        return np.maximum(np.asarray(model.efficient_portfolio()).ravel(), 0.0)

    seconds, weights = timed(run, portfolio_instance(draws, lines, seed, kind))
    print(json.dumps({"seconds": seconds, "weights": (weights / weights.sum()).tolist()}))


def timed(run: Callable, *arguments: object) -> tuple[float, object]:
    """Seconds and result; the better of two runs for those below a second."""
    began = time.perf_counter()
    result = run(*arguments)
    seconds = time.perf_counter() - began
    if seconds < 1.0:
        began = time.perf_counter()
        result = run(*arguments)
        seconds = min(seconds, time.perf_counter() - began)
    return seconds, result


def against(
    draws: int, lines: int, contenders: dict[str, Callable], count: int, at_most: int | None = None
) -> None:
    """One table: every contender on every instance, medians and ratios."""
    what = f"{draws:,} draws x {lines} lines" + (f", at most {at_most}" if at_most else "")
    print(f"\n{what}", flush=True)
    seconds: dict[str, list[float]] = {"foreshock": [], **{name: [] for name in contenders}}
    for seed, kind in enumerate(KINDS[:count] if count < 6 else KINDS):
        instance = hedge_instance(draws, lines, seed, kind)
        used, (trades, gap) = timed(ours, instance, at_most)
        best = value(instance, trades)
        seconds["foreshock"].append(used)
        cells = [f"{kind:10s} foreshock {used:8.3f} s gap {gap:.0e}"]
        for name, run in contenders.items():
            used, other = timed(run, instance)
            seconds[name].append(used)
            size = max(abs(best), 1e-3 * tail_average(instance["pnl"]))
            excess = (value(instance, other) - best) / size
            mark = "" if abs(excess) <= 1e-6 else f" ({excess:+.0e})"
            cells.append(f"{name} {used:8.3f} s{mark}")
        print("  " + " | ".join(cells), flush=True)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    for name in contenders:
        each = [b / a for a, b in zip(seconds["foreshock"], seconds[name], strict=True)]
        print(
            f"  {name}: median {median[name]:.3f} s / {median['foreshock']:.3f} s = "
            f"{median[name] / median['foreshock']:.1f}x (geometric mean {statistics.geometric_mean(each):.1f}x, "
            f"least {min(each):.1f}x)"
        )


def against_peer(python: str, draws: int, lines: int) -> None:
    """Compare with fortitudo.tech on the same portfolios."""
    print(f"\nlong-only portfolios, {draws:,} draws x {lines} lines, fortitudo.tech", flush=True)
    ratios = []
    for seed, kind in enumerate(KINDS):
        returns = portfolio_instance(draws, lines, seed, kind)
        used, weights = timed(ours_portfolio, returns)
        call = [python, __file__, "--as-peer", str(draws), str(lines), str(seed), kind]
        peer = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
        mine = tail_average(returns @ np.clip(weights, 0.0, None))
        theirs = tail_average(returns @ np.array(peer["weights"]))
        mine = max(mine, 1e-9)
        ratios.append(peer["seconds"] / used)
        print(
            f"  {kind:10s} {used:.3f} s | {peer['seconds']:.3f} s, objective {theirs / mine - 1:+.1e} | {ratios[-1]:.1f}x",
            flush=True,
        )
    mean = statistics.geometric_mean(ratios)
    print(f"  geometric mean {mean:.1f}x, least {min(ratios):.1f}x")


def scaling_of(draws: int, lines: int) -> None:
    """Time and peak memory of one size, in this process."""
    used = []
    for seed in range(3):
        instance = hedge_instance(draws, lines, seed, "hard")
        began = time.perf_counter()
        _, gap = ours(instance)
        used.append(time.perf_counter() - began)
        print(f"  {draws:,} x {lines}: {used[-1]:.3f} s, gap {gap:.0e}", flush=True)
    tracemalloc.start()
    ours(instance)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held = 1.0 + peak / instance["unit"].nbytes
    print(
        f"  median {statistics.median(used):.3f} s; peak {held:.2f} x the P&L matrix, itself included"
    )


def main() -> None:
    """Run the chosen sections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heavy", action="store_true")
    parser.add_argument("--peer", help="a Python with fortitudo.tech")
    parser.add_argument("--only", default="", help="direct, peer, scaling, integer")
    parser.add_argument("--size", nargs=2, type=int, metavar=("DRAWS", "LINES"))
    parser.add_argument("--as-peer", nargs=4)
    chosen = parser.parse_args()
    if chosen.as_peer:
        draws, lines, seed, kind = chosen.as_peer
        as_peer(int(draws), int(lines), int(seed), kind)
        return
    if chosen.size:
        scaling_of(*chosen.size)
        return
    contenders = {
        "cvxpy+Clarabel": cvxpy_direct("CLARABEL"),
        "HiGHS dual simplex": dual_simplex,
    }
    wanted = chosen.only.split(",") if chosen.only else ["direct", "peer", "scaling", "integer"]
    if "direct" in wanted:
        against(10_000, 50, contenders, 8)
        if chosen.heavy:
            against(50_000, 50, contenders, 8)
    if "peer" in wanted and chosen.peer:
        against_peer(chosen.peer, 10_000, 50)
        against_peer(chosen.peer, 50_000, 50)
    if "scaling" in wanted and chosen.heavy:
        print("\nscaling", flush=True)
        for draws in (50_000, 1_000_000):
            subprocess.run([sys.executable, __file__, "--size", str(draws), "50"], check=True)
    if "integer" in wanted and chosen.heavy:
        highs = {"cvxpy+HiGHS": cvxpy_direct("HIGHS", at_most=5)}
        against(10_000, 50, highs, 6, at_most=5)


if __name__ == "__main__":
    main()
