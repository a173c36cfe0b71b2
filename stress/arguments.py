"""Arguments of the public verbs are held to their annotations, and normalised, in one place.

An annotation is the only list of what an argument may be: the words of a `Literal`, a whole number, text, a
mapping of names to levels. What passes inside is of the annotated kind: NumPy integers are `int`, decimals
are `float`, and one string where a sequence is meant is a sequence of one.
"""

from __future__ import annotations

import datetime
import functools
import inspect
import math
import numbers
import operator
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, cast

from stress.amounts import parse_amount
from stress.argument_words import misfit
from stress.dates import calendar_date
from stress.errors import InputError, Problem, did_you_mean
from stress.units import parse_fraction

__all__ = [
    "DEFAULT_DRAWS",
    "DEFAULT_SEED",
    "Amount",
    "Share",
    "ShareOfNav",
    "at_home",
    "confidence_level",
    "held_to",
    "named",
    "one_of",
    "public_verb",
    "usual_of",
    "whole_number",
]

#: Draws of a run or a hedge, and their seed, where none are said.
DEFAULT_DRAWS = 20_000
DEFAULT_SEED = 0

#: A part of something, written ``"10%"`` (``"50bp"``) or 0.1; inside it is the number.
Share = Annotated[str | float, "share"]

#: A loss in parts of net asset value: a bare number above 1 is no share of it (``"250%"`` of a geared book is).
ShareOfNav = Annotated[str | float, "share of NAV"]

#: An amount of money, written ``"50m"`` (``"50,000,000"``) or as the number; inside it is the number.
Amount = Annotated[str | float, "amount"]

Entry = TypeVar("Entry")
Verb = TypeVar("Verb", bound=Callable[..., Any])

#: A bare number in this range, taken for a share, was meant in per cent.
_MEANT_IN_PERCENT = (5.0, 100.0)


def usual_of(verb: Callable[..., Any]) -> dict[str, Any]:
    """Return what each argument of a function is where it is omitted; those that may not be are left out."""
    parameters = inspect.signature(verb).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def public_verb(verb: Verb) -> Verb:
    """Hold the arguments of a function to its annotations, all of them at once, before it runs.

    Parameters
    ----------
    verb : callable
        Annotated; further keywords may be an unpacked `TypedDict`.

    Returns
    -------
    callable
        Of the same signature. Weights and tails may vanish in it, whatever its caller has numpy raise on. It raises
        `InputError` with every argument that is of another kind, and
        `TypeError` for keywords that it does not have. None is the default, where it says nothing else.
    """
    signature = inspect.signature(verb)

    @functools.wraps(verb)
    def checked(*args: Any, **kwargs: Any) -> Any:
        kinds, extra = _kinds(verb)
        own = [p.name for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        strange = sorted(set(kwargs) - set(own) - set(extra))
        if strange:
            known = sorted({*own[1:], *extra})
            raise TypeError(
                f"{verb.__name__}: unknown option(s): {', '.join(strange)}. "
                f"{did_you_mean(strange[0], known)} There are: {', '.join(known)}."
            )
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"{verb.__name__}: {error}. It is {verb.__name__}{_asked(signature)}."
            ) from None
        bound.apply_defaults()  # a default is written as a caller would: "0.5%"
        problems: list[Problem] = []

        def held(value: Any, kind: Any, what: str) -> Any:
            try:
                return held_to(value, kind, what=what)
            except InputError as error:
                problems.extend(error.problems)

        for name, value in bound.arguments.items():
            if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                bound.arguments[name] = {
                    key: held(entry, extra[key], key)
                    for key, entry in value.items()
                    if entry is not None or _may_be_none(extra[key])
                }
            else:
                default = signature.parameters[name].default
                omitted = value is None and default is not inspect.Parameter.empty
                meant = default if omitted and not _may_be_none(kinds[name]) else value
                bound.arguments[name] = held(meant, kinds[name], name)
        if problems:
            raise InputError(problems)
        import numpy as np  # not before a verb is called: importing the package stays fast

        with np.errstate(under="ignore"):
            return verb(*bound.args, **bound.kwargs)

    return cast(Verb, checked)


def _asked(signature: inspect.Signature) -> str:
    """Write what a function takes without annotations: ``(portfolio, scenario, model=None, **options)``."""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(plain))


@functools.cache
def _kinds(verb: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the annotations of a function's arguments, and of the keywords it takes beside them."""
    kinds = typing.get_type_hints(verb, include_extras=True)
    extra: dict[str, Any] = {}
    for parameter in inspect.signature(verb).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            (options,) = typing.get_args(kinds[parameter.name])
            extra = typing.get_type_hints(options, include_extras=True)
    return kinds, extra


def _may_be_none(kind: Any) -> bool:
    return kind in (Any, None, types.NoneType) or types.NoneType in typing.get_args(kind)


def held_to(value: Any, kind: Any, *, what: str) -> Any:
    """Return a value as its annotation has it.

    Parameters
    ----------
    value : object
        As given.
    kind : type
        An annotation: classes, unions, `Literal`, mappings, sequences, callables.
    what : str
        Named in the message: the keyword.

    Raises
    ------
    InputError
        If it is of another kind, with how to write it.

    Examples
    --------
    >>> held_to("semis_*", typing.Sequence[str] | None, what="only")
    ['semis_*']
    """
    origin = typing.get_origin(kind)
    if kind is Any:
        return value
    if kind in (Share, ShareOfNav):
        return _share(value, what, of_nav=kind == ShareOfNav)
    if kind == Amount:
        return _amount(value, what)
    if kind is None or kind is types.NoneType:
        if value is None:
            return None
    elif origin in (Union, types.UnionType):
        return _any_of(value, kind, what)
    elif origin is Literal:
        return one_of(value, kind, what=what)
    elif kind is bool:
        if isinstance(value, bool) or _is_numpy_bool(value):
            return bool(value)
    elif kind is int:
        return whole_number(value, what=what)
    elif kind is datetime.date:
        day = calendar_date(value)
        if day is not None:
            return day
    elif kind is Path:
        if isinstance(value, os.PathLike) and isinstance(os.fspath(value), str):
            return Path(value)
    elif kind is float:
        number = _float(value)
        if number is not None:
            return number
    elif origin is not None and issubclass(origin, Mapping):
        return _mapping(value, kind, what)
    elif origin is not None and issubclass(origin, Callable):  # type: ignore[arg-type]  # the class of callables
        if callable(value):
            return value
    elif origin is not None and issubclass(origin, Iterable):
        return _sequence(value, kind, what)
    elif isinstance(value, origin or kind):
        return value
    raise InputError(misfit(value, kind, what))


def _is_numpy_bool(value: Any) -> bool:
    """Whether a value is a boolean of NumPy, which is no `bool`, and not loaded here."""
    kind = type(value)
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")


def _share(value: Any, what: str, *, of_nav: bool) -> float:
    if isinstance(value, str):
        if value == "none":
            raise InputError(f"{what}: 'none' is a word of the command line. Write {what}=None.")
        if value.strip()[-1:].isdigit():
            raise InputError(f"{what}: {value!r} has no unit. Write a share, e.g. '10%'.")
        return parse_fraction(value, what=what)
    number = _float(value)
    if number is None:
        raise InputError(misfit(value, Share, what))
    least, most = _MEANT_IN_PERCENT
    if least <= abs(number) <= most or (of_nav and number > 1.0):
        raise InputError(
            f"{what}: {number:g} is a share of {number:.0%}. Write '{number:g}%' or {number / 100.0:g}; "
            f"'{100.0 * number:g}%' if it is meant."
        )
    return number


def _amount(value: Any, what: str) -> float:
    if isinstance(value, str):
        return parse_amount(value, what=what)
    number = _float(value)
    if number is None:
        raise InputError(misfit(value, Amount, what))
    return number


def _float(value: Any) -> float | None:
    """Return what counts as a number as one; None for what does not, or is beyond all of them."""
    if not isinstance(value, numbers.Real | Decimal) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return None if math.isnan(number) else number


def whole_number(
    value: Any, *, what: str, least: int | None = None, most: int | None = None
) -> int:
    """Return a whole number as `int`.

    Parameters
    ----------
    value : object
        An `int`, or what counts as one (``numpy.int64``); no bool, no float.
    what : str
        Named in the message.
    least, most : int, optional
        Its range.

    Raises
    ------
    InputError
        If it is none, or out of the range.
    """
    try:
        # An array has an index, and so has the class `int`: only asking for it says whether it is a number.
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise InputError(misfit(value, int, what))
    if least is not None and number < least:
        raise InputError(f"{what} must be at least {least:,}, got {number:,}.")
    if most is not None and number > most:
        raise InputError(f"{what} must be at most {most:,}, got {number:,}.")
    return number


def confidence_level(value: Any, *, what: str = "level") -> float:
    """Return a confidence level as `float`.

    Parameters
    ----------
    value : object
        A number between 0 and 1.
    what : str
        Named in the message.

    Raises
    ------
    InputError
        If it is none, or out of the range: 97.5 is no level, 0.975 is.

    Examples
    --------
    >>> confidence_level(Decimal("0.975"))
    0.975
    """
    level: float = held_to(value, float, what=what)
    if not 0.0 < level < 1.0:
        hint = f" Write {level / 100:g} for {level:g} %." if 50.0 <= level < 100.0 else ""
        raise InputError(f"{what} must be in (0, 1), got {level:g}.{hint}")
    return level


def named(name: Any, entries: Mapping[str, Entry], *, what: str) -> Entry:
    """Return an entry by its name.

    Parameters
    ----------
    name : str
        As asked.
    entries : mapping of str to object
        What there is.
    what : str
        Kind of entry, named in the message.

    Raises
    ------
    InputError
        If there is none of that name, with the closest, or all.
    """
    word = held_to(name, str, what=what)
    if word not in entries:
        hint = did_you_mean(word, entries) or f"There are: {', '.join(entries) or 'none'}."
        raise InputError(f"{what} '{word}' is unknown. {hint}")
    return entries[word]


def one_of(value: Any, kind: Any, *, what: str) -> Any:
    """Return a word that is one of a `Literal`.

    Parameters
    ----------
    value : object
        As given.
    kind : Literal
        The words.
    what : str
        Named in the message.

    Raises
    ------
    InputError
        If it is none of them, with the closest and all.

    Examples
    --------
    >>> one_of("linked", Literal["linked", "alone"], what="propagation")
    'linked'
    """
    words = typing.get_args(kind)
    for word in words:
        if type(value) is type(word) and value == word:
            return word
    hint = did_you_mean(value, words) if isinstance(value, str) else ""
    raise InputError(f"{misfit(value, kind, what)} {hint}".rstrip())


#: Kinds that other values are read as, a whole number as a number for one.
_READ = (bool, int, float, datetime.date, Path)


def _any_of(value: Any, kind: Any, what: str) -> Any:
    members = typing.get_args(kind)
    if value is None and types.NoneType in members:
        return None
    members = tuple(member for member in members if member is not types.NoneType)
    if Path in members and isinstance(value, str | Path):
        value = type(value)(at_home(value))
    if len(members) == 1:
        return held_to(value, members[0], what=what)
    told: list[InputError] = []
    for member in members:
        if _taken_as_it_is(member):
            # One question, and no words for the answer.
            if isinstance(value, member):
                return value
            continue
        try:
            return held_to(value, member, what=what)
        except InputError as error:
            if _says_more(value, member):
                told.append(error)
    # Where one member is meant and a part of it is wrong, say the part.
    raise told[0] if told else InputError(misfit(value, kind, what))


def at_home(path: str | Path) -> str:
    """Return a path with the user's folder for a tilde at its beginning, as shells have it; any other text as it is.

    Examples
    --------
    >>> at_home("books/~/mine.csv")
    'books/~/mine.csv'
    """
    text = os.fspath(path)
    return os.path.expanduser(text) if text.startswith("~") else text


def _taken_as_it_is(kind: Any) -> bool:
    """Say whether nothing else is read into an annotation: what is of that class is taken, and nothing besides."""
    return isinstance(kind, type) and kind is not Any and kind not in _READ


def _says_more(value: Any, member: Any) -> bool:
    origin = typing.get_origin(member)
    if origin is Literal:
        return isinstance(value, str)
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping)
    return (
        origin is not None
        and origin not in (Union, types.UnionType)
        and issubclass(origin, Iterable)
        and isinstance(value, list | tuple)
    )


def _mapping(value: Any, kind: Any, what: str) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise InputError(misfit(value, kind, what))
    key_kind, value_kind = typing.get_args(kind)
    problems: list[Problem] = []
    entries = {}
    for key, entry in value.items():
        try:
            name = held_to(key, key_kind, what=f"{what}: key")
            entries[name] = held_to(entry, value_kind, what=f"{what}: {name}")
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return entries


def _sequence(value: Any, kind: Any, what: str) -> list[Any]:
    (entry_kind,) = typing.get_args(kind)
    if isinstance(value, str | os.PathLike) or (
        not isinstance(value, Iterable) and value is not None
    ):
        try:
            return [held_to(value, entry_kind, what=what)]
        except InputError:
            raise InputError(misfit(value, kind, what)) from None
    # A set has no order, and what is run in it would differ from process to process.
    if isinstance(value, Mapping | Set | bytes) or hasattr(value, "columns") or value is None:
        raise InputError(misfit(value, kind, what))
    if getattr(value, "ndim", None) == 0:  # an array of no dimension: iterable by its class alone
        raise InputError(misfit(value, kind, what))
    as_it_is = _taken_as_it_is(entry_kind)
    return [
        entry
        if as_it_is and isinstance(entry, entry_kind)
        else held_to(entry, entry_kind, what=f"{what}[{at}]")
        for at, entry in enumerate(value)
    ]
