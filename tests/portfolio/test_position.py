"""A book made in memory is checked as one that is read: amounts are numbers, NAV is above zero and says its source."""

import dataclasses
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Cash, Equity, Future, FXForward, LeveragedFund
from stress.portfolio.position import gross_of

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
        ({"market_value": float("inf")}, "market_value inf is beyond 1e+15"),
        ({"market_value": None}, "market_value: None is not a number"),
        ({"quantity": "3"}, "quantity: '3' is not a number"),
        ({"market_value": -1e16}, "market_value -1e+16 is beyond 1e+15, the largest that is taken"),
        ({"id": ""}, "id '' is no text"),
        ({"currency": "usd"}, "currency 'usd' is no ISO code of a currency. Did you mean 'USD'?"),
        ({"currency": "XXQ"}, "currency 'XXQ' is no ISO code of a currency"),
        ({"currency": None}, "currency None is no text"),
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


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Equity(5), "equity: ticker 5 is no text"),
        (lambda: Equity(" "), "equity: ticker ' ' is no text"),
        (
            lambda: Cash("usd"),
            "cash: currency 'usd' is no ISO code of a currency. Did you mean 'USD'?",
        ),
        (
            lambda: Future(contract="", follows=3, price=1.0, multiplier=50.0),
            "contract '' is no text.",
        ),
        (
            lambda: LeveragedFund(ticker="SOXL", follows=None, leverage=3.0, price=40.0),
            "follows None is no text",
        ),
        (
            lambda: FXForward(
                foreign="eur", domestic="USD", agreed_rate=1.0, delivery="2026-01-02"
            ),
            "foreign 'eur' is no ISO code",
        ),
        (lambda: portfolio(currency="Usd"), "portfolio: currency 'Usd' is no ISO code"),
        (lambda: portfolio(name=7), "portfolio: name 7 is no text"),
    ],
)
def test_what_things_are_called_is_text_and_currencies_are_codes(make, said):
    with pytest.raises(InputError) as refused:
        make()
    assert said in str(refused.value)


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


def test_gross_does_not_depend_on_the_order_of_rows():
    values = np.random.default_rng(0).normal(scale=1e4, size=50)
    rows = [position(id=f"P{i}", market_value=float(v)) for i, v in enumerate(values)]
    turned = [gross_of(rows[i:] + rows[:i]) for i in range(50)]
    assert set(turned) == {gross_of(rows)}


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


def test_a_quantity_that_is_changed_alone_is_refused():
    book = portfolio(positions=[position(quantity=100.0, price=200.0, market_value=2e4)], nav=2e4)
    (held,) = book.positions
    with pytest.raises(InputError, match=r"its market value is 0\.5 times quantity x price"):
        book.with_positions([dataclasses.replace(held, quantity=200.0)])
    with pytest.raises(InputError, match=r"10 times quantity x price, and was 1 times"):
        book.with_positions([dataclasses.replace(held, market_value=2e5)])
    assert (
        book.with_positions([dataclasses.replace(held, quantity=200.0, market_value=4e4)]).nav
        == 4e4
    )
