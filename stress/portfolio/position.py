"""`Position` and `Portfolio`: what is held, as the user's file says it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from stress.errors import InputError, Problem
from stress.portfolio.instruments import Instrument

__all__ = ["LedgerRow", "Portfolio", "Position"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One line of a book.

    Parameters
    ----------
    id : str
        Unique in the book: the ticker, or ticker and row or account where it stands several times.
    instrument : Instrument
        What it is: an equity, cash, an option.
    quantity : float or None
        Signed units, negative when short; None when only a value is known.
    price : float or None
        Price of one unit in `currency`, as given.
    market_value : float
        Signed value in the book's currency. [currency]
    currency : str
        ISO code of the price.
    name, account, sector, type : str or None
        As given.
    groups : mapping of str to str
        Every further column, for grouping.
    proxy : str or None
        A ticker whose exposures stand in for the name's own, as the file says.
    row : int or None
        Line of the input file.
    implied_vol : float or None
        Implied volatility of an option, where the file states it. [fraction a year]
    adv : float or None
        Average daily volume, where the file states it. [units a day]
    """

    id: str
    instrument: Instrument
    market_value: float
    currency: str
    quantity: float | None = None
    price: float | None = None
    name: str | None = None
    account: str | None = None
    sector: str | None = None
    type: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    row: int | None = None
    implied_vol: float | None = None
    adv: float | None = None

    @property
    def ticker(self) -> str:
        """The name whose return the position follows, or the currency of cash."""
        return self.instrument.underlying


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What became of one row of the input that is not a position.

    Parameters
    ----------
    row : int or None
        Line of the input.
    text : str
        What stood there, shortened.
    became : {'cash', 'ignored', 'refused', 'total'}
        What it was taken for.
    reason : str
        Why.
    """

    row: int | None
    text: str
    became: Literal["cash", "ignored", "refused", "total"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """A book: positions in one book currency.

    Parameters
    ----------
    name : str
        Its label: the file name without folders.
    positions : tuple of Position
        Unique ids.
    currency : str
        The book currency (ISO).
    as_of : str or None
        ISO date of the positions, when the file states one.
    nav : float
        Net asset value. [currency]
    nav_source : {'positions', 'stated'}
        Sum of market values and cash, or given by the user.
    dialect : str
        How the file was read.
    ledger : tuple of LedgerRow
        Every row of the input that did not become a position, with its reason.
    warnings : tuple of str
        What reading had to say.
    content_hash : str
        SHA-256 of the input.
    typed : str
        How the user named it, where that is known: for commands to paste.
    """

    name: str
    positions: tuple[Position, ...]
    currency: str
    nav: float
    nav_source: Literal["positions", "stated"] = "positions"
    as_of: str | None = None
    dialect: str = "native"
    ledger: tuple[LedgerRow, ...] = ()
    warnings: tuple[str, ...] = ()
    content_hash: str = ""
    typed: str = ""

    @property
    def pasted(self) -> str:
        """What stands for it in a command to paste, quoted where a shell needs it."""
        return shlex.quote(self.typed or self.name)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        problems = []
        for position in self.positions:
            if position.id in seen:
                problems.append(
                    Problem(message=f"position id '{position.id}' stands twice.", line=position.row)
                )
            seen.add(position.id)
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        return (
            f"<Portfolio {self.name!r} · {len(self.positions)} positions · NAV {self.nav:,.2f} "
            f"{self.currency} · {self.dialect} · positions of {self.as_of or 'no stated date'}>"
        )

    @property
    def unread(self) -> tuple[LedgerRow, ...]:
        """Rows of the input that hold something and were not read: no figure of a run includes them."""
        return tuple(row for row in self.ledger if row.became == "refused")

    @property
    def gross(self) -> float:
        """Sum of the absolute market values of everything but cash in the book's currency. [currency]."""
        return float(
            sum(
                abs(p.market_value)
                for p in self.positions
                if p.instrument.kind != "cash" or p.currency != self.currency
            )
        )
