"""Limits on what scenarios may cost: for schedulers, which ask for a verdict and not for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from stress.arguments import ShareOfNav, held_to
from stress.errors import InputError, LimitBreachedError, Problem
from stress.risk.measures import TAIL_LEVEL

if TYPE_CHECKING:
    from stress.results.result import Result

__all__ = ["Limited", "check_limits", "read_limits"]

#: What a limit may be on: the expected P&L of a scenario, and its tail average.
Limited = Literal["expected", "es"]

_WORDS: dict[Limited, str] = {
    "expected": "expected loss",
    "es": f"tail average (ES {TAIL_LEVEL:.1%})",
}


def read_limits(limits: Mapping[Limited, ShareOfNav]) -> dict[Limited, float]:
    """Read limits such as ``{"expected": "10%"}``.

    Parameters
    ----------
    limits : mapping of {'expected', 'es'} to str or float
        Largest loss allowed, as a share of NAV.

    Returns
    -------
    dict
        Fractions of NAV.

    Raises
    ------
    InputError
        Another word, or a share without a unit or below zero: all of them.
    """
    shares: dict[Limited, float] = {}
    problems: list[Problem] = []
    for limited, given in held_to(limits, Mapping[Limited, Any], what="limits").items():
        what = f"limit on {limited}"
        try:
            share = held_to(given, ShareOfNav, what=what)
        except InputError as error:
            problems += error.problems
            continue
        if share < 0.0:
            problems.append(Problem(message=f"{what}: {given} is negative. Write the loss as 10%."))
        shares[limited] = share
    if problems:
        raise InputError(problems)
    return shares


def check_limits(results: Sequence[Result], limits: Mapping[Limited, ShareOfNav]) -> None:
    """Refuse results that lose more than limits allow.

    A tail average that does not exist, or that too few draws hold, keeps no limit.

    Parameters
    ----------
    results : sequence of Result
        Scenarios on books; every one is held against every limit.
    limits : mapping of {'expected', 'es'} to str or float
        As `read_limits` takes them.

    Raises
    ------
    InputError
        Limits that cannot be read.
    LimitBreachedError
        Naming every breach.
    """
    shares = read_limits(limits)
    breaches = [breach for result in results for breach in _breaches(result, shares)]
    if breaches:
        raise LimitBreachedError("\n".join(breaches))


def _breaches(result: Result, shares: Mapping[Limited, float]) -> Iterator[str]:
    for limited, share in shares.items():
        where = f"{result.portfolio_name}, {result.id}: the {_WORDS[limited]}"
        loss = _loss(result, limited)
        if loss is None:
            yield f"{where} is not known, so it cannot keep the limit of {_percent(share)} of NAV."
        elif loss > share:
            yield f"{where} is {_percent(loss)} of NAV, above the limit of {_percent(share)}."


def _loss(result: Result, limited: Limited) -> float | None:
    """Return a loss over NAV, positive when money is lost."""
    match limited:
        case "expected":
            return -result.expected_of_nav
        case "es":
            tail = result.tail_average
            return None if tail is None else tail.value / result.nav


def _percent(share: float) -> str:
    return f"{100.0 * share:.2f} %"
