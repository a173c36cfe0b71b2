"""Pages about scenarios: the library, and one scenario with its sources, on the terminal and as HTML. Loads no numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from stress.factors.horizon import horizon_group
from stress.reporting.filling import fill
from stress.reporting.html_blocks import folded, heading, page, table, text
from stress.reporting.words import KIND_ORDER, counted
from stress.scenarios.scenario import Scenario, StatedMove
from stress.tables import Column, shorten
from stress.units import Move, format_move

__all__ = ["library_document", "library_page", "scenario_html", "scenario_page"]

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
        key=lambda s: (horizon_group(s.horizon_days), KIND_ORDER.index(s.kind), s.date or "", s.id),
    )
    lines: list[str] = []
    for i, words in enumerate(_BUCKETS):
        inside = [one for one in ordered if horizon_group(one.horizon_days) == i]
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
    lines = [
        *_wrapped(scenario.title),
        *_wrapped(_identity(scenario)),
        *_governance(scenario),
    ]
    if scenario.narrative:
        lines += ["", *_wrapped(scenario.narrative)]
    for words, moves in _stated(scenario):
        lines += _moves(words, moves)
    for number, step in enumerate(scenario.path, start=1):
        moves = (*step.moves, *step.core_names)
        lines += _moves(f"STEP {number} · {counted(step.horizon_days, 'session')}", moves)
    if scenario.path_note:
        lines += ["", *_wrapped(scenario.path_note)]
    for words, entries in _notes(scenario):
        lines += ["", words]
        for key, said in entries:
            lines += _wrapped(f"{key}: {said}", indent="  ")
    lines += ["", f"content {scenario.content_hash}"]
    return "\n".join(lines)


def scenario_html(scenario: Scenario) -> str:
    """Write one scenario as HTML for a notebook: the page's figures, words and order.

    Parameters
    ----------
    scenario : Scenario
        As read or made.
    """
    paragraphs = (" ".join(part.split()) for part in scenario.narrative.split("\n\n"))
    blocks = [
        heading(scenario.title, large=True),
        text(_identity(scenario), quiet=True),
        *(text(line, quiet=True) for line in _governance(scenario)),
        *map(text, paragraphs),
    ]
    for words, moves in _stated(scenario):
        rows = [[stated.target, _short(stated.move), _said(stated)] for stated in moves]
        columns = _MOVES if any(said for _, _, said in rows) else _MOVES[:2]
        if len(rows) > _GRID_FROM:
            lines = [f"{target} {move}" for target, move, _ in rows]
            blocks.append(folded(f"{words} · {len(rows)}", lines))
        elif rows:
            cells = [row[: len(columns)] for row in rows]
            blocks += [heading(words), table(columns, [("", cells)], wraps=(2,))]
    blocks += [*_steps(scenario.path), text(scenario.path_note or "")]
    for words, entries in _notes(scenario):
        blocks.append(folded(words, [f"{key}: {' '.join(said.split())}" for key, said in entries]))
    return page([*blocks, text(f"content {scenario.content_hash}", quiet=True)])


_MOVES = (
    Column(title="", align="left"),
    Column(title="move"),
    Column(title="from", align="left"),
)


def _identity(scenario: Scenario) -> str:
    span = " to ".join(day for day in (scenario.start, scenario.date) if day)
    sessions = counted(scenario.horizon_days, "session")
    identity = (scenario.id, scenario.kind, sessions, span, scenario.as_of)
    return " · ".join(part for part in identity if part)


def _stated(scenario: Scenario) -> list[tuple[str, Sequence[StatedMove]]]:
    """Return what moves at once, under its heading; a group may be empty."""
    return [
        ("FACTORS", scenario.moves),
        ("NAMES, STATED", scenario.core_names),
        ("NAMES, RECORDED (shown; applied with --replay-names)", scenario.names),
    ]


def _steps(path: Sequence[Scenario]) -> list[str]:
    """Write the steps of a path as one table in HTML: a row a target, a column a step."""
    if not path:
        return []
    stated_in = [(*step.moves, *step.core_names) for step in path]
    targets = dict.fromkeys(stated.target for stated_moves in stated_in for stated in stated_moves)
    columns = [Column(title="", align="left")]
    columns += [
        Column(title=f"step {number}, {step.horizon_days} d")
        for number, step in enumerate(path, start=1)
    ]
    moves = [
        {stated.target: _short(stated.move) for stated in stated_moves}
        for stated_moves in stated_in
    ]
    rows = [[target, *(step.get(target, "") for step in moves)] for target in targets]
    said = dict.fromkeys(_said(stated) for stated_moves in stated_in for stated in stated_moves)
    return [
        heading("STEP BY STEP"),
        table(columns, [("", rows)]),
        *(text(f"from {words}", quiet=True) for words in said if words),
    ]


def _notes(scenario: Scenario) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what is said beside the moves, under its heading, each entry with what it is about."""
    groups = [
        (
            "OBSERVED (part of the story; no factor takes it, never applied)",
            [(one.name, f"{one.text}{_by(one.source)}") for one in scenario.observed],
        ),
        (
            "WHERE SOURCES DISAGREE",
            [
                (one.quantity, f"{' or '.join(one.values)}; used {one.used}. {one.reason}")
                for one in scenario.conflicts
            ],
        ),
        ("COVERAGE", list(scenario.coverage)),
        ("SOURCES", [(one.key, one.text) for one in scenario.sources]),
    ]
    return [(words, entries) for words, entries in groups if entries]


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
        said = shorten(_said(stated), 2000)
        lines += fill(said, first=head, under=" " * len(head)) or [head.rstrip()]
    return lines


def _said(stated: StatedMove) -> str:
    """Say where a move is from, and what its author noted."""
    return " · ".join(part for part in (stated.source, stated.note) if part)


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
        by_source.setdefault(_said(stated), []).append(stated.target)
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
        for line in fill(
            " ".join(shorten(paragraph.replace("\n", " "), 5000).split()),
            first=indent,
            under=indent and indent + "  ",
        )
    ]
