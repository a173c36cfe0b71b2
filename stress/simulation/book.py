"""`Book`: a portfolio compiled on a factor model, ready to be revalued under draws.

Positions in one name net to one value; names stand in sorted order, so the order of rows does not
matter. Names that are held linearly collapse into factor exposures and one specific stream with the
exact aggregate variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stress.factors.model import FactorModel, FloatArray
from stress.portfolio.coverage import Coverage
from stress.portfolio.position import Portfolio, Position

__all__ = ["Book", "compile_book"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Book:
    """A compiled book.

    N names held, K factors.

    Parameters
    ----------
    portfolio : Portfolio
        As read.
    model : FactorModel
        It was compiled on.
    coverage : Coverage
        How each position is stressed.
    names : tuple of str, length N
        Tickers held and stressed, sorted.
    values : ndarray of shape (N,)
        Signed market value by name. [currency]
    exposures : ndarray of shape (N, K)
        Return of the name for a unit move of each factor.
    specific_volatility : ndarray of shape (N,)
        Of one session. [fraction]
    homes, sources : tuple of str, length N
        Home basket, and where the exposures come from.
    positions : tuple of Position
        The stressed positions, in canonical order.
    position_name : ndarray of int, shape (P,)
        Index into `names` of each stressed position.
    position_values : ndarray of shape (P,)
        Signed market value of each. [currency]
    """

    portfolio: Portfolio
    model: FactorModel
    coverage: Coverage
    names: tuple[str, ...]
    values: FloatArray
    exposures: FloatArray
    specific_volatility: FloatArray
    homes: tuple[str, ...]
    sources: tuple[str, ...]
    positions: tuple[Position, ...]
    position_name: np.ndarray
    position_values: FloatArray

    @cached_property
    def name_index(self) -> dict[str, int]:
        """Position of each held name."""
        return {name: i for i, name in enumerate(self.names)}

    @property
    def nav(self) -> float:
        """Net asset value. [currency]."""
        return self.portfolio.nav


def compile_book(portfolio: Portfolio, model: FactorModel, coverage: Coverage) -> Book:
    """Compile a portfolio.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    model : FactorModel
        Exposures and specific volatilities.
    coverage : Coverage
        From `stress.portfolio.coverage.cover`.

    Returns
    -------
    Book

    Notes
    -----
    A proxied position is a name of its own (its ticker) with the proxy's exposures; its specific
    moves are its own too, so two names with one proxy are not one name.
    """
    model_name = {
        row.position: row.model_name for row in coverage.rows if row.model_name is not None
    }
    source = {row.position: row.status for row in coverage.rows}
    held = sorted(
        (p for p in portfolio.positions if p.id in model_name), key=lambda p: (p.ticker, p.id)
    )
    keys = sorted({(p.ticker, model_name[p.id]) for p in held})
    index = {key: i for i, key in enumerate(keys)}
    position_name = np.array([index[p.ticker, model_name[p.id]] for p in held], dtype=np.intp)
    position_values = np.array([p.market_value for p in held], dtype=np.float64)
    rows = np.array([model.name_index[model_key] for _, model_key in keys], dtype=np.intp)
    status = {index[p.ticker, model_name[p.id]]: source[p.id] for p in held}
    return Book(
        portfolio=portfolio,
        model=model,
        coverage=coverage,
        names=tuple(ticker for ticker, _ in keys),
        values=np.bincount(position_name, weights=position_values, minlength=len(keys)).astype(
            np.float64
        ),
        exposures=model.exposures[rows],
        specific_volatility=model.specific_volatility[rows],
        homes=tuple(model.homes[row] for row in rows),
        sources=tuple(
            "proxy" if status[i] == "proxy" else model.sources[row] for i, row in enumerate(rows)
        ),
        positions=tuple(held),
        position_name=position_name,
        position_values=position_values,
    )
