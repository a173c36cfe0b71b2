"""Lots that a broker lists below their position, by the date they were bought on: their sum is the position."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from stress.files.portfolio.holding import Holding
from stress.files.portfolio.not_shares import is_date
from stress.portfolio.position import LedgerRow

__all__ = ["WithoutLots", "without_lots"]

#: Lots are their position but for rounding. [fraction]
_ROUNDING = 1e-6


class WithoutLots(NamedTuple):
    """Rows that hold something, and those of lots."""

    holdings: list[Holding]
    ledger: list[LedgerRow]


def without_lots(holdings: Sequence[Holding]) -> WithoutLots:
    """Take out rows whose ticker is a date and whose quantities add up to that of the row above them.

    Parameters
    ----------
    holdings : sequence of Holding
        In the order of the file.

    Returns
    -------
    WithoutLots
        Rows of dates that do not add up stay: they are refused as no shares.
    """
    kept: list[Holding] = []
    ledger: list[LedgerRow] = []
    lots: list[Holding] = []

    def settle() -> None:
        whole = kept[-1].quantity if kept else None
        sizes = [lot.quantity for lot in lots if lot.quantity is not None]
        if (
            whole is not None
            and len(sizes) == len(lots)
            and math.isclose(math.fsum(sizes), whole, rel_tol=_ROUNDING)
        ):
            ledger.extend(
                LedgerRow(
                    row=lot.line,
                    text=lot.text,
                    became="ignored",
                    reason=f"a lot of line {kept[-1].line}",
                )
                for lot in lots
            )
        else:
            kept.extend(lots)
        lots.clear()

    for one in holdings:
        if is_date(one.ticker or ""):
            lots.append(one)
            continue
        if lots:
            settle()
        kept.append(one)
    if lots:
        settle()
    return WithoutLots(kept, ledger)
