"""What is held: positions, instruments, market levels, and how much of a book is stressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.portfolio.coverage import Coverage, CoverageRow, Sized
    from stress.portfolio.instruments.bond import CashFlows
    from stress.portfolio.instruments.instrument import ValueRange
    from stress.portfolio.levels import Given
    from stress.portfolio.liquidity import Liquidity, LiquidityLine
    from stress.portfolio.pricing.curve import CurvePoint

__all__ = [
    "CashFlows",
    "Coverage",
    "CoverageRow",
    "CurvePoint",
    "Given",
    "Liquidity",
    "LiquidityLine",
    "Sized",
    "ValueRange",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "Coverage": "stress.portfolio.coverage",
    "CoverageRow": "stress.portfolio.coverage",
    "Sized": "stress.portfolio.coverage",
    "CashFlows": "stress.portfolio.instruments.bond",
    "ValueRange": "stress.portfolio.instruments.instrument",
    "Given": "stress.portfolio.levels",
    "Liquidity": "stress.portfolio.liquidity",
    "LiquidityLine": "stress.portfolio.liquidity",
    "CurvePoint": "stress.portfolio.pricing.curve",
}

__getattr__ = loaded_later(__name__, _HOME)
