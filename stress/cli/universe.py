"""`foreshock universe`: show, template, renew."""

from __future__ import annotations

from pathlib import Path

import click

from stress.cli.help_page import VerbGroup
from stress.cli.output import check_target, chosen_format, output_options, put
from stress.cli.standard_error import say, say_written

__all__ = ["universe"]

_EPILOG = """\b
Example:
  foreshock universe template hedges_us_ai -o quotes.csv   # then fill it in
  foreshock universe renew hedges_us_ai quotes.csv -o my_universe.csv
  foreshock hedge my.csv --universe my_universe.csv

\b
quotes.csv, with what you have of these columns and rows:
  # as_of: 2026-06-20
  underlying,id,price,vol,expiry
  SPY,,700.10,,
  QQQ,,640,18%,2026-08-21|2026-09-18
  ES,MESU6,7010,,
"""


@click.group(cls=VerbGroup)
def universe() -> None:
    """Show what hedges may trade, and renew its quotes."""


@universe.command(short_help="List the lines that may be traded.")
@click.argument("id_or_file", metavar="ID|FILE")
@output_options("table", "json")
def show(id_or_file: str, format_: str | None, output: Path | None, force: bool) -> None:
    """List the lines of a hedge universe, of a ladder of options each contract."""
    from stress.files.universes.file import load_universe
    from stress.reporting.json_text import to_json
    from stress.reporting.universe_page import universe_document, universe_page

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    read = load_universe(id_or_file)
    put(to_json(universe_document(read)) if chosen == "json" else universe_page(read), output)


@universe.command(short_help="Write the table of quotes that a universe needs.")
@click.argument("id_or_file", metavar="UNIVERSE")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table (CSV); fill it in and give it to renew.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
@click.option("--as-of", metavar="DATE", help="Date of the quotes; else to be filled in too.")
def template(id_or_file: str, output: Path | None, force: bool, as_of: str | None) -> None:
    """Write the table of quotes that a hedge universe needs, to be filled in for `renew`."""
    check_target(output, force=force)

    from stress.files.universes.template import quotes_template
    from stress.portfolio.instruments.dates import iso_date

    day = None if as_of is None else iso_date(as_of, what="--as-of").isoformat()
    put(quotes_template(id_or_file, as_of=day), output)


@universe.command(epilog=_EPILOG, short_help="Write a universe with the quotes of another day.")
@click.argument("id_or_file", metavar="UNIVERSE")
@click.argument("quotes", metavar="QUOTES")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new universe (CSV); give it to --universe.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
@click.option("--as-of", metavar="DATE", help="Date of the quotes, where their file states none.")
def renew(id_or_file: str, quotes: str, output: Path, force: bool, as_of: str | None) -> None:
    """Write a hedge universe with fresh quotes.

    UNIVERSE is hedges_us_ai or a file, QUOTES a CSV file with some of its columns, a row an underlying (a
    table ticker,price will do). Prices go to shares and futures, vols and expiries to options; docs/hedging.md
    has the rest. A row without a fresh quote is left out, which a warning says.
    """
    check_target(output, force=force)

    from stress.files.universes.renewed import renew_universe
    from stress.reporting.universe_page import renewal_page

    to_file = str(output) != "-"
    renewed = renew_universe(id_or_file, quotes, as_of=as_of, output=output if to_file else None)
    if to_file:
        click.echo(renewal_page(renewed))
    else:
        put(renewed.text, output)
    for warning in renewed.warnings:
        say("warning", warning)
    if to_file:
        say_written(output)
