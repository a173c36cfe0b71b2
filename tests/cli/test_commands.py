"""The other commands: scenario, portfolio, model; help and version; exit codes of a real process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import stress
from stress.cli import COMMANDS, foreshock
from stress.compiled import library
from stress.errors import LimitBreachedError, MissingExtraError, SolverError

ROOT = Path(__file__).resolve().parents[2]


def process(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stress", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
        **options,
    )


def test_help_lists_every_command_with_examples(run) -> None:
    page = run("--help")
    assert page.exit_code == 0
    for name in COMMANDS:
        assert f"  {name} " in page.stdout
        assert run(name, "--help").exit_code == 0
    assert "foreshock run my.csv" in page.stdout
    assert "130 interrupted" in page.stdout


def test_draws_may_be_written_in_thousands(run) -> None:
    common = ("run", "portfolios/ai_growth.csv", "-s", "deepseek-2025-01-27", "--format", "json")
    short, long = (json.loads(run(*common, "--draws", n).stdout) for n in ("8k", "8000"))
    assert short["manifest"]["draws"] == long["manifest"]["draws"]
    assert short["manifest"]["digest"] == long["manifest"]["digest"]
    for wrong in ("k", "1.5k", "0k", "-1k", "many"):
        assert run(*common, "--draws", wrong).exit_code == 2


def test_the_version_is_the_packages(run) -> None:
    kernel = "without" if library() is None else "with"
    said = f"foreshock, version {stress.__version__}, {kernel} the compiled kernel\n"
    assert run("--version").stdout == said


def test_an_unknown_command_is_usage_with_a_suggestion(run) -> None:
    result = run("rnu")
    assert result.exit_code == 2
    assert "Did you mean 'run'?" in result.stderr


def test_scenario_list_and_show(run) -> None:
    page = run("scenario", "list")
    assert page.exit_code == 0
    assert "deepseek-2025-01-27" in page.stdout
    library = json.loads(run("scenario", "list", "--format", "json").stdout)
    assert {"deepseek-2025-01-27", "ai-winter-path"} <= {entry["id"] for entry in library}
    shown = run("scenario", "show", "deepseek-2025-01-27").stdout
    assert "semis_ai_compute" in shown
    assert (
        json.loads(run("scenario", "show", "deepseek-open", "--format", "json").stdout)["id"]
        == "deepseek-open"
    )


def test_a_scenario_shown_as_toml_reads_back_with_the_same_content(run, tmp_path) -> None:
    copy = tmp_path / "copy.toml"
    assert (
        run("scenario", "show", "chips-only-derating", "--format", "toml", "-o", copy).exit_code
        == 0
    )
    first = json.loads(run("scenario", "show", "chips-only-derating", "--format", "json").stdout)
    again = json.loads(run("scenario", "show", copy, "--format", "json").stdout)
    assert first["content_hash"] == again["content_hash"]


def test_validate_accepts_the_whole_library_against_the_bundled_model(run) -> None:
    ids = [entry["id"] for entry in json.loads(run("scenario", "list", "--format", "json").stdout)]
    result = run("scenario", "validate", *ids, "--model", "us-ai-2025-12")
    assert result.exit_code == 0, result.stderr
    assert len(result.stdout.splitlines()) == len(ids)


def test_the_schema_is_printed(run) -> None:
    schema = json.loads(run("scenario", "schema").stdout)
    assert "moves" in schema["properties"]


def test_portfolio_check_shows_the_book_and_refuses_what_run_would(run, book, tmp_path) -> None:
    good = run("portfolio", "check", book)
    assert good.exit_code == 0, good.output
    assert "3 positions" in good.stdout
    assert "--group takes: account" in good.stdout
    odd = tmp_path / "odd.csv"
    odd.write_text("ticker,market_value,currency\nNVDA,90,USD\nZZZQ,10,USD\n", encoding="utf-8")
    bad = run("portfolio", "check", odd)
    assert bad.exit_code == 3
    assert "10.0 % of gross: NOT STRESSED, not in the model (ZZZQ)" in bad.stdout
    assert "--unknown exclude" in bad.stderr
    document = json.loads(run("portfolio", "check", book, "--format", "json").stdout)
    assert [position["id"] for position in document["positions"]] == ["NVDA", "VST", "KO"]
    assert "ai_growth" in run("portfolio", "list").stdout


def test_portfolio_check_needs_no_market_level_and_lists_what_a_run_will_ask_for(
    run, tmp_path
) -> None:
    path = tmp_path / "options.csv"
    path.write_text(
        "# as_of: 2025-12-30\nticker,quantity,price,type,multiplier\n"
        "NVDA260220C00100000,5,9000,option,100\nNVDA,1000,185,equity,\n",
        encoding="utf-8",
    )
    checked = run("portfolio", "check", path)
    assert checked.exit_code == 0, checked.output
    asked = checked.stdout.partition("A RUN WILL ASK FOR")[2]
    assert "no rate of USD" in asked
    assert "--dividend NVDA=YIELD%" in asked
    assert f"foreshock run {path} --rate USD=RATE%" in " ".join(asked.split())
    assert max(map(len, checked.stdout.splitlines())) <= 100
    document = json.loads(run("portfolio", "check", path, "--format", "json").stdout)
    assert any("no rate of USD" in line for line in document["needed"])
    refused = run(
        "run", path, "-s", "deepseek-2025-01-27", "--rate", "USD=4%", "--dividend", "NVDA=0%"
    )
    assert refused.exit_code == 3
    assert "error: options.csv:3: NVDA 2026-02-20 100 C: " in refused.stderr


def test_portfolio_check_refuses_a_book_that_says_two_prices_of_one_contract(run, tmp_path) -> None:
    path = tmp_path / "apart.csv"
    path.write_text(
        "# as_of: 2025-12-30\nticker,quantity,price,type,multiplier,account\n"
        "NVDA260220C00180000,5,9,option,100,A\nNVDA260220C00180000,3,5,option,100,B\nNVDA,1000,185,equity,,A\n",
        encoding="utf-8",
    )
    checked = run("portfolio", "check", path)
    assert checked.exit_code == 3
    assert "HOW IT WOULD BE STRESSED" in checked.stdout
    assert "180 C@A says 9, NVDA 2026-02-20 180 C@B says 5" in checked.stderr
    asked = checked.stdout.partition("A RUN WILL ASK FOR")[2]
    assert "no rate of USD" in asked
    assert "says 9" not in asked


def test_scenarios_are_validated_against_the_bundled_factors_unless_a_model_is_named(
    run, short_scenario
) -> None:
    sound = run("scenario", "validate", short_scenario)
    assert sound.exit_code == 0
    assert "--model ID|FILE checks all" in sound.stderr
    text = short_scenario.read_text(encoding="utf-8")
    short_scenario.write_text(text.replace("semis_ai_compute", "semis_ai_compte"))
    for model, whose in ((), "the bundled models"), (("--model", "us-ai-2025-12"), "model us-ai"):
        typo = run("scenario", "validate", short_scenario, *model)
        assert typo.exit_code == 3
        assert (
            f"chips-fall.toml:6: moves.semis_ai_compte: 'semis_ai_compte' is not a factor of {whose}"
            in typo.stderr
        )
        assert "Did you mean 'semis_ai_compute'" in typo.stderr


@pytest.mark.parametrize(
    ("severity", "said"), [("1e9", "10"), ("10.5", "10"), ("nan", "nan is not a number")]
)
def test_a_severity_beyond_ten_is_refused_at_the_door(run, book, severity, said) -> None:
    refused = run("run", book, "-s", "hyperscaler-capex-cut", "--severity", severity)
    assert refused.exit_code in (2, 3)
    assert said in refused.stderr


def test_model_list_and_show(run) -> None:
    assert "us-ai-2025-01-24" in run("model", "list").stdout
    assert "semis_ai_compute" in run("model", "show", "us-ai-2025-12").stdout
    assert "NVDA · home semis_ai_compute" in run("model", "show", "us-ai-2025-12", "nvda").stdout
    wrong = run("model", "show", "us-ai-2025-12", "NDVA")
    assert wrong.exit_code == 3
    assert "Did you mean 'NVDA'" in wrong.stderr


def test_the_json_of_lists_says_what_can_be_asked_for(run, tmp_path) -> None:
    models = json.loads(run("model", "list", "--format", "json").stdout)
    newest = stress.load_model("us-ai-2025-12")
    assert {
        "id": "us-ai-2025-12",
        "as_of": newest.as_of,
        "window": list(newest.window),
        "currency": "USD",
        "factors": len(newest.factors),
        "names": len(newest.names),
        "content_hash": newest.content_hash,
    } in models
    books = json.loads(run("portfolio", "list", "--format", "json").stdout)
    assert [one["id"] for one in books] == run("portfolio", "list").stdout.split()
    growth = stress.load_portfolio("ai_growth")
    assert {
        "id": "ai_growth",
        "as_of": growth.as_of,
        "currency": "USD",
        "nav": growth.nav,
        "positions": len(growth.positions),
        "content_hash": growth.content_hash,
    } in books
    target = tmp_path / "models.json"
    assert run("model", "list", "-o", target).exit_code == 0
    assert json.loads(target.read_text()) == models


def test_the_json_of_a_model_is_of_the_names_asked_for(run) -> None:
    model = stress.load_model("us-ai-2025-12")
    asked = ("model", "show", "us-ai-2025-12", "NVDA", "SPY", "--format", "json")
    nvda, spy = json.loads(run(*asked).stdout)["names"]
    assert (nvda["name"], spy["name"]) == ("NVDA", "SPY")
    known = model.exposures_of("NVDA")
    for k, one in enumerate(known.factors):
        assert nvda["exposures"][one.factor] == model.exposures[model.name_index["NVDA"], k]
        assert nvda["standard_errors"][one.factor] == one.standard_error
        assert nvda["t"][one.factor] == one.t
        assert nvda["stress_day_exposures"][one.factor] == one.stress_day
        assert nvda["spreads"][one.factor] == one.spread
        assert nvda["spreads_in_standard_errors"][one.factor] == one.spread_in_standard_errors
    assert (nvda["r_squared"], nvda["observations"]) == (known.r_squared, 756)
    assert nvda["window"] == list(model.window)
    assert set(spy["t"].values()) == {None}
    everything = json.loads(run("model", "show", "us-ai-2025-12", "--format", "json").stdout)
    assert [entry["name"] for entry in everything["names"]] == list(model.names)
    assert nvda in everything["names"]


def test_a_process_says_its_exit_code(tmp_path) -> None:
    assert process("--version").returncode == 0
    assert process("run").returncode == 2
    missing = process("run", "no-such-file.csv")
    assert missing.returncode == 3
    assert missing.stdout == ""
    assert "Traceback" not in missing.stderr
    debug = process("run", "no-such-file.csv", "--debug")
    assert "Traceback" in debug.stderr
    assert debug.returncode != 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SolverError("no certified answer", status="infeasible"), 1),
        (LimitBreachedError("loss above 5 %"), 4),
        (MissingExtraError("excel", "reading a workbook"), 5),
        (KeyboardInterrupt(), 130),
        (MemoryError(), 1),
        (PermissionError(13, "Permission denied", "my.csv"), 3),
    ],
)
def test_each_kind_of_failure_has_its_code_and_no_traceback(run, monkeypatch, error, code) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("stress.files.scenarios.file.list_scenarios", fail)
    result = run("scenario", "list")
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["--version"], ["scenario", "list"], ["--help"]])
def test_a_full_disk_behind_standard_output_is_no_defect(words) -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "stress", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert found.returncode == 1
    assert "error: the output cannot be written: No space left on device." in found.stderr
    assert "defect" not in found.stderr


def test_a_defect_of_the_program_is_called_so_and_ends_with_1(tmp_path) -> None:
    program = (
        "import stress.files.scenarios.file as f\n"
        "def fail(): raise RuntimeError('boom')\n"
        "f.list_scenarios = fail\n"
        "from stress.cli import main\n"
        "main(['scenario', 'list'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "a defect of foreshock" in done.stderr
    assert "RuntimeError: boom" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_is_no_error_message() -> None:
    reader = subprocess.Popen(
        f"{sys.executable} -m stress scenario list | head -1",
        shell=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    out, err = reader.communicate(timeout=60)
    assert out.startswith("1 SESSION")
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupted_run_ends_with_130() -> None:
    program = (
        "import signal, time\n"
        # A shell starts what runs in the background with the signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import stress.files.scenarios.file as f\n"
        "def wait():\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(30)\n"
        "f.list_scenarios = wait\n"
        "from stress.cli import main\n"
        "main(['scenario', 'list'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=40)
    assert child.returncode == 130
    assert "Interrupted." in err


def test_the_command_is_one_object() -> None:
    assert foreshock.name == "foreshock"


def test_validate_names_recorded_names_that_a_model_does_not_have(run) -> None:
    said = run("scenario", "validate", "scenarios/aftershock.toml", "--model", "us-ai-2025-12")
    assert said.exit_code == 0
    assert "aftershock: recorded names that model us-ai-2025-12 does not have" in said.stderr
    assert "GLW" in said.stderr


def test_validate_prints_a_title_without_what_a_terminal_would_obey(run, short_scenario) -> None:
    text = short_scenario.read_text(encoding="utf-8")
    short_scenario.write_text(text.replace("Chips fall", "Chips\\u001b[2J"), encoding="utf-8")
    done = run("scenario", "validate", short_scenario)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.endswith("  Chips?[2J\n")


def test_a_tilde_that_the_shell_leaves_is_the_folder_of_the_user(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine.csv").write_text("ticker,quantity,price,currency\nNVDA,10,186.5,USD\n")
    done = run("portfolio", "check", "~/mine.csv", "--output=~/said.json")
    assert done.exit_code == 0, done.stderr
    assert json.loads((tmp_path / "said.json").read_text())["name"] == "mine.csv"
