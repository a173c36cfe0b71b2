"""Pages about hedge universes: the lines that may be traded, and what a renewal made of them."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from stress.files.universes.renewed import RenewedUniverse
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.reporting.filling import fill
from stress.reporting.words import counted
from stress.tables import Column, shorten, table_lines, thousands

__all__ = ["renewal_page", "universe_document", "universe_page"]

_COLUMNS = (
    Column(title="line", align="left", most=34),
    Column(title="type", align="left", most=10),
    Column(title="side", align="left"),
    Column(title="price or vol"),
    Column(title="half-spread"),
    Column(title="ADV"),
)
_QUOTED = Column(title="quoted", align="left")


def universe_page(universe: HedgeUniverse) -> str:
    """List the lines of a universe, one a row: prices in the currency of their quotes, average daily volume in units."""
    own = any(line.quoted for line in universe.lines)
    rows = [
        [
            line.id,
            line.type,
            _side(line),
            _quote(line, universe),
            f"{10_000.0 * line.half_spread:.4g} bp",
            _volume(line.adv),
            *([line.quoted or universe.as_of or "no date"] if own else []),
        ]
        for line in universe.lines
    ]
    columns = (*_COLUMNS, _QUOTED) if own else _COLUMNS
    followed = _followed(universe)
    table = table_lines(columns, rows, indent=2)
    return "\n".join([_head(universe), "", *table, *(["", *followed] if followed else [])])


def universe_document(universe: HedgeUniverse) -> dict[str, Any]:
    """Return a universe as plain Python objects: its lines and the levels that they read.

    Parameters
    ----------
    universe : HedgeUniverse
        What is not stated or not limited is None.
    """
    return {
        "label": universe.label,
        "as_of": universe.as_of,
        "content_hash": universe.content_hash,
        "sell_down_half_spread": universe.sell_down_half_spread,
        "rates": dict(universe.rates),
        "spots": dict(universe.spots),
        "dividends": dict(universe.dividends),
        "vols": dict(universe.vols),
        "vol_betas": dict(universe.vol_betas),
        "skews": dict(universe.skews),
        "lines": [
            {
                "id": line.id,
                "type": line.type,
                "underlying": line.instrument.underlying,
                "currency": line.currency,
                "price": line.price,
                "half_spread": line.half_spread,
                "commission": line.commission,
                "borrow": line.borrow,
                "financing": line.financing,
                "margin": line.margin,
                "adv": _finite(line.adv),
                "lot": line.lot,
                "lower": _finite(line.lower),
                "upper": _finite(line.upper),
                "quoted": line.quoted or universe.as_of,
            }
            for line in universe.lines
        ],
    }


def _finite(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None


def renewal_page(renewed: RenewedUniverse) -> str:
    """Say how much of a universe was renewed."""
    count = f"{counted(renewed.renewed, 'row')} with fresh quotes, {len(renewed.left_out)} left out"
    return f"{_head(renewed.universe)}\n  {count}"


def _head(universe: HedgeUniverse) -> str:
    """Write what it is, its date and how many lines of each type it has."""
    of_type = Counter(line.type for line in universe.lines)
    kinds = ", ".join(f"{count} {type_.replace('_', ' ')}" for type_, count in of_type.items())
    quotes = f"quotes of {universe.as_of}" if universe.as_of else "quotes without a date"
    label = shorten(universe.label, 40)
    return f"HEDGE UNIVERSE   {label} · {quotes}\n  {counted(len(universe.lines), 'line')} to trade: {kinds}"


def _followed(universe: HedgeUniverse) -> list[str]:
    """Say what the futures move with, which their names do not."""
    by_name: dict[str, list[str]] = {}
    for line in universe.of_type("future"):
        by_name.setdefault(line.instrument.underlying, []).append(line.id)
    return [
        part
        for name, ids in by_name.items()
        for part in fill(
            f"{', '.join(ids)} {'follows' if len(ids) == 1 else 'follow'} {name}",
            first="  ",
            under="    ",
        )
    ]


def _side(line: HedgeLine) -> str:
    if line.lower == 0.0:
        return "long"
    return "short" if line.upper == 0.0 else "both"


def _quote(line: HedgeLine, universe: HedgeUniverse) -> str:
    """Write the price of a line, or the implied volatility of an option, of two legs both."""
    if line.price is not None:
        return f"{line.price:,.6g} {line.currency}"
    read = [driver.name for driver in line.instrument.drivers() if driver.kind == "vol"]
    vols = [f"{100.0 * universe.vols[name]:.1f}" for name in read if name in universe.vols]
    return f"{'/'.join(vols)} %" if vols else ""


def _volume(adv: float) -> str:
    if math.isinf(adv):
        return ""
    return thousands(adv) if adv < 1e6 else f"{adv / 1e6:,.4g}m"
