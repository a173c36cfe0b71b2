"""What --strict refuses, row by row."""

import dataclasses

import pytest

from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import DurationBond, ForeignHolding, FundLookThrough
from stress.portfolio.position import LedgerRow, Portfolio, Position
from stress.portfolio.strictness import below_full, is_approximate, require_full_coverage

FUND = DurationBond(
    name="FUND",
    price=50.0,
    yield_now=0.05,
    spread_now=0.0,
    duration=6.0,
    convexity=0.0,
    curve="USD 10y",
)


def test_a_fully_covered_book_passes(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "IDX": 100.0}, cash=10.0)
    coverage = cover(portfolio, toy.model())

    require_full_coverage(portfolio, coverage)
    assert below_full(portfolio, coverage) == ()


def test_every_row_below_full_is_listed_with_its_reason(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "DDD": 100.0, "NEW": 100.0, "GONE": 50.0})
    fund = Position(
        id="FUND", instrument=FUND, quantity=1.0, market_value=50.0, currency="USD", row=9
    )
    portfolio = Portfolio(
        name="book.csv", positions=(*portfolio.positions, fund), currency="USD", nav=800.0
    )
    coverage = cover(portfolio, toy.model(), proxies={"NEW": "AAA"}, unknown="exclude")
    with pytest.raises(InputError) as caught:
        require_full_coverage(portfolio, coverage)

    text = str(caught.value)
    assert [row.position for row, _ in below_full(portfolio, coverage)] == [
        "DDD",
        "NEW",
        "GONE",
        "FUND",
    ]
    assert (
        "book.csv:4: NEW (12.5% of gross) is not fully covered: proxy: exposures and volatility of AAA."
        in text
    )
    assert "GONE (6.2% of gross) is not fully covered: excluded" in text
    assert "book.csv:9: FUND" in text
    assert "duration and convexity only" in text
    assert "4 position(s) below full coverage" in text
    assert "AAA (" not in text


def test_an_approximation_stays_one_in_another_currency():
    assert is_approximate(ForeignHolding(instrument=FUND, currency="EUR", book_currency="USD"))


def test_rows_that_were_not_read_are_refused_one_by_one(toy):
    whole = toy.portfolio({"AAA": 500.0})
    lost = dataclasses.replace(
        whole,
        ledger=(
            LedgerRow(
                row=3, text="NVDA,abc", became="refused", reason="quantity 'abc' is no number"
            ),
            LedgerRow(row=4, text="Total", became="total", reason="a total"),
        ),
    )
    coverage = cover(lost, toy.model())
    with pytest.raises(InputError) as caught:
        require_full_coverage(lost, coverage)

    text = str(caught.value)
    assert ":3: not read: quantity 'abc' is no number." in text
    assert "1 row(s) not read, and strict=True was asked" in text
    assert ":4:" not in text


@pytest.mark.parametrize(
    ("residual", "follows", "refused"),
    [(0.295, "IDX", True), (0.0005, "IDX", False), (0.295, None, False)],
)
def test_a_fund_looked_through_only_in_part_is_refused_unless_the_rest_is_cash(
    toy, residual, follows, refused
):
    fund = FundLookThrough(
        ticker="IDX",
        price=10.0,
        weights={"AAA": 1.0 - residual},
        residual=residual,
        residual_follows=follows,
        holdings_as_of="2025-12-30",
    )
    position = Position(
        id="IDX", instrument=fund, quantity=5.0, market_value=50.0, currency="USD", row=2
    )
    book = Portfolio(name="book.csv", positions=(position,), currency="USD", nav=50.0)
    found = below_full(book, cover(book, toy.model()))

    assert bool(found) is refused
    if refused:
        assert "29.5% of it is in holdings outside the model and follows IDX" in found[0][1]
        with pytest.raises(InputError, match=r"book\.csv:2: IDX"):
            require_full_coverage(book, cover(book, toy.model()))
