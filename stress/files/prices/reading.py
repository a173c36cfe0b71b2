"""Prices from files or memory: read, checked, joined on dates. What is doubtful is refused unless waived by name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.factors.definition import FactorDefinitions
from stress.factors.factor_names import taken_names
from stress.factors.moves import unmeasured
from stress.factors.prices import Prices
from stress.files.portfolio.frame import DataFrame
from stress.files.prices.checks import check_rows, check_series
from stress.files.prices.dates import check_future, check_holes, check_spacing, rows_are_days
from stress.files.prices.findings import Finding
from stress.files.prices.frame import frame_table, prices_table
from stress.files.prices.joins import JoinedSeries
from stress.files.prices.levels import implausible, not_positive
from stress.files.prices.members import missing_members
from stress.files.prices.names import plain_definitions, plain_names
from stress.files.prices.table import PriceTable, read_price_table
from stress.files.prices.units import check_units
from stress.files.prices.waivers import Judgement

__all__ = ["PriceSource", "Prices", "price_sources", "read_prices"]

_One = str | os.PathLike[str] | DataFrame | Prices
#: Price files, data frames, or prices in memory: one or several.
PriceSource = _One | Sequence[_One]


def price_sources(source: PriceSource) -> list[_One]:
    """Return what prices are read from, one after another."""
    if isinstance(source, (str, os.PathLike, DataFrame, Prices)):
        return [source]
    return list(source)


def read_prices(
    source: PriceSource,
    *,
    waive: Iterable[str] = (),
    factors: FactorDefinitions | None = None,
    only: Collection[str] | None = None,
) -> Prices:
    """Read prices into one table of levels.

    Parameters
    ----------
    source : path-like, DataFrame, Prices or a sequence of them
        Wide, long or single-series files, CSV or Parquet (see `stress.files.prices.table`), and what stands
        in memory. The dates of a series that stands in several are joined where they agree on those they share;
        one without dates of its own is compared with those before (`stress.files.prices.joins`).
    waive : iterable of str
        What to accept: a code (``"gap"``), a code and its subject (``"jump:PCG"``,
        ``"stray-row:2018-03-07"``). What was waived stands in the result's warnings. Waived rows
        (``weekend``, ``stray-row``) are dropped, ``unsorted`` is sorted, of a ``duplicate-date`` the
        last row stands, ``empty`` series are dropped; everything else is kept as it is. What the
        warnings of `Prices` say was waived is not asked again.
    factors : FactorDefinitions, optional
        What they are read for: which series are differenced (yields, spreads, index levels), and which must be
        there. A member of a basket that is waived (``"missing-member:XYZ"``) stands in no warning of the result:
        it is nothing of the prices, and a model says which members it lacks.
    only : collection of str, optional
        Series to keep; what is doubtful about the others alone is not judged.

    Returns
    -------
    Prices
        Rows are the days on which at least one price (or, without any price, one level) stands. Names
        are written as books write them (`stress.files.prices.names`).

    Raises
    ------
    InputError
        Every problem of every file at once, each with its place and how to waive it.
    """
    given = price_sources(source)
    if not given:
        raise InputError("no price file was given.")
    tables = _tables(given)
    definitions = None if factors is None else plain_definitions(factors)
    differenced = frozenset[str]() if definitions is None else definitions.differenced
    ignored: set[str] = set()
    if only is not None:
        ignored = {name for table in tables for name in table.names} - plain_names(only)
    before = [line for one in given if isinstance(one, Prices) for line in one.warnings]
    judgement = Judgement(waive, ignored=ignored, before=before)
    problems: list[Problem] = []
    tidy = []
    for table in tables:
        found = check_rows(table, differenced, daily=rows_are_days(table))
        found += [*check_future(table), *check_spacing(table)]
        judgement.hear(found)
        problems.extend(not_positive(table, {*differenced, *ignored}))
        problems.extend(implausible(table, differenced, ignored))
        tidy.append(_tidied(table, found))
    dates, names, levels, files, doubts = _joined(tidy, differenced)
    judgement.hear(doubts)
    doubts = check_series(dates, names, levels, files=files, differenced=differenced)
    blank = {finding.subject for finding in doubts if finding.code == "gap"}
    judgement.hear(doubts)
    judgement.hear(check_holes(dates, names, levels, files=files, blank=blank))
    if definitions is not None:
        problems.extend(unmeasured(definitions, names))
        problems.extend(taken_names(definitions, names))
        judgement.hear(missing_members(definitions, set(names)))
        judgement.hear(check_units(definitions, names, levels))
    problems.extend(judgement.problems)
    if problems:
        raise InputError(problems)

    empty = {finding.subject for finding in judgement.accepted if finding.code == "empty"}
    kept = [n for n, name in enumerate(names) if name not in empty and name not in ignored]
    return Prices(
        dates=tuple(dates),
        names=tuple(names[n] for n in kept),
        levels=levels[:, kept],
        content_hash=_content_hash(given, tables),
        sources=_sources(given, tables),
        warnings=judgement.warnings,
    )


def _tables(given: Sequence[_One]) -> list[PriceTable]:
    problems: list[Problem] = []
    tables: list[PriceTable] = []
    frames = sum(isinstance(one, DataFrame) for one in given)
    framed = 0
    for one in given:
        try:
            if isinstance(one, Prices):
                tables.append(prices_table(one))
            elif isinstance(one, DataFrame):
                framed += 1
                label = f"DataFrame {framed}" if frames > 1 else "DataFrame"
                tables.append(frame_table(one, label=label))
            else:
                tables.append(read_price_table(one))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tables


def _content_hash(given: Sequence[_One], tables: Sequence[PriceTable]) -> str:
    if len(given) == 1 and isinstance(given[0], Prices):
        return given[0].content_hash
    return hashlib.sha256("".join(table.digest for table in tables).encode()).hexdigest()


def _sources(given: Sequence[_One], tables: Sequence[PriceTable]) -> tuple[tuple[str, str], ...]:
    """Return what was read; of prices read before what they were read from."""
    sources: list[tuple[str, str]] = []
    for one, table in zip(given, tables, strict=True):
        before = one.sources if isinstance(one, Prices) else ()
        sources.extend(before or [(Path(table.file).name, table.digest)])
    return tuple(sources)


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
    """All series on the days that have a price; a series of several files is joined or compared."""
    with_price = [
        table.dates[np.isfinite(table.levels[:, priced]).any(axis=1)]
        for table in tables
        if (priced := [n for n, name in enumerate(table.names) if name not in differenced])
    ]
    days = np.unique(np.concatenate(with_price or [table.dates for table in tables]))
    series: dict[str, JoinedSeries] = {}
    doubts: list[Finding] = []
    for table in tables:
        row = np.searchsorted(days, table.dates)
        row = np.minimum(row, max(len(days) - 1, 0))
        here = days[row] == table.dates if len(days) else np.zeros(len(row), dtype=bool)
        levels = np.full((len(days), len(table.names)), np.nan)
        levels[row[here]] = table.levels[here]
        for n, name in enumerate(table.names):
            if name in series:
                doubts.extend(series[name].take(levels[:, n], table.file))
            else:
                series[name] = JoinedSeries(
                    name, days, levels[:, n], table.file, absolute=name in differenced
                )
    columns = [one.levels for one in series.values()]
    joined = np.column_stack(columns) if columns else np.empty((len(days), 0))
    files = [one.file for one in series.values()]
    return [str(day) for day in days], list(series), joined, files, doubts
