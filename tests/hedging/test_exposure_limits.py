"""Limits that a user states: exposures of the hedged book, turnover, size of a ticket, one side."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
from click.testing import CliRunner

import stress
from stress.cli import foreshock
from stress.errors import InputError
from stress.hedging.asked_bands import AskedBand, asked_bands
from stress.hedging.comparing.limits_kept import broken_limits
from stress.hedging.constraints import Band
from stress.hedging.default_problem import hedge_problem
from stress.hedging.factor_exposures import factor_bands
from stress.hedging.lines.candidates import compile_candidates
from stress.hedging.prepared import setting_of
from stress.hedging.propose import solved
from stress.hedging.settings import HedgeSettings
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.strategies import STRATEGIES
from stress.portfolio.instruments import Driver
from stress.reporting.hedge_page import hedge_page

REFERENCE = "deepseek-2025-01-27"
DRAWS = 4_000


def setting(book, universe, *ids, neutral=(), bands=None, **asked):
    settings = HedgeSettings(**{"draws": DRAWS, **asked}, bands=asked_bands(neutral, bands or {}))
    return setting_of(book, universe, [stress.load_scenario(i) for i in ids], settings)


def betas(model, factor, *, linked):
    """P&L of one unit of money in every name for a rise of a factor by 100 %, from the model's arrays alone."""
    k = model.factor_index[factor]
    step = np.eye(len(model.factors))[k]
    if linked:
        step = model.covariance[:, k] / model.covariance[k, k]
    return {"USD": 0.0, **dict(zip(model.names, model.exposures @ step, strict=True))}


@pytest.fixture(scope="module")
def neutral(book):
    return stress.hedge(
        book, [REFERENCE], neutral="market", bands={"semis_ai_compute:alone": "..5%"}, max_lines=3, draws=DRAWS
    )  # fmt: skip


def test_a_neutral_hedge_on_three_lines_is_neutral_when_recomputed_from_its_tickets(neutral, book):
    assert 0 < len(neutral.tickets) <= 3
    follows = {"MESH6": "SPY", "MNQH6": "QQQ"}
    for factor, linked, low, high in (
        ("market", True, -0.005, 0.005),
        ("semis_ai_compute", False, -math.inf, 0.05),
    ):
        beta = betas(book.model, factor, linked=linked)
        before = sum(p.market_value * beta[p.ticker] for p in book.portfolio.positions)
        traded = sum(
            t.notional * beta[follows.get(t.instrument, t.instrument)] for t in neutral.tickets
        )
        after = (before + traded) / book.nav
        assert not low <= before / book.nav <= high
        assert low * (1 + 1e-9) <= after <= high * (1 + 1e-9)
        limit = next(one for one in neutral.exposure_limits if one.factor == factor)
        shown = limit.linked if linked else limit.alone
        assert shown == pytest.approx((before, before + traded), rel=1e-9)
    for ticket in neutral.tickets:
        assert ticket.units == int(ticket.units)
        assert abs(ticket.notional) >= 0.001 * book.nav
    assert not any("--min-ticket" in warning for warning in neutral.warnings)


def test_a_neutral_hedge_does_not_move_with_the_market_in_a_run(neutral):
    moved = stress.run(
        neutral.hedged, stress.shock({"market": "-1%"}), draws=2_000, model_range=False
    )
    unhedged = stress.run("ai_growth", stress.shock({"market": "-1%"}), draws=2_000)

    assert abs(moved.expected) <= 0.005 * 0.01 * moved.nav * (1 + 1e-6)
    assert unhedged.expected < -0.015 * moved.nav


def test_the_page_and_the_document_show_exposures_before_and_after(neutral):
    page = hedge_page(neutral)
    assert "neutral to market within 0.5% · semis_ai_compute:alone in ..5% of NAV" in page
    assert re.search(r"Market, linked +\+100% +\+1\d\d\.\d % +[+-]0\.\d % ", page)
    assert max(len(line) for line in page.splitlines()) <= 100
    document = json.loads(neutral.to_json())
    market, compute = document["exposure_limits"]
    assert (market["name"], market["propagation"]) == ("neutral market", "linked")
    assert market["upper"] == pytest.approx(0.005 * neutral.nav)
    assert (compute["lower"], compute["propagation"]) == (None, "alone")


def test_an_option_has_the_exposure_of_its_delta(book, small):
    candidates = compile_candidates(book, small)
    put, fund = candidates.index("QQQ 2026-02-20 580 P"), candidates.index("QQQ")
    (band,) = factor_bands(book, candidates, asked_bands(["market:alone"], {}))
    _, of_units = band.limited
    beta = betas(book.model, "market", linked=False)["QQQ"]
    assert of_units[fund] == pytest.approx(beta * candidates.value[fund], rel=1e-9)

    (held,) = [h for h in candidates.book.valuation.holdings if h.position.id.endswith("580 P")]
    levels = candidates.book.valuation.market.base_levels([held.instrument])
    spot = Driver("spot", "QQQ")
    up, down = (
        float(held.instrument.value({**levels, spot: levels[spot] * (1.0 + by * beta)}))
        for by in (0.01, -0.01)
    )
    assert of_units[put] == pytest.approx((up - down) / 0.02, rel=1e-6)
    assert of_units[put] < 0.0


def test_rates_and_points_are_measured_for_a_move_of_their_own(book, small):
    candidates = compile_candidates(book, small)
    bands = factor_bands(book, candidates, asked_bands([], {"rates_10y": "..1%", "vix": "..1%"}))
    for band, move in zip(bands, (0.01, 1.0), strict=True):
        step = betas(book.model, band.asked.factor, linked=True)
        held = sum(p.market_value * step[p.ticker] for p in book.portfolio.positions)
        assert band.limited[0] == pytest.approx(held * move, rel=1e-9)
    assert [band.kept(np.zeros(len(candidates.lines)), 1.0).move for band in bands] == [
        "+100bp",
        "+1pts",
    ]


def test_a_problem_without_such_limits_is_the_one_it_was(book, small):
    asked = setting(book, small, REFERENCE)
    assert asked.bands == ()
    assert {c.name for c in hedge_problem(asked).constraints} == {
        f"loss in {REFERENCE}",
        f"no profit from {REFERENCE}",
        "gross of the hedge",
        "share of daily volume",
        "budget",
    }


def test_turnover_is_what_changes_hands_sales_and_premiums_included(book, small):
    asked = setting(book, small, turnover=0.30, max_lines=None, min_ticket=0.0)
    lines, value = asked.candidates.lines, np.zeros(len(asked.candidates.lines))
    for j, line in enumerate(lines):
        value[j] = abs(asked.candidates.value[j]) if line.type != "future" else asked.candidates.notional[j]  # fmt: skip
    found = solved(asked).trades
    free = solved(setting(book, small, max_lines=None, min_ticket=0.0)).trades

    assert np.abs(found) @ value <= 0.30 * book.nav * (1 + 1e-9)
    assert np.abs(free) @ value > 0.50 * book.nav
    assert any(line.type == "sell_down" and units for line, units in zip(lines, found, strict=True))
    put = asked.candidates.index("QQQ 2026-02-20 580 P")
    row = hedge_problem(asked).constraints[[c.name for c in hedge_problem(asked).constraints].index("turnover")]  # fmt: skip
    assert row.notional[put] == pytest.approx(asked.candidates.value[put])
    assert row.notional[put] < 0.1 * asked.candidates.notional[put]


def test_no_ticket_is_larger_than_the_largest(book, small):
    asked = setting(book, small, max_ticket=0.10)
    trades = solved(asked).trades
    sizes = asked.candidates.notional * np.abs(trades)

    assert sizes.max() <= 0.10 * book.nav * (1 + 1e-9)
    assert sizes.max() > 0.09 * book.nav


@pytest.mark.parametrize(("side", "sign"), [("long", 1.0), ("short", -1.0)])
def test_one_side_leaves_selling_down_open(book, small, side, sign):
    asked = setting(book, small, side=side)
    trades = solved(asked).trades
    sales = asked.candidates.mask("sell_down")

    assert (sign * trades[~sales] >= 0.0).all()
    assert (trades[sales] < 0.0).any()
    shut = setting(book, small, side="long")
    assert not STRATEGIES["index_short"].trades(shut).any()
    assert STRATEGIES["index_short"].trades(setting(book, small, side="short")).any()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"neutral": ["market"]}, "neutral market"),
        ({"bands": {"semis_memory": "50%.."}}, "band semis_memory"),
        ({"turnover": 0.01}, "turnover"),
        ({"max_ticket": 0.01}, "max ticket"),
        ({"side": "long"}, "side long"),
        ({"side": "short"}, ""),
    ],
)
def test_a_comparison_marks_the_limits_that_trades_break(book, small, asked, expected):
    trades = STRATEGIES["sector_etf_short"].trades(setting(book, small))
    broken = broken_limits(setting(book, small, **asked), trades)
    assert broken == ((expected,) if expected else ())


def test_strategies_keep_sizes_and_sides_and_the_cheapest_keeps_exposures(book, small):
    band = {"market": "..110%"}
    asked = setting(
        book, small, bands=band, turnover=0.9, max_ticket=0.4, side="short", budget=None
    )
    assert broken_limits(asked, STRATEGIES["cheapest"].trades(asked)) == ()
    for name in ("index_short", "minimum_es", "sparse_basket"):
        assert set(broken_limits(asked, STRATEGIES[name].trades(asked))) <= {"band market"}
    assert "band market" in broken_limits(asked, STRATEGIES["do_nothing"].trades(asked))


def test_a_budget_of_zero_conflicts_with_an_exposure(book, small):
    with pytest.raises(InfeasibleHedgeError) as refused:
        solved(setting(book, small, neutral=["market"], budget=0.0))
    assert set(refused.value.conflict) == {"neutral market", "budget"}
    assert refused.value.nearest_budget > 0.0


def run(*words):
    return CliRunner().invoke(foreshock, ["hedge", "ai_growth", "--draws", "2000", *words])


@pytest.mark.parametrize(
    ("typed", "conflict", "granted"),
    [
        (("--neutral", "market", "--turnover", "10%"), ("neutral market", "turnover"), "--turnover"),
        (("--neutral", "market", "--max-ticket", "2%"), ("neutral market", "max ticket"), "--max-ticket"),
        (
            ("--neutral", "market", "--side", "long", "--max-lines", "0", "--sell-down", "0%", "--budget", "none", "--gross", "200%"),
            ("neutral market", "side long"),
            "--side",
        ),
        (
            ("--band", "market=..10%", "--gross", "10%", "--sell-down", "0%", "--scenario-share", "100%"),
            ("band market", "gross of the hedge"),
            "--band",
        ),
        (
            ("--neutral", "market", "--gross", "10%", "--sell-down", "0%", "--scenario-share", "100%"),
            ("neutral market", "gross of the hedge"),
            "--band",
        ),
    ],
)  # fmt: skip
def test_a_conflict_names_the_words_that_were_typed_and_what_grants_a_hedge(
    typed, conflict, granted, tmp_path
):
    path = tmp_path / "few.csv"
    path.write_text(
        "# as_of: 2025-12-31\n"
        "type,underlying,price,half_spread,commission,borrow,financing\n"
        "cash,USD,,,,,3.7%\n"
        "etf,SMH,360,1bp,0.005,0.4%,\n"
        "etf,QQQ,613,1bp,0.005,0.3%,\n"
        "etf,SPY,680,1bp,0.005,0.3%,\n"
    )
    refused = run(*typed, "--universe", str(path))
    assert refused.exit_code == 1, refused.output
    named = re.search(
        r"together \(of these alone, any one fewer can be met\): (.*?)\. ", refused.stderr
    )[1]
    assert set(re.findall(r"'([^']+)'", named)) == set(conflict)

    advice = re.search(r"As you type it: (--[a-z-]+) (\S+)", refused.stderr)
    assert advice[1] == granted
    words = list(typed)
    if granted == "--band" and "--neutral" in words:
        assert "instead of --neutral market" in refused.stderr
        words[:2] = ["--band", ""]
    words[words.index(granted) + 1] = advice[2].rstrip(".")
    # The least that helps is reached by one hedge alone, on many lines and parts of a lot.
    done = run(*words, "--universe", str(path), "--max-lines", "0", "--broken-lots")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--neutral", "marke"), "'marke' is not a factor of model us-ai-2025-12. Did you mean 'market'?"),
        (("--band", "NVDA=..5%"), "band NVDA: 'NVDA' is not a factor"),
        (("--band", "market=5%"), "band market: '5%' is not LOW..HIGH"),
        (("--band", "market=-2%...5%"), "band market: '-2%...5%' is not LOW..HIGH"),
        (("--band", "market=..5"), '\'5\' has no unit. Did you mean "5%"?'),
        (("--band", "market=2%..1%"), "2% is above 1%"),
        (("--neutral", "market", "--band", "market=..1%"), "the exposure to market is limited twice"),
        (("--turnover", "-1%"), "turnover -0.01 (--turnover -1%) is not between"),
        (("--max-ticket", "0.01%"), "max_ticket 0.0001 (--max-ticket 0.01%) is below min_ticket 0.001 (--min-ticket 0.1%)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_the_words_that_were_typed(words, message):
    done = run(*words)
    assert done.exit_code == 3, done.output
    assert message in done.stderr


def test_all_bands_that_cannot_be_read_are_said_at_once():
    with pytest.raises(InputError) as refused:
        asked_bands([], {"market": "1%", "gold": "..", "oil": "3%..2%"})
    assert len(refused.value.problems) == 3


def test_edges_may_be_open_negative_and_beyond_the_whole_book():
    low, open_, under = asked_bands(
        [], {"market": "-150%..-120%", "gold": "..30%", "oil:alone": "−2%.."}
    )
    assert (low.lower, low.upper) == (-1.5, -1.2)
    assert (open_.lower, open_.edges) == (-math.inf, "..30%")
    assert (under.lower, under.upper, under.factor, under.propagation) == (-0.02, math.inf, "oil", "alone")  # fmt: skip
    assert low.widened(0.00001).edges == "-150.01%..-119.99%"
    assert AskedBand(target="x", lower=0.0, upper=0.02).widened(0.001).edges == "-0.1%..2.1%"


def test_a_band_is_aimed_a_little_inside_when_lots_break_it():
    band = {"name": "band", "exposures": np.ones(2)}

    def tightened(stated):
        return stated.relaxed(-0.01 * stated.size)

    two = tightened(Band(lower=-2.0, upper=4.0, **band))
    assert (two.lower, two.upper) == pytest.approx((-1.97, 3.97))
    one = tightened(Band(lower=-math.inf, upper=4.0, **band))
    assert (one.lower, one.upper) == (-math.inf, pytest.approx(3.96))
    point = tightened(Band(lower=1.0, upper=1.0, **band))
    assert (point.lower, point.upper) == (1.0, 1.0)


@pytest.mark.parametrize("gross", [1.0105, 1.013, 1.017])
def test_whole_lots_near_the_optimum_are_found_between_binding_limits(book, universe, gross):
    asked = setting(
        book, universe, REFERENCE, neutral=["market"], max_ticket=0.40, gross_share=gross
    )
    trades = solved(asked).trades
    lots = np.array([line.lot for line in asked.candidates.lines])

    assert broken_limits(asked, trades) == ()
    assert np.allclose(trades / lots, np.round(trades / lots))
    assert 0 < np.count_nonzero(trades) <= 10
