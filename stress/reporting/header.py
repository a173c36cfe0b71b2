"""The first lines of the screen: which book, which model, how old, and how much of it is stressed."""

from __future__ import annotations

import datetime
import math
import textwrap
from collections.abc import Sequence

from stress.portfolio.coverage import Coverage
from stress.portfolio.unread import unread_share
from stress.reporting.words import LONGEST_NAME, counted, short_name
from stress.results.result import Result
from stress.tables import SCREEN_WIDTH, MoneyUnit, listing, percent, shorten

__all__ = ["coverage_lines", "header", "model_age", "model_in_words", "no_gross"]

_OLD_DAYS = 60
_VERY_OLD_DAYS = 180
#: Characters of a book's name below which the model goes to a line of its own.
_LEAST_NAME = 20
#: Names that are left out on the line that says so, and characters of each.
_NAMES, _NAME = 5, 30


def header(
    result: Result, *, unit: MoneyUnit, today: datetime.date, shown: Sequence[Result] = ()
) -> list[str]:
    """Return the lines above the figures.

    Parameters
    ----------
    result : Result
        Any result of the book.
    shown : sequence of Result
        Those of the book that what is left out is measured in, by name; `result` without its name when omitted.
    unit : MoneyUnit
        Of the screen.
    today : date
        Judges the model's age where the book states no date of its own.
    """
    book = result.pnl.plan.book
    portfolio, model = book.portfolio, book.model
    positions = (
        f"positions of {portfolio.as_of}" if portfolio.as_of else "positions' date not stated"
    )
    nav = f"NAV {unit.plain(result.nav)} {result.currency}"
    if portfolio.nav_source == "stated":
        nav += " as you stated"
    said, doubtful = model_in_words(model.id, model.as_of, as_of=portfolio.as_of, today=today)
    return [
        *(f"! {line}" for line in result.unfinished),
        *_identity(result.portfolio_name, nav, positions, said),
        *coverage_lines(result, shown),
        *doubtful,
    ]


def model_in_words(
    id_: str, data_end: str, *, as_of: str | None, today: datetime.date
) -> tuple[str, list[str]]:
    """Return the model with the end of its data, and a line on its age where that is to be doubted.

    Parameters
    ----------
    id_ : str
        Of the model.
    data_end : str
        ISO date of the last session of its data.
    as_of : str or None
        ISO date of the positions.
    today : date
        Judges the age where the book states no date of its own.
    """
    age = model_age(as_of, data_end, today=today)
    old = f"! data end {age} days ago" if age > _VERY_OLD_DAYS else f"data to {data_end}"
    doubtful = []
    if _OLD_DAYS < age <= _VERY_OLD_DAYS:
        doubtful = [f"! The model's data end {age} days before the book: extend or recalibrate it."]
    elif age < -_OLD_DAYS:
        doubtful = [
            f"! The book is {-age} days older than the model's data: an old file, or a model too new for it."
        ]
    return f"model {id_} ({old})", doubtful


def model_age(as_of: str | None, data_end: str, *, today: datetime.date) -> int:
    """Return the model's age in days: at the book's date where stated, otherwise today."""
    at = today if as_of is None else datetime.date.fromisoformat(as_of)
    return (at - datetime.date.fromisoformat(data_end)).days


def _identity(name: str, nav: str, positions: str, model: str) -> list[str]:
    """Return the first line; the positions' date on a second one where a name would be cut too short."""
    rest = f" · {nav} · {positions} · {model}"
    room = SCREEN_WIDTH - len(rest)
    if min(len(name), LONGEST_NAME) <= room or room >= _LEAST_NAME:
        return [f"{short_name(name, room=room)}{rest}"]
    rest = f" · {nav} · {model}"
    return [
        f"{short_name(name, room=SCREEN_WIDTH - len(rest))}{rest}",
        f"  {positions}",
    ]


def coverage_lines(result: Result, shown: Sequence[Result] = ()) -> list[str]:
    """Return the coverage ledger in words: what is stressed and how, what is not, what was not read.

    Parameters
    ----------
    result : Result
        Any result of the book.
    shown : sequence of Result
        As of `header`.

    Returns
    -------
    list of str
        Lines of at most 100 characters; the shares in the parenthesis add up to what is stressed.
    """
    return [*_stressed(result, shown), *_unread(result)]


def no_gross(coverage: Coverage) -> str:
    """Say why a book has no gross: it is cash, or that and contracts without a value of their own."""
    if all(row.status == "cash" for row in coverage.rows):
        return "Gross is 0: cash alone, which no scenario moves."
    return "Gross is 0: cash and contracts without a value of their own (futures)."


def _stressed(result: Result, shown: Sequence[Result]) -> list[str]:
    coverage = result.coverage
    if coverage.gross == 0.0:
        return [no_gross(coverage)]
    approximate = math.fsum(
        line.share_of_gross for line in result.ledger if line.kind == "approximate"
    )
    kinds = (
        ("own exposure", coverage.share("own")),
        ("revalued in full", coverage.share("revalued") - approximate),
        ("bonds by duration", approximate),
        ("your prices", coverage.share("user")),
        ("proxy", coverage.share("proxy")),
        ("peers' prior", coverage.share("prior")),
    )
    parts = ", ".join(
        f"{words} {percent(share, signed=False, unit=False)}"
        for words, share in kinds
        if share > 1e-9
    )
    inside = f" ({parts})" if parts else ""
    stressed = (
        f"STRESSED {percent(coverage.stressed, signed=False)} of {coverage.shares_of}{inside}."
    )
    names = [
        shorten(
            one.called, _NAME, keep_end=0 if one.name in (None, one.called) else len(one.ticker)
        )
        for one in coverage.by_size("excluded")
    ]
    if not names:
        return _lines(stressed)
    missing = _fitting(f"NOT STRESSED {percent(coverage.share('excluded'), signed=False)}: ", names)
    both = f"{stressed}  {missing}"
    return [
        *(
            [both]
            if len(both) <= SCREEN_WIDTH
            else [*_lines(stressed), shorten(missing, SCREEN_WIDTH)]
        ),
        *_beside_each_other(
            f"  Figures below leave {'this one' if len(names) == 1 else f'these {len(names)}'} out.",
            _if_like_the_worst_theme(result, shown),
        ),
    ]


def _lines(text: str) -> list[str]:
    """Return a sentence in as many lines as it needs."""
    return textwrap.wrap(text, SCREEN_WIDTH, subsequent_indent="  ")


def _beside_each_other(one: str, other: str) -> list[str]:
    """Return two sentences on one line, or on two where there is no room."""
    both = f"{one} {other}".rstrip()
    return [both] if len(both) <= SCREEN_WIDTH else [one, f"  {other}"]


def _fitting(head: str, names: Sequence[str]) -> str:
    """Return a line with as many names as it has room for, five at most, and how many more there are."""
    lines = [f"{head}{listing(names, most=most)}." for most in range(_NAMES, 0, -1)]
    return next((line for line in lines if len(line) <= SCREEN_WIDTH), lines[-1])


def _unread(result: Result) -> list[str]:
    """Return the rows of the file that could not be read."""
    unread = result.pnl.plan.book.portfolio.unread
    if not unread:
        return []
    why = "; ".join(f"line {row.row}: {row.reason}" for row in unread[:2]).rstrip(".")
    more = f"; {len(unread) - 2} more" if len(unread) > 2 else ""
    share = unread_share(result.pnl.plan.book.portfolio)
    size = f", {percent(share, signed=False)} of the gross it states" if share else ""
    head = f"NOT READ {counted(len(unread), 'row')} of the file{size}, in no figure ("
    return [f"{head}{shorten(why, SCREEN_WIDTH - len(head) - len(more) - 2)}{more})."]


def _if_like_the_worst_theme(result: Result, shown: Sequence[Result]) -> str:
    effects = [
        (one.left_out_effect, one.id)
        for one in shown or [result]
        if one.left_out_effect is not None
    ]
    if not effects:
        return ""
    extra, id_ = min(effects)
    where = f", in {id_}" if shown else ""
    return f"If they moved like your worst theme, add {percent(extra / result.nav)} of NAV{where}."
