"""Trades on a drawn book as HTML for a notebook: what is traded, and what it changes on the same draws."""

from __future__ import annotations

from stress.reporting.html_blocks import heading, page, table, text
from stress.reporting.what_if_document import what_if_document
from stress.simulation.what_if import WhatIf
from stress.tables import Column, MoneyUnit, money_unit, percent, thousands

__all__ = ["what_if_html"]

_SHOWN = 30


def what_if_html(found: WhatIf) -> str:
    """Write trades and what they change as HTML.

    Parameters
    ----------
    found : WhatIf
        From `stress.Book.what_if`.
    """
    document = what_if_document(found)
    portfolio = found.pnl.plan.book.portfolio
    unit, currency = money_unit(portfolio.nav), portfolio.currency
    condition = "no scenario" if found.scenario is None else f"given {found.scenario.id}"

    # What a trade changes is small beside the book: written out, not in the unit of its net asset value.
    whole = MoneyUnit(divisor=1.0, suffix="", digits=0 if unit.suffix else 2)

    def amounts(*values: float | None) -> list[str]:
        return ["" if value is None else whole.signed(value) for value in values]

    def share(value: float) -> str:
        return percent(value / portfolio.nav, digits=2)

    trades = sorted(found.trades.items(), key=lambda trade: (-abs(trade[1]), trade[0]))
    rows = [
        ["buy" if value > 0.0 else "sell", name, *amounts(value), share(value)]
        for name, value in trades[:_SHOWN]
    ]
    if len(trades) > _SHOWN:
        rest = sum(value for _, value in trades[_SHOWN:])
        others = f"{len(trades) - _SHOWN} others"
        rows.append(["", others, *amounts(rest), share(rest)])
    change = found.expected_change
    effects = [["Expected P&L", *amounts(None, None, change), share(change), ""]]
    tail = document["expected_shortfall"]
    if tail is not None:
        # A loss in the document, on a page signed P&L.
        signed = (-tail["before"], -tail["after"], -tail["change"])
        effects.append(
            [
                f"Tail average (ES {tail['level']:.1%})",
                *amounts(*signed),
                share(signed[2]),
                whole.plain(tail["standard_error"]),
            ]
        )
    return page(
        [
            heading("WHAT THE TRADES CHANGE", large=True),
            text(
                f"{portfolio.name} · NAV {unit.plain(portfolio.nav)} {currency} · {condition} · "
                f"{thousands(found.pnl.draws)} draws, seed {found.pnl.seed}",
                quiet=True,
            ),
            table(_TRADES, [("", rows)]),
            heading("ON THE SAME DRAWS"),
            text("losses negative; ± is the simulation error of the change", quiet=True),
            table(_EFFECTS, [("", effects)]),
            *map(text, document["warnings"]),
        ]
    )


_TRADES = (
    Column(title="", align="left"),
    Column(title="name", align="left"),
    Column(title="value"),
    Column(title="of NAV"),
)

_EFFECTS = (
    Column(title="", align="left"),
    Column(title="before"),
    Column(title="after"),
    Column(title="change"),
    Column(title="of NAV"),
    Column(title="±"),
)
