"""The scenario in the docs is one."""

import re
from pathlib import Path

from stress.files.scenarios.file import read_scenario

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scenario-files.md"


def test_the_example_of_the_docs_reads(tmp_path):
    text = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    file = tmp_path / "my-derating.toml"
    file.write_text(text, encoding="utf-8")
    scenario = read_scenario(file)

    assert scenario.id == "my-derating"
    assert [str(move.move) for move in scenario.moves] == ["-16%", "-15bp", "+6pts", "+0%"]


def test_every_key_in_the_docs_is_one_of_the_format():
    from stress.files.scenarios.file import scenario_schema

    properties = set(scenario_schema()["properties"])
    table = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    keys = {key.strip("[]") for row in table for key in re.findall(r"`([^`]+)`", row)}

    assert keys <= properties
