"""Files that are right by their grammar and beyond what Python reads of it: depth, digits, long cells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.factor_file import parse_factors
from stress.files.fed.table import read_fed_table
from stress.files.market_file import read_market
from stress.files.models.file import parse_model
from stress.files.portfolio import load_portfolio
from stress.files.proxies import read_proxies
from stress.files.scenarios.file import read_scenario
from stress.files.universes.file import load_universe
from stress.files.universes.quotes import read_quotes

DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a." * 1200 + "b = 1", "the file nests too deeply"),
        ("[factors." + "a." * 1200 + "b]\nc = 1", "the file nests too deeply"),
        ("id = " + "[" * 2000, "the file nests too deeply"),
        (f"horizon_days = {DIGITS}", "a whole number has thousands of digits"),
    ],
)
def test_toml(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"x\.toml: {words}"):
        read_scenario(path)
    with pytest.raises(InputError, match=f"factors: {words}"):
        parse_factors(text.encode())


def test_a_number_of_a_model() -> None:
    with pytest.raises(InputError, match="model: is not a model: it has a number of thousands"):
        parse_model(f'{{"format": {DIGITS}}}'.encode())


@pytest.mark.parametrize(
    "read", [load_portfolio, read_fed_table, read_market, read_proxies, read_quotes, load_universe]
)
def test_a_cell_longer_than_any(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ticker,proxy\nNVDA," + "A" * 140_000 + "\n")
    with pytest.raises(InputError, match=r"x\.csv:"):
        read(path)
    path.write_text("ticker," + "A" * 140_000 + "\nNVDA,AMD\n")
    with pytest.raises(InputError, match=r"x\.csv:"):
        read(path)
