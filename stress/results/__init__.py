"""Results: one scenario on one book (`Result`), many under one manifest (`Results`), and `evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.results.beside import ActiveLine, SeverityPoint
    from stress.results.dispersion import Dispersion
    from stress.results.drawn_law import DrawnLaw
    from stress.results.held_views import HeldView
    from stress.results.ledger import LedgerLine
    from stress.results.lines import BasketLine
    from stress.results.model_range import ModelRange
    from stress.results.ordinary_tails import OrdinaryTail
    from stress.results.path import PathPeriod, PathResult
    from stress.results.plausibility import LostMore, Plausibility
    from stress.results.reduced import ReducedTail
    from stress.results.revalued_line import RevaluedLine
    from stress.results.second_opinion import SecondOpinion
    from stress.results.settlements import Settlement
    from stress.results.stressed_line import StressedLine
    from stress.results.track_record import TrackRecord

__all__ = [
    "ActiveLine",
    "BasketLine",
    "Dispersion",
    "DrawnLaw",
    "HeldView",
    "LedgerLine",
    "LostMore",
    "ModelRange",
    "OrdinaryTail",
    "PathPeriod",
    "PathResult",
    "Plausibility",
    "ReducedTail",
    "RevaluedLine",
    "SecondOpinion",
    "Settlement",
    "SeverityPoint",
    "StressedLine",
    "TrackRecord",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "ActiveLine": "stress.results.beside",
    "SeverityPoint": "stress.results.beside",
    "Dispersion": "stress.results.dispersion",
    "DrawnLaw": "stress.results.drawn_law",
    "HeldView": "stress.results.held_views",
    "LedgerLine": "stress.results.ledger",
    "BasketLine": "stress.results.lines",
    "ModelRange": "stress.results.model_range",
    "OrdinaryTail": "stress.results.ordinary_tails",
    "PathPeriod": "stress.results.path",
    "PathResult": "stress.results.path",
    "LostMore": "stress.results.plausibility",
    "Plausibility": "stress.results.plausibility",
    "ReducedTail": "stress.results.reduced",
    "RevaluedLine": "stress.results.revalued_line",
    "SecondOpinion": "stress.results.second_opinion",
    "Settlement": "stress.results.settlements",
    "StressedLine": "stress.results.stressed_line",
    "TrackRecord": "stress.results.track_record",
}

__getattr__ = loaded_later(__name__, _HOME)
