"""One table of the Federal Reserve's supervisory scenarios, recognised by its columns."""

from __future__ import annotations

import calendar
import csv
import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stress.errors import InputError, Problem
from stress.files.small_text import read_small
from stress.files.titles import refuse_twins

__all__ = [
    "CONCEPTS",
    "FedTable",
    "Levels",
    "Quarter",
    "quarter_before",
    "quarter_end",
    "quarter_text",
    "read_fed_table",
]

_LARGEST = 5_000_000
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[:\-/ ]?\s*Q(?P<q>[1-4])|Q(?P<q2>[1-4])\s*[:\-/ ]?\s*(?P<y2>\d{4})"
)
_MISSING = ("", "na", "n/a", "--", "-", ".")
_TITLES = ("scenario name", "scenario", "date", "quarter", "obs", "obs date", "observation date")

Quarter = tuple[int, int]
#: Level by column words at one quarter.
Levels = Mapping[str, float]


#: Words that name a concept in every vintage, folded to lower case.
CONCEPTS: dict[str, re.Pattern[str]] = {
    "stocks": re.compile(r"(dow jones|stock market|stock price|equity).*index|equity price"),
    "vix": re.compile(r"volatility index|\bvix\b"),
    "3m": re.compile(r"(3|three)[- ]month treasury"),
    "5y": re.compile(r"(5|five)[- ]year treasury"),
    "10y": re.compile(r"(10|ten)[- ]year treasury"),
    "bbb": re.compile(r"\bbbb\b"),
    "yen": re.compile(r"(japan|yen).*(exchange rate|usd|dollar)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FedTable:
    """One file: the scenario's name, levels by quarter and title, the line of each quarter."""

    file: str
    scenario: str
    kind: Literal["domestic", "international"]
    titles: tuple[str, ...]
    rows: Mapping[Quarter, Mapping[str, float]]

    @property
    def quarters(self) -> list[Quarter]:
        """Return its quarters in order."""
        return sorted(self.rows)

    def concept(self, name: str) -> str | None:
        """Return the title of the column that is a concept."""
        for title in self.titles:
            if CONCEPTS[name].search(_folded(title)):
                return title
        return None


def read_fed_table(path: str | Path) -> FedTable:
    """Read one table.

    Parameters
    ----------
    path : str or Path
        CSV with a title row that has a Date; quarters as ``2025 Q1``.

    Raises
    ------
    InputError
        All problems of the file at once, with line and column.
    """
    file = Path(path)
    label = file.name
    reader = csv.reader(io.StringIO(_text_of(file)))
    try:
        rows = [
            (number, cells)
            for number, cells in enumerate(reader, start=1)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise InputError(
            Problem(message=f"no row of CSV: {error}.", file=label, line=reader.line_num)
        ) from None
    heading = next(
        (i for i, (_, cells) in enumerate(rows) if any(_folded(c) in _TITLES[2:] for c in cells)),
        None,
    )
    if heading is None:
        raise InputError(
            Problem(
                message="no row of titles with a Date: this is no table of supervisory scenarios.",
                file=label,
            )
        )
    titles = [" ".join(cell.split()) for cell in rows[heading][1]]
    refuse_twins(titles, file=label, line=rows[heading][0])
    folded = [_folded(title) for title in titles]
    dated = next(i for i, title in enumerate(folded) if title in _TITLES[2:])
    named = next((i for i, title in enumerate(folded) if title in _TITLES[:2]), None)
    problems: list[Problem] = []
    values: dict[Quarter, dict[str, float]] = {}
    names: list[str] = []
    for line, cells in rows[heading + 1 :]:
        quarter = _quarter(cells[dated]) if dated < len(cells) else None
        if quarter is None:
            if sum(bool(cell.strip()) for cell in cells) > 2:
                problems.append(
                    Problem(
                        message=f"'{cells[dated] if dated < len(cells) else ''}' is no quarter.",
                        file=label,
                        line=line,
                        column=dated + 1,
                        hint="Write 2025 Q1.",
                    )
                )
            continue
        if quarter in values:
            problems.append(
                Problem(message=f"{quarter_text(quarter)} stands twice.", file=label, line=line)
            )
        if named is not None and named < len(cells) and cells[named].strip() not in names:
            names.append(cells[named].strip())
        values[quarter] = _row(
            cells, titles, skip={dated, named}, label=label, line=line, problems=problems
        )
    if problems:
        raise InputError(problems)
    if not values:
        raise InputError(Problem(message="holds no quarter.", file=label))
    words = " ".join(folded)
    international = "euro area" in words or ("exchange rate" in words and "treasury" not in words)
    if not international and "treasury" not in words:
        raise InputError(
            Problem(
                message="neither Treasury yields nor the euro area among its columns: this is no table of "
                "supervisory scenarios.",
                file=label,
            )
        )
    return FedTable(
        file=label,
        scenario=names[0] if names else file.stem,
        kind="international" if international else "domestic",
        titles=tuple(t for i, t in enumerate(titles) if i not in (dated, named) and t),
        rows=values,
    )


def _row(
    cells: Sequence[str],
    titles: Sequence[str],
    *,
    skip: set[int | None],
    label: str,
    line: int,
    problems: list[Problem],
) -> dict[str, float]:
    found = {}
    for column, cell in enumerate(cells):
        text = cell.strip().replace(",", "").rstrip("%")
        if column in skip or column >= len(titles) or text.casefold() in _MISSING:
            continue
        try:
            found[titles[column]] = float(text)
        except ValueError:
            problems.append(
                Problem(
                    message=f"column '{titles[column]}': '{cell}' is not a number.",
                    file=label,
                    line=line,
                    column=column + 1,
                )
            )
    return found


def _text_of(file: Path) -> str:
    raw = read_small(file, most=_LARGEST, wanted="table of supervisory scenarios")
    if b"\0" in raw:
        raise InputError(Problem(message="no table of supervisory scenarios.", file=file.name))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _quarter(text: str) -> Quarter | None:
    match = _DATE.fullmatch(text.strip().upper())
    if match is None:
        return None
    return int(match["y"] or match["y2"]), int(match["q"] or match["q2"])


def quarter_before(quarter: Quarter) -> Quarter:
    """Return the quarter before."""
    year, number = quarter
    return (year - 1, 4) if number == 1 else (year, number - 1)


def quarter_end(quarter: Quarter) -> datetime.date:
    """Return the last day of a quarter."""
    year, number = quarter
    month = 3 * number
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def quarter_text(quarter: Quarter) -> str:
    """Write a quarter as the tables do: ``2025 Q1``."""
    return f"{quarter[0]} Q{quarter[1]}"
