"""The sector fund each company is compared with: a taxonomy older than the days it is judged on.

GICS sectors as they stood after the changes of March 2023, one Select Sector SPDR each (XLC since June
2018, XLRE since October 2015). Vistra, Constellation and NRG are utilities there and Vertiv and GE Vernova
industrials: that these fell with the chips on 27 January 2025 is what a sector taxonomy cannot know.
Funds are compared with the market, the eleven sector funds among them.
"""

from __future__ import annotations

__all__ = ["SECTOR_FUNDS", "is_company", "sector_fund"]

#: Companies by Select Sector SPDR.
SECTOR_FUNDS: dict[str, tuple[str, ...]] = {
    "XLK": (
        *(
            "NVDA",
            "AVGO",
            "AMD",
            "TSM",
            "MU",
            "ASML",
            "MRVL",
            "QCOM",
            "INTC",
            "ARM",
            "SMCI",
            "DELL",
        ),
        *(
            "ANET",
            "CRDO",
            "COHR",
            "AMAT",
            "LRCX",
            "KLAC",
            "TXN",
            "ADI",
            "ON",
            "NXPI",
            "MPWR",
            "ALAB",
        ),
        *("LITE", "CIEN", "FN", "WDC", "STX", "HPE", "HPQ", "MSFT", "ORCL", "AAPL", "CRM", "NOW"),
        *("ADBE", "PLTR", "SNOW", "CRWD", "PANW", "IBM", "CSCO", "CRWV", "NBIS", "APLD", "IREN"),
    ),
    "XLC": ("GOOGL", "GOOG", "META", "NFLX", "DIS", "CMCSA", "T", "VZ"),
    "XLY": ("AMZN", "TSLA", "HD", "LOW", "MCD", "SBUX", "NKE"),
    "XLU": (
        *(
            "VST",
            "CEG",
            "NRG",
            "TLN",
            "ED",
            "NEE",
            "SO",
            "DUK",
            "AEP",
            "D",
            "EXC",
            "XEL",
            "PEG",
            "SRE",
        ),
        *("PCG", "ETR", "WEC", "ES", "AEE", "DTE", "PPL", "FE", "AES", "OKLO"),
    ),
    "XLI": (
        *(
            "VRT",
            "GEV",
            "ETN",
            "PWR",
            "HUBB",
            "EMR",
            "JCI",
            "TT",
            "CARR",
            "CAT",
            "CMI",
            "BE",
            "SMR",
        ),
        *("BA", "GE", "HON", "UPS", "LMT", "RTX", "DE"),
    ),
    "XLE": ("CCJ", "EQT", "WMB", "KMI", "TRGP", "ET", "XOM", "CVX", "COP"),
    "XLB": ("FCX", "LIN"),
    "XLRE": ("DLR", "EQIX"),
    "XLF": ("JPM", "BAC", "GS", "MS", "C", "WFC", "V", "MA", "BRK-B", "BLK", "SCHW"),
    "XLV": ("UNH", "JNJ", "PFE", "LLY", "MRK", "ABBV", "TMO", "ABT"),
    "XLP": ("WMT", "COST", "KO", "PEP", "PG", "PM"),
}

_FUND_OF = {name: fund for fund, names in SECTOR_FUNDS.items() for name in names}


def sector_fund(name: str, *, market: str) -> str:
    """Return the fund a name is compared with.

    Parameters
    ----------
    name : str
        A ticker.
    market : str
        Series of the market, for names outside the taxonomy: funds, and a user's own names.

    Examples
    --------
    >>> sector_fund("VST", market="SPY"), sector_fund("XLU", market="SPY")
    ('XLU', 'SPY')
    """
    return _FUND_OF.get(name, market)


def is_company(name: str) -> bool:
    """Whether a name is a company of the taxonomy, not a fund."""
    return name in _FUND_OF
