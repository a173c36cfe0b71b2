"""What must hold inside a scenario before anything runs: sources, one value a fact, a window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from stress.errors import InputError, did_you_mean
from stress.scenarios.scenario import Conflict, Scenario, StatedMove
from stress.units import format_move, parse_move

__all__ = ["Finding", "findings"]

KeyPath = tuple[str | int, ...]
_SOURCE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong inside a scenario.

    Parameters
    ----------
    where : tuple of str or int
        Keys of the file from the top.
    message, hint : str
        What is wrong, and what to do.
    rests_on : frozenset of str
        Keys of the file that the conclusion rests on: where one of them could not be read, nothing is concluded.
    """

    where: KeyPath
    message: str
    hint: str | None = None
    rests_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """One value of one quantity at one moment, as some table states it."""

    where: KeyPath
    quantity: str
    date: str | None
    as_of: str | None
    value: str
    source: str | None


def findings(scenario: Scenario) -> list[Finding]:
    """Return everything that is wrong inside a scenario.

    Parameters
    ----------
    scenario : Scenario
        As read.

    Returns
    -------
    list of Finding
        Empty when nothing is wrong: it states something; every number that claims to be history
        has a source; every source key exists; no quantity has two values at one moment without a
        ``[[conflicts]]`` entry that says which stands; what is measured says when.
    """
    facts = list(_facts(scenario))
    sourced = [*facts, *_path_facts(scenario)]
    found: list[Finding] = []
    for some, rests_on in (
        (_silent(scenario), ("moves", "core_names")),
        (_unsourced(scenario, sourced), ("kind", "default_source")),
        (_unknown_sources(scenario, sourced), ("sources",)),
        (_undecided(scenario, facts), ("moves", "core_names", "names", "observed", "conflicts")),
        (_clashes(scenario, facts), ("conflicts", "date", "as_of")),
        (_undated(scenario), ("kind", "start", "date")),
    ):
        found += [replace(one, rests_on=frozenset(rests_on)) for one in some]
    return found


def _stated(
    table: str, moves: tuple[StatedMove, ...], scenario: Scenario, *under: str | int
) -> Iterator[_Fact]:
    for stated in moves:
        yield _Fact(
            where=(*under, table, stated.target),
            quantity=stated.target,
            date=stated.date or scenario.date,
            as_of=stated.as_of or scenario.as_of,
            value=format_move(stated.move.value, stated.move.unit),
            source=stated.source,
        )


def _facts(scenario: Scenario) -> Iterator[_Fact]:
    yield from _stated("moves", scenario.moves, scenario)
    yield from _stated("core_names", scenario.core_names, scenario)
    yield from _stated("names", scenario.names, scenario)
    for index, seen in enumerate(scenario.observed):
        yield _Fact(
            where=("observed", index),
            quantity=seen.name,
            date=seen.date or scenario.date,
            as_of=seen.as_of or scenario.as_of,
            value=_canonical(seen.text),
            source=seen.source,
        )


def _path_facts(scenario: Scenario) -> Iterator[_Fact]:
    for index, step in enumerate(scenario.path):
        yield from _stated("moves", step.moves, step, "path", index)
        yield from _stated("core_names", step.core_names, step, "path", index)


def _silent(scenario: Scenario) -> Iterator[Finding]:
    if not (scenario.moves or scenario.core_names):
        yield Finding(
            where=("id",),
            message="the scenario states no move, so there is nothing to run.",
            hint='Add one under [moves], e.g. market = "-5%".',
        )


def _unsourced(scenario: Scenario, facts: list[_Fact]) -> Iterator[Finding]:
    if scenario.kind == "hypothetical":
        return
    for fact in facts:
        if fact.source is None:
            yield Finding(
                where=fact.where,
                message=f"{fact.quantity} = {fact.value} has no source, and the scenario is "
                f"{scenario.kind}.",
                hint=f'Add source = "...", or a [default_source] {_table_of(fact)} = "...".',
            )


def _unknown_sources(scenario: Scenario, facts: list[_Fact]) -> Iterator[Finding]:
    known = {source.key for source in scenario.sources}
    for fact in facts:
        if fact.source is None:
            continue
        keys = [key.strip() for key in fact.source.split(",")]
        if not all(_SOURCE_KEY.fullmatch(key) for key in keys):
            continue
        for key in keys:
            if key not in known:
                yield Finding(
                    where=fact.where,
                    message=f"source '{key}' of {fact.quantity} is not a key of [sources].",
                    hint=did_you_mean(key, known)
                    or f'Add it there ({key} = "..."), or write the source out in words.',
                )


def _undecided(scenario: Scenario, facts: list[_Fact]) -> Iterator[Finding]:
    quantities = {fact.quantity.casefold(): fact.quantity for fact in facts}
    for index, conflict in enumerate(scenario.conflicts):
        if conflict.quantity.casefold() not in quantities:
            yield Finding(
                where=("conflicts", index),
                message=f"conflict over {conflict.quantity}: the scenario states no such quantity.",
                hint=did_you_mean(conflict.quantity, quantities.values())
                or "State the value that is used, or show it under [[observed]].",
            )
        values = {_canonical(value) for value in conflict.values}
        if _canonical(conflict.used) not in values:
            yield Finding(
                where=("conflicts", index),
                message=f"conflict over {conflict.quantity}: used = '{conflict.used}' is none of "
                f"its values ({', '.join(conflict.values)}).",
            )
        if len(values) < 2:
            yield Finding(
                where=("conflicts", index),
                message=f"conflict over {conflict.quantity}: its values do not differ.",
            )


def _clashes(scenario: Scenario, facts: list[_Fact]) -> Iterator[Finding]:
    by_key: dict[tuple[str, str | None, str | None], list[_Fact]] = {}
    for fact in facts:
        by_key.setdefault((fact.quantity.casefold(), fact.date, fact.as_of), []).append(fact)
    for same in by_key.values():
        values = list(dict.fromkeys(fact.value for fact in same))
        deciding = [
            conflict for conflict in scenario.conflicts if _decides(conflict, same[0], scenario)
        ]
        listed = {_canonical(value) for conflict in deciding for value in conflict.values}
        if len(values) > 1 and not listed.issuperset(values):
            first = same[0]
            yield Finding(
                where=same[-1].where,
                message=f"{first.quantity} has {len(values)} values{_moment(first)}: "
                f"{' and '.join(values)}.",
                hint="Keep one, or add a [[conflicts]] entry that lists them and says which is used.",
            )
            continue
        used = {_canonical(conflict.used) for conflict in deciding}
        for fact in same:
            applied = fact.where[0] != "observed"
            if applied and fact.value in listed - used:
                yield Finding(
                    where=fact.where,
                    message=f"{fact.quantity} = {fact.value}, but its conflicts entry says "
                    f"{' or '.join(sorted(used))} is used.",
                )


def _decides(conflict: Conflict, fact: _Fact, scenario: Scenario) -> bool:
    return (
        conflict.quantity.casefold() == fact.quantity.casefold()
        and (conflict.date or scenario.date) == fact.date
        and (conflict.as_of is None or conflict.as_of == fact.as_of)
    )


def _undated(scenario: Scenario) -> Iterator[Finding]:
    if scenario.kind == "measured" and (scenario.start is None or scenario.date is None):
        yield Finding(
            where=("kind",),
            message="a measured scenario needs its window.",
            hint="Add start (the close it is measured from) and date (its last session).",
        )


def _canonical(value: str) -> str:
    """Write a move the one way, so that "-3 %" and "−3.0%" are one value; leave other text."""
    try:
        move = parse_move(value)
    except InputError:
        return " ".join(value.split())
    return format_move(move.value, move.unit)


def _moment(fact: _Fact) -> str:
    moment = [part for part in (fact.date, fact.as_of) if part is not None]
    return f" for {', '.join(moment)}" if moment else ""


def _table_of(fact: _Fact) -> str:
    if fact.where[0] == "path":
        return "path"
    tables = [key for key in fact.where if key in ("moves", "core_names", "names", "observed")]
    return str(tables[-1])
