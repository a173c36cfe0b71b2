"""The JSON document of trades on a drawn book, and the manifest they can be repeated from."""

from __future__ import annotations

import hashlib
from typing import Any

from stress import __version__
from stress.errors import InputError
from stress.reporting.document import finite, manifest_document
from stress.results.manifest import Manifest, manifest_of
from stress.results.options import Options, setting_text
from stress.risk.measures import TAIL_LEVEL
from stress.scenarios.scenario import BASELINE
from stress.simulation.said_of_book import said_of_book
from stress.simulation.what_if import WhatIf

__all__ = ["SCHEMA_VERSION", "what_if_document", "what_if_manifest"]

#: Additions raise the second number; anything else the first.
SCHEMA_VERSION = "2.0"


def what_if_manifest(found: WhatIf) -> Manifest:
    """Write down what trades were tried on, and the digest of the P&L before and after.

    Parameters
    ----------
    found : WhatIf
        From `stress.Book.what_if`.
    """
    pnl, book = found.pnl, found.pnl.plan.book
    digest = hashlib.sha256(f"before\0{pnl.digest}\nafter\0{found.digest}\n".encode())
    return manifest_of(
        [book],
        [] if found.scenario is None else [found.scenario],
        book.model,
        Options(draws=pnl.draws, seed=pnl.seed),
        draws=pnl.draws,
        asked=pnl.draws,
        plans=[pnl.plan],
        digest=digest.hexdigest(),
        chosen={
            "trades": ", ".join(f"{n}={setting_text(v)}" for n, v in sorted(found.trades.items()))
        },
        version=__version__,
    )


def what_if_document(found: WhatIf) -> dict[str, Any]:
    """Return trades and what they change as plain Python objects, ready for JSON.

    Parameters
    ----------
    found : WhatIf
        From `stress.Book.what_if`. A tail average that does not exist, or would rest on too few draws, is
        None, and a warning says so.
    """
    book = found.pnl.plan.book
    portfolio, warnings = book.portfolio, list(said_of_book(book))
    tail: dict[str, Any] | None = None
    try:
        before, after = found.expected_shortfall(TAIL_LEVEL)
        change, error = found.change(TAIL_LEVEL)
        tail = {
            "level": TAIL_LEVEL,
            "sign": "loss",
            "before": before,
            "after": after,
            "change": change,
            "standard_error": error,
        }
    except InputError as without:
        warnings.append(str(without))
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "manifest": manifest_document(found.manifest),
        "portfolio": {
            "name": portfolio.name,
            "nav": portfolio.nav,
            "currency": portfolio.currency,
        },
        "scenario": BASELINE if found.scenario is None else found.scenario.id,
        "trades": dict(found.trades),
        "expected_change": found.expected_change,
        "expected_change_of_nav": found.expected_change / portfolio.nav,
        "expected_shortfall": tail,
        "digest": found.digest,
        "warnings": warnings,
    }
    return dict(finite(document, []))
