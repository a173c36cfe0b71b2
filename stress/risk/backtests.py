"""Back-tests: were the losses beyond VaR too many, did they cluster, was ES deep enough.

Scipy's distributions are loaded when a test is called, never on import.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.tail import tail_mass

__all__ = [
    "TestOutcome",
    "acerbi_szekely",
    "christoffersen_coverage",
    "christoffersen_independence",
    "exceedances",
    "kupiec",
    "simulated_p_value",
    "transitions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """What a test says.

    Parameters
    ----------
    statistic : float
        The test statistic.
    p_value : float or None
        Probability of a statistic at least this bad if the model were right; None where it has to be
        simulated and was not.
    observations, exceptions : int
        Days, and days with a loss beyond VaR.
    """

    __test__ = False  # not a pytest class

    statistic: float
    p_value: float | None
    observations: int
    exceptions: int


def exceedances(pnl: FloatArray, value_at_risk: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which days lost strictly more than the VaR stated for them.

    Parameters
    ----------
    pnl : ndarray of shape (T,)
        Realised profit and loss, gain positive.
    value_at_risk : ndarray of shape (T,)
        VaR stated before each day, a loss, positive when money is lost.

    Returns
    -------
    ndarray of bool, shape (T,)
    """
    pnl, stated = np.asarray(pnl, dtype=np.float64), np.asarray(value_at_risk, dtype=np.float64)
    if pnl.ndim != 1 or pnl.shape != stated.shape:
        raise InputError(f"P&L of shape {pnl.shape} needs one VaR a day, got {stated.shape}.")
    for what, values in (("P&L", pnl), ("VaR", stated)):
        if not np.isfinite(values).all():
            place = int(np.flatnonzero(~np.isfinite(values))[0])
            raise InputError(f"{what} of day {place} is {values[place]}: it must be finite.")
    return np.asarray(-pnl > stated)


def kupiec(exceptions: int, observations: int, *, level: float) -> TestOutcome:
    """Test the number of exceptions against the level (proportion of failures).

    ``LR = -2 ln[(1-p)^(T-x) p^x / ((1-x/T)^(T-x) (x/T)^x)]``, chi-squared with one degree of freedom.

    Parameters
    ----------
    exceptions : int
        Days with a loss beyond VaR, x.
    observations : int
        Days, T.
    level : float in (0, 1)
        Level of the VaR; p = 1 - level.

    Returns
    -------
    TestOutcome
        It rejects both too many and too few.

    References
    ----------
    .. [1] Kupiec, "Techniques for verifying the accuracy of risk measurement models", J. Derivatives 3
       (1995), pp. 73-84.
    """
    from scipy.special import xlogy

    mass = checked_counts(exceptions, observations, level)
    quiet = observations - exceptions
    share = exceptions / observations
    statistic = -2.0 * float(
        xlogy(quiet, 1.0 - mass)
        + xlogy(exceptions, mass)
        - xlogy(quiet, 1.0 - share)
        - xlogy(exceptions, share)
    )
    return _chi_squared(statistic, 1, observations, exceptions)


def transitions(exceeded: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Count which day followed which.

    Parameters
    ----------
    exceeded : ndarray of bool, shape (T,)
        Days with a loss beyond VaR, in order.

    Returns
    -------
    tuple of int
        n00, n01, n10, n11: n01 is a quiet day followed by an exception.
    """
    exceeded = np.asarray(exceeded, dtype=bool)
    if exceeded.ndim != 1 or exceeded.size < 2:
        raise InputError(
            f"transitions need at least 2 days, got an array of shape {exceeded.shape}."
        )
    pairs = np.bincount(2 * exceeded[:-1].astype(int) + exceeded[1:], minlength=4)
    return int(pairs[0]), int(pairs[1]), int(pairs[2]), int(pairs[3])


def christoffersen_independence(n00: int, n01: int, n10: int, n11: int) -> TestOutcome:
    """Test whether exceptions come in clusters: first-order Markov against independence.

    Parameters
    ----------
    n00, n01, n10, n11 : int
        From `transitions`.

    Returns
    -------
    TestOutcome
        Chi-squared with one degree of freedom.

    References
    ----------
    .. [1] Christoffersen, "Evaluating interval forecasts", International Economic Review 39 (1998),
       pp. 841-862.
    """
    from scipy.special import xlogy

    if min(n00, n01, n10, n11) < 0 or n00 + n01 + n10 + n11 < 1:
        raise InputError(f"transition counts must be at least 0, got {(n00, n01, n10, n11)}.")
    pairs = n00 + n01 + n10 + n11
    share = (n01 + n11) / pairs
    after_quiet = n01 / (n00 + n01) if n00 + n01 else 0.0
    after_exception = n11 / (n10 + n11) if n10 + n11 else 0.0
    statistic = -2.0 * float(
        xlogy(n00 + n10, 1.0 - share)
        + xlogy(n01 + n11, share)
        - xlogy(n00, 1.0 - after_quiet)
        - xlogy(n01, after_quiet)
        - xlogy(n10, 1.0 - after_exception)
        - xlogy(n11, after_exception)
    )
    return _chi_squared(statistic, 1, pairs, n01 + n11)


def christoffersen_coverage(exceeded: npt.NDArray[np.bool_], *, level: float) -> TestOutcome:
    """Test number and clustering of the exceptions together (conditional coverage).

    Parameters
    ----------
    exceeded : ndarray of bool, shape (T,)
        Days with a loss beyond VaR, in order.
    level : float in (0, 1)
        Level of the VaR.

    Returns
    -------
    TestOutcome
        ``LR_pof + LR_ind``, both over days 2 to T so that they use the same sample; chi-squared with
        two degrees of freedom.
    """
    n00, n01, n10, n11 = transitions(exceeded)
    days = n00 + n01 + n10 + n11
    statistic = (
        kupiec(n01 + n11, days, level=level).statistic
        + christoffersen_independence(n00, n01, n10, n11).statistic
    )
    return _chi_squared(statistic, 2, days, n01 + n11)


def acerbi_szekely(
    pnl: FloatArray,
    value_at_risk: FloatArray,
    expected_shortfall: FloatArray,
    *,
    level: float,
    simulated: FloatArray | None = None,
) -> TestOutcome:
    """Test the depth of the losses beyond VaR against the stated ES (second test, Z2).

    ``Z2 = 1 + sum_t X_t I_t / (T (1 - level) ES_t)``: zero on average if the model is right,
    negative when it understates.

    Parameters
    ----------
    pnl : ndarray of shape (T,)
        Realised profit and loss X_t, gain positive.
    value_at_risk, expected_shortfall : ndarray of shape (T,)
        Stated before each day; losses, positive.
    level : float in (0, 1)
        Level of both.
    simulated : ndarray of shape (M,), optional
        Z2 of M samples drawn from the model's own law, for the p-value (`simulated_p_value`).

    Returns
    -------
    TestOutcome
        Without `simulated` no p-value. Then, for 250 days at 97.5 %, the authors reject below -0.70
        (5 %) and -1.8 (0.01 %); the first is close to right for all but very heavy tails (t with 3 degrees of
        freedom: -0.81), the second is not.

    References
    ----------
    .. [1] Acerbi and Szekely, "Backtesting expected shortfall", Risk (December 2014).
    """
    exceeded = exceedances(pnl, value_at_risk)
    stated = np.asarray(expected_shortfall, dtype=np.float64)
    if stated.shape != exceeded.shape:
        raise InputError(f"ES has shape {stated.shape}, expected one a day: {exceeded.shape}.")
    if not (stated > 0.0).all():
        place = int(np.flatnonzero(~(stated > 0.0))[0])
        raise InputError(f"ES of day {place} is {stated[place]}: it must be a positive loss.")
    days = exceeded.size
    beyond = np.asarray(pnl, dtype=np.float64)[exceeded] / stated[exceeded]
    statistic = 1.0 + float(beyond.sum()) / (days * tail_mass(level))
    return TestOutcome(
        statistic=statistic,
        p_value=None if simulated is None else simulated_p_value(statistic, simulated),
        observations=days,
        exceptions=int(exceeded.sum()),
    )


def simulated_p_value(statistic: float, simulated: FloatArray) -> float:
    """Return the share of simulated statistics that are at least as low.

    Parameters
    ----------
    statistic : float
        The realised one.
    simulated : ndarray of shape (M,)
        The same statistic under the model.

    Returns
    -------
    float
        ``(1 + #{simulated <= statistic}) / (M + 1)``: never zero.
    """
    simulated = np.asarray(simulated, dtype=np.float64)
    if simulated.size == 0 or not np.isfinite(simulated).all():
        raise InputError("simulated statistics must be finite and at least one.")
    return float((1 + np.count_nonzero(simulated <= statistic)) / (simulated.size + 1))


def checked_counts(exceptions: int, observations: int, level: float) -> float:
    """Return ``1 - level`` for counts that can be, or say what is wrong with them."""
    if not 0 <= exceptions <= observations or observations < 1:
        raise InputError(
            f"{exceptions} exceptions in {observations} days: need 0 <= exceptions <= days, days >= 1."
        )
    return tail_mass(level)


def _chi_squared(statistic: float, degrees: int, observations: int, exceptions: int) -> TestOutcome:
    from scipy.special import chdtrc

    statistic = max(statistic, 0.0)  # a likelihood ratio; -0.0 and -1e-16 are rounding
    return TestOutcome(
        statistic=statistic,
        p_value=float(chdtrc(degrees, statistic)),
        observations=observations,
        exceptions=exceptions,
    )
