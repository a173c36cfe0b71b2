import numpy as np
import pytest

from stress.errors import InputError, ModelError
from stress.factors.filtering import (
    STILL,
    filtered_volatility,
    recent_variance,
    session_weights,
    volatility_level,
)
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import decay, effective_number, exponential_weights


@pytest.mark.parametrize(
    ("half_life", "expected"),
    [
        (21, 0.967532),
        (42, 0.983632),
        (63, 0.989058),
        (84, 0.991782),
        (126, 0.994514),
        (252, 0.997253),
        (504, 0.998626),
    ],
)
def test_decay_of_published_half_lives(half_life, expected):
    assert round(decay(half_life), 6) == expected


@pytest.mark.parametrize(("factor", "half_life"), [(0.94, 11.20), (0.97, 22.76)])
def test_riskmetrics_half_lives(factor, half_life):
    assert round(float(np.log(0.5) / np.log(factor)), 2) == half_life
    assert decay(np.log(0.5) / np.log(factor)) == pytest.approx(factor)


def test_effective_number_of_a_long_history():
    assert effective_number(exponential_weights(20_000, 63)) == pytest.approx(181.8, abs=0.05)


def test_weights_halve_in_a_half_life_and_sum_to_one():
    weights = exponential_weights(100, 10)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[-11] / weights[-1] == pytest.approx(0.5)
    assert np.array_equal(exponential_weights(4, np.inf), np.full(4, 0.25))


@pytest.mark.parametrize("half_life", [0.0, -1.0, float("nan")])
def test_a_half_life_is_above_zero(half_life):
    with pytest.raises(InputError, match="above zero sessions"):
        decay(half_life)


def test_the_filter_never_looks_ahead():
    rng = np.random.default_rng(0)
    moves = rng.standard_normal((200, 3))
    changed = moves.copy()
    changed[150:] *= 9.0
    before, after = filtered_volatility(moves, 21), filtered_volatility(changed, 21)
    assert np.array_equal(before[:151], after[:151])
    assert (after[152] > before[152]).all()


def test_the_filter_is_the_recursion():
    moves = np.random.default_rng(1).standard_normal((90, 1))
    path = filtered_volatility(moves, 11.2)[:, 0]
    variance = float(np.mean(moves[:60] ** 2))
    for t in range(90):
        assert path[t] == pytest.approx(variance**0.5)
        variance = decay(11.2) * variance + (1 - decay(11.2)) * float(moves[t, 0] ** 2)
    assert path[90] == pytest.approx(variance**0.5)


def test_stormy_sessions_weigh_less():
    rng = np.random.default_rng(2)
    moves = rng.standard_normal((400, 4))
    moves[150:250] *= 5.0
    plain = session_weights(moves, np.inf, CalibrationSettings(calm=0.0))
    calm = session_weights(moves, np.inf, CalibrationSettings(calm=1.0))
    assert np.allclose(plain, 1.0 / 400)
    assert calm[200] < 0.3 * calm[100]
    assert calm.sum() == pytest.approx(1.0)


def test_a_column_that_stands_still_at_the_start_is_named():
    moves = np.random.default_rng(2).standard_normal((100, 2))
    moves[:60, 1] = 0.0
    with pytest.raises(ModelError, match="factor chips does not move in the first 60"):
        volatility_level(moves, 11.2, labels=("market", "factor chips"))
    with pytest.raises(ModelError, match="column 1 does not move"):
        session_weights(moves, 50.0, CalibrationSettings())


def test_the_level_is_common_and_blind_to_units():
    rng = np.random.default_rng(3)
    moves = rng.standard_normal((300, 5))
    level = volatility_level(moves, 11.2)
    assert level.shape == (301,)
    in_other_units = volatility_level(moves * np.array([1.0, 100.0, 1e-4, 0.01, 7.0]), 11.2)
    assert np.allclose(in_other_units / in_other_units[0], level / level[0], rtol=1e-12)
    assert np.allclose(volatility_level(moves[:, ::-1], 11.2), level, rtol=1e-12)
    assert np.ptp(volatility_level(moves, np.inf)) == pytest.approx(0.0, abs=1e-12)


def test_the_level_of_one_series_is_riskmetrics():
    moves = np.random.default_rng(4).standard_normal((120, 1))
    assert np.array_equal(volatility_level(moves, 11.2), filtered_volatility(moves, 11.2)[:, 0])


def test_a_storm_lifts_every_name_at_once():
    """Volatilities trebled for ten sessions: a slow filter alone would not have noticed yet."""
    rng = np.random.default_rng(5)
    storm = np.ones((700, 1))
    storm[-10:] = 3.0
    factors = storm * rng.standard_normal((700, 25))
    names = storm * rng.standard_normal((700, 40)) * np.linspace(0.5, 2.0, 40)
    level = volatility_level(factors, 11.2)
    known = np.sqrt(recent_variance(names, level, 63.0)) / np.linspace(0.5, 2.0, 40)
    alone = np.sqrt(recent_variance(names, np.ones(701), 63.0)) / np.linspace(0.5, 2.0, 40)
    assert 2.0 < np.median(known) < 3.0
    assert np.median(alone) < 1.6


def test_recent_variance_by_hand_with_a_gap():
    residuals = np.array([[1.0, np.nan], [2.0, 3.0]])
    level = np.array([1.0, 2.0, 4.0])
    by_hand = (0.5 * (1.0 * 4.0) ** 2 + 1.0 * (2.0 * 2.0) ** 2) / 1.5
    assert recent_variance(residuals, level, 1.0) == pytest.approx([by_hand, 36.0])
    assert np.isnan(recent_variance(np.full((2, 1), np.nan), level, 1.0)).all()


def test_what_stands_still_keeps_its_volatility_and_is_no_storm_when_it_moves():
    moves = np.random.default_rng(0).normal(0.0, 0.01, (400, 3))
    stopped = moves.copy()
    stopped[200:300, 2] = 0.0
    volatility = filtered_volatility(stopped, 11.0)
    assert (volatility[200 + STILL : 300, 2] == volatility[200 + STILL, 2]).all()
    level = volatility_level(stopped, 11.0)
    without = volatility_level(moves, 11.0)
    # A third of a month's fall of one of three factors is all it can do.
    assert np.abs(np.log(level / without)).max() < 0.5 * STILL * np.log(2.0) / 11.0 / 3.0 + 0.1


def test_a_rate_that_is_set_has_no_part_in_the_level():
    moves = np.random.default_rng(1).normal(0.0, 0.01, (400, 3))
    policy = np.zeros((400, 1))
    policy[::40] = 0.0025
    for half_life in (11.0, np.inf):
        assert np.array_equal(
            volatility_level(np.hstack([moves, policy]), half_life),
            volatility_level(moves, half_life),
        )
    assert np.isfinite(volatility_level(policy, 11.0)).all()
