"""`Classified`: a row's instrument, or why it has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from stress.errors import InputError, Problem
from stress.files.portfolio.holding import Holding
from stress.portfolio.instruments import Instrument

__all__ = ["NO_IDENTIFIER", "Classified", "refused_by", "wrong"]

#: Why a row with nothing but a name is refused.
NO_IDENTIFIER = "no ticker, ISIN or CUSIP: only a name"


class Classified(NamedTuple):
    """A row's instrument, or why it has none.

    Parameters
    ----------
    kind : str
        ``cash``, ``equity``, ``option``, ...
    label : str
        Base of the position's id.
    instrument : Instrument or None
        None where the row is refused.
    multiplier : float
        Units of price in one unit of quantity.
    deduced : bool
        Whether the multiplier follows from the row's figures.
    unit : float
        Units of the position in one unit of the file's quantity: 0.01 for a bond's face.
    became : {'cash', 'ignored', 'refused'}
        For the ledger.
    reason : str
        For the ledger.
    warnings : tuple of str
        What was concluded.
    problems : tuple of Problem
        What is wrong.
    """

    kind: str = "equity"
    label: str = ""
    instrument: Instrument | None = None
    multiplier: float = 1.0
    deduced: bool = False
    unit: float = 1.0
    became: Literal["cash", "ignored", "refused"] = "refused"
    reason: str = ""
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def wrong(file: str, holding: Holding, message: str, hint: str) -> Classified:
    """Return a row that is a problem.

    Parameters
    ----------
    file : str
        For the message.
    holding : Holding
        The row.
    message, hint : str
        What is wrong, and what to do.
    """
    return Classified(problems=(Problem(message=message, file=file, line=holding.line, hint=hint),))


def refused_by(error: InputError, file: str, holding: Holding) -> Classified:
    """Return a row whose terms its instrument refuses: the problems of that, with the row's place."""
    return Classified(
        problems=tuple(replace(one, file=file, line=holding.line) for one in error.problems)
    )
