"""What a calibration says of itself: a window cut short, members and sessions left out, names without a history."""

from __future__ import annotations

from collections.abc import Iterator

from stress.errors import ticker_meant
from stress.factors.answers import Answers
from stress.factors.moves import FactorMoves
from stress.factors.settings import CalibrationSettings
from stress.tables import listing

__all__ = ["remarks"]

_SHOWN = 10


def remarks(
    moves: FactorMoves, answers: Answers, settings: CalibrationSettings, end: int
) -> tuple[str, ...]:
    """Return the warnings of a model about its window, baskets, sessions and names.

    Parameters
    ----------
    moves : FactorMoves
    answers : Answers
        Of its names.
    settings : CalibrationSettings
    end : int
        How many moves were at hand.
    """
    said = [*_cut_window(moves, settings, end), *_homes_without_prices(moves, answers)]
    for factor, missing in zip(moves.definitions.factors, moves.missing, strict=True):
        if missing:
            said.append(
                f"basket {factor.name}: left out, not in the price files: {', '.join(missing)}."
            )
    lost = sum(day <= moves.dates[end - 1] for day, _ in moves.dropped)
    if lost:
        said.append(f"{lost} session(s) dropped because a factor was blank on them.")
    short = [
        f"{name} ({count})"
        for name, source, count in zip(
            answers.names, answers.sources, answers.observations, strict=True
        )
        if source == "prior" and count >= settings.least
    ]
    if short:
        said.append(
            f"under {settings.enough} observations, shrunk to their peers: {', '.join(short)}."
        )
    none = [
        name
        for name, source, count in zip(
            answers.names, answers.sources, answers.observations, strict=True
        )
        if source == "prior" and count < settings.least
        if name in moves.name_index or name not in moves.definitions.homes
    ]
    if none:
        said.append(f"no usable history, given their peers' mean exposures: {', '.join(none)}.")
    gone = sorted(set(moves.names) - set(answers.names))
    if gone:
        said.append(f"neither history nor peers, left out of the model: {', '.join(gone)}.")
    return tuple(said)


def _cut_window(moves: FactorMoves, settings: CalibrationSettings, end: int) -> Iterator[str]:
    """Say which factors begin so late that the window is shorter than what is asked for."""
    first = min(moves.begins)
    late = sorted(((day, n) for n, day in enumerate(moves.begins) if day > first), reverse=True)
    if end >= settings.window or not late:
        return
    words = [
        f"{moves.definitions.names[n]} ({', '.join(moves.members[n])}) on {day}" for day, n in late
    ]
    yield (
        f"the window holds {end} of {settings.window} sessions because factors begin late: {listing(words, most=_SHOWN)}; the "
        f"others on {first}. Give a longer history, or leave them out."
    )


def _homes_without_prices(moves: FactorMoves, answers: Answers) -> Iterator[str]:
    """Name what has a home and no price: new to the market, or mistyped."""
    unpriced = [name for name in moves.definitions.homes if name not in moves.name_index]
    for gets, names in (
        ("given their peers' mean exposures", [n for n in unpriced if n in answers.names]),
        ("without peers too, left out", [n for n in unpriced if n not in answers.names]),
    ):
        if names:
            near = [f" {n}: {close}" for n in names if (close := ticker_meant(n, moves.names))]
            yield f"no price file holds {listing(names, most=_SHOWN)} of [homes]: {gets}.{''.join(near)}"
