"""Amounts of money as the pages write them: ``"50m"``, ``"1.2bn"``, ``"500k"``, ``"50,000,000"``."""

from __future__ import annotations

import re

from stress.errors import InputError

__all__ = ["parse_amount"]

_SCALE = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
#: Digits with thousands separated by commas or not at all; a decimal point; an exponent where nothing scales it.
_AMOUNT = re.compile(
    r"\s*(?P<number>[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?P<exponent>e[+-]?[0-9]+)?)\s*(?P<unit>k|m|bn)?\s*",
    re.IGNORECASE,
)


def parse_amount(text: str, *, what: str) -> float:
    """Read an amount of money.

    Parameters
    ----------
    text : str
        A number with a point for decimals and commas for thousands, or with ``k``, ``m`` or ``bn`` behind it.
    what : str
        Named in the message when it is wrong.

    Returns
    -------
    float
        In whole units of the currency.

    Raises
    ------
    InputError
        If it is written in another way.

    Examples
    --------
    >>> [parse_amount(text, what="nav") for text in ("50m", "1.2bn", "500k", "50,000,000", "2.5e6")]
    [50000000.0, 1200000000.0, 500000.0, 50000000.0, 2500000.0]
    """
    match = _AMOUNT.fullmatch(text)
    if match is None or (match["exponent"] and match["unit"]):
        raise InputError(
            f"{what}: {text!r} is no amount. Write 50m, 1.2bn, 500k, 50,000,000 or 50000000."
        )
    return float(match["number"].replace(",", "")) * _SCALE[(match["unit"] or "").lower()]
