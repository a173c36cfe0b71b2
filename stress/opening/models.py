"""The one model of a run: the one asked for, or that of the books that are opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stress.arguments import public_verb
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.factors.sameness import same_model
from stress.files.bundled import find_model
from stress.files.models.file import read_model
from stress.simulation.book import Book

__all__ = ["DEFAULT_MODEL", "load_model", "model_of"]

#: The bundled model a run uses when none is named; printed with the result.
DEFAULT_MODEL = "us-ai-2025-12"


@public_verb
def load_model(id_or_path: str | Path | FactorModel = DEFAULT_MODEL) -> FactorModel:
    """Read a factor model.

    Parameters
    ----------
    id_or_path : str, Path or FactorModel
        Id of a bundled model, or a model file. A model passes through.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError
        If there is no such model or the file is not one.

    Examples
    --------
    >>> model = load_model("us-ai-2025-12")
    >>> len(model.factors), model.as_of
    (27, '2025-12-30')
    """
    if isinstance(id_or_path, FactorModel):
        return id_or_path
    return read_model(find_model(id_or_path))


def model_of(sources: Sequence[object], model: str | Path | FactorModel | None) -> FactorModel:
    """Return the one model of a run: that of the books that are opened, or the one asked for.

    Raises
    ------
    InputError
        If opened books are on different models, or on another than asked for.
    """
    opened = [source for source in sources if isinstance(source, Book)]
    if not opened:
        return load_model(DEFAULT_MODEL if model is None else model)
    first = opened[0]
    others = [(f"{book.portfolio.name} is opened on", book.model) for book in opened[1:]]
    others += [] if model is None else [("the run asks for", load_model(model))]
    for words, other in others:
        if not same_model(first.model, other):
            raise InputError(
                f"{first.portfolio.name} is opened on model {_known_as(first.model)}, {words} "
                f"{_known_as(other)}. A run has one model: open its books on the same."
            )
    return first.model


def _known_as(model: FactorModel) -> str:
    return f"{model.id} ({model.content_hash[:8]})"
