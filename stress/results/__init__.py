"""Results: one scenario on one book (`Result`), many under one manifest (`Results`), and `evaluate`."""

from stress.results.result import (
    ActiveLine,
    BasketLine,
    Coverage,
    CoverageRow,
    Dispersion,
    FactorLine,
    GroupLine,
    Manifest,
    NameLine,
    Result,
    Results,
    RevaluedLine,
    SeverityPoint,
)

__all__ = [
    "ActiveLine",
    "BasketLine",
    "Coverage",
    "CoverageRow",
    "Dispersion",
    "FactorLine",
    "GroupLine",
    "Manifest",
    "NameLine",
    "Result",
    "Results",
    "RevaluedLine",
    "SeverityPoint",
]
