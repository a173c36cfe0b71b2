"""Price files: read, checked, joined on dates. What is doubtful is refused unless waived by name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from shlex import quote

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.prices import Prices
from stress.files.price_checks import CODES, Finding, check_rows, check_series
from stress.files.price_levels import implausible, not_positive
from stress.files.price_table import PriceTable, read_price_table

__all__ = ["Prices", "read_prices"]

#: Two files may give a series moves this far apart before they disagree.
DISAGREE = 0.01
#: Findings of one kind that are told one by one.
MANY = 25


def read_prices(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    waive: Iterable[str] = (),
    differenced: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Prices:
    """Read price files into one table of levels.

    Parameters
    ----------
    paths : path-like or sequence of them
        Wide, long or single-series files, CSV or Parquet (see `stress.files.price_table`). A series
        that stands in several files is taken from the first, and compared.
    waive : iterable of str
        What to accept: a code (``"gap"``), a code and its subject (``"jump:PCG"``,
        ``"stray-row:2018-03-07"``). What was waived stands in the result's warnings. Waived rows
        (``weekend``, ``stray-row``) are dropped, ``unsorted`` is sorted, of a ``duplicate-date`` the
        last row stands, ``empty`` series are dropped; everything else is kept as it is.
    differenced : collection of str
        Series whose differences are used, not returns: yields, spreads, index levels.
    only : collection of str, optional
        Series to keep; what is doubtful about the others alone is not judged.

    Returns
    -------
    Prices
        Rows are the days on which at least one price (or, without any price, one level) stands.

    Raises
    ------
    InputError
        Every problem of every file at once, each with its place and how to waive it.
    """
    given: Sequence[str | os.PathLike[str]] = (
        [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    )
    if not given:
        raise InputError("no price file was given.")
    waivers = _waivers(waive)
    problems: list[Problem] = []
    tables: list[PriceTable] = []
    for path in given:
        try:
            tables.append(read_price_table(path))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)

    ignored: set[str] = set()
    if only is not None:
        ignored = {name for table in tables for name in table.names} - set(only)
    accepted: list[Finding] = []
    refused: list[Finding] = []

    def judge(found: Iterable[Finding]) -> None:
        for finding in found:
            if finding.subject in ignored:
                continue
            if finding.code in waivers or f"{finding.code}:{finding.subject}" in waivers:
                accepted.append(finding)
            else:
                refused.append(finding)

    tidy = []
    for table in tables:
        found = check_rows(table, differenced)
        judge(found)
        problems.extend(not_positive(table, {*differenced, *ignored}))
        problems.extend(implausible(table, differenced, ignored))
        tidy.append(_tidied(table, found))
    dates, names, levels, files, doubts = _joined(tidy, differenced)
    judge(doubts)
    judge(check_series(dates, names, levels, files=files, differenced=differenced))
    problems.extend(_told(refused))
    if problems:
        raise InputError(problems)

    empty = {finding.subject for finding in accepted if finding.code == "empty"}
    kept = [n for n, name in enumerate(names) if name not in empty and name not in ignored]
    sources = tuple((Path(table.file).name, table.digest) for table in tables)
    return Prices(
        dates=tuple(dates),
        names=tuple(names[n] for n in kept),
        levels=levels[:, kept],
        content_hash=hashlib.sha256("".join(d for _, d in sources).encode()).hexdigest(),
        sources=sources,
        warnings=(
            *(f"waived {finding.code}: {finding.message}" for finding in accepted),
            *_unused(waivers, accepted),
        ),
    )


def _waivers(waive: Iterable[str]) -> frozenset[str]:
    entries = [entry.strip() for text in waive for entry in text.split(",") if entry.strip()]
    problems = []
    for entry in entries:
        code, colon, subject = entry.partition(":")
        if code not in CODES:
            known = did_you_mean(code, CODES) or f"Known: {', '.join(CODES)}."
            problems.append(
                Problem(message=f"--waive {entry}: '{code}' is no kind of problem.", hint=known)
            )
        elif colon and not subject:
            problems.append(Problem(message=f"--waive {entry}: names nothing after the colon."))
    if problems:
        raise InputError(problems)
    return frozenset(entries)


def _told(refused: Sequence[Finding]) -> list[Problem]:
    """Tell each finding, of many of one kind the first few."""
    told: list[Problem] = []
    for code in CODES:
        found = [finding for finding in refused if finding.code == code]
        told.extend(finding.problem for finding in found[:MANY])
        if len(found) > MANY:
            told.append(Problem(message=f"and {len(found) - MANY} more of the kind '{code}'."))
    if len(refused) > 1:
        told.append(
            Problem(
                message=f"{len(refused)} findings in all.",
                hint=f"Accept them, once looked at, with {_waive_all(refused)}",
                sums_up=True,
            )
        )
    return told


def _waive_all(refused: Sequence[Finding]) -> str:
    """Return the options that accept every finding: one by one, or a whole kind where it has many."""
    options = []
    for code in CODES:
        subjects = list(dict.fromkeys(one.subject for one in refused if one.code == code))
        entries = [code] if len(subjects) > MANY else [f"{code}:{subject}" for subject in subjects]
        options += [f"--waive {quote(entry)}" for entry in entries]
    return " ".join(options)


def _unused(waivers: frozenset[str], accepted: Sequence[Finding]) -> tuple[str, ...]:
    used = {finding.code for finding in accepted}
    used_with = {f"{finding.code}:{finding.subject}" for finding in accepted}
    return tuple(
        f"waiver {entry} was not needed."
        for entry in sorted(waivers)
        if entry not in used_with
        and entry not in used
        and entry.partition(":")[0] != "missing-member"  # the calibration's to say
    )


def _tidied(table: PriceTable, found: Sequence[Finding]) -> PriceTable:
    """Sorted, without stray and weekend rows, one row a date: what remains when those are waived."""
    drop = {f.subject for f in found if f.code in ("weekend", "stray-row")}
    order = np.argsort(table.dates, kind="stable")
    dates = table.dates[order]
    last = np.append(dates[1:] != dates[:-1], True)
    keep = order[last & ~np.isin(dates, sorted(drop))]
    return PriceTable(
        file=table.file,
        digest=table.digest,
        dates=table.dates[keep],
        lines=table.lines[keep],
        names=table.names,
        levels=table.levels[keep],
    )


def _joined(
    tables: Sequence[PriceTable], differenced: Collection[str]
) -> tuple[list[str], list[str], FloatArray, list[str], list[Finding]]:
    """All series on the days that have a price; a series of two files is compared."""
    with_price = [
        table.dates[np.isfinite(table.levels[:, priced]).any(axis=1)]
        for table in tables
        if (priced := [n for n, name in enumerate(table.names) if name not in differenced])
    ]
    days = np.unique(np.concatenate(with_price or [table.dates for table in tables]))
    names: list[str] = []
    files: list[str] = []
    columns: list[FloatArray] = []
    doubts: list[Finding] = []
    place: dict[str, int] = {}
    for table in tables:
        row = np.searchsorted(days, table.dates)
        row = np.minimum(row, max(len(days) - 1, 0))
        here = days[row] == table.dates if len(days) else np.zeros(len(row), dtype=bool)
        levels = np.full((len(days), len(table.names)), np.nan)
        levels[row[here]] = table.levels[here]
        for n, name in enumerate(table.names):
            if name in place:
                doubts.extend(
                    _compared(
                        name,
                        days,
                        columns[place[name]],
                        levels[:, n],
                        files[place[name]],
                        table.file,
                        absolute=name in differenced,
                    )
                )
                continue
            place[name] = len(names)
            names.append(name)
            files.append(table.file)
            columns.append(levels[:, n])
    joined = np.column_stack(columns) if columns else np.empty((len(days), 0))
    return [str(day) for day in days], names, joined, files, doubts


def _compared(
    name: str,
    days: np.ndarray[tuple[int], np.dtype[np.str_]],
    first: FloatArray,
    second: FloatArray,
    first_file: str,
    second_file: str,
    *,
    absolute: bool,
) -> list[Finding]:
    """Compare moves, not levels: sources adjust for dividends from different days."""
    both = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    if len(both) < 2:
        return []
    a, b = first[both], second[both]
    if absolute:
        apart = np.abs(np.diff(a) - np.diff(b)) / max(float(np.abs(a).mean()), 1e-12)
    else:
        apart = np.abs(a[1:] / a[:-1] - b[1:] / b[:-1])
    wide = np.flatnonzero(apart > DISAGREE)
    if not len(wide):
        return []
    worst = int(wide[np.argmax(apart[wide])])
    return [
        Finding(
            code="disagree",
            subject=name,
            message=f"'{name}' moves differently in {Path(first_file).name} on {len(wide)} day(s), most on "
            f"{days[both[worst + 1]]} (by {apart[worst]:.1%}); the first file stands.",
            file=second_file,
        )
    ]
