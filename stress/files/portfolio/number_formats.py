"""The currency that the number format of a workbook's cell shows beside its number."""

from __future__ import annotations

import re
from functools import lru_cache

from stress.files.portfolio.numbers import currency_of_symbol

__all__ = ["format_currency"]

#: Literal text of a format: ``[$\u20ac-407]`` with its locale, ``"EUR"``, an escaped sign, a bare one.
_LITERALS = re.compile(
    r'\[\$(?P<money>[^\]-]*)(?:-(?P<locale>[0-9A-Za-z_-]+))?\]|\[[^\]]*\]|"(?P<quoted>[^"]*)"|[_*].|'
    r"\\(?P<escaped>.)|(?P<bare>[$\u20ac\u00a3\u00a5\u20b9\u20a9]|[A-Z]{3}(?![A-Za-z]))|(?P<end>;)"
)
#: Signs of several currencies, by the locale beside them; in any other they are the first that `currency_of_symbol` knows.
_BY_LOCALE = {
    ("$", "1009"): "CAD", ("$", "C0C"): "CAD", ("$", "C09"): "AUD", ("$", "1409"): "NZD", ("$", "C04"): "HKD",
    ("$", "1004"): "SGD", ("$", "4809"): "SGD", ("$", "404"): "TWD", ("$", "80A"): "MXN", ("$", "340A"): "CLP",
    ("$", "en-CA"): "CAD", ("$", "fr-CA"): "CAD", ("$", "en-AU"): "AUD", ("$", "en-NZ"): "NZD", ("$", "zh-HK"): "HKD",
    ("$", "en-SG"): "SGD", ("$", "es-MX"): "MXN", ("\u00a5", "804"): "CNY", ("\u00a5", "zh-CN"): "CNY",
    ("kr", "41D"): "SEK", ("kr", "sv-SE"): "SEK", ("kr", "414"): "NOK", ("kr", "nb-NO"): "NOK", ("kr.", "406"): "DKK",
    ("kr.", "da-DK"): "DKK", ("K\u010d", "405"): "CZK", ("Ft", "40E"): "HUF",
}  # fmt: skip


@lru_cache(maxsize=256)
def format_currency(number_format: str) -> str | None:
    r"""Return the ISO code of the currency that a format writes beside a positive number.

    Parameters
    ----------
    number_format : str
        ``#,##0.00 [$EUR]``, ``[$$-409]#,##0.00``, ``#,##0.00\\ "\u20ac"``.

    Returns
    -------
    str or None
        None where it shows none, or one that is not known.
    """
    for found in _LITERALS.finditer(number_format):
        if found["end"]:
            return None
        text = (
            found["money"] or found["quoted"] or found["escaped"] or found["bare"] or ""
        ).strip()
        code = _BY_LOCALE.get((text, (found["locale"] or "").lstrip("0"))) or currency_of_symbol(
            text
        )
        if code is not None:
            return code
    return None
