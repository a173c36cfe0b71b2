"""`foreshock event-study`: hedges fitted the session before, held against what came."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from stress.cli import common_options
from stress.cli.help_page import VerbHelp
from stress.cli.output import check_target, put
from stress.cli.progress import progress
from stress.cli.standard_error import say

__all__ = ["event_study"]

_UNIVERSE = "hedges_us_ai"
_BOOKS = ("ai_growth", "mega_cap", "long_short", "sixty_forty", "utilities_income")


@click.command("event-study", cls=VerbHelp)
@click.argument("prices", nargs=-1, required=True, metavar="PRICES...")
@click.option("--factors", required=True, metavar="FILE", help="Factor definitions (TOML).")
@click.option(
    "--universe",
    default=_UNIVERSE,
    show_default=True,
    metavar="ID|FILE",
    help="What hedges may trade.",
)
@click.option(
    "--book", "books", multiple=True, metavar="FILE", help="Repeatable; default the sample books."
)
@click.option(
    "--ordinary",
    type=click.IntRange(1),
    default=40,
    show_default=True,
    metavar="N",
    help="Ordinary days.",
)
@common_options.waive
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Markdown file."
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
def event_study(
    prices: tuple[str, ...],
    factors: str,
    universe: str,
    books: tuple[str, ...],
    ordinary: int,
    waive: tuple[str, ...],
    output: Path | None,
    force: bool,
) -> None:
    """Fit hedges on data to the session before shock days and ordinary days, and live through them.

    Failures are part of the table.
    """
    check_target(output, force=force)

    from stress.factors.moves import measure_moves
    from stress.files.factor_file import read_factors
    from stress.files.portfolio import load_portfolio
    from stress.files.prices.reading import read_prices
    from stress.files.scenarios.file import read_scenario
    from stress.files.universes.file import load_universe
    from stress.validation.event_study_run import run_event_study
    from stress.validation.event_study_table import StudyWords

    definitions = read_factors(factors)
    read = read_prices(list(prices), waive=waive, factors=definitions)
    for warning in read.warnings:
        say("warning", warning)
    portfolios = [load_portfolio(book) for book in books or _BOOKS]
    instruments = load_universe(universe)
    bundled = (not books, universe == _UNIVERSE, definitions.content_hash == _factors_hash())
    text = run_event_study(
        measure_moves(read, definitions),
        portfolios,
        instruments,
        scenario=read_scenario("deepseek-2025-01-27"),
        ordinary=ordinary,
        words=StudyWords(
            books="the sample books" if not books else _listed(one.name for one in portfolios),
            universe=_listed(
                [f"portfolios/{instruments.label}" if universe == _UNIVERSE else instruments.label]
            ),
            command="make event-study" if all(bundled) else "foreshock event-study",
        ),
        on_progress=progress("living through", of="days"),
    )
    put(text, output)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _factors_hash() -> str:
    """Content hash of the factor definitions that come with the package."""
    from stress.files.bundled_factors import bundled_factors_file
    from stress.files.factor_file import read_factors

    return read_factors(bundled_factors_file()).content_hash
