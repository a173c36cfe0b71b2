"""Calls on a held share: no more of them short than shares are held, or a rally would turn the hedge into a loss."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.constraints import Linear
from stress.hedging.prepared import Setting
from stress.portfolio.instruments import Driver, Equity, Instrument, Option
from stress.portfolio.instruments.structure import Structure
from stress.portfolio.liquidity import SHORT_OPTION

__all__ = ["calls_covered", "calls_in", "said_of_uncovered", "uncovered_calls"]


def calls_covered(setting: Setting) -> tuple[Linear, ...]:
    """Return, for each share held long on which calls may be sold, the limit that keeps them covered.

    ``calls sold - shares bought <= shares held + calls held``, in shares, signed trades; selling the shares
    themselves uses up cover as selling calls does. Lines on names that the book does not hold have no such limit.

    Parameters
    ----------
    setting : Setting

    Returns
    -------
    tuple of Linear
        One a name, by name.
    """
    cover = _cover_held(setting)
    short = {
        line.instrument.underlying
        for line, sold in zip(setting.candidates.lines, _calls_of_lines(setting), strict=True)
        if (sold < 0.0 and line.upper > 0.0) or (sold > 0.0 and line.lower < 0.0)
    }
    return tuple(
        Linear(
            name=f"calls on {name} covered by shares",
            coefficients=-_cover_of_lines(setting, name),
            limit=max(cover[name], 0.0),
            priority=3,
            unit="share",
        )
        for name in sorted(short & cover.keys())
    )


def uncovered_calls(setting: Setting, trades: FloatArray) -> dict[str, float]:
    """Return how many calls trades leave without a share against them, by name, in shares.

    Parameters
    ----------
    setting : Setting
    trades : ndarray, shape (M,)
        Signed units.
    """
    sold = np.minimum(_calls_of_lines(setting) * trades, 0.0)
    names = {setting.candidates.lines[j].instrument.underlying for j in np.flatnonzero(sold)}
    held = _cover_held(setting)
    left = {
        name: held.get(name, 0.0) + float(_cover_of_lines(setting, name) @ trades) for name in names
    }
    return {name: -cover for name, cover in sorted(left.items()) if cover < -0.5}


def said_of_uncovered(setting: Setting, trades: FloatArray) -> list[str]:
    """Name the calls that trades leave without a share against them, and say whether their margin is counted.

    Parameters
    ----------
    setting : Setting
    trades : ndarray, shape (M,)
        Signed units.

    Notes
    -----
    The universe states margin as a share of a line's notional. Where it states none, the least that FINRA Rule 4210 asks
    for calls in or at the money is said, an upper estimate of what is left out.
    """
    lines, calls = setting.candidates.lines, _calls_of_lines(setting)
    sold = np.flatnonzero(calls * trades < 0.0)
    said = []
    for name, shares in uncovered_calls(setting, trades).items():
        lacking = [
            lines[j].id
            for j in sold
            if lines[j].instrument.underlying == name and lines[j].margin is None
        ]
        counted = "their margin is counted as the universe states it."
        if lacking:
            most = SHORT_OPTION * shares * _spot(setting, name)
            counted = (
                f"the margin blocked leaves it out, for the universe states none of {', '.join(lacking)} (column "
                f"margin): up to {most:,.0f} {setting.book.portfolio.currency} ({SHORT_OPTION:.0%} of the shares) and "
                "the calls' premium, by FINRA rule 4210."
            )
        said.append(
            f"calls on {shares:,.0f} {name} are sold without the shares: a rally of {name} costs, and {counted}"
        )
    return said


def _spot(setting: Setting, name: str) -> float:
    """Return the price that calls on a name are valued at. [book currency]."""
    valuation = setting.candidates.book.valuation
    if valuation is None:
        raise ValueError(f"calls on {name} are sold, and nothing is revalued.")
    return valuation.market.levels[Driver("spot", name)].value


def _cover_held(setting: Setting) -> dict[str, float]:
    """Shares and calls held, in shares, of names held long outright."""
    found: dict[str, float] = {}
    outright = set()
    for position in setting.book.portfolio.positions:
        instrument = position.instrument
        if isinstance(instrument, Equity):
            units = position.quantity
            if units is None:
                price = _price(setting, instrument.underlying)
                units = 0.0 if price is None else position.market_value / price
            found[instrument.underlying] = found.get(instrument.underlying, 0.0) + units
            if units > 0.0:
                outright.add(instrument.underlying)
        elif position.quantity is not None and calls_in(instrument) != 0.0:
            found[instrument.underlying] = found.get(
                instrument.underlying, 0.0
            ) + position.quantity * calls_in(instrument)
    return {name: cover for name, cover in found.items() if name in outright}


def _cover_of_lines(setting: Setting, name: str) -> FloatArray:
    """Shares and calls on a name in one unit of each line."""
    by_value = {f"sell {p.id}" for p in setting.book.portfolio.positions if p.quantity is None}
    found = np.zeros(len(setting.candidates.lines))
    for j, line in enumerate(setting.candidates.lines):
        if line.instrument.underlying != name:
            continue
        if isinstance(line.instrument, Equity):
            # A position known by its value alone is traded in units of the book's currency.
            price = _price(setting, name) if line.id in by_value else None
            found[j] = 1.0 if price is None else 1.0 / price
        else:
            found[j] = calls_in(line.instrument)
    return found


def _calls_of_lines(setting: Setting) -> FloatArray:
    return np.array([calls_in(line.instrument) for line in setting.candidates.lines])


def calls_in(instrument: Instrument) -> float:
    """Return the shares that the calls of one unit are on, negative when short."""
    match instrument:
        case Option(right="call"):
            return instrument.multiplier
        case Structure():
            return sum(leg.ratio * calls_in(leg.instrument) for leg in instrument.legs)
        case _:
            return 0.0


def _price(setting: Setting, name: str) -> float | None:
    """Price of a share that the universe quotes. [book currency]."""
    universe, exchange = setting.universe, setting.candidates.exchange
    for line in universe.lines:
        if (
            isinstance(line.instrument, Equity)
            and line.instrument.underlying == name
            and line.price is not None
        ):
            return exchange[line.currency] * line.price
    spot, currency = universe.spots.get(name), universe.currency_of(name)
    return None if spot is None or currency is None else exchange[currency] * spot
