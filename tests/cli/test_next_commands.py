"""What a run says to do next works as it stands: pasted into a shell, on the same file."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest

import stress
from stress.files.models.file import write_model

ROOT = Path(__file__).resolve().parents[2]
DRAWS = ("--draws", "300")


def proposed(page: str) -> list[str]:
    """Return the further commands of the last line, unquoted as a shell would."""
    lines = page[page.index("\nNEXT") + 5 :].splitlines()
    return [part.strip() for line in lines for part in line.split(" · ")]


def test_the_file_is_quoted_as_it_was_typed(run, book, tmp_path, short_scenario) -> None:
    spaced = tmp_path / "my book.csv"
    spaced.write_text(book.read_text())
    page = run("run", spaced, "-s", short_scenario, *DRAWS).stdout
    assert shlex.split(proposed(page)[0]) == ["foreshock", "run", str(spaced), "-s", "ID"]


def test_a_shock_that_was_just_run_is_not_proposed(run, book) -> None:
    first = run("run", book, "--shock", "NVDA=-20%", *DRAWS).stdout
    assert not any("NVDA" in part for part in proposed(first))
    told = next(part for part in proposed(first) if part.startswith("--shock"))
    assert run("run", book, *shlex.split(told), *DRAWS).exit_code == 0
    assert any(part.startswith("--group") for part in proposed(first))
    grouped = run("run", book, "--group", "account", *DRAWS).stdout
    assert not any(part.startswith("--group") for part in proposed(grouped))


def test_only_what_the_model_can_shock_is_proposed(run, tmp_path) -> None:
    bonds = tmp_path / "bonds.csv"
    bonds.write_text(
        "ticker,type,quantity,price,currency,coupon,maturity,frequency,credit\n"
        "UST 4.25 2035,bond,100000,99.5,USD,4.25%,2035-05-15,2,treasury\n"
    )
    done = run(
        "run", bonds, "-s", "deepseek-2025-01-27", *DRAWS, "--as-of", "2025-12-31",
        "--rate", "USD 10y=4.1%",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "--shock market=-20%" in proposed(done.stdout)


def test_unknown_names_end_with_the_file_as_typed_the_total_and_the_remedy(run, tmp_path) -> None:
    book = tmp_path / "many names.csv"
    rows = "".join(f"QQZ{i:03},{1000 + i},USD\n" for i in range(40))
    book.write_text("ticker,market_value,currency\nNVDA,900000,USD\n" + rows)
    done = run("run", book, *DRAWS)
    assert done.exit_code == 3
    lines = done.stderr.splitlines()
    assert "'QQZ039'" in lines[0], "the biggest share first"
    assert "40 unknown name(s), 4.3% of gross." in lines[-1]
    pasted = lines[-1].split("Leave them out:  foreshock ")[1].split("   or say")[0]
    assert run(*shlex.split(pasted), *DRAWS).exit_code == 0


@pytest.mark.parametrize(
    "asked",
    [
        ("run", "-s", "deepseek-open", *DRAWS),
        ("hedge", "--max-lines", "3", *DRAWS),
        ("compare", "--strategy", "do_nothing", "--no-variants", "--no-frontier", *DRAWS),
        ("reverse", "--loss", "5%", "--horizon", "5"),
    ],
)
def test_a_command_to_paste_is_the_one_that_was_typed_with_options_added(
    run, tmp_path, asked
) -> None:
    held = tmp_path / "my book.csv"
    held.write_text(
        "ticker,quantity,price,currency,type,multiplier\nNVDA,1000,186.5,USD,equity,\n"
        "NVDA260320P00170000,2,6.5,USD,option,100\nQQZ,100,10,USD,equity,\n"
    )
    typed = (asked[0], str(held), "--as-of", "2025-12-31", *asked[1:])
    for before in ("Leave them out:  ", "With your figures:  "):
        done = run(*typed)
        assert done.exit_code == 3
        pasted = done.stderr.splitlines()[-1].split(before)[1].split("   ")[0]
        added = shlex.split(pasted)
        assert added[: len(typed) + 1] == ["foreshock", *typed]
        typed = tuple(text.replace("RATE", "4").replace("YIELD", "0") for text in added[1:])
    if asked[0] in ("run", "reverse"):
        assert run(*typed).exit_code == 0


def test_a_shock_of_nothing_known_says_that_names_are_known_too(run, book) -> None:
    done = run("run", book, "--shock", "NDVA=-20%", "--shock", "QQZZ9=-20%", *DRAWS)
    assert done.exit_code == 3
    first, second = done.stderr.splitlines()
    assert (
        "'NDVA' is neither a factor nor a name of model us-ai-2025-12. Did you mean 'NVDA'?"
        in first
    )
    assert "'QQZZ9' is neither a factor nor a name" in second
    assert "foreshock model show us-ai-2025-12" in second


def test_the_model_of_a_hint_is_named_as_it_was_typed(run, book, tmp_path) -> None:
    folder = tmp_path / "my models"
    folder.mkdir()
    mine = folder / "mine.json"
    bundled = stress.load_model()
    write_model(dataclasses.replace(bundled, id="mine", content_hash=""), mine)
    for option in (("--shock", "QQZZ9=-20%"), ("-s", "aftershock", "--sweep", "QQZZ9=-5%,5%")):
        done = run("run", book, *option, "--model", mine, *DRAWS)
        assert done.exit_code == 3
        shown = done.stderr.split("`")[1]
        assert shlex.split(shown) == ["foreshock", "model", "show", str(mine)]
        assert run(*shlex.split(shown)[1:]).exit_code == 0
    with pytest.raises(stress.InputError, match="Its factors are market, semis_ai_compute, "):
        stress.shock({"QQZZ9": "-20%"}, model=stress.load_model(mine))


def test_bonds_are_told_apart_by_the_end_of_their_names(run, tmp_path) -> None:
    bonds = tmp_path / "bonds.csv"
    rows = "".join(
        f"UST 4.25 {year},bond,100000,99.5,USD,4.25%,{year}-05-15,2,treasury\n"
        for year in (2030, 2035, 2045)
    )
    bonds.write_text(
        "ticker,type,quantity,price,currency,coupon,maturity,frequency,credit\n"
        f"{rows}NVDA,equity,0,180,USD,,,,\n"
    )
    done = run(
        "run", bonds, "-s", "deepseek-2025-01-27", *DRAWS, "--as-of", "2025-12-31",
        "--rate", "USD 10y=4.1%",
    )  # fmt: skip
    for year in ("2030", "2035", "2045"):
        assert f"…{year}" in done.stdout
    assert "1 row(s) of bonds.csv with quantity 0, in no figure: line 5, NVDA." in done.stderr


def test_a_13f_row_without_a_ticker_is_said_to_have_none(run) -> None:
    done = run("run", ROOT / "tests/fixtures/portfolios/sec_13f.xml", *DRAWS)
    assert (
        "CUSIP 25434V500 (UNMAPPED ETF TRUST), 11.6% of gross: its row has no ticker" in done.stderr
    )
    assert "--identifiers FILE, a CSV with the columns ticker and cusip" in done.stderr
    assert (
        "A bond needs the columns type, coupon, maturity, frequency and credit instead"
        in done.stderr
    )


def test_run_lists_every_problem_that_validate_lists(run, book, tmp_path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        'id = "bad"\ntitle = "x"\nkind = "hypothetical"\nhorizon_days = 1\n[moves]\n'
        'semis_ai_compte = "-10%"\nrates_10y = "5%"\nmarket = "abc"\n[variation]\nkind = "names"\n'
    )
    asked, validated = run("run", book, "-s", bad), run("scenario", "validate", bad)
    places = [line.split(": ")[1] for line in validated.stderr.splitlines()]
    assert len(places) == 3
    assert [line.split(": ")[1] for line in asked.stderr.splitlines()] == places


def test_half_an_id_suggests_the_family(run, book) -> None:
    done = run("run", book, "-s", "deepsek")
    assert "Did you mean 'deepseek-2025-01-27' or " in done.stderr


def test_a_short_name_needs_one_line(run) -> None:
    page = run("run", "ai_growth", "-s", "chips-only-derating", *DRAWS).stdout
    assert page.splitlines()[-1].startswith("NEXT  foreshock run ai_growth -s ID · --shock ")
    assert len(page.splitlines()[-1]) <= 100


def test_after_stated_levels_what_comes_next_is_added_to_the_command_as_typed(
    run, tmp_path
) -> None:
    held = tmp_path / "puts.csv"
    held.write_text(
        "ticker,quantity,price,currency,type,multiplier\nNVDA,1000,186.5,USD,equity,\n"
        "NVDA260320P00170000,2,6.5,USD,option,100\n"
    )
    typed = (
        "run", held, "--as-of", "2025-12-31", "--rate", "USD=4%", "--dividend", "NVDA=0%",
        "-s", "aftershock", *DRAWS,
    )  # fmt: skip
    first, *further = proposed(run(*typed).stdout)
    assert first == "the same command with -s ID"
    told = next(part for part in further if part.startswith("--group"))
    assert run(*typed, *shlex.split(told)).exit_code == 0


@pytest.mark.parametrize(
    ("name", "typed"),
    [("-x.csv", "./-x.csv"), ("a b\x1b[2J.csv", "'a b'?'[2J.csv'"), ("\x1b", "?")],
)
def test_a_name_that_is_no_word_of_a_shell_is_written_so_that_the_command_runs(
    run, book, tmp_path, monkeypatch, name: str, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(book.read_text())
    page = run("run", *DRAWS, "-s", "deepseek-2025-01-27", "--", name).stdout
    assert proposed(page)[0] == f"foreshock run {typed} -s ID"


def test_what_an_error_proposes_can_be_added_to_a_command_with_a_double_dash(
    run, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-x.csv").write_text("ticker,quantity,price,currency\nZZZY,1,5,USD\nNVDA,9,185,USD\n")
    done = run("run", *DRAWS, "--", "-x.csv")
    assert done.exit_code == 3
    assert "foreshock run --draws 300 ./-x.csv --unknown exclude" in done.stderr
