"""Bad holdings and scenario files: one line a problem with place and remedy, exit code 3, no traceback."""

from __future__ import annotations

import pytest

HEAD = "ticker,quantity,price,currency\n"

BAD = {
    "empty": (b"", "the file is empty"),
    "header only": (HEAD.encode(), "no position"),
    "not a number": ((HEAD + "NVDA,abc,100,USD\n").encode(), ":2:2: column 'quantity': 'abc' is not a number."),
    "NaN": ((HEAD + "NVDA,NaN,100,USD\n").encode(), ":2:2: column 'quantity': 'NaN' is not a finite number."),
    "infinite": ((HEAD + "NVDA,1e999,100,USD\n").encode(), "'1e999' is not a finite number."),
    "duplicate": ((HEAD + "NVDA,1,100,USD\nNVDA,2,100,USD\n").encode(), "--merge"),
    "zero price": ((HEAD + "NVDA,1,0,USD\n").encode(), "the price 0 is not above zero"),
    "percent as 17": (b"ticker,weight,currency\nNVDA,17,USD\n", "Write 17% or 0.17."),
    "missing currency": ((HEAD + "NVDA,1,100,\n").encode(), ":2:4: the currency is missing"),
    "binary junk": (bytes(range(256)) * 20, "this is not text"),
    "NUL bytes": ((HEAD + "NV\0DA,1,100,USD\n").encode(), "NUL bytes inside"),
    "unclosed quote": ((HEAD + '"NVDA,1,100,USD\nKO,1,60,USD\n').encode(), "a quote is opened in this row and never closed"),
    "unknown ticker": ((HEAD + "ZZZQ,1,100,USD\n").encode(), "'ZZZQ' (100.0% of gross) is not in model"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_holdings_file_is_refused_by_name(run, tmp_path, kind) -> None:
    content, words = BAD[kind]
    file = tmp_path / f"{kind.replace(' ', '-')}.csv"
    file.write_bytes(content)
    result = run("run", file, "-s", "chips-only-derating", "--draws", "4096")
    assert result.exit_code == 3, result.output
    assert result.stdout == ""
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert all(file.name in line for line in result.stderr.splitlines())


def test_a_line_of_100_megabytes_is_refused_quickly(run, tmp_path) -> None:
    file = tmp_path / "long.csv"
    with file.open("wb") as out:
        out.write((HEAD + "NVDA,1,100,").encode())
        for _ in range(100):
            out.write(b"U" * 1_000_000)
    result = run("run", file)
    assert result.exit_code == 3
    assert "long.csv:2: the line is longer than" in result.stderr


def test_utf16_is_read(run, tmp_path) -> None:
    file = tmp_path / "wide.csv"
    file.write_bytes((HEAD + "NVDA,1,100,USD\n").encode("utf-16"))
    assert run("run", file, "-s", "chips-only-derating", "--draws", "4096").exit_code == 0


def test_a_folder_and_a_missing_file_are_said_to_be_so(run, tmp_path) -> None:
    for path, words in ((tmp_path, "this is a folder"), (tmp_path / "no.csv", "no such file")):
        result = run("run", path)
        assert result.exit_code == 3
        assert words in result.stderr


def test_all_problems_of_all_files_at_once(run, tmp_path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(HEAD + "NVDA,abc,100,USD\nKO,1,xyz,USD\n", encoding="utf-8")
    two.write_text(HEAD + "KO,1,0,USD\n", encoding="utf-8")
    result = run("run", one, two)
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 3


def test_nothing_in_a_file_commands_the_terminal(run, tmp_path) -> None:
    file = tmp_path / "evil.csv"
    file.write_text(HEAD + "\x1b[31mX\x07,abc,100,USD\n", encoding="utf-8")
    result = run("run", file)
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr
    assert "\x07" not in result.stderr


SCENARIOS = {
    "extends itself": (
        'id = "loop"\ntitle = "x"\nextends = "loop.toml"\n',
        "a scenario extends itself",
    ),
    "no unit": (
        'id = "loop"\ntitle = "x"\nkind = "hypothetical"\nhorizon_days = 1\n[moves]\nmarket = -5\n',
        "loop.toml:6: moves.market = -5 has no unit",
    ),
    "unknown key": (
        'id = "loop"\ntitle = "x"\nkind = "hypothetical"\nhorizon_dais = 1\n[moves]\nmarket = "-5%"\n',
        "Did you mean 'horizon_days'?",
    ),
}


@pytest.mark.parametrize("kind", SCENARIOS)
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_bad_scenario_is_refused_with_its_line(run, book, tmp_path, kind, command) -> None:
    text, words = SCENARIOS[kind]
    file = tmp_path / "loop.toml"
    file.write_text(text, encoding="utf-8")
    result = (
        run("scenario", "validate", file) if command == "validate" else run("run", book, "-s", file)
    )
    assert result.exit_code == 3
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_factor_is_an_error_with_a_suggestion_where_the_scenario_meets_a_model(
    run, tmp_path
) -> None:
    file = tmp_path / "typo.toml"
    file.write_text(
        'id = "typo"\ntitle = "x"\nkind = "hypothetical"\nhorizon_days = 1\n[moves]\nsemis_ai_compte = "-5%"\n[variation]\nkind = "names"\n',
        encoding="utf-8",
    )
    result = run("scenario", "validate", file, "--model", "us-ai-2025-12")
    assert result.exit_code == 3
    assert "semis_ai_compute" in result.stderr
    assert "typo.toml:6" in result.stderr


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("move", ["vix=+1000pts", "hy_oas=+10000bp", "market=+1000%"])
def test_the_largest_moves_that_are_read_run_without_a_numeric_warning(run, book, move) -> None:
    result = run("run", book, "--shock", move, "--draws", "256", "--format", "json")
    assert result.exit_code == 0, result.stderr
    beyond = move.replace("000", "001", 1)
    refused = run("run", book, "--shock", beyond)
    assert refused.exit_code == 3
    assert "the largest move that is read" in refused.stderr


def test_nav_is_read_as_pages_write_it(run, tmp_path):
    book = tmp_path / "weights.csv"
    book.write_text("ticker,weight,currency\nNVDA,60%,USD\nMSFT,40%,USD\n")
    done = run("portfolio", "check", str(book), "--nav", "50m")
    assert done.exit_code == 0
    assert "NAV 50.00m (as you stated)" in done.stdout
    wrong = run("portfolio", "check", str(book), "--nav", "50 millions")
    assert wrong.exit_code == 3
    assert "--nav: '50 millions' is no amount. Write 50m," in wrong.stderr
