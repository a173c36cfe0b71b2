"""What is doubtful about the rows of a file and about each series (the codes: `stress.files.prices.findings`).

Prices of a single venue, a few percent off the consolidated close and back the next day, look like
real reversals in one file; a second file with the same series shows them (`disagree`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.factors.filtering import STILL
from stress.files.prices.findings import Code, Finding
from stress.files.prices.identical import identical_series
from stress.files.prices.levels import possible_prices
from stress.files.prices.table import PriceTable
from stress.tables import listing

__all__ = ["check_rows", "check_series"]

LEAST_PRICES = 20
ENDED_AFTER = 5
STALE_AFTER = 6
JUMP = 0.40
#: A row with less than this share of the file's usual number of prices is stray ...
STRAY_SHARE = 0.5
#: ... in files of at least so many series.
STRAY_SERIES = 5
_SHOWN = 6


def check_rows(
    table: PriceTable, differenced: Collection[str] = (), *, daily: bool = True
) -> list[Finding]:
    """Look at the rows of one file: order, repetition, weekends, stray rows.

    Parameters
    ----------
    table : PriceTable
    daily : bool
        Whether rows are days: one a week may stand on its Sunday.
    differenced : collection of str
        Yields and spreads, which some sources state for a month's last day though it is a Sunday.

    Returns
    -------
    list of Finding
        At most one `unsorted` a file; the others name each date.
    """
    found: list[Finding] = []
    dates, lines = table.dates, table.lines

    def say(code: Code, subject: str, message: str, row: int) -> None:
        found.append(
            Finding(
                code=code, subject=subject, message=message, file=table.file, line=int(lines[row])
            )
        )

    falls = np.flatnonzero(dates[1:] < dates[:-1]) + 1
    if len(falls):
        row = int(falls[0])
        say(
            "unsorted",
            table.names[0] if len(table.names) == 1 else "dates",
            f"{dates[row]} follows {dates[row - 1]}: dates must rise ({len(falls)} such place(s)).",
            row,
        )
    order = np.argsort(dates, kind="stable")
    for again in order[1:][dates[order][1:] == dates[order][:-1]].tolist():
        say("duplicate-date", str(dates[again]), f"{dates[again]} stands twice.", again)
    count = np.isfinite(table.levels).sum(axis=1)
    filled = count > 0
    priced = [n for n, name in enumerate(table.names) if name not in differenced]
    traded = np.isfinite(table.levels[:, priced]).any(axis=1)
    for row in np.flatnonzero(traded)[_weekend(table.days[traded])].tolist() if daily else ():
        say("weekend", str(dates[row]), f"{dates[row]} is a weekend day with prices.", row)
    if len(table.names) >= STRAY_SERIES and filled.any():
        alive = _alive(table, order)
        stray = filled & (count < STRAY_SHARE * alive)
        for row in np.flatnonzero(stray).tolist():
            say(
                "stray-row",
                str(dates[row]),
                f"{dates[row]} has prices of {count[row]} of about {int(alive[row])} series.",
                row,
            )
    return found


def check_series(
    dates: Sequence[str],
    names: Sequence[str],
    levels: FloatArray,
    *,
    files: Sequence[str],
    differenced: Collection[str] = (),
) -> list[Finding]:
    """Look at each series over the sessions of all files.

    Parameters
    ----------
    dates : sequence of str, length T
        Rising.
    names : sequence of str, length N
    levels : ndarray of shape (T, N)
    files : sequence of str, length N
        The file each series came from.
    differenced : collection of str
        Yields, spreads and index levels, which may jump by 40 %, stand still for days or be blank on a holiday:
        only `empty`, `short`, `ended` and, beyond a month, `stale` are looked for.

    Returns
    -------
    list of Finding
        One a series and code.
    """
    found: list[Finding] = []
    there = np.isfinite(levels)
    is_price = np.array([name not in differenced for name in names], dtype=bool)
    last_session = int(np.flatnonzero(there.any(axis=1))[-1]) if there.any() else -1
    session = _sessions(there[:, is_price] if is_price.any() else there)
    for n, name in enumerate(names):

        def say(code: Code, message: str, subject: str = name, file: str = files[n]) -> None:
            found.append(Finding(code=code, subject=subject, message=message, file=file))

        rows = np.flatnonzero(there[:, n])
        if not len(rows):
            say("empty", f"'{name}' has no price at all.")
            continue
        if len(rows) < LEAST_PRICES:
            say("short", f"'{name}' has {len(rows)} price(s), too little history to estimate from.")
        after = int(session[rows[-1] + 1 : last_session + 1].sum())
        if after > ENDED_AFTER:
            say(
                "ended",
                f"'{name}' has its last price on {dates[rows[-1]]}, {after} sessions before the others.",
            )
        if not is_price[n]:
            run, start = _longest_run(np.diff(levels[rows, n]) == 0.0)
            if run > STILL:
                say(
                    "stale",
                    f"'{name}' stands still for {run} sessions after {dates[rows[start]]} at {levels[rows[start], n]:g}: "
                    "a feed that stopped, or a rate that is set and says little of a day.",
                )
            continue
        holes = np.flatnonzero(session & ~there[:, n])
        holes = holes[(holes > rows[0]) & (holes < rows[-1])]
        if len(holes):
            say("gap", f"'{name}' is blank on {listing([dates[t] for t in holes], most=_SHOWN)}.")
        value = possible_prices(levels[rows, n])
        move = value[1:] / value[:-1] - 1.0
        run, start = _longest_run(move == 0.0)
        if run >= STALE_AFTER:
            say(
                "stale",
                f"'{name}' stands still for {run} sessions after {dates[rows[start]]} "
                f"at {value[start]:g}.",
            )
        jumps = np.flatnonzero(np.abs(move) > JUMP)
        if len(jumps):
            text = [f"{move[j]:+.1%} on {dates[rows[j + 1]]}" for j in jumps]
            say(
                "jump",
                f"'{name}' moves {listing(text, most=_SHOWN)}{_split(float(move[jumps[0]]))}.",
            )
    filled = np.flatnonzero(session & _unmoved(levels[:, is_price]))
    if len(filled):
        found.append(
            Finding(
                code="holiday",
                subject="dates",
                message=f"no price moves on {len(filled)} session(s): {listing([dates[t] for t in filled.tolist()], most=_SHOWN)}. Prices "
                "that are carried over a day without trading make every volatility too small.",
                remedy="Leave these rows out",
            )
        )
    for first, again, shared in identical_series(levels, is_price):
        found.append(
            Finding(
                code="identical",
                subject=names[again],
                message=f"'{names[again]}' moves exactly like '{names[first]}' on all {shared} sessions they share: "
                "one series under two names.",
                file=files[again],
            )
        )
    return found


def _weekend(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    # day 0 is Thursday, 1 January 1970
    since_monday = (days.astype(np.int64) + 3) % 7
    return np.asarray(since_monday >= 5)


def _alive(table: PriceTable, order: npt.NDArray[np.intp]) -> FloatArray:
    """For each row the usual number of prices: the median of the 21 rows around it, or of all."""
    count = np.isfinite(table.levels).sum(axis=1)[order].astype(float)
    whole = float(np.median(count[count > 0]))
    half = 10
    usual = np.full(len(count), whole)
    if len(count) > 2 * half:
        windows = np.lib.stride_tricks.sliding_window_view(count, 2 * half + 1)
        usual[half:-half] = np.median(windows, axis=1)
        usual[:half], usual[-half:] = usual[half], usual[-half - 1]
    back = np.empty(len(count))
    back[order] = usual
    return back


def _sessions(there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Days on which at least half of the series alive then have a price."""
    if not there.size:
        return np.zeros(len(there), dtype=bool)
    begun = np.maximum.accumulate(there, axis=0)
    goes_on = np.maximum.accumulate(there[::-1], axis=0)[::-1]
    alive = (begun & goes_on).sum(axis=1)
    return np.asarray((there.sum(axis=1) >= 0.5 * alive) & there.any(axis=1))


def _unmoved(levels: FloatArray) -> npt.NDArray[np.bool_]:
    """Say of each row whether no price differs from that of the row before; one series alone may stand still."""
    move = np.diff(levels, axis=0, prepend=np.nan)
    there = np.isfinite(move)
    return np.asarray((there.sum(axis=1) > 1) & ~(there & (move != 0.0)).any(axis=1))


def _longest_run(flags: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Length and start of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(ends[longest] - starts[longest]), int(starts[longest])


def _split(move: float) -> str:
    """Name the split that a move looks like, if any."""
    if move <= -1.0:
        return ""
    ratio = 1.0 / (1.0 + move) if move < 0.0 else 1.0 + move
    for whole in (2, 3, 4, 5, 8, 10, 15, 20, 25, 50):
        if abs(ratio / whole - 1.0) < 0.04:
            return (
                f" (the first looks like a {whole}:1 {'split' if move < 0.0 else 'reverse split'})"
            )
    return ""
