"""Which column of a header row means what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from stress.errors import Problem
from stress.files.portfolio.column_units import MONEY_ROLES, units_of
from stress.files.portfolio.currency_columns import currency_columns, currency_kind
from stress.files.portfolio.fitting_columns import (
    fits,
    holds_numbers,
    may_be_type,
    may_fill,
    names_kinds,
)
from stress.files.portfolio.header_words import ROLES, Heading, fold, heading
from stress.files.portfolio.numbers import is_blank
from stress.files.portfolio.side_columns import AMOUNTS, side_column, sided_columns

__all__ = ["BASE_VALUE", "GROUP", "Columns", "is_worded", "match_columns", "named_columns"]

_RANK: dict[str, dict[str, int]] = {
    role: {fold(word): rank for rank, word in reversed(list(enumerate(words)))}
    for role, words in ROLES.items()
}
#: Roles that say how much of it a row holds, and what it is worth.
_FIGURES = ("quantity", "price", "market_value", "weight")
#: The user's word for a column that is nothing but a group.
GROUP = "group"
#: The user's word for values in the book's currency, whatever that of the row.
BASE_VALUE = "base_value"
#: A value in Spanish and Portuguese, the number of a security in Switzerland.
_VALOR = "valor"
_NUMBER = re.compile(r"\d{3,9}")
#: What a fund is worth a share, and with a per cent sign what a weight is of.
_PER_SHARE = frozenset({"nav", "net asset value"})
#: A figure that is no 1 or -1, which may be sides.
_FIGURE = re.compile(r"(?![+-]?1(?:[.,]0*)?$)[+-]?\d+(?:[.,]\d+)?%?")
#: Rows that tell words from figures.
_LOOK_AT = 25
_SIDES = frozenset(_RANK["side"])
#: Roles whose column may be grouped by as well: many a file means its own by them.
_GROUPS_TOO = (
    "side",
    "style",
    "implied_vol",
    "underlying_price",
    "proxy",
    "yield",
    "convexity",
    "frequency",
    "credit",
    "curve",
)
#: A title with one of these is about cost, change or the past, whatever else it says.
_NOT_NOW_TEXT = """cost change chg gain loss day day's today today's prior previous opening beginning average avg purchase
    bought paid book unrealized realized p/l p&l pnl target limit high low open 52 einstand kaufkurs einstandskurs
    veranderung gewinn achat revient gain/loss plus-value pru compra coste medio carico acquisto aankoop"""
_NOT_NOW = frozenset(_NOT_NOW_TEXT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a table by what they mean.

    Parameters
    ----------
    titles : tuple of str
        Every title as written.
    index : mapping of str to int
        Column of each role (`header_words.ROLES`, or a native word).
    percent : frozenset of str
        Roles whose title says per cent.
    currencies : mapping of str to str
        Currency named in the title of a column of money (`MONEY_ROLES`), or of strikes and spots.
    in_base : bool
        Whether the title of the values says that they are in the book's currency, without naming it.
    price_in_base : bool
        Whether that of the prices does.
    scale : mapping of str to float
        What a number of a column is multiplied by: 0.01 for a price in pence, 1000 for ``$000``.
    price_unit : float
        What one unit of a price is worth in the currency that its title names: 0.01 of pence.
    unread : frozenset of str
        Roles whose title speaks of a scale that was not understood.
    groups : mapping of str to int
        Columns kept for grouping.
    settled : frozenset of str
        Those of them that the user chose to be nothing else.
    rivals : mapping of str to sequence of int
        Further columns whose titles fit a role that another column has (`twin_columns`), the surest first.
    own : frozenset of str
        Roles whose column has foreshock's own word for its title, in a file of the native format: no other stands in for it.
    left : mapping of str to int
        Columns of a native file that may mean a figure none of its titles names, and are left to be groups.
    """

    titles: tuple[str, ...]
    index: Mapping[str, int]
    percent: frozenset[str] = frozenset()
    currencies: Mapping[str, str] = field(default_factory=dict)
    in_base: bool = False
    price_in_base: bool = False
    scale: Mapping[str, float] = field(default_factory=dict)
    price_unit: float = 1.0
    unread: frozenset[str] = frozenset()
    groups: Mapping[str, int] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    rivals: Mapping[str, Sequence[int]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    left: Mapping[str, int] = field(default_factory=dict)

    def problem(
        self, file: str, text: str, line: int, column: int, why: str, hint: str | None = None
    ) -> Problem:
        """Say what is wrong with a cell, by its column's title and place."""
        shown = text if len(text) <= 40 else text[:37] + "..."
        return Problem(
            message=f"column '{self.titles[column]}': '{shown}' {why}.",
            file=file,
            line=line,
            column=column + 1,
            hint=hint,
        )

    @property
    def value_currency(self) -> str | None:
        """Currency that the title of the values names."""
        values = [role for role in MONEY_ROLES if role != "price"]
        return next((self.currencies[role] for role in values if role in self.currencies), None)

    def mapping(self) -> dict[str, str]:
        """Return word of foreshock → title of the file."""
        return {role: self.titles[column] for role, column in self.index.items()}


def match_columns(
    titles: Sequence[str],
    *,
    chosen: Mapping[str, str] | None = None,
    fixed: Mapping[str, Sequence[str]] | None = None,
    body: Sequence[Sequence[str]] = (),
    known: Mapping[str, int] | None = None,
) -> Columns:
    """Recognise columns by their words.

    Parameters
    ----------
    titles : sequence of str
        The header row.
    chosen : mapping of str to str, optional
        The user's own choices, title to role (``{"Symbol": "ticker"}``): they win, and the title
        is not used for anything else.
    fixed : mapping of str to sequence of str, optional
        A dialect's choices, role to titles in order of preference.
    body : sequence of sequences of str
        The rows below: a column called *Position* or *Type* whose cells say long and short is the side.
    known : mapping of str to int, optional
        Columns that are settled already, by role.

    Returns
    -------
    Columns
        A role without a column is absent. Where several titles fit a role the surest word wins,
        then the left one; a title is used once. The columns of a side and of terms (`_GROUPS_TOO`) are kept for grouping too.
    """
    index: dict[str, int] = dict(known or {})
    taken: set[int] = set(index.values())
    settled: set[int] = set()
    folded = [fold(title) for title in titles]
    for title, role in (chosen or {}).items():
        column = _position(folded, fold(title))
        if column is not None:
            taken.add(column)
            if role == GROUP:
                settled.add(column)
            else:
                index["market_value" if role == BASE_VALUE else role] = column
    for role, wanted in (fixed or {}).items():
        if role in index:
            continue
        for title in wanted:
            column = _position(folded, fold(title))
            if column is not None and column not in taken:
                index[role] = column
                taken.add(column)
                break
    if "side" not in index and (column := side_column(folded, taken, body)) is not None:
        index["side"] = column
        taken.add(column)
    headings = [heading(title) for title in titles]
    numbers = _security_numbers(headings, body)
    money = [column for column in currency_columns(titles, body) if column not in taken]
    quoted = "currency" in index or any(currency_kind(titles[column]) != "book" for column in money)
    valued = _states_value(index, headings)
    chosen_roles = frozenset(index) - frozenset(known or {})
    candidates = sorted(
        (_depth(role, parts, depth, valued), rank, _unsaid(role, parts), column, role)
        for column, parts in enumerate(headings)
        if column not in taken and column not in numbers
        for depth, word in enumerate(parts.words)
        if not _is_past(word)
        for role, ranks in _RANK.items()
        if role not in chosen_roles
        and role != "currency"
        and (rank := ranks.get(word)) is not None
        and not (role == "price" and parts.percent and word in _PER_SHARE)
        and (quoted or parts.denomination != "row" or role == "market_value")
    )
    fitting = [(column, role) for *_, column, role in candidates]
    fitting += [(column, "currency") for column in money]
    for column, role in fitting:
        if role in index or column in taken or is_worded(role, column, body):
            continue
        if fits(role, column, body):
            index[role] = column
            taken.add(column)
    for role, column in sided_columns(headings, taken, weighted="weight" in index, body=body):
        if role not in index:
            index[role] = column
            taken.add(column)
    of_rows = index.get("currency")
    if "value_currency" in index and (of_rows is None or currency_kind(titles[of_rows]) == "book"):
        index["currency"] = index.pop("value_currency")
    units = units_of(headings, index)
    too = {index[role] for role in _GROUPS_TOO if role in index}
    if "currency" in index and _RANK["currency"].keys().isdisjoint(
        headings[index["currency"]].words
    ):
        too.add(index["currency"])
    return Columns(
        titles=tuple(titles),
        index=index,
        percent=units.percent,
        currencies=units.currencies,
        in_base=units.in_base or BASE_VALUE in (chosen or {}).values(),
        price_in_base=units.price_in_base,
        scale=units.scale,
        price_unit=units.price_unit,
        unread=units.unread,
        groups={
            titles[column]: column
            for column in range(len(titles))
            if titles[column]
            and folded[column]
            and (column not in taken or column in settled or column in too)
        },
        settled=frozenset(titles[column] for column in settled),
        rivals=_rivals(index, folded, taken, fitting),
    )


def _rivals(
    index: Mapping[str, int],
    folded: Sequence[str],
    taken: Set[int],
    candidates: Sequence[tuple[int, str]],
) -> dict[str, list[int]]:
    """Return the columns left over that fit a role by their words, or have the very title of its column."""
    rivals: dict[str, list[int]] = {}
    free = [column for column, title in enumerate(folded) if title and column not in taken]
    if not free:
        return rivals
    namesakes = [
        (column, role)
        for role, place in index.items()
        for column in free
        if folded[column] == folded[place]
    ]
    for column, role in dict.fromkeys((*namesakes, *candidates)):
        if column in free and role in index:
            rivals.setdefault(role, []).append(column)
    return rivals


def _unsaid(role: str, parts: Heading) -> int:
    """Return how little the title of a value says of its currency: of two value columns the one that says the book's is taken."""
    if role != "market_value" or parts.currency is not None or parts.denomination == "book":
        return 0
    return 2 if parts.denomination == "row" else 1


def _states_value(index: Mapping[str, int], headings: Sequence[Heading]) -> bool:
    """Say whether a column of a table is a value by its title."""
    return "market_value" in index or any(
        word in _RANK["market_value"] and not _is_past(word)
        for parts in headings
        for word in parts.words
    )


def _depth(role: str, parts: Heading, depth: int, valued: bool) -> int:
    """Return how sure a word of a title is, least the surest.

    A price in the currency of its row comes first where values stand beside it, and after one in the book's otherwise, which
    needs no rate.
    """
    if role != "price" or parts.denomination != "row":
        return depth
    return -1 if valued else depth + 1


def _security_numbers(headings: Sequence[Heading], body: Sequence[Sequence[str]]) -> frozenset[int]:
    """Return the columns *Valor* that hold Swiss numbers of securities, and no values as in Spanish.

    They do beside a value, and where all of them are whole figures without marks beside an ISIN.
    """
    valor = [column for column, parts in enumerate(headings) if _VALOR in parts.words]
    values = _RANK["market_value"]
    beside = any(
        column not in valor and any(word in values and not _is_past(word) for word in parts.words)
        for column, parts in enumerate(headings)
    )
    named = any(word in _RANK["isin"] for parts in headings for word in parts.words)
    found = set()
    for column in valor:
        cells = [row[column] for row in body if column < len(row) and not is_blank(row[column])]
        if cells and all(_NUMBER.fullmatch(cell) for cell in cells) and (beside or named):
            found.add(column)
    return frozenset(found)


def is_worded(role: str, column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether a title that may mean figures stands above words, or one that may mean a side above figures.

    *Valeur* is a value, and a security; *Sens* is a side, and a sensitivity.
    """
    if role not in (*AMOUNTS, "price", "side"):
        return False
    cells = [row[column] for row in body[:_LOOK_AT] if column < len(row) and row[column]]
    if role == "side":
        return bool(cells) and all(_FIGURE.fullmatch(cell) for cell in cells)
    words = [cell for cell in cells if not is_blank(cell)]
    return bool(words) and not any(character.isdigit() for cell in words for character in cell)


def named_columns(
    titles: Sequence[str],
    roles: frozenset[str],
    body: Sequence[Sequence[str]] = (),
    chosen: Mapping[str, str] | None = None,
) -> Columns:
    """Match titles that are foreshock's own words; others fill what these leave open, and all but figures may.

    Parameters
    ----------
    titles : sequence of str
        The header row.
    roles : frozenset of str
        The words of the native format.
    body : sequence of sequences of str
        The rows below, to know a side by its cells.
    chosen : mapping of str to str, optional
        The user's own choices, title to role: with any, figures may be filled too.

    Returns
    -------
    Columns
    """
    if chosen:
        return _chosen_columns(titles, roles, body, chosen)
    index: dict[str, int] = {}
    groups: dict[str, int] = {}
    for column, title in enumerate(titles):
        role = title.strip().casefold()
        if role in roles and role not in index:
            index[role] = column
        elif role:
            groups[title] = column
    own = frozenset(index)
    headings = [heading(title) for title in titles]
    if "side" not in index:
        named = (
            column for column in groups.values() if not _SIDES.isdisjoint(headings[column].words)
        )
        by_cells = side_column([fold(title) for title in titles], set(index.values()), body)
        side = next(named, by_cells)
        if side is not None:
            index["side"] = side
    sided = dict(
        sided_columns(headings, set(index.values()), weighted="weight" in index, body=body)
    )
    if "side" in index:
        groups[titles[index["side"]]] = index["side"]
    worded = match_columns(titles, body=body, known={**sided, **index})
    unsure = _unsure_type(worded, own, body)
    filled = {role: at for role, at in _filled(worded, own, body).items() if at != unsure}
    units = units_of(headings, {**sided, **filled})
    index = {**sided, **index, **filled}
    return Columns(
        titles=tuple(titles),
        index=index,
        percent=units.percent,
        currencies=units.currencies,
        scale=units.scale,
        price_unit=units.price_unit,
        unread=units.unread,
        groups={title: column for title, column in groups.items() if column not in sided.values()},
        rivals={
            role: free
            for role, others in worded.rivals.items()
            if (free := [column for column in others if column not in index.values()])
        },
        own=own,
        left={
            role: column
            for role, column in worded.index.items()
            if (role in _FIGURES and role not in index and holds_numbers(column, body))
            or (column == unsure and names_kinds(column, body))
        },
    )


def _chosen_columns(
    titles: Sequence[str],
    roles: frozenset[str],
    body: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> Columns:
    """Match foreshock's own words around the user's choices, and any other words for what these leave open."""
    settled = {fold(title) for title in chosen}
    wanted = {"market_value" if role == BASE_VALUE else role for role in chosen.values()}
    known = {
        role: column
        for column, title in enumerate(titles)
        if (role := title.strip().casefold()) in roles
        and role not in wanted
        and fold(title) not in settled
    }
    worded = match_columns(titles, chosen=chosen, body=body, known=known)
    own = frozenset(known)
    unsure = _unsure_type(worded, own | frozenset(chosen.values()), body)
    if unsure is None:
        return replace(worded, own=own)
    return replace(
        worded,
        index={role: column for role, column in worded.index.items() if column != unsure},
        groups={**worded.groups, titles[unsure]: unsure},
        own=own,
    )


def _unsure_type(
    worded: Columns, sure: frozenset[str], body: Sequence[Sequence[str]]
) -> int | None:
    """Return the column of types by other words that makes no row anything but a share, if there is one."""
    column = worded.index.get("type")
    if column is None or "type" in sure:
        return None
    tickers = worded.index.get("ticker")
    return None if may_be_type(worded.titles[column], column, tickers, body) else column


def _filled(worded: Columns, own: frozenset[str], body: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return the columns that fill, by other words, what no title of foreshock's own gives."""
    found = {
        role: column
        for role, column in worded.index.items()
        if role not in own and may_fill(role, column, body)
    }
    if "currency" not in own and "currency" not in found:
        found.pop("fx_rate", None)  # a rate of nothing is no rate
    return found


def _position(folded: Sequence[str], wanted: str) -> int | None:
    return folded.index(wanted) if wanted in folded else None


def _is_past(word: str) -> bool:
    return not _NOT_NOW.isdisjoint(word.replace("(", " ").replace(")", " ").split())
