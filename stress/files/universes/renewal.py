"""Rows of a hedge universe with fresh quotes, and those that are left out for want of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stress.errors import InputError, Problem
from stress.files.universes.cells import fraction_of, number_of
from stress.files.universes.matching import Fresh, Matched, match
from stress.files.universes.quotes import Quote, Quotes
from stress.files.universes.rows import OPTIONS, UniverseRow, UniverseRows
from stress.hedging.lines.hedge_line import SHARES
from stress.portfolio.instruments.codes import contract_month
from stress.portfolio.instruments.dates import iso_date
from stress.tables import listing

__all__ = ["LeftOut", "Renewal", "renew_rows"]

#: Names that a note lists where they are not rows of the universe.
_MOST = 8
#: A price or vol that became so many times what it was, or what it was so many times, may be a slip.
_LARGE = {"price": 1.5, "vol": 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row of a universe without a fresh quote.

    Parameters
    ----------
    line : int
        Of the universe's file.
    row : str
        Its type, and what it is called.
    why : str
        What it lacks.
    """

    line: int
    row: str
    why: str


@dataclass(slots=True, kw_only=True)
class Renewal:
    """What the rows of a universe become.

    Parameters
    ----------
    rows : list of UniverseRow
        Those that stay, with their line in the old file.
    renewed : int
        How many of them are traded lines with a fresh quote; the others state interest and costs.
    left_out : list of LeftOut
        The rest.
    expired : dict of str to list of str
        Expiries that are past, and the rows that had them beside others.
    notes : list of str
        What the user should know.
    problems : list of Problem
        Why it cannot be.
    """

    rows: list[UniverseRow] = field(default_factory=list)
    renewed: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    expired: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def renew_rows(universe: UniverseRows, quotes: Quotes) -> Renewal:
    """Give the rows of a universe their fresh quotes.

    Parameters
    ----------
    universe : UniverseRows
        A sound one.
    quotes : Quotes
        For some of it.
    """
    matched = match(universe, quotes)
    done = Renewal(problems=list(matched.problems))
    unheld = {quote.line for quote in matched.unheld}
    for quote in quotes.rows:
        done.problems += [] if quote.line in unheld else quote.problems
    kept_interest = []
    moves: dict[str, None] = {}
    for row in universe.rows:
        fresh = matched.fresh[row.line]
        cells = {**row.cells, **{column: cell.text for column, cell in fresh.items()}}
        if row.kind in ("cash", "sell_down"):
            done.rows.append(UniverseRow(line=row.line, cells=cells))
            if row.kind == "cash" and not fresh:
                kept_interest.append(f"{row.cells['underlying']} {row.cells['financing']}")
            continue
        if row.kind in OPTIONS:
            why = _lacks_of_option(row, universe, matched, quotes)
            if not why:
                why = _live(row, cells, fresh, quotes.as_of, done)
        else:
            why = _lacks_outright(row, universe, matched, quotes)
        if why:
            done.left_out.append(LeftOut(line=row.line, row=row.name, why=why))
            continue
        used = [fresh[column].quote for column in ("price", "vol") if column in fresh]
        moves |= dict.fromkeys(_large_moves(row, fresh))
        day = min(quote.day for quote in used)
        cells["quoted"] = "" if day == quotes.as_of else day
        done.rows.append(UniverseRow(line=row.line, cells=cells))
        done.problems += _other_currency(row, used, universe.label, quotes.label)
        done.renewed += 1
    done.problems += _older(universe, matched, quotes)
    done.notes += [*moves, *_notes(done, matched, universe, quotes, kept_interest)]
    return done


def _large_moves(row: UniverseRow, fresh: Mapping[str, Fresh]) -> Iterator[str]:
    """Say which price or vol is far from what it was; premiums of options move as they like."""
    column, read = ("vol", fraction_of) if row.kind in OPTIONS else ("price", number_of)
    if column not in fresh:
        return
    text, quote = fresh[column].text, fresh[column].quote
    try:
        before, after = read(row.cells, column), read({column: text}, column)
    except InputError:
        return  # said where the quotes are read
    if not before or not after or before < 0.0 or after < 0.0:
        return
    ratio = after / before
    if not 1.0 / _LARGE[column] <= ratio <= _LARGE[column]:
        yield (
            f"{column} of {quote.subject} is {text}, was {row.cells[column]} ({100.0 * (ratio - 1.0):+.0f} %): check it."
        )


def _lacks_outright(
    row: UniverseRow, universe: UniverseRows, matched: Matched, quotes: Quotes
) -> str:
    """Say what a share or future lacks; nothing where it lacks nothing."""
    fresh = matched.fresh[row.line]
    if "price" not in fresh:
        return f"no price in {quotes.label}"
    if row.kind == "future":
        code = fresh["id"].text if "id" in fresh else row.id
        old = row.cells.get("quoted") or universe.as_of
        month = contract_month(code, quotes.as_of if "id" in fresh else old or quotes.as_of)
        if month and month < quotes.as_of[: len(month)]:
            if "id" in fresh:
                return f"its id {code} in {quotes.label} is a contract of {month}"
            return f"a contract of {month}, and no new id in {quotes.label}"
    return ""


def _lacks_of_option(
    row: UniverseRow, universe: UniverseRows, matched: Matched, quotes: Quotes
) -> str:
    """Say what an option lacks of its quotes: strikes and smile are read from the share's price."""
    shares = [
        matched.fresh[other.line]
        for other in universe.rows
        if other.kind in SHARES and other.cells["underlying"] == row.cells["underlying"]
    ]
    priced = any("price" in fresh for fresh in shares)
    if not {"vol", "price"} & set(matched.fresh[row.line]):
        if priced:
            return f"the share's price is in {quotes.label}, the vol is not"
        return f"no vol in {quotes.label}"
    if shares and not priced:
        return f"the vol is in {quotes.label}, the share's price is not"
    return ""


def _live(
    row: UniverseRow, cells: dict[str, str], fresh: Mapping[str, Fresh], day: str, done: Renewal
) -> str:
    """Drop what is past of an option's cells: its expiries, and of price and vol what has no fresh quote."""
    expiries = [part.strip() for part in cells["expiry"].split("|") if part.strip()]
    left = [one for one in expiries if iso_date(one, what="expiry").isoformat() >= day]
    if not left:
        return f"its expiries are past ({', '.join(expiries)})"
    past = [one for one in expiries if one not in left]
    if past:
        done.expired.setdefault(", ".join(past), []).append(row.name)
    for column in ("price", "vol"):
        if column not in fresh and cells.get(column):
            cells[column] = ""
    if left != [part.strip() for part in row.cells["expiry"].split("|") if part.strip()]:
        cells["expiry"] = "|".join(left)
        cells["id"] = ""  # was that of another contract
    return ""


def _other_currency(
    row: UniverseRow, used: Sequence[Quote], universe: str, label: str
) -> list[Problem]:
    """Refuse quotes that state another currency than their row."""
    own = row.cells.get("currency") or "USD"
    return [
        Problem(
            message=f"'{quote.subject}' is quoted in {quote.cells['currency']}, line {row.line} of {universe} in {own}.",
            file=label,
            line=quote.line,
            hint=f"Quote it in {own}.",
        )
        for quote in used
        if quote.cells.get("currency", own) != own
    ]


def _older(universe: UniverseRows, matched: Matched, quotes: Quotes) -> list[Problem]:
    """Refuse quotes that are older than what they renew."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for row in universe.rows:
        before = row.cells.get("quoted") or universe.as_of or ""
        for cell in matched.fresh[row.line].values():
            if cell.quote.day and cell.quote.day < before:
                key = (cell.quote.day, before)
                found.setdefault(key, {})[cell.quote.line] = cell.quote.subject
    return [
        Problem(
            message=f"quotes of {day} ({listing(list(subjects.values()), most=_MOST)}) are older than those of {before} in "
            f"{universe.label}.",
            file=quotes.label,
            line=min(subjects),
            hint="A universe is renewed with later quotes.",
        )
        for (day, before), subjects in found.items()
    ]


def _notes(
    done: Renewal,
    matched: Matched,
    universe: UniverseRows,
    quotes: Quotes,
    kept_interest: Sequence[str],
) -> list[str]:
    """Say what was left out and why, what was dropped, what stays as it was, and what goes into no row."""
    by_reason: dict[str, list[str]] = {}
    for one in done.left_out:
        by_reason.setdefault(one.why, []).append(one.row)
    notes = [f"left out, {why}: {', '.join(rows)}." for why, rows in by_reason.items()]
    for days, rows in done.expired.items():
        notes.append(f"expiries dropped, they are past ({days}): {', '.join(rows)}.")
    if kept_interest and quotes.as_of != universe.as_of:
        notes.append(
            f"interest on cash is still that of {universe.label} ({', '.join(kept_interest)}): a row with the currency "
            "under 'underlying' and its 'financing' renews it."
        )
    notes += matched.spare
    if matched.unheld:
        names = list(dict.fromkeys(quote.subject for quote in matched.unheld))
        notes.append(f"{universe.label} has no row for {listing(names, most=_MOST)}: not used.")
    if quotes.unused:
        notes.append(
            f"columns of {quotes.label} that are not used: {listing(quotes.unused, most=_MOST)}."
        )
    for column, names in matched.idle.items():
        notes.append(
            f"{column} of {listing(names, most=_MOST)} is not used: no row of {universe.label} on it takes one."
        )
    return notes
