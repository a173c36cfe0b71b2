"""The words of many languages for long and short, and what a cell, a title or the title of a section says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from stress.files.portfolio.header_words import fold
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.numbers import is_blank, parse_number

__all__ = [
    "KNOWN_WORDS",
    "MAY_SAY_SIDE",
    "SIDED_ROLES",
    "SIGNS",
    "Side",
    "StatedSide",
    "all_name_sides",
    "is_exposure",
    "mentions_short",
    "names_both_sides",
    "says_sides",
    "says_signs",
    "says_term",
    "section_side",
    "side_of_flag",
    "side_of_word",
    "split_side",
    "split_title",
]

#: ``sell`` is a short position or a sale that was made: the word alone does not tell.
Side = Literal["long", "short", "buy", "sell"]


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split("|"))


#: A side, and the words for it that have no other meaning.
_NAMES: dict[Side, frozenset[str]] = {
    "long": _words(
        "long|lng|long position|long positions|long pos|held long|net long|longs|long exposure|long side|"
        "buy to open|bought to open|bto|position longue|longue|largo|posicion larga|lungo|posizione lunga|"
        "long-position|lang|comprada|posicao comprada|dluga|длинная|лонг|多|多头|多頭|多单|買建|買い建て|롱"
    ),
    "short": _words(
        "short|shrt|sht|short position|short positions|short pos|held short|net short|shorts|shorted|short exposure|short side|"
        "short sale|short sell|sell short|sold short|short sold|sell short exempt|short exempt|sshort|ss|sse|"
        "sell to open|sold to open|sto|written|wrote|write|leerverkauf|leerverkauft|short-position|vente a decouvert|"
        "decouvert|position courte|courte|vad|corto|posicion corta|venta en corto|vendita allo scoperto|scoperto|"
        "posizione corta|posicao vendida|vendida|kort|krotka|короткая|шорт|空|空头|空頭|空单|融券|売建|売り建て|空売り|숏|공매도"
    ),
    "buy": _words(
        "buy|bought|bot|purchase|purchased|kauf|gekauft|achat|achete|acheteur|compra|comprado|comprador|acquisto|"
        "acquistato|koop|kop|kjop|kob|kupno|покупка|купить|买|買|买入|買い|매수"
    ),
    "sell": _words(
        "sell|sold|sld|sale|verkauf|verkauft|vente|vendu|vendeur|venta|vendido|vendedor|vendita|venduto|verkoop|salj|"
        "selg|salg|sprzedaz|продажа|продать|卖|賣|卖出|売り|매도"
    ),
}  # fmt: skip
#: Letters and figures that are a side only in a column that is known to state one.
_MARKS: dict[Side, frozenset[str]] = {
    "long": _words("l|lg|1|+1|+"),
    "short": _words("s|sh|-1"),
    "buy": _words("b"),
    "sell": frozenset(),
}
_CASH = _words("cash|barbestand")
#: What a side column says of rows that have none.
_NEITHER = _words("cash|margin|flat|none|neutral|net|both|barbestand")
_SIDE_OF: dict[str, Side] = {
    word: side for table in (_MARKS, _NAMES) for side, words in table.items() for word in words
}
_NAMED: dict[str, Side] = {word: side for side, words in _NAMES.items() for word in words}
#: For messages: the plainest words.
KNOWN_WORDS = "long, short, L, S, sell short, sold short, written"

#: Titles that name a side in some files and something else in others: their cells decide.
MAY_SAY_SIDE = _words(
    "position|pos|pos.|type|typ|tipo|art|position type|pos type|position kind|holding type|asset type|account type|security type|"
    "trade type|order type|indicator|exposure|exposure type|action|transaction|operation|bs|status|richtung|kind"
)
#: Titles over which a plus or a minus alone is a side.
SIGNS = _words("sign|+/-|-/+|signum|vorzeichen|signe|signo|segno|side|direction|long/short|l/s")
_SIDED = ("quantity", "market_value", "weight", "exposure")
#: Roles of columns that hold long or short positions alone; an exposure says the side and no figure.
SIDED_ROLES = frozenset(f"{side}_{role}" for side in ("long", "short") for role in _SIDED)
_EXPOSURE = _words(
    "|exposure|exposures|notional|notional value|notional exposure|delta exposure|gross|gross exposure|amount|flag|"
    "indicator|position flag|held"
)
_SECTION = re.compile(
    r"(?:(?:open|total|your) )?(?P<side>longs?|shorts?)"
    r"(?: (?:open|positions?|holdings?|book|stocks?|equit(?:y|ies)|securities|(?:call |put )?options?|calls?|puts?|written|hedges|etfs?|futures?|sales?|side|leg|portfolio|investments?))*"
    r"|(?P<sold>(?:common )?(?:securities|stocks?|shares|equit(?:y|ies)|investments) sold short.*|(?:stock|equity) shorts?|"
    r"shorts (?:&|and) hedges|written (?:call |put )?options?|options written|leerverkaufe?|positions? courtes?|"
    r"ventes? a decouvert|cortos|posiciones cortas|posizioni corte)"
)
_CALLED_SHORT = _words("etf|etfs|etn|etp|etc|fund|funds|fonds|mutual fund|mutual funds")
_SOLD_SHORT = re.compile(r"(?:sold|sell|held) short|short (?:sold|sale)")
#: An amount that repeats another may be rounded by this share of it.
_ROUNDED = 0.005
#: A short position in the middle of a sentence; other words of `_NAMES` have further meanings there.
_MENTIONED = re.compile(
    r"\b(?:shorts?|shorted|shorting|leerverkauf|leerverkauft|decouvert|scoperto)\b"
    r"(?![ -]?(?:terms?|dated|duration|maturit|horizon|period|run|end|gains?|loss))"
)
_YES = _words("y|yes|true|x|ja|oui|si|sim|t|✓|✔")
_NO = _words("n|no|false|nein|non|nao|nee|f")


#: Titles of a choice. Debit and credit have no words that are known: such a column is refused until it is settled.
_PAIRS = tuple(
    frozenset(pair.split())
    for pair in [
        "long short",
        "lang kurz",
        "largo corto",
        "lungo corto",
        "buy sell",
        "bought sold",
        "purchase sale",
        "kauf verkauf",
        "achat vente",
        "compra venta",
        "acquisto vendita",
        "debit credit",
        "d c",
        "dr cr",
        "soll haben",
    ]
)
#: Long and short in these titles are terms of tax or of time.
_TERMS_TEXT = "term terms dated period holding duration maturity maturities horizon tax gain gains loss lot lots change paid cost"
_TERMS = frozenset(_TERMS_TEXT.split())


#: Words of a title that say nothing of the side.
_FILLERS = frozenset({"is", "open", "current", "total", "settled"})


class StatedSide(NamedTuple):
    """A side that a row states.

    Parameters
    ----------
    side : {'long', 'short', 'buy', 'sell'}
        Which.
    word : str
        As written.
    where : str
        The place: ``column 'Side'``.
    """

    side: Side
    word: str
    where: str

    @property
    def is_short(self) -> bool:
        """Whether its figures are negative."""
        return self.side in ("short", "sell")


def side_of_word(text: str, *, trades: bool = False) -> Side | Literal["neither"] | None:
    """Return what a cell of a side column says; None for a word that is not known.

    Parameters
    ----------
    text : str
        The cell, not blank.
    trades : bool
        Whether the column speaks of buying and selling: ``S`` is then a sale.
    """
    word = fold(text) or text.strip()
    if trades and word == "s":
        return "sell"
    if word in _NEITHER or is_blank(text):
        return "neither"
    return _SIDE_OF.get(word)


def says_term(title: str) -> bool:
    """Say whether a folded title is about a term of tax or of time, which is long or short too."""
    return not _TERMS.isdisjoint(title.replace("-", " ").split())


def mentions_short(text: str) -> bool:
    """Say whether a cell of words speaks of a short position: ``Sold short against the box``; not of a short term.

    Examples
    --------
    >>> mentions_short("Short hedge"), mentions_short("short-term reserve")
    (True, False)
    """
    return _MENTIONED.search(fold(text)) is not None


def says_signs(cells: Iterable[str]) -> bool:
    """Say whether every filled cell is a plus or a minus, and at least one is."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(cell in ("+", "-", "\u2212", "\u2013") for cell in filled)


def says_sides(cells: Iterable[str], *, besides_cash: bool = False) -> bool:
    """Say whether every filled cell is a word or a letter for a side, and at least one is; cash may stand beside them."""
    return _all_in((cell for cell in cells if not (besides_cash and fold(cell) in _CASH)), _SIDE_OF)


def all_name_sides(cells: Iterable[str]) -> bool:
    """Say whether every filled cell is the word long or short in some language, and at least one is."""
    return _all_in(cells, _LONG_OR_SHORT)


_LONG_OR_SHORT = {word: side for word, side in _NAMED.items() if side in ("long", "short")}


def _all_in(cells: Iterable[str], known: Mapping[str, Side]) -> bool:
    any_word = False
    for cell in cells:
        if is_blank(cell):
            continue
        if fold(cell) not in known:
            return False
        any_word = True
    return any_word


@lru_cache(maxsize=4096)
def split_side(text: str) -> tuple[Side | Literal["unclear"] | None, str]:
    """Take the side out of a type: ``Short Call`` is short and a ``Call``, ``Short`` alone is short and nothing else.

    Parameters
    ----------
    text : str
        The cell of a type column.

    Returns
    -------
    side : {'long', 'short', 'buy', 'sell', 'unclear'} or None
        ``unclear`` for a short bond, which may be one of short maturity, and a short fund, which may be an inverse one.
    rest : str
        The type without it; the text itself where no side is in it.
    """
    word = fold(text)
    if word in _NAMED:
        return _NAMED[word], ""
    tokens = _SOLD_SHORT.sub("short", word).split(" ")
    if len(tokens) == 1:
        tokens = re.split(r"[/,()–-]+", word)
    tokens = [
        token.strip("/,()–-") for token in tokens if token not in ("", "position", "positions", "-")
    ]
    for place in (0, -1):
        if len(tokens) > 1 and tokens[place] in _NAMED:
            side = _NAMED[tokens[place]]
            rest = " ".join(tokens[1:] if place == 0 else tokens[:-1])
            kind = kind_of_type(rest)
            if side in ("short", "sell") and (kind == "bond" or rest in _CALLED_SHORT):
                return "unclear", rest
            if kind is not None:
                return side, rest
    return None, text


def names_both_sides(title: str) -> bool:
    """Say whether a folded title names two sides to choose from: ``buy or sell``, ``long/short flag``, ``D/C``."""
    words = set(re.split(r"[^\w+]+", title))
    if not _TERMS.isdisjoint(words):
        return False
    return any(pair <= words for pair in _PAIRS)


def split_title(word: str) -> tuple[Literal["long", "short"], str] | None:
    """Take the side out of a folded title: ``short market value`` is short and a market value.

    Returns
    -------
    (side, rest) or None
        None where no side stands at either end. The rest is empty for ``short`` alone.
    """
    tokens = word.replace("(", " ").replace(")", " ").replace("?", " ").split()
    tokens = [token for token in tokens if token not in _FILLERS]
    if len(tokens) == 1 and tokens[0] in ("isshort", "islong", "shorts", "longs"):
        return ("short" if "short" in tokens[0] else "long"), ""
    for place in (0, -1):
        if tokens and tokens[place] in ("long", "short"):
            rest = tokens[1:] if place == 0 else tokens[:-1]
            return ("long" if tokens[place] == "long" else "short"), " ".join(rest)
    return None


def is_exposure(rest: str) -> bool:
    """Say whether what stands beside ``long`` or ``short`` in a title is an amount that holds no position."""
    return rest in _EXPOSURE


def section_side(text: str) -> Literal["long", "short"] | None:
    """Return the side that the title of a section states: ``Short positions``."""
    match = _SECTION.fullmatch(fold(text))
    if match is None:
        return None
    return "short" if match["sold"] or match["side"].startswith("short") else "long"


def side_of_flag(
    text: str, side: Literal["long", "short"], amounts: Sequence[float] | None
) -> Side | None:
    """Return what a cell under a title such as ``Short`` or ``Short exposure`` says: an amount or a yes is that side.

    Parameters
    ----------
    text : str
        The cell.
    side : {'long', 'short'}
        That of the title.
    amounts : sequence of float or None
        What the row holds, of which an amount must be one; None where any amount is that side.

    Raises
    ------
    ValueError
        It is neither an amount nor a yes or no, or not that of the row: the end of a sentence that starts with the
        value.
    """
    word = fold(text)
    if is_blank(text) or word in _NO:
        return None
    if word in _YES:
        return side
    try:
        number = parse_number(text)
    except ValueError:
        try:
            number = parse_number(text, ",")
        except ValueError:
            raise ValueError("is neither an amount nor yes or no") from None
    if number is None or number.value == 0.0:
        return None
    size = abs(number.value)
    if amounts is not None and not any(
        abs(size - abs(amount)) <= _ROUNDED * size for amount in amounts
    ):
        raise ValueError("is not the row's quantity, value or weight, nor yes or no")
    return side
