"""The Federal Reserve's supervisory scenarios (CSV tables) as multi-period scenarios.

The tables hold levels by quarter; a shock is a level against the jump-off quarter, the last one of the
historic table. Tables are recognised by their columns, not by file name: the wording differs between
vintages. `MAPPING` says which column moves which factor; what moves none is observed, never applied.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from stress.errors import InputError, Problem
from stress.files.fed.mapping import MAPPING, Mapped
from stress.files.fed.table import (
    FedTable,
    Levels,
    Quarter,
    quarter_before,
    quarter_end,
    quarter_text,
    read_fed_table,
)
from stress.scenarios.path import steps_from_cumulative
from stress.scenarios.scenario import Observed, Scenario, Source, StatedMove, Variation
from stress.units import Move

__all__ = ["read_fed"]

#: Sessions in a quarter.
QUARTER = 63


def read_fed(
    domestic: str | Path,
    international: str | Path | None = None,
    *,
    historic: str | Path | Sequence[str | Path],
) -> Scenario:
    """Read one supervisory scenario: what the Board publishes as CSV.

    Parameters
    ----------
    domestic : path
        Table of the scenario's domestic variables.
    international : path, optional
        Table of its international variables.
    historic : path or sequence of paths
        Historic table, domestic; with `international` also the international one.

    Returns
    -------
    Scenario
        Hypothetical, compound. One step a quarter (63 sessions), moves since the quarter before; the one-period
        moves are those to the quarter in which the stock index is lowest (the last one where it never
        falls).

    Raises
    ------
    InputError
        A file that is no such table, a column or level that is missing, quarters that do not follow each
        other, a jump-off quarter that the historic table lacks: all at once, with line and column.

    References
    ----------
    Board of Governors of the Federal Reserve System, Supervisory scenarios, tables 1.A to 3.B.
    """
    pasts = [historic] if isinstance(historic, (str, Path)) else list(historic)
    tables = [
        read_fed_table(path)
        for path in (domestic, *(() if international is None else (international,)))
    ]
    history = [read_fed_table(path) for path in pasts]
    problems = _misplaced(tables, history)
    if problems:
        raise InputError(problems)
    first = tables[0].quarters[0]
    jump_off = quarter_before(first)
    quarters = tables[0].quarters
    cumulative: dict[Quarter, list[StatedMove]] = {quarter: [] for quarter in quarters}
    used: set[tuple[str, str]] = set()
    notes = []
    for mapped in MAPPING:
        table = next((t for t in tables if t.kind == mapped.table), None)
        if table is None:
            continue
        past = next(t for t in history if t.kind == table.kind)
        titles = {
            concept: (table.concept(concept), past.concept(concept)) for concept in mapped.columns
        }
        lacking = [concept for concept, pair in titles.items() if None in pair]
        if lacking:
            problems.append(_no_column(table, mapped, lacking))
            continue
        start = _levels(past, jump_off, {c: p[1] for c, p in titles.items()}, problems)
        for quarter in quarters:
            now = _levels(table, quarter, {c: p[0] for c, p in titles.items()}, problems)
            if start is not None and now is not None:
                cumulative[quarter].append(_move(mapped, start, now))
        used |= {(table.file, pair[0]) for pair in titles.values() if pair[0] is not None}
        if mapped.note:
            notes.append(f"{mapped.factor}: {mapped.note}.")
    if problems:
        raise InputError(problems)
    return _scenario(tables, history, cumulative, jump_off, used, notes)


def _scenario(
    tables: Sequence[FedTable],
    history: Sequence[FedTable],
    cumulative: Mapping[Quarter, Sequence[StatedMove]],
    jump_off: Quarter,
    used: set[tuple[str, str]],
    notes: Sequence[str],
) -> Scenario:
    quarters = list(cumulative)
    rows = [tuple(cumulative[quarter]) for quarter in quarters]
    stocks = [next(s.move.value for s in row if s.target == "market") for row in rows]
    lowest = stocks.index(min(stocks)) if min(stocks) < 0.0 else len(stocks) - 1
    name = tables[0].scenario
    variation = Variation(kind="names")
    identity = f"frb-{quarters[0][0]}-{_slug(name)}"
    ends = [quarter_end(quarter).isoformat() for quarter in (jump_off, *quarters)]
    steps = [
        Scenario(
            id=f"{identity}-step-{number}",
            title=f"to {quarter_text(quarter)}",
            horizon_days=QUARTER,
            kind="hypothetical",
            moves=moves,
            variation=variation,
            returns="compound",
            start=ends[number - 1],
            date=ends[number],
            calendar_days=float(
                (quarter_end(quarter) - datetime.date.fromisoformat(ends[number - 1])).days
            ),
        )
        for number, (quarter, moves) in enumerate(
            zip(quarters, steps_from_cumulative(rows), strict=True), start=1
        )
    ]
    sessions = QUARTER * (lowest + 1)
    files = ", ".join(table.file for table in (*tables, *history))
    return Scenario(
        id=identity,
        title=f"{name} {quarters[0][0]}, Federal Reserve: to {quarter_text(quarters[lowest])} in one step",
        horizon_days=sessions,
        kind="hypothetical",
        moves=rows[lowest],
        variation=variation,
        returns="compound",
        start=ends[0],
        date=ends[lowest + 1],
        calendar_days=float((quarter_end(quarters[lowest]) - quarter_end(jump_off)).days),
        observed=_observed(tables, history, jump_off, used),
        path=tuple(steps),
        narrative=(
            f"Levels of {quarter_text(quarters[0])} to {quarter_text(quarters[-1])} against {quarter_text(jump_off)}, the last quarter of "
            f"the historic table. {' '.join(notes)}"
        ).strip(),
        path_note=(
            f"The headline is the way to {quarter_text(quarters[lowest])}, where the stock index stands lowest, in one "
            f"step of {sessions} sessions. Beside it the {len(steps)} quarters run step by step."
        ),
        sources=(
            Source(
                key="frb",
                text=f"Board of Governors of the Federal Reserve System, supervisory scenarios ({files})",
            ),
        ),
    )


def _move(mapped: Mapped, start: Levels, now: Levels) -> StatedMove:
    before, after = mapped.level(start), mapped.level(now)
    match mapped.unit:
        case "%":
            value = after / before - 1.0
        case "bp":
            value = (after - before) / 100.0
        case _:
            value = after - before
    move = Move(value=round(value, 6), unit=mapped.unit)
    return StatedMove(target=mapped.factor, move=move, source="frb")


def _levels(
    table: FedTable,
    quarter: Quarter,
    titles: Mapping[str, str | None],
    problems: list[Problem],
) -> dict[str, float] | None:
    """Levels of concepts in one quarter; what is missing is added to the problems."""
    found: dict[str, float] = {}
    for concept, title in titles.items():
        value = table.rows[quarter].get(title or "")
        if value is None:
            problem = Problem(
                message=f"no value of '{title}' in {quarter_text(quarter)}.",
                file=table.file,
                hint="Is the file whole?",
            )
            if problem not in problems:
                problems.append(problem)
        else:
            found[concept] = value
    return found if len(found) == len(titles) else None


def _observed(
    tables: Sequence[FedTable],
    history: Sequence[FedTable],
    jump_off: Quarter,
    used: set[tuple[str, str]],
) -> tuple[Observed, ...]:
    """State every other column: its value furthest from the jump-off quarter's."""
    seen = []
    for table in tables:
        past = next(t for t in history if t.kind == table.kind)
        for title in table.titles:
            if (table.file, title) in used:
                continue
            values = {q: row[title] for q, row in table.rows.items() if title in row}
            if not values:
                continue
            start = past.rows[jump_off].get(title)
            furthest = max(
                values,
                key=lambda q: (abs(values[q] - (0.0 if start is None else start)), -q[0], -q[1]),
            )
            before = "" if start is None else f", {start:g} in {quarter_text(jump_off)}"
            seen.append(
                Observed(
                    name=title,
                    text=f"{values[furthest]:g} in {quarter_text(furthest)}{before}",
                    source="frb",
                )
            )
    return tuple(seen)


def _misplaced(tables: Sequence[FedTable], history: Sequence[FedTable]) -> list[Problem]:
    """Say what does not belong together."""
    problems = []
    wanted: tuple[Literal["domestic", "international"], ...] = ("domestic", "international")
    for table, kind in zip(tables, wanted, strict=False):
        if table.kind != kind:
            problems.append(
                Problem(message=f"holds {table.kind} variables, not {kind} ones.", file=table.file)
            )
    if problems:
        return problems
    first = tables[0].quarters[0]
    jump_off = quarter_before(first)
    for table in tables:
        past = next((t for t in history if t.kind == table.kind), None)
        if past is None:
            problems.append(
                Problem(
                    message=f"no historic table of {table.kind} variables.",
                    file=table.file,
                    hint="Give it with --historic.",
                )
            )
        elif jump_off not in past.rows:
            last = quarter_text(past.quarters[-1])
            problems.append(
                Problem(
                    message=f"ends with {last}; the scenario of {table.file} starts after {quarter_text(jump_off)}.",
                    file=past.file,
                    hint="Take the historic table of the same year.",
                )
            )
        if table.quarters != tables[0].quarters:
            problems.append(
                Problem(message=f"has other quarters than {tables[0].file}.", file=table.file)
            )
        for before, after in zip(table.quarters, table.quarters[1:], strict=False):
            if quarter_before(after) != before:
                problems.append(
                    Problem(
                        message=f"{quarter_text(after)} does not follow {quarter_text(before)}.",
                        file=table.file,
                    )
                )
    return problems


def _no_column(table: FedTable, mapped: Mapped, lacking: Sequence[str]) -> Problem:
    return Problem(
        message=f"no column for {', '.join(lacking)} (it moves {mapped.factor}), here or in the historic table.",
        file=table.file,
        hint=f"Columns: {', '.join(table.titles)}.",
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
