"""JSON as every command writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["to_json"]


def to_json(document: Mapping[str, Any] | Sequence[Any]) -> str:
    """Write a document: sorted keys, two spaces, UTF-8 text, no NaN.

    Parameters
    ----------
    document : mapping or sequence
        Of plain objects.
    """
    return (
        json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    )
