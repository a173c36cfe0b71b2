"""What tells one security from others, and which lines of a universe are one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from stress.errors import Problem
from stress.hedging.lines.hedge_line import HedgeLine
from stress.portfolio.instruments import (
    Equity,
    Future,
    Instrument,
    LeveragedFund,
    Option,
    Structure,
)
from stress.portfolio.instruments.codes import contract_month, contract_root

__all__ = ["listed_twice", "security_of"]


def security_of(instrument: Instrument) -> Hashable:
    """Return what tells a security from others: a ticker, a contract, the terms of an option."""
    match instrument:
        case Future():
            return ("contract", instrument.contract)
        case Option():
            terms = (instrument.right, instrument.strike, instrument.currency)
            return (instrument.underlying, *terms, instrument.expiry, instrument.style)
        case Structure():
            return tuple((security_of(leg.instrument), leg.ratio) for leg in instrument.legs)
        case LeveragedFund():
            return instrument.ticker
        case _:
            return instrument.underlying


def listed_twice(lines: Sequence[HedgeLine], *, label: str, as_of: str | None) -> Iterator[Problem]:
    """Say which lines are a security that another line trades on the same side, in the same currency.

    Each line has a daily volume, an impact and limits of its own, so a second one would double what may be traded and make it
    cheaper. A line that is bought only and one that is sold only may stand beside each other, as may two currencies.

    Parameters
    ----------
    lines : sequence of HedgeLine
        Of a universe.
    label : str
        Its file name.
    as_of : str or None
        ISO date by which codes of futures are read where a line has none.
    """
    first: dict[Hashable, list[HedgeLine]] = {}
    for line in lines:
        others = first.setdefault((_listing(line, as_of), line.currency), [])
        twin = next((other for other in others if _on_one_side(other, line)), None)
        others.append(line)
        if twin is None or twin.id == line.id:
            continue
        at = "" if twin.row is None else f" in line {twin.row}"
        yield Problem(
            message=f"hedge line '{line.id}' is the same security as '{twin.id}'{at}.",
            file=label,
            line=line.row,
            hint="Remove one: daily volume, impact and limits are a security's. Two lines may differ in 'side', one long and "
            "one short.",
        )


def _listing(line: HedgeLine, as_of: str | None) -> Hashable:
    """Return the security of a line; of a future its root and month, and without such a code its terms and its price."""
    instrument = line.instrument
    if isinstance(instrument, Equity | LeveragedFund | Option | Structure):
        return security_of(instrument)
    if not isinstance(instrument, Future):
        return ("line", line.id)  # one's own instrument: its underlying does not say which it is
    near = line.quoted or as_of or ""
    month = contract_month(instrument.contract, near)
    if month:
        return ("contract", contract_root(instrument.contract, near), month)
    return ("contract", instrument.follows, instrument.multiplier, instrument.price)


def _on_one_side(one: HedgeLine, other: HedgeLine) -> bool:
    """Whether both may be bought, or both sold."""
    return (one.lower < 0.0 and other.lower < 0.0) or (one.upper > 0.0 and other.upper > 0.0)
