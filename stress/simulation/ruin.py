"""How likely a move falls below a lowest one in the variations: whether a name may collapse."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stress.arrays import FloatArray
from stress.scenarios.propagation import Completed
from stress.scenarios.scenario import Variation
from stress.scenarios.student_law import kept_mixing, mean_mixing
from stress.simulation.student import t_tail

__all__ = ["RUIN_PROBABILITY", "ruin_probability", "ruin_warnings"]

#: A collapsed name likelier than this to fall below -100 % gets draws of its own.
RUIN_PROBABILITY = 0.001

#: Nodes of the average over the severity.
_NODES = 9
#: Standard deviations beyond which no tail of a t with a variance reaches `RUIN_PROBABILITY`: at most 2e-4, at 2.5 degrees.
_HARMLESS = 12.0


def ruin_probability(
    exposures: FloatArray,
    completed: Completed,
    variation: Variation,
    *,
    root: FloatArray,
    factor_gain: FloatArray,
    specific: FloatArray,
    lowest: float = -1.0,
    harmless: float = _HARMLESS,
) -> FloatArray:
    """Return the probability that each name's unfloored return lies below the lowest.

    Parameters
    ----------
    exposures : ndarray of shape (N, K)
        Of the names.
    completed : Completed
        The completed scenario.
    variation : Variation
        How stated moves vary. Under `severity` the average over Gauss-Hermite nodes, each with its own
        mean and mixing; under `core` the noise of the stated moves adds to the variance.
    root, factor_gain : ndarray of shape (K, r), (K, n)
        Under the plan's mode.
    specific : ndarray of shape (N,)
        Its specific standard deviation before the mixing variable.
    lowest : float
        In the scenario's space: a log when compound.
    harmless : float
        Standard deviations from which on a tail is not worked out and counts as 0; infinite for none.

    Returns
    -------
    ndarray of shape (N,)
    """
    dof = completed.degrees_of_freedom
    own = root.T @ exposures.T
    variance = np.einsum("rn,rn->n", own, own) + specific**2
    gain = exposures @ factor_gain
    noise = np.zeros(len(exposures))
    severities, weights = np.array([completed.severity]), np.array([1.0])
    if variation.kind == "severity" and variation.severity_sd is not None:
        nodes, mass = np.polynomial.hermite_e.hermegauss(_NODES)
        severities = completed.severity * np.exp(variation.severity_sd * nodes)
        weights = mass / mass.sum()
    if variation.kind == "core" and variation.core_fraction is not None and completed.n_stated:
        spread = np.linalg.solve(completed.whitener.T, gain.T)
        noise = variation.core_fraction**2 * np.einsum("sn,sn->n", spread, spread)
    result = np.zeros(len(exposures))
    for stated, weight in zip(completed.scaled_values(severities), weights, strict=True):
        distance = completed.whitener @ stated
        squared = float(distance @ distance)
        mixing = kept_mixing(mean_mixing(completed.model_nu, completed.n_stated, squared))
        sd = np.sqrt(mixing * variance + noise)
        room = -lowest + gain @ stated
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where(sd > 0.0, room / sd, np.where(room < 0.0, -np.inf, np.inf))
        near = score < harmless
        scaled = score[near] * math.sqrt(dof / (dof - 2.0))
        result[near] += weight * t_tail(scaled, dof)
    return result


def ruin_warnings(
    names: Sequence[str], central: FloatArray, collapsed: np.ndarray
) -> tuple[str, ...]:
    """Say which names have draws of their own because they could lose more than everything, all in two sentences."""
    own = [int(i) for i in np.flatnonzero(~collapsed)]
    gone = [f"{names[i]} ({central[i]:+.0%})" for i in own if central[i] <= -1.0]
    near = [names[i] for i in own if central[i] > -1.0]
    said = []
    if gone:
        said.append(f"set to a total loss, for the factors say more than that: {', '.join(gone)}.")
    if near:
        said.append(
            f"could fall below -100 % in these variations: {', '.join(near)}. "
            f"{'It has draws of its own, floored at a total loss.' if len(near) == 1 else 'They have draws of their own, each floored at a total loss.'}"
        )
    return tuple(said)
