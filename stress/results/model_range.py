"""Model range: the expected P&L under declared model variants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from stress.factors.variants import ModelVariant
from stress.simulation.book import Book
from stress.simulation.plan import Plan

__all__ = ["ModelRange", "model_names", "model_range", "varied"]


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


def varied(book: Book, variant: ModelVariant) -> Book:
    """Return a compiled book on a variant of its model."""
    model = variant.applied(book.model)
    rows = [model.name_index[name] for name in model_names(book)]
    return replace(book, model=model, exposures=model.exposures[rows])


def model_names(book: Book) -> tuple[str, ...]:
    """Return the model's name whose exposures each held name uses, in the order of `book.names`."""
    covered: dict[str, str] = {}
    for row in book.coverage.rows:
        if row.model_name is not None:
            covered.setdefault(row.ticker, row.model_name)
    return tuple(
        covered[name] if source == "proxy" else name
        for name, source in zip(book.names, book.sources, strict=True)
    )


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
