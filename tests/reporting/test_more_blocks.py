"""Blocks that stand only when their numbers were computed."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import jsonschema
import pytest

from stress.reporting.document import results_document
from stress.reporting.first_screen import first_screen
from stress.reporting.json_text import to_json
from stress.results.model_range import ModelRange
from stress.results.revalued_line import RevaluedLine
from stress.results.settlements import Settlement

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def fuller(results):
    """The run with a model range and revalued options in its first result."""
    first = dataclasses.replace(
        results[0],
        model_range=ModelRange(
            low=-1_490_000.0, high=-1_240_000.0, rows=(("itself", -1.3e6), ("long window", -1.49e6))
        ),
        revalued=RevaluedLine(
            positions=3,
            value=120_000.0,
            pnl=52_000.0,
            passage_of_time=-4_100.0,
            interest=0.0,
            elapsed_days=3.0,
            rule="sticky-strike",
            rules=(("sticky-strike", -1.20e6), ("spot-coordinated", -1.25e6)),
            betas=((0.5, -1.22e6), (1.5, -1.18e6)),
            beta_sources=("assumed",),
            expiring=("NVDA 2025-01-26 120 P", "NVDA 2025-01-27 120 C"),
            kinds=(("option", 2), ("line in another currency", 1)),
            notional=-690_000.0,
            settlements=(
                Settlement(
                    contract="NVDA 2025-01-26 120 P",
                    days=2.0,
                    last_session=False,
                    lower=61_000.0,
                    expected=50_000.0,
                    upper=38_000.0,
                ),
                Settlement(
                    contract="NVDA 2025-01-27 120 C",
                    days=3.0,
                    last_session=True,
                    lower=0.0,
                    expected=0.0,
                    upper=0.0,
                ),
            ),
        ),
    )
    return dataclasses.replace(results, results=(first, *results.results[1:]))


def test_they_are_left_out_when_there_is_nothing_to_say(results) -> None:
    plain = dataclasses.replace(results[0], model_range=None, revalued=None)
    page = first_screen(dataclasses.replace(results, results=(plain,)), today=TODAY)
    assert "model range" not in page
    assert "REVALUED IN FULL" not in page


def test_model_error_stands_before_simulation_error_and_is_called_the_big_one(fuller) -> None:
    page = first_screen(fuller, today=TODAY)
    line = next(line for line in page.splitlines() if "model range" in line)
    assert "-14.9 % to -12.4 % expected, over 2 model variants" in line
    assert line.endswith("(model error: the big one)")
    assert page.index("model range") < page.index("simulation  ")
    assert max(map(len, page.splitlines())) <= 100


def test_stated_vol_betas_are_called_stated(fuller) -> None:
    result = fuller.results[0]
    line = dataclasses.replace(result.revalued, beta_sources=("assumed", "given"))
    shown = dataclasses.replace(fuller, results=(dataclasses.replace(result, revalued=line),))
    page = " ".join(first_screen(shown, today=TODAY).split())
    assert "-11.8 % at 1.5 x the assumed and stated ones" in page


def test_kinds_of_positions_have_their_plurals(fuller) -> None:
    result = fuller.results[0]
    kinds = (("equity", 2), ("line in another currency", 2), ("cash", 2), ("fx forward", 1))
    line = dataclasses.replace(result.revalued, kinds=kinds)
    shown = dataclasses.replace(fuller, results=(dataclasses.replace(result, revalued=line),))
    page = first_screen(shown, today=TODAY)
    assert "2 equities, 2 lines in another currency, 2 cash balances, 1 fx forward; worth" in page


def test_time_is_its_own_line_and_the_assumed_is_called_so(fuller) -> None:
    page = first_screen(fuller, today=TODAY)
    assert "REVALUED IN FULL   2 options, 1 line in another currency; worth 0.12m before" in page
    assert "passage of time" in page
    assert "over 3 calendar days" in page
    assert "-12.0 % sticky-strike (used), -12.5 % spot-coordinated" in page
    assert "-12.2 % at 0.5 x, -11.8 % at 1.5 x the assumed ones" in page
    assert (
        "settle inside     NVDA 2025-01-26 120 P in 2 calendar days: +0.05m at settlement" in page
    )
    assert "+0.06m and +0.04m with the way there" in " ".join(page.split())
    assert (
        "NVDA 2025-01-27 120 C in 3 calendar days: 0.00m at settlement, on the last session"
        in " ".join(page.split())
    )
    assert "notional -0.69m, long less short" in page
    assert max(map(len, page.splitlines())) <= 100


def test_every_volatility_rule_is_on_the_screen(fuller) -> None:
    line = dataclasses.replace(
        fuller[0].revalued,
        rules=(
            ("sticky-strike", -11.20e6),
            ("sticky-moneyness", -11.22e6),
            ("spot-coordinated", -11.25e6),
        ),
    )
    first = dataclasses.replace(fuller[0], revalued=line)
    page = first_screen(dataclasses.replace(fuller, results=(first,)), today=TODAY)
    said = " ".join(page.split())
    assert (
        "-112.0 % sticky-strike (used), -112.2 % sticky-moneyness, -112.5 % spot-coordinated"
        in said
    )
    assert max(map(len, page.splitlines())) <= 100


def test_the_json_carries_them(fuller) -> None:
    schema = json.loads(
        (Path(__file__).parents[2] / "stress" / "reporting" / "run.schema.json").read_text("utf-8")
    )
    document = json.loads(to_json(results_document(fuller)))
    jsonschema.Draft202012Validator(schema).validate(document)
    first = document["results"][0]
    assert first["model_range"]["low"] == -1_490_000.0
    assert first["revalued"]["passage_of_time"] == -4_100.0
    assert first["revalued"]["by_vol_beta"][0] == {"expected": -1.22e6, "multiple": 0.5}
