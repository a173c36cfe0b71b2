"""Levels of the market, and how a book is valued: options of the commands that run scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stress.cli.book_options import Reading, pairs
from stress.cli.gathered import gathered

__all__ = ["IDLE", "Valuing", "market_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuing:
    """What the user said about the market and the valuation; see `stress.run_many`."""

    market: Path | None = None
    rates: Sequence[str] = ()
    dividends: Sequence[str] = ()
    vols: Sequence[str] = ()
    spots: Sequence[str] = ()
    spreads: Sequence[str] = ()
    vol_betas: Sequence[str] = ()
    skews: Sequence[str] = ()
    fx_moves: Sequence[str] = ()
    fx_fixed: Sequence[str] = ()
    look_through: Sequence[str] = ()
    leveraged: Sequence[str] = ()
    instant: bool = False
    strict: bool = False
    generator: str = "t"
    rebalance: bool = False

    def arguments(self, reading: Reading) -> dict[str, Any]:
        """Return the arguments of `stress.run_many`.

        Parameters
        ----------
        reading : Reading
            Of the books: their exchange rates are levels too.
        """
        return {
            "market": self.market,
            "rates": pairs(self.rates, option="--rate", example="USD=4.3%"),
            "dividends": pairs(self.dividends, option="--dividend", example="NVDA=0%"),
            "vols": pairs(self.vols, option="--vol", example="NVDA=45%"),
            "spots": pairs(self.spots, option="--spot", example="NVDA=190"),
            "spreads": pairs(self.spreads, option="--spread", example="NAME=150bp"),
            "vol_betas": pairs(self.vol_betas, option="--vol-beta", example="NVDA=1.8"),
            "skews": pairs(self.skews, option="--skew", example="NVDA=-0.2"),
            "fx": pairs(reading.fx, option="--fx", example="EUR=1.08"),
            "fx_moves": pairs(self.fx_moves, option="--fx-move", example="GBP=-2%"),
            "fx_fixed": [currency.strip().upper() for currency in self.fx_fixed],
            "look_through": pairs(
                self.look_through, option="--look-through", example="SPY=holdings.csv"
            ),
            "leveraged": _funds(self.leveraged),
            "instant": self.instant,
            "strict": self.strict,
            "generator": self.generator,
            "rebalance": self.rebalance,
        }

    def book_arguments(self, reading: Reading, *, because: str) -> dict[str, Any]:
        """Return the keywords of `stress.open_book`, for a question that values in one way only.

        Parameters
        ----------
        reading : Reading
            Of the book.
        because : str
            Which way that is.

        Raises
        ------
        click.UsageError
            An option of a run, which would change nothing.
        """
        said = self.arguments(reading)
        for option, meant in (
            ("--instant", said.pop("instant")),
            ("--rebalance", said.pop("rebalance")),
            ("--generator", said.pop("generator") != "t"),
        ):
            if meant:
                raise click.UsageError(f"{option} has no meaning here: {because}")
        return said


#: Options of a run that a hedge and a search take to say that they have no meaning there.
IDLE = ("--instant", "--generator", "--rebalance")


def _many(option: str, name: str, metavar: str, text: str) -> Callable[[Any], Any]:
    return click.option(option, name, multiple=True, metavar=metavar, help=text)


#: Adds the options to a command, which receives them as one `valuing`.
market_options = gathered(
    Valuing,
    "valuing",
    click.option(
        "--rebalance", is_flag=True, help="A path restores the weights of the book each step."
    ),
    click.option(
        "--generator",
        type=click.Choice(["t", "filtered-history", "bootstrap"]),
        default="t",
        show_default=True,
        help="Where factor moves come from; with --prices, names' own too.",
    ),
    click.option("--strict", is_flag=True, help="Less than full coverage of the book is an error."),
    click.option("--instant", is_flag=True, help="No time passes: no decay, accrual or carry."),
    _many(
        "--leveraged",
        "leveraged",
        "FUND[=X:T]",
        "One that compounds a multiple every day: SOXL=3:SOXX.",
    ),
    _many("--look-through", "look_through", "FUND=FILE", "A fund as its holdings file."),
    _many("--fx-fixed", "fx_fixed", "CUR", "A currency that does not move."),
    _many("--fx-move", "fx_moves", "CUR=MOVE", "Of a currency in every scenario: GBP=-2%."),
    _many("--skew", "skews", "T=SLOPE", "Slope of the smile in log strike: NVDA=-0.2."),
    _many(
        "--vol-beta",
        "vol_betas",
        "T=BETA",
        "Points of implied volatility for one of VIX: NVDA=1.8.",
    ),
    _many("--spread", "spreads", "BOND=SPREAD", "Of a bond over its curve: NAME=150bp."),
    _many("--spot", "spots", "T=PRICE", "Price of an underlying: NVDA=190."),
    _many("--vol", "vols", "T=VOL", "Implied volatility of a name or contract, NVDA=45%; VIX=18%."),
    _many("--dividend", "dividends", "T=YIELD", "Dividend yield a year: NVDA=0%."),
    _many("--rate", "rates", "CUR=RATE", "Interest rate a year: USD=4.3%, 'USD 10y=4.1%'."),
    click.option(
        "--market",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="All of them as a CSV of kind,name,value.",
    ),
)


def _funds(texts: Sequence[str]) -> dict[str, str | None]:
    """Split ``SOXL=3:SOXX``; a fund alone takes the multiple that is known."""
    alone = [text.strip() for text in texts if "=" not in text]
    stated = pairs(
        [text for text in texts if "=" in text], option="--leveraged", example="SOXL=3:SOXX"
    )
    return {**dict.fromkeys(alone), **stated}
