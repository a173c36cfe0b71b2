"""`foreshock model`: list, show, extend."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from stress.cli import common_options
from stress.cli.book_options import pairs
from stress.cli.help_page import VerbGroup
from stress.cli.output import check_target, chosen_format, output_options, put
from stress.cli.standard_error import say, say_written

__all__ = ["model"]


@click.group(cls=VerbGroup)
def model() -> None:
    """List, show and extend factor models."""


@model.command("list")
@output_options("table", "json")
def list_(format_: str | None, output: Path | None, force: bool) -> None:
    """List the bundled models."""
    from stress.api import load_model
    from stress.files.bundled import bundled_ids
    from stress.reporting.json_text import to_json
    from stress.reporting.model_pages import models_document, models_page

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    models = [load_model(id_) for id_ in bundled_ids("models")]
    put(to_json(models_document(models)) if chosen == "json" else models_page(models), output)


@model.command()
@click.argument("id_or_file", metavar="ID|FILE")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@output_options("table", "json")
def show(
    id_or_file: str, names: tuple[str, ...], format_: str | None, output: Path | None, force: bool
) -> None:
    """Show a model's factors, or the exposures of names: standard errors, t, and those of stress days."""
    from stress.api import load_model
    from stress.errors import InputError, Problem, ticker_meant
    from stress.factors.listed import as_listed
    from stress.reporting.json_text import to_json
    from stress.reporting.model_pages import model_document, model_page

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    loaded = load_model(id_or_file)
    names = tuple(as_listed(name, loaded.name_index) for name in names)
    unknown = [name for name in names if name not in loaded.name_index]
    if unknown:
        raise InputError(
            Problem(
                message=f"'{name}' is not a name of model {loaded.id}.",
                hint=ticker_meant(name, loaded.names) or None,
            )
            for name in unknown
        )
    as_json = chosen == "json"
    put(
        to_json(model_document(loaded, names=names))
        if as_json
        else model_page(loaded, names=names),
        output,
    )


@model.command()
@click.argument("id_or_file", metavar="ID|FILE")
@click.option("--prices", required=True, multiple=True, metavar="FILE", help="Of your names.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The extended model (JSON); give it to --model.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of -o.")
@click.option("--home", "homes", multiple=True, metavar="NAME=BASKET", help="Theme of a name.")
@click.option("--id", "id_", metavar="ID", help="Default: the model's with -extended.")
@common_options.waive
def extend(
    id_or_file: str,
    prices: tuple[str, ...],
    output: Path,
    force: bool,
    homes: tuple[str, ...],
    id_: str | None,
    waive: tuple[str, ...],
) -> None:
    """Add your own names to a model, estimated from your prices.

    The new model says of each that it is `estimated-user`.
    """
    check_target(output, force=force)
    places = pairs(homes, option="--home", example="XYZF=semis_ai_compute")

    from stress import api
    from stress.files.calibrating import already_known, waived
    from stress.files.portfolio.plain_tickers import plain_ticker
    from stress.reporting.model_pages import model_page

    before = api.load_model(id_or_file)
    extended = api.extend_model(
        before, list(prices), homes=places, id=id_, waive=waive, output=output
    )
    added = [name for name in extended.names if name not in before.name_index]
    click.echo(model_page(extended, names=added))
    for name in added:
        if name not in map(plain_ticker, places):
            home = extended.homes[extended.name_index[name]]
            say(
                "warning",
                f"{name}: no --home is given, so it counts under '{home}' and moves with it where its own history "
                f"is short. Give one: --home {name}=BASKET (foreshock model show {quote(id_or_file)} lists them).",
            )
    for warning in (*already_known(extended), *waived(extended)):
        say("warning", warning)
    say_written(output)
