"""Duals as prices: what one more unit of a binding limit is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.problem import HedgeProblem
from stress.hedging.solver.active_set import ActiveSetSolution
from stress.hedging.solver.program import Program

__all__ = ["LimitPrice", "limit_prices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPrice:
    """By how much the objective falls when a binding limit is one unit wider.

    Parameters
    ----------
    constraint : str
        Name of the constraint.
    line : str or None
        The line whose bound binds; None for rows and tail limits.
    kind : {'row', 'upper', 'lower', 'tail'}
        What binds: a row, the largest purchase or sale, a required amount, a tail limit.
    limit : float
        The limit, in its own unit.
    price : float
        Objective lowered by one more unit of the limit, > 0 (signed for equalities). [currency per unit]
    equal : bool
        Whether the limit is an equality.
    unit : str
        Of the limit: the currency's code, "USD of exposure", "share", "unit" of a line.
    """

    constraint: str
    line: str | None
    kind: str
    limit: float
    price: float
    equal: bool = False
    unit: str = "unit"

    def __str__(self) -> str:
        where = f"{self.constraint} of {self.line}" if self.line else self.constraint
        return f"one more {self.unit} of {where} (now {self.limit:g}) lowers the objective by {self.price:.6g}"


def limit_prices(
    problem: HedgeProblem, program: Program, solution: ActiveSetSolution
) -> tuple[LimitPrice, ...]:
    """Prices of the limits that bind at a solution.

    Parameters
    ----------
    problem : HedgeProblem
        For names.
    program : Program
        The problem compiled.
    solution : ActiveSetSolution
        Its optimum with multipliers.

    Returns
    -------
    tuple of LimitPrice
        Largest effect first; a price below 1e-9 of the objective per relative unit is no price.
    """
    floor = 1e-7 * max(abs(solution.certificate.upper), solution.certificate.floor)
    units = {constraint.name: problem.unit_of(constraint) for constraint in problem.constraints}
    priced = [
        *_row_prices(program, solution, units),
        *_tail_prices(program, solution, units),
        *_bound_prices(problem, program, solution),
    ]
    priced.sort(key=lambda pair: -pair[0])
    return tuple(price for effect, price in priced if effect > floor)


def _row_prices(
    program: Program, solution: ActiveSetSolution, units: Mapping[str, str]
) -> Iterator[tuple[float, LimitPrice]]:
    """Yield what binding rows cost, with the effect of doubling them."""
    value = program.row_values(solution.amounts)
    size = np.maximum(np.abs(program.rows) @ solution.amounts, np.abs(program.limit))
    for i, name in enumerate(program.row_names):
        price = float(solution.multipliers.rows[i])
        if program.equal[i] or value[i] >= program.limit[i] - 1e-5 * size[i]:
            yield (
                abs(price) * size[i],
                LimitPrice(
                    constraint=name,
                    line=None,
                    kind="row",
                    limit=float(program.limit[i]),
                    price=price,
                    equal=bool(program.equal[i]),
                    unit=units[name],
                ),
            )


def _tail_prices(
    program: Program, solution: ActiveSetSolution, units: Mapping[str, str]
) -> Iterator[tuple[float, LimitPrice]]:
    """Yield what binding limits of tails cost."""
    for term, part, value in zip(
        program.terms, solution.multipliers.terms, solution.values, strict=True
    ):
        price = part.theta - term.weight
        if not np.isfinite(term.limit) or price <= 0.0:
            continue
        if value >= term.limit - 1e-5 * abs(term.limit):
            yield (
                price * abs(term.limit),
                LimitPrice(
                    constraint=term.name,
                    line=None,
                    kind="tail",
                    limit=term.limit,
                    price=price,
                    unit=units[term.name],
                ),
            )


def _bound_prices(
    problem: HedgeProblem, program: Program, solution: ActiveSetSolution
) -> Iterator[tuple[float, LimitPrice]]:
    """Yield what binding bounds of lines cost."""
    amounts, reduced = solution.amounts, _reduced_costs(program, solution)
    for j in range(program.sides):
        upper, lower = program.upper[j], program.lower[j]
        at_upper = np.isfinite(upper) and amounts[j] >= upper * (1.0 - 1e-6) and reduced[j] < 0.0
        at_lower = lower > 0.0 and amounts[j] <= lower * (1.0 + 1e-6) and reduced[j] > 0.0
        if not (at_upper or at_lower):
            continue
        bound = upper if at_upper else lower
        yield (
            abs(reduced[j]) * bound,
            LimitPrice(
                constraint=program.bound_names[j] if program.bound_names else "line limits",
                line=problem.lines[program.line[j]],
                kind="upper" if at_upper else "lower",
                limit=float(program.sign[j] * bound),
                price=float(abs(reduced[j])),
            ),
        )


def _reduced_costs(program: Program, solution: ActiveSetSolution) -> FloatArray:
    """Slope of the Lagrangian in every side, shape (n,)."""
    duals, amounts = solution.multipliers, solution.amounts
    slope = np.zeros(program.lines)
    for term, part in zip(program.terms, duals.terms, strict=True):
        slope -= part.weights @ term.unit_pnl[part.draws]
    if program.variance_weight:
        assert program.covariance is not None
        assert program.covariance_with_book is not None
        slope += (
            2.0
            * program.variance_weight
            * (program.covariance @ program.trades(amounts) + program.covariance_with_book)
        )
    reduced = program.cost + program.sign * slope[program.line] + program.rows.T @ duals.rows
    root = np.sqrt(amounts)
    if program.impact is not None:
        reduced = reduced + 1.5 * program.impact * root
    if program.row_impact is not None:
        reduced = reduced + 1.5 * (duals.rows @ program.row_impact) * root
    return np.asarray(reduced)
