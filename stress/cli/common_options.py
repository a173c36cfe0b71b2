"""Options of several commands, each written once; a command puts them where its help shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED
from stress.files.prices.findings import CODES

__all__ = ["allow_partial", "draws", "model", "proxies_file", "proxy", "seed", "unknown", "waive"]


class _Count(click.IntRange):
    """A whole number from 1 on, also as 100k or 1m."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail in words."""
        short = re.fullmatch(r"\s*(\d+)\s*([km])\s*", str(value), re.IGNORECASE)
        if short is not None:
            digits, unit = short.groups()
            value = int(digits) * {"k": 1_000, "m": 1_000_000}[unit.lower()]
        number: int = super().convert(value, param, ctx)
        return number


model = click.option("--model", metavar="ID|FILE", help="Factor model; default us-ai-2025-12.")
draws = click.option(
    "--draws",
    type=_Count(1),
    default=DEFAULT_DRAWS,
    show_default=True,
    metavar="N",
    help="Of the simulation; 100k is 100,000.",
)
seed = click.option(
    "--seed",
    type=click.IntRange(0),
    default=DEFAULT_SEED,
    show_default=True,
    metavar="N",
    help="Of the draws: the same one gives the same digits.",
)
unknown = click.option(
    "--unknown",
    type=click.Choice(["refuse", "exclude"]),
    default="refuse",
    show_default=True,
    help="Names the model does not know: an error, or left out.",
)
proxy = click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="T=U",
    help="T takes U's exposures, not its own news. Repeatable.",
)
proxies_file = click.option(
    "--proxies",
    "proxies_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV of ticker,proxy; names that are not held are passed over.",
)
allow_partial = click.option(
    "--allow-partial", is_flag=True, help="More than 25 % of gross may be left out or not read."
)
waive = click.option(
    "--waive",
    multiple=True,
    metavar="KIND[:SUBJECT]",
    help=f"Accept a finding in the prices (jump:PCG). Kinds: {', '.join(CODES)}.",
)
