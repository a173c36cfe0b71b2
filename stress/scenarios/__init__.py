"""Named, sourced moves, and what the joint law says of everything they leave unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.scenarios.plausibility import WorseDays
    from stress.scenarios.propagation import Completed, Peripheral
    from stress.scenarios.propagation_report import Beta, PropagatedFactor

__all__ = [
    "Beta",
    "Completed",
    "Peripheral",
    "PropagatedFactor",
    "WorseDays",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "WorseDays": "stress.scenarios.plausibility",
    "Completed": "stress.scenarios.propagation",
    "Peripheral": "stress.scenarios.propagation",
    "Beta": "stress.scenarios.propagation_report",
    "PropagatedFactor": "stress.scenarios.propagation_report",
}

__getattr__ = loaded_later(__name__, _HOME)
