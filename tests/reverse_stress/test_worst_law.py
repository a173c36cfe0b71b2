"""The worst law of a book: what it costs, and the scenario behind it."""

from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError, ModelError
from stress.factors.correlation import correlation_of
from stress.factors.history import carried_moves, windows
from stress.reverse_stress.worst_law import worst_law_of_book


@pytest.fixture(scope="module")
def book():
    return stress.open_book("ai_growth")


def pnl_of_sessions(book, horizon=1):
    moves = windows(carried_moves(book.model, filtered=True), horizon)
    moves = moves - moves.mean(axis=0)
    return np.maximum(moves @ book.exposures.T, -1.0) @ book.values


@pytest.mark.parametrize("horizon", [1, 5])
def test_no_law_so_near_loses_more(book, horizon):
    """Any other weights of the same divergence expect a smaller loss."""
    pnl = pnl_of_sessions(book, horizon)
    loss = worst_law_of_book(book, divergence=0.3, horizon_days=horizon).answers[0].loss
    count = len(pnl)
    random = np.random.default_rng(0)
    worst = -1.0 * (pnl < np.quantile(pnl, 0.1))
    for direction in (worst, pnl, *random.standard_normal((5, count)) + pnl / pnl.std()):
        for step in np.linspace(0.0, 8.0, 400) / np.std(direction):
            weights = np.exp(-step * (direction - direction.min()))
            weights /= weights.sum()
            if np.sum(weights * np.log(np.maximum(weights * count, 1e-300))) <= 0.3:
                assert -(weights @ pnl) <= loss * (1.0 + 1e-9)


def test_it_grows_with_the_divergence_from_the_mean_of_history(book):
    pnl = pnl_of_sessions(book)
    losses = [
        worst_law_of_book(book, divergence=d).answers[0].loss for d in (0.0, 0.005, 0.1, 0.5, 2.0)
    ]
    assert losses[0] == pytest.approx(-pnl.mean(), abs=1e-9 * pnl.std())
    assert abs(losses[0]) < 1e-3 * pnl.std(), "no law at all has no drift"
    assert (np.diff(losses) > 0.0).all()
    assert losses[1] - losses[0] == pytest.approx(np.sqrt(0.01) * pnl.std(), rel=0.05)
    assert losses[-1] < -pnl.min()


def test_its_scenario_is_the_mean_of_the_factors_and_loses_as_much(book):
    found = stress.worst_law("ai_growth", 0.5)
    (answer,) = found.answers
    result = stress.run("ai_growth", answer.scenario, draws=2000)
    assert -result.expected_of_nav * found.nav == pytest.approx(answer.loss, rel=1e-6)
    assert "past sessions at today's volatility" in answer.warnings[0]


def test_a_divergence_that_leaves_a_few_sessions_says_so(book):
    found = worst_law_of_book(book, divergence=4.0)
    assert any("anecdote" in words for words in found.answers[0].warnings)


@pytest.mark.parametrize("divergence", [-0.1, float("nan"), float("inf")])
def test_a_divergence_is_finite_and_not_negative(book, divergence):
    with pytest.raises(InputError, match="divergence must be finite and at least 0"):
        worst_law_of_book(book, divergence=divergence)


def test_a_distance_that_a_singular_model_does_not_have_names_the_factors(book):
    model = book.model
    scale = np.sqrt(np.diag(model.covariance))
    correlation = correlation_of(model.covariance)
    twins = [model.factor_index["semis_memory"], model.factor_index["semis_equipment"]]
    correlation[twins[0]] = correlation[twins[1]]
    correlation[:, twins[0]] = correlation[:, twins[1]]
    singular = replace(model, covariance=correlation * np.outer(scale, scale))
    with pytest.raises(ModelError, match="semis_memory and semis_equipment say nearly the same"):
        worst_law_of_book(replace(book, model=singular), divergence=0.3)


def test_what_it_cannot_be_asked(book, toy):
    with pytest.raises(InputError, match="horizon_days must be at most 10"):
        worst_law_of_book(book, divergence=0.5, horizon_days=11)
    with pytest.raises(ModelError, match="carries no factor moves of its window"):
        worst_law_of_book(toy.book({"AAA": 400.0}), divergence=0.5)
    past = book.model.history
    history = replace(
        past,
        dates=past.dates[:3],
        standardised=past.standardised[:3],
        volatility=past.volatility[:3],
    )
    short = replace(book.model, history=history)
    with pytest.raises(InputError, match="too few for windows of 3"):
        worst_law_of_book(replace(book, model=short), divergence=0.5, horizon_days=3)
