"""The track record beside a run: how far comparable books were from their prediction on past shock days.

The record is of single sessions and of books of shares, once with all factor moves given and once with four
given and the rest propagated. A run is set beside the one that it resembles, or beside none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stress.errors import InputError, Problem
from stress.factors.horizon import SHORT_HORIZON
from stress.frozen import hold_still, still_when_copied
from stress.portfolio.instruments import Future, FXForward
from stress.results.notionals import notionals
from stress.scenarios.scenario import Scenario
from stress.simulation.plan import Plan

__all__ = [
    "FORMAT",
    "Judged",
    "TrackRecord",
    "comparable_books",
    "no_record_because",
    "parse_track_record",
    "record_of_comparable",
    "track_record_of",
]

#: What was given on the shock days: all factor moves, or four of them.
Judged = Literal["explained", "given_core"]

#: Version of the file format.
FORMAT = 1

#: A book with at least this share of gross in one theme is compared with that theme's book.
CONCENTRATED = 0.5
#: A scenario that states at least this share of the model's baskets is compared with days on which all were given.
NEARLY_ALL = 0.9
#: Least share of gross in names for a book to be compared with books of shares.
LEAST_NAMES = 0.5


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """Misses of comparable books on the scoreboard's shock days. Fractions of gross, realised minus predicted.

    Parameters
    ----------
    group : str
        ``random`` (books of 10 names) or ``theme:NAME``.
    days : int
        Shock days on which these books were judged.
    used : {'explained', 'given_core'}
        Which of the two this run is to be compared with.
    explained, given_core : mapping
        With all factor moves given, and with four: ``median_miss``, ``worst_miss``, ``worst_day``,
        ``signed_error``, ``outside_floored`` (share beyond the 95 % band) and the rest of the file.
    """

    group: str
    days: int
    used: Judged
    explained: Mapping[str, Any]
    given_core: Mapping[str, Any]

    def __post_init__(self) -> None:
        hold_still(self)


def track_record_of(
    record: Mapping[str, Any] | None, planned: Plan, scenario: Scenario | None
) -> tuple[TrackRecord | None, str | None]:
    """Return the record of runs like a plan, or why there is none: by theme, horizon and what is stated.

    Parameters
    ----------
    record : mapping or None
        From `parse_track_record`; None where the model has none.
    planned : Plan
        The run.
    scenario : Scenario or None
        Its scenario.
    """
    if scenario is None:
        return None, "no scenario"
    book, completed = planned.book, planned.completed
    if record is None:
        return (
            None,
            f"there is none for model {book.model.id} of content {book.model.content_hash[:12]}",
        )
    gross, beside = book.coverage.gross, _futures_and_forwards(planned)
    homes = set(book.model.homes)
    baskets = [factor in homes for factor in book.model.factor_index]
    stated = float(completed.stated[baskets].mean()) if any(baskets) else 0.0
    by_home: dict[str, float] = {}
    for home, value in zip(book.homes, book.values, strict=True):
        by_home[home] = by_home.get(home, 0.0) + (abs(value) / gross if gross > 0.0 else 0.0)
    in_names = math.fsum(by_home.values())
    because = no_record_because(
        horizon_days=completed.horizon_days,
        in_names=in_names * gross / (gross + beside) if beside else in_names,
        stands_still=planned.mode == "alone" and not completed.stated[baskets].all(),
    )
    if because is not None:
        return None, because
    return record_of_comparable(record, by_home, stated_share=stated), None


def _futures_and_forwards(planned: Plan) -> float:
    """Return what futures and currency forwards stand for, long and short added up: they are worth about nothing. [book currency]."""
    inside = planned.revaluation
    if inside is None:
        return 0.0
    return math.fsum(map(abs, notionals(inside, Future, FXForward)))


def no_record_because(*, horizon_days: int, in_names: float, stands_still: bool) -> str | None:
    """Say why a run has no record to stand beside; None where it has one.

    Parameters
    ----------
    horizon_days : int
        Of the scenario. [sessions]
    in_names : float
        Share of gross, futures and forwards at what they stand for, that is held in names of the model, worth a multiple of
        their price, each name long less short.
    stands_still : bool
        Whether factors that the scenario does not state do not move.
    """
    if horizon_days > SHORT_HORIZON:
        return f"the record is of single sessions, this scenario of {horizon_days}"
    if in_names < LEAST_NAMES:
        held = (
            f"{in_names:.1%} of this book's gross is"
            if in_names > 0.0
            else "nothing of this book is"
        )
        return f"the record is of books of shares, and {held} held in names linearly, each long less short"
    if stands_still:
        return "on the record unstated factors follow the stated ones; here they stand still"
    return None


def record_of_comparable(
    record: Mapping[str, Any], gross_by_home: Mapping[str, float], *, stated_share: float
) -> TrackRecord:
    """Return the record of the books a book is comparable with.

    Parameters
    ----------
    record : mapping
        From `parse_track_record`.
    gross_by_home : mapping of str to float
        Share of the book's gross by home basket, not negative.
    stated_share : float
        Share of the model's baskets whose move the scenario states.
    """
    group, figures = comparable_books(record, gross_by_home)
    used: Judged = "explained" if stated_share >= NEARLY_ALL else "given_core"
    return TrackRecord(
        group=group,
        days=figures[used]["judged"] // figures[used]["books"],
        used=used,
        explained=figures["explained"],
        given_core=figures["given_core"],
    )


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
