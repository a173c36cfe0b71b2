"""What a row is worth in the book's currency, from what it states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.classified import Classified
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.numbers import LARGEST
from stress.portfolio.instruments import Cash

__all__ = ["Valued", "figure_faults", "value_of"]

#: A stated value may differ from quantity times price by rounding of the price: this share of it.
_ROUNDING = 0.02


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
    needs_nav: bool = False
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    lacks: bool = False


def value_of(
    holding: Holding,
    kind: Classified,
    *,
    file: str,
    book_currency: str,
    fx: Mapping[str, float],
    nav: float | None,
    nominal: bool,
    strict: bool,
) -> Valued:
    """Value a row: its market value, else quantity times price times multiplier, else weight times NAV.

    Parameters
    ----------
    holding : Holding
        The row, restated.
    kind : Classified
        What it holds.
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

    Returns
    -------
    Valued
    """
    faults = figure_faults(holding, kind.kind, file=file, strict=strict)
    if faults:
        return Valued(problems=tuple(faults))
    valued = _valued(
        holding,
        kind,
        file=file,
        book_currency=book_currency,
        fx=fx,
        nav=nav,
        nominal=nominal,
        strict=strict,
    )
    if abs(valued.market_value) > LARGEST:
        return _fault(
            file,
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
    return [
        problem
        for message, hint in faults
        for problem in _fault(file, holding, message, hint).problems
    ]


def _valued(
    holding: Holding,
    kind: Classified,
    *,
    file: str,
    book_currency: str,
    fx: Mapping[str, float],
    nav: float | None,
    nominal: bool,
    strict: bool,
) -> Valued:
    is_cash = isinstance(kind.instrument, Cash)
    in_book_currency = holding.value_currency == book_currency
    currency = (
        kind.instrument.currency
        if isinstance(kind.instrument, Cash)
        else holding.currency or book_currency
    )
    rate, missing = _rate(holding, currency, book_currency, fx)
    quantity, price, value = holding.quantity, holding.price, holding.market_value
    implied_rate = None
    if missing is not None and in_book_currency and value and quantity and price and not is_cash:
        rate, missing = value / (quantity * kind.unit * price * kind.multiplier), None
        implied_rate = rate
    if is_cash:
        amount = value if value is not None else quantity
        if nominal:
            amount = None
        if amount is None and holding.weight is not None and nav is not None:
            amount, rate, missing, in_book_currency = holding.weight * nav, 1.0, None, True
        if amount is None and holding.weight is not None:
            return Valued(needs_nav=True)
        if amount is None:
            return _fault(
                file,
                holding,
                "a cash row without an amount.",
                "Write the amount as quantity.",
                lacks=True,
            )
        in_book = in_book_currency and value is not None
        return Valued(
            market_value=amount if in_book else amount * rate,
            currency=currency,
            quantity=amount if not in_book else None if missing else amount / rate,
            price=1.0,
            missing_rate=None if in_book else missing,
        )
    if quantity is not None:
        quantity *= kind.unit
    if kind.kind == "future":
        return Valued(
            market_value=0.0,
            currency=currency,
            quantity=quantity,
            price=price,
            missing_rate=missing,
        )
    each = None if price is None else price * kind.multiplier
    warnings: list[str] = []
    if value is not None:
        in_book = in_book_currency
        book_value = value if in_book else value * rate
        derived = False
        if quantity is not None and each is not None and quantity != 0.0:
            implied = quantity * each * rate
            if (
                missing is None
                and abs(implied - book_value) > _ROUNDING * max(abs(implied), abs(book_value)) + 1.0
            ):
                text = f"market value {value:,.2f} is not quantity × price = {implied:,.2f} {book_currency}"
                if _is_off_by(kind.multiplier, implied, book_value):
                    return _fault(
                        file,
                        holding,
                        f"market value {value:,.2f} and quantity × price × multiplier = {implied:,.2f} {book_currency} differ by "
                        f"the multiplier {kind.multiplier:g}.",
                        "Write the price of one share and the value of all contracts, or leave the value out.",
                    )
                if strict:
                    return _fault(
                        file, holding, f"{text}.", "Correct one of the three, or leave one out."
                    )
                warnings.append(
                    f"line {holding.line}: {text}; the stated value is used ({holding.text})"
                )
        if (
            quantity is None
            and each is not None
            and each > 0.0
            and (missing is None or not in_book)
        ):
            quantity, derived = (value / rate if in_book else value) / each, True
        elif (
            quantity is not None
            and price is None
            and quantity != 0.0
            and (missing is None or not in_book)
        ):
            price = (value / rate if in_book else value) / quantity / kind.multiplier
        return Valued(
            market_value=book_value,
            currency=currency,
            quantity=quantity,
            price=price,
            derived_quantity=derived,
            missing_rate=None if in_book else missing,
            implied_rate=implied_rate,
            warnings=tuple(warnings),
        )
    if quantity is not None and each is not None:
        return Valued(
            market_value=quantity * each * rate,
            currency=currency,
            quantity=quantity,
            price=price,
            missing_rate=missing,
        )
    if holding.weight is not None:
        if nav is None:
            return Valued(needs_nav=True)
        worth = holding.weight * nav
        if quantity is None and each:
            return Valued(
                market_value=worth,
                currency=currency,
                quantity=worth / rate / each,
                price=price,
                derived_quantity=True,
                missing_rate=missing,
            )
        return Valued(
            market_value=worth,
            currency=currency,
            quantity=None if nominal else quantity,
            price=price,
        )
    if quantity is not None and kind.kind == "option" and strict:
        return _fault(
            file,
            holding,
            "an option held without price or value.",
            "Give price or market_value; an implied_vol stands in only where no volatility gives the price.",
        )
    if quantity is not None:
        message, hint = "a quantity without price or value.", "Give price or market_value."
    elif price is not None:
        message, hint = "a price without quantity or value.", "Give quantity or market_value."
    else:
        message = "the row has neither quantity nor value."
        hint = "Give quantity and price, market_value or weight, or remove the row."
    return _fault(file, holding, message, hint, lacks=True)


def _is_off_by(multiplier: float, one: float, other: float) -> bool:
    """Say whether one value is the other times a multiplier above one: it was counted once too often or not at all."""
    if multiplier <= 1.0 or one * other <= 0.0:
        return False
    larger, smaller = max(abs(one), abs(other)), min(abs(one), abs(other))
    return abs(larger / smaller / multiplier - 1.0) < _ROUNDING


def _rate(
    holding: Holding, currency: str, book: str, fx: Mapping[str, float]
) -> tuple[float, str | None]:
    if currency == book:
        return 1.0, None
    if currency in fx:
        return fx[currency], None
    if holding.fx_rate is not None and holding.fx_rate > 0.0:
        return holding.fx_rate, None
    return 1.0, currency


def _fault(file: str, holding: Holding, message: str, hint: str, *, lacks: bool = False) -> Valued:
    what = f"'{holding.ticker or holding.name or holding.isin or holding.cusip or '?'}': "
    return Valued(
        problems=(Problem(message=what + message, file=file, line=holding.line, hint=hint),),
        lacks=lacks,
    )
