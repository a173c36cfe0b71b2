"""What --strict refuses, row by row."""

import pytest

from stress.errors import InputError
from stress.portfolio.coverage import cover
from stress.portfolio.instruments import DurationBond, ForeignHolding
from stress.portfolio.position import Portfolio, Position
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
    assert "book.csv:4: NEW (12.5% of gross) is not fully covered: proxy: moves like AAA." in text
    assert "GONE (6.2% of gross) is not fully covered: excluded" in text
    assert "book.csv:9: FUND" in text
    assert "duration and convexity only" in text
    assert "4 position(s) below full coverage" in text
    assert "AAA (" not in text


def test_an_approximation_stays_one_in_another_currency():
    assert is_approximate(ForeignHolding(instrument=FUND, currency="EUR", book_currency="USD"))
