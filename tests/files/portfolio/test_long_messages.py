"""Thousands of rows and cells of thousands of characters are said with counts and cut, in a line or two."""

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

ROWS = 3_000


def refused(written, text, **options):
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text), **options)
    return [str(problem.message) for problem in caught.value.problems]


def test_the_lines_of_a_ticker_are_listed_and_counted(written):
    lots = "NVDA,1,185\n" * ROWS
    assert refused(written, f"ticker,quantity,price\n{lots}") == [
        f"'NVDA' stands {ROWS} times: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and {ROWS - 10} more."
    ]
    book = load_portfolio(written(f"Symbol,Qty,Last Price\n{lots}"))
    said = [text for text in book.warnings if "stands more than once" in text]
    assert len(said) == 1
    assert f"NVDA on lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and {ROWS - 10} more" in said[0]


GENERIC = "Symbol,Qty,Last Price"
SCHWAB = "Symbol,Description,Quantity,Price,Market Value"


@pytest.mark.parametrize(
    ("dialect", "titles", "bad", "good", "reason"),
    [
        ("generic", GENERIC, "NVDA,1,n/a", "MSFT,1,400", "a quantity without price or value"),
        (
            "schwab",
            SCHWAB,
            "NVDA,N,1,--,--",
            "MSFT,M,1,400,400",
            "a quantity without price or value",
        ),
        ("schwab", SCHWAB, "NVDA,N,1b,400,400", "MSFT,M,1,400,400", "is not a number"),
    ],
)
def test_rows_not_read_are_named_ten_times_and_counted(written, dialect, titles, bad, good, reason):
    text = f"{titles}\n" + f"{bad}\n" * ROWS + f"{good}\n"
    book = load_portfolio(written(text), dialect=dialect)

    said = [text for text in book.warnings if text.startswith("not read: ")]
    assert len(said) == 10
    assert all(reason in text for text in said)
    assert (
        f"{ROWS - 10:,} more rows not read: the ledger has each with its reason (--format json / portfolio.ledger)"
        in book.warnings
    )
    assert len(book.unread) == ROWS


@pytest.mark.parametrize(
    "row",
    [
        "{},1,2,equity,USD",
        "NVDA,1,2,{},USD",
        "NVDA,{},2,equity,USD",
        "NVDA,1,2,equity,{}",
        "NVDA260320P{},1,2,option,USD",
    ],
)
def test_a_cell_is_cut(written, row):
    text = f"ticker,quantity,price,type,currency\n{row.format('z' * 5_000)}\n"
    assert all(len(message) < 400 for message in refused(written, text))


def test_titles_are_cut_and_counted(written):
    titles = ",".join(f"quantity{'y' * 3_000}{i}" for i in range(200))
    (message,) = refused(written, f"ticker,{titles}\nNVDA,{'1,' * 199}1\n", dialect="native")
    assert len(message) < 2_000
    assert message.endswith("and 171 more.")


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"ticker": "name"},
            "mapping (--map) 'ticker=name' takes the column 'ticker' for name, and no other is ticker.",
        ),
        (
            {"quantity": "price"},
            "mapping (--map) 'quantity=price' takes the column 'quantity' for price, and no other is quantity or market_value or weight.",
        ),
    ],
)
def test_a_choice_that_takes_a_column_away_is_named(written, choice, message):
    text = "ticker,quantity,price,label\nNVDA,100,185,a\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text), mapping=choice)
    (problem,) = caught.value.problems
    assert problem.message == message
    assert problem.hint.startswith("Leave that out, or ")
