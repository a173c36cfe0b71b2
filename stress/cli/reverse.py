"""`foreshock reverse`: what would cost that much, or what is the worst within reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

import click
from click.core import ParameterSource

from stress.cli.book_options import Reading, book_options, pairs, read_books
from stress.cli.market_options import Valuing, market_options
from stress.cli.output import check_target, chosen_format, output_options, put, write_file

__all__ = ["reverse"]

_FORMATS = ("table", "json")

#: Options of a search, and what they are called inside.
_OF_A_SEARCH = {
    "--only": "only",
    "--sign": "signs",
    "--max-distance": "max_distance",
    "--answers": "answers",
    "--seed": "seed",
}

_EPILOG = """\b
Examples:
  foreshock reverse my.csv --loss 10%
  foreshock reverse my.csv --loss 10% --horizon 5 --only semis_*,power_*
  foreshock reverse my.csv --loss 8% --sign market=up --save-scenarios found/
  foreshock reverse my.csv --within 4
  foreshock reverse my.csv --divergence 0.5
"""


@click.command(epilog=_EPILOG)
@click.argument("portfolio", metavar="PORTFOLIO")
@click.option("--loss", metavar="SHARE", help="Share of NAV to lose: 10%.")
@click.option(
    "--within",
    type=click.FloatRange(0.0, min_open=True),
    metavar="DISTANCE",
    help="The worst loss within so many standard deviations instead.",
)
@click.option(
    "--divergence",
    type=click.FloatRange(0.0, min_open=True),
    metavar="NATS",
    help="The worst expected loss under laws so near the model's history instead.",
)
@click.option("--horizon", type=click.IntRange(1, 260), default=1, show_default=True)
@click.option(
    "--only", metavar="FACTORS", help="What may be stated: semis_*,power_*; the rest follows."
)
@click.option("--sign", "signs", multiple=True, metavar="FACTOR=up|down", help="Repeatable.")
@click.option("--max-distance", type=click.FloatRange(0.0, min_open=True), metavar="DISTANCE")
@click.option("--answers", type=click.IntRange(1, 20), default=6, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--model", metavar="ID|FILE", help="Factor model; default us-ai-2025-12.")
@click.option("--unknown", type=click.Choice(["refuse", "exclude"]), default="refuse")
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="T=U",
    help="T takes U's exposures, not its own news.",
)
@click.option("--allow-partial", is_flag=True, help="More than 25 % of gross may be left out.")
@click.option(
    "--save-scenarios",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write each answer as a scenario file.",
)
@market_options
@book_options
@output_options(*_FORMATS)
def reverse(
    portfolio: str,
    loss: str | None,
    within: float | None,
    divergence: float | None,
    horizon: int,
    only: str | None,
    signs: Sequence[str],
    max_distance: float | None,
    answers: int,
    seed: int,
    model: str | None,
    unknown: str,
    proxies: Sequence[str],
    allow_partial: bool,
    save_scenarios: Path | None,
    reading: Reading,
    valuing: Valuing,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Find the most plausible scenarios in which a book loses that much."""
    if [loss, within, divergence].count(None) != 2:
        raise click.UsageError("state one of --loss 10%, --within 4 and --divergence 0.5.")
    if divergence is not None:
        _refuse_search_options()
    chosen = chosen_format(format_, output, formats=_FORMATS)
    check_target(output, force=force)

    from stress import api
    from stress.reporting.reverse_page import reverse_document, reverse_page

    (book,) = read_books([portfolio], reading)
    asked: dict[str, Any] = {
        "horizon_days": horizon,
        "unknown": unknown,
        "proxies": pairs(proxies, option="--proxy", example="RKLB=LMT"),
        "allow_partial": allow_partial,
        **{
            key: value
            for key, value in valuing.arguments(reading).items()
            if key in api.BookOptions.__annotations__
        },
    }
    search: dict[str, Any] = {
        "only": None if only is None else [pattern.strip() for pattern in only.split(",")],
        "signs": _signs(signs),
        "answers": answers,
        "seed": seed,
    }
    if loss is not None:
        found = api.reverse(book, loss, model, max_distance=max_distance, **search, **asked)
    elif within is not None:
        found = api.worst_case(book, within, model, **search, **asked)
    else:
        found = api.worst_law(book, cast(float, divergence), model, **asked)
    if save_scenarios is not None:
        _save(found.answers, save_scenarios, force=force)
    if chosen == "json":
        from stress.reporting.json_text import to_json

        put(to_json(reverse_document(found)), output)
    else:
        put(reverse_page(found), output)


def _refuse_search_options() -> None:
    """Refuse what says nothing to --divergence."""
    context = click.get_current_context()
    idle = [
        option
        for option, name in _OF_A_SEARCH.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if idle:
        raise click.UsageError(
            f"{', '.join(idle)}: for a search; --divergence weighs past sessions."
        )


def _signs(texts: Sequence[str]) -> dict[str, Literal["up", "down"]]:
    signs = pairs(texts, option="--sign", example="market=up")
    for factor, sign in signs.items():
        if sign not in ("up", "down"):
            raise click.UsageError(f"--sign {factor}={sign}: write up or down.")
    return cast(dict[str, Literal["up", "down"]], signs)


def _save(answers: Sequence[Any], folder: Path, *, force: bool) -> None:
    from stress.files.scenario_file import write_scenario

    folder.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        target = folder / f"{answer.scenario.id}.toml"
        check_target(target, force=force)
        write_file(target, write_scenario(answer.scenario))
        click.echo(f"written: {target}", err=True)
