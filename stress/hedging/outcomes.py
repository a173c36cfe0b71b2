"""What the solver is given: draws of book and candidates, and what trading costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem

__all__ = ["Costs", "Outcomes"]

_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """One law's draws of the book and of one unit of every candidate, on common random numbers.

    Parameters
    ----------
    name : str
        Of the generator or scenario.
    pnl : ndarray, shape (S,)
        P&L of the unhedged book, gain positive. [currency]
    unit_pnl : ndarray, shape (S, M)
        P&L of one unit of each line, fully revalued, before `Costs`. [currency per unit]
    weights : ndarray, shape (S,), optional
        Probabilities; equal when omitted.

    Raises
    ------
    InputError
        On shapes that do not fit, values that are not finite, weights that are no probabilities.
    """

    name: str
    pnl: FloatArray
    unit_pnl: FloatArray
    weights: FloatArray | None = None

    def __post_init__(self) -> None:
        pnl = np.asarray(self.pnl, dtype=np.float64)
        unit = np.asarray(self.unit_pnl, dtype=np.float64)
        problems: list[str] = []
        if pnl.ndim != 1 or pnl.size == 0:
            problems.append(f"P&L must be one number a draw, got shape {pnl.shape}")
        elif unit.ndim != 2 or unit.shape[0] != pnl.size:
            problems.append(f"unit P&L must have shape ({pnl.size}, lines), got {unit.shape}")
        else:
            if not np.isfinite(pnl).all():
                draw = int(np.flatnonzero(~np.isfinite(pnl))[0])
                problems.append(f"the book's P&L is {pnl[draw]} in draw {draw}")
            place = _first_not_finite(unit)
            if place is not None:
                problems.append(f"unit P&L is {unit[place]} in draw {place[0]} of line {place[1]}")
        weights = self.weights
        if weights is not None and not problems:
            weights = np.asarray(weights, dtype=np.float64)
            if weights.shape != pnl.shape:
                problems.append(f"weights have shape {weights.shape}, P&L {pnl.shape}")
            elif not (np.isfinite(weights).all() and (weights >= 0.0).all()):
                problems.append("weights must be finite and not negative")
            elif abs(weights.sum() - 1.0) > 1e-9:
                problems.append(f"weights sum to {weights.sum():.12g}, not to 1")
        if problems:
            raise InputError([Problem(message=f"outcomes '{self.name}': {p}.") for p in problems])
        object.__setattr__(self, "pnl", pnl)
        object.__setattr__(self, "unit_pnl", unit)
        object.__setattr__(self, "weights", weights)

    @property
    def lines(self) -> int:
        """Number of lines."""
        return int(self.unit_pnl.shape[1])


def _first_not_finite(values: FloatArray) -> tuple[int, int] | None:
    """Place of the first value that is not finite, without a mask of the whole matrix."""
    for at in range(0, values.shape[0], _ROWS_AT_ONCE):
        block = values[at : at + _ROWS_AT_ONCE]
        with np.errstate(over="ignore", invalid="ignore"):
            fine = np.isfinite(block.sum())
        if not fine:
            rows, columns = np.nonzero(~np.isfinite(block))
            if rows.size:
                return int(at + rows[0]), int(columns[0])
    return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costs:
    """All-in cost of trading one unit, paid now and not contained in the unit P&L.

    Parameters
    ----------
    buy, sell : ndarray, shape (M,)
        Half-spread, commission, borrow: per unit bought and per unit sold, >= 0. [currency per unit]
    impact : ndarray, shape (M,), optional
        Coefficient of |trade|^(3/2): the square-root law. [currency per unit^(3/2)]
    """

    buy: FloatArray
    sell: FloatArray
    impact: FloatArray | None = None

    def __post_init__(self) -> None:
        problems = []
        for word in ("buy", "sell", "impact"):
            value = getattr(self, word)
            if value is None:
                continue
            value = np.asarray(value, dtype=np.float64)
            object.__setattr__(self, word, value)
            bad = np.flatnonzero(~(np.isfinite(value) & (value >= 0.0)))
            problems += [
                Problem(
                    message=f"{word} cost of line {j} is {value[j]}: a cost is finite and not negative."
                )
                for j in bad
            ]
        if problems:
            raise InputError(problems)

    @classmethod
    def free(cls, lines: int) -> Costs:
        """No cost at all."""
        return cls(buy=np.zeros(lines), sell=np.zeros(lines))

    def of(self, trades: FloatArray) -> float:
        """Cost of signed trades. [currency]."""
        bought, sold = np.maximum(trades, 0.0), np.maximum(-trades, 0.0)
        total = float(self.buy @ bought + self.sell @ sold)
        if self.impact is not None:
            total += float(self.impact @ np.abs(trades) ** 1.5)
        return total
