"""Rows that were not read count by what they state: a quarter of a file is not left out without a word."""

from collections.abc import Callable
from pathlib import Path

import pytest

import stress
from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.portfolio.cover import cover
from stress.portfolio.unread import unread_share

GERMAN = (
    "Wertpapier;ISIN;Stück;Kurs;Kurswert;Währung\nNVIDIA;US67066G1040;100;186,50;18650,00;USD\n"
    "MSFT;;10;480,00;4800,00;USD\nAAPL;;50;270,00;13500,00;USD\nAVGO;;20;340,00;6800,00;USD\n"
    "Bargeld;;1;5000;5000;USD\n"
)
MODEL = stress.load_model("us-ai-2025-12")


def test_more_than_a_quarter_unread_needs_a_word(written: Callable[[str], Path]) -> None:
    path = written(GERMAN)
    with pytest.raises(InputError) as caught:
        stress.open_book(path)
    said = str(caught.value)
    assert "3 rows worth 25,100 USD, 57.4% of the gross that the file states, could not be" in said
    assert "no ticker, ISIN or CUSIP: only a name (lines 3, 4, 5)" in said
    assert "mapping={'Wertpapier': 'ticker'}" in said
    assert "allow_partial=True" in said

    partial = stress.open_book(path, allow_partial=True)
    assert unread_share(partial.portfolio) == pytest.approx(25_100 / 43_750)


def test_the_remedy_reads_the_file(written: Callable[[str], Path]) -> None:
    alone = GERMAN.replace("ISIN;", "").replace("US67066G1040;", "").replace(";;", ";")
    alone = alone.replace("NVIDIA;", "NVDA;")
    path = written(alone)
    with pytest.raises(
        InputError, match=r"100\.0% of the gross .* mapping=\{'Wertpapier': 'ticker'"
    ):
        stress.open_book(path)
    book = stress.load_portfolio(path, mapping={"Wertpapier": "ticker"})
    assert cover(book, MODEL).stressed == 1.0
    assert book.gross == 43_750.0
    # Without the cash nothing is held: the same remedy.
    nothing = "".join(alone.splitlines(keepends=True)[:-1])
    with pytest.raises(InputError, match='--map "Wertpapier=ticker"'):
        load_portfolio(written(nothing))


def test_company_names_offer_no_column(written: Callable[[str], Path]) -> None:
    text = GERMAN.replace("MSFT", "Microsoft Corp").replace("AAPL", "Apple").replace("AVGO", "Brc")
    with pytest.raises(InputError) as caught:
        cover(load_portfolio(written(text)), MODEL)
    assert "mapping" not in str(caught.value)
    assert "Correct them, or add what they lack" in str(caught.value)


def test_a_few_unread_rows_run_and_are_counted(written: Callable[[str], Path]) -> None:
    text = "".join(GERMAN.splitlines(keepends=True)[i] for i in (0, 1, 2, 5))
    book = load_portfolio(written(text))
    assert unread_share(book) == pytest.approx(4_800 / 23_450)
    assert cover(book, MODEL).stressed == 1.0


@pytest.mark.parametrize(
    ("titles", "row", "worth"),
    [
        ("quantity,price,currency", "10,200,USD", 2000.0),
        ("quantity,price,currency", "10,200,EUR", 2500.0),
        ("quantity,market value,currency", "-10,-1500,USD", 1500.0),
        ("quantity,price,currency", "10,,USD", None),
    ],
)
def test_a_row_is_worth_what_it_states(
    written: Callable[[str], Path], titles: str, row: str, worth: float | None
) -> None:
    held = "NVDA,NVIDIA," + ("100,186.5,USD" if "price" in titles else "100,18650,USD")
    text = f"symbol,name,{titles}\n{held}\n,A fund,{row}\n"
    (unread,) = load_portfolio(written(text), fx={"EUR": 1.25}).unread
    assert unread.worth == worth


def test_a_row_with_a_cell_that_cannot_be_read_counts_too(written: Callable[[str], Path]) -> None:
    text = (
        '"Symbol","Description","Quantity","Price","Market Value"\n'
        '"NVDA","NVIDIA","100","$186.50","$18,650.00"\n"MSFT","MICROSOFT","ten","$480.00","$4,800.00"\n'
    )
    book = load_portfolio(written(text), dialect="schwab")
    assert [row.worth for row in book.unread] == [4800.0]


def test_what_a_book_leaves_unread_is_not_its_benchmarks(written: Callable[[str], Path]) -> None:
    scenario = stress.shock({"market": "-2%"})
    options = {"allow_partial": True, "draws": 2000, "model_range": False}
    result = stress.run(written(GERMAN), scenario, benchmark="SPY", **options)
    assert result.active is not None

    rows = [{"ticker": "NVDA", "quantity": 10, "price": 186.5, "currency": "USD"}]
    book = load_portfolio(rows)
    with pytest.raises(InputError) as caught:
        stress.run(book, scenario, benchmark=load_portfolio(written(GERMAN)), draws=2000)
    assert "57.4% of the gross that the file states, could not be read" in str(caught.value)
    assert "mapping" not in str(caught.value)
    benchmark = load_portfolio(written(GERMAN))
    assert stress.run(book, scenario, benchmark=benchmark, **options).active is not None
