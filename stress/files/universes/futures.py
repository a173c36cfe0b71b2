"""What is wrong with a future of a hedge universe: nothing that it follows is stated, or its contract is past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stress.errors import InputError, Problem
from stress.files.portfolio.future_rows import fund_of_future
from stress.portfolio.instruments.codes import contract_month
from stress.portfolio.instruments.dates import iso_date

__all__ = ["future_problems"]

#: Roots of futures, beside those of which `fund_of_future` knows the fund, that are tickers of companies or may be.
_ROOTS = frozenset(
    (
        *("ZN", "ZB", "ZF", "ZT", "UB", "TN", "NG", "HG", "PL", "PA", "HO", "RB", "BZ", "VX"),
        *("ZC", "ZS", "ZW", "ZL", "ZM", "HE", "LE", "GF", "KC", "CC", "SB", "CT", "NKD"),
    )
)


def future_problems(
    row: Mapping[str, str], number: int, *, label: str, as_of: str | None
) -> Iterator[Problem]:
    """Say that a future would follow the share whose ticker is its root, or that it expired before its quote.

    Parameters
    ----------
    row : mapping of str to str
        Of the file, by column.
    number : int
        Its line.
    label : str
        Name of the file.
    as_of : str or None
        ISO date of the file, where the row has none of its own.
    """
    name = row["underlying"]
    code = row.get("id") or name
    fund = fund_of_future(name.upper())
    if not row.get("follows") and (fund is not None or name.upper() in _ROOTS):
        example = (
            "the name or factor that it moves with" if fund is None else f"{fund}, or an index"
        )
        # ES is Eversource Energy.
        yield Problem(
            message=f"future '{code}' on {name} does not say what it follows: {name} is a root of futures, and as a ticker may "
            "be another company's.",
            file=label,
            line=number,
            hint=f"State it in the column 'follows': {example}.",
        )
    day = _quoted(row, as_of)
    month = contract_month(code, day)
    if month and month < day[: len(month)]:
        yield Problem(
            message=f"future '{code}' is a contract of {month}: it expired before its quote of {day}.",
            file=label,
            line=number,
            hint="Remove the row, or give the id and the price of a contract that trades.",
        )


def _quoted(row: Mapping[str, str], as_of: str | None) -> str:
    """Return the ISO date of a row's price; nothing where none is stated, or none that can be read: that is said elsewhere."""
    try:
        return iso_date(row.get("quoted") or as_of or "", what="quoted").isoformat()
    except InputError:
        return ""
