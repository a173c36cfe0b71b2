"""Notebook output: escaped, self-contained, the terminal's figures and words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

import stress
from stress.reporting.headline import headline_rows
from stress.reporting.html_blocks import GAP, table, verbatim
from stress.results.dispersion import variation_bins
from stress.tables import Column, money_unit, percent


def words_of(page: str) -> str:
    """Return what a reader sees; it also proves that the page is well-formed."""
    return " ".join(" ".join(ElementTree.fromstring(page).itertext()).split())


def pages(results) -> list[str]:
    shown = [results, results.baseline, *results]
    return [one._repr_html_() for one in shown]


def test_it_says_what_it_assumes(results) -> None:
    page = words_of(results[0]._repr_html_())
    assert f"If this happens, we expect to lose {-100 * results[0].expected_of_nav:.1f} %" in page
    assert "This is not a forecast and not a VaR: it assumes the event happens." in page
    assert "If this happens" not in results.baseline._repr_html_()
    whole = words_of(results._repr_html_())
    assert "Your ordinary bad day (1-day ES 97.5 %, no scenario) is" in whole


def test_every_figure_of_the_headline_is_the_terminals(results) -> None:
    for result in results:
        page = words_of(result._repr_html_())
        rows = headline_rows(result, None, unit=money_unit(result.nav))
        assert len(rows) >= 3
        terminal = " ".join(repr(result).split())
        for row in rows:
            for cell in (row.money.strip(), row.share, row.meaning):
                assert cell in page
                assert cell in terminal


def test_the_order_is_the_terminals(results) -> None:
    page = words_of(results[0]._repr_html_())
    marks = ("STRESSED", "NOT STRESSED", "IF 27 JANUARY 2025", "Expected", "95 % of variations")
    marks += ("Tail average (ES)", "These figures say what happens IF", "COMES FROM", "HOW FAR TO")
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_a_gain_is_said_as_a_gain(results) -> None:
    rebound = next(result for result in results if result.id == "second-day-rebound")
    assert rebound.expected > 0.0
    page = words_of(rebound._repr_html_())
    assert f"we expect to make {percent(rebound.expected_of_nav, signed=False)}" in page
    assert "ordinary bad day" not in page


def test_a_band_across_zero_keeps_its_signs(run_on, make, say) -> None:
    result = run_on(make("ko.csv", {"KO": 1e6}), scenarios=(say("calm", {"market": "-0.5%"}),))[0]
    lower, upper = result.band
    assert lower < 0.0 < upper
    span = (
        f"(variations could make it anything from {percent(lower / 1e6)} to {percent(upper / 1e6)})"
    )
    assert span in words_of(result._repr_html_())


def test_scenarios_are_grouped_by_horizon_and_flagged(results) -> None:
    whole = words_of(results._repr_html_())
    page = whole[whole.index("ALL SCENARIOS") : whole.index("Your ordinary bad day")]
    assert [page.count(result.id) for result in results] == [1] * len(results)
    assert f"{len(results.warnings)} warnings" in whole
    assert all(" ".join(said.split()) in whole for said in results.warnings)
    order = [page.index(mark) for mark in ("1 session", "2-10 sessions", "over 10 sessions")]
    assert order == sorted(order)
    flagged = [result for result in results if result.differs]
    assert flagged
    for result in results:
        assert (f"! {result.id}" in page) == result.differs


def test_the_picture_marks_the_band(results) -> None:
    root = ElementTree.fromstring(results[0]._repr_html_())
    bars = root.findall(".//rect")
    bins = variation_bins(results[0].pnl.totals / results[0].nav)
    assert bins is not None
    assert len(bars) == len(bins.shares)
    inside = [bar for bar in bars if bar.get("fill-opacity") == ".45"]
    assert 0 < len(inside) < len(bars)
    drawn = [float(bar.get("height")) for bar in bars]
    assert drawn.index(max(drawn)) == bins.shares.argmax()
    assert min(float(bar.get("width")) for bar in bars) > 0.0


def test_variations_that_are_alike_have_no_picture(run_on, make, say) -> None:
    result = run_on(make("cash.csv", {}, cash=1e6), scenarios=(say("a", {"market": "-5%"}),))[0]
    assert variation_bins(result.pnl.totals / result.nav) is None
    assert "<svg" not in result._repr_html_()


def test_warnings_can_be_opened(results) -> None:
    warned = [result for result in results if result.warnings]
    assert warned
    for result in warned:
        items = ElementTree.fromstring(result._repr_html_()).findall(".//li")
        assert [item.text for item in items] == [" ".join(w.split()) for w in result.warnings]


def test_nothing_is_fetched_and_nothing_runs(results) -> None:
    for page in pages(results):
        ElementTree.fromstring(page)
        assert not re.search(r"http|<script|<style|src=|href=|url\(|\son\w+=", page)


@pytest.mark.parametrize("name", ["<b>x</b>", "<script>alert(1)</script>.csv", "\"'><i>&amp;"])
def test_everything_a_file_says_is_escaped(run_on, make, say, name: str) -> None:
    shown = run_on(make(name, {"KO": 1e6}), scenarios=(say("a-shock", {"market": "-5%"}),))
    for page in pages(shown):
        assert name in "".join(ElementTree.fromstring(page).itertext())
        assert not re.search(r"<(b|i|script)\b", page)


def test_a_result_prints_itself(results) -> None:
    assert "IF 27 JANUARY 2025 HAPPENED AGAIN" in repr(results[0])
    assert "no scenario" in repr(results.baseline)
    assert repr(results).count("deepseek-2025-01-27") == 1


def test_the_worst_draw_is_on_no_page(results) -> None:
    assert any(estimate.measure == "worst_of_N" for estimate in results.baseline.measures)
    for page in (results.baseline._repr_html_(), repr(results.baseline)):
        assert "worst of N" not in page


def test_a_band_from_too_few_draws_is_left_out(run_on, ai_book) -> None:
    few = run_on(ai_book, draws=100)
    for page in pages(few):
        assert "95 % of variations (% of NAV)" not in page
        assert "could make it" not in page
        assert " .. " not in page


def test_notes_on_a_long_scenario_are_said(results) -> None:
    long = next(result for result in results if result.completed.compound)
    assert "are compounded and skewed" in words_of(long._repr_html_())


def test_shares_are_left_out_where_a_part_is_more_than_the_whole(run_on, make, say) -> None:
    hedged = make("hedged.csv", {"NVDA": 1e6, "SPY": -0.9e6}, cash=1e6)
    result = run_on(hedged, scenarios=(say("fall", {"market": "-5%"}),))[0]
    assert max(line.pnl / result.expected for line in result.baskets) > 1.0
    for shown in (repr(result), words_of(result._repr_html_())):
        part = shown.partition("COMES FROM")[2].partition("HOW FAR")[0]
        assert "AI compute" in part
        assert not re.search(r"\d%", part)


def test_a_table_escapes_every_title_heading_and_cell() -> None:
    page = table([Column(title="<b>")], [('"><x', [["<script>"], ["&"]])])
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<x" not in page
    assert "&lt;script&gt;" in page


def test_books_of_one_page_stand_apart() -> None:
    two = stress.run_many(["ai_growth", "sixty_forty"], ["aftershock"], draws=300)
    assert two._repr_html_().count(GAP) == 1
    assert GAP not in stress.run_many("ai_growth", ["aftershock"], draws=300)._repr_html_()


def test_what_print_replaces_is_replaced_here_too(run_on, make) -> None:
    shown = run_on(make("a\x1b[2J\u202eb.csv", {"KO": 1e6}))
    for page in pages(shown):
        assert "a?[2J?b.csv" in page
        assert not set(page) & {"\x1b", "\u202e"}
    lines = ["TITLE", "one\a", "5\N{NO-BREAK SPACE}%"]
    assert verbatim(lines).endswith("one?\n5\N{NO-BREAK SPACE}%</pre>")
