"""What a row is worth in the book's currency, from what it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.classified import Classified
from stress.files.portfolio.holding import Holding, quoted
from stress.portfolio.instruments import Cash
from stress.portfolio.position import LARGEST

__all__ = ["Terms", "Valued", "figure_faults", "rate_of", "value_of"]

#: A stated value may differ from quantity times price by rounding of the price: this share of it.
_ROUNDING = 0.02
#: A value that was translated already agrees with quantity times price times rate by this share.
_TRANSLATED = 0.005
#: Shares in a listed option: a value that is so many times quantity and price is of one.
_CONTRACT = 100.0
#: Kinds whose value is not quantity times price, so that it does not tell the rate it was translated at.
_TELLS_NO_RATE = ("future", "bond")


class Valued(NamedTuple):
    """The value of one row.

    Parameters
    ----------
    market_value : float
        Signed. [book currency]
    currency : str
        Of `price`.
    quantity, price : float or None
        Signed units; price of one unit.
    derived_quantity : bool
        Whether the quantity was computed from value and price.
    missing_rate : str or None
        Currency whose rate into the book's is not known.
    implied_rate : float or None
        Rate into the book's currency that follows from its value in that, where none is stated.
    fx_rate : float or None
        Rate it was read at, of a future or bond in another currency than the book's.
    needs_nav : bool
        Whether its weight cannot be turned into a value for want of a net asset value.
    warnings : tuple of str
        What differs.
    problems : tuple of Problem
        What is wrong.
    lacks : bool
        Whether the problem is something the row does not state, rather than a wrong value.
    """

    market_value: float = 0.0
    currency: str = ""
    quantity: float | None = None
    price: float | None = None
    derived_quantity: bool = False
    missing_rate: str | None = None
    implied_rate: float | None = None
    fx_rate: float | None = None
    needs_nav: bool = False
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    lacks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the rows of one file are valued by.

    Parameters
    ----------
    file : str
        For messages.
    book_currency : str
        ISO code.
    fx : mapping of str to float
        Units of the book's currency for one unit of another.
    nav : float or None
        Net asset value, for weights. [book currency]
    nominal : bool
        Whether the file states weights of a fund: its quantities belong to another size of book and are dropped.
    strict : bool
        Whether a value that contradicts quantity and price is a problem.
    """

    file: str
    book_currency: str
    fx: Mapping[str, float]
    nav: float | None
    nominal: bool
    strict: bool


def value_of(holding: Holding, kind: Classified, terms: Terms) -> Valued:
    """Value a row: its market value, else quantity times price times multiplier, else weight times NAV.

    Parameters
    ----------
    holding : Holding
        The row, restated.
    kind : Classified
        What it holds.
    terms : Terms
        Of the file.

    Returns
    -------
    Valued
    """
    faults = figure_faults(holding, kind.kind, file=terms.file, strict=terms.strict)
    if faults:
        return Valued(problems=tuple(faults))
    if isinstance(kind.instrument, Cash):
        valued = _cash(holding, kind, kind.instrument.currency, terms)
    else:
        row = _figures(holding, kind, terms)
        valued = (
            _future(row)
            or _stated(row, terms)
            or _multiplied(row)
            or _weighted(row, terms)
            or _lacking(row, terms)
        )
        if kind.kind in _TELLS_NO_RATE and _has_rate(row, terms):
            valued = valued._replace(fx_rate=row.rate)
    if abs(valued.market_value) > LARGEST:
        return _fault(
            terms.file,
            holding,
            f"quantity × price is {valued.market_value:.3g}, beyond {LARGEST:.0e}, the largest value that is read.",
            "Check both numbers.",
        )
    return valued


def figure_faults(holding: Holding, kind: str, *, file: str, strict: bool) -> list[Problem]:
    """Return everything that is wrong with the figures of a row by themselves.

    Parameters
    ----------
    holding : Holding
        The row.
    kind : str
        What it holds.
    file : str
        For messages.
    strict : bool
        Whether an exchange rate of zero is wrong, or stands for none.
    """
    faults: list[tuple[str, str]] = []
    quantity, price, value, rate = (
        holding.quantity,
        holding.price,
        holding.market_value,
        holding.fx_rate,
    )
    if rate is not None and (rate < 0.0 or (rate == 0.0 and strict)):
        faults.append((f"the fx_rate {rate:g} is not above zero.", "Correct it, or leave it out."))
    if kind not in ("cash", "future"):
        if price is not None and (price < 0.0 or (price == 0.0 and kind != "option")):
            faults.append(
                (
                    f"the price {price:g} is not above zero.",
                    "A short position has a negative quantity and a positive price.",
                )
            )
        if quantity and value and quantity * value < 0.0 and kind != "fx_forward":
            faults.append(
                (
                    f"quantity {quantity:g} and market value {value:g} have opposite signs.",
                    "A short position has both negative.",
                )
            )
    if not faults:
        return []
    return [
        problem
        for message, hint in faults
        for problem in _fault(file, holding, message, hint).problems
    ]


def _cash(holding: Holding, kind: Classified, currency: str, terms: Terms) -> Valued:
    """Value a row of cash: its amount stands under value or quantity, which agree where both do, for its price is one."""
    amount = holding.market_value if holding.market_value is not None else holding.quantity
    if amount is None or terms.nominal:
        if holding.weight is None:
            return _fault(
                terms.file,
                holding,
                "a cash row without an amount.",
                "Write the amount as quantity.",
                lacks=True,
            )
        if terms.nav is None:
            return Valued(needs_nav=True)
        amount = holding.weight * terms.nav
        return Valued(market_value=amount, currency=currency, quantity=amount, price=1.0)
    row = _figures(holding._replace(currency=currency, price=1.0), kind, terms)
    in_book = row.in_book and holding.market_value is not None
    book_value = amount if in_book else amount * row.rate
    contradiction = None
    if holding.market_value is not None and not _is_priced(holding):
        contradiction = _contradiction(row, book_value, terms)
    if contradiction is not None and contradiction.problems:
        return contradiction
    own: float | None = amount
    foreign = in_book and currency != terms.book_currency
    if foreign and holding.quantity and contradiction is None and not _is_priced(holding):
        own = holding.quantity
    elif in_book:
        own = None if row.missing else amount / row.rate
    return Valued(
        market_value=book_value,
        currency=currency,
        quantity=own,
        price=1.0,
        missing_rate=None if in_book else row.missing,
        implied_rate=row.implied,
        warnings=() if contradiction is None else contradiction.warnings,
    )


def _is_priced(holding: Holding) -> bool:
    """Say whether cash is stated at a price that is not one, as some issuers do: quantity times price is its value."""
    if not holding.price or holding.price == 1.0 or holding.quantity is None:
        return False
    worth = holding.market_value or 0.0
    return abs(holding.quantity * holding.price - worth) <= _ROUNDING * abs(worth) + 1.0


class _Figures(NamedTuple):
    """What a row states, in units of its instrument.

    Parameters
    ----------
    holding : Holding
        The row.
    kind : Classified
        What it holds.
    currency : str
        Of the price.
    rate : float
        Into the book's currency; 1 where it is not known.
    missing : str or None
        Currency whose rate is not known.
    implied : float or None
        Rate that follows from the value in the book's currency, where none is stated.
    quantity, each : float or None
        Units; price of one of them. [`currency`]
    in_book : bool
        Whether the value is in the book's currency.
    """

    holding: Holding
    kind: Classified
    currency: str
    rate: float
    missing: str | None
    implied: float | None
    quantity: float | None
    each: float | None
    in_book: bool


def _has_rate(row: _Figures, terms: Terms) -> bool:
    """Say whether a row in another currency than the book's was read at a rate that is stated."""
    return row.currency != terms.book_currency and row.missing is None and row.implied is None


def _figures(holding: Holding, kind: Classified, terms: Terms) -> _Figures:
    currency = holding.currency or terms.book_currency
    rate, missing = rate_of(holding, currency, terms)
    quantity = None if holding.quantity is None else holding.quantity * kind.unit
    each = None if holding.price is None else holding.price * kind.multiplier
    in_book = holding.value_currency == terms.book_currency
    implied = None
    if missing is not None and in_book and holding.market_value and quantity and each:
        implied = holding.market_value / (quantity * each)
    return _Figures(
        holding=holding,
        kind=kind,
        currency=currency,
        rate=rate if implied is None else implied,
        missing=missing if implied is None else None,
        implied=implied,
        quantity=quantity,
        each=each,
        in_book=in_book,
    )


def _future(row: _Figures) -> Valued | None:
    """Value a future: it is worth nothing until it moves."""
    if row.kind.kind != "future":
        return None
    return Valued(
        currency=row.currency,
        quantity=row.quantity,
        price=row.holding.price,
        missing_rate=row.missing,
    )


def _stated(row: _Figures, terms: Terms) -> Valued | None:
    """Take the stated value, held against quantity times price; either follows from the other."""
    value, quantity, price = row.holding.market_value, row.quantity, row.holding.price
    if value is None:
        return None
    book_value = value if row.in_book else value * row.rate
    contradiction = _contradiction(row, book_value, terms)
    if contradiction is not None and contradiction.problems:
        return contradiction
    derived = False
    # A value in the book's currency says nothing of a price whose rate is not known.
    own_value = None if row.missing and row.in_book else value / row.rate if row.in_book else value
    if own_value is not None and quantity is None and row.each is not None and row.each > 0.0:
        quantity, derived = own_value / row.each, True
    elif own_value is not None and quantity == 0.0:
        quantity = None if not row.each else own_value / row.each
    elif own_value is not None and quantity and price is None:
        price = own_value / quantity / row.kind.multiplier
    return Valued(
        market_value=book_value,
        currency=row.currency,
        quantity=quantity,
        price=price,
        derived_quantity=derived,
        missing_rate=None if row.in_book else row.missing,
        implied_rate=row.implied,
        warnings=() if contradiction is None else contradiction.warnings,
    )


def _contradiction(row: _Figures, book_value: float, terms: Terms) -> Valued | None:
    """Say how a stated value contradicts quantity times price, as a problem or in a warning; None where it does not."""
    if row.quantity is None or (row.quantity != 0.0 and (row.each is None or row.missing)):
        return None
    value, currency = row.holding.market_value, terms.book_currency
    implied = row.quantity * (row.each or 0.0) * row.rate
    if abs(implied - book_value) <= _ROUNDING * max(abs(implied), abs(book_value)) + 1.0:
        return None
    if _is_off_by(row.kind.multiplier, implied, book_value):
        return _fault(
            terms.file,
            row.holding,
            f"market value {value:,.2f} and quantity × price × multiplier = {implied:,.2f} {currency} differ by "
            f"the multiplier {row.kind.multiplier:g}.",
            "Write the price of one share and the value of all contracts, or leave the value out.",
        )
    larger = abs(book_value) > abs(implied)
    if row.kind.kind == "equity" and larger and _is_off_by(_CONTRACT, implied, book_value):
        return _fault(
            terms.file,
            row.holding,
            f"market value {value:,.2f} is quantity × price × {_CONTRACT:g}, as of an option, not of a share.",
            "Write the symbol of an option as NVDA260220P00165000, or its terms in the columns underlying, right, strike and "
            "expiry; of a share correct one of the three.",
        )
    if value is not None and not row.in_book and abs(implied - value) <= _TRANSLATED * abs(value):
        return _fault(
            terms.file,
            row.holding,
            f"market value {value:,.2f} is quantity × price × rate {row.rate:g}: it is in {currency}, and no title says so.",
            f"Name the currency in the title, like Market Value ({currency}).",
        )
    text = f"market value {value:,.2f} is not quantity × price = {implied:,.2f} {currency}"
    if terms.strict:
        return _fault(
            terms.file, row.holding, f"{text}.", "Correct one of the three, or leave one out."
        )
    line = row.holding.line
    return Valued(warnings=(f"line {line}: {text}; the stated value is used ({row.holding.text})",))


def _multiplied(row: _Figures) -> Valued | None:
    """Multiply quantity and price."""
    if row.quantity is None or row.each is None:
        return None
    return Valued(
        market_value=row.quantity * row.each * row.rate,
        currency=row.currency,
        quantity=row.quantity,
        price=row.holding.price,
        missing_rate=row.missing,
    )


def _weighted(row: _Figures, terms: Terms) -> Valued | None:
    """Take the weight of the net asset value; with a price it says the quantity too."""
    if row.holding.weight is None:
        return None
    if terms.nav is None:
        return Valued(needs_nav=True)
    worth = row.holding.weight * terms.nav
    if row.quantity is None and row.each:
        return Valued(
            market_value=worth,
            currency=row.currency,
            quantity=worth / row.rate / row.each,
            price=row.holding.price,
            derived_quantity=True,
            missing_rate=row.missing,
        )
    return Valued(
        market_value=worth,
        currency=row.currency,
        quantity=None if terms.nominal else row.quantity,
        price=row.holding.price,
    )


def _lacking(row: _Figures, terms: Terms) -> Valued:
    """Say what a row would need to have a value."""
    if row.quantity is not None and row.kind.kind == "option" and terms.strict:
        return _fault(
            terms.file,
            row.holding,
            "an option held without price or value.",
            "Give price or market_value; an implied_vol stands in only where no volatility gives the price.",
        )
    if row.quantity is not None:
        message, hint = "a quantity without price or value.", "Give price or market_value."
    elif row.holding.price is not None:
        message, hint = "a price without quantity or value.", "Give quantity or market_value."
    else:
        message = "the row has neither quantity nor value."
        hint = "Give quantity and price, market_value or weight, or remove the row."
    return _fault(terms.file, row.holding, message, hint, lacks=True)


def _is_off_by(multiplier: float, one: float, other: float) -> bool:
    """Say whether one value is the other times a multiplier above one: it was counted once too often or not at all."""
    if multiplier <= 1.0 or one * other <= 0.0:
        return False
    larger, smaller = max(abs(one), abs(other)), min(abs(one), abs(other))
    return abs(larger / smaller / multiplier - 1.0) < _ROUNDING


def rate_of(holding: Holding, currency: str, terms: Terms) -> tuple[float, str | None]:
    """Return the rate of a row's currency into the book's; 1 and the currency where it is not known.

    Parameters
    ----------
    holding : Holding
        The row.
    currency : str
        Of it.
    terms : Terms
        Of the file.
    """
    if currency == terms.book_currency:
        return 1.0, None
    if currency in terms.fx:
        return terms.fx[currency], None
    if holding.fx_rate is not None and holding.fx_rate > 0.0:
        return holding.fx_rate, None
    return 1.0, currency


def _fault(file: str, holding: Holding, message: str, hint: str, *, lacks: bool = False) -> Valued:
    what = f"{quoted(holding.ticker or holding.name or holding.isin or holding.cusip or '?')}: "
    return Valued(
        problems=(Problem(message=what + message, file=file, line=holding.line, hint=hint),),
        lacks=lacks,
    )
