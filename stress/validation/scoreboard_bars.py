"""The bars the scoreboard was asked to clear, each beside what was measured; met or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stress.validation.days import REFERENCE_DAY
from stress.validation.scoreboard import Scoreboard
from stress.validation.scoreboard_books import BookKind
from stress.validation.scoreboard_groups import books_of, pooled_outside
from stress.validation.scoreboard_score import Score, median

__all__ = ["Bar", "bars"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One requirement.

    Parameters
    ----------
    what : str
    low, high : float or None
        The measured value must not be below, above.
    value : float
        Measured; nan where the prices lack what is needed.
    share : bool
        Whether it is written in percent.
    """

    what: str
    low: float | None
    high: float | None
    value: float
    share: bool

    @property
    def met(self) -> bool:
        """Whether the value is known and inside."""
        if math.isnan(self.value):
            return False
        return (self.low is None or self.value >= self.low) and (
            self.high is None or self.value <= self.high
        )


def bars(board: Scoreboard) -> tuple[Bar, ...]:
    """Measure every bar.

    Parameters
    ----------
    board : Scoreboard

    Returns
    -------
    tuple of Bar
    """
    reference = [one for one in board.shocks if one.day.date == REFERENCE_DAY]
    explained = [one.explained for one in board.shocks]
    given = [one.given_core for one in board.shocks]
    ordinary = [one.explained for one in board.ordinary]

    def on_reference(values: Sequence[float]) -> float:
        return values[0] if values else math.nan

    return (
        _r2(
            f"(a) R²u on {REFERENCE_DAY}, every name",
            0.85,
            on_reference([one.explained.r_squared for one in reference]),
        ),
        Bar(
            what=f"names and funds scored on {REFERENCE_DAY}",
            low=220,
            high=None,
            value=on_reference([float(one.explained.names) for one in reference]),
            share=False,
        ),
        _r2("(a) median R²u over the shock days", 0.83, median([s.r_squared for s in explained])),
        _r2(
            f"(b) R²u on {REFERENCE_DAY}, every name",
            0.75,
            on_reference([one.given_core.r_squared for one in reference]),
        ),
        _r2("(b) median R²u over the shock days", 0.77, median([s.r_squared for s in given])),
        _band("(a) names beyond the band, shock days", 0.03, 0.07, _outside(explained, False)),
        _band("(b) names beyond the band, shock days", 0.03, 0.07, _outside(given, False)),
        _books(board, "explained", "random"),
        _books(board, "explained", "theme"),
        _books(board, "given_core", "random"),
        _books(board, "given_core", "theme"),
        _band(
            "(a) names beyond the band, ordinary days, pure law",
            None,
            0.10,
            _outside(ordinary, False),
        ),
        _band(
            "(a) names beyond the band, ordinary days, with the floor",
            0.03,
            0.07,
            _outside(ordinary, True),
        ),
    )


def _outside(scores: Sequence[Score], floor: bool) -> float:
    return pooled_outside(scores, floor=floor) if scores else math.nan


def _r2(what: str, low: float, value: float) -> Bar:
    return Bar(what=what, low=low, high=None, value=value, share=False)


def _band(what: str, low: float | None, high: float, value: float) -> Bar:
    return Bar(what=what, low=low, high=high, value=value, share=True)


def _books(board: Scoreboard, which: str, kind: BookKind) -> Bar:
    summary = books_of(board, which, shocks=True, kind=kind)
    letter = "(a)" if which == "explained" else "(b)"
    return _band(
        f"{letter} {kind} books beyond the band, shock days",
        None,
        0.07,
        math.nan if summary is None else summary.outside,
    )
