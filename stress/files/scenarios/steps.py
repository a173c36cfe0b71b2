"""The steps of a path, from the tables of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stress.errors import InputError
from stress.files.scenarios.entries import MisfitError, stated_moves
from stress.files.scenarios.schema import Moves, PathStep, ScenarioFile
from stress.scenarios.path import steps_from_cumulative
from stress.scenarios.scale import scaled_moves
from stress.scenarios.scenario import Kind, Scenario, StatedMove, Variation, usual_returns

__all__ = ["path_steps"]


def path_steps(
    spec: ScenarioFile,
    parent: Scenario | None,
    severity: float,
    kind: Kind,
    variation: Variation,
    start: str | None,
) -> tuple[Scenario, ...]:
    """Return the steps of a path, one period each; those inherited are scaled.

    Parameters
    ----------
    spec : ScenarioFile
        The file.
    parent : Scenario or None
        What it extends: its path is inherited when the file has none of its own.
    severity : float
        Scales inherited steps.
    kind, variation : Kind, Variation
        Of the whole scenario.
    start : str or None
        The close the first step is measured from, where it names none.

    Raises
    ------
    MisfitError
        When steps do not fit together.
    """
    if not spec.path:
        if spec.path_moves is not None:
            raise MisfitError("path_moves without a [[path]] has nothing to act on.", "path_moves")
        if parent is None:
            return ()
        return tuple(
            replace(
                step,
                moves=scaled_moves(step.moves, severity),
                core_names=scaled_moves(step.core_names, severity),
                kind=kind,
            )
            for step in parent.path
        )
    if spec.path_moves is None:
        raise MisfitError(
            "a [[path]] needs path_moves.",
            "path",
            0,
            hint='It is "step" (moves since the step before) or "cumulative" (since the start).',
        )
    rows = _since_the_step_before(spec, [step.moves for step in spec.path])
    names = _since_the_step_before(spec, [step.core_names for step in spec.path])
    silent = [i for i, step in enumerate(spec.path) if not (step.moves or step.core_names)]
    if silent:
        raise MisfitError(
            f"path step {silent[0] + 1} states no move.",
            "path",
            silent[0],
            hint="Add one under [path.moves].",
        )
    steps = []
    for number, (step, moves, core) in enumerate(zip(spec.path, rows, names, strict=True), start=1):
        begun = step.start or start
        steps.append(_step(spec, step, moves, core, number, kind, variation, begun))
        start = step.date
    return tuple(steps)


def _since_the_step_before(
    spec: ScenarioFile, tables: Sequence[Moves]
) -> tuple[tuple[StatedMove, ...], ...]:
    rows = tuple(stated_moves(table, spec.default_source.path) for table in tables)
    if spec.path_moves != "cumulative":
        return rows
    try:
        return steps_from_cumulative(rows)
    except InputError as error:
        raise MisfitError(str(error), "path") from None


def _step(
    spec: ScenarioFile,
    step: PathStep,
    moves: tuple[StatedMove, ...],
    core_names: tuple[StatedMove, ...],
    number: int,
    kind: Kind,
    variation: Variation,
    start: str | None,
) -> Scenario:
    if start is not None and step.date is not None and step.date <= start:
        raise MisfitError(
            f"path step {number} ends on {step.date}, not after {start}.", "path", number - 1
        )
    return Scenario(
        id=f"{spec.id}-step-{number}",
        title=step.title or f"{spec.title}, step {number}",
        horizon_days=step.horizon_days,
        kind=kind,
        moves=moves,
        core_names=core_names,
        variation=variation,
        returns=step.returns or usual_returns(step.horizon_days),
        start=start,
        date=step.date,
        calendar_days=step.calendar_days,
        narrative=step.note or "",
    )
