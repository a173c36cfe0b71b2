"""What names do beside their factors: as stated, as recorded, as on drawn sessions, or by their own volatility."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.scenarios.propagation import Completed
from stress.scenarios.scenario import Variation
from stress.simulation.book import Book
from stress.simulation.generators import Generator

__all__ = ["NameMoves", "name_moves", "own_sessions", "said_of_own_sessions"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameMoves:
    """What each of N names does beside its factors.

    Parameters
    ----------
    specific : ndarray of shape (N,)
        Volatility of its own move over the horizon; 0 where it is stated or recorded.
    fixed : ndarray of shape (N,)
        Its whole simple return where that stands in every draw; not a number elsewhere.
    follows : ndarray of int, shape (N,)
        The stated move that it follows; -1 where it follows none.
    """

    specific: FloatArray
    fixed: FloatArray
    follows: np.ndarray

    @property
    def stated(self) -> np.ndarray:
        """Names that a scenario states."""
        found: np.ndarray = ~np.isnan(self.fixed) | (self.follows >= 0)
        return found


def name_moves(
    book: Book,
    completed: Completed,
    variation: Variation,
    *,
    recorded: Mapping[str, float],
) -> NameMoves:
    """Say which names move as stated, or as recorded: a stated one over a recorded one.

    Parameters
    ----------
    book : Book
        Whose N names they are.
    completed : Completed
        With the names that the scenario states.
    variation : Variation
        How stated moves vary.
    recorded : mapping of str to float
        Total simple returns of names under replay.
    """
    moves = NameMoves(
        specific=book.model.horizon_scale(completed.horizon_days) * book.specific_volatility,
        fixed=np.full(len(book.names), np.nan),
        follows=np.full(len(book.names), -1, dtype=np.intp),
    )
    for row, core in enumerate(completed.core_names, start=len(completed.stated_index)):
        stated = completed.stated_values[row]
        for i in _held_as(book, core):
            moves.specific[i] = 0.0
            if variation.kind == "names":
                moves.fixed[i] = math.expm1(stated) if completed.compound else stated
            else:
                moves.follows[i] = row
    stated_names = moves.stated
    for i, name in enumerate(book.names):
        if name in recorded and not stated_names[i]:
            # Its total is what is recorded: the specific move is the rest, whatever factors do in a draw.
            moves.fixed[i] = recorded[name]
            moves.specific[i] = 0.0
    return moves


def own_sessions(
    book: Book, source: Generator, specific: FloatArray, *, compound: bool
) -> dict[int, FloatArray]:
    """Return the specific moves on the carried sessions of names that have any and whose history is at hand, by place.

    Parameters
    ----------
    book : Book
        Whose N names they are.
    source : Generator
        Which sessions are carried.
    specific : ndarray of shape (N,)
        Volatility of each name's own move over the horizon.
    compound : bool
        Whether moves are logs.
    """
    moving = [int(i) for i in np.flatnonzero(specific > 0.0)]
    found = source.residuals(
        book.model,
        {book.names[i]: book.exposures[i] for i in moving},
        {book.names[i]: float(book.specific_volatility[i]) for i in moving},
        compound=compound,
    )
    return {i: found[book.names[i]] for i in moving if book.names[i] in found}


def said_of_own_sessions(
    book: Book, source: Generator, specific: FloatArray, residuals: Mapping[int, FloatArray]
) -> tuple[str, ...]:
    """Say how many names' own moves are those of the drawn sessions, and which have none.

    Parameters
    ----------
    book, source, specific
        As of `own_sessions`.
    residuals : mapping of int to ndarray
        Its answer.
    """
    if source.own is None:
        return ()
    moving = np.flatnonzero(specific > 0.0)
    without = [book.names[i] for i in moving if int(i) not in residuals]
    text = f"specific moves of {len(residuals)} of {len(moving)} names are their own of the drawn sessions"
    if not without:
        return (f"{text}.",)
    return (f"{text}; {len(without)} without such a history stay t: {', '.join(without)}.",)


def _held_as(book: Book, core: str) -> list[int]:
    """Find the held names that are the core name itself, not ones that borrow its exposures."""
    return [i for i, name in enumerate(book.names) if name == core and book.sources[i] != "proxy"]
