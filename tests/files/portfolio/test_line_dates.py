"""Of the dates on the lines around a table, that of its positions is taken; which one is said where that is not clear."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.files.portfolio import load_portfolio
from stress.files.portfolio.dates import dates_in

Written = Callable[[str], Path]
TABLE = "Symbol,Quantity,Price\nNVDA,100,185.5\n"


def dated(written: Written, text: str) -> tuple[str | None, list[str]]:
    """Return the date of a book, and what is said of it."""
    book = load_portfolio(written(text))
    return book.as_of, [said for said in book.warnings if "--as-of" in said]


@pytest.mark.parametrize(
    "line",
    [
        "Generated 2026-05-29; positions as of 2025-12-30",
        "Generated 2026-05-29 positions as of Dec 30 2025",
        "Fund inception 2010-01-04; positions as of 2025-12-30",
        "Positions as of 2025-12-30 (generated 2026-05-29)",
        "Positions as of 10:30 AM ET 2025/12/30",
        "Erstellt am 29.05.2026 | Stand 30.12.2025",
        "Depotbestand per 30.12.2025",
        "Position au 30/12/2025",
        "Prices as of 2026-01-15; holdings as of 2025-12-30",
        "As of 30-Dec-2025",
        "Stichtag: 30.12.2025",
        "Holdings 2025-12-30",
        "Fund inception 2010-01-04 holdings 2025-12-30",
        "Date: 2025-12-30",
        "Report Date 2025-12-30",
    ],
)
def test_the_date_of_the_positions(written: Written, line: str) -> None:
    assert dated(written, f"{line}\n{TABLE}") == ("2025-12-30", [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Prices as of 2026-01-15\nPositions as of 2025-12-30", ""),
        ("Positions as of 2025-12-30\nAs of 2026-01-15", ""),
        ("Prices as of 2026-01-15\nStand: 30.12.2025", ""),
        ("Prices as of 2026-01-15", "Positions as of 2025-12-30"),
        ("", "As of 2025-12-30\nGenerated at 2026-01-15"),
        ("", "Generated at 2025-12-30"),
    ],
)
def test_of_several_lines_that_of_positions_counts(
    written: Written, before: str, after: str
) -> None:
    assert dated(written, f"{before}\n{TABLE}\n{after}\n") == ("2025-12-30", [])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "Positions as of 2025-12-30\nHoldings as of 2026-01-15",
            "'Positions as of 2025-12-30' and 'Holdings as of 2026-01-15' state two dates: 2025-12-30 is taken, not "
            "2026-01-15 (choose with --as-of / as_of=)",
        ),
        (
            "As of 2025-12-30 as of 2026-01-15",
            "'As of 2025-12-30 as of 2026-01-15' states two dates: 2025-12-30 is taken, not 2026-01-15 "
            "(choose with --as-of / as_of=)",
        ),
        (
            "Prices as of 2025-12-30",
            "'Prices as of 2025-12-30' is taken for the date of the positions: no line says theirs "
            "(choose with --as-of / as_of=)",
        ),
    ],
)
def test_which_date_was_taken_is_said(written: Written, lines: str, said: str) -> None:
    assert dated(written, f"{lines}\n{TABLE}") == ("2025-12-30", [said])


@pytest.mark.parametrize(
    "line",
    [
        "Fund inception 2010-01-04",
        "Inception date: 2010-01-04",
        "Performance as of 2025-11-30",
        "Holdings since 2010-01-04",
        "Save up to 12.10.2025",
    ],
)
def test_a_date_of_something_else_is_not_taken(written: Written, line: str) -> None:
    assert dated(written, f"{line}\n{TABLE}") == (None, [])


def test_a_date_that_is_read_two_ways_is_said_and_taken(written: Written) -> None:
    book = load_portfolio(written(f"Date: 05/06/2025\n{TABLE}"))
    assert book.as_of == "2025-05-06"
    assert any("'Date: 05/06/2025' is read as 2025-05-06" in said for said in book.warnings)
    # one that is not taken is not spoken of
    book = load_portfolio(written(f"Inception date: 05/06/2010\n{TABLE}"))
    assert not any("is read as" in said for said in book.warnings)


def test_every_date_of_a_text() -> None:
    text = "Jan 04, 2010 then 2025-12-30, 20251231, 29/05/2026 and 1 Feb 2026; no date: 45/13/2025"
    assert [found.date for found in dates_in(text)] == [
        "2010-01-04",
        "2025-12-30",
        "2025-12-31",
        "2026-05-29",
        "2026-02-01",
    ]
