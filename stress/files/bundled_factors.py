"""Factors of the bundled models and their units, read without loading a model (or numpy)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from stress.files.bundled import bundled_folder
from stress.files.toml_text import read_toml
from stress.units import UNITS, Unit

__all__ = ["bundled_factor_units"]

#: What the bundled models are calibrated from: one definition for all of them.
_DEFINITION = "us-ai.toml"


@cache
def bundled_factor_units() -> Mapping[str, Unit]:
    """Return every factor of the bundled models with the unit of its moves."""
    definition = read_toml(bundled_folder("models") / _DEFINITION)
    units = {name: table["unit"] for name, table in definition.content["factors"].items()}
    assert set(units.values()) <= set(UNITS)
    return cast(Mapping[str, Unit], units)
