"""From price files to a factor model: the one way of the command and of the Python verbs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from stress.arguments import public_verb
from stress.errors import InputError
from stress.factors import calibration, extension
from stress.factors.definition import FactorDefinitions
from stress.factors.model import FactorModel
from stress.factors.settings import CalibrationSettings
from stress.factors.variants import DECLARED, declared_settings, variant_of
from stress.files.factor_file import read_factors
from stress.files.models.file import write_model
from stress.files.prices.names import plain_definitions, plain_homes
from stress.files.prices.reading import PriceSource, price_sources, read_prices
from stress.files.same_file import refuse_to_overwrite
from stress.files.variants_file import variants_path, write_variants
from stress.portfolio.instruments.dates import iso_date
from stress.steps import Progress, stepping

__all__ = ["already_known", "calibrate", "extend_model", "waived"]


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
    on_progress: Progress | None = None,
) -> FactorModel:
    """Estimate a factor model from price files, as ``foreshock calibrate`` does.

    Settings that are omitted are those of the bundled models.

    Parameters
    ----------
    prices : path, DataFrame, Prices, or a sequence of them
        Wide or long; files CSV or Parquet.
    factors : path or FactorDefinitions
        TOML that says what the factors are.
    id : str, optional
        The model's id; the stem of `output`, or ``"calibrated"``.
    as_of : str or date, optional
        Day after which nothing is estimated from; the whole of the files is checked.
    half_life : float, optional
        Of exposures. [sessions]
    window : int, optional
        Sessions used for exposures and the covariance.
    ridge : float, optional
        Observations the prior is worth.
    nu : float, optional
        Degrees of freedom of the joint law.
    waive : iterable of str
        Problems of the price files to accept: ``"jump"``, ``"jump:PCG"``; and ``"missing-member:XYZ"``, a member of
        a basket that they lack.
    variants : bool
        Whether the declared model variants are estimated too, into a file beside `output`.
    output : path, optional
        The model file to write; replaced whole, or not at all. None of those that are read.
    on_progress : callable, optional
        Called with steps done and in all: prices read, the model, every variant.

    Returns
    -------
    FactorModel
        Give it to `run`; with `output`, as its file has it.

    Raises
    ------
    InputError
        Every problem of the price and factor files at once; a setting out of range; variants without
        a file to stand beside.
    ModelError
        Fewer sessions than factors.

    See Also
    --------
    stress.factors.calibration.calibrate : the estimation, without files.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from stress.factors.definition import FactorDefinition
    >>> market, own = np.random.default_rng(0).normal(0.0, 0.01, (2, 400))
    >>> days = pd.bdate_range("2024-01-02", periods=400)
    >>> moves = pd.DataFrame({"SPY": market, "KO": 0.6 * market + own}, index=days)
    >>> spy = FactorDefinition(
    ...     name="market",
    ...     kind="relative",
    ...     unit="%",
    ...     title="Market",
    ...     description="S&P 500",
    ...     series=("SPY",),
    ...     measure="return",
    ... )
    >>> model = calibrate((1.0 + moves).cumprod(), FactorDefinitions(factors=(spy,)), id="mine")
    >>> model.names, model.window[1]
    (('KO', 'SPY'), '2025-07-14')
    """
    if variants and output is None:
        raise InputError(
            "variants stand in a file beside the model: say where the model goes (output)."
        )
    given = price_sources(prices)
    if output is not None:
        refuse_to_overwrite(output, read=(*given, factors))
    last = None if as_of is None else iso_date(as_of, what="as_of").isoformat()
    definitions = (
        plain_definitions(factors)
        if isinstance(factors, FactorDefinitions)
        else read_factors(factors)
    )
    step = stepping(on_progress, 2 + (len(DECLARED) if variants else 0))
    read = read_prices(given, waive=waive, factors=definitions)
    step()
    settings = _settings(window=window, half_life=half_life, ridge=ridge, nu=nu)
    model = calibration.calibrate(
        read,
        definitions,
        id=id or ("calibrated" if output is None else Path(output).stem),
        as_of=last,
        settings=settings,
    )
    step()
    if output is None:
        return model
    written = write_model(model, output)
    if variants:
        others = []
        for label, other in declared_settings(settings):
            estimated = calibration.calibrate(read, definitions, as_of=last, settings=other)
            others.append(variant_of(written, estimated, label=label))
            step()
        write_variants(written, others, variants_path(output))
    return written


def extend_model(
    model: FactorModel,
    prices: PriceSource,
    *,
    homes: Mapping[str, str] | None = None,
    id: str | None = None,
    waive: Iterable[str] = (),
    output: str | os.PathLike[str] | None = None,
) -> FactorModel:
    """Add names to a model, estimated from their prices on the factor moves the model carries.

    Parameters
    ----------
    model : FactorModel
        To be extended.
    prices : path, DataFrame, Prices, or a sequence of them
        Of the new names.
    homes : mapping of str to str, optional
        Theme of new names: ``{"XYZF": "semis_ai_compute"}``.
    id : str, optional
        The model's with ``-extended`` when omitted.
    waive : iterable of str
        Problems of the price files to accept.
    output : path, optional
        The model file to write; none of the price files.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError, ModelError
        As `stress.factors.extension.extend_model` and `read_prices`.
    """
    given = price_sources(prices)
    if output is not None:
        refuse_to_overwrite(output, read=given)
    read = read_prices(given, waive=waive)
    themes = plain_homes(homes or {}, "homes")
    extended = extension.extend_model(model, read, homes=themes, id=id)
    return extended if output is None else write_model(extended, output)


def waived(model: FactorModel) -> tuple[str, ...]:
    """Return the problems of the price files that were accepted for a model or its latest extension."""
    made = model.details.get("made", {})
    last = made["extended"] if "extended" in made else made.get("inputs", {})
    return tuple(last.get("waived", ()))


def already_known(model: FactorModel) -> tuple[str, ...]:
    """Return the warning that names what the latest extension of a model had prices of and did not need."""
    return tuple(line for line in model.warnings[-1:] if line.startswith(extension.KNOWN_ALREADY))


def _settings(
    *, window: int | None, half_life: float | None, ridge: float | None, nu: float | None
) -> CalibrationSettings:
    """Take the defaults, and what the user chose instead."""
    settings = CalibrationSettings()
    if window is not None:
        settings = replace(settings, window=window)
    if half_life is not None:
        settings = replace(settings, half_life=half_life)
    if ridge is not None:
        settings = replace(settings, ridge=ridge)
    if nu is not None:
        settings = replace(settings, degrees_of_freedom=nu)
    return settings
