"""Market levels that are missing: each named, with the option to paste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stress.errors import Problem
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import OPTIONS, PLACEHOLDERS, GivenKind, keyword
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.pricing.curve import point_name
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.levels.curve_levels import point_of

__all__ = ["Reader", "lacking", "missing_levels", "to_paste", "worded_hints"]

_FLAG_ORDER: tuple[GivenKind, ...] = (
    "spot",
    "vol",
    "rate",
    "dividend",
    "fx",
    "spread",
)

#: Tenors that yields are published at. [years]
_QUOTED = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A leg that reads a driver, and the position it belongs to."""

    leg: ElementaryLeg
    position: Position


def lacking(driver: Driver, message: str, row: int | None) -> Problem:
    """Return the problem of a volatility or spread that nothing gives, with the option for it."""
    kind: GivenKind = "spread" if driver.kind == "spread" else "vol"
    return Problem(
        message=message, line=row, hint=f'{OPTIONS[kind]} "{driver.name}={PLACEHOLDERS[kind]}"'
    )


def missing_levels(
    missing: Sequence[Driver], readers: Mapping[Driver, Sequence[Reader]], portfolio: Portfolio
) -> list[Problem]:
    """Name every level that is missing; the last problem is what to paste."""
    if not missing:
        return []
    problems, options = [], []
    kinds: dict[str, GivenKind] = {kind: kind for kind in _FLAG_ORDER}
    for driver in sorted(missing, key=lambda d: (_FLAG_ORDER.index(kinds[d.kind]), d.name)):
        kind = kinds[driver.kind]
        reading = readers[driver]
        name = driver.name
        if kind == "fx":
            name = name.removesuffix(f"/{portfolio.currency}")
        point = point_of(reading[0].leg.instrument, driver)
        if point is not None:
            name = point_name(point.currency, _nearest_quoted(point.years))
        assignment = f"{name}={PLACEHOLDERS[kind]}"
        option = f"{OPTIONS[kind]} {_quoted(assignment)}"
        said = portfolio.worded(option, _as_keywords([option]))
        instrument = reading[0].leg.instrument
        others = f" and {len(reading) - 1} more" if len(reading) > 1 else ""
        reader = f"{instrument.kind} {reading[0].position.id}{others}"
        problems.append(
            Problem(
                message=f"no {driver} (read by {reader})."
                if point is None
                else f"no point of the {point.currency} yield curve (read by {reader}, {point.years:.1f} years).",
                file=portfolio.name,
                line=reading[0].position.row,
                hint=f"Give it: {said}" if point is None else f"Give one or more: {said}",
            )
        )
        options.append(option)
    return [*problems, to_paste(portfolio, options)]


def _nearest_quoted(years: float) -> float:
    """Return the tenor of the usual ones that lies nearest."""
    return min(_QUOTED, key=lambda tenor: abs(tenor - years))


def to_paste(portfolio: Portfolio, options: Sequence[str]) -> Problem:
    """Return the last line: a command with every option that is missing, or keywords where none was typed."""
    unique = list(dict.fromkeys(option for option in options if option.startswith("--")))
    hint = f"{portfolio.typed} {' '.join(unique)}   (or a market file: --market FILE)"
    if not portfolio.typed:
        hint = f"{_as_keywords(unique)}   (or a market file: market=FILE)"
    return Problem(
        message=f"{len(unique)} market level(s) are missing.",
        file=portfolio.name,
        hint=f"With your figures:  {hint}",
        sums_up=True,
    )


def worded_hints(portfolio: Portfolio, problems: Sequence[Problem]) -> list[Problem]:
    """Return problems whose hint is an option of the command line with the keyword for it, where none was typed."""
    return [
        replace(one, hint=_as_keywords([one.hint]))
        if one.hint and one.hint.startswith("--") and not portfolio.typed
        else one
        for one in problems
    ]


def _as_keywords(options: Sequence[str]) -> str:
    """Write options as the verbs of Python take them."""
    kinds = {option: kind for kind, option in OPTIONS.items()}
    given: dict[str, dict[str, str]] = {}
    for written in options:
        option, _, assignment = written.partition(" ")
        name, _, figure = assignment.strip('"').rpartition("=")
        given.setdefault(keyword(kinds[option]), {})[name] = figure
    return ", ".join(f"{word}={entries!r}" for word, entries in given.items())


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
