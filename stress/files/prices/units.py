"""Levels whose size fits no market in the unit of their factor: a `scale` forgotten, or stated for another file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.roles import VOLATILITY
from stress.files.prices.findings import Finding

__all__ = ["check_units"]

#: Fewer levels prove nothing.
_LEAST = 20
#: A yield or spread that is mostly beyond 100 %, or moves by more than 100bp on the median session: medians, for a
#: default to have its days of thousands (Greece 2012, Argentina 2001).
_LARGEST_LEVEL, _LARGEST_MOVE = 1.0, 0.01
#: One that is mostly below 20bp and moves by less than 0.15bp (standard deviation): a yield a hundred times too small.
#: Both, for yields under control of a central bank (Japan 2017) are low and fixings (Euribor 2017) are slow.
_SMALL_LEVEL, _SMALL_MOVE = 20e-4, 0.15e-4
#: Indices of implied volatility, with room for those of currencies (5) and of coins (100).
_VOLATILITIES = (1.0, 300.0)
#: What levels are quoted in: decimals, per cent, basis points; points, and decimals of points.
_SCALES_BP, _SCALES_PTS = (1.0, 0.01, 0.0001), (1.0, 100.0, 0.01)


@dataclass(frozen=True, slots=True)
class _Size:
    """How large a series is, in the inside unit of its factor: median level, median move, deviation of moves."""

    level: float
    move: float
    deviation: float

    def times(self, factor: float) -> _Size:
        return _Size(self.level * factor, self.move * factor, self.deviation * factor)


def check_units(
    definitions: FactorDefinitions, names: Sequence[str], levels: FloatArray
) -> list[Finding]:
    """Find factors in bp, and volatility indices, whose levels or moves no market has in that unit.

    Relative factors are ratios and have no unit; points of another index may be of any size.

    Parameters
    ----------
    definitions : FactorDefinitions
    names : sequence of str, length N
    levels : ndarray of shape (T, N)
        nan where blank.

    Returns
    -------
    list of Finding
        At most one a factor.
    """
    column = {name: n for n, name in enumerate(names)}
    found = []
    for factor in definitions.factors:
        if factor.unit != "bp" and factor.role != VOLATILITY:
            continue
        for ticker in factor.series:
            size = _size(levels[:, column[ticker]]) if ticker in column else None
            if size is None or _possible(factor, size.times(factor.scale)):
                continue
            found.append(
                Finding(
                    code="unit",
                    subject=factor.name,
                    message=f"factor '{factor.name}' reads '{ticker}' as {_said(factor, size.times(factor.scale))}: "
                    f"no market does (scale is {factor.scale:g}).",
                    remedy=_remedy(factor, size),
                    file=definitions.source,
                )
            )
            break
    return found


def _size(levels: FloatArray) -> _Size | None:
    there = levels[np.isfinite(levels)]
    moves = np.diff(there)
    if len(there) < _LEAST or not moves.any():
        return None
    return _Size(
        float(np.median(np.abs(there))), float(np.median(np.abs(moves))), float(moves.std())
    )


def _possible(factor: FactorDefinition, size: _Size) -> bool:
    if factor.unit == "bp":
        large = size.level > _LARGEST_LEVEL or size.move > _LARGEST_MOVE
        return not large and not (size.level < _SMALL_LEVEL and size.deviation < _SMALL_MOVE)
    smallest, largest = _VOLATILITIES
    return smallest <= size.level <= largest


def _said(factor: FactorDefinition, size: _Size) -> str:
    inside = 1e-4 if factor.unit == "bp" else 1.0
    level, move = (_short(value / inside) + factor.unit for value in (size.level, size.deviation))
    return f"mostly {level} with a daily standard deviation of {move}"


def _short(value: float) -> str:
    return (
        f"{value:,.0f}" if value >= 1_000.0 else f"{value:.2g}" if value < 10.0 else f"{value:.3g}"
    )


def _remedy(factor: FactorDefinition, size: _Size) -> str:
    scales = _SCALES_BP if factor.unit == "bp" else _SCALES_PTS
    fit = [scale for scale in scales if _possible(factor, size.times(scale))]
    if len(fit) != 1:
        return "Correct its scale, or the file"
    return f"Set scale = {fit[0]:g}, which makes it {_said(factor, size.times(fit[0]))}"
