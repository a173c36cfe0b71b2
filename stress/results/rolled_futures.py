"""Futures that end inside a horizon: their exposure is kept to its end, which a reader should know."""

from __future__ import annotations

from stress.portfolio.instruments import Future
from stress.portfolio.instruments.dates import days_between
from stress.simulation.plan import Plan
from stress.tables import listing

__all__ = ["rolled_futures"]


def rolled_futures(planned: Plan) -> list[str]:
    """Name the futures whose last settlement lies inside the horizon.

    Parameters
    ----------
    planned : Plan
        Revalued over the scenario's horizon.
    """
    valuation, inside = planned.book.valuation, planned.revaluation
    if valuation is None or inside is None:
        return []
    ending = []
    for held in valuation.holdings:
        future = held.position.instrument
        if not isinstance(future, Future) or future.expiry is None:
            continue
        if days_between(valuation.market.as_of, future.expiry) < inside.elapsed_days:
            ending.append(f"{future.contract} on {future.expiry}")
    if not ending:
        return []
    return [
        f"futures end inside the {inside.elapsed_days:g} calendar days: {listing(ending, most=5)}. Their exposure is kept to "
        "the end, as of contracts that are rolled at no cost."
    ]
