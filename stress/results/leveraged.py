"""What a leveraged fund loses over several sessions to a path that is not constant."""

from __future__ import annotations

from stress.portfolio.instruments import Driver, LeveragedFund, variance_drag
from stress.portfolio.leverage import KNOWN_LEVERAGE
from stress.simulation.book import Book
from stress.simulation.plan import Plan
from stress.tables import listing, percent

__all__ = ["moved_once", "path_cost"]

#: Funds named in a warning.
_LISTED = 5
#: A fund that loses more than this on the way is worth too little for a figure in money.
_NOTHING_LEFT = -0.999


def moved_once(planned: Plan) -> list[str]:
    """Say which known leveraged funds do not move by their multiple: behind a stand-in, or by exposures over several sessions.

    Parameters
    ----------
    planned : Plan
        Of a scenario.
    """
    book, sessions = planned.book, planned.completed.horizon_days
    rows = {
        row.ticker: row for row in book.coverage.rows
        if row.ticker in KNOWN_LEVERAGE and row.ticker in book.name_index
    }  # fmt: skip
    words = []
    if behind := sorted(ticker for ticker, row in rows.items() if row.status == "proxy"):
        each = [
            f"{ticker} is {KNOWN_LEVERAGE[ticker][0]:g} times {KNOWN_LEVERAGE[ticker][1]} a day"
            for ticker in behind
        ]
        words.append(
            f"a stand-in lends its moves once: {listing(each, most=_LISTED)} ({_as_multiple(behind[0], book)})."
        )
    own = sorted(ticker for ticker, row in rows.items() if row.status != "proxy")
    if own and sessions > 1:
        words.append(
            f"leveraged funds by their own exposures, which know nothing of {sessions} sessions of daily compounding: "
            f"{listing(own, most=_LISTED)} ({_as_multiple(own[0], book)})."
        )
    return words


def _as_multiple(fund: str, book: Book) -> str:
    """Return the option that makes a fund a multiple of what it follows."""
    return book.portfolio.worded(f"--leveraged {fund}", f"leveraged={{'{fund}': None}}")


def path_cost(planned: Plan) -> list[str]:
    """Say what the ups and downs between start and end take from the value of leveraged funds at the end.

    Parameters
    ----------
    planned : Plan
        Revalued over the scenario's horizon; nothing is said of one session, where the multiple is exact.
    """
    book, inside, sessions = planned.book, planned.revaluation, planned.completed.horizon_days
    if inside is None or sessions == 1 or inside.elapsed_days == 0.0:
        return []
    moves = planned.central_moves()
    ends = inside.base_values + planned.central_revalued()
    costs = []
    for legs, end in zip(inside.legs, ends, strict=True):
        fund = legs[0].instrument
        if not isinstance(fund, LeveragedFund) or fund.daily_variance == 0.0:
            continue
        drag = variance_drag(
            fund.leverage,
            daily_variance=fund.daily_variance,
            sessions=sessions,
            growth=inside.level(Driver("growth", fund.follows), moves),
            degrees_of_freedom=fund.degrees_of_freedom,
        ).item()
        if drag == 0.0:
            continue
        if drag <= _NOTHING_LEFT:
            costs.append(f"{fund.ticker} nearly all of it")
            continue
        money = float(end) * drag / (1.0 + drag)
        costs.append(f"{fund.ticker} {percent(drag)} ({money:+,.0f} {book.portfolio.currency})")
    if not costs:
        return []
    return [
        f"leveraged funds: ups and downs on the way, as large as the law makes them over {sessions} sessions that end there, change "
        f"their values at the end, and are in them: {', '.join(costs)}."
    ]
