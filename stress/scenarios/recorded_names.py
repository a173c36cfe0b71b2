"""Recorded moves of names held against what their factors say: one of the two numbers may be wrong."""

from __future__ import annotations

import math

import numpy as np

from stress.errors import Problem
from stress.factors.model import FactorModel
from stress.scenarios.propagation import Completed
from stress.scenarios.scenario import Scenario

__all__ = ["check_recorded_names"]

#: How far a fund may be from the factor that it is, in ordinary sessions' standard deviations of that.
_TRACKS = 0.5


def check_recorded_names(
    scenario: Scenario, model: FactorModel, completed: Completed
) -> tuple[list[Problem], dict[str, str]]:
    """Hold every recorded name against what its factors say.

    Parameters
    ----------
    scenario : Scenario
        With recorded names. Those the model does not know are skipped, and those whose exposures
        are only their peers' (`prior`): a contradiction would say nothing about the record.
    model : FactorModel
        The exposures.
    completed : Completed
        The scenario completed on that model.

    Returns
    -------
    problems : list of Problem
        Names further from their factors' answer than the scenario's `contradiction_limit`, in
        conditional standard deviations: one of the two numbers is wrong. Of a name that is a factor by
        definition that deviation is at least half of the factor's on an ordinary session.
    notes : dict of str to str
        By name that is a factor by definition: the difference between fund and index, from 0.05 %.
    """
    problems: list[Problem] = []
    notes: dict[str, str] = {}
    spread = completed.root @ completed.root.T
    scale = model.horizon_scale(completed.horizon_days)
    for recorded in scenario.names:
        index = model.name_index.get(recorded.target)
        if index is None or model.sources[index] == "prior":
            continue
        beta = model.exposures[index]
        said = float(beta @ completed.mean)
        total = recorded.move.value
        if completed.compound and total <= -1.0:
            problems.append(
                Problem(
                    message=f"[names] {recorded.target} = {total:+.0%} has no logarithm in a compound scenario.",
                    file=scenario.file or scenario.id,
                    hint='Write returns = "simple", or leave it out.',
                )
            )
            continue
        if completed.compound:
            said = math.expm1(said)
        own = (scale * model.specific_volatility[index]) ** 2
        sd = math.sqrt(completed.mixing_mean * (own + float(beta @ spread @ beta)))
        if model.sources[index] == "definition":
            # A fund closes at another hour than the index, and tracks it loosely on a day.
            ordinary = math.sqrt(float(beta @ model.covariance @ beta))
            sd = max(sd, _TRACKS * ordinary)
            if abs(total - said) >= 4.5e-4:
                place = int(np.argmax(np.abs(beta)))
                how = "stated" if completed.stated[place] else "linked"
                notes[recorded.target] = (
                    f"{recorded.target} is factor {model.factors[place].name} by definition: {how} {said:+.2%}, "
                    f"recorded {total:+.2%}, difference {total - said:+.2%}."
                )
        gap = (math.log1p(total) - math.log1p(said)) if completed.compound else total - said
        apart = abs(gap) / sd if sd > 0.0 else (math.inf if gap else 0.0)
        if apart > scenario.contradiction_limit:
            problems.append(
                Problem(
                    message=(
                        f"[names] {recorded.target} = {total:+.2%} contradicts its factors, which say "
                        f"{said:+.2%}: {apart:.1f} conditional standard deviations apart, "
                        f"the limit is {scenario.contradiction_limit:g}."
                    ),
                    file=scenario.file or scenario.id,
                    hint="Check the ticker and the sign, or raise contradiction_limit with a reason.",
                )
            )
    return problems, notes
