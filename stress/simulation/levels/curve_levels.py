"""Levels on yield curves: what bonds read at their tenors, from the points that are stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stress.portfolio.instruments import Bond, Driver, DurationBond, Instrument
from stress.portfolio.levels import Given
from stress.portfolio.market import Level
from stress.portfolio.pricing.curve import CurvePoint, curve_point, is_point, tenor_weights

__all__ = ["extended", "point_of", "rolled", "stated_level", "stated_points", "unused_points"]


def point_of(instrument: Instrument, driver: Driver) -> CurvePoint | None:
    """Return where on a yield curve an instrument reads a driver; None where it reads none there."""
    if driver.kind == "rate" and isinstance(instrument, Bond | DurationBond):
        return instrument.point
    return None


def rolled(
    drivers: Iterable[tuple[Instrument, Driver]],
    curves: Mapping[Driver, Level],
    elapsed_days: float,
) -> dict[Driver, tuple[CurvePoint, float]]:
    """Return where yields that bonds read at their own tenor are read later, and what that alone changes.

    Parameters
    ----------
    drivers : iterable of (Instrument, Driver)
        What is read, and by whom.
    curves : mapping of Driver to Level
        From `stated_points`.
    elapsed_days : float
        Calendar days from now.

    Returns
    -------
    dict of Driver to (CurvePoint, float)
        The point, and the curve's yield there less that at the point now: 0 without a stated point.
    """
    stated = Given(levels=curves)
    found = {}
    for instrument, driver in drivers:
        if driver.kind != "rate" or not isinstance(instrument, Bond):
            continue
        later = instrument.point_after(elapsed_days)
        if later != instrument.point:
            now, then = stated_level(instrument.point, stated), stated_level(later, stated)
            change = 0.0 if now is None or then is None else then.value - now.value
            found[driver] = (later, change)
    return found


def stated_points(points: Iterable[CurvePoint], stated: Given) -> dict[Driver, Level]:
    """Return the stated points of the curves that bonds read, each as it is named.

    Parameters
    ----------
    points : iterable of CurvePoint
        Where the book's bonds read.
    stated : Given
        What is stated, options over the market file.
    """
    currencies = {point.currency for point in points}
    return {
        driver: level
        for driver, level in stated.levels.items()
        if driver.kind == "rate"
        and is_point(driver.name)
        and curve_point(driver.name).currency in currencies
    }


def stated_level(point: CurvePoint, stated: Given) -> Level | None:
    """Return the curve's yield at a tenor: linear between the stated points, flat outside them.

    Parameters
    ----------
    point : CurvePoint
        Currency and tenor.
    stated : Given
        What is stated, options over the market file.

    Returns
    -------
    Level or None
        Tagged as an option's where one counts; None without any point of this currency.
    """
    known = _points(point.currency, stated)
    if not known:
        return None
    weights = tenor_weights(point.years, list(known))
    used = [known[years] for years in weights]
    value = sum(weight * known[years].value for years, weight in weights.items())
    flag = any(level.source == "flag" for level in used)
    return Level(value=value, source="flag" if flag else used[0].source)


def unused_points(points: Iterable[CurvePoint], flags: Given, file: Given) -> list[str]:
    """Say which points stated by option lie next to no bond.

    Parameters
    ----------
    points : iterable of CurvePoint
        Where the book's bonds read.
    flags, file : Given
        Options and market file.
    """
    stated = flags.over(file)
    read = {
        (point.currency, years)
        for point in points
        if (known := _points(point.currency, stated))
        for years in tenor_weights(point.years, list(known))
    }
    unused = sorted(
        (found, driver.name)
        for driver, level in flags.levels.items()
        if level.source == "flag"
        and driver.kind == "rate"
        and is_point(driver.name)
        and (found := curve_point(driver.name)) not in read
    )
    if not unused:
        return []
    names = ", ".join(name for _, name in unused)
    return [f"the stated yield of {names} is not used: no bond's tenor lies next to it."]


def extended(tenors: Mapping[str, CurvePoint], stated: Given) -> list[str]:
    """Say which bonds lie outside the stated points of their curve.

    Parameters
    ----------
    tenors : mapping of str to CurvePoint
        By bond: those whose value depends on the curve's level, having no quoted price.
    stated : Given
        What is stated.
    """
    said = []
    for bond, point in sorted(tenors.items()):
        known = sorted(_points(point.currency, stated))
        if known and not known[0] <= point.years <= known[-1]:
            nearest = known[0] if point.years < known[0] else known[-1]
            said.append(
                f"{bond}: its tenor of {point.years:.1f} years is outside the stated {point.currency} "
                f"curve; the {nearest:g}-year yield stands for it."
            )
    return said


def _points(currency: str, stated: Given) -> dict[float, Level]:
    """Return the stated points of a currency's curve by years."""
    found = {}
    for driver, level in stated.levels.items():
        if driver.kind == "rate" and is_point(driver.name):
            point = curve_point(driver.name)
            if point.currency == currency:
                found[point.years] = level
    return found
