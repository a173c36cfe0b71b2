"""How far to trust a run: past prices, stressed laws, a second opinion. Options of `foreshock run`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stress.cli import common_options
from stress.cli.gathered import gathered

__all__ = ["Trusting", "trust_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusting:
    """What the user asked beside the figures; see `stress.run_many`."""

    prices: Sequence[Path] = ()
    waive: Sequence[str] = ()
    correlation: str | None = None
    volatility: str | None = None
    second_opinion: bool = False
    views: Sequence[str] = ()

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `stress.run_many`.

        Raises
        ------
        click.UsageError
            A waiver without prices.
        """
        if self.waive and not self.prices:
            raise click.UsageError("--waive accepts problems of the files of --prices; give one.")
        return {
            "prices": list(self.prices) or None,
            "waive": self.waive,
            "correlation": self.correlation,
            "volatility": self.volatility,
            "second_opinion": self.second_opinion or bool(self.views),
            "views": self.views,
        }


#: Adds the options to a command, which receives them as one `trusting`.
trust_options = gathered(
    Trusting,
    "trusting",
    click.option(
        "--view",
        "views",
        multiple=True,
        metavar="'KIND FACTOR=VALUE'",
        help="Second opinion under your own mean, volatility, correlation, var or es of factors.",
    ),
    click.option(
        "--second-opinion",
        is_flag=True,
        help="Expected P&L by weighing the model's own history.",
    ),
    click.option(
        "--volatility", metavar="MULTIPLE", help="Stressed, of the factors: 1.5x. Names' own stay."
    ),
    click.option(
        "--correlation",
        metavar="TARGET:SHARE",
        help="Stressed, of the factors: together:0.5, themes:0.3, apart:0.4.",
    ),
    common_options.waive,
    click.option(
        "--prices",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Closes of your names: on how many past days would this book have lost more.",
    ),
)
