"""A row to a `Future`: what its price follows, and its multiplier."""

from __future__ import annotations

import re
from typing import NamedTuple

from stress.errors import InputError
from stress.files.portfolio.classified import Classified, refused_by, wrong
from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.holding import Holding, quoted
from stress.files.portfolio.numbers import Decimal, number_or_none
from stress.portfolio.instruments import Future

__all__ = ["fund_of_future", "read_future"]


class _Listed(NamedTuple):
    """A contract of the United States: the fund its price follows, and its multiplier."""

    follows: str
    multiplier: float


_LISTED = {
    "ES": _Listed("SPY", 50.0),
    "MES": _Listed("SPY", 5.0),
    "NQ": _Listed("QQQ", 20.0),
    "MNQ": _Listed("QQQ", 2.0),
    "RTY": _Listed("IWM", 50.0),
    "M2K": _Listed("IWM", 5.0),
    "YM": _Listed("DIA", 5.0),
    "MYM": _Listed("DIA", 0.5),
    "IXT": _Listed("XLK", 100.0),
    "GC": _Listed("GLD", 100.0),
    "MGC": _Listed("GLD", 10.0),
    "SI": _Listed("SLV", 5000.0),
    "CL": _Listed("USO", 1000.0),
    "MCL": _Listed("USO", 100.0),
}
_SYMBOL = re.compile(r"/?(?P<root>[A-Z0-9]{1,3}?)(?:[FGHJKMNQUVXZ]\d{1,2})?(?:[:=.].*)?")


def fund_of_future(root: str) -> str | None:
    """Return the fund that a contract of the United States follows; None of a root that is not known.

    Examples
    --------
    >>> fund_of_future("ES"), fund_of_future("MNQ"), fund_of_future("NVDA")
    ('SPY', 'QQQ', None)
    """
    listed = _LISTED.get(root)
    return None if listed is None else listed.follows


def read_future(
    holding: Holding,
    *,
    file: str,
    strict: bool,
    dates: DateOrder | None = None,
    decimal: Decimal = ".",
) -> Classified:
    """Read a futures row.

    Parameters
    ----------
    holding : Holding
        The row. Its multiplier is stated, or follows from the notional value; for a known contract of a broker's
        file it is the listed one, said in a warning. What it follows is the column `underlying` as written, or the fund
        on the same index for a known contract, said too.
    file : str
        For messages.
    strict : bool
        Whether a missing multiplier is a problem.
    dates : {'day-first', 'month-first'}, optional
        The order of dates that read two ways.
    decimal : {'.', ','}
        The decimal mark of the file's numbers.

    Returns
    -------
    Classified
    """
    symbol = (holding.ticker or "").upper()
    if holding.quantity == 0.0:
        return Classified(became="ignored", reason="quantity 0")
    match = _SYMBOL.fullmatch(symbol)
    listed = _LISTED.get(match["root"]) if match else None
    follows = holding.underlying.strip() if holding.underlying and strict else None
    said = []
    if follows is None and listed is not None:
        follows = listed.follows
        said.append(f"follows {follows}")
    multiplier = holding.multiplier or _from_notional(holding, decimal)
    if multiplier is None and listed is not None and not strict:
        multiplier = listed.multiplier
        said.append(f"multiplier {multiplier:g}, the listed one")
    missing = [
        what
        for what, present in (
            ("what it follows (column underlying)", follows),
            ("its multiplier", multiplier),
            ("its price", holding.price),
        )
        if not present
    ]
    if missing and strict:
        return wrong(
            file,
            holding,
            f"the future {quoted(holding.ticker)} lacks {' and '.join(missing)}.",
            "Add the columns; an E-mini S&P contract has underlying SPY and multiplier 50.",
        )
    if follows is None or multiplier is None or holding.price is None:
        return Classified(reason=f"a future without {' and '.join(missing)}")
    expiry = find_date(holding.expiry, dates) if holding.expiry else None
    if holding.expiry and expiry is None and strict:
        return wrong(
            file,
            holding,
            f"the future {quoted(holding.ticker)} has an expiry of {quoted(holding.expiry)}, which is no date.",
            "Write year-month-day, or leave it empty.",
        )
    try:
        future = Future(
            contract=symbol,
            follows=follows,
            price=holding.price,
            multiplier=multiplier,
            expiry=expiry,
        )
    except InputError as error:
        return refused_by(error, file, holding)
    warnings = (
        (f"line {holding.line}: the future {symbol} {' and has '.join(said)}",) if said else ()
    )
    return Classified(
        label=symbol,
        instrument=future,
        multiplier=multiplier,
        warnings=warnings,
    )


def _from_notional(holding: Holding, decimal: Decimal) -> float | None:
    """Return notional / (quantity × price) where that is a whole number."""
    notional = number_or_none(holding.terms.get("notional", ""), decimal)
    if notional is None or not holding.quantity or not holding.price:
        return None
    ratio = notional / (holding.quantity * holding.price)
    whole = round(ratio)
    return float(whole) if whole >= 1 and abs(ratio - whole) < 0.01 * whole else None
