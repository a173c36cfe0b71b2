"""Candidates revalued on the same draws, the optimiser and its certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.hedging.asked_bands import AskedBand
    from stress.hedging.certificate import Certificate
    from stress.hedging.costs import CostBreakdown
    from stress.hedging.factor_exposures import ExposureLimit
    from stress.hedging.frontier import FrontierPoint
    from stress.hedging.hedge_plan import (
        Condition,
        DayAfter,
        ExposureLine,
        FreshDraws,
        SellingDown,
        WorstFound,
    )
    from stress.hedging.settings import HedgeSettings
    from stress.hedging.solver.infeasible import Relaxation
    from stress.hedging.solver.prices import LimitPrice

__all__ = [
    "AskedBand",
    "Certificate",
    "Condition",
    "CostBreakdown",
    "DayAfter",
    "ExposureLimit",
    "ExposureLine",
    "FreshDraws",
    "FrontierPoint",
    "HedgeSettings",
    "LimitPrice",
    "Relaxation",
    "SellingDown",
    "WorstFound",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "AskedBand": "stress.hedging.asked_bands",
    "Certificate": "stress.hedging.certificate",
    "CostBreakdown": "stress.hedging.costs",
    "ExposureLimit": "stress.hedging.factor_exposures",
    "FrontierPoint": "stress.hedging.frontier",
    "Condition": "stress.hedging.hedge_plan",
    "DayAfter": "stress.hedging.hedge_plan",
    "ExposureLine": "stress.hedging.hedge_plan",
    "FreshDraws": "stress.hedging.hedge_plan",
    "SellingDown": "stress.hedging.hedge_plan",
    "WorstFound": "stress.hedging.hedge_plan",
    "HedgeSettings": "stress.hedging.settings",
    "Relaxation": "stress.hedging.solver.infeasible",
    "LimitPrice": "stress.hedging.solver.prices",
}

__getattr__ = loaded_later(__name__, _HOME)
