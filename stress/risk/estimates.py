"""`Estimate`: a measure with its error and its condition; `summarise`: all of a run's in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.measures import as_loss, mean, probability_of_loss, standard_deviation, worst
from stress.risk.standard_errors import (
    mean_error,
    probability_of_loss_error,
    quantile_error,
    spacing_reach,
    standard_deviation_error,
    tail_mean_error,
)
from stress.risk.tail import (
    MIN_TAIL_DRAWS,
    checked_pnl,
    checked_weights,
    lower_tail,
    require_tail_draws,
    tail_mass,
)

__all__ = ["BAND", "LEVELS", "MIN_ERROR_DRAWS", "Estimate", "MeasureName", "summarise"]

#: The levels of the first screen and of the JSON.
LEVELS = (0.95, 0.975, 0.99)
_FEW = "too few draws to know an error by"
#: Levels of the two quantiles that 95 % of the variations lie between.
BAND = (0.025, 0.975)

#: Fewer draws than this say nothing of how far they are off.
MIN_ERROR_DRAWS = 30

MeasureName = Literal[
    "mean",
    "standard_deviation",
    "value_at_risk",
    "expected_shortfall",
    "quantile",
    "probability_of_loss",
    "worst_of_N",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One measure of one P&L.

    Parameters
    ----------
    measure : str
        Which one.
    level : float or None
        Confidence level of VaR and ES; probability of a quantile.
    value : float
        In `unit`; its sign is said by `sign`.
    standard_error : float or None
        Simulation error only. None where none is defined, see `no_error_because`.
    unit : str
        A currency, or ``"1"`` for a probability.
    sign : {'loss', 'gain'}
        `loss`: positive when money is lost. `gain`: positive when money is made.
    conditional_on : str or None
        Id of the scenario that is assumed to happen, or None: no scenario.
    threshold : float or None
        The loss of `probability_of_loss`. [currency]
    no_error_because : str or None
        Why there is no standard error.
    """

    measure: MeasureName
    value: float
    unit: str
    sign: Literal["loss", "gain"]
    conditional_on: str | None
    level: float | None = None
    standard_error: float | None = None
    threshold: float | None = None
    no_error_because: str | None = None


def summarise(
    pnl: FloatArray,
    weights: FloatArray | None = None,
    *,
    unit: str,
    conditional_on: str | None,
    levels: Sequence[float] = LEVELS,
    loss_thresholds: Sequence[float] = (),
    degrees_of_freedom: float = np.inf,
) -> tuple[Estimate, ...]:
    """Return all measures of one P&L, sorting each tail once.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive.
    weights : ndarray of shape (S,), optional
        Probabilities, summing to one. Equal when omitted.
    unit : str
        The currency.
    conditional_on : str or None
        Id of the scenario the draws assume, or None for the baseline.
    levels : sequence of float
        Confidence levels of VaR and ES.
    loss_thresholds : sequence of float
        Losses, positive, whose probability of being exceeded is wanted.
    degrees_of_freedom : float
        Of the law the draws came from (after conditioning), above 2; infinite for normal or unknown tails.
        At 4 and below there is no error of the standard deviation.

    Returns
    -------
    tuple of Estimate
        mean, standard deviation, the two ends of the band, VaR and ES level by level, probabilities,
        worst of N.

    Raises
    ------
    InputError
        On a P&L, weights or levels that are not valid.
    TooFewTailDrawsError
        If an ES would rest on fewer than `MIN_TAIL_DRAWS` effective draws.
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    if not degrees_of_freedom > 2.0:
        raise InputError(
            f"degrees_of_freedom must be above 2, got {degrees_of_freedom:g}: no variance, hence no errors."
        )
    enough = pnl.size >= MIN_ERROR_DRAWS

    def estimate(
        measure: MeasureName,
        value: float,
        error: float | None,
        *,
        sign: Literal["loss", "gain"],
        level: float | None = None,
        because: str | None = None,
    ) -> Estimate:
        return Estimate(
            measure=measure,
            level=level,
            value=value,
            standard_error=error if enough else None,
            unit=unit,
            sign=sign,
            conditional_on=conditional_on,
            no_error_because=(because if error is None else None) if enough else _FEW,
        )

    has_fourth = degrees_of_freedom > 4.0
    estimates = [
        estimate("mean", mean(pnl, weights), mean_error(pnl, weights), sign="gain"),
        estimate(
            "standard_deviation",
            standard_deviation(pnl, weights),
            standard_deviation_error(pnl, weights) if has_fourth else None,
            sign="gain",
            because=f"degrees of freedom {degrees_of_freedom:g}: the law has no fourth moment",
        ),
    ]

    edge = BAND[0]
    masses = {level: tail_mass(level) for level in levels}
    reach = spacing_reach(max((edge, *masses.values())), weights, pnl.size)
    tail = lower_tail(pnl, weights, mass=reach)
    opposite = lower_tail(-pnl, weights, mass=spacing_reach(edge, weights, pnl.size))
    short = "too few draws beyond it to read the density there"
    ends = (tail.quantile(edge), tail), (as_loss(opposite.quantile(edge)), opposite)
    for level, (end, sorted_tail) in zip(BAND, ends, strict=True):
        estimates.append(
            estimate(
                "quantile",
                end,
                quantile_error(sorted_tail, edge),
                sign="gain",
                level=level,
                because=short,
            )
        )
    for level, mass in masses.items():
        require_tail_draws(tail, level=level, draws=pnl.size, needed=MIN_TAIL_DRAWS)
        estimates.append(
            estimate(
                "value_at_risk",
                as_loss(tail.quantile(mass)),
                quantile_error(tail, mass),
                sign="loss",
                level=level,
                because=short,
            )
        )
        estimates.append(
            estimate(
                "expected_shortfall",
                as_loss(tail.mean(mass)),
                tail_mean_error(tail, mass),
                sign="loss",
                level=level,
            )
        )
    for threshold in loss_thresholds:
        estimates.append(_probability(pnl, weights, threshold, conditional_on))
    because = "it grows with the number of draws"
    estimates.append(
        estimate("worst_of_N", worst(pnl, weights), None, sign="loss", because=because)
    )
    return tuple(estimates)


def _probability(
    pnl: FloatArray, weights: FloatArray | None, threshold: float, conditional_on: str | None
) -> Estimate:
    because = None if pnl.size >= MIN_ERROR_DRAWS else _FEW
    if because is None and np.count_nonzero(pnl < -threshold) in (0, pnl.size):
        # The binomial error is zero then, as if the probability were known.
        because = "all draws lie on one side of the loss"
    return Estimate(
        measure="probability_of_loss",
        value=probability_of_loss(pnl, weights, more_than=threshold),
        standard_error=None
        if because is not None
        else probability_of_loss_error(pnl, weights, more_than=threshold),
        unit="1",
        sign="loss",
        conditional_on=conditional_on,
        threshold=threshold,
        no_error_because=because,
    )
