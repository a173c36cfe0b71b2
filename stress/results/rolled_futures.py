"""Futures that end inside a horizon, or ended before it: their exposure is kept, which a reader should know."""

from __future__ import annotations

from stress.portfolio.instruments import Future
from stress.portfolio.instruments.dates import days_between
from stress.simulation.plan import Plan
from stress.tables import listing

__all__ = ["rolled_futures"]


def rolled_futures(planned: Plan) -> list[str]:
    """Name the futures whose last settlement lies inside the horizon, and those whose was before the book.

    Parameters
    ----------
    planned : Plan
        Revalued over the scenario's horizon.
    """
    valuation, inside = planned.book.valuation, planned.revaluation
    if valuation is None or inside is None:
        return []
    ended: list[str] = []
    ending: list[str] = []
    for held in valuation.holdings:
        future = held.position.instrument
        if not isinstance(future, Future) or future.expiry is None:
            continue
        days = days_between(valuation.market.as_of, future.expiry)
        if days < inside.elapsed_days:
            (ended if days < 0 else ending).append(f"{future.contract} on {future.expiry}")
    said = []
    if ended:
        said.append(
            f"futures ended before the positions' date, {valuation.market.as_of}: {listing(ended, most=5)}. They are in the "
            "P&L as if rolled: remove them, or write the contracts they were rolled into."
        )
    if ending:
        said.append(
            f"futures end inside the {inside.elapsed_days:g} calendar days: {listing(ending, most=5)}. Their exposure is kept "
            "to the end, as of contracts that are rolled at no cost."
        )
    return said
