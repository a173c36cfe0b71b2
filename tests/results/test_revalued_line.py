"""What is said to be revalued in full is what the coverage counts as such."""

import pytest

import stress
from stress.reporting.words import counted

ROWS = "Symbol,Quantity,Price,Market Value,Currency\n"
STILL = {"model_range": False, "draws": 300, "fx_fixed": ["USD"]}


def test_a_share_in_the_books_own_currency_with_a_stand_in_is_no_line_revalued(tmp_path):
    file = tmp_path / "gbx.csv"
    file.write_text(f"{ROWS}NVDA,100,185,18500,USD\nSHEL.L,200,28,5600,GBP\n", encoding="utf-8")
    portfolio = stress.load_portfolio(file, currency="GBP", fx={"USD": 0.74})
    result = stress.run(portfolio, "deepseek-2025-01-27", proxies={"SHEL.L": "XOM"}, **STILL)
    assert result.revalued.kinds == (("line in another currency", 1),)
    assert result.revalued.value == pytest.approx(
        result.coverage.share("revalued") * result.coverage.gross
    )


def test_counts_are_in_the_plural_of_their_word():
    assert [counted(1, "equity"), counted(2, "equity"), counted(2, "day")] == [
        "1 equity",
        "2 equities",
        "2 days",
    ]


def test_half_and_one_and_a_half_betas_stand_where_they_differ_whatever_the_premium():
    # A far put: 1.2 % of NAV in premium, and most of its P&L from volatility.
    rows = [
        {"ticker": "SPY", "quantity": 1000.0, "price": 681.9, "currency": "USD"},
        {
            "ticker": "W",
            "type": "option",
            "underlying": "SPY",
            "right": "put",
            "strike": 480.0,
            "expiry": "2026-03-20",
            "style": "american",
            "multiplier": 100.0,
            "quantity": 70.0,
            "price": 1.2,
            "currency": "USD",
        },
    ]
    taken = {
        "rates": {"USD": "4%"},
        "dividends": {"SPY": "1.1%"},
        "model_range": False,
        "draws": 300,
    }
    book = stress.load_portfolio(rows, as_of="2025-12-31")
    half, more = stress.run(book, "tariff-apr2-8-2025", **taken).revalued.betas
    assert (half[0], more[0]) == (0.5, 1.5)
    assert more[1] - half[1] > 0.05 * book.nav
    rows[1]["quantity"] = 0.01
    book = stress.load_portfolio(rows, as_of="2025-12-31")
    assert stress.run(book, "tariff-apr2-8-2025", **taken).revalued.betas == ()
