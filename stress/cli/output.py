"""Where a result goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from stress.cli.gathered import Command
from stress.cli.named_twice import refuse_named_twice
from stress.cli.standard_error import say_written
from stress.errors import did_you_mean
from stress.files.atomic import write_atomically

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_target", "chosen_format", "in_format", "output_options", "put", "write_file"]

_SUFFIXES = {".json": "json", ".csv": "csv", ".txt": "table", ".toml": "toml", ".html": "html"}


def output_options(*formats: str) -> Callable[[Command], Command]:
    """Add ``--format``, ``-o`` and ``--force`` to a command.

    Parameters
    ----------
    *formats : str
        What it can write; the first is the default.
    """

    def decorate(command: Command) -> Command:
        for option in (
            click.option("--force", is_flag=True, help="Overwrite the file of -o."),
            click.option(
                "-o",
                "--output",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Write to a file; its suffix picks the format when --format is absent.",
            ),
            click.option(
                "--format",
                "format_",
                type=click.Choice(formats),
                help=f"Default: {formats[0]}, or what the suffix of -o says.",
            ),
        ):
            command = option(command)
        return command

    return decorate


def chosen_format(format_: str | None, output: Path | None, *, formats: tuple[str, ...]) -> str:
    """Return the format asked for, the one of the file's suffix, or the first.

    Raises
    ------
    click.UsageError
        When the suffix names no format the command can write.
    """
    if format_ is not None:
        return format_
    if output is None or str(output) == "-":
        return formats[0]
    found = _SUFFIXES.get(output.suffix.lower())
    if found not in formats:
        known = [suffix for suffix, name in _SUFFIXES.items() if name in formats]
        hint = did_you_mean(output.suffix, known) or f"Known suffixes: {', '.join(known)}."
        raise click.UsageError(f"'{output}' does not say which format. {hint} Or give --format.")
    assert found is not None
    return found


class _Answer(Protocol):
    """What every verb of the library returns."""

    def to_json(self) -> str: ...

    def to_frame(self) -> pd.DataFrame: ...

    def _repr_html_(self) -> str: ...


def in_format(answer: _Answer, format_: str) -> str:
    """Write an answer as JSON, its frame as CSV, as the page that it prints, or as a file for a browser."""
    if format_ == "csv":
        from stress.reporting.csv_text import frame_csv

        return frame_csv(answer.to_frame())
    if format_ == "html":
        from stress.reporting.html_blocks import document

        return document(answer._repr_html_())
    return answer.to_json() if format_ == "json" else str(answer)


def check_target(output: Path | None, *, force: bool) -> None:
    """Refuse a target before the work is done rather than after.

    Raises
    ------
    click.UsageError
        When the file exists and `force` is off, is one that the command reads or writes otherwise too, is no
        regular file, or its folder does not exist.
    """
    if output is None or str(output) == "-":
        return
    refuse_named_twice()
    try:
        there = output.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        there = None
    except OSError as error:
        raise click.UsageError(f"'{output}' cannot be written: {error.strerror}.") from None
    if there is not None and not stat.S_ISREG(there):
        raise click.UsageError(
            f"'{output}' is no regular file, and nothing replaces it. Name a file; standard output is -o -."
        )
    if there is not None and not force:
        raise click.UsageError(f"'{output}' exists. Give --force to overwrite it.")
    if not Path(os.path.realpath(output)).parent.is_dir():
        raise click.UsageError(f"the folder of '{output}' does not exist.")


def put(text: str, output: Path | None) -> None:
    """Write a result to a file, or to standard output when none is named (or ``-``)."""
    if output is None or str(output) == "-":
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_file(output, text if text.endswith("\n") else text + "\n")
        say_written(output)


def write_file(path: Path, text: str) -> None:
    """Write a text file: a reader sees the old file or the whole new one.

    What no UTF-8 has, as bytes of a file name that is written in something else, stands as an escape.

    Raises
    ------
    StorageError
        When the folder cannot be written to (exit code 1).
    """
    write_atomically(path, text.encode(errors="backslashreplace"))
