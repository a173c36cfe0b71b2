"""Lines ``# as_of:`` and ``# currency:`` above the titles hold in every table, or are said not to."""

import pytest

from stress.errors import InputError
from stress.files.look_through import look_through, read_holdings
from stress.files.portfolio import load_portfolio
from stress.portfolio.instruments import Equity
from stress.portfolio.position import Portfolio, Position

LINES = "# as_of: 2025-12-30\n# currency: EUR\n"


@pytest.mark.parametrize(
    ("titles", "dialect"),
    [
        ("ticker,quantity,price", "native"),
        ("Symbol,Qty,Last Price", "generic"),
        ("Ticker,Quantity,Market Value", "generic"),
    ],
)
def test_they_hold_whatever_the_titles(written, titles, dialect):
    book = load_portfolio(written(f"{LINES}{titles}\nNVDA,100,185\n"))

    assert (book.dialect, book.as_of, book.currency) == (dialect, "2025-12-30", "EUR")
    assert not any("currency" in said for said in book.warnings)


def test_they_hold_above_a_title_of_the_file_and_in_an_issuers_table(written, fixtures):
    preamble = "My positions\n# as_of: 2025-12-30\n\n"
    book = load_portfolio(written(f"{preamble}Symbol,Qty,Last Price\nNVDA,100,185\n"))
    assert book.as_of == "2025-12-30"

    plain = (fixtures / "vanguard_ofx.csv").read_text()
    assert load_portfolio(written(plain)).as_of is None
    dated = load_portfolio(written(f"# as_of: 2025-12-30\n{plain}"))
    assert (dated.dialect, dated.as_of) == ("vanguard", "2025-12-30")


def test_an_option_stands_over_them(written):
    path = written(f"{LINES}Symbol,Qty,Last Price\nNVDA,100,185\n")
    book = load_portfolio(path, as_of="2025-12-29", currency="CHF")
    assert (book.as_of, book.currency) == ("2025-12-29", "CHF")


@pytest.mark.parametrize("titles", ["ticker,quantity,price,as_of", "Symbol,Qty,Last Price,As of"])
def test_a_date_that_the_rows_contradict_is_not_taken_and_that_is_said(written, titles):
    book = load_portfolio(written(f"{LINES}{titles}\nNVDA,100,185,2025-12-29\n"))

    assert book.as_of == "2025-12-29"
    assert (
        "line 1: '# as_of: 2025-12-30' is not taken, the file itself is of 2025-12-29 (choose with --as-of / as_of=)"
        in book.warnings
    )


@pytest.mark.parametrize("titles", ["ticker,quantity,price", "Symbol,Qty,Last Price"])
def test_what_is_no_date_or_currency_is_refused_with_the_rows_beside_it(written, titles):
    text = f"# as_of: yesterday\n# currency: dollars\n{titles}\nNVDA,abc1,185\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    assert [(p.line, p.message) for p in caught.value.problems][:2] == [
        (1, "as_of: 'yesterday' is not a date."),
        (2, "currency: 'dollars' is not a currency."),
    ]
    assert caught.value.problems[2].line == 4


def test_a_comment_below_the_titles_states_nothing(written):
    book = load_portfolio(written(f"Symbol,Qty,Last Price\nNVDA,100,185\n{LINES}"))
    assert (book.as_of, book.currency) == (None, "USD")


def test_the_advice_for_holdings_without_a_date_works_in_any_table(toy, written):
    fund = Position(
        id="IDX", instrument=Equity("IDX"), quantity=10.0, price=40.0, market_value=400.0, currency="USD"
    )  # fmt: skip
    book = Portfolio(name="b.csv", positions=(fund,), currency="USD", nav=400.0)
    table = "Ticker,Name,Market Value\nAAA,A,500\nCCC,C,300\n"
    with pytest.raises(InputError, match="'# as_of: 2025-12-31' above the titles"):
        look_through(book, read_holdings({"IDX": written(table)}), toy.model())
    dated = written(f"# as_of: 2025-12-31\n{table}")
    found = look_through(book, read_holdings({"IDX": dated}), toy.model()).positions[0].instrument
    assert found.holdings_as_of == "2025-12-31"


@pytest.mark.parametrize("titles", ["ticker,quantity,price", "Symbol,Qty,Last Price"])
def test_two_lines_that_state_two_things_are_refused_with_both(written, titles):
    rows = f"{titles}\nNVDA,100,185\n"
    with pytest.raises(InputError) as refused:
        load_portfolio(written(f"{LINES}# as_of: 2025-12-29\n# currency: usd\n{rows}"))
    assert [(p.line, p.message) for p in refused.value.problems] == [
        (3, "as_of is 2025-12-29 here and 2025-12-30 on line 1."),
        (4, "currency is USD here and EUR on line 2."),
    ]
    assert load_portfolio(written(f"{LINES}{LINES}{rows}")).as_of == "2025-12-30"
