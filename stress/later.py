"""Names of a package that are loaded when they are first asked for (PEP 562), so that importing it stays light."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["loaded_later"]


def loaded_later(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return what a package has for ``__getattr__``: it is asked once for each name.

    Parameters
    ----------
    package : str
        Its dotted name.
    homes : mapping of str to str
        Name to the module that it lives in.

    Raises
    ------
    AttributeError
        By the function that is returned, for a name that the package does not have.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
