"""Reverse stress and worst case of a compiled book: closed form where it is linear, searched where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from stress.arguments import whole_number
from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.stressed_law import themes_of
from stress.reverse_stress.answer import ReverseStressAnswer, UnreachableLossError, Value
from stress.reverse_stress.bond_yields import as_run, with_bonds_held, with_yield_floors
from stress.reverse_stress.found import ReverseStress, found_for
from stress.reverse_stress.linear import reverse_linear, worst_linear
from stress.reverse_stress.maximum_loss import worst_nonlinear
from stress.reverse_stress.nonlinear import reverse_nonlinear
from stress.reverse_stress.one_theme import with_one_theme
from stress.reverse_stress.space import Sign, Space, matching_factors, search_space
from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import MOST_SESSIONS, Variation, usual_returns
from stress.simulation.book import Book
from stress.simulation.levels.floors import Floors, floors_of, stated_factor_levels
from stress.simulation.plan import Plan, plan

__all__ = ["reverse_book", "worst_case_of_book"]

#: Linear and revalued loss may differ by this much of the loss before the book counts as nonlinear.
_LINEAR = 1e-9
#: How far a search goes, step by step, when no limit is given. [standard deviations]
_FARTHEST = (10.0, 30.0, 90.0)
#: Smallest loss that is asked for: a millionth of the currency is no loss of any book.
_LEAST_LOSS = 1e-6
#: How far beyond the nearest answer others are still looked for, in its distance, when no limit is given; within
#: a distance, the same share of the largest loss.
_BEYOND = 1.5
#: The farthest that may be asked for: beyond it lies no market, only arithmetic. [standard deviations]
_MOST_DISTANT = 1_000.0
#: Distinct answers that a search may be asked for.
_MOST_ANSWERS = 20


def reverse_book(
    book: Book,
    *,
    loss: float,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    max_distance: float | None = None,
    answers: int = 6,
    seed: int = 0,
) -> ReverseStress:
    """Find the most plausible scenarios in which a book loses at least `loss`.

    Parameters
    ----------
    book : Book
        Compiled on the model that says what is plausible.
    loss : float
        Positive. [currency]
    horizon_days : int
        Sessions.
    only : sequence of str, optional
        Factors, or patterns such as ``semis_*``, that may be stated; the rest follow.
    signs : mapping of str to {'up', 'down'}, optional
        Factors that may only rise or only fall.
    max_distance : float, optional
        How far a scenario may lie. [standard deviations]
    answers : int
        At most so many distinct ones: the nearest points of a search, or of a book that is hurt one way those of
        `with_one_theme`.
        Without `max_distance` they lie up to one and a half times as far as the nearest.
    seed : int
        Of the search.

    Raises
    ------
    InputError
        On an impossible question.
    UnreachableLossError
        With the largest loss that can be reached, and its distance.
    """
    if not (np.isfinite(loss) and loss > 0.0):
        raise InputError(f"loss must be above zero, got {loss}.")
    if loss < _LEAST_LOSS:
        raise InputError(f"loss must be at least {_LEAST_LOSS:g} of the currency, got {loss:g}.")
    if max_distance is not None:
        _require_distance(max_distance, what="max_distance (--max-distance)")
    _require_search(answers=answers, seed=seed)
    space, floor, run = _search(book, horizon_days, only, signs)
    planned = with_bonds_held(run)
    value = planned.pnl_at
    gathered = partial(found_for, book, "reverse", loss, horizon_days, floor=floor)
    themed = _themed(book, space, signs, answers)

    def reach(nearest: ReverseStressAnswer) -> float:
        return _BEYOND * nearest.distance if max_distance is None else max_distance

    linear = _linear_exposure(book, planned)
    try:
        if linear is not None:
            nearest = partial(reverse_linear, linear, loss=loss)
            found = nearest(space, max_distance=np.inf if max_distance is None else max_distance)
            if _agrees(found, value):
                several = themed(
                    found,
                    answer_in=partial(nearest, max_distance=reach(found)),
                    admits=lambda answer: _agrees(answer, value),
                )
                return gathered(several, value, linear=True)
        several, farthest = _searched(
            value, space, loss=loss, max_distance=max_distance, answers=answers, seed=seed
        )
        if planned.revaluation is None and len(several) == 1:
            # Compounding bends a book of shares, and it is hurt one way still.
            limit = reach(several[0])
            several = themed(
                several[0],
                answer_in=lambda part: reverse_nonlinear(
                    value, part, loss=loss, max_distance=limit, answers=1, seed=seed
                )[0],
                admits=lambda _: True,
            )
    except UnreachableLossError as error:
        restricted = max_distance is not None or only is not None or bool(signs)
        raise error.of_book(
            nav=book.nav, currency=book.portfolio.currency, restricted=restricted
        ) from None
    return gathered(as_run(several, value, run.pnl_at), value, linear=False, searched=farthest)


def _searched(
    value: Value,
    space: Space,
    *,
    loss: float,
    max_distance: float | None,
    answers: int,
    seed: int,
) -> tuple[tuple[ReverseStressAnswer, ...], float]:
    """Answers within the distance asked for, or as far as the nearest suggests where none is; and how far."""

    def within(limit: float) -> tuple[ReverseStressAnswer, ...]:
        return reverse_nonlinear(
            value, space, loss=loss, max_distance=limit, answers=answers, seed=seed
        )

    if max_distance is not None:
        return within(max_distance), max_distance
    for limit in _FARTHEST:
        try:
            found = within(limit)
        except UnreachableLossError:
            if limit == _FARTHEST[-1]:
                raise
            continue
        wanted = _BEYOND * found[0].distance
        return (found, limit) if wanted <= limit else (within(wanted), wanted)
    raise AssertionError("the farthest search answers or raises")


def worst_case_of_book(
    book: Book,
    *,
    distance: float,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    answers: int = 6,
    seed: int = 0,
) -> ReverseStress:
    """Find the scenarios within a distance in which a book loses most.

    Parameters
    ----------
    distance : float
        Largest distance of what is stated. [standard deviations]
    book, horizon_days, only, signs, answers, seed
        As in `reverse_book`.
    """
    _require_distance(distance, what="distance (--within)")
    _require_search(answers=answers, seed=seed)
    space, floor, run = _search(book, horizon_days, only, signs)
    planned = with_bonds_held(run)
    value = planned.pnl_at
    gathered = partial(found_for, book, "worst case", distance, horizon_days, floor=floor)
    themed = _themed(book, space, signs, answers)
    linear = _linear_exposure(book, planned)
    if linear is not None:
        worst = partial(worst_linear, linear, radius=distance)
        found = worst(space)
        if _agrees(found, value):
            least = found.loss / _BEYOND
            several = themed(
                found,
                answer_in=worst,
                admits=lambda answer: answer.loss >= least > 0.0 and _agrees(answer, value),
            )
            return gathered(several, value, linear=True)
    several = worst_nonlinear(value, space, radius=distance, answers=answers, seed=seed)
    if planned.revaluation is None and len(several) == 1:
        enough = several[0].loss / _BEYOND
        several = themed(
            several[0],
            answer_in=lambda part: worst_nonlinear(
                value, part, radius=distance, answers=1, seed=seed
            )[0],
            admits=lambda answer: answer.loss >= enough > 0.0,
        )
    return gathered(as_run(several, value, run.pnl_at), value, linear=False, searched=distance)


def _themed(
    book: Book, space: Space, signs: Mapping[str, Sign] | None, answers: int
) -> partial[tuple[ReverseStressAnswer, ...]]:
    """Return `with_one_theme` of a question: what is left to give is the first answer, and how others are found."""
    return partial(
        with_one_theme,
        space=space,
        themes=themes_of(book.model),
        signed=set(signs or ()),
        answers=answers,
    )


def _require_distance(distance: float, *, what: str) -> None:
    if not 0.0 < distance <= _MOST_DISTANT:
        raise InputError(
            f"{what} must be above zero and at most {_MOST_DISTANT:,.0f} standard deviations, got {distance:g}."
        )


def _require_search(*, answers: int, seed: int) -> None:
    """Refuse what no search can be asked, whether or not the book turns out to need one."""
    whole_number(answers, what="answers", least=1, most=_MOST_ANSWERS)
    whole_number(seed, what="seed", least=0)


def _search(
    book: Book,
    horizon_days: int,
    only: Sequence[str] | None,
    signs: Mapping[str, Sign] | None,
) -> tuple[Space, Floors, Plan]:
    whole_number(horizon_days, what="horizon_days", least=1, most=MOST_SESSIONS)
    model = book.model
    returns = usual_returns(horizon_days)
    completed = complete_baseline(model, horizon_days=horizon_days, returns=returns)
    planned = plan(book, completed, variation=Variation(kind="names"))
    floor = with_yield_floors(floors_of(model, stated_factor_levels(book.stated, model)), planned)
    lowest = floor.moves
    if completed.compound:
        relative = np.array([factor.kind == "relative" for factor in model.factors])
        with np.errstate(
            divide="ignore"
        ):  # a total loss has no logarithm, and no search reaches it
            lowest = np.where(relative, np.log1p(np.maximum(lowest, -1.0)), lowest)
    names = tuple(factor.name for factor in model.factors)
    space = search_space(
        names,
        model.horizon_covariance(horizon_days),
        only=None if only is None else matching_factors(only, names),
        signs=signs,
        floor=lowest,
    )
    return space, floor, planned


def _linear_exposure(book: Book, planned: Plan) -> FloatArray | None:
    if planned.revaluation is not None or planned.completed.compound:
        return None
    return book.values @ book.exposures


def _agrees(found: ReverseStressAnswer, value: Value) -> bool:
    """Whether no name was floored at a total loss: the closed form is then exact."""
    return abs(-float(value(found.moves[None, :])[0]) - found.loss) <= _LINEAR * abs(found.loss)
