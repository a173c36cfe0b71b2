"""Members of baskets that no price file holds: a name mistyped, or one that is really absent."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from stress.errors import did_you_mean
from stress.factors.definition import FactorDefinitions
from stress.files.prices.findings import Finding

__all__ = ["missing_members"]


def missing_members(definitions: FactorDefinitions, held: AbstractSet[str]) -> list[Finding]:
    """Return a finding for each series that a factor names and no price file holds.

    Parameters
    ----------
    definitions : FactorDefinitions
        Of a factor that has no series left nothing is found here: it cannot be measured, whatever is accepted
        (`stress.factors.moves.unmeasured`).
    held : set of str
        Series of the price files.
    """
    return [
        Finding(
            code="missing-member",
            subject=ticker,
            message=f"factor '{factor.name}' names '{ticker}', which no price file holds. "
            f"{did_you_mean(ticker, held) or ''}".rstrip(),
            file=definitions.source,
        )
        for factor in definitions.factors
        if not held.isdisjoint(factor.series)
        for ticker in factor.series
        if ticker not in held
    ]
