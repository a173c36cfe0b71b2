"""Short the market index by the book's beta."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.factors.model import FactorModel
from stress.factors.roles import MARKET
from stress.hedging.lines.universe import HedgeLine
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import DoesNotApplyError, has_room, one_line_ratio

__all__ = ["IndexShort"]


@dataclass(frozen=True, slots=True)
class IndexShort:
    """Minimum-variance short of one line that is the model's market by definition: the first future, else the first fund."""

    title: str = "short the index by beta"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the short; nothing when no such line is open on that side.

        Raises
        ------
        DoesNotApplyError
            The model has no market, or the universe no line that is it.
        """
        model, universe = setting.book.model, setting.universe
        market = model.market
        if market is None:
            raise DoesNotApplyError(
                f'no factor of model {model.id} has the role "{MARKET}", so nothing is the index.'
            )
        if not any(_is_market(line, market, model) for line in universe.lines):
            raise DoesNotApplyError(
                f"no future or fund of {universe.label} is the factor {market} of model {model.id} by definition, that "
                "is, on the one series that it is measured on."
            )
        lines = setting.candidates.lines
        for type_ in ("future", "etf"):
            for j, line in enumerate(lines):
                if line.type == type_ and _is_market(line, market, model) and has_room(setting, j):
                    return one_line_ratio(setting, j)
        return np.zeros(len(lines))


def _is_market(line: HedgeLine, market: str, model: FactorModel) -> bool:
    """Whether a line has exposure 1 to the market and to nothing else, and no moves of its own."""
    name = line.instrument.underlying
    if line.type not in ("future", "etf"):
        return False
    if name not in model.name_index:
        return line.type == "future" and name == market
    n, k = model.name_index[name], model.factor_index[market]
    return model.sources[n] == "definition" and model.exposures[n, k] == 1.0
