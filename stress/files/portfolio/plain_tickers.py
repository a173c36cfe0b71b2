"""Tickers as the models write them, whatever a file puts between the parts of a share class or behind a ticker."""

from __future__ import annotations

import re

__all__ = ["plain_ticker"]

#: US share classes: BRK.B, BRK/B, BRK B are BRK-B.
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[./ ]([AB])")
#: A ticker with a Bloomberg code of a US exchange behind it, DKNG UW or NVDA US EQUITY, or its market identifier, NVDA:XNAS, or
#: the code of Nasdaq in a RIC, NVDA.OQ.
_US_EXCHANGE = re.compile(
    r"([A-Z]{1,6}(?:[/.][AB])?)(?: (?:US|UW|UN|UQ|UA|UP|UR|UF|UV)(?: EQUITY)?|:(?:XNAS|XNYS|ARCX|XASE|BATS)|\.OQ)"
)
#: Class shares some issuers write without a mark.
_UNMARKED = {"BRKB": "BRK-B", "BRKA": "BRK-A", "BFB": "BF-B", "BFA": "BF-A"}


def plain_ticker(text: str) -> str:
    """Return a ticker as the models write it: capitals, ``BRK-B`` for every way to write that class.

    Examples
    --------
    >>> plain_ticker("brk.b"), plain_ticker("DKNG UW"), plain_ticker("NVDA:xnas")
    ('BRK-B', 'DKNG', 'NVDA')
    """
    ticker = " ".join(text.upper().split())
    if ticker.isalpha():
        return _UNMARKED.get(ticker, ticker)
    if match := _US_EXCHANGE.fullmatch(ticker):
        ticker = match[1]
    if match := _SHARE_CLASS.fullmatch(ticker):
        return f"{match[1]}-{match[2]}"
    return ticker
