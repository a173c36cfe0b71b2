"""Run the command in this process; a few tests elsewhere start a real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stress.cli import foreshock

ROOT = Path(__file__).resolve().parents[2]

HOLDINGS = """\
ticker,quantity,price,currency,account
NVDA,1000,185,USD,main
VST,500,160,USD,main
KO,1000,70,USD,other
"""


@pytest.fixture
def run():
    """Call ``run("run", "my.csv")`` and get exit code, standard output and standard error."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(foreshock, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "my.csv"
    path.write_text(HOLDINGS, encoding="utf-8")
    return path


@pytest.fixture
def short_scenario(tmp_path: Path) -> Path:
    path = tmp_path / "chips-fall.toml"
    path.write_text(
        'id = "chips-fall"\ntitle = "Chips fall"\nkind = "hypothetical"\nhorizon_days = 1\n'
        '[moves]\nsemis_ai_compute = "-10%"\n[variation]\nkind = "names"\n',
        encoding="utf-8",
    )
    return path
