# ruff: noqa: D103, D401, N813
"""The simulation core beside what users write and what peers offer, and beside what the machine can do.

    python benchmarks/core.py                     # the table: about three minutes
    python benchmarks/core.py linear-1m what-if   # only these
    python benchmarks/core.py --cluster           # also Dask on two processes: about two minutes more
    python benchmarks/core.py --peers PATH/python # also peers installed there

Every case runs in a process of its own, so its peak memory is its own: resident memory above what the imports
take. Times are medians of repetitions taken in turn, ours and theirs. Where the other side would not fit the
memory or take minutes it does a part, and its time is scaled: the table says so.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

CASES = {}


def case(name):
    """Register a case: a function that returns rows of the table."""

    def put(function):
        CASES[name] = function
        return function

    return put


#: Threads of OpenBLAS spin for a tenth of a second after a product, on a core that the next side would need. [s]
_BLAS_SPINS = 0.15


def seconds(function, repetitions):
    times = []
    for _ in range(repetitions):
        time.sleep(_BLAS_SPINS)
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times


def in_turn(repetitions, **functions):
    """Medians of functions run one after the other, over and over."""
    for function in functions.values():
        function()
    times = {name: [] for name in functions}
    for _ in range(repetitions):
        for name, function in functions.items():
            times[name] += seconds(function, 1)
    return {name: statistics.median(found) for name, found in times.items()}


def peak():
    """Peak resident memory of this process. [MiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024**2
    )


def memory_free():
    """Return memory that is free. [GiB]."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            found = next(line for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 0.0
    return int(found.split()[1]) / 2**20


def row(what, ours, theirs=None, ratio=None, bar="", memory=None, note=""):
    if ratio is None and theirs is not None:
        ratio = theirs / ours
    return {
        "what": what, "ours": ours, "theirs": theirs, "ratio": ratio, "bar": bar, "memory": memory,
        "note": note,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------- limits


@case("limits")
def limits():
    import numpy as np

    def fill(threads, total=2**24, block=81_920):
        buffers = np.empty((threads, block))

        def work(i):
            random = np.random.Generator(np.random.Philox(i))
            for _ in range(total // block // threads):
                random.standard_normal(out=buffers[i])

        with ThreadPoolExecutor(threads) as pool:
            return min(seconds(lambda: list(pool.map(work, range(threads))), 5)) / total

    a = np.ones((1500, 1500))
    big = np.ones(2**26)
    out = np.empty_like(big)
    a @ a
    gemm = 2 * 1500**3 / min(seconds(lambda: a @ a, 5))
    copy = 2 * big.nbytes / min(seconds(lambda: np.copyto(out, big), 5))
    return [
        row("normals, Philox, 1 thread", 1e-6 / fill(1), note="M/s"),
        row("normals, Philox, 2 threads", 1e-6 / fill(2), note="M/s"),
        row("dgemm n = 1500", gemm / 1e9, note="GFLOP/s"),
        row("copy 0.5 GiB, read + write", copy / 1e9, note="GB/s"),
    ]


# ------------------------------------------------------------------------------------------- linear


def shortfall_and_contributions(planned, draws, executor=None):
    from stress.risk.tail import tail_weights
    from stress.simulation.simulate import simulate

    pnl = simulate([planned], draws=draws, seed=0, executor=executor)[0]
    weights = tail_weights(pnl.totals, level=0.975)
    inside = pnl.mean(weights)
    book = planned.book
    return -float(weights @ pnl.totals), -book.position_values * inside.returns[book.position_name]


def factor_normals(draws, factors):
    """What numpy needs to draw the factor normals alone on two threads."""
    import numpy as np

    block = 4096 * factors

    def work(i):
        random = np.random.Generator(np.random.Philox(i))
        buffer = np.empty(block)
        for _ in range(-(-draws // 8192)):
            random.standard_normal(out=buffer)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))


def linear(draws, factors, names, part, bar, memory_bar):
    import made_up

    model = made_up.factor_model(factors, names)
    held = made_up.book(model)
    planned = made_up.baseline(held)
    before = peak()
    shortfall, contributions = shortfall_and_contributions(planned, draws)
    memory = peak() - before
    assert abs(contributions.sum() / shortfall - 1) < 1e-9
    times = in_turn(
        5,
        ours=lambda: shortfall_and_contributions(planned, draws),
        normals=lambda: factor_normals(draws, factors),
    )
    values = held.position_values
    naive = statistics.median(
        seconds(lambda: made_up.naive(model, values, draws // part), 3 if part > 1 else 1)
    )
    what = f"{draws:,} x {factors} x {names:,}, ES and contributions"
    scaled = f"naive numpy at 1/{part}, scaled" if part > 1 else "naive numpy"
    return [
        row(what, times["ours"], part * naive, bar=bar, memory=memory, note=f"{scaled}; {memory_bar}"),
        row(
            "  the same over the factor normals alone", times["ours"], times["normals"],
            ratio=times["ours"] / times["normals"], bar="<= 3", note="numpy, 2 threads",
        ),
    ]  # fmt: skip


@case("linear-1m")
def linear_1m():
    # In full where its 12 GiB fit: a tenth of it is kinder to the caches and to the system than all of it.
    return linear(1_000_000, 20, 500, 1 if memory_free() > 16 else 10, ">= 50", "< 200 MiB")


@case("linear-10k")
def linear_10k():
    # All of it would take 22 GiB.
    return linear(100_000, 60, 10_000, 5 if memory_free() > 16 else 20, ">= 300", "< 100 MiB")


@case("positions")
def positions():
    import made_up

    model = made_up.factor_model(20, 100_000)
    few, many = (made_up.baseline(made_up.book(model, size=n)) for n in (100, 100_000))
    times = in_turn(
        7,
        few=lambda: shortfall_and_contributions(few, 100_000),
        many=lambda: shortfall_and_contributions(many, 100_000),
    )
    return [
        row(
            "100,000 positions over 100, 100,000 draws", times["many"], times["few"],
            ratio=times["many"] / times["few"], bar="< 3", note="100 positions",
        )
    ]  # fmt: skip


@case("ten-million")
def ten_million():
    import made_up

    planned = made_up.baseline(made_up.book(made_up.factor_model(20, 500)))
    before = peak()
    taken = seconds(lambda: shortfall_and_contributions(planned, 10_000_000), 1)[0]
    memory = peak() - before
    return [
        row(
            "10,000,000 draws, ES and contributions",
            taken,
            memory=memory,
            note="76 MiB are the draws",
        )
    ]


@case("books")
def books():
    import made_up
    import numpy as np

    from stress.simulation.many import tails_of

    model = made_up.factor_model(20, 500)
    count, draws, part = 1000, 100_000, 40
    plans = [
        made_up.baseline(made_up.book(model, seed=i, size=50 + i % 400, name=str(i)))
        for i in range(count)
    ]
    random = np.random.default_rng(0)
    moves = random.standard_normal((draws, 20))
    loadings = random.standard_normal((20, count))

    def loop():
        for i in range(count // part):
            pnl = moves @ loadings[:, i]
            edge = np.quantile(pnl, 0.025)
            pnl[pnl <= edge].mean()

    before = peak()
    tails_of(plans, draws=draws, seed=0)
    memory = peak() - before
    times = in_turn(5, ours=lambda: tails_of(plans, draws=draws, seed=0), loop=loop)
    return [
        row(
            "1,000 books x 100,000 draws, VaR and ES each", times["ours"], part * times["loop"],
            bar=">= 12", memory=memory,
            note=f"loop of product, np.quantile, mask at 1/{part}; its draws are given, ours are drawn",
        )
    ]  # fmt: skip


@case("what-if")
def what_if():
    import made_up
    import numpy as np

    from stress.simulation.blas_threads import set_one_blas_thread

    set_one_blas_thread()
    held = made_up.book(made_up.factor_model(27, 10_000))
    moves, loading = np.random.default_rng(0).standard_normal((20_000, 27)), np.ones(27)
    names = iter(held.names)
    held.what_if({next(names): 0.01})

    def product():
        for _ in range(50):
            moves @ loading

    def ask():
        for _ in range(50):
            held.what_if({next(names): 0.01})

    times = in_turn(7, ours=ask, product=product)
    return [
        row(
            "what_if on 10,000 positions at 20,000 draws", times["ours"] / 50, times["product"] / 50,
            ratio=times["ours"] / times["product"], bar="< 20", note="one (20,000 x 27) by (27) product",
        )
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ options


def scipy_stats_price(spot, strike, years, rate, dividend, vol, call):
    """Black-Scholes as users write it."""
    import numpy as np
    from scipy.stats import norm

    root = vol * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate - dividend + 0.5 * vol**2) * years) / root
    d2 = d1 - root
    share, cash = spot * np.exp(-dividend * years), strike * np.exp(-rate * years)
    return np.where(
        call,
        share * norm.cdf(d1) - cash * norm.cdf(d2),
        cash * norm.cdf(-d2) - share * norm.cdf(-d1),
    )


def naive_options(planned, draws):
    """Every option under every draw of its underlying's spot and its volatility; the draws are given."""
    import numpy as np

    from stress.portfolio.instruments import Driver

    revaluation = planned.revaluation
    options = [legs[0].instrument for legs in revaluation.legs]
    random = np.random.default_rng(0)
    spot = 100.0 * (1 + 0.02 * random.standard_normal((draws, 1)))
    shift = 0.01 * random.standard_normal((draws, 1))
    base = revaluation.base
    vol = np.array([float(base[Driver("vol", o.contract)]) for o in options])
    quantity = np.array([100.0 * h.quantity for h in revaluation.valuation.holdings])
    price = scipy_stats_price(
        spot, np.array([o.strike for o in options]), np.array([o.years(1.4) for o in options]),
        0.04, 0.01, np.maximum(vol + shift, 0.03), np.array([o.sign > 0 for o in options]),
    )  # fmt: skip
    return price @ quantity


def options(underlyings, count, draws, part, naive_part, bars):
    import made_up
    import numpy as np

    from stress.simulation.simulate import simulate
    from stress.simulation.surface import with_surfaces

    planned = made_up.baseline(made_up.option_book(underlyings, count, rates=False))
    before = peak()

    def through_surfaces():
        ready = with_surfaces(planned, seed=0)
        return ready, simulate([ready], draws=draws, seed=0)[0]

    ready, fast = through_surfaces()
    memory = peak() - before
    some = draws // part
    exact = simulate([planned], draws=some, seed=0, executor=2)[0]
    gross = sum(each.gross for each in ready.surfaces.underlyings)
    error = np.abs(exact.totals - fast.totals[:some]).max() / gross
    times = in_turn(
        3,
        surfaces=through_surfaces,
        exact=lambda: simulate([planned], draws=some, seed=0, executor=2),
        naive=lambda: naive_options(planned, draws // naive_part),
    )
    naive, full = naive_part * times["naive"], part * times["exact"]
    certified = ready.surfaces.certified_error
    left = 0 if ready.surfaces.rest is None else len(ready.surfaces.rest.legs)
    what = f"{count:,} options on {underlyings} x {draws:,} draws"
    rows = [
        row(
            f"{what}, surfaces and fit", times["surfaces"], naive, bar=bars[0], memory=memory,
            note=f"scipy.stats at 1/{naive_part}; certified {certified:.1g}, seen {error:.1g}, {left} exact",
        ),
        row(
            f"{what}, exact", full, naive, bar=bars[1],
            note="scipy.stats; ours in full" if part == 1 else f"scipy.stats; ours at 1/{part}",
        ),
    ]  # fmt: skip
    if bars[2]:
        rows.append(
            row(
                "  exact over surfaces",
                times["surfaces"],
                full,
                bar=bars[2],
                note="our own exact mode",
            )
        )
    return rows


@case("options")
def options_many():
    return options(10, 200, 100_000, 1, 5, (">= 60", ">= 8", ""))


@case("options-one")
def options_one():
    return options(1, 1000, 1_000_000, 10, 250, (">= 500", "", ">= 60"))


@case("american")
def american():
    import numpy as np
    import QuantLib as ql

    from stress.portfolio.pricing.american import american_value

    today = ql.Date(30, 12, 2025)
    ql.Settings.instance().evaluationDate = today
    spot, vol = ql.SimpleQuote(100.0), ql.SimpleQuote(0.3)
    daily = ql.Actual365Fixed()
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(spot),
        ql.YieldTermStructureHandle(ql.FlatForward(today, 0.01, daily)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, 0.04, daily)),
        ql.BlackVolTermStructureHandle(
            ql.BlackConstantVol(today, ql.NullCalendar(), ql.QuoteHandle(vol), daily)
        ),
    )
    put = ql.VanillaOption(
        ql.PlainVanillaPayoff(ql.Option.Put, 100.0), ql.AmericanExercise(today, today + 182)
    )
    random = np.random.default_rng(0)
    spots = 100.0 * np.exp(0.1 * random.standard_normal(200_000))
    vols = np.maximum(0.3 + 0.03 * random.standard_normal(200_000), 0.05)

    def loop(engine, count):
        put.setPricingEngine(engine)
        found = np.empty(count)
        for i in range(count):
            spot.setValue(spots[i])
            vol.setValue(vols[i])
            found[i] = put.NPV()
        return found

    def ours():
        return american_value(spots, 100.0, 182 / 365, 0.04, 0.01, vols, sign=-1.0)

    accurate = loop(
        ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.highPrecisionScheme()), 300
    )
    error = np.abs(ours()[:300] / accurate - 1).max()
    barone = np.abs(
        loop(ql.BaroneAdesiWhaleyApproximationEngine(process), 300) / accurate - 1
    ).max()
    times = in_turn(
        5,
        ours=ours,
        loop=lambda: loop(ql.BaroneAdesiWhaleyApproximationEngine(process), 10_000),
    )
    return [
        row(
            "American put, 200,000 draws of spot and vol", times["ours"], 20 * times["loop"], bar=">= 10",
            note=f"QuantLib Barone-Adesi-Whaley loop at 1/20; error {error:.1g} of price, theirs {barone:.1g}",
        )
    ]  # fmt: skip


# --------------------------------------------------------------------------------- variance reduction


@case("variance")
def variance():
    import made_up

    from stress.simulation.blas_threads import set_one_blas_thread
    from stress.simulation.variance_reduction.control_variate import controlled_tail
    from stress.simulation.variance_reduction.importance import importance_tail
    from stress.simulation.variance_reduction.sobol import sobol_tail

    set_one_blas_thread()  # as a run does
    linear_book = made_up.baseline(made_up.book(made_up.factor_model(10, 50)))
    optional = made_up.baseline(made_up.option_book(10, 40))
    rows = []
    for what, planned in (("10 factors", linear_book), ("40 options on 10", optional)):
        for method, level, bar in (
            (sobol_tail, 0.975, ">= 5"),
            (importance_tail, 0.999, ">= 50"),
            (controlled_tail, 0.975, ""),
        ):
            found, ratios = None, []
            taken = []
            for seed in range(5):
                time.sleep(_BLAS_SPINS)
                start = time.perf_counter()
                found = method(planned, draws=65_536, seed=seed, level=level)
                taken.append(time.perf_counter() - start)
                ratios.append(found.variance_ratio)
            rows.append(
                row(
                    f"{what}, ES {level:.1%} by {found.method}", statistics.median(taken),
                    ratio=statistics.median(ratios), bar=bar, note="plain draws for one of these",
                )
            )  # fmt: skip
    return rows


# -------------------------------------------------------------------------------------------- files


@case("files")
def files():
    import random
    import tempfile
    from pathlib import Path

    import pandas as pd

    from stress.files.models.file import read_model
    from stress.files.portfolio import check_portfolio

    model = Path(__file__).parents[1] / "models" / "us-ai-2025-12.json"
    draw = random.Random(7)
    rows = "".join(
        f"T{i},{draw.randint(-500, 5000)},{draw.uniform(5, 500):.2f},USD,Name {i},A{i % 7},S{i % 11}\n"
        for i in range(10_000)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.csv"
        path.write_text("ticker,quantity,price,currency,name,account,sector\n" + rows)

        def typed():
            frame = pd.read_csv(path, dtype=str)
            for column in ("quantity", "price"):
                frame[column] = pd.to_numeric(frame[column])
            for column in ("currency", "account", "sector"):
                frame[column] = frame[column].astype("category")

        times = in_turn(
            5,
            book=lambda: check_portfolio(path),
            typed=typed,
            model=lambda: read_model(model),
            plain=lambda: json.loads(model.read_bytes()),
        )
    return [
        row(
            "10,000 rows of a broker's file read and checked", times["book"], times["typed"],
            ratio=times["book"] / times["typed"], note="pandas: typed columns, nothing checked",
        ),
        row(
            "a bundled model read and checked", times["model"], times["plain"],
            ratio=times["model"] / times["plain"], note="json.loads",
        ),
    ]  # fmt: skip


@case("calibration")
def calibration():
    import tempfile
    from pathlib import Path

    import made_up
    import pandas as pd

    import stress
    from stress.files.prices.reading import read_prices

    with tempfile.TemporaryDirectory() as folder:
        prices, factors = made_up.price_files(Path(folder), factors=27, names=230, sessions=2000)
        in_memory = read_prices(prices)
        times = in_turn(
            5,
            whole=lambda: stress.calibrate(prices, factors),
            estimated=lambda: stress.calibrate(in_memory, factors),
            read=lambda: pd.read_csv(prices),
        )
    return [
        row(
            "230 names x 27 factors calibrated, prices read", times["estimated"], times["read"],
            ratio=times["estimated"] / times["read"], bar="<= 15", note="pandas.read_csv of 2,000 sessions",
        ),
        row(
            "  with the reading and the checks of prices", times["whole"], times["read"],
            ratio=times["whole"] / times["read"], note="the same",
        ),
    ]  # fmt: skip


# --------------------------------------------------------------------------------------- scale-out


@case("cluster")
def cluster():
    import made_up
    from distributed import Client, LocalCluster

    from stress.simulation.simulate import simulate

    # All names explicit: work that no collapse takes away.
    deep = made_up.compound(made_up.book(made_up.factor_model(20, 200)))
    draws = 4_000_000

    def digest(executor):
        return simulate([deep], draws=draws, seed=0, executor=executor)[0].digest

    start = time.perf_counter()
    serial = digest(1)
    alone = time.perf_counter() - start
    rows = []
    threads = seconds(lambda: digest(2), 1)[0]
    rows.append(row("200 explicit names x 4,000,000, 2 threads", threads, alone, note="1 thread"))
    for workers in (1, 2):
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=50
            ) as local,
            Client(local) as client,
        ):
            start = time.perf_counter()
            assert digest(client) == serial
            taken = time.perf_counter() - start
        rows.append(
            row(
                f"  Dask, {workers} process{'es' * (workers > 1)}", taken, alone,
                bar=">= 1.6" if workers == 2 else "", note="1 thread; same digest",
            )
        )  # fmt: skip
    return rows


# ----------------------------------------------------------------------------------------- the table


def shown(rows):
    lines = [
        "| work | ours | other side | ratio | bar | peak MiB | other side is |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in rows:
        unit = "" if each["note"] in ("M/s", "GFLOP/s", "GB/s") else " s"
        lines.append(
            f"| {each['what']} | {each['ours']:.4g}{unit} | "
            + (f"{each['theirs']:.4g} s" if each["theirs"] is not None else "")
            + " | "
            + (f"**{each['ratio']:.3g}**" if each["ratio"] is not None else "")
            + f" | {each['bar']} | "
            + (f"{each['memory']:.0f}" if each["memory"] is not None else "")
            + f" | {each['note']} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", help=f"of: {', '.join(CASES)}")
    parser.add_argument("--cluster", action="store_true", help="Dask too")
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter with benchmarks/peers.txt")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(CASES[asked.one]()))
        return
    names = asked.cases or [name for name in CASES if name != "cluster" or asked.cluster]
    rows = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(done.stderr, file=sys.stderr)
            raise SystemExit(f"{name} failed")
        rows += json.loads(done.stdout.splitlines()[-1])
    if asked.peers:
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peer_tails.py")
        done = subprocess.run([asked.peers, here], capture_output=True, text=True, check=True)
        rows += json.loads(done.stdout.splitlines()[-1])
    load = os.getloadavg()[0]
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load before the end {load:.1f}, "
        f"Python {sys.version.split()[0]}\n"
    )
    print(shown(rows))
    assert math.isfinite(sum(each["ours"] for each in rows))


if __name__ == "__main__":
    main()
