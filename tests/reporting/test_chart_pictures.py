"""The pictures of the documentation: text on a grid, escaped, small; the committed ones are whole."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

DOCS = Path(__file__).resolve().parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_character_has_its_place(pictures) -> None:
    lines = ["IF THIS HAPPENED  <b> & more", "", "   -1.28m   -12.8 %"]
    root = ElementTree.fromstring(pictures.as_svg(lines))
    texts = root.findall(f"{SVG}text")
    assert ["".join(text.itertext()) for text in texts] == [lines[0], lines[2].strip()]
    assert float(texts[0].get("textLength")) == pictures.ADVANCE * len(lines[0])
    assert float(texts[1].get("x")) - float(texts[0].get("x")) == pictures.ADVANCE * 3
    assert float(texts[1].get("y")) - float(texts[0].get("y")) == pictures.LINE * 2
    assert [span.text for span in root.iter(f"{SVG}tspan")] == ["IF THIS HAPPENED"]


@pytest.mark.parametrize("name", ["first-screen", "comparison", "scenarios"])
def test_a_committed_picture_is_whole_small_and_fetches_nothing(name: str) -> None:
    path = DOCS / "images" / f"{name}.svg"
    assert path.stat().st_size < 120_000
    root = ElementTree.parse(path).getroot()
    assert not [e for e in root.iter() if e.tag in (f"{SVG}script", f"{SVG}image")]
    words = " ".join("".join(root.itertext()).split())
    assert "ai_growth.csv" in words
    for element in root.iter():
        for key, value in element.attrib.items():
            assert not (key.endswith("href") and value.startswith("http"))


def test_the_picture_of_the_screen_has_its_blocks_in_order() -> None:
    root = ElementTree.parse(DOCS / "images" / "first-screen.svg").getroot()
    lines = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert lines[0] == "$ foreshock run portfolios/ai_growth.csv"
    assert max(len(line) for line in lines) <= 100
    page = "\n".join(lines)
    blocks = ("STRESSED", "IF 27 JANUARY 2025", "ALL SCENARIOS", "WHERE", "HOW FAR TO TRUST IT")
    places = [page.index(block) for block in blocks]
    assert places == sorted(places)
