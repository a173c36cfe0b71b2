"""The words of the screen: horizons, dates, kinds and fixed sentences, in one place."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from stress.factors.horizon import horizon_group
from stress.reporting.filling import fill
from stress.scenarios.scenario import Scenario
from stress.tables import percent, shorten

if TYPE_CHECKING:
    from stress.results.result import Result

__all__ = [
    "CONDITION",
    "KIND",
    "KIND_ORDER",
    "LONGEST_NAME",
    "band_meaning",
    "band_span",
    "counted",
    "counted_kind",
    "headline_title",
    "horizon_words",
    "listing_order",
    "nothing_varies",
    "short_name",
    "wide_because",
    "wrapped",
]

#: Stands under every headline.
CONDITION = "These figures say what happens IF it happens. They do not say how likely it is."

#: Short words of a table's column.
KIND = {"measured": "meas.", "anchored": "anch.", "hypothetical": "hypo."}
#: Kinds of scenarios in the order of a listing: the nearest to a fact first.
KIND_ORDER = tuple(KIND)

_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY"),
    *("AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

#: Kinds of revalued positions that take more than an s, one and several.
_KINDS = {
    "cash": ("cash balance", "cash balances"),
    "equity": ("equity", "equities"),
    "line in another currency": ("line in another currency", "lines in another currency"),
}

#: Characters of a book's name in a heading.
LONGEST_NAME = 40

#: Scenarios are compared inside these groups only (`horizon_group`).
BUCKETS = (
    "1 session",
    "2-10 sessions, total over the period",
    "over 10 sessions, total over the period",
)


def listing_order(
    id_: str, *, horizon_days: int, kind: str, expected: float
) -> tuple[int, int, float, str]:
    """Return where a scenario stands in a table: by `BUCKETS`, then kind, then the largest expected loss first."""
    return horizon_group(horizon_days), KIND_ORDER.index(kind), expected, id_


def headline_title(scenario: Scenario) -> str:
    """Say in capitals what is assumed: the day or window of history, or the scenario's title."""
    if scenario.kind != "measured" or scenario.date is None:
        return f"IF THIS HAPPENED: {scenario.title.upper()}"
    end = datetime.date.fromisoformat(scenario.date)
    if scenario.horizon_days == 1 or scenario.start is None:
        moment = "" if scenario.as_of in (None, "close") else f" ({scenario.as_of})".upper()
        return f"IF {_day(end)}{moment} HAPPENED AGAIN"
    start = datetime.date.fromisoformat(scenario.start)
    return f"IF {_day(start, without_year=start.year == end.year)} TO {_day(end)} HAPPENED AGAIN"


def horizon_words(scenario: Scenario) -> str:
    """Return for example ``1 session, Fri to Mon`` or ``23 sessions``."""
    sessions = f"{scenario.horizon_days} session{'s' if scenario.horizon_days > 1 else ''}"
    if scenario.horizon_days == 1 and scenario.start is not None and scenario.date is not None:
        days = (
            datetime.date.fromisoformat(text).weekday() for text in (scenario.start, scenario.date)
        )
        return f"{sessions}, {' to '.join(_WEEKDAYS[day] for day in days)}"
    return sessions


def nothing_varies(result: Result) -> bool:
    """Whether all variations of a result are one, to a millionth of the book: its tail says nothing of the shock."""
    if not result.band_known:
        return False
    lower, upper = result.band
    return upper - lower <= 1e-6 * result.nav


def band_meaning(result: Result) -> str:
    """Say what varies between the variations."""
    variation = result.pnl.plan.variation
    everything = bool(result.completed.stated.all())
    match variation.kind:
        case "severity":
            return "severity, unstated factors and single names vary"
        case "core":
            return "stated moves known only roughly; the rest varies"
        case "names":
            pass
    if everything:
        return "all factors are stated: only single names vary"
    if result.propagation == "alone":
        return "same factor moves; how single names may differ"
    return "stated moves as given; other factors and names vary"


def band_span(result: Result, *, between: str = " to ", unit: bool = True) -> str:
    """Return both ends of 95 % of the variations over NAV; a dash where there are too few draws for them."""
    if not result.band_known:
        return "-"
    lower, upper = (percent(point / result.nav, unit=unit) for point in result.band)
    return f"{lower}{between}{upper}"


def wrapped(label: str, text: str, *, indent: int) -> list[str]:
    """Write a label and a text as lines of the screen's width, the text under itself.

    Parameters
    ----------
    label : str
        After a margin of two; may be empty.
    text : str
        Broken at spaces.
    indent : int
        Column at which the text begins.
    """
    return fill(text, first=f"  {label:<{indent - 2}}", under=" " * indent)


def short_name(name: str, *, room: int = LONGEST_NAME) -> str:
    """Return the name of a book as headings write it: of a long one the beginning and its end, where names differ."""
    return shorten(name, min(LONGEST_NAME, room), keep_end=8)


def wide_because(distance: float, mixing_mean: float, sessions: int) -> str:
    """Say why a compounded range is wider than the book is worth.

    Parameters
    ----------
    distance : float
        Of what is stated. [standard deviations]
    mixing_mean : float
        What the law multiplies variances by, on average.
    sessions : int
        They compound over.
    """
    return (
        f"The range is this wide because the law reads what is stated as {distance:.1f} standard deviations of "
        f"ordinary sessions: it makes the variances of all that is not stated {mixing_mean:.1f} times ordinary ones, "
        f"and compounds them over {sessions} sessions."
    )


def counted(count: int, noun: str) -> str:
    """Return for example ``1 name``, ``3 names`` or ``2 equities``."""
    if count == 1:
        return f"1 {noun}"
    several = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{count:,} {several}"


def counted_kind(count: int, kind: str) -> str:
    """Return for example ``2 options`` or ``2 equities``: how many positions of a kind of instrument."""
    one, more = _KINDS.get(kind, (kind, f"{kind}s"))
    return f"{count:,} {one if count == 1 else more}"


def _day(day: datetime.date, *, without_year: bool = False) -> str:
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if without_year else f"{text} {day.year}"
