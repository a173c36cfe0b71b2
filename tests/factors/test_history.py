"""What a model remembers: windows of carried moves, and how many sessions its weights are worth."""

from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import ModelError
from stress.factors.extension import extend_model
from stress.factors.history import History, carried_moves, effective_sessions, windows
from stress.factors.prices import Prices
from stress.factors.session_returns import session_returns
from stress.factors.settings import CalibrationSettings


def history(days=30, seed=1):
    random = np.random.default_rng(seed)
    volatility = 0.01 * np.exp(random.normal(0.0, 0.2, (days, 4)))
    return History(
        dates=tuple(f"2025-01-{1 + i:02d}" for i in range(days)),
        standardised=random.normal(size=(days, 4)),
        volatility=volatility,
        current_volatility=np.array([0.02, 0.03, 0.01, 0.0005]),
    )


@pytest.mark.parametrize("sessions", [1, 2, 7, 30])
def test_a_window_is_the_sum_of_its_sessions(sessions):
    moves = np.random.default_rng(0).normal(size=(30, 3))
    by_hand = [moves[t : t + sessions].sum(axis=0) for t in range(30 - sessions + 1)]
    assert windows(moves, sessions) == pytest.approx(np.array(by_hand), abs=1e-14)


def test_fewer_sessions_than_a_window_give_none():
    assert windows(np.zeros((5, 2)), 6).shape == (0, 2)


def test_carried_moves_are_as_they_were_or_at_todays_volatility(toy):
    past = history()
    model = toy.model(history=past)
    as_they_were, today = carried_moves(model), carried_moves(model, filtered=True)
    assert as_they_were == pytest.approx(past.standardised * past.volatility)
    assert today == pytest.approx(past.standardised * past.current_volatility)
    logs = carried_moves(model, compound=True)
    assert logs[:, 0] == pytest.approx(np.log1p(as_they_were[:, 0]))
    # Rates are differences: they have no logarithm.
    assert (logs[:, 3] == as_they_were[:, 3]).all()


def test_a_session_that_would_lose_all_has_no_logarithm(toy):
    """A crash out of a calm, at the volatility of a storm: -60 deviations of 2 % each."""
    past = history()
    standardised = past.standardised.copy()
    standardised[4, 0] = -60.0
    model = toy.model(history=replace(past, standardised=standardised))
    assert carried_moves(model, filtered=True)[4, 0] == pytest.approx(-1.2)
    with pytest.raises(ModelError, match=r"market of 2025-01-05 at today's volatility is -120%"):
        carried_moves(model, filtered=True, compound=True)


def test_a_history_is_checked_and_cannot_be_written_to(toy):
    past = history()
    assert not past.standardised.flags.writeable
    with pytest.raises(ModelError, match=r"standardised has shape \(30, 4\), expected \(29, 4\)"):
        replace(past, dates=past.dates[1:])
    with pytest.raises(ModelError, match="its history is of 3 factors, not 4"):
        toy.model(
            history=History(
                dates=past.dates,
                standardised=past.standardised[:, :3],
                volatility=past.volatility[:, :3],
                current_volatility=past.current_volatility[:3],
            )
        )


ASKING = {
    "drawing it": lambda toy, model: stress.run(
        toy.book({"AAA": 1.0}, model), toy.scenario({}), generator="bootstrap"
    ),
    "reading prices on it": lambda toy, model: session_returns(
        Prices(dates=("2025-01-02",), names=("AAA",), levels=np.ones((1, 1)), sources=()),
        model,
        ["AAA"],
    ),
    "adding names on it": lambda toy, model: extend_model(
        model, Prices(dates=("2025-01-02",), names=("AAA",), levels=np.ones((1, 1)), sources=())
    ),
    "weighing it": lambda toy, model: stress.worst_law(toy.book({"AAA": 1.0}, model), 0.5),
}


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_a_model_without_history_says_so_in_one_way(toy, asking):
    with pytest.raises(ModelError) as error:
        asking(toy, toy.model())
    assert str(error.value) == (
        "model toy carries no factor moves of its window. Calibrate it again with this version."
    )


def test_effective_sessions_are_those_of_the_exponential_weights(toy):
    def made(half_life):
        settings = {"correlation_half_life": half_life, "long_half_life": 1000.0}
        return toy.model(
            details={"made": {"settings": settings, "sessions": 500, "sessions_at_hand": 2000}}
        )

    assert effective_sessions(made(np.inf)) == pytest.approx(500.0)
    keep = 0.5 ** (1.0 / 63.0)
    closed = (1 + keep) / (1 - keep) * (1 - keep**500) / (1 + keep**500)
    assert effective_sessions(made(63.0)) == pytest.approx(closed, rel=1e-12)
    assert 1000.0 < effective_sessions(made(63.0), horizon_days=40) < 2000.0
    assert effective_sessions(toy.model()) is None


def test_settings_that_an_older_file_lacks_are_the_defaults(toy):
    made = {"settings": {"window": 300, "of_another_version": 1}, "sessions": 300}
    model = toy.model(details={"made": made})
    assert CalibrationSettings.of(model) == CalibrationSettings(window=300)
    assert CalibrationSettings.of(toy.model()) == CalibrationSettings()
    usual = {"settings": {"correlation_half_life": 189.0}, "sessions": 300}
    assert effective_sessions(model) == effective_sessions(toy.model(details={"made": usual}))
    assert effective_sessions(model, horizon_days=40) is None
