"""Rows to an aligned text table or one in Markdown, and how numbers are written.

Every `repr`, report and screen uses these, so one number looks the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "SCREEN_WIDTH",
    "Column",
    "MoneyUnit",
    "bar",
    "listing",
    "markdown_table",
    "money_unit",
    "percent",
    "printable",
    "shorten",
    "table_lines",
    "thousands",
]

#: Columns of the screen: no line of a page is longer.
SCREEN_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    title : str
        Its heading; may be empty.
    align : {'left', 'right'}
        Text left, numbers right.
    most : int or None
        Longest cell in characters; longer ones are cut with an ellipsis.
    """

    title: str
    align: Literal["left", "right"] = "right"
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyUnit:
    """The unit in which all money of one screen is written, so that columns compare by eye.

    Parameters
    ----------
    divisor : float
        What one unit is worth.
    suffix : {'', 'k', 'm', 'bn'}
        Written after the number.
    digits : int
        Decimals.
    """

    divisor: float
    suffix: Literal["", "k", "m", "bn"]
    digits: int

    def plain(self, value: float) -> str:
        """Write an amount, e.g. ``10.00m``; negative with a minus."""
        return f"{_unsigned_zero(value / self.divisor, self.digits):,.{self.digits}f}{self.suffix}"

    def signed(self, value: float) -> str:
        """Write a P&L with its sign, e.g. ``-1.37m`` or ``+0.29m``."""
        number = _unsigned_zero(value / self.divisor, self.digits)
        sign = "+" if number > 0 else ""
        return f"{sign}{number:,.{self.digits}f}{self.suffix}"


def listing(words: Sequence[str], *, most: int) -> str:
    """Join words with commas, and say how many more there are.

    Parameters
    ----------
    words : sequence of str
        In the order in which they are shown.
    most : int
        Shown at most.

    Examples
    --------
    >>> listing(["NVDA", "AMD", "MU"], most=2)
    'NVDA, AMD and 1 more'
    """
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def money_unit(reference: float) -> MoneyUnit:
    """Choose the unit for a screen from the size of the book.

    Parameters
    ----------
    reference : float
        The largest amount that stands there, usually NAV. [currency]

    Returns
    -------
    MoneyUnit
        Three to four significant digits of the reference.

    Examples
    --------
    >>> money_unit(10_000_000).plain(10_000_000), money_unit(10_000_000).signed(-1_370_000)
    ('10.00m', '-1.37m')
    >>> money_unit(250_000).signed(-1_234)
    '-1.2k'
    """
    divisor: float
    suffix: Literal["k", "m", "bn"]
    size = abs(reference)
    if size >= 5e9:
        divisor, suffix = 1e9, "bn"
    elif size >= 5e6:
        divisor, suffix = 1e6, "m"
    elif size >= 5e3:
        divisor, suffix = 1e3, "k"
    else:
        return MoneyUnit(divisor=1.0, suffix="", digits=2)
    units = size / divisor
    digits = 2 if units < 100 else 1 if units < 1000 else 0
    return MoneyUnit(divisor=divisor, suffix=suffix, digits=digits)


def percent(fraction: float, *, digits: int = 1, signed: bool = True, unit: bool = True) -> str:
    """Write a fraction as a percentage.

    Parameters
    ----------
    fraction : float
        ``-0.137`` is ``-13.7 %``.
    digits : int
        Decimals.
    signed : bool
        Whether a gain carries its plus.
    unit : bool
        Whether `` %`` follows.

    Examples
    --------
    >>> percent(-0.137), percent(0.029, unit=False), percent(0.923, signed=False)
    ('-13.7 %', '+2.9', '92.3 %')
    """
    number = _unsigned_zero(fraction * 100.0, digits)
    sign = "+" if signed and number > 0 else ""
    return f"{sign}{number:.{digits}f}{' %' if unit else ''}"


def thousands(number: float, *, digits: int = 0) -> str:
    """Write a number with thousands separated, e.g. ``20,000``."""
    return f"{_unsigned_zero(number, digits):,.{digits}f}"


def bar(share: float, *, width: int) -> str:
    """Write a share as a bar.

    Parameters
    ----------
    share : float
        Between 0 and 1 of the full width.
    width : int
        Characters of a full bar; a positive share has at least one.

    Examples
    --------
    >>> bar(0.5, width=8)
    '####'
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a bar shows a share between 0 and 1, got {share}.")
    return "#" * (max(1, round(share * width)) if share > 0.0 else 0)


def printable(text: str) -> str:
    r"""Replace what a terminal would obey, or what reorders a line, by question marks: escape codes, line ends, controls.

    Parameters
    ----------
    text : str
        As it came from a file or a command line.

    Examples
    --------
    >>> printable("red \x1b[31m")
    'red ?[31m'
    """
    return "".join(character if character.isprintable() else "?" for character in text)


def shorten(text: str, most: int, *, keep_end: int = 0) -> str:
    """Cut a text to `most` characters on one line, with an ellipsis where something is missing.

    Parameters
    ----------
    text : str
        Characters that do not print (a terminal's escape codes, line ends) become question marks.
    most : int
        Longest result.
    keep_end : int
        Characters of the end that are kept, where names differ at their ends; below `most`.

    Examples
    --------
    >>> shorten("Vertiv Holdings", 8), shorten("derating-severity-200", 12, keep_end=4)
    ('Vertiv …', 'deratin…-200')
    """
    clean = printable(text)
    if len(clean) <= most:
        return clean
    end = clean[len(clean) - keep_end :] if 0 < keep_end < most else ""
    return clean[: max(0, most - 1 - len(end))] + "…" + end


def table_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, indent: int = 0, gap: int = 2
) -> list[str]:
    """Write rows as aligned text.

    Parameters
    ----------
    columns : sequence of Column
        One a cell. A heading line is written when any has a title.
    rows : sequence of sequence of str
        Cells already written as text.
    indent, gap : int
        Spaces before each line and between columns.

    Returns
    -------
    list of str
        Lines without trailing spaces.

    Raises
    ------
    ValueError
        When a row has another number of cells than there are columns.
    """
    lines: list[list[str]] = []
    if any(column.title for column in columns):
        lines.append([column.title for column in columns])
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise ValueError(
                f"row {number} has {len(row)} cells, the table has {len(columns)} columns."
            )
        lines.append(
            [
                cell if column.most is None else shorten(cell, column.most)
                for cell, column in zip(row, columns, strict=True)
            ]
        )
    widths = [max((len(line[i]) for line in lines), default=0) for i in range(len(columns))]
    return [
        (
            " " * indent
            + (" " * gap).join(
                cell.ljust(width) if column.align == "left" else cell.rjust(width)
                for cell, width, column in zip(line, widths, columns, strict=True)
            )
        ).rstrip()
        for line in lines
    ]


def markdown_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Write rows as a table in Markdown, text left in its first column and numbers right in all others.

    Examples
    --------
    >>> print(markdown_table(["book", "loss"], [["a|b", "-1.2"]]))
    | book | loss |
    | --- | --: |
    | a\|b | -1.2 |
    """
    lines = [[cell.replace("|", "\\|") for cell in row] for row in (titles, *rows)]
    lines.insert(1, ["---", *("--:" for _ in titles[1:])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _unsigned_zero(number: float, digits: int) -> float:
    """Round as it will be written, so that no ``-0.0`` is; a number that is not finite is a bug upstream."""
    if not math.isfinite(number):
        raise ValueError(f"{number} cannot be shown as a number.")
    rounded = round(number, digits)
    return 0.0 if rounded == 0.0 else rounded
