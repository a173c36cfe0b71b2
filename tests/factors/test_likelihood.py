from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import t as student

from stress.factors import likelihood
from stress.factors.exposures import ridge_exposures
from stress.factors.likelihood import likeliest, session_importance
from stress.factors.moments import weighted_moments

NU = 5.0


def world(seed, count=250, k=3, n=2, unrest=0.05):
    rng = np.random.default_rng(seed)
    f = 0.01 * rng.standard_normal((count, k))
    truth = rng.standard_normal((n, k))
    level = np.exp(np.cumsum(unrest * rng.standard_normal(count)))
    own = 0.01 * level[:, None] * rng.standard_t(NU, size=(count, n))
    return f, f @ truth.T + own, level, truth


def fitted(f, r, level, weights, nu=NU, strength=0.0):
    k = f.shape[1]
    return likeliest(
        weighted_moments(f, r, weights),
        lambda importance: weighted_moments(f, r, weights, importance=importance),
        lambda moments: ridge_exposures(moments, np.zeros((r.shape[1], k)), strength),
        lambda b: r - f @ b.T,
        level=level,
        weights=weights,
        degrees_of_freedom=nu,
    )


def test_many_turns_are_the_likeliest_exposures_and_scale(monkeypatch):
    monkeypatch.setattr(likelihood, "TURNS", 60)
    """Against a numerical maximum of the t likelihood, scipy's density."""
    f, r, _, _ = world(0)
    f, r = f - f.mean(axis=0), r - r.mean(axis=0)
    f = np.concatenate([f, -f])  # without a constant by symmetry
    r = np.concatenate([r, -r])
    _, ours, _ = fitted(f, r, np.ones(len(f)), np.ones(len(f)))
    for n in range(r.shape[1]):

        def minus_log_likelihood(x, n=n):
            left = r[:, n] - f @ x[:-1]
            return -student.logpdf(left, NU, scale=np.exp(x[-1])).sum()

        best = minimize(
            minus_log_likelihood,
            [*ours.exposures[n] * 1.1, np.log(0.01)],
            method="BFGS",
            options={"gtol": 1e-7},
        )
        np.testing.assert_allclose(ours.exposures[n], best.x[:-1], atol=2e-5)


@pytest.mark.parametrize("nu", [2.2, 5.0, 30.0])
def test_the_scale_is_the_likeliest(nu):
    rng = np.random.default_rng(1)
    e = 0.02 * rng.standard_t(max(nu, 3.0), size=(400, 1))
    worth = session_importance(e, np.ones(400), nu)
    # (nu + 1) / (nu + u^2) gives the scale back that every session was measured in
    square = np.square(e) / ((nu + 1.0) / worth - nu)
    scale = float(np.sqrt(np.median(square)))
    _, _, theirs = student.fit(e[:, 0], fdf=nu, floc=0.0)
    assert scale == pytest.approx(theirs, rel=2e-3)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6))
def test_importance_has_a_mean_of_one_and_no_unit(seed, unit):
    rng = np.random.default_rng(seed)
    e = rng.standard_t(3.0, size=(80, 3))
    e[rng.random(e.shape) < 0.1] = np.nan
    w = rng.uniform(0.1, 1.0, 80)
    worth = session_importance(e, w, NU)
    used = np.isfinite(e)
    for n in range(3):
        mean = np.average(worth[used[:, n], n], weights=w[used[:, n]])
        assert mean == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(session_importance(unit * e, w, NU), worth, rtol=1e-9)
    assert (worth > 0.0).all()
    assert (worth <= (NU + 1.0) / NU).all()
    order = np.argsort(np.abs(e[used[:, 0], 0]))
    assert (np.diff(worth[used[:, 0], 0][order]) <= 1e-15).all()


def test_a_name_without_residuals_or_with_none_but_zeros_is_left_alone():
    e = np.array([[np.nan, 0.0, 0.1], [np.nan, 0.0, -0.2], [np.nan, np.nan, np.nan]])
    worth = session_importance(e, np.ones(3), NU)
    np.testing.assert_array_equal(worth[:, :2], 1.0)
    assert worth[2, 2] == 1.0


def test_without_end_degrees_of_freedom_it_is_least_squares():
    f, r, level, _ = world(2)
    moments, ours, importance = fitted(f, r, level, np.ones(len(f)), nu=np.inf)
    plain = weighted_moments(f, r, np.ones(len(f)))
    assert importance is None
    assert moments.information == 1.0
    np.testing.assert_array_equal(
        ours.exposures, ridge_exposures(plain, np.zeros((2, 3)), 0.0).exposures
    )
    _, near, _ = fitted(f, r, level, np.ones(len(f)), nu=1e9)
    np.testing.assert_allclose(near.exposures, ours.exposures, atol=1e-7)


def test_one_announcement_hardly_moves_the_exposures():
    f, r, level, _ = world(3)
    moved = {}
    for nu in (NU, np.inf):
        before = fitted(f, r, level, np.ones(len(f)), nu=nu)[1].exposures[0]
        loud = r.copy()
        loud[120, 0] += 0.6
        _, after, importance = fitted(f, loud, level, np.ones(len(f)), nu=nu)
        moved[nu] = np.abs(after.exposures[0] - before).max()
        assert importance is None or importance[120, 0] < 0.02
    assert moved[NU] < 0.1 * moved[np.inf]


def test_errors_are_as_large_as_they_say_and_smaller_than_least_squares():
    """400 samples of t residuals: misses over standard errors have a root mean square of one."""
    over, ours, squares = [], [], []
    for seed in range(400):
        f, r, level, truth = world(seed, n=1, unrest=0.0)
        _, a, _ = fitted(f, r, level, np.ones(len(f)))
        _, b, _ = fitted(f, r, level, np.ones(len(f)), nu=np.inf)
        over.append((a.exposures - truth) / a.standard_errors)
        ours.append(a.exposures - truth)
        squares.append(b.exposures - truth)
    size = float(np.sqrt(np.square(over).mean()))
    assert size == pytest.approx(1.0, abs=0.06)
    # (nu + 3)(nu - 2) / ((nu + 1) nu) of the variance: 0.8 for nu = 5
    assert np.square(ours).mean() / np.square(squares).mean() == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("deviation", [0.2, 0.05, 0.02])
def test_errors_are_as_large_as_they_say_however_strong_the_prior(deviation):
    """Exposures drawn about the prior; what the t tells less is told by observations, not by the prior."""
    over = []
    for seed in range(500):
        f, r, level, truth = world(seed, n=1, unrest=0.0)
        about = deviation * np.random.default_rng(10_000 + seed).standard_normal(truth.shape)
        r = r - f @ (truth - about).T
        strength = 0.01**2 / (deviation * weighted_moments(f, r, np.ones(len(f))).scale) ** 2
        _, ours, _ = fitted(f, r, level, np.ones(len(f)), strength=strength)
        over.append((ours.exposures - about) / ours.standard_errors)
    assert float(np.sqrt(np.square(over).mean())) == pytest.approx(1.0, abs=0.06)


def test_a_drift_is_no_news_of_the_name():
    f, r, level, _ = world(6)
    _, ours, importance = fitted(f, r, level, np.ones(len(f)))
    moments = weighted_moments(f, r + 0.05, np.ones(len(f)))
    _, theirs, drifted = likeliest(
        moments,
        lambda worth: weighted_moments(f, r + 0.05, np.ones(len(f)), importance=worth),
        lambda moments: ridge_exposures(moments, np.zeros((2, 3)), 0.0),
        lambda b: r + 0.05 - f @ b.T,
        level=level,
        weights=np.ones(len(f)),
        degrees_of_freedom=NU,
    )
    np.testing.assert_allclose(theirs.exposures, ours.exposures, atol=1e-9)
    np.testing.assert_allclose(drifted, importance, rtol=1e-6)


def test_importance_counts_for_moments_and_not_for_observations():
    f, r, _, _ = world(4)
    w, worth = np.linspace(0.2, 1.0, len(f)), np.random.default_rng(5).uniform(0.1, 2.0, r.shape)
    ours = weighted_moments(f, r, w, importance=worth)
    plain = weighted_moments(f, r, w)
    np.testing.assert_allclose(ours.effective, plain.effective)
    for n in range(r.shape[1]):
        alone = weighted_moments(f, r[:, [n]], w * worth[:, n])
        scale = np.outer(ours.scale, ours.scale)
        theirs = np.outer(alone.scale, alone.scale)
        np.testing.assert_allclose(ours.factors[n] * scale, alone.factors[0] * theirs, rtol=1e-9)
        np.testing.assert_allclose(ours.variance[n], alone.variance[0])
    assert replace(plain, information=0.75).information == 0.75
