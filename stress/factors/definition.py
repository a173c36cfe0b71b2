"""What each factor *is*: the series it is measured on and how their levels become moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from stress.arguments import held_to, one_of
from stress.currencies import DOLLAR, no_currency
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.factor_names import name_fault
from stress.factors.model import FactorKind, FactorUnit
from stress.factors.roles import MARKET, double_roles, named_role, normal_role, role_fault
from stress.frozen import hold_still, still_when_copied
from stress.twice import given_twice

__all__ = ["FactorDefinition", "FactorDefinitions", "Measure"]

Measure = Literal["return", "inverse-return", "difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorDefinition:
    """One factor, before it is measured.

    Parameters
    ----------
    name : str
        Its key in scenario files (`stress.factors.factor_names` says what it may be).
    kind : {'relative', 'absolute'}
        Whether a move is a fraction of the level or a difference of levels.
    unit : {'%', 'bp', 'pts'}
        The unit its moves are written in.
    title : str
        A short label for tables.
    description : str
        Which index or basket it is.
    series : tuple of str
        The series it is measured on; several make an equal-weight basket.
    measure : {'return', 'inverse-return', 'difference'}
        How two levels become a move.
    scale : float
        What a difference of levels is multiplied by, above zero: 0.01 for yields quoted in percent.
    role : str
        What the revaluation of options, bonds and currencies asks it for (`stress.factors.roles`); what its name says
        where it is not stated.
    """

    name: str
    kind: FactorKind
    unit: FactorUnit
    title: str
    description: str
    series: tuple[str, ...]
    measure: Measure
    scale: float = 1.0
    role: str = ""

    def __post_init__(self) -> None:
        what = f"factor {self.name!r}"
        for name, words in (("kind", FactorKind), ("unit", FactorUnit), ("measure", Measure)):
            one_of(getattr(self, name), words, what=f"{what}: {name}")
        series = held_to(self.series, Sequence[str], what=f"{what}: series")
        object.__setattr__(self, "series", tuple(series))
        scale = held_to(self.scale, float, what=f"{what}: scale")
        if not 0.0 < scale < math.inf:
            raise InputError(f"{what}: scale is {scale!r}, not a number above zero.")
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "role", normal_role(self.role or named_role(self.name)))


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class FactorDefinitions:
    """The factors of a model, and the theme under which each name counts.

    Parameters
    ----------
    factors : tuple of FactorDefinition
        In the order of the model's factor axis.
    homes : mapping of str to str
        Home basket of names beside the baskets' own members.
    title : str
        What the set is for.
    source : str
        The file it came from, for messages and the record of how a model was made.
    content_hash : str
        SHA-256 of that file; empty when made in memory.
    currency : str
        ISO code of the prices that names are measured on: the model's returns are in it.

    Raises
    ------
    InputError
        No factor, a name given twice or that is none for a factor, a factor without series, a role that is unknown, does not fit or is
        another's too, a home that is no factor, a ticker in two baskets or homes, a currency there is not: all at once.
    """

    factors: tuple[FactorDefinition, ...]
    homes: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    source: str = "factor definitions"
    content_hash: str = ""
    currency: str = DOLLAR

    def __post_init__(self) -> None:
        for name, kind in (("factors", Sequence[FactorDefinition]), ("homes", Mapping[str, str])):
            kept = held_to(getattr(self, name), kind, what=f"{self.source}: {name}")
            object.__setattr__(self, name, tuple(kept) if name == "factors" else kept)
        hold_still(self)
        problems = list(_problems(self))
        if problems:
            raise InputError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """The factors' names, in order."""
        return tuple(factor.name for factor in self.factors)

    @property
    def differenced(self) -> frozenset[str]:
        """Series whose differences are used, not returns: yields, spreads, index levels."""
        return frozenset(t for f in self.factors if f.measure == "difference" for t in f.series)

    @property
    def default_home(self) -> str:
        """Home of names of no theme: the factor that is the market, else the first factor."""
        market = (factor.name for factor in self.factors if factor.role == MARKET)
        return next(market, self.names[0])

    def home_of(self, ticker: str) -> str:
        """Return the theme a ticker counts under: its basket, its stated home, or the default."""
        for factor in self.factors:
            if factor.measure != "difference" and ticker in factor.series:
                return factor.name
        return self.homes.get(ticker, self.default_home)


def _problems(definitions: FactorDefinitions) -> list[Problem]:
    found: list[Problem] = []

    def say(message: str, hint: str | None = None) -> None:
        found.append(Problem(file=definitions.source, message=message, hint=hint))

    unknown = no_currency(definitions.currency)
    if unknown is not None:
        say(f"the currency {unknown}")
    if not definitions.factors:
        say("no factor is defined.", "Write at least one [factors.NAME] table.")
    names = [factor.name for factor in definitions.factors]
    for name in given_twice(names):
        say(f"factor '{name}' is defined twice.")
    for unnamed in filter(None, map(name_fault, names)):
        say(*unnamed)
    basket_of: dict[str, str] = {}
    for factor in definitions.factors:
        if not factor.series:
            say(f"factor '{factor.name}' names no series.")
        for ticker in given_twice(factor.series):
            say(f"factor '{factor.name}' names series '{ticker}' twice.")
        if (factor.measure == "difference") != (factor.kind == "absolute"):
            say(
                f"factor '{factor.name}' is {factor.kind} but measured as '{factor.measure}'.",
                "Relative factors are measured as a return, absolute ones as a difference.",
            )
        if (factor.kind == "relative") != (factor.unit == "%"):
            say(
                f"factor '{factor.name}' is {factor.kind} but its unit is {factor.unit}.",
                "Relative moves are written in %, differences in bp or pts.",
            )
        for ticker in dict.fromkeys(factor.series):
            if ticker in basket_of:
                say(
                    f"series '{ticker}' is in two factors: '{basket_of[ticker]}' and '{factor.name}'."
                )
            basket_of[ticker] = factor.name
        fault = role_fault(factor.name, factor.kind, factor.unit, factor.role)
        if fault is not None:
            say(*fault)
    for _, message, hint in double_roles(definitions.factors):
        say(message, hint)
    for ticker, home in definitions.homes.items():
        if home not in names:
            say(
                f"the home of '{ticker}' is '{home}', which is no factor.",
                did_you_mean(home, names),
            )
        if ticker in basket_of and basket_of[ticker] != home:
            say(
                f"'{ticker}' is a member of '{basket_of[ticker]}' and cannot also count under '{home}'."
            )
    return found
