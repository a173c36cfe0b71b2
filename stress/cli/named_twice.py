"""Files that one command line names twice: what is written must not be what is read, nor what else is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import click

from stress.files.same_file import same_file

__all__ = ["refuse_named_twice"]

#: Parameters that name a file to write.
_WRITTEN = ("output", "save_scenario", "markdown", "track_record", "picture")
#: Commands whose output is a newer version of their argument: with --force it may take its place.
_REWRITE = ("model extend", "scenario show")
#: What stands in the help for a file to read.
_READ = re.compile(r"\b(FILE|PORTFOLIO|PRICES|UNIVERSE|QUOTES)\b")


def refuse_named_twice() -> None:
    """Refuse a command line that would write over a file that it reads, or write two things into one file.

    Raises
    ------
    click.UsageError
        With both names; paths are compared as the system resolves them, links followed.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return
    seen: list[tuple[str, str]] = []
    for option, file in _written(context):
        for read in _read(context):
            if os.path.isfile(read) and same_file(file, read):
                raise click.UsageError(
                    f"{option} {file}: the command reads that file. Name another to write."
                )
        for other, before in seen:
            if same_file(file, before):
                raise click.UsageError(
                    f"{option} {file}: {other} writes that file too. Name two files."
                )
        seen.append((option, file))


def _written(context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield options and the files they write; a dash is standard output."""
    for one in context.command.params:
        value = context.params.get(one.name or "")
        if one.name in _WRITTEN and value is not None and str(value) != "-":
            yield min(one.opts, key=len), str(value)


def _read(context: click.Context) -> Iterator[str]:
    """Yield what may be a file to read: all of an argument, and of `FUND=FILE` what stands after the sign."""
    rewrites = context.command_path.endswith(_REWRITE)
    for one in context.command.params:
        if rewrites and isinstance(one, click.Argument):
            continue
        value = context.params.get(one.name or "")
        path = isinstance(one.type, click.Path) and one.type.file_okay
        if one.name in _WRITTEN or not (path or _READ.search(one.metavar or "")):
            continue
        values = value if isinstance(value, (tuple, list)) else (value,)
        for text in (str(one) for one in values if one is not None):
            yield text
            yield text.rpartition("=")[2]
