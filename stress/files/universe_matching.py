"""Which row of quotes is for which rows of a hedge universe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stress.errors import Problem, did_you_mean, ticker_meant
from stress.files.universe_quotes import RENEWED, Quote, Quotes
from stress.files.universe_rows import OPTIONS, OUTRIGHT, UniverseRow, UniverseRows

__all__ = ["Fresh", "Matched", "match"]

_TRADED = frozenset(("price", "half_spread", "commission", "borrow", "financing", "margin", "adv"))
_OPTION = frozenset(("vol", "skew", "dividend", "vol_beta", "expiry"))
#: Columns that a quote for an underlying renews, by type of row.
_TAKES = {
    **dict.fromkeys(OUTRIGHT, _TRADED),
    **dict.fromkeys(OPTIONS, _OPTION),
    "cash": frozenset(("financing",)),
    "sell_down": frozenset(("half_spread",)),
}
#: Those of an option that share their names with a share's: only a quote that states type or id means them.
_TAKES_IF_NAMED = _OPTION | (_TRADED - {"borrow"})
#: How particular a quote is: the first one that states a cell gives it.
_BY_ID, _BY_TYPE, _BY_NAME = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A cell of a row of quotes.

    Parameters
    ----------
    text : str
        As written.
    quote : Quote
        The row it stands in.
    """

    text: str
    quote: Quote


@dataclass(slots=True, kw_only=True)
class Matched:
    """Quotes by the rows they are for.

    Parameters
    ----------
    fresh : dict
        By line of the universe, the fresh cells by column; of a future that rolls its new `id` too.
    idle : dict
        By column, what is quoted and goes into no row.
    unheld : list of Quote
        Those of names that the universe does not hold, none of them a slip of one that it does.
    problems : list of Problem
        Quotes for nothing, new ids for other than one contract, one price for two things.
    """

    fresh: dict[int, dict[str, Fresh]] = field(default_factory=dict)
    idle: dict[str, list[str]] = field(default_factory=dict)
    unheld: list[Quote] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match(universe: UniverseRows, quotes: Quotes) -> Matched:
    """Find the rows of every quote.

    Parameters
    ----------
    universe : UniverseRows
        A sound one.
    quotes : Quotes
        A quote for a row's `id` goes before one for a `type`, and that before one for an underlying.
    """
    found = Matched(fresh={row.line: {} for row in universe.rows})
    ranked: list[tuple[int, Quote, list[UniverseRow]]] = []
    for quote in quotes.rows:
        rows = [row for row in universe.rows if _is_of(quote, row)]
        called = [row for row in rows if quote.id and row.id == quote.id]
        if called:
            ranked.append((_BY_ID, quote, called))
            continue
        rows = rows if quote.underlying else []
        if not rows and quote.subject:
            hint = _meant(quote, universe)
            if hint:
                found.problems.append(_unknown(quote, hint, universe, quotes.label))
            else:
                found.unheld.append(quote)
        elif rows and quote.id:
            found.problems += _new_id(quote, rows, found.fresh, universe, quotes.label)
        ranked.append((_BY_TYPE if quote.type else _BY_NAME, quote, rows))
    for rank, quote, rows in sorted(ranked, key=lambda entry: entry[0]):
        _fill(quote, rows, found, named=rank != _BY_NAME)
    for rank, quote, rows in ranked:
        if rank == _BY_NAME:
            found.problems += _two_things(quote, rows, found.fresh, universe, quotes.label)
    return found


def _is_of(quote: Quote, row: UniverseRow) -> bool:
    """Whether a row has the type and the underlying that a quote states."""
    return quote.type in ("", row.kind) and quote.underlying in ("", row.cells["underlying"])


def _fill(quote: Quote, rows: Sequence[UniverseRow], found: Matched, *, named: bool) -> None:
    """Put the cells of a quote into its rows, where no more particular one has."""
    used = set()
    for row in rows:
        takes = _TAKES_IF_NAMED if named and row.kind in OPTIONS else _TAKES[row.kind]
        for column in RENEWED:
            if column in quote.cells and column in takes:
                used.add(column)
                fresh = Fresh(text=quote.cells[column], quote=quote)
                found.fresh[row.line].setdefault(column, fresh)
    if rows:
        for column in RENEWED:
            if column in quote.cells and column not in used:
                found.idle.setdefault(column, []).append(quote.subject)


def _meant(quote: Quote, universe: UniverseRows) -> str:
    """Say what a quote for no row may be meant for; nothing where the universe does not hold it."""
    names = list(dict.fromkeys(row.cells["underlying"] for row in universe.rows))
    ids = [row.id for row in universe.rows if row.id]
    kinds = {row.kind for row in universe.rows if row.cells["underlying"] == quote.underlying}
    if kinds:
        return f"Its rows on it are of type {', '.join(sorted(kinds))}."
    if quote.underlying in ids:
        return "It is the id of a line: write it under 'id'."
    if quote.underlying:
        return ticker_meant(quote.underlying, names)
    return ticker_meant(quote.id, ids) or did_you_mean(quote.id, ids)


def _unknown(quote: Quote, hint: str, universe: UniverseRows, label: str) -> Problem:
    """Refuse a quote for no row that is meant for one."""
    held = any(row.cells["underlying"] == quote.underlying for row in universe.rows)
    kind = f"{quote.type} row" if held else "row"
    return Problem(
        message=f"{universe.label} has no {kind} for '{quote.subject}'.",
        file=label,
        line=quote.line,
        hint=hint,
    )


def _new_id(
    quote: Quote,
    rows: Sequence[UniverseRow],
    fresh: Mapping[int, dict[str, Fresh]],
    universe: UniverseRows,
    label: str,
) -> list[Problem]:
    """Give a future the id of the contract it rolls into; refuse an id that would be of none, or of several."""
    contracts = [row for row in rows if row.kind == "future"]
    if len(contracts) == 1:
        fresh[contracts[0].line]["id"] = Fresh(text=quote.id, quote=quote)
        return []
    if contracts:
        lines = " and ".join(str(row.line) for row in contracts)
        message = (
            f"'{quote.id}' would be the new id of {len(contracts)} futures on {quote.underlying} (lines {lines} of "
            f"{universe.label})."
        )
        hint = "Edit their ids in the universe, and quote each by its id."
    else:
        message = f"{universe.label} has no line '{quote.id}' on {quote.underlying}, and no future to take it as its new id."
        hint = "Leave the id out."
    return [Problem(message=message, file=label, line=quote.line, hint=hint)]


def _two_things(
    quote: Quote,
    rows: Sequence[UniverseRow],
    fresh: Mapping[int, dict[str, Fresh]],
    universe: UniverseRows,
    label: str,
) -> list[Problem]:
    """Refuse one price for a share and a future."""
    priced = {
        row.kind
        for row in rows
        if "price" in fresh[row.line] and fresh[row.line]["price"].quote is quote
    }
    if "future" not in priced or len(priced) == 1:
        return []
    return [
        Problem(
            message=f"'{quote.subject}' is a share and a future in {universe.label}: one price cannot be that of both.",
            file=label,
            line=quote.line,
            hint="Write two rows, with a column 'type'.",
        )
    ]
