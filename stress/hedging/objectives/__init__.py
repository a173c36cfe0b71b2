"""What a hedge minimises: one file each."""

from __future__ import annotations

from stress.hedging.objectives.cheapest import CheapestHedge
from stress.hedging.objectives.minimax import Minimax
from stress.hedging.objectives.minimum_es import MinimumExpectedShortfall
from stress.hedging.objectives.minimum_variance import MinimumVariance
from stress.hedging.objectives.mixture import Mixture
from stress.hedging.objectives.robust_es import RobustExpectedShortfall

__all__ = [
    "CheapestHedge",
    "Minimax",
    "MinimumExpectedShortfall",
    "MinimumVariance",
    "Mixture",
    "RobustExpectedShortfall",
]
