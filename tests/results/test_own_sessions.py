"""A run from history with prices: names' own specific moves, counted, and nothing else changed."""

import datetime

import numpy as np
import pandas as pd
import pytest

import stress
from stress.factors.history import carried_moves
from stress.factors.prices import Prices

SHOCKS = ["deepseek-2025-01-27", "ai-winter-path"]


@pytest.fixture(scope="module")
def model():
    return stress.load_model("us-ai-2025-12")


@pytest.fixture(scope="module")
def prices(model):
    """NVDA and NEE over all sessions, GEV over the last hundred; VST not at all."""
    days, moves = model.history.dates, carried_moves(model)
    random = np.random.default_rng(3)
    before = datetime.date.fromisoformat(days[0]) - datetime.timedelta(days=1)
    columns = {}
    for name in ("GEV", "NEE", "NVDA"):
        explained = moves @ model.exposures[model.name_index[name]]
        own = explained + 0.01 * random.standard_normal(len(explained))
        columns[name] = 50.0 * np.cumprod(np.concatenate([[1.0], 1.0 + own]))
    columns["GEV"][:-100] = np.nan
    return Prices(
        dates=(before.isoformat(), *days),
        names=tuple(columns),
        levels=np.column_stack(list(columns.values())),
        content_hash="made up",
    )


@pytest.fixture(scope="module")
def held():
    return pd.DataFrame(
        {"ticker": ["NVDA", "NEE", "GEV", "VST"], "market_value": [4e6, 3e6, 2e6, 1e6]}
    )


def run(held, **options):
    return stress.run_many(held, SHOCKS, draws=3000, model_range=False, **options)


@pytest.mark.parametrize("generator", ["filtered-history", "bootstrap"])
def test_own_sessions_are_counted(held, prices, generator):
    results = run(held, generator=generator, prices=prices)
    said = (
        "specific moves of 2 of 4 names are their own of the drawn sessions; "
        "2 without such a history stay t: GEV, VST."
    )

    assert all(said in result.warnings for result in results)
    assert results.manifest.defaults["specific"].startswith(
        "own of the drawn sessions for 2 of 4 names of "
    )
    assert results.manifest.digest != run(held, generator=generator).manifest.digest


def test_a_first_session_is_no_move_over_months(held, prices):
    # NEE has no price on the forty weekdays before the first carried session but the earliest.
    first = datetime.date.fromisoformat(prices.dates[1])
    days = [first - datetime.timedelta(days=n) for n in range(58, 0, -1)]
    earlier = [day.isoformat() for day in days if day.weekday() < 5]
    before = np.repeat(prices.levels[:1], len(earlier), axis=0)
    before[1:, prices.names.index("NEE")] = np.nan
    old = Prices(
        dates=(*earlier, *prices.dates[1:]),
        names=prices.names,
        levels=np.vstack([before, prices.levels[1:]]),
        content_hash="made up",
    )
    waived = ["gap:NEE", "stale:NVDA"]
    results = run(held, generator="bootstrap", prices=old, waive=waived)
    said = "specific moves of 1 of 4 names are their own of the drawn sessions"
    assert all(any(said in text for text in result.warnings) for result in results)


def test_prices_change_nothing_under_the_t_law(held, prices):
    plain, beside = run(held), run(held, prices=prices)

    assert plain.manifest.digest == beside.manifest.digest
    assert "specific" not in beside.manifest.defaults
    assert not any("drawn sessions" in text for text in beside[0].warnings)


def test_prices_of_other_names_leave_the_draws_alone(held, prices):
    # No name has all sessions: counted, and bit for bit the run without prices.
    late = Prices(dates=prices.dates[100:], names=prices.names, levels=prices.levels[100:])
    results = run(held, generator="bootstrap", prices=late)

    assert results.manifest.digest == run(held, generator="bootstrap").manifest.digest
    assert any("specific moves of 0 of 4 names" in text for text in results[0].warnings)


def test_who_works_on_the_draws_does_not_matter(held, prices):
    one, two = (
        run(held, generator="filtered-history", prices=prices, executor=executor)
        for executor in (1, 2)
    )

    assert one.manifest.digest == two.manifest.digest


def test_the_benchmarks_names_make_their_own_moves_too(prices):
    held = pd.DataFrame({"ticker": ["NEE"], "market_value": [1e6]})
    alone = Prices(dates=prices.dates, names=("NEE",), levels=prices.levels[:, [1]])
    both, one = (
        run(held, generator="bootstrap", prices=given, benchmark="NVDA")[0]
        for given in (prices, alone)
    )

    assert both.digest == one.digest
    assert both.active.expected == one.active.expected
    assert [m.value for m in both.active.measures] != [m.value for m in one.active.measures]
