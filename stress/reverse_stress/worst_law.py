"""Worst law of a book: the likeliest way in which the model's ordinary day itself could be wrong."""

from __future__ import annotations

import numpy as np

from stress.arguments import whole_number
from stress.reverse_stress.answer import ReverseStressAnswer
from stress.reverse_stress.book import factor_value
from stress.reverse_stress.entropic import entropic_worst_case, require_divergence
from stress.reverse_stress.found import ReverseStress, found_for
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.book import Book
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

__all__ = ["worst_law_of_book"]

#: With fewer effective draws than this behind it, an answer hangs on a few of them.
FEW = 50.0


def worst_law_of_book(
    book: Book,
    *,
    divergence: float,
    horizon_days: int = 1,
    draws: int = 20_000,
    seed: int = 0,
) -> ReverseStress:
    """Find the law near the model's under which a book's expected loss is largest.

    The model's own draws, without any scenario, are weighed anew so that the expected loss is as large as a
    Kullback-Leibler divergence from the model's law allows. The answer's scenario states the mean factor
    moves under that law.

    A Student-t law has no exponential moments: of a book that can lose without bound, no expected loss is the
    largest within a divergence. The answer is that of the draws made, and more draws find a worse one; what half of
    them find stands beside it.

    Parameters
    ----------
    book : Book
        Compiled on the model that is doubted.
    divergence : float
        In nats, at least 0; ``d ** 2 / 2`` moves the mean of a normal P&L by d standard deviations.
    horizon_days : int
        Sessions.
    draws, seed : int
        Of the model's law.

    Returns
    -------
    ReverseStress
        With one answer. Its loss is the expected one under the worst law, which single names share in; its
        drivers are what the mean factor moves lose.

    Raises
    ------
    InputError
        On a negative or infinite divergence, or fewer draws than 2.
    """
    require_divergence(divergence)
    whole_number(draws, what="draws", least=2)
    whole_number(seed, what="seed", least=0)
    model = book.model
    completed = complete(None, model, horizon_days=horizon_days)
    planned = plan(book, completed, variation=Variation(kind="names"))
    pnl = simulate([planned], draws=draws, seed=seed)[0]
    found = entropic_worst_case(pnl.totals, divergence=divergence)
    half = entropic_worst_case(pnl.totals[: draws // 2], divergence=divergence)
    moves = pnl.mean(found.weights).factors
    value = factor_value(planned)
    by_factors = -float(value(moves[None, :])[0])
    covariance = model.horizon_covariance(horizon_days)
    said = [
        f"expected loss under the worst law, which single names share in: its mean factor moves alone lose "
        f"{by_factors:,.6g} {book.portfolio.currency}",
        f"{draws:,} draws weighed anew are worth {found.effective_draws:,.0f} equally likely ones. A Student-t "
        f"law has no worst neighbour, more draws find a worse one: half of these find "
        f"{half.loss / book.nav:.2%} of NAV",
    ]
    if found.effective_draws < FEW:
        said.append("so few make it an anecdote: ask for a smaller divergence or more draws")
    answer = ReverseStressAnswer(
        factor_names=tuple(factor.name for factor in model.factors),
        moves=moves,
        stated=np.ones(len(moves), dtype=bool),
        rest="linked",
        loss=found.loss,
        distance=float(np.sqrt(moves @ np.linalg.solve(covariance, moves))),
        warnings=tuple(said),
    )
    return found_for(book, "worst law", divergence, horizon_days, (answer,), value, linear=False)
