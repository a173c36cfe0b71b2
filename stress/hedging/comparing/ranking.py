"""Strategies in order: by what is left and what it costs, on the same draws, under the model and under its variants."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from stress.arrays import FloatArray
from stress.factors.variants import ModelVariant
from stress.hedging.comparing.comparison import StrategyRow
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.laws import Law, outcomes
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.risk.standard_errors import NORMAL_95, expected_shortfall_difference
from stress.simulation.varied import varied

__all__ = ["first_places", "ranked"]


_VARIANT_DRAWS = 10_000
#: Two strategies are told apart by the draws when they differ by more than this many paired standard errors.
_TOLD_APART = NORMAL_95
#: Two that differ by no more than this share of the score are one hedge: each optimum is certified to
#: `HedgeSettings.tolerance` alone, while the paired standard error of two rules that end there is next to none.
_SAME_OPTIMUM = 1e-5


def ranked(
    rows: Sequence[StrategyRow],
    trades: Mapping[str, FloatArray],
    fresh: Outcomes,
    level: float,
) -> tuple[StrategyRow, ...]:
    """Rank by score; say where the draws cannot tell a strategy from the one above it.

    Parameters
    ----------
    rows : sequence of StrategyRow
        Unranked.
    trades : mapping of str to ndarray, shape (M,)
        By strategy. [units]
    fresh : Outcomes
        Draws that none was fitted to.
    level : float
        Of ES.

    Returns
    -------
    tuple of StrategyRow
        Best first; strategies that found no trades last.
    """
    good = sorted((row for row in rows if not row.failed), key=lambda row: (row.score, row.name))
    placed = [replace(row, rank=1) for row in good[:1]]
    for place, (better, row) in enumerate(itertools.pairwise(good), start=2):
        difference, error = expected_shortfall_difference(
            hedged(fresh, trades[row.name]), hedged(fresh, trades[better.name]), level=level
        )
        difference += row.cost.all_in - better.cost.all_in
        placed.append(
            replace(
                row,
                rank=place,
                above=difference,
                above_error=error,
                tied=abs(difference) <= _TOLD_APART * error + _SAME_OPTIMUM * abs(row.score),
            )
        )
    return (*placed, *(replace(row, rank=len(rows)) for row in rows if row.failed))


def first_places(
    setting: Setting,
    trades: Mapping[str, FloatArray],
    variants: Sequence[ModelVariant],
    done: Callable[[], None],
) -> dict[str, int]:
    """Count the model variants under which each strategy has the smallest score, the model itself included.

    Parameters
    ----------
    setting : Setting
        Book, candidates and costs.
    trades : mapping of str to ndarray, shape (M,)
        By strategy, those that found trades. [units]
    variants : sequence of ModelVariant
        Models beside the setting's own.
    done : callable
        Called after each model.

    Returns
    -------
    dict of str to int
        By strategy.
    """
    settings = setting.settings
    firsts = dict.fromkeys(trades, 0)
    if not trades:
        return firsts
    books = [(setting.book, setting.candidates.book)]
    books += [
        (varied(setting.book, variant), varied(setting.candidates.book, variant))
        for variant in variants
    ]
    for book, candidate_book in books:
        law = outcomes(
            book,
            replace(setting.candidates, book=candidate_book),
            Law(),
            draws=min(max(settings.draws, 4_000), _VARIANT_DRAWS),
            seed=settings.seed + 1,
        )
        scores = {
            name: es_of(hedged(law, units), settings.level) + setting.rates.of(units).all_in
            for name, units in trades.items()
        }
        firsts[min(scores, key=lambda name: (scores[name], name))] += 1
        done()
    return firsts
