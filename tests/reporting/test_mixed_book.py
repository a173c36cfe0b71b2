"""A book of shares, options, a bond, a future and two currencies: every output says the same about it."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import math
import re
from pathlib import Path

import jsonschema
import pytest

import stress
from stress.reporting.first_screen import first_screen
from stress.reporting.rows import to_csv

TODAY = datetime.date(2026, 1, 6)
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "stress" / "reporting" / "run.schema.json").read_text(
        encoding="utf-8"
    )
)
BOOK = """\
# as_of: 2026-01-05
ticker,quantity,price,type,underlying,right,strike,expiry,multiplier,style,coupon,maturity,frequency,credit,currency,fx_rate
NVDA,1000,190,equity,,,,,,,,,,,USD,1
NVDA260220P00180000,10,6.50,option,NVDA,put,180,2026-02-20,100,american,,,,,USD,1
MSFT260107C00480000,5,6.0,option,MSFT,call,480,2026-01-07,100,american,,,,,USD,1
MSFT260109P00480000,-5,6.0,option,MSFT,put,480,2026-01-09,100,american,,,,,USD,1
UST10,100000,98.5,bond,,,,,,,4%,2035-11-15,2,treasury,USD,1
SAP,100,220,equity,,,,,,,,,,,EUR,1.1
CASH_EUR,5000,1,cash,,,,,,,,,,,EUR,1.1
ESH6,-2,6900,future,SPY,,,2026-03-20,50,,,,,,USD,1
CASH,50000,1,cash,,,,,,,,,,,USD,1
"""
LEVELS = {
    "rates": {"USD": "4%", "USD 10y": "4.2%"},
    "dividends": {"NVDA": "0%", "MSFT": "0.7%"},
    "spots": {"MSFT": 482.0},
    "vols": {"VIX": "15%"},
    "fx": {"EUR": 1.1},
    "proxies": {"SAP": "MSFT"},
}
#: Wednesday to Thursday of the next week, four calendar days of options inside and on its end.
SCENARIO = """\
id = "a-week"
title = "A bad week"
kind = "hypothetical"
horizon_days = 3
calendar_days = 4
narrative = "Made up."
[variation]
kind = "severity"
severity_sd = 0.2
[moves]
semis_ai_compute = "-12%"
hyperscalers = "-0.5%"
vix = "+6pts"
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "mixed.csv").write_text(BOOK, encoding="utf-8")
    (folder / "a-week.toml").write_text(SCENARIO, encoding="utf-8")

    def made(**options):
        return stress.run_many(
            folder / "mixed.csv", [folder / "a-week.toml"], **{"draws": 4096, **LEVELS, **options}
        )

    return made


@pytest.fixture(scope="module")
def results(run):
    return run()


def test_the_json_of_options_bonds_futures_and_currencies_is_as_its_schema_says(results) -> None:
    document = json.loads(results.to_json())
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    found = document["results"][0]
    assert {row["status"] for row in found["coverage"]["rows"]} == {
        "own",
        "revalued",
        "proxy",
        "cash",
    }
    assert found["revalued"]["kinds"] == {
        "option": 3,
        "line in another currency": 2,
        "bond": 1,
        "future": 1,
    }
    assert found["revalued"]["notional"] == pytest.approx(-2 * 50 * 6900)


def test_the_shares_in_the_parenthesis_add_up_to_what_is_stressed(results) -> None:
    page = first_screen(results, today=TODAY)
    line = next(line for line in page.splitlines() if line.startswith("STRESSED"))
    stressed, inside = re.fullmatch(r"STRESSED ([\d.]+) % of gross \((.+)\)\.", line).groups()
    shares = [float(share) for share in re.findall(r"[\d.]+$|[\d.]+(?=,)", inside)]
    assert len(shares) == 3
    assert sum(shares) == pytest.approx(float(stressed), abs=0.16)
    assert math.fsum(row.share for row in results[0].coverage.rows) == pytest.approx(1.0)


def test_the_screen_says_what_is_revalued_and_keeps_to_its_width(results) -> None:
    page = first_screen(results, today=TODAY)
    assert "REVALUED IN FULL   3 options, 2 lines in another currency, 1 bond, 1 future" in page
    assert "notional -690.0k, long less short" in page
    for rule in ("sticky-strike", "sticky-moneyness", "spot-coordinated"):
        assert re.search(rf"[-+]\d+\.\d % {rule}", " ".join(page.split()))
    assert max(map(len, page.splitlines())) <= 100


def test_contracts_that_settle_are_listed_with_what_hangs_on_the_way(results) -> None:
    line = results[0].revalued
    assert line.expiring == ("MSFT 2026-01-07 480 C", "MSFT 2026-01-09 480 P")
    call, put = line.settlements
    assert (call.days, put.days) == (2.0, 4.0)
    assert call.lower <= call.expected <= call.upper
    assert call.upper > call.lower
    end = 482.0 * (1.0 + next(n.move for n in results[0].names if n.name == "MSFT"))
    assert put.lower == put.expected == put.upper == pytest.approx(-500.0 * max(480.0 - end, 0.0))
    assert put.expected < 0.0, "a short put in the money is bought back"
    page = " ".join(first_screen(results, today=TODAY).split())
    assert "MSFT 2026-01-07 480 C in 2 calendar days:" in page
    assert "MSFT 2026-01-09 480 P in 4 calendar days:" in page
    assert "on the last session" in page


def test_an_instantaneous_shock_settles_nothing(run) -> None:
    assert run(instant=True)[0].revalued.settlements == ()


def test_severities_are_of_the_moves_as_written_whatever_is_asked(run, results) -> None:
    harder = run(severity=2.0)
    assert [point.severity for point in results[0].severities] == [0.5, 1.0, 1.5]
    assert [point.severity for point in harder[0].severities] == [0.5, 1.0, 1.5, 2.0]
    for as_written, again in zip(results[0].severities, harder[0].severities, strict=False):
        assert again.expected == pytest.approx(as_written.expected, rel=1e-12)
    assert harder[0].severities[-1].expected == pytest.approx(harder[0].expected, rel=1e-12)
    document = harder.to_dict()["results"][0]
    assert document["scenario"]["severity"] == 2.0
    assert [one["severity"] for one in document["severities"]] == [0.5, 1.0, 1.5, 2.0]
    page = " ".join(repr(harder[0]).split())
    assert re.search(r"at 0\.5, .+ at 1, .+ at 1\.5, .+ at 2 times the moves as written", page)


def test_a_range_from_too_few_draws_is_left_out_and_said(run) -> None:
    few = run(draws=150)
    page = first_screen(few, today=TODAY)
    assert re.search(r"95 % of variations +- +150 draws are too few for a range and a tail", page)
    assert any("95 % of variations left out: 150 draws" in said for said in few[0].warnings)
    document = few.to_dict()["results"][0]
    assert document["pnl"]["band"] == {"level": 0.95, "lower": None, "upper": None}
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(few.to_json()))
    assert not any("left out: 2" in said for said in run(draws=200)[0].warnings)


def test_credit_to_factors_has_no_column_of_zeros_and_adds_up(results) -> None:
    found = tuple(dataclasses.replace(result, grouped="factor") for result in results)
    page = first_screen(dataclasses.replace(results, results=found), today=TODAY)
    panel = page[page.index("BY FACTOR") : page.index("HOW FAR")].splitlines()
    assert "value" not in panel[1]
    shares = [float(line.split()[-1 - 4]) for line in panel[2:] if line.endswith("%")]
    assert math.fsum(shares) == pytest.approx(
        100 * results[0].expected_of_nav, abs=0.06 * len(shares)
    )
    assert re.search(r"\d+ factors below 0\.05 %", page)


def test_every_row_of_the_csv_carries_the_coverage(run) -> None:
    partly = run(proxies=None, unknown="exclude")
    rows = list(csv.DictReader(io.StringIO(to_csv(partly))))
    assert {row["not_stressed"] for row in rows} == {"SAP"}
    share = partly[0].coverage.stressed
    assert {float(row["stressed_share"]) for row in rows} == {share}
    assert {row["rows_not_read"] for row in rows} == {"0"}
    for page in (repr(partly[0]), repr(partly), repr(partly.baseline)):
        assert "NOT STRESSED" in page
        assert "SAP" in page
    assert partly.baseline.warnings[0].startswith("NOT STRESSED")


def test_a_name_held_as_share_and_option_is_marked_and_split_in_json(results) -> None:
    page = first_screen(results, today=TODAY)
    assert re.search(r"  NVDA\* ", page)
    assert (
        "* with what is revalued in full on it (options, futures, funds, another currency)" in page
    )
    (line,) = [one for one in results[0].to_dict()["by_name"] if one["name"] == "NVDA"]
    shares = 190_000.0
    assert line["pnl"] - line["revalued"] == pytest.approx(shares * line["move"])
    assert "NVDA *" in results[0]._repr_html_()
    plain = [one for one in results[0].to_dict()["by_name"] if one["source"] == "revalued"]
    assert plain
    assert all(one["revalued"] == one["pnl"] for one in plain)
