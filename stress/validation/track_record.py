"""The track record: how far books were from their prediction on the scoreboard's shock days.

Derived figures only, small enough to travel beside the models; a run shows the group its book is
comparable with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stress.results.track_record import FORMAT
from stress.validation.scoreboard import Scoreboard
from stress.validation.scoreboard_books import BookSummary
from stress.validation.scoreboard_groups import books_of

__all__ = ["track_record", "track_record_text"]

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
