"""What `--strict` refuses: rows not read, and positions stressed by less than own exposures or full value."""

from __future__ import annotations

from collections.abc import Iterable

from stress.errors import InputError, Problem
from stress.portfolio.coverage import Coverage, CoverageRow, Status
from stress.portfolio.instruments import DurationBond, Instrument
from stress.portfolio.instruments.currency import ForeignHolding
from stress.portfolio.instruments.fund import SUM_TOLERANCE, FundLookThrough
from stress.portfolio.position import Portfolio

__all__ = ["below_full", "is_approximate", "require_full_coverage"]

_BELOW: tuple[Status, ...] = ("proxy", "prior", "excluded")


def is_approximate(instrument: Instrument) -> bool:
    """Say whether an instrument is valued by an approximation: a bond of unknown terms."""
    if isinstance(instrument, ForeignHolding):
        return is_approximate(instrument.instrument)
    return isinstance(instrument, DurationBond)


def below_full(portfolio: Portfolio, coverage: Coverage) -> tuple[tuple[CoverageRow, str], ...]:
    """Return the rows of the ledger below full coverage, each with the reason in words.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    coverage : Coverage
        Of its positions.
    """
    instruments = {position.id: position.instrument for position in portfolio.positions}
    found = []
    for row in coverage.rows:
        if row.status in _BELOW:
            found.append((row, f"{row.status}: {row.reason}"))
        elif is_approximate(instruments[row.position]):
            found.append((row, DurationBond.approximation))
        elif words := _residual(instruments[row.position]):
            found.append((row, words))
    return tuple(found)


def _residual(instrument: Instrument) -> str:
    """Say what of a fund looked through is in none of its holdings; nothing within their rounding, and for cash."""
    if isinstance(instrument, ForeignHolding):
        return _residual(instrument.instrument)
    if not isinstance(instrument, FundLookThrough) or instrument.residual_follows is None:
        return ""
    if abs(instrument.residual) <= SUM_TOLERANCE:
        return ""
    return (
        f"looked through, but {instrument.residual:.1%} of it is in holdings outside the model and follows "
        f"{instrument.residual_follows}"
    )


def require_full_coverage(
    portfolio: Portfolio, coverage: Coverage, *, holdings: Iterable[Portfolio] = ()
) -> None:
    """Refuse a book that is not fully covered.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    coverage : Coverage
        Of its positions.
    holdings : iterable of Portfolio
        What funds of it were looked through to.

    Raises
    ------
    InputError
        Every row below full, with its share of gross and reason, and every row of the file, or of holdings looked
        through, that could not be read.
    """
    strict = portfolio.worded("--strict", "strict=True")
    lines = {position.id: position.row for position in portfolio.positions}
    problems = [
        Problem(
            message=f"{row.position} ({row.share:.1%} of {coverage.shares_of}) is not fully covered: {reason}.",
            file=portfolio.name,
            line=lines[row.position],
        )
        for row, reason in below_full(portfolio, coverage)
    ]
    unread = [
        Problem(message=f"not read: {row.reason}.", file=read.name, line=row.row)
        for read in (portfolio, *holdings)
        for row in read.unread
    ]
    counts = [
        words
        for count, words in (
            (len(problems), f"{len(problems)} position(s) below full coverage"),
            (len(unread), f"{len(unread)} row(s) not read"),
        )
        if count
    ]
    if counts:
        summary = Problem(
            message=f"{' and '.join(counts)}, and {strict} was asked.",
            file=portfolio.name,
            hint="Extend the model with their prices, give their terms, correct the rows, or "
            f"leave {strict} out.",
        )
        raise InputError([*problems, *unread, summary])
