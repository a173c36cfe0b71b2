"""What positions that the figures leave out would add, if they moved like a theme of the book."""

from __future__ import annotations

import math

import numpy as np

from stress.simulation.book import Book
from stress.simulation.plan import Plan, simple_factor_moves

__all__ = ["left_out", "theme_moves"]


def left_out(planned: Plan) -> float | None:
    """Return what excluded positions would add if each moved like the theme that hurts it most.

    Parameters
    ----------
    planned : Plan
        Of the book under the scenario.

    Returns
    -------
    float or None
        For what is exposed long (a short put is) the lowest theme move, for what is exposed short the highest; of options and
        futures on their notional, and of no option more than it can lose. None where nothing is excluded, or neither a theme
        is held nor the model has a market, and on the ordinary day, on which nothing is expected to move. [currency]
    """
    excluded = planned.book.coverage.excluded
    if planned.completed.n_stated == 0 or not excluded:
        return None
    themes = theme_moves(planned)
    moves = themes.values() or [move for move in (_market_move(planned),) if move is not None]
    if not moves:
        return None
    ends = (min(moves), max(moves))
    return math.fsum(max(min(row.exposure * move for move in ends), row.worst) for row in excluded)


def theme_moves(planned: Plan) -> dict[str, float]:
    """Return the expected move of each theme: mean over what is held of it, weighted by gross.

    Options and bonds do not count: their P&L is no move of a price. Long and short positions weigh
    alike, so a theme held both ways has a move between those of its names. What has no theme (funds of stocks and of
    bonds, inverse ones) is no theme together: the market's own move stands for it.
    """
    weights: dict[str, list[float]] = {}
    sums: dict[str, list[float]] = {}
    for home, size, move in _held(planned):
        if size > 0.0:
            weights.setdefault(home, []).append(size)
            sums.setdefault(home, []).append(size * move)
    moves = {home: math.fsum(sums[home]) / math.fsum(weights[home]) for home in weights}
    market, its_move = planned.book.model.market, _market_move(planned)
    if market in moves and its_move is not None:
        moves[market] = its_move
    return moves


def _market_move(planned: Plan) -> float | None:
    """Return the expected move of the market; None where the model has none."""
    market = planned.book.model.market
    if market is None:
        return None
    return float(simple_factor_moves(planned, planned.mean_factors()[:, None])[market].item())


def _held(planned: Plan) -> list[tuple[str, float, float]]:
    """Home, size and expected move of every position that is a multiple of one name's price."""
    book: Book = planned.book
    returns = planned.central_returns()
    sizes = np.abs(book.position_values).tolist()
    moves = returns[book.position_name].tolist()
    found = [
        (book.homes[name], size, move)
        for name, size, move in zip(book.position_name.tolist(), sizes, moves, strict=True)
    ]
    if book.valuation is None:
        return found
    for held, pnl in zip(book.valuation.holdings, planned.central_revalued(), strict=True):
        position = held.position
        name = book.name_index.get(position.ticker)
        if position.instrument.linear and name is not None and position.market_value != 0.0:
            size = abs(position.market_value)
            found.append((book.homes[name], size, float(pnl) / position.market_value))
    return found
