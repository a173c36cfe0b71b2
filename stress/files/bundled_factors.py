"""Factors of the bundled models and their units, read without loading a model (or numpy)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from stress.files.bundled import bundled_folder
from stress.files.toml_text import read_toml
from stress.units import UNITS, Unit

__all__ = ["bundled_factor_units", "bundled_factors_file"]

#: What the bundled models are calibrated from: one definition for all of them.
_DEFINITION = "us-ai.toml"


def bundled_factors_file() -> Path:
    """Return the file that says what the factors of the bundled models are."""
    return bundled_folder("models") / _DEFINITION


@cache
def bundled_factor_units() -> Mapping[str, Unit]:
    """Return every factor of the bundled models with the unit of its moves."""
    definition = read_toml(bundled_factors_file())
    units = {name: table["unit"] for name, table in definition.content["factors"].items()}
    assert set(units.values()) <= set(UNITS)
    return cast(Mapping[str, Unit], units)
