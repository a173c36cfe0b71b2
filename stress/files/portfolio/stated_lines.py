"""``# as_of: 2025-12-30`` and ``# currency: EUR`` above the titles of a table, whatever its dialect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stress.currencies import CURRENCIES
from stress.errors import Problem
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.holding import Reading, shorten
from stress.files.portfolio.text import Table

__all__ = ["StatedLines", "stated_lines"]


class StatedLines(NamedTuple):
    """What lines above the titles state.

    Parameters
    ----------
    as_of : str or None
        ISO date of the positions.
    currency : str or None
        The book's.
    problems : tuple of Problem
        Lines that state none.
    warnings : tuple of str
        Lines that are not taken.
    """

    as_of: str | None = None
    currency: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def stated_lines(table: Table, reading: Reading) -> StatedLines:
    """Read the lines that state date and currency.

    Parameters
    ----------
    table : Table
        The file.
    reading : Reading
        As its dialect understands it: a date that its own rows and lines say stands over one stated so.
    """
    as_of = currency = None
    first: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    warnings: list[str] = []
    for line, key, value in _above(table, reading):
        if key == "as_of":
            found, what, hint = find_date(value, reading.dates), "a date", "Write 2025-12-31."
        else:
            found = value.upper() if value.upper() in CURRENCIES else None
            what, hint = "a currency", "Write an ISO code, e.g. USD."
        if found is None:
            problems.append(
                Problem(
                    message=f"{key}: '{shorten([value], 40)}' is not {what}.",
                    file=table.file,
                    line=line,
                    hint=hint,
                )
            )
        elif first.setdefault(key, (found, line))[0] != found:
            before, there = first[key]
            problems.append(
                Problem(
                    message=f"{key} is {found} here and {before} on line {there}.",
                    file=table.file,
                    line=line,
                    hint="State it once.",
                )
            )
        elif key == "currency":
            currency = found
        elif reading.as_of in (None, found):
            as_of = found
        else:
            warnings.append(
                f"line {line}: '# as_of: {found}' is not taken, the file itself is of {reading.as_of} "
                "(choose with --as-of / as_of=)"
            )
    return StatedLines(as_of, currency, tuple(problems), tuple(warnings))


def _above(table: Table, reading: Reading) -> Iterator[tuple[int, str, str]]:
    """Yield line, key and value of the comments above everything that was read as a row."""
    first = min(
        (
            line
            for line in (
                *(holding.line for holding in (*reading.holdings[:1], *reading.faulty[:1])),
                *(row.row for row in reading.ledger),
                *(problem.line for problem in reading.problems),
            )
            if line is not None
        ),
        default=None,
    )
    for row, line in zip(table.cells, table.lines, strict=True):
        if first is not None and line >= first:
            return
        if not row or not row[0].startswith("#"):
            continue
        key, colon, value = ",".join(row).lstrip("# ").rstrip(", ").partition(":")
        key, value = key.strip().casefold().replace(" ", "_"), value.strip()
        if colon and key in ("as_of", "currency"):
            yield line, key, value
