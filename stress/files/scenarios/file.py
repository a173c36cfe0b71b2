"""Reading scenario files: every problem of a file at once, with its line and a remedy."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stress.errors import InputError, Problem
from stress.files.bundled import bundled_ids, bundled_path, find_file
from stress.files.regular import require_regular
from stress.files.toml_text import TomlText, read_toml
from stress.scenarios.against_model import misfits
from stress.scenarios.consistency import findings
from stress.scenarios.scenario import Scenario
from stress.units import Unit

if TYPE_CHECKING:
    from stress.files.scenarios.schema import ScenarioFile

__all__ = [
    "check_scenario",
    "list_scenarios",
    "read_scenario",
    "require_known",
    "scenario_schema",
]


def list_scenarios() -> tuple[str, ...]:
    """Return the ids of the bundled scenarios, sorted."""
    return bundled_ids("scenarios")


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    from stress.files.scenarios.schema import schema

    return schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Against:
    """What a scenario is checked against while it is read."""

    factors: Mapping[str, Unit]
    names: Collection[str] | None
    whose: str


def read_scenario(
    path_or_id: str | os.PathLike[str],
    *,
    factors: Mapping[str, Unit] | None = None,
    names: Collection[str] | None = None,
    whose: str = "the model",
) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    path_or_id : str or path
        Id of a bundled scenario, or a TOML file. An id wins over a file of that name without a
        suffix.
    factors : mapping of str to unit, optional
        Factors it must keep to, with the unit of each; not checked when omitted.
    names : collection of str, optional
        Names its core names must be among.
    whose : str
        What the factors belong to, for messages.

    Returns
    -------
    Scenario
        Checked, with what it extends resolved and its content hash.

    Raises
    ------
    InputError
        All problems of the file at once, each with file, line and remedy.

    Examples
    --------
    >>> scenario = read_scenario("deepseek-2025-01-27")
    >>> scenario.kind, scenario.horizon_days, str(scenario.stated("market"))
    ('measured', 1, '-1.46%')
    """
    path = find_file("scenarios", path_or_id)
    require_regular(path)
    if not path.exists() and path.name.removesuffix(".toml") in list_scenarios():
        raise InputError(
            Problem(
                message="there is no such file.",
                file=str(path),
                hint=f"The bundled scenario is '{path.name.removesuffix('.toml')}'.",
            )
        )
    against = None if factors is None else _Against(factors=factors, names=names, whose=whose)
    return _read(path, name=os.fspath(path_or_id), chain=(), against=against)


def check_scenario(
    scenario: Scenario,
    factors: Mapping[str, Unit],
    *,
    names: Collection[str] | None = None,
    whose: str = "the model",
) -> list[Problem]:
    """Return what of a scenario a model cannot consume, with the line of its file.

    Parameters
    ----------
    scenario : Scenario
        As read.
    factors : mapping of str to unit
        Every factor of the model and the unit of its moves.
    names : collection of str, optional
        Every name of the model.
    whose : str
        What the factors belong to, for messages.

    Returns
    -------
    list of Problem
        The problems of `misfits`; the line is there when the file still is.
    """
    found = misfits(scenario, factors, names=names, whose=whose)
    if not found or scenario.file is None or not os.path.isfile(scenario.file):
        return [misfit.problem for misfit in found]
    toml = read_toml(Path(scenario.file))
    return [replace(problem, line=toml.line(key)) for key, problem in found]


def require_known(
    scenarios: Iterable[Scenario], factors: Mapping[str, Unit], *, names: Collection[str]
) -> None:
    """Refuse scenarios that a model cannot consume, all problems of all of them at once.

    Parameters
    ----------
    scenarios : iterable of Scenario
        About to be run.
    factors : mapping of str to unit
        Every factor of the model and the unit of its moves.
    names : collection of str
        Every name of the model.

    Raises
    ------
    InputError
        As `check_scenario`, each with file and line.
    """
    problems = [
        problem
        for scenario in scenarios
        for problem in check_scenario(scenario, factors, names=names)
    ]
    if problems:
        raise InputError(problems)


def _extended(text: str, *, beside: Path) -> Path:
    """Find what a file extends: its neighbours come first, then the bundled ids."""
    neighbour = beside.parent / (text if text.endswith(".toml") else f"{text}.toml")
    if text.endswith(".toml") or os.path.isfile(neighbour):  # `is_file` raises for too long a name
        return neighbour
    return bundled_path("scenarios", text)


def _read(
    path: Path, *, name: str, chain: tuple[Path, ...], against: _Against | None = None
) -> Scenario:
    require_regular(path)
    here = path.resolve()
    if here in chain:
        ring = " -> ".join(step.stem for step in (*chain[chain.index(here) :], here))
        raise InputError(Problem(message=f"a scenario extends itself: {ring}.", file=chain[0].name))
    toml = read_toml(path, name=name if name.endswith(".toml") else str(path))
    spec, problems, unsure = _validated(toml)
    parent = None
    if spec is not None and spec.extends is not None:
        try:
            extended = _extended(spec.extends, beside=path)
        except InputError as error:
            line = toml.line(("extends",))
            said = Problem(message=f"extends: {error}", file=toml.file, line=line)
            raise InputError([*problems, said]) from None
        try:
            parent = _read(extended, name=str(extended), chain=(*chain, here))
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
    if spec is None or "extends" in unsure:
        raise InputError(problems)
    return _checked(spec, parent, toml, problems, unsure, against)


def _validated(toml: TomlText) -> tuple[ScenarioFile | None, list[Problem], set[str]]:
    """Return the file as far as it can be read, what is wrong with it, and the keys that are unsure."""
    from pydantic import ValidationError

    from stress.files.scenarios.problems import problems_of
    from stress.files.scenarios.readable import readable_part
    from stress.files.scenarios.schema import ScenarioFile

    try:
        return ScenarioFile.model_validate(toml.content), [], set()
    except ValidationError as error:
        problems = problems_of(error, toml)
        wrong = [tuple(found["loc"]) for found in error.errors(include_url=False)]
    readable, unsure = readable_part(toml.content, wrong, ScenarioFile.model_fields)
    try:
        return ScenarioFile.model_validate(readable), problems, unsure
    except ValidationError:
        return None, problems, unsure


def _checked(
    spec: ScenarioFile,
    parent: Scenario | None,
    toml: TomlText,
    problems: list[Problem],
    unsure: set[str],
    against: _Against | None,
) -> Scenario:
    from stress.files.scenarios.from_file import Misfits, scenario_from

    misfits = Misfits(unsure=unsure)
    try:
        scenario = replace(scenario_from(spec, parent, misfits), file=toml.file)
    except InputError as error:
        placed = (replace(problem, file=toml.file) for problem in error.problems)
        raise InputError([*problems, *placed]) from None
    wrong = [(str(misfit), misfit.where, misfit.hint) for misfit in misfits.found]
    wrong += [
        (found.message, found.where, found.hint)
        for found in findings(scenario)
        if found.rests_on.isdisjoint(misfits.unsure)
    ]
    problems = [
        *problems,
        *(
            Problem(message=message, file=toml.file, line=toml.line(where), hint=hint)
            for message, where, hint in wrong
        ),
    ]
    if against is not None:
        problems += check_scenario(
            scenario, against.factors, names=against.names, whose=against.whose
        )
    if problems:
        raise InputError(
            sorted(problems, key=lambda problem: (problem.line is not None, problem.line or 0))
        )
    return scenario
