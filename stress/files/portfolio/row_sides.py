"""What one row says of long and short: in its own column, its type and its titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from stress.errors import Problem
from stress.files.portfolio.columns import GROUP, Columns
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.side_columns import AMOUNTS, says_short_interest
from stress.files.portfolio.sides import (
    KNOWN_WORDS,
    SIDED_ROLES,
    Side,
    StatedSide,
    all_name_sides,
    mentions_short,
    says_signs,
    says_term,
    side_of_flag,
    side_of_word,
    split_side,
)

__all__ = ["RowSides", "SideReader", "is_read_long", "unsaid_sides"]


class RowSides(NamedTuple):
    """What a row says of its side.

    Parameters
    ----------
    value : mapping of str to float
        Its figures; those of long or of short columns stand under the plain role.
    type, right : str or None
        What the cells say without the side.
    sides : tuple of StatedSide
        Every statement.
    problems : list of Problem
        What is wrong.
    """

    value: Mapping[str, float]
    type: str | None
    right: str | None
    sides: tuple[StatedSide, ...]
    problems: list[Problem]


class SideReader:
    """Read the sides of the rows of one table.

    Parameters
    ----------
    file : str
        For messages.
    columns : Columns
        What they mean.
    body : sequence of sequences of str
        All rows below the header: in a column of buys and sales, ``S`` is a sale.
    """

    __slots__ = (
        "_columns",
        "_file",
        "_flags",
        "_free",
        "_side",
        "_sided",
        "_signs",
        "_trades",
        "_typed",
    )

    def __init__(self, *, file: str, columns: Columns, body: Sequence[Sequence[str]]) -> None:
        self._file, self._columns = file, columns
        self._side = columns.index.get("side")
        self._sided = [role for role in columns.index if role in SIDED_ROLES]
        self._flags = [role for role in self._sided if role.endswith("_exposure")]
        # beside a column of the other side any amount is a side, and so is a 1 among noughts
        both = {role.split("_", 1)[0] for role in self._flags} == {"long", "short"}
        self._free = [role for role in self._flags if both or _is_marked(columns.index[role], body)]
        self._trades = self._signs = False
        self._typed = [
            (role, columns.index[role]) for role in ("type", "right") if role in columns.index
        ]
        if self._side is not None:
            title = fold(columns.titles[self._side])
            cells = [row[self._side] for row in body if self._side < len(row) and row[self._side]]
            self._trades = any(word in title for word in ("buy", "b/s", "b / s")) or any(
                side_of_word(cell) == "buy" for cell in cells
            )
            self._signs = says_signs(cells)

    def __call__(
        self,
        row: Sequence[str],
        line: int,
        value: Mapping[str, float],
    ) -> RowSides:
        """Read the sides of one row that starts on a line of the file."""
        if self._side is None and not self._typed and not self._sided:
            return RowSides(value, None, None, (), [])
        problems: list[Problem] = []
        sides: list[StatedSide] = []
        if self._side is not None and self._side < len(row) and row[self._side]:
            self._word(row[self._side], line, self._side, sides, problems)
        cells = {role: row[column] for role, column in self._typed if column < len(row)}
        for role, text in list(cells.items()):
            side, rest = split_side(text) if text else (None, text)
            if side == "unclear":
                problems.append(
                    self._columns.problem(
                        self._file,
                        text,
                        line,
                        self._columns.index[role],
                        "may be a short position, or a bond of short maturity or an inverse fund",
                        "Write bond or fund there, and long or short in a column called side.",
                    )
                )
            elif side is not None:
                sides.append(StatedSide(side, text, self._where(self._columns.index[role])))
                cells[role] = rest
        for role in self._flags:
            column = self._columns.index[role]
            named: Literal["long", "short"] = "long" if role.startswith("long") else "short"
            text = row[column] if column < len(row) else ""
            try:
                flagged = side_of_flag(text, named, None if role in self._free else _amounts(value))
            except ValueError as error:
                problems.append(
                    self._columns.problem(
                        self._file, text, line, column, str(error), self._something_else(column)
                    )
                )
                continue
            if flagged is not None:
                sides.append(StatedSide(flagged, text, self._where(column)))
        if self._sided:
            value = self._netted(row, line, value, sides, problems)
        return RowSides(
            value, cells.get("type") or None, cells.get("right") or None, tuple(sides), problems
        )

    def _word(
        self, text: str, line: int, column: int, sides: list[StatedSide], problems: list[Problem]
    ) -> None:
        side = side_of_word(text, trades=self._trades)
        if self._signs:
            side = "long" if text.strip() == "+" else "short"
        if side is None:
            title = self._columns.titles[column]
            problems.append(
                self._columns.problem(
                    self._file,
                    text,
                    line,
                    column,
                    "is not a side",
                    f'Known: {KNOWN_WORDS}. If the column is something else: --map "{title}={GROUP}" / '
                    f'mapping={{"{title}": "{GROUP}"}}.',
                )
            )
        elif side != "neither":
            sides.append(StatedSide(side, text, self._where(column)))

    def _netted(
        self,
        row: Sequence[str],
        line: int,
        value: Mapping[str, float],
        sides: list[StatedSide],
        problems: list[Problem],
    ) -> Mapping[str, float]:
        """Put what stands in columns of long or of short positions under the plain role; note the side."""
        plain = {role: number for role, number in value.items() if role not in SIDED_ROLES}
        for role in AMOUNTS:
            amounts: dict[Side, float] = {
                side: value[f"{side}_{role}"]
                for side in ("long", "short")
                if value.get(f"{side}_{role}")
            }
            if not amounts:
                zero = value.get(f"long_{role}", value.get(f"short_{role}"))
                if zero is not None:
                    plain.setdefault(role, zero)
                continue
            if len(amounts) == 2:
                column = self._columns.index[f"short_{role}"]
                problems.append(
                    self._columns.problem(
                        self._file,
                        row[column],
                        line,
                        column,
                        f"and '{row[self._columns.index[f'long_{role}']]}' stand in one row: it is long and short",
                        "Write two rows.",
                    )
                )
                continue
            ((side, amount),) = amounts.items()
            column = self._columns.index[f"{side}_{role}"]
            if side == "long" and amount < 0.0:
                problems.append(
                    self._columns.problem(
                        self._file, row[column], line, column, "is negative", "Write it as short."
                    )
                )
                continue
            if plain.get(role) and abs(plain[role]) != abs(amount):
                problems.append(
                    self._columns.problem(
                        self._file,
                        row[column],
                        line,
                        column,
                        f"is not the row's {role.replace('_', ' ')} {plain[role]:g}",
                        f"Correct one of them. {self._something_else(column)}",
                    )
                )
                continue
            plain.setdefault(role, amount)
            plain[role] = plain[role] or amount
            sides.append(StatedSide(side, row[column], self._where(column)))
        return plain

    def _something_else(self, column: int) -> str:
        title = self._columns.titles[column]
        return (
            f'If the column is something else, such as what the market sold short: --map "{title}={GROUP}" / '
            f'mapping={{"{title}": "{GROUP}"}}.'
        )

    def _where(self, column: int) -> str:
        return f"column '{self._columns.titles[column]}'"


def _is_marked(column: int, body: Sequence[Sequence[str]]) -> bool:
    """Say whether every filled cell of a column is 1 or 0."""
    cells = {row[column].strip() for row in body if column < len(row)} - {""}
    return cells <= {"0", "1", "-1"}


def _amounts(value: Mapping[str, float]) -> list[float]:
    """Return the figures of a row that an amount under *Short* may repeat."""
    amounts = [value[role] for role in AMOUNTS if role in value]
    if "quantity" in value and "price" in value:
        worth = value["quantity"] * value["price"]
        worth *= value.get("multiplier", 1.0)
        amounts += [value["quantity"] * value["price"], worth, worth * value.get("fx_rate", 1.0)]
    return amounts


def unsaid_sides(
    holdings: Sequence[Holding], columns: Columns, *, file: str, header_line: int
) -> tuple[list[Problem], list[str]]:
    """Ask about a column that says *short* in a title nobody knows, beside figures without a minus.

    Parameters
    ----------
    holdings : sequence of Holding
        As read; their sides stand in `Holding.sides`.
    columns : Columns
        Of the table.
    file : str
        For messages.
    header_line : int
        Line of the titles.

    Returns
    -------
    problems : list of Problem
        Columns of which every cell is long or short.
    warnings : list of str
        Columns of which some cell is short, among other words.
    """
    problems: list[Problem] = []
    warnings: list[str] = []
    candidates = {
        **columns.groups,
        **{
            columns.titles[columns.index[role]]: columns.index[role]
            for role in ("account", "sector")
            if role in columns.index
        },
    }
    for title, column in candidates.items():
        if title in columns.settled or column == columns.index.get("side"):
            continue
        if says_term(fold(title)):
            continue
        if says_short_interest(title, (_cell(holding, column) for holding in holdings)):
            warnings.append(
                f"column '{title}' is read as what the market sold short, not as positions of the book (a column side, "
                "or a minus, says what is held short)"
            )
            continue
        words = {holding.cells[column] for holding in holdings if column < len(holding.cells)}
        short = {word for word in words if _names_short(word)}
        if not short:
            continue
        bare = next(
            (
                holding
                for holding in holdings
                if _cell(holding, column) in short and is_read_long(holding)
            ),
            None,
        )
        if bare is None:
            continue
        said = f"column '{title}' says '{_cell(bare, column)}' on line {bare.line}, and the figures there have no minus"
        if not all_name_sides(words):
            remedy = (
                f'--map "{title}=side" / mapping={{"{title}": "side"}}'
                if all(side_of_word(word) for word in words if word)
                else "a minus before the quantity, or short in a column side"
            )
            warnings.append(f"{said}: they are read as long (if they are short: {remedy})")
            continue
        problems.append(
            Problem(
                message=f"{said}: are these positions short?",
                file=file,
                line=header_line,
                column=column + 1,
                hint=f'If so --map "{title}=side" / mapping={{"{title}": "side"}}, if it means something else '
                f'--map "{title}={GROUP}" / mapping={{"{title}": "{GROUP}"}}.',
            )
        )
    return problems, warnings


def _names_short(word: str) -> bool:
    return (all_name_sides([word]) and side_of_word(word) == "short") or mentions_short(word)


def _cell(holding: Holding, column: int) -> str:
    return holding.cells[column] if column < len(holding.cells) else ""


def is_read_long(holding: Holding) -> bool:
    """Say whether a row has figures without a minus and nothing in it says short."""
    return not any(side.is_short for side in holding.sides) and any(
        (getattr(holding, role) or 0.0) > 0.0 for role in AMOUNTS
    )
