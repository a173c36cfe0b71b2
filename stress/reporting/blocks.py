"""A page as blocks of tables and lines: the terminal and a notebook write the same ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stress.reporting.filling import fill
from stress.reporting.html_blocks import heading, table, text
from stress.tables import SCREEN_WIDTH, Column, table_lines

__all__ = ["Block", "Rows", "block_html", "block_text", "filled"]

_INDENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table inside a block.

    Parameters
    ----------
    columns : tuple of Column
        A heading is written when any has a title.
    rows : sequence of sequence of str
        A cell a column.
    """

    columns: tuple[Column, ...]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of a page.

    Parameters
    ----------
    title : str
        Its heading, in capitals on every page.
    aside : str
        What its figures are, beside the heading.
    parts : tuple of Rows or str
        Under it, in order. A line that belongs to the one above it begins with spaces; an empty one is a gap.
    """

    title: str
    aside: str = ""
    parts: tuple[Rows | str, ...]


def block_text(block: Block) -> str:
    """Write a block as lines of the terminal."""
    margin = " " * _INDENT
    lines = [f"{block.title}   {block.aside}" if block.aside else block.title]
    for part in block.parts:
        if isinstance(part, Rows):
            lines += table_lines(part.columns, part.rows, indent=_INDENT)
        else:
            lines.append(f"{margin}{part}" if part else "")
    return "\n".join(filled(line) for line in "\n".join(lines).split("\n"))


def block_html(block: Block) -> str:
    """Write a block as HTML, escaped."""
    parts = [
        table(part.columns, [("", part.rows)], wraps=_words(part))
        if isinstance(part, Rows)
        else text(part.strip(), quiet=part.startswith(" "))
        for part in block.parts
    ]
    return f"{heading(block.title)}{text(block.aside, quiet=True)}{''.join(parts)}"


def _words(rows: Rows) -> list[int]:
    """Return the columns that may break: text beside the names of the rows."""
    return [i for i, column in enumerate(rows.columns) if i and column.align == "left"]


def filled(line: str) -> str:
    """Break a line that is too long; what follows stands under its text, right of a label.

    Parameters
    ----------
    line : str
        Broken as `stress.reporting.filling.fill` does.
    """
    if len(line) > SCREEN_WIDTH:
        label = re.match(r"\S*\s{2,}", line)
        under = " " * (label.end() if label else 2)
        under += "  " if line.startswith(" ") and not line[: len(under)].strip() else ""
        return "\n".join(fill(line, under=under))
    return line.replace("\N{NO-BREAK SPACE}", " ")
