"""Whether a scenario's factors and core names exist in a model, in the model's units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from stress.errors import Problem, did_you_mean, ticker_meant
from stress.scenarios.scenario import Scenario, StatedMove
from stress.units import Unit, in_unit

__all__ = ["Misfit", "check_against_factors", "misfits"]

#: Where a move stands in a scenario's file: the names of tables and the numbers of their steps, then the target.
Key = tuple[str | int, ...]


class Misfit(NamedTuple):
    """What of a scenario a model cannot consume.

    Parameters
    ----------
    key : tuple of str and int
        Where it stands in the scenario's file: ``("path", 0, "moves", "market")``.
    problem : Problem
        With the file, without a line.
    """

    key: Key
    problem: Problem


def check_against_factors(
    scenario: Scenario,
    factors: Mapping[str, Unit],
    *,
    names: Collection[str] | None = None,
    whose: str = "the model",
) -> list[Problem]:
    """Return what of a scenario a model cannot consume: the problems of `misfits`, whose parameters these are."""
    return [misfit.problem for misfit in misfits(scenario, factors, names=names, whose=whose)]


def misfits(
    scenario: Scenario,
    factors: Mapping[str, Unit],
    *,
    names: Collection[str] | None = None,
    whose: str = "the model",
) -> list[Misfit]:
    """Return what of a scenario a model cannot consume, and where it stands.

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
    list of Misfit
        An unknown factor, a wrong unit, a core name the model does not know or that is not a
        relative move; each names the file and the key, and the first factor that is like none all of them. Empty when the model can run it.
    """
    found: list[Misfit] = []
    listed = False
    for key, stated in _stated(scenario, "moves"):
        problem = _factor_problem(stated, _said(key), factors, names or (), whose)
        if problem is not None:
            if problem.hint is None and not listed:
                problem = replace(problem, hint=f"The factors are {', '.join(factors)}.")
                listed = True
            found.append(Misfit(key, problem))
    for key, stated in (*_stated(scenario, "core_names"), *_recorded(scenario)):
        if stated.move.unit != "%":
            problem = Problem(
                message=f"{_said(key)} = '{stated.move}' is not a relative move.",
                hint="A name moves in %.",
            )
            found.append(Misfit(key, problem))
        if key[-2] == "core_names" and names is not None and stated.target not in names:
            hint = ticker_meant(stated.target, names)
            if stated.target in factors:
                hint = "It is a factor: state it under [moves]."
            problem = Problem(
                message=f"{_said(key)}: the model does not know this name.",
                hint=hint or "Put the figure under [[observed]], or extend the model.",
            )
            found.append(Misfit(key, problem))
    file = scenario.file or f"scenario {scenario.id}"
    return [Misfit(key, replace(problem, file=file)) for key, problem in found]


def _stated(scenario: Scenario, table: str) -> Iterator[tuple[Key, StatedMove]]:
    """Yield the moves of a table, of the scenario and of the steps of its path, with their places."""
    for stated in getattr(scenario, table):
        yield (table, stated.target), stated
    for index, step in enumerate(scenario.path):
        for stated in getattr(step, table):
            yield ("path", index, table, stated.target), stated


def _recorded(scenario: Scenario) -> Iterator[tuple[Key, StatedMove]]:
    for stated in scenario.names:
        yield ("names", stated.target), stated


def _said(key: Key) -> str:
    """Write a place as messages do: ``path[0].moves.market``."""
    return "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in key
    ).removeprefix(".")


def _factor_problem(
    stated: StatedMove,
    key: str,
    factors: Mapping[str, Unit],
    names: Collection[str],
    whose: str,
) -> Problem | None:
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
