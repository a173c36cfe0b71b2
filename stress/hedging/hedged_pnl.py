"""The P&L of a book with its trades, and its expected shortfall."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.problem import Outcomes
from stress.risk.measures import expected_shortfall

__all__ = ["es_of", "hedged"]


def hedged(law: Outcomes, trades: FloatArray) -> FloatArray:
    """Return the P&L of the book and its trades; the book's own bits when nothing is traded."""
    traded = np.flatnonzero(trades)
    if traded.size == 0:
        return law.pnl
    return np.asarray(law.pnl + law.unit_pnl[:, traded] @ trades[traded])


def es_of(pnl: FloatArray, level: float) -> float:
    """Return the expected shortfall, however few draws: callers flag those themselves."""
    return expected_shortfall(pnl, level=level, min_tail_draws=0.0)
