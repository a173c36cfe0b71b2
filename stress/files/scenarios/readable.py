"""The readable part of a scenario file some of whose keys are wrong, so that the rest is checked in the same pass."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Collection, Iterable, Sequence
from typing import Any

__all__ = ["readable_part"]

#: What stands in for a top-level key that every scenario has.
_STAND_INS: dict[str, Any] = {
    "id": "unnamed",
    "title": "unnamed",
    "horizon_days": 1,
    "kind": "hypothetical",
    "variation": {"kind": "names"},
}
#: Tables whose entries stand alone: one that is wrong leaves the others readable.
_ENTRIES = ("moves", "core_names", "names", "sources", "coverage")


def readable_part(
    content: dict[str, Any], wrong: Iterable[Sequence[str | int]], known: Collection[str]
) -> tuple[dict[str, Any], set[str]]:
    """Return the content without what is wrong.

    Parameters
    ----------
    content : dict
        The whole file.
    wrong : iterable of sequences of str or int
        Keys from the top to each thing that is wrong or missing.
    known : collection of str
        Every top-level key there is: what an unknown one may have meant is unsure too.

    Returns
    -------
    readable : dict
        Entries of moves, sources and coverage are left out one by one, unknown keys too; another table is
        left out whole, and what every scenario has gets a stand-in.
    unsure : set of str
        Top-level keys that say something else than the file does.
    """
    readable = copy.deepcopy(content)
    unsure: set[str] = set()
    for path in wrong:
        top = str(path[0])
        unsure.add(top)
        table = readable.get(top)
        if top in _ENTRIES and isinstance(table, dict) and len(path) > 1:
            table.pop(path[1], None)
        elif top in _STAND_INS:
            readable[top] = copy.deepcopy(_STAND_INS[top])
        else:
            readable.pop(top, None)
            if top == "path":
                readable.pop("path_moves", None)
            if top not in known:
                unsure.update(difflib.get_close_matches(top, known))
    return readable, unsure
