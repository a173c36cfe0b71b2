"""A factor model as the text of its file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from stress.currencies import DOLLAR
from stress.errors import ModelError
from stress.factors.history import History
from stress.factors.model import Factor, FactorModel
from stress.factors.roles import named_role
from stress.files.stated_hash import sealed

__all__ = ["FORMAT", "NAME_NUMBERS", "NAME_ROWS", "PLAIN", "model_text"]

#: Version of the file format.
FORMAT = 2

#: Per-name entries of a name's line beside its place in the model.
NAME_NUMBERS = ("observations", "effective_observations", "r_squared")
NAME_ROWS = ("standard_errors", "stress_exposures")
#: Details that are written as they are.
PLAIN = (
    "made",
    "basket_response",
    "stress_days",
    "clean_up",
    "tails",
)


def model_text(model: FactorModel) -> bytes:
    """Return the bytes of a model's file: the same model gives the same bytes.

    Parameters
    ----------
    model : FactorModel

    Returns
    -------
    bytes
        UTF-8 JSON that ends with a newline.

    Raises
    ------
    ModelError
        A number that is not finite.
    """
    return sealed(_body(model))


def _body(model: FactorModel) -> bytes:
    details = model.details
    lines = [
        "{",
        f' "format": {FORMAT},',
        f' "id": {_json(model.id)},',
        f' "as_of": {_json(model.as_of)},',
        f' "window": {_json(list(model.window))},',
        *([] if model.currency == DOLLAR else [f' "currency": {_json(model.currency)},']),
        f' "degrees_of_freedom": {_json(model.degrees_of_freedom)},',
        f' "volatility_level": {_json(_rounded(model.volatility_level, 6))},',
        f' "warnings": {_block(_json(text) for text in model.warnings)},',
    ]
    for key in PLAIN:
        if key in details:
            lines.append(f' "{key}": {_json(_rounded(details[key], 6))},')
    lines.append(f' "factors": {_block(_factor_line(factor) for factor in model.factors)},')
    for key, matrix in (
        ("covariance", model.covariance),
        ("covariance_long", model.covariance_long),
    ):
        lines.append(f' "{key}": {_block(_json(_rounded(row, 10)) for row in matrix)},')
    lines.append(f' "names": {_block(_name_line(model, n) for n in range(len(model.names)))}')
    if model.history is not None:
        lines[-1] += ","
        lines.append(f' "history": {_history_block(model.history)}')
    lines.append("}\n")
    return "\n".join(lines).encode()


def _factor_line(factor: Factor) -> str:
    entry = {
        "name": factor.name,
        "kind": factor.kind,
        "unit": factor.unit,
        "title": factor.title,
        "description": factor.description,
        "series": list(factor.series),
        "missing": list(factor.missing),
    }
    if factor.role != named_role(factor.name):
        entry["role"] = factor.role
    return _json(entry)


def _name_line(model: FactorModel, n: int) -> str:
    details = model.details
    entry: dict[str, Any] = {
        "name": model.names[n],
        "home": model.homes[n],
        "source": model.sources[n],
        "specific_volatility": model.specific_volatility[n],
    }
    entry.update({key: details[key][n] for key in NAME_NUMBERS if key in details})
    entry["exposures"] = model.exposures[n]
    entry.update({key: details[key][n] for key in NAME_ROWS if key in details})
    return _json(_rounded(entry, 6))


def _history_block(history: History) -> str:
    rows = zip(
        history.dates,
        _rounded(history.standardised, 6),
        _rounded(history.volatility, 6),
        strict=True,
    )
    sessions = _block(_json(list(row)) for row in rows)
    current = _json(_rounded(history.current_volatility, 6))
    return f'{{\n "current_volatility": {current},\n "sessions": {sessions}}}'


def _block(lines: Iterable[str]) -> str:
    """Write a JSON array with one entry a line."""
    joined = ",\n  ".join(lines)
    return f"[\n  {joined}\n ]" if joined else "[]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _rounded(value: Any, digits: int) -> Any:
    """Return the same structure in plain Python types, floats to so many significant digits."""
    match value:
        case Mapping():
            return {str(key): _rounded(entry, digits) for key, entry in value.items()}
        case np.ndarray():
            return _rounded(value.tolist(), digits)
        case list() | tuple():
            return [_rounded(entry, digits) for entry in value]
        case np.floating():
            return _rounded(float(value), digits)
        case np.integer():
            return int(value)
        case float():
            if not np.isfinite(value):
                raise ModelError(f"a model cannot be written with the number {value}.")
            short = float(f"{value:.{digits}g}")
            return int(short) if short.is_integer() and abs(short) < 1e6 else short
    return value
