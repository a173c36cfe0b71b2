"""The entries of a move table as stated moves, and the error of keys that do not fit together."""

from __future__ import annotations

from collections.abc import Mapping

from stress.errors import InputError
from stress.files.scenarios.schema import StatedEntry
from stress.scenarios.scenario import StatedMove

__all__ = ["MisfitError", "stated_moves"]


class MisfitError(InputError):
    """Keys that are each right but do not fit together."""

    def __init__(self, message: str, *where: str | int, hint: str | None = None) -> None:
        super().__init__(message)
        self.where = where
        self.hint = hint


def stated_moves(entries: Mapping[str, StatedEntry], source: str | None) -> tuple[StatedMove, ...]:
    """Return the entries of one table as stated moves.

    Parameters
    ----------
    entries : mapping of str to StatedEntry
        Target to entry, as read.
    source : str or None
        Of entries that name none.
    """
    return tuple(
        StatedMove(
            target=target,
            move=entry.move,
            source=entry.source or source,
            note=entry.note,
            date=entry.date,
            as_of=entry.as_of,
        )
        for target, entry in entries.items()
    )
