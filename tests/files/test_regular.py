"""A pipe without a writer is refused by every reader instead of waited for."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.factor_file import read_factors
from stress.files.fed.table import read_fed_table
from stress.files.market_file import read_market
from stress.files.models.file import read_model
from stress.files.portfolio import load_portfolio
from stress.files.prices.table import read_price_table
from stress.files.proxies import read_proxies
from stress.files.regular import require_regular
from stress.files.scenarios.file import read_scenario
from stress.files.universes.file import find_universe, load_universe
from stress.files.universes.quotes import read_quotes

READERS: list[Callable[[Path], object]] = [
    load_portfolio,
    read_factors,
    read_fed_table,
    read_market,
    read_model,
    read_price_table,
    read_proxies,
    read_quotes,
    read_scenario,
    load_universe,
]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_name_that_no_file_can_have_is_refused(read: Callable[[Path], object]) -> None:
    with pytest.raises(InputError, match=r"a\\0b\.csv: no file can have this name"):
        read(Path("a\0b.csv"))


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_pipe_is_refused_at_once(read: Callable[[Path], object], tmp_path: Path) -> None:
    pipe = tmp_path / "book.csv"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match=r"book\.csv: this is a pipe, not a file\. Write it to a"):
        read(pipe)


def test_sockets_and_devices_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("here.csv")
        with pytest.raises(InputError, match=r"here\.csv: this is a socket"):
            require_regular("here.csv")
    with pytest.raises(InputError, match="as named: this is a device"):
        require_regular("/dev/null", file="as named")


def test_files_folders_and_what_is_missing_pass(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    for path in (tmp_path, tmp_path / "a.csv", tmp_path / "none.csv"):
        require_regular(path)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_name_too_long_and_a_link_to_itself(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    for long in (tmp_path / ("x" * 300), tmp_path / ("x" * 300 + ".toml")):
        with pytest.raises(InputError, match="no file can have a name as long as this"):
            read(long)
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    with pytest.raises(InputError, match=r"loop\.toml: this link leads back to itself"):
        read(loop)


def test_text_that_may_be_an_id_is_asked_for_as_a_name_too() -> None:
    with pytest.raises(InputError, match="a name as long as this"):
        load_portfolio("x" * 300)
    with pytest.raises(InputError, match="a name as long as this"):
        load_universe(find_universe("hedges" + "x" * 300))
