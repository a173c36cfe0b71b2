import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_t
from sklearn.covariance import ledoit_wolf as sklearn_ledoit_wolf

from stress.errors import ModelError
from stress.factors.covariance import (
    clean_correlation,
    ledoit_wolf,
    marchenko_pastur_edge,
    weighted_covariance,
)
from stress.factors.higham import nearest_correlation, repair_covariance
from stress.factors.tails import tail_profile

ORACLE = np.array(
    [
        [0.01, -0.02, 0.005],
        [-0.03, -0.01, -0.02],
        [0.02, 0.015, 0.01],
        [0, 0.01, -0.005],
        [-0.01, -0.03, 0],
        [0.015, 0.02, 0.03],
        [-0.02, 0.005, -0.01],
        [0.025, -0.01, 0.02],
    ]
)


def test_ledoit_wolf_oracle():
    covariance, shrinkage = ledoit_wolf(ORACLE)
    assert shrinkage == pytest.approx(0.4169889092, abs=1e-10)
    assert np.allclose(np.diag(covariance), [0.00031721, 0.00027804, 0.00025162], atol=5e-9)
    assert np.allclose(
        covariance[np.triu_indices(3, 1)], [0.00004919, 0.00014302, 0.00004555], atol=5e-9
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 60), st.integers(2, 8))
def test_ledoit_wolf_is_scikit_learns(seed, t, k):
    x = np.random.default_rng(seed).standard_t(4, (t, k))
    ours, shrinkage = ledoit_wolf(x)
    theirs, expected = sklearn_ledoit_wolf(x)
    assert shrinkage == pytest.approx(expected, rel=1e-9)
    assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_weighted_covariance_is_numpys():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((30, 3)), rng.uniform(0.1, 2.0, 30)
    assert np.allclose(weighted_covariance(x, w), np.cov(x.T, aweights=w, ddof=0))


def test_marchenko_pastur_oracle():
    assert round(marchenko_pastur_edge(50 / 500), 5) == 1.73246


def test_pure_noise_is_levelled_to_the_identity():
    x = np.random.default_rng(1).standard_normal((500, 50))
    clean = clean_correlation(x, np.ones(500))
    assert clean.noise_eigenvalues >= 49
    assert np.abs(clean.correlation - np.eye(50)).max() < 0.03


def test_a_common_factor_survives_the_clean_up():
    rng = np.random.default_rng(2)
    common = rng.standard_normal((500, 1))
    x = 0.8 * common + 0.6 * rng.standard_normal((500, 20))
    clean = clean_correlation(x, np.ones(500))
    off = clean.correlation[np.triu_indices(20, 1)]
    assert off.mean() == pytest.approx(0.64, abs=0.06)
    raw = np.corrcoef(x.T)[np.triu_indices(20, 1)]
    assert off.std() < raw.std()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_clean_correlation_is_one_whatever_the_units(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((60, 6)) @ rng.standard_normal((6, 6))
    w = rng.uniform(0.1, 1.0, 60)
    clean = clean_correlation(x, w)
    assert np.array_equal(np.diag(clean.correlation), np.ones(6))
    assert np.linalg.eigvalsh(clean.correlation)[0] > 0.0
    other = clean_correlation(x * np.array([1, 1e3, 1e-3, 7, 0.1, 2.0]), w)
    assert np.allclose(clean.correlation, other.correlation, atol=1e-9)


def test_too_few_observations_and_still_factors_are_refused():
    x = np.random.default_rng(3).standard_normal((10, 12))
    with pytest.raises(ModelError, match=r"10\.0 effective observations .* 12 factors"):
        clean_correlation(x, np.ones(10))
    x = np.random.default_rng(3).standard_normal((30, 3))
    x[:, 1] = 0.5
    with pytest.raises(ModelError, match="column 1 never moved"):
        clean_correlation(x, np.ones(30))
    with pytest.raises(ModelError, match="factor chips never moved"):
        clean_correlation(x, np.ones(30), labels=("market", "factor chips", "power"))


def test_higham_oracle():
    found = nearest_correlation(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    assert found.correlation[0, 1] == pytest.approx(0.7606898534, abs=1e-9)
    assert found.correlation[0, 2] == pytest.approx(0.1572981061, abs=1e-9)
    assert found.distance == pytest.approx(0.5277904636, abs=1e-9)


def test_quantlib_higham_oracle():
    matrix = 2.0 * np.eye(4) - np.eye(4, k=1) - np.eye(4, k=-1)
    found = nearest_correlation(matrix)
    c = found.correlation
    assert np.allclose(
        [c[0, 1], c[0, 2], c[0, 3], c[1, 2]],
        [-0.8084124981, 0.1915875019, 0.1067750490, -0.6562326948],
        atol=1e-9,
    )
    assert found.distance == pytest.approx(2.1337291089, abs=1e-9)


def test_a_correlation_matrix_is_its_own_nearest():
    c = np.array([[1.0, 0.3], [0.3, 1.0]])
    found = nearest_correlation(c)
    assert np.array_equal(found.correlation, c)
    assert (found.distance, found.largest_change) == (0.0, 0.0)


def test_a_small_repair_keeps_the_variances_and_tells_its_size():
    c = np.array([[1.0, 0.9, 0.7], [0.9, 1.0, 0.3], [0.7, 0.3, 1.0]])
    scale = np.outer([0.01, 0.02, 5.0], [0.01, 0.02, 5.0])
    repaired, repair = repair_covariance(c * scale)
    assert np.allclose(np.diag(repaired), np.diag(scale))
    assert np.linalg.eigvalsh(repaired / scale)[0] > -1e-12
    assert 0.0 < repair.largest_change < 0.01
    assert repair.distance == pytest.approx(np.linalg.norm(repaired / scale - c), rel=1e-9)


def test_a_large_repair_is_a_wrong_input():
    c = np.array([[1.0, -0.9, 0.9], [-0.9, 1.0, 0.9], [0.9, 0.9, 1.0]])
    with pytest.raises(ModelError, match=r"would change a correlation by .* above the limit"):
        repair_covariance(c)
    with pytest.raises(ModelError, match="variance 1 is not above zero"):
        repair_covariance(np.diag([1.0, 0.0]))
    with pytest.raises(ModelError, match="not symmetric"):
        nearest_correlation(np.array([[1.0, 0.2], [0.4, 1.0]]))


def test_likelihood_is_scipys():
    rng = np.random.default_rng(4)
    x = rng.standard_t(5, (50, 3))
    covariance = np.cov(x.T)

    def theirs(degrees):
        law = multivariate_t(shape=covariance * (degrees - 2) / degrees, df=degrees)
        return law.logpdf(x).sum()

    ours = tail_profile(x, covariance)
    highest = max(theirs(degrees) for degrees in (ours.best, *ours.grid))
    assert ours.drop == pytest.approx([theirs(d) - highest for d in ours.grid], abs=1e-9)
    assert theirs(ours.best) >= max(theirs(ours.best * factor) for factor in (0.99, 1.01))


def test_moves_that_say_the_same_twice_have_the_tail_of_the_others():
    x = np.random.default_rng(4).standard_t(5, (50, 3))
    twice = np.column_stack([x, 0.02 * x[:, 0] - 0.01 * x[:, 1]])
    once, again = tail_profile(x, np.cov(x.T)), tail_profile(twice, np.cov(twice.T))
    assert again.best == pytest.approx(once.best, rel=1e-5)
    assert again.drop == pytest.approx(once.drop, abs=1e-8)


def test_the_profile_finds_the_degrees_of_freedom():
    law = multivariate_t(shape=np.eye(4) * 3 / 5, df=5, seed=5)
    profile = tail_profile(law.rvs(20_000), np.eye(4))
    assert profile.best == pytest.approx(5.0, abs=0.25)
    assert max(profile.drop) <= 0.0
    assert profile.grid[int(np.argmax(profile.drop))] == 5.0
