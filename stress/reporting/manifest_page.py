"""A manifest as HTML for a notebook: what a run was made from, one line an input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stress.reporting.html_blocks import definitions, heading, page
from stress.tables import thousands

if TYPE_CHECKING:
    from stress.results.manifest import Manifest

__all__ = ["manifest_html"]


def manifest_html(manifest: Manifest) -> str:
    """Write a manifest as HTML.

    Parameters
    ----------
    manifest : Manifest
        Of a run or another answer.
    """
    partial = manifest.asked != manifest.draws
    asked = f" of {thousands(manifest.asked)} asked" if partial else ""
    rows = [
        *((f"file {name}", digest or "none") for name, digest in manifest.portfolio.items()),
        *((f"book {name}", digest) for name, digest in manifest.books.items()),
        (f"model {manifest.model['id']}", manifest.model["hash"]),
        ("its data to", manifest.model["as_of"]),
        *((f"scenario {name}", digest) for name, digest in manifest.scenarios.items()),
        ("draws", f"{thousands(manifest.draws)}{asked}, seed {manifest.seed}, chunks of {manifest.chunk:,}"),
        ("chosen", _pairs(manifest.options)),
        ("by default", _pairs(manifest.defaults)),
        ("versions", _pairs(manifest.versions)),
        ("digest", manifest.digest),
    ]  # fmt: skip
    said = [(label, words) for label, words in rows if words]
    return page([heading("MANIFEST", large=True), definitions(said)])


def _pairs(entries: Mapping[str, str]) -> str:
    return " · ".join(f"{name} {value}" for name, value in entries.items())
