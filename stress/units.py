"""The one grammar for moves: ``"-9.2%"``, ``"+15bp"``, ``"+3pts"``, ``"+8vol"``.

A move in a file or an option is always a string with a unit; a bare number is refused with a hint.
Inside, a relative move is a simple fraction (``-0.092``), basis points are a decimal (``0.0015``),
index points stay points (``3.0``) and points of implied volatility are a decimal (``0.08``).

A move beyond `LIMITS` (+1000 %, 10,000 bp, 1,000 pts, 500 vol) is a slip of the keyboard, not a scenario, and is
refused; below -100 % nothing can fall.
"""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from stress.errors import InputError, plainly, shortened

__all__ = [
    "INSIDE",
    "LIMITS",
    "UNITS",
    "Move",
    "Unit",
    "as_written",
    "format_move",
    "in_unit",
    "parse_fraction",
    "parse_move",
    "without_unit",
]

Unit = Literal["%", "bp", "pts", "vol"]

UNITS: tuple[Unit, ...] = get_args(Unit)

#: What one written unit is inside.
INSIDE: dict[Unit, float] = {"%": 0.01, "bp": 1e-4, "pts": 1.0, "vol": 0.01}

#: The largest move that is read, either way, as written.
LIMITS: dict[Unit, float] = {"%": 1_000.0, "bp": 10_000.0, "pts": 1_000.0, "vol": 500.0}

_MEANING: dict[Unit, str] = {
    "%": "a relative move",
    "bp": "basis points of a rate or spread",
    "pts": "points of an index level",
    "vol": "points of implied volatility",
}

_EXAMPLE: dict[Unit, str] = {"%": "-9.2%", "bp": "+15bp", "pts": "+5pts", "vol": "+5vol"}

_MOVE = re.compile(
    r"\s*(?P<number>[+\-\u2212]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?)\s*(?P<unit>%|bps?|pts?|vol)\s*"
)
_BARE = re.compile(r"\s*[+\-\u2212]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move with its unit.

    Parameters
    ----------
    value : float
        The move inside: fraction for ``%``, decimal for ``bp`` and ``vol``, points for ``pts``.
    unit : {'%', 'bp', 'pts', 'vol'}
        The unit it was written in.
    """

    value: float
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.unit, str) or self.unit not in UNITS:
            raise InputError(f"{plainly(self.unit)} is not a unit; known: {', '.join(UNITS)}.")
        number = isinstance(self.value, numbers.Real | Decimal) and not isinstance(self.value, bool)
        if not number or not _is_finite(self.value):
            raise InputError(f"a move is a finite number in its unit, got {plainly(self.value)}.")
        object.__setattr__(self, "value", float(self.value))

    def __str__(self) -> str:
        return format_move(self.value, self.unit)


def _is_finite(value: float | Decimal) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number or a ratio beyond all floats
        return False


def parse_move(text: object, *, unit: Unit | None = None) -> Move:
    """Read a move from its text.

    Parameters
    ----------
    text : str
        Number and unit, for example ``"-9.2%"``. A minus sign may be the typographic one.
    unit : {'%', 'bp', 'pts', 'vol'}, optional
        The unit the target takes; any unit when omitted.

    Returns
    -------
    Move
        With `value` in inside units.

    Raises
    ------
    InputError
        A bare number, an unknown or wrong unit, a number that is not finite or beyond `LIMITS`, or a
        relative move below -100 %.

    Examples
    --------
    >>> parse_move("-9.2%").value
    -0.092
    >>> parse_move("+15bp", unit="bp").value
    0.0015
    """
    if unit is not None and unit not in UNITS:
        raise InputError(f"unit: {unit!r} is not a unit; known: {', '.join(UNITS)}.")
    wanted = unit or "%"
    if isinstance(text, bool) or not isinstance(text, str):
        raise InputError(without_unit(text, wanted))
    match = _MOVE.fullmatch(text)
    if match is None:
        if _BARE.fullmatch(text):
            number = float(text.strip().replace("\u2212", "-"))
            if wanted == "%" and 0.0 < abs(number) <= 1.0:
                raise InputError(without_unit(number, wanted, shown=repr(text)))
            raise InputError(f'{text!r} has no unit. Did you mean "{text.strip()}{wanted}"?')
        raise InputError(
            f'{text!r} is not a move. Write a number and a unit ({", ".join(UNITS)}), e.g. "-9.2%" or "+15bp".'
        )
    found, number = _canonical(match["unit"]), float(match["number"].replace("\u2212", "-"))
    if unit is not None and found != unit:
        raise InputError(
            f"{text!r} is in {found} ({_MEANING[found]}), but this takes {unit} ({_MEANING[unit]}): "
            f"{in_unit(_from_written(number, found), found, unit)}."
        )
    if not math.isfinite(number):
        raise InputError(f"{text!r} is not finite.")
    value = _from_written(number, found)
    if found == "%" and value < -1.0:
        raise InputError(f"{text!r} is below -100 %: nothing can lose more than all of its value.")
    if abs(number) > LIMITS[found]:
        raise InputError(
            f"{text!r} is beyond {LIMITS[found]:,.0f} {found}, the largest move that is read. "
            "Check the number and its unit."
        )
    return Move(value=value, unit=found)


def parse_fraction(text: object, *, what: str) -> float:
    """Read a share such as a budget or a loss, ``"0.5%"`` or ``"50bp"``, as a fraction.

    Parameters
    ----------
    text : str
        Number with ``%`` or ``bp``.
    what : str
        Named in the message when it is wrong.

    Returns
    -------
    float
        The fraction.

    Raises
    ------
    InputError
        If it has no unit or another one.
    """
    try:
        move = parse_move(text)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None
    if move.unit not in ("%", "bp"):
        raise InputError(f"{what}: {text!r} is in {move.unit}; write % or bp.")
    return move.value


def format_move(value: float, unit: Unit, *, digits: int | None = None) -> str:
    """Write a move the way `parse_move` reads it.

    Parameters
    ----------
    value : float
        The move in inside units.
    unit : {'%', 'bp', 'pts', 'vol'}
        The unit to write.
    digits : int, optional
        Decimals; as many as needed when omitted.

    Returns
    -------
    str
        Signed, e.g. ``"-9.2%"``.

    Examples
    --------
    >>> format_move(-0.092, "%"), format_move(0.0015, "bp")
    ('-9.2%', '+15bp')
    """
    written = value / INSIDE[unit] + 0.0  # no minus sign on a zero
    number = f"{written:+.12g}" if digits is None else f"{written:+.{digits}f}"
    return f"{number}{unit}"


def as_written(move: Move) -> Move:
    """Return the move that its own text says: twelve digits, so that what is saved reads back equal.

    Parameters
    ----------
    move : Move
        Read or computed; what was written with so many digits or fewer stays to the last bit.
    """
    number = float(format_move(move.value, move.unit).removesuffix(move.unit))
    return Move(value=_from_written(number, move.unit), unit=move.unit)


def _canonical(unit: str) -> Unit:
    match unit:
        case "%":
            return "%"
        case "bp" | "bps":
            return "bp"
        case "pt" | "pts":
            return "pts"
        case "vol":
            return "vol"
    raise InputError(f"{unit!r} is not a unit; known: {', '.join(UNITS)}.")


def _from_written(number: float, unit: Unit) -> float:
    """Divide where that is exact to the last bit: 9.2 / 100 is 0.092, 9.2 * 0.01 is not."""
    match unit:
        case "%" | "vol":
            return number / 100.0
        case "bp":
            return number / 10_000.0
        case "pts":
            return number


def in_unit(value: float, found: Unit, unit: Unit) -> str:
    """Say how a move is written in another unit, or what the unit looks like where none is of the same size."""
    if {found, unit} <= {"%", "bp"}:
        return f'the same size is "{value * (100.0 if unit == "%" else 10_000.0):+.12g}{unit}"'
    return f'e.g. "{_EXAMPLE[unit]}"'


def without_unit(value: object, unit: Unit, *, shown: str | None = None) -> str:
    """Say how to write what has no unit; a number below one may be a fraction or per cent.

    Parameters
    ----------
    value : object
        What stands where a move should.
    unit : {'%', 'bp', 'pts', 'vol'}
        The unit to suggest.
    shown : str, optional
        How the message shows the value; its repr when omitted.

    Returns
    -------
    str
        Two sentences.
    """
    said = repr(value) if shown is None else shown
    said = shortened(said)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        return f'{said} is not a move. Write one number with its unit as text, e.g. "-9.2{unit}".'
    if unit == "%" and 0.0 < abs(value) <= 1.0:
        return (
            f'{said} has no unit. Write "{100.0 * value:+.12g}%" if it is a fraction, '
            f'"{value:+.12g}%" if it is per cent.'
        )
    return f'{said} has no unit. Write it as text with a unit, e.g. "{value:+g}{unit}".'
