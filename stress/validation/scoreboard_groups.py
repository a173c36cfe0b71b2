"""Days and books in groups: what the bars are measured on, and where the misses gather."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.moves import FactorMoves
from stress.validation.days import NAMED_DAYS
from stress.validation.scoreboard import DayScore, Scoreboard
from stress.validation.scoreboard_books import (
    BookKind,
    BookMisses,
    BookSummary,
    summarise_books,
)
from stress.validation.scoreboard_score import Score, median

__all__ = [
    "SCORES",
    "DayGroup",
    "books_of",
    "group_days",
    "market_moves",
    "pooled_outside",
    "summarise_group",
]

#: The scores of a day, by the name of its field.
SCORES = ("explained", "given_core", "market", "sector")

#: A day on which the whole market moved less than this is narrow: few names moved much.
NARROW = 0.02

#: Before, the prices at hand give the models less than the three years of their window.
SETTLED = "2021-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayGroup:
    """A group of days in one line.

    Parameters
    ----------
    title : str
    days : int
    r_squared : mapping of str to float
        Median uncentred R² of each of `SCORES`.
    rmse : mapping of str to float
        Median root mean square miss. [fraction]
    outside, outside_floored : mapping of str to float
        Share of names beyond the band, pooled; of ``explained`` and ``given_core``.
    """

    title: str
    days: int
    r_squared: Mapping[str, float]
    rmse: Mapping[str, float]
    outside: Mapping[str, float]
    outside_floored: Mapping[str, float]


def group_days(
    scores: Sequence[DayScore], market_moves: Mapping[str, float]
) -> tuple[DayGroup, ...]:
    """Split the shock days by the rule that chose them and by how broad they were.

    Parameters
    ----------
    scores : sequence of DayScore
        Of shock days.
    market_moves : mapping of str to float
        The market's move by date.

    Returns
    -------
    tuple of DayGroup
        All days first; empty groups are left out.
    """
    named = [one for one in scores if one.day.date in NAMED_DAYS]
    falls = [one for one in scores if any(r.endswith("(fall)") for r in one.day.reasons)]
    rises = [one for one in scores if any(r.endswith("(rise)") for r in one.day.reasons)]
    broad = [one for one in scores if math.fabs(market_moves[one.day.date]) >= NARROW]
    narrow = [one for one in scores if math.fabs(market_moves[one.day.date]) < NARROW]
    early = [one for one in scores if one.day.date < SETTLED]
    late = [one for one in scores if one.day.date >= SETTLED]
    groups = (
        ("all shock days", list(scores)),
        ("named days", named),
        ("largest falls of a basket", falls),
        ("largest rises of a basket", rises),
        (f"market moved {NARROW:.0%} or more", broad),
        (f"market moved less than {NARROW:.0%}", narrow),
        (f"before {SETTLED[:4]}", early),
        (f"from {SETTLED[:4]} on", late),
    )
    return tuple(summarise_group(title, group) for title, group in groups if group)


def market_moves(moves: FactorMoves) -> dict[str, float]:
    """Return the move of the default home by date."""
    k = moves.definitions.names.index(moves.definitions.default_home)
    return dict(zip(moves.dates, moves.factor_moves[:, k].tolist(), strict=True))


def summarise_group(title: str, scores: Sequence[DayScore]) -> DayGroup:
    """Write a group of days in one line.

    Raises
    ------
    InputError
        An empty group.
    """
    if not scores:
        raise InputError(f"group '{title}' has no days.")
    banded = ("explained", "given_core")
    return DayGroup(
        title=title,
        days=len(scores),
        r_squared={s: median([getattr(one, s).r_squared for one in scores]) for s in SCORES},
        rmse={s: median([getattr(one, s).rmse for one in scores]) for s in SCORES},
        outside={
            s: pooled_outside([getattr(one, s) for one in scores], floor=False) for s in banded
        },
        outside_floored={
            s: pooled_outside([getattr(one, s) for one in scores], floor=True) for s in banded
        },
    )


def pooled_outside(scores: Sequence[Score], *, floor: bool) -> float:
    """Return the share of names beyond the band, pooled over days.

    Parameters
    ----------
    scores : sequence of Score
        With a band.
    floor : bool
        Whether E[V] is kept from falling below 1.
    """
    beyond, names = 0.0, 0
    for one in scores:
        share = one.outside_floored if floor else one.outside
        if share is None:
            raise InputError("a score without a band has no share beyond it.")
        beyond += share * one.names
        names += one.names
    return beyond / names


def books_of(
    board: Scoreboard, which: str, *, shocks: bool, kind: BookKind, name: str | None = None
) -> BookSummary | None:
    """Pool the misses of the books of a kind, or of one book.

    Parameters
    ----------
    board : Scoreboard
    which : {'explained', 'given_core'}
    shocks : bool
        Shock days, or ordinary ones.
    kind : {'sample', 'random', 'theme'}
    name : str, optional
        Of one book of the kind.

    Returns
    -------
    BookSummary or None
        None where no such book was judged.
    """
    scores = board.shocks if shocks else board.ordinary
    misses = (board.shock_books if shocks else board.ordinary_books)[which]
    place = [
        b
        for b, book in enumerate(board.books)
        if book.kind == kind and (name is None or book.name == name)
    ]
    part = BookMisses(**{f.name: _columns(getattr(misses, f.name), place) for f in fields(misses)})
    if not place or not (part.realised == part.realised).any():
        return None
    dates = [one.day.date for one in scores]
    return summarise_books(part, dates, [board.books[b] for b in place])


def _columns(values: FloatArray, place: Sequence[int]) -> FloatArray:
    return values[:, list(place)]
