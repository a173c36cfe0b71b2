"""ISIN and CUSIP to ticker: the bundled map, and a user's own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from stress.errors import InputError, Problem
from stress.files.portfolio.holding import quoted
from stress.files.portfolio.identifiers import is_cusip, is_isin, isin_of_cusip
from stress.files.titles import refuse_twins

__all__ = ["bundled_identifiers", "bundled_tickers", "read_identifiers", "ticker_of"]

_BUNDLED = Path(__file__).resolve().parents[1] / "data" / "identifiers.csv"


@cache
def bundled_identifiers() -> Mapping[str, str]:
    """Return CUSIP and ISIN → ticker for names of the bundled models."""
    text = _BUNDLED.read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        for key in (row["cusip"], row["isin"]):
            if key:
                table[key] = row["ticker"]
    return table


@cache
def bundled_tickers() -> frozenset[str]:
    """Return the tickers that the bundled map knows an identifier of."""
    return frozenset(bundled_identifiers().values())


def read_identifiers(path: str | Path) -> dict[str, str]:
    """Read a user's own map: a CSV with ``ticker`` and ``cusip`` or ``isin``.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict of str to str
        Identifier → ticker.

    Raises
    ------
    InputError
        Missing columns, a wrong check digit, one identifier with two tickers; all at once.
    """
    from stress.files.portfolio.source import open_source
    from stress.files.portfolio.text import decode, read_rows

    source = open_source(path)
    table = read_rows(decode(source.content, source.file), source.file)
    header = [cell.casefold() for cell in table.cells[0]]
    wanted = [name for name in ("cusip", "isin") if name in header]
    if "ticker" not in header or not wanted:
        raise InputError(
            Problem(
                message=f"an identifier map needs the columns ticker and cusip or isin, not: {quoted(', '.join(header))}.",
                file=source.file,
                line=table.lines[0],
            )
        )
    refuse_twins(header, file=source.file, line=table.lines[0])
    result: dict[str, str] = {}
    problems = []
    for row, line in zip(table.cells[1:], table.lines[1:], strict=True):
        if not any(row):
            continue
        cell = dict(zip(header, row, strict=False))
        ticker = cell.get("ticker", "").upper()
        for name in wanted:
            key = cell.get(name, "").upper()
            if not key:
                continue
            valid = is_cusip(key) if name == "cusip" else is_isin(key)
            if not valid or not ticker:
                what = (
                    f"{quoted(key)} is not a valid {name.upper()}"
                    if not valid
                    else f"{quoted(key)} has no ticker"
                )
                problems.append(
                    Problem(
                        message=f"{what}.",
                        file=source.file,
                        line=line,
                        column=header.index(name) + 1,
                        hint="Check its check digit." if not valid else None,
                    )
                )
            elif result.setdefault(key, ticker) != ticker:
                problems.append(
                    Problem(
                        message=f"{quoted(key)} stands for {result[key]} and for {ticker}.",
                        file=source.file,
                        line=line,
                    )
                )
    if problems:
        raise InputError(problems)
    return result


def ticker_of(identifier: str, own: Mapping[str, str]) -> str | None:
    """Return the ticker of a valid ISIN or CUSIP: the user's map first, then the bundled one.

    Parameters
    ----------
    identifier : str
        ISIN or CUSIP.
    own : mapping of str to str
        The user's map.
    """
    keys = [identifier]
    if len(identifier) == 12 and identifier[:2] in ("US", "CA"):
        keys.append(identifier[2:11])
    elif len(identifier) == 9:
        keys.append(isin_of_cusip(identifier))
    for table in (own, bundled_identifiers()):
        for key in keys:
            if key in table:
                return table[key]
    return None
