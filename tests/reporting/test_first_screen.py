"""The first screen: order and wording are the point, and nothing is faked."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re

import pytest

import stress
from stress.portfolio.position import LedgerRow
from stress.reporting.first_screen import first_screen, result_screen, results_screen
from stress.reporting.words import headline_title

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def screen(results) -> str:
    return first_screen(results, today=TODAY, hint="NEXT  foreshock run my.csv -s ID")


def grouped_by(results, column):
    """Return a run as if it had been asked for groups."""
    found = tuple(dataclasses.replace(result, grouped=column) for result in results)
    return dataclasses.replace(results, results=found)


def test_it_reads_in_the_order_a_risk_manager_asks(screen: str) -> None:
    landmarks = [
        "my.csv · NAV 10.00m USD · positions of 2026-11-20 · model us-ai-2025-12",
        "STRESSED 96.8 % of gross",
        "NOT STRESSED 3.2 %: XYZF.",
        "IF 27 JANUARY 2025 HAPPENED AGAIN      deepseek-2025-01-27 · measured · 1 session, Fri to Mon",
        "  Expected ",
        "  95 % of variations ",
        "  Tail average (ES) ",
        "  Your ordinary bad day ",
        "These figures say what happens IF it happens. They do not say how likely it is.",
        "ALL SCENARIOS   % of NAV, loss negative",
        "WHERE ",
        "HOW FAR TO TRUST IT",
        "NEXT  foreshock run my.csv",
    ]
    places = [screen.index(words) for words in landmarks]
    assert places == sorted(places)


def test_every_line_fits_a_terminal_of_100_columns(results, screen: str) -> None:
    pages = [screen, first_screen(results, today=TODAY, show_all=True), results_screen(results)]
    for result in results:
        alone = dataclasses.replace(results, results=(result,))
        pages.append(first_screen(alone, today=TODAY))
    pages += [result_screen(result) for result in (*results, results.baseline)]
    for page in pages:
        assert max(map(len, page.splitlines())) <= 100
        assert not re.search(r"[ \t]+$", page, re.M)
        assert not re.search(r"\bnan\b", page, re.I)


def test_the_headline_is_the_number_of_the_result(results, screen: str) -> None:
    first = results[0]
    assert f"{first.expected / 1e6:+.2f}m" in screen
    assert f"{100 * first.expected_of_nav:+.1f} %" in screen
    ordinary = -results.baseline.measure("expected_shortfall", level=0.975).value
    assert f"{ordinary / 1e6:+.2f}m" in screen
    assert f"this is {first.times_ordinary:.1f} times it" in screen


def test_losses_are_negative_and_the_word_var_is_not_used_given_a_scenario(screen: str) -> None:
    assert "VaR" not in screen
    assert "value at risk" not in screen
    tail = re.search(r"Tail average \(ES\) +([-+])", screen)
    assert tail is not None
    assert tail[1] == "-"


def test_a_year_of_history_older_than_the_book_is_on_the_first_line(results) -> None:
    line = first_screen(results, today=datetime.date(1999, 1, 1)).splitlines()[0]
    assert "(! data end 325 days ago)" in line


def test_the_age_is_judged_at_the_books_date_or_today_where_it_states_none(
    run_on, make, say
) -> None:
    one = (say("a-shock", {"market": "-5%"}, kind="hypothetical"),)
    dateless = run_on(make("b.csv", {"KO": 1e6}), scenarios=one)
    recent = first_screen(dateless, today=datetime.date(2026, 1, 20))
    assert "positions' date not stated · model us-ai-2025-12 (data to 2025-12-30)" in recent
    assert "!" not in recent.splitlines()[1]
    aging = first_screen(dateless, today=datetime.date(2026, 4, 1))
    assert "data end 92 days before the book" in aging
    old = first_screen(dateless, today=datetime.date(2026, 12, 30))
    assert "(! data end 365 days ago)" in old.splitlines()[0]


def test_what_is_left_out_opens_the_screen_with_its_size(screen: str, run_on, make, say) -> None:
    assert re.search(
        r"Figures below leave this one out\.\s+If they moved like your worst theme, add -\d\.\d % of NAV, in "
        r"deepseek-2025-01-27\.",
        screen,
    )
    whole = run_on(make("b.csv", {"KO": 1e6}), scenarios=(say("a-shock", {"market": "-5%"}),))
    assert "NOT STRESSED" not in first_screen(whole, today=TODAY)


def test_linked_and_alone_stand_side_by_side_and_a_difference_is_flagged(
    results, screen: str
) -> None:
    assert results[0].differs
    alone = results[0].alone
    line = next(line for line in screen.splitlines() if line.startswith("  ! Alone"))
    assert line.split()[2:4] == [f"{alone / 1e6:+.2f}m", f"{100 * alone / results[0].nav:+.1f}"]
    assert line.endswith("were the unstated factors to stand still: quote both")
    assert "! deepseek-2025-01-27" in screen
    assert "! alone and linked differ by more than a fifth: quote both" in screen


def test_scenarios_are_grouped_by_horizon_then_kind_never_ranked_across(
    results, screen: str
) -> None:
    table = screen[screen.index("ALL SCENARIOS") : screen.index("WHERE ")]
    order = [
        "1 session",
        "deepseek-2025-01-27",
        "second-day-rebound",
        "2-10 sessions, total over the period",
        "anchored-chips",
        "hyperscaler-capex-cut",
        "power-demand-derating",
        "over 10 sessions (separate table, --all): ai-winter-path",
    ]
    places = [table.index(words) for words in order]
    assert places == sorted(places)
    everything = first_screen(results, today=TODAY, show_all=True)
    assert "over 10 sessions, total over the period" in everything
    assert re.search(r"^. ai-winter-path +120 d", everything, re.M)


def test_a_long_group_is_cut_and_says_so(run_on, make, say) -> None:
    many = tuple(say(f"shock-{i}", {"market": f"-{i}%"}, kind="hypothetical") for i in range(1, 12))
    results = run_on(make("b.csv", {"KO": 1e6}), scenarios=many, draws=4096)
    assert "+ 4 more (--all)" in first_screen(results, today=TODAY)
    assert "more (--all)" not in first_screen(results, today=TODAY, show_all=True)


def test_attribution_adds_up_to_the_headline(results, screen: str) -> None:
    panel = screen[screen.index("WHERE ") : screen.index("HOW FAR")]
    names = [float(m) for m in re.findall(r"([-+]?\d+\.\d\d)m(?: |$)", panel, re.M)]
    shown = [float(m) for m in re.findall(r" ([-+]\d+\.\d\d)m", panel)]
    assert names
    assert sum(shown) == pytest.approx(results[0].expected / 1e6, abs=0.05)
    assert "3 others" in panel
    assert panel.count("  expected") == 1


def test_simulation_error_is_called_so_and_stands_away_from_the_headline(screen: str) -> None:
    line = next(line for line in screen.splitlines() if "±" in line)
    assert line.startswith("  simulation")
    assert line.endswith("(sampling error only)")
    assert "±" not in screen[: screen.index("HOW FAR")]


def test_severities_are_printed_where_nobody_measured(results) -> None:
    derating = next(result for result in results if result.id == "power-demand-derating")
    page = result_screen(derating)
    assert re.search(
        r"Expected by severity +-\d+\.\d % at 0\.5, .+ at 1, .+ at 1\.5 times the moves as written",
        page,
    )
    assert "IF THIS HAPPENED: POWER DEMAND DERATING" in page
    assert "Expected by severity" not in result_screen(results[0])


def test_a_measure_that_does_not_exist_leaves_its_line_out(results) -> None:
    bare = dataclasses.replace(results[0], measures=(), with_recorded_names=None, severities=())
    page = result_screen(bare)
    assert "Tail average" not in page
    assert "recorded moves" not in page
    assert "simulation" not in page


def test_a_gain_says_make_no_times_and_no_loss(run_on, make, say) -> None:
    up = run_on(
        make("b.csv", {"NVDA": 1e6}), scenarios=(say("up", {"market": "+5%"}, kind="hypothetical"),)
    )
    page = first_screen(up, today=TODAY)
    assert "times it" not in page
    assert re.search(r"Expected +\+", page)


def test_rows_that_were_not_read_stand_beside_the_coverage(results) -> None:
    plan = results[0].pnl.plan
    rows = tuple(
        LedgerRow(row=line, text="x", became="refused", reason=f"quantity 'n{line}' is no number")
        for line in (3, 5, 8)
    )
    portfolio = dataclasses.replace(plan.book.portfolio, ledger=rows)
    plan = dataclasses.replace(plan, book=dataclasses.replace(plan.book, portfolio=portfolio))
    lost = dataclasses.replace(results[0], pnl=dataclasses.replace(results[0].pnl, plan=plan))
    line = next(line for line in repr(lost).splitlines() if line.startswith("NOT READ"))
    assert line.startswith(
        "NOT READ 3 rows of the file, in no figure (line 3: quantity 'n3' is no number; line 5:"
    )
    assert line.endswith("; 1 more).")
    assert len(line) <= 100
    assert "NOT READ" not in repr(results[0])


def test_a_repr_opens_with_book_model_and_coverage(results) -> None:
    for page in (repr(results[0]), repr(results), repr(results.baseline)):
        lines = page.splitlines()
        assert "positions of 2026-11-20 · model us-ai-2025-12 (! data end 325 days ago)" in lines[0]
        assert lines[1].startswith("STRESSED 96.8 % of gross (own exposure 96.8).  NOT STRESSED")
    assert "Your ordinary bad day (1-day ES 97.5 %, no scenario) is" in repr(results)


def test_a_long_name_of_a_book_does_not_break_the_first_line(run_on, make, say) -> None:
    book = make("a-very-long-name-of-a-book-" * 4 + ".csv", {"KO": 1e6})
    page = first_screen(run_on(book, scenarios=(say("a-shock", {"market": "-5%"}),)), today=TODAY)
    head = page.splitlines()[:2]
    assert max(map(len, head)) <= 100
    assert "model us-ai-2025-12 (! data end" in head[0]
    assert "NAV" in head[0]


def test_a_book_of_cash_has_no_empty_parenthesis(run_on, make, say) -> None:
    page = first_screen(
        run_on(make("c.csv", {}, cash=1e6), scenarios=(say("a-shock", {"market": "-5%"}),)),
        today=TODAY,
    )
    assert "()" not in page
    assert "Gross is 0" in page


def test_a_compounded_total_says_that_it_is_skewed(results) -> None:
    winter = next(result for result in results if result.id == "ai-winter-path")
    page = " ".join(repr(winter).split())
    assert (
        f"Totals over 120 sessions are compounded and skewed: half of the variations lie below "
        f"{100 * winter.dispersion.median:+.1f} %. Expected is the P&L at the central moves; the variations have "
        "no mean." in page
    )
    assert ("The range is this wide" in page) == (winter.band[1] - winter.band[0] > winter.nav)
    assert "compounded" not in repr(results[0])
    bars = [line for line in repr(winter).splitlines() if re.search(r"#(  expected)?$", line)]
    assert len(bars) == 8
    assert sum(line.endswith("expected") for line in bars) == 1


def test_a_path_says_which_figure_is_which(run_on, ai_book, say) -> None:
    steps = tuple(
        dataclasses.replace(say(f"step-{i}", {"market": "-6%"}, kind="hypothetical", horizon=30))
        for i in (1, 2, 3)
    )
    path = dataclasses.replace(
        say("down", {"market": "-12%"}, kind="hypothetical", horizon=60), path=steps
    )
    found = run_on(ai_book, scenarios=(path,))
    page = first_screen(found, today=TODAY)
    assert re.search(r"^  Expected .+ end point in one step", page, re.M)
    second = found[0].path.periods[1].expected
    assert re.search(rf"^  Step by step +{second / 1e6:.2f}m .+ day 60; 95 %: ", page, re.M)
    assert "the two ranges are two answers" in " ".join(page.split())
    further = dataclasses.replace(
        path, moves=say("x", {"market": "-20%", "vix": "8pts"}, kind="hypothetical").moves
    )
    other = " ".join(repr(run_on(ai_book, scenarios=(further,))[0]).split())
    assert (
        "The steps do not lead to the end that is stated: market to -11.6%, stated as -20%. Step by step"
        in other
    )
    assert "two answers" not in other
    elsewhere = dataclasses.replace(path, horizon_days=70)
    said = " ".join(repr(run_on(ai_book, scenarios=(elsewhere,))[0]).split())
    assert "which are not the way to this end point" in said
    assert re.search(r"Step by step .+ day 90; 95 %: ", said)
    assert max(map(len, page.splitlines())) <= 100


def test_figures_beyond_all_bounds_keep_the_width(results) -> None:
    wild = dataclasses.replace(
        results[0],
        band=(-1.2e8, 9.9e8),
        baskets=tuple(dataclasses.replace(line, pnl=line.pnl * 1e4) for line in results[0].baskets),
        names=tuple(
            dataclasses.replace(line, pnl=line.pnl * 1e4, value=line.value * 1e4)
            for line in results[0].names
        ),
        dispersion=dataclasses.replace(
            results[0].dispersion, edges=tuple(1e4 * e for e in results[0].dispersion.edges)
        ),
    )
    page = first_screen(dataclasses.replace(results, results=(wild, results[1])), today=TODAY)
    assert max(map(len, page.splitlines())) <= 100
    assert "-1200 .. +9900" in page


def test_severity_is_said_where_it_is_not_one(results) -> None:
    harder = dataclasses.replace(
        results[2], completed=dataclasses.replace(results[2].completed, severity=1.5)
    )
    assert "· severity 1.5" in result_screen(harder)


def test_all_factors_stated_is_said_instead_of_an_uncertainty_of_the_shock(
    run_on, make, say, ai_book
) -> None:
    model = run_on(ai_book)[0].pnl.plan.book.model
    moves = {f.name: {"%": "-1%", "bp": "+1bp", "pts": "+1pts"}[f.unit] for f in model.factors}
    page = first_screen(run_on(ai_book, scenarios=(say("every-factor", moves),)), today=TODAY)
    assert "all factors are stated: only single names vary" in page


def test_groups_add_up_and_say_so(results) -> None:
    page = first_screen(grouped_by(results, "account"), today=TODAY)
    assert "BY ACCOUNT   groups add up to the book, cash included" in page
    assert re.search(r"^  main +9\.20m", page, re.M)
    assert re.search(r"^  unclassified +0\.50m +0\.00m", page, re.M), "cash has no account"
    assert re.search(r"^  NOT STRESSED +0\.30m   left out of all figures$", page, re.M)
    lines = results[0].by("account")
    shares, own = (
        max(getattr(line, name) or 0.0 for line in lines) for name in ("tail_error", "alone_error")
    )
    nav = results[0].nav
    assert shares > 0.0
    assert own > 0.0
    assert (
        f"  simulation error of shares of the tail average up to ± {100 * shares / nav:.2f} %, "
        f"of own tails up to ± {100 * own / nav:.2f} % of NAV" in page
    )
    factors = first_screen(grouped_by(results, "factor"), today=TODAY)
    assert re.search(
        r"^  simulation error of shares of .* up to ± \d\.\d\d % of NAV$", factors, re.M
    )


def test_each_position_has_a_tail_of_its_own_and_values_add_up_to_nav(results) -> None:
    lines = results[0].by("position")
    assert math.fsum(line.value for line in lines) == pytest.approx(results[0].nav, rel=1e-12)
    assert math.fsum(line.expected for line in lines) == pytest.approx(results[0].expected)
    assert {line.label for line in lines if line.alone_tail is None} == {"NOT STRESSED"}
    page = first_screen(grouped_by(results, "position"), today=TODAY)
    assert re.search(r"^  NVDA .* -\d\.\d\dm$", page, re.M)


def test_so_many_groups_that_none_has_a_tail_of_its_own_say_why(results, monkeypatch) -> None:
    monkeypatch.setattr("stress.results.grouping.MOST_TAILS", 3)
    page = first_screen(grouped_by(results, "position"), today=TODAY)
    assert "  no own tails: more than 3 groups" in page
    monkeypatch.undo()
    monkeypatch.setattr("stress.results.grouping.MOST_CELLS", 10_000)
    page = first_screen(grouped_by(results, "position"), today=TODAY)
    assert "  no own tails: 10 groups of 4,096 draws are more than 10,000 numbers" in page


def test_too_few_draws_leave_the_tails_of_groups_out_and_say_so(run_on, make, say, ai_book) -> None:
    few = run_on(ai_book, draws=300, scenarios=(say("a-shock", {"market": "-5%"}),))
    page = first_screen(grouped_by(few, "account"), today=TODAY)
    assert "no own tails: too few of 300 draws in the tail" in page
    assert "simulation error of shares" not in page
    assert re.search(r"^  main .* %  +-  +-  +-$", page, re.M)
    rows = grouped_by(few, "account")[0].to_dict()["groups"]["rows"]
    assert {row["expected_shortfall_contribution"] for row in rows} == {None}
    first_screen(grouped_by(few, "factor"), today=TODAY)


def test_a_stated_nav_is_not_what_groups_add_up_to(run_on, make, say) -> None:
    book = dataclasses.replace(make("my.csv", {"KO": 1e6}), nav=5e6, nav_source="stated")
    found = grouped_by(run_on(book, scenarios=(say("a-shock", {"market": "-5%"}),)), "account")
    page = first_screen(found, today=TODAY)
    assert "BY ACCOUNT   P&L adds up to the book, values to its positions: 1.00m" in page


def test_several_books_are_compared_first_then_shown_one_by_one(run_on, make, say, ai_book) -> None:
    other = make("other.csv", {"KO": 500_000, "NVDA": -100_000}, cash=50_000)
    one = (say("chips", {"semis_ai_compute": "-15%"}),)
    page = first_screen(run_on(ai_book, other, scenarios=one), today=TODAY)
    assert page.startswith("BOOKS IF chips\n")
    assert page.index("my.csv · NAV") < page.index("other.csv · NAV 450.0k USD")


def test_nothing_a_file_says_can_command_the_terminal(run_on, make, say) -> None:
    book = make("evil\x1b[31m.csv", {"KO": 1e6})
    page = first_screen(run_on(book, scenarios=(say("a-shock", {"market": "-5%"}),)), today=TODAY)
    assert "\x1b" not in page


def test_a_moment_of_a_day_is_not_said_to_be_the_day() -> None:
    titles = [
        headline_title(stress.load_scenario(id_))
        for id_ in ("deepseek-2025-01-27", "deepseek-press-time", "deepseek-open")
    ]
    assert titles == [
        "IF 27 JANUARY 2025 HAPPENED AGAIN",
        "IF 27 JANUARY 2025 (PRESS TIME) HAPPENED AGAIN",
        "IF 27 JANUARY 2025 (OPEN) HAPPENED AGAIN",
    ]
