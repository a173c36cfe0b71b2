"""Exposure of a book and of one unit of each candidate to one factor: options by their deltas, all by revaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.errors import InputError, Problem, did_you_mean
from stress.factors.model import Factor
from stress.hedging.asked_bands import AskedBand
from stress.hedging.laws import Law, central
from stress.hedging.lines.candidates import Candidates
from stress.scenarios.scenario import Propagation, Scenario, StatedMove, Variation
from stress.simulation.book import Book
from stress.units import Move, Unit, format_move

__all__ = [
    "EXPOSURE_MOVE",
    "ExposureLimit",
    "FactorBand",
    "factor_bands",
    "factor_exposure",
    "one_factor",
]


#: Rise of a factor that an exposure is stated for, by unit: 100 %, 100 basis points, one point.
EXPOSURE_MOVE: dict[Unit, float] = {"%": 1.0, "bp": 0.01, "pts": 1.0, "vol": 0.01}
#: Moves by which it is measured, up and down.
_BUMP: dict[Unit, float] = {"%": 0.01, "bp": 0.001, "pts": 1.0, "vol": 0.01}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLimit:
    """Exposure to one factor before and after, and its limits. [currency].

    Parameters
    ----------
    name : str
        Of the limit, as in messages and prices.
    factor, title : str
        Which.
    move : str
        Rise of the factor that the amounts are P&L for, by deltas.
    propagation : {'linked', 'alone'}
        Which of both exposures is limited.
    lower, upper : float
        Infinite where open.
    linked : tuple of float
        Before and after, with what such a move brings along in the other factors.
    alone : tuple of float
        Before and after, the other factors standing still.
    """

    name: str
    factor: str
    title: str
    move: str
    propagation: Propagation
    lower: float
    upper: float
    linked: tuple[float, float]
    alone: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorBand:
    """A band that was asked, and the exposures it is about: P&L for a rise of the factor by `EXPOSURE_MOVE`.

    Parameters
    ----------
    asked : AskedBand
        The band, in shares of NAV.
    factor : Factor
        Which.
    linked, alone : tuple of float and ndarray, shape (M,)
        Of the book, and of one unit of each line: with what such a move brings along in the other factors, and
        with those standing still. [currency]
    """

    asked: AskedBand
    factor: Factor
    linked: tuple[float, FloatArray]
    alone: tuple[float, FloatArray]

    @property
    def limited(self) -> tuple[float, FloatArray]:
        """The one of both that the band is for."""
        return self.linked if self.asked.propagation == "linked" else self.alone

    def kept(self, trades: FloatArray, nav: float) -> ExposureLimit:
        """Return the exposures before and after some trades, beside the limits."""

        def both(exposure: tuple[float, FloatArray]) -> tuple[float, float]:
            of_book, of_units = exposure
            return of_book, of_book + float(of_units @ trades)

        unit = self.factor.unit
        return ExposureLimit(
            name=self.asked.name,
            factor=self.factor.name,
            title=self.factor.title,
            move=format_move(EXPOSURE_MOVE[unit], unit),
            propagation=self.asked.propagation,
            lower=self.asked.lower * nav,
            upper=self.asked.upper * nav,
            linked=both(self.linked),
            alone=both(self.alone),
        )


def factor_bands(
    book: Book, candidates: Candidates, asked: Sequence[AskedBand]
) -> tuple[FactorBand, ...]:
    """Measure the exposures that are limited.

    Raises
    ------
    InputError
        Every factor that the model does not have.
    """
    model = book.model
    problems = [
        Problem(
            message=f"{band.name}: '{band.factor}' is not a factor of model {model.id}.",
            hint=did_you_mean(band.factor, model.factor_index)
            or f"There are: {', '.join(model.factor_index)}.",
        )
        for band in asked
        if band.factor not in model.factor_index
    ]
    if problems:
        raise InputError(problems)
    found = []
    for band in asked:
        factor = model.factors[model.factor_index[band.factor]]
        linked = factor_exposure(book, candidates, factor, "linked")
        alone = factor_exposure(book, candidates, factor, "alone")
        found.append(FactorBand(asked=band, factor=factor, linked=linked, alone=alone))
    return tuple(found)


def factor_exposure(
    book: Book, candidates: Candidates, factor: Factor, propagation: Propagation
) -> tuple[float, FloatArray]:
    """Return the P&L of a book and of one unit of each line for a rise of one factor by `EXPOSURE_MOVE`, by deltas.

    A central difference, currencies whose move is stated held still.

    Parameters
    ----------
    book : Book
        The book.
    candidates : Candidates
        Of that book.
    factor : Factor
        Of its model.
    propagation : {'linked', 'alone'}
        Whether the other factors follow, or stand still.

    Returns
    -------
    of_book : float
    of_units : ndarray, shape (M,)
    """
    bump = _BUMP[factor.unit]
    held, lines = book.unshocked(), candidates.unshocked()
    up, down = (
        central(held, lines, Law(scenario=one_factor(factor, by, propagation), exact=True))
        for by in (bump, -bump)
    )
    scale = EXPOSURE_MOVE[factor.unit] / (2.0 * bump)
    return scale * (up[0] - down[0]), scale * (up[1] - down[1])


def one_factor(factor: Factor, value: float, propagation: Propagation = "alone") -> Scenario:
    """Return the session in which one factor moves, and no time passes."""
    return Scenario(
        id=f"one-factor-{factor.name.replace('_', '-')}",
        title=factor.title,
        horizon_days=1,
        kind="hypothetical",
        moves=(StatedMove(target=factor.name, move=Move(value=value, unit=factor.unit)),),
        variation=Variation(kind="names"),
        propagation=propagation,
        calendar_days=0.0,
    )
