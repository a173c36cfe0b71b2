"""What a scenario file is checked against before it is run: the factors, units and names of a model."""

from __future__ import annotations

from typing import Any

__all__ = ["known_of_bundled", "known_of_model"]


def known_of_bundled() -> dict[str, Any]:
    """Return the factors of the bundled models as arguments of `read_scenario`; loads no numpy."""
    from stress.files.bundled_factors import bundled_factor_units

    whose = "the bundled models (--model ID|FILE checks against another)"
    return {"factors": bundled_factor_units(), "whose": whose}


def known_of_model(id_or_file: str | None) -> dict[str, Any]:
    """Return the factors and names of a model as arguments of `read_scenario`.

    Parameters
    ----------
    id_or_file : str or None
        The default model when None.
    """
    from stress.api import DEFAULT_MODEL, load_model

    loaded = load_model(DEFAULT_MODEL if id_or_file is None else id_or_file)
    return {
        "factors": {factor.name: factor.unit for factor in loaded.factors},
        "names": loaded.name_index,
        "whose": f"model {loaded.id}",
    }
