"""Entropic worst case: printed oracle, the normal closed form, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from stress.errors import InputError
from stress.reverse_stress.entropic import entropic_worst_case
from stress.simulation.pooling.entropy_pooling import divergence as divergence_of

LOSSES = np.array([12.0, 9, 7, 3, 0, -2, -4, -6, -8, -11])


@pytest.mark.parametrize(
    ("divergence", "tilt", "loss"),
    [(0.05, 0.043517, 2.299491), (0.1, 0.062020, 3.248124), (0.5, 0.154505, 7.070523)],
)
def test_printed_oracle(divergence, tilt, loss):
    found = entropic_worst_case(-LOSSES, divergence=divergence)
    assert round(found.loss, 6) == loss
    assert divergence_of(found.weights) == pytest.approx(divergence, rel=1e-10)
    # The law is tilted: q ~ exp(t L).
    slopes = np.diff(np.log(found.weights)) / np.diff(LOSSES)
    t = slopes[0]
    assert slopes == pytest.approx(t)
    assert round(t, 6) == tilt
    # Primal equals dual.
    assert (np.log(np.mean(np.exp(t * LOSSES))) + divergence) / t == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize("divergence", [0.02, 0.1, 0.5])
def test_normal_losses(divergence):
    n = 400_000
    grid = ndtri((np.arange(n) + 0.5) / n)
    found = entropic_worst_case(3.0 * grid + 1.0, divergence=divergence)
    # The grid ends at 4.9 standard deviations.
    assert found.loss == pytest.approx(-1.0 + 3.0 * np.sqrt(2 * divergence), rel=1e-4)


@given(
    pnl=arrays(np.float64, 20, elements=st.integers(-50, 50).map(float)),
    divergence=st.one_of(st.just(0.0), st.floats(1e-6, 5)),
    more=st.floats(0, 2),
)
def test_it_grows_with_the_divergence_and_never_exceeds_the_worst_draw(pnl, divergence, more):
    found = entropic_worst_case(pnl, divergence=divergence)
    assert -pnl.mean() - 1e-9 <= found.loss <= -pnl.min() + 1e-9
    assert divergence_of(found.weights) <= divergence + 1e-9
    assert entropic_worst_case(pnl, divergence=divergence + more).loss >= found.loss - 1e-9
    assert found.weights.sum() == pytest.approx(1.0)


def test_limits():
    assert entropic_worst_case(-LOSSES, divergence=0.0).loss == pytest.approx(LOSSES.mean())
    all_in = entropic_worst_case(-LOSSES, divergence=np.log(10) + 1)
    assert (all_in.loss, all_in.effective_draws) == (12.0, 1.0)
    flat = entropic_worst_case(np.full(5, -3.0), divergence=1.0)
    assert flat.loss == pytest.approx(3.0)
    with pytest.raises(InputError, match="at least 0"):
        entropic_worst_case(-LOSSES, divergence=-0.1)


def test_huge_books_do_not_overflow():
    found = entropic_worst_case(-1e12 * LOSSES, divergence=0.1)
    assert found.loss == pytest.approx(3.248124e12, rel=1e-6)


def test_a_divergence_an_ulp_beyond_the_worst_draws_is_theirs():
    """Its rounding may lie below minus the log of their share: then no tilt ever passes what is asked."""
    pnl = np.concatenate([[-1.0, -1.0], np.arange(12.0)])
    reached = divergence_of(entropic_worst_case(pnl, divergence=10.0).weights)
    asked = float(np.nextafter(reached, 10.0))
    assert entropic_worst_case(pnl, divergence=asked).loss == 1.0


def test_what_it_rests_on_is_not_what_was_asked_for():
    """Two laws at one divergence: one moves a few draws far, one many a little."""
    random = np.random.default_rng(1)
    even, lone = random.standard_normal(500), np.append(random.standard_normal(499), -40.0)
    spread, anecdote = (entropic_worst_case(pnl, divergence=0.3) for pnl in (even, lone))

    assert divergence_of(spread.weights) == pytest.approx(divergence_of(anecdote.weights))
    for found in (spread, anecdote):
        assert found.effective_draws == pytest.approx(1.0 / np.sum(found.weights**2))
    assert spread.effective_draws > 3 * anecdote.effective_draws
