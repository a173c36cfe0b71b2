"""Titles of the columns of price files: which one holds dates, which the tickers of a long file, which levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ALSO_TICKERS",
    "DATE_TITLES",
    "LEVEL_TITLES",
    "TICKER_TITLES",
    "refuse_text",
    "ticker_column",
]

DATE_TITLES = ("date", "day", "timestamp", "datetime", "time", "observation_date")
TICKER_TITLES = ("ticker", "symbol", "series")
#: Titles of tickers that may be tickers themselves: they are none where their column holds numbers.
ALSO_TICKERS = ("variable", "bbg", "ric", "tic", "security", "instrument", "asset", "name", "id")
#: Which column of several holds the level; the first that exists.
LEVEL_TITLES = (
    "adj close",
    "adj_close",
    "adjclose",
    "adjusted close",
    "adjusted_close",
    "close",
    "price",
    "value",
    "px_last",
    "last price",
    "last_price",
    "closing price",
    "closing_price",
)


def ticker_column(frame: pd.DataFrame) -> str | None:
    """Return the column that makes a table a long one, a row a series and day; None of a wide one.

    Parameters
    ----------
    frame : DataFrame
        Titles are text, each its own.
    """
    columns = {str(name).casefold(): str(name) for name in frame.columns}
    sure = next((columns[key] for key in TICKER_TITLES if key in columns), None)
    if sure is not None:
        return sure
    maybe = (columns[key] for key in ALSO_TICKERS if key in columns)
    return next((name for name in maybe if _holds_words(frame[name])), None)


def refuse_text(frame: pd.DataFrame, date: str, file: str) -> None:
    """Refuse a wide table with a column of words beside numbers: a long one by another title, or a remark.

    Parameters
    ----------
    frame : DataFrame
        Without a column of tickers.
    date : str
        The column of dates.
    file : str
        Named in the message.

    Raises
    ------
    InputError
        The first such column.
    """
    others = [str(name) for name in frame.columns if name != date]
    words = [name for name in others if _holds_words(frame[name])]
    if words and len(words) < len(others):
        first = frame[words[0]].dropna().iloc[0]
        raise InputError(
            Problem(
                file=file,
                message=f"the column '{words[0]}' holds words ({str(first)!r}), not levels.",
                hint="Of a long file, a row a ticker and day, call the column of tickers 'ticker' and that of prices "
                "'close' (docs/market-inputs.md lists all titles); of any other leave it out.",
            )
        )


def _holds_words(column: pd.Series) -> bool:
    """Whether every cell that is not blank has a letter and is no number."""
    import pandas as pd

    if getattr(column.dtype, "kind", "O") in "biufM":
        return False
    text = column.dropna().astype(str).str.strip()
    text = text[text != ""]
    if text.empty or not text.str.contains(r"[^\W\d_]").all():
        return False
    return bool(pd.to_numeric(text, errors="coerce").isna().all())
