"""What the bundled models and scenarios must answer. Nothing was tuned to these lines."""

import math

import pytest

import stress

BEFORE = "us-ai-2025-01-24"
REFERENCE = "deepseek-2025-01-27"


def one(ticker, scenario=REFERENCE, model=BEFORE, **given):
    from stress.portfolio.instruments import Equity
    from stress.portfolio.position import Portfolio, Position

    position = Position(id=ticker, instrument=Equity(ticker), market_value=100.0, currency="USD")
    book = Portfolio(name=f"{ticker}.csv", positions=(position,), currency="USD", nav=100.0)
    return stress.run(book, scenario, model, draws=5000, **given)


@pytest.mark.parametrize(
    ("ticker", "realised"),
    [
        ("ED", 4.76),
        ("KO", 3.15),
        ("JNJ", 4.13),
        ("VST", -28.27),
        ("CEG", -20.85),
        ("VRT", -29.88),
        ("NVDA", -16.97),
        ("AVGO", -17.40),
    ],
)
def test_by_factors_alone_names_move_at_least_half_of_what_they_did(ticker, realised):
    expected = one(ticker).expected

    assert math.copysign(1.0, expected) == math.copysign(1.0, realised)
    assert abs(expected) >= 0.5 * abs(realised)


def test_meta_comes_out_wrong_by_factors_and_right_by_its_record():
    # A miss the scoreboard shows: META rose 1.9 % while its factors fell.
    result = one("META")

    assert result.expected < 0.0
    assert result.with_recorded_names == pytest.approx(1.91, abs=0.01)


@pytest.mark.parametrize("model", [BEFORE, "us-ai-2025-12"])
def test_a_book_of_nvidia_shows_more_than_half_under_ai_compute(model):
    result = one("NVDA", model=model)
    credit = {line.factor: line.pnl for line in result.factors}

    assert credit["semis_ai_compute"] < 0.5 * result.expected


def test_chips_only_leaves_power_at_its_stated_zero():
    result = one("VST", "chips-only-derating", "us-ai-2025-12")
    power = next(line for line in result.factors if line.factor == "power_ipp")

    assert power.stated
    assert power.move == 0.0


def test_a_book_of_spy_answers_the_index_and_prints_the_difference():
    result = one("SPY", model="us-ai-2025-12")

    assert result.expected == pytest.approx(-1.46, abs=1e-12)
    assert (
        "SPY is factor market by definition: stated -1.46%, recorded -1.41%, difference +0.05%."
        in result.warnings
    )


def test_the_press_error_that_names_the_wrong_company_is_refused():
    scenario = stress.load_scenario(REFERENCE)
    import dataclasses

    from stress.scenarios.scenario import StatedMove
    from stress.units import parse_move

    names = tuple(n for n in scenario.names if n.target != "ED")
    wrong = StatedMove(target="ED", move=parse_move("-21%"))
    trap = dataclasses.replace(scenario, id="seed-literal", names=(*names, wrong))
    with pytest.raises(stress.InputError, match=r"\[names\] ED = -21\.00% contradicts its factors"):
        one("ED", trap)


def test_the_whole_library_runs_on_every_sample_book():
    from stress.files.bundled import bundled_ids, bundled_path

    books = [
        stress.load_portfolio(bundled_path("portfolios", name))
        for name in bundled_ids("portfolios")
        if not name.startswith("hedges")
    ]
    results = stress.run_many(books, bundled_ids("scenarios"), draws=5000)

    assert len(results) == len(books) * len(bundled_ids("scenarios"))
    assert all(math.isfinite(r.expected) for r in results)
