"""What a stressed law is, how far from the model it reaches, and which direction hurts this book."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.factors.stressed_law import StressedLaw, TargetName
from stress.results.revalued_credit import revalued_slopes
from stress.simulation.book import Book
from stress.simulation.plan import plan_scenario

__all__ = ["StressedLine", "stressed_line"]

#: Deviations closer than this, over the sum of what each holding's alone would be, are one: rounding leaves as much.
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StressedLine:
    """A stressed law beside the model's own.

    Parameters
    ----------
    correlation : str or None
        The target.
    share_asked, share : float
        How far towards it, as asked for and as used.
    volatility : float
        Multiple of the factors' volatilities.
    divergence : float or None
        Kullback-Leibler divergence from the model's normal law, in nats; None where the stressed law is
        singular (infinite).
    deviation_before, deviation : float
        Standard deviation of one ordinary session's factor P&L, the whole book: what is revalued in full by
        its slopes at today's levels, options by their deltas and vegas. [currency]
    by_target : tuple of (str, float)
        The same with all correlations moved as far the other ways: together, apart, and the target
        asked for. Empty where correlations stay. [currency]
    worse : str or None
        The target among them with the largest; None where no other's is smaller, or more than one has it.
    """

    correlation: TargetName | None
    share_asked: float
    share: float
    volatility: float
    divergence: float | None
    deviation_before: float
    deviation: float
    by_target: tuple[tuple[str, float], ...]
    worse: str | None

    @property
    def distance(self) -> float | None:
        """Standard deviations of a stated move that lies as far from the model's law: sqrt(2 KL)."""
        return None if self.divergence is None else math.sqrt(2.0 * self.divergence)


def stressed_line(book: Book, law: StressedLaw) -> StressedLine:
    """Compare a law with the model it stresses, for one book.

    Parameters
    ----------
    book : Book
        What it holds linearly and what it revalues in full.
    law : StressedLaw
        With the model before.

    Returns
    -------
    StressedLine
    """
    each = _exposures(book, law)
    exposure = each.sum(axis=0)
    covariance = law.base.covariance
    done = law.on(covariance)

    def deviation(matrix: FloatArray) -> float:
        return math.sqrt(max(0.0, float(exposure @ matrix @ exposure)))

    def gross(matrix: FloatArray) -> float:
        return float(np.sqrt(np.maximum(0.0, np.einsum("hk,hk->h", each @ matrix, each))).sum())

    by_target: tuple[tuple[str, float], ...] = ()
    worse = None
    if law.target is not None:
        ways: list[TargetName] = ["together", "apart"]
        ways += [] if law.target in ways else [law.target]
        laws = [law.on(covariance, target=way).covariance for way in ways]
        by_target = tuple((way, deviation(one)) for way, one in zip(ways, laws, strict=True))
        worse = _largest(by_target, apart=_EQUAL * max(gross(one) for one in laws))
    return StressedLine(
        correlation=law.target,
        share_asked=done.share_asked,
        share=done.share,
        volatility=law.volatility,
        divergence=done.divergence if math.isfinite(done.divergence) else None,
        deviation_before=deviation(covariance),
        deviation=deviation(done.covariance),
        by_target=by_target,
        worse=worse,
    )


def _exposures(book: Book, law: StressedLaw) -> FloatArray:
    """Return the P&L of every holding for a unit move of each factor, from today's levels: (H, K). [currency]."""
    linear: FloatArray = book.values[:, None] * book.exposures
    if book.valuation is None:
        return linear
    # One ordinary session of the model itself, of which no time has passed.
    ordinary = plan_scenario(replace(book, model=law.base), None, instant=True)
    still = np.zeros(len(law.base.factors))
    return np.concatenate([linear, revalued_slopes(ordinary, still)])


def _largest(by_target: tuple[tuple[str, float], ...], *, apart: float) -> str | None:
    """Return the target with the largest deviation; None where the next is no more than `apart` below it."""
    (_, next_to), (target, largest) = sorted(by_target, key=lambda pair: pair[1])[-2:]
    return target if largest - next_to > apart else None
