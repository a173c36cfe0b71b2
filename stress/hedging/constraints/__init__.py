"""Limits of a hedge: one file each."""

from __future__ import annotations

from stress.hedging.constraints.adv_share import AdvShare
from stress.hedging.constraints.at_most import AtMost
from stress.hedging.constraints.band import Band
from stress.hedging.constraints.budget import Budget
from stress.hedging.constraints.direction import Direction
from stress.hedging.constraints.gross import Gross
from stress.hedging.constraints.linear import Linear
from stress.hedging.constraints.minimum_size import MinimumSize
from stress.hedging.constraints.per_line import PerLine
from stress.hedging.constraints.scenario_loss import ScenarioLoss
from stress.hedging.constraints.tail_limit import TailLimit
from stress.hedging.constraints.turnover import Turnover
from stress.hedging.constraints.whole_lots import WholeLots

__all__ = [
    "AdvShare",
    "AtMost",
    "Band",
    "Budget",
    "Direction",
    "Gross",
    "Linear",
    "MinimumSize",
    "PerLine",
    "ScenarioLoss",
    "TailLimit",
    "Turnover",
    "WholeLots",
]
