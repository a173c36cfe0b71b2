"""`Holding`: one row of a file understood cell by cell; `Reading`: all rows of a file in one dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.dates import DateOrder
from stress.files.portfolio.numbers import UNUSED, DecimalMark
from stress.files.portfolio.sides import StatedSide
from stress.frozen import FrozenMapping
from stress.portfolio.position import LedgerRow

__all__ = ["Holding", "Reading", "StatedTotal", "quoted", "shorten"]

#: Of a row without further terms, or further columns.
_NONE: Mapping[str, str] = FrozenMapping({})


def shorten(row: Sequence[str], width: int = 90) -> str:
    """Return a row as one short line for the ledger."""
    text = ", ".join(" ".join(cell.split()) for cell in row if cell)
    return text if len(text) <= width else text[: width - 3] + "..."


def quoted(cell: str | None) -> str:
    """Return a cell in quotes for a message, cut where it is no cell but a page."""
    return f"'{shorten([cell or ''], 60)}'"


class Holding(NamedTuple):
    """What one row says, before anything is concluded from it.

    Parameters
    ----------
    line : int
        Line of the file.
    cells : sequence of str
        The row as written.
    ticker, isin, cusip : str or None
        Identifiers as written; check digits are not yet verified.
    quantity, price, market_value, weight : float or None
        Signed, as written; `price` and `market_value` in `currency` unless the reading or the two that follow say otherwise;
        `weight` as a fraction of net asset value.
    currency : str or None
        ISO code of the row.
    price_currency, value_currency : str or None
        Of `price` and of `market_value`, where the title names it.
    name, account, sector, type, proxy : str or None
        As written.
    fx_rate : float or None
        Units of the book's currency for one unit of `currency`.
    multiplier, strike : float or None
        Contract terms.
    price_unit : float
        What one unit of a price is worth in `currency`, and of a strike that a symbol names: 0.01 of a row in pence.
    implied_vol : float or None
        Stated implied volatility of an option. [fraction a year]
    underlying_price : float or None
        Price of what an option is on. [`currency`]
    adv : float or None
        Average daily volume. [units a day]
    right, expiry, underlying, style : str or None
        Contract terms as written.
    terms : mapping of str to str
        Further contract terms as written: coupon, maturity, ...
    groups : mapping of str to str
        Every further column.
    sides : tuple of StatedSide
        What the row says of long and short, in words; its figures are signed by `signs.sign_by_side`.
    """

    line: int
    cells: Sequence[str]
    ticker: str | None = None
    isin: str | None = None
    cusip: str | None = None
    quantity: float | None = None
    price: float | None = None
    market_value: float | None = None
    weight: float | None = None
    currency: str | None = None
    price_currency: str | None = None
    value_currency: str | None = None
    name: str | None = None
    account: str | None = None
    sector: str | None = None
    type: str | None = None
    proxy: str | None = None
    fx_rate: float | None = None
    multiplier: float | None = None
    strike: float | None = None
    price_unit: float = 1.0
    implied_vol: float | None = None
    underlying_price: float | None = None
    adv: float | None = None
    right: str | None = None
    expiry: str | None = None
    underlying: str | None = None
    style: str | None = None
    terms: Mapping[str, str] = _NONE
    groups: Mapping[str, str] = _NONE
    sides: tuple[StatedSide, ...] = ()

    @property
    def text(self) -> str:
        """The row, shortened, for the ledger."""
        return shorten(self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTotal:
    """A total the file states.

    Parameters
    ----------
    line : int or None
        Where.
    value : float
        In the unit of the column. [currency or fraction]
    unit : {'money', 'weight'}
        Which column it belongs to.
    label : str
        The words beside it.
    lines : frozenset of int or None
        Lines of the rows it sums, where the file says which.
    """

    line: int | None
    value: float
    unit: str
    label: str
    lines: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole file as one dialect understands it.

    Parameters
    ----------
    holdings : tuple of Holding
        Rows that hold something.
    faulty : tuple of Holding
        Rows of which a cell is a problem, without that cell: what else is wrong with them is said too.
    unread : tuple of Holding
        Rows of the ledger of which a cell could not be read, without that cell: what they state to be worth counts.
    ledger : tuple of LedgerRow
        Rows that do not, with the reason.
    rows : int
        Rows of the file below the header that were not blank.
    mapping : mapping of str to str
        Word of foreshock to column of the file.
    strict : bool
        Whether any bad row stops the reading (the native format), or goes to the ledger.
    exact : bool
        Whether a bad value stops the reading; a row that lacks one still goes to the ledger.
    currency : str or None
        Book currency, where the file states one.
    currency_reason : str
        Why, where the file does not say so itself: it is then said in the warnings.
    value_in_book_currency : bool
        Whether `market_value` is in the book's currency also for rows in another one.
    price_in_book_currency : bool
        Whether `price` is.
    as_of : str or None
        ISO date.
    dates_of_rows : mapping of int to str
        ISO date of each row that states one, by its line.
    dates : {'day-first', 'month-first'} or None
        The order of dates that read two ways.
    decimal : DecimalMark
        The decimal mark its numbers were read with, and whether anything proves it.
    totals : tuple of StatedTotal
        For the cross-check.
    nominal_nav : float or None
        Net asset value to assume where a fund states weights alone.
    nav : float or None
        Net asset value the file states.
    warnings : tuple of str
        What reading had to say.
    problems : tuple of Problem
        What is wrong.
    """

    holdings: tuple[Holding, ...]
    faulty: tuple[Holding, ...] = ()
    unread: tuple[Holding, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    rows: int = 0
    mapping: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    exact: bool = False
    currency: str | None = None
    currency_reason: str = ""
    value_in_book_currency: bool = False
    price_in_book_currency: bool = False
    as_of: str | None = None
    dates_of_rows: Mapping[int, str] = field(default_factory=dict)
    dates: DateOrder | None = None
    decimal: DecimalMark = UNUSED
    totals: tuple[StatedTotal, ...] = ()
    nominal_nav: float | None = None
    nav: float | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
