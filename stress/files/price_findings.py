"""What is found doubtful about prices: each kind has a code by which it can be accepted.

==============  ========================================================================
code            found when
==============  ========================================================================
unsorted        dates do not rise
duplicate-date  a date stands twice
weekend         a price on a Saturday or Sunday
future          a date after today
spacing         rows, or prices of a series, are two or more days apart: weekly, monthly
hole            no price on ten weekdays in a row or more
stray-row       a day on which hardly any series of the file has a price
empty           a series without any price
short           fewer than 20 prices
ended           the last price is more than 5 sessions before the others'
gap             blank on a session between its first and last price
stale           unchanged on 6 or more sessions in a row
jump            a move beyond 40 %: a split without a record, or a real extreme
disagree        two files give a series moves more than 1 % apart
identical       two names have one series: the same moves on every session they share
missing-member  no file holds a member of a basket (said of a calibration, which goes on)
==============  ========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from stress.errors import Problem

__all__ = ["CODES", "Code", "Finding"]

Code = Literal[
    "unsorted",
    "duplicate-date",
    "weekend",
    "future",
    "spacing",
    "hole",
    "stray-row",
    "empty",
    "short",
    "ended",
    "gap",
    "stale",
    "jump",
    "disagree",
    "identical",
    "missing-member",
]
CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One doubtful thing.

    Parameters
    ----------
    code : str
        One of `CODES`.
    subject : str
        The series, or the date of a row.
    message : str
        What was found, with values and dates.
    file : str or None
    line : int or None
    """

    code: Code
    subject: str
    message: str
    file: str | None = None
    line: int | None = None

    @property
    def problem(self) -> Problem:
        """As a problem whose hint says how to waive it."""
        return Problem(
            file=self.file,
            line=self.line,
            message=self.message,
            hint=f"Correct it, or accept it with --waive {self.code}:{self.subject}.",
        )

    @property
    def waived(self) -> str:
        """The warning that stays when it is accepted."""
        return f"waived {self.code}: {self.message}"
