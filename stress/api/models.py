"""Models as the public verbs make them: extended, varied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from stress.arguments import public_verb
from stress.factors.model import FactorModel
from stress.factors.variants import ModelVariant, derived_variants
from stress.files.bundled import bundled_ids, bundled_path, find_model
from stress.files.models.file import model_hash
from stress.files.prices.reading import PriceSource
from stress.files.variants_file import read_variants, variants_path
from stress.opening import (
    DEFAULT_MODEL,
    load_model,
)

__all__ = [
    "extend_model",
    "is_bundled",
    "variants_of",
]


@public_verb
def extend_model(
    model: str | Path | FactorModel,
    prices: PriceSource,
    *,
    homes: Mapping[str, str] | None = None,
    id: str | None = None,
    waive: Iterable[str] = (),
    output: str | Path | None = None,
) -> FactorModel:
    """Add your own names to a model, estimated from their prices (source ``estimated-user``).

    Parameters
    ----------
    model : id, path or FactorModel
        To be extended.
    prices, homes, id, waive, output
        See `stress.files.calibrating.extend_model`.

    Returns
    -------
    FactorModel
        Give it to `run`, or its file to ``--model``.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> model = load_model("us-ai-2025-12")
    >>> days = model.history.dates
    >>> moves = np.random.default_rng(0).normal(0.0, 0.01, len(days))
    >>> prices = pd.DataFrame({"MINE": (1.0 + moves).cumprod()}, index=list(days))
    >>> extended = extend_model(model, prices, homes={"MINE": "semis_ai_compute"})
    >>> extended.exposures_of("MINE").source
    'estimated-user'
    """
    from stress.files import calibrating

    return calibrating.extend_model(
        load_model(model), prices, homes=homes, id=id, waive=waive, output=output
    )


def variants_of(
    model: FactorModel, source: str | Path | FactorModel | None
) -> tuple[list[ModelVariant], list[str]]:
    """Return the variants declared at a model's calibration and those that it carries, and say which are missing.

    Parameters
    ----------
    model : FactorModel
        To be varied.
    source : id, path, FactorModel or None
        What it was asked for by: declared variants stand in a file beside its own. A model without one, as an
        opened book has it, is looked for among the bundled ones, by what it says.

    Returns
    -------
    variants : list of ModelVariant
        On the model's axes.
    notes : list of str
        That there are no declared ones.
    """
    derived = derived_variants(model)
    file = _file_of(model, source)
    beside = None if file is None else variants_path(file)
    if beside is not None and beside.exists():
        return [*read_variants(model, beside), *derived], []
    if beside is None:
        why = "it came without its file; give that as the model of this call too"
    else:
        why = f"there is no {beside.name} beside it, which calibrating with variants writes"
    return derived, [
        f"model range: model {model.id} is varied without the declared variants of its calibration (other windows, "
        f"half-lives and ridges): {why}."
    ]


def _file_of(model: FactorModel, source: str | Path | FactorModel | None) -> Path | None:
    """Return the file of a model; None for one in memory that is no bundled one."""
    if not isinstance(source, FactorModel):
        return find_model(DEFAULT_MODEL if source is None else source)
    return bundled_path("models", model.id) if is_bundled(model) else None


def is_bundled(model: FactorModel) -> bool:
    """Say whether a model is the bundled one of its id: by what it says, not by what it is called."""
    return model.id in bundled_ids("models") and _bundled_hash(model.id) == model.content_hash


@lru_cache(maxsize=8)
def _bundled_hash(id_: str) -> str:
    """Return what a bundled model says, as a hash: read once, for an opened book asks at every run."""
    return model_hash(bundled_path("models", id_))
