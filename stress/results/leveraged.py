"""What a leveraged fund's revaluation leaves out over several sessions: the cost of a path that is not constant."""

from __future__ import annotations

from stress.portfolio.instruments import LeveragedFund, variance_drag
from stress.simulation.plan import Plan
from stress.tables import percent

__all__ = ["path_cost"]


def path_cost(planned: Plan) -> list[str]:
    """Say what an ordinary path between start and end would change in the value of leveraged funds.

    Parameters
    ----------
    planned : Plan
        Revalued over the scenario's horizon; nothing is said of one session, where the multiple is exact.
    """
    book, sessions = planned.book, planned.completed.horizon_days
    if book.valuation is None or sessions == 1:
        return []
    costs = []
    for held in book.valuation.holdings:
        fund = held.position.instrument
        daily = (
            book.model.daily_volatility(fund.follows) if isinstance(fund, LeveragedFund) else None
        )
        if isinstance(fund, LeveragedFund) and daily is not None:
            drag = variance_drag(fund.leverage, daily_volatility=daily, sessions=sessions)
            money = drag * held.position.market_value
            costs.append(f"{fund.ticker} {percent(drag)} ({money:+,.0f} {book.portfolio.currency})")
    if not costs:
        return []
    return [
        f"leveraged funds move as if every one of the {sessions} sessions were alike; ups and downs of ordinary size "
        f"on the way, not in the figures, would change them by about: {', '.join(costs)}."
    ]
