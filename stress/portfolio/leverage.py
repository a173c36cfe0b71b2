"""Leveraged and inverse funds as multiples of what they follow, where the user asks for it.

By default such a fund is stressed by its own exposures, estimated from its own prices. Over several
sessions it compounds daily, which a fixed exposure does not know; then ask for the multiple.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from stress.errors import InputError, Problem, ticker_meant
from stress.factors.listed import as_listed
from stress.factors.model import FactorModel
from stress.portfolio.instruments import Equity, LeveragedFund
from stress.portfolio.position import Portfolio, Position

__all__ = ["KNOWN_LEVERAGE", "with_leverage"]

#: Daily objective of funds, as their issuers' prospectuses state it, and the name on the same or the nearest index.
#: SOXL and SOXS follow the NYSE Semiconductor index, which SOXX tracks.
KNOWN_LEVERAGE: Mapping[str, tuple[float, str]] = {
    "NVD": (-2.0, "NVDA"),
    "NVDL": (2.0, "NVDA"),
    "NVDX": (2.0, "NVDA"),
    "PSQ": (-1.0, "QQQ"),
    "QID": (-2.0, "QQQ"),
    "QLD": (2.0, "QQQ"),
    "SDS": (-2.0, "SPY"),
    "SH": (-1.0, "SPY"),
    "SOXL": (3.0, "SOXX"),
    "SOXS": (-3.0, "SOXX"),
    "SPXL": (3.0, "SPY"),
    "SPXS": (-3.0, "SPY"),
    "SPXU": (-3.0, "SPY"),
    "SQQQ": (-3.0, "QQQ"),
    "SSO": (2.0, "SPY"),
    "TECL": (3.0, "XLK"),
    "TECS": (-3.0, "XLK"),
    "TMF": (3.0, "TLT"),
    "TMV": (-3.0, "TLT"),
    "TQQQ": (3.0, "QQQ"),
    "UPRO": (3.0, "SPY"),
}


#: Largest multiple that is read, long or inverse: no fund is listed with more.
_MOST_LEVERAGE = 10.0


def with_leverage(
    portfolio: Portfolio, asked: Mapping[str, str | None], model: FactorModel
) -> Portfolio:
    """Return the book with funds as multiples of the daily return of what they follow.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    asked : mapping of str to str or None
        Fund to ``"3:SOXX"``, or to None where `KNOWN_LEVERAGE` knows it.
    model : FactorModel
        Must know what they follow.

    Raises
    ------
    InputError
        All that is wrong: a fund not held, one that is not in the table, a multiple that is none or beyond any fund's, a
        name outside the model, a position without quantity or price.
    """
    problems: list[Problem] = []
    terms: dict[str, tuple[float, str]] = {}
    held = {p.instrument.ticker for p in portfolio.positions if isinstance(p.instrument, Equity)}
    for fund, written in asked.items():
        if fund not in held:
            problems.append(
                _problem(
                    portfolio, fund, written, "the book does not hold it.", ticker_meant(fund, held)
                )
            )
            continue
        try:
            leverage, follows = _terms(fund, written)
        except ValueError as error:
            problems.append(_problem(portfolio, fund, written, str(error), f"Write {fund}=3:SOXX."))
            continue
        follows = as_listed(follows, model.name_index, model.factor_index)
        if follows not in model.name_index and follows not in model.factor_index:
            known = ticker_meant(follows, model.name_index)
            problems.append(
                _problem(
                    portfolio, fund, written, f"'{follows}' is not in model {model.id}.", known
                )
            )
            continue
        terms[fund] = leverage, follows
    for position in portfolio.positions:
        if _fund(position) in terms and (position.quantity is None or not position.price):
            problems.append(
                Problem(
                    message=f"{position.id}: a leveraged fund needs quantity and price.",
                    file=portfolio.name,
                    line=position.row,
                )
            )
    if problems:
        raise InputError(problems)
    return portfolio.as_asked(
        positions=tuple(_converted(position, terms) for position in portfolio.positions)
    )


def _fund(position: Position) -> str | None:
    return position.instrument.ticker if isinstance(position.instrument, Equity) else None


def _converted(position: Position, terms: Mapping[str, tuple[float, str]]) -> Position:
    fund = _fund(position)
    if fund is None or fund not in terms or position.price is None:
        return position
    leverage, follows = terms[fund]
    return replace(
        position,
        instrument=LeveragedFund(
            ticker=fund, follows=follows, leverage=leverage, price=position.price
        ),
    )


def _terms(fund: str, written: str | None) -> tuple[float, str]:
    if written is None:
        if fund not in KNOWN_LEVERAGE:
            raise ValueError(
                f"its multiple is not known here ({', '.join(sorted(KNOWN_LEVERAGE))} are)."
            )
        return KNOWN_LEVERAGE[fund]
    multiple, colon, follows = (part.strip() for part in written.partition(":"))
    try:
        leverage = float(multiple)
    except ValueError:
        leverage = math.nan
    if not (colon and follows) or not math.isfinite(leverage) or leverage == 0.0:
        raise ValueError(f"'{written}' is not a multiple and a name.")
    if abs(leverage) > _MOST_LEVERAGE:
        raise ValueError(f"{leverage:g} is no fund's multiple; they go to {_MOST_LEVERAGE:g}.")
    return leverage, follows


def _problem(
    portfolio: Portfolio, fund: str, written: str | None, message: str, hint: str
) -> Problem:
    given = fund if written is None else f"{fund}={written}"
    option = portfolio.worded("--leveraged", "leveraged:")
    return Problem(message=f"{option} {given}: {message}", hint=hint or None)
