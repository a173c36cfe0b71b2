"""Whatever a verb returns shows in a notebook as a page of its own: tables, the terminal's figures, nothing foreign."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import pytest

import stress
from stress.reporting.blocks import Block, Rows, block_html, block_text
from stress.tables import Column

FEW = {"draws": 2_000, "seed": 3}
HOSTILE = "<b>x</b> & co.csv"
#: A figure with a decimal point, as pages write them.
FIGURE = re.compile(r"[-+]?[\d,]*\d\.\d+")


def words_of(page: str) -> str:
    """Return what a reader sees; it also proves that the page is well-formed."""
    return " ".join(" ".join(ElementTree.fromstring(page).itertext()).split())


@pytest.fixture(scope="module")
def shown():
    """One of each: what the verbs return, of a book whose name a page must escape."""
    rows = [
        {"ticker": "NVDA", "market_value": 600_000.0, "currency": "USD"},
        {"ticker": "VST", "market_value": 300_000.0, "currency": "USD"},
        {"ticker": "USD", "type": "cash", "quantity": 100_000.0, "currency": "USD"},
    ]
    portfolio = stress.load_portfolio(rows, name=HOSTILE, as_of="2025-12-31")
    book = stress.open_book(portfolio)
    result = stress.run(book, "deepseek-2025-01-27", **FEW)
    hedged = {"family": [], "objective": "minimum_es", **FEW}
    return {
        "portfolio": portfolio,
        "book": book,
        "scenario": stress.load_scenario("deepseek-2025-01-27"),
        "shock": stress.shock({"NVDA": "-20%", "rates_10y": "+30bp"}),
        "path": stress.load_scenario("ai-winter-path"),
        "model": stress.load_model(),
        "result": result,
        "results": stress.run_many(book, ["deepseek-2025-01-27"], **FEW),
        "manifest": result.manifest,
        "tails": stress.tails([book], ["deepseek-2025-01-27"], draws=20_000),
        "what_if": book.what_if({"NVDA": -50_000}),
        "what_if_given": book.what_if({"NVDA": -50_000}, stress.load_scenario("aftershock")),
        "reverse": stress.reverse(book, "10%"),
        "worst_case": stress.worst_case(book, 3.0),
        "worst_law": stress.worst_law(book, 0.1),
        "hedge": stress.hedge(book, max_lines=2, **hedged),
        "compare": stress.compare(
            book, strategies=["do_nothing", "index_short"], model_variants=False, **hedged
        ),
    }


def test_everything_has_a_page_of_tables_that_fetches_and_runs_nothing(shown) -> None:
    for name, thing in shown.items():
        page = thing._repr_html_()
        words_of(page)
        assert "<table" in page, name
        assert "<pre" not in page, name
        assert not re.search(r"https?:|<script|<style|src=|href=|url\(|\son\w+=|<b>", page), name


def test_the_name_of_a_book_is_escaped_and_there(shown) -> None:
    of_a_book = shown.keys() - {"scenario", "shock", "path", "model"}
    assert len(of_a_book) == 13
    for name in of_a_book:
        assert HOSTILE in words_of(shown[name]._repr_html_()), name


@pytest.mark.parametrize("name", ["hedge", "compare", "reverse", "worst_case", "worst_law"])
def test_a_long_name_keeps_its_end_and_the_page_its_width(shown, name: str) -> None:
    long = dataclasses.replace(shown[name], portfolio_name="a-very-long-name-" * 9 + "of-2026.csv")
    for page in (repr(long), words_of(long._repr_html_())):
        assert re.search(r" a-very-lon[a-z-]*…2026\.csv · ", f" {page}".replace("\n", " "))
        # The model is named in full beside it.
        assert "model us-ai-2025-12" in page
    assert max(map(len, repr(long).splitlines())) <= 100


@pytest.mark.parametrize("name", ["hedge", "compare", "reverse", "worst_case", "worst_law"])
def test_a_page_has_every_figure_of_the_terminal_in_its_order(shown, name: str) -> None:
    printed = FIGURE.findall(repr(shown[name]))
    assert len(printed) > 10
    assert FIGURE.findall(words_of(shown[name]._repr_html_())) == printed


def test_figures_stand_right_and_words_left() -> None:
    columns = (Column(title="name", align="left"), Column(title="value"))
    block = Block(title="A", aside="b", parts=(Rows(columns=columns, rows=[["x", "1.0"]]), "  why"))
    assert block_text(block).splitlines() == ["A   b", "  name  value", "  x       1.0", "    why"]
    cells = ElementTree.fromstring(f"<div>{block_html(block)}</div>").findall(".//td")
    ways = [re.search(r"text-align:(\w+)", cell.get("style", ""))[1] for cell in cells]
    assert ways == ["left", "right"]


def test_a_book_says_how_much_of_it_is_stressed(shown) -> None:
    page = words_of(shown["book"]._repr_html_())
    assert "100.0 % of gross: own exposures" in page
    assert "NVDA equity 600k 60.0 %" in page
    assert "of gross" not in words_of(shown["portfolio"]._repr_html_())


def test_a_scenario_shows_every_move_it_states(shown) -> None:
    for name in ("scenario", "shock", "path"):
        scenario = shown[name]
        html = scenario._repr_html_()
        page = words_of(html)
        steps = [move for step in scenario.path for move in step.moves]
        for one in (*scenario.moves, *scenario.core_names, *scenario.names):
            assert f"{one.target} {one.move}" in page
        cells = [row.itertext() for row in ElementTree.fromstring(html).findall(".//tr")]
        rows = {cell[0]: cell[1:] for cell in map(list, cells) if cell}
        for one in steps:  # a move that was computed is shortened
            shown_moves = [stress.parse_move(cell).value for cell in rows[one.target] if cell]
            assert any(one.move.value == pytest.approx(move, rel=1e-3) for move in shown_moves)
        assert scenario.content_hash in page


def test_tails_and_trades_are_signed_as_pages_are(shown) -> None:
    tails = shown["tails"]
    page = words_of(tails._repr_html_())
    for shortfall in tails.expected_shortfall.ravel():
        assert f"-{shortfall:,.0f} " in page
    found = shown["what_if"]
    change, _ = found.change()
    assert change < 0.0, "selling a risky name lowers the tail"
    assert f"{-change:+,.0f}" in words_of(found._repr_html_())


def test_a_tail_that_rests_on_too_few_draws_is_said_and_not_shown(shown) -> None:
    found = shown["what_if"]
    few = dataclasses.replace(
        found,
        pnl=dataclasses.replace(found.pnl, totals=found.pnl.totals[:100]),
        after=found.after[:100],
    )
    page = words_of(few._repr_html_())
    assert "Tail average" not in page
    assert "50" in page


def test_a_long_book_and_many_tails_say_how_much_more_there_is(shown) -> None:
    rows = [
        {"ticker": ticker, "market_value": 1_000.0 + n, "currency": "USD"}
        for n, ticker in enumerate(stress.load_model().names[:40])
    ]
    assert "25 others" in words_of(stress.load_portfolio(rows)._repr_html_())
    tails = shown["tails"]
    many = dataclasses.replace(
        tails,
        books=tails.books * 40,
        currencies=tails.currencies * 40,
        nav=tails.nav.repeat(40),
        value_at_risk=tails.value_at_risk.repeat(40, axis=0),
        expected_shortfall=tails.expected_shortfall.repeat(40, axis=0),
        standard_error=tails.standard_error.repeat(40, axis=0),
    )
    assert "+ 20 more (to_frame())" in words_of(many._repr_html_())
