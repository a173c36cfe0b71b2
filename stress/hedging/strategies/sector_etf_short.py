"""Short the one fund that moves most like the book."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.prepared import Setting
from stress.hedging.regression import regressed
from stress.hedging.strategies.strategy import DoesNotApplyError, has_room, one_line_ratio

__all__ = ["SectorEtfShort"]


@dataclass(frozen=True, slots=True)
class SectorEtfShort:
    """Minimum-variance short of the fund with the highest correlation to the book."""

    title: str = "short one sector ETF"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the short; nothing when no fund is open on that side.

        Raises
        ------
        DoesNotApplyError
            The universe has no fund.
        """
        law = setting.baseline
        etfs = np.flatnonzero(setting.candidates.mask("etf")).tolist()
        if not etfs:
            raise DoesNotApplyError(
                f"{setting.universe.label} has no line of type etf that can be traded here."
            )
        funds = [j for j in etfs if has_room(setting, j)]
        if not funds:
            return np.zeros(law.lines)
        related = [regressed(law.pnl, law.unit_pnl[:, j]).explained for j in funds]
        return one_line_ratio(setting, funds[int(np.argmax(related))])
