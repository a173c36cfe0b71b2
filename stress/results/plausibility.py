"""How plausible a scenario is: its distance, and with prices the days on which the book would have lost more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.prices import Prices
from stress.scenarios.plausibility import WorseDays, days_worse, tail_probability
from stress.simulation.book import Book
from stress.simulation.translated import TranslatedName
from stress.simulation.varied import model_names

__all__ = ["LostMore", "Plausibility", "lost_more"]

#: A past window counts when names worth at least this share of the priced gross have prices on it.
ENOUGH = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class LostMore:
    """On how many past days today's book would have lost more than a scenario makes it lose.

    Parameters
    ----------
    worse : WorseDays or None
        k of N windows of the scenario's horizon, which overlap; None where no window has prices of
        enough of the book.
    horizon_days : int
        Sessions of a window.
    share : float
        Share of the book's gross, cash apart, that is compared: shares and funds held outright with prices.
    compared : float
        What the scenario makes of those positions, against which the windows are counted. [currency]
    without_prices : tuple of str
        Names held that the prices do not have.
    revalued : int
        Positions left out because history is not their price: options, bonds, currencies.
    thin : int
        Windows counted although some name (at most a tenth of gross) has no price on them.
    dropped : int
        Windows not counted because more than a tenth has none.
    returns_in : str or None
        Currency of the returns that are compared, where the book is in another: what its exchange rate does is in
        neither side.
    """

    worse: WorseDays | None
    horizon_days: int
    share: float
    compared: float
    without_prices: tuple[str, ...]
    revalued: int
    thin: int
    dropped: int
    returns_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausibility:
    """How far out the stated moves lie.

    Parameters
    ----------
    distance : float
        In standard deviations, of what is stated; factors a scenario does not mention never add to it.
    n_stated : int
        Stated moves.
    degrees_of_freedom : float
        Of the joint law.
    lost_more : LostMore or None
        With prices at hand, for a scenario that loses.
    """

    distance: float
    n_stated: int
    degrees_of_freedom: float
    lost_more: LostMore | None

    @property
    def tail_probability(self) -> float | None:
        """Probability of stated moves at least as far out, under the t law; a statement about the model.

        None without any stated move.
        """
        if self.n_stated == 0:
            return None
        return tail_probability(
            self.distance, self.n_stated, degrees_of_freedom=self.degrees_of_freedom
        )


def lost_more(
    book: Book, returns: FloatArray, prices: Prices, *, horizon_days: int
) -> LostMore | None:
    """Count past windows on which today's book would have lost more.

    Parameters
    ----------
    book : Book
        Today's holdings.
    returns : ndarray of shape (N,)
        What the scenario makes of each name of the book. [fraction]
    prices : Prices
        Levels; a session is a date on which at least half of the names held and ever priced by then
        have a price. Never filled.
    horizon_days : int
        Sessions of a window.

    Returns
    -------
    LostMore or None
        None where the compared positions gain.

    Raises
    ------
    InputError
        If no name held outright has prices.
    """
    in_name, abroad = _held_outright(book)
    held = [int(i) for i in np.flatnonzero(in_name != 0.0)]
    stressed_like = model_names(book)
    columns = {
        i: column
        for i in held
        if (column := _column((book.names[i], stressed_like[i]), prices)) is not None
    }
    without = tuple(book.names[i] for i in held if i not in columns)
    if not columns:
        raise InputError(
            "the prices hold none of the names of this book: there is no past day to compare with."
        )
    values = in_name[list(columns)]
    compared = float(values @ returns[list(columns)])
    if compared >= 0.0:
        return None
    dates, levels = _sessions(prices.dates, prices.levels[:, list(columns.values())])
    moves = levels[horizon_days:] / levels[:-horizon_days] - 1.0
    here = np.isfinite(moves)
    gross = np.abs(values)
    share = here @ gross / gross.sum()
    enough = share >= ENOUGH
    pnl = np.where(here, moves, 0.0)[enough] @ values
    ends = [date for date, counts in zip(dates[horizon_days:], enough, strict=True) if counts]
    return LostMore(
        worse=days_worse(pnl, compared, dates=ends) if ends else None,
        horizon_days=horizon_days,
        share=float(gross.sum()) / book.coverage.gross,
        compared=compared,
        without_prices=without,
        revalued=sum(row.revalued for row in book.coverage.rows) - abroad,
        thin=int(np.count_nonzero(enough & (share < 1.0))),
        dropped=int(np.count_nonzero(~enough)),
        returns_in=book.model.currency if abroad else None,
    )


def _held_outright(book: Book) -> tuple[FloatArray, int]:
    """Return the value held outright in each name (N,), and how many positions are so in another currency."""
    values = book.values.copy()
    translated = [
        held.position
        for held in (() if book.valuation is None else book.valuation.holdings)
        if isinstance(held.instrument, TranslatedName)
    ]
    for position in translated:
        values[book.name_index[position.ticker]] += position.market_value
    return values, len(translated)


def _column(names: Iterable[str], prices: Prices) -> int | None:
    """Find the series of a held name: its own, or that of the name it is stressed like."""
    for name in names:
        if name in prices.index:
            return prices.index[name]
    return None


def _sessions(dates: tuple[str, ...], levels: FloatArray) -> tuple[list[str], FloatArray]:
    """Keep the dates on which at least half of the names that have begun to trade have a price."""
    here = np.isfinite(levels)
    begun = np.logical_or.accumulate(here, axis=0).sum(axis=1)
    count = here.sum(axis=1)
    kept = np.flatnonzero((count > 0) & (2 * count >= begun))
    return [dates[int(t)] for t in kept], levels[kept]
