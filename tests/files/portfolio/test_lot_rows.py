"""Lots below their position, by date: taken out where they add up to it, refused where they do not."""

from collections.abc import Callable
from pathlib import Path

from stress.files.portfolio import load_portfolio

Written = Callable[[str], Path]

BOOK = (
    "Symbol,Last Price,Quantity,Market Value\nNVDA,187.54,200,37508\n    01/05/2024,,120,22504.80\n"
    "    06/15/2024,,80,15003.20\nAMD,215,-50,-10750\n02/15/2024,,-50,-10750\n"
)


def test_lots_that_add_up_to_the_position_above_do_not_count_twice(written: Written) -> None:
    book = load_portfolio(written(BOOK))
    assert [(one.id, one.quantity) for one in book.positions] == [("NVDA", 200.0), ("AMD", -50.0)]
    assert [(row.row, row.reason) for row in book.ledger] == [
        (3, "a lot of line 2"),
        (4, "a lot of line 2"),
        (6, "a lot of line 5"),
    ]


def test_dates_that_do_not_add_up_are_refused(written: Written) -> None:
    book = load_portfolio(written(BOOK.replace(",120,22504.80", ",110,20629.40")))
    assert [row.row for row in book.unread] == [3, 4]
    assert all("is a date, not a ticker" in row.reason for row in book.unread)
