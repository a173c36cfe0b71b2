"""Whether two factor models are the same law: by content, for models that no file gave a hash."""

from __future__ import annotations

import hashlib

import numpy as np

from stress.factors.model import FactorModel, FloatArray

__all__ = ["law_hash", "put_arrays", "same_model"]


def law_hash(model: FactorModel) -> str:
    """Return the SHA-256 of everything a model's joint law and exposures are made of.

    Parameters
    ----------
    model : FactorModel
        Read or built.

    Returns
    -------
    str
        64 hexadecimal digits; the file's own hash is part of it where there is one.
    """
    digest = hashlib.sha256()
    words = [model.id, model.content_hash, model.currency, *model.names, *model.homes]
    words += [text for f in model.factors for text in (f.name, f.kind, f.unit)]
    digest.update("\0".join(words).encode())
    put_arrays(
        digest,
        model.covariance,
        model.covariance_long,
        np.array([model.degrees_of_freedom, model.volatility_level]),
        model.exposures,
        model.specific_volatility,
    )
    return digest.hexdigest()


def same_model(one: FactorModel, other: FactorModel) -> bool:
    """Say whether two models are one and the same law."""
    return one is other or (
        one.content_hash == other.content_hash and law_hash(one) == law_hash(other)
    )


def put_arrays(digest: hashlib._Hash, *arrays: FloatArray) -> None:
    """Put numbers into a digest, each array with its shape, in one byte order."""
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
