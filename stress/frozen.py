"""What may be read and not written: mappings that can be pickled, and views of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FrozenMapping", "read_only"]

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)
Entry = TypeVar("Entry", bound="np.generic")


class FrozenMapping(Mapping[K, V_co]):
    """A copy of a mapping that cannot be written to, and travels between processes.

    Parameters
    ----------
    entries : mapping
        Copied.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[K, V_co]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: K) -> V_co:
        return self._entries[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return repr(self._entries)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._entries,))


def read_only(array: npt.NDArray[Entry]) -> npt.NDArray[Entry]:
    """Return a view of an array that cannot be written to; the array itself stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view
