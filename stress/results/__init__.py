"""Results: one scenario on one book (`Result`), many under one manifest (`Results`), and `evaluate`."""

from stress.results.result import (
    BasketLine,
    Coverage,
    CoverageRow,
    Dispersion,
    FactorLine,
    Manifest,
    NameLine,
    Result,
    Results,
    SeverityPoint,
)

__all__ = [
    "BasketLine",
    "Coverage",
    "CoverageRow",
    "Dispersion",
    "FactorLine",
    "Manifest",
    "NameLine",
    "Result",
    "Results",
    "SeverityPoint",
]
