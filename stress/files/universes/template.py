"""The table of quotes that a hedge universe needs, to be filled in."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from stress.files.universes.file import find_universe, parse_universe, universe_bytes
from stress.files.universes.rows import OPTIONS, OUTRIGHT, read_rows

__all__ = ["quotes_template"]

#: What stands where the date goes: reading the table refuses it, so it is not forgotten.
_DATE = "YYYY-MM-DD"


def quotes_template(universe: str | Path, *, as_of: str | None = None) -> str:
    """Write a table of quotes for a hedge universe with its prices left blank.

    Parameters
    ----------
    universe : id or path
        A bundled universe (``"hedges_us_ai"``) or a CSV file.
    as_of : str, optional
        ISO date of the quotes; to be filled in too when omitted.

    Returns
    -------
    str
        CSV that `stress.renew_universe` reads: a row an underlying, one a future with its contract. Rows
        left blank have no fresh quote.

    Raises
    ------
    InputError
        All that is wrong with the universe.
    """
    path = find_universe(universe)
    raw = universe_bytes(path)
    parse_universe(raw, label=path.name, source=os.fspath(universe))
    rows = read_rows(raw, label=path.name).rows
    on_options = dict.fromkeys(row.cells["underlying"] for row in rows if row.kind in OPTIONS)
    needed = dict.fromkeys(
        (row.cells["underlying"], row.cells.get("id", "") if row.kind == "future" else "")
        for row in rows
        if row.kind in (*OUTRIGHT, *OPTIONS)
    )
    text = io.StringIO()
    # No commas in remarks: a spreadsheet would write them back in quotation marks.
    text.write(f"# as_of: {as_of or _DATE}\n# price: of every row; what stays blank is left out.\n")
    if on_options:
        text.write(
            f"# vol (like 18%): of {' '.join(on_options)} for their options. expiry (2026-08-21|2026-09-18): where new ones "
            "are wanted.\n"
        )
    if any(contract for _, contract in needed):
        text.write("# id: the contract of a future; write the next one where it has rolled.\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["underlying", "id", "price", "vol", "expiry"])
    writer.writerows([name, contract, "", "", ""] for name, contract in needed)
    return text.getvalue()
