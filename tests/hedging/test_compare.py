"""The comparison: same draws and costs for all, ties, variants, regret, and a convex frontier."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import stress
from stress.cli import foreshock
from stress.errors import InputError
from stress.factors.variants import DECLARED, derived_variants
from stress.files.universes.file import load_universe
from stress.hedging.comparing.compare import compare_strategies
from stress.hedging.comparing.limits_kept import broken_limits
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.default_problem import bounds, limits
from stress.hedging.frontier import frontier
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.out_of_sample import fresh_law, perturbed
from stress.hedging.prepared import setting_of
from stress.hedging.settings import HedgeSettings
from stress.hedging.strategies import STRATEGIES
from stress.opening import open_book
from stress.portfolio.instruments import Cash
from stress.portfolio.position import Portfolio, Position
from stress.reporting.hedge_picture import comparison_picture
from stress.reporting.trade_words import trades_in_words
from stress.risk.standard_errors import expected_shortfall_difference
from stress.tables import SCREEN_WIDTH

REFERENCE = "deepseek-2025-01-27"


@pytest.fixture(scope="module")
def setting():
    universe = load_universe("hedges_us_ai")
    keep = [
        line
        for line in universe.lines
        if line.type not in ("put", "put_spread", "collar") or line.instrument.underlying == "QQQ"
    ]
    return setting_of(
        open_book("ai_growth"),
        replace(universe, lines=tuple(keep)),
        [stress.load_scenario(REFERENCE)],
        HedgeSettings(draws=4_000),
    )


@pytest.fixture(scope="module")
def comparison(setting):
    return compare_strategies(
        setting,
        family=[stress.load_scenario(i) for i in ("second-day-rebound", "inference-boom")],
        variants=derived_variants(setting.book.model)[:2],
    )


@pytest.mark.parametrize(("draws", "flagged"), [(20, True), (1999, True), (2000, False)])
def test_strategies_fitted_to_too_few_draws_are_flagged(draws, flagged):
    found = stress.compare(
        "utilities_income",
        draws=draws,
        strategies=["minimum_es", "do_nothing"],
        model_variants=False,
        frontier=False,
        family=[],
    )
    said = [text for text in found.warnings if "draws in the tail; an ES needs 50" in text]

    assert bool(said) is flagged
    assert [text in json.loads(found.to_json())["warnings"] for text in said] == [True] * len(said)
    assert bool(found.overfitted) is flagged
    page = str(found)
    assert ("! OVERFITTED, go by none of it: fitted to" in page.split("RANKING")[0]) is flagged
    assert max(len(line) for line in page.splitlines()) <= 100


def test_a_book_that_is_opened_is_compared_under_the_variants_of_its_file():
    asked = {
        **{"draws": 300, "strategies": ["do_nothing"], "frontier": False, "family": []},
        "scenarios": [REFERENCE],
    }
    from_file = stress.compare("utilities_income", **asked)
    opened = stress.compare(open_book("utilities_income"), **asked)

    assert opened.variants == from_file.variants == 1 + len(DECLARED) + 5
    assert opened.row("do_nothing").score == pytest.approx(from_file.row("do_nothing").score)


def test_there_are_at_least_twelve_and_all_find_trades_or_say_why(comparison):
    assert len(comparison.rows) == len(STRATEGIES) >= 12
    assert [row.title for row in comparison.rows if row.failed] == []
    assert sorted(row.rank for row in comparison.rows) == list(range(1, len(STRATEGIES) + 1))


@pytest.mark.parametrize("name", [n for n in STRATEGIES if n not in ("sell_down", "trim_riskiest")])
def test_every_strategy_keeps_the_shared_limits(setting, name):
    trades = STRATEGIES[name].trades(setting)
    lower, upper = bounds(setting)
    size = np.maximum(np.abs(lower), np.abs(upper))
    slack = 1e-6 * np.where(np.isfinite(size), size, 0.0)

    assert (trades >= lower - slack).all()
    assert (trades <= upper + slack).all()
    gross = setting.candidates.notional @ np.abs(trades)
    assert gross <= setting.book.portfolio.gross * (1 + 1e-6)
    assert setting.rates.of(trades).all_in <= 0.005 * setting.book.nav * (1 + 1e-6)
    assert setting.chosen[0].hedged(trades) <= 1e-6 * abs(setting.chosen[0].pnl)
    assert limits(setting)


def test_doing_nothing_is_the_book_and_optimisers_beat_their_own_subsets(setting, comparison):
    nothing = comparison.row("do_nothing")
    assert nothing.fresh == pytest.approx(comparison.unhedged)
    assert nothing.cost.all_in == nothing.regret == 0.0
    costs = setting.rates.over(BASELINE_DAYS)

    def objective(name):
        trades = np.zeros(len(setting.candidates.lines))
        for id_, units in comparison.row(name).trades:
            trades[setting.candidates.index(id_)] = units
        return comparison.row(name).fitted + costs.of(trades)

    assert objective("minimum_es") <= min(
        objective(name) for name in ("protective_puts", "index_short", "sparse_basket", "collars")
    ) * (1 + 1e-6)


def test_a_strategy_that_breaks_a_limit_says_which(comparison, setting):
    loss = f"loss in {REFERENCE}"
    breaks = {row.name: row.breaks for row in comparison.rows}

    assert breaks["proposal"] == breaks["cheapest"] == ()
    assert breaks["do_nothing"] == breaks["index_short"] == (loss,)
    assert breaks["sell_down"] == ("positions sold down by at most 10%",)
    assert set(breaks["trim_riskiest"]) == {loss, "positions sold down by at most 10%"}
    for row in comparison.rows:
        after = dict(row.scenarios)[REFERENCE]
        assert (loss in row.breaks) == (after < 0.5 * setting.chosen[0].pnl * (1 + 1e-6))


def test_the_page_marks_them_and_claims_no_more(comparison):
    page = str(comparison)
    marked = next(line for line in page.splitlines() if "sell down, pro rata" in line)
    letter = marked.split()[-1]

    assert f"{letter} does not keep this limit of a proposal: positions sold down" in page
    assert "same limits" not in page
    assert "the book holds them: selling NVDA, AVGO, VRT, VST, ANET" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"gross_share": 0.001}, "gross of the hedge"),
        ({"adv_share": 1e-6}, "share of daily volume"),
        ({"budget": 1e-5}, "budget"),
    ],
)
def test_every_limit_that_trades_break_is_named(setting, asked, expected):
    trades = STRATEGIES["sector_etf_short"].trades(setting)
    tight = replace(setting, settings=replace(setting.settings, **asked))

    assert broken_limits(setting, trades) == ()
    assert broken_limits(tight, trades) == (expected,)


def test_trades_that_raise_the_tail_or_profit_from_the_shock_are_named(setting):
    trades = STRATEGIES["sector_etf_short"].trades(setting)
    profit = f"no profit from {REFERENCE}"

    assert "baseline ES not raised" in broken_limits(setting, -0.1 * trades)
    assert profit in broken_limits(setting, 3.0 * trades)


def test_selling_half_halves_the_tail(comparison):
    assert comparison.row("sell_down").fresh == pytest.approx(0.5 * comparison.unhedged, rel=1e-9)
    assert dict(comparison.row("sell_down").scenarios)[REFERENCE] == pytest.approx(
        0.5 * dict(comparison.before)[REFERENCE]
    )


def test_ties_are_those_of_the_paired_error(setting, comparison):
    fresh = fresh_law(setting)
    first, second = comparison.rows[:2]

    def pnl(row):
        trades = np.zeros(len(setting.candidates.lines))
        for id_, units in row.trades:
            trades[setting.candidates.index(id_)] = units
        return hedged(fresh, trades)

    difference, error = expected_shortfall_difference(pnl(second), pnl(first), level=0.975)
    difference += second.cost.all_in - first.cost.all_in
    assert second.above == pytest.approx(difference, rel=1e-6)
    assert second.above_error == pytest.approx(error, rel=1e-6)
    # Beside the error of the draws, what the solver's own gap could turn round.
    assert second.tied == (abs(difference) <= 1.96 * error + 1e-5 * second.score)


def test_first_in_counts_every_variant_once(comparison):
    assert comparison.variants == 3
    assert sum(row.first_in for row in comparison.rows) == 3


def test_regret_is_what_is_given_up_in_a_benign_scenario(comparison):
    """The P&L of a scenario contains what its sessions take from options: their decay is not added a second time."""
    decays = False
    for row in comparison.rows:
        before, after = dict(comparison.before), dict(row.scenarios)
        expected = max(before[i] - after[i] for i in before if before[i] > 0)
        expected += row.cost.entry + row.cost.borrow + row.cost.financing

        assert row.regret == pytest.approx(expected)
        assert before[row.regret_in] > 0.0
        decays |= row.cost.decay > 0.0
    assert decays


def test_the_page_says_in_which_scenario_the_regret_is(comparison):
    block = str(comparison).split("IN SCENARIOS")[1].split("FRONTIER")[0]
    said = " ".join(block.split())
    where = {row.regret_in for row in comparison.rows if row.trades}

    assert where
    for id_ in where:
        assert f"regret is that in {id_}" in said
    assert "without decay of premium" in said
    assert max(len(line) for line in block.splitlines()) <= SCREEN_WIDTH


def test_the_frontier_is_convex_and_monotone_and_ends_at_the_book(setting, comparison):
    points = comparison.frontier
    cost = np.array([p.budget for p in points])
    es = np.array([p.es for p in points])

    assert es[0] == es_of(setting.baseline.pnl, 0.975)
    assert (np.diff(es) <= 1e-5 * es[0]).all()
    slopes = np.diff(es) / np.diff(cost)
    assert (np.diff(slopes) >= -1e-4 * abs(slopes[0])).all()
    assert all(p.cost <= p.budget * (1 + 1e-6) for p in points)
    assert all(p.band[0] < p.fresh < p.band[1] for p in points)


def test_a_frontier_of_given_budgets(setting):
    points = frontier(setting, fresh_law(setting), budgets=[0.0, 1_000.0, 2_000.0])
    assert [p.budget for p in points] == [0.0, 1_000.0, 2_000.0]
    assert not points[0].trades.any()


def test_a_perturbed_name_errs_alike_wherever_it_stands(setting):
    book, candidates = (perturbed(b, seed=5) for b in (setting.book, setting.candidates.book))
    i, j = book.name_index["NVDA"], candidates.name_index["NVDA"]

    assert (book.exposures[i] == candidates.exposures[j]).all()
    assert (book.exposures[i] != setting.book.exposures[i]).any()
    spy = candidates.name_index["SPY"]
    assert (candidates.exposures[spy] == setting.candidates.book.exposures[spy]).all()


def test_a_picture_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    started = CliRunner().invoke(
        foreshock, ["compare", "ai_growth", "--picture", str(tmp_path / "x.bmp")]
    )
    assert isinstance(started.exception, SystemExit)
    assert started.exit_code == 3
    assert "x.bmp: its suffix is no format of pictures. There are" in started.stderr


def test_the_page_the_document_and_the_picture(comparison):
    page = str(comparison)
    assert max(len(line) for line in page.splitlines()) <= 100
    for part in ("RANKING", "UNDER OTHER LAWS", "IN SCENARIOS", "FRONTIER", "not a probability"):
        assert part in page
    assert "the model range of `foreshock run` counts one more: the other propagation" in page
    document = json.loads(comparison.to_json())
    assert len(document["rows"]) == len(STRATEGIES)
    assert comparison_picture(comparison, "frontier.png").startswith(b"\x89PNG")
    assert comparison_picture(comparison, "Frontier.SVG").startswith(b"<?xml")


def test_a_comparison_plots_as_a_result_does_and_is_a_frame(comparison):
    axes = Figure().add_subplot()
    assert comparison.plot(axes) is axes
    assert axes.get_title(loc="left").startswith(comparison.portfolio_name)
    long = replace(comparison, portfolio_name="a-long-name-" * 9 + "end.csv").plot(axes)
    assert (
        long.get_title(loc="left")
        == "a-long-name-a-long-name-a-long-…-end.csv: what protection costs"
    )

    hollow = {
        line.get_label().split(maxsplit=1)[1]
        for line in comparison.plot(Figure().add_subplot()).lines
        if line.get_markerfacecolor() == "white"
    }
    assert hollow == {row.title for row in comparison.rows if row.breaks and not row.failed}
    assert "do nothing" in hollow

    frame = comparison.to_frame()
    assert list(frame.index) == [row.name for row in comparison.rows]
    first = comparison.rows[0]
    assert frame.loc[first.name, "all_in"] == first.cost.all_in
    assert frame.loc[first.name, "fresh"] + frame.loc[first.name, "all_in"] == pytest.approx(
        first.score
    )


def test_the_trades_of_every_strategy_stand_on_the_page_and_in_the_frame(comparison):
    block = str(comparison).partition("\nTRADES")[2].partition("\n\n")[0]
    said = " ".join(block.split())
    frame = comparison.to_frame()
    assert max(map(len, str(comparison).splitlines())) <= SCREEN_WIDTH
    for row in comparison.rows:
        words = trades_in_words(row.trades)
        assert frame.loc[row.name, "trades"] == "; ".join(words)
        assert (f"{row.title}: " in said) is bool(words)
        if not words:
            continue
        shown = [*words[:8], *([f"{len(words) - 8} more"] if len(words) > 8 else [])]
        assert f"{row.title}: {' · '.join(shown)}" in said
        # No line ends inside of a trade.
        assert all(trade in block for trade in shown)
    assert "-3,500 NVDA held" in frame.loc["sell_down", "trades"]
    html = comparison._repr_html_()
    assert html.count(">TRADES<") == 1
    assert "-3,500 NVDA held" in html.replace("\N{NO-BREAK SPACE}", " ")


def test_the_numbers_of_a_picture_stand_in_the_order_of_their_points(comparison):
    crowded = [
        replace(
            row, cost=comparison.rows[0].cost, fresh=comparison.unhedged * (1 - 1e-4 * row.rank)
        )
        for row in comparison.rows
    ]
    for shown in (comparison, replace(comparison, rows=tuple(crowded))):
        axes = shown.plot(Figure().add_subplot())
        titles = {f"{row.rank}  {row.title}" for row in shown.rows}
        assert titles <= {text.get_text() for text in axes.get_legend().get_texts()}

        numbers = {int(text.get_text()): text for text in axes.texts}
        assert sorted(numbers) == [row.rank for row in shown.rows]
        for row in shown.rows:
            assert numbers[row.rank].xy[1] == pytest.approx(100 * row.fresh / shown.nav)
        heights = [numbers[row.rank].xyann[1] for row in crowded]
    assert (-np.diff(heights) > 0.03 * 100 * comparison.unhedged / comparison.nav).all()


def test_every_strategy_is_in_the_documentation():
    page = (Path(__file__).resolve().parents[2] / "docs" / "hedging.md").read_text()
    assert [name for name in STRATEGIES if f"`{name}`" not in page] == []


def test_an_unknown_strategy(setting):
    with pytest.raises(InputError, match=r"strategy 'collar' is unknown. Did you mean 'collars'"):
        compare_strategies(setting, names=["collar"])


def test_a_strategy_that_cannot_says_so(setting):
    tight = replace(setting, settings=replace(setting.settings, budget=0.0))
    found = compare_strategies(tight, names=["do_nothing", "proposal"], frontier=False)

    assert "budget" in found.row("proposal").failed
    assert "NO TRADES" in str(found)


@pytest.mark.filterwarnings("error")
def test_a_book_without_risk_is_compared_like_any_other():
    """One empty account must not end a nightly loop over all."""
    cash = Position(id="USD", instrument=Cash("USD"), market_value=100.0, currency="USD")
    book = Portfolio(name="cash.csv", positions=(cash,), currency="USD", nav=100.0)
    found = stress.compare(book, draws=1_000)
    assert {row.name: row.trades for row in found.rows} == dict.fromkeys(STRATEGIES, ())


def test_without_variants_the_ranking_has_no_column_for_them(comparison):
    rows = tuple(replace(row, first_in=None) for row in comparison.rows)
    alone = str(replace(comparison, variants=0, rows=rows))
    heads = [
        next(line for line in page.splitlines() if "carry/m" in line)
        for page in (str(comparison), alone)
    ]
    assert [line.split().count("first") for line in heads] == [1, 0]
