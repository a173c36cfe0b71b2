"""`foreshock scoreboard`: the model of the session before, held against days that happened."""

from __future__ import annotations

from pathlib import Path

import click

from stress.cli import common_options
from stress.cli.help_page import VerbHelp
from stress.cli.output import check_target, put, write_file
from stress.cli.standard_error import say

__all__ = ["scoreboard"]


_EPILOG = """\b
Examples:
  foreshock scoreboard --prices stocks.csv --prices yields.csv
  foreshock scoreboard --prices closes.csv --factors factors.toml --day 2024-08-05
"""


@click.command(cls=VerbHelp, epilog=_EPILOG)
@click.option(
    "--prices",
    required=True,
    multiple=True,
    metavar="FILE",
    help="Levels of the factors' series and closes of names. Repeatable.",
)
@click.option(
    "--factors",
    metavar="FILE",
    help="TOML: what the factors are; default: those of the bundled models.",
)
@click.option(
    "--day", default="2025-01-27", show_default=True, metavar="DATE", help="The day in detail."
)
@click.option("--all", "all_days", is_flag=True, help="Every shock day and ordinary day; minutes.")
@click.option(
    "--year",
    "years",
    type=int,
    multiple=True,
    metavar="YEAR",
    help="All days as --all, and the baseline back-tested over it. Repeatable.",
)
@click.option(
    "--markdown",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write every table as a page, with the sample books and other choices of calibration; minutes.",
)
@click.option(
    "--track-record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the misses of comparable books, which runs show.",
)
@common_options.waive
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Text file.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
def scoreboard(
    prices: tuple[str, ...],
    factors: str | None,
    day: str,
    all_days: bool,
    years: tuple[int, ...],
    markdown: Path | None,
    track_record: Path | None,
    waive: tuple[str, ...],
    output: Path | None,
    force: bool,
) -> None:
    """Hold the model of the session before against days that happened.

    Each name is left out of its own baskets; the factors' moves of the day are given, nothing of the
    name itself. Beside it: a market beta and a sector fund on the same data.
    """
    for target in (output, markdown, track_record):
        check_target(target, force=force)

    from stress.cli.progress import progress
    from stress.errors import InputError
    from stress.factors.moves import measure_moves
    from stress.factors.settings import CalibrationSettings
    from stress.files.bundled_factors import bundled_factors_file
    from stress.files.factor_file import read_factors
    from stress.files.prices.reading import read_prices
    from stress.reporting.scoreboard_page import day_page, scoreboard_page
    from stress.validation.days import NAMED_DAYS, ScoreboardDay
    from stress.validation.scoreboard import predict_days, score_day
    from stress.validation.scoreboard import scoreboard as judge
    from stress.validation.scoreboard_groups import market_moves
    from stress.validation.scoreboard_prediction import core_factors
    from stress.validation.scoreboard_sensitivity import sensitivity
    from stress.validation.scoreboard_table import scoreboard_markdown
    from stress.validation.track_record import track_record as record_of
    from stress.validation.track_record import track_record_text

    definitions = read_factors(bundled_factors_file() if factors is None else factors)
    roles = {factor.name: factor.role for factor in definitions.factors}
    core_factors(roles, whose=definitions.source)
    read = read_prices(list(prices), waive=waive, factors=definitions)
    for warning in read.warnings:
        say("warning", warning)
    moves = measure_moves(read, definitions)
    if day not in moves.date_index or moves.date_index[day] == 0:
        raise InputError(f"{day} is not a session of the price files with one before it.")
    settings = CalibrationSettings()
    known = (NAMED_DAYS[day],) if day in NAMED_DAYS else ("asked for",)
    one = ScoreboardDay(date=day, reasons=known)
    (predicted,) = predict_days(moves, [one], settings)
    pages = [day_page(score_day(moves, one, predicted, settings), predicted)]
    if all_days or years or markdown or track_record:
        board = judge(
            read,
            definitions,
            portfolios=_sample_books(),
            years=years,
            settings=settings,
            on_progress=progress("calibrating", of="models"),
        )
        pages.append(scoreboard_page(board))
        if track_record is not None:
            write_file(track_record, track_record_text(record_of(board)))
        if markdown is not None:
            lines = sensitivity(
                moves,
                [one.day for one in board.shocks],
                [one.day for one in board.ordinary],
                settings=settings,
                on_progress=progress("other choices", of="models"),
            )
            write_file(markdown, scoreboard_markdown(board, market_moves(moves), lines))
    put("\n\n".join(pages), output)


def _sample_books() -> dict[str, dict[str, float]]:
    """Read the five sample portfolios that come with the package."""
    from stress.api import load_portfolio
    from stress.files.bundled import bundled_path
    from stress.validation.scoreboard_books import SAMPLES, equity_values

    return {
        name: equity_values(load_portfolio(bundled_path("portfolios", name))) for name in SAMPLES
    }
