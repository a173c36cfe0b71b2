"""`foreshock scenario`: list, show, validate, schema. Loads no numpy unless a model is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stress.cli.help_page import VerbGroup
from stress.cli.known_factors import known_of_bundled, known_of_model
from stress.cli.output import check_target, chosen_format, output_options, put
from stress.cli.standard_error import say
from stress.reporting.json_text import to_json
from stress.tables import printable

if TYPE_CHECKING:
    from stress.errors import Problem
    from stress.scenarios.scenario import Scenario

__all__ = ["scenario"]


@click.group(cls=VerbGroup)
def scenario() -> None:
    """List, show and check scenarios."""


@scenario.command("list")
@output_options("table", "json")
def list_(format_: str | None, output: Path | None, force: bool) -> None:
    """List the bundled library, grouped by horizon and kind."""
    from stress.files.scenarios.file import list_scenarios, read_scenario
    from stress.reporting.scenario_pages import library_document, library_page

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    library = [read_scenario(id_) for id_ in list_scenarios()]
    put(to_json(library_document(library)) if chosen == "json" else library_page(library), output)


@scenario.command()
@click.argument("id_or_file", metavar="ID|FILE")
@click.option("--model", metavar="ID|FILE", help="Also how it moves the factors not stated.")
@output_options("table", "toml", "json")
def show(
    id_or_file: str, model: str | None, format_: str | None, output: Path | None, force: bool
) -> None:
    """Show one scenario: what moves, and who says so.

    With --model also how the factors it does not state are filled: beta on the stated moves with its
    standard error, R², extrapolation, and whether the model's sessions ever saw such a move.
    """
    from stress.files.scenarios.file import read_scenario
    from stress.reporting.scenario_pages import scenario_page
    from stress.scenarios.content import content

    chosen = chosen_format(format_, output, formats=("table", "toml", "json"))
    check_target(output, force=force)
    read = read_scenario(id_or_file)
    match chosen:
        case "toml":
            text = read.to_toml()
        case "json":
            text = to_json(
                {**content(read), "content_hash": read.content_hash, **_propagated(read, model)}
            )
        case "table":
            text = scenario_page(read)
            if model is not None:
                text += "\n\n" + _propagation(read, model)
        case _:
            raise ValueError(f"format {chosen!r} is not written here.")
    put(text, output)


@scenario.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|ID...")
@click.option("--model", metavar="ID|FILE", help="Also against a factor model (loads numpy).")
def validate(files: tuple[str, ...], model: str | None) -> None:
    """Check scenario files: all problems at once, exit code 3.

    Without --model factors and units are those of the bundled models, and names are not checked.
    """
    from stress.errors import InputError
    from stress.files.scenarios.file import read_scenario

    problems: list[Problem] = []
    sound: list[Scenario] = []
    known = known_of_bundled() if model is None else known_of_model(model)
    for file in files:
        try:
            sound.append(read_scenario(file, **known))
        except InputError as error:
            problems += error.problems
    notes: list[str] = []
    if model is not None:
        for one in sound:
            found, said = _against_model(one, model)
            problems += found
            notes += said
    if problems:
        raise InputError(problems)
    if model is None:
        notes.append(
            "factors and units are those of the bundled models; --model ID|FILE checks all."
        )
    for one in sound:
        click.echo(f"ok  {one.id}  {one.kind}  {one.content_hash[:12]}  {printable(one.title)}")
    for note in notes:
        say("note", note)


@scenario.command()
@output_options("json")
def schema(format_: str | None, output: Path | None, force: bool) -> None:
    """Print the JSON Schema of a scenario file."""
    from stress.files.scenarios.file import scenario_schema

    check_target(output, force=force)
    put(to_json(scenario_schema()), output)


@scenario.command("from-fed", short_help="Write a scenario of the Federal Reserve as a file.")
@click.argument("domestic", type=click.Path(path_type=Path))
@click.argument("international", type=click.Path(path_type=Path), required=False)
@click.option(
    "--historic",
    "historic",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    metavar="FILE",
    help="Historic table; repeatable, domestic and international.",
)
@output_options("toml")
def from_fed(
    domestic: Path,
    international: Path | None,
    historic: tuple[Path, ...],
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Turn a supervisory scenario of the Federal Reserve (its CSV tables) into a scenario file.

    Shocks are levels against the last historic quarter; each quarter becomes a step of a path.
    """
    from stress.files.fed.mapping import MAPPING
    from stress.files.fed.reading import read_fed

    check_target(output, force=force)
    read = read_fed(domestic, international, historic=historic)
    stated = {move.target for move in read.moves}
    for mapped in MAPPING:
        if mapped.factor in stated:
            note = f"  ({mapped.note})" if mapped.note else ""
            say("note", f"{' and '.join(mapped.columns)} -> {mapped.factor}{note}")
    unused = f"{len(read.observed)} other columns move no factor: observed, never applied."
    say("note", unused)
    put(read.to_toml(), output)


def _propagation(one: Scenario, model: str) -> str:
    from stress.api import load_model
    from stress.reporting.propagation_page import propagation_page
    from stress.scenarios.propagation import complete

    loaded = load_model(model)
    return propagation_page(complete(one, loaded), loaded)


def _propagated(one: Scenario, model: str | None) -> dict[str, object]:
    """Return the entry of the JSON about a model, when one was asked for."""
    if model is None:
        return {}
    from stress.api import load_model
    from stress.reporting.trust_document import propagation_document
    from stress.scenarios.propagation import complete
    from stress.scenarios.propagation_report import propagation_report

    loaded = load_model(model)
    report = propagation_report(complete(one, loaded), loaded)
    return {"propagation": propagation_document(report)}


def _against_model(one: Scenario, model: str) -> tuple[list[Problem], list[str]]:
    from stress.api import load_model
    from stress.errors import InputError
    from stress.scenarios.propagation import complete
    from stress.scenarios.recorded_names import check_recorded_names
    from stress.tables import listing

    loaded = load_model(model)
    try:
        completed = complete(one, loaded)
    except InputError as error:
        return list(error.problems), []
    contradictions, notes = check_recorded_names(one, loaded, completed)
    outside = [move.target for move in one.names if move.target not in loaded.name_index]
    unknown = (
        [
            f"{one.id}: recorded names that model {loaded.id} does not have, for books that hold them: "
            f"{listing(outside, most=8)}"
        ]
        if outside
        else []
    )
    return contradictions, [*notes.values(), *unknown]
