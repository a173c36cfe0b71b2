"""One price of one thing: which of a book's rows says it, and rows that say another are refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from stress.errors import Problem
from stress.portfolio.instruments import Bond, DurationBond, Future, Option
from stress.portfolio.market import SAME_PRICE
from stress.portfolio.position import Position
from stress.portfolio.ticks import tick_of

__all__ = [
    "ONE_PRICE",
    "TwoPrices",
    "contracts_apart",
    "largest_first",
    "same_price",
    "two_prices",
]

#: Of a price at the very edge of what is one price, what arithmetic rounds away. [fraction]
_ROUNDING = 1e-9
#: What to do about two prices.
ONE_PRICE = "Correct one: a book stands at one price of a thing."


class TwoPrices(Problem):
    """Rows of one book that say two prices of one thing: no level that a run is given mends it."""

    __slots__ = ()


class _Security(NamedTuple):
    """A bond or a contract in the currency it is quoted in; a European option is not the American one."""

    name: str
    currency: str
    style: str = ""


def largest_first(said: Iterable[tuple[float, Position]]) -> list[tuple[float, Position]]:
    """Put what the largest holding says first: it is rounded least, and the order of rows counts for nothing."""
    return sorted(
        said,
        key=lambda one: (
            -abs(one[1].market_value),
            -abs(one[1].quantity or 0.0),
            one[0],
            one[1].id,
        ),
    )


def same_price(one: float, other: float, *, tick: float = 0.0) -> bool:
    """Say whether two prices are one: quotes of different minutes, or a tick apart.

    Parameters
    ----------
    one, other : float
        In one currency.
    tick : float
        The step that such prices move in, where it may be more than `SAME_PRICE` of them.
    """
    within = max(SAME_PRICE * max(abs(one), abs(other)), tick)
    return abs(one - other) <= within * (1.0 + _ROUNDING)


def two_prices(
    what: object,
    said: Sequence[tuple[float, Position]],
    *,
    file: str,
    hint: str = ONE_PRICE,
    in_ticks: bool = False,
) -> TwoPrices | None:
    """Return the problem of the first row that says another price than the largest holding's.

    Parameters
    ----------
    what : object
        Named in the message.
    said : sequence of (float, Position)
        Prices or rates, as `largest_first` puts them.
    file, hint : str
        For the message.
    in_ticks : bool
        Whether they are prices of what the positions hold, and not of what it is paid in or follows.
    """
    value, first = said[0]
    for other, position in said[1:]:
        tick = tick_of(position.instrument, max(value, other)) if in_ticks else 0.0
        if not same_price(value, other, tick=tick):
            return TwoPrices(
                message=f"{what}: {first.id} says {value:g}, {position.id} says {other:g}.",
                file=file,
                line=position.row,
                hint=hint,
            )
    return None


def contracts_apart(positions: Iterable[Position], *, file: str) -> list[Problem]:
    """Return a problem for each bond, option and future of which rows of a book say two prices.

    Options that no row prices may say two volatilities: that is a problem too, for one of them is their level.

    Parameters
    ----------
    positions : iterable of Position
        Those that are revalued.
    file : str
        Their book.
    """
    quoted: dict[_Security, list[tuple[float, Position]]] = {}
    volatilities: dict[_Security, list[tuple[float, Position]]] = {}
    for position in positions:
        name, price = _quote(position)
        security = _Security(name, position.currency, getattr(position.instrument, "style", ""))
        if name and price is not None:
            quoted.setdefault(security, []).append((price, position))
        if isinstance(position.instrument, Option) and position.implied_vol is not None:
            contract = _Security(name, position.currency)
            volatilities.setdefault(contract, []).append((position.implied_vol, position))
    priced = {_Security(security.name, security.currency) for security in quoted}
    found = [
        two_prices(
            f"price of {security.name}",
            largest_first(said),
            file=file,
            in_ticks=True,
        )
        for security, said in quoted.items()
    ]
    found += [
        two_prices(
            f"implied volatility of {contract.name}",
            largest_first(said),
            file=file,
            hint="Correct one: a contract has one volatility.",
        )
        for contract, said in volatilities.items()
        if contract not in priced
    ]
    return [problem for problem in found if problem is not None]


def _quote(position: Position) -> tuple[str, float | None]:
    """Return the name of a bond or contract and its price; no name for anything else."""
    match position.instrument:
        case Option() as option:
            return option.contract, position.price
        case Bond() as bond:
            return bond.name, position.price
        case DurationBond() as bond:
            return bond.name, bond.price
        case Future() as future:
            return future.contract, future.price
        case _:
            return "", None
