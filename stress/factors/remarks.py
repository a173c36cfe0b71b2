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
    beyond = [day for day, _ in moves.dropped if day > moves.dates[-1]]
    if beyond and end == len(moves.dates):
        blank = dict(moves.dropped)[beyond[-1]]
        said.append(
            f"the model ends on {moves.dates[-1]}, {len(beyond)} session(s) before the prices: blank until {beyond[-1]} is {blank}."
        )
    said += _short_histories(moves, answers, settings)
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
    if answers.unmoved:
        said.append(
            f"no move in the whole window, given their peers' mean exposures: {', '.join(answers.unmoved)}. What is always worth "
            "its price is cash: write it as cash."
        )
    gone = sorted(set(moves.names) - set(answers.names))
    if gone:
        said.append(f"neither history nor peers, left out of the model: {', '.join(gone)}.")
    return tuple(said)


def _short_histories(
    moves: FactorMoves, answers: Answers, settings: CalibrationSettings
) -> Iterator[str]:
    """Name what has fewer observations than are enough, by whether peers of its theme have more."""
    market = moves.definitions.names.index(moves.definitions.default_home)
    with_peers = {
        int(home)
        for home, source in zip(answers.homes, answers.sources, strict=True)
        if source == "estimated" and home != market
    }
    by_peers: dict[bool, list[str]] = {True: [], False: []}
    for name, home, source, count in zip(
        answers.names, answers.homes, answers.sources, answers.observations, strict=True
    ):
        if source == "prior" and count >= settings.least and name not in answers.unmoved:
            by_peers[int(home) in with_peers].append(f"{name} ({count})")
    if by_peers[True]:
        yield f"under {settings.enough} observations, shrunk to their peers: {', '.join(by_peers[True])}."
    if by_peers[False]:
        yield (
            f"under {settings.enough} observations, and no peer with as many: {', '.join(by_peers[False])}. They are drawn to what "
            f"the market alone explains of them, by the weight of {settings.ridge:g} observations: other exposures are "
            "understated, and their errors hold only as far as that is so."
        )


def _cut_window(moves: FactorMoves, settings: CalibrationSettings, end: int) -> Iterator[str]:
    """Say that the window is shorter than what is asked for, and which factors begin late."""
    first = min(moves.begins)
    late = sorted(((day, n) for n, day in enumerate(moves.begins) if day > first), reverse=True)
    if end >= settings.window:
        return
    if not late:
        yield (
            f"the window holds {end} of {settings.window} sessions: the price files begin on {first}. Give a longer history."
        )
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
