"""Worst law of a book: past sessions weighed anew, so that an ordinary day costs it as much as it can."""

from __future__ import annotations

import numpy as np

from stress.arguments import whole_number
from stress.errors import InputError
from stress.factors.history import carried_moves, windows
from stress.factors.horizon import SHORT_HORIZON
from stress.reverse_stress.answer import ReverseStressAnswer
from stress.reverse_stress.entropic import entropic_worst_case, require_divergence
from stress.reverse_stress.found import ReverseStress, found_for
from stress.scenarios.plausibility import mahalanobis
from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.book import Book
from stress.simulation.plan import plan

__all__ = ["worst_law_of_book"]

#: With fewer effective sessions than this behind it, an answer hangs on a few of them.
FEW = 30.0


def worst_law_of_book(book: Book, *, divergence: float, horizon_days: int = 1) -> ReverseStress:
    """Find the law near the model's history under which a book's expected loss is largest.

    The factor moves that the model carries, each session at today's volatility and less their mean, are weighed anew so
    that the expected loss is as large as a Kullback-Leibler divergence from equal weights allows. The answer's scenario
    states their mean under that law; single names stand still.

    Parameters
    ----------
    book : Book
        Compiled on the model whose history is doubted.
    divergence : float
        In nats, at least 0; ``d ** 2 / 2`` moves the mean of a normal P&L by d standard deviations.
    horizon_days : int
        Sessions, at most 10: overlapping windows of so many.

    Returns
    -------
    ReverseStress
        With one answer: its loss is the expected one under the worst law.

    Raises
    ------
    InputError
        On a negative or infinite divergence, a longer horizon, or a history shorter than it.
    ModelError
        If the model carries no history.

    Notes
    -----
    The question has an answer because history is finite. Against the model's own Student-t law it has none: that
    law has no exponential moments, so no expected loss is the largest within a divergence, and an answer
    from draws would be one about the few worst of them.
    """
    require_divergence(divergence)
    whole_number(horizon_days, what="horizon_days", least=1, most=SHORT_HORIZON)
    model = book.model
    dates = model.required_history().dates
    moves = windows(carried_moves(model, filtered=True), horizon_days)
    if len(moves) < 2:
        raise InputError(
            f"model {model.id} carries {len(dates)} session(s): too few for windows of {horizon_days}."
        )
    # About zero drift, as the joint law and the draws from history are.
    moves -= moves.mean(axis=0)
    completed = complete_baseline(model, horizon_days=horizon_days)
    value = plan(book, completed, variation=Variation(kind="names")).pnl_at
    pnl = value(moves)
    found = entropic_worst_case(pnl, divergence=divergence)
    mean = found.weights @ moves
    heaviest = int(np.argmax(found.weights))
    said = [
        f"{len(moves):,} past sessions at today's volatility, weighed anew, are worth "
        f"{found.effective_draws:,.0f}; the heaviest ends {dates[heaviest + horizon_days - 1]} with "
        f"{found.weights[heaviest]:.1%}. Their mean moves are taken off; single names stand still"
    ]
    if found.effective_draws < FEW:
        said.append("so few make it an anecdote: ask for a smaller divergence")
    answer = ReverseStressAnswer(
        factor_names=tuple(factor.name for factor in model.factors),
        moves=mean,
        stated=np.ones(len(mean), dtype=bool),
        loss=found.loss,
        distance=mahalanobis(
            mean,
            model.horizon_covariance(horizon_days),
            names=[factor.name for factor in model.factors],
        ),
        warnings=tuple(said),
    )
    return found_for(book, "worst law", divergence, horizon_days, (answer,), value, linear=False)
