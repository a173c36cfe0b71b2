"""`foreshock compare`: hedging strategies on the same draws and costs."""

from __future__ import annotations

from pathlib import Path

import click

from stress.cli.book_options import Reading, book_options, read_books
from stress.cli.hedge import book_arguments
from stress.cli.hedge_options import SECTIONS, Hedging, hedge_options
from stress.cli.help_page import VerbHelp
from stress.cli.market_options import IDLE, Valuing, market_options
from stress.cli.output import check_target, chosen_format, in_format, output_options, put
from stress.cli.progress import progress
from stress.cli.standard_error import say_written
from stress.files.atomic import write_atomically

__all__ = ["compare"]

_FORMATS = ("table", "json", "csv", "html")

_COMPARED = ("What is compared", ("--strategy", "--variants", "--frontier", "--picture"))

_EPILOG = """\b
Examples:
  foreshock compare my.csv
  foreshock compare my.csv --strategy sell_down --strategy collars --no-variants
  foreshock compare my.csv --picture frontier.png
"""


@click.command(cls=VerbHelp, epilog=_EPILOG, sections=(_COMPARED, *SECTIONS), unlisted=IDLE)
@click.argument("portfolio", metavar="PORTFOLIO")
@click.option(
    "--strategy", "strategies", multiple=True, metavar="NAME", help="Repeatable; default all."
)
@click.option(
    "--variants/--no-variants",
    default=True,
    help="Rank under every model variant too.",
    show_default=True,
)
@click.option(
    "--frontier/--no-frontier", default=True, help="Trace cost against ES.", show_default=True
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the frontier as a picture.",
)
@hedge_options
@market_options
@book_options
@output_options(*_FORMATS)
def compare(
    portfolio: str,
    strategies: tuple[str, ...],
    variants: bool,
    frontier: bool,
    picture: Path | None,
    hedging: Hedging,
    reading: Reading,
    valuing: Valuing,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Compare hedging strategies for a book, doing nothing and selling down among them."""
    chosen = chosen_format(format_, output, formats=_FORMATS)
    check_target(output, force=force)
    check_target(picture, force=force)

    from stress import api
    from stress.reporting.hedge_picture import check_picture, comparison_picture

    if picture is not None:
        check_picture(str(picture))
    book = read_books([portfolio], reading)[0]
    found = api.compare(
        book,
        strategies=strategies or None,
        model_variants=variants,
        frontier=frontier,
        on_progress=progress("comparing", of="steps"),
        **hedging.arguments(),
        **book_arguments(hedging, valuing, reading),
    )
    put(in_format(found, chosen), output)
    if picture is not None:
        write_atomically(picture, comparison_picture(found, str(picture)))
        say_written(picture)
