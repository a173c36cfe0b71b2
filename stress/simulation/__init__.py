"""Random streams, draws of the joint law, revaluation, P&L."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.simulation.chunk import KeptDraws
    from stress.simulation.inside import Inside, InsideDraws
    from stress.simulation.plan import Plan
    from stress.simulation.valuation import Valuation
    from stress.simulation.variance_reduction.tail_estimate import TailEstimate
    from stress.simulation.what_if import DrawnBook

__all__ = [
    "DrawnBook",
    "Inside",
    "InsideDraws",
    "KeptDraws",
    "Plan",
    "TailEstimate",
    "Valuation",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "KeptDraws": "stress.simulation.chunk",
    "Inside": "stress.simulation.inside",
    "InsideDraws": "stress.simulation.inside",
    "Plan": "stress.simulation.plan",
    "Valuation": "stress.simulation.valuation",
    "TailEstimate": "stress.simulation.variance_reduction.tail_estimate",
    "DrawnBook": "stress.simulation.what_if",
}

__getattr__ = loaded_later(__name__, _HOME)
