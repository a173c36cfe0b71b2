"""Propagation: factors a scenario does not mention move as the joint law says, or not at all.

The law (docs/how-far-to-trust.md). Over h sessions the factor moves f are Student-t with nu degrees of
freedom, mean zero and covariance h S; names answer r = B f + e with specific covariance h diag(s^2),
and one mixing variable V multiplies both. A scenario states n moves y: of factors, or of names. With
A the rows that pick (factors) or combine (names) what is stated, C = A (h S) A' + h diag(noise):

    D^2  = y' C^-1 y                          distance of what was stated
    mean = h S A' C^-1 y                      conditional mean of every factor
    P    = h S - h S A' C^-1 A h S            conditional covariance, before the mixing variable
    V    = (nu - 2 + D^2) / chi^2(nu + n)     the mixing variable given what was stated

so ``f = mean + sqrt(V) root z`` with ``root root' = P``.

References
----------
Kupiec (1998), "Stress testing in a value at risk framework", J. Derivatives 6; Ding (2016), "On the
conditional distribution of the multivariate t distribution", American Statistician 70.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.frozen import hold_still, still_when_copied
from stress.scenarios.against_model import check_against_factors
from stress.scenarios.plausibility import whitener
from stress.scenarios.scale import relative_at
from stress.scenarios.scenario import Returns, Scenario, StatedMove
from stress.scenarios.student_law import kept_mixing, mean_mixing

__all__ = ["Completed", "Peripheral", "complete", "complete_baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peripheral:
    """How one factor that the scenario does not state was filled.

    Parameters
    ----------
    factor : str
        The factor.
    mean : float
        Conditional mean, inside units (of the log move in a compound scenario).
    sd : float
        Conditional standard deviation, the mixing variable at its mean.
    r_squared : float
        Share of the factor's variance that the stated moves explain.
    extrapolation : float
        The conditional mean in unconditional standard deviations of the horizon.
    """

    factor: str
    mean: float
    sd: float
    r_squared: float
    extrapolation: float


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completed:
    """A scenario completed by the joint law of a model, at one severity.

    K factors, n stated moves, r <= K directions that remain free. In a compound scenario all moves
    here are logs (of 1 + move, for relative factors and names).

    Parameters
    ----------
    factor_names : tuple of str, length K
        The axis.
    stated : ndarray of bool, shape (K,)
        Which factors are stated.
    stated_index : tuple of int
        Position of each stated factor, in the order of the stated moves.
    mean : ndarray of shape (K,)
        Factor moves with unstated ones at their conditional mean.
    alone : ndarray of shape (K,)
        The same with unstated ones at zero.
    root : ndarray of shape (K, r)
        ``root @ root.T`` is the conditional covariance over the horizon; columns by falling variance.
    stated_values : ndarray of shape (n,)
        Stated moves at this severity, factors first, then names.
    unit_values : ndarray of shape (n,)
        The same at severity 1.
    relative : ndarray of bool, shape (n,)
        Which of them scale as relative moves.
    gain : ndarray of shape (K, n)
        Conditional mean per unit of each stated move.
    whitener : ndarray of shape (n, n)
        ``|whitener @ y|`` is the distance of stated moves y.
    core_names : tuple of str
        Names stated as core: the last entries of the n.
    distance : float
        D.
    degrees_of_freedom : float
        nu + n.
    mixing_mean : float
        E[V] used, not below 1.
    mixing_mean_raw : float
        E[V] before the floor.
    horizon_days : int
        Sessions.
    compound : bool
        Whether moves are logs.
    severity : float
        At which it was completed.
    peripherals : tuple of Peripheral
        One an unstated factor.
    model_nu : float
        Degrees of freedom of the model.
    """

    factor_names: tuple[str, ...]
    stated: np.ndarray
    stated_index: tuple[int, ...]
    mean: FloatArray
    alone: FloatArray
    root: FloatArray
    stated_values: FloatArray
    unit_values: FloatArray
    relative: np.ndarray
    gain: FloatArray
    whitener: FloatArray
    core_names: tuple[str, ...]
    distance: float
    degrees_of_freedom: float
    mixing_mean: float
    mixing_mean_raw: float
    horizon_days: int
    compound: bool
    severity: float
    peripherals: tuple[Peripheral, ...]
    model_nu: float

    def __post_init__(self) -> None:
        hold_still(self)

    @property
    def n_stated(self) -> int:
        """Number of stated moves, of factors and names."""
        return len(self.stated_values)

    @property
    def floored(self) -> bool:
        """Whether E[V] was raised to 1."""
        return self.mixing_mean > self.mixing_mean_raw

    def scaled_values(self, severity: FloatArray) -> FloatArray:
        """Return the stated moves at each severity.

        Parameters
        ----------
        severity : ndarray of shape (S,)
            Relative to the scenario as written.

        Returns
        -------
        ndarray of shape (S, n)
        """
        return _scaled(self.unit_values, self.relative, severity, compound=self.compound)


def complete(scenario: Scenario, model: FactorModel, *, severity: float = 1.0) -> Completed:
    """Complete a scenario by the joint law.

    Parameters
    ----------
    scenario : Scenario
        What is stated, and its horizon.
    model : FactorModel
        The joint law.
    severity : float
        Multiplies the shock: relative moves as (1+m)^s - 1, others by s. At least 0.

    Returns
    -------
    Completed

    Raises
    ------
    InputError
        Unknown factors or names, wrong units, two ways of stating one thing.
    """
    return _complete(
        scenario, model, severity=severity, horizon=scenario.horizon_days, returns=scenario.returns
    )


def complete_baseline(
    model: FactorModel, *, horizon_days: int = 1, returns: Returns = "simple"
) -> Completed:
    """Complete nothing: the joint law itself.

    Parameters
    ----------
    model : FactorModel
        The joint law.
    horizon_days : int
        Sessions.
    returns : {'simple', 'compound'}
        How moves over the horizon add up.

    Returns
    -------
    Completed
    """
    return _complete(None, model, severity=1.0, horizon=horizon_days, returns=returns)


def _complete(
    scenario: Scenario | None,
    model: FactorModel,
    *,
    severity: float,
    horizon: int,
    returns: Returns,
) -> Completed:
    compound = returns == "compound"
    if severity < 0.0 or not math.isfinite(severity):
        raise InputError(f"severity must be a finite number of at least 0, got {severity}.")
    covariance = model.horizon_covariance(horizon)
    k = len(model.factors)

    stated_factors, stated_names = _locate(scenario, model)
    picks = np.zeros((len(stated_factors) + len(stated_names), k))
    noise = np.zeros(len(picks))
    for row, (index, _) in enumerate(stated_factors):
        picks[row, index] = 1.0
    for row, (index, _) in enumerate(stated_names, start=len(stated_factors)):
        picks[row] = model.exposures[index]
        noise[row] = (model.horizon_scale(horizon) * model.specific_volatility[index]) ** 2
    moves = [stated for _, stated in (*stated_factors, *stated_names)]
    relative = np.array([stated.move.unit == "%" for stated in moves], dtype=bool)
    unit_values = np.array([stated.move.value for stated in moves], dtype=np.float64)
    if compound:
        _refuse_total_loss(scenario, moves)
        unit_values[relative] = np.log1p(unit_values[relative])

    n, n_factors = len(moves), len(stated_factors)
    white = whitener(
        picks @ covariance @ picks.T + np.diag(noise),
        names=[move.target for move in moves],
        where=f"scenario {scenario.id}: " if scenario is not None else "",
    )
    gain = covariance @ picks.T @ (white.T @ white)
    stated_index = [index for index, _ in stated_factors]
    stated = np.zeros(k, dtype=bool)
    stated[stated_index] = True
    # A stated factor is its own stated value, to the last bit.
    gain[stated_index, :] = 0.0
    gain[stated_index, range(n_factors)] = 1.0
    remaining = covariance - gain @ (picks @ covariance)
    remaining[stated, :] = 0.0
    remaining[:, stated] = 0.0

    values = _scaled(unit_values, relative, np.array([severity]), compound=compound)[0]
    mean = gain @ values
    alone = np.zeros(k)
    alone[stated_index] = mean[stated_index] = values[:n_factors]
    distance = float(np.linalg.norm(white @ values))
    nu = model.degrees_of_freedom
    raw = mean_mixing(nu, n, distance**2)
    mixing = kept_mixing(raw)
    return Completed(
        factor_names=tuple(factor.name for factor in model.factors),
        stated=stated,
        stated_index=tuple(stated_index),
        mean=mean,
        alone=alone,
        root=_root(remaining, np.sqrt(np.diag(covariance)), ~stated),
        stated_values=values,
        unit_values=unit_values,
        relative=relative,
        gain=gain,
        whitener=white,
        core_names=tuple(model.names[index] for index, _ in stated_names),
        distance=distance,
        degrees_of_freedom=nu + n,
        mixing_mean=mixing,
        mixing_mean_raw=raw,
        horizon_days=horizon,
        compound=compound,
        severity=severity,
        peripherals=_peripherals(model, stated, mean, remaining, covariance, mixing),
        model_nu=nu,
    )


def _scaled(
    unit_values: FloatArray, relative: np.ndarray, severity: FloatArray, *, compound: bool
) -> FloatArray:
    """Stated moves (S, n) at each severity: relative ones as (1+m)^s - 1, logs and others by s."""
    linear = np.multiply.outer(severity, unit_values)
    if not compound and relative.any() and not (severity == 1.0).all():
        linear[:, relative] = relative_at(unit_values[relative], severity[:, None])
    return linear


def _locate(
    scenario: Scenario | None, model: FactorModel
) -> tuple[list[tuple[int, StatedMove]], list[tuple[int, StatedMove]]]:
    """Find stated factors and core names on the model's axes, all problems at once.

    A core name that is a factor by definition states that factor.
    """
    if scenario is None:
        return [], []
    units = {factor.name: factor.unit for factor in model.factors}
    problems = check_against_factors(
        scenario, units, names=model.name_index, whose=f"model {model.id}"
    )
    if problems:
        raise InputError(problems)
    factors = {model.factor_index[stated.target]: stated for stated in scenario.moves}
    names: dict[int, StatedMove] = {}
    for stated in scenario.core_names:
        index = model.name_index[stated.target]
        if model.sources[index] != "definition" or model.specific_volatility[index] != 0.0:
            names[index] = stated
            continue
        factor = int(np.argmax(np.abs(model.exposures[index])))
        if factor in factors:
            problems.append(
                Problem(
                    message=(
                        f"{stated.target} is factor {model.factors[factor].name} by definition, "
                        f"and both are stated."
                    ),
                    file=scenario.file or scenario.id,
                    hint="State one of them, or record the name under [names].",
                )
            )
        factors[factor] = stated
    if problems:
        raise InputError(problems)
    return list(factors.items()), list(names.items())


def _refuse_total_loss(scenario: Scenario | None, moves: list[StatedMove]) -> None:
    """Refuse what has no logarithm in a compound scenario."""
    problems = [
        Problem(
            message=f"{stated.target} = '{stated.move}': a compound scenario needs moves above -100 %.",
            file=None if scenario is None else scenario.file or scenario.id,
            hint='Write returns = "simple".',
        )
        for stated in moves
        if stated.move.unit == "%" and stated.move.value <= -1.0
    ]
    if problems:
        raise InputError(problems)


def _root(covariance: FloatArray, scale: FloatArray, free: np.ndarray) -> FloatArray:
    """Root (K, r) of a positive semi-definite covariance, columns by falling variance.

    Worked out on the correlation scale, where percents and basis points weigh alike; directions with
    less than 1e-12 of the total variance are dropped. The largest entry of a column is positive, and
    rows of factors that are not free are exactly zero.
    """
    index = np.flatnonzero(free)
    if index.size == 0:
        return np.zeros((len(scale), 0))
    block = covariance[np.ix_(index, index)] / np.outer(scale[index], scale[index])
    values, vectors = np.linalg.eigh(block)
    keep = np.flatnonzero(values > 1e-12 * len(scale))[::-1]
    columns = vectors[:, keep] * np.sqrt(values[keep])
    columns *= np.sign(columns[np.argmax(np.abs(columns), axis=0), np.arange(len(keep))])
    root = np.zeros((len(scale), len(keep)))
    root[index] = scale[index, None] * columns
    return root


def _peripherals(
    model: FactorModel,
    stated: np.ndarray,
    mean: FloatArray,
    remaining: FloatArray,
    covariance: FloatArray,
    mixing: float,
) -> tuple[Peripheral, ...]:
    return tuple(
        Peripheral(
            factor=model.factors[i].name,
            mean=float(mean[i]),
            sd=math.sqrt(mixing * max(0.0, remaining[i, i])),
            r_squared=float(min(1.0, max(0.0, 1.0 - remaining[i, i] / covariance[i, i]))),
            extrapolation=float(mean[i] / math.sqrt(covariance[i, i])),
        )
        for i in np.flatnonzero(~stated)
    )
