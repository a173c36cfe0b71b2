"""`Book`: a portfolio compiled on a factor model, ready to be revalued under draws.

Positions in one name net to one value; names stand in sorted order, so the order of rows does not
matter. Names that are held linearly collapse into factor exposures and one specific stream with the
exact aggregate variance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED, held_to, whole_number
from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.frozen import FrozenMapping, hold_still, still_when_copied
from stress.portfolio.coverage import Coverage
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import Given
from stress.portfolio.market import Level, Market
from stress.portfolio.position import Portfolio, Position
from stress.scenarios.scenario import Scenario
from stress.simulation.drawn_books import DrawnBooks
from stress.simulation.holdings import Holding, holding, options_of
from stress.simulation.levels.at_the_money import at_the_money
from stress.simulation.valuation import Valuation, names_moving, tie_drivers

if TYPE_CHECKING:
    from stress.portfolio.volatility import SkewSlope, VolatilityBeta
    from stress.simulation.what_if import DrawnBook, WhatIf

__all__ = ["Book", "Terms", "compile_book"]


#: Statuses of positions that are worth a multiple of one name's price in the book's currency.
_LINEAR = ("own", "user", "proxy", "prior")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What moves volatilities and currencies, beside the model.

    Parameters
    ----------
    betas : mapping of str to VolatilityBeta
        By underlying of an option.
    skews : mapping of str to SkewSlope
        By underlying of an option.
    bridges : mapping of str to float
        By underlying: volatility of the way to a settlement inside the horizon, where what the positions stand beside has one;
        otherwise that of the contract nearest the money.
    fx_moves : mapping of str to float
        By currency: its stated move against the book's; 0 holds it still.
    curves : mapping of Driver to Level
        Stated points of the yield curves that bonds are read on.
    warnings : tuple of str
        What is assumed.
    """

    betas: Mapping[str, VolatilityBeta] = field(default_factory=dict)
    skews: Mapping[str, SkewSlope] = field(default_factory=dict)
    bridges: Mapping[str, float] = field(default_factory=dict)
    fx_moves: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[Driver, Level] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@still_when_copied
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
    needs_draws : ndarray of bool, shape (N,)
        Names something nonlinear is written on: they keep draws of their own.
    valuation : Valuation or None
        The positions that are revalued in full, with their market.
    stated : Given
        What was stated about the market when it was opened, options over the market file.
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
    needs_draws: np.ndarray
    valuation: Valuation | None = None
    stated: Given = field(default_factory=Given)

    @cached_property
    def name_index(self) -> FrozenMapping[str, int]:
        """Position of each held name."""
        return FrozenMapping({name: i for i, name in enumerate(self.names)})

    def __repr__(self) -> str:
        return (
            f"<Book {self.portfolio.name!r} on {self.model.id} · {len(self.names)} names · "
            f"{self.coverage.stressed:.1%} of gross stressed · NAV {self.nav:,.2f} "
            f"{self.portfolio.currency}>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.portfolio_page import book_html

        return book_html(self)

    @property
    def nav(self) -> float:
        """Net asset value. [currency]."""
        return self.portfolio.nav

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of everything that determines its P&L under draws, whatever file it was opened from."""
        from stress.simulation.book_hash import book_hash

        return book_hash(self)

    def unshocked(self) -> Book:
        """Return the book with currencies whose move is stated held still: what no scenario states."""
        if self.valuation is None:
            return self
        return replace(self, valuation=self.valuation.with_stated_moves(0))

    @cached_property
    def _drawn(self) -> DrawnBooks:
        return DrawnBooks()

    def __post_init__(self) -> None:
        hold_still(self)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_drawn"}

    @np.errstate(under="ignore")
    def drawn(
        self,
        scenario: Scenario | None = None,
        *,
        draws: int = DEFAULT_DRAWS,
        seed: int = DEFAULT_SEED,
    ) -> DrawnBook:
        """Return the book with draws of a scenario at hand, made when first asked for.

        The latest are kept, and of all books of the process as many before them as make a million draws in all; what is
        held elsewhere stays.

        Parameters
        ----------
        scenario : Scenario, optional
            None for the baseline: one session, nothing stated.
        draws, seed : int
            As of `run`, whose P&L it has, bit for bit.
        """
        from stress.simulation.what_if import drawn_book

        if isinstance(scenario, str | Path):
            raise InputError(
                f"scenario: a compiled book reads no files. Write stress.load_scenario({str(scenario)!r})."
            )
        scenario = held_to(scenario, Scenario | None, what="scenario")
        draws = whole_number(draws, what="draws", least=1)
        seed = whole_number(seed, what="seed", least=0)
        key = ("" if scenario is None else scenario.content_hash, draws, seed)
        return self._drawn.get(key, lambda: drawn_book(self, scenario, draws=draws, seed=seed))

    @np.errstate(under="ignore")
    def what_if(
        self,
        trades: Mapping[str, float],
        scenario: Scenario | None = None,
        *,
        draws: int = DEFAULT_DRAWS,
        seed: int = DEFAULT_SEED,
    ) -> WhatIf:
        """Return the book before and after trades, on its own draws; milliseconds after the first time.

        Parameters
        ----------
        trades : mapping of str to float
            Value bought (positive) or sold (negative), by name. [book currency]
        scenario : Scenario, optional
            From `stress.load_scenario` or `stress.shock`; None for the baseline.
        draws, seed : int
            As of `run`.

        Raises
        ------
        InputError
            Unknown names and amounts that are not numbers, all at once.

        Examples
        --------
        >>> import stress
        >>> book = stress.open_book("ai_growth")
        >>> sold = book.what_if({"NVDA": -50_000})
        >>> before, after = sold.expected_shortfall()
        >>> after < before
        True
        """
        return self.drawn(scenario, draws=draws, seed=seed).what_if(trades)


def compile_book(
    portfolio: Portfolio,
    model: FactorModel,
    coverage: Coverage,
    *,
    market: Market | None = None,
    terms: Terms | None = None,
    stated: Given | None = None,
) -> Book:
    """Compile a portfolio.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    model : FactorModel
        Exposures and specific volatilities.
    coverage : Coverage
        From `stress.portfolio.cover.cover`.
    market : Market, optional
        Base levels; needed where a position is revalued in full.
    terms : Terms, optional
        What moves volatilities and currencies.
    stated : Given, optional
        What was stated about the market.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        If positions need revaluation and no market is given, or a level has nothing to move with.

    Notes
    -----
    A proxied position is a name of its own (its ticker) with the proxy's exposures; its specific
    moves are its own too, so two names with one proxy are not one name.
    """
    rows = {row.position: row for row in coverage.rows}
    held = sorted(
        (
            p
            for p in portfolio.positions
            if rows[p.id].status in _LINEAR and not rows[p.id].revalued
        ),
        key=lambda p: (p.ticker, p.id),
    )
    stated = stated or Given()
    valuation = _valuation(portfolio, model, coverage, market, terms or Terms(), stated)
    read = () if valuation is None else names_moving(valuation)
    key_of = {p.id: (p.ticker, rows[p.id].model_name or p.ticker) for p in held}
    stand_in = coverage.stand_ins
    keys = sorted({*key_of.values(), *((name, stand_in.get(name, name)) for name in read)})
    index = {key: i for i, key in enumerate(keys)}
    position_name = np.array([index[key_of[p.id]] for p in held], dtype=np.intp)
    position_values = np.array([p.market_value for p in held], dtype=np.float64)
    model_rows = np.array([model.name_index[name] for _, name in keys], dtype=np.intp)
    proxied = {index[key] for key in keys if key[0] in stand_in}
    values = np.bincount(position_name, weights=position_values, minlength=len(keys))
    return Book(
        portfolio=portfolio,
        model=model,
        coverage=coverage,
        names=tuple(ticker for ticker, _ in keys),
        values=values.astype(np.float64),
        exposures=model.exposures[model_rows],
        specific_volatility=model.specific_volatility[model_rows],
        homes=tuple(model.homes[row] for row in model_rows),
        sources=tuple(
            "proxy" if i in proxied else model.sources[row] for i, row in enumerate(model_rows)
        ),
        positions=tuple(held),
        position_name=position_name,
        position_values=position_values,
        needs_draws=np.array([ticker in read for ticker, _ in keys], dtype=bool),
        valuation=valuation,
        stated=stated,
    )


def _valuation(
    portfolio: Portfolio,
    model: FactorModel,
    coverage: Coverage,
    market: Market | None,
    terms: Terms,
    stated: Given,
) -> Valuation | None:
    revalued = {row.position: row for row in coverage.rows if row.revalued}
    positions = sorted((p for p in portfolio.positions if p.id in revalued), key=lambda p: p.id)
    if not positions and market is None:
        return None
    if market is None:
        raise InputError(
            f"{portfolio.name}: {len(positions)} position(s) are revalued in full and need market levels "
            f"({', '.join(p.id for p in positions[:5])}). Give the date of the positions and a market."
        )
    # As stated for the book: a rate that only a hedge brought along changes nothing of what is held.
    interest = {d.name: level.value for d, level in stated.levels.items() if d.kind == "rate"}
    at_home = {row.position for row in coverage.rows if row.status == "cash"}
    if portfolio.currency in interest:
        # Its interest is part of the passage of time, as the decay of options and the accrual of bonds are.
        positions += sorted((p for p in portfolio.positions if p.id in at_home), key=lambda p: p.id)
    if not positions:
        return None
    holdings = tuple(
        holding(
            position,
            as_of=market.as_of,
            book_currency=portfolio.currency,
            model_currency=model.currency,
            proxied=position.id not in at_home and revalued[position.id].status == "proxy",
            interest=interest,
        )
        for position in positions
    )
    movers, warnings = tie_drivers(
        holdings,
        model,
        betas=terms.betas,
        skews=terms.skews,
        currency=portfolio.currency,
        fx_moves=terms.fx_moves,
        stand_ins={
            row.ticker: row.model_name
            for row in revalued.values()
            if row.status == "proxy" and row.model_name is not None
        },
    )
    return Valuation(
        market=market,
        holdings=holdings,
        movers=movers,
        bridges={**_bridges(holdings, market), **terms.bridges},
        curves=terms.curves,
        warnings=(*terms.warnings, *dict.fromkeys(warnings)),
    )


def _bridges(holdings: Sequence[Holding], market: Market) -> dict[str, float]:
    """Return the volatility of each underlying's way between the ends of a horizon: its contract's nearest the money."""
    options = [option for _, option in options_of(holdings)]
    names = sorted({option.underlying for option in options})
    found = {name: at_the_money(name, options, market) for name in names}
    return {name: volatility for name, volatility in found.items() if volatility is not None}
