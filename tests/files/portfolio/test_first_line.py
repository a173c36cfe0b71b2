"""A table without a header line is told so, and which line to add; with that line it is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

TABLES = {
    "NVDA,1000,186.5\nMSFT,10,480\n": ("ticker,quantity,price", 191_300.0),
    "NVDA\t1000\t186.5\tUSD\nMSFT\t10\t480\tUSD\n": (
        "ticker\tquantity\tprice\tcurrency",
        191_300.0,
    ),
    "NVDA,186500\nMSFT,4800\n": ("ticker,market_value", 191_300.0),
    "NVIDIA Corp;NVDA;97,49%\nMicrosoft;MSFT;2,51%\n": ("name;ticker;weight", 1e6),
    "US67066G1040,10,186.5,1865,USD\n": ("isin,quantity,price,market_value,currency", 1865.0),
    "NVDA,10,186.5,1865,99\n": ("ticker,quantity,price,market_value,column5", 1865.0),
}


@pytest.mark.parametrize("text", TABLES)
def test_the_line_it_is_told_to_add_reads_it(written: Callable[[str], Path], text: str) -> None:
    line, value = TABLES[text]
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    said = str(caught.value)
    assert ":1: the file has no line that names its columns: '" in said
    assert said.endswith(f"as a first line, for example: {line}")
    assert "--map" not in said

    book = load_portfolio(written(f"{line}\n{text}"), nav=1e6 if "weight" in line else None)
    assert sum(position.market_value for position in book.positions) == pytest.approx(value)


def test_a_choice_of_columns_does_not_change_it(written: Callable[[str], Path]) -> None:
    with pytest.raises(InputError, match="has no line that names its columns"):
        load_portfolio(
            written("NVDA,1000,186.5\nMSFT,10,480\n"),
            mapping={"NVDA": "ticker", "1000": "quantity"},
        )


def test_a_hint_without_an_example_says_what_titles_are(written: Callable[[str], Path]) -> None:
    text = f"ticker,quantity,market value {'and so on ' * 8}\nNVDA,10,1865\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text), dialect="generic")
    assert "for example ." not in str(caught.value)
    assert "each of at most 60 characters" in str(caught.value)
