"""The coverage ledger in shares: of gross, and of the risk of an ordinary day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from stress.portfolio.strictness import is_approximate
from stress.simulation.book import Book
from stress.simulation.pnl import PnL

__all__ = ["LedgerKind", "LedgerLine", "ledger_lines"]

LedgerKind = Literal["revalued", "linear", "approximate", "proxied", "prior", "excluded"]

_KIND: dict[str, LedgerKind] = {
    "own": "linear",
    "user": "linear",
    "revalued": "revalued",
    "proxy": "proxied",
    "prior": "prior",
    "excluded": "excluded",
}
#: Of cash in the book's currency, which earns the same in every draw.
_CASH = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """How much of a book is stressed in one way.

    Parameters
    ----------
    kind : LedgerKind
        ``revalued`` in full; ``linear`` by own exposures; ``approximate`` (bonds by duration);
        ``proxied``; ``prior``; ``excluded``.
    positions : int
        How many.
    share_of_gross : float
        The kinds sum to 1.
    share_of_risk : float or None
        Of the variance of the baseline's P&L: covariance of the kind's P&L with the book's over the
        book's variance. What is stressed sums to 1. None for what is excluded, and for a book without
        risk.
    """

    kind: LedgerKind
    positions: int
    share_of_gross: float
    share_of_risk: float | None


def ledger_lines(baseline: PnL) -> tuple[LedgerLine, ...]:
    """Return the shares of a book.

    Parameters
    ----------
    baseline : PnL
        Of the book without a scenario.

    Returns
    -------
    tuple of LedgerLine
        In the order of `LedgerKind`; kinds without positions left out.

    Notes
    -----
    For a book held linearly the covariances are the model's own, exact. With positions revalued in
    full they are those of the baseline's draws.
    """
    book = baseline.plan.book
    instruments = {position.id: position.instrument for position in book.portfolio.positions}
    kinds: dict[str, LedgerKind] = {
        row.position: "approximate"
        if is_approximate(instruments[row.position])
        else _KIND[row.status]
        for row in book.coverage.rows
        if row.status != "cash"
    }
    risk = _sampled(baseline, kinds) if book.valuation is not None else _exact(book, kinds)
    lines = []
    for kind in get_args(LedgerKind):
        rows = [row for row in book.coverage.rows if kinds.get(row.position) == kind]
        if rows:
            lines.append(
                LedgerLine(
                    kind=kind,
                    positions=len(rows),
                    share_of_gross=math.fsum(row.share for row in rows),
                    share_of_risk=risk.get(kind),
                )
            )
    return tuple(lines)


def _exact(book: Book, kinds: Mapping[str, LedgerKind]) -> dict[LedgerKind, float]:
    """Covariance of each name with the book, from exposures and specific variances."""
    exposure = book.values @ book.exposures
    with_book = book.exposures @ (book.model.covariance @ exposure)
    with_book = with_book + book.specific_volatility**2 * book.values
    variance = float(book.values @ with_book)
    if not variance > 0.0:
        return {}
    shares: dict[LedgerKind, float] = {}
    for position, name, value in zip(
        book.positions, book.position_name, book.position_values, strict=True
    ):
        kind = kinds[position.id]
        part = float(value * with_book[name]) / variance
        shares[kind] = shares[kind] + part if kind in shares else part
    return shares


def _sampled(baseline: PnL, kinds: Mapping[str, LedgerKind]) -> dict[LedgerKind, float]:
    book = baseline.plan.book
    assert book.valuation is not None
    others = [kinds.get(held.position.id, _CASH) for held in book.valuation.holdings]
    groups, totals = baseline.group_totals([kinds[p.id] for p in book.positions], others)
    centred = totals - totals.mean(axis=1, keepdims=True)
    whole = centred.sum(axis=0)
    variance = float(whole @ whole)
    if not variance > 0.0:
        return {}
    by_word: dict[str, LedgerKind] = {kind: kind for kind in get_args(LedgerKind)}
    return {
        by_word[group]: float(row @ whole) / variance
        for group, row in zip(groups, np.asarray(centred), strict=True)
        if group != _CASH
    }
