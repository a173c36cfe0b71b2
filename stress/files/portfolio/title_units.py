"""The unit that a column's title states: a currency, a scale such as thousands, or per cent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from stress.currencies import CURRENCIES
from stress.files.portfolio.numbers import MONEY_SIGNS

__all__ = ["Unit", "says_scale", "states_scale", "unit_of"]

#: A line of words longer than this is prose.
_LONGEST_LINE = 80

_SCALE_WORDS: dict[float, str] = {
    1e-4: "bp|bps|basis points",
    1e2: "hundreds?|00s",
    1e3: (
        "thousands?|thou|thsd|000s?|000's|'000s?|1000s?|1,000s?|1'000|1\\.000|k|tsd\\.?|tausend|milliers|miles|mil|migliaia|"
        "milhares|duizend|duizenden|tys\\.?|тыс\\.?|千|천"
    ),
    1e4: "万|萬|만",
    1e5: "lakhs?|lacs?",
    1e6: (
        "millions?|m|mm|mn|mio\\.?|mill\\.?|mln\\.?|millionen|millones|milioni|milhoes|miljoen|mkr|000,000s?|000000s?|"
        "1,000,000s?|1000000s?|млн\\.?|百万|百萬|백만"
    ),
    1e7: "crores?|cr\\.?",
    1e8: "億|亿|억",
    1e9: "billions?|bn|b|mrd\\.?|mrds|milliarden|milliards|md|mds|mld\\.?|miliardi|mia\\.?|млрд\\.?",
}  # fmt: skip
#: Thousands, only beside a currency: TEUR.
_T = "t"
_SYMBOLS = {
    **{sign.casefold(): code for sign, code in MONEY_SIGNS.items()},
    "us dollars": "USD", "us dollar": "USD", "u.s. dollars": "USD", "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR",
    "pounds": "GBP", "pounds sterling": "GBP", "swiss francs": "CHF", "yen": "JPY", "pence": "GBX", "p": "GBX", "gbx": "GBX",
    "zac": "ZAC", "ila": "ILA", "zl": "PLN",
}  # fmt: skip
_FACTORS = {
    re.compile(words): factor
    for factor, words in sorted(_SCALE_WORDS.items(), key=lambda entry: -len(entry[1]))
}
_SCALE = "|".join(_SCALE_WORDS.values())
_CURRENCY = "|".join(
    sorted(
        (re.escape(word) for word in [*_SYMBOLS, *(code.casefold() for code in CURRENCIES)]),
        key=len,
        reverse=True,
    )
)
_LEAD = r"(?:(?:all |figures |amounts |expressed |stated )?(?:in|en|em)\s+|[x×]\s?|of\s+)?"
_PHRASE = re.compile(
    rf"{_LEAD}(?:(?P<first>{_SCALE}|{_T}(?=\s*(?:{_CURRENCY})))\s*(?:of\s+|in\s+|di\s+|de\s+|d'\s*|d’\s*)?(?P<behind>{_CURRENCY})?"
    rf"|(?P<before>{_CURRENCY})(?:\s*,?\s*(?:in\s+|[x×]\s?)?(?P<last>{_SCALE}))?)"
)
_PERCENT = re.compile(
    r"(?:in )?(?:%|percent|per cent|pct\.?|prozent|v\. ?h\.|pour cent|por ciento)"
)
#: What was translated is worth as much in the other currency: ``GBP equivalent``.
_EQUIVALENT = re.compile(r"(?<=\S)\s+equiv(?:alent|\.)?$|^equiv(?:alent|\.)?\s+(?=in\s)")
#: What is a scale wherever it stands, for titles that were not understood.
_SPEAKS_OF_SCALE = re.compile(
    r"thousand|million|billion|hundred|(?<![\d.,])'?000|\btsd\b|tausend|\bmio\b|\bmln\b|\bmrd\b|\blakh|\bcrore|\bteur\b|\bkeur\b|"
    r"\bmeur\b|\btys\b|\bkusd\b|\bmusd\b|тыс|млн|млрд|\bmigliaia\b|\bmilliers?\b|\bmiles de\b|\bmilhares\b|\bduizend|\bmilion[ei]s?\b|\bmillones\b|\bk€"
)


#: An amount of money itself: ``$5.2 billion`` says nothing of other amounts.
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:thousand|million|billion|mio|mln|mrd|bn)s?\b")


class Unit(NamedTuple):
    """A unit stated in a title.

    Parameters
    ----------
    scale : float
        What a figure is multiplied by; 1 where none is stated.
    currency : str or None
        ISO code, or that of a minor unit (GBX).
    percent : bool
        Whether figures are per cent.
    """

    scale: float = 1.0
    currency: str | None = None
    percent: bool = False


@lru_cache(maxsize=4096)
def unit_of(phrase: str) -> Unit | None:
    """Read a folded phrase that is a unit and nothing else.

    Parameters
    ----------
    phrase : str
        ``$000``, ``in thousands``, ``usd m``, ``teur``, ``in mio. eur``, ``eur``, ``%``.

    Returns
    -------
    Unit or None
        None where it is no unit.

    Examples
    --------
    >>> unit_of("in mio. eur")
    Unit(scale=1000000.0, currency='EUR', percent=False)
    """
    phrase = _EQUIVALENT.sub("", phrase.strip(" -,;/"))
    if _PERCENT.fullmatch(phrase):
        return Unit(percent=True)
    match = _PHRASE.fullmatch(phrase)
    if match is None:
        return None
    scale = match["first"] or match["last"]
    money = match["behind"] or match["before"]
    currency = None if money is None else _SYMBOLS.get(money, money.upper())
    return Unit(scale=_factor(scale), currency=currency)


def says_scale(title: str) -> bool:
    """Say whether a folded title speaks of thousands or the like."""
    return _SPEAKS_OF_SCALE.search(title) is not None


def states_scale(line: str) -> bool:
    """Say whether a short line ends with the scale of the amounts below it: ``all figures in thousands of USD``."""
    text = line.casefold().strip(" #:.()[]*")
    whole = unit_of(text)
    if whole is not None and whole.currency is not None and whole.scale > 1.0:
        return True
    if len(text) > _LONGEST_LINE or not says_scale(text) or _AMOUNT.search(text):
        return False
    words = text.replace("(", " ").replace(")", " ").split()
    return any(
        (unit := unit_of(" ".join(words[start:]))) is not None and unit.scale > 1.0
        for start in range(max(len(words) - 5, 0), len(words))
    ) and (" in " in f" {text} " or len(words) <= 2)


def _factor(word: str | None) -> float:
    if word is None:
        return 1.0
    if word == _T:
        return 1e3
    return next(factor for pattern, factor in _FACTORS.items() if pattern.fullmatch(word))
