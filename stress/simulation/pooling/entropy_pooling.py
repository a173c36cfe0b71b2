"""Entropy pooling: the probabilities nearest to equal ones under which stated views hold.

Draws stay, weights change: ``min KL(q | p)`` subject to views that are linear in q (means, second
moments, tail probabilities) or made so (expected shortfall). `pooling.dual` solves it.

References
----------
.. [1] Meucci, "Fully flexible views: theory and practice", Risk 21 (2008), pp. 97-102.
.. [2] Meucci, Ardia and Keel, "Fully flexible extreme views", J. Risk 14 (2011), pp. 39-49.
.. [3] Vorobets, "Sequential entropy pooling heuristics", SSRN working paper 3936392 (2021).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, ModelError, did_you_mean
from stress.risk.tail import lower_tail
from stress.simulation.pooling.dual import TOLERANCE, InfeasibleViewsError, Row, solve_dual
from stress.simulation.pooling.views import View, distinct_rows, linear_rows

__all__ = [
    "InfeasibleViewsError",
    "Pooled",
    "TooFewEffectiveDrawsError",
    "View",
    "divergence",
    "effective_draws",
    "pool",
]

#: Fewer effective draws than this, or than `MIN_SHARE` of all draws, and the answer is a handful of days.
MIN_EFFECTIVE = 30.0
MIN_SHARE = 0.01
#: Places of a VaR at which lowering an ES is tried where the first is not allowed.
PLACES = 20


class TooFewEffectiveDrawsError(ModelError):
    """The views leave too few draws with any weight.

    Parameters
    ----------
    effective : float
        Effective number of draws left.
    needed : float
        How many there should be.
    draws : int
        Draws in all.
    """

    def __init__(self, *, effective: float, needed: float, draws: int) -> None:
        self.effective = effective
        self.needed = needed
        self.draws = draws
        super().__init__(
            f"the views leave {effective:.4g} effective draws of {draws:,}; at least {needed:g} are needed. "
            "Weaken the views, or use the parametric law."
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Probabilities that meet the views.

    Parameters
    ----------
    weights : ndarray of shape (S,)
        Summing to one.
    divergence : float
        From equal weights, in nats.
    effective_draws : float
        Exponential of the entropy of the weights.
    multipliers : mapping of str to float
        Dual variable of each linear row, in one over its unit: ``q ~ p exp(sum l a)``. 0 where an
        inequality does not bind.
    """

    weights: FloatArray
    divergence: float
    effective_draws: float
    multipliers: Mapping[str, float]


def effective_draws(weights: FloatArray) -> float:
    """Return the exponential of the entropy: S for equal weights, 1 for one certain draw."""
    positive = weights[weights > 0.0]
    return float(np.exp(-np.sum(positive * np.log(positive))))


def divergence(weights: FloatArray) -> float:
    """Return the Kullback-Leibler divergence from equal weights, in nats: what their entropy lacks."""
    return max(float(np.log(weights.size) - np.log(effective_draws(weights))), 0.0)


def pool(
    quantities: Mapping[str, FloatArray],
    views: Sequence[View],
    *,
    before: FloatArray | None = None,
) -> Pooled:
    """Return the probabilities nearest to equal ones that meet all views.

    Parameters
    ----------
    quantities : mapping of str to ndarray of shape (S,)
        Draws (or past days) of each quantity.
    views : sequence of View
        What should hold.
    before : ndarray of shape (S,), optional
        Weights at whose moments a view holds the lower ones that no view states: those of the pooling
        before, where views of higher order follow lower ones [3]_. Equal ones when omitted.

    Returns
    -------
    Pooled

    Raises
    ------
    InputError
        On unknown quantities, contradicting statements of one thing, numbers that are not finite.
    InfeasibleViewsError
        If no probabilities on these draws meet the views; says which would have to give way.
    TooFewEffectiveDrawsError
        If fewer than 30 or 1 % of the draws are effectively left.
    """
    quantities = {name: _finite(name, values) for name, values in quantities.items()}
    p = _equal(quantities)
    _check(quantities, views)
    usual = p if before is None else before
    fixed = [row for view in views for row in linear_rows(view, views, quantities, usual)]
    shortfalls = [view for view in views if view.kind == "expected_shortfall"]
    weights, multipliers = solve_dual(distinct_rows(fixed), p)
    if shortfalls:
        weights, multipliers = _with_shortfalls(
            distinct_rows(fixed), shortfalls, quantities, p, weights, multipliers
        )
    effective = effective_draws(weights)
    needed = max(MIN_EFFECTIVE, MIN_SHARE * p.size)
    if effective < needed:
        raise TooFewEffectiveDrawsError(effective=effective, needed=needed, draws=p.size)
    return Pooled(
        weights=weights,
        divergence=divergence(weights),
        effective_draws=effective,
        multipliers=multipliers,
    )


def _finite(name: str, values: FloatArray) -> FloatArray:
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise InputError(f"'{name}' must hold one finite value a draw.")
    return values


def _equal(quantities: Mapping[str, FloatArray]) -> FloatArray:
    sizes = {values.size for values in quantities.values()}
    if len(sizes) != 1 or 0 in sizes:
        raise InputError(f"quantities must have one common, positive number of draws, got {sizes}.")
    draws = sizes.pop()
    return np.full(draws, 1.0 / draws)


def _check(quantities: Mapping[str, FloatArray], views: Sequence[View]) -> None:
    for view in views:
        for name in (view.of, view.other):
            if name is not None and name not in quantities:
                hint = did_you_mean(name, quantities)
                raise InputError(f"{view}: there are no draws of '{name}'. {hint}".rstrip())
    keys = [(view.kind, view.of, view.other, view.level, view.relation) for view in views]
    for view, key in zip(views, keys, strict=True):
        if keys.count(key) > 1:
            raise InputError(f"{view}: stated twice.")


def _with_shortfalls(
    fixed: list[Row],
    views: Sequence[View],
    quantities: Mapping[str, FloatArray],
    p: FloatArray,
    weights: FloatArray,
    multipliers: dict[str, float],
) -> tuple[FloatArray, dict[str, float]]:
    """Meet ES views by linear rows at the current VaR, from what the other rows give.

    ES is the minimum over q of ``q + E[(L - q)^+] / (1 - level)``, reached at the VaR. To raise it, every
    q gives a valid linear constraint: cuts accumulate. To lower it, one q is enough, and it must lie
    below the target: the first is the VaR lowered by as much as the ES (`_first_lowering`), the last one
    stands, and the divergence falls from step to step. Both stop where q is the VaR of the answer.
    """
    raising = {view: _tail(quantities, weights, view)[0] < view.target for view in views}
    cuts: dict[View, list[Row]] = {view: [] for view in views}
    for _ in range(200):
        settled = True
        for view in views:
            shortfall, quantile = _tail(quantities, weights, view)
            loss = -quantities[view.of]
            scale = max(abs(view.target), float(np.sqrt(p @ loss**2)))
            miss = shortfall - view.target
            met = {
                "equal": abs(miss) <= TOLERANCE * scale,
                "at_least": miss >= -TOLERANCE * scale,
                "at_most": miss <= TOLERANCE * scale,
            }[view.relation]
            if met:
                continue
            settled = False
            if raising[view]:
                cuts[view] = [*cuts[view], _cut(view, loss, quantile, "at_least")]
            elif cuts[view]:
                cuts[view] = [_cut(view, loss, quantile, "at_most")]
            else:
                others = [*fixed, *(row for rows in cuts.values() for row in rows)]
                lower = quantile + view.target - shortfall
                cuts[view] = [_first_lowering(view, loss, lower, others, p)]
        if settled:
            return weights, multipliers
        weights, multipliers = solve_dual(
            [*fixed, *(row for rows in cuts.values() for row in rows)], p
        )
    names = tuple(str(view) for view in views)
    raise InfeasibleViewsError(
        f"no probabilities were found that meet {'; '.join(names)}. Weaken it, or state it alone.",
        views=names,
    )


def _cut(
    view: View, loss: FloatArray, place: float, relation: Literal["at_least", "at_most"]
) -> Row:
    """ES of a view as a linear statement, were its VaR at a place."""
    values = place + np.maximum(loss - place, 0.0) / (1.0 - float(view.level or 0.0))
    return Row(view=str(view), values=values, target=view.target, relation=relation)


def _first_lowering(
    view: View, loss: FloatArray, place: float, others: Sequence[Row], p: FloatArray
) -> Row:
    """Return the cut at a place; where the other rows do not allow it, the one of several below the target whose law is nearest."""
    first = _cut(view, loss, place, "at_most")
    below = np.sort(loss[loss < view.target])
    found: list[tuple[float, Row]] = []
    for cut in (
        first,
        *(_cut(view, loss, x, "at_most") for x in below[:: max(1, below.size // PLACES)]),
    ):
        try:
            weights, _ = solve_dual([*others, cut], p)
        except InfeasibleViewsError:
            continue
        if cut is first:
            return first
        found.append((divergence(weights), cut))
    return min(found, key=lambda one: one[0])[1] if found else first


def _tail(
    quantities: Mapping[str, FloatArray], weights: FloatArray, view: View
) -> tuple[float, float]:
    """ES and VaR of the quantity of a view, under weights."""
    mass = 1.0 - float(view.level or 0.0)
    tail = lower_tail(quantities[view.of], weights, mass=mass)
    return -tail.mean(mass), -tail.quantile(mass)
