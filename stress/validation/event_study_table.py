"""The event study as tables for `docs/event-study.md`: every day, book and strategy, failures included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.tables import markdown_table
from stress.validation.days import REFERENCE_DAY
from stress.validation.event_study import EVENT_STRATEGIES, EventHedge

__all__ = ["FollowingYear", "StudyWords", "event_study_markdown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyWords:
    """What the page calls what was studied, in Markdown.

    Parameters
    ----------
    books, universe : str
        The books, and the file of the universe.
    command : str
        What writes the page.
    """

    books: str
    universe: str
    command: str = "foreshock event-study"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingYear:
    """The default proposal of 24 January 2025 over the year after it; shares of NAV.

    Parameters
    ----------
    book : str
        Which.
    knows : str
        The scenarios it was limited in, or "none".
    unhedged, hedged : float
        The 27th, entry cost taken off.
    band : tuple of float
        The printed ordinary day of the hedge alone.
    cost : float
        Printed all-in cost of 30 days.
    median : float
        Of the hedge alone over the sessions of the following year.
    sessions : int
        How many.
    """

    book: str
    knows: str
    unhedged: float
    hedged: float
    band: tuple[float, float]
    cost: float
    median: float
    sessions: int


def event_study_markdown(
    shocks: Sequence[EventHedge],
    ordinary: Sequence[EventHedge],
    following: Sequence[FollowingYear],
    *,
    words: StudyWords,
    left_out: Mapping[str, Mapping[str, int]],
    set_aside: Mapping[str, Sequence[str]] | None = None,
    absent: Mapping[str, int] | None = None,
    unstated: str = "",
) -> str:
    """Write all tables.

    Parameters
    ----------
    shocks, ordinary : sequence of EventHedge
        Shock days and ordinary days.
    following : sequence of FollowingYear
        The default proposal and its year.
    words : StudyWords
        What books and universe are called.
    left_out : mapping of str to mapping of str to int
        Book to names without prices around a day, with the number of days.
    set_aside : mapping of str to sequence of str, optional
        Book to positions that moves of names cannot value.
    absent : mapping of str to int, optional
        Fund of a textbook hedge to the book-days on which it had no line.
    unstated : str
        Why no default proposal was limited in a scenario; empty where one was.
    """
    parts = [
        _introduction(words),
        _reference(shocks),
        _awkward(shocks),
        _later(shocks),
        _following(following, unstated),
        _shocks(shocks),
        _ordinary(ordinary),
        _left_out(left_out, len({row.date for row in (*shocks, *ordinary)})),
    ]
    if any((set_aside or {}).values()):
        parts.append(_set_aside(set_aside or {}))
    if absent:
        parts.append(_absent(absent))
    return "\n\n".join(parts) + "\n"


def _pct(share: float, digits: int = 2) -> str:
    return f"{100 * share + 0.0:+.{digits}f}"


def _by_book(rows: Sequence[EventHedge]) -> dict[str, dict[str, EventHedge]]:
    found: dict[str, dict[str, EventHedge]] = {}
    for row in rows:
        found.setdefault(row.book, {})[row.strategy] = row
    return found


def _on(rows: Sequence[EventHedge], date: str) -> list[EventHedge]:
    return [row for row in rows if row.date == date]


_NOT_PUT_ON = "-"


def _introduction(words: StudyWords) -> str:
    return f"""# Would it have worked?

Hedges fitted on data to the session before, held against what came. Written by `{words.command}`; failures are in it.

- The model of each day is calibrated on moves that end on the session before. Nothing of the day is known, except where "looks ahead" stands.
- Books are {words.books} at the market values of their files, as if held then; positions without a price then are left out.
- Instruments are the shares and funds of {words.universe} at today's costs: no option quotes of the past are at hand, and spreads
  were wider on most of these days. Borrow, margin calls and trading during the day are not in it.
- `SPY`, `QQQ`, `SMH`, `SMH + XLU`, `SPY + SMH + XLU` are textbook minimum-variance hedges without limits. `minimum variance` and `proposal` trade all lines
  within the default limits; `proposal` is what `foreshock hedge` would have proposed without a scenario.
- The named days were written down before any hedge was tried on them. They are still days somebody remembered: ordinary days stand beside them."""


def _hedged(of: Mapping[str, EventHedge], name: str) -> str:
    """Return what was left of the day, or that the hedge was not put on."""
    return _pct(of[name].hedged) if name in of else _NOT_PUT_ON


def _reference(shocks: Sequence[EventHedge]) -> str:
    rows = [
        [book, *(_hedged(of, name) for name in EVENT_STRATEGIES)]
        for book, of in _by_book(_on(shocks, REFERENCE_DAY)).items()
    ]
    return (
        "## 27 January 2025, fitted on data to the 24th\n\nP&L of the day, % of NAV, entry cost taken off.\n\n"
        + markdown_table(["book", *EVENT_STRATEGIES], rows)
    )


def _awkward(shocks: Sequence[EventHedge]) -> str:
    said = []
    for first, second in (("SMH", "SMH + XLU"), ("SMH + XLU", "SPY + SMH + XLU")):
        rows = []
        for date in sorted({row.date for row in shocks}):
            for book, of in _by_book(_on(shocks, date)).items():
                if first not in of or second not in of:
                    continue
                one, two = of[first], of[second]
                expected = (one.es_after - two.es_after) / one.es_before
                rows.append((date, book, expected, one.hedged, two.hedged))
        if not rows:
            said.append(f"`{first}` and `{second}` could not both be put on, on any day.")
            continue
        worse = [row for row in rows if abs(row[4]) > abs(row[3])]
        promised = [row for row in worse if row[2] > 0.0]
        table = markdown_table(
            [
                "book, 27 January 2025",
                "ES lowered further, % of unhedged",
                first,
                second,
                "left of the day",
            ],
            [
                [
                    book,
                    _pct(gain, 1),
                    _pct(alone),
                    _pct(both),
                    "more" if abs(both) > abs(alone) else "less",
                ]
                for date, book, gain, alone, both in rows
                if date == REFERENCE_DAY
            ],
        )
        said.append(
            f"{table}\n\nFrom `{first}` to `{second}`, over all shock days and books: {len(worse)} of {len(rows)} were left with a larger move of the "
            f"day, and in {len(promised)} of those the model had expected a smaller tail."
        )
    return (
        "### The awkward one: one more instrument\n\nA further instrument cannot raise the fitted variance. On the day it can do "
        "anything.\n\n" + "\n\n".join(said)
    )


def _later(shocks: Sequence[EventHedge]) -> str:
    horizons = sorted({h for row in _on(shocks, REFERENCE_DAY) for h, _, _ in row.later})
    rows = []
    for book, of in _by_book(_on(shocks, REFERENCE_DAY)).items():
        for name in ("do nothing", "SMH", "proposal"):
            later = {h: _pct(hedged) for h, _, hedged in of[name].later} if name in of else {}
            rows.append(
                [book, name, _hedged(of, name), *(later.get(h, _NOT_PUT_ON) for h in horizons)]
            )
    return (
        "### And the weeks after, hedge kept\n\nCumulated from the 27th, % of NAV.\n\n"
        + markdown_table(
            ["book", "strategy", "the day", *(f"{h} sessions" for h in horizons)], rows
        )
    )


def _following(following: Sequence[FollowingYear], unstated: str) -> str:
    rows = [
        [
            row.book,
            row.knows,
            _pct(row.unhedged),
            _pct(row.hedged),
            f"{_pct(row.band[0])} .. {_pct(row.band[1])}",
            _pct(row.cost),
            _pct(row.median, 3),
            "yes" if row.median >= row.band[0] else "NO",
        ]
        for row in following
    ]
    return (
        "## The default proposal of 24 January 2025 and its year\n\n"
        "`knows` says which scenario it was limited in: one that happened later is looking ahead, and is marked. The median is that of the "
        "hedge alone over the sessions of the following year; the band is the ordinary day the plan prints.\n\n"
        + markdown_table(
            [
                "book",
                "knows",
                "27th unhedged",
                "27th hedged",
                "printed ordinary day",
                "all-in cost",
                "median day",
                "inside",
            ],
            rows,
        )
        + (f"\n\n{unstated}" if unstated else "")
    )


def _shocks(shocks: Sequence[EventHedge]) -> str:
    rows = []
    for date in sorted({row.date for row in shocks}):
        for book, of in _by_book(_on(shocks, date)).items():
            rows.append([date, book, *(_hedged(of, name) for name in EVENT_STRATEGIES)])
    summary = []
    for name in EVENT_STRATEGIES[1:]:
        own = [row for row in shocks if row.strategy == name]
        if not own:
            summary.append([name, *[_NOT_PUT_ON] * 5])
            continue
        lost = [row for row in own if row.unhedged < 0.0]
        saved = [1.0 - row.hedged / row.unhedged for row in lost]
        gained = [row for row in own if row.unhedged >= 0.0]
        given = [row.unhedged - row.hedged for row in gained]
        summary.append(
            [
                name,
                f"{sum(row.helped for row in lost)} of {len(lost)}",
                f"{float(np.median(saved)):.0%}" if saved else "-",
                f"{sum(row.hedged > 0.0 for row in lost)}",
                _pct(-float(np.median(given))) if given else "-",
                f"{sum(row.hedged < 0.0 for row in gained)} of {len(gained)}",
            ]
        )
    return (
        "## Shock days\n\nThe model of the session before, every day. P&L, % of NAV, entry cost taken off.\n\n"
        + markdown_table(["day", "book", *EVENT_STRATEGIES], rows)
        + "\n\nOn days the book lost: how often the hedge helped, the median share of the loss it saved, how often it became a gain. On days "
        "the book gained: what it gave up, and how often a gain became a loss.\n\n"
        + markdown_table(
            [
                "strategy",
                "helped",
                "median saved",
                "became a gain",
                "median given up",
                "gain became a loss",
            ],
            summary,
        )
    )


def _ordinary(ordinary: Sequence[EventHedge]) -> str:
    rows = []
    for name in EVENT_STRATEGIES:
        own = [row for row in ordinary if row.strategy == name]
        if not own:
            rows.append([name, *[_NOT_PUT_ON] * 4])
            continue
        size = [abs(row.hedged) for row in own]
        effect = [row.hedged - row.unhedged for row in own]
        rows.append(
            [
                name,
                f"{100 * float(np.median(size)):.2f}",
                _pct(float(np.median(effect)), 3),
                _pct(float(np.mean(effect)), 3),
                f"{sum(row.helped for row in own)} of {len(own)}",
            ]
        )
    days = len({row.date for row in ordinary})
    return (
        f"## Ordinary days\n\n{days} sessions drawn by a seed, all books pooled; the hedge is put on the day before and its entry cost taken off "
        "at once, which is more than a hedge that stays on pays.\n\n"
        + markdown_table(
            [
                "strategy",
                "median size of the day, %",
                "median effect",
                "mean effect",
                "made more than unhedged",
            ],
            rows,
        )
    )


def _left_out(left_out: Mapping[str, Mapping[str, int]], days: int) -> str:
    said = "; ".join(
        f"{book}: {', '.join(f'{name} ({count} days)' for name, count in sorted(names.items()))}"
        for book, names in left_out.items()
        if names
    )
    return (
        f"Names without prices around a day count as cash on it, and NAV stays whole, so that book moves less than its other names did "
        f"(of {days} days): {said or 'none'}."
    )


def _set_aside(set_aside: Mapping[str, Sequence[str]]) -> str:
    said = "; ".join(f"{book}: {', '.join(ids)}" for book, ids in set_aside.items() if ids)
    return (
        "Positions that the moves of names cannot value (options, futures, bonds, what is in another currency), left out of "
        f"the books: {said}."
    )


def _absent(absent: Mapping[str, int]) -> str:
    said = ", ".join(f"{fund} ({count} book-days)" for fund, count in absent.items())
    return (
        f"Funds that the universe lacks, or that had no history and price then: {said}. A hedge that needs one of them "
        f"is not put on there, and is `{_NOT_PUT_ON}`."
    )
