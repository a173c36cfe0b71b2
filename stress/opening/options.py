"""What a user may say about how a book is read, covered and valued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

from stress.portfolio.market import Market
from stress.portfolio.position import Portfolio

__all__ = ["BookOptions", "book_options", "given_book_options"]


class BookOptions(TypedDict, total=False):
    """How a book is read, covered and valued: keywords of `open_book`, `run`, `reverse` and the others.

    Parameters
    ----------
    unknown : {'refuse', 'exclude'}
        What to do with names the model does not know; refused when omitted.
    proxies : mapping of str to str
        Ticker to the model name that stands for it; each must be held.
    proxies_file : path
        CSV with the columns ``ticker,proxy``, the list of a house: names that are not held are passed over, and
        `proxies` stand over it.
    allow_partial : bool
        Whether more than 25 % of gross may be left out or not read.
    strict : bool
        Whether anything below full coverage is an error.
    market : path or Market
        Levels the book is valued at: a market file (`docs/market-inputs.md`), or a `Market`. What
        the book's own rows say stands over it.
    as_of : str or date
        Of the positions, ISO as text, from which options and bonds are counted; the book's own when omitted.
    rates, dividends, vols, spots, spreads, fx : mapping
        Levels that stand over book and market file: ``{"USD": "4.3%"}``, ``{"NVDA": "0%"}``,
        ``{"NVDA": "45%"}``, ``{"NVDA": 190}``, ``{"ACME 5.1 2031": "150bp"}``, ``{"EUR": 1.08}``; a number
        is a fraction where text has a unit.
    vol_betas, skews : mapping
        Points of a name's volatility for one of VIX; slope of its smile in log strike.
    fx_moves : mapping
        What a currency does against the book's in every scenario: ``{"GBP": "-2%"}``.
    fx_fixed : sequence of str
        Currencies that do not move.
    look_through : mapping of str to path or Portfolio
        Fund to its holdings file: its constituents move instead of the fund.
    leveraged : mapping of str to str or None
        Fund to its multiple, ``{"SOXL": "3:SOXX"}``: it compounds daily instead of moving by its own
        exposures. None takes the known one.
    """

    unknown: Literal["refuse", "exclude"]
    proxies: Mapping[str, str] | None
    proxies_file: str | Path | None
    allow_partial: bool
    strict: bool
    market: str | Path | Market | None
    as_of: str | date | None
    rates: Mapping[str, str | float] | None
    dividends: Mapping[str, str | float] | None
    vols: Mapping[str, str | float] | None
    spots: Mapping[str, str | float] | None
    spreads: Mapping[str, str | float] | None
    vol_betas: Mapping[str, str | float] | None
    skews: Mapping[str, str | float] | None
    fx: Mapping[str, str | float] | None
    fx_moves: Mapping[str, str | float] | None
    fx_fixed: Sequence[str]
    look_through: Mapping[str, str | Path | Portfolio] | None
    leveraged: Mapping[str, str | None] | None


#: What an option is where it is omitted; where nothing is said, nothing is stated.
_OMITTED: Mapping[str, object] = {"unknown": "refuse"}


def given_book_options(options: Mapping[str, Any]) -> list[str]:
    """Name those of some options that ask a book for something: not empty, and not what omitting them does."""
    return sorted(
        key
        for key in BookOptions.__annotations__
        if options.get(key) and options[key] != _OMITTED.get(key)
    )


def book_options(options: Mapping[str, Any]) -> BookOptions:
    """Return those of some options that say how a book is opened."""
    return cast(BookOptions, {k: options[k] for k in BookOptions.__annotations__ if k in options})
