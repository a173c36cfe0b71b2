"""What a proxy does not take over: the stated or recorded move of the name it stands for."""

from __future__ import annotations

from stress.scenarios.scenario import Scenario
from stress.simulation.plan import Plan
from stress.tables import percent

__all__ = ["proxy_news"]

#: Moves this near are one: the stand-in is a factor by itself.
_SAME = 5e-4


def proxy_news(scenario: Scenario, planned: Plan) -> list[str]:
    """Say which names follow a stand-in by its exposures where the scenario has news of that stand-in.

    A proxy takes over exposures and volatility. What is U's own, the part of its move that factors do not
    explain, is no more T's than on any other day: specific moves of two names are independent.

    Parameters
    ----------
    scenario : Scenario
        With names it states or records.
    planned : Plan
        Of it.
    """
    book = planned.book
    news = {one.target: one.move for one in (*scenario.names, *scenario.core_names)}
    held = {
        row.ticker: row.model_name
        for row in book.coverage.rows
        if row.status == "proxy" and row.model_name in news and row.ticker in book.name_index
    }
    if not held:
        return []
    returns = planned.central_returns()
    moves = [
        f"{ticker} {percent(move)} ({stand_in}: {news[stand_in]})"
        for ticker, stand_in in sorted(held.items())
        if stand_in is not None
        and abs((move := float(returns[book.name_index[ticker]])) - news[stand_in].value) > _SAME
    ]
    if not moves:
        return []
    return [
        "a proxy lends exposures and volatility, not its own news, so these do not follow what the scenario says of "
        f"theirs: {', '.join(moves)}. Another line of the same share takes that share's ticker in the book."
    ]
