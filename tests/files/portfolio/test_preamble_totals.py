"""Totals and cash that lines above a table state: compared with what was read, and said where they are in no row."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.files.portfolio import load_portfolio

Written = Callable[[str], Path]

TABLE = "Code,Stock,Units held,Price,Value (£)\nNVDA,NVIDIA,100,139.30,13930.00\nVUSA,S&P 500,100,95.2678,9526.78\n"
ABOVE = 'Stock value:,"23,456.78"\nTotal cash:,"1,000.00"\nTotal value:,"24,456.78"\n\n'


def said(written: Written, text: str) -> list[str]:
    warnings = load_portfolio(written(text)).warnings
    return [one for one in warnings if "stands above" in one or "the file states" in one]


def test_cash_and_a_total_above_the_table_that_no_row_holds_are_said(written: Written) -> None:
    assert said(written, ABOVE + TABLE) == [
        "line 2: 'Total cash' 1,000.00 stands above the table and in no row: it is not in the book (add a row of cash, or "
        "state --nav / nav=)",
        "line 3: the file states 24,456.78 for 'Total value', the rows read add up to 23,456.78: -1,000.00",
    ]


def test_a_total_above_the_table_that_is_met_says_nothing(written: Written) -> None:
    assert said(written, ABOVE + TABLE + "GBP,Cash,1000,1,1000.00\n") == []
    assert said(written, ABOVE.replace("1,000.00", "0.00").replace("24,", "23,") + TABLE) == []


@pytest.mark.parametrize(
    ("second", "told"), [("", True), ('"Roth -5678","9,000.00","5,000"\n', False)]
)
def test_a_total_may_stand_below_its_title_for_one_account(
    written: Written, second: str, told: bool
) -> None:
    above = (
        f'Account,Net Account Value,Available\n"Individual -1234","55,000.00","5,000"\n{second}\n'
    )
    expected = "line 2: the file states 55,000.00 for 'Net Account Value', the rows read add up to 23,456.78: -31,543.22"
    assert said(written, above + TABLE) == ([expected] if told else [])
