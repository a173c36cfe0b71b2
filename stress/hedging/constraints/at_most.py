"""At most k lines."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from stress.errors import InputError
from stress.hedging.problem import Draft, Statement

__all__ = ["AtMost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost:
    """At most k lines are traded.

    Parameters
    ----------
    lines : int
        k >= 0.
    name : str
        Name in messages and prices; "at most 10 lines" of ten when empty.
    priority : int
        Higher is more important.
    """

    lines: int
    name: str = ""
    priority: int = 1

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", f"at most {self.lines} line{'s' * (self.lines != 1)}")
        if self.lines < 0:
            raise InputError(
                f"constraint '{self.name}': {self.lines} lines; it must be at least 0."
            )

    @property
    def unit(self) -> str:
        """A line."""
        return "line"

    @property
    def size(self) -> float:
        """None: rounding trades no line more."""
        return 0.0

    def add_to(self, draft: Draft) -> None:
        """Write the cardinality."""
        draft.at_most = self.lines if draft.at_most is None else min(draft.at_most, self.lines)

    def express(self, statement: Statement) -> list[Any]:
        """Sum of the indicators."""
        import cvxpy as cp

        return [cp.sum(statement.held) <= self.lines]

    def relaxed(self, by: float) -> AtMost:
        """More lines; `by` is rounded up."""
        return replace(self, lines=self.lines + math.ceil(by))
