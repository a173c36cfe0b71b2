"""Models as the public verbs make them: calibrated, extended, varied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from stress.arguments import public_verb
from stress.factors.definition import FactorDefinitions
from stress.factors.model import FactorModel
from stress.factors.variants import ModelVariant, derived_variants
from stress.files.bundled import find_model
from stress.files.prices import PriceSource
from stress.files.variants_file import read_variants, variants_path
from stress.opening import (
    DEFAULT_MODEL,
    load_model,
)

__all__ = [
    "calibrate",
    "extend_model",
    "variants_of",
]


@public_verb
def calibrate(
    prices: PriceSource,
    factors: str | Path | FactorDefinitions,
    *,
    id: str | None = None,
    as_of: str | date | None = None,
    half_life: float | None = None,
    window: int | None = None,
    ridge: float | None = None,
    nu: float | None = None,
    waive: Iterable[str] = (),
    variants: bool = False,
    output: str | Path | None = None,
) -> FactorModel:
    """Estimate a factor model from price files, as ``foreshock calibrate`` does.

    Parameters
    ----------
    prices : path, DataFrame, Prices, or a sequence of them
        Wide or long; files CSV or Parquet.
    factors : path or FactorDefinitions
        TOML that says what the factors are.
    id, as_of, half_life, window, ridge, nu, waive, variants, output
        See `stress.files.calibrating.calibrate`; what is omitted takes the defaults of the bundled
        models.

    Returns
    -------
    FactorModel
        Give it to `run`; with `output`, as its file has it.

    Raises
    ------
    InputError
        Every problem of the price and factor files at once.
    """
    from stress.files import calibrating

    return calibrating.calibrate(
        prices,
        factors,
        id=id,
        as_of=as_of,
        half_life=half_life,
        window=window,
        ridge=ridge,
        nu=nu,
        waive=waive,
        variants=variants,
        output=output,
    )


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
    """
    from stress.files import calibrating

    return calibrating.extend_model(
        load_model(model), prices, homes=homes, id=id, waive=waive, output=output
    )


def variants_of(model: FactorModel, source: str | Path | FactorModel | None) -> list[ModelVariant]:
    """Variants that the model carries, and those in a file beside it."""
    variants = derived_variants(model)
    if isinstance(source, FactorModel):
        return variants
    beside = variants_path(find_model(DEFAULT_MODEL if source is None else source))
    return [*read_variants(model, beside), *variants] if beside.exists() else variants
