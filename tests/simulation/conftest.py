"""A second implementation of the law, written from its textbook form and sharing no code with ours.

Factors and names together are one multivariate t vector with *dispersion* matrix
(nu - 2) / nu times the covariance. Given some coordinates y, the others are multivariate t with
nu + n degrees of freedom, location S21 S11^-1 y and dispersion
(nu + d^2) / (nu + n) (S22 - S21 S11^-1 S12), d^2 = y' S11^-1 y (Kotz and Nadarajah, 2004, section 1.11).
Every name is drawn by itself.
"""

import numpy as np
import pytest


def second_law(model, stated, *, core_names=None, horizon=1, draws=200_000, seed=1, floor=True):
    """Simple returns (draws, N) of all names of the model, and factor moves (draws, K)."""
    names, factors = list(model.names), [f.name for f in model.factors]
    sigma = horizon * model.covariance
    b = model.exposures
    covariance = np.block(
        [
            [sigma, sigma @ b.T],
            [b @ sigma, b @ sigma @ b.T + horizon * np.diag(model.specific_volatility**2)],
        ]
    )
    nu = model.degrees_of_freedom
    dispersion = covariance * (nu - 2) / nu
    given = [factors.index(k) for k in stated]
    given += [len(factors) + names.index(k) for k in (core_names or {})]
    y = np.array([*stated.values(), *(core_names or {}).values()], dtype=float)
    others = [i for i in range(len(covariance)) if i not in given]
    random = np.random.default_rng(seed)
    if given:
        inverse = np.linalg.inv(dispersion[np.ix_(given, given)])
        location = dispersion[np.ix_(others, given)] @ inverse @ y
        schur = (
            dispersion[np.ix_(others, others)]
            - dispersion[np.ix_(others, given)] @ inverse @ dispersion[np.ix_(given, others)]
        )
        d2 = y @ inverse @ y
    else:
        location, schur, d2 = np.zeros(len(others)), dispersion[np.ix_(others, others)], 0.0
    dof = nu + len(given)
    scale = (nu + d2) / dof
    # E[V] is the conditional covariance over the Gaussian one; the run does not let it fall below 1.
    expected_mixing = scale * dof / (dof - 2) * (nu - 2) / nu
    if floor and expected_mixing < 1.0:
        scale /= expected_mixing
    values, vectors = np.linalg.eigh(schur)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    normal = random.standard_normal((draws, len(others))) @ root.T
    wald = random.chisquare(dof, draws)
    moves = np.empty((draws, len(covariance)))
    moves[:, given] = y
    moves[:, others] = location + np.sqrt(scale * dof / wald)[:, None] * normal
    return moves[:, len(factors) :], moves[:, : len(factors)]


@pytest.fixture(scope="session")
def second():
    return second_law
