"""Keys of a model file: one that is none would change nothing without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stress.errors import Problem, did_you_mean
from stress.files.models.text import NAME_NUMBERS, NAME_ROWS, PLAIN

__all__ = ["unknown_keys"]

_TOP = (
    *("format", "content_hash", "id", "currency", "as_of", "window", "degrees_of_freedom"),
    *(
        "volatility_level",
        "warnings",
        *PLAIN,
        "factors",
        "covariance",
        "covariance_long",
        "names",
        "history",
    ),
)
_FACTOR = ("name", "kind", "unit", "title", "description", "series", "missing", "role")
_NAME = (
    *("name", "home", "source", "specific_volatility", "exposures"),
    *(*NAME_NUMBERS, *NAME_ROWS),
)
_HISTORY = ("current_volatility", "sessions")


def unknown_keys(document: Mapping[str, object], source: str) -> list[Problem]:
    """Return a problem for each key of a model's file that no entry has.

    Parameters
    ----------
    document : mapping
        The file; what its entries hold is not looked at.
    source : str
        Named in messages.
    """
    found: dict[tuple[str, str], Problem] = {}

    def look(entries: Iterable[tuple[str, object]], kind: str, known: Sequence[str]) -> None:
        for place, entry in entries:
            for key in entry if isinstance(entry, dict) else ():
                if key in known or (kind, key) in found:
                    continue
                found[kind, key] = Problem(
                    file=source,
                    message=f"{place} has an unknown key '{key}', which would change nothing.",
                    hint=did_you_mean(key, known) or f"Known: {', '.join(known)}.",
                )

    look([("the model", document)], "", _TOP)
    look(_entries(document, "factors", "factor"), "factor", _FACTOR)
    look(_entries(document, "names", "name"), "name", _NAME)
    look([("the history", document.get("history"))], "history", _HISTORY)
    return list(found.values())


def _entries(document: Mapping[str, object], key: str, what: str) -> Iterable[tuple[str, object]]:
    entries = document.get(key)
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        named = entry.get("name", place) if isinstance(entry, dict) else place
        yield f"{what} '{named}'", entry
