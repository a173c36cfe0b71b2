"""The file of a model's variants, beside the model: exposures and covariance under other choices."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.factors.variants import ModelVariant
from stress.files.atomic import write_atomically
from stress.files.models.file import LARGEST_MODEL
from stress.files.small_text import read_small
from stress.files.stated_hash import changed, sealed, stated_and_own_hash

__all__ = ["read_variants", "variants_path", "write_variants"]

FORMAT = 2


def variants_path(model_path: str | os.PathLike[str]) -> Path:
    """Return where the variants of a model file stand: ``mine.json`` has ``mine.variants``."""
    return Path(model_path).with_suffix(".variants")


def write_variants(
    model: FactorModel, variants: list[ModelVariant], path: str | os.PathLike[str]
) -> None:
    """Write variants, one name a line, to six significant digits.

    Parameters
    ----------
    model : FactorModel
        Whose variants they are; its hash is written, so that they are not read beside another model.
    variants : list of ModelVariant
        On the model's axes.
    path : path
        Replaced whole, or not at all.

    Raises
    ------
    StorageError
        When the file cannot be written.
    """
    write_atomically(Path(path), _text(model, variants))


def _text(model: FactorModel, variants: Sequence[ModelVariant]) -> bytes:
    def rounded(row: np.ndarray) -> list[float]:
        return [float(f"{value:.6g}") for value in row]

    blocks = []
    for variant in variants:
        names = ",\n".join(
            f"   {json.dumps(name)}: {json.dumps(rounded(row))}"
            for name, row in zip(model.names, variant.exposures, strict=True)
        )
        covariance = ",\n".join(f"   {json.dumps(rounded(row))}" for row in variant.covariance)
        blocks.append(
            f'  {{"label": {json.dumps(variant.label)}, "degrees_of_freedom": '
            f'{variant.degrees_of_freedom:g},\n   "covariance": [\n{covariance}],\n'
            f'   "exposures": {{\n{names}}}}}'
        )
    joined = ",\n".join(blocks)
    text = (
        f'{{\n "format": {FORMAT},\n "model": {json.dumps(model.id)}, "model_hash": "{model.content_hash}",\n'
        f' "variants": [\n{joined}]}}\n'
    )
    return sealed(text.encode())


def read_variants(model: FactorModel, path: str | os.PathLike[str]) -> list[ModelVariant]:
    """Read the variants of a model.

    Parameters
    ----------
    model : FactorModel
        They must have been made for it.
    path : path
        From `variants_path`.

    Raises
    ------
    InputError
        If the file is damaged, of another format, of another model, or changed since it was made.
    """
    content = read_small(Path(path), most=LARGEST_MODEL, wanted="file of variants")
    return list(_parsed(model, content, os.fspath(path)))


@lru_cache(maxsize=2)
def _parsed(model: FactorModel, content: bytes, where: str) -> tuple[ModelVariant, ...]:
    """Read variants from the bytes of their file; those of the last models are kept, as every run asks for them."""
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise InputError(
                Problem(
                    message=f"variants format {document['format']!r}, expected {FORMAT}.",
                    file=where,
                    hint="Calibrate again with --variants / variants=True.",
                )
            )
        if document["model_hash"] != model.content_hash:
            raise InputError(
                Problem(
                    message=f"these variants belong to another calibration of {document['model']}.",
                    file=where,
                    hint="Calibrate again with --variants / variants=True.",
                )
            )
        variants = [
            ModelVariant(
                label=entry["label"],
                exposures=np.array([entry["exposures"][name] for name in model.names]),
                covariance=np.array(entry["covariance"]),
                degrees_of_freedom=float(entry["degrees_of_freedom"]),
            )
            for entry in document["variants"]
        ]
        stated, own = stated_and_own_hash(content)
        if stated != own:  # laid out anew (line ends, indents), or changed
            stated, own = document["content_hash"], stated_and_own_hash(_text(model, variants))[1]
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            Problem(message=f"is not a file of variants: {error}.", file=where)
        ) from None
    if stated != own:
        raise InputError(
            Problem(
                message=changed(stated, own),
                file=where,
                hint="Take the original file, or calibrate again with --variants / variants=True.",
            )
        )
    return tuple(variants)
