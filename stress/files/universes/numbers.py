"""Numbers of quotes as spreadsheets write them: thousands separated, a currency beside them, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stress.errors import Problem
from stress.files.portfolio.numbers import DecimalMark, decimal_mark, parse_number
from stress.files.universes.cells import FRACTIONS, NUMBERS
from stress.files.universes.rows import UniverseRow, UniverseRows

__all__ = ["plain_numbers"]

_PLAINLY = "Write digits and a decimal point, as 7010.50."


def plain_numbers(table: UniverseRows) -> list[tuple[UniverseRow, list[Problem]]]:
    """Write the numbers of quotes as a universe has them.

    Parameters
    ----------
    table : UniverseRows
        One decimal mark holds for all of its numbers.

    Returns
    -------
    list of (UniverseRow, list of Problem)
        ``7,010.50`` as ``7010.5``, of ``$712.4`` the currency too where the row states none; what cannot be read is empty.
    """
    columns = [column for column in (*NUMBERS, *FRACTIONS) if column in table.titles]
    written = [row.cells[column] for row in table.rows for column in columns]
    mark = decimal_mark(written, delimiter=table.delimiter)
    return [_plain(row, columns, mark, table.delimiter) for row in table.rows]


def _plain(
    row: UniverseRow, columns: Sequence[str], mark: DecimalMark, delimiter: str
) -> tuple[UniverseRow, list[Problem]]:
    cells, problems = dict(row.cells), []
    for column in columns:
        written = cells[column]
        unit = next((unit for unit in ("%", "bp") if written.casefold().endswith(unit)), "")
        text = written[: len(written) - len(unit)].strip()
        cells[column] = ""
        try:
            number = parse_number(text, mark.mark)
        except ValueError as error:
            problems.append(Problem(message=f"{column}: '{written}' {error}.", hint=_PLAINLY))
            continue
        if number is None:
            continue
        if mark.known == "taken" and _is_unclear(text, delimiter):
            digits = re.sub("[^0-9,.]", "", text)
            readings = f"{re.sub('[,.]', '', digits)} or {float(digits.replace(',', '.')):g}"
            problems.append(
                Problem(
                    message=f"{column}: '{written}' may be {readings}, and no number of the table says which.",
                    hint=f"Write {readings}.",
                )
            )
            continue
        cells[column] = f"{number.value:.15g}{unit}"
        if column == "price" and number.currency and not cells.get("currency"):
            cells["currency"] = number.currency
    return UniverseRow(line=row.line, cells=cells), problems


def _is_unclear(text: str, delimiter: str) -> bool:
    """Whether a mark may be that of decimals or of thousands: a point beside commas between cells is the format's own."""
    return "," in text or ("." in text and delimiter != ",")
