"""A row to a `Bond` (coupon, maturity, frequency, credit), or by its duration where these are not known."""

from __future__ import annotations

import re
from typing import Literal

from stress.errors import InputError
from stress.files.portfolio.classified import Classified, refused_by, wrong
from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, quoted, shorten
from stress.files.portfolio.numbers import Decimal, number_or_none, parse_number
from stress.portfolio.instruments import Bond, DurationBond
from stress.portfolio.instruments.bond import FACE
from stress.portfolio.instruments.dates import DAYS_A_YEAR, days_between
from stress.portfolio.pricing.curve import point_name

__all__ = ["read_bond"]

_TREASURY = re.compile(
    r"\b(?:treas\w*|ust|t[- ]?(?:bill|note|bond)s?|u\.?s\.? govt)\b", re.IGNORECASE
)
_COUPON = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,6})?) ?%|\b(\d{1,2}\.\d{2,6})\b")
_CREDIT: dict[str, Literal["high-yield", "investment-grade"] | None] = {
    "treasury": None,
    "government": None,
    "none": None,
    "investment-grade": "investment-grade",
    "investment grade": "investment-grade",
    "ig": "investment-grade",
    "high-yield": "high-yield",
    "high yield": "high-yield",
    "hy": "high-yield",
}
_FREQUENCIES: dict[str, Literal[1, 2, 4, 12]] = {"1": 1, "2": 2, "4": 4, "12": 12}


def read_bond(
    holding: Holding,
    *,
    file: str,
    currency: str,
    strict: bool,
    as_of: str | None,
    dates: DateOrder | None = None,
    decimal: Decimal = ".",
) -> Classified:
    """Read a bond row from its columns or, in a broker's file, from its description.

    Parameters
    ----------
    holding : Holding
        The row; terms `coupon`, `maturity`, `frequency`, `curve`, `credit`, or `duration` and `yield`.
    file : str
        For messages.
    currency : str
        Of the row; names the yield curve where the row states none.
    strict : bool
        Whether missing terms are a problem or a reason.
    as_of : str or None
        ISO date the positions are counted from.
    dates : {'day-first', 'month-first'}, optional
        The order of dates that read two ways.
    decimal : {'.', ','}
        The decimal mark of the file's numbers.

    Returns
    -------
    Classified
        A Treasury of a broker's file is taken to pay twice a year, said in a warning; any other bond must
        state its credit.
    """
    name = holding.name or ""
    terms = holding.terms
    treasury = not strict and _TREASURY.search(name) is not None
    said = []
    coupon = _coupon(terms.get("coupon", ""), None if strict else name, decimal)
    maturity = find_date(terms.get("maturity") or holding.expiry or ("" if strict else name), dates)
    frequency = _FREQUENCIES.get(terms.get("frequency", "").strip())
    if frequency is None and treasury:
        frequency = 2
        said.append("pays twice a year")
    word = fold(terms.get("credit", ""))
    known = word in _CREDIT or treasury
    missing = [
        f"{what} ('{shorten([terms[key]], 40)}' is none)" if terms.get(key) else what
        for key, what, absent in (
            ("coupon", "coupon", coupon is None),
            ("maturity", "maturity", maturity is None),
            ("frequency", "frequency (1, 2, 4 or 12)", frequency is None),
            ("credit", "credit (treasury, investment-grade or high-yield)", not known),
        )
        if absent
    ]
    label = holding.ticker or holding.cusip or holding.isin or name
    if missing and terms.get("duration"):
        return _by_duration(
            holding,
            label,
            file=file,
            curve=terms.get("curve")
            or _point(currency, maturity, as_of, number_or_none(terms["duration"], decimal)),
            credit=_CREDIT.get(word),
            known=known,
            decimal=decimal,
        )
    if missing or coupon is None or maturity is None or frequency is None:
        listed = ", ".join(missing)
        if not strict:
            return Classified(reason=f"a bond without {listed}")
        return wrong(file, holding, f"the bond {quoted(label)} lacks {listed}.", "Add the columns.")
    if as_of is not None and maturity <= as_of:
        return Classified(reason=f"matured on {maturity}, not after {as_of}")
    try:
        bond = Bond(
            name=label,
            coupon=coupon,
            frequency=frequency,
            maturity=maturity,
            curve=terms.get("curve") or currency,
            credit=_CREDIT.get(word),
            as_of=as_of,
        )
    except InputError as error:
        return refused_by(error, file, holding)
    warnings = (f"line {holding.line}: the bond {label} {' and '.join(said)}",) if said else ()
    return _held(bond, warnings)


def _by_duration(
    holding: Holding,
    label: str,
    *,
    file: str,
    curve: str,
    credit: Literal["high-yield", "investment-grade"] | None,
    known: bool,
    decimal: Decimal,
) -> Classified:
    """Value a bond by duration and convexity: the row states no cash flows."""
    terms = holding.terms
    duration = number_or_none(terms["duration"], decimal)
    convexity = number_or_none(terms["convexity"], decimal) if terms.get("convexity") else 0.0
    rate = _coupon(terms.get("yield", ""), None, decimal)
    price = holding.price
    if price is None and holding.market_value and holding.quantity:
        price = 100.0 * holding.market_value / holding.quantity
    lacking = [
        what
        for what, found in (
            ("duration (a number of years)", duration),
            ("yield", rate),
            ("price", price),
            ("convexity (a number)", convexity),
        )
        if found is None
    ]
    if lacking or duration is None or rate is None or price is None or convexity is None:
        return wrong(
            file,
            holding,
            f"the bond {quoted(label)} has a duration and lacks {', '.join(lacking)}.",
            "Add the columns, or coupon, maturity, frequency and credit.",
        )
    try:
        bond = DurationBond(
            name=label,
            price=price,
            yield_now=rate,
            spread_now=0.0,
            duration=duration,
            convexity=convexity,
            curve=curve,
            credit=credit,
        )
    except InputError as error:
        return refused_by(error, file, holding)
    unsaid = "" if known else ", no market spread moves it (no credit is stated)"
    warning = f"line {holding.line}: the bond {label} is valued by its duration alone, against {curve}{unsaid}"
    return _held(bond, (warning,))


def _held(bond: Bond | DurationBond, warnings: tuple[str, ...]) -> Classified:
    return Classified(label=bond.name, instrument=bond, unit=1.0 / FACE, warnings=warnings)


def _point(currency: str, maturity: str | None, as_of: str | None, duration: float | None) -> str:
    """Return the point of the curve at the years to maturity; at the duration where they are not known."""
    if maturity is not None and as_of is not None:
        years: float | None = days_between(as_of, maturity) / DAYS_A_YEAR
    else:
        years = duration
    return point_name(currency, max(years or 0.0, 0.0))


def _coupon(written: str, name: str | None, decimal: Decimal) -> float | None:
    """Return a fraction of face: ``4.25%`` and, of at least 0.2, ``4.25`` are 0.0425."""
    if written:
        try:
            number = parse_number(written, decimal)
        except ValueError:
            return None
        if number is None:
            return None
        return number.value if number.percent or number.value < 0.2 else number.value / 100.0
    match = _COUPON.search(name) if name else None
    return None if match is None else float(match[1] or match[2]) / 100.0
