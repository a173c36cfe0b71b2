"""Market levels, strictness and paths on the command line."""

import json

import pytest

BOOK = """# as_of: 2025-12-31
ticker,quantity,price,currency,type,multiplier,adv
NVDA,1000,186.5,USD,equity,,20000
MSFT,500,484,USD,equity,,
NVDA260320P00170000,10,6.5,USD,option,100,
NVDA260320C00200000,-10,8.2,USD,option,100,
"""
LEVELS = ("--rate", "USD=4.1%", "--dividend", "NVDA=0%")


def block(screen, title):
    """Lines of one block of a screen, its title first."""
    (found,) = [text for text in screen.split("\n\n") if text.startswith(title)]
    return found.splitlines()


@pytest.fixture(name="run")
def run_(run):
    """Exit code, standard output, standard error; a defect is raised."""

    def call(*arguments):
        done = run(*arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    return call


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(BOOK)
    return path


def test_missing_levels_end_with_a_command_that_runs(run, book):
    code, _, err = run("run", str(book), "-s", "deepseek-2025-01-27", "--draws", "4096")
    typed = f"foreshock run {book} -s deepseek-2025-01-27 --draws 4096 "
    pasted = err.strip().splitlines()[-1].split(f"With your figures:  {typed}")[1]
    options = pasted.split("   (or")[0].split()
    asked = ("run", str(book), "-s", "deepseek-open", "--draws", "4096")

    assert code == 3
    code, _, err = run(*asked, *options)
    assert code == 3, "no figure may be taken that nobody stated"
    assert "RATE%" in err
    stated = [text.replace("RATE", "4").replace("YIELD", "0") for text in options]
    assert run(*asked, *stated)[0] == 0


def test_levels_are_in_the_manifest_and_change_the_result(run, book):
    documents = []
    for vol_beta in ("0", "4"):
        code, out, _ = run(
            "run", str(book), "-s", "liquidity-vol-spike", "--draws", "4096", *LEVELS,
            "--vol-beta", f"NVDA={vol_beta}", "--format", "json",
        )  # fmt: skip
        assert code == 0
        documents.append(json.loads(out))
    options = documents[0]["manifest"]["options"]

    assert "rate USD=0.041" in options["market_levels"]
    assert "vol_beta NVDA=0" in options["market_levels"]
    expected = [d["results"][0]["pnl"]["expected"] for d in documents]
    assert expected[0] != pytest.approx(expected[1], rel=1e-3)


def test_a_market_file_gives_the_same_as_options(run, book, tmp_path):
    market = tmp_path / "levels.csv"
    market.write_text("kind,name,value\nrate,USD,4.1%\ndividend,NVDA,0%\nbid_ask,NVDA,4bp\n")
    common = ("run", str(book), "-s", "liquidity-vol-spike", "--draws", "4096", "--format", "json")
    by_file = json.loads(run(*common, "--market", str(market))[1])
    by_options = json.loads(run(*common, *LEVELS)[1])

    assert by_file["results"][0]["digest"] == by_options["results"][0]["digest"]
    assert by_file["manifest"]["options"]["market"].startswith("levels.csv ")
    found = by_file["results"][0]["liquidity"]
    assert found["spread_multiple"] == 3.0
    # Half of 4 bp, three times, on the shares; no spread of the options is stated.
    assert found["cost"] == pytest.approx(0.5 * 0.0004 * 3 * 186_500)
    assert found["slowest_days"] == pytest.approx(1000 / (0.2 * 20_000))
    assert found["margin"] > 0


def test_the_screen_has_the_lines_beside_the_pnl(run, book):
    _, out, _ = run("run", str(book), "-s", "liquidity-vol-spike", "--draws", "4096", *LEVELS)

    assert "LEAVING THE POSITIONS   not in the P&L" in out
    assert "margin on shorts" in out
    assert all(len(line) <= 100 for line in block(out, "LEAVING"))


def test_strict_lists_what_is_below_full(run):
    code, _, err = run("run", "ai_growth", "--strict", "--draws", "4096")

    assert code == 3
    assert "CRWV (1.1% of gross) is not fully covered: prior" in err


def test_no_time_passes_when_asked(run, book):
    common = (
        "run",
        str(book),
        "-s",
        "deepseek-open",
        "--draws",
        "4096",
        *LEVELS,
        "--format",
        "json",
    )
    now = json.loads(run(*common, "--instant")[1])["results"][0]["revalued"]
    later = json.loads(run(*common)[1])["results"][0]["revalued"]

    assert (now["elapsed_days"], now["passage_of_time"]) == (0.0, 0.0)
    assert later["passage_of_time"] != 0.0


def test_a_path_is_a_table_of_its_own_when_named(run):
    _, out, _ = run("run", "mega_cap", "-s", "ai-winter-path", "--draws", "4096")
    _, rebalanced, _ = run(
        "run", "mega_cap", "-s", "ai-winter-path", "--draws", "4096", "--rebalance"
    )

    assert "7 steps, positions held; the figures above are another end point at once" in out
    assert "which are not the way to this end point" in " ".join(out.split())
    assert "to 8 Apr 2025" in out
    assert "largest fall on the way" in out
    assert "weights restored" in rebalanced
    assert all(len(line) <= 100 for text in (out, rebalanced) for line in block(text, "STEP BY"))


def test_the_whole_family_runs_without_paths(run):
    _, out, _ = run("run", "mega_cap", "--draws", "4096")

    assert "STEP BY STEP" not in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rate", "USD=4.1"), "no unit"),
        (("--rate", "USD"), "write it as --rate USD=4.3%"),
        (("--fx-move", "GBP=-2%", "--fx-fixed", "gbp"), "either moves"),
        (("--leveraged", "NVDA"), "its multiple is not known"),
        (("--look-through", "SPY=mega_cap"), "does not hold it"),
        (("--look-through", "NVDA=x.csv"), "x.csv: no such file"),
        (("--market", "nowhere.csv"), "no such file"),
        (("--as-of", "yesterday"), "not a date"),
    ],
)
def test_what_is_wrong_is_one_line(run, book, options, said):
    code, _, err = run("run", str(book), "-s", "deepseek-open", "--draws", "4096", *options)

    assert code in (2, 3)
    assert said in err
    assert "Traceback" not in err
    assert "defect" not in err


@pytest.mark.parametrize("generator", ["filtered-history", "bootstrap"])
def test_other_generators_run(run, generator):
    code, out, _ = run(
        "run", "mega_cap", "-s", "deepseek-open", "--draws", "4096", "--generator", generator,
        "--format", "json",
    )  # fmt: skip

    assert code == 0
    assert json.loads(out)["manifest"]["options"]["generator"] == generator


def test_a_supervisory_scenario_becomes_a_file_that_runs(run, tmp_path):
    titles = (
        "Scenario Name,Date,3-month Treasury rate,5-year Treasury yield,10-year Treasury yield,"
        "BBB corporate yield,Dow Jones Total Stock Market Index (Level),Market Volatility Index (Level)\n"
    )
    (tmp_path / "past.csv").write_text(titles + "Actual,2030 Q4,4.0,4.2,4.4,5.6,1000,20\n")
    (tmp_path / "bad.csv").write_text(
        titles + "Adverse,2031 Q1,2.0,2.2,2.4,5.4,700,60\nAdverse,2031 Q2,2.0,2.2,2.4,4.4,800,40\n"
    )
    out_file = tmp_path / "fed.toml"
    code, _, err = run(
        "scenario", "from-fed", str(tmp_path / "bad.csv"), "--historic", str(tmp_path / "past.csv"),
        "-o", str(out_file),
    )  # fmt: skip

    assert code == 0
    assert "stocks -> market" in err
    _, screen, _ = run("run", "mega_cap", "-s", str(out_file), "--draws", "4096")
    assert "STEP BY STEP   2 steps" in screen
    assert "; the figures above are the end point at once" in screen
    assert "not the way to this end point" not in " ".join(screen.split())
    assert "to 2031 Q2" in screen
