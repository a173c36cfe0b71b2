"""Positions of several days in one table: those of the day that is asked for, which would count several times otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stress.errors import Problem
from stress.files.portfolio.holding import Holding, Reading, quoted
from stress.portfolio.position import LedgerRow
from stress.tables import listing

__all__ = ["of_one_day"]

#: Days that a message lists.
_SHOWN = 4


def of_one_day(reading: Reading, as_of: str | None, *, file: str) -> Reading:
    """Return the rows of one day, where the same is held in rows of several; any other reading as it is.

    Parameters
    ----------
    reading : Reading
        With the dates of its rows.
    as_of : str or None
        ISO date that is asked for.
    file : str
        For messages.

    Returns
    -------
    Reading
        Rows of other days are in its ledger. Where no day of the file is asked for, that is a problem. Rows of several dates
        of which none holds what another does are of one day: prices may be older than positions.
    """
    days = sorted(set(reading.dates_of_rows.values()))
    again = _again(reading) if len(days) > 1 else None
    if again is None:
        return reading if as_of or len(days) < 2 else _undated(reading, days)
    if as_of in days:
        kept: list[Holding] = []
        left: list[Holding] = []
        for one in reading.holdings:
            day = reading.dates_of_rows.get(one.line, as_of)
            (kept if day == as_of else left).append(one)
        return replace(
            reading,
            holdings=tuple(kept),
            ledger=(*reading.ledger, *(_left(one, reading, as_of) for one in left)),
            warnings=(
                *reading.warnings,
                f"{len(left)} row{'' if len(left) == 1 else 's'} of other days than {as_of} "
                f"{'is' if len(left) == 1 else 'are'} left out",
            ),
        )
    first, second = again
    title = reading.mapping.get("as_of", "as_of")
    asked = f"and none is of {as_of}" if as_of else "which would all count"
    problem = Problem(
        message=f"{quoted(first.ticker or first.name)} is held on {reading.dates_of_rows[first.line]} (line {first.line}) and on "
        f"{reading.dates_of_rows[second.line]}: the rows are positions of {len(days)} days, {listing(days, most=_SHOWN)}, {asked}.",
        file=file,
        line=second.line,
        hint=f"Choose a day with --as-of {days[-1]} / as_of='{days[-1]}'; if '{title}' is no day of positions but that of "
        f'lots, --map "{title}=group" (in Python mapping=).',
    )
    return replace(reading, problems=(*reading.problems, problem))


def _undated(reading: Reading, days: Sequence[str]) -> Reading:
    said = (
        f"rows are of {len(days)} dates from {days[0]} to {days[-1]}: none is taken for the book's (choose with "
        "--as-of / as_of=)"
    )
    return replace(reading, warnings=(*reading.warnings, said))


def _again(reading: Reading) -> tuple[Holding, Holding] | None:
    """Return two rows of different days that hold the same in one account."""
    seen: dict[Sequence[object], Holding] = {}
    for one in reading.holdings:
        day = reading.dates_of_rows.get(one.line)
        if day is None:
            continue
        key = (
            *(one.ticker or one.isin or one.cusip or one.name, one.account, one.type, one.currency),
            *(one.expiry, one.strike, one.right, one.sides),
        )
        first = seen.setdefault(key, one)
        if reading.dates_of_rows[first.line] != day:
            return first, one
    return None


def _left(holding: Holding, reading: Reading, as_of: str | None) -> LedgerRow:
    day = reading.dates_of_rows[holding.line]
    return LedgerRow(
        row=holding.line,
        text=holding.text,
        became="ignored",
        reason=f"of {day}, not of {as_of}",
    )
