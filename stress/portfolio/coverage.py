"""The coverage ledger: how each position is stressed, and how much of gross is not."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Literal, NamedTuple

from stress.portfolio.instruments.codes import is_security_number

__all__ = ["Coverage", "CoverageRow", "Sized", "Status"]

Status = Literal["own", "user", "revalued", "proxy", "prior", "excluded", "cash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """How one position is stressed.

    Parameters
    ----------
    position : str
        Its id.
    ticker : str
        Its name.
    model_name : str or None
        The model's name whose exposures it uses; None when excluded or cash.
    value : float
        Signed market value. [book currency]
    share : float
        Of gross (`Coverage.gross`); 0 for cash in the book's own currency. They sum to 1.
    status : str
        ``own``, ``user``, ``revalued``, ``proxy``, ``prior``, ``excluded`` or ``cash``.
    reason : str
        In words.
    revalued : bool
        Whether it is revalued in full: not worth a multiple of one name's price in the book's currency.
    name : str or None
        What the file calls it, of one that is left out.
    notional : float or None
        Signed by what it is exposed to (of a short put positive), of options and futures where they count by it: in a book
        that leaves one out. [book currency]
    worst : float
        P&L at the least it can be worth, where it counts at notional: of a long option what it is worth, lost; without end
        where nothing says so. [book currency]
    at_strike : bool
        Whether the strike of an option stands for the price of its share in `notional`: none is known.
    """

    position: str
    ticker: str
    model_name: str | None
    value: float
    share: float
    status: Status
    reason: str
    revalued: bool = False
    name: str | None = None
    notional: float | None = None
    worst: float = -math.inf
    at_strike: bool = False

    @property
    def exposure(self) -> float:
        """What its share is of: its value, or the notional of an option or a future where that counts. [book currency]."""
        return self.value if self.notional is None else self.notional


class Sized(NamedTuple):
    """A name of a book with its share.

    Parameters
    ----------
    ticker : str
        As the book has it, perhaps a CUSIP.
    share : float
        Of gross, all its positions together.
    name : str or None
        The file's, of what has a CUSIP or ISIN for a ticker.
    called : str
        The name, with the ticker behind it where several have that name; else the ticker.
    """

    ticker: str
    share: float
    name: str | None
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The ledger of a book.

    Parameters
    ----------
    rows : tuple of CoverageRow
        One a position.
    gross : float
        Sum of absolute values without cash in the book's currency; where an option or a future is left out, both count
        in it at their notional. [book currency]
    at_notional : str
        What counts at notional, in words; empty where nothing does.
    """

    rows: tuple[CoverageRow, ...]
    gross: float
    at_notional: str = ""

    @property
    def shares_of(self) -> str:
        """What the shares are shares of, in words."""
        return f"gross with {self.at_notional} at notional" if self.at_notional else "gross"

    @property
    def stand_ins(self) -> dict[str, str]:
        """The model's name that stands for each proxied ticker."""
        return {
            row.ticker: row.model_name
            for row in self.rows
            if row.status == "proxy" and row.model_name is not None
        }

    def share(self, *statuses: Status) -> float:
        """Return the share of gross with one of the statuses."""
        return math.fsum(row.share for row in self.rows if row.status in statuses)

    def by_size(self, *statuses: Status) -> tuple[Sized, ...]:
        """Return the names with one of the statuses, the largest first."""
        shares: dict[str, float] = {}
        names: dict[str, str] = {}
        for row in self.rows:
            if row.status in statuses:
                shares[row.ticker] = shares.get(row.ticker, 0.0) + row.share
                if row.name and is_security_number(row.ticker):
                    names.setdefault(row.ticker, row.name)
        count = Counter(names.values())
        ordered = sorted(shares, key=lambda ticker: (-shares[ticker], ticker))
        return tuple(
            Sized(
                ticker=ticker,
                share=shares[ticker],
                name=(name := names.get(ticker)),
                called=ticker if name is None else f"{name} {ticker}" if count[name] > 1 else name,
            )
            for ticker in ordered
        )

    @property
    def stressed(self) -> float:
        """Share of gross that the figures include."""
        return 1.0 - self.share("excluded") if self.gross > 0.0 else 1.0

    @property
    def excluded(self) -> tuple[CoverageRow, ...]:
        """Rows the figures leave out."""
        return tuple(row for row in self.rows if row.status == "excluded")
