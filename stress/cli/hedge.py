"""`foreshock hedge`: which hedge to put on, what it costs, what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stress.cli.book_options import Reading, book_options, pairs, read_books
from stress.cli.hedge_options import SECTIONS, Hedging, hedge_options
from stress.cli.help_page import VerbHelp
from stress.cli.market_options import IDLE, Valuing, market_options
from stress.cli.output import check_target, chosen_format, in_format, output_options, put
from stress.cli.progress import progress
from stress.cli.standard_error import say

__all__ = ["hedge"]

_FORMATS = ("table", "json", "csv", "html")

_SHOWN = ("What is shown beside", ("--day-after",))

_EPILOG = """\b
Examples:
  foreshock hedge my.csv
  foreshock hedge my.csv -s hyperscaler-capex-cut --budget 0.3% --max-lines 4
  foreshock hedge my.csv --universe my_hedges.csv -o tickets.csv
  foreshock hedge my.csv --universe my_hedges.csv --format json -o plan.json
  foreshock hedge my.csv --neutral market --band semis_ai_compute:alone=..5% --turnover 120%
  foreshock hedge my.csv --objective cheapest --es-limit 60%
"""


@click.command(cls=VerbHelp, epilog=_EPILOG, sections=(_SHOWN, *SECTIONS), unlisted=IDLE)
@click.argument("portfolio", metavar="PORTFOLIO")
@click.option(
    "--day-after",
    metavar="ID|FILE",
    help="Scenario that follows the first of -s, the hedge kept. Default second-day-rebound.",
)
@hedge_options
@market_options
@book_options
@output_options(*_FORMATS)
def hedge(
    portfolio: str,
    day_after: str | None,
    hedging: Hedging,
    reading: Reading,
    valuing: Valuing,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Propose a hedge for a book.

    The smallest baseline tail, or what --objective names, under loss limits in the scenarios of -s
    (default: 27 January 2025). A hedge never turns them into a profit: that would be a bet.
    """
    chosen = chosen_format(format_, output, formats=_FORMATS)
    check_target(output, force=force)

    from stress import api

    book = read_books([portfolio], reading)[0]
    plan = api.hedge(
        book,
        day_after=day_after,
        on_progress=progress("proposing", of="steps"),
        **hedging.arguments(),
        **book_arguments(hedging, valuing, reading),
    )
    put(in_format(plan, chosen), output)
    if plan.fresh.overfitted:
        say("warning", f"overfitted: {plan.fresh.why}")


def book_arguments(hedging: Hedging, valuing: Valuing, reading: Reading) -> dict[str, Any]:
    """Return the keywords of `open_book` that the options say."""
    said = valuing.book_arguments(
        reading,
        because="a hedge is fitted to the t law over one session with decay, and judged under the other "
        "generators by foreshock compare.",
    )
    said["unknown"] = hedging.unknown
    said["allow_partial"] = hedging.allow_partial
    said["proxies"] = pairs(hedging.proxies, option="--proxy", example="RKLB=LMT") or None
    said["proxies_file"] = hedging.proxies_file
    return said
