"""The proposed ``--map`` has the file's own titles and, where they are sensible, reads the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.map_example import map_example

Write = Callable[[str], Path]


def mapping_in(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in re.findall(r'--map "([^"]+)"', text))


def test_what_is_proposed_reads_the_file(written: Write) -> None:
    path = written("Sym,Qty held,Px in\nNVDA,5,180\nKO,10,70\n")
    with pytest.raises(InputError) as caught:
        load_portfolio(path)
    mapping = mapping_in(str(caught.value))
    assert mapping == {"Sym": "ticker", "Qty held": "quantity", "Px in": "price"}
    assert [p.market_value for p in load_portfolio(path, mapping=mapping).positions] == [
        900.0,
        700.0,
    ]


def test_words_stand_for_tickers_and_numbers_for_quantities() -> None:
    rows = [["1,000.5", "NVDA", "$180", ""], ["(20)", "KO", "70", ""]]
    titles = ["A", "B", "C", "D"]
    found = map_example(titles, rows, {}, wanted=["ticker", "quantity", "price"])
    assert mapping_in(found) == {"B": "ticker", "A": "quantity", "C": "price"}
    taken = map_example(titles, rows, {"weight": "A"}, wanted=["quantity", "price"])
    assert mapping_in(taken) == {"C": "quantity"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "Ticker,Target Weight Model,Market Cap\nNVDA,0.5,4000\n",
            "Add a column quantity and price: no title of the file may be that.",
        ),
        (
            "SEDOL,Quantity,Price\n2379504,10,180\n",
            "Add a column ticker: no title of the file may be that.",
        ),
        (
            "Ticker,Held now,Exposure net\nNVDA,10,180\n",
            'Choose columns, for example --map "Held now=quantity", and add a column price.',
        ),
    ],
)
def test_nothing_is_proposed_that_could_not_be_it(written: Write, text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    assert caught.value.problems[0].hint == hint
