"""Scenarios that move factors as one they extend does: what they add of their own, the model has no factor for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stress.factors.model import FactorModel
from stress.files.bundled import bundled_ids
from stress.files.scenarios.file import read_scenario
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Scenario
from stress.tables import listing

__all__ = ["same_moves"]

#: Moves closer than this, in standard deviations over the horizon, are the same.
_SAME = 0.02
#: Names listed in a sentence.
_LISTED = 3


def same_moves(scenarios: Sequence[Scenario], model: FactorModel) -> dict[str, str]:
    """Say which scenarios move every factor as a bundled one does that they extend.

    Parameters
    ----------
    scenarios : sequence of Scenario
        To be run.
    model : FactorModel
        Its factors are what can move.

    Returns
    -------
    dict of str to str
        One sentence a scenario, by its id.
    """
    said = {}
    library = set(bundled_ids("scenarios"))
    for scenario in scenarios:
        for extended in scenario.extends:
            if extended in library and _same(scenario, read_scenario(extended), model):
                said[scenario.id] = _sentence(scenario, extended)
                break
    return said


def _same(one: Scenario, other: Scenario, model: FactorModel) -> bool:
    stated = {move.target for move in (*other.moves, *other.core_names)}
    if not stated <= {*model.factor_index, *model.name_index}:
        return False
    sd = np.sqrt(np.diag(model.horizon_covariance(one.horizon_days)))
    apart = complete(one, model).mean - complete(other, model).mean
    return one.returns == other.returns and bool((np.abs(apart) <= _SAME * sd).all())


def _sentence(scenario: Scenario, extended: str) -> str:
    names = [stated.target for stated in scenario.core_names]
    figures = [figure.name for figure in scenario.observed]
    lacking = [
        f"{listing(words, most=_LISTED)} {what}"
        for words, what in (
            (names, "move no factor further"),
            (figures, "have no factor"),
        )
        if words
    ]
    because = f": {', and '.join(lacking)}" if lacking else ""
    return (
        f"every factor moves as in {extended}, which it extends{because}. Under this model the two differ in "
        "horizon, time passing and what varies, not in the shock."
    )
