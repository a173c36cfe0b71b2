"""What moves and how names answer: `FactorModel`, and its calibration from arrays of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.factors.history import History

__all__ = [
    "History",
]

#: Types of what public attributes and arguments hold, which `stress` itself does not name.
_HOME = {
    "History": "stress.factors.history",
}

__getattr__ = loaded_later(__name__, _HOME)
