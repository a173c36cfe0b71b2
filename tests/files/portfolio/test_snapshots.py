"""Positions of several days in one table: those of the day asked for, or refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

Written = Callable[[str], Path]

TWO_DAYS = (
    "Date,Symbol,Quantity,Price\n2025-12-29,NVDA,90,186\n2025-12-29,AMD,50,214\n"
    "2025-12-30,NVDA,100,187.54\n2025-12-30,AMD,50,215\n"
)


@pytest.mark.parametrize(
    ("as_of", "said"), [(None, "which would all count"), ("2025-12-28", "none is of 2025-12-28")]
)
def test_positions_of_two_days_are_refused_without_one_of_them(
    written: Written, as_of: str | None, said: str
) -> None:
    with pytest.raises(
        InputError, match=rf"'NVDA' is held on 2025-12-29 \(line 2\).*{said}"
    ) as caught:
        load_portfolio(written(TWO_DAYS), as_of=as_of)
    [problem] = caught.value.problems
    assert problem.line == 4
    assert "--as-of 2025-12-30" in (problem.hint or "")


@pytest.mark.parametrize(("day", "nav"), [("2025-12-29", 27_440.0), ("2025-12-30", 29_504.0)])
def test_the_rows_of_the_day_asked_for_are_taken(written: Written, day: str, nav: float) -> None:
    book = load_portfolio(written(TWO_DAYS), as_of=day)
    assert (book.nav, book.as_of, len(book.positions)) == (nav, day, 2)
    assert [row.reason.endswith(f"not of {day}") for row in book.ledger] == [True, True]
    assert f"2 rows of other days than {day} are left out" in book.warnings
    assert not [one for one in book.warnings if "none is taken" in one]


def test_dates_of_lots_are_a_group_where_the_user_says_so(written: Written) -> None:
    assert len(load_portfolio(written(TWO_DAYS), mapping={"Date": "group"}).positions) == 4


def test_prices_of_several_days_are_of_one_book(written: Written) -> None:
    text = "As of,Symbol,Quantity,Price\n2025-12-29,NVDA,90,186\n2025-12-30,AMD,50,215\n"
    book = load_portfolio(written(text))
    assert (len(book.positions), book.as_of) == (2, None)
    assert [one for one in book.warnings if one.startswith("rows are of 2 dates")]
    assert load_portfolio(written(text), as_of="2025-12-30").nav == book.nav
