"""Options of a run that change nothing on its books and scenarios: each said once, never silently dropped."""

from __future__ import annotations

from collections.abc import Sequence

from stress.portfolio.instruments import Driver
from stress.portfolio.levels import OPTIONS, Given, GivenKind
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.floors import factor_of_level

__all__ = ["idle_options"]


def idle_options(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    given: Given,
    *,
    paths: bool = True,
    rebalance: bool = False,
    instant: bool = False,
    replay_names: bool = False,
) -> list[str]:
    """Say which options change nothing, and why.

    Parameters
    ----------
    books : sequence of Book
        All that are run, a benchmark's among them.
    scenarios : sequence of Scenario
        All that are run.
    given : Given
        Levels that options state (not a market file: it may serve other books).
    paths : bool
        Whether scenarios run along their steps.
    rebalance, instant, replay_names : bool
        Whether they were asked for.

    Returns
    -------
    list of str
        One sentence an option.
    """
    said = []
    if rebalance and not (paths and any(scenario.path for scenario in scenarios)):
        said.append("--rebalance changes nothing: no scenario runs in steps to restore weights at.")
    if instant and not any(book.valuation for book in books):
        said.append("--instant changes nothing: nothing is held whose value passes with time.")
    if replay_names:
        held = {name for book in books for name in book.names}
        if not any(stated.target in held for one in scenarios for stated in one.names):
            said.append("--replay-names changes nothing: no scenario records a name that is held.")
    currencies = _foreign(books)
    for currency, move in given.fx_moves.items():
        if currency not in currencies:
            option = f"--fx-fixed {currency}" if move == 0.0 else f"{OPTIONS['fx_move']} {currency}"
            said.append(f"{option} changes nothing: nothing is held in {currency}.")
    stated = {move.target for scenario in scenarios for move in scenario.moves}
    for driver, level in given.levels.items():
        if factor_of_level(driver, books[0].model) in stated:
            continue  # a fall that is stated is held against it
        kind: GivenKind = driver.kind  # type: ignore[assignment]
        name = driver.name
        read = currencies if kind == "fx" else _read(books, kind)
        if kind == "rate" and " " not in name:
            # A bond reads points of the curve at its own years: "USD 2034-11-15" is not the short rate of the dollar.
            idle = not any(_reads(book, driver) for book in books)
        else:
            idle = not read & {name, name.split()[0], *name.split("/")}
        if idle:
            said.append(f"{OPTIONS[kind]} {name}={level.value:g} changes nothing: {_WHY[kind]}.")
    options = _read(books, "vol")
    for kind, names in (("vol_beta", given.vol_betas), ("skew", given.skews)):
        said += [
            f"{OPTIONS[kind]} {name} changes nothing: no option on {name} is held."
            for name in names
            if name not in options
        ]
    return said


def _reads(book: Book, driver: Driver) -> bool:
    """Whether something that a book holds reads this very level."""
    return book.valuation is not None and any(
        driver in holding.instrument.drivers() for holding in book.valuation.holdings
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
    """Return currencies of positions and of the pairs they read, other than each book's own."""
    found: set[str] = set()
    for book in books:
        drivers = () if book.valuation is None else book.valuation.market.levels
        pairs = {part for d in drivers if d.kind == "fx" for part in d.name.split("/")}
        held = {position.currency for position in book.portfolio.positions}
        found |= (held | pairs) - {book.portfolio.currency}
    return found


def _read(books: Sequence[Book], kind: str) -> set[str]:
    """Return what levels of a kind are read by: names of levels and their parts, of positions and underlyings."""
    found: set[str] = set()
    for book in books:
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
