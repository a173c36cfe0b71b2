import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.errors import InputError, ModelError
from stress.factors.baskets import basket_moves, basket_moves_without_each, level_moves
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.factor_names import taken_names
from stress.factors.moves import measure_moves
from stress.factors.prices import Prices


def test_measures():
    levels = np.array([100.0, 80.0])
    assert level_moves(levels)[0] == pytest.approx(-0.2)
    assert level_moves(levels, measure="inverse-return")[0] == pytest.approx(0.25)
    assert level_moves(np.array([4.30, 4.45]), measure="difference", scale=0.01)[
        0
    ] == pytest.approx(0.0015)


moves_with_blanks = arrays(
    float, (6, 4), elements=st.one_of(st.floats(-0.3, 0.3), st.just(float("nan")))
)


@given(moves_with_blanks)
def test_a_basket_is_a_member_and_the_basket_without_it(moves):
    basket, without = basket_moves(moves), basket_moves_without_each(moves)
    count = np.isfinite(moves).sum(axis=1)
    for t, n in np.argwhere(np.isfinite(moves)):
        if count[t] == 1:
            assert np.isnan(without[t, n])
            assert basket[t] == pytest.approx(moves[t, n])
        else:
            whole = (moves[t, n] + (count[t] - 1) * without[t, n]) / count[t]
            assert basket[t] == pytest.approx(whole, abs=1e-12)


def test_a_day_with_a_blank_factor_is_dropped_for_all_and_counted(prices, definitions):
    levels = prices.levels.copy()
    levels[100, prices.index["Y10"]] = np.nan
    moves = measure_moves(
        Prices(dates=prices.dates, names=prices.names, levels=levels), definitions
    )
    whole = measure_moves(prices, definitions)
    assert moves.dropped == ((prices.dates[100], "rates_10y"),)
    assert prices.dates[100] not in moves.dates
    assert len(moves.dates) == len(whole.dates) - 1
    # the next move spans both days, for every name
    t = moves.date_index[prices.dates[101]]
    two = (1 + whole.name_moves[99]) * (1 + whole.name_moves[100]) - 1
    assert np.allclose(moves.name_moves[t], two, equal_nan=True)


def test_a_holiday_is_no_dropped_session(prices, definitions):
    levels = prices.levels.copy()
    levels[100, [n for n, name in enumerate(prices.names) if name != "Y10"]] = np.nan
    moves = measure_moves(
        Prices(dates=prices.dates, names=prices.names, levels=levels), definitions
    )
    assert moves.dropped == ()
    assert prices.dates[100] not in moves.dates


def test_members_that_are_missing_are_named(prices, definitions):
    moves = measure_moves(prices, definitions)
    assert moves.missing[1] == ("GONE",)
    assert moves.members[1] == ("C1", "C2", "C3", "C4")
    assert "Y10" not in moves.names


def test_moves_seen_replace_the_own_basket(prices, definitions):
    moves = measure_moves(prices, definitions)
    date = moves.dates[-1]
    seen = moves.moves_seen(date)
    names = moves.names
    others = [moves.name_moves[-1, names.index(n)] for n in ("C2", "C3", "C4")]
    assert seen[names.index("C1"), 1] == pytest.approx(np.mean(others))
    assert np.array_equal(seen[names.index("FREE")], moves.factor_moves[-1])
    assert np.isnan(seen[names.index("IDX"), 0])


def test_nothing_after_the_as_of_date_is_read(prices, definitions):
    until = prices.dates[300]
    whole = measure_moves(prices, definitions)
    part = measure_moves(prices, definitions, as_of=until)
    assert part.dates[-1] == until
    assert whole.rows_until(until) == len(part.dates)
    assert np.array_equal(part.factor_moves, whole.factor_moves[: len(part.dates)])


def test_a_factor_without_any_series_is_named_with_all_others(prices, definitions):
    keep = [n for n, name in enumerate(prices.names) if name not in ("YEN", "IDX")]
    less = Prices(
        dates=prices.dates,
        names=tuple(prices.names[n] for n in keep),
        levels=prices.levels[:, keep],
    )
    with pytest.raises(InputError) as error:
        measure_moves(less, definitions)
    assert "'usdjpy' is measured on 'YEN', which no price file holds" in str(error.value)
    assert "'market' is measured on 'IDX'" in str(error.value)


def test_a_price_of_zero_is_refused_with_its_place(prices, definitions):
    levels = prices.levels.copy()
    levels[17, prices.index["FREE"]] = 0.0
    bad = Prices(dates=prices.dates, names=prices.names, levels=levels)
    with pytest.raises(InputError, match=f"price of FREE on {prices.dates[17]} is 0"):
        measure_moves(bad, definitions)


def test_no_common_day_is_a_model_error(definitions, prices):
    levels = prices.levels.copy()
    levels[:, prices.index["Y10"]] = np.nan
    with pytest.raises(ModelError, match="only 0 day"):
        measure_moves(Prices(dates=prices.dates, names=prices.names, levels=levels), definitions)


def test_definitions_tell_all_their_problems():
    def factor(name, **changes):
        given = dict(
            name=name,
            kind="relative",
            unit="%",
            title="",
            description="",
            series=("SPY",),
            measure="return",
        )
        return FactorDefinition(**{**given, **changes})

    with pytest.raises(InputError) as error:
        FactorDefinitions(
            factors=(
                factor("market"),
                factor("market", series=("QQQ",)),
                factor("empty", series=()),
                factor("again", series=("SPY",)),
                factor("mixed", series=("TLT",), measure="difference"),
                factor("wrong", series=("GLD",), unit="bp"),
                factor("no*name", series=("SLV",)),
            ),
            homes={"NVDA": "chips", "SPY": "again"},
        )
    text = str(error.value)
    for part in (
        "'market' is defined twice",
        "'empty' names no series",
        "'SPY' is in two factors",
        "'mixed' is relative but measured as 'difference'",
        "'wrong' is relative but its unit is bp",
        "'no*name' is no name for a factor",
        "home of 'NVDA' is 'chips', which is no factor",
    ):
        assert part in text


def test_a_factor_called_as_a_security_is_that_security_or_refused():
    def defined(name, *series, measure="return"):
        return FactorDefinitions(
            factors=(
                FactorDefinition(
                    name=name,
                    kind="relative",
                    unit="%",
                    title="",
                    description="",
                    series=series,
                    measure=measure,
                ),
            ),
            homes={"HOME": name},
        )

    held = ("GLD", "GS", "FXY")
    assert taken_names(defined("GLD", "GLD"), held) == []
    assert taken_names(defined("gold", "GLD"), held) == []
    for definitions in (
        defined("GS", "GLD"),
        defined("GLD", "GLD", "GS"),
        defined("FXY", "FXY", measure="inverse-return"),
        defined("HOME", "GLD"),
    ):
        (problem,) = taken_names(definitions, held)
        assert f"'{definitions.names[0]}' has the ticker of a security" in problem.message
    prices = Prices(dates=("2025-01-02", "2025-01-03"), names=held, levels=np.ones((2, 3)))
    with pytest.raises(InputError, match="'GS' has the ticker of a security"):
        measure_moves(prices, defined("GS", "GLD"))


def test_prices_refuse_what_cannot_be():
    good = {"dates": ("2025-01-02", "2025-01-03"), "names": ("A",)}
    with pytest.raises(InputError, match="rise strictly"):
        Prices(dates=good["dates"][::-1], names=("A",), levels=np.ones((2, 1)))
    with pytest.raises(InputError, match="same name"):
        Prices(dates=good["dates"], names=("A", "A"), levels=np.ones((2, 2)))
    with pytest.raises(InputError, match="A on 2025-01-03 is infinite"):
        Prices(**good, levels=np.array([[1.0], [np.inf]]))
    with pytest.raises(InputError, match="do not fit"):
        Prices(**good, levels=np.ones((3, 1)))
    with pytest.raises(InputError, match="no price on or before 2024-12-31"):
        Prices(**good, levels=np.ones((2, 1))).until("2024-12-31")
