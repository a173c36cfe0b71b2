"""The bundled books: whole, plain, and of the size they say."""

import subprocess
import sys
from pathlib import Path

import pytest

from stress.files.portfolio import check_portfolio, load_portfolio

BOOKS = Path(__file__).resolve().parents[3] / "portfolios"
SIZES = {
    "ai_growth": (30, 10e6),
    "sixty_forty": (12, 10e6),
    "utilities_income": (22, 7e6),
    "long_short": (18, 6e6),
    "mega_cap": (15, 10e6),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_book_reads_without_a_word(name: str) -> None:
    check = check_portfolio(BOOKS / f"{name}.csv")
    count, nav = SIZES[name]
    assert (check.dialect, check.positions, check.cash, check.portfolio.nav) == (
        "native",
        count,
        1,
        nav,
    )
    assert check.warnings == ()
    assert check.rows == check.positions + len(check.ledger)
    assert all(p.sector and p.account and p.name for p in check.portfolio.positions)


def test_the_long_short_book_is_both() -> None:
    book = load_portfolio(BOOKS / "long_short.csv")
    assert sum(1 for p in book.positions if p.market_value < 0) == 8
    assert book.nav / book.gross > 0.2


def test_reading_a_native_file_loads_nothing_heavy() -> None:
    code = (
        "import sys; from stress.files.portfolio import load_portfolio;"
        f"load_portfolio({str(BOOKS / 'ai_growth.csv')!r});"
        "print([m for m in ('pandas', 'scipy', 'openpyxl', 'xml.etree.ElementTree', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_of_that_name_does_not_stand_in_the_way(monkeypatch, tmp_path):
    (tmp_path / "ai_growth").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_portfolio("ai_growth").name == "ai_growth.csv"
