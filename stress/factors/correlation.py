"""Correlations of a covariance."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray

__all__ = ["SEMIDEFINITE", "ZERO_EIGENVALUE", "correlation_of", "unit_correlation"]

#: An eigenvalue of a correlation matrix down to minus this is zero up to rounding of arithmetic.
ZERO_EIGENVALUE = 1e-12
#: The same for a matrix that was read from a file, where numbers are written to so many digits.
SEMIDEFINITE = 1e-8


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Return the correlations of a covariance.

    Parameters
    ----------
    covariance : ndarray of shape (K, K)
        With a positive diagonal.

    Returns
    -------
    ndarray of shape (K, K)

    Examples
    --------
    >>> correlation_of(np.array([[4.0, 1.0], [1.0, 1.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    scale = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(scale, scale))


def unit_correlation(covariance: FloatArray) -> FloatArray:
    """Return the correlations of a covariance, symmetric and with a diagonal of one to the last bit."""
    unit = correlation_of(covariance)
    unit = 0.5 * (unit + unit.T)
    np.fill_diagonal(unit, 1.0)
    return unit
