"""What is said of single rows: the first of a sort each by itself, the rest as a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

__all__ = ["LEFT_OUT", "NOT_READ", "RowWarnings"]

#: Rows of one sort that are named one by one; more are counted, and the ledger has each that is no position.
_NAMED = 10
_IN_LEDGER = "the ledger has each with its reason (--format json / portfolio.ledger)"
#: Rows that are not read, or left out.
NOT_READ, LEFT_OUT = f"not read: {_IN_LEDGER}", f"left out: {_IN_LEDGER}"


class RowWarnings:
    """Sentences about rows in the order of the file, at most so many of one sort."""

    __slots__ = ("_count", "said")

    def __init__(self) -> None:
        self.said: list[str] = []
        self._count: Counter[str] = Counter()

    def say(self, sort: str, sentences: Iterable[str]) -> None:
        """Say something of a row, unless enough rows of its sort were named.

        Parameters
        ----------
        sort : str
            How the sentence that counts the rest ends: what such rows are.
        sentences : iterable of str
            About this row.
        """
        for sentence in sentences:
            self._count[sort] += 1
            if self._count[sort] <= _NAMED:
                self.said.append(sentence)

    def counted(self) -> list[str]:
        """Return what is said, and how many more of each sort there are."""
        return [
            *self.said,
            *(
                f"{count - _NAMED:,} more row{'' if count == _NAMED + 1 else 's'} {sort}"
                for sort, count in self._count.items()
                if count > _NAMED
            ),
        ]
