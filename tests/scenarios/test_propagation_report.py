"""The report on propagated factors: errors as least squares has them, and what was never seen."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

import stress
from stress.factors.calibration import factor_covariances, volatility_level
from stress.factors.covariance import weighted_covariance
from stress.factors.history import History
from stress.factors.settings import CalibrationSettings
from stress.reporting.propagation_page import propagation_page
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.propagation_report import (
    impossible_warning,
    propagation_report,
    stated_names,
    unseen_warning,
    written_move,
)

SETTINGS = {
    "correlation_half_life": math.inf,
    "volatility_half_life": math.inf,
    "long_half_life": math.inf,
}


def sampled(toy, sessions=300, seed=5):
    """A model whose covariance is that of simulated sessions, equally weighted, without clean-up."""
    random = np.random.default_rng(seed)
    days = random.multivariate_normal(np.full(4, 1e-4), toy.model().covariance, size=sessions)
    covariance = weighted_covariance(days, np.ones(sessions))
    made = {"settings": SETTINGS, "sessions": sessions, "sessions_at_hand": sessions}
    current = days.std(axis=0)
    history = History(
        dates=tuple(str(t) for t in range(sessions)),
        standardised=days / current,
        volatility=np.tile(current, (sessions, 1)),
        current_volatility=current,
    )
    model = toy.model(
        covariance=covariance, covariance_long=covariance, history=history, details={"made": made}
    )
    return model, days


@pytest.mark.parametrize("horizon", [1, 5, 40])
def test_betas_and_standard_errors_are_those_of_least_squares(toy, horizon):
    model, days = sampled(toy)
    scenario = toy.scenario({"power": "-9%", "market": "-3%"}, horizon_days=horizon)
    report = {line.factor: line for line in propagation_report(complete(scenario, model), model)}
    assert set(report) == {"chips", "rates_10y"}
    for name, line in report.items():
        fit = sm.OLS(days[:, model.factor_index[name]], sm.add_constant(days[:, [2, 0]])).fit()
        assert [beta.on for beta in line.betas] == ["power", "market"]
        assert [beta.value for beta in line.betas] == pytest.approx(fit.params[1:], rel=1e-9)
        nu = model.degrees_of_freedom
        errors = [beta.standard_error for beta in line.betas]
        assert errors == pytest.approx(fit.bse[1:] * math.sqrt((nu - 2) / (nu - 4)), rel=1e-9)
        assert line.r_squared == pytest.approx(fit.rsquared, rel=1e-9)
        moved = math.sqrt(horizon) * math.sqrt(model.covariance[(model.factor_index[name],) * 2])
        assert line.extrapolation == pytest.approx(line.move / moved)


def test_a_stated_name_is_a_regressor_too(toy):
    model, _ = sampled(toy)
    completed = complete(toy.scenario({"power": "-9%"}, core_names={"AAA": "-20%"}), model)
    assert stated_names(completed) == ("power", "AAA")
    chips = next(x for x in propagation_report(completed, model) if x.factor == "chips")
    moved = sum(b.value * m for b, m in zip(chips.betas, (-0.09, -0.20), strict=True))
    assert moved == pytest.approx(chips.move, rel=1e-12)


@pytest.mark.parametrize(
    "stated",
    [
        ("semis_ai_compute",),
        ("market", "power_ipp"),
        ("market", "semis_ai_compute", "utilities_regulated", "power_ipp", "oil"),
    ],
)
def test_errors_are_on_the_safe_side_of_what_betas_of_simulated_histories_scatter_by(stated):
    model = stress.load_model("us-ai-2025-12")
    settings, root = CalibrationSettings(), np.linalg.cholesky(model.covariance)
    places = [model.factor_index[name] for name in stated]
    random = np.random.default_rng(0)
    betas = []
    for _ in range(60):
        mixing = (model.degrees_of_freedom - 2) / random.chisquare(model.degrees_of_freedom, 1010)
        days = random.standard_normal((1010, len(root))) @ root.T * np.sqrt(mixing)[:, None]
        level = volatility_level(days, settings.level_half_life)
        covariance = factor_covariances(days, level, settings)[1]
        betas.append(np.linalg.solve(covariance[np.ix_(places, places)], covariance[places]))
    scatter = np.std(betas, axis=0, ddof=1)
    asked = stress.shock(dict.fromkeys(stated, "-5%"))
    for line in propagation_report(complete(asked, model), model):
        for beta, found in zip(
            line.betas, scatter[:, model.factor_index[line.factor]], strict=True
        ):
            assert 0.35 < found / beta.standard_error < 1.1


def test_a_law_without_fourth_moments_has_no_errors(toy):
    model, _ = sampled(toy)
    asked = toy.scenario({"power": "-9%"})
    for nu, known in ((4.5, True), (4.0, False), (3.0, False)):
        fat = replace(model, degrees_of_freedom=nu)
        (beta,) = propagation_report(complete(asked, fat), fat)[0].betas
        assert (beta.standard_error is not None) == known


def test_a_model_that_does_not_say_its_sessions_has_no_errors(toy):
    model = toy.model()
    report = propagation_report(complete(toy.scenario({"chips": "-9%"}), model), model)
    assert {beta.standard_error for line in report for beta in line.betas} == {None}
    assert {line.largest_seen for line in report} == {None}
    assert unseen_warning(report, 1) is None
    assert propagation_report(complete_baseline(model), model) == ()


def test_too_few_sessions_for_so_many_stated_moves_have_no_errors(toy):
    model, _ = sampled(toy)
    made = {**model.details["made"], "sessions": 3}
    model = replace(model, details={**model.details, "made": made})
    scenario = toy.scenario({"chips": "-9%", "market": "-3%"})
    report = propagation_report(complete(scenario, model), model)
    assert {beta.standard_error for line in report for beta in line.betas} == {None}


@pytest.mark.parametrize(("horizon", "returns"), [(1, "simple"), (3, "simple"), (12, "compound")])
def test_a_move_larger_than_any_window_carried_is_never_seen(toy, horizon, returns):
    model, days = sampled(toy)
    place = model.factor_index["market"]
    walk = np.log1p(days[:, place]) if returns == "compound" else days[:, place]
    sums = np.convolve(walk, np.ones(horizon), "valid")
    largest = np.abs(sums).max()
    if returns == "compound":
        largest = -math.expm1(-largest)
    for size, unseen in ((0.98, False), (1.02, True)):
        beta = next(
            line.betas[0].value
            for line in propagation_report(complete(toy.scenario({"chips": "-1%"}), model), model)
            if line.factor == "market"
        )
        wanted = size * largest
        stated = math.expm1(math.log1p(-wanted) / beta) if returns == "compound" else -wanted / beta
        scenario = toy.scenario(
            {"chips": f"{100 * stated:.12f}%"}, horizon_days=horizon, returns=returns
        )
        report = propagation_report(complete(scenario, model), model)
        market = next(line for line in report if line.factor == "market")
        assert market.move == pytest.approx(-wanted, rel=1e-6)
        assert market.largest_seen == pytest.approx(-largest, rel=1e-9)
        assert market.sessions_seen == 300 - horizon + 1
        assert market.unseen is unseen
        warning = unseen_warning([market], horizon)
        assert (warning is not None) is unseen
        if unseen:
            assert f"market {-100 * wanted:+.1f} %" in warning
            assert f"({100 * largest:.1f} %)" in warning


def test_a_move_below_everything_is_said_and_nothing_loses_more_than_all(toy):
    """Chips at -140.6 % were shown among moves, and semantics has none below -100 %."""
    scenario = toy.scenario({"market": "-90%"})
    model = toy.model()
    completed = complete(scenario, model)
    report = propagation_report(completed, model)
    (chips,) = (line for line in report if line.impossible)
    assert chips.factor == "chips"
    assert chips.move == pytest.approx(-0.9 * 0.75 * 25 / 12)
    said = impossible_warning(report)
    assert said.startswith("propagated below -100 %, where no move is: chips -140.6 %. ")
    assert "! below -100 %" in propagation_page(completed, model)

    result = stress.run(toy.book({"AAA": 100.0, "DDD": 50.0}), scenario, draws=64)
    assert said in result.warnings
    lines = {line.name: line for line in result.names}
    assert (lines["AAA"].move, lines["AAA"].pnl) == (-1.0, -100.0)
    assert math.fsum(line.pnl for line in result.names) == pytest.approx(result.expected)
    growth = result.pnl.plan.central_moves().factors["chips"]
    assert growth.tolist() == [-1.0]

    alone = stress.run(toy.book({"AAA": 100.0}), scenario, draws=64, propagation="alone")
    compound = replace(scenario, returns="compound")
    logs = stress.run(toy.book({"AAA": 100.0}), compound, draws=64)
    for other in (alone, logs):
        assert not any("propagated below -100 %" in text for text in other.warnings)
    assert impossible_warning(propagation_report(complete(compound, model), model)) is None


@pytest.mark.parametrize(("returns", "said"), [("simple", False), ("compound", True)])
def test_the_page_says_what_the_spread_of_a_compounded_move_is_in(toy, returns, said):
    model = toy.model()
    scenario = toy.scenario({"market": "-10%"}, horizon_days=12, returns=returns)
    page = propagation_page(complete(scenario, model), model)
    assert ("±sd of a factor in % is that of log(1 + move)" in page) is said


def test_moves_are_written_in_the_unit_of_their_factor():
    assert written_move(-0.034, "%") == "-3.4 %"
    assert written_move(0.0012, "bp") == "+12 bp"
    assert written_move(3.04, "pts", signed=False) == "3.0 pts"
    with pytest.raises(ValueError, match="is not one of"):
        written_move(1.0, "vol")
