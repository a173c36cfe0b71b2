"""Which row of quotes is for which rows of a hedge universe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stress.errors import Problem, did_you_mean, ticker_meant
from stress.files.universes.contracts import contract_of
from stress.files.universes.quotes import RENEWED, Quote, Quotes
from stress.files.universes.rows import OPTIONS, OUTRIGHT, UniverseRow, UniverseRows

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
    spare : list of str
        Contracts of a future that are quoted beside the one that was taken.
    problems : list of Problem
        Quotes for nothing, new ids for other than one contract, one price for two things, one future with two contracts.
    """

    fresh: dict[int, dict[str, Fresh]] = field(default_factory=dict)
    idle: dict[str, list[str]] = field(default_factory=dict)
    unheld: list[Quote] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match(universe: UniverseRows, quotes: Quotes) -> Matched:
    """Find the rows of every quote.

    Parameters
    ----------
    universe : UniverseRows
        A sound one.
    quotes : Quotes
        A quote for a row's `id` goes before one for a `type`, and that before one for an underlying. Of the contracts that
        are quoted for a future, `contract_of` says which one it is: its id and its price are of one row.
    """
    found = Matched(fresh={row.line: {} for row in universe.rows})
    ranked: list[tuple[int, Quote, list[UniverseRow]]] = []
    contracts: dict[int, list[Quote]] = {}
    for quote in quotes.rows:
        rows = [row for row in universe.rows if _is_of(quote, row)]
        called = [row for row in rows if quote.id and row.id == quote.id]
        if called:
            ranked.append((_BY_ID, quote, called))
            _gather(quote, called, contracts)
            continue
        rows = rows if quote.underlying else []
        if not rows and quote.subject:
            hint = _meant(quote, universe)
            if hint:
                found.problems.append(_unknown(quote, hint, universe, quotes.label))
            else:
                found.unheld.append(quote)
        elif rows and quote.id:
            problems = _new_id(quote, rows, universe, quotes.label)
            found.problems += problems
            if not problems:
                _gather(quote, rows, contracts)
        ranked.append((_BY_TYPE if quote.type else _BY_NAME, quote, rows))
    left = _take_contracts(contracts, found, universe, quotes)
    ranked = [
        (rank, quote, [row for row in rows if (row.line, quote.line) not in left])
        for rank, quote, rows in ranked
    ]
    for rank, quote, rows in sorted(ranked, key=lambda entry: entry[0]):
        _fill(quote, rows, found, named=rank != _BY_NAME)
    found.problems += _prices_of_none(contracts, found.fresh, quotes.label)
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


def _gather(quote: Quote, rows: Sequence[UniverseRow], contracts: dict[int, list[Quote]]) -> None:
    """Keep a quote that names a contract beside the others for the same future."""
    for row in rows:
        if row.kind == "future":
            contracts.setdefault(row.line, []).append(quote)


def _take_contracts(
    contracts: Mapping[int, Sequence[Quote]], found: Matched, universe: UniverseRows, quotes: Quotes
) -> set[tuple[int, int]]:
    """Give each future the contract it stays in, or rolls into; return which rows of quotes are not for which futures."""
    left = set()
    for row in universe.rows:
        if row.line not in contracts:
            continue
        quoted = contracts[row.line]
        old = row.cells.get("quoted") or universe.as_of or quotes.as_of
        taken, problem = contract_of(row, quoted, near=old, as_of=quotes.as_of, label=quotes.label)
        if problem is not None:
            found.problems.append(problem)
        left |= {(row.line, quote.line) for quote in quoted if quote is not taken}
        if taken is None:
            continue
        if taken.id != row.id:
            found.fresh[row.line]["id"] = Fresh(text=taken.id, quote=taken)
        for column, text in taken.cells.items():
            if column in _TRADED:
                found.fresh[row.line][column] = Fresh(text=text, quote=taken)
        others = [f"{quote.id} (line {quote.line})" for quote in quoted if quote is not taken]
        if others:
            found.spare.append(
                f"{row.name} takes {taken.id} of {quotes.label}, line {taken.line}; not used: {', '.join(others)}."
            )
    return left


def _prices_of_none(
    contracts: Mapping[int, Sequence[Quote]],
    fresh: Mapping[int, dict[str, Fresh]],
    label: str,
) -> list[Problem]:
    """Refuse a new id without a price where another row has one: whose price that is nothing says."""
    problems = []
    for line in contracts:
        id_, price = fresh[line].get("id"), fresh[line].get("price")
        if id_ is None or price is None or price.quote is id_.quote:
            continue
        problems.append(
            Problem(
                message=f"'{id_.text}' is a new id without a price, and line {price.quote.line} states a price without it.",
                file=label,
                line=id_.quote.line,
                hint="Write the id and the price of a contract in one row.",
            )
        )
    return problems


def _new_id(
    quote: Quote, rows: Sequence[UniverseRow], universe: UniverseRows, label: str
) -> list[Problem]:
    """Refuse a new id that would be of no future, or of several."""
    contracts = [row for row in rows if row.kind == "future"]
    if len(contracts) == 1:
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
