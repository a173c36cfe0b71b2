"""A scenario made from another one in memory: what belongs to the original alone is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stress.scenarios.scenario import Kind, Scenario, StatedMove

__all__ = ["derived", "with_every_move"]


def derived(scenario: Scenario, **changes: Any) -> Scenario:
    """Return a scenario with changes, as one that was made from it.

    Recorded names, observed figures and conflicts are facts about the original, and its version,
    author, approval and review say nothing about another one: they are left out, as is its file.

    Parameters
    ----------
    scenario : Scenario
        The original; its id opens the lineage.
    **changes
        Fields of the new one, its `id`, `title` and `kind` among them.

    Returns
    -------
    Scenario
        With its own content hash.
    """
    return replace(
        scenario,
        names=(),
        observed=(),
        conflicts=(),
        version=None,
        author=None,
        approved_by=None,
        review_by=None,
        extends=(scenario.id, *scenario.extends),
        file=None,
        **changes,
    )


def with_every_move(
    scenario: Scenario,
    change: Callable[[tuple[StatedMove, ...]], tuple[StatedMove, ...]],
    *,
    id: str,
    title: str,
) -> Scenario:
    """Return a scenario with all its stated moves changed, those of its steps too.

    It is hypothetical as its original, else anchored in it.

    Parameters
    ----------
    scenario : Scenario
        The original.
    change : callable
        From stated moves to stated moves.
    id, title : str
        Of the new one.

    Returns
    -------
    Scenario
    """
    kind: Kind = "hypothetical" if scenario.kind == "hypothetical" else "anchored"
    return derived(
        scenario,
        id=id,
        title=title,
        kind=kind,
        moves=change(scenario.moves),
        core_names=change(scenario.core_names),
        path=tuple(
            replace(
                step,
                kind=kind,
                moves=change(step.moves),
                core_names=change(step.core_names),
                observed=(),
                conflicts=(),
            )
            for step in scenario.path
        ),
    )
