"""Credit of a P&L to factors, in the order market, home basket, others: statistical, because factors are correlated."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.factors.model import FactorModel
from stress.results.revalued_credit import revalued_slopes
from stress.simulation.plan import Plan

__all__ = ["credit_matrix", "factor_credit"]


def factor_credit(planned: Plan, factors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Credit P&L to factors, in the order market, home basket, others.

    Parameters
    ----------
    planned : Plan
        Of the book.
    factors : ndarray of shape (K,)
        Factor moves; logs in a compound scenario.

    Returns
    -------
    credit : ndarray of shape (K,)
        They sum to ``exposure @ factors``. [currency]
    exposure : ndarray of shape (K,)
        P&L for a unit move of each factor: of linear names by their exposures, of what is revalued its
        slopes averaged along the way (`revalued_slopes`). [currency]

    Notes
    -----
    A name is first credited with what its return is expected to be given the market's move alone, then
    with what its home basket's move adds to that; each other factor with the exposure times the part of
    its move that market and home basket do not explain. Correlated factors share credit by this order,
    which is why the table is called statistical. What is revalued on a name has that name's home; what
    has none (bonds, cash) credits each factor with its own slope times its move.
    """
    matrix, exposure = credit_matrix(planned, factors)
    return matrix @ factors, exposure


def credit_matrix(planned: Plan, factors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what makes credit of factor moves, shape (K, K), and the exposure, shape (K,); see `factor_credit`.

    It depends on `factors` only where something is revalued in full: its slopes do.
    """
    book = planned.book
    by_home = {
        home: book.values[members] @ book.exposures[members]
        for home in set(book.homes)
        if (members := [i for i, h in enumerate(book.homes) if h == home])
    }
    matrix = np.zeros((len(factors), len(factors)))
    exposure = np.zeros(len(factors))
    slopes = revalued_slopes(planned, factors)
    holdings = () if book.valuation is None else book.valuation.holdings
    for held, slope in zip(holdings, slopes, strict=True):
        name = book.name_index.get(held.position.ticker)
        if name is None:
            matrix += np.diag(slope)
            exposure += slope
        else:
            by_home[book.homes[name]] = by_home[book.homes[name]] + slope
    for home in sorted(by_home):
        matrix += _by_order(book.model, home, by_home[home])
        exposure += by_home[home]
    return matrix, exposure


def _by_order(model: FactorModel, home: str, exposure: FloatArray) -> FloatArray:
    """Return what credits the exposure of one home basket's names: market, home, others."""
    covariance = model.covariance
    index = model.factor_index
    order = list(
        dict.fromkeys(index[name] for name in (model.market, home) if name and name in index)
    )
    unexplained = np.eye(len(exposure))
    if order:
        unexplained[:, order] -= np.linalg.solve(
            covariance[np.ix_(order, order)], covariance[order]
        ).T
    matrix = exposure[:, None] * unexplained
    matrix[order] = 0.0
    for count in range(1, len(order) + 1):
        given = order[:count]
        beta = np.linalg.solve(covariance[np.ix_(given, given)], covariance[given] @ exposure)
        matrix[given[-1], given] += beta
        for earlier in given[:-1]:
            matrix[given[-1]] -= matrix[earlier]
    return matrix
