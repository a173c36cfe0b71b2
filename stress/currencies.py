"""The currencies there are."""

from __future__ import annotations

from stress.errors import did_you_mean

__all__ = ["CURRENCIES", "DOLLAR", "no_currency"]

#: The currency of a model that names none.
DOLLAR = "USD"

#: ISO 4217 codes of traded currencies.
CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNH",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JPY",
        "KRW",
        "KWD",
        "KZT",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "OMR",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "ZAR",
    ]
)


def no_currency(code: object) -> str | None:
    """Say that something is no ISO code of a currency in capitals, with the remedy; None of one that is.

    Examples
    --------
    >>> no_currency("usd")
    "'usd' is no ISO code of a currency. Did you mean 'USD'?"
    """
    if isinstance(code, str) and code in CURRENCIES:
        return None
    hint = did_you_mean(str(code).upper(), CURRENCIES) or "Write one in capitals, e.g. 'USD'."
    return f"{code!r} is no ISO code of a currency. {hint}"
