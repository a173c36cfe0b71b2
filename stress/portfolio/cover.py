"""Looking a book's names up in a model.

One the model does not know is refused, unless the user says what stands for it (a proxy) or that it is left out;
nothing is defaulted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.portfolio.coverage import Coverage, CoverageRow, Status
from stress.portfolio.levels import Given
from stress.portfolio.notional import (
    at_notional,
    counted_kinds,
    counts_at_notional,
    spots_known,
)
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.uncovered import check_proxies, unknown_names, why_unknown
from stress.portfolio.unread import MOST_LEFT_OUT, too_much_unread

__all__ = ["cover"]

#: A model's word for where exposures come from, and the ledger's.
_STATUS_BY_SOURCE: dict[str, Status] = {
    "definition": "own",
    "estimated": "own",
    "estimated-user": "user",
    "prior": "prior",
    "proxy": "proxy",
}

_REASON: dict[Status, str] = {
    "own": "its own exposures",
    "user": "its own exposures, estimated from your prices",
    "prior": "exposures of its peers: no history of its own",
    "proxy": "moves like a peer",
    "cash": "does not move in its own currency",
    "revalued": "revalued in full",
}


def cover(
    portfolio: Portfolio,
    model: FactorModel,
    *,
    unknown: Literal["refuse", "exclude"] = "refuse",
    proxies: Mapping[str, str] | None = None,
    allow_partial: bool = False,
    given: Given | None = None,
    file: Given | None = None,
) -> Coverage:
    """Look every position up in a model.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    model : FactorModel
        The exposures.
    unknown : {'refuse', 'exclude'}
        What to do with names the model does not know.
    proxies : mapping of str to str, optional
        Ticker to the model name that stands for it. Stands over the book's own `proxy` column.
    allow_partial : bool
        Whether more than 25 % of gross may be left out, of names or of rows that could not be read.
    given, file : Given, optional
        Levels that options and the market file state: a price of a share says what options on it count at.

    Returns
    -------
    Coverage

    Raises
    ------
    InputError
        Unknown names (all of them, with their shares), a proxy that is unknown itself or stands for
        nothing or twice, too much left out or not read, or an option or a future left out in a currency without a rate.

    Notes
    -----
    A future is worth 0 and an option its premium, so that what is stressed of a book does not change with the side of a
    move they are exposed to. One that is left out would count as nothing, or on the wrong side: then all options and
    futures of the book count at their notional.
    """
    proxies = dict(proxies or {})
    check_proxies(portfolio, model, proxies)
    gross = portfolio.gross
    rows = [_row(position, portfolio, model, proxies, gross) for position in portfolio.positions]
    coverage = Coverage(rows=tuple(rows), gross=gross)
    if any(
        counts_at_notional(position) and row.status == "excluded"
        for position, row in _beside(portfolio, coverage)
    ):
        spots = spots_known(portfolio, given=given, file=file)
        coverage = _with_notionals(portfolio, coverage, spots)
    unread = [] if allow_partial else too_much_unread(portfolio)
    if coverage.excluded and unknown == "refuse":
        raise InputError([*unknown_names(portfolio, model, coverage), *unread])
    if unread:
        raise InputError(unread)
    left_out = coverage.share("excluded")
    if left_out > MOST_LEFT_OUT and not allow_partial:
        stand_ins = portfolio.worded("--proxy T=U, --proxies FILE", "proxies={'T': 'U'}")
        raise InputError(
            f"{portfolio.name}: {left_out:.1%} of {coverage.shares_of} would be left out, more than 25 %. Give proxies "
            f"({stand_ins}), or accept it with {portfolio.worded('--allow-partial', 'allow_partial=True')}."
        )
    return coverage


def _beside(portfolio: Portfolio, coverage: Coverage) -> Iterator[tuple[Position, CoverageRow]]:
    return zip(portfolio.positions, coverage.rows, strict=True)


def _with_notionals(
    portfolio: Portfolio, coverage: Coverage, spots: Mapping[tuple[str, str], float]
) -> Coverage:
    """Return the ledger with options and futures at their notional."""
    rows = [
        _at_notional(row, position, portfolio, spots) if counts_at_notional(position) else row
        for position, row in _beside(portfolio, coverage)
    ]
    counted = [row for row in rows if row.status != "cash"]
    gross = math.fsum(abs(row.exposure) for row in counted)
    return Coverage(
        rows=tuple(
            row if row.status == "cash" else replace(row, share=abs(row.exposure) / (gross or 1.0))
            for row in rows
        ),
        gross=gross,
        at_notional=counted_kinds(portfolio.positions),
    )


def _at_notional(
    row: CoverageRow,
    position: Position,
    portfolio: Portfolio,
    spots: Mapping[tuple[str, str], float],
) -> CoverageRow:
    counted = at_notional(position, portfolio, spots)
    return replace(row, notional=counted.notional, worst=counted.worst, at_strike=counted.at_strike)


def _row(
    position: Position,
    portfolio: Portfolio,
    model: FactorModel,
    proxies: Mapping[str, str],
    gross: float,
) -> CoverageRow:
    ticker = position.ticker
    row = partial(CoverageRow, position=position.id, ticker=ticker, value=position.market_value)
    if position.instrument.kind == "cash" and position.currency == portfolio.currency:
        return row(model_name=None, share=0.0, status="cash", reason=_REASON["cash"])
    share = abs(position.market_value) / gross if gross > 0.0 else 0.0
    stand_in = proxies.get(ticker, position.proxy)
    if not _in_model_currency(position, portfolio, model, stand_in):
        return _revalued_row(position, model, share, stand_in)
    if stand_in is not None and stand_in != ticker:
        return row(
            model_name=stand_in,
            share=share,
            status="proxy",
            reason=f"exposures and volatility of {stand_in}",
        )
    if ticker not in model.name_index:
        return row(
            model_name=None,
            share=share,
            status="excluded",
            reason=f"not in model {model.id}",
            name=position.name,
        )
    status = _STATUS_BY_SOURCE[model.sources[model.name_index[ticker]]]
    return row(
        model_name=ticker,
        share=share,
        status=status,
        reason=_REASON[status],
    )


def _in_model_currency(
    position: Position, portfolio: Portfolio, model: FactorModel, stand_in: str | None
) -> bool:
    """Whether a position is worth a multiple of one name's price in the currency of the model's returns.

    A name's return is in the model's currency wherever its shares are listed: a line quoted in another
    currency moves with it all the same, so it needs no exchange rate in a book of the model's currency.
    What a proxy stands in for moves like the proxy in its own quote currency.
    """
    if not position.instrument.linear or position.instrument.kind == "cash":
        return False
    if portfolio.currency != model.currency:
        return False
    return stand_in is None or position.currency == model.currency


def _revalued_row(
    position: Position, model: FactorModel, share: float, stand_in: str | None
) -> CoverageRow:
    """Cover a position that is revalued: all names it reads must be in the model, or stood in for."""
    ticker = position.ticker
    read = {d.name for d in position.instrument.drivers() if d.kind in ("spot", "growth")}
    proxied = stand_in is not None and stand_in != ticker and ticker in read
    unknown = sorted(
        name
        for name in read
        if name not in model.name_index
        and not model.is_return(name)
        and not (proxied and name == ticker)
    )
    if unknown:
        status: Status = "excluded"
        reason = f"follows {', '.join(unknown)}, {why_unknown(unknown[0], model)}"
    elif proxied:
        status = "proxy"
        reason = f"{position.instrument.kind}, {_REASON['revalued']}; exposures and volatility of {stand_in}"
    else:
        status = "revalued"
        reason = f"{position.instrument.kind}, {_REASON['revalued']}"
    own = ticker if ticker in model.name_index else None
    return CoverageRow(
        position=position.id,
        ticker=unknown[0] if unknown else ticker,
        model_name=None if unknown else stand_in if proxied else own,
        value=position.market_value,
        share=share,
        status=status,
        reason=reason,
        revalued=not unknown,
        name=position.name if unknown else None,
    )
