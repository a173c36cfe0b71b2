"""`Position` and `Portfolio`: what is held, as the user's file says it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from stress.arguments import held_to, one_of
from stress.errors import InputError, Problem
from stress.frozen import FrozenMapping
from stress.portfolio.instruments import Bond, DurationBond, Instrument
from stress.portfolio.instruments.bond import FACE
from stress.portfolio.instruments.codes import currency_faults, name_faults
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.instruments.instrument import missing_members

__all__ = ["LARGEST", "LedgerRow", "NavSource", "Portfolio", "Position", "gross_of"]

NavSource = Literal["positions", "stated"]

#: The largest amount that is taken, read or made in memory, either way. [units or currency]
LARGEST = 1e15
#: A net asset value this close to what the positions add up to, as a share of gross, is their sum.
_SAME = 1e-9
#: A market value is the same multiple of quantity times price up to rounding to the cent of small positions.
_SAME_MULTIPLE = 1e-3
#: Of a position without further columns.
_NONE: FrozenMapping[str, str] = FrozenMapping({})
#: Numbers of a position; all but the first may be unknown.
_NUMBERS_TEXT = "market_value quantity price implied_vol underlying_price adv fx_rate"
_NUMBERS = tuple(_NUMBERS_TEXT.split())


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
        Signed units, negative when short (of a bond units of 100 of `face`); None when only a value is known.
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
    underlying_price : float or None
        Price of what an option is on, where the file states it. [`currency`]
    adv : float or None
        Average daily volume, where the file states it. [units a day]
    fx_rate : float or None
        Units of the book's currency for one unit of `currency`, of a future or bond in another one, whose value does not
        tell it.
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
    underlying_price: float | None = None
    adv: float | None = None
    fx_rate: float | None = None

    def __post_init__(self) -> None:
        problems = [*name_faults(id=self.id), *currency_faults(currency=self.currency)]
        try:
            groups = held_to(self.groups, Mapping[str, str], what="groups") if self.groups else None
            object.__setattr__(self, "groups", FrozenMapping(groups) if groups else _NONE)
        except InputError as error:
            problems += [str(problem) for problem in error.problems]
        for name in _NUMBERS:
            value = getattr(self, name)
            if (value is None and name != "market_value") or (
                type(value) is float and abs(value) <= LARGEST
            ):
                continue
            try:
                number = held_to(value, float, what=name)
            except InputError as error:
                problems.append(str(error))
                continue
            if abs(number) > LARGEST:
                problems.append(
                    f"{name} {number!r} is beyond {LARGEST:.0e}, the largest that is taken."
                )
            object.__setattr__(self, name, number)
        if isinstance(self.fx_rate, float) and not self.fx_rate > 0.0:
            problems.append(f"fx_rate {self.fx_rate!r} is not above zero.")
        lacking = missing_members(self.instrument)
        if "kind" in lacking:
            problems.append(f"instrument {self.instrument!r} is none: give Equity(...), Cash(...).")
        elif lacking:
            problems.append(
                f"instrument {self.instrument!r} has no {', '.join(lacking)} (see stress.Instrument)."
            )
        if problems:
            raise InputError(
                Problem(message=f"position {self.id!r}: {text}", line=self.row) for text in problems
            )

    @property
    def ticker(self) -> str:
        """The name whose return the position follows, or the currency of cash."""
        return self.instrument.underlying

    @property
    def face(self) -> float | None:
        """Signed face of a bond, of which `quantity` counts units of 100; None of anything else. [currency]."""
        is_bond = isinstance(self.instrument, Bond | DurationBond)
        return FACE * self.quantity if is_bond and self.quantity is not None else None


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
    worth : float or None
        Of a row that was refused, the size of what it states to be worth. [book currency]
    ticker_column : str or None
        Title of a column that was not read as the ticker and whose cell looks like one.
    """

    row: int | None
    text: str
    became: Literal["cash", "ignored", "refused", "total"]
    reason: str
    worth: float | None = None
    ticker_column: str | None = None


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
        Net asset value, above zero: what P&L is a share of. [currency]
    nav_source : {'positions', 'stated'}
        Sum of market values and cash, or given by the user; one that is not the sum is stated.
    dialect : str
        How the file was read.
    ledger : tuple of LedgerRow
        Every row of the input that did not become a position, with its reason.
    warnings : tuple of str
        What reading had to say.
    content_hash : str
        SHA-256 of the input; of what the book says where it was made in memory, or changed since it was read.
    typed : str
        The command it was read by, to which messages add options; empty from Python, where they name keywords.
    hash_of : tuple or None
        The positions, net asset value, currency and date that `content_hash` is of; None where it is of these.
    """

    name: str
    positions: tuple[Position, ...]
    currency: str
    nav: float
    nav_source: NavSource = "positions"
    as_of: str | None = None
    dialect: str = "native"
    ledger: tuple[LedgerRow, ...] = ()
    warnings: tuple[str, ...] = ()
    content_hash: str = ""
    typed: str = ""
    hash_of: tuple[Any, ...] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", self._checked(self.positions))
        faults = [*name_faults(name=self.name), *currency_faults(currency=self.currency)]
        if faults:
            raise InputError(Problem(message=f"portfolio: {text}") for text in faults)
        if self.as_of is not None:
            as_of = iso_date(self.as_of, what=f"portfolio {self.name!r}: as_of").isoformat()
            object.__setattr__(self, "as_of", as_of)
        object.__setattr__(self, "nav", self._checked_nav())
        one_of(self.nav_source, NavSource, what=f"portfolio {self.name!r}: nav_source")
        if not self._adds_up():
            object.__setattr__(self, "nav_source", "stated")
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
        said = (self.positions, self.nav, self.currency, self.as_of)
        # A hash takes as long as reading does: it is made where there is none, or where something was changed.
        changed = self.hash_of not in (None, said) and _hash(*self.hash_of) != self.hashed
        if changed or not self.content_hash:
            object.__setattr__(self, "content_hash", self.hashed)
        object.__setattr__(self, "hash_of", said)

    @property
    def hashed(self) -> str:
        """SHA-256 of positions, net asset value, currency and date; where it is not `content_hash`, an input has that."""
        return _hash(self.positions, self.nav, self.currency, self.as_of)

    def worded(self, option: str, python: str) -> str:
        """Return how a message writes an option: as it is typed, or as Python has it where none was typed."""
        return option if self.typed else python

    def _checked(self, positions: Iterable[Position]) -> tuple[Position, ...]:
        try:
            return tuple(held_to(positions, Sequence[Position], what="positions"))
        except InputError as error:
            raise InputError(
                f"portfolio {self.name!r}: {error.problems[0]} `stress.load_portfolio` reads rows and data frames."
            ) from None

    def _checked_nav(self) -> float:
        what = f"portfolio {self.name!r}: nav"
        nav: float = held_to(self.nav, float, what=what)
        if not (math.isfinite(nav) and nav > 0.0):
            raise InputError(f"{what} {nav!r} is not a number above zero: P&L is a share of it.")
        return nav

    def _adds_up(self) -> bool:
        """Whether the net asset value is what the positions, cash included, add up to."""
        total = math.fsum(position.market_value for position in self.positions)
        return abs(self.nav - total) <= _SAME * max(gross_of(self.positions), abs(total))

    def with_positions(self, positions: Iterable[Position]) -> Portfolio:
        """Return the book with other positions: a net asset value that is their sum follows them.

        Parameters
        ----------
        positions : iterable of Position
            All of them.

        Returns
        -------
        Portfolio
            A net asset value that was stated stays.

        Raises
        ------
        InputError
            What is no position; one whose quantity, price or market value was changed alone, so that they contradict one
            another and did not before.
        """
        held = self._checked(positions)
        before = {position.id: position for position in self.positions}
        problems = [
            Problem(
                message=f"position {one.id!r}: its market value is {now:.6g} times quantity x price, and was {then:.6g} times.",
                hint="Replace quantity, price and market_value together.",
            )
            for one in held
            if one.id in before
            and (now := _multiple(one)) is not None
            and (then := _multiple(before[one.id])) is not None
            and abs(now / then - 1.0) > _SAME_MULTIPLE
        ]
        if problems:
            raise InputError(problems)
        total = math.fsum(position.market_value for position in held)
        return replace(
            self,
            positions=held,
            nav=total if self.nav_source == "positions" else self.nav,
        )

    def as_asked(self, **changes: Any) -> Portfolio:
        """Return the book as options of a run have it: its hash stays that of the input, since a manifest says both.

        Parameters
        ----------
        **changes
            Fields: a date, positions looked through.
        """
        return replace(self, **changes, hash_of=None)

    def __repr__(self) -> str:
        return (
            f"<Portfolio {self.name!r} · {len(self.positions)} positions · NAV {self.nav:,.2f} "
            f"{self.currency} · {self.dialect} · positions of {self.as_of or 'no stated date'}>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.portfolio_page import portfolio_html

        return portfolio_html(self)

    @property
    def unread(self) -> tuple[LedgerRow, ...]:
        """Rows of the input that hold something and were not read: no figure of a run includes them."""
        return tuple(row for row in self.ledger if row.became == "refused")

    @property
    def gross(self) -> float:
        """Sum of the absolute market values of everything but cash in the book's currency. [currency]."""
        return gross_of(self.positions, besides=self.currency)


def _multiple(position: Position) -> float | None:
    """Return the market value over quantity times price: of a share in the book's currency 1; None where one is unknown or 0."""
    if not (position.market_value and position.quantity and position.price):
        return None
    return position.market_value / (position.quantity * position.price)


def gross_of(positions: Iterable[Position], *, besides: str | None = None) -> float:
    """Return the sum of absolute market values, cash in the currency `besides` left out; of rows in any order."""
    return math.fsum(
        abs(p.market_value)
        for p in positions
        if p.instrument.kind != "cash" or p.currency != besides
    )


def _hash(positions: Iterable[Position], nav: float, currency: str, as_of: str | None) -> str:
    """Return the hash of what a book says, in whatever order its positions stand."""
    said = [repr(nav), currency, repr(as_of), *sorted(map(repr, positions))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
