"""The date that lines of words above and below a table say its positions are of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stress.files.portfolio.dates import DateOrder, FoundDate, dates_in
from stress.files.portfolio.holding import quoted
from stress.files.portfolio.text import FOOTER, Table

__all__ = ["LineDate", "line_date", "may_say_date"]

#: What stands before the date that a line is about.
_AS_OF = re.compile(
    r"\bas (?:of|at|on)\b|\b\w*stand\b(?: (?:vom|per|am|zum|van|op)\b)?|\bstichtag\b|\ben date du\b|"
    r"\ba fecha(?: del?)?\b|\b(?:situation|situazione|situaci[oó]n|situa[cç][aã]o) (?:au|al|em)\b|\bstan na\b|"
    r"基準日|時点|截至|\b(?:per|pr\.?|au|al|em|am|vom|zum|op|dated)\b(?= \d)",
    re.IGNORECASE,
)
#: Of `_AS_OF`, those that need a word of positions before them.
_PREPOSITIONS = frozenset({"per", "pr", "pr.", "au", "al", "em", "am", "vom", "zum", "op", "dated"})
_HOLDINGS = re.compile(r"\bholdings\b", re.IGNORECASE)
_POSITIONS = re.compile(
    r"\b(?:positions?|holdings?|portfolio|positionen|portefeuille|posiciones|cartera|posizioni|portafoglio|"
    r"posi[cç][oõ]es|carteira|avoirs|innehav|beholdning\w*|depot\w*|\w*bestand\w*|best[aä]nde)\b|保有|持仓",
    re.IGNORECASE,
)
#: What else than positions a date may be of.
_OTHERS = re.compile(
    r"\b(?:pric\w+|quotes?|quotations?|market data|rates?|fx|nav|kurs\w*|preis\w*|cours|prix|precios?|prezzi|"
    r"generated|created|printed|download\w*|export\w*|erstellt|gedruckt|abgerufen)\b",
    re.IGNORECASE,
)
#: What is never of the day the positions are of.
_PAST = re.compile(
    r"\b(?:inception|launch\w*|auflage|auflegung|since|seit|depuis|opened|established|performance|benchmark)\b",
    re.IGNORECASE,
)
_GENERATED = re.compile(r"\bgenerated\b", re.IGNORECASE)
#: Of lines that others than `line_date` take dates from.
_ELSEWHERE = re.compile(r"as_of|download", re.IGNORECASE)
#: A line that begins so and says nothing else of its date.
_DATE = re.compile(
    r"\W*(?:(?:report|valuation|positions?|statement) )?(?:date|datum|fecha|data)\b", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[;|]")

_PLAIN, _OF_POSITIONS = 2, 3
_WEAK, _LEAST = 1, 0


class LineDate(NamedTuple):
    """What lines say of when the positions are.

    Parameters
    ----------
    date : str or None
        ISO.
    warnings : tuple of str
        Which date was taken, where lines contradict each other or none speaks of positions.
    """

    date: str | None = None
    warnings: tuple[str, ...] = ()


class _Said(NamedTuple):
    """A date that a line says.

    Parameters
    ----------
    rank : int
        How surely it is that of the positions.
    date : str
        ISO.
    text : str
        The line.
    of_others : bool
        Whether it speaks of prices and the like.
    """

    rank: int
    date: str
    text: str
    of_others: bool = False


def may_say_date(row: Sequence[str]) -> bool:
    """Say whether a line has words that make a date in it one of the positions."""
    text = " ".join(row)
    return any(pattern.search(text) for pattern in (_AS_OF, _HOLDINGS, _GENERATED, _ELSEWHERE)) or (
        _DATE.match(text) is not None and _PAST.search(text) is None
    )


def line_date(
    table: Table, header: int, order: DateOrder | None, *, below: bool = False
) -> LineDate:
    """Return the date that the lines around a table say its positions are of.

    Parameters
    ----------
    table : Table
        The file.
    header : int
        Index of its titles.
    order : {'day-first', 'month-first'} or None
        Of dates that read two ways.
    below : bool
        Whether lines below the positions count too, from the last one up.

    Returns
    -------
    LineDate
        The date after "as of" and its like; of several, that of positions before one of which nothing is said, and that
        before one of prices or of the making of the file. A date since when something exists is never taken.
    """
    said = [found for row in table.cells[:header] for found in _above(" ".join(row), order)]
    if below:
        for row in reversed(table.cells[max(header + 1, len(table.cells) - FOOTER) :]):
            said += _below(" ".join(row), order)
    if not said:
        return LineDate()
    rank = max(found.rank for found in said)
    best = [found for found in said if found.rank == rank]
    taken = best[0]
    other = next((found for found in best if found.date != taken.date), None)
    if other is not None:
        return LineDate(
            taken.date,
            (
                f"{_both(taken, other)} two dates: {taken.date} is taken, not {other.date} "
                "(choose with --as-of / as_of=)",
            ),
        )
    if taken.of_others and rank == _WEAK:
        return LineDate(
            taken.date,
            (
                f"{quoted(taken.text)} is taken for the date of the positions: no line says theirs "
                "(choose with --as-of / as_of=)",
            ),
        )
    return LineDate(taken.date)


def _both(taken: _Said, other: _Said) -> str:
    if taken.text == other.text:
        return f"{quoted(taken.text)} states"
    return f"{quoted(taken.text)} and {quoted(other.text)} state"


def _above(text: str, order: DateOrder | None) -> Iterator[_Said]:
    dates = _dates(text, order)
    if not dates:
        return
    marked = list(_marked(text, dates))
    yield from marked
    if marked:
        return
    if _HOLDINGS.search(text):
        plain = [found for found in dates if not _subject(text, dates, found.start)[1]]
        present = [found for found in dates if _subject(text, dates, found.start)[1] != "past"]
        if plain or present:
            yield _Said(_PLAIN if plain else _LEAST, (plain or present)[0].date, text)
    elif _DATE.match(text) and not _PAST.search(text):
        yield _Said(_WEAK, dates[0].date, text)


def _below(text: str, order: DateOrder | None) -> Iterator[_Said]:
    if not _AS_OF.search(text) and not _GENERATED.search(text):
        return
    dates = _dates(text, order)
    marked = list(_marked(text, dates))
    yield from marked
    if not marked and dates and _GENERATED.search(text):
        yield _Said(_LEAST, dates[0].date, text)


def _dates(text: str, order: DateOrder | None) -> list[FoundDate]:
    return dates_in(text, order) if any(character.isdigit() for character in text) else []


def _marked(text: str, dates: Sequence[FoundDate]) -> Iterator[_Said]:
    """Yield the dates that follow "as of" and its like; the only one before it, where none follows."""
    marks = list(_AS_OF.finditer(text))
    for place, mark in enumerate(marks, start=1):
        until = marks[place].start() if place < len(marks) else len(text)
        positions, kind = _subject(text, dates, mark.end(), mark.start())
        if kind == "past" or (mark.group().lower() in _PREPOSITIONS and not positions):
            continue
        after = [found for found in dates if mark.end() <= found.start < until]
        if not after and len(marks) == len(dates) == 1:
            after = list(dates)
        if after:
            rank = _OF_POSITIONS if positions else _WEAK if kind else _PLAIN
            yield _Said(rank, after[0].date, text, of_others=kind == "others")


def _subject(
    text: str, dates: Sequence[FoundDate], end: int, start: int | None = None
) -> tuple[bool, str]:
    """Return whether what stands before a date is of positions, else whether it is of "others" or the "past"."""
    begin = max(
        (
            *(found.end for found in dates if found.end <= (end if start is None else start)),
            *(m.end() for m in _SEPARATOR.finditer(text, 0, end)),
            0,
        )
    )
    clause = text[begin:end]
    if _PAST.search(clause):
        return False, "past"
    positions = max((m.start() for m in _POSITIONS.finditer(clause)), default=-1)
    others = max((m.start() for m in _OTHERS.finditer(clause)), default=-1)
    if others > positions:
        return False, "others"
    return positions >= 0, ""
