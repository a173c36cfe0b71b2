"""Whose currency the values of a file are in: no value is translated twice, and what nothing settles is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

Written = Callable[[str], Path]

#: What a title's column holds for NVDA in dollars and for ASML in euros, at 1.17 dollars for one.
CELLS = {
    "own": ("18754", "9150"),
    "book": ("18754", "10705.5"),
    "each": ("187.54", "915"),
    "each in book": ("187.54", "1070.55"),
    "code": ("USD", "EUR"),
    "base": ("USD", "USD"),
    "rate": ("1", "1.17"),
}
NAV = 18_754.0 + 10_705.5


def book(*columns: str) -> str:
    """Return a file of two rows from ``Title=what it holds``."""
    titles = ["Symbol", "Quantity", *(column.split("=")[0] for column in columns)]
    held = [CELLS[column.split("=")[1]] for column in columns]
    rows = [["NVDA", "100", *(cells[0] for cells in held)], ["ASML", "10", *(c[1] for c in held)]]
    return "\n".join(",".join(row) for row in [titles, *rows]) + "\n"


@pytest.mark.parametrize("fx", [None, {"EUR": 1.17}])
@pytest.mark.parametrize(
    "columns",
    [
        "Currency=code|Exchange Rate=rate|Local Value=own|Value=book",
        "Currency=code|FX Rate=rate|Market Value Local=own|Market Value=book",
        "Local Price=each|Local Currency=code|Market Value=book|Base Currency=base",
        "Local CCY=code|Value=book|Local Value=own",
        "Currency=code|Local Market Value=own|Market Value=book",
        "Currency=code|Market Value (Local)=own|Market Value (Base)=book",
        "Currency=code|Market Value (Fund)=book",
        "Issue Currency=code|Price=each|Market Value Rpt=book",
        "Currency=code|Value in account currency=book",
        "Instrument currency=code|Value=book|Value currency=base",
        "Price Currency=code|Price=each|Market Value=book|Market Value Currency=base",
        "Currency=code|Price=each|FX=rate|Value=book",
        "Base CCY=base|Local CCY=code|Price=each in book|Local Price=each|Value=book|Local Value=own",
        "Currency=code|Price=each in book|Local Value=own|Value=book",
        "Currency=code|Price=each|FX Rate=rate|Value=own",
        "Currency=code|Price=each|Value=book|Base Currency=base",
        "Local Currency=code|Local Price=each|FX Rate=rate|Value=own|Base Currency=base",
    ],
)
def test_a_value_is_translated_once(
    written: Written, columns: str, fx: dict[str, float] | None
) -> None:
    read = load_portfolio(written(book(*columns.split("|"))), fx=fx)
    assert (read.nav, read.currency) == (pytest.approx(NAV), "USD")


def test_a_currency_that_a_title_calls_an_equivalent_is_that_of_the_values(
    written: Written,
) -> None:
    text = book("Currency=code", "Current Value (GBP equivalent)=book")
    read = load_portfolio(written(text), fx={"EUR": 0.85})
    assert (read.nav, read.currency) == (pytest.approx(NAV), "GBP")


@pytest.mark.parametrize(
    ("columns", "beside"),
    [
        ("Position Currency=code|Value=book|Account Currency=base", "'Account Currency' USD"),
        ("Currency=code|Value=book|Reporting Currency=base", "'Reporting Currency' USD"),
        ("Currency=code|FX Rate=rate|Value=book", "the rate 1.17"),
    ],
)
def test_what_nothing_settles_is_asked_and_either_answer_taken(
    written: Written, columns: str, beside: str
) -> None:
    file = written(book(*columns.split("|")))
    with pytest.raises(InputError) as caught:
        load_portfolio(file, fx={"EUR": 1.17})
    (problem,) = caught.value.problems
    assert f"{beside} stands beside it, and no figure says which" in problem.message
    assert (problem.line, problem.column) == (
        3,
        file.read_text().split("\n")[0].split(",").index("Value") + 1,
    )
    assert '"Value=base_value"' in (problem.hint or "")
    fx = {"EUR": 1.17}
    assert load_portfolio(file, fx=fx, mapping={"Value": "base_value"}).nav == pytest.approx(NAV)
    assert load_portfolio(file, fx=fx, mapping={"Value": "market_value"}).nav == pytest.approx(
        18_754.0 + 10_705.5 * 1.17
    )


def test_a_currency_of_the_security_alone_is_said(written: Written) -> None:
    text = book("Trading Currency=code", "Market Value=own")
    read = load_portfolio(written(text), fx={"EUR": 1.17})
    assert read.nav == pytest.approx(NAV)
    assert any("no figure proves it" in warning for warning in read.warnings)


def test_the_book_is_in_no_currency_whose_values_were_translated(written: Written) -> None:
    """All is held in euros: the value beside the local one is in another currency, which nothing names."""
    text = "Symbol,Quantity,Currency,Local Value,Value\nASML,10,EUR,9150,10705.5\nSAP,10,EUR,2000,2340\n"
    with pytest.raises(InputError, match=r"rate 1\.17 of a row in EUR, which is taken for"):
        load_portfolio(written(text))
    assert load_portfolio(written(text), currency="USD").nav == pytest.approx(13_045.5)


def test_local_value_rate_and_value_that_disagree_are_refused(written: Written) -> None:
    text = book("Currency=code", "Exchange Rate=rate", "Local Value=own", "Value=book")
    with pytest.raises(InputError, match=r"10,705\.50 is not 'Local Value' 8,950\.00 × rate 1\.17"):
        load_portfolio(written(text.replace("9150", "8950")))


@pytest.mark.parametrize(("option", "cash"), [("9360", "11700"), ("8000", "10000")])
def test_contracts_and_cash_say_whose_currency_values_are_in(
    written: Written, option: str, cash: str
) -> None:
    text = (
        "Symbol,Quantity,Price,Currency,FX Rate,Value\nNVDA,100,187.54,USD,1,18754\n"
        f"ASML 03/20/2026 900 C,2,40,EUR,1.17,{option}\nEUR Cash,10000,,EUR,1.17,{cash}\n"
    )
    book = load_portfolio(written(text))
    assert (book.nav, book.currency) == (pytest.approx(18_754.0 + 9_360.0 + 11_700.0), "USD")


def test_two_values_that_imply_two_rates_of_one_currency_are_said(written: Written) -> None:
    text = book("Currency=code", "Local Value=own", "Value=book") + "SAP,10,EUR,2000,3000\n"
    assert (
        "EUR: values beside 'Local Value' make the rate 1.17 on line 3 and 1.5 on line 4: the stated values are used"
        in load_portfolio(written(text)).warnings
    )


@pytest.mark.parametrize("local", ["720", "72000"])
def test_a_value_in_the_books_currency_of_a_row_in_pence_is_no_pence(
    written: Written, local: str
) -> None:
    text = (
        "Symbol,Quantity,Local Price,Local CCY,Local Value,Value,Base CCY\n"
        f"NVDA,100,187.54,USD,18754,18754,USD\nVOD,-1000,72,GBX,{local},-972,USD\n"
    )
    read = load_portfolio(written(text))
    vod = read.positions[1]
    assert (vod.market_value, vod.currency, vod.price) == (-972.0, "GBP", pytest.approx(0.72))
    assert read.nav == 17_782.0
