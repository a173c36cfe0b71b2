"""Where the expected P&L comes from, beside a picture of the variations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from stress.reporting.words import counted, wrapped
from stress.results.dispersion import Dispersion
from stress.results.lines import NameLine
from stress.results.result import Result
from stress.tables import SCREEN_WIDTH, MoneyUnit, bar, percent, shorten

__all__ = [
    "MIXED",
    "attribution_panel",
    "basket_rows",
    "largest_names",
    "mixed_note",
    "share_of_whole",
]

#: Marks a name on which something is revalued in full.
MIXED = "*"
_ROWS = 8
_LEFT = 33
_MIDDLE = 36
_BAR = 15
_MARK = "  expected"


def attribution_panel(result: Result, *, unit: MoneyUnit) -> list[str]:
    """Return expected P&L by home basket and by name, and the variations as bars.

    Parameters
    ----------
    result : Result
        Of a scenario.
    unit : MoneyUnit
        Of the screen.
    """
    heads = (
        "  by what you hold  % of NAV",
        "by name   value     move      P&L",
        "variations, % of NAV",
    )
    left = [_basket(line, result) for line in basket_rows(result)]
    middle = _names(result.names, unit)
    lines = [f"WHERE {percent(result.expected_of_nav)} COMES FROM"]
    wide_left = max(_LEFT, *(len(row) + 2 for row in left), 0)
    wide_middle = max(_MIDDLE, *(len(row) + 2 for row in middle), 0)
    room = SCREEN_WIDTH - wide_left - wide_middle
    right = _bars(result.dispersion, result.expected_of_nav, room=room)
    for row in zip_longest(
        (heads[0], *left), (heads[1], *middle), (heads[2], *right), fillvalue=""
    ):
        line = f"{row[0]:<{wide_left}}{row[1]:<{wide_middle}}{row[2]}".rstrip()
        lines.append(shorten(line, SCREEN_WIDTH))
    note = mixed_note(result.names)
    return [*lines, *(wrapped("", note, indent=2) if note else [])]


def basket_rows(result: Result) -> list[tuple[str, float]]:
    """Title and expected P&L of each home basket, the largest first; what does not fit is one line."""
    ordered = sorted(result.baskets, key=lambda line: (-abs(line.pnl), line.home))
    if len(ordered) <= _ROWS:
        return [(line.title, line.pnl) for line in ordered]
    shown = [(line.title, line.pnl) for line in ordered[: _ROWS - 1]]
    rest = result.expected - sum(pnl for _, pnl in shown)
    return [*shown, (f"{len(ordered) - len(shown)} others", rest)]


def _basket(line: tuple[str, float], result: Result) -> str:
    title, pnl = line
    share = share_of_whole(pnl, result)
    return f"  {shorten(title, 18):<18}{percent(pnl / result.nav, unit=False):>6}{share:>5}"


def share_of_whole(pnl: float, result: Result) -> str:
    """Return a basket's share of the expected P&L, e.g. ``36%``.

    Nothing for one that offsets, and nothing at all where one basket alone is more than the whole: what is
    left after offsetting is no measure of its parts.

    Parameters
    ----------
    pnl : float
        Of the basket. [currency]
    result : Result
        Of a scenario.
    """
    whole = result.expected
    if whole == 0.0 or any(line.pnl / whole > 1.0 for line in result.baskets):
        return ""
    return f"{pnl / whole:.0%}" if pnl / whole >= 0.005 else ""


def largest_names(names: Sequence[NameLine]) -> tuple[list[NameLine], list[NameLine]]:
    """Return the names that are listed, the largest P&L of either sign first, and the rest."""
    ordered = sorted(names, key=lambda line: (-abs(line.pnl), line.name))
    most = len(ordered) if len(ordered) <= _ROWS else _ROWS - 1
    return ordered[:most], ordered[most:]


def _names(names: Sequence[NameLine], unit: MoneyUnit) -> list[str]:
    listed, rest = largest_names(names)
    lines = [
        f"{_name(line):<7} {unit.plain(line.value):>7}{percent(line.move):>9} {unit.signed(line.pnl):>8}"
        for line in listed
    ]
    if rest:
        total = unit.signed(sum(line.pnl for line in rest))
        lines.append(f"{counted(len(rest), 'other'):<24}{total:>9}")
    return lines


def _name(line: NameLine) -> str:
    """Return a name in seven characters: its end is kept where it is long, and what is mixed has a star."""
    star = MIXED if line.mixed else ""
    return f"{shorten(line.name, 7 - len(star), keep_end=4 if ' ' in line.name else 0)}{star}"


def mixed_note(names: Sequence[NameLine]) -> str:
    """Say what a star stands for, where a listed name has one."""
    if not any(line.mixed for line in largest_names(names)[0]):
        return ""
    return (
        f"{MIXED} with what is revalued in full on it (options, futures, funds, another currency): that is in value and "
        "P&L, the move is the name's own, so value times move is not the P&L"
    )


def _bars(dispersion: Dispersion, expected: float, *, room: int) -> list[str]:
    """Neighbouring bins joined to at most `_ROWS` bars; the expected P&L is marked.

    The outer bars hold what lies beyond them, and say so.
    """
    count = len(dispersion.shares)
    if count < 2:
        return ["all variations are alike"]
    step = -(-count // _ROWS)
    bars = []
    for start in range(0, count, step):
        stop = min(start + step, count)
        low, high = dispersion.edges[start], dispersion.edges[stop]
        bars.append((low, high, sum(dispersion.shares[start:stop])))
    tallest = max(share for _, _, share in bars)
    decimals = 0 if bars[-1][1] - bars[0][0] > 0.08 else 1
    labels = [percent((low + high) / 2, digits=decimals, unit=False) for low, high, _ in bars]
    labels[0], labels[-1] = f"≤{labels[0]}", f"≥{labels[-1]}"
    wide = max(map(len, labels))
    longest = min(_BAR, room - wide - 2 - len(_MARK))
    if longest < 1:
        return ["see --format json: dispersion"]
    inside = min(max(expected, bars[0][0]), bars[-1][1])
    at = next(i for i, (_, high, _) in enumerate(bars) if inside <= high)
    return [
        f"{label:>{wide}}  {bar(share / tallest, width=longest)}{_MARK if i == at else ''}"
        for i, (label, (_, _, share)) in enumerate(zip(labels, bars, strict=True))
    ]
