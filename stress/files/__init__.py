"""Readers and writers of users' files: scenarios, portfolios, models, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.files.portfolio.frame import DataFrame
    from stress.files.universes.renewal import LeftOut

__all__ = [
    "DataFrame",
    "LeftOut",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "DataFrame": "stress.files.portfolio.frame",
    "LeftOut": "stress.files.universes.renewal",
}

__getattr__ = loaded_later(__name__, _HOME)
