"""Pages about scenarios, books and models fit the terminal and keep what they must say."""

from __future__ import annotations

import dataclasses
import re

import pytest

from stress.files.bundled import bundled_path
from stress.files.models.file import read_model
from stress.files.portfolio import PortfolioCheck, check_portfolio
from stress.files.portfolio.totals import TotalCheck
from stress.files.scenarios.file import list_scenarios, read_scenario
from stress.portfolio.cover import cover
from stress.reporting.model_pages import model_document, model_page, models_page
from stress.reporting.portfolio_page import portfolio_document, portfolio_page
from stress.reporting.propagation_page import propagation_page
from stress.reporting.scenario_pages import library_document, library_page, scenario_page
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import StatedMove
from stress.units import Move


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


def test_one_position_is_one_and_a_book_of_cash_says_that_nothing_moves(model, make) -> None:
    for portfolio, words in (
        (make("one.csv", {"NVDA": 5.0}, cash=1.0), "2 rows of the file: 1 position, 1 cash"),
        (make("cash.csv", {}, cash=1.0), "\n  Gross is 0: cash alone, which no scenario moves."),
    ):
        held = sum(p.instrument.kind != "cash" for p in portfolio.positions)
        check = PortfolioCheck(
            portfolio=portfolio,
            dialect="native",
            dialect_title="foreshock's own columns",
            mapping={},
            rows=held + 1,
            positions=held,
            cash=1,
            merged=0,
            ignored=0,
            refused=0,
            total_rows=0,
            totals=(),
        )
        assert words in portfolio_page(check, cover(portfolio, model), model_id=model.id)


def test_a_model_page_shows_each_factor_and_a_names_exposures(model) -> None:
    page = model_page(model)
    assert all(factor.name in page for factor in model.factors)
    assert max(map(len, page.splitlines())) <= 100
    assert f"volatilities at the end: {model.volatility_level:.2f} times the usual level" in page
    assert model_document(model)["volatility_level"] == model.volatility_level
    assert " · returns in USD · content " in page
    assert model_document(model)["currency"] == "USD"
    shown = model_page(model, names=("NVDA",))
    assert "NVDA · home semis_ai_compute · estimated" in shown
    known = model.exposures_of("NVDA")
    assert f"756 observations (worth {known.effective_observations:.0f} equal ones)" in shown
    assert f"2022-12-15 to 2025-12-30 · R2 {known.r_squared:.2f}, itself left out" in shown
    (line,) = (line for line in shown.splitlines() if line.startswith("  market "))
    market = next(one for one in known.factors if one.factor == "market")
    assert line.split()[1:-2] == [
        "+1%",
        f"{market.exposure:+.3f}",
        f"{market.standard_error:.3f}",
        f"{market.t:+.1f}",
        f"{market.stress_day:+.3f}",
        f"{market.spread:+.3f}",
        f"{market.spread_in_standard_errors:+.1f}",
    ]
    assert "us-ai-2025-12" in models_page([model])
    assert len(model_document(model)["names"]) == len(model.names)
    roles = {factor["name"]: factor["role"] for factor in model_document(model)["factors"]}
    assert (roles["vix"], roles["rates_10y"], roles["gold"]) == ("volatility", "yield:10", "none")


def test_a_definition_has_exposure_one_to_itself_and_nothing_else(model) -> None:
    lines = model_page(model, names=("SPY",)).splitlines()
    title = next(n for n, line in enumerate(lines) if line.startswith("  return, in %, for"))
    (only,) = lines[title + 1 :]
    assert only.split()[:7] == ["market", "+1%", "+1.000", "0.000", "-", "+1.000", "+0.000"]
    assert any("R2 0.95 by the other factors" in line for line in lines)


def test_the_law_of_a_model_says_how_flat_its_likelihood_is(model, toy) -> None:
    page = " ".join(model_page(model).split())
    assert "5 degrees of freedom; maximum likelihood 8.4 (log-likelihood against it: " in page
    tails = model_document(model)["tails"]
    assert f"{dict(tails['profile'])[5]:.0f} at 5, " in page
    assert max(drop for _, drop in tails["profile"]) <= 0.0
    assert "likelihood" not in model_page(toy.model())
    assert model_document(toy.model())["tails"] is None


@pytest.mark.parametrize("name", ["NVDA", "MCHP", "CRWV", "UVXY"])
def test_every_line_about_a_name_fits_the_screen(model, name) -> None:
    page = model_page(model, names=(name,))
    assert max(map(len, page.splitlines())) <= 100
    assert ("no usable history: the mean of its peers" in page) == (name == "MCHP")
    assert not re.search(r"-0\.0+\s", page)


def test_a_model_with_nothing_to_say_says_nothing(model) -> None:
    assert "CALIBRATION SAYS" in model_page(model)
    assert "CALIBRATION SAYS" not in model_page(dataclasses.replace(model, warnings=()))


def test_a_factor_without_a_description_ends_without_a_colon(model) -> None:
    bare = dataclasses.replace(
        model, factors=tuple(dataclasses.replace(f, description="") for f in model.factors)
    )
    assert not [line for line in model_page(bare).splitlines() if line.endswith(":")]


def test_moves_that_were_computed_are_short_on_the_page_and_exact_elsewhere(library) -> None:
    one = library[0]
    moves = tuple(
        StatedMove(target=target, move=Move(value=value, unit=unit))
        for target, value, unit in (
            ("market", -0.00203045685279, "%"),
            ("rates_10y", 0.00123456789, "bp"),
            ("vix", 12.3456789, "pts"),
        )
    )
    odd = dataclasses.replace(one, kind="hypothetical", moves=moves, path=(), conflicts=())
    lines = [line.split() for line in scenario_page(odd).splitlines()]
    assert ["market", "-0.2030%"] in [line[:2] for line in lines]
    assert ["rates_10y", "+12.35bp"] in [line[:2] for line in lines]
    assert ["vix", "+12.35pts"] in [line[:2] for line in lines]
    assert "-0.203045685279%" in odd.to_toml()


def test_a_step_of_one_session_is_one_session(library) -> None:
    pages = "\n".join(scenario_page(one) for one in library if one.path)
    assert "· 1 session\n" in pages
    assert not re.search(r"\b1 sessions", pages)


MIXED = """\
# as_of: 2025-12-31
ticker,quantity,price,currency,type,multiplier,coupon,maturity,frequency,credit
NVDA,1000,186.5,USD,equity,,,,,
NVDA260320P00170000,40,6.5,USD,option,100,,,,
UST 4.25 2035,100000,99.5,USD,bond,,4.25%,2035-05-15,2,treasury
USD,50000,1,USD,cash,,,,,
"""


def shares_of_gross(page: str) -> list[float]:
    block = page[page.index("HOW IT WOULD BE STRESSED") :].splitlines()[1:]
    return [float(line.split()[0]) for line in block if "% of gross" in line]


def test_the_shares_of_a_checked_book_add_up_to_gross(model, tmp_path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(MIXED)
    check = check_portfolio(file)
    coverage = cover(check.portfolio, model, unknown="exclude", allow_partial=True)
    page = portfolio_page(check, coverage, model_id=model.id)
    assert sum(shares_of_gross(page)) == pytest.approx(100.0, abs=0.11)
    assert "revalued in full (1 bond, 1 option)" in page
    assert "no part of gross: cash, which does not move" in page


def test_a_bond_is_listed_with_its_face_as_the_file_states_it(model, tmp_path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(MIXED)
    check = check_portfolio(file)
    lines = portfolio_page(check, None).splitlines()
    assert next(line for line in lines if "UST 4.25 2035" in line).split()[3:7] == [
        "bond", "100,000", "face", "99.5k",
    ]  # fmt: skip
    of = {
        one["id"]: (one["quantity"], one["face"])
        for one in portfolio_document(check, None)["positions"]
    }
    assert of["UST 4.25 2035"] == (1000.0, 100_000.0)
    assert of["NVDA"] == (1000.0, None)


def test_a_book_without_gross_says_so_under_its_heading(model, tmp_path) -> None:
    file = tmp_path / "cash.csv"
    file.write_text("ticker,quantity,price,currency,type\nUSD,50000,1,USD,cash\n")
    check = check_portfolio(file)
    coverage = cover(check.portfolio, model, unknown="exclude", allow_partial=True)
    assert "Gross is 0" in portfolio_page(check, coverage, model_id=model.id)


def test_long_titles_and_names_are_wrapped_not_cut(model, tmp_path) -> None:
    titles = [f"a rather long title number {i}" for i in range(6)]
    file = tmp_path / f"{'a-long-name-' * 3}book.csv"
    file.write_text(
        f"ticker,quantity,price,currency,{','.join(titles)}\nNVDA,1,180,USD{',x' * 6}\n"
    )
    check = dataclasses.replace(
        check_portfolio(file),
        mapping={f"word{i}": title for i, title in enumerate(titles)},
        dialect_title="any table with sensible titles, as exported",
    )
    page = portfolio_page(check, None)
    assert all(f"word{i} from" in page for i in range(6))
    assert "positions' date not stated" in page
    assert "as exported" in page
    assert max(map(len, page.splitlines())) <= 100


def test_no_line_ends_inside_a_figure_or_an_error(library, model) -> None:
    for one in library:
        shown = scenario_page(one)
        if one.id in ("power-demand-derating", "ai-winter-path"):
            shown += "\n" + propagation_page(complete(one, model), model)
        lines = shown.splitlines()
        assert not [line for line in lines if re.match(r" *(%|±|[-+]?[\d.]+ (%|±))", line)], one.id
        assert not [line for line in lines if line.endswith("±")], one.id
