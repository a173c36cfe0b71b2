"""Levels of the market that options state and nothing reads: each said once, never silently dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from stress.factors.model import FactorModel
from stress.factors.roles import SPREADS, named_role
from stress.portfolio.instruments import Cash, Driver
from stress.portfolio.levels import Given, GivenKind, option_forms
from stress.simulation.book import Book
from stress.simulation.levels.floors import factor_of_level

__all__ = ["idle_levels"]


def idle_levels(
    books: Sequence[Book], given: Given, *, bounded: Collection[str] = ()
) -> tuple[str, ...]:
    """Say which stated levels change nothing, and why.

    Parameters
    ----------
    books : sequence of Book
        All that are valued: a benchmark's and what may be traded among them.
    given : Given
        Levels that options state (not a market file: it may serve other books).
    bounded : collection of str
        Factors whose falls are held against their level.

    Returns
    -------
    tuple of str
        One sentence an option.
    """
    said = []
    worded = books[0].portfolio.worded
    currencies = _foreign(books)
    for currency, move in given.fx_moves.items():
        told = any(
            book.portfolio.currency == currency and book.valuation is not None for book in books
        )
        # Where something is revalued, it is said with what moves its levels.
        shares_alone = all(book.valuation is None for book in books)
        if (currency not in currencies or shares_alone) and not told:
            option = worded(
                *(f"--fx-fixed {currency}", f"fx_fixed=['{currency}']")
                if move == 0.0
                else option_forms("fx_move", currency, move)
            )
            own = any(book.portfolio.currency == currency for book in books)
            said.append(
                f"{option} changes nothing: it is the book's own currency."
                if own
                else f"{option} changes nothing: nothing is held in {currency}."
                if currency not in currencies
                else f"{option} changes nothing: shares move by returns in {books[0].model.currency}, whatever they are quoted in."
            )
    for driver, level in given.levels.items():
        if factor_of_level(driver, books[0].model) in bounded:
            continue
        kind: GivenKind = driver.kind  # type: ignore[assignment]
        name = driver.name
        read = currencies if kind == "fx" else _read(books, kind)
        if kind == "rate" and " " not in name:
            # A bond reads points of the curve at its own years: "USD 2034-11-15" is not the short rate of the dollar.
            idle = not any(_reads(book, driver) for book in books)
        else:
            idle = not read & {name, name.split()[0], *name.split("/")}
        if idle:
            option = worded(*option_forms(kind, name, level.value))
            other = _called_otherwise(driver, books[0].model)
            said.append(f"{option} changes nothing: {_WHY[kind]}{other}.")
    options = _read(books, "vol")
    slopes: tuple[tuple[GivenKind, Mapping[str, float]], ...] = (
        ("vol_beta", given.vol_betas),
        ("skew", given.skews),
    )
    for kind, values in slopes:
        said += [
            f"{worded(*option_forms(kind, name, value))} changes nothing: no option on {name} is held."
            for name, value in values.items()
            if name not in options
        ]
    return tuple(said)


def _called_otherwise(driver: Driver, model: FactorModel) -> str:
    """Say which factor of a model has the role that a spread's name says, where it has another name; else nothing."""
    role = driver.name if driver.name in SPREADS.values() else named_role(driver.name)
    if driver.kind != "spread" or role not in SPREADS.values():
        return ""
    factor = model.with_role(role)
    if factor is None:
        return f", and no factor of model {model.id} has the role {role}"
    if factor == driver.name:
        return ""
    return f", and the factor of model {model.id} with the role {role} is {factor}"


def _reads(book: Book, driver: Driver) -> bool:
    """Whether something that a book holds reads this very level, or cash earns it."""
    return book.valuation is not None and any(
        driver in holding.instrument.drivers()
        or any(
            isinstance(leg.instrument, Cash) and driver == Driver("rate", leg.instrument.currency)
            for leg in holding.legs
        )
        for holding in book.valuation.holdings
    )


_WHY: dict[GivenKind, str] = {
    "rate": "nothing that is held is discounted at it (shares move by their exposures)",
    "dividend": "no option or future on it is held",
    "vol": "no option on it is held",
    "spot": "nothing that is held is priced from it",
    "spread": "no bond of that name is held",
    "fx": "nothing is held in it",
}


def _foreign(books: Sequence[Book]) -> set[str]:
    """Return currencies of positions, of returns and of the pairs they read, other than each book's own."""
    found: set[str] = set()
    for book in books:
        drivers = () if book.valuation is None else book.valuation.market.levels
        pairs = {part for d in drivers if d.kind == "fx" for part in d.name.split("/")}
        held = {position.currency for position in book.portfolio.positions}
        found |= (held | pairs | {book.model.currency}) - {book.portfolio.currency}
    return found


def _read(books: Sequence[Book], kind: str) -> set[str]:
    """Return what levels of a kind are read by: names of levels and their parts, of positions and underlyings."""
    found: set[str] = set()
    for book in books:
        if kind == "spot":
            # It says what options that are left out count at.
            found |= {row.ticker for row in book.coverage.excluded if row.notional is not None}
        if book.valuation is None:
            continue
        drivers = [driver for driver in book.valuation.market.levels if driver.kind == kind]
        for driver in drivers:
            found |= {driver.name, driver.name.split()[0]}
        if not drivers:
            continue
        for holding in book.valuation.holdings:
            found |= {holding.position.id, holding.position.ticker, holding.instrument.underlying}
        if kind == "vol":
            found.add("VIX")
    return found
