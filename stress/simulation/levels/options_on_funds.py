"""Options on a fund whose shares are looked through or leveraged: their underlying moves by the fund's own exposures."""

from __future__ import annotations

from collections.abc import Sequence

from stress.portfolio.instruments import FundLookThrough, LeveragedFund
from stress.portfolio.position import Portfolio
from stress.simulation.holdings import Holding, options_of
from stress.simulation.valuation import Valuation

__all__ = ["options_on_funds"]


def options_on_funds(
    holdings: Sequence[Holding], *, beside: Sequence[Valuation] = (), portfolio: Portfolio
) -> list[str]:
    """Return a warning for each fund whose shares and whose options' underlying do not move alike.

    Parameters
    ----------
    holdings : sequence of Holding
        In canonical order.
    beside : sequence of Valuation
        Of books these positions stand beside: their funds count too.
    portfolio : Portfolio
        The positions' book.
    """
    written_on = {option.underlying for _, option in options_of(holdings)}
    funds: dict[str, LeveragedFund | FundLookThrough] = {}
    for held in (*(held for one in beside for held in one.holdings), *holdings):
        fund = held.position.instrument
        if isinstance(fund, LeveragedFund | FundLookThrough) and fund.ticker in written_on:
            funds.setdefault(fund.ticker, fund)
    said = []
    for ticker, fund in sorted(funds.items()):
        how = (
            f"{fund.leverage:g} times {fund.follows} a day"
            if isinstance(fund, LeveragedFund)
            else "what it holds"
        )
        option = (
            portfolio.worded("--leveraged", "leveraged")
            if isinstance(fund, LeveragedFund)
            else portfolio.worded("--look-through", "look_through")
        )
        said.append(
            f"{ticker}: its shares move as {how}, the underlying of its options by the fund's own exposures: the two do not "
            f"move alike. Without {option} of {ticker} both move by its own."
        )
    return said
