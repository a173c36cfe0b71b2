"""The coverage ledger: how each position is stressed, and how much of gross is not.

A position's name is looked up in the model. One the model does not know is refused, unless the user
says what stands for it (a proxy) or that it is left out; nothing is defaulted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Literal, NamedTuple

from stress.errors import InputError, Problem, ticker_meant
from stress.factors.model import FactorModel
from stress.portfolio.instruments import Future
from stress.portfolio.instruments.codes import is_futures_code
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.unread import MOST_LEFT_OUT, too_much_unread

__all__ = ["Coverage", "CoverageRow", "Sized", "Status", "cover"]

Status = Literal["own", "user", "revalued", "proxy", "prior", "excluded", "cash"]

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
    "cash": "does not move in its own currency",
    "revalued": "revalued in full",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """How one position is stressed.

    Parameters
    ----------
    position : str
        Its id.
    ticker : str
        Its name.
    model_name : str or None
        The model's name whose exposures it uses; None when excluded or cash.
    value : float
        Signed market value. [book currency]
    share : float
        Of gross (`Coverage.gross`); 0 for cash in the book's own currency. They sum to 1.
    status : str
        ``own``, ``user``, ``revalued``, ``proxy``, ``prior``, ``excluded`` or ``cash``.
    reason : str
        In words.
    revalued : bool
        Whether it is revalued in full: not worth a multiple of one name's price in the book's currency.
    name : str or None
        What the file calls it, of one that is left out.
    notional : float or None
        Signed, of a future where futures count by it: in a book that leaves one out. [book currency]
    """

    position: str
    ticker: str
    model_name: str | None
    value: float
    share: float
    status: Status
    reason: str
    revalued: bool = False
    name: str | None = None
    notional: float | None = None

    @property
    def exposure(self) -> float:
        """What its share is of: its value, or the notional of a future where that counts. [book currency]."""
        return self.value if self.notional is None else self.notional


class Sized(NamedTuple):
    """A name of a book with its share.

    Parameters
    ----------
    ticker : str
        As the book has it, perhaps a CUSIP.
    share : float
        Of gross, all its positions together.
    name : str or None
        The file's, of what has a CUSIP or ISIN for a ticker.
    called : str
        The name, with the ticker behind it where several have that name; else the ticker.
    """

    ticker: str
    share: float
    name: str | None
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The ledger of a book.

    Parameters
    ----------
    rows : tuple of CoverageRow
        One a position.
    gross : float
        Sum of absolute values without cash in the book's currency; where a future is left out, futures count in it at
        their notional. [book currency]
    """

    rows: tuple[CoverageRow, ...]
    gross: float

    @property
    def shares_of(self) -> str:
        """What the shares are shares of, in words."""
        with_notional = any(row.notional is not None for row in self.rows)
        return "gross with futures at notional" if with_notional else "gross"

    def share(self, *statuses: Status) -> float:
        """Return the share of gross with one of the statuses."""
        return math.fsum(row.share for row in self.rows if row.status in statuses)

    def by_size(self, *statuses: Status) -> tuple[Sized, ...]:
        """Return the names with one of the statuses, the largest first."""
        shares: dict[str, float] = {}
        names: dict[str, str] = {}
        for row in self.rows:
            if row.status in statuses:
                shares[row.ticker] = shares.get(row.ticker, 0.0) + row.share
                if row.name and _is_identifier(row.ticker):
                    names.setdefault(row.ticker, row.name)
        count = Counter(names.values())
        ordered = sorted(shares, key=lambda ticker: (-shares[ticker], ticker))
        return tuple(
            Sized(
                ticker=ticker,
                share=shares[ticker],
                name=(name := names.get(ticker)),
                called=ticker if name is None else f"{name} {ticker}" if count[name] > 1 else name,
            )
            for ticker in ordered
        )

    @property
    def stressed(self) -> float:
        """Share of gross that the figures include."""
        return 1.0 - self.share("excluded") if self.gross > 0.0 else 1.0

    @property
    def excluded(self) -> tuple[CoverageRow, ...]:
        """Rows the figures leave out."""
        return tuple(row for row in self.rows if row.status == "excluded")


def cover(
    portfolio: Portfolio,
    model: FactorModel,
    *,
    unknown: Literal["refuse", "exclude"] = "refuse",
    proxies: Mapping[str, str] | None = None,
    allow_partial: bool = False,
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

    Returns
    -------
    Coverage

    Raises
    ------
    InputError
        Unknown names (all of them, with their shares), a proxy that is unknown itself or stands for
        nothing or twice, too much left out or not read, or a future left out in a currency without a rate.

    Notes
    -----
    A future is worth 0, so that what is stressed of a book does not change with it. One that is left out would count
    as nothing: then all futures of the book count at their notional.
    """
    proxies = dict(proxies or {})
    _check_proxies(portfolio, model, proxies)
    gross = portfolio.gross
    rows = [_row(position, portfolio, model, proxies, gross) for position in portfolio.positions]
    coverage = Coverage(rows=tuple(rows), gross=gross)
    if any(_is_future(p) and row.status == "excluded" for p, row in _beside(portfolio, coverage)):
        coverage = _with_notionals(portfolio, coverage)
    unread = [] if allow_partial else too_much_unread(portfolio)
    if coverage.excluded and unknown == "refuse":
        raise InputError([*_unknown_names(portfolio, model, coverage), *unread])
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


def _is_future(position: Position) -> bool:
    return isinstance(position.instrument, Future)


def _with_notionals(portfolio: Portfolio, coverage: Coverage) -> Coverage:
    """Return the ledger with futures at their notional."""
    rows = [
        replace(row, notional=_notional(position, portfolio)) if _is_future(position) else row
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
    )


def _notional(position: Position, portfolio: Portfolio) -> float:
    """Return the signed notional of a future. [book currency]."""
    assert isinstance(position.instrument, Future)
    rate = 1.0 if position.currency == portfolio.currency else position.fx_rate
    if rate is None or position.quantity is None:
        lacking = "quantity" if position.quantity is None else "fx_rate"
        raise InputError(
            Problem(
                message=f"{position.id}: a future without {lacking} has no notional in {portfolio.currency}, which says "
                "how much of the book is left out with it.",
                file=portfolio.name,
                line=position.row,
                hint=f"Give the position its {lacking}.",
            )
        )
    return position.quantity * position.instrument.notional * rate


def _row(
    position: Position,
    portfolio: Portfolio,
    model: FactorModel,
    proxies: Mapping[str, str],
    gross: float,
) -> CoverageRow:
    ticker = position.ticker
    value = position.market_value
    if position.instrument.kind == "cash" and position.currency == portfolio.currency:
        return CoverageRow(
            position=position.id,
            ticker=ticker,
            model_name=None,
            value=value,
            share=0.0,
            status="cash",
            reason=_REASON["cash"],
        )
    share = abs(value) / gross if gross > 0.0 else 0.0
    stand_in = proxies.get(ticker, position.proxy)
    if not _in_model_currency(position, portfolio, model, stand_in):
        return _revalued_row(position, model, share, stand_in)
    if stand_in is not None and stand_in != ticker:
        return CoverageRow(
            position=position.id,
            ticker=ticker,
            model_name=stand_in,
            value=value,
            share=share,
            status="proxy",
            reason=f"exposures and volatility of {stand_in}",
        )
    if ticker not in model.name_index:
        return CoverageRow(
            position=position.id,
            ticker=ticker,
            model_name=None,
            value=value,
            share=share,
            status="excluded",
            reason=f"not in model {model.id}",
            name=position.name,
        )
    status = _STATUS_BY_SOURCE[model.sources[model.name_index[ticker]]]
    return CoverageRow(
        position=position.id,
        ticker=ticker,
        model_name=ticker,
        value=value,
        share=share,
        status=status,
        reason=_REASON.get(status, "moves like a peer"),
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
        and not _is_return(name, model)
        and not (proxied and name == ticker)
    )
    if unknown:
        status: Status = "excluded"
        reason = f"follows {', '.join(unknown)}, {_why_unknown(unknown[0], model)}"
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


def _is_return(name: str, model: FactorModel) -> bool:
    """Whether a name is a factor whose move is a return, which a price can follow."""
    return name in model.factor_index and model.factor(name).kind == "relative"


def _why_unknown(name: str, model: FactorModel) -> str:
    """Say why nothing moves like a name."""
    if name in model.factor_index and not _is_return(name, model):
        return f"a factor that moves in {model.factor(name).unit}, not by a return"
    return f"not in model {model.id}"


def _check_proxies(portfolio: Portfolio, model: FactorModel, proxies: Mapping[str, str]) -> None:
    held = {position.ticker for position in portfolio.positions}
    problems = [
        Problem(
            message=portfolio.worded(
                f"--proxy {ticker}={stand_in}", f"proxies={ {ticker: stand_in} }"
            )
            + f": the book holds no '{ticker}'.",
            file=portfolio.name,
            hint=ticker_meant(ticker, held),
        )
        for ticker, stand_in in proxies.items()
        if ticker not in held
    ]
    first: dict[str, Position] = {}
    for position in portfolio.positions:
        if position.ticker in proxies or position.instrument.kind == "cash":
            continue
        before = first.setdefault(position.ticker, position)
        if before.proxy != position.proxy:
            problems.append(
                Problem(
                    message=f"{position.ticker} moves like {before.proxy or 'itself'} in "
                    f"{_line(before)} and like {position.proxy or 'itself'} in {_line(position)}.",
                    file=portfolio.name,
                    hint="Give one stand-in for all its lines, or "
                    + portfolio.worded(
                        f"--proxy {position.ticker}=T.", f"proxies={ {position.ticker: 'T'} }."
                    ),
                )
            )
    asked = {
        **{p.ticker: p.proxy for p in portfolio.positions if p.proxy is not None},
        **proxies,
    }
    problems += [
        Problem(
            message=f"proxy '{stand_in}' of {ticker} is not in model {model.id}.",
            file=portfolio.name,
            hint=ticker_meant(stand_in, model.name_index),
        )
        for ticker, stand_in in asked.items()
        if stand_in not in model.name_index
    ]
    if problems:
        raise InputError(problems)


def _line(position: Position) -> str:
    return f"line {position.row}" if position.row is not None else position.id


def _is_identifier(ticker: str) -> bool:
    """Whether a CUSIP or ISIN stands where a ticker does: nine or twelve characters, with digits."""
    return len(ticker) in (9, 12) and ticker.isalnum() and ticker[-1].isdigit()


def _without_ticker(portfolio: Portfolio, one: Sized, shares_of: str) -> Problem:
    """Say that a row has no ticker, and where to give it."""
    kind = "CUSIP" if len(one.ticker) == 9 else "ISIN"
    said = f" ({one.name})" if one.name else ""
    return Problem(
        message=f"{kind} {one.ticker}{said}, {one.share:.1%} of {shares_of}: its row has no ticker, and none is known for it.",
        file=portfolio.name,
        hint=f"Give one: {portfolio.worded('--identifiers FILE', 'load_portfolio(..., identifiers=FILE)')}, a CSV with the "
        f"columns ticker and {kind.casefold()}.",
    )


def _unknown_names(portfolio: Portfolio, model: FactorModel, coverage: Coverage) -> list[Problem]:
    """Name all unknown names with their shares; the last line is a command to paste."""
    missing = coverage.by_size("excluded")
    problems = [
        _without_ticker(portfolio, one, coverage.shares_of)
        if _is_identifier(one.ticker)
        else Problem(
            message=f"'{one.ticker}' ({one.share:.1%} of {coverage.shares_of}) is {_why_unknown(one.ticker, model)}.",
            file=portfolio.name,
            hint=_instead(one.ticker, model),
        )
        for one in missing
    ]
    total = coverage.share("excluded")
    problems.append(
        Problem(
            message=f"{len(missing)} unknown name(s), {total:.1%} of {coverage.shares_of}.",
            file=portfolio.name,
            hint=_left_out(
                portfolio, [one.ticker for one in missing[:2]], most=total > MOST_LEFT_OUT
            ),
            sums_up=True,
        )
    )
    return problems


def _instead(ticker: str, model: FactorModel) -> str | None:
    """Say what may be meant by a name that is unknown."""
    if ticker in model.factor_index and not _is_return(ticker, model):
        return (
            "A future's price follows a return: write the fund it moves like as underlying (IEF, TLT), or a factor whose "
            "moves are in per cent."
        )
    if is_futures_code(ticker):
        return (
            "It is written as a future is: give its row the type future, the price of the contract, and the columns underlying "
            "(the name or factor that price follows) and multiplier."
        )
    return ticker_meant(ticker, model.name_index) or None


def _left_out(portfolio: Portfolio, tickers: Sequence[str], *, most: bool) -> str:
    """Say how to go on without names, or with stand-ins: as it was typed, or as Python has it."""
    if not portfolio.typed:
        stand_ins = dict.fromkeys(tickers, "TICKER")
        return (
            f"Leave them out:  unknown='exclude'{', allow_partial=True' if most else ''}   "
            f"or say what they move like:  proxies={stand_ins!r}"
        )
    example = " ".join(f"--proxy {quote(ticker)}=TICKER" for ticker in tickers)
    return (
        f"Leave them out:  {portfolio.typed} --unknown exclude{' --allow-partial' if most else ''}   "
        f"or say what they move like:  {example}   (foreshock run: or --proxies FILE)"
    )
