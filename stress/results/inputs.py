"""What the books and scenarios of one run must keep together."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.factors.sameness import same_model
from stress.scenarios.propagation import complete
from stress.scenarios.recorded_names import check_recorded_names
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.twice import given_twice

__all__ = ["one_model", "recorded_notes", "require_distinct"]


def one_model(books: Sequence[Book]) -> FactorModel:
    """Return the model that all books stand on; their names must differ."""
    if not books:
        raise InputError("no portfolio to run.")
    names = [book.portfolio.name for book in books]
    twice = given_twice(names)
    if twice:
        raise InputError(
            f"portfolio name(s) given twice: {', '.join(twice)}. Give each book once, or under a name of its own "
            "(in Python load_portfolio(..., name=...))."
        )
    model = books[0].model
    other = [book.portfolio.name for book in books if not same_model(model, book.model)]
    if other:
        raise InputError(
            f"{', '.join(other)}: on another model than {names[0]} ({model.id}). A run has one model."
        )
    return model


def require_distinct(scenarios: Sequence[Scenario]) -> None:
    """Refuse ids that are given twice."""
    ids = [scenario.id for scenario in scenarios]
    twice = given_twice(ids)
    if twice:
        raise InputError(f"scenario id(s) given twice: {', '.join(twice)}.")


def recorded_notes(
    scenarios: Sequence[Scenario],
    model: FactorModel,
    *,
    severity: float,
    judged_by: FactorModel | None = None,
) -> dict[str, dict[str, str]]:
    """Return what is to be said of recorded names, by scenario and name; contradictions are refused, all at once.

    Parameters
    ----------
    scenarios : sequence of Scenario
        With recorded names.
    model : FactorModel
        Of the run.
    severity : float
        Of the run: a record is of the scenario as it is written.
    judged_by : FactorModel, optional
        Whose law says what contradicts: a law that a run stresses says nothing of a record. `model` when omitted.
    """
    problems: list[Problem] = []
    notes: dict[str, dict[str, str]] = {}
    for scenario in scenarios:
        completed = complete(scenario, model)
        found, said = check_recorded_names(scenario, model, completed)
        if judged_by is not None:
            found, _ = check_recorded_names(scenario, judged_by, complete(scenario, judged_by))
        problems += found
        notes[scenario.id] = said if severity == 1.0 else {}
    if problems:
        raise InputError(problems)
    return notes
