"""The first lines of the screen: which book, which model, how old, and how much of it is stressed."""

from __future__ import annotations

import datetime

from stress.reporting.words import listing
from stress.results.result import Result
from stress.tables import MoneyUnit, percent, shorten

__all__ = ["header", "model_age"]

_OLD_DAYS = 60
_VERY_OLD_DAYS = 180


def header(result: Result, *, unit: MoneyUnit, today: datetime.date) -> list[str]:
    """Return the lines above the figures.

    Parameters
    ----------
    result : Result
        Any result of the book.
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
    age = model_age(portfolio.as_of, model.as_of, today=today)
    old = f"! data end {age} days ago" if age > _VERY_OLD_DAYS else f"data to {model.as_of}"
    return [
        f"{shorten(result.portfolio_name, 40)} · {nav} · {positions} · model {model.id} ({old})",
        *_coverage(result),
        *(
            [f"! The model's data end {age} days before the book: extend or recalibrate it."]
            if _OLD_DAYS < age <= _VERY_OLD_DAYS
            else []
        ),
    ]


def model_age(as_of: str | None, data_end: str, *, today: datetime.date) -> int:
    """Return the model's age in days: at the book's date where stated, otherwise today."""
    at = today if as_of is None else datetime.date.fromisoformat(as_of)
    return (at - datetime.date.fromisoformat(data_end)).days


def _coverage(result: Result) -> list[str]:
    coverage = result.coverage
    kinds = (
        ("own exposure", coverage.share("own")),
        ("revalued in full", coverage.share("revalued")),
        ("your prices", coverage.share("user")),
        ("proxy", coverage.share("proxy")),
        ("peers' prior", coverage.share("prior")),
    )
    parts = ", ".join(
        f"{words} {percent(share, signed=False, unit=False)}"
        for words, share in kinds
        if share > 0.0
    )
    stressed = f"STRESSED {percent(coverage.stressed, signed=False)} of gross ({parts})."
    excluded = coverage.excluded
    if not excluded:
        return [stressed]
    tickers = list(dict.fromkeys(row.ticker for row in excluded))
    left_out = percent(coverage.share("excluded"), signed=False)
    return [
        f"{stressed}  NOT STRESSED {left_out}: {shorten(listing(tickers, most=5), 40)}.",
        f"  Figures below leave {'this one' if len(tickers) == 1 else f'these {len(tickers)}'} out."
        f"{_if_like_the_worst_theme(result)}",
    ]


def _if_like_the_worst_theme(result: Result) -> str:
    extra = result.left_out_effect
    if extra is None:
        return ""
    return f" If they moved like your worst theme, add {percent(extra / result.nav)} of NAV."
