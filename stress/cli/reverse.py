"""`foreshock reverse`: what would cost that much, or what is the worst within reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, cast

import click
from click.core import ParameterSource

from stress.cli import common_options
from stress.cli.book_options import Reading, book_options, pairs, read_books
from stress.cli.help_page import OUTPUT, READING, VerbHelp, market_section
from stress.cli.market_options import IDLE, Valuing, market_options
from stress.cli.output import (
    check_target,
    chosen_format,
    in_format,
    output_options,
    put,
    write_file,
)
from stress.cli.standard_error import say, say_written
from stress.scenarios.scenario import MOST_SESSIONS

__all__ = ["reverse"]

_FORMATS = ("table", "json", "csv", "html")

#: Options of a search, and what they are called inside.
_OF_A_SEARCH = {
    "--only": "only",
    "--sign": "signs",
    "--max-distance": "max_distance",
    "--answers": "answers",
    "--seed": "seed",
}

#: Those that a closed form has no use for.
_OF_ONE_THAT_SEARCHES = ("--seed",)

_SECTIONS = (
    ("What is asked, one of these", ("--loss", "--within", "--divergence")),
    (
        "Where it is looked for",
        ("--horizon", "--only", "--sign", "--max-distance", "--answers", "--seed"),
    ),
    (
        "Names that the model does not know, and funds",
        (
            *("--unknown", "--proxy", "--proxies", "--allow-partial", "--strict"),
            *("--look-through", "--leveraged"),
        ),
    ),
    market_section(),
    ("Model", ("--model",)),
    READING,
    (OUTPUT[0], ("--save-scenarios", *OUTPUT[1])),
)

_EPILOG = """\b
Examples:
  foreshock reverse my.csv --loss 10%
  foreshock reverse my.csv --loss 10% --horizon 5 --only semis_*,power_*
  foreshock reverse my.csv --loss 8% --sign market=up --save-scenarios found/
  foreshock reverse my.csv --within 4
  foreshock reverse my.csv --divergence 0.5
"""


@click.command(cls=VerbHelp, epilog=_EPILOG, sections=_SECTIONS, unlisted=IDLE)
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
@click.option(
    "--horizon",
    type=click.IntRange(1, MOST_SESSIONS),
    default=1,
    show_default=True,
    metavar="SESSIONS",
    help="How long it takes.",
)
@click.option(
    "--only", metavar="FACTORS", help="What may be stated: semis_*,power_*; the rest follows."
)
@click.option(
    "--sign",
    "signs",
    multiple=True,
    metavar="FACTOR=up|down",
    help="The only way a factor may go. Repeatable.",
)
@click.option(
    "--max-distance",
    type=click.FloatRange(0.0, min_open=True),
    metavar="DISTANCE",
    help="No further than so many standard deviations.",
)
@click.option(
    "--answers",
    type=click.IntRange(1, 20),
    default=6,
    show_default=True,
    metavar="N",
    help="At most so many distinct ones; of a linear book, after the first, from one theme each.",
)
@common_options.seed
@common_options.model
@common_options.unknown
@common_options.proxy
@common_options.proxies_file
@common_options.allow_partial
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
    proxies_file: Path | None,
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
    _refuse_idle(within=within, divergence=divergence)
    chosen = chosen_format(format_, output, formats=_FORMATS)
    check_target(output, force=force)

    from stress import api

    (book,) = read_books([portfolio], reading)
    asked: dict[str, Any] = {
        "horizon_days": horizon,
        "unknown": unknown,
        "proxies": pairs(proxies, option="--proxy", example="RKLB=LMT"),
        "proxies_file": proxies_file,
        "allow_partial": allow_partial,
        **valuing.book_arguments(
            reading,
            because="a search takes the whole horizon in one step, time passing, under the model's own law.",
        ),
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
    if found.linear:
        for option in _typed(_OF_ONE_THAT_SEARCHES):
            say(
                "warning",
                f"{option} changes nothing: the book is linear, its answers closed forms.",
            )
    if save_scenarios is not None:
        _save(found.answers, save_scenarios, force=force)
    put(in_format(found, chosen), output)


def _refuse_idle(*, within: float | None, divergence: float | None) -> None:
    """Refuse options of a search that say nothing to the question."""
    if divergence is not None and (idle := _typed(_OF_A_SEARCH)):
        raise click.UsageError(
            f"{', '.join(idle)}: for a search; --divergence weighs past sessions."
        )
    if within is not None and _typed(["--max-distance"]):
        raise click.UsageError("--max-distance: for --loss; --within states the distance itself.")


def _typed(options: Iterable[str]) -> list[str]:
    """Return which options of a search stand on the command line."""
    context = click.get_current_context()
    return [
        option
        for option in options
        if context.get_parameter_source(_OF_A_SEARCH[option]) is ParameterSource.COMMANDLINE
    ]


def _signs(texts: Sequence[str]) -> dict[str, Literal["up", "down"]]:
    signs = pairs(texts, option="--sign", example="market=up")
    for factor, sign in signs.items():
        if sign not in ("up", "down"):
            raise click.UsageError(f"--sign {factor}={sign}: write up or down.")
    return cast(dict[str, Literal["up", "down"]], signs)


def _save(answers: Sequence[Any], folder: Path, *, force: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        target = folder / f"{answer.scenario.id}.toml"
        check_target(target, force=force)
        write_file(target, answer.scenario.to_toml())
        say_written(target)
