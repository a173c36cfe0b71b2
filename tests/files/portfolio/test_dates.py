"""Dates of figures alone are read in one order a file, and never one way here and another there."""

from collections.abc import Callable
from pathlib import Path

import pytest

import stress
from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.dates import find_date, numeric_order
from stress.portfolio.instruments import Option
from stress.portfolio.position import Portfolio

Written = Callable[[str], Path]


def expiries(book: Portfolio) -> list[str]:
    return [p.instrument.expiry for p in book.positions if isinstance(p.instrument, Option)]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("24/01/2025", "day-first"),
        ("as of 24.01.2025", "day-first"),
        ("01/24/2025", "month-first"),
        ("01-24-25", "month-first"),
        ("05/06/2025", "either"),
        ("05-06-2025", "either"),
        ("05.06.2025", None),
        ("05/05/2025", None),
        ("2025-05-06", None),
        ("2025/05/06", None),
        ("44/44/2025", None),
        ("soon", None),
    ],
)
def test_what_a_date_proves(text: str, order: str | None) -> None:
    assert numeric_order(text) == order


def test_an_order_turns_only_what_reads_two_ways() -> None:
    assert find_date("05/06/2025", "day-first") == "2025-06-05"
    assert find_date("05/06/2025", "month-first") == "2025-05-06"
    assert find_date("05-06-2025", "month-first") == "2025-05-06"
    assert find_date("13/06/2025", "month-first") == "2025-06-13"
    assert find_date("05.06.2025", "month-first") == "2025-06-05"


HEADER = "Symbol,Quantity,Price,Expiration,Strike,Put/Call,Multiplier\n"


@pytest.mark.parametrize(
    ("other", "expiry"), [("18/12/2026", "2026-06-05"), ("12/18/2026", "2026-05-06")]
)
def test_any_date_of_the_file_settles_the_others(written: Written, other: str, expiry: str) -> None:
    rows = f"NVDA P,1,5,05/06/2026,170,P,100\nNVDA C,1,5,{other},200,C,100\n"
    book = load_portfolio(written(HEADER + rows))
    assert expiries(book) == [expiry, "2026-12-18"]
    assert not any("05/06/2026" in warning for warning in book.warnings)
    bought = f"Symbol,Quantity,Price,As of,Opened\nNVDA,1,5,05/06/2026,{other}\n"
    assert load_portfolio(written(bought)).as_of == expiry, "a column that is not read settles it"
    symbols = f"Symbol,Quantity,Price,Multiplier\nNVDA 05/06/2026 170 P,1,5,100\nNVDA {other} 200 C,1,5,100\n"
    assert expiries(load_portfolio(written(symbols))) == [expiry, "2026-12-18"]


def test_what_nothing_settles_is_said(written: Written) -> None:
    book = load_portfolio(written("Positions as of 05/06/2025\nSymbol,Quantity,Price\nNVDA,1,5\n"))
    assert book.as_of == "2025-05-06"
    said = "'Positions as of 05/06/2025' is read as 2025-05-06: no date of the file says whether day or month"
    assert any(said in warning for warning in book.warnings)
    footer = load_portfolio(written("Symbol,Quantity,Price\nNVDA,1,5\nAs of,05/06/2025,\n"))
    assert footer.as_of == "2025-05-06"
    assert any("'05/06/2025' is read as 2025-05-06" in warning for warning in footer.warnings)
    comma = load_portfolio(written("As of Date;Symbol;Menge;Kurs\n05/06/2025;SAP;1;5,25\n"))
    assert comma.as_of == "2025-06-05", "decimal commas: the day first"
    assert any("'05/06/2025' is read as 2025-06-05" in warning for warning in comma.warnings)


def test_two_orders_beside_a_date_that_reads_two_ways_are_refused(written: Written) -> None:
    rows = "NVDA P,1,5,05/06/2026,170,P,100\nNVDA C,1,5,18/12/2026,200,C,100\nMU C,1,5,12/18/2026,200,C,100\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(HEADER + rows))
    assert (
        "written in two orders, '18/12/2026' and '12/18/2026', so that '05/06/2026' is 2026-05-06 or 2026-06-05"
        in str(caught.value)
    )
    clear = load_portfolio(written(HEADER + rows.split("\n", 1)[1]))
    assert expiries(clear) == ["2026-12-18", "2026-12-18"]


def test_the_native_format_refuses_what_nothing_settles(written: Written) -> None:
    for text in (
        "# as_of: 05/06/2025\nticker,quantity,price\nNVDA,1,5\n",
        "ticker,quantity,price,as_of\nNVDA,1,5,05/06/2025\n",
    ):
        with pytest.raises(InputError, match="is 2025-05-06 or 2025-06-05: no date of the file"):
            load_portfolio(written(text))
    text = "ticker,quantity,price,as_of\nNVDA,1,5,13/06/2025\n"
    assert load_portfolio(written(text)).as_of == "2025-06-13"


def test_a_us_broker_writes_the_month_first(written: Written) -> None:
    text = (
        '"Positions for account X as of 09:00 AM ET, 05/06/2026"\n'
        "Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value)\n"
        "NVDA 06/05/2026 170.00 P,PUT NVIDIA,1,$5.00,$500.00\n"
    )
    book = load_portfolio(written(text))
    assert (book.dialect, book.as_of, expiries(book)) == ("schwab", "2026-05-06", ["2026-06-05"])
    assert not any("2026-05-06" in warning for warning in book.warnings)


@pytest.mark.parametrize("text", ["01/02/2026", "13/02/2026", "Feb 1, 2026", "20260201"])
def test_an_argument_is_a_date_in_one_way_everywhere(text: str) -> None:
    rows = [{"ticker": "NVDA", "quantity": 1, "price": 5, "currency": "USD"}]
    book = stress.load_portfolio(rows)
    with pytest.raises(InputError) as loading:
        stress.load_portfolio(rows, as_of=text)
    with pytest.raises(InputError) as opening:
        stress.open_book(book, as_of=text)
    assert str(loading.value) == str(opening.value)
    assert "Write year-month-day" in str(loading.value)
    assert stress.load_portfolio(rows, as_of="2026-02-01").as_of == "2026-02-01"
