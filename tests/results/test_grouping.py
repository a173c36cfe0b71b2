"""What groups and factors add to the tail average: the errors are the spread over seeds, and add up to the whole's."""

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.results.evaluate import evaluate
from stress.results.grouping import group_columns, position_labels
from stress.results.options import Options
from stress.results.tail_contributions import group_contributions
from stress.risk.measures import expected_shortfall
from stress.risk.standard_errors import expected_shortfall_error

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": 150.0, "DDD": 300.0}
SEEDS = 60


def evaluated(book, scenario, *, draws=4000, seed=0):
    return evaluate([book], [scenario], options=Options(draws=draws, seed=seed))[0]


@pytest.mark.parametrize("key", ["name", "factor"])
@pytest.mark.parametrize("returns", ["simple", "compound"])
def test_errors_are_the_spread_over_seeds(toy, key, returns):
    book = toy.book(HOLDINGS)
    scenario = toy.scenario({"market": "-3%"}, horizon_days=5, returns=returns)
    drawn_names = len(evaluated(book, scenario).pnl.plan.explicit)
    assert drawn_names == (0 if returns == "simple" else len(HOLDINGS))
    tails, errors, alone, alone_errors = [], [], [], []
    for seed in range(SEEDS):
        lines = sorted(evaluated(book, scenario, seed=seed).by(key), key=lambda line: line.label)
        tails.append([line.tail for line in lines])
        errors.append([line.tail_error for line in lines])
        alone.append([line.alone_tail for line in lines])
        alone_errors.append([line.alone_error for line in lines])
    # The spread of so many seeds is known to 1 / sqrt(2 x 60) = 9 %.
    spread, said = np.std(tails, axis=0), np.mean(errors, axis=0)
    varies = spread > 1e-9
    assert varies.sum() >= len(HOLDINGS) - 1
    assert said[~varies] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(said[varies] / spread[varies], 1.0, atol=0.37)
    if key == "name":
        ratio = np.mean(alone_errors, axis=0) / np.std(alone, axis=0)
        np.testing.assert_allclose(ratio, 1.0, atol=0.37)
    else:
        assert {value for row in alone_errors for value in row} == {None}


@pytest.mark.parametrize("returns", ["simple", "compound"])
def test_the_error_of_all_positions_together_is_that_of_the_tail_average(toy, returns):
    book = toy.book(HOLDINGS)
    pnl = evaluated(
        book, toy.scenario({"market": "-3%"}, horizon_days=5, returns=returns), draws=20_000
    ).pnl
    found = group_contributions(pnl, ["all"], ["all"] * len(book.positions), [])

    assert found.values[0] == pytest.approx(expected_shortfall(pnl.totals, level=0.975), rel=1e-9)
    # Not exactly: the mean at the edge is a local average, not the quantile.
    assert found.standard_errors[0] == pytest.approx(
        expected_shortfall_error(pnl.totals, level=0.975), rel=1e-2
    )


def test_a_column_that_no_row_fills_is_refused_and_not_offered(toy):
    book = toy.book(HOLDINGS)
    for key in ("account", "sector"):
        with pytest.raises(InputError, match=f"no row of .* has a value in column '{key}'") as said:
            position_labels(book.positions, book, key)
        assert key not in str(said.value).split("There are: ")[1]
    assert "Did you mean 'home', the model's themes?" in str(said.value)
    with pytest.raises(InputError, match=r"has no column 'hom' to group by. Did you mean 'home'"):
        position_labels(book.positions, book, "hom")
    offered = group_columns(book.portfolio)
    for key in set(offered) - {"factor"}:
        assert len(position_labels(book.positions, book, key)) == len(HOLDINGS)


@pytest.mark.parametrize("key", ["home", "position", "factor"])
def test_a_column_called_as_a_grouping_of_another_meaning_is_no_grouping(key):
    rows = stress.load_portfolio(
        [{"ticker": "NVDA", "market_value": 5e5, key: "London", "desk": "A"}], nav=1e6
    )
    result = stress.run(rows, "deepseek-2025-01-27", draws=512)
    assert [line.label for line in result.by("desk")] == ["A"]
    with pytest.raises(InputError, match=f"has a column '{key}' of its own"):
        result.by(key)
    with pytest.raises(InputError, match=f"has a column '{key}' of its own"):
        stress.run(rows, "deepseek-2025-01-27", draws=512, group=key)
