"""What may be read and not written: mappings that can be pickled, views of arrays, and copies of what holds them.

NumPy forgets on the way through `pickle` and `copy.deepcopy` that an array may not be written to. `FrozenMapping` and the
classes under `still_when_copied` say it again: a copy of a model that could be changed would keep the hash of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FrozenMapping", "frozen", "hold_still", "read_only", "still_when_copied"]

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)
Entry = TypeVar("Entry", bound="np.generic")
Kind = TypeVar("Kind", bound=type)


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

    def __contains__(self, key: object) -> bool:  # the inherited one catches an error a miss
        return key in self._entries

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return repr(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_mapping_again, (type(self), self._entries))


def _mapping_again(kind: type[FrozenMapping[K, V_co]], entries: dict[K, V_co]) -> Any:
    """Rebuild a mapping with the arrays in it read only, as they were."""
    for entry in entries.values():
        _still(entry)
    return kind(entries)


def frozen(value: Any) -> Any:
    """Return a nested value that cannot be written to at any depth: mappings, lists as tuples, arrays copied.

    Parameters
    ----------
    value : object
        Mappings, lists, tuples, arrays and what stands in them; anything else stays as it is.
    """
    if isinstance(value, FrozenMapping):
        return value
    if isinstance(value, Mapping):
        return FrozenMapping({key: frozen(entry) for key, entry in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(entry) for entry in value)
    if hasattr(value, "flags") and hasattr(value, "copy"):  # NumPy is not loaded here
        return read_only(value.copy()) if value.flags.writeable else value
    return value


def read_only(array: npt.NDArray[Entry]) -> npt.NDArray[Entry]:
    """Return a view of an array that cannot be written to; the array itself stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


def hold_still(made: Any) -> None:
    """Have the arrays and mappings among the fields of a frozen dataclass read only: views and copies of those given.

    Parameters
    ----------
    made : dataclass
        In its `__post_init__`.
    """
    for name in made.__dataclass_fields__:
        value = getattr(made, name)
        if isinstance(value, Mapping):
            if not isinstance(value, FrozenMapping):
                object.__setattr__(made, name, FrozenMapping(value))
        elif hasattr(value, "flags") and value.flags.writeable:  # NumPy is not loaded here
            object.__setattr__(made, name, read_only(value))


def still_when_copied(kind: Kind) -> Kind:
    """Have copies and unpickled objects of a frozen dataclass hold as still as what they are made from.

    Parameters
    ----------
    kind : type
        A dataclass, decorated after it is one. What its own `__getstate__` leaves out stays left out.
    """
    names = tuple(field.name for field in fields(kind))

    def take(self: Any, state: Mapping[str, Any] | list[Any]) -> None:
        # A dataclass with slots gives the values of its fields, one without the mapping of its attributes.
        entries = state if isinstance(state, Mapping) else dict(zip(names, state, strict=True))
        for name, value in entries.items():
            _still(value)
            object.__setattr__(self, name, value)

    take.__name__ = "__setstate__"
    # A class is not known to have it until it is given it here.
    kind.__setstate__ = take  # type: ignore[attr-defined]
    return kind


def _still(value: Any) -> None:
    """Have the arrays of what was just unpickled or copied, alone or in tuples, read only."""
    if isinstance(value, tuple):
        for entry in value:
            _still(entry)
    elif hasattr(value, "flags") and hasattr(value, "setflags"):  # NumPy is not loaded here
        value.setflags(write=False)
