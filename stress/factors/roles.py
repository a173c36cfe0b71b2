"""Roles of factors: what the revaluation of a book asks a model for, whatever the factors are called.

Options move with the factor that is the volatility index, bonds with the yields of the curve and the spread of their
credit, holdings in another currency with its exchange rate; reports count what has no theme under the market. A factor
says in its definition that it is one of these; the names below say it without.

=============== ================================================= ================== ====
role            what the factor is                                kind               unit
=============== ================================================= ================== ====
``market``      the market as a whole                             relative           %
``volatility``  the index of implied volatility                   absolute           pts
``yield:10``    the yield at so many years, model's currency      absolute           bp
``spread:hy``   the spread of high-yield bonds                    absolute           bp
``spread:ig``   the spread of investment-grade bonds              absolute           bp
``fx:JPY``      the price of one dollar in a currency             relative           %
``fx:EUR/CHF``  the price of one EUR in CHF, of any two           relative           %
``none``        none of these, whatever its name                  any                any
=============== ================================================= ================== ====
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from stress.currencies import CURRENCIES, DOLLAR
from stress.errors import did_you_mean
from stress.units import Unit

__all__ = [
    "KNOWN",
    "MARKET",
    "NONE",
    "SPREADS",
    "VOLATILITY",
    "HasRole",
    "double_roles",
    "exchange_role",
    "is_exchange_rate",
    "named_role",
    "normal_role",
    "role_fault",
    "years_of",
]

MARKET, VOLATILITY, NONE = "market", "volatility", "none"
#: The role of the spread that moves a bond, by its credit.
SPREADS = {"high-yield": "spread:hy", "investment-grade": "spread:ig"}

#: What a factor is by its name, where its definition does not say.
_BY_NAME = {
    "market": MARKET,
    "vix": VOLATILITY,
    "rates_2y": "yield:2",
    "rates_10y": "yield:10",
    "rates_30y": "yield:30",
    "hy_oas": "spread:hy",
    "ig_oas": "spread:ig",
    "usdjpy": "fx:JPY",
}
#: For messages.
KNOWN = (MARKET, VOLATILITY, "yield:10", *SPREADS.values(), "fx:JPY", "fx:EUR/CHF", NONE)

_EXCHANGE_HINT = "fx:EUR is the price of one dollar in euros, fx:EUR/USD that of one euro in dollars: two different ISO codes."

#: Yields beyond this tenor are no government's. [years]
_LONGEST_YIELD = 100.0
_YIELD = re.compile(r"yield:(?P<years>\d+(?:\.\d+)?)")
_EXCHANGE = re.compile(r"fx:(?:(?P<bought>[A-Z]{3})/)?(?P<paid>[A-Z]{3})")


class HasRole(Protocol):
    """A factor, defined or measured."""

    @property
    def name(self) -> str:
        """Its key in scenario files."""
        ...

    @property
    def role(self) -> str:
        """One of the table's, or ``"none"``."""
        ...


def named_role(name: str) -> str:
    """Return the role a factor has by its name: ``"none"`` for most.

    Examples
    --------
    >>> named_role("rates_10y"), named_role("gold")
    ('yield:10', 'none')
    """
    return _BY_NAME.get(name, NONE)


def normal_role(role: str) -> str:
    """Return a role in its one spelling; what is none comes back as it is (`role_fault` says so).

    Examples
    --------
    >>> normal_role("yield:10.0"), normal_role("fx:USD/JPY")
    ('yield:10', 'fx:JPY')
    """
    rate = _rate_of(role)
    if rate is not None:
        return exchange_role(*rate)
    years = years_of(role)
    return role if years is None else f"yield:{years:.10g}"


def years_of(role: str) -> float | None:
    """Return the tenor of a yield's role; None of any other."""
    found = _YIELD.fullmatch(role)
    return None if found is None else float(found["years"])


def exchange_role(bought: str, paid: str) -> str:
    """Return the role of the price of one unit of a currency in another; the dollar bought is not written.

    Examples
    --------
    >>> exchange_role("USD", "JPY"), exchange_role("EUR", "USD")
    ('fx:JPY', 'fx:EUR/USD')
    """
    return f"fx:{paid}" if bought == DOLLAR else f"fx:{bought}/{paid}"


def is_exchange_rate(role: str) -> bool:
    """Whether a role is that of an exchange rate."""
    return _rate_of(role) is not None


def _rate_of(role: str) -> tuple[str, str] | None:
    """Return the currency that an exchange rate is the price of and that it is paid in; None of any other role."""
    found = _EXCHANGE.fullmatch(role)
    return None if found is None else (found["bought"] or DOLLAR, found["paid"])


def role_fault(name: str, kind: str, unit: Unit, role: str) -> tuple[str, str] | None:
    """Say what is wrong with the role of a factor.

    Parameters
    ----------
    name : str
        Of the factor.
    kind : {'relative', 'absolute'}
    unit : str
        Of its moves.
    role : str
        As stated, or as the name says.

    Returns
    -------
    (str, str) or None
        Message and remedy; None where nothing is wrong.
    """
    wanted = _shape(role)
    if wanted is None:
        hint = _EXCHANGE_HINT if role.startswith("fx:") else did_you_mean(role, KNOWN)
        return f"factor '{name}': role is {role!r}.", hint or f"Known: {', '.join(KNOWN)}."
    if role == NONE or (kind, unit) == wanted:
        return None
    by_name = " by its name" if role == named_role(name) else ""
    return (
        f"factor '{name}' has the role {role}{by_name}, and is {kind} in {unit}: such a factor is {wanted[0]} in "
        f"{wanted[1]}.",
        f'Correct kind and unit, or write role = "{NONE}".',
    )


def double_roles(factors: Iterable[HasRole]) -> list[tuple[str, str, str]]:
    """Return the factors whose role another has before them: name, message and remedy of each.

    An exchange rate and its inverse are one.
    """
    first: dict[object, HasRole] = {}
    found = []
    for factor in factors:
        if factor.role == NONE:
            continue
        what: object = frozenset(_rate_of(factor.role) or ()) or factor.role
        before = first.setdefault(what, factor)
        if before is factor:
            continue
        have = (
            f"both have the role {factor.role}"
            if before.role == factor.role
            else f"have the roles {before.role} and {factor.role}, which are one exchange rate"
        )
        found.append(
            (
                factor.name,
                f"factors '{before.name}' and '{factor.name}' {have}.",
                f'One factor has a role: write role = "{NONE}" in the other.',
            )
        )
    return found


def _shape(role: str) -> tuple[str, Unit] | None:
    """Return kind and unit of the factors that can have a role; None of what is no role."""
    years = years_of(role)
    rate = _rate_of(role)
    if role == MARKET or (rate is not None and CURRENCIES.issuperset(rate) and rate[0] != rate[1]):
        return "relative", "%"
    if role == VOLATILITY:
        return "absolute", "pts"
    if role in SPREADS.values() or (years is not None and 0.0 < years <= _LONGEST_YIELD):
        return "absolute", "bp"
    return ("any", "%") if role == NONE else None
