"""Whether a scenario's factors and core names exist in a model, in the model's units."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from stress.errors import Problem, did_you_mean, ticker_meant
from stress.scenarios.scenario import Scenario, StatedMove
from stress.units import Unit, in_unit

__all__ = ["check_against_factors"]


def check_against_factors(
    scenario: Scenario,
    factors: Mapping[str, Unit],
    *,
    names: Collection[str] | None = None,
    whose: str = "the model",
) -> list[Problem]:
    """Return what of a scenario a model cannot consume.

    Parameters
    ----------
    scenario : Scenario
        As read.
    factors : mapping of str to unit
        Every factor of the model and the unit of its moves.
    names : collection of str, optional
        Every name of the model; core names must be among them. Not checked when omitted.
        Recorded names need not be: they are used where they are held.
    whose : str
        What the factors belong to, for messages.

    Returns
    -------
    list of Problem
        An unknown factor, a wrong unit, a core name the model does not know or that is not a
        relative move; each names the file and the key, and the first factor that is like none all of them. Empty when the model can run it.
    """
    problems: list[Problem] = []
    listed = False
    tables = [("moves", scenario.moves)]
    tables += [(f"path[{index}].moves", step.moves) for index, step in enumerate(scenario.path)]
    for table, moves in tables:
        for stated in moves:
            problem = _factor_problem(stated, table, factors, names or (), whose)
            if problem is not None:
                if problem.hint is None and not listed:
                    problem = replace(problem, hint=f"The factors are {', '.join(factors)}.")
                    listed = True
                problems.append(_in_file(problem, scenario))
    named = [("core_names", scenario.core_names), ("names", scenario.names)]
    named += [(f"path[{i}].core_names", step.core_names) for i, step in enumerate(scenario.path)]
    for table, moves in named:
        for stated in moves:
            key = f"{table}.{stated.target}"
            if stated.move.unit != "%":
                problems.append(
                    _in_file(
                        Problem(
                            message=f"{key} = '{stated.move}' is not a relative move.",
                            hint="A name moves in %.",
                        ),
                        scenario,
                    )
                )
            if table != "names" and names is not None and stated.target not in names:
                hint = ticker_meant(stated.target, names)
                if stated.target in factors:
                    hint = "It is a factor: state it under [moves]."
                problems.append(
                    _in_file(
                        Problem(
                            message=f"{key}: the model does not know this name.",
                            hint=hint or "Put the figure under [[observed]], or extend the model.",
                        ),
                        scenario,
                    )
                )
    return problems


def _factor_problem(
    stated: StatedMove,
    table: str,
    factors: Mapping[str, Unit],
    names: Collection[str],
    whose: str,
) -> Problem | None:
    key = f"{table}.{stated.target}"
    if stated.target not in factors:
        hint = did_you_mean(stated.target, factors)
        if stated.target in names or (not hint and not names and stated.target.isupper()):
            hint = "A name's move stands under [core_names], or under [names] as a record."
        return Problem(
            message=f"{key}: '{stated.target}' is not a factor of {whose}.",
            hint=hint or None,
        )
    unit = factors[stated.target]
    if stated.move.unit != unit:
        return Problem(
            message=f"{key} = '{stated.move}' is in {stated.move.unit}, but this factor takes {unit}.",
            hint=f"Write it in {unit}, {in_unit(stated.move.value, stated.move.unit, unit)}.",
        )
    return None


def _in_file(problem: Problem, scenario: Scenario) -> Problem:
    return Problem(
        message=problem.message, file=scenario.file or f"scenario {scenario.id}", hint=problem.hint
    )
