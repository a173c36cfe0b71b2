"""The track record: how far books were from their prediction on the scoreboard's shock days.

Derived figures only, small enough to travel beside the models; a run shows the group its book is
comparable with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stress.errors import InputError, Problem
from stress.validation.scoreboard import Scoreboard
from stress.validation.scoreboard_books import BookSummary
from stress.validation.scoreboard_groups import books_of

__all__ = ["FORMAT", "comparable_books", "parse_track_record", "track_record", "track_record_text"]

#: Version of the file format.
FORMAT = 1

#: A book with at least this share of gross in one theme is compared with that theme's book.
CONCENTRATED = 0.5

_FIGURES = (
    "judged",
    "signed_error",
    "median_miss",
    "high_miss",
    "worst_miss",
    "worst_day",
    "median_move",
    "r_squared",
    "outside_floored",
)


def track_record(board: Scoreboard) -> dict[str, Any]:
    """Gather the misses of comparable books.

    Parameters
    ----------
    board : Scoreboard

    Returns
    -------
    dict
        ``groups``: ``random`` and ``theme:NAME``, each with ``explained`` (all factors given) and
        ``given_core`` (four given); misses are fractions of gross on shock days, realised minus predicted.
    """
    groups: dict[str, Any] = {}
    keys: list[tuple[str, str | None]] = [("random", None)]
    keys += [(f"theme:{book.name}", book.name) for book in board.books if book.kind == "theme"]
    for key, name in keys:
        kind = "random" if name is None else "theme"
        found = {
            which: books_of(board, which, shocks=True, kind=kind, name=name)  # type: ignore[arg-type]
            for which in ("explained", "given_core")
        }
        if all(summary is not None for summary in found.values()):
            groups[key] = {
                which: _figures(summary) for which, summary in found.items() if summary is not None
            }
    return {
        "format": FORMAT,
        "unit": "fraction of gross",
        "shock_days": [one.day.date for one in board.shocks],
        "settings": asdict(board.settings),
        "groups": groups,
    }


def track_record_text(record: Mapping[str, Any]) -> str:
    """Write a track record as JSON, numbers to six significant digits."""
    return json.dumps(_rounded(record), indent=1, ensure_ascii=False) + "\n"


def parse_track_record(content: bytes, *, source: str = "track record") -> dict[str, Any]:
    """Read a track record from the bytes of its file.

    Parameters
    ----------
    content : bytes
        UTF-8 JSON as `track_record_text` writes it.
    source : str
        Named in messages.

    Raises
    ------
    InputError
        Not JSON, another format, or no group ``random``.
    """
    try:
        record = json.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(Problem(file=source, message=f"is not JSON: {error}.")) from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(
            Problem(
                file=source,
                message=f"is no track record of format {FORMAT}.",
                hint="Write it again with the scoreboard.",
            )
        )
    if "random" not in record.get("groups", ()):
        raise InputError(Problem(file=source, message="has no group 'random' to compare with."))
    return record


def comparable_books(
    record: Mapping[str, Any], gross_by_home: Mapping[str, float]
) -> tuple[str, Mapping[str, Any]]:
    """Choose the books a book is comparable with.

    Parameters
    ----------
    record : mapping
        From `track_record` or `parse_track_record`.
    gross_by_home : mapping of str to float
        Share of the book's gross by home basket, not negative.

    Returns
    -------
    key : str
        ``theme:NAME`` for a book with at least half of its gross in one theme on the record, else
        ``random``.
    figures : mapping
        Under ``explained`` and ``given_core``.
    """
    if gross_by_home:
        home = max(sorted(gross_by_home), key=lambda name: gross_by_home[name])
        key = f"theme:{home}"
        if gross_by_home[home] >= CONCENTRATED and key in record["groups"]:
            return key, record["groups"][key]
    return "random", record["groups"]["random"]


def _figures(summary: BookSummary) -> dict[str, Any]:
    every = asdict(summary)
    return {"books": summary.books, **{name: every[name] for name in _FIGURES}}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
