import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from stress.errors import InputError
from stress.factors.exposures import posterior_about_own_line, ridge_exposures
from stress.factors.moments import weighted_moments
from stress.factors.peers import (
    about_own_line,
    learned_strength,
    market_prior,
    peer_mean,
    peer_volatility,
    shrink_to_peers,
)


def sample(seed, t=80, k=3, n=4):
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((t, k)) @ rng.standard_normal((k, k)) * 0.01
    r = f @ rng.standard_normal((k, n)) + 0.005 * rng.standard_normal((t, n))
    w = rng.uniform(0.2, 1.0, t)
    return f, r, w


def fitted(f, r, w, strength=0.0, prior=None):
    moments = weighted_moments(f, r, w)
    given_prior = np.zeros((r.shape[1], f.shape[1])) if prior is None else prior
    return ridge_exposures(moments, given_prior, strength)


def test_without_a_prior_it_is_weighted_least_squares():
    f, r, w = sample(0)
    ours = fitted(f, r, w)
    for n in range(r.shape[1]):
        theirs = sm.WLS(r[:, n], sm.add_constant(f), weights=w).fit()
        assert np.allclose(ours.exposures[n], theirs.params[1:], rtol=1e-9)
        assert ours.r_squared[n] == pytest.approx(theirs.rsquared, abs=1e-10)


def test_standard_errors_with_equal_weights_are_those_of_least_squares():
    f, r, _ = sample(1)
    ours = fitted(f, r, np.ones(len(f)))
    for n in range(r.shape[1]):
        theirs = sm.OLS(r[:, n], sm.add_constant(f)).fit()
        assert np.allclose(ours.standard_errors[n], theirs.bse[1:], rtol=1e-9)
        assert ours.residual_variance[n] == pytest.approx(theirs.mse_resid)


def test_with_a_prior_of_zero_it_is_ridge_regression():
    f, r, w = sample(2)
    moments = weighted_moments(f, r, w)
    ours = ridge_exposures(moments, np.zeros((4, 3)), 12.0)
    share = w / w.sum()
    standard = f / moments.scale
    for n in range(4):
        theirs = Ridge(alpha=12.0 / moments.effective[n]).fit(
            standard, r[:, n], sample_weight=share
        )
        assert np.allclose(ours.exposures[n] * moments.scale, theirs.coef_, rtol=1e-8)


def vasicek(beta, standard_error, prior, prior_deviation):
    """Precision-weighted mean of an estimate and its prior, and its deviation (Vasicek 1973)."""
    own, peers = standard_error**-2, prior_deviation**-2
    return (own * beta + peers * prior) / (own + peers), (own + peers) ** -0.5


def test_one_factor_is_vasicek():
    rng = np.random.default_rng(3)
    f, w = rng.standard_normal((60, 1)) * 0.01, np.ones(60)
    r = 1.6 * f + 0.02 * rng.standard_normal((60, 1))
    moments = weighted_moments(f, r, w)
    free = ridge_exposures(moments, np.zeros((1, 1)), 0.0)
    for strength in (1.0, 20.0, 500.0):
        ours = ridge_exposures(moments, np.array([[1.05]]), strength)
        s2 = float(free.residual_variance[0])
        error = (s2 / 60) ** 0.5 / float(moments.scale[0])
        spread = (s2 / strength) ** 0.5 / float(moments.scale[0])
        beta, _ = vasicek(float(free.exposures[0, 0]), error, 1.05, spread)
        assert ours.exposures[0, 0] == pytest.approx(beta, rel=1e-10)


def test_vasicek_oracle():
    beta, deviation = vasicek(1.60, 0.40, 1.05, 0.30)
    assert (round(beta, 6), round(deviation, 6)) == (1.248, 0.24)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.0, 50.0))
def test_more_weight_is_a_replicated_row(seed, strength):
    f, r, _ = sample(seed, t=40)
    w = np.ones(40)
    w[7] = 3.0
    once = weighted_moments(f, r, w)
    rows = np.concatenate([np.arange(40), [7, 7]])
    thrice = weighted_moments(f[rows], r[rows], np.ones(42))
    # the same estimate once both count as many observations
    prior = np.zeros((4, 3))
    a = ridge_exposures(once, prior, strength * once.effective[0] / 42)
    b = ridge_exposures(thrice, prior, strength)
    assert np.allclose(a.exposures, b.exposures, rtol=1e-8, atol=1e-10)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_a_change_of_basis_leaves_predictions_unchanged(seed):
    f, r, w = sample(seed)
    turn = np.random.default_rng(seed + 1).standard_normal((3, 3)) + 3.0 * np.eye(3)
    here, there = fitted(f, r, w), fitted(f @ turn, r, w)
    assert np.allclose(f @ here.exposures.T, f @ turn @ there.exposures.T, atol=1e-9)


def test_units_of_a_factor_do_not_matter():
    f, r, w = sample(4)
    scaled = f * np.array([1.0, 100.0, 0.01])
    prior = np.array([[1.0, 0.2, -0.3]] * 4)
    here = fitted(f, r, w, 25.0, prior)
    there = fitted(scaled, r, w, 25.0, prior / np.array([1.0, 100.0, 0.01]))
    assert np.allclose(f @ here.exposures.T, scaled @ there.exposures.T, atol=1e-12)


def test_a_strong_prior_wins_and_no_data_is_the_prior():
    f, r, w = sample(5)
    prior = np.array([[1.0, 0.0, 0.5]] * 4)
    assert np.allclose(fitted(f, r, w, 1e12, prior).exposures, prior, atol=1e-6)
    r[:, 2] = np.nan
    assert np.allclose(fitted(f, r, w, 5.0, prior).exposures[2], prior[2])


def test_collinear_factors_without_a_prior_give_the_smallest_exposures():
    f, r, w = sample(6, k=2)
    twice = np.column_stack([f, f[:, 0]])
    ours = fitted(twice, r, w)
    plain = fitted(f, r, w)
    assert np.allclose(twice @ ours.exposures.T, f @ plain.exposures.T, atol=1e-9)
    assert np.allclose(ours.exposures[:, 0], ours.exposures[:, 2])


def test_a_negative_strength_is_refused():
    f, r, w = sample(7)
    with pytest.raises(InputError, match="must not be negative"):
        fitted(f, r, w, -1.0)


def test_blanks_use_the_sessions_that_are_there():
    f, r, w = sample(8)
    r[:30, 1] = np.nan
    r[50, 3] = np.nan
    together = weighted_moments(f, r, w)
    for n in range(4):
        rows = np.isfinite(r[:, n])
        alone = weighted_moments(f[rows], r[rows][:, [n]], w[rows])
        assert together.observations[n] == rows.sum()
        assert together.effective[n] == pytest.approx(alone.effective[0])
        cov = np.cov(f[rows].T, aweights=w[rows], ddof=0)
        ours = together.factors[n] * np.outer(together.scale, together.scale)
        assert np.allclose(ours, cov, rtol=1e-10)


def test_the_own_column_is_replaced():
    f, r, w = sample(9)
    rng = np.random.default_rng(10)
    instead = np.full(r.shape, np.nan)
    instead[:, 1] = rng.standard_normal(80) * 0.01
    instead[:5, 1] = np.nan
    own = np.array([-1, 2, -1, 0])
    moments = weighted_moments(f, r, w, own_basket=own, own_moves=instead)
    ours = ridge_exposures(moments, np.zeros((4, 3)), 0.0)
    swapped = f.copy()
    swapped[:, 2] = instead[:, 1]
    theirs = sm.WLS(r[5:, 1], sm.add_constant(swapped[5:]), weights=w[5:]).fit()
    assert np.allclose(ours.exposures[1], theirs.params[1:], rtol=1e-8)
    # the last name is alone in its basket: nothing of it is left
    rest = sm.WLS(r[:, 3], sm.add_constant(f[:, 1:]), weights=w).fit()
    assert ours.exposures[3, 0] == pytest.approx(0.0, abs=1e-12)
    assert np.allclose(ours.exposures[3, 1:], rest.params[1:], rtol=1e-8)


def test_peers_are_the_others_of_the_group():
    b = np.array([[1.0], [2.0], [4.0], [9.0]])
    mean = peer_mean(b, np.array([1.0, 1.0, 3.0, 1.0]), np.array([0, 0, 0, 1]))
    assert np.allclose(mean[:3, 0], [(2 + 12) / 4, (1 + 12) / 4, 1.5])
    assert np.isnan(mean[3, 0])
    usual = peer_volatility(
        np.array([1.0, 2.0, 3.0, 4.0, 9.0]),
        np.array([True, True, True, True, False]),
        np.array([0, 0, 0, 0, 1]),
    )
    assert usual[0] == pytest.approx(3.25)
    assert np.isnan(usual[4])


def test_a_peer_that_hardly_moves_takes_no_digits_of_the_others():
    exposures = np.array([[1.0], [3.0], [7.0]])
    found = peer_mean(exposures, np.array([1.0, 1.0, 1e17]), np.zeros(3, dtype=np.intp))
    assert found[2, 0] == pytest.approx(2.0, rel=1e-12)
    assert found[:2, 0] == pytest.approx([7.0, 7.0], rel=1e-12)


def test_learning_from_peers_beats_going_alone():
    """Forty draws of a theme of twelve names about a common mean: learned shrinkage is nearer the truth."""
    rng = np.random.default_rng(11)
    alone, learned, fixed = [], [], []
    for _ in range(40):
        f = rng.standard_normal((120, 6)) * 0.01
        truth = np.array([1.0, 1.2, 0.0, 0.3, -0.2, 0.0]) + 0.1 * rng.standard_normal((12, 6))
        r = f @ truth.T + 0.02 * rng.standard_normal((120, 12))
        moments = weighted_moments(f, r, np.ones(120))
        groups, peers = np.full(12, 1), np.ones(12, dtype=bool)
        shrunk = shrink_to_peers(moments, groups, peers, market=0, ridge=20.0, turns=3)
        alone.append(ridge_exposures(moments, np.zeros((12, 6)), 0.0).exposures - truth)
        fixed.append(ridge_exposures(moments, market_prior(moments, 0), 20.0).exposures - truth)
        learned.append(shrunk.exposures - truth)
    error = [float(np.square(e).mean()) for e in (alone, fixed, learned)]
    assert error[2] < 0.5 * error[0]
    assert error[2] < 0.6 * error[1]


def test_a_prior_is_worth_as_much_as_peers_agree():
    strength = learned_strength(
        np.array([4.0, 8.0]), np.array([0.5, 0.0]), prior_weight=2.0, ridge=20.0
    )
    # Peers that do not differ at all say nothing of how far names may lie from them.
    np.testing.assert_array_equal(strength, [[16.0, 20.0], [32.0, 20.0]])


def test_no_ridge_is_no_learning():
    f, r, w = sample(12, n=8)
    moments = weighted_moments(f, r, w)
    ours = shrink_to_peers(
        moments, np.full(8, 1), np.ones(8, dtype=bool), market=0, ridge=0.0, turns=3
    )
    assert np.allclose(ours.exposures, ridge_exposures(moments, 0 * ours.exposures, 0.0).exposures)


def test_errors_about_an_own_line_are_those_of_many_simulated_names():
    """The line is drawn by the same observations, so it is no second look at them."""
    rng = np.random.default_rng(4)
    factors, spread, noise, names = 3, 0.3, 2.0, 40_000
    mix = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.3, 0.2, 0.9]])
    moves = rng.standard_normal((250, factors)) @ mix.T
    true = spread * rng.standard_normal((names, factors))
    true[:, 0] += 1.0
    returns = moves @ true.T + noise * rng.standard_normal((250, names))
    moments = weighted_moments(moves, returns, np.full(250, 1 / 250))
    strength = np.tile(noise**2 / np.square(spread * moments.scale), (names, 1))
    strength[:, 0] = 500.0  # however hard it is drawn to that line
    estimates = ridge_exposures(moments, market_prior(moments, 0), strength)
    missed = estimates.exposures - true
    stated = posterior_about_own_line(
        moments.pick(np.arange(1)), strength[:1], np.full(1, noise**2), 0
    )[0]
    np.testing.assert_allclose(missed.T @ missed / names, stated, rtol=0.03, atol=2e-4)


def test_an_error_about_an_own_line_alone_is_that_of_least_squares():
    rng = np.random.default_rng(5)
    moves = rng.standard_normal((120, 1))
    returns = moves @ [[0.7]] + rng.standard_normal((120, 1))
    moments = weighted_moments(moves, returns, np.full(120, 1 / 120))
    drawn = shrink_to_peers(moments, np.array([0]), np.array([True]), market=0, ridge=40.0, turns=3)
    plain = ridge_exposures(moments, np.zeros((1, 1)), 0.0)
    np.testing.assert_allclose(drawn.exposures, plain.exposures, rtol=1e-12)
    np.testing.assert_allclose(
        drawn.standard_errors**2 / drawn.residual_variance,
        plain.standard_errors**2 / plain.residual_variance,
        rtol=1e-12,
    )


def test_a_name_of_few_sessions_that_its_factors_explain_all_but_wholly_has_errors():
    """What peers who differ widely are worth beside it is next to nothing, and its sessions span too few directions."""
    rng = np.random.default_rng(6)
    moves = rng.standard_normal((12, 20))
    returns = moves[:, [0]] + 1e-9 * rng.standard_normal((12, 1))
    moments = weighted_moments(moves, returns, np.full(12, 1 / 12))
    estimates = ridge_exposures(moments, np.zeros((1, 20)), 1e-19)
    strength = np.full((1, 20), 1e-19)
    own = np.array([True])

    assert np.linalg.matrix_rank(moments.factors[0]) < 20
    kept = about_own_line(estimates, moments, own, strength, 0)
    assert np.array_equal(kept.posterior, estimates.posterior)
    firm = np.full((1, 20), 0.1)
    drawn = about_own_line(ridge_exposures(moments, np.zeros((1, 20)), firm), moments, own, firm, 0)
    assert np.isfinite(drawn.posterior).all()
    assert not np.array_equal(drawn.posterior, estimates.posterior)
