"""What positions follow, as the model writes it: a file may say ``spy``, ``oil`` or ``Oil``."""

from __future__ import annotations

from dataclasses import replace

from stress.factors.listed import as_listed
from stress.factors.model import FactorModel
from stress.portfolio.instruments import Future, Option
from stress.portfolio.instruments.index_roots import index_root
from stress.portfolio.position import Portfolio, Position

__all__ = ["in_words_of_model"]


def in_words_of_model(portfolio: Portfolio, model: FactorModel) -> Portfolio:
    """Return the book with what its futures follow, and what stands in for its names, spelt as the model does.

    Parameters
    ----------
    portfolio : Portfolio
        As read.
    model : FactorModel
        Its names and factors.

    Returns
    -------
    Portfolio
        Options on an index that the model lacks get the fund on it for a proxy, which a warning says, where they have none.
        What is a name or a factor as written stays; else the name in capitals, else the factor whatever its case. What
        the model does not know is written in capitals, as tickers are.
    """
    spelt = tuple(_spelt(position, model) for position in portfolio.positions)
    positions = tuple(_by_its_fund(position, model) for position in spelt)
    if positions == portfolio.positions:
        return portfolio
    funds = {
        position.ticker: position.proxy
        for position, before in zip(positions, spelt, strict=True)
        if position.proxy != before.proxy
    }
    said = tuple(
        f"{index} moves like {fund}, the fund on that index, unless a proxy says otherwise"
        for index, fund in sorted(funds.items())
    )
    return portfolio.as_asked(positions=positions, warnings=(*portfolio.warnings, *said))


def _by_its_fund(position: Position, model: FactorModel) -> Position:
    """Return an option on an index that the model lacks with the fund on that index to stand for it."""
    option = position.instrument
    if not isinstance(option, Option) or position.proxy or option.underlying in model.name_index:
        return position
    listed = index_root(option.root or option.underlying)
    if listed is None or listed.fund not in model.name_index:
        return position
    return replace(position, proxy=listed.fund)


def _spelt(position: Position, model: FactorModel) -> Position:
    if position.proxy is not None and position.proxy not in model.name_index:
        position = replace(position, proxy=as_listed(position.proxy, model.name_index))
    future = position.instrument
    if not isinstance(future, Future):
        return position
    follows = _word(future.follows, model)
    return (
        position
        if follows == future.follows
        else replace(position, instrument=replace(future, follows=follows))
    )


def _word(written: str, model: FactorModel) -> str:
    if written in model.name_index or written in model.factor_index:
        return written
    capitals = written.upper()
    if capitals in model.name_index:
        return capitals
    return next((f for f in model.factor_index if f.casefold() == written.casefold()), capitals)
