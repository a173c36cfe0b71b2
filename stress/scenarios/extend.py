"""A scenario made from another one: what is inherited, what is scaled, what is replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from stress.errors import InputError, Problem, did_you_mean
from stress.scenarios.scale import scaled_moves
from stress.scenarios.scenario import Conflict, Observed, Scenario, Source, StatedMove

__all__ = ["Inherited", "inherit", "merged_moves", "merged_sources"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What a scenario receives from the one it extends.

    Parameters
    ----------
    moves, core_names : tuple of StatedMove
        At the severity asked for, without what was dropped.
    names : tuple of StatedMove
        Recorded moves; empty when the severity or the window differs.
    observed : tuple of Observed
        As `names`.
    conflicts : tuple of Conflict
        As `names`.
    """

    moves: tuple[StatedMove, ...]
    core_names: tuple[StatedMove, ...]
    names: tuple[StatedMove, ...]
    observed: tuple[Observed, ...]
    conflicts: tuple[Conflict, ...]


def inherit(
    parent: Scenario, *, severity: float = 1.0, same_window: bool = True, drop: Collection[str] = ()
) -> Inherited:
    """Return what a scenario receives from the one it extends.

    Stated moves are scaled. Recorded names, observed figures and conflicts are facts about the
    parent's own window: they come along only at severity 1 and over the same window.

    Parameters
    ----------
    parent : Scenario
        The scenario extended.
    severity : float
        At least 0.
    same_window : bool
        Whether dates and horizon are the parent's.
    drop : collection of str
        Factors and names that are not inherited.

    Raises
    ------
    InputError
        Everything dropped that is not in the parent.
    """
    known = {stated.target for stated in (*parent.moves, *parent.core_names, *parent.names)}
    unknown = [
        Problem(
            message=f"drop: {parent.id} states no '{target}'.",
            hint=did_you_mean(target, known) or None,
        )
        for target in drop
        if target not in known
    ]
    if unknown:
        raise InputError(unknown)

    def kept(moves: Iterable[StatedMove]) -> tuple[StatedMove, ...]:
        return tuple(stated for stated in moves if stated.target not in drop)

    facts = same_window and severity == 1.0
    return Inherited(
        moves=scaled_moves(kept(parent.moves), severity),
        core_names=scaled_moves(kept(parent.core_names), severity),
        names=kept(parent.names) if facts else (),
        observed=parent.observed if facts else (),
        conflicts=parent.conflicts if facts else (),
    )


def merged_moves(
    inherited: Iterable[StatedMove], own: Iterable[StatedMove]
) -> tuple[StatedMove, ...]:
    """Replace inherited moves by own ones of the same target; own new ones follow.

    Parameters
    ----------
    inherited, own : iterable of StatedMove
        Of one table.
    """
    by_target = {stated.target: stated for stated in inherited}
    by_target.update((stated.target, stated) for stated in own)
    return tuple(by_target.values())


def merged_sources(parent: Iterable[Source], own: Iterable[Source]) -> tuple[Source, ...]:
    """Join two lists of sources.

    Parameters
    ----------
    parent, own : iterable of Source
        Keys with their meanings.

    Raises
    ------
    InputError
        When one key means two things: inherited moves would change their source.
    """
    texts = {source.key: source.text for source in parent}
    problems = []
    for source in own:
        if source.key in texts and texts[source.key] != source.text:
            problems.append(
                Problem(
                    message=f"sources.{source.key} means something else in the scenario this extends.",
                    hint="Give it another key.",
                )
            )
        texts[source.key] = source.text
    if problems:
        raise InputError(problems)
    return tuple(Source(key=key, text=text) for key, text in texts.items())
