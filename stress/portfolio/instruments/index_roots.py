"""Options on indices that are listed in the United States: what their symbols stand for."""

from __future__ import annotations

from typing import NamedTuple

from stress.portfolio.instruments.option import Style

__all__ = ["IndexRoot", "index_root"]


class IndexRoot(NamedTuple):
    """What options with a root are on.

    Parameters
    ----------
    underlying : str
        Whose level is their spot: of weekly and monthly contracts one.
    style : {'american', 'european'}
        When they may be exercised.
    fund : str or None
        The fund on the same index, whose return is the index's.
    """

    underlying: str
    style: Style
    fund: str | None


#: Cboe, product specifications. XSP is a tenth of the S&P 500, XND a hundredth of the Nasdaq-100, MRUT a tenth of the Russell
#: 2000, DJX a hundredth of the Dow Jones: indices of their own here, as their levels are. XEO is OEX exercised at expiry only.
_LISTED = {
    "SPX": IndexRoot("SPX", "european", "SPY"),
    "SPXW": IndexRoot("SPX", "european", "SPY"),
    "XSP": IndexRoot("XSP", "european", "SPY"),
    "NDX": IndexRoot("NDX", "european", "QQQ"),
    "NDXP": IndexRoot("NDX", "european", "QQQ"),
    "XND": IndexRoot("XND", "european", "QQQ"),
    "RUT": IndexRoot("RUT", "european", "IWM"),
    "RUTW": IndexRoot("RUT", "european", "IWM"),
    "MRUT": IndexRoot("MRUT", "european", "IWM"),
    "DJX": IndexRoot("DJX", "european", "DIA"),
    "OEX": IndexRoot("OEX", "american", None),
    "XEO": IndexRoot("OEX", "european", None),
    "VIX": IndexRoot("VIX", "european", None),
    "VIXW": IndexRoot("VIX", "european", None),
}


def index_root(root: str) -> IndexRoot | None:
    """Return what options with a root are on; None of one that is no known index.

    Examples
    --------
    >>> index_root("SPXW")
    IndexRoot(underlying='SPX', style='european', fund='SPY')
    >>> index_root("NVDA") is None
    True
    """
    return _LISTED.get(root)
