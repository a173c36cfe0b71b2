"""What instruments and books call things: names are text, currencies ISO codes in capitals."""

from __future__ import annotations

from stress.currencies import CURRENCIES
from stress.errors import did_you_mean

__all__ = ["currency_faults", "name_faults"]


def name_faults(**names: object) -> list[str]:
    """Return what is wrong with names: each is text with something in it.

    Parameters
    ----------
    **names : str
        By the field that says it.

    Examples
    --------
    >>> name_faults(ticker="NVDA", follows=5)
    ['follows 5 is no text.']
    """
    return [
        f"{field} {name!r} is no text."
        for field, name in names.items()
        if not isinstance(name, str) or not name.strip()
    ]


def currency_faults(**currencies: object) -> list[str]:
    """Return what is wrong with currencies: each is an ISO code in capitals.

    Parameters
    ----------
    **currencies : str
        By the field that says it.

    Examples
    --------
    >>> currency_faults(currency="usd")
    ["currency 'usd' is no ISO code of a currency. Did you mean 'USD'?"]
    """
    said = []
    for field, code in currencies.items():
        if isinstance(code, str) and code in CURRENCIES:
            continue
        faults = name_faults(**{field: code})
        if not faults:
            hint = (
                did_you_mean(str(code).upper(), CURRENCIES) or "Write one in capitals, e.g. 'USD'."
            )
            faults = [f"{field} {code!r} is no ISO code of a currency. {hint}"]
        said += faults
    return said
