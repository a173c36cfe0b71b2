"""`Setting`: one book prepared for hedging: what may be traded, at which cost, and the draws a hedge is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.costs import CostRates, cost_rates
from stress.hedging.factor_exposures import FactorBand, factor_bands
from stress.hedging.laws import Law, central, outcomes
from stress.hedging.lines.candidates import Candidates, compile_candidates
from stress.hedging.lines.exchange import check_listings, exchange_rates, taken_in_dollars
from stress.hedging.lines.held_securities import check_prices, volatilities_apart
from stress.hedging.lines.quote_dates import check_quotes, much_newer
from stress.hedging.lines.universe import HedgeUniverse
from stress.hedging.problem import Outcomes
from stress.hedging.settings import HedgeSettings
from stress.hedging.traded import Traded
from stress.risk.measures import expected_shortfall
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.levels.floors import doubtful_falls, require_possible_falls
from stress.simulation.said_of_book import said_of_book

__all__ = ["ScenarioPoint", "Setting", "setting_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioPoint:
    """Expected P&L of the book and of one unit of each line in one scenario.

    Parameters
    ----------
    scenario : Scenario
        Which.
    pnl : float
        Of the book, gain positive. [currency]
    unit_pnl : ndarray, shape (M,)
        Of one unit of each line. [currency per unit]
    """

    scenario: Scenario
    pnl: float
    unit_pnl: FloatArray

    def hedged(self, trades: FloatArray) -> float:
        """Return the expected P&L of the book and its trades."""
        return self.pnl + float(self.unit_pnl @ trades)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """Everything a hedge of one book is found and judged with.

    Parameters
    ----------
    book : Book
        To be hedged.
    candidates : Candidates
        What may be traded.
    rates : CostRates
        At which cost.
    baseline : Outcomes
        Fitting draws of the baseline law.
    chosen : tuple of ScenarioPoint
        Scenarios whose loss is limited.
    bands : tuple of FactorBand
        Exposures that are limited.
    settings : HedgeSettings
        What was asked.
    universe : HedgeUniverse
        The candidates were compiled from.
    warnings : tuple of str
        What the options, the quotes and the scenarios had to say.
    newer_quotes : str
        That the quotes are more than a week newer than the positions; empty where they are not.
    """

    book: Book
    candidates: Candidates
    rates: CostRates
    baseline: Outcomes
    chosen: tuple[ScenarioPoint, ...]
    bands: tuple[FactorBand, ...]
    settings: HedgeSettings
    universe: HedgeUniverse
    warnings: tuple[str, ...] = ()
    newer_quotes: str = ""

    def traded(self, trades: FloatArray) -> Traded:
        """Compile the lines that are traded: what judging a hedge has to revalue."""
        held = np.flatnonzero(trades)
        only = frozenset(self.candidates.lines[j].id for j in held)
        narrowed = compile_candidates(
            self.book, self.universe, smallest=self.settings.min_ticket, only=only
        )
        return Traded(book=self.book, candidates=narrowed, units=trades[held], trades=trades)

    def unhedged_es(self) -> float:
        """ES of the book as it is, on the fitting draws; a loss positive. [currency]."""
        return expected_shortfall(self.baseline.pnl, level=self.settings.level, min_tail_draws=0.0)


def setting_of(
    book: Book, universe: HedgeUniverse, scenarios: Sequence[Scenario], settings: HedgeSettings
) -> Setting:
    """Compile the candidates, price them, draw the baseline and place the chosen scenarios.

    Raises
    ------
    InputError
        Stale quotes, two prices of one security, unknown names and factors, missing levels or rates; an objective
        without what it needs: scenarios, or a model with history.
    """
    worded = book.portfolio.worded
    if settings.only_scenario and not scenarios:
        raise InputError(
            f"{worded('--only-scenario', 'only_scenario=True')} needs a scenario "
            f"({worded('-s ID', 'scenarios=[ID]')})."
        )
    if settings.objective in ("minimax", "mixture") and not scenarios:
        raise InputError(
            f"{worded('--objective', 'objective')} {settings.objective} needs a scenario "
            f"({worded('-s ID', 'scenarios=[ID]')})."
        )
    if settings.objective == "robust_es" and book.model.history is None:
        raise InputError(
            f"{worded('--objective', 'objective')} robust_es needs the factor moves of the model's window, and model "
            f"{book.model.id} carries none: calibrate it again, or take another objective."
        )
    stale = check_quotes(
        universe,
        book.portfolio.as_of,
        option=worded("--as-of", "as_of"),
        typed=book.portfolio.typed,
    )
    exchange = {c: level.value for c, level in exchange_rates(book, universe).items()}
    check_listings(universe, exchange)
    check_prices(book.portfolio, universe, exchange)
    candidates = compile_candidates(book, universe, smallest=settings.min_ticket)
    rates = cost_rates(
        candidates,
        holding_days=settings.holding_days,
        impact_coefficient=settings.impact_coefficient,
    )
    require_possible_falls(book, scenarios)
    points, falls = [], []
    for scenario in scenarios:
        falls += doubtful_falls(scenario, book)
        pnl, unit = central(book, candidates, Law(scenario=scenario, exact=True))
        points.append(ScenarioPoint(scenario=scenario, pnl=pnl, unit_pnl=unit))
    few = [settings.too_few_draws] if settings.too_few_draws else []
    return Setting(
        book=book,
        candidates=candidates,
        rates=rates,
        baseline=outcomes(book, candidates, Law(), draws=settings.draws, seed=settings.seed),
        chosen=tuple(points),
        bands=factor_bands(book, candidates, settings.bands),
        settings=settings,
        universe=universe,
        warnings=(
            *few,
            *stale,
            *said_of_book(book),
            *volatilities_apart(book, universe),
            *taken_in_dollars(book, universe),
            *falls,
        ),
        newer_quotes=much_newer(universe, book.portfolio.as_of),
    )
