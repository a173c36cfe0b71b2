"""How a scenario's unstated factors are filled by a model: one line a factor, its betas under it."""

from __future__ import annotations

from collections.abc import Sequence

from stress.factors.history import effective_sessions
from stress.factors.model import FactorModel
from stress.reporting.filling import fill, together
from stress.results.result import Result
from stress.scenarios.propagation import Completed
from stress.scenarios.propagation_report import (
    Beta,
    PropagatedFactor,
    propagation_report,
    written_move,
)
from stress.tables import Column, percent, table_lines
from stress.units import INSIDE, Unit

__all__ = [
    "FILLED",
    "filled_rows",
    "filled_title",
    "followed",
    "propagation_page",
    "propagation_panel",
]

#: Columns of `filled_rows`.
FILLED = (
    Column(title="factor", align="left", most=24),
    Column(title="move"),
    Column(title="±sd"),
    Column(title="R²"),
    Column(title="in sd"),
    Column(title="largest seen"),
    Column(title="", align="left"),
)

#: Betas shown of a factor: those furthest from zero in standard errors.
_BETAS = 3
#: The move beside it is a simple one.
_COMPOUNDED = "Returns compound: ±sd of a factor in % is that of log(1 + move)."


def followed(result: Result) -> tuple[PropagatedFactor, ...]:
    """Return the factors of a run that follow what is stated; none where they are held still."""
    return result.propagated if result.propagation == "linked" else ()


def propagation_panel(result: Result) -> list[str]:
    """Return the lines of `propagation_page` of a result; none where nothing follows what is stated.

    Parameters
    ----------
    result : Result
        Of a run.
    """
    report = followed(result)
    return _lines(report, result.completed, result.pnl.plan.book.model) if report else []


def filled_title(completed: Completed, model: FactorModel) -> str:
    """Return the line above the rows."""
    return (
        f"FACTORS NOT STATED   filled by {model.id}: {completed.n_stated} stated, "
        f"{completed.distance:.1f} standard deviations out"
    )


def filled_rows(report: Sequence[PropagatedFactor]) -> list[list[str]]:
    """Return one row a factor that follows what is stated, with what is doubtful about it."""
    return [
        [
            line.factor,
            written_move(line.move, line.unit),
            written_move(line.sd, line.unit, signed=False),
            percent(line.r_squared, digits=0, signed=False),
            f"{line.extrapolation:+.1f}",
            "-"
            if line.largest_seen is None
            else written_move(abs(line.largest_seen), line.unit, signed=False),
            _doubt(line),
        ]
        for line in report
    ]


def propagation_page(completed: Completed, model: FactorModel) -> str:
    """Write the propagation report of a scenario.

    Parameters
    ----------
    completed : Completed
        A scenario completed on the model.
    model : FactorModel
        The same.
    """
    return "\n".join(_lines(propagation_report(completed, model), completed, model))


def _lines(
    report: Sequence[PropagatedFactor], completed: Completed, model: FactorModel
) -> list[str]:
    worth = effective_sessions(model, completed.horizon_days)
    fewer = effective_sessions(model, completed.horizon_days, of="volatilities")
    sessions = (
        "" if worth is None else f"; {worth:,.0f} effective sessions (volatilities {fewer:,.0f})"
    )
    title = filled_title(completed, model)
    if not report:
        return [*fill(title), "  none: every factor is stated, or none is"]
    lines = [*fill(title), *table_lines(FILLED, filled_rows(report), indent=2)]
    if completed.compound and any(line.unit == "%" for line in report):
        lines += fill(_COMPOUNDED, first="  ", under="  ")
    lines += [
        "",
        f"BETAS   move for one unit of what is stated, ± its error{sessions}",
    ]
    # A name that is stated moves in percent, as relative factors do.
    units: dict[str, Unit] = dict.fromkeys(completed.core_names, "%")
    units.update({factor.name: factor.unit for factor in model.factors})
    for line in report:
        betas = ", ".join(together(_beta(beta, line, units)) for beta in _telling(line))
        lines += fill(f"{line.factor}: {betas}", first="  ", under="    ")
    return lines


def _doubt(line: PropagatedFactor) -> str:
    if line.impossible:
        return "! below -100 %"
    if line.unseen:
        return "! never seen"
    return "unexplained" if line.unexplained else ""


def _telling(line: PropagatedFactor) -> list[Beta]:
    """Choose the betas furthest from zero in standard errors; the largest where there are no errors."""

    def weight(beta: Beta) -> float:
        error = beta.standard_error
        return abs(beta.value) / error if error else abs(beta.value)

    return sorted(line.betas, key=weight, reverse=True)[:_BETAS]


def _beta(beta: Beta, line: PropagatedFactor, units: dict[str, Unit]) -> str:
    """Write a beta in the units of the files: basis points for one percent, and so on."""
    unit = units[beta.on]
    scale = INSIDE[unit] / INSIDE[line.unit]
    error = "" if beta.standard_error is None else f" ± {scale * beta.standard_error:.2g}"
    pair = "" if unit == line.unit else f" {line.unit} a {unit.removesuffix('s')}"
    return f"{beta.on} {scale * beta.value:+.2g}{error}{pair}"
