"""The steps of a path, from the tables of its file."""

from __future__ import annotations

import datetime
from dataclasses import replace

from stress.errors import InputError
from stress.files.scenarios.entries import MisfitError, stated_moves
from stress.files.scenarios.schema import PathStep, ScenarioFile
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
            replace(step, moves=scaled_moves(step.moves, severity), kind=kind)
            for step in parent.path
        )
    if spec.path_moves is None:
        raise MisfitError(
            "a [[path]] needs path_moves.",
            "path",
            0,
            hint='It is "step" (moves since the step before) or "cumulative" (since the start).',
        )
    rows = tuple(stated_moves(step.moves, spec.default_source.path) for step in spec.path)
    if spec.path_moves == "cumulative":
        try:
            rows = steps_from_cumulative(rows)
        except InputError as error:
            raise MisfitError(str(error), "path") from None
    steps = []
    for number, (step, moves) in enumerate(zip(spec.path, rows, strict=True), start=1):
        steps.append(_step(spec, step, moves, number, kind, variation, step.start or start))
        start = step.date
    return tuple(steps)


def _step(
    spec: ScenarioFile,
    step: PathStep,
    moves: tuple[StatedMove, ...],
    number: int,
    kind: Kind,
    variation: Variation,
    start: str | None,
) -> Scenario:
    days = None
    if start is not None and step.date is not None:
        gap = datetime.date.fromisoformat(step.date) - datetime.date.fromisoformat(start)
        days = float(gap.days)
        if days <= 0.0:
            raise MisfitError(
                f"path step {number} ends on {step.date}, not after {start}.", "path", number - 1
            )
    return Scenario(
        id=f"{spec.id}-step-{number}",
        title=step.title or f"{spec.title}, step {number}",
        horizon_days=step.horizon_days,
        kind=kind,
        moves=moves,
        variation=variation,
        returns=usual_returns(step.horizon_days),
        start=start,
        date=step.date,
        calendar_days=days,
        narrative=step.note or "",
    )
