"""`check_portfolio`: what a file was understood as, in numbers a page can print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from stress.files.portfolio.read import ReadOptions, read_portfolio, with_idle_rates
from stress.files.portfolio.totals import TotalCheck, compare_totals
from stress.portfolio.position import LedgerRow, Portfolio

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PortfolioCheck", "check_portfolio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioCheck:
    """A file and what became of each of its rows.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    dialect, dialect_title : str
        How it was read: short name, and in words.
    mapping : mapping of str to str
        Foreshock's word to the file's column.
    rows : int
        Rows of the file that are not blank, without header and preamble.
    positions, cash : int
        Rows that became positions, and cash.
    merged, ignored, refused, total_rows : int
        Other rows: added to a position, not a holding, a holding that is left out, a total.
    totals : tuple of TotalCheck
        The file's own totals.
    """

    portfolio: Portfolio
    dialect: str
    dialect_title: str
    mapping: Mapping[str, str]
    rows: int
    positions: int
    cash: int
    merged: int
    ignored: int
    refused: int
    total_rows: int
    totals: tuple[TotalCheck, ...]

    @property
    def ledger(self) -> tuple[LedgerRow, ...]:
        """Every row that is not a position, with its reason."""
        return self.portfolio.ledger

    @property
    def warnings(self) -> tuple[str, ...]:
        """What reading had to say."""
        return self.portfolio.warnings


def check_portfolio(
    source: str | Path | pd.DataFrame, **options: Unpack[ReadOptions]
) -> PortfolioCheck:
    """Read a file and account for every row.

    Parameters
    ----------
    source : str, Path or pandas.DataFrame
        As in `load_portfolio`.
    **options
        The keyword arguments of `load_portfolio`.

    Returns
    -------
    PortfolioCheck

    Raises
    ------
    InputError
        As `load_portfolio` does.
    """
    portfolio, reading, dialect = read_portfolio(source, **options)
    portfolio = with_idle_rates(portfolio, reading, options.get("fx"))
    held = [p for p in portfolio.positions if p.instrument.kind != "cash"]
    became = [row.became for row in portfolio.ledger]
    merged = sum(1 for row in portfolio.ledger if row.reason.startswith("merged with"))
    return PortfolioCheck(
        portfolio=portfolio,
        dialect=dialect.name,
        dialect_title=dialect.title,
        mapping=dict(reading.mapping),
        rows=reading.rows,
        positions=len(held),
        cash=became.count("cash"),
        merged=merged,
        ignored=became.count("ignored") - merged,
        refused=became.count("refused"),
        total_rows=became.count("total"),
        totals=compare_totals(reading, portfolio.positions),
    )
