"""Annotations in words: what an argument may be, and what is said of one that is something else."""

from __future__ import annotations

import inspect
import numbers
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, Union

from stress.errors import plainly, shortened

__all__ = ["in_words", "misfit"]

#: Text or a number of a kind of its own, by the word it is annotated with.
_ANNOTATED = {
    "share": "a share ('10%' or 0.1)",
    "share of NAV": "a share ('10%' or 0.1)",
    "amount": "an amount ('50m' or 50e6)",
}


def misfit(value: Any, kind: Any, what: str) -> str:
    """Say what a value is not, and how to write it."""
    said = f"{what}: {_shown(value)} is not {in_words(kind)}."
    if isinstance(value, str) and kind in (int, float):
        return f"{said} Give the number itself, without quotes."
    if isinstance(value, numbers.Number):
        if kind is str:
            return f"{said} Write it in quotes, with its unit if it has one."
        if str in typing.get_args(kind):  # text that is no share or amount: a move
            return f"{said} Write it in quotes, with its unit."
    if kind is int and isinstance(value, float) and value.is_integer():
        return f"{said} Write {value:.0f}."
    return said


def _shown(value: Any) -> str:
    if isinstance(value, type) or inspect.isroutine(value):
        return f"{value.__name__} itself"
    if not isinstance(value, str | numbers.Number | bytes | type(None) | list | tuple | dict | set):
        return f"an object of type {type(value).__name__}"
    return shortened(plainly(value))


def in_words(kind: Any) -> str:
    """Name an annotation in words, as messages and `docs/python.md` do.

    Parameters
    ----------
    kind : type
        An annotation; that it may be None is left out.
    """
    origin = typing.get_origin(kind)
    if origin is Annotated:
        return _ANNOTATED[typing.get_args(kind)[1]]
    if origin in (Union, types.UnionType):
        words = [in_words(member) for member in typing.get_args(kind)]
        *most, last = dict.fromkeys(word for word in words if word != "None")
        return f"{', '.join(most)} or {last}" if most else last
    if origin is Literal:
        return "one of: " + ", ".join(typing.get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        key, entry = typing.get_args(kind)
        return f"a mapping (dict) of {in_words(key)} to {in_words(entry)}"
    if origin is not None and issubclass(origin, Callable):  # type: ignore[arg-type]  # the class of callables
        return "a function"
    if origin is not None and issubclass(origin, Iterable):
        (entry,) = typing.get_args(kind)
        of_them = typing.get_origin(entry) in (Union, types.UnionType)
        return "a sequence of them" if of_them else f"a sequence (each {in_words(entry)})"
    if origin is not None:
        return in_words(origin)
    if kind is Any:
        return "anything"
    plain = {str: "text", int: "a whole number", float: "a number", bool: "True or False"}
    if kind in plain:
        return plain[kind]
    if kind is types.NoneType or kind is None:
        return "None"
    if issubclass(kind, os.PathLike):
        return "a path"
    name = kind.__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
