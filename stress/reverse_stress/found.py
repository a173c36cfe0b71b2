"""`ReverseStress`: what a search found, as scenarios that can be saved and run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from stress.reverse_stress.answer import (
    ReverseStressAnswer,
    Value,
    answer_scenario,
    losses_one_at_a_time,
)
from stress.reverse_stress.precedent import beyond_sessions
from stress.scenarios.scenario import Scenario, usual_returns
from stress.simulation.book import Book
from stress.simulation.levels.floors import Floors

if TYPE_CHECKING:
    import pandas as pd

    from stress.results.manifest import Manifest

__all__ = ["FoundScenario", "Question", "ReverseStress", "found_for"]

Question = Literal["reverse", "worst case", "worst law"]

#: What the book makes while no factor moves: time, and currencies moved as stated.
NO_MOVE = "no factor: time and stated currencies"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundScenario:
    """One answer: a scenario like any other, and what it costs this book.

    Parameters
    ----------
    scenario : Scenario
        Can be saved and run.
    loss : float
        Positive when money is lost. [currency]
    distance : float
        Standard deviations of what is stated.
    drivers : tuple of (str, float)
        What each factor's move loses when it moves alone, and what no move loses; largest loss first.
        [currency]
    warnings : tuple of str
        What to know about it.
    only : tuple of str
        Factors and patterns of the one theme that moves by itself, as the search's own ``only`` takes them; empty
        where all that may be stated is.
    """

    scenario: Scenario
    loss: float
    distance: float
    drivers: tuple[tuple[str, float], ...]
    warnings: tuple[str, ...]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReverseStress:
    """What a search found.

    Parameters
    ----------
    portfolio_name : str
        The book.
    model_id : str
        The joint law that says what is plausible.
    question : {'reverse', 'worst case', 'worst law'}
        Which search.
    target : float
        The loss asked for [currency], the radius [standard deviations], or the divergence [nats].
    nav : float
        Net asset value. [currency]
    currency : str
        Of the book.
    horizon_days : int
        Sessions.
    linear : bool
        Whether the answers are closed forms.
    answers : tuple of FoundScenario
        Nearest first; for a worst case, largest loss first.
    searched : float, optional
        How far out answers were looked for; None for a closed form. [standard deviations]
    warnings : tuple of str
        What is to be known of the search: options that change nothing.
    as_of : str or None
        ISO date of the positions.
    model_as_of : str
        ISO date of the last session of the model's data.
    manifest : Manifest or None
        What it was made from; None of a search without a verb.
    """

    portfolio_name: str
    model_id: str
    question: Question
    target: float
    nav: float
    currency: str
    horizon_days: int
    linear: bool
    answers: tuple[FoundScenario, ...]
    searched: float | None = None
    warnings: tuple[str, ...] = ()
    as_of: str | None = None
    model_as_of: str = ""
    manifest: Manifest | None = None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The answers as scenarios: save and run them like any other."""
        return tuple(answer.scenario for answer in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain objects, as ``foreshock reverse --format json`` writes it."""
        from stress.reporting.reverse_page import reverse_document

        return reverse_document(self)

    def to_json(self) -> str:
        """Return what was found as JSON text; never NaN."""
        from stress.reporting.json_text import to_json

        return to_json(self.to_dict())

    def to_frame(self) -> pd.DataFrame:
        """Return one row an answer: its loss and distance, and the move of each factor that one of them states."""
        from stress.reporting.frames import answers_frame

        return answers_frame(self)

    def __repr__(self) -> str:
        from stress.reporting.reverse_page import reverse_page

        return reverse_page(self)

    def _repr_html_(self) -> str:
        from stress.reporting.reverse_page import reverse_html

        return reverse_html(self)


def found_for(
    book: Book,
    question: Question,
    target: float,
    horizon_days: int,
    found: Sequence[ReverseStressAnswer],
    value: Value,
    *,
    linear: bool,
    searched: float | None = None,
    floor: Floors | None = None,
) -> ReverseStress:
    """Gather answers: each as a scenario, with what each of its moves loses alone.

    Parameters
    ----------
    book : Book
        That was searched.
    question, target, horizon_days, linear, searched
        See `ReverseStress`.
    found : sequence of ReverseStressAnswer
        In the order to show.
    value : callable
        P&L (S,) of factor moves (S, K).
    floor : Floors, optional
        How far factors could fall, where a search kept to it; its answers are also held against past sessions.
    """
    kind = question.replace(" ", "-")
    answers = []
    returns = usual_returns(horizon_days)
    compound = returns == "compound"
    for number, answer in enumerate(found, start=1):
        simple = np.array(
            [
                factor.simple(float(move), compound=compound)
                for factor, move in zip(book.model.factors, answer.moves, strict=True)
            ]
        )
        already = -float(value(np.zeros((1, len(answer.moves))))[0])
        lost = losses_one_at_a_time(value, answer) - already
        drivers = [(answer.factor_names[k], float(lost[k])) for k in range(len(lost))]
        if already != 0.0:
            drivers.append((NO_MOVE, already))
        alone = ", ".join(answer.only)
        answers.append(
            FoundScenario(
                scenario=answer_scenario(
                    answer,
                    book.model.factors,
                    id=f"{kind}-{number}",
                    title=f"{kind.capitalize()} {number} of {book.portfolio.name}"
                    + (f", from {alone} alone" if alone else ""),
                    horizon_days=horizon_days,
                    returns=returns,
                    narrative=f"Found by searching the factor moves of {book.model.id} for what hurts "
                    f"{book.portfolio.name}."
                    + (f" Only {alone} moves by itself; the rest follows." if alone else ""),
                ),
                loss=answer.loss,
                distance=answer.distance,
                drivers=tuple(sorted(drivers, key=lambda entry: -entry[1])),
                warnings=(
                    *answer.warnings,
                    *(
                        ()
                        if floor is None
                        else floor.said(simple, book.model.factors, searched=answer.stated)
                    ),
                    *(
                        ()
                        if floor is None
                        else beyond_sessions(
                            answer, book.model, horizon_days=horizon_days, compound=compound
                        )
                    ),
                ),
                only=answer.only,
            )
        )
    return ReverseStress(
        portfolio_name=book.portfolio.name,
        model_id=book.model.id,
        question=question,
        target=target,
        nav=book.nav,
        currency=book.portfolio.currency,
        horizon_days=horizon_days,
        linear=linear,
        searched=searched,
        answers=tuple(answers),
        as_of=book.portfolio.as_of,
        model_as_of=book.model.as_of,
    )
