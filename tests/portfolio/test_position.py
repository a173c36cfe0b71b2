"""A book made in memory is checked as one that is read: amounts are numbers, NAV is above zero and says its source."""

import dataclasses
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Equity

ROWS = [
    {"ticker": "NVDA", "quantity": 100, "price": 130.0, "currency": "USD"},
    {"ticker": "MSFT", "market_value": 5000.0, "currency": "USD", "sector": "software"},
    {"ticker": "USD", "type": "cash", "quantity": 2000.0, "currency": "USD"},
]


def position(**changes):
    given = {"id": "NVDA", "instrument": Equity("NVDA"), "market_value": 1e5, "currency": "USD"}
    return stress.Position(**{**given, **changes})


def portfolio(**changes):
    given = {"name": "mine", "positions": (position(),), "currency": "USD", "nav": 1e5}
    return stress.Portfolio(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"market_value": "1e6"}, "market_value: '1e6' is not a number"),
        ({"market_value": float("nan")}, "market_value: nan is not a number"),
        ({"market_value": float("inf")}, "market_value inf is not finite"),
        ({"market_value": None}, "market_value: None is not a number"),
        ({"quantity": "3"}, "quantity: '3' is not a number"),
        ({"id": ""}, "id '' is no text"),
        ({"instrument": "NVDA"}, "instrument 'NVDA' is none"),
        (
            {"instrument": SimpleNamespace(kind="swap", linear=False, underlying="X", value=abs)},
            "has no multiplier, drivers, value_range, notional_at (see stress.Instrument)",
        ),
    ],
)
def test_a_position_refuses_what_is_no_amount(changes, said):
    with pytest.raises(InputError) as refused:
        position(**changes)
    assert said in str(refused.value)


def test_a_positions_amounts_are_floats_whatever_counts_as_one():
    held = position(market_value=Decimal("12.5"), quantity=np.int64(3), price=4)
    assert (held.market_value, held.quantity, held.price) == (12.5, 3.0, 4.0)
    assert all(type(value) is float for value in (held.market_value, held.quantity, held.price))


@pytest.mark.parametrize("nav", [-1e6, 0.0, float("nan"), float("inf"), "1e6", None])
def test_a_net_asset_value_is_a_number_above_zero(nav):
    with pytest.raises(InputError, match="portfolio 'mine': nav"):
        portfolio(nav=nav)


def test_positions_are_positions_and_a_date_is_one():
    with pytest.raises(InputError, match=r"NVDA.*is not a Position.*load_portfolio"):
        portfolio(positions=[{"ticker": "NVDA"}])
    with pytest.raises(InputError, match="stands twice"):
        portfolio(positions=(position(), position()))
    with pytest.raises(InputError, match="as_of"):
        portfolio(as_of="soon")
    assert portfolio(positions=[position()]).positions == (position(),)


def test_a_net_asset_value_that_is_not_the_sum_is_stated():
    book = portfolio()
    assert book.nav_source == "positions"
    kept = dataclasses.replace(book, positions=(position(market_value=4e4),))
    assert (kept.nav, kept.nav_source) == (1e5, "stated")

    followed = book.with_positions([position(market_value=4e4)])
    assert (followed.nav, followed.nav_source) == (4e4, "positions")
    stated = portfolio(nav=2e5).with_positions([position(market_value=4e4)])
    assert (stated.nav, stated.nav_source) == (2e5, "stated")


def test_rows_in_memory_are_a_book_like_any_other():
    rows = stress.load_portfolio(ROWS, name="mine")
    frame = stress.load_portfolio(pd.DataFrame(ROWS), name="mine")
    assert rows.name == frame.name == "mine"
    assert rows.nav == 20_000.0
    assert [p.id for p in rows.positions] == [p.id for p in frame.positions]
    assert [p.market_value for p in rows.positions] == [p.market_value for p in frame.positions]
    assert rows.positions[1].sector == "software"
    with pytest.raises(InputError, match=r"mine:1.*'NVDAA'|mine"):
        stress.load_portfolio([{"ticker": "NVDA", "quantity": "x", "price": 1.0}], name="mine")
    with pytest.raises(InputError, match="empty"):
        stress.load_portfolio([])


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_missing_values_of_every_kind_of_frame_are_blank(backend):
    frame = pd.DataFrame(ROWS)
    nullable = frame.convert_dtypes(dtype_backend=backend)
    assert nullable["price"].isna().any()
    plain, other = stress.load_portfolio(frame), stress.load_portfolio(nullable)
    assert [p.market_value for p in plain.positions] == [p.market_value for p in other.positions]
    assert [p.sector for p in plain.positions] == [p.sector for p in other.positions]


def test_a_title_that_stands_twice_is_refused():
    frame = pd.DataFrame(ROWS)[["ticker", "market_value", "currency", "ticker"]]
    with pytest.raises(InputError, match=r"column\(s\) given twice: ticker"):
        stress.load_portfolio(frame)


def test_frames_of_one_run_are_numbered(toy):
    frames = [
        pd.DataFrame([{"ticker": name, "market_value": 100.0, "currency": "USD"}])
        for name in ("AAA", "BBB")
    ]
    found = stress.run_many(
        frames, toy.scenario({"chips": "-5%"}), toy.model(), draws=2000, model_range=False
    )
    assert [result.portfolio_name for result in found] == ["DataFrame 1", "DataFrame 2"]
    one = stress.run_many(
        frames[:1], toy.scenario({"chips": "-5%"}), toy.model(), draws=2000, model_range=False
    )
    assert one[0].portfolio_name == "DataFrame"
