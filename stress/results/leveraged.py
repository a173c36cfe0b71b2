"""What a leveraged fund's revaluation leaves out over several sessions: the cost of a path that is not constant."""

from __future__ import annotations

from stress.portfolio.instruments import Driver, LeveragedFund, variance_drag
from stress.simulation.plan import Plan
from stress.tables import percent

__all__ = ["path_cost"]


def path_cost(planned: Plan) -> list[str]:
    """Say what an ordinary path between start and end would change in the value of leveraged funds at the end.

    Parameters
    ----------
    planned : Plan
        Revalued over the scenario's horizon; nothing is said of one session, where the multiple is exact.
    """
    book, inside, sessions = planned.book, planned.revaluation, planned.completed.horizon_days
    if inside is None or sessions == 1:
        return []
    moves = planned.central_moves()
    ends = inside.base_values + planned.central_revalued()
    costs = []
    for held, end in zip(inside.valuation.holdings, ends, strict=True):
        fund = held.position.instrument
        if not isinstance(fund, LeveragedFund):
            continue
        daily = book.model.daily_volatility(fund.follows, horizon_days=sessions)
        if daily is None:
            continue
        drag = variance_drag(
            fund.leverage,
            daily_volatility=daily,
            sessions=sessions,
            growth=float(inside.level(Driver("growth", fund.follows), moves).item()),
        )
        money = drag * float(end)
        costs.append(f"{fund.ticker} {percent(drag)} ({money:+,.0f} {book.portfolio.currency})")
    if not costs:
        return []
    return [
        f"leveraged funds move as if every one of the {sessions} sessions were alike; ups and downs of ordinary size "
        f"on the way, not in the figures, would change their values at the end by about: {', '.join(costs)}."
    ]
