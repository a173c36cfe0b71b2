"""`Given`: what the user states about the market, by options or in a market file, in one grammar.

A volatility, rate or dividend yield is written with its unit (``45%``), a spread in basis points
(``150bp``), a spot, exchange rate, beta or slope as a plain number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from stress.errors import InputError, Problem
from stress.frozen import hold_still, still_when_copied
from stress.portfolio.instruments import Driver
from stress.portfolio.instruments.instrument import DriverKind
from stress.portfolio.market import Level, LevelSource, level_fault
from stress.portfolio.pricing.curve import CurvePoint, curve_point, is_point
from stress.units import parse_move

__all__ = [
    "EXAMPLES",
    "KINDS",
    "OPTIONS",
    "PLACEHOLDERS",
    "Given",
    "GivenKind",
    "both_forms",
    "check_name",
    "given_of",
    "keyword",
    "option_forms",
    "parse_level",
]

GivenKind = Literal[
    "spot",
    "vol",
    "rate",
    "dividend",
    "fx",
    "fx_move",
    "spread",
    "vol_beta",
    "skew",
    "bid_ask",
]

KINDS: tuple[GivenKind, ...] = get_args(GivenKind)

#: How each is written.
EXAMPLES: dict[GivenKind, str] = {
    "spot": "190.5",
    "vol": "45%",
    "rate": "4.3%",
    "dividend": "0%",
    "fx": "1.08",
    "fx_move": "-2%",
    "spread": "150bp",
    "vol_beta": "1.8",
    "skew": "-0.2",
    "bid_ask": "5bp",
}

#: What stands for a figure in a command to paste: nothing that could be taken for one.
PLACEHOLDERS: dict[GivenKind, str] = {
    "spot": "PRICE",
    "vol": "VOL%",
    "rate": "RATE%",
    "dividend": "YIELD%",
    "fx": "RATE",
    "spread": "SPREADbp",
}

#: The option of the command line that gives it.
OPTIONS: dict[GivenKind, str] = {
    kind: "--" + kind.replace("_", "-") for kind in KINDS if kind != "bid_ask"
}


def keyword(kind: GivenKind) -> str:
    """Return the keyword that the verbs of Python take such levels by.

    Parameters
    ----------
    kind : GivenKind
        One that `OPTIONS` has.

    Examples
    --------
    >>> keyword("rate"), keyword("fx"), keyword("fx_move")
    ('rates', 'fx', 'fx_moves')
    """
    return kind if kind == "fx" else f"{kind}s"


def option_forms(kind: GivenKind, name: str, value: float) -> tuple[str, str]:
    """Return how a stated level is written: typed on the command line, and as Python has it.

    Parameters
    ----------
    kind : GivenKind
        One that `OPTIONS` has.
    name : str
        Of which.
    value : float
        Fractions for what has a unit.

    Examples
    --------
    >>> option_forms("rate", "USD", 0.04)
    ('--rate USD=4%', "rates={'USD': '4%'}")
    """
    unit = _UNITS.get(kind, ("",))[0]
    return _forms(kind, name, f"{value * _PER_UNIT[unit]:.12g}{unit}")


def both_forms(kind: GivenKind, name: str, written: str) -> str:
    """Return how a level is stated on the command line and in Python, where a message knows of neither.

    Parameters
    ----------
    kind : GivenKind
        One that `OPTIONS` has.
    name : str
        Of which.
    written : str
        The figure with its unit.

    Examples
    --------
    >>> both_forms("vol", "VIX", "18%")
    "--vol VIX=18% / vols={'VIX': '18%'}"
    """
    return " / ".join(_forms(kind, name, written))


def _forms(kind: GivenKind, name: str, written: str) -> tuple[str, str]:
    return f"{OPTIONS[kind]} {name}={written}", f"{keyword(kind)}={{'{name}': '{written}'}}"


_UNITS: dict[GivenKind, tuple[str, ...]] = {
    "vol": ("%", "vol"),
    "rate": ("%", "bp"),
    "dividend": ("%", "bp"),
    "fx_move": ("%",),
    "spread": ("bp", "%"),
    "bid_ask": ("bp", "%"),
}

#: How many of a unit are 1; a plain number has none.
_PER_UNIT = {"%": 1e2, "bp": 1e4, "": 1.0}

#: What is not a level of the market but a property of a name or a judgement.
_LEVELS: dict[GivenKind, DriverKind] = {
    "spot": "spot",
    "vol": "vol",
    "rate": "rate",
    "dividend": "dividend",
    "fx": "fx",
    "spread": "spread",
}


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user states about the market.

    Parameters
    ----------
    levels : mapping of Driver to Level
        Spots, volatilities (of a contract, or of a name for all its contracts; of ``VIX`` for the
        index), rates, dividend yields, exchange rates (of a currency in the book's, or of a pair),
        spreads of bonds.
    vol_betas : mapping of str to float
        Points a name's 30-day volatility moves for one point of the index.
    skews : mapping of str to float
        Slope of a name's smile, volatility per unit of log strike.
    fx_moves : mapping of str to float
        A currency's move against the book's in every scenario; 0 holds it still. [fraction]
    bid_asks : mapping of str to float
        Usual spread between bid and ask over the price, by name. [fraction]
    as_of : str or None
        ISO date of the levels.
    label, content_hash : str
        File they come from; empty for options.
    """

    levels: Mapping[Driver, Level] = field(default_factory=dict)
    vol_betas: Mapping[str, float] = field(default_factory=dict)
    skews: Mapping[str, float] = field(default_factory=dict)
    fx_moves: Mapping[str, float] = field(default_factory=dict)
    bid_asks: Mapping[str, float] = field(default_factory=dict)
    as_of: str | None = None
    label: str = ""
    content_hash: str = ""

    def __post_init__(self) -> None:
        hold_still(self)

    def over(self, other: Given) -> Given:
        """Return both, where this one stands over the other."""
        return Given(
            levels={**other.levels, **self.levels},
            vol_betas={**other.vol_betas, **self.vol_betas},
            skews={**other.skews, **self.skews},
            fx_moves={**other.fx_moves, **self.fx_moves},
            bid_asks={**other.bid_asks, **self.bid_asks},
            as_of=self.as_of or other.as_of,
            label=self.label or other.label,
            content_hash=self.content_hash or other.content_hash,
        )


def parse_level(kind: GivenKind, written: str | float) -> float:
    """Read one figure.

    Parameters
    ----------
    kind : GivenKind
        What it is of.
    written : str or float
        As `EXAMPLES`; from Python also a number, fractions for what has a unit.

    Returns
    -------
    float
        Fractions for what has a unit.

    Raises
    ------
    InputError
        Without the unit, with another one, or not a finite number in its range.

    Examples
    --------
    >>> parse_level("rate", "4.3%"), parse_level("spread", "150bp"), parse_level("spot", "190.5")
    (0.043, 0.015, 190.5)
    """
    value = _number(kind, written)
    if not math.isfinite(value):
        raise InputError(f"{written!r} is not a finite number.")
    if kind in ("spot", "vol", "fx") and value <= 0.0:
        raise InputError(f"{written!r} is not above zero.")
    if kind in ("vol_beta", "bid_ask") and value < 0.0:
        raise InputError(f"{written!r} is below zero.")
    if kind == "fx_move" and value <= -1.0:
        raise InputError(f"{written!r} leaves nothing of the currency.")
    if kind == "fx_move" and value > 1.0 and not isinstance(written, str):
        raise InputError(
            f'{written!r} is {value:+.0%}. Write "{value:+g}%", or {value / 100.0:g} for it.'
        )
    return value


def check_name(kind: GivenKind, name: str) -> None:
    """Check that a rate is of a currency or of a point of its yield curve.

    Raises
    ------
    InputError
        If it is neither.
    """
    if kind == "rate" and not (len(name) == 3 and name.isalpha() and name.isupper()):
        curve_point(name)


def given_of(
    entries: Mapping[GivenKind, Mapping[str, str | float]],
    *,
    source: LevelSource = "flag",
    as_of: str | None = None,
) -> Given:
    """Read what options say.

    Parameters
    ----------
    entries : mapping of GivenKind to mapping of str to str or float
        ``{"rate": {"USD": "4.3%"}}``.
    source : LevelSource
        The tag of every level.
    as_of : str, optional
        ISO date.

    Returns
    -------
    Given

    Raises
    ------
    InputError
        Everything that is wrong, at once, each with the option to write.
    """
    problems: list[Problem] = []
    entries, twice = _as_listed(entries)
    problems += twice
    values: dict[GivenKind, dict[str, float]] = {kind: {} for kind in KINDS}
    for kind, pairs in entries.items():
        for name, written in pairs.items():
            try:
                values[kind][name] = parse_level(kind, written)
            except InputError as error:
                problems.append(
                    Problem(
                        message=f"{_named(kind)} {name}={written}: {error}",
                        hint=f"Write {OPTIONS.get(kind, kind)} {name}={EXAMPLES[kind]}"
                        f" / {keyword(kind)}={{'{name}': '{EXAMPLES[kind]}'}}.",
                    )
                )
    problems += _wrong_names(entries)
    if problems:
        raise InputError(problems)
    levels = {
        Driver(driver, name): Level(value=value, source=source)
        for kind, driver in _LEVELS.items()
        for name, value in values[kind].items()
    }
    faults = [fault for entry in levels.items() if (fault := level_fault(*entry)) is not None]
    if faults:
        raise InputError(faults)
    return Given(
        levels=levels,
        vol_betas=values["vol_beta"],
        skews=values["skew"],
        fx_moves=values["fx_move"],
        bid_asks=values["bid_ask"],
        as_of=as_of,
    )


def _named(kind: GivenKind) -> str:
    """Name what states a level: the keyword and its option; a market file's own word where there is neither."""
    return f"{keyword(kind)} ({OPTIONS[kind]})" if kind in OPTIONS else kind


def _as_listed(
    entries: Mapping[GivenKind, Mapping[str, str | float]],
) -> tuple[dict[GivenKind, dict[str, str | float]], list[Problem]]:
    """Write tickers and currencies of small letters in capitals, as they are listed; two spellings of one are a problem."""
    found: dict[GivenKind, dict[str, str | float]] = {}
    problems = []
    for kind, pairs in entries.items():
        found[kind] = {}
        for name, written in pairs.items():
            first, space, rest = name.partition(" ")
            small = first.islower() and kind != "spread" and (not rest or kind in ("rate", "vol"))
            small &= kind != "rate" or len(first) == 3
            listed = f"{first.upper()}{space}{rest}" if small else name
            if listed in found[kind]:
                problems.append(Problem(message=f"{_named(kind)}: {listed} stands twice."))
            found[kind][listed] = written
    return found, problems


def _wrong_names(entries: Mapping[GivenKind, Mapping[str, str | float]]) -> list[Problem]:
    """Return rates of no currency and no point of a curve, and points that are stated twice."""
    problems = []
    first: dict[CurvePoint, str] = {}
    for name in entries.get("rate", {}):
        try:
            check_name("rate", name)
        except InputError as error:
            problems.append(Problem(message=f"{_named('rate')}: {error}"))
            continue
        if is_point(name) and (other := first.setdefault(curve_point(name), name)) != name:
            problems.append(
                Problem(message=f"{_named('rate')}: '{other}' and '{name}' are one point.")
            )
    return problems


def _number(kind: GivenKind, written: str | float) -> float:
    if not isinstance(written, str):
        return float(written)
    if kind not in _UNITS:
        return _read(float, written.strip(), f"{written!r} is not a number.")
    move = parse_move(written)
    units = _UNITS[kind]
    if move.unit not in units:
        raise InputError(f"{written!r} is in {move.unit}; write it in {units[0]}.")
    # 4.1 % is 0.041, not 0.040999999999999995: what is written of it is read back as the same.
    return float(f"{move.value:.15g}")


def _read(reader: Callable[[str], float], text: str, otherwise: str) -> float:
    try:
        return reader(text)
    except ValueError:
        raise InputError(otherwise) from None
