"""What groups of positions, or factors, add to the tail average of a book: exact sums, with simulation errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stress.arrays import FloatArray
from stress.results.factor_credit import credit_matrix
from stress.risk.attribution import (
    Contributions,
    expected_shortfall_contributions,
    tail_draws,
)
from stress.risk.measures import TAIL_LEVEL
from stress.simulation.inside import factor_loadings, name_loadings
from stress.simulation.pnl import PnL

__all__ = ["factor_contributions", "group_contributions"]


def group_contributions(
    pnl: PnL, groups: Sequence[str], labels: Sequence[str], revalued_labels: Sequence[str]
) -> Contributions:
    """Return what each group adds to the book's tail average.

    Parameters
    ----------
    pnl : PnL
        Of the book.
    groups : sequence of str, length G
        In the order of the answer.
    labels : sequence of str
        The group of each position of `plan.book.positions`.
    revalued_labels : sequence of str
        The group of each position revalued in full.

    Notes
    -----
    A collapsed name counts with its expected move given the draw (`inside.name_returns`), which has less error
    than its own move has.
    """
    plan = pnl.plan
    book = plan.book
    index = {group: g for g, group in enumerate(groups)}
    held = np.array([index[label] for label in labels], dtype=np.intp)
    revalued = np.array([index[label] for label in revalued_labels], dtype=np.intp)
    of_names = name_loadings(plan)
    loadings = np.zeros((len(groups), of_names.shape[1]))
    np.add.at(loadings, held, book.position_values[:, None] * of_names[book.position_name])
    own = np.full(len(book.names), -1)
    own[plan.explicit] = np.arange(len(plan.explicit))
    row = own[book.position_name]
    drawn = np.flatnonzero(row >= 0)
    centre = np.zeros(len(groups))
    np.add.at(centre, held, book.position_values * plan.central_returns()[book.position_name])
    np.add.at(centre, revalued, plan.central_revalued())
    chosen = tail_draws(pnl.totals, level=TAIL_LEVEL)

    def parts() -> Iterator[tuple[slice, FloatArray]]:
        for inside in pnl.inside(chosen.rows):
            part = loadings @ inside.moves.T
            np.add.at(
                part, held[drawn], book.position_values[drawn, None] * inside.explicit[row[drawn]]
            )
            np.add.at(part, revalued, inside.revalued)
            yield inside.place, part

    return expected_shortfall_contributions(chosen, parts(), centre=centre)


def factor_contributions(pnl: PnL) -> Contributions:
    """Return what each factor is credited with in the tail average, and last what no factor is.

    Of a book with nothing revalued in full: the credit of the moves of each draw, whose mean is the credit of the
    mean moves.
    """
    plan = pnl.plan
    matrix, _ = credit_matrix(plan, plan.mean_factors())
    loadings = matrix @ factor_loadings(plan)
    credit = matrix @ plan.mean_factors()
    centre = np.append(credit, plan.central_pnl() - credit.sum())
    chosen = tail_draws(pnl.totals, level=TAIL_LEVEL)

    def parts() -> Iterator[tuple[slice, FloatArray]]:
        for inside in pnl.inside(chosen.rows):
            credited = loadings @ inside.moves.T
            rest = pnl.totals[chosen.rows[inside.place]] - credited.sum(axis=0)
            yield inside.place, np.vstack([credited, rest])

    return expected_shortfall_contributions(chosen, parts(), centre=centre)
