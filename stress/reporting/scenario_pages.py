"""Pages about scenarios themselves: the library, and one scenario with its sources. Loads no numpy."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from stress.reporting.words import KIND_ORDER, bucket, counted
from stress.scenarios.scenario import Scenario, StatedMove
from stress.tables import SCREEN_WIDTH, shorten
from stress.units import Move, format_move

__all__ = ["library_document", "library_page", "scenario_page"]

_BUCKETS = ("1 session", "2-10 sessions", "over 10 sessions")
_GRID_FROM = 40
_GRID_COLUMNS = 5
#: Longest move that is shown as it is written; longer ones were computed.
_AS_WRITTEN = 9


def library_page(library: Sequence[Scenario]) -> str:
    """List scenarios, grouped by horizon, then by kind, then by date.

    Parameters
    ----------
    library : sequence of Scenario
        In any order.
    """
    ordered = sorted(
        library,
        key=lambda s: (bucket(s.horizon_days), KIND_ORDER.index(s.kind), s.date or "", s.id),
    )
    lines: list[str] = []
    for i, words in enumerate(_BUCKETS):
        inside = [one for one in ordered if bucket(one.horizon_days) == i]
        if not inside:
            continue
        if lines:
            lines.append("")
        lines.append(f"{words.upper():<26}{'':>6}  {'kind':<13}{'date':<11}title")
        lines += [
            f"  {shorten(one.id, 24):<24}{_days(one):>6}  {one.kind:<13}{one.date or '-':<11}"
            f"{shorten(one.title, 42)}"
            for one in inside
        ]
    lines += [
        "",
        f"{len(library)} scenarios. Read one with its sources: foreshock scenario show ID",
    ]
    return "\n".join(lines)


def library_document(library: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return the library as plain Python objects, by id."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "kind": one.kind,
            "date": one.date,
            "horizon_days": one.horizon_days,
            "returns": one.returns,
            "content_hash": one.content_hash,
            "version": one.version,
        }
        for one in sorted(library, key=lambda one: one.id)
    ]


def scenario_page(scenario: Scenario) -> str:
    """Write one scenario out: what moves, who says so, where sources disagree, what happened.

    Parameters
    ----------
    scenario : Scenario
        As read.
    """
    sessions = f"{scenario.horizon_days} session{'s' if scenario.horizon_days > 1 else ''}"
    span = " to ".join(day for day in (scenario.start, scenario.date) if day)
    identity = (scenario.id, scenario.kind, sessions, span, scenario.as_of)
    lines = [
        *_wrapped(scenario.title),
        *_wrapped(" · ".join(part for part in identity if part)),
        *_governance(scenario),
    ]
    if scenario.narrative:
        lines += ["", *_wrapped(scenario.narrative)]
    for words, moves in (
        ("FACTORS", scenario.moves),
        ("NAMES, STATED", scenario.core_names),
        ("NAMES, RECORDED (shown; applied with --replay-names)", scenario.names),
    ):
        lines += _moves(words, moves)
    for number, step in enumerate(scenario.path, start=1):
        lines += _moves(f"STEP {number} · {counted(step.horizon_days, 'session')}", step.moves)
    if scenario.path_note:
        lines += ["", *_wrapped(scenario.path_note)]
    if scenario.observed:
        lines += ["", "OBSERVED (part of the story; no factor takes it, never applied)"]
        for figure in scenario.observed:
            lines += _wrapped(f"{figure.name}: {figure.text}{_by(figure.source)}", indent="  ")
    if scenario.conflicts:
        lines += ["", "WHERE SOURCES DISAGREE"]
        for conflict in scenario.conflicts:
            lines += _wrapped(
                f"{conflict.quantity}: {' or '.join(conflict.values)}; used {conflict.used}. "
                f"{conflict.reason}",
                indent="  ",
            )
    if scenario.coverage:
        lines += ["", "COVERAGE"]
        for factor, words in scenario.coverage:
            lines += _wrapped(f"{factor}: {words}", indent="  ")
    if scenario.sources:
        lines += ["", "SOURCES"]
        for source in scenario.sources:
            lines += _wrapped(f"{source.key}: {source.text}", indent="  ")
    lines += ["", f"content {scenario.content_hash}"]
    return "\n".join(lines)


def _days(scenario: Scenario) -> str:
    return f"{scenario.horizon_days} d"


def _governance(scenario: Scenario) -> list[str]:
    said = (
        ("version", scenario.version),
        ("author", scenario.author),
        ("approved by", scenario.approved_by),
        ("review by", scenario.review_by),
        ("extends", ", ".join(scenario.extends)),
    )
    line = " · ".join(f"{key} {value}" for key, value in said if value)
    return [line] if line else []


def _moves(title: str, moves: Sequence[StatedMove]) -> list[str]:
    """Write moves one a line with source and note; a long list without notes as a grid."""
    if not moves:
        return []
    if len(moves) > _GRID_FROM:
        return ["", title, *_grid(moves)]
    wide = max(len(stated.target) for stated in moves)
    lines = ["", title]
    for stated in moves:
        head = f"  {stated.target:<{wide}}  {_short(stated.move):>9}  "
        said = " · ".join(part for part in (stated.source, stated.note) if part)
        body = textwrap.wrap(shorten(said, 2000), width=SCREEN_WIDTH - len(head)) or [""]
        lines.append((head + body[0]).rstrip())
        lines += [" " * len(head) + more for more in body[1:]]
    return lines


def _short(move: Move) -> str:
    """Write a move as its author did, one that was computed in four significant digits (JSON and TOML have all)."""
    written = str(move)
    if len(written) <= _AS_WRITTEN:
        return written
    size = abs(float(written.removesuffix(move.unit)))
    digits = max(0, 3 - math.floor(math.log10(size))) if size > 0.0 else 0
    return format_move(move.value, move.unit, digits=digits)


def _grid(moves: Sequence[StatedMove]) -> list[str]:
    """Five moves a line; under them the sources, the most used one without its names."""
    cells = [f"{stated.target:<7}{_short(stated.move):>9}" for stated in moves]
    lines = [
        "  " + "    ".join(cells[start : start + _GRID_COLUMNS])
        for start in range(0, len(cells), _GRID_COLUMNS)
    ]
    by_source: dict[str, list[str]] = {}
    for stated in moves:
        said = " · ".join(part for part in (stated.source, stated.note) if part)
        by_source.setdefault(said, []).append(stated.target)
    ordered = sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0]))
    for number, (said, targets) in enumerate(ordered):
        who = "all" if len(ordered) == 1 else "the others" if number == 0 else ", ".join(targets)
        lines += _wrapped(f"from {said or 'no source'}: {who}", indent="  ")
    return lines


def _by(source: str | None) -> str:
    return f" [{source}]" if source else ""


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    return [
        line
        for paragraph in text.strip().split("\n\n")
        for line in textwrap.wrap(
            " ".join(shorten(paragraph.replace("\n", " "), 5000).split()),
            width=SCREEN_WIDTH,
            initial_indent=indent,
            subsequent_indent=indent and indent + "  ",
        )
    ]
