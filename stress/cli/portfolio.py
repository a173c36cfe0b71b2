"""`foreshock portfolio`: what a holdings file was understood as."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stress.cli import common_options
from stress.cli.book_options import Reading, book_options, choices
from stress.cli.group import typed_command
from stress.cli.help_page import VerbGroup
from stress.cli.output import check_target, chosen_format, output_options, put
from stress.cli.standard_error import say

if TYPE_CHECKING:
    from stress.errors import Problem
    from stress.factors.model import FactorModel
    from stress.portfolio.position import Portfolio

__all__ = ["portfolio"]


@click.group(cls=VerbGroup)
def portfolio() -> None:
    """Read a holdings file and say what was understood."""


@portfolio.command()
@click.argument("file", metavar="FILE|ID")
@common_options.model
@book_options
@output_options("table", "json")
def check(
    file: str,
    model: str | None,
    reading: Reading,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Check a holdings file: every problem, and how it would be stressed.

    Needs no market level: where options, bonds or currencies are held it lists the ones a run will ask
    for. Exit code 3 when `foreshock run` would refuse the file.
    """
    from stress import api
    from stress.errors import InputError
    from stress.files.bundled import find_portfolio
    from stress.files.portfolio import check_portfolio
    from stress.portfolio.cover import cover
    from stress.portfolio.follows import in_words_of_model
    from stress.reporting.filling import fill
    from stress.reporting.json_text import to_json
    from stress.reporting.portfolio_page import portfolio_document, portfolio_page
    from stress.simulation.levels.one_price import TwoPrices

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    found = check_portfolio(find_portfolio(file), **choices(reading))
    typed = typed_command().replace(" portfolio check ", " run ", 1)
    book = dataclasses.replace(found.portfolio, typed=typed)
    loaded = api.load_model(api.DEFAULT_MODEL if model is None else model)
    book = in_words_of_model(book, loaded)
    coverage = cover(book, loaded, unknown="exclude", allow_partial=True)
    refused = _refused(book, loaded)
    apart = [one for one in refused if isinstance(one, TwoPrices)]
    needed = [one for one in refused if one not in apart]
    if chosen == "json":
        document = {**portfolio_document(found, coverage), "needed": [str(one) for one in needed]}
        text = to_json(document)
    else:
        text = portfolio_page(found, coverage, model_id=loaded.id)
        if needed:
            text += "\n\nA RUN WILL ASK FOR (a file needs none of it to be read)"
            for one in needed:
                said = f"{one.message} {one.hint or ''}".rstrip()
                text += "\n" + "\n".join(fill(said, first="  ", under="    "))
    put(text, output)
    for warning in book.warnings:
        say("warning", warning)
    cover(book, loaded)
    if apart:
        raise InputError(apart)


def _refused(book: Portfolio, model: FactorModel) -> tuple[Problem, ...]:
    """Return what a run of the book would ask for (levels, dates, terms), and rows that contradict each other."""
    from stress.errors import InputError
    from stress.opening import Door

    door = Door.of(model, {"unknown": "exclude", "allow_partial": True})
    try:
        door.compiled(book)
    except InputError as error:
        return error.problems
    return ()


@portfolio.command("list")
@output_options("table", "json")
def list_(format_: str | None, output: Path | None, force: bool) -> None:
    """List the bundled sample books; `foreshock run ID` runs one."""
    from stress.files.bundled import bundled_ids, bundled_path
    from stress.files.portfolio import load_portfolio
    from stress.reporting.json_text import to_json
    from stress.reporting.portfolio_page import portfolios_document

    chosen = chosen_format(format_, output, formats=("table", "json"))
    check_target(output, force=force)
    ids = bundled_ids("portfolios")
    if chosen == "json":
        books = {id_: load_portfolio(bundled_path("portfolios", id_)) for id_ in ids}
        put(to_json(portfolios_document(books)), output)
    else:
        put("\n".join(ids), output)
