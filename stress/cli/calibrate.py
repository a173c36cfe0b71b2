"""`foreshock calibrate`: a factor model from price files."""

from __future__ import annotations

from pathlib import Path

import click

from stress.cli import common_options
from stress.cli.help_page import VerbHelp
from stress.cli.output import check_target
from stress.cli.progress import progress
from stress.cli.standard_error import say, say_written
from stress.factors.settings import CalibrationSettings

__all__ = ["calibrate"]

_USUAL = CalibrationSettings()

_EPILOG = """\b
Examples:
  foreshock calibrate prices.csv --factors models/us-ai.toml -o mine.json
  foreshock calibrate stocks.csv yields.csv --factors factors.toml --as-of 2025-01-24 -o mine.json
  foreshock calibrate prices.csv --factors factors.toml --waive jump:PCG -o mine.json
"""


@click.command(cls=VerbHelp, epilog=_EPILOG)
@click.argument("prices", nargs=-1, required=True, metavar="PRICES...")
@click.option("--factors", required=True, metavar="FILE", help="TOML: what the factors are.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The model file (JSON).",
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
@click.option("--id", "id_", metavar="ID", help="The model's id; default: the name of the file.")
@click.option(
    "--as-of", metavar="DATE", help="Estimate from nothing after this date (checked is all)."
)
@click.option(
    "--window",
    type=click.IntRange(2),
    metavar="SESSIONS",
    help=f"Sessions that are used; default {_USUAL.window}.",
)
@click.option(
    "--half-life",
    type=click.FloatRange(0.0, min_open=True),
    metavar="SESSIONS",
    help=f"Of their weights in the exposures; default {_USUAL.half_life:g}.",
)
@click.option(
    "--ridge",
    type=click.FloatRange(0.0),
    metavar="N",
    help=f"Sessions that the prior is worth; default {_USUAL.ridge:g}.",
)
@click.option(
    "--nu",
    type=click.FloatRange(2.0, min_open=True),
    metavar="NU",
    help=f"Degrees of freedom, finite; default {_USUAL.degrees_of_freedom:g}.",
)
@click.option(
    "--variants",
    is_flag=True,
    help="Also estimate the declared model variants, into a file beside the model.",
)
@common_options.waive
def calibrate(
    prices: tuple[str, ...],
    factors: str,
    output: Path,
    force: bool,
    id_: str | None,
    as_of: str | None,
    window: int | None,
    half_life: float | None,
    ridge: float | None,
    nu: float | None,
    variants: bool,
    waive: tuple[str, ...],
) -> None:
    """Estimate a factor model from price files.

    Every problem of the price files is listed with the way to waive it; nothing is filled.
    """
    check_target(output, force=force)

    from stress import api
    from stress.files.calibrating import waived
    from stress.reporting.model_pages import model_page

    written = api.calibrate(
        list(prices),
        factors,
        id=id_,
        as_of=as_of,
        half_life=half_life,
        window=window,
        ridge=ridge,
        nu=nu,
        waive=waive,
        variants=variants,
        output=output,
        on_progress=progress("calibrating", of="steps"),
    )
    click.echo(model_page(written))
    for warning in waived(written):
        say("warning", warning)
    say_written(output)
