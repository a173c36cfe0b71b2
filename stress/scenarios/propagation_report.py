"""How far to trust each propagated move: betas with errors, R², extrapolation, and whether it was ever seen.

With y the n stated moves, C their covariance and u an unstated factor, the beta is ``b = C^-1 cov(y, u)``. It is a
correlation times a ratio of volatilities, and the two rest on as many equally weighted sessions as their
weights are worth (`effective_sessions`): m and, as volatilities forget sooner, fewer, v. Were they one, the variance of
b_j would be that of a regression, ``var(u) (1 - R^2) (C^-1)_jj`` over the sessions; of that ``b_j^2 (1 - rho_uj^2)``, with
rho_uj the correlation of u and y_j, is the ratio's. Both are larger by what fat tails do to a sample's
moments, which of elliptical laws is one factor, of a joint t law with nu degrees of freedom

    k = (nu - 2) / (nu - 4)
    se(b_j)^2 = k ( (var(u) (1 - R^2) (C^-1)_jj - b_j^2 (1 - rho_uj^2)) / (m - n - 1)
                    + b_j^2 (1 - rho_uj^2) / (v - n - 1) )

Muirhead, R. J. (1982), Aspects of Multivariate Statistical Theory, 1.5 and 5.1, has the moments. For one stated move the two parts
are exactly those of a sample's correlation and of its ratio; for several they are taken to add up. With
equal weights for both and no clean-up of the covariance, se / sqrt(k) is ordinary least squares with a
constant, to the last digit. On histories simulated from the t law betas scatter by 0.5 to 0.95
of it, from a normal one by less: k holds for endless samples, and the level that volatilities share, by
which moves are divided first, takes some of the tails away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.factors.history import carried_moves, effective_sessions, windows
from stress.factors.model import FactorModel
from stress.scenarios.propagation import Completed
from stress.tables import listing, percent
from stress.units import Unit

__all__ = [
    "Beta",
    "PropagatedFactor",
    "impossible_warning",
    "propagation_report",
    "stated_names",
    "unseen_warning",
    "written_move",
]

#: Propagated moves beyond all that was seen: so many are named, the furthest beyond first.
_NAMED = 4
#: Below this share of its variance what is stated says next to nothing of a factor.
_UNEXPLAINED = 0.05
#: A variance of nothing: of a factor that stands still.
_NOTHING = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta:
    """The answer of an unstated factor to one stated move, the others held.

    Parameters
    ----------
    on : str
        The stated factor or name.
    value : float
        Move per unit move, inside units.
    standard_error : float or None
        None where the model does not say how many sessions it rests on.
    """

    on: str
    value: float
    standard_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropagatedFactor:
    """One factor that a scenario does not state, as the joint law fills it.

    Parameters
    ----------
    factor, title, unit : str
        The factor.
    move : float
        Conditional mean over the horizon, a simple move in inside units.
    sd : float
        Conditional standard deviation, the mixing variable at its mean; in a compound scenario that of
        ``log(1 + move)``, of a relative factor.
    r_squared : float
        Share of the factor's variance that the stated moves explain.
    extrapolation : float
        The conditional mean in unconditional standard deviations of the horizon.
    betas : tuple of Beta
        On each stated move, in the order of the scenario's completion.
    largest_seen : float or None
        The largest move, up or down, over as many sessions among those the model carries, written in
        the direction of `move`; None where it carries none, or fewer sessions than the horizon has.
    sessions_seen : int
        How many windows of the horizon that was looked for in.
    since : str or None
        ISO date of the first session carried.
    """

    factor: str
    title: str
    unit: Unit
    move: float
    sd: float
    r_squared: float
    extrapolation: float
    betas: tuple[Beta, ...]
    largest_seen: float | None
    sessions_seen: int
    since: str | None

    @property
    def unseen(self) -> bool:
        """Whether the move is larger than any the model carries."""
        return self.largest_seen is not None and abs(self.move) > abs(self.largest_seen)

    @property
    def unexplained(self) -> bool:
        """Whether the stated moves explain next to nothing of its variance."""
        return self.r_squared < _UNEXPLAINED

    @property
    def impossible(self) -> bool:
        """Whether more than all would be lost: where returns do not compound the law is a straight line."""
        return self.unit == "%" and self.move < -1.0


def propagation_report(completed: Completed, model: FactorModel) -> tuple[PropagatedFactor, ...]:
    """Report how each unstated factor was filled.

    Parameters
    ----------
    completed : Completed
        A scenario completed on the model.
    model : FactorModel
        The same.

    Returns
    -------
    tuple of PropagatedFactor
        In the order of the model's factors; empty without any stated move.
    """
    if completed.n_stated == 0:
        return ()
    on = stated_names(completed)
    errors = _standard_errors(completed, model)
    largest, count, since = _largest_seen(completed, model)
    place = model.factor_index
    lines = []
    for peripheral in completed.peripherals:
        k = place[peripheral.factor]
        factor = model.factors[k]
        error = None if errors is None else errors[k]
        lines.append(
            PropagatedFactor(
                factor=factor.name,
                title=factor.title,
                unit=factor.unit,
                move=float(factor.simple(peripheral.mean, compound=completed.compound)),
                sd=peripheral.sd,
                r_squared=peripheral.r_squared,
                extrapolation=peripheral.extrapolation,
                betas=tuple(
                    Beta(
                        on=name,
                        value=float(completed.gain[k, j]),
                        standard_error=None if error is None else float(error[j]),
                    )
                    for j, name in enumerate(on)
                ),
                largest_seen=None
                if largest is None
                else float(
                    factor.simple(
                        math.copysign(largest[k], peripheral.mean), compound=completed.compound
                    )
                ),
                sessions_seen=count,
                since=since,
            )
        )
    return tuple(lines)


def unseen_warning(report: Sequence[PropagatedFactor], horizon_days: int) -> str | None:
    """Say which propagated moves are larger than any the model carries; None without one.

    Parameters
    ----------
    report : sequence of PropagatedFactor
        From `propagation_report`.
    horizon_days : int
        Sessions of the scenario.
    """
    unseen = [
        (line, line.largest_seen)
        for line in report
        if line.largest_seen is not None and line.unseen
    ]
    if not unseen:
        return None
    unseen.sort(key=lambda one: abs(one[1] / one[0].move))
    named = [
        f"{line.factor} {written_move(line.move, line.unit)} "
        f"({written_move(abs(seen), line.unit, signed=False)})"
        for line, seen in unseen
    ]
    span = "one session" if horizon_days == 1 else f"{horizon_days} sessions"
    return (
        f"propagated beyond anything in the model's sessions since {unseen[0][0].since} "
        f"(largest over {span} in brackets): {listing(named, most=_NAMED)}."
    )


def impossible_warning(report: Sequence[PropagatedFactor]) -> str | None:
    """Say which factors are filled below -100 %, and what stands at a total loss instead; None without one.

    The factor's own move stays: credit to factors, and the P&L of names held linearly, add up along the law's
    straight line. Nothing that is valued loses more than all (`Plan.returns`, `Factor.possible`).

    Parameters
    ----------
    report : sequence of PropagatedFactor
        From `propagation_report`.
    """
    below = sorted((line for line in report if line.impossible), key=lambda line: line.move)
    if not below:
        return None
    named = [f"{line.factor} {written_move(line.move, line.unit)}" for line in below]
    return (
        f"propagated below -100 %, where no move is: {listing(named, most=_NAMED)}. The straight-line answer stands in what "
        "factors add up to in a name; each name, and what follows such a factor itself, is floored at a total loss. "
        'A scenario with returns = "compound" has no such move.'
    )


def written_move(move: float, unit: str, *, signed: bool = True) -> str:
    """Write a move held in inside units in the unit of its factor."""
    match unit:
        case "%":
            return percent(move, signed=signed)
        case "bp":
            return f"{1e4 * move:{'+' if signed else ''}.0f} bp"
        case "pts":
            return f"{move:{'+' if signed else ''}.1f} pts"
    raise ValueError(f"unit {unit!r} is not one of %, bp, pts.")


def stated_names(completed: Completed) -> tuple[str, ...]:
    """Name the stated moves in the order of the columns of the gain."""
    return (*(completed.factor_names[k] for k in completed.stated_index), *completed.core_names)


def _standard_errors(completed: Completed, model: FactorModel) -> FloatArray | None:
    """Return the standard error of each entry of the gain, (K, n).

    None on unknown or too few sessions, and where tails are so fat that there is none.
    """
    horizon, nu = completed.horizon_days, model.degrees_of_freedom
    correlations = effective_sessions(model, horizon)
    volatilities = effective_sessions(model, horizon, of="volatilities")
    if correlations is None or volatilities is None or nu <= 4.0:
        return None
    used = completed.n_stated + 1.0
    if min(correlations, volatilities) <= used:
        return None
    gain, residual = completed.gain, np.einsum("kr,kr->k", completed.root, completed.root)
    precision = np.einsum("ij,ij->j", completed.whitener, completed.whitener)
    stated = np.linalg.inv(completed.whitener.T @ completed.whitener)
    shared = gain @ stated
    variance = residual + np.einsum("kn,kn->k", shared, gain)
    apart = 1.0 - shared**2 / np.maximum(np.outer(variance, np.diag(stated)), _NOTHING)
    of_ratio = gain**2 * np.maximum(apart, 0.0)
    of_correlation = np.maximum(np.outer(residual, precision) - of_ratio, 0.0)
    tails = (nu - 2.0) / (nu - 4.0)
    square = of_correlation / (correlations - used) + of_ratio / (volatilities - used)
    return np.asarray(np.sqrt(tails * square))


def _largest_seen(
    completed: Completed, model: FactorModel
) -> tuple[FloatArray | None, int, str | None]:
    """Largest absolute move of each factor over the horizon, windows looked at, first session."""
    if model.history is None:
        return None, 0, None
    since = model.history.dates[0]
    seen = windows(carried_moves(model, compound=completed.compound), completed.horizon_days)
    if not len(seen):
        return None, 0, since
    return np.asarray(np.abs(seen).max(axis=0)), len(seen), since
