"""The worst law of a book: what it costs, and what the scenario it gives costs by itself."""

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.reverse_stress.worst_law import worst_law_of_book
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0, "IDX": 200.0}


def baseline(book, draws, seed):
    planned = plan(book, complete(None, book.model), variation=Variation(kind="names"))
    return simulate([planned], draws=draws, seed=seed)[0].totals


def test_no_law_so_near_loses_more(toy):
    """Any other weights of the same divergence expect a smaller loss."""
    book = toy.book(HOLDINGS)
    totals = baseline(book, 4096, 3)
    found = worst_law_of_book(book, divergence=0.3, draws=4096, seed=3)
    loss = found.answers[0].loss
    random = np.random.default_rng(0)
    for direction in (
        -1.0 * (totals < np.quantile(totals, 0.1)),
        totals,
        random.standard_normal(4096),
    ):
        near = np.full(4096, 1.0 / 4096)
        for step in np.linspace(0.0, 8.0, 200) / np.std(direction):
            tilted = np.exp(-step * direction)
            tilted /= tilted.sum()
            if np.sum(tilted * np.log(np.maximum(tilted * 4096, 1e-300))) <= 0.3:
                near = tilted
        assert -(near @ totals) <= loss * (1.0 + 1e-9)


def test_it_grows_with_the_divergence_from_the_models_own_mean(toy):
    book = toy.book(HOLDINGS)
    totals = baseline(book, 8192, 0)
    losses = [
        worst_law_of_book(book, divergence=d, draws=8192).answers[0].loss
        for d in (0.0, 0.01, 0.1, 0.5, 2.0)
    ]
    assert losses[0] == pytest.approx(-totals.mean(), rel=1e-9, abs=1e-9)
    assert (np.diff(losses) > 0.0).all()
    # of a P&L that is nearly normal at so small a divergence: sqrt(2 d) standard deviations
    moved = losses[1] - losses[0]
    assert moved == pytest.approx(np.sqrt(0.02) * totals.std(), rel=0.05)


def test_its_scenario_is_the_mean_of_the_factors_and_can_be_run():
    found = stress.worst_law("ai_growth", 0.5, draws=8192)
    (answer,) = found.answers
    result = stress.run("ai_growth", answer.scenario, draws=2000)
    by_factors = sum(lost for _, lost in answer.drivers)
    assert -result.expected_pct * found.nav == pytest.approx(by_factors, rel=1e-6)
    assert 0.0 < by_factors < answer.loss
    assert "draws weighed anew are worth" in answer.warnings[1]


def test_what_half_of_the_draws_find_stands_beside_it(toy):
    """Under a t law more draws find a worse one, without end: the figure is of the draws made, and says so."""
    book = toy.book({"AAA": -800.0, "IDX": 200.0})
    few, many = (
        worst_law_of_book(book, divergence=2.0, draws=n, seed=1).answers[0] for n in (4096, 262_144)
    )
    assert many.loss > 1.1 * few.loss
    half = worst_law_of_book(book, divergence=2.0, draws=2048, seed=1).answers[0].loss
    assert f"half of these find {half / book.nav:.2%} of NAV" in few.warnings[1]


def test_a_divergence_that_leaves_a_few_draws_says_so(toy):
    found = worst_law_of_book(toy.book(HOLDINGS), divergence=7.0, draws=4096)
    assert any("anecdote" in words for words in found.answers[0].warnings)


@pytest.mark.parametrize("divergence", [-0.1, float("nan"), float("inf")])
def test_a_divergence_is_finite_and_not_negative(toy, divergence):
    with pytest.raises(InputError, match="divergence must be finite and at least 0"):
        worst_law_of_book(toy.book(HOLDINGS), divergence=divergence, draws=1000)
