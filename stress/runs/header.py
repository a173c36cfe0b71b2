"""`payload.json`: of which run a folder holds the draws."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stress.errors import InputError, Problem
from stress.files.small_text import read_small

__all__ = ["HEADER", "check_same", "header_of", "header_text", "read_header", "run_of"]

#: Name of the file.
HEADER = "payload.json"
#: Version of the folder: 3 since parts say which run they are of.
_LAYOUT = 3
#: Largest file: a million books and scenarios with names of a hundred characters. [bytes]
_MOST = 200_000_000


def header_of(columns: Sequence[str], key: Mapping[str, str]) -> dict[str, Any]:
    """Return what the file of a run says before any draws are asked for.

    Parameters
    ----------
    columns : sequence of str
        Book and scenario of each row of the totals.
    key : mapping of str to str
        Everything that determines the numbers.
    """
    return {"layout": _LAYOUT, "columns": list(columns), "key": dict(sorted(key.items()))}


def header_text(header: Mapping[str, Any]) -> bytes:
    """Return the bytes of the file; what no UTF-8 can hold of a file's name is escaped as JSON has it."""
    return json.dumps(header, indent=1, ensure_ascii=False).encode(errors="backslashreplace")


def run_of(header: Mapping[str, Any]) -> str:
    """Return the hash that parts of a run carry: of its columns and its key, not of how many draws are asked for."""
    said = json.dumps([header["columns"], header["key"]], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def read_header(path: Path) -> dict[str, Any]:
    """Return what the file says.

    Parameters
    ----------
    path : Path
        Of the file.

    Raises
    ------
    InputError
        If it is no regular file, cannot be read, is of another layout, or does not say what a run writes.
    """
    try:
        header = json.loads(read_small(path, most=_MOST, wanted="payload of a run"))
    except InputError:
        raise
    except ValueError as error:
        raise _refused(path, f"is not a JSON file: {error}.") from None
    except RecursionError:
        raise _refused(path, "has lists in lists without end.") from None
    if not isinstance(header, dict) or not isinstance(header.get("layout"), int):
        raise _refused(path, "does not say of which run the draws are.")
    if header["layout"] != _LAYOUT:
        raise InputError(
            f"{path} is of layout {str(header['layout'])[:40]}; this version reads {_LAYOUT}. Run again into a new folder."
        )
    for entry, words, fits in (
        ("columns", "a list of names", _is_names(header.get("columns"))),
        ("key", "a table of texts", _is_texts(header.get("key"))),
        ("draws", "a whole number from 1", _is_count(header.get("draws", 1))),
    ):
        if not fits:
            raise _refused(path, f"the entry '{entry}' is not {words}.")
    return header


def check_same(there: Mapping[str, Any], here: Mapping[str, Any], folder: Path) -> None:
    """Refuse to mix two runs in one folder; one that asks for more draws is the same.

    Parameters
    ----------
    there, here : mapping
        What the folder says, and the run that comes.
    folder : Path
        Named in the message.

    Raises
    ------
    InputError
        With what differs.
    """
    if {**there, "draws": None} == {**here, "draws": None}:
        return
    old, new = there["key"], here["key"]
    differing = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    if differing == ["option_values"]:
        exact = str(old["option_values"]).startswith("exact")
        raise InputError(
            f"{folder} was begun with options revalued {'exactly' if exact else 'through surfaces'}, and this run revalues them the other "
            f"way. Go on with {'--exact-options / surfaces=False' if exact else '--surfaces / surfaces=True'}, or name another folder."
        )
    what = ", ".join(differing[:4]) if differing else "books or scenarios"
    raise InputError(
        f"{folder} holds the draws of another run: it differs in {what}. Name another folder."
    )


def _refused(path: Path, why: str) -> InputError:
    return InputError(Problem(message=why, file=str(path), hint="Run again into a new folder."))


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
