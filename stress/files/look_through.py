"""Funds looked through: each as the constituents of its issuer's holdings file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote

from stress.errors import InputError, Problem, ticker_meant
from stress.factors.model import FactorModel
from stress.files.portfolio import load_shares
from stress.portfolio.instruments import Cash, Equity, FundLookThrough
from stress.portfolio.instruments.fund import SUM_TOLERANCE
from stress.portfolio.position import Portfolio, Position
from stress.tables import listing

__all__ = ["look_through", "read_holdings"]


def read_holdings(files: Mapping[str, str | Path | Portfolio]) -> dict[str, Portfolio]:
    """Read what funds hold.

    Parameters
    ----------
    files : mapping of str to path or Portfolio
        Fund to its holdings: a file of its issuer, or any file of positions or of weights, with a date.

    Raises
    ------
    InputError
        All that is wrong with any of the files.
    """
    holdings = {}
    problems: list[Problem] = []
    for fund, source in files.items():
        try:
            holdings[fund] = source if isinstance(source, Portfolio) else load_shares(source)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return holdings


def look_through(
    portfolio: Portfolio,
    holdings: Mapping[str, Portfolio],
    model: FactorModel,
    *,
    proxies: Mapping[str, str] | None = None,
) -> Portfolio:
    """Return the book with funds replaced by what they hold.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    holdings : mapping of str to Portfolio
        Fund to what it holds, with a date (`read_holdings`).
    model : FactorModel
        Constituents it knows move by their own exposures. The rest, cash included, is the residual: it
        follows the fund's own ticker, or is cash where the model does not know the fund.
    proxies : mapping of str to str, optional
        Names that others stand in for, over those of the book's rows: the residual follows a fund with a stand-in too.

    Returns
    -------
    Portfolio
        With the warnings of the holdings, and one for each fund: date of the holdings, share looked through,
        residual.

    Raises
    ------
    InputError
        A fund that is not held or has no quantity and price, holdings without date, a residual with
        nothing to follow.
    """
    held = {p.instrument.ticker for p in portfolio.positions if isinstance(p.instrument, Equity)}
    problems: list[Problem] = []
    warnings = []
    positions = list(portfolio.positions)
    for fund, contents in holdings.items():
        if fund not in held:
            problems.append(
                Problem(
                    message=f"{portfolio.worded('--look-through', 'look_through:')} {fund}: the book does not hold it.",
                    file=portfolio.name,
                    hint=ticker_meant(fund, held) or None,
                )
            )
            continue
        try:
            for i, position in enumerate(positions):
                if isinstance(position.instrument, Equity) and position.instrument.ticker == fund:
                    stand_in = (proxies or {}).get(fund, position.proxy)
                    known = fund in model.name_index or stand_in is not None
                    positions[i] = _looked_through(
                        position, contents, model, portfolio, follows=fund if known else None
                    )
        except InputError as error:
            problems += error.problems
            continue
        # What is doubtful about the holdings (rows not read, weights that do not add up) is doubtful about every share.
        warnings += [f"{contents.name}: {doubt}" for doubt in contents.warnings]
        warnings += _not_read(fund, contents)
        warnings.append(_said(fund, positions, contents))
    if problems:
        raise InputError(problems)
    return portfolio.as_asked(positions=tuple(positions), warnings=(*portfolio.warnings, *warnings))


def _looked_through(
    position: Position,
    holdings: Portfolio,
    model: FactorModel,
    portfolio: Portfolio,
    *,
    follows: str | None,
) -> Position:
    fund = position.ticker
    if position.quantity is None or not position.price:
        raise InputError(
            Problem(
                message=f"{position.id}: a fund looked through needs quantity and price.",
                line=position.row,
            )
        )
    if holdings.as_of is None:
        raise InputError(
            Problem(
                message=f"the holdings of {fund} have no date.",
                file=holdings.name,
                hint="Add a line '# as_of: 2025-12-31' above the titles.",
            )
        )
    total = math.fsum(p.market_value for p in holdings.positions)
    if not total > 0.0:
        raise InputError(
            Problem(
                message=f"the holdings of {fund} add up to {total:,.2f}: nothing can be a share of that.",
                file=holdings.name,
                hint="Give all of them, cash included.",
            )
        )
    weights: dict[str, float] = {}
    cash = 0.0
    outside: list[str] = []
    for held in holdings.positions:
        share = held.market_value / total
        if isinstance(held.instrument, Cash):
            cash += share
        elif isinstance(held.instrument, Equity):
            ticker = held.instrument.ticker
            if ticker in model.name_index and ticker != fund:
                weights[ticker] = weights[ticker] + share if ticker in weights else share
            else:
                outside.append(ticker)
        else:
            outside.append(held.ticker)
    residual = 1.0 - math.fsum(weights.values())
    if follows is None and abs(residual - cash) > SUM_TOLERANCE:
        raise InputError(
            Problem(
                message=f"{residual - cash:.1%} of {fund} is in names outside model {model.id} "
                f"({listing(outside, most=5)}), and so is {fund}.",
                file=holdings.name,
                hint="Say what that rest moves like: "
                + portfolio.worded(f"--proxy {quote(fund)}=TICKER", f"proxies={ {fund: 'TICKER'} }")
                + " (of the fund; its components take no stand-ins). Or extend the model with their prices, or the fund's.",
            )
        )
    if not weights:
        raise InputError(
            Problem(
                message=f"none of the holdings of {fund} is in model {model.id}.",
                file=holdings.name,
                hint="Leave --look-through / look_through= out: the fund has exposures of its own.",
            )
        )
    instrument = FundLookThrough(
        ticker=fund,
        price=position.price,
        weights=weights,
        residual=residual,
        residual_follows=follows,
        holdings_as_of=holdings.as_of,
    )
    return replace(position, instrument=instrument)


def _not_read(fund: str, holdings: Portfolio) -> list[str]:
    """Say which rows of the holdings are in no share: those of the others add up to the whole without them."""
    rows = holdings.unread
    if not rows:
        return []
    first = "; ".join(f"line {row.row}: {row.reason}" for row in rows[:3])
    more = f"; {len(rows) - 3} more" if len(rows) > 3 else ""
    return [
        f"NOT READ {len(rows)} row(s) of {holdings.name} ({first}{more}): the other holdings stand for all of {fund}."
    ]


def _said(fund: str, positions: list[Position], holdings: Portfolio) -> str:
    found = next(
        p.instrument
        for p in positions
        if isinstance(p.instrument, FundLookThrough) and p.instrument.ticker == fund
    )
    direct = math.fsum(found.weights.values())
    rest = f"follows {found.residual_follows}" if found.residual_follows else "is cash"
    return (
        f"{fund} is looked through to {len(found.weights)} names ({direct:.1%} of it) of "
        f"{holdings.name} as of {found.holdings_as_of}; the residual of {found.residual:.1%} {rest}."
    )
