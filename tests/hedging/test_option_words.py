"""Options in messages: as they are typed where they were typed, and else as Python has them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

import stress
from stress.cli import foreshock
from stress.errors import InputError, SolverError
from stress.hedging.asked_bands import asked_bands
from stress.hedging.constraints import ScenarioLoss
from stress.hedging.default_problem import limits
from stress.hedging.infeasible_words import in_shares
from stress.hedging.prepared import setting_of
from stress.hedging.propose import propose, solved
from stress.hedging.settings import HedgeSettings
from stress.hedging.solver.infeasible import InfeasibleHedgeError, Relaxation
from stress.opening import open_book

NEUTRAL_MARKET = asked_bands(["market"], {})
SHOCK = stress.load_scenario("deepseek-2025-01-27")


@pytest.fixture(params=["Python", "shell"])
def shell(request):
    return request.param == "shell"


@pytest.fixture(scope="module")
def two_shares(tmp_path_factory):
    path = tmp_path_factory.mktemp("books") / "small.csv"
    path.write_text("ticker,quantity,price\nNVDA,60,185\nVRT,60,160\nUSD,4000,1\n")
    return open_book(path)


def opened(book, shell, **changes):
    """Return the book as it is opened from Python, or by a command that names it."""
    typed = "foreshock hedge my.csv" if shell else ""
    return replace(book, portfolio=replace(book.portfolio, typed=typed, **changes))


@pytest.fixture
def asked(book, small, shell):
    def make(scenarios=(SHOCK,), **words):
        settings = HedgeSettings(**{"draws": 2_000} | words)
        return setting_of(opened(book, shell), small, list(scenarios), settings)

    return make


@pytest.mark.parametrize(
    ("limit", "by", "typed", "written"),
    [
        ("gross of the hedge", 98_922.5, "--gross 101.00% (of the book's)", 'gross_share="101.00%" (of the book\'s)'),
        ("share of daily volume", 0.012345, "--adv 11.24% (of daily volume)", 'adv_share="11.24%" (of daily volume)'),
        ("at most 10 lines", 3.0, "--max-lines 13", "max_lines=13"),
        ("turnover", 50_000.0, "--turnover 50.50% (of NAV)", 'turnover="50.50%" (of NAV)'),
        ("max ticket", 50_000.0, "--max-ticket 20.50% (of NAV)", 'max_ticket="20.50%" (of NAV)'),
        ("side long", 1.0, "--side both", 'side="both"'),
        (
            "neutral market", 50_000.0,
            "--band market=-1%..1% (of NAV) instead of --neutral market",
            'bands={"market": "-1%..1%"} (of NAV) instead of neutral=["market"]',
        ),
        ("no profit from anything", 1.0, "", ""),
    ],
)  # fmt: skip
def test_every_limit_that_is_asked_is_said_as_it_is_asked(asked, shell, limit, by, typed, written):
    relaxation = Relaxation(constraint=limit, by=by)
    refused = InfeasibleHedgeError("no.", conflict=(limit,), relaxation=relaxation)
    at = asked(whole_lots=False, turnover=0.5, max_ticket=0.2, side="long", bands=NEUTRAL_MARKET)
    said = in_shares(at, refused)

    advice = f" As you type it: {typed}." if shell else f" As you write it: {written}."
    assert str(said) == ("no." + advice if typed else "no.")
    assert said.conflict == refused.conflict
    assert said.relaxation == relaxation


def test_every_option_that_python_is_told_of_is_one_that_it_takes(asked, shell):
    taken = set(stress.HedgeOptions.__annotations__) | {"budget", "scenarios", "draws"}
    at = asked(turnover=0.5, max_ticket=0.2, side="long", bands=NEUTRAL_MARKET)
    names = [limit.name for limit in limits(at)] + ["at most 10 lines"]
    said = " ".join(
        str(
            in_shares(
                at,
                InfeasibleHedgeError(
                    "no.",
                    conflict=(),
                    relaxation=Relaxation(constraint=name, by=1e-3),
                    nearest_budget=1.0,
                ),
            )
        )
        for name in names
    )
    if shell:
        shown = CliRunner().invoke(foreshock, ["hedge", "--help"]).output
        flags = set(re.findall(r"--[a-z-]+", said))
        assert len(flags) >= 9
        assert all(flag in shown for flag in flags)
        assert not re.search(r"\b[a-z_]+=[\[{\"]", said)
    else:
        words = set(re.findall(r"\b([a-z_]+)=[\[{\"A-Z\d]", said))
        assert len(words) >= 9
        assert words <= taken
        assert "--" not in said


def test_advice_counted_in_fractions_says_so_where_lots_are_whole(asked, shell):
    relaxation = Relaxation(constraint="gross of the hedge", by=98_922.5)
    refused = InfeasibleHedgeError(
        "no.", conflict=("gross of the hedge",), relaxation=relaxation, in_fractions=True
    )
    without = "--broken-lots --max-lines 0" if shell else "whole_lots=False, max_lines=None"
    broken = asked(whole_lots=False, max_lines=None)

    said = str(in_shares(asked(), refused))
    assert "it: at least " in said
    assert said.endswith(
        f"the least with any number of lines and broken lots ({without}); whole lots and few lines may need more."
    )
    assert str(in_shares(broken, refused)).endswith("(of the book's).")
    counted = InfeasibleHedgeError("no.", conflict=refused.conflict, relaxation=relaxation)
    assert str(in_shares(asked(), counted)).endswith("(of the book's).")


def test_a_scenario_share_is_at_most_the_whole_loss(asked, shell):
    at = asked()
    loss = next(one for one in limits(at) if isinstance(one, ScenarioLoss))
    wide = "--scenario-share 100.00%" if shell else 'scenario_share="100.00%"'
    for share, counted_whole, said in (
        (0.50001, False, False),
        (0.5, False, True),
        (0.505, True, True),  # as near as a search in whole lots comes to the least
        (0.52, True, False),
    ):
        refused = InfeasibleHedgeError(
            "no.",
            conflict=(loss.name,),
            relaxation=Relaxation(constraint=loss.name, by=-share * loss.pnl),
            in_fractions=not counted_whole,
        )
        assert (wide in str(in_shares(at, refused))) == said


def test_only_scenario_needs_one(asked, shell):
    with pytest.raises(InputError) as refused:
        asked(scenarios=[], only_scenario=True)
    assert str(refused.value) == (
        "--only-scenario needs a scenario (-s ID)."
        if shell
        else "only_scenario=True needs a scenario (scenarios=[ID])."
    )


def test_a_book_without_a_date_is_told_how_to_state_one(book, small, shell):
    undated = opened(book, shell, as_of=None)
    at = setting_of(undated, small, [], HedgeSettings(draws=2_000))
    said = next(text for text in at.warnings if "states no date" in text)
    assert said.endswith("(--as-of)." if shell else "(as_of).")


def test_small_tickets_name_the_option_that_drops_them(two_shares, universe, shell):
    settings = HedgeSettings(draws=2_000, min_ticket=0.9, budget=None)
    plan = propose(setting_of(opened(two_shares, shell), universe, [SHOCK], settings))
    said = [text for text in plan.warnings if "No hedge without such tickets" in text]
    assert len(said) == 1
    assert ("(--min-ticket)" if shell else "(min_ticket)") in said[0]


def test_where_no_whole_lots_are_found_the_option_that_breaks_them_is_named(two_shares, universe):
    """Two exposures within 20 cents: there is a hedge, and hardly one in whole shares."""
    narrow = dict.fromkeys(("market", "semis_ai_compute"), "-0.001%..0.001%")
    settings = HedgeSettings(
        draws=1_000, budget=None, gross_share=8.0, max_lines=None, min_ticket=0.0,
        bands=asked_bands([], narrow),
    )  # fmt: skip
    with pytest.raises(SolverError) as refused:
        solved(setting_of(two_shares, universe, [], settings))
    assert refused.value.status == "no_lots"
    assert str(refused.value).endswith("Broken lots: whole_lots=False.")
