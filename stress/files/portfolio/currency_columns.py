"""Which column holds the currency of a row: by its title in any words, and by the codes that stand below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from stress.currencies import CURRENCIES
from stress.files.portfolio.cash import minor_unit
from stress.files.portfolio.fitting_columns import filled_cells
from stress.files.portfolio.header_words import ROLES, fold, heading

__all__ = [
    "CurrencyKind",
    "book_currency",
    "currency_columns",
    "currency_kind",
    "say_book_currency",
]

#: Whose currency a title says: of the row, of its price, of its trades, of its security, of something else, of the whole book.
CurrencyKind = Literal["row", "price", "trade", "security", "other", "book"]

_LISTED = {fold(word): rank for rank, word in enumerate(ROLES["currency"])}
#: A currency within a longer title, in any of its words: *Handelswährung*, ``Devise de cotation``.
_CURRENCY = re.compile(
    r"currenc|ccy|crncy|\bcurr?\b|wahrung|waehrung|\bwhr?g\b|devise|monnaie|moneda|divisa|valuta|valuutta|\bmunt\b|moeda|"
    r"waluta|валют|通貨|币种|幣別|币别|货币|貨幣|통화|doviz|para birimi|denominat"
)
#: Currencies that no figure of the row is in.
_NOT_OF_ROW = re.compile(r"dividend|income|hedg|exposure|pair|cost|purchase")
_KINDS: tuple[tuple[CurrencyKind, re.Pattern[str]], ...] = (
    (
        "book",
        re.compile(
            r"\bbase|report|portfolio|portefeuille|account|acct|\bfund\b|\bbook\b|client|depot|konto|functional|\bhome\b"
        ),
    ),
    ("other", re.compile(r"value|settle|risk|payment")),
    (
        "price",
        re.compile(r"price|quot|kurs|cours|preis|prezzo|precio|cotation|cotiz|notier"),
    ),
    ("trade", re.compile(r"trad(?!itional)|handel|list(?:ing|ed)|exchange|取引")),
    (
        "security",
        re.compile(
            r"\bloc|lokal|securit|instrument|issue|asset|holding|position|native|market|share|stock|titre|titolo|titulo|"
            r"wertpapier|nominal|original"
        ),
    ),
)
_ORDER: tuple[CurrencyKind, ...] = ("row", "price", "trade", "security", "other", "book")
#: Beside the word itself, these leave it the currency of the row.
_PLAIN = re.compile(r"\b(?:code|iso|primary|symbol|of|the|de|du|in)\b|primary|[^\w]+")


def currency_kind(title: str) -> CurrencyKind | None:
    """Return whose currency a title says, None for a title that says none.

    Examples
    --------
    >>> [currency_kind(text) for text in ("Ccy", "Local CCY", "Base CCY", "Handelswährung", "Sector")]
    ['row', 'security', 'book', 'trade', None]
    """
    text = fold(title)
    if (_CURRENCY.search(text) is None and text not in _LISTED) or _NOT_OF_ROW.search(text):
        return None
    for kind, words in _KINDS:
        if words.search(text):
            return kind
    left = _PLAIN.sub("", _CURRENCY.sub("", text))
    return "row" if text in _LISTED or not left or left in ("y", "a") else "other"


class _Found(NamedTuple):
    """A candidate, the surest first."""

    kind: int
    rank: int
    column: int


def currency_columns(titles: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns of currencies, that of the row's own figures first.

    Parameters
    ----------
    titles : sequence of str
        The header row.
    body : sequence of sequences of str
        The rows below: a title that only speaks of a currency is one where codes and no figures stand below it.

    Returns
    -------
    list of int
        That of the book, of an account or a fund last.
    """
    found = []
    for column, title in enumerate(titles):
        kind = currency_kind(title) if title else None
        if kind is None:
            continue
        words = heading(title).words
        ranks = [_LISTED[word] for word in words if word in _LISTED]
        if (ranks and words[0] in _LISTED) or _holds_codes(column, body) or (ranks and not body):
            found.append(_Found(_ORDER.index(kind), min(ranks, default=len(_LISTED)), column))
    return [one.column for one in sorted(found)]


def book_currency(titles: Sequence[str], body: Sequence[Sequence[str]]) -> str | None:
    """Return the one code that stands below a title for the currency of the whole book, None where none does.

    Parameters
    ----------
    titles, body
        As of `currency_columns`.
    """
    for column in currency_columns(titles, body):
        if currency_kind(titles[column]) == "book":
            codes = {minor_unit(cell)[0] for cell in filled_cells(column, body)} & CURRENCIES
            if len(codes) == 1:
                return codes.pop()
    return None


def say_book_currency(title: str) -> list[str]:
    """Say that rows are taken to be in the currency of the book, where no title but its own says another."""
    if currency_kind(title) != "book":
        return []
    return [
        f"no column says which currency a row is in: '{title}' is taken for it (choose with --map / mapping=)"
    ]


def _holds_codes(column: int, body: Sequence[Sequence[str]]) -> bool:
    cells = filled_cells(column, body)
    return any(minor_unit(cell)[0] in CURRENCIES for cell in cells) and not any(
        character.isdigit() for cell in cells for character in cell
    )
