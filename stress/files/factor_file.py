"""Factor definitions as TOML: what each factor is, and which names count under which theme."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, get_args

from stress.currencies import DOLLAR, no_currency
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.definition import FactorDefinition, FactorDefinitions, Measure
from stress.factors.factor_names import name_fault
from stress.factors.model import FactorKind, FactorUnit
from stress.factors.roles import KNOWN, double_roles, role_fault
from stress.files.prices.names import plain_definitions
from stress.files.small_text import read_small
from stress.files.toml_text import parse_toml

__all__ = ["LARGEST_FACTORS", "parse_factors", "read_factors"]

#: Files above this are refused before they are parsed. [bytes]
LARGEST_FACTORS = 10_000_000

_KEYS = ("kind", "unit", "title", "description", "series", "measure", "scale", "role")
_REQUIRED = ("kind", "unit", "title", "series", "measure")
_TOP = ("title", "currency", "factors", "homes")
_KINDS: tuple[FactorKind, ...] = get_args(FactorKind)
_UNITS: tuple[FactorUnit, ...] = get_args(FactorUnit)
_MEASURES: tuple[Measure, ...] = get_args(Measure)


def read_factors(path: str | os.PathLike[str]) -> FactorDefinitions:
    """Read factor definitions.

    Parameters
    ----------
    path : path-like
        A TOML file with a table ``[factors.NAME]`` for each factor and, optionally, ``[homes]``;
        ``models/us-ai.toml`` is an example with every key.

    Returns
    -------
    FactorDefinitions

    Raises
    ------
    InputError
        Every problem of the file at once.
    """
    file = os.fspath(path)
    content = read_small(Path(path), most=LARGEST_FACTORS, wanted="file of factors")
    return parse_factors(content, source=file)


def parse_factors(content: bytes, *, source: str = "factors") -> FactorDefinitions:
    """Read factor definitions from the bytes of their file.

    Parameters
    ----------
    content : bytes
        UTF-8 TOML.
    source : str
        Named in messages.

    Returns
    -------
    FactorDefinitions

    Raises
    ------
    InputError
        As `read_factors`.
    """
    toml = parse_toml(content, file=source, wanted="a file of factors")
    document = toml.content
    problems: list[Problem] = []

    def say(message: str, *place: str, hint: str | None = None) -> None:
        line = toml.line(place)
        problems.append(Problem(file=source, line=line, message=message, hint=hint))

    _unknown(document, _TOP, "the file", say)
    tables = document.get("factors")
    if not isinstance(tables, dict) or not tables:
        say("no factor is defined.", hint="Write at least one [factors.NAME] table.")
        tables = {}
    factors = [
        factor
        for name, table in tables.items()
        if (factor := _factor(name, table, say)) is not None
    ]
    for name, message, hint in double_roles(factors):
        say(message, "factors", name, "role", hint=hint)
    homes = _homes(document.get("homes", {}), say)
    title = document.get("title", "")
    if not isinstance(title, str):
        say(f"the title is {title!r}, not text.", "title")
    currency = document.get("currency", DOLLAR)
    unknown = no_currency(currency)
    if unknown is not None:
        say(f"the currency {unknown}", "currency")
    if problems:
        raise InputError(problems)
    return plain_definitions(
        FactorDefinitions(
            factors=tuple(factors),
            homes=homes,
            title=title,
            source=source,
            content_hash=hashlib.sha256(content).hexdigest(),
            currency=currency,
        )
    )


class _Say(Protocol):
    def __call__(self, message: str, *place: str, hint: str | None = None) -> None: ...


def _factor(name: str, table: object, say: _Say) -> FactorDefinition | None:
    place = ("factors", name)
    what = f"factor '{name}'"
    unnamed = name_fault(name)
    if unnamed is not None:
        say(unnamed[0], *place, hint=unnamed[1])
        return None
    if not isinstance(table, dict):
        say(
            f"{what} is {table!r}, not a table.",
            *place,
            hint=f"Write [factors.{name}] and its keys below.",
        )
        return None
    _unknown(table, _KEYS, what, say, place)
    missing = [key for key in _REQUIRED if key not in table]
    for key in missing:
        say(f"{what} has no {key}.", *place, hint=f"It needs {', '.join(_REQUIRED)}.")
    wrong = 0
    for key, allowed in (("kind", _KINDS), ("unit", _UNITS), ("measure", _MEASURES)):
        if key in table and table[key] not in allowed:
            wrong += 1
            say(
                f"{what}: {key} is {table[key]!r}.",
                *place,
                key,
                hint=did_you_mean(str(table[key]), allowed) or f"Known: {', '.join(allowed)}.",
            )
    for key in ("title", "description"):
        if key in table and not isinstance(table[key], str):
            wrong += 1
            say(f"{what}: {key} is {table[key]!r}, not text.", *place, key)
    series = table.get("series", [])
    if not isinstance(series, list) or not all(isinstance(entry, str) for entry in series):
        wrong += 1
        say(
            f"{what}: series is {series!r}.",
            *place,
            "series",
            hint='Write a list: series = ["SPY"].',
        )
    scale = table.get("scale", 1.0)
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not 0.0 < scale < math.inf:
        wrong += 1
        say(f"{what}: scale is {scale!r}, not a number above zero.", *place, "scale")
    role = table.get("role", "")
    if not isinstance(role, str) or ("role" in table and not role):
        wrong += 1
        say(f"{what}: role is {role!r}.", *place, "role", hint=f"Known: {', '.join(KNOWN)}.")
    if missing or wrong:
        return None
    factor = FactorDefinition(
        name=name,
        kind=table["kind"],
        unit=table["unit"],
        title=table["title"],
        description=table.get("description", ""),
        series=tuple(series),
        measure=table["measure"],
        scale=float(scale),
        role=role,
    )
    fault = role_fault(name, factor.kind, factor.unit, factor.role)
    if fault is not None:
        message, hint = fault
        say(message, *place, "role", hint=hint)
        return None
    return factor


def _homes(table: object, say: _Say) -> dict[str, str]:
    if not isinstance(table, dict):
        say(f"homes is {table!r}, not a table.", "homes")
        return {}
    homes: dict[str, str] = {}
    for home, tickers in table.items():
        if not isinstance(tickers, list) or not all(isinstance(entry, str) for entry in tickers):
            say(
                f"the names of home '{home}' are {tickers!r}.",
                "homes",
                home,
                hint=f'Write a list of tickers: {home} = ["PANW"].',
            )
            continue
        for ticker in tickers:
            if ticker in homes:
                say(f"'{ticker}' has two homes, '{homes[ticker]}' and '{home}'.", "homes", home)
            homes[ticker] = home
    return homes


def _unknown(
    table: dict[str, Any], known: tuple[str, ...], what: str, say: _Say, place: Sequence[str] = ()
) -> None:
    for key in table:
        if key not in known:
            say(
                f"{what} has an unknown key '{key}'.",
                *place,
                key,
                hint=did_you_mean(key, known) or f"Known: {', '.join(known)}.",
            )
