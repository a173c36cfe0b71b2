"""Whether two factor models are the same law: by the hash of what they say, in one canonical form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.arrays import FloatArray
from stress.factors.roles import named_role

if TYPE_CHECKING:
    from stress.factors.model import FactorModel

__all__ = ["content_hash", "put_arrays", "same_model"]


def content_hash(model: FactorModel) -> str:
    """Return the SHA-256 of everything a model says: its law, names, details and history, to the last bit.

    Parameters
    ----------
    model : FactorModel
        Read or built. Its warnings are no part of it.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    words = [model.id, model.currency, model.as_of, *model.window]
    words += [*model.names, *model.homes, *model.sources]
    words += [text for f in model.factors for text in (f.name, f.kind, f.unit, *f.series)]
    # A role that is not the one its name says: what such a factor moves is part of the law of a book.
    words += [f"{f.name}={f.role}" for f in model.factors if f.role != named_role(f.name)]
    digest.update("\0".join(words).encode())
    put_arrays(
        digest,
        model.covariance,
        model.covariance_long,
        np.array([model.degrees_of_freedom, model.volatility_level]),
        model.exposures,
        model.specific_volatility,
    )
    _put(digest, model.details)
    if model.history is not None:
        digest.update("\0".join(model.history.dates).encode())
        put_arrays(
            digest,
            model.history.standardised,
            model.history.volatility,
            model.history.current_volatility,
        )
    return digest.hexdigest()


def same_model(one: FactorModel, other: FactorModel) -> bool:
    """Say whether two models are one and the same law."""
    return one is other or one.content_hash == other.content_hash


def put_arrays(digest: hashlib._Hash, *arrays: FloatArray) -> None:
    """Put numbers into a digest, each array with its shape, in one byte order."""
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())


def _put(digest: hashlib._Hash, value: Any) -> None:
    """Put nested details into a digest: mappings by key, whatever their order."""
    match value:
        case Mapping():
            digest.update(b"{")
            for key in sorted(value, key=str):
                digest.update(f"{key}:".encode())
                _put(digest, value[key])
        case np.ndarray() if value.dtype.kind in "fiub":
            put_arrays(digest, value)
        case list() | tuple() | np.ndarray():
            digest.update(b"[")
            for entry in value:
                _put(digest, entry)
        case np.generic():
            _put(digest, value.item())
        case _:
            digest.update(f"{value!r},".encode())
