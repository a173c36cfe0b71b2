"""A scenario as the text of its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stress.errors import InputError, Problem
from stress.scenarios.consistency import findings
from stress.scenarios.content import content
from stress.scenarios.scenario import Scenario

__all__ = ["write_scenario"]

#: Tables of a step of a path.
_TABLES = ("moves", "core_names")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def write_scenario(scenario: Scenario) -> str:
    """Return the TOML text of a scenario: it reads back with the same content and hash.

    What it extends is written out in full.

    Parameters
    ----------
    scenario : Scenario
        Any scenario.

    Returns
    -------
    str
        The text of a file, ending in a newline.

    Raises
    ------
    InputError
        What a reader of the file would refuse: a source that is one word and no key of its sources, a measured figure
        without one.
    """
    found = findings(scenario)
    if found:
        raise InputError(
            Problem(message=f"scenario {scenario.id}: {one.message}", hint=one.hint)
            for one in found
        )
    said = content(scenario)
    lines: list[str] = []
    for key, value in said.items():
        if not isinstance(value, (dict, list)):
            lines.append(f"{key} = {_value(value)}")
    for key, value in said.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *_rows(value)]
    for key, value in said.items():
        if isinstance(value, list):
            for entry in value:
                lines += ["", f"[[{key}]]", *_rows(entry, skip=_TABLES)]
                for table in _TABLES:
                    if table in entry:
                        lines += [f"[{key}.{table}]", *_rows(entry[table])]
    return "\n".join(lines) + "\n"


def _rows(table: dict[str, Any], *, skip: Sequence[str] = ()) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in skip]


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "a").replace("-", "a").isalnum()
    return key if bare else _text(key)


def _value(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case list():
            return "[" + ", ".join(_value(entry) for entry in value) + "]"
        case dict() if value.keys() == {"move"}:
            return _value(value["move"])
        case dict():
            return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    raise TypeError(f"{type(value).__name__} has no place in a scenario file")


def _text(text: str) -> str:
    written = "".join(
        _ESCAPES[char]
        if char in _ESCAPES
        else f"\\u{ord(char):04X}"
        if ord(char) < 0x20 or ord(char) == 0x7F
        else char
        for char in text
    )
    return f'"{written}"'
