import numpy as np
import pytest

from stress.errors import InputError
from stress.factors.filtering import filtered_volatility, session_weights
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
