"""What is found doubtful about prices: each kind has a code by which it can be accepted. What each means: docs/market-inputs.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Literal, get_args

from stress.errors import Problem

__all__ = ["CODES", "Code", "Finding", "waivers_written"]

Code = Literal[
    "unsorted",
    "duplicate-date",
    "weekend",
    "future",
    "spacing",
    "hole",
    "stray-row",
    "holiday",
    "empty",
    "short",
    "ended",
    "gap",
    "stale",
    "jump",
    "disagree",
    "identical",
    "missing-member",
    "unit",
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
    remedy : str
        What to do beside accepting it, without its full stop.
    """

    code: Code
    subject: str
    message: str
    file: str | None = None
    line: int | None = None
    remedy: str = "Correct it"

    @property
    def problem(self) -> Problem:
        """As a problem whose hint says how to waive it."""
        return Problem(
            file=self.file,
            line=self.line,
            message=self.message,
            hint=f"{self.remedy}, or accept it with {waivers_written([f'{self.code}:{self.subject}'])}.",
        )

    @property
    def waived(self) -> str:
        """The warning that stays when it is accepted."""
        return f"waived {self.code}: {self.message}"


def waivers_written(waivers: Sequence[str]) -> str:
    """Return waivers as they are typed, and as Python has them: who reads prices is not known here.

    Examples
    --------
    >>> waivers_written(["jump:NVDA"])
    "--waive jump:NVDA (in Python waive=['jump:NVDA'])"
    """
    typed = " ".join(f"--waive {quote(waiver)}" for waiver in waivers)
    return f"{typed} (in Python waive={list(waivers)})"
