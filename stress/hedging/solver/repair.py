"""From an interior point's amounts to hedges that keep every limit exactly."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.solver.program import Program

__all__ = ["Repair"]


class Repair:
    """Moves amounts by rounding errors so that no limit is breached.

    Parameters
    ----------
    program : Program
        Raw units.
    anchor : ndarray, shape (n,), or None
        Feasible amounts, preferably with slack; the lower bounds are taken when they are feasible and none is given.
    """

    def __init__(self, program: Program, anchor: FloatArray | None) -> None:
        self.program = program
        self.anchor = anchor
        self.reach = program.reach()
        if anchor is None and program.violation(program.lower) <= 0.0:
            self.anchor = program.lower
        self.anchor_values: tuple[float, ...] | None = None

    def repaired(self, amounts: FloatArray) -> list[FloatArray]:
        """Return hedges near some amounts, nothing bought and sold at once; most likely the best first."""
        program = self.program
        netted = np.maximum(program.amounts(program.trades(amounts)), program.lower)
        return self._feasible(self._on_equalities(netted))

    def _on_equalities(self, amounts: FloatArray) -> FloatArray:
        """Shift amounts that are off their bounds until the equalities hold."""
        program = self.program
        if not program.equal.any():
            return amounts
        rows = program.rows[program.equal]
        for _ in range(2):
            missing = program.limit[program.equal] - rows @ amounts
            room = np.minimum(amounts - program.lower, self.reach - amounts).clip(0.0)
            pull = rows * room
            shift, *_ = np.linalg.lstsq(pull, missing, rcond=1e-12)
            amounts = np.clip(amounts + room * shift, program.lower, program.upper)
        return np.asarray(amounts)

    def _feasible(self, amounts: FloatArray) -> list[FloatArray]:
        """Amounts pulled towards the anchor until every row and tail limit holds.

        Where the anchor itself has no slack the amounts stand too: they count if the breach is within rounding.
        """
        program, anchor = self.program, self.anchor
        if anchor is None:
            return [amounts]
        keep = 1.0
        excess = program.row_values(amounts) - program.limit
        for i in np.flatnonzero((excess > 0.0) & ~program.equal):
            slack = program.limit[i] - program.row_values(anchor)[i]
            keep = min(keep, max(slack, 0.0) / (max(slack, 0.0) + excess[i]))
        if any(np.isfinite(term.limit) for term in program.terms):
            if self.anchor_values is None:
                held = program.trades(anchor)
                self.anchor_values = tuple(term.value(held) for term in program.terms)
            trades = program.trades(amounts)
            for term, base in zip(program.terms, self.anchor_values, strict=True):
                if np.isfinite(term.limit):
                    over = term.value(trades) - term.limit
                    slack = max(term.limit - base, 0.0)
                    if over > 0.0:
                        keep = min(keep, slack / (slack + over))
        if keep >= 1.0:
            return [amounts]
        pulled = np.asarray(anchor + keep * (amounts - anchor))
        return [pulled] if keep > 1.0 - 1e-8 else [amounts, pulled]
