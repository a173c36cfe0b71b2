"""Model range: the expected P&L under declared model variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stress.factors.variants import ModelVariant
from stress.simulation.book import Book
from stress.simulation.plan import Plan
from stress.simulation.varied import varied

__all__ = ["ModelRange", "model_range"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRange:
    """The spread of an expected P&L over model variants.

    Parameters
    ----------
    low, high : float
        Over all variants and the model itself. [currency]
    rows : tuple of (str, float)
        Label and expected P&L of each variant, the model itself first. [currency]
    """

    low: float
    high: float
    rows: tuple[tuple[str, float], ...]


def model_range(
    book: Book,
    variants: Sequence[ModelVariant],
    planned: Callable[[Book], Plan],
    *,
    alone: float | None,
) -> ModelRange:
    """Repeat the expected P&L over variants.

    Parameters
    ----------
    book : Book
        On the model itself.
    variants : sequence of ModelVariant
        On its axes.
    planned : callable
        Plans one scenario on a book.
    alone : float, optional
        Expected P&L with the other propagation, a variant of its own. [currency]

    Returns
    -------
    ModelRange
    """
    rows = [("the model itself", planned(book).central_pnl())]
    rows += [(variant.label, planned(varied(book, variant)).central_pnl()) for variant in variants]
    if alone is not None:
        rows.append(("unstated factors do not move", alone))
    figures = [figure for _, figure in rows]
    return ModelRange(low=min(figures), high=max(figures), rows=tuple(rows))
