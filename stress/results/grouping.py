"""Attribution by any column of the book, each group with its share of the tail and a tail of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from stress.errors import InputError, did_you_mean
from stress.portfolio.position import Portfolio, Position
from stress.results.factor_credit import factor_credit
from stress.results.tail_contributions import factor_contributions, group_contributions
from stress.risk.measures import TAIL_LEVEL, expected_shortfall
from stress.risk.standard_errors import expected_shortfall_error
from stress.risk.tail import tail_weights
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.book import Book
from stress.simulation.tail_exists import has_tail_average

if TYPE_CHECKING:
    from stress.results.result import Result

__all__ = [
    "MOST_CELLS",
    "MOST_TAILS",
    "NOT_STRESSED",
    "UNCLASSIFIED",
    "GroupLine",
    "group_columns",
    "group_lines",
    "position_labels",
    "require_column",
]

#: What every row has: its own or its model's.
_ALWAYS = ("type", "currency", "home", "name", "position", "factor")
#: Label of positions for which a column is empty.
UNCLASSIFIED = "unclassified"
#: Label of positions that the figures leave out: their value is in the book, their P&L in no figure.
NOT_STRESSED = "NOT STRESSED"
#: Most groups that are each given a tail of their own: it takes groups x draws, and a root of groups x groups.
MOST_TAILS = 400
#: Most P&L numbers, groups x draws, that are held for it: 400 MB.
MOST_CELLS = 50_000_000
#: A tail mean, gain positive, and its simulation error.
_Tail: TypeAlias = tuple[float | None, float | None]
_NO_TAIL: _Tail = (None, None)
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
        Contribution to the mean P&L of the worst 2.5 % of variations, gain positive, as `expected` is: groups
        sum to minus `Result.tail_average`. None where too few draws hold it. [currency]
    alone_tail : float or None
        The group's own tail mean, gain positive: from its summed P&L per draw. [currency]
    no_tail_because : str or None
        Why there is none.
    tail_error, alone_error : float or None
        Simulation errors of `tail` and `alone_tail`. None where those are, and of credit to factors where
        something is revalued in full: its slopes are those of the mean moves. [currency]
    """

    label: str
    value: float
    expected: float
    tail: float | None
    alone_tail: float | None
    no_tail_because: str | None = None
    tail_error: float | None = None
    alone_error: float | None = None


def position_labels(positions: Sequence[Position], book: Book, key: str) -> list[str]:
    """Return the label of each position under a key.

    Raises
    ------
    InputError
        For a column that no position of the book has, or that is empty for all.
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
        "account": lambda p: p.account,
        "sector": lambda p: p.sector,
        "type": lambda p: p.type or p.instrument.kind,
        "currency": lambda p: p.currency,
        "home": theme,
        "name": lambda p: p.ticker,
        "position": lambda p: p.id,
    }
    known = group_columns(book.portfolio)
    if key not in known:
        hint = (
            "Did you mean 'home', the model's themes?"
            if key == "sector"
            else did_you_mean(key, known)
        )
        empty = f"no row of {book.portfolio.name} has a value in column '{key}'"
        none = f"{book.portfolio.name} has no column '{key}'"
        raise InputError(
            f"{empty if key in columns else none} to group by. {hint}{' ' if hint else ''}"
            f"There are: {', '.join(sorted(known))}."
        )
    _require_one_meaning(book, key)
    if key in columns:
        return [columns[key](p) or UNCLASSIFIED for p in positions]
    return [p.groups.get(key) or UNCLASSIFIED for p in positions]


def group_columns(portfolio: Portfolio) -> tuple[str, ...]:
    """Return what the rows of a book can be grouped by: a column that no row fills is left out."""
    held = portfolio.positions
    stated = [key for key in ("account", "sector") if any(getattr(p, key) for p in held)]
    further = sorted({column for p in held for column in p.groups})
    return tuple(dict.fromkeys((*stated, *_ALWAYS, *further)))


def _require_one_meaning(book: Book, key: str) -> None:
    """Refuse a column of the file whose title is a grouping of another meaning."""
    if key in _ALWAYS and any(key in p.groups for p in book.portfolio.positions):
        raise InputError(
            f"{book.portfolio.name} has a column '{key}' of its own, and '{key}' groups by what each position is to the model. "
            "Give the column another title to group by it."
        )


def require_column(book: Book, key: str) -> None:
    """Refuse a column to group by that a book does not have, before anything is drawn.

    Raises
    ------
    InputError
        Naming those it has.
    """
    if key == "factor":
        _require_one_meaning(book, key)
    else:
        position_labels((), book, key)


@one_blas_thread()
def group_lines(result: Result, key: str) -> tuple[GroupLine, ...]:
    """Attribute a result; see `Result.by`."""
    if key == "factor":
        _require_one_meaning(result.pnl.plan.book, key)
        return _factor_lines(result)
    plan = result.pnl.plan
    book = plan.book
    others = [held.position for held in (book.valuation.holdings if book.valuation else ())]
    earning = {position.id for position in others}
    still = [position for position in _without_pnl(book, "cash") if position.id not in earning]
    linear_labels = position_labels(book.positions, book, key)
    other_labels = position_labels(others, book, key)
    labels = np.array([*linear_labels, *other_labels, *position_labels(still, book, key)])
    values = np.array([*book.position_values, *(p.market_value for p in (*others, *still))])
    expected = np.concatenate(
        [
            book.position_values * plan.central_returns()[book.position_name],
            plan.central_revalued(),
            np.zeros(len(still)),
        ]
    )
    groups = sorted(set(labels.tolist()))
    moving = {*linear_labels, *other_labels}
    because = _no_own_tails(result, len(moving))
    shares = alone = dict.fromkeys(groups, _NO_TAIL)
    if result.tail_average is not None:
        shares = _shares(result, groups, linear_labels, other_labels)
    if because is None:
        alone = _own_tails(result, groups, linear_labels, other_labels)
    rows: dict[str, list[int]] = {label: [] for label in groups}
    for row, label in enumerate(labels.tolist()):
        rows[label].append(row)
    lines = [
        GroupLine(
            label=label,
            value=math.fsum(values[rows[label]]),
            expected=math.fsum(expected[rows[label]]),
            tail=shares[label][0],
            tail_error=shares[label][1],
            alone_tail=alone[label][0],
            alone_error=alone[label][1],
            no_tail_because=because,
        )
        for label in groups
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
                tail_error=0.0 if result.tail_average else None,
                alone_tail=None,
                no_tail_because="left out of all figures",
            )
        )
    return tuple(lines)


def _shares(
    result: Result,
    groups: Sequence[str],
    linear_labels: Sequence[str],
    other_labels: Sequence[str],
) -> dict[str, _Tail]:
    """Return what each group adds to the book's tail mean, and its simulation error."""
    found = group_contributions(result.pnl, groups, linear_labels, other_labels)
    return {
        group: (-float(value), float(error))
        for group, value, error in zip(groups, found.values, found.standard_errors, strict=True)
    }


def _own_tails(
    result: Result,
    groups: Sequence[str],
    linear_labels: Sequence[str],
    other_labels: Sequence[str],
) -> dict[str, _Tail]:
    """Return the tail mean of each group's own P&L, and its simulation error; cash alone has none to lose."""
    pnl = result.pnl
    own: dict[str, _Tail] = dict.fromkeys(groups, (0.0, 0.0))
    if linear_labels or other_labels:
        for group, row in zip(*pnl.group_totals(linear_labels, other_labels), strict=True):
            error = expected_shortfall_error(row, level=TAIL_LEVEL)
            value = -expected_shortfall(row, level=TAIL_LEVEL)
            own[group] = (value, error)
    return own


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


def _factor_lines(result: Result) -> tuple[GroupLine, ...]:
    pnl, plan = result.pnl, result.pnl.plan
    credit, _ = factor_credit(plan, plan.mean_factors())
    expected = [*credit, result.expected - float(credit.sum())]
    tails: list[float | None] = [None] * len(expected)
    errors: list[float | None] = [None] * len(expected)
    if result.tail_average is not None and plan.revaluation is None:
        found = factor_contributions(pnl)
        tails = [-float(value) for value in found.values]
        errors = [float(error) for error in found.standard_errors]
    elif result.tail_average is not None:
        weights = tail_weights(pnl.totals, level=TAIL_LEVEL)
        credit, _ = factor_credit(plan, pnl.mean(weights).factors)
        tails = [*credit.tolist(), float(weights @ pnl.totals) - float(credit.sum())]
    lines = [
        GroupLine(
            label=label,
            value=0.0,
            expected=float(made),
            tail=tail,
            tail_error=error,
            alone_tail=None,
            no_tail_because=_NO_P_AND_L,
        )
        for label, made, tail, error in zip(
            [*(factor.name for factor in plan.book.model.factors), "specific"],
            expected,
            tails,
            errors,
            strict=True,
        )
    ]
    return tuple(sorted(lines, key=lambda line: (line.expected, line.label)))
