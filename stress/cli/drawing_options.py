"""What `run` may be told about how draws are made: who works, where they are kept, how exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["drawing_options", "executor_named"]


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
