"""Attribution by any column of the book, each group with its share of the tail and a tail of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from stress.errors import InputError, did_you_mean
from stress.factors.model import FloatArray
from stress.portfolio.position import Position
from stress.results.factor_credit import factor_credit
from stress.results.measured import TAIL_LEVEL
from stress.risk.measures import expected_shortfall
from stress.risk.tail import tail_weights
from stress.simulation.book import Book
from stress.simulation.moments import has_tail_average

if TYPE_CHECKING:
    from stress.results.result import Result

__all__ = [
    "MOST_CELLS",
    "MOST_TAILS",
    "NOT_STRESSED",
    "UNCLASSIFIED",
    "GroupLine",
    "group_lines",
    "position_labels",
    "require_column",
]

#: Label of positions for which a column is empty.
UNCLASSIFIED = "unclassified"
#: Label of positions that the figures leave out: their value is in the book, their P&L in no figure.
NOT_STRESSED = "NOT STRESSED"
#: Most groups that are each given a tail of their own: it takes groups x draws, and a root of groups x groups.
MOST_TAILS = 400
#: Most P&L numbers, groups x draws, that are held for it: 400 MB.
MOST_CELLS = 50_000_000
_NO_P_AND_L = "credit to a factor is a share of the book's tail, no P&L of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group of positions.

    Parameters
    ----------
    label : str
        The group.
    value : float
        Signed market value, cash included; groups sum to the book's positions. [currency]
    expected : float
        Expected P&L; groups sum to the book's. [currency]
    tail : float or None
        Contribution to the mean of the worst 2.5 % of variations; groups sum to the book's. None where too
        few draws hold it. [currency]
    alone_tail : float or None
        The group's own tail mean: from its summed P&L per draw. [currency]
    no_tail_because : str or None
        Why there is none.
    """

    label: str
    value: float
    expected: float
    tail: float | None
    alone_tail: float | None
    no_tail_because: str | None = None


def position_labels(positions: Sequence[Position], book: Book, key: str) -> list[str]:
    """Return the label of each position under a key.

    Raises
    ------
    InputError
        For a column that no position has.
    """
    model = book.model

    def theme(position: Position) -> str:
        i = book.name_index.get(position.ticker)
        if i is None:
            return position.instrument.kind
        home = book.homes[i]
        index = model.factor_index.get(home)
        return home if index is None else model.factors[index].title

    columns: dict[str, Callable[[Position], str | None]] = {
        "name": lambda p: p.ticker,
        "position": lambda p: p.id,
        "home": theme,
        "sector": lambda p: p.sector or theme(p),
        "account": lambda p: p.account,
        "currency": lambda p: p.currency,
        "type": lambda p: p.type or p.instrument.kind,
    }
    if key in columns:
        return [columns[key](p) or UNCLASSIFIED for p in positions]
    everywhere = [p for p in book.portfolio.positions if key in p.groups]
    if everywhere:
        return [p.groups[key] if p.groups.get(key) else UNCLASSIFIED for p in positions]
    further = {column for p in book.portfolio.positions for column in p.groups}
    known = sorted({"factor", *columns, *further})
    hint = did_you_mean(key, known)
    raise InputError(
        f"{book.portfolio.name} has no column '{key}' to group by. {hint}{' ' if hint else ''}"
        f"There are: {', '.join(known)}."
    )


def require_column(book: Book, key: str) -> None:
    """Refuse a column to group by that a book does not have, before anything is drawn.

    Raises
    ------
    InputError
        Naming those it has.
    """
    if key != "factor":
        position_labels((), book, key)


def group_lines(result: Result, key: str) -> tuple[GroupLine, ...]:
    """Attribute a result; see `Result.by`."""
    pnl, plan = result.pnl, result.pnl.plan
    book = plan.book
    weights = tail_weights(pnl.totals, pnl.weights, level=TAIL_LEVEL)
    inside = pnl.mean(weights)
    central = plan.central_returns()
    if key == "factor":
        return _factor_lines(result, inside.factors, float(weights @ pnl.totals))
    revalued = () if book.valuation is None else book.valuation.holdings
    others = [held.position for held in revalued]
    still = _without_pnl(book, "cash")
    linear_labels = position_labels(book.positions, book, key)
    other_labels = position_labels(others, book, key)
    labels = np.array([*linear_labels, *other_labels, *position_labels(still, book, key)])
    none = np.zeros(len(still))
    values = np.array([*book.position_values, *(p.market_value for p in (*others, *still))])
    expected = np.concatenate(
        [book.position_values * central[book.position_name], plan.central_revalued(), none]
    )
    tail = np.concatenate(
        [book.position_values * inside.returns[book.position_name], inside.revalued, none]
    )
    moving = {*linear_labels, *other_labels}
    alone = dict.fromkeys(labels.tolist(), 0.0)
    because = _no_own_tails(result, len(moving))
    if moving and because is None:
        groups, totals = pnl.group_totals(linear_labels, other_labels)
        alone |= {
            group: -expected_shortfall(row, pnl.weights, level=TAIL_LEVEL)
            for group, row in zip(groups, totals, strict=True)
        }
    lines = [
        GroupLine(
            label=label,
            value=math.fsum(values[labels == label]),
            expected=math.fsum(expected[labels == label]),
            tail=math.fsum(tail[labels == label]) if result.tail_average else None,
            alone_tail=alone[label] if because is None else None,
            no_tail_because=because,
        )
        for label in sorted(set(labels.tolist()))
    ]
    lines = sorted(lines, key=lambda line: (line.expected, line.label))
    left_out = _without_pnl(book, "excluded")
    if left_out:
        lines.append(
            GroupLine(
                label=NOT_STRESSED,
                value=math.fsum(p.market_value for p in left_out),
                expected=0.0,
                tail=0.0 if result.tail_average else None,
                alone_tail=None,
                no_tail_because="left out of all figures",
            )
        )
    return tuple(lines)


def _no_own_tails(result: Result, groups: int) -> str | None:
    """Say why no group is given a tail of its own; None where each is."""
    if result.tail_average is None:
        drawn = result.pnl
        if not has_tail_average(drawn.plan.book, compound=drawn.plan.completed.compound):
            return "the book's tail average does not exist: its compounded loss has no mean"
        return f"too few of {drawn.draws:,} draws in the tail"
    if groups > MOST_TAILS:
        return f"more than {MOST_TAILS} groups"
    if groups * result.pnl.draws > MOST_CELLS:
        return (
            f"{groups:,} groups of {result.pnl.draws:,} draws are more than {MOST_CELLS:,} numbers"
        )
    return None


def _without_pnl(book: Book, status: Literal["cash", "excluded"]) -> list[Position]:
    """Return positions that are in the book and in no figure: cash in its own currency, or what is left out."""
    ids = {row.position for row in book.coverage.rows if row.status == status}
    return [p for p in book.portfolio.positions if p.id in ids]


def _factor_lines(result: Result, factors: FloatArray, tail: float) -> tuple[GroupLine, ...]:
    plan = result.pnl.plan
    book = plan.book
    expected, _ = factor_credit(plan, plan.mean_factors())
    in_tail, _ = factor_credit(plan, factors)
    lines = [
        GroupLine(
            label=factor.name,
            value=0.0,
            expected=float(expected[k]),
            tail=float(in_tail[k]) if result.tail_average else None,
            alone_tail=None,
            no_tail_because=_NO_P_AND_L,
        )
        for k, factor in enumerate(book.model.factors)
    ]
    lines.append(
        GroupLine(
            label="specific",
            value=0.0,
            expected=result.expected - float(expected.sum()),
            tail=tail - float(in_tail.sum()) if result.tail_average else None,
            alone_tail=None,
            no_tail_because=_NO_P_AND_L,
        )
    )
    return tuple(sorted(lines, key=lambda line: (line.expected, line.label)))
