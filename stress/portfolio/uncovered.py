"""What is said of names that a model does not have, and of stand-ins that cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote

from stress.errors import InputError, Problem, ticker_meant
from stress.factors.model import Factor, FactorModel
from stress.portfolio.coverage import Coverage, Sized
from stress.portfolio.instruments.codes import is_futures_code, is_security_number
from stress.portfolio.leverage import KNOWN_LEVERAGE
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.unread import MOST_LEFT_OUT

__all__ = ["check_proxies", "unknown_names", "why_unknown"]


def why_unknown(name: str, model: FactorModel) -> str:
    """Say why nothing moves like a name."""
    factor = _absolute_factor(name, model)
    if factor is not None:
        return f"a factor that moves in {factor.unit}, not by a return"
    return f"not in model {model.id}"


def _absolute_factor(name: str, model: FactorModel) -> Factor | None:
    """Return the factor of a name, whatever its case, that moves in points."""
    factors = [factor for factor in model.factors if factor.name.casefold() == name.casefold()]
    return factors[0] if factors and not model.is_return(factors[0].name) else None


def check_proxies(portfolio: Portfolio, model: FactorModel, proxies: Mapping[str, str]) -> None:
    """Refuse stand-ins that the model does not have, of names that the book does not hold, or two of one name.

    Parameters
    ----------
    portfolio : Portfolio
        The book, with the stand-ins of its own rows.
    model : FactorModel
        The exposures.
    proxies : mapping of str to str
        Ticker to the name that stands for it, over the book's own.

    Raises
    ------
    InputError
        With all of them.
    """
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
            message=f"proxy '{stand_in}' of {ticker}: {ticker} is {why_unknown(ticker, model)}.",
            file=portfolio.name,
            hint="Nothing here values options and futures on a volatility: leave them out.",
        )
        for ticker, stand_in in asked.items()
        if _is_volatility(ticker, model)
    ]
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


def unknown_names(portfolio: Portfolio, model: FactorModel, coverage: Coverage) -> list[Problem]:
    """Name all unknown names with their shares; the last line is a command to paste.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    model : FactorModel
        Without them.
    coverage : Coverage
        The book's, with excluded rows.
    """
    missing = coverage.by_size("excluded")
    problems = [
        _without_ticker(portfolio, one, coverage.shares_of)
        if is_security_number(one.ticker)
        else Problem(
            message=f"'{one.ticker}' ({one.share:.1%} of {coverage.shares_of}) is {why_unknown(one.ticker, model)}.",
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
                portfolio,
                [one.ticker for one in missing if not _is_volatility(one.ticker, model)][:2],
                model,
                most=total > MOST_LEFT_OUT,
            ),
            sums_up=True,
        )
    )
    return problems


def _without_ticker(portfolio: Portfolio, one: Sized, shares_of: str) -> Problem:
    """Say that a row has no ticker, and where to give it."""
    kind = "CUSIP" if len(one.ticker) == 9 else "ISIN"
    said = f" ({one.name})" if one.name else ""
    return Problem(
        message=f"{kind} {one.ticker}{said}, {one.share:.1%} of {shares_of}: its row has no ticker, and none is known for it.",
        file=portfolio.name,
        hint=f"Give one: {portfolio.worded('--identifiers FILE', 'load_portfolio(..., identifiers=FILE)')}, a CSV with the "
        f"columns ticker and {kind.casefold()}. A bond needs the columns type, coupon, maturity, frequency and credit instead: a share's "
        "ticker would make face × price of it.",
    )


def _instead(ticker: str, model: FactorModel) -> str | None:
    """Say what may be meant by a name that is unknown."""
    factor = _absolute_factor(ticker, model)
    if _is_volatility(ticker, model):
        return "Nothing here values options and futures on a volatility: leave them out."
    if factor is not None:
        return (
            "A future's price follows a return: write the fund it moves like as underlying (IEF, TLT), or a factor whose "
            "moves are in per cent."
        )
    if is_futures_code(ticker):
        return (
            "It is written as a future is: give its row the type future, the price of the contract, and the columns underlying "
            "(the name or factor that price follows) and multiplier."
        )
    multiple = _known_multiple(ticker, model)
    if multiple is not None:
        return f"It is a fund of {multiple[0]:g} times the daily return of {multiple[1]}, which a stand-in would move once."
    return ticker_meant(ticker, model.name_index) or None


def _is_volatility(ticker: str, model: FactorModel) -> bool:
    """Whether a name is a volatility index, of which no stand-in has the moves."""
    factor = _absolute_factor(ticker, model)
    return factor is not None and factor.role == "volatility"


def _known_multiple(ticker: str, model: FactorModel) -> tuple[float, str] | None:
    """Return the multiple of a known leveraged fund and what it follows, where the model knows that."""
    multiple = KNOWN_LEVERAGE.get(ticker)
    return multiple if multiple is not None and multiple[1] in model.name_index else None


def _left_out(
    portfolio: Portfolio, tickers: Sequence[str], model: FactorModel, *, most: bool
) -> str:
    """Say how to go on without names, or with stand-ins: as it was typed, or as Python has it."""
    multiples = [ticker for ticker in tickers if _known_multiple(ticker, model)]
    others = [ticker for ticker in tickers if ticker not in multiples]
    if not tickers:
        partial = " --allow-partial" if most else ""
        return portfolio.worded(
            f"Leave them out:  {portfolio.typed} --unknown exclude{partial}",
            f"Leave them out:  unknown='exclude'{', allow_partial=True' if most else ''}",
        )
    if not portfolio.typed:
        said = [f"leveraged={dict.fromkeys(multiples)!r}"] if multiples else []
        said += [f"proxies={dict.fromkeys(others, 'TICKER')!r}"] if others else []
        return (
            f"Leave them out:  unknown='exclude'{', allow_partial=True' if most else ''}   "
            f"or say what they move like:  {', '.join(said)}"
        )
    example = " ".join(
        [f"--leveraged {quote(ticker)}" for ticker in multiples]
        + [f"--proxy {quote(ticker)}=TICKER" for ticker in others]
    )
    return (
        f"Leave them out:  {portfolio.typed} --unknown exclude{' --allow-partial' if most else ''}   "
        f"or say what they move like:  {example}   (or --proxies FILE)"
    )
