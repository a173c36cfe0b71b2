"""A hedge universe given as a book is known by its content, whatever it is called."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.bundled import bundled_folder
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.dialects.hedge_universe import OWN_TITLES, HedgeUniverseError
from stress.files.portfolio.header_row import folded_row
from stress.files.universes.file import DEFAULT_UNIVERSE, load_universe
from stress.files.universes.rows import COLUMNS


def test_the_bundled_universe_is_refused_with_what_takes_it(tmp_path: Path) -> None:
    disguised = tmp_path / "my positions.csv"
    shutil.copy(bundled_folder("portfolios") / f"{DEFAULT_UNIVERSE}.csv", disguised)
    wanted = f"foreshock hedge BOOK --universe '{disguised}'"
    with pytest.raises(HedgeUniverseError, match=r"this is a hedge universe") as error:
        load_portfolio(disguised)
    assert re.search(re.escape(wanted), str(error.value))


def test_the_least_universe_is_known_too(tmp_path: Path) -> None:
    least = tmp_path / "least.csv"
    least.write_text(
        "type,underlying,price,half_spread,commission,borrow\netf,SPY,680,1bp,0,0%\n",
        encoding="utf-8",
    )
    assert len(load_universe(least).lines) == 1
    with pytest.raises(HedgeUniverseError):
        load_portfolio(least)


def test_positions_with_a_type_an_underlying_and_costs_are_a_book(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text(
        "ticker,type,underlying,quantity,price,currency,borrow\nNVDA,stock,NVDA,10,185,USD,0.3%\n",
        encoding="utf-8",
    )
    assert [position.ticker for position in load_portfolio(book).positions] == ["NVDA"]


def test_the_titles_it_is_known_by_are_those_of_the_format() -> None:
    assert set(folded_row(COLUMNS)) >= OWN_TITLES
    with pytest.raises(InputError):
        load_universe(bundled_folder("portfolios") / "ai_growth.csv")
