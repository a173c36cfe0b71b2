"""One quote currency of the options on a share: their spot and volatilities are levels of the share, in one currency."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import Problem
from stress.simulation.holdings import Holding, options_of
from stress.simulation.valuation import Valuation

__all__ = ["currencies_apart"]


def currencies_apart(
    holdings: Sequence[Holding], *, beside: Sequence[Valuation] = (), file: str
) -> list[Problem]:
    """Return a problem for each share with options in two quote currencies: no spot is right for both.

    Parameters
    ----------
    holdings : sequence of Holding
        In canonical order.
    beside : sequence of Valuation
        Of books these positions stand beside: they share its levels.
    file : str
        The positions' book.
    """
    there = [held for one in beside for held in one.holdings]
    first: dict[str, tuple[str, str]] = {}
    problems: dict[str, Problem] = {}
    for held, option in options_of((*there, *holdings)):
        name, own = option.underlying, option.currency
        currency, position = first.setdefault(name, (own, held.position.id))
        if own != currency and name not in problems:
            problems[name] = Problem(
                message=f"options on {name} in two currencies: {position} in {currency}, {held.position.id} in {own}. "
                "All options on a share are valued at one spot, which is not converted.",
                file=file,
                line=held.position.row,
                hint=f"Leave those in {own} out (their rows, or lines of the universe), or those in {currency}; "
                "two books can hold them.",
            )
    return list(problems.values())
