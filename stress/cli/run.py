"""`foreshock run`: what scenarios do to a book."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from stress.cli import common_options
from stress.cli.asked import Asked, asked_scenarios
from stress.cli.book_options import Reading, book_options, pairs, read_books
from stress.cli.drawing_options import drawing_options
from stress.cli.help_page import OUTPUT, READING, VerbHelp, market_section
from stress.cli.market_options import Valuing, market_options
from stress.cli.next_commands import next_commands
from stress.cli.output import check_target, chosen_format, output_options, put
from stress.cli.progress import progress
from stress.cli.standard_error import say
from stress.cli.trust_options import Trusting, trust_options
from stress.cli.warnings_said import say_warnings
from stress.scenarios.scenario import MOST_SESSIONS

if TYPE_CHECKING:
    from stress.results.result import Results
    from stress.scenarios.combine import Detail

__all__ = ["run"]

_FORMATS = ("table", "json", "csv", "html")

_SECTIONS = (
    (
        "What happens",
        (
            *("--scenario", "--shock", "--severity", "--combine", "--sweep", "--horizon"),
            *("--variation", "--propagation", "--replay-names", "--save-scenario"),
        ),
    ),
    ("What is shown", ("--all", "--group", "--benchmark", "--limit")),
    (
        "Names that the model does not know, and funds",
        (
            *("--unknown", "--proxy", "--proxies", "--allow-partial", "--strict"),
            *("--look-through", "--leveraged"),
        ),
    ),
    (
        "How far to trust it",
        (
            *("--model-range", "--prices", "--waive", "--second-opinion", "--view"),
            *("--correlation", "--volatility"),
        ),
    ),
    market_section("--instant"),
    (
        "Model and draws",
        (
            *("--model", "--draws", "--seed", "--target-error", "--generator", "--rebalance"),
            *("--reduce", "--surfaces", "--workers", "--stream"),
        ),
    ),
    READING,
    OUTPUT,
)

_EPILOG = """\b
Examples:
  foreshock run my.csv
  foreshock run my.csv -s power-demand-derating -s ai-winter-path --all
  foreshock run my.csv -s hyperscaler-capex-cut --severity 1.5 --group account
  foreshock run my.csv --shock NVDA=-20% --shock rates_10y=+30bp
  foreshock run my.csv -s export-controls -s power-demand-derating --combine sum
  foreshock run my.csv -s power-demand-derating --sweep 0.5,1,1.5,2
  foreshock run my.csv --unknown exclude --proxy RKLB=LMT
  foreshock run my.csv --second-opinion --prices closes.csv
  foreshock run my.csv --view 'volatility market=1.5%' --view 'correlation market,rates_10y=0.3'
  foreshock run my.csv --shock semis_ai_compute=-2% --view 'es semis_ai_compute=9% @97.5%'
  foreshock run my.csv -s power-demand-derating --correlation together:0.5 --volatility 1.5x
  foreshock run a.csv b.csv --format json -o run.json
  foreshock run my.csv --limit expected=10% --limit es=15%
"""


@click.command(cls=VerbHelp, epilog=_EPILOG, sections=_SECTIONS)
@click.argument("portfolios", nargs=-1, required=True, metavar="PORTFOLIO...")
@click.option(
    "-s",
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID|FILE",
    help="Of the library (foreshock scenario list) or of your own. Repeatable.",
)
@click.option(
    "--shock",
    "shocks",
    multiple=True,
    metavar="TARGET=MOVE",
    help="Of a name or factor: NVDA=-20%, vix=+15pts. Repeatable, all in one scenario.",
)
@click.option(
    "--save-scenario",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the scenario of --shock or --combine.",
)
@click.option(
    "--horizon",
    type=click.IntRange(1, MOST_SESSIONS),
    metavar="SESSIONS",
    help="Of --shock; default 1.",
)
@click.option(
    "--combine",
    type=click.Choice(["sum", "largest", "refuse"]),
    help="All scenarios as one; what happens to moves that several state.",
)
@click.option(
    "--sweep",
    metavar="SIZES",
    help="One scenario at several sizes: 0.5,1,2 or TARGET=MOVE,MOVE.",
)
@common_options.model
@common_options.draws
@common_options.seed
@click.option(
    "--severity",
    type=click.FloatRange(0.0, 10.0),
    default=1.0,
    show_default=True,
    metavar="X",
    help="Scales every scenario.",
)
@click.option(
    "--variation",
    type=click.Choice(["names", "severity", "core"]),
    help="What varies; default: each scenario's own.",
)
@click.option(
    "--propagation",
    type=click.Choice(["linked", "alone"]),
    help="Whether unstated factors follow, where a scenario does not say; default linked.",
)
@click.option(
    "--replay-names", is_flag=True, help="Recorded names follow their own recorded moves."
)
@common_options.unknown
@common_options.proxy
@common_options.proxies_file
@common_options.allow_partial
@click.option(
    "--group", metavar="COLUMN", help="Also by account, sector or any column of the book."
)
@click.option(
    "--benchmark", metavar="FILE|TICKER", help="Also P&L against another book or a ticker."
)
@click.option(
    "--model-range/--no-model-range",
    default=None,
    help="Expected P&L over declared model variants; default: for deepseek-2025-01-27 alone.",
)
@click.option(
    "--workers",
    metavar="N|process|dask://HOST:PORT",
    help="Who draws; default: threads where they pay. Same digits.",
)
@click.option(
    "--stream",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write draws there as they come; go on with what is there.",
)
@click.option(
    "--target-error",
    metavar="SHARE",
    help="Draw until every tail average is known to this share: 0.5%.",
)
@click.option(
    "--surfaces/--exact-options",
    "surfaces",
    default=None,
    help="Options through certified surfaces; default: where many meet many draws.",
)
@click.option(
    "--reduce",
    "reduce",
    multiple=True,
    type=click.Choice(["sobol", "importance", "control"]),
    help="Also the tail average by this method (importance: the worst 0.1 %), with what it is worth.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="expected|es=SHARE",
    help="Exit 4 where any scenario loses more of NAV: expected=10%.",
)
@click.option(
    "--all",
    "show_all",
    is_flag=True,
    help="Every scenario and every propagated factor has its row, every warning is printed.",
)
@trust_options
@market_options
@book_options
@output_options(*_FORMATS)
def run(
    *,
    portfolios: Sequence[str],
    scenarios: tuple[str, ...],
    shocks: tuple[str, ...],
    horizon: int | None,
    save_scenario: Path | None,
    combine: str | None,
    sweep: str | None,
    model: str | None,
    proxies: Sequence[str],
    proxies_file: Path | None,
    reading: Reading,
    valuing: Valuing,
    trusting: Trusting,
    workers: str | None,
    stream: Path | None,
    target_error: str | None,
    surfaces: bool | None,
    limits: Sequence[str],
    show_all: bool,
    format_: str | None,
    output: Path | None,
    force: bool,
    **settings: Any,
) -> None:
    """Run scenarios on a book.

    Without -s: the close of 27 January 2025 in detail, its family of scenarios in a table.
    """
    chosen = chosen_format(format_, output, formats=_FORMATS)
    check_target(output, force=force)
    wanted = Asked(
        scenarios=scenarios,
        shocks=shocks,
        horizon=horizon,
        save=save_scenario,
        combine=combine,
        variation=settings["variation"],
        sweep=sweep,
    )
    wanted.check()
    if sweep is not None and "=" not in sweep and settings["severity"] != 1.0:
        raise click.UsageError("--sweep states the severities: leave out --severity.")
    check_target(wanted.save, force=force)
    if wanted.save is not None:
        _say_what_is_not_saved(settings)
    allowed = pairs(limits, option="--limit", example="expected=10%")

    from stress import api
    from stress.results.limits import Limited, read_limits

    read_limits(cast(dict[Limited, str], allowed))
    books = read_books(portfolios, reading)
    named, detail = asked_scenarios(wanted, model, history=valuing.generator != "t")
    results = api.run_many(
        books,
        named,
        model,
        **settings,  # options that are keywords of `run_many` as they are typed
        proxies=pairs(proxies, option="--proxy", example="RKLB=LMT") or None,
        proxies_file=proxies_file,
        paths=wanted.chosen,
        **valuing.arguments(reading),
        **trusting.arguments(),
        **drawing_options(workers, stream, target_error, surfaces),
        on_progress=progress("simulating"),
        on_result=progress("measuring", of="results"),
    )
    rows_of_all = show_all or wanted.chosen
    shocked = [text.partition("=")[0].strip() for text in wanted.shocks]
    hint = next_commands(results, portfolios, shocked=shocked, show_all=rows_of_all)
    page = _written(
        results, chosen, show_all=rows_of_all, propagation=show_all, detail=detail, hint=hint
    )
    put(page, output)
    say_warnings(
        results,
        shown=len(results) if wanted.chosen else 1,
        everything=show_all,
        page=chosen != "json",
    )
    if results.partial:
        raise SystemExit(130)
    results.check_limits(cast(dict[Limited, str], allowed))


def _written(
    results: Results,
    format_: str,
    *,
    show_all: bool,
    propagation: bool,
    detail: Detail | None,
    hint: str,
) -> str:
    match format_:
        case "json":
            from stress.reporting.document import results_document
            from stress.reporting.json_text import to_json

            return to_json(results_document(results))
        case "csv":
            from stress.reporting.rows import to_csv

            return to_csv(results)
        case "html":
            from stress.reporting.html import run_html

            return run_html(results, detail=detail)
        case "table":
            from stress.reporting.first_screen import first_screen

            return first_screen(
                results,
                today=datetime.date.today(),
                show_all=show_all,
                propagation=propagation,
                detail=detail,
                hint=hint,
            )
    raise ValueError(f"format {format_!r} is not written here.")


def _say_what_is_not_saved(settings: Mapping[str, Any]) -> None:
    """Say which options of this run a saved scenario does not state."""
    apart = [
        f"--{name} {value}"
        for name, value in settings.items()
        if name in ("severity", "variation") and value not in (None, 1.0)
    ]
    if apart:
        say(
            "warning",
            f"the scenario is saved as it is stated, without {' and '.join(apart)}: give that again where it is run.",
        )
