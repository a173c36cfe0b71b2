"""Compounding along a path: growth of names, moves of factors, options that settle on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Driver, Option
from stress.simulation.revaluation import Moves
from stress.simulation.settling import SettledAt, settled_at, spot_on_the_way
from stress.simulation.valuation import names_moving

if TYPE_CHECKING:
    from stress.simulation.path import PathPlan

__all__ = ["walk"]


def walk(
    planned: PathPlan,
    steps: Iterable[tuple[FloatArray, Mapping[str, FloatArray]]],
    *,
    bridge: Callable[[int, str], FloatArray],
) -> FloatArray:
    """Compound the returns of each step, and value the book at the end of each.

    Parameters
    ----------
    planned : PathPlan
        The book and its steps.
    steps : iterable of (ndarray of shape (N, S), mapping of str to ndarray of shape (S,))
        Of each step in turn, simple returns of the book's names and moves of the factors that are read.
    bridge : callable
        Step and stream name to standard normals (S,), for options that settle inside it.

    Returns
    -------
    ndarray of shape (T, S)
        P&L since the start. [book currency]
    """
    book = planned.book
    growth = np.ones((len(book.names), 1))
    wealth = np.ones(1)
    level: Mapping[str, FloatArray] = {}
    settled: dict[SettledAt, FloatArray] = {}
    path = []
    for period, (moved, factors) in enumerate(steps):
        if planned.rebalance:
            gain = np.zeros(moved.shape[1])
            for value, row in zip(book.values, moved, strict=True):
                gain += (value / book.nav) * row
            wealth = wealth * np.maximum(1.0 + gain, 0.0)
            path.append(book.nav * (wealth - 1.0))
            continue
        before = growth
        growth = growth * (1.0 + moved)
        gained = np.zeros(moved.shape[1])
        path.append(gained)
        for value, row in zip(book.values, growth, strict=True):
            if value != 0.0:
                gained += value * (row - 1.0)
        if not planned.revaluations:
            continue
        now = _moves(planned, growth, _compounded(planned, level, factors))
        start = _moves(planned, before, level)
        settled |= _settlements(planned, period, start, now, bridge)
        level = now.factors
        for row in planned.revaluations[period].each(replace(now, settled=settled)):
            gained += row
    return np.array(path)


def _moves(planned: PathPlan, growth: FloatArray, level: Mapping[str, FloatArray]) -> Moves:
    """Return moves since the start of what is read; settlement needs no bridge of its own."""
    valuation = planned.revaluations[0].valuation
    index = planned.book.name_index
    names = {name: growth[index[name]] - 1.0 for name in names_moving(valuation)}
    still = np.zeros(1)
    factors = {name: level.get(name, still) for name in planned.factors_read}
    return Moves(names=names, factors=factors, bridge=lambda _: still)


def _compounded(
    planned: PathPlan, before: Mapping[str, FloatArray], step: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return moves of factors since the start: relative ones compound, others add up."""
    model = planned.book.model
    moved = {}
    for name in planned.factors_read:
        start = before.get(name, np.zeros(1))
        if model.factor(name).kind == "relative":
            moved[name] = (1.0 + start) * (1.0 + step[name]) - 1.0
        else:
            moved[name] = start + step[name]
    return moved


def _settlements(
    planned: PathPlan,
    period: int,
    start: Moves,
    end: Moves,
    bridge: Callable[[int, str], FloatArray],
) -> dict[SettledAt, FloatArray]:
    """Return the spot at which contracts settle that expire inside a step."""
    repriced = planned.revaluations[period]
    before = planned.revaluations[period - 1] if period else None
    first = before.sessions if before else 0
    days = repriced.elapsed_days - (before.elapsed_days if before else 0.0)
    found: dict[SettledAt, FloatArray] = {}
    for leg in (leg for legs in repriced.legs for leg in legs):
        option = leg.instrument
        if not isinstance(option, Option) or not repriced.has_settled(option):
            continue
        if before is not None and before.has_settled(option):
            continue
        if settled_at(option) in found:
            continue
        spot = Driver("spot", option.underlying)
        found[settled_at(option)] = spot_on_the_way(
            option,
            repriced.level(spot, start),
            repriced.level(spot, end),
            first=first,
            last=repriced.sessions,
            days=days,
            volatility=repriced.valuation.bridges[option.underlying],
            bridge=partial(bridge, period),
        )
    return found
