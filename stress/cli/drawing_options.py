"""What `run` may be told about how draws are made: who works, where they are kept, how exact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stress.results.result import Results

__all__ = ["drawing_options", "executor_named", "show_reduced"]


def executor_named(text: str | None) -> int | str | None:
    """Read ``--workers``.

    Raises
    ------
    click.UsageError
        When it is neither a number of at least 1, nor ``process``, nor an address.
    """
    if text is None or text == "process" or text.startswith("dask://"):
        return text
    if text.isascii() and text.isdigit() and int(text) >= 1:
        return int(text)
    raise click.UsageError(
        f"--workers {text!r}: write a number of threads, process, or dask://HOST:PORT."
    )


def drawing_options(
    workers: str | None, stream: Path | None, target_error: str | None, surfaces: bool | None
) -> dict[str, Any]:
    """Return keyword arguments of `run_many`; only what was said."""
    said: dict[str, Any] = {"on_interrupt": "partial"}
    if workers is not None:
        said["executor"] = executor_named(workers)
    if stream is not None:
        from stress.runs.payload import Payload

        said["store"] = Payload(stream)
    if target_error is not None:
        said["target_error"] = target_error
    if surfaces is not None:
        said["surfaces"] = surfaces
    return said


def show_reduced(results: Results, methods: Sequence[str], *, workers: int | str | None) -> None:
    """Print the tail averages by other methods, on standard error: they are beside the result."""
    from stress.results.reduced import reduced_tails

    rows = reduced_tails([*results.baselines.values(), *results], methods, executor=workers)
    width = max(len(row.id) for row in rows)
    click.echo(
        f"{'tail average by':{width}}  {'method':10}  {'level':>6}  {'P&L':>14}  {'+-':>10}  "
        f"{'draws':>9}  plain would vary",
        err=True,
    )
    for row in rows:
        if row.estimate is None:
            click.echo(f"{row.id:{width}}  {row.method:10}  not: {row.because}", err=True)
            continue
        one = row.estimate
        click.echo(
            f"{row.id:{width}}  {row.method:10}  {one.level:6.1%}  {-one.value:14,.0f}  "
            f"{one.standard_error:10,.0f}  {one.draws:9,}  {one.variance_ratio:,.1f} times as much",
            err=True,
        )
