"""How far each factor can fall: a return to -100 %, an exchange rate to -99 %, a volatility or spread to zero.

A level that is stated (the volatility index, a spread) puts the floor at zero. Without one, a model that carries
its sessions says how far the lowest of them lies below the last: the factor has been there, and may fall to it.
A search keeps to either (and the yields of held bonds to the lowest of `reverse_stress/bond_yields.py`); a scenario
that states more, at once or by the end of a step, is refused beyond a level, and doubted beyond the sessions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.factors.history import carried_moves
from stress.factors.model import Factor, FactorModel
from stress.factors.roles import SPREADS, is_exchange_rate
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import EXAMPLES, Given, both_forms
from stress.scenarios.propagation import complete
from stress.scenarios.propagation_report import written_move
from stress.scenarios.scenario import Propagation, Scenario
from stress.simulation.book import Book
from stress.simulation.levels.divided_rates import LOWEST_RATE_MOVE
from stress.simulation.levels.vol_betas import INDEX
from stress.simulation.valuation import volatility_factor

__all__ = [
    "Floors",
    "doubtful_falls",
    "factor_of_level",
    "floors_of",
    "held_to_levels",
    "require_possible_falls",
    "stated_factor_levels",
]

#: A factor at its floor, to this share of it.
_AT = 1e-6
#: A volatility in the points of its index.
_POINTS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The lowest move of each factor, and what to say of those that are not known.

    Parameters
    ----------
    moves : ndarray of shape (K,)
        Inside units; -inf where nothing bounds it.
    notes : mapping of int to str
        By factor that is an exchange rate, or whose level is not stated: what bounds it instead.
    """

    moves: FloatArray
    notes: Mapping[int, str]

    def said(
        self, moves: FloatArray, factors: Sequence[Factor], *, searched: np.ndarray
    ) -> tuple[str, ...]:
        """Say which moves of an answer stand at a floor, follow to below it, or fall where none is known.

        Parameters
        ----------
        moves : ndarray of shape (K,)
            Of an answer.
        searched : ndarray of bool, shape (K,)
            Which of them were looked for; the rest follows.
        factors : sequence of Factor, length K
            Of the model.

        Notes
        -----
        What is searched keeps to its floor; what follows by the linked law may pass it.
        """
        written = [
            (written_move(float(move), factor.unit), written_move(float(lowest), factor.unit))
            for move, lowest, factor in zip(moves, self.moves, factors, strict=True)
        ]
        met = moves <= self.moves + _AT * np.abs(np.where(np.isfinite(self.moves), self.moves, 0.0))
        below = met & np.array([move != lowest for move, lowest in written])
        at = met & ~below
        words = [
            f"{factor.name} follows to {written[k][0]}, below its lowest move of {written[k][1]}: the linked law is "
            "stretched too far."
            for k, factor in enumerate(factors)
            if below[k]
        ]
        gone = [
            f.name
            for k, f in enumerate(factors)
            if f.kind == "relative" and at[k] and k not in self.notes
        ]
        if gone:
            words.append(
                f"{', '.join(gone)} at -100 %: all of it worthless, the end of what the law can reach. Read it as "
                "'nothing plausible loses that much', not as a scenario."
            )
        for k, note in self.notes.items():
            held = at[k] and searched[k]
            if held or (moves[k] < 0.0 and not np.isfinite(self.moves[k])):
                words.append(f"{factors[k].name} {written[k][0]}: {note}")
        return tuple(words)


def stated_factor_levels(given: Given, model: FactorModel) -> dict[str, float]:
    """Return the levels of factors that are stated, inside units: the volatility index, and spreads.

    Parameters
    ----------
    given : Given
        Options over the market file.
    model : FactorModel
        Whose factors they are.

    Raises
    ------
    InputError
        A level below zero, which neither has.
    """
    found = {}
    for driver, level in given.levels.items():
        name = factor_of_level(driver, model)
        if name is None:
            continue
        if level.value < 0.0:
            unit = model.factors[model.factor_index[name]].unit
            raise InputError(
                f"the level of {name} is stated as {written_move(level.value, unit, signed=False)}: no market "
                "spread is below zero. State it as the market quotes it."
            )
        found[name] = level.value * (_POINTS if driver.kind == "vol" else 1.0)
    return found


def factor_of_level(driver: Driver, model: FactorModel) -> str | None:
    """Return the factor whose own level this is: the volatility index, or a market spread."""
    if driver == Driver("vol", INDEX):
        return volatility_factor(model)
    is_spread = driver.kind == "spread" and driver.name in _spreads(model)
    return driver.name if is_spread else None


def held_to_levels(scenarios: Sequence[Scenario]) -> set[str]:
    """Return what scenarios move, at once or in a step: a stated level decides whether they may."""
    return {
        stated.target
        for scenario in scenarios
        for part in (scenario, *scenario.path)
        for stated in part.moves
    }


def require_possible_falls(
    book: Book,
    scenarios: Sequence[Scenario],
    *,
    severity: float = 1.0,
    propagation: Propagation | None = None,
) -> None:
    """Refuse scenarios that state a fall beyond zero from a level that is stated, at once or by the end of a step.

    Parameters
    ----------
    book : Book
        With what was stated when it was opened.
    scenarios : sequence of Scenario
        Of a run.
    severity : float
        Scales them.
    propagation : {'linked', 'alone'} or None
        How steps move what they do not state, where a scenario does not fix it; linked when omitted.

    Raises
    ------
    InputError
        Every such fall of every scenario.
    """
    model = book.model
    levels = stated_factor_levels(book.stated, model)
    if not levels:
        return
    problems = []
    for scenario in scenarios:
        for fall in _stated_falls(scenario, model, severity, propagation):
            factor = fall.factor
            if factor.name not in levels or fall.move >= -levels[factor.name] * (1.0 + _AT):
                continue
            level = written_move(levels[factor.name], factor.unit, signed=False)
            problems.append(
                Problem(
                    message=f"{fall.text} falls below zero: its level is stated as {level}.",
                    file=scenario.file or scenario.id,
                    hint="State a smaller fall, a smaller severity, or the level that it falls from.",
                )
            )
    if problems:
        raise InputError(problems)


def doubtful_falls(
    scenario: Scenario | None,
    book: Book,
    *,
    severity: float = 1.0,
    propagation: Propagation | None = None,
) -> list[str]:
    """Say which stated falls go further than a model has seen, where no level says whether they can.

    Parameters
    ----------
    scenario : Scenario or None
        None, the ordinary day, states none.
    book : Book
        With what was stated when it was opened.
    severity, propagation
        As for `require_possible_falls`.
    """
    if scenario is None:
        return []
    model = book.model
    levels = stated_factor_levels(book.stated, model)
    history = model.history
    words: dict[str, str] = {}
    for fall in _stated_falls(scenario, model, severity, propagation):
        factor = fall.factor
        if factor.name in levels or factor.name in words:
            continue
        seen = "no session of the model says how far it can fall"
        if history is not None:
            lowest = _lowest(model, model.factor_index[factor.name])
            if fall.move >= lowest:
                continue
            below = written_move(-lowest, factor.unit, signed=False)
            seen = f"the lowest of the model's sessions since {history.dates[0]} is {below} below the last"
        words[factor.name] = (
            f"{fall.text} may be more than all of it: its level is not stated, and {seen}. "
            f"State it: {_option(factor.name, model)}."
        )
    return list(words.values())


@dataclass(frozen=True, slots=True)
class _Fall:
    """A move below the start of a factor that cannot fall below zero: of the whole period, or by the end of a step."""

    factor: Factor
    move: float
    step: int | None

    @property
    def text(self) -> str:
        move = f"{self.factor.name} {written_move(self.move, self.factor.unit)}"
        return (
            move
            if self.step is None
            else f"{move} since the start, by the end of step {self.step},"
        )


def _stated_falls(
    scenario: Scenario, model: FactorModel, severity: float, propagation: Propagation | None
) -> list[_Fall]:
    """Return the falls in one period, and the furthest that each factor has fallen by the end of a step.

    A step counts where it states a fall; what it falls from is where the steps before it lead, linked or alone.
    """
    levelled = [model.factor_index[name] for name in _levelled(model)]
    at_once = complete(scenario, model, severity=severity)
    found = [
        _Fall(model.factors[k], float(at_once.mean[k]), None)
        for k in levelled
        if at_once.stated[k] and at_once.mean[k] < 0.0
    ]
    alone = (scenario.propagation or propagation) == "alone"
    since_start = np.zeros(len(model.factors))
    furthest: dict[int, _Fall] = {}
    for number, step in enumerate(scenario.path, start=1):
        completed = complete(step, model, severity=severity)
        moves = completed.alone if alone else completed.mean
        since_start = since_start + moves
        for k in levelled:
            before = furthest[k].move if k in furthest else 0.0
            if completed.stated[k] and moves[k] < 0.0 and since_start[k] < before:
                furthest[k] = _Fall(model.factors[k], float(since_start[k]), number)
    return [*found, *(furthest[k] for k in levelled if k in furthest)]


def _levelled(model: FactorModel) -> list[str]:
    """Return the factors that are differences of a level which cannot fall below zero."""
    index = volatility_factor(model)
    return [*(() if index is None else (index,)), *_spreads(model)]


def _spreads(model: FactorModel) -> list[str]:
    """Return the factors that are spreads of bonds."""
    found = (model.with_role(role) for role in SPREADS.values())
    return [name for name in found if name is not None]


def _lowest(model: FactorModel, k: int) -> float:
    """Return how far the lowest of the carried sessions lies below the last."""
    since_then = np.concatenate([[0.0], np.cumsum(carried_moves(model)[:, k])])
    return float(since_then.min() - since_then[-1])


def _option(name: str, model: FactorModel) -> str:
    """Return the option that states a factor's level, and the keyword."""
    if name == volatility_factor(model):
        return both_forms("vol", INDEX, "18%")
    return both_forms("spread", name, EXAMPLES["spread"])


def floors_of(model: FactorModel, levels: Mapping[str, float]) -> Floors:
    """Return the lowest move of each factor.

    Parameters
    ----------
    model : FactorModel
        With its factors, and the sessions it carries.
    levels : mapping of str to float
        From `stated_factor_levels`.

    Returns
    -------
    Floors
    """
    moves = np.array([-1.0 if factor.kind == "relative" else -np.inf for factor in model.factors])
    notes: dict[int, str] = {}
    for k, factor in enumerate(model.factors):
        if is_exchange_rate(factor.role):
            moves[k] = LOWEST_RATE_MOVE
            notes[k] = (
                "what is held in a currency is divided by such a rate, so it falls no further; nothing plausible moves "
                "that much."
            )
    for name in _levelled(model):
        k = model.factor_index[name]
        if name in levels:
            moves[k] = -levels[name]
            continue
        state = f"State it: {_option(name, model)}."
        if model.history is None:
            notes[k] = f"its level is not known, so nothing stops it at zero. {state}"
            continue
        moves[k] = _lowest(model, k)
        notes[k] = (
            f"its level is not stated, so it falls no further than to the lowest of the model's sessions since "
            f"{model.history.dates[0]}. {state}"
        )
    moves.setflags(write=False)
    return Floors(moves=moves, notes=notes)
