"""`foreshock calibrate`: from price files to a model file that runs."""

from __future__ import annotations

import importlib
import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from stress.factors.variants import DECLARED
from stress.files.bundled import bundled_path

FACTORS = """\
[factors.market]
kind = "relative"
unit = "%"
title = "Market"
description = "The index."
series = ["IDX"]
measure = "return"

[factors.chips]
kind = "relative"
unit = "%"
title = "Chips"
description = "Two chip makers, equal weight."
series = ["AAA", "BBB"]
measure = "return"
"""


#: Further factors the scoreboard needs, each on one series.
MORE = {"utilities_regulated": "DDD", "power_ipp": "EEE"}


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    generator = np.random.Generator(np.random.PCG64(7))
    days = np.arange(np.datetime64("2023-01-02"), np.datetime64("2025-01-03"))
    days = days[np.is_busday(days)]
    market = generator.normal(0.0, 0.01, len(days))
    chips = 1.4 * market + generator.normal(0.0, 0.01, len(days))
    noise = generator.normal(0.0, 0.005, (len(days), 6))
    moves = {
        "IDX": market,
        "AAA": chips + noise[:, 0],
        "BBB": chips + noise[:, 1],
        "CCC": 0.8 * market + noise[:, 2],
        "DDD": 0.5 * market + noise[:, 3],
        "EEE": 1.1 * market + 2.0 * noise[:, 4],
        "FFF": chips + 0.3 * market + noise[:, 5],
    }
    levels = {name: 100.0 * np.cumprod(1.0 + move) for name, move in moves.items()}
    lines = ["date," + ",".join(levels)]
    lines += [
        f"{day}," + ",".join(f"{level[t]:.6f}" for level in levels.values())
        for t, day in enumerate(days)
    ]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "factors.toml").write_text(FACTORS, encoding="utf-8")
    return path


def test_prices_become_a_model_that_runs_a_book(run, prices, tmp_path) -> None:
    model = tmp_path / "mine.json"
    made = run("calibrate", prices, "--factors", tmp_path / "factors.toml", "-o", model)
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("mine · ")
    assert f"written: {model}" in made.stderr
    assert json.loads(model.read_text(encoding="utf-8"))["id"] == "mine"
    assert "CCC · home market" in run("model", "show", model, "CCC").stdout
    book = tmp_path / "book.csv"
    book.write_text("ticker,market_value,currency\nAAA,60,USD\nCCC,40,USD\n", encoding="utf-8")
    result = run("run", book, "--model", model, "--shock", "chips=-10%", "--draws", "4096")
    assert result.exit_code == 0, result.output
    assert "model mine" in result.stdout


def test_a_calibration_is_watched_variants_too(run, prices, tmp_path, monkeypatch) -> None:
    told: list[tuple[int, int]] = []
    command = importlib.import_module("stress.cli.calibrate")
    monkeypatch.setattr(command, "progress", lambda *_, **__: lambda *step: told.append(step))
    asked = ("calibrate", prices, "--factors", tmp_path / "factors.toml", "--variants")
    assert run(*asked, "-o", tmp_path / "mine.json").exit_code == 0
    total = 2 + len(DECLARED)
    assert told == [(step, total) for step in range(1, total + 1)]


def test_as_of_sees_nothing_later(run, prices, tmp_path) -> None:
    model = tmp_path / "past.json"
    asked = ("calibrate", prices, "--factors", tmp_path / "factors.toml", "--id", "past")
    assert run(*asked, "--as-of", "2024-06-28", "-o", model).exit_code == 0
    assert json.loads(model.read_text(encoding="utf-8"))["as_of"] == "2024-06-28"


def test_an_existing_model_is_not_overwritten_and_bad_prices_are_exit_code_3(
    run, prices, tmp_path
) -> None:
    model = tmp_path / "mine.json"
    model.write_text("{}", encoding="utf-8")
    asked = ("calibrate", prices, "--factors", tmp_path / "factors.toml", "-o", model)
    assert run(*asked).exit_code == 2
    prices.write_text("date,IDX\n2024-01-02,abc\n", encoding="utf-8")
    bad = run(*asked, "--force")
    assert bad.exit_code == 3
    assert "prices.csv" in bad.stderr
    assert model.read_text(encoding="utf-8") == "{}"


def test_a_users_own_name_is_added_with_its_tag(run, prices, tmp_path) -> None:
    text = prices.read_text(encoding="utf-8")
    model = tmp_path / "mine.json"
    assert (
        run("calibrate", prices, "--factors", tmp_path / "factors.toml", "-o", model).exit_code == 0
    )
    own = tmp_path / "own.csv"
    rows = [line.split(",") for line in text.splitlines()]
    lines = ["date,OWN"] + [
        f"{row[0]},{(float(row[2]) * float(row[4])) ** 0.5:.6f}" for row in rows[1:]
    ]
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wider = tmp_path / "wider.json"
    made = run("model", "extend", model, "--prices", own, "-o", wider, "--home", "OWN=chips")
    assert made.exit_code == 0, made.output
    assert "OWN · home chips · estimated-user" in made.stdout
    assert "--home" not in made.stderr
    unsaid = run("model", "extend", model, "--prices", own, "-o", tmp_path / "other.json")
    assert "OWN: no --home is given, so it counts under 'market'" in unsaid.stderr
    typed = unsaid.stderr.split("(foreshock model show ")[1].split(" lists them")[0]
    assert run("model", "show", *shlex.split(typed)).exit_code == 0
    book = tmp_path / "book.csv"
    book.write_text("ticker,market_value,currency\nAAA,60,USD\nOWN,40,USD\n", encoding="utf-8")
    result = run("run", book, "--model", wider, "--shock", "chips=-10%", "--draws", "4096")
    assert result.exit_code == 0, result.output
    assert "your prices 40.0" in result.stdout
    again = run("model", "extend", model, "--prices", prices, "-o", wider, "--force")
    assert again.exit_code == 3
    assert "nothing to add" in again.stderr


def test_an_edited_bundled_model_is_refused_by_every_command(run, prices, book, tmp_path) -> None:
    document = json.loads(bundled_path("models", "us-ai-2025-12").read_bytes())
    began = document["content_hash"][:6]
    document["names"][0]["exposures"][0] = 9.9
    edited = tmp_path / "d.json"
    edited.write_text(json.dumps(document))
    for asked in (
        ("run", book, "--model", edited, "-s", "deepseek-2025-01-27"),
        ("model", "show", edited),
        ("model", "extend", edited, "--prices", prices, "-o", tmp_path / "wider.json"),
    ):
        refused = run(*asked)
        assert refused.exit_code == 3
        assert refused.stdout == ""
        said = f"d.json: was changed after it was made: its content_hash is {began}"
        assert said in refused.stderr
    assert not (tmp_path / "wider.json").exists()
    del document["content_hash"]
    edited.write_text(json.dumps(document))
    done = run("run", book, "--model", edited, "-s", "deepseek-2025-01-27", "--draws", "4096")
    assert done.exit_code == 0, done.output
    assert "track record  none: there is none for model us-ai-2025-12 of content" in done.stdout


def test_the_scoreboard_of_a_day_shows_the_misses_beside_a_market_beta(
    run, prices, tmp_path
) -> None:
    factors = tmp_path / "factors.toml"
    asked = ("scoreboard", "--prices", prices, "--factors", factors, "--day", "2024-12-20")
    lacking = run(*asked)
    assert lacking.exit_code == 3
    assert "Missing: a factor named semis_ai_compute" in lacking.stderr
    text = FACTORS.replace("[factors.chips]", "[factors.semis_ai_compute]")
    for name, series in MORE.items():
        text += (
            f'\n[factors.{name}]\nkind = "relative"\nunit = "%"\ntitle = "{name}"\n'
            f'description = "One series."\nseries = ["{series}"]\nmeasure = "return"\n'
        )
    factors.write_text(text, encoding="utf-8")
    page = run(*asked)
    assert page.exit_code == 0, page.output
    assert page.stdout.startswith("2024-12-20 close · asked for\n")
    assert "Model data end 2024-12-19." in page.stdout
    assert "market beta" in page.stdout
    assert "largest misses" in page.stdout
    wrong = run(*asked[:-1], "2024-12-21")
    assert wrong.exit_code == 3
    assert "2024-12-21 is not a session" in wrong.stderr
    # Several files are one table, whatever their order.
    lines = [line.split(",") for line in prices.read_text(encoding="utf-8").splitlines()]
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("".join(f"{','.join(cells[:5])}\n" for cells in lines), encoding="utf-8")
    second.write_text(
        "".join(f"{','.join([cells[0], *cells[5:]])}\n" for cells in lines), encoding="utf-8"
    )
    both = run("scoreboard", "--prices", first, "--prices", second, *asked[3:])
    assert both.stdout == page.stdout


def test_the_scoreboard_takes_the_factors_of_the_bundled_models_unless_others_are_named(
    run, prices
) -> None:
    lacking = run("scoreboard", "--prices", prices)
    assert lacking.exit_code == 3
    assert "us-ai.toml: factor 'market' is measured on 'SPY', which no price" in lacking.stderr


def test_prices_are_given_in_one_way_and_the_other_is_said(run, prices, tmp_path) -> None:
    positional = run("scoreboard", prices)
    assert positional.exit_code == 2
    assert "Missing option '--prices'" in positional.stderr
    for command in ("calibrate", "event-study"):
        option = run(command, "--prices", prices, "--factors", "f.toml")
        assert option.exit_code == 2
        assert (
            "error: No such option '--prices': PRICES... stands without one, as in the usage above."
            in option.stderr
        )
        assert "--force" not in option.stderr
