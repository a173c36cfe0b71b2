"""A compiled book on a variant of its model."""

from __future__ import annotations

from dataclasses import replace

from stress.factors.variants import ModelVariant
from stress.simulation.book import Book

__all__ = ["model_names", "varied"]


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
