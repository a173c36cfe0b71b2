"""What a stressed law is, how far from the model it reaches, and which direction hurts this book."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.factors.stressed_law import StressedLaw, TargetName
from stress.simulation.book import Book

__all__ = ["StressedLine", "stressed_line"]


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
        Standard deviation of one ordinary session's factor P&L, linear positions. [currency]
    by_target : tuple of (str, float)
        The same with all correlations moved as far the other ways: together, apart, and the target
        asked for. Empty where correlations stay. [currency]
    worse : str or None
        The target among them with the largest.
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
        Its linear positions are judged.
    law : StressedLaw
        With the model before.

    Returns
    -------
    StressedLine
    """
    exposure = book.values @ book.exposures
    covariance = law.base.covariance
    done = law.on(covariance)

    def deviation(matrix: np.ndarray) -> float:
        return math.sqrt(max(0.0, float(exposure @ matrix @ exposure)))

    by_target: tuple[tuple[str, float], ...] = ()
    worse = None
    if law.target is not None:
        ways: list[TargetName] = ["together", "apart"]
        ways += [] if law.target in ways else [law.target]
        by_target = tuple(
            (way, deviation(law.on(covariance, target=way).covariance)) for way in ways
        )
        worse, _ = max(by_target, key=lambda pair: pair[1])
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
