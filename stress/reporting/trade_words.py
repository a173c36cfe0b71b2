"""The trades of a strategy in words short enough for one line."""

from __future__ import annotations

from collections.abc import Sequence

from stress.tables import thousands

__all__ = ["trades_in_words"]

#: What a line that sells what the book holds is called by.
_SALE = "sell "


def trades_in_words(trades: Sequence[tuple[str, float]]) -> list[str]:
    """Return signed units and name of every trade.

    Parameters
    ----------
    trades : sequence of (str, float)
        Lines and signed units, a purchase positive (`StrategyRow.trades`).

    Examples
    --------
    >>> trades_in_words([("SMH", -13_149.2), ("sell NVDA", -700.0), ("QQQ 2026-02-20 580 P", 4.25)])
    ['-13,149 SMH', '-700 NVDA held', '+4.2 QQQ 2026-02-20 580 P']
    """
    said = []
    for line, units in trades:
        name = f"{line.removeprefix(_SALE)} held" if line.startswith(_SALE) else line
        said.append(f"{'+' if units > 0.0 else ''}{_units(units)} {name}")
    return said


def _units(units: float) -> str:
    """Write so many digits as matter to who trades them."""
    if abs(units) < 1.0:
        return f"{units:.2g}"
    return thousands(units, digits=0 if abs(units) >= 100.0 or units == int(units) else 1)
