"""What titles, and lines above them, say of thousands and millions: applied and said, or refused."""

from __future__ import annotations

from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.holding import shorten
from stress.files.portfolio.row_cells import NUMBER_ROLES
from stress.files.portfolio.text import Table
from stress.files.portfolio.title_units import states_scale

__all__ = ["ScalesSaid", "say_scales"]


class ScalesSaid(NamedTuple):
    """What is to be said of the scales of a table.

    Parameters
    ----------
    problems : list of Problem
        Titles that speak of a scale in unknown words, and lines above the titles that state one which no title repeats.
    warnings : list of str
        By what the figures of a column are multiplied.
    """

    problems: list[Problem]
    warnings: list[str]


def say_scales(table: Table, header: int, columns: Columns, *, above: bool) -> ScalesSaid:
    """Say by what titles multiply their figures.

    Parameters
    ----------
    table : Table
        The whole file.
    header : int
        Index of its header.
    columns : Columns
        What its columns mean.
    above : bool
        Whether the lines above the header are read too.
    """
    said = ScalesSaid([], [])
    for role in NUMBER_ROLES:
        if role not in columns.index:
            continue
        title = columns.titles[columns.index[role]]
        if role in columns.unread:
            said.problems.append(
                Problem(
                    message=f"column '{title}': its title speaks of a scale that is not understood.",
                    file=table.file,
                    line=table.lines[header],
                    column=columns.index[role] + 1,
                    hint="Write it like (thousands), ($000), (USD m) or (Mio. EUR), or write plain figures.",
                )
            )
        elif (factor := columns.scale.get(role, 1.0)) > 1.0:
            said.warnings.append(f"column '{title}': its figures are read times {factor:,.0f}")
    if above and not said.warnings:
        said.problems.extend(_above(table, header))
    return said


def _above(table: Table, header: int) -> list[Problem]:
    return [
        Problem(
            message=f"'{shorten([cell.lstrip('# ')], 60)}' says in what the amounts are, and no title does.",
            file=table.file,
            line=line,
            hint="If it holds for amounts below, write it into their titles, like Market Value ($000); then remove the line.",
        )
        for row, line in zip(table.cells[:header], table.lines[:header], strict=True)
        for cell in row
        if states_scale(cell)
    ]
