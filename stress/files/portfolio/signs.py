"""The sides that rows state in words, put into the signs of their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.side_columns import AMOUNTS

__all__ = ["Signed", "sign_by_side"]

#: Their value is a gain or a loss: its sign is not that of the position.
_OWN_VALUE = frozenset({"future", "future_option", "fx_forward", "swap"})


class Signed(NamedTuple):
    """Holdings whose figures have the sign of their side.

    Parameters
    ----------
    holdings : tuple of Holding
        In the order given.
    problems : tuple of Problem
        Words that contradict signs or each other.
    warnings : tuple of str
        What was turned negative, and by which words.
    """

    holdings: tuple[Holding, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def sign_by_side(holdings: Sequence[Holding], *, file: str) -> Signed:
    """Make the figures of rows that say they are short negative.

    Parameters
    ----------
    holdings : sequence of Holding
        Of the whole file: whether its short rows carry a minus is one convention a column.
    file : str
        For messages.

    Returns
    -------
    Signed
        A short row whose figures are negative already stays as it is. A long row with a negative figure, a column
        in which some short rows have a minus and others none, and a plain ``sell`` without a minus are problems.
    """
    if not any(holding.sides for holding in holdings):
        return Signed(tuple(holdings))
    problems: list[Problem] = []
    bare: dict[str, list[int]] = {role: [] for role in AMOUNTS}
    minus: dict[str, Holding] = {}
    turned: Counter[str] = Counter()
    for number, holding in enumerate(holdings):
        if not holding.sides:
            continue
        fault = _fault(holding)
        if fault is not None:
            problems.append(Problem(message=fault[0], file=file, line=holding.line, hint=fault[1]))
            continue
        if not holding.sides[0].is_short:
            continue
        for role, value in _figures(holding).items():
            if value > 0.0:
                bare[role].append(number)
            else:
                minus.setdefault(role, holding)
    changed: dict[int, dict[str, float]] = {}
    for role, numbers in bare.items():
        for number in numbers:
            holding = holdings[number]
            value = getattr(holding, role)
            if role in minus:
                word = holding.sides[0]
                problems.append(
                    Problem(
                        message=f"'{word.word}' in {word.where} and the {_named(role)} {value:g} without a minus, while "
                        f"line {minus[role].line} is short with a minus.",
                        file=file,
                        line=holding.line,
                        hint="Write all short rows with a minus, or none; correct the word if the row is long.",
                    )
                )
            else:
                changed.setdefault(number, {})[role] = -value
    for number in changed:
        turned[holdings[number].sides[0].where] += 1
    signed = tuple(
        holding._replace(**changed[number]) if number in changed else holding  # type: ignore[arg-type]  # the keys are numbers of a Holding
        for number, holding in enumerate(holdings)
    )
    warnings = tuple(
        f"{count} row{'' if count == 1 else 's'} short by {where}: "
        "figures without a sign are read as negative"
        for where, count in turned.items()
    )
    return Signed(signed, tuple(problems), warnings)


def _figures(holding: Holding) -> dict[str, float]:
    own = holding.type is not None and kind_of_type(fold(holding.type)) in _OWN_VALUE
    return {
        role: value
        for role in AMOUNTS
        if (value := getattr(holding, role)) and not (own and role == "market_value")
    }


def _fault(holding: Holding) -> tuple[str, str] | None:
    """Return message and remedy where words contradict each other or the signs."""
    first = holding.sides[0]
    for other in holding.sides[1:]:
        if other.is_short != first.is_short:
            return (
                f"'{first.word}' in {first.where} and '{other.word}' in {other.where} contradict each other.",
                "Correct one of them.",
            )
    figures = _figures(holding)
    if not first.is_short:
        for role, value in figures.items():
            if value < 0.0:
                return (
                    f"'{first.word}' in {first.where} and the {_named(role)} {value:g} contradict each other.",
                    "Correct the word or the sign: a short position has a negative quantity and value.",
                )
        return None
    if any(word.side == "short" for word in holding.sides):
        return None
    for role, value in figures.items():
        if value > 0.0:
            return (
                f"'{first.word}' in {first.where} may be a short position or a sale that was made: the {_named(role)} "
                f"{value:g} has no minus.",
                "Write short for a position that is held short, or its quantity with a minus. Of a history of trades, "
                "download the positions instead.",
            )
    return None


def _named(role: str) -> str:
    return role.replace("_", " ")
