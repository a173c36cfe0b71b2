"""Supervisory scenarios: moves against the jump-off quarter by hand, other vintages' wording, bad tables."""

import csv
import math
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.fed.mapping import MAPPING
from stress.files.fed.reading import read_fed
from stress.files.scenarios.file import read_scenario

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "scenarios" / "frb_2025"

TITLES = (
    "Scenario Name,Date,Real GDP growth,3-month Treasury rate,5-year Treasury yield,"
    "10-year Treasury yield,BBB corporate yield,Dow Jones Total Stock Market Index (Level),"
    "Market Volatility Index (Level)\n"
)
PAST = (
    TITLES + "Actual,2030 Q3,2,4.0,4.0,4.0,5.0,900,18\nActual,2030 Q4,2,4.0,4.2,4.4,5.6,1000,20\n"
)
BAD_TIMES = TITLES + (
    "Supervisory Severely Adverse,2031 Q1,-5,2.0,2.2,2.4,6.4,700,60\n"
    "Supervisory Severely Adverse,2031 Q2,-8,0.5,1.0,1.5,6.5,500,50\n"
    "Supervisory Severely Adverse,2031 Q3,1,0.5,1.2,1.8,6.0,800,35\n"
)
ABROAD = "Scenario Name,Date,Euro area inflation,Japan bilateral dollar exchange rate (yen/USD)\n"
PAST_ABROAD = ABROAD + "Actual,2030 Q4,2,150\n"
BAD_ABROAD = ABROAD + "".join(
    f"Supervisory Severely Adverse,2031 Q{q},1,{yen}\n" for q, yen in ((1, 144), (2, 135), (3, 141))
)


@pytest.fixture
def files(tmp_path):
    written = {}
    for name, text in {
        "past": PAST,
        "bad": BAD_TIMES,
        "past_abroad": PAST_ABROAD,
        "bad_abroad": BAD_ABROAD,
    }.items():
        written[name] = tmp_path / f"{name}.csv"
        written[name].write_text(text)
    return written


def moves(scenario):
    return {stated.target: stated.move.value for stated in scenario.moves}


def test_shocks_are_levels_against_the_jump_off_quarter(files):
    scenario = read_fed(
        files["bad"], files["bad_abroad"], historic=[files["past"], files["past_abroad"]]
    )
    # At 2 years on the line from 3 months to 5 years: a share of 1.75 / 4.75 of the way.
    share = 1.75 / 4.75
    before, after = 4.0 + share * 0.2, 0.5 + share * 0.5

    assert moves(scenario) == {
        "market": pytest.approx(-0.5),
        "rates_2y": pytest.approx((after - before) / 100, abs=1e-6),
        "rates_10y": pytest.approx(-0.029),
        "ig_oas": pytest.approx(0.038),
        "vix": pytest.approx(30.0),
        "usdjpy": pytest.approx(-0.1),
    }
    assert scenario.horizon_days == 126
    assert (scenario.start, scenario.date) == ("2030-12-31", "2031-06-30")
    assert scenario.returns == "compound"
    assert scenario.id == "frb-2031-supervisory-severely-adverse"


def test_steps_are_moves_since_the_quarter_before(files):
    scenario = read_fed(files["bad"], historic=files["past"])
    stocks = [step.stated("market").value for step in scenario.path]
    vix = [step.stated("vix").value for step in scenario.path]
    tens = [step.stated("rates_10y").value for step in scenario.path]

    assert stocks == pytest.approx([-0.3, 500 / 700 - 1, 0.6], abs=1e-9)
    assert vix == pytest.approx([40.0, -10.0, -15.0])
    assert tens == pytest.approx([-0.020, -0.009, 0.003])
    assert [step.horizon_days for step in scenario.path] == [63, 63, 63]
    assert [step.elapsed_days for step in scenario.path] == [90.0, 91.0, 92.0]
    assert "usdjpy" not in moves(scenario)


def test_what_moves_no_factor_is_observed_never_applied(files):
    scenario = read_fed(files["bad"], historic=files["past"])

    assert [(seen.name, seen.text) for seen in scenario.observed] == [
        ("Real GDP growth", "-8 in 2031 Q2, 2 in 2030 Q4")
    ]


def test_the_file_it_writes_reads_back_equal(files, tmp_path):
    scenario = read_fed(
        files["bad"], files["bad_abroad"], historic=[files["past"], files["past_abroad"]]
    )
    path = tmp_path / "fed.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")

    assert read_scenario(path).content_hash == scenario.content_hash


def test_other_vintages_words_are_understood(tmp_path, files):
    titles = TITLES
    for old, new in {
        "Scenario Name,Date": "Scenario,OBS",
        "3-month Treasury rate": "3 month Treasury",
        "5-year Treasury yield": "5 year Treasury yield",
        "10-year Treasury yield": "10-Year  Treasury Yield",
        "Dow Jones Total Stock Market Index (Level)": "Dow Jones Total Stock Market Index",
        "Market Volatility Index (Level)": "Market Volatility Index (VIX)",
    }.items():
        titles = titles.replace(old, new)
    other = tmp_path / "any name.txt"
    other.write_text(
        "Table 3.A\n\n"
        + BAD_TIMES.replace(TITLES, titles)
        .replace("2031 Q", "Q1x 2031")
        .replace("Q1x 2031", "2031:Q")
        + "\nNote: growth rates are annualised\n"
    )

    assert moves(read_fed(other, historic=files["past"])) == moves(
        read_fed(files["bad"], historic=files["past"])
    )


def test_stocks_that_never_fall_take_the_last_quarter(tmp_path, files):
    calm = tmp_path / "calm.csv"
    calm.write_text(
        BAD_TIMES.replace(",700,", ",1010,").replace(",500,", ",1020,").replace(",800,", ",1030,")
    )
    scenario = read_fed(calm, historic=files["past"])

    assert scenario.horizon_days == 189
    assert moves(scenario)["market"] == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.replace("2031 Q2,-8,0.5,1.0,1.5", "2031 Q2,-8,0.5,1.0,"), "no value of '10-year Treasury yield' in 2031 Q2"),
        (lambda t: t.replace("2031 Q2,-8,0.5", "2031 Q2,-8,x"), r"bad\.csv:3:4: column '3-month Treasury rate': 'x'"),
        (lambda t: t.replace("2031 Q2", "2031-06"), r"bad\.csv:3:2: '2031-06' is no quarter"),
        (lambda t: t.replace("2031 Q2", "2031 Q1"), "2031 Q1 stands twice"),
        (lambda t: t.replace("10-year Treasury yield", "3-month Treasury rate"), "the column '3-month Treasury rate' stands twice"),
        (lambda t: t.replace("2031 Q3", "2031 Q4"), "2031 Q4 does not follow 2031 Q2"),
        (lambda t: t.replace("2031", "2033"), r"past\.csv: ends with 2030 Q4; the scenario of bad\.csv starts after 2032 Q4"),
        (lambda t: t.replace("BBB corporate yield", "Junk"), r"no column for bbb \(it moves ig_oas\)"),
        (lambda t: "ticker,price\nA,1\n", "no row of titles with a Date"),
        (lambda t: "Date,price\n2031 Q1,1\n", "no table of supervisory scenarios"),
        (lambda t: ABROAD + BAD_ABROAD.split("\n", 1)[1], "holds international variables, not domestic"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(files, change, said):
    files["bad"].write_text(change(BAD_TIMES))
    with pytest.raises(InputError, match=said):
        read_fed(files["bad"], historic=files["past"])


def test_an_international_table_needs_its_past(files):
    with pytest.raises(InputError, match="no historic table of international variables"):
        read_fed(files["bad"], files["bad_abroad"], historic=files["past"])


def test_the_mapping_names_factors_of_the_bundled_model():
    from stress.api import load_model

    units = {factor.name: factor.unit for factor in load_model().factors}
    assert {mapped.factor: mapped.unit for mapped in MAPPING}.items() <= units.items()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/scenarios/frb_2025")
def test_the_severely_adverse_scenario_of_2025_against_own_arithmetic():
    def table(part):
        (file,) = SHARED.glob(f"*{part}*")
        with file.open(newline="") as stream:
            return file, {row["Date"]: row for row in csv.DictReader(stream)}

    (domestic, shocked), (past_file, past) = table("3A"), table("1A")
    (abroad, away), (past_abroad, past_away) = table("3B"), table("1B")
    scenario = read_fed(domestic, abroad, historic=[past_file, past_abroad])
    start, low = past["2024 Q4"], shocked["2025 Q4"]
    stocks, vix = "Dow Jones Total Stock Market Index (Level)", "Market Volatility Index (Level)"
    tens, bbb = "10-year Treasury yield", "BBB corporate yield"
    yen = "Japan bilateral dollar exchange rate (yen/USD)"

    assert min(shocked, key=lambda q: float(shocked[q][stocks])) == "2025 Q4"
    found = moves(scenario)
    assert found["market"] == pytest.approx(float(low[stocks]) / float(start[stocks]) - 1, abs=1e-6)
    assert found["market"] == pytest.approx(-0.50, abs=1e-3)
    assert found["vix"] == pytest.approx(float(low[vix]) - float(start[vix]))
    assert found["rates_10y"] == pytest.approx((float(low[tens]) - float(start[tens])) / 100)
    spread = float(low[bbb]) - float(low[tens]) - float(start[bbb]) + float(start[tens])
    assert found["ig_oas"] == pytest.approx(spread / 100)
    japan = float(away["2025 Q4"][yen]) / float(past_away["2024 Q4"][yen]) - 1
    assert found["usdjpy"] == pytest.approx(japan, abs=1e-6)
    assert len(scenario.path) == 13
    whole = math.prod(1 + step.stated("market").value for step in scenario.path)
    assert whole == pytest.approx(1.0, abs=1e-4)
    assert max(float(row[vix]) for row in shocked.values()) - float(start[vix]) == pytest.approx(
        sum(step.stated("vix").value for step in scenario.path[:2])
    )
