"""`ReverseStressAnswer`: a scenario that was found, and how to save and run it like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, ModelError
from stress.factors.model import Factor
from stress.frozen import still_when_copied
from stress.reverse_stress.space import Space
from stress.scenarios.scenario import Returns, Scenario, StatedMove, Variation
from stress.units import Move

__all__ = [
    "ReverseStressAnswer",
    "UnreachableLossError",
    "Value",
    "answer_at",
    "answer_scenario",
    "losses_one_at_a_time",
]

#: A searched move this near to its bound stands at it. [standard deviations]
_ROUNDING = 1e-9
#: P&L (S,) of factor moves (S, K): a book, whatever it holds.
Value = Callable[[FloatArray], FloatArray]


class UnreachableLossError(ModelError):
    """No scenario within reach loses that much.

    Parameters
    ----------
    target : float
        The loss asked for. [currency]
    largest_loss : float
        The largest that can be reached. [currency]
    distance : float
        How far that one lies.
    limit : str
        What stands in the way.
    nav : float, optional
        Net asset value of the book: losses are then said as shares of it too. [currency]
    currency : str
        Of the book.
    restricted : bool
        Whether something was asked for that stands in the way: a distance, factors, signs.
    """

    def __init__(
        self,
        *,
        target: float,
        largest_loss: float,
        distance: float,
        limit: str,
        nav: float | None = None,
        currency: str = "",
        restricted: bool = True,
    ) -> None:
        self.target = target
        self.largest_loss = largest_loss
        self.distance = distance
        self.limit = limit
        asked, most = (_amount(loss, nav, currency) for loss in (target, largest_loss))
        super().__init__(
            f"no scenario {limit} loses {asked}: the largest reachable loss is {most}, at distance {distance:.4g}. "
            f"Ask for less{', or loosen the restriction' if restricted else ''}."
        )

    def of_book(self, *, nav: float, currency: str, restricted: bool) -> UnreachableLossError:
        """Return the error in shares of a book's net asset value, and in its currency."""
        return UnreachableLossError(
            target=self.target,
            largest_loss=self.largest_loss,
            distance=self.distance,
            limit=self.limit,
            nav=nav,
            currency=currency,
            restricted=restricted,
        )


def _amount(loss: float, nav: float | None, currency: str) -> str:
    """Write a loss, of a book also as it was asked for: a share of NAV."""
    if nav is None:
        return f"{loss:,.6g}"
    return f"{100.0 * loss / nav:.4g} % of NAV ({loss:,.0f} {currency})"


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReverseStressAnswer:
    """One scenario that a search found. K factors.

    Parameters
    ----------
    factor_names : tuple of str, length K
        The axis.
    moves : ndarray of shape (K,)
        All factor moves over the horizon, inside units; of relative factors logs where returns compound.
    stated : ndarray of bool, shape (K,)
        Which of them the scenario states; the rest follow.
    loss : float
        What the book loses under `moves`, positive when money is lost. [currency]
    distance : float
        Of what is stated, in standard deviations.
    warnings : tuple of str
        What the search has to say about it.
    only : tuple of str
        Factors and patterns of what moves by itself, where that is less than was searched; the rest follows.
    """

    factor_names: tuple[str, ...]
    moves: FloatArray
    stated: npt.NDArray[np.bool_]
    loss: float
    distance: float
    warnings: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


def answer_at(space: Space, z: FloatArray, *, loss: float) -> ReverseStressAnswer:
    """Return the answer at a point of a search space.

    Parameters
    ----------
    space : Space
        Where it was looked for.
    z : ndarray of shape (n,)
        The point.
    loss : float
        Of the book there. [currency]
    """
    moves = space.moves(z)
    # A bound is met to the last bit, not to the rounding of the search.
    searched, rounding = moves[space.searched], _ROUNDING * space.deviations
    searched = np.where(searched <= space.lower + rounding, space.lower, searched)
    searched = np.where(searched >= space.upper - rounding, space.upper, searched)
    moves[space.searched] = searched + 0.0  # no minus zero
    moves.setflags(write=False)
    return ReverseStressAnswer(
        factor_names=space.factor_names,
        moves=moves,
        stated=space.stated,
        loss=loss + 0.0,  # no minus zero
        distance=float(np.linalg.norm(z)),
    )


def losses_one_at_a_time(value: Value, answer: ReverseStressAnswer) -> FloatArray:
    """Return what each factor's move loses when it moves alone: which factors explain the answer.

    Parameters
    ----------
    value : callable
        P&L (S,) of factor moves (S, K).
    answer : ReverseStressAnswer
        A scenario found.

    Returns
    -------
    ndarray of shape (K,)
        Losses, each with what the book loses while nothing moves. Less that, they add up to the answer's
        loss where the book is linear, and show by how much they do not where it is not. [currency]

    References
    ----------
    .. [1] Breuer, Jandacka, Rheinberger and Summer, "How to find plausible, severe, and useful stress
       scenarios", Int. J. Central Banking 5 (2009), section 4 (maximum loss contributions).
    """
    return -np.asarray(value(np.diag(answer.moves)))


def answer_scenario(
    answer: ReverseStressAnswer,
    factors: Sequence[Factor],
    *,
    id: str,
    title: str,
    horizon_days: int,
    returns: Returns = "simple",
    narrative: str = "",
) -> Scenario:
    """Write an answer as a scenario that can be saved, shown and run.

    Parameters
    ----------
    answer : ReverseStressAnswer
        A scenario found.
    factors : sequence of Factor, length K
        Of the model it was found with, in order.
    id, title : str
        Its id and its line.
    horizon_days : int
        Sessions of the covariance it was found with.
    returns : {'simple', 'compound'}
        How moves add up in the space that was searched.
    narrative : str
        Which question it answers.

    Returns
    -------
    Scenario
        Hypothetical; stated moves exact, the rest linked as in the search, so that a
        run on the same model and book expects the same loss.
    """
    if tuple(factor.name for factor in factors) != answer.factor_names:
        raise InputError("the answer was found on other factors than these.")
    source = f"reverse stress: distance {answer.distance:.4g} over {horizon_days} session(s)"
    return Scenario(
        id=id,
        title=title,
        horizon_days=horizon_days,
        returns=returns,
        kind="hypothetical",
        moves=tuple(
            StatedMove(
                target=factor.name,
                move=Move(
                    value=factor.simple(float(move), compound=returns == "compound"),
                    unit=factor.unit,
                ),
                source=source,
            )
            for factor, move, stated in zip(factors, answer.moves, answer.stated, strict=True)
            if stated
        ),
        propagation="linked",
        variation=Variation(kind="names"),
        narrative=narrative,
    )
