"""Options of a run about how far to trust it, and the page of propagated factors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def closes(tmp_path: Path) -> Path:
    random = np.random.Generator(np.random.PCG64(3))
    days = np.arange(np.datetime64("2024-01-02"), np.datetime64("2025-01-03"))
    days = days[np.is_busday(days)]
    moves = random.normal(0.0, 0.03, (len(days), 3))
    moves[100, 0] = 0.55
    levels = 100.0 * np.cumprod(1.0 + moves, axis=0)
    lines = ["date,NVDA,VST,KO"]
    lines += [
        f"{day}," + ",".join(f"{x:.6f}" for x in row) for day, row in zip(days, levels, strict=True)
    ]
    path = tmp_path / "closes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_past_days_are_counted_on_screen(run, book, short_scenario, closes) -> None:
    asked = ("run", book, "-s", short_scenario, "--draws", "256", "--prices", closes)
    refused = run(*asked)
    assert refused.exit_code == 3
    assert "--waive jump" in refused.stderr
    shown = run(*asked, "--waive", "jump:NVDA")
    assert shown.exit_code == 0, shown.output
    assert "today's book would have lost more on " in shown.stdout
    assert "days since 2024-01-03" in shown.stdout


def test_a_waiver_without_prices_is_a_usage_error(run, book, short_scenario) -> None:
    done = run("run", book, "-s", short_scenario, "--waive", "jump")
    assert done.exit_code == 2
    assert "--waive accepts problems of the files of --prices" in done.stderr


def test_a_stressed_law_and_a_second_opinion_have_their_lines(run, book, short_scenario) -> None:
    asked = ("run", book, "-s", short_scenario, "--draws", "256")
    law = ("--correlation", "together:0.5", "--volatility", "1.5x", "--second-opinion")
    shown = run(*asked, *law)
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.stdout.split())
    assert (
        "stressed law correlations 50 % of the way together and factor volatilities times 1.5"
        in text
    )
    assert (
        "Stated moves stay and surprise less, so names' own moves around them are smaller" in text
    )
    assert "2nd opinion " in text
    block = shown.stdout.split("  stressed law")[1].split("  defaults")[0]
    assert max(map(len, block.splitlines())) <= 100
    document = json.loads(run(*asked, *law, "--format", "json").stdout)
    assert document["manifest"]["options"]["correlation"] == "together:0.5"
    assert document["manifest"]["options"]["volatility"] == "1.5x"
    found = document["results"][0]
    assert found["stressed_law"]["share"] == 0.5
    assert found["second_opinion"]["sessions"] > 400
    plain = json.loads(run(*asked, "--format", "json").stdout)["results"][0]
    assert plain["stressed_law"] is None
    assert plain["second_opinion"] is None
    assert plain["plausibility"]["worse_days"] is None
    assert plain["pnl"]["expected"] != found["pnl"]["expected"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--correlation", "togehter:0.5", "is no target"),
        ("--correlation", "apart", "as in apart:0.5"),
        ("--volatility", "-2x", "as in 1.5x"),
        ("--prices", "nowhere.csv", "nowhere.csv"),
    ],
)
def test_bad_input_is_exit_code_3(run, book, short_scenario, option, value, message) -> None:
    done = run("run", book, "-s", short_scenario, option, value)
    assert done.exit_code == 3
    assert message in done.stderr


def test_the_page_of_a_scenario_reports_propagation_on_a_model(run, short_scenario) -> None:
    plain = run("scenario", "show", short_scenario)
    assert "FACTORS NOT STATED" not in plain.stdout
    shown = run("scenario", "show", short_scenario, "--model", "us-ai-2025-12")
    assert shown.exit_code == 0, shown.output
    assert "FACTORS NOT STATED   filled by us-ai-2025-12: 1 stated" in shown.stdout
    assert "semis_ai_compute +" in shown.stdout.split("BETAS")[1]
    assert max(map(len, shown.stdout.splitlines())) <= 100
    document = json.loads(
        run(
            "scenario", "show", short_scenario, "--model", "us-ai-2025-12", "--format", "json"
        ).stdout
    )
    market = next(one for one in document["propagation"] if one["factor"] == "market")
    (beta,) = market["betas"]
    assert beta["on"] == "semis_ai_compute"
    assert market["move"] == pytest.approx(-0.10 * beta["beta"])
    assert 0.0 < beta["standard_error"] < 0.2 * beta["beta"]
    assert market["unseen"] is (abs(market["move"]) > abs(market["largest_seen"]))
