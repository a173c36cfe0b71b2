"""What the titles of a table's columns say of their units, by role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stress.files.portfolio.cash import minor_unit
from stress.files.portfolio.header_words import BASE, Heading

__all__ = ["LIKE_PRICES", "MONEY_ROLES", "ColumnUnits", "says_base", "units_of"]

#: Columns of amounts of money.
MONEY_ROLES = ("price", "market_value", "long_market_value", "short_market_value")
#: What of an option is in the unit of its price.
LIKE_PRICES = ("strike", "underlying_price")


class ColumnUnits(NamedTuple):
    """Units that titles state, by role; parameters of `columns.Columns`.

    Parameters
    ----------
    percent, unread : frozenset of str
        Roles whose title says per cent; speaks of a scale that was not understood.
    currencies : dict of str to str
        ISO code named in it.
    scale : dict of str to float
        What its figures are multiplied by, where that is not 1.
    in_base : bool
        Whether values are in the book's currency, by their title.
    price_in_base : bool
        Whether prices are.
    price_unit : float
        What one unit of a price is worth in the currency that its title names: 0.01 of pence.
    """

    percent: frozenset[str]
    unread: frozenset[str]
    currencies: dict[str, str]
    scale: dict[str, float]
    in_base: bool
    price_in_base: bool
    price_unit: float


def units_of(headings: Sequence[Heading], index: Mapping[str, int]) -> ColumnUnits:
    """Gather what titles say of units.

    Parameters
    ----------
    headings : sequence of Heading
        The titles, taken apart.
    index : mapping of str to int
        Column of each role.
    """
    money = {
        role: minor_unit(code)
        for role in (*MONEY_ROLES, *LIKE_PRICES)
        if role in index and (code := headings[index[role]].currency)
    }
    scale = {
        role: headings[column].scale * (money[role][1] if role in money else 1.0)
        for role, column in index.items()
    }
    unnamed = [role for role in MONEY_ROLES if role in index and role not in money]
    return ColumnUnits(
        percent=frozenset(role for role, column in index.items() if headings[column].percent),
        unread=frozenset(role for role, column in index.items() if headings[column].unread),
        currencies={role: code for role, (code, _) in money.items()},
        scale={role: factor for role, factor in scale.items() if factor != 1.0},
        in_base=any(says_base(headings[index[role]]) for role in unnamed if role != "price"),
        price_in_base="price" in unnamed and says_base(headings[index["price"]]),
        price_unit=money["price"][1] if "price" in money else 1.0,
    )


def says_base(title: Heading) -> bool:
    """Say whether a title says that its figures are in the book's currency, without naming it."""
    return title.denomination == "book" or not BASE.isdisjoint(" ".join(title.words).split())
