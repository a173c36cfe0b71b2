"""`foreshock run`: what goes where, and what each option changes."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

from stress.cli import foreshock
from stress.cli.book_options import pairs
from stress.files.models.file import write_model
from stress.files.scenarios.file import list_scenarios
from stress.scenarios.family import FAMILY
from stress.scenarios.scenario import MOST_SESSIONS

DRAWS = ("--draws", "4096")


def as_json(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_without_a_scenario_the_reference_is_in_detail_and_its_family_in_a_table(run, book) -> None:
    result = run("run", book, *DRAWS)
    assert result.exit_code == 0, result.output
    assert "IF 27 JANUARY 2025 HAPPENED AGAIN" in result.stdout
    assert "ALL SCENARIOS" in result.stdout
    assert any(line.startswith("NEXT  foreshock run ") for line in result.stdout.splitlines()[-2:])
    assert FAMILY[0] == "deepseek-2025-01-27"
    assert set(FAMILY) <= set(list_scenarios())
    assert len(set(FAMILY)) == 15


def test_results_go_to_standard_output_and_warnings_to_standard_error(run, book) -> None:
    result = run("run", book, "-s", "hyperscaler-capex-cut", *DRAWS)
    assert "warning" not in result.stdout
    assert "error" not in result.stdout.replace("model error", "").replace("sampling error", "")
    for line in result.stderr.splitlines():
        assert line.startswith("warning: ")


def test_json_says_what_the_screen_says(run, book, short_scenario) -> None:
    screen = run("run", book, "-s", short_scenario, *DRAWS).stdout
    document = as_json(run("run", book, "-s", short_scenario, *DRAWS, "--format", "json"))
    expected = document["results"][0]["pnl"]["expected_of_nav"]
    assert f"{100 * expected:+.1f} %" in screen
    assert document["results"][0]["scenario"]["id"] == "chips-fall"


def test_the_same_seed_gives_the_same_digest_in_any_order_of_rows(
    run, book, tmp_path, short_scenario
) -> None:
    head, *rows = book.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / "turned" / "my.csv"
    turned.parent.mkdir()
    turned.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    asked = ("-s", short_scenario, *DRAWS, "--format", "json")
    first = as_json(run("run", book, *asked))
    again = as_json(run("run", turned, *asked))
    more = as_json(run("run", book, *asked, "-s", "chips-only-derating"))
    other = as_json(run("run", book, *asked, "--seed", "1"))
    assert first["manifest"]["digest"] == again["manifest"]["digest"] != other["manifest"]["digest"]
    assert first["results"][0]["digest"] == more["results"][0]["digest"]


def test_a_shock_of_a_factor_and_a_name_is_a_scenario_and_can_be_saved(run, book, tmp_path) -> None:
    saved = tmp_path / "mine.toml"
    asked = ("run", book, *DRAWS, "--format", "json")
    shocked = as_json(
        run(*asked, "--shock", "NVDA=-20%", "--shock", "rates_10y=+30bp", "--save-scenario", saved)
    )
    found = shocked["results"][0]
    assert found["scenario"]["stated"] == 2
    assert found["scenario"]["distance"] > 0.0
    nvda = next(line for line in found["by_name"] if line["name"] == "NVDA")
    assert nvda["move"] == pytest.approx(-0.20)
    assert run("scenario", "validate", saved, "--model", "us-ai-2025-12").exit_code == 0
    back = as_json(run(*asked, "-s", saved))
    assert back["results"][0]["pnl"]["expected"] == pytest.approx(found["pnl"]["expected"])


def test_what_a_saved_scenario_does_not_state_is_said(run, book, tmp_path) -> None:
    asked = ("run", book, *DRAWS, "--shock", "NVDA=-20%", "--save-scenario")
    options = ("--severity", "1.5", "--variation", "severity")
    apart = run(*asked, tmp_path / "a.toml", *options)
    assert "saved as it is stated, without --severity 1.5 and --variation severity" in " ".join(
        apart.stderr.split()
    )
    assert "saved as it is stated" not in run(*asked, tmp_path / "b.toml").stderr


def test_severity_scales_and_is_in_the_manifest(run, book, short_scenario) -> None:
    asked = ("run", book, "-s", short_scenario, *DRAWS, "--format", "json")
    once, half = as_json(run(*asked)), as_json(run(*asked, "--severity", "0.5"))
    assert half["results"][0]["pnl"]["expected"] > once["results"][0]["pnl"]["expected"]
    assert half["manifest"]["options"]["severity"] == "0.5"
    assert "severity" in once["manifest"]["defaults"]


def test_alone_is_the_headline_when_asked(run, book, short_scenario) -> None:
    asked = (
        "run",
        book,
        "-s",
        short_scenario,
        *DRAWS,
        "--format",
        "json",
        "--propagation",
        "alone",
    )
    pnl = as_json(run(*asked))["results"][0]["pnl"]
    assert pnl["expected"] == pytest.approx(pnl["alone"])
    assert pnl["linked"] < pnl["alone"]


def test_replay_names_moves_the_headline_to_the_recorded_total(run, book) -> None:
    asked = ("run", book, "-s", "deepseek-2025-01-27", *DRAWS, "--format", "json")
    factors = as_json(run(*asked))["results"][0]["pnl"]
    replayed = as_json(run(*asked, "--replay-names"))["results"][0]["pnl"]
    assert replayed["expected"] == pytest.approx(factors["with_recorded_names"])


def test_unknown_names_are_all_refused_with_a_command_that_works(run, tmp_path) -> None:
    book = tmp_path / "odd.csv"
    book.write_text(
        "ticker,market_value,currency\nNVDA,90,USD\nZZZQ,6,USD\nQQZZ,4,USD\n", encoding="utf-8"
    )
    refused = run("run", book, "-s", "chips-only-derating", *DRAWS)
    assert refused.exit_code == 3
    assert refused.stdout == ""
    assert "'ZZZQ' (6.0% of gross)" in refused.stderr
    assert "'QQZZ' (4.0% of gross)" in refused.stderr
    assert "--unknown exclude" in refused.stderr.splitlines()[-1]
    excluded = run("run", book, "-s", "chips-only-derating", *DRAWS, "--unknown", "exclude")
    assert excluded.exit_code == 0
    assert "NOT STRESSED 10.0 %: ZZZQ, QQZZ." in excluded.stdout
    proxied = as_json(
        run(
            *("run", book, "-s", "chips-only-derating", *DRAWS, "--format", "json"),
            *("--proxy", "ZZZQ=AMD", "--proxy", "QQZZ=KO"),
        )
    )
    statuses = {row["name"]: row["status"] for row in proxied["results"][0]["coverage"]["rows"]}
    assert statuses == {"NVDA": "own", "ZZZQ": "proxy", "QQZZ": "proxy"}


def test_proxies_may_stand_in_a_file_and_the_command_line_wins(run, tmp_path) -> None:
    book = tmp_path / "odd.csv"
    book.write_text("ticker,market_value,currency\nNVDA,90,USD\nZZZQ,10,USD\n", encoding="utf-8")
    file = tmp_path / "proxies.csv"
    file.write_text("ticker,proxy\nZZZQ,KO\n", encoding="utf-8")
    asked = (
        "run",
        book,
        "-s",
        "chips-only-derating",
        *DRAWS,
        "--format",
        "json",
        "--proxies",
        file,
    )
    rows = as_json(run(*asked))["results"][0]["coverage"]["rows"]
    assert {row["model_name"] for row in rows} == {"NVDA", "KO"}
    rows = as_json(run(*asked, "--proxy", "ZZZQ=AMD"))["results"][0]["coverage"]["rows"]
    assert {row["model_name"] for row in rows} == {"NVDA", "AMD"}


def test_a_file_of_proxies_serves_many_books_and_names_that_none_holds_are_passed_over(
    run, tmp_path
) -> None:
    for name, held in (("one", "ZZZQ"), ("other", "NVDA")):
        (tmp_path / f"{name}.csv").write_text(
            f"ticker,market_value,currency\n{held},100,USD\n", encoding="utf-8"
        )
    file = tmp_path / "house.csv"
    file.write_text("ticker,proxy\nzzzq,KO\nQQZZ,AMD\n", encoding="utf-8")
    books = (tmp_path / "one.csv", tmp_path / "other.csv")
    asked = ("-s", "chips-only-derating", *DRAWS, "--format", "json", "--proxies", file)

    for chosen in (books, books[:1], books[1:]):
        results = as_json(run("run", *chosen, *asked))["results"]
        held = [row["model_name"] for result in results for row in result["coverage"]["rows"]]
        assert held == [{"one": "KO", "other": "NVDA"}[book.stem] for book in chosen]
    refused = run("run", books[1], *asked, "--proxy", "ZZZQ=KO")
    assert refused.exit_code == 3
    assert "--proxy ZZZQ=KO: the book holds no 'ZZZQ'." in refused.stderr


@pytest.mark.parametrize("verb", [("reverse", "--loss", "5%"), ("hedge", "--draws", "2000")])
def test_a_file_of_proxies_serves_every_verb(run, tmp_path, verb) -> None:
    book, file = tmp_path / "odd.csv", tmp_path / "house.csv"
    book.write_text(
        "ticker,market_value,currency\nNVDA,9000000,USD\nZZZQ,1000000,USD\n", encoding="utf-8"
    )
    file.write_text("ticker,proxy\nZZZQ,KO\nQQZZ,AMD\n", encoding="utf-8")
    name, *options = verb

    assert run(name, book, *options).exit_code == 3
    assert run(name, book, *options, "--proxies", file).exit_code == 0


def test_more_than_a_quarter_left_out_needs_consent(run, tmp_path) -> None:
    book = tmp_path / "odd.csv"
    book.write_text("ticker,market_value,currency\nNVDA,60,USD\nZZZQ,40,USD\n", encoding="utf-8")
    asked = ("run", book, "-s", "chips-only-derating", *DRAWS, "--unknown", "exclude")
    assert run(*asked).exit_code == 3
    assert run(*asked, "--allow-partial").exit_code == 0


def test_group_and_benchmark_are_shown(run, book, short_scenario) -> None:
    page = run(
        "run", book, "-s", short_scenario, *DRAWS, "--group", "account", "--benchmark", "SPY"
    )
    assert page.exit_code == 0, page.output
    assert "BY ACCOUNT   groups add up to the book" in page.stdout
    assert "Against SPY:" in page.stdout
    document = run(
        "run", book, "-s", short_scenario, *DRAWS, "--group", "account", "--format", "json"
    ).stdout
    first = json.loads(document)["results"][0]
    assert json.loads(document)["manifest"]["options"]["group"] == "account"
    assert first["groups"]["column"] == "account"
    rows = {row["group"]: row for row in first["groups"]["rows"]}
    assert set(rows) == {"main", "other"}
    assert math.isclose(sum(row["expected"] for row in rows.values()), first["pnl"]["expected"])
    tail = next(
        m["value"] for m in first["measures"] if (m["measure"], m["level"]) == ("expected_shortfall", 0.975)
    )  # fmt: skip
    within = sum(row["expected_shortfall_contribution"] for row in rows.values())
    assert math.isclose(within, tail, rel_tol=1e-9)
    assert rows["main"]["expected_shortfall"] >= rows["main"]["expected_shortfall_contribution"]
    table = run(
        "run", book, "-s", short_scenario, *DRAWS, "--group", "account", "--format", "csv"
    ).stdout
    found = [row for row in csv.DictReader(io.StringIO(table)) if row["group"] == "main"]
    found = [row for row in found if row["scenario"] == "chips-fall"]
    assert {row["group_by"] for row in found} == {"account"}
    by_measure = {row["measure"]: float(row["value"]) for row in found}
    assert by_measure["expected"] == rows["main"]["expected"]
    for measure in ("expected_shortfall_contribution", "expected_shortfall"):
        (error,) = (row["standard_error"] for row in found if row["measure"] == measure)
        assert 0.0 < float(error) == rows["main"][f"{measure}_standard_error"]
    wrong = run("run", book, "-s", short_scenario, *DRAWS, "--group", "acount")
    assert wrong.exit_code == 3
    assert "account" in wrong.stderr


def test_nav_given_by_the_user_is_said(run, book, short_scenario) -> None:
    page = run("run", book, "-s", short_scenario, *DRAWS, "--nav", "1000000").stdout
    assert "NAV 1,000k USD as you stated" in page


def test_several_books_share_one_run(run, book, tmp_path, short_scenario) -> None:
    other = tmp_path / "other.csv"
    other.write_text("ticker,market_value,currency\nKO,100,USD\n", encoding="utf-8")
    document = as_json(run("run", book, other, "-s", short_scenario, *DRAWS, "--format", "json"))
    assert [one["portfolio"]["name"] for one in document["results"]] == ["my.csv", "other.csv"]
    assert document["baseline"] is None
    assert set(document["baselines"]) == {"my.csv", "other.csv"}


def test_a_hedge_universe_among_the_books_of_a_folder_is_left_out_and_said(
    run, tmp_path, short_scenario
) -> None:
    folder = Path(__file__).resolve().parents[2] / "portfolios"
    files = sorted(folder.glob("*.csv"))
    universes = [file for file in files if file.name.startswith("hedges")]
    assert len(universes) == 1
    result = run("run", *files, "-s", short_scenario, *DRAWS, "--format", "json")
    books = [entry["portfolio"]["name"] for entry in as_json(result)["results"]]
    assert sorted(set(books)) == [file.name for file in files if file not in universes]
    assert f"warning: {universes[0]} is a hedge universe" in result.stderr
    alone = run("run", *universes, *universes, "-s", short_scenario, *DRAWS)
    assert alone.exit_code == 3
    assert "foreshock hedge BOOK --universe" in alone.stderr


def test_csv_has_one_row_a_measure(run, book, short_scenario) -> None:
    result = run("run", book, "-s", short_scenario, *DRAWS, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["scenario"] for row in rows} == {"chips-fall", "baseline"}


def test_a_bundled_book_is_known_by_its_id_in_any_folder(run, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("run", "sixty_forty", "-s", "chips-only-derating", *DRAWS).exit_code == 0
    wrong = run("run", "sixty_fourty")
    assert wrong.exit_code == 3
    assert "Did you mean 'sixty_forty'?" in wrong.stderr


def test_several_scenarios_may_happen_together(run, book, tmp_path, short_scenario) -> None:
    saved = tmp_path / "both.toml"
    asked = (
        "run",
        book,
        "-s",
        short_scenario,
        "--shock",
        "power_ipp=-10%",
        *DRAWS,
        "--format",
        "json",
    )
    both = as_json(run(*asked, "--combine", "sum", "--save-scenario", saved))
    assert len(both["results"]) == 1
    assert both["results"][0]["scenario"]["stated"] == 2
    apart = as_json(run(*asked))
    assert len(apart["results"]) == 2
    assert run("scenario", "validate", saved).exit_code == 0


def test_scenarios_that_vary_in_different_ways_are_combined_by_the_way_that_is_chosen(
    run, book, tmp_path, short_scenario
) -> None:
    text = short_scenario.read_text(encoding="utf-8")
    parts: list[str] = []
    for kind, figure in (("core", "core_fraction = 0.5"), ("severity", "severity_sd = 0.2")):
        part = tmp_path / f"{kind}.toml"
        changed = text.replace('"names"', f'"{kind}"\n{figure}').replace("chips-fall", kind)
        part.write_text(changed, encoding="utf-8")
        parts += ["-s", str(part)]
    asked = ("run", book, *parts, *DRAWS, "--combine", "sum")
    refused = run(*asked)
    assert refused.exit_code == 3
    assert "vary in different ways: core (core), severity (severity). Say which" in refused.stderr
    for kind in ("core", "severity", "names"):
        done = run(*asked, "--variation", kind)
        assert done.exit_code == 0, done.stderr


def test_a_scenario_may_be_swept_by_severity_or_by_one_move(run, book, short_scenario) -> None:
    asked = ("run", book, "-s", short_scenario, *DRAWS, "--format", "json")
    sizes = as_json(run(*asked, "--sweep", "0.5,1,2"))["results"]
    losses = [result["pnl"]["expected"] for result in sizes]
    assert losses == sorted(losses, reverse=True)
    moves = as_json(run(*asked, "--sweep", "semis_ai_compute=-5%,-10%,-20%"))["results"]
    assert len({result["scenario"]["id"] for result in moves}) == 3
    assert moves[1]["pnl"]["expected"] == pytest.approx(sizes[1]["pnl"]["expected"])
    names = as_json(run(*asked, "--sweep", "KO=-5%,+5%"))["results"]
    assert names[0]["pnl"]["expected"] < names[1]["pnl"]["expected"]
    assert run(*asked, "--sweep", "KOO=-5%").exit_code == 3
    assert run(*asked, "--sweep", "much").exit_code == 2
    twice = run(*asked, "--sweep", "0.5,1", "--severity", "2")
    assert twice.exit_code == 2
    assert "--sweep states the severities: leave out --severity" in twice.stderr


@pytest.mark.parametrize(
    ("sweep", "shown", "why"),
    [
        ("0.5,1,2", "chips-fall", "the scenario's own size"),
        ("2,1.5", "chips-fall-severity-150", "the size nearest the scenario's own"),
        (
            "semis_ai_compute=-5%,-10%,-20%",
            "chips-fall-semis-ai-compute-down-10pct",
            "the scenario's own size",
        ),
        ("vix=+5pts,+20pts", "chips-fall-vix-up-20pts", "the largest move"),
    ],
)
def test_the_size_in_detail_is_the_scenarios_own_and_is_said(
    run, book, short_scenario, sweep, shown, why
) -> None:
    asked = ("run", book, "-s", short_scenario, *DRAWS, "--sweep", sweep)
    page = run(*asked).stdout
    said = " ".join(page[page.index("SWEEP") : page.index("IF THIS HAPPENED")].split())
    assert (
        said == f"SWEEP {sweep.count(',') + 1} sizes, each with its row; in detail: {why}, {shown}."
    )
    results = as_json(run(*asked, "--format", "json"))["results"]
    table = page[page.index("ALL SCENARIOS") : page.index("\nWHERE ")]
    places = [table.index(f"{one['scenario']['id'][-11:]} ") for one in results]
    assert places == sorted(places), "a sweep is read along its sizes"
    detailed = next(one for one in results if one["scenario"]["id"] == shown)
    share = f"{100 * detailed['pnl']['expected_of_nav']:+.1f} %".replace("-0.0", "0.0")
    expected = next(line for line in page.splitlines() if line.startswith("  Expected "))
    assert expected.rstrip().endswith(share)
    assert "SWEEP" not in run(*asked[:-2]).stdout


def test_a_proxy_of_a_ticker_with_a_sign_of_equality() -> None:
    found = pairs(("ES=F=SPY", "RKLB = LMT"), option="--proxy", example="RKLB=LMT")
    assert found == {"ES=F": "SPY", "RKLB": "LMT"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--sweep", "0.5,1"), "--sweep takes one scenario"),
        (("-s", "chips-only-derating", "--combine", "sum"), "--combine needs at least two"),
        (("--shock", "NVDA"), "--shock 'NVDA': write it as --shock NVDA=-20%."),
        (("--shock", "NVDA=-1%", "--shock", "NVDA=-2%"), "--shock NVDA is given twice."),
        (("--horizon", "5"), "--horizon belongs to --shock"),
        (("--save-scenario", "x.toml"), "--save-scenario writes the scenario of --shock"),
        (("--fx", "EUR=much"), "'much' is not a number"),
        (("--draws", "0"), "0 is not in the range"),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_wrong_usage_is_exit_code_2(run, book, arguments, words) -> None:
    result = run("run", book, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-s", "deepseek-2025-1-27"), "Did you mean 'deepseek-2025-01-27'"),
        (("--shock", "NVDA=-20"), 'Did you mean "-20%"?'),
        (("--shock", "rates_10y=+3%"), "rates_10y"),
        (("--shock", "semis_ai_compte=-20%"), "semis_ai_compute"),
        (("--shock", "NVDA=-120%"), "below -100 %"),
        (("--model", "us-ai-2025"), "us-ai-2025-12"),
        (("--proxy", "ZZZ=KO"), "the book holds no 'ZZZ'"),
    ],
)
def test_invalid_input_is_exit_code_3_with_a_remedy(run, book, arguments, words) -> None:
    result = run("run", book, *arguments, *DRAWS)
    assert result.exit_code == 3, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert all(line.startswith("error: ") for line in result.stderr.splitlines())


def test_too_few_draws_leave_the_tail_out_and_say_so(run, book, short_scenario) -> None:
    page = run("run", book, "-s", short_scenario, "--draws", "200")
    assert page.exit_code == 0
    assert "Tail average" not in page.stdout
    assert "--draws 5000 or more" in page.stderr


def test_demo_runs_the_bundled_book(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("demo")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("ai_growth.csv · NAV 10.00m USD")


def test_limits_are_for_schedulers(run, book, short_scenario) -> None:
    asked = ("run", book, "-s", short_scenario, "--draws", "5000", "--format", "json")
    free = as_json(run(*asked))["results"][0]["pnl"]
    assert -0.9 < free["expected_of_nav"] < -0.02
    kept = run(*asked, "--limit", "expected=90%", "--limit", "es=95%")
    assert (kept.exit_code, kept.stderr) == (0, "")
    breached = run(*asked, "--limit", "expected=2%", "--limit", "es=95%")
    assert breached.exit_code == 4
    assert json.loads(breached.stdout)["results"][0]["pnl"] == free
    assert breached.stderr == (
        f"error: my.csv, chips-fall: the expected loss is {-100.0 * free['expected_of_nav']:.2f} % of NAV, "
        "above the limit of 2.00 %.\n"
    )
    unread = run(*asked, "--limit", "expected=2", "--limit", "es=-1%")
    assert unread.exit_code == 3
    assert unread.stdout == ""
    assert len(unread.stderr.splitlines()) == 2
    assert run(*asked, "--limit", "var=2%").exit_code == 3


def test_a_tail_average_that_is_not_known_keeps_no_limit(run, book, short_scenario) -> None:
    few = run("run", book, "-s", short_scenario, "--draws", "500", "--limit", "es=99%")
    assert few.exit_code == 4
    assert "the tail average (ES 97.5%) is not known" in few.stderr


@pytest.mark.parametrize("command", ["run", "reverse"])
def test_a_horizon_on_the_command_line_is_as_long_as_in_a_file(command) -> None:
    [horizon] = [
        option for option in foreshock.get_command(None, command).params if option.name == "horizon"
    ]
    assert horizon.type.max == MOST_SESSIONS


@pytest.mark.parametrize("target", ["EUR", "EURUSD"])
def test_a_currency_is_no_target_and_says_where_it_moves(run, book, target) -> None:
    done = run("run", str(book), "--shock", f"{target}=-5%")
    assert done.exit_code == 3
    assert "--fx-move EUR=-2%" in done.stderr


def test_a_model_without_the_factors_of_the_family_asks_for_a_scenario(run, toy, tmp_path):
    """It ended in hundreds of errors about scenarios nobody had named."""
    write_model(toy.model(), tmp_path / "toy.json")
    book = tmp_path / "book.csv"
    book.write_text("ticker,market_value,currency\nAAA,1000,USD\n", encoding="utf-8")
    done = run("run", book, "--model", tmp_path / "toy.json")
    assert done.exit_code == 3
    assert len(done.stderr.splitlines()) == 1
    assert "Name one: -s FILE, or --shock." in done.stderr
    asked = run("run", book, "--model", tmp_path / "toy.json", "--shock", "chips=-5%", *DRAWS)
    assert asked.exit_code == 0


def test_all_shows_how_each_factor_that_is_not_stated_was_filled(run, book):
    asked = ("run", book, "--shock", "rates_10y=+30bp", *DRAWS)
    plain, everything = run(*asked), run(*asked, "--all")

    assert "FACTORS NOT STATED" not in plain.stdout
    assert "FACTORS NOT STATED   filled by us-ai-2025-12: 1 stated" in everything.stdout
    row = next(
        line for line in everything.stdout.splitlines() if line.startswith("  software_apps")
    )
    assert row.endswith("unexplained")
    assert "market: rates_10y" in everything.stdout
    assert "FACTORS NOT STATED" not in run(*asked, "--all", "--propagation", "alone").stdout
    assert "FACTORS NOT STATED" in run(*asked, "--format", "html").stdout
