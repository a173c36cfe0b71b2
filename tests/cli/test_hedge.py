"""`foreshock hedge` and `foreshock compare`: pages, JSON, exit codes."""

import csv
import dataclasses
import inspect
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import stress
from stress.cli import foreshock
from stress.cli.hedge_options import Hedging
from stress.hedging.settings import HedgeSettings
from stress.reporting.blocks import filled
from stress.units import parse_fraction

FAST = ["--draws", "2000"]


def run(*words):
    return CliRunner().invoke(foreshock, [*words])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("universe") / "few.csv"
    path.write_text(
        "# as_of: 2025-12-31\n"
        "type,underlying,price,half_spread,commission,borrow,financing\n"
        "cash,USD,,,,,3.7%\n"
        "etf,SMH,360,1bp,0.005,0.4%,\n"
        "etf,QQQ,613,1bp,0.005,0.3%,\n"
        "etf,IGV,106,1bp,0.005,0.5%,\n"
    )
    return str(path)


def test_the_command_line_and_python_ask_the_same_where_nothing_is_said():
    settings = {field.name: field.default for field in dataclasses.fields(HedgeSettings)}
    verb = {p.name: p.default for p in inspect.signature(stress.hedge).parameters.values()}
    said = Hedging().arguments()

    assert parse_fraction(verb["budget"], what="budget") == settings["budget"]
    assert (said.pop("neutral"), said.pop("bands")) == ((), {})
    assert said == {name: verb.get(name, settings.get(name)) for name in said}
    own = set(stress.HedgeOptions.__annotations__) - set(stress.BookOptions.__annotations__)
    assert own - {"neutral"} <= set(settings)


def test_the_page_of_a_plan(small):
    done = run("hedge", "ai_growth", "--universe", small, *FAST)

    assert done.exit_code == 0, done.output
    assert "PROPOSED HEDGE" in done.stdout
    assert [n for n in range(1, 9) if f"\n{n} " in done.stdout] == list(range(1, 9))


def test_json_to_a_file(small, tmp_path):
    target = tmp_path / "plan.json"
    done = run("hedge", "ai_growth", "--universe", small, "-o", str(target), *FAST)

    assert done.exit_code == 0, done.output
    document = json.loads(target.read_text())
    assert document["es_after"] < document["es_before"]
    assert run("hedge", "ai_growth", "-o", str(target)).exit_code == 2  # never overwritten silently


def test_tickets_as_csv_are_those_of_the_plan_to_the_last_bit(small, tmp_path):
    plan, tickets = tmp_path / "plan.json", tmp_path / "tickets.csv"
    for target in (plan, tickets):
        done = run("hedge", "ai_growth", "--universe", small, "-o", str(target), *FAST)
        assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(tickets.read_text().splitlines()))
    orders = json.loads(plan.read_text())["tickets"]
    assert len(orders) > 2
    for row, order in zip(rows, orders, strict=True):
        assert (row["instrument"], row["side"]) == (order["instrument"], order["side"])
        assert float(row["effect"]) == order["effect"]


def test_strategies_as_csv(small):
    done = run(
        "compare", "ai_growth", "--universe", small, "--strategy", "do_nothing", "--strategy", "sell_down",
        "--no-variants", "--no-frontier", "--format", "csv", *FAST,
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    header, *rows = csv.reader(done.stdout.splitlines())
    assert header[0] == "name"
    assert [row[0] for row in rows] == ["sell_down", "do_nothing"]  # as ranked


def test_compare_lists_what_was_asked(small):
    done = run(
        "compare", "ai_growth", "--universe", small, "--strategy", "do_nothing", "--strategy", "sell_down",
        "--no-variants", "--no-frontier", *FAST,
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert re.search(r"1\s+sell down, pro rata", done.stdout)
    assert "do nothing" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--budget", "0.5"), 3, "budget"),
        (("--budget", "-1%"), 3, "between 0 and 1"),
        (
            ("--budget", "50000"),
            3,
            "'50000' is no share. A budget is a share of NAV, not an amount",
        ),
        (
            ("--scenario-share", "150%"),
            3,
            "scenario_share 1.5 (--scenario-share 150%) is not between",
        ),
        (("--draws", "1"), 3, "draws 1: a hedge cannot be fitted"),
        (("-s", "deepseek-2025-01-28"), 3, "deepseek-2025-01-27"),
        (("--gross", "1%"), 1, "gross of the hedge"),
        (("--budget", "0%"), 1, "The nearest feasible budget is"),
        (("--universe", "absent.csv"), 3, "no such file"),
        (("--instant",), 2, "--instant has no meaning here"),
        (("--generator", "bootstrap"), 2, "--generator has no meaning here"),
    ],
)
def test_bad_input_has_its_exit_code(small, words, code, message):
    universe = () if "--universe" in words else ("--universe", small)
    draws = () if "--draws" in words else FAST
    done = run("hedge", "ai_growth", *universe, *words, *draws)

    assert done.exit_code == code, done.output
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_a_universe_with_problems_says_them_all(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "# as_of: 2025-12-31\ntype,underlying,price,half_spread,commission,borrow\n"
        "etf,SMH,nan,1bp,0,0.3%\netf,QQQ,613,-1bp,0,0.3%\netf,IGV,,1bp,0,0.3%\n"
    )
    done = run("hedge", "ai_growth", "--universe", str(path), *FAST)

    assert done.exit_code == 3
    assert done.stderr.count("bad.csv:") == 3


def test_a_lot_larger_than_its_share_of_daily_volume_is_bad_input(small, tmp_path):
    """It used to take the line out of the plan without a word."""
    rows = Path(small).read_text().replace("financing\n", "financing,adv,lot\n")
    path = tmp_path / "lots.csv"
    path.write_text(rows.replace("360,1bp,0.005,0.4%,", "360,1bp,0.005,0.4%,,8000000,9000000"))
    done = run("hedge", "ai_growth", "--universe", str(path), *FAST)

    assert done.exit_code == 3, done.output
    assert "lots.csv:4" in done.stderr
    assert "no whole lot of 'SMH' can be traded: one lot is 9,000,000 units" in done.stderr
    assert "--broken-lots" in done.stderr


def test_both_commands_are_listed():
    listing = run("--help").stdout
    assert "hedge" in listing
    assert "compare" in listing


def test_levels_that_the_universe_lacks_end_with_the_command_that_was_typed(tmp_path):
    universe = tmp_path / "lacking.csv"
    universe.write_text(
        "# as_of: 2025-12-31\n"
        "type,underlying,price,half_spread,commission,borrow,financing,strike,expiry,style,multiplier\n"
        "cash,USD,,,,,3.7%,,,,\n"
        "etf,SMH,360,1bp,0.005,0.4%,,,,,\n"
        "put,QQQ,13,5%,0.5,,,580,2026-03-20,american,100\n"
    )
    typed = ["hedge", "ai_growth", "--universe", str(universe), *FAST]
    done = run(*typed)

    assert done.exit_code == 3
    command = f"With your figures:  foreshock {' '.join(typed)} --spot QQQ="
    assert command in done.stderr.splitlines()[-1]
    assert run(*typed, "--spot", "QQQ=613", "--dividend", "QQQ=0.5%").exit_code == 0
    quotes = tmp_path / "levels.csv"
    quotes.write_text("kind,name,value\nspot,QQQ,613\ndividend,QQQ,0.5%\n")
    assert run(*typed, "--market", str(quotes)).exit_code == 0


@pytest.mark.parametrize(
    "command",
    [("hedge",), ("compare", "--strategy", "do_nothing", "--no-variants", "--no-frontier")],
    ids=lambda words: words[0],
)
def test_levels_that_change_nothing_are_said(command, small):
    typed = (*command, "ai_growth", "--universe", small, *FAST, "--vol", "NVDA=40%")
    said = "--vol NVDA=40% changes nothing: no option on it is held."
    assert said in run(*typed).stdout
    warnings = json.loads(run(*typed, "--format", "json").stdout)["warnings"]
    assert sum(text == said for text in warnings) == 1


def test_a_level_that_only_the_universe_reads_is_not_idle(tmp_path):
    universe = tmp_path / "puts.csv"
    universe.write_text(
        "# as_of: 2025-12-31\n"
        "type,underlying,price,half_spread,commission,borrow,financing,strike,expiry,style,multiplier\n"
        "cash,USD,,,,,3.7%,,,,\n"
        "etf,SMH,360,1bp,0.005,0.4%,,,,,\n"
        "put,QQQ,13,5%,0.5,,,580,2026-03-20,american,100\n"
    )
    levels = ("--spot", "QQQ=613", "--dividend", "QQQ=0.5%", "--spot", "IGV=100")
    done = run("hedge", "ai_growth", "--universe", str(universe), *FAST, *levels)
    assert done.exit_code == 0, done.output
    idle = [line for line in done.stdout.splitlines() if "changes nothing" in line]
    assert len(idle) == 1
    assert "--spot IGV=100" in idle[0]


def test_the_example_with_limits_of_the_help_runs_on_the_sample_book(run):
    (example,) = (
        line.split()
        for line in run("hedge", "--help").stdout.splitlines()
        if "foreshock hedge my.csv --neutral" in line
    )
    done = run("hedge", "portfolios/ai_growth.csv", *example[3:], "--draws", "2000")
    assert done.exit_code == 0, done.stderr
    sections = [line[0] for line in done.stdout.splitlines() if line[:2].rstrip().isdigit()]
    assert sections == [str(number) for number in range(1, len(sections) + 1)]


def test_a_refusal_writes_thousands(run):
    done = run("hedge", "ai_growth", "--band", "power_ipp=-8%..8%", "--turnover", "50%")
    assert re.search(r"by \d{1,3}(,\d{3})+ USD of exposure helps", done.stderr), done.stderr


def test_no_line_of_the_page_ends_inside_a_figure(run):
    page = run("hedge", "ai_growth", "--budget", "0.3%", "--draws", "2000").stdout
    assert not re.search(r"[\d.]\n +%", page)
    assert not re.search(r"^ +[-+][\d.]+ %$", page, re.M)
    long = " ".join(f"scenario-{number} -{number}.5 %," for number in range(20))
    lines = filled(f"  {long}").splitlines()
    assert len(lines) > 1
    assert all(re.fullmatch(r" +(scenario-(\d+) -\2\.5 %,? ?)+", line) for line in lines)
