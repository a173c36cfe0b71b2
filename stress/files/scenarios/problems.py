"""What pydantic found in a scenario file, in our own words."""

from __future__ import annotations

import math
import re
from typing import Any

from pydantic import BaseModel, ValidationError

from stress.errors import Problem, did_you_mean, shortened
from stress.files.scenarios.schema import (
    ConflictEntry,
    DefaultSource,
    ObservedEntry,
    PathStep,
    ScenarioFile,
    StatedEntry,
    VariationTable,
)
from stress.files.toml_text import TomlText
from stress.units import Unit, without_unit

__all__ = ["problems_of"]

_TABLES: dict[str, type[BaseModel]] = {
    "variation": VariationTable,
    "default_source": DefaultSource,
    "moves": StatedEntry,
    "core_names": StatedEntry,
    "names": StatedEntry,
    "observed": ObservedEntry,
    "conflicts": ConflictEntry,
    "path": PathStep,
}
_MOVE_TABLES = ("moves", "core_names", "names")
_NUMBER = re.compile(r"\s*[+\-\u2212]?(\d+(\.\d*)?|\.\d+)([eE][+\-]?\d+)?\s*")
_KIND_OF_VALUE = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "an array of tables or texts",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "bool_type": "true or false",
    "finite_number": "a finite number",
}
#: What a value has to be, by the limit that it breaks.
_LIMITS = {
    "greater_than": "it has to be above {gt:g}.",
    "greater_than_equal": "it has to be at least {ge:g}.",
    "less_than_equal": "it has to be at most {le:g}.",
    "string_too_short": "it is empty.",
    "too_short": "it needs at least {min_length} of them.",
}
_MISSING_HINT = {
    "id": 'Add one of lower-case words and hyphens, e.g. id = "my-scenario".',
    "title": 'Add one line that says what it is, e.g. title = "Chips fall, power holds".',
}


def problems_of(error: ValidationError, toml: TomlText) -> list[Problem]:
    """Translate what pydantic found.

    Parameters
    ----------
    error : ValidationError
        From validating the content of `toml`.
    toml : TomlText
        The file, for its name and lines.

    Returns
    -------
    list of Problem
        One an error, in the order of the file.
    """
    problems = [_problem(dict(found), toml) for found in error.errors(include_url=False)]
    return sorted(problems, key=lambda problem: (problem.line is not None, problem.line or 0))


#: What users call a table of a scenario.
_CALLED = {
    "factors": "moves", "factor": "moves", "shocks": "moves", "shock": "moves", "stocks": "names",
    "tickers": "names", "steps": "path", "step": "path", "horizon": "horizon_days",
}  # fmt: skip


def _problem(found: dict[str, Any], toml: TomlText) -> Problem:
    path = tuple(found["loc"])
    message, hint = _words(path, found)
    return Problem(message=message, file=toml.file, line=toml.line(path), hint=hint or None)


def _words(path: tuple[str | int, ...], found: dict[str, Any]) -> tuple[str, str]:
    key, value, kind = _dotted(path), found["input"], found["type"]
    choices = _choices(found)
    if kind == "missing":
        name = str(path[-1])
        hint = _MISSING_HINT[name] if len(path) == 1 and name in _MISSING_HINT else ""
        return f"key '{key}' is missing.", hint
    if kind == "extra_forbidden":
        known = _known_keys(path)
        meant = _CALLED.get(str(path[-1]).casefold()) if len(path) == 1 else None
        hint = f"Did you mean '{meant}'?" if meant else did_you_mean(str(path[-1]), known)
        return f"unknown key '{key}'.", hint or f"Known here: {', '.join(known)}."
    if _is_move(path) and _bare(value):
        number = float(value.replace("\u2212", "-")) if isinstance(value, str) else value
        said = without_unit(number, _usual_unit(path), shown=repr(value))
        return f"{_dotted(_of_entry(path))} = {said}", ""
    if _is_move(path) and isinstance(value, float):
        return f"{_dotted(_of_entry(path))} = {value!r} is not a finite number.", ""
    if _is_move(path) and isinstance(value, list):
        return (
            f"{_dotted(_of_entry(path))} = {_short(value)} is a list: a figure has one value.",
            "Keep one, and list both under [[conflicts]] with the one that is used.",
        )
    if kind == "value_error":
        return f"{key}: {found['ctx']['error']}", ""
    if choices:
        hint = did_you_mean(value, choices) if isinstance(value, str) else ""
        return f"{key} = {value!r} is none of {', '.join(choices)}.", hint
    if kind in _KIND_OF_VALUE:
        return f"{key} = {_short(value)} is not {_KIND_OF_VALUE[kind]}.", ""
    if kind == "string_pattern_mismatch":
        return (
            f"{key} = {value!r} is not lower-case words and digits joined by hyphens.",
            "" if not isinstance(value, str) else f'For example "{_as_id(value)}".',
        )
    if kind in _LIMITS:
        return f"{key} = {_short(value)}: {_LIMITS[kind].format(**found['ctx'])}", ""
    return f"{key} = {_short(value)}: {found['msg']}.", ""


def _choices(found: dict[str, Any]) -> list[str]:
    if found["type"] != "literal_error":
        return []
    return re.findall(r"'([^']*)'", found["ctx"]["expected"])


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _of_entry(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return path[:-1] if path[-1] == "move" else path


def _is_move(path: tuple[str | int, ...]) -> bool:
    return path[-1] == "move" and any(part in _MOVE_TABLES for part in path)


def _bare(value: object) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _usual_unit(path: tuple[str | int, ...]) -> Unit:
    """Guess the unit for a hint only: the model decides, when the scenario meets it."""
    target = str(_of_entry(path)[-1])
    if target.startswith("rates") or target.endswith("oas"):
        return "bp"
    return "pts" if target.startswith("vix") else "%"


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    table: type[BaseModel] = ScenarioFile
    for part in path[:-1]:
        if isinstance(part, str) and part in _TABLES:
            table = _TABLES[part]
    return list(table.model_fields)


def _short(value: object) -> str:
    return shortened(repr(value))


def _as_id(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "my-scenario"
