"""Whether what stands in a column can be what its title may mean."""

from __future__ import annotations

from collections.abc import Sequence

from stress.files.portfolio.cash import cash_by_ticker
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.numbers import is_blank, is_number

__all__ = ["filled_cells", "fits", "holds_numbers", "may_be_type", "may_fill", "names_kinds"]

#: What a title of other words may fill beside those of foreshock's own: all but figures of what is held, and dates of files.
_FILLED_TEXT = """ticker isin cusip name account type sector currency fx_rate multiplier strike expiry right underlying style
    implied_vol underlying_price proxy adv coupon maturity frequency credit curve duration yield convexity"""
_FILLED = frozenset(_FILLED_TEXT.split())
#: Of these, what holds numbers.
_NUMBERS = frozenset({"fx_rate", "multiplier", "strike", "implied_vol", "underlying_price", "adv"})
_STYLES = frozenset({"american", "european", "a", "e", "us", "eu"})
_YES_OR_NO = frozenset({"yes", "no", "y", "n", "true", "false"})
#: Titles for what money is in, be it through a fund.
_CLASSES = ("class", "categor", "klasse", "clase", "activo", "attivo", "ativo", "资产", "資産")
#: Kinds that such a title may say of a fund.
_OF_FUNDS = ("bond", "cash")
_TICKER_LETTERS = 6


def fits(role: str, column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether the cells of a column may be what its title says, where files also mean other things by the word.

    Parameters
    ----------
    role : str
        What the title may mean.
    column : int
        Where.
    body : sequence of sequences of str
        The rows below. Without any, a title is taken at its word.
    """
    if role not in ("style", "proxy", "implied_vol", "underlying_price"):
        return True
    cells = filled_cells(column, body)
    if not cells:
        return True
    if role == "style":
        return any(cell.casefold() in _STYLES for cell in cells)
    if role == "proxy":
        return not all(cell.casefold() in _YES_OR_NO for cell in cells)
    return holds_numbers(column, body)


def may_fill(role: str, column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether a column with a title of other words may stand beside those of foreshock's own; parameters of `fits`."""
    return role in _FILLED and (role not in _NUMBERS or holds_numbers(column, body))


def holds_numbers(column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether nothing but numbers and blanks stands in a column."""
    return all(is_number(cell) for cell in filled_cells(column, body))


def may_be_type(
    title: str, column: int, tickers: int | None, body: Sequence[Sequence[str]]
) -> bool:
    """Say whether a column of types says of some row that it is no share: nothing else is learnt from it.

    Parameters
    ----------
    title : str
        Of the column.
    column : int
        Where.
    tickers : int or None
        The column of tickers.
    body : sequence of sequences of str
        The rows below.

    Notes
    -----
    An asset class is also what the money of a fund is in: *Fixed Income* beside ``TLT``. It makes no bond, and no cash, of a
    row whose ticker is that of a share.
    """
    of_class = any(word in fold(title) for word in _CLASSES)
    for row in body:
        kind = kind_of_type(fold(row[column])) if column < len(row) else None
        if kind in (None, "equity", "crypto"):
            continue
        ticker = row[tickers] if tickers is not None and tickers < len(row) else ""
        if kind == "cash" and cash_by_ticker(ticker) is not None:
            continue
        if not (of_class and kind in _OF_FUNDS and _of_a_share(ticker)):
            return True
    return False


def names_kinds(column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether a column says of some row that it is a bond."""
    return any(kind_of_type(fold(cell)) == "bond" for cell in filled_cells(column, body))


def _of_a_share(ticker: str) -> bool:
    return 0 < len(ticker) <= _TICKER_LETTERS and ticker.isascii() and ticker.isalpha()


def filled_cells(column: int, body: Sequence[Sequence[str]]) -> list[str]:
    """Return what stands in a column, without its blanks; parameters of `fits`."""
    return [row[column].strip() for row in body if column < len(row) and not is_blank(row[column])]
