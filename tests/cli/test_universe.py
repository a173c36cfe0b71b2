"""`foreshock universe`: shown, and renewed for a book of a later day."""

from __future__ import annotations

import json
import re

import pytest

from stress.files.universes.file import load_universe

QUOTES = """\
# as_of: 2026-11-20
underlying,id,price,vol,expiry
SPY,,700.10,,
QQQ,,640,18%,2027-01-15|2027-02-19
ES,MESZ6,7010,,
NVDA,,201.5,42%,2027-01-15
SMH,,410,,
"""
BOOK = """\
# as_of: 2026-11-20
ticker,quantity,price,currency
NVDA,1000,201.5,USD
VST,500,171,USD
KO,3000,70,USD
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quotes.csv").write_text(QUOTES, encoding="utf-8")
    (tmp_path / "my.csv").write_text(BOOK, encoding="utf-8")
    return tmp_path


RENEW = ("universe", "renew", "hedges_us_ai", "quotes.csv")


def test_a_refused_hedge_says_the_commands_that_lead_to_one(run, folder) -> None:
    typed = ("hedge", "my.csv", "--draws", "2000")
    refused = run(*typed)
    assert refused.exit_code == 3
    assert refused.stderr.count("error:") == 1
    renew, again = re.findall(r":  foreshock (.*?)(?:   |\n|$)", refused.stderr)
    assert tuple(again.split()) == (*typed, "--universe", "my_universe.csv")

    renewed = run(*renew.split())
    assert renewed.exit_code == 0, renewed.stderr
    assert "10 rows with fresh quotes, 19 left out" in renewed.stdout
    assert "my_universe.csv · quotes of 2026-11-20" in renewed.stdout
    assert "written: my_universe.csv" in renewed.stderr
    hedged = run(*again.split())
    assert hedged.exit_code == 0, hedged.stderr
    assert "prices of 2026-11-20" in hedged.stdout


def test_every_row_left_out_is_named_in_a_warning(run, folder) -> None:
    done = run(*RENEW, "-o", "my_universe.csv")
    kept = {line.instrument.underlying for line in load_universe("my_universe.csv").lines}
    warned = "\n".join(line for line in done.stderr.splitlines() if line.startswith("warning:"))
    for line in load_universe("hedges_us_ai").of_type("etf", "stock", "future"):
        name = line.instrument.underlying
        assert (name in kept) or re.search(rf"\b{line.id}\b", warned)
    assert "put SMH, put_spread SMH, collar SMH" in warned


def test_a_file_is_not_written_over_without_force(run, folder) -> None:
    target = folder / "my_universe.csv"
    target.write_text("mine", encoding="utf-8")
    refused = run(*RENEW, "-o", target)
    assert refused.exit_code == 2
    assert "Give --force" in refused.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert run(*RENEW, "-o", target, "--force").exit_code == 0
    assert load_universe(target).as_of == "2026-11-20"
    itself = run("universe", "renew", target, "quotes.csv", "-o", target, "--force")
    assert itself.exit_code == 2
    assert "the command reads that file" in itself.stderr
    assert run(*RENEW).exit_code == 2


def test_standard_output_gets_the_file_alone(run, folder) -> None:
    done = run(*RENEW, "-o", "-")
    assert done.stdout.startswith("# as_of: 2026-11-20\n# Renewed from hedges_us_ai.csv")
    assert sorted(path.name for path in folder.iterdir()) == ["my.csv", "quotes.csv"]


def test_what_is_wrong_leaves_nothing_behind(run, folder) -> None:
    (folder / "quotes.csv").write_text("ticker,price\nSPYY,700\nQQQ,x\n", encoding="utf-8")
    refused = run(*RENEW, "-o", "my_universe.csv")
    assert refused.exit_code == 3
    assert refused.stdout == ""
    assert refused.stderr.count("error: quotes.csv:") == 3
    assert "give --as-of DATE" in refused.stderr
    assert not (folder / "my_universe.csv").exists()
    missing = run("universe", "renew", "hedges_us_ai", "absent.csv", "-o", "my_universe.csv")
    assert missing.exit_code == 3
    assert "absent.csv: no such file. Write a CSV file with the columns" in missing.stderr


def test_show_lists_every_line_within_the_screen(run, folder) -> None:
    shown = run("universe", "show", "hedges_us_ai")
    assert shown.exit_code == 0
    for line in load_universe("hedges_us_ai").lines:
        assert f"  {line.id}  " in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100
    assert shown.stdout.endswith("\n\n  MESH6 follows SPY\n  MNQH6 follows QQQ\n")
    dated = QUOTES.replace("expiry\n", "expiry,quoted\n").replace("410,,", "410,,,2026-11-19")
    (folder / "quotes.csv").write_text(dated, encoding="utf-8")
    assert run(*RENEW, "-o", "my_universe.csv").exit_code == 0
    own = run("universe", "show", "my_universe.csv").stdout
    assert re.search(r"SMH +etf +both +410 USD .* 2026-11-19\n", own)
    assert max(map(len, own.splitlines())) <= 100


def test_the_universe_that_was_typed_is_replaced(run, folder) -> None:
    for old in (("--universe", "hedges_us_ai"), ("--universe=hedges_us_ai",)):
        refused = run("hedge", "my.csv", *old, "--draws", "2000")
        assert refused.stderr.rstrip().endswith(
            "with:  foreshock hedge my.csv --draws 2000 --universe my_universe.csv"
        )


def test_a_template_that_is_filled_in_renews_every_line_with_options_or_without(
    run, folder
) -> None:
    old = load_universe("hedges_us_ai")
    prices = {line.id: line.price for line in old.lines if line.type in ("etf", "stock")}
    prices |= {line.id: line.price for line in old.lines if line.type == "future"}
    assert run("universe", "template", "hedges_us_ai", "-o", "blank.csv").exit_code == 0
    refused = run("universe", "renew", "hedges_us_ai", "blank.csv", "-o", "new.csv")
    assert "'YYYY-MM-DD' is not a date" in refused.stderr
    filled = []
    for line in (folder / "blank.csv").read_text().splitlines():
        assert not (line.startswith("#") and "," in line)
        name, contract, *_ = [*line.split(","), ""]
        price = prices.get(contract) or prices.get(name)
        filled.append(line if price is None else f"{name},{contract},{price},20%,")
    text = "\n".join(filled).replace("YYYY-MM-DD", "2026-01-05")
    (folder / "filled.csv").write_text(text, encoding="utf-8")
    done = run("universe", "renew", "hedges_us_ai", "filled.csv", "-o", "new.csv")
    assert done.exit_code == 0, done.stderr
    new = load_universe(folder / "new.csv")
    assert [line.id for line in new.lines] == [line.id for line in old.lines]
    assert new.as_of == "2026-01-05"


def test_a_template_has_the_date_that_is_given(run, folder) -> None:
    done = run("universe", "template", "hedges_us_ai", "--as-of", "2026-11-20")
    assert done.stdout.startswith("# as_of: 2026-11-20\n")
    assert run("universe", "template", "hedges_us_ai", "--as-of", "soon").exit_code == 3


def test_the_json_of_a_universe_has_its_lines_and_levels(run) -> None:
    universe = load_universe("hedges_us_ai")
    shown = json.loads(run("universe", "show", "hedges_us_ai", "--format", "json").stdout)
    assert [line["id"] for line in shown["lines"]] == [line.id for line in universe.lines]
    assert shown["vols"] == dict(universe.vols)
    assert (shown["as_of"], shown["content_hash"]) == (universe.as_of, universe.content_hash)
    spy, line = (
        next(one for one in shown["lines"] if one["id"] == "SPY"),
        next(one for one in universe.lines if one.id == "SPY"),
    )
    assert (spy["price"], spy["half_spread"], spy["currency"]) == (
        line.price,
        line.half_spread,
        "USD",
    )
    # What is not limited is null, not infinite.
    assert spy["upper"] is None
    assert spy["quoted"] == universe.as_of
