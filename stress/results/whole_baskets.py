"""Scenarios that state every member of a basket: the basket is their mean, whatever the law makes of it.

The law knows a basket by its own moves and a member by its exposures and a move of its own, so six members that fall by 9 % say
much of their basket but not that it falls by 9 %. Whoever states all of them means the basket, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stress.simulation.plan import Plan
from stress.tables import percent

__all__ = ["whole_baskets"]

#: How far a basket may be from its members: a fraction of their mean, and at least.
_SHARE, _LEAST = 0.1, 0.002


def whole_baskets(planned: Plan) -> Iterator[str]:
    """Say of baskets all of whose members are stated where they move otherwise than these.

    Parameters
    ----------
    planned : Plan
        Of a scenario.
    """
    completed, model = planned.completed, planned.book.model
    count = len(completed.core_names)
    if not count:
        return
    values = completed.stated_values[-count:]
    moves = dict(
        zip(completed.core_names, np.expm1(values) if completed.compound else values, strict=True)
    )
    for factor, inside, stated in zip(
        model.factors, planned.mean_factors(), completed.stated, strict=True
    ):
        members = factor.series
        if len(members) < 2 or factor.kind != "relative" or not moves.keys() >= set(members):
            continue
        mean = float(np.mean([moves[name] for name in members]))
        move = float(factor.simple(inside, compound=completed.compound))
        if abs(move - mean) <= max(_LEAST, _SHARE * abs(mean)):
            continue
        written = f": {factor.name}={mean:+.1%}" if completed.severity == 1.0 else ""
        yield (
            f"all {len(members)} members of {factor.name} are stated, {percent(mean)} on average, and it is stated at "
            f"{percent(move)}: one of them is wrong (a basket is the mean of its members)."
            if stated
            else f"all {len(members)} members of {factor.name} are stated, {percent(mean)} on average; the basket moves by {percent(move)} "
            f"here. State it too{written}."
        )
