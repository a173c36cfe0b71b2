"""Each warning once, with whom it concerns, and a way to see those held back that works."""

from __future__ import annotations

import json

import pytest

import stress

DRAWS = ("--draws", "300")


def warnings_of(done) -> list[str]:
    assert done.exit_code == 0, done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("warning: ")]


def test_a_warning_about_the_book_is_said_of_the_book(run, book, short_scenario) -> None:
    (one,) = warnings_of(run("run", book, "-s", short_scenario, *DRAWS))
    assert one.startswith("warning: my.csv: tail average at ")


def test_what_is_held_back_is_printed_by_all_and_is_in_json(run) -> None:
    few = warnings_of(run("run", "ai_growth", *DRAWS))
    held_back = int(
        few[-1].removeprefix("warning: ").split(" more: --all prints every one here")[0]
    )
    everything = warnings_of(run("run", "ai_growth", "--all", *DRAWS))
    assert len(everything) == len(few) - 1 + held_back
    document = json.loads(run("run", "ai_growth", "--format", "json", *DRAWS).stdout)
    results = [*document["results"], document["baseline"]]
    said = {" ".join(text.split()) for one in results for text in one["warnings"]}
    assert len(said) == len(everything)
    assert all(any(line.endswith(text) for line in everything) for text in said)


def test_a_warning_about_some_scenarios_names_them(run, book, short_scenario) -> None:
    lines = warnings_of(
        run("run", book, "-s", short_scenario, "-s", "ai-winter-path", "--all", *DRAWS)
    )
    assert any(line.startswith("warning: ai-winter-path: 50 sessions") for line in lines)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--fx-move", "GBP=-2%"), "--fx-move GBP=-2% changes nothing: nothing is held in GBP"),
        (("--fx-fixed", "GBP"), "--fx-fixed GBP changes nothing"),
        (
            ("--rate", "USD=4%"),
            "--rate USD=4% changes nothing: nothing that is held is discounted",
        ),
        (("--vol", "NVDA=45%"), "--vol NVDA=45% changes nothing: no option on it is held"),
        (("--vol-beta", "NVDA=1.8"), "--vol-beta NVDA=1.8 changes nothing"),
        (("--rebalance",), "--rebalance changes nothing: no scenario runs in steps"),
        (("--instant",), "--instant changes nothing"),
        (("--replay-names",), "--replay-names changes nothing"),
    ],
)
def test_an_option_that_changes_nothing_says_so_once_and_in_json(
    run, book, short_scenario, option, said
) -> None:
    asked = ("run", book, "-s", short_scenario, *DRAWS)
    assert sum(said in line for line in warnings_of(run(*asked, *option))) == 1
    assert not any("changes nothing" in line for line in warnings_of(run(*asked)))
    document = json.loads(run(*asked, *option, "--format", "json").stdout)
    assert any(said in text for text in document["results"][0]["warnings"])


@pytest.mark.parametrize(
    ("option", "taken"),
    [
        (("--fx-move", "EUR=-10%"), {"fx_moves": {"EUR": "-10%"}}),
        (("--fx-fixed", "EUR"), {"fx_fixed": ["EUR"]}),
    ],
)
def test_a_move_of_a_currency_that_shares_alone_are_quoted_in_changes_nothing(
    run, tmp_path, option, taken
) -> None:
    book = tmp_path / "shares.csv"
    book.write_text(
        "ticker,quantity,price,currency,fx_rate\nASML,100,900,EUR,1.17\nNVDA,100,186,USD,\n"
    )
    asked = ("-s", "deepseek-2025-01-27", *DRAWS, "--currency", "USD")
    said = "changes nothing: shares move by returns in USD, whatever they are quoted in."
    lines = warnings_of(run("run", book, *asked, *option))
    assert sum(f"{' '.join(option)} {said}" in line for line in lines) == 1, lines
    portfolio = stress.load_portfolio(book, currency="USD")
    result = stress.run(portfolio, "deepseek-2025-01-27", draws=300, model_range=False, **taken)
    assert sum(said in text for text in result.warnings) == 1


def test_options_that_do_something_are_not_warned_of(run, tmp_path) -> None:
    book = tmp_path / "mixed.csv"
    book.write_text(
        "ticker,quantity,price,currency,type,multiplier\n"
        "NVDA,100,186.5,USD,equity,\nSAP,10,200,EUR,equity,\n"
        "NVDA260320P00170000,2,6.5,USD,option,100\n"
    )
    asked = (
        "run", book, "-s", "deepseek-2025-01-27", "-s", "ai-winter-path", *DRAWS, "--as-of", "2025-12-31",
        "--currency", "USD", "--fx", "EUR=1.08", "--fx-move", "EUR=-1%", "--rate", "USD=4%", "--vol", "NVDA=45%",
        "--dividend", "NVDA=0%", "--vol-beta", "NVDA=1.8", "--proxy", "SAP=MSFT", "--all",
    )  # fmt: skip
    lines = warnings_of(run(*asked))
    assert not any("changes nothing" in line for line in lines), lines


def test_the_short_rate_changes_nothing_on_bonds(run, tmp_path) -> None:
    """They are discounted at their own years: a point of the curve is read, the short rate is not."""
    book = tmp_path / "bonds.csv"
    book.write_text(
        "ticker,type,quantity,price,coupon,maturity,currency,frequency,credit\n"
        "T1,bond,1000,98,4.0,2034-11-15,USD,2,treasury\n"
    )
    asked = ("run", book, "-s", "deepseek-2025-01-27", *DRAWS, "--as-of", "2025-12-30", "--all")
    lines = warnings_of(run(*asked, "--rate", "USD 10y=4.2%", "--rate", "USD=9%"))
    assert [line for line in lines if "changes nothing" in line] == [
        line for line in lines if "--rate USD=9% changes nothing" in line
    ]
    assert any("--rate USD=9% changes nothing" in line for line in lines)


def test_what_is_held_back_is_more_only_of_what_was_printed(run) -> None:
    for more in ((), ("--format", "json")):
        said = warnings_of(run("run", "utilities_income", *more, "--draws", "20000"))
        first = said[-1].removeprefix("warning: ").split(":")[0].split(maxsplit=1)[1]
        assert first == ("more" if len(said) > 1 else "not shown")
        assert ("in --format json" in said[-1]) == (not more)
