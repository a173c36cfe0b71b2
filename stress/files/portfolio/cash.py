"""What files call cash, and the currencies there are."""

from __future__ import annotations

import re

from stress.currencies import CURRENCIES

__all__ = [
    "ALSO_TICKERS",
    "cash_by_name",
    "cash_by_ticker",
    "in_major",
    "is_money_market",
    "minor_unit",
    "owed_by_name",
]

#: Codes that are also tickers of well-known shares: Nokia, ConocoPhillips, EastGroup, Saratoga.
ALSO_TICKERS = frozenset({"NOK", "COP", "EGP", "SAR"})
#: Quoted in hundredths: what they are a hundredth of.
_MINOR = {"GBX": "GBP", "GBP.": "GBP", "GBp": "GBP", "ZAC": "ZAR", "ZAc": "ZAR", "ILA": "ILS"}

_CASH_TICKER = re.compile(
    r"(?:\$?CASH|CASH[ _:/-]?(?P<a>[A-Z]{3})|(?P<b>[A-Z]{3})[ _:/-]?CASH|\$\$?)"
)
_FUND_TICKER = re.compile(r"[A-Z]{3}XX")
_NAMES = re.compile(
    r"cash (?:&|and) cash investments|cash (?:&|and) (?:money market|sweep)|money market|\bsweep\b|fdic insured|"
    r"(?:us dollar|u\.s\. dollar|usd|euro?|gbp|chf)\s+cash|^(?:us|u\.s\.|canadian|australian) dollars?$|^(?:euros?|pounds? sterling|british pounds?|swiss francs?|japanese yen)$|^etd [a-z]{3} balance|^cash\b|\bcash$|cash collateral|bank deposit|"
    r"settlement fund|uninvested|^money accounts?$|available cash|liquidit|kontokorrent|verrechnungskonto|cash balance|"
    r"treasury obligations? (?:inst|fund|portfolio)|trsy oblig inst|csh fnd treasury|government money|net cash|"
    r"^(?:bargeld|guthaben|especes|efectivo|contanti|kontanten|caixa|likvida medel|kontant|наличные|现金|現金|현금)\b",
    re.IGNORECASE,
)


_OWED = re.compile(
    r"^margin (?:loans?|debits?|debt|balance|debit balance|borrowing)$|^debit balance$|^(?:lombardkredit|lombard loan)$",
    re.IGNORECASE,
)


def minor_unit(code: str) -> tuple[str, float]:
    """Return a currency's ISO code and what one unit of `code` is worth in it: ``GBX`` is 0.01 GBP."""
    if code in _MINOR:
        return _MINOR[code], 0.01
    return code.upper(), 1.0


def in_major(amount: float, unit: float) -> float:
    """Return an amount of minor units in the currency itself, without the digits that a product of hundredths adds."""
    return amount if unit == 1.0 else round(amount * unit, 10)


def cash_by_ticker(ticker: str) -> tuple[str | None, str] | None:
    """Say whether a ticker stands for cash.

    Parameters
    ----------
    ticker : str
        As written, ``CASH``, ``USD``, ``CASH_EUR``, ``VMFXX``, ``SPAXX**``.

    Returns
    -------
    (currency or None, reason) or None
        The currency where the ticker names one; None altogether when it is not cash.
    """
    plain = ticker.strip().upper()
    if plain in CURRENCIES:
        return plain, "a currency"
    if ("CASH" in plain or "$" in plain) and (match := _CASH_TICKER.fullmatch(plain)):
        named = match.group("a") or match.group("b")
        if named is None or named in CURRENCIES:
            return named, "cash"
    if plain.endswith("**"):
        return None, f"core account {plain.rstrip('*')}: taken as cash"
    if _FUND_TICKER.fullmatch(plain):
        return None, f"money market fund {plain}: taken as cash"
    return None


def is_money_market(ticker: str) -> bool:
    """Say whether a ticker is that of a US money market fund: five letters that end in XX."""
    return _FUND_TICKER.fullmatch(ticker.strip().upper().rstrip("*")) is not None


def cash_by_name(name: str) -> bool:
    """Say whether a description is one of cash, a sweep or a money market fund."""
    return _NAMES.search(name) is not None or owed_by_name(name)


def owed_by_name(name: str) -> bool:
    """Say whether a description is one of money that is owed to the broker: cash below zero."""
    return _OWED.fullmatch(name.strip()) is not None
