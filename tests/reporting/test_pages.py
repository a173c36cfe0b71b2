"""Pages about scenarios, books and models fit the terminal and keep what they must say."""

from __future__ import annotations

import dataclasses

import pytest

from stress.files.bundled import bundled_path
from stress.files.model_file import read_model
from stress.files.portfolio import PortfolioCheck
from stress.files.portfolio.totals import TotalCheck
from stress.files.scenario_file import list_scenarios, read_scenario
from stress.portfolio.coverage import cover
from stress.reporting.model_pages import model_document, model_page, models_page
from stress.reporting.portfolio_page import portfolio_document, portfolio_page
from stress.reporting.scenario_pages import library_document, library_page, scenario_page


@pytest.fixture(scope="module")
def library():
    return [read_scenario(id_) for id_ in list_scenarios()]


@pytest.fixture(scope="module")
def model():
    return read_model(bundled_path("models", "us-ai-2025-12"))


def test_every_scenario_page_fits_and_shows_its_moves_sources_and_hash(library) -> None:
    for one in library:
        page = scenario_page(one)
        assert max(map(len, page.splitlines())) <= 100, one.id
        for stated in (*one.moves, *one.core_names):
            assert str(stated.move) in page, (one.id, stated.target)
        for conflict in one.conflicts:
            assert conflict.used in page
        assert one.content_hash in page


def test_the_library_is_grouped_by_horizon_then_kind(library) -> None:
    page = library_page(library)
    assert max(map(len, page.splitlines())) <= 100
    places = [page.index(words) for words in ("1 SESSION", "2-10 SESSIONS", "OVER 10 SESSIONS")]
    assert places == sorted(places)
    assert all(one.id in page for one in library)
    assert [entry["id"] for entry in library_document(library)] == sorted(one.id for one in library)


def test_what_has_no_factor_is_shown_as_never_applied(library) -> None:
    page = scenario_page(next(one for one in library if one.id == "deepseek-2025-01-27"))
    assert "OBSERVED (part of the story; no factor takes it, never applied)" in page
    assert "WHERE SOURCES DISAGREE" in page
    assert "-16.97% or -16.86%; used -16.97%" in page


def test_a_book_page_says_what_became_of_everything(model, ai_book) -> None:
    coverage = cover(ai_book, model, unknown="exclude", allow_partial=True)
    check = PortfolioCheck(
        portfolio=ai_book,
        dialect="native",
        dialect_title="foreshock's own columns",
        mapping={"ticker": "Symbol", "price": "price"},
        rows=13,
        positions=11,
        cash=1,
        merged=0,
        ignored=0,
        refused=1,
        total_rows=0,
        by_kind={"equity": 11, "cash": 1},
        totals=(TotalCheck(line=14, label="Total", unit="money", stated=2.0, read=9.0),),
    )
    page = portfolio_page(check, coverage, model_id=model.id)
    assert "13 rows of the file: 11 positions, 1 cash, 1 refused" in page
    assert "ticker from 'Symbol', price" in page
    assert "total 'Total' (line 14) 2.00 ! differs from what was read, 9.00" in page
    assert "11 positions, 1 cash row, USD · NAV 10.00m (market values and cash)" in page
    assert "3.2 % of gross: NOT STRESSED, not in the model (XYZF)" in page
    assert max(map(len, page.splitlines())) <= 100
    document = portfolio_document(check, coverage)
    assert [row["status"] for row in document["coverage"]].count("excluded") == 1
    assert len(document["positions"]) == 12


def test_a_model_page_shows_each_factor_and_a_names_exposures(model) -> None:
    page = model_page(model)
    assert all(factor.name in page for factor in model.factors)
    assert max(map(len, page.splitlines())) <= 100
    assert f"volatilities at the end: {model.volatility_level:.2f} times the usual level" in page
    assert model_document(model)["volatility_level"] == model.volatility_level
    shown = model_page(model, names=("NVDA",))
    assert "NVDA · home semis_ai_compute · estimated" in shown
    n, k = model.name_index["NVDA"], model.factor_index["market"]
    assert f"{model.exposures[n, k]:+.3f} %" in shown
    assert "us-ai-2025-12" in models_page([model])
    assert len(model_document(model)["names"]) == len(model.names)


def test_a_definition_has_exposure_one_to_itself_and_nothing_else(model) -> None:
    lines = model_page(model, names=("SPY",)).splitlines()
    assert sum("a move of" in line for line in lines) == 1
    assert any("market" in line and "+1.000 %" in line for line in lines)


def test_a_model_with_nothing_to_say_says_nothing(model) -> None:
    assert "CALIBRATION SAYS" in model_page(model)
    assert "CALIBRATION SAYS" not in model_page(dataclasses.replace(model, warnings=()))


def test_a_factor_without_a_description_ends_without_a_colon(model) -> None:
    bare = dataclasses.replace(
        model, factors=tuple(dataclasses.replace(f, description="") for f in model.factors)
    )
    assert not [line for line in model_page(bare).splitlines() if line.endswith(":")]
