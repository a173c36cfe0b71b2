"""The tails of many books as HTML for a notebook."""

from __future__ import annotations

import math

from stress.reporting.html_blocks import folded, heading, page, table, text
from stress.reporting.words import counted
from stress.results.tails import TailTable
from stress.scenarios.scenario import BASELINE
from stress.tables import Column, percent, thousands

__all__ = ["tails_html"]

#: Rows of the page; the frame has all.
_SHOWN = 60


def tails_html(tails: TailTable) -> str:
    """Write tails as HTML, as signed P&L: losses negative.

    Parameters
    ----------
    tails : TailTable
        From `stress.tails`.
    """
    places = [
        (b, s, column)
        for b in range(len(tails.books))
        for s in range(len(tails.scenarios))
        for column in range(len(tails.levels))
    ]
    rows = [_row(tails, *place) for place in places[:_SHOWN]]
    more = len(places) - _SHOWN
    return page(
        [
            heading("TAILS", large=True),
            text(
                f"{counted(len(tails.books), 'book')} · {thousands(tails.draws)} draws, seed {tails.seed} · "
                "losses negative; ± is simulation error only",
                quiet=True,
            ),
            table(_COLUMNS, [("", rows)]),
            text(f"+ {more:,} more (to_frame())" if more > 0 else "", quiet=True),
            folded(counted(len(tails.warnings), "warning"), tails.warnings),
        ]
    )


_COLUMNS = (
    Column(title="book", align="left"),
    Column(title="given", align="left"),
    Column(title="level"),
    Column(title="point"),
    Column(title="tail average (ES)"),
    Column(title="±"),
    Column(title="ES of NAV"),
    Column(title="NAV"),
    Column(title="", align="left"),
)


def _row(tails: TailTable, b: int, s: int, column: int) -> list[str]:
    shortfall = float(tails.expected_shortfall[b, s, column])
    nav, given = float(tails.nav[b]), tails.scenarios[s]
    exists = math.isfinite(shortfall)
    return [
        tails.books[b],
        "no scenario" if given == BASELINE else given,
        f"{100.0 * tails.levels[column]:g} %",
        thousands(-float(tails.value_at_risk[b, s, column])),
        thousands(-shortfall) if exists else "none exists",
        thousands(float(tails.standard_error[b, s, column])) if exists else "",
        percent(-shortfall / nav) if exists else "",
        thousands(nav),
        tails.currencies[b],
    ]
