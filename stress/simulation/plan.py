"""`Plan`: what one book needs of the draws of one completed scenario.

Names held linearly collapse: their factor part into one loading per free direction, their specific
moves into one Gaussian stream (given the mixing variable) with the exact aggregate variance. Names
that need their own draws stay explicit: all names of a compound scenario, and names that could fall
below -100 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from stress.arrays import FloatArray
from stress.factors.horizon import calendar_days
from stress.frozen import hold_still, still_when_copied
from stress.scenarios.propagation import Completed, complete, complete_baseline
from stress.scenarios.scenario import Propagation, Scenario, Variation, VolatilityRule
from stress.simulation.book import Book
from stress.simulation.generators import Generator, StudentT
from stress.simulation.levels.divided_rates import require_priced
from stress.simulation.name_moves import name_moves, own_sessions, said_of_own_sessions
from stress.simulation.revaluation import Moves, Revaluation, revaluation
from stress.simulation.ruin import RUIN_PROBABILITY, ruin_probability, ruin_warnings

if TYPE_CHECKING:
    from stress.simulation.surface import OptionSurfaces

__all__ = ["Plan", "plan", "plan_scenario", "simple_factor_moves"]


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """One book under one scenario, reduced to what the draws multiply.

    N names held, K factors, n stated moves, E explicit names.

    Parameters
    ----------
    book : Book
        What is held.
    completed : Completed
        The completed scenario.
    variation : Variation
        How stated moves vary.
    mode : {'linked', 'alone'}
        Whether unstated factors follow their conditional mean. Alone, they do not move at all.
    fixed : ndarray of shape (N,)
        NaN, or a name's return in every draw: of one that the scenario states (core names) where stated moves do not
        vary, and under replay the recorded total, whatever its factors do.
    follows : ndarray of int, shape (N,)
        -1, or the place among the stated moves of a name whose return is that move in every draw: a core
        name, where stated moves vary.
    specific : ndarray of shape (N,)
        Standard deviation of the specific move over the horizon, before the mixing variable; zero for
        fixed and replayed names. [fraction]
    collapsed : ndarray of bool, shape (N,)
        Which names have no draws of their own.
    generator : Generator
        Where the free part of factor moves comes from.
    factor_gain : ndarray of shape (K, n)
        Factor moves per unit of each stated move, under the plan's mode.
    root : ndarray of shape (K, d)
        Factor moves per unit of each free draw, under the plan's mode.
    loading : ndarray of shape (K,)
        Of the collapsed names' P&L on the free draws, padded with zeros. [currency]
    gain : ndarray of shape (n,)
        Collapsed P&L per unit of each stated move. [currency]
    collapsed_specific : float
        Standard deviation of the collapsed specific P&L, before the mixing variable. [currency]
    constant : float
        P&L that does not vary. [currency]
    warnings : tuple of str
        Names made explicit, with the reason; exchange rates that draws may hold at their lowest move.
    revaluation : Revaluation or None
        Positions revalued in full, over the scenario's horizon.
    surfaces : OptionSurfaces or None
        Stand in for the revaluation under draws, where they were asked for and certified.
    residuals : mapping of int to ndarray of shape (T,)
        By explicit name whose specific moves are its own of the drawn sessions: one a carried session.
    """

    book: Book
    completed: Completed
    variation: Variation
    mode: Propagation
    fixed: FloatArray
    follows: np.ndarray
    specific: FloatArray
    collapsed: np.ndarray
    generator: Generator
    factor_gain: FloatArray
    root: FloatArray
    loading: FloatArray
    gain: FloatArray
    collapsed_specific: float
    constant: float
    warnings: tuple[str, ...]
    revaluation: Revaluation | None = None
    surfaces: OptionSurfaces | None = None
    residuals: Mapping[int, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hold_still(self)

    @property
    def explicit(self) -> np.ndarray:
        """Indices of the names with their own draws."""
        return np.flatnonzero(~self.collapsed)

    def mean_factors(self) -> FloatArray:
        """Central factor moves: conditional mean or stated moves alone. Shape (K,)."""
        return self.completed.mean if self.mode == "linked" else self.completed.alone

    def central_returns(self) -> FloatArray:
        """Return of each name at the central factor moves, specific moves zero. Shape (N,)."""
        central: FloatArray = self._returns_where(self.mean_factors()[None, :])[0]
        return central

    def _returns_where(self, factors: FloatArray) -> FloatArray:
        """Return of each name at given factor moves (S, K), of a name that is stated its move. Shape (S, N)."""
        returns = self.returns(factors)
        stated = np.flatnonzero(self.follows >= 0)
        moves = self.completed.stated_values[self.follows[stated]]
        returns[:, stated] = np.expm1(moves) if self.completed.compound else moves
        return returns

    def central_revalued(self) -> FloatArray:
        """P&L of each revalued position at the central factor moves, shape (P,)."""
        if self.revaluation is None:
            return np.zeros(0)
        pnl: FloatArray = self.revaluation.pnl(self.central_moves())
        return pnl[:, 0]

    def central_moves(self) -> Moves:
        """Return what a revaluation reads at the central factor moves, specific moves zero: one draw."""
        return self.moves_at(self.mean_factors()[None, :], self.central_returns()[None, :])

    def central_pnl(self) -> float:
        """P&L of the book at the central factor moves, specific moves zero. [currency]."""
        return math.fsum((*(self.book.values * self.central_returns()), *self.central_revalued()))

    def pnl_at(self, factors: FloatArray, *, stated_names: bool = False) -> FloatArray:
        """P&L of the book at given factor moves, specific moves zero, what is not linear revalued in full.

        Parameters
        ----------
        factors : ndarray of shape (S, K)
            In the scenario's space: logs when compound.
        stated_names : bool
            Whether a name whose stated move varies takes that move: then it is `central_pnl` at the central ones.

        Returns
        -------
        ndarray of shape (S,)
            [book currency]
        """
        returns = self._returns_where(factors) if stated_names else self.returns(factors)
        pnl: FloatArray = returns @ self.book.values
        if self.revaluation is None:
            return pnl
        pnl += self.revaluation.pnl(self.moves_at(factors, returns)).sum(axis=0)
        return pnl

    def moves_at(self, factors: FloatArray, returns: FloatArray) -> Moves:
        """Return what a revaluation reads where factors and names move, without a bridge.

        Parameters
        ----------
        factors : ndarray of shape (S, K)
            In the scenario's space: logs when compound.
        returns : ndarray of shape (S, N)
            Simple returns of names.
        """
        return Moves(
            names={name: returns[:, i] for i, name in enumerate(self.book.names)},
            factors=simple_factor_moves(self, np.ascontiguousarray(factors.T)),
            bridge=lambda _: np.zeros(len(factors)),
        )

    @property
    def replayed(self) -> bool:
        """Whether some name makes its recorded move, not one that the scenario states as core."""
        known = {self.book.names[i] for i in np.flatnonzero(~np.isnan(self.fixed))}
        return not known <= set(self.completed.core_names)

    def returns(self, factors: FloatArray) -> FloatArray:
        """Return the returns of all names at given factor moves, specific moves zero.

        Parameters
        ----------
        factors : ndarray of shape (S, K)
            In the scenario's space: logs when compound.

        Returns
        -------
        ndarray of shape (S, N)
            Simple returns, not below -1.
        """
        return np.where(np.isnan(self.fixed), self.explained_returns(factors), self.fixed)

    def explained_returns(self, factors: FloatArray) -> FloatArray:
        """Return the returns of all names by their exposures alone, also of names with a stated or recorded return.

        Parameters
        ----------
        factors : ndarray of shape (S, K)
            In the scenario's space: logs when compound.

        Returns
        -------
        ndarray of shape (S, N)
            Simple returns, not below -1.
        """
        moves = factors @ self.book.exposures.T
        returns: FloatArray = (
            np.expm1(moves) if self.completed.compound else np.maximum(moves, -1.0)
        )
        return returns


def plan_scenario(
    book: Book,
    scenario: Scenario | None,
    *,
    severity: float = 1.0,
    variation: Variation | None = None,
    mode: Propagation | None = None,
    recorded: Mapping[str, float] | None = None,
    generator: Generator | None = None,
    instant: bool = False,
    rule: VolatilityRule | None = None,
    beta_scale: float = 1.0,
    completed: Completed | None = None,
) -> Plan:
    """Plan a book under a scenario, or on an ordinary day: the one place that says what either means.

    Parameters
    ----------
    book : Book
        What is held.
    scenario : Scenario or None
        None is the baseline: one session, nothing stated, and what only moves by a stated fraction stands still.
    severity : float
        Of the moves as written.
    variation, mode, rule : optional
        Stand over what the scenario says; one that fixes no mode is linked. The baseline varies by names alone.
    recorded, generator, beta_scale : optional
        As in `plan`.
    instant : bool
        Whether no time passes for what is revalued.
    completed : Completed, optional
        The scenario at that severity on the book's model, where it is at hand: it depends on no book.

    Returns
    -------
    Plan
    """
    if scenario is None:
        return plan(
            book.unshocked(),
            completed or complete_baseline(book.model),
            variation=Variation(kind="names"),
            generator=generator,
            elapsed_days=0.0 if instant else None,
            rule=rule or "sticky-strike",
            beta_scale=beta_scale,
        )
    return plan(
        book,
        completed or complete(scenario, book.model, severity=severity),
        variation=variation or scenario.variation,
        mode=mode or scenario.propagation or "linked",
        recorded=recorded,
        generator=generator,
        elapsed_days=0.0 if instant else scenario.elapsed_days,
        rule=rule or scenario.volatility_rule,
        beta_scale=beta_scale,
    )


def plan(
    book: Book,
    completed: Completed,
    *,
    variation: Variation,
    mode: Propagation = "linked",
    recorded: Mapping[str, float] | None = None,
    generator: Generator | None = None,
    elapsed_days: float | None = None,
    rule: VolatilityRule = "sticky-strike",
    beta_scale: float = 1.0,
) -> Plan:
    """Reduce a book under a scenario.

    Parameters
    ----------
    book : Book
        What is held.
    completed : Completed
        From `stress.scenarios.propagation.complete`, on the book's model.
    variation : Variation
        How stated moves vary.
    mode : {'linked', 'alone'}
        How unstated factors move.
    recorded : mapping of str to float, optional
        Total simple returns of names under replay.
    generator : Generator, optional
        The t law when omitted.
    elapsed_days : float, optional
        Calendar days that pass, for what is revalued; 7/5 of the sessions when omitted.
    rule : {'sticky-strike', 'sticky-moneyness', 'spot-coordinated'}
        How implied volatility follows the spot.
    beta_scale : float
        Multiplies vol betas.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        Where the scenario states a rate that something is divided by below its lowest move.
    """
    central = completed.mean if mode == "linked" else completed.alone
    explained = book.exposures @ central
    names = name_moves(book, completed, variation, recorded=recorded or {})
    specific = names.specific
    source: Generator = StudentT() if generator is None else generator
    if mode == "linked":
        root, factor_gain = source.root(completed), completed.gain
    else:
        root = np.zeros((len(central), 0))
        factor_gain = completed.gain * completed.stated[:, None]
    safe = np.zeros(len(book.names), dtype=bool)
    warnings: tuple[str, ...] = ()
    if not completed.compound:
        ruined = ruin_probability(
            book.exposures,
            completed,
            variation,
            root=completed.root if mode == "linked" else root,
            factor_gain=factor_gain,
            specific=specific,
        )
        safe = np.where(names.stated | (book.values == 0.0), 0.0, ruined) <= RUIN_PROBABILITY
        warnings = ruin_warnings(book.names, explained, safe)
    collapsed = safe & ~names.stated & ~book.needs_draws
    residuals = own_sessions(book, source, specific, compound=completed.compound)
    collapsed[list(residuals)] = False
    values = np.where(collapsed, book.values, 0.0)
    exposure = values @ book.exposures
    loading = np.zeros(len(central))
    loading[: root.shape[1]] = root.T @ exposure
    is_fixed = ~np.isnan(names.fixed)
    planned = Plan(
        book=book,
        completed=completed,
        variation=variation,
        mode=mode,
        fixed=names.fixed,
        follows=names.follows,
        specific=specific,
        collapsed=collapsed | is_fixed,
        generator=source,
        factor_gain=factor_gain,
        root=root,
        loading=loading,
        gain=factor_gain.T @ exposure,
        collapsed_specific=float(np.sqrt(np.sum((values * specific) ** 2))),
        constant=float(book.values[is_fixed] @ names.fixed[is_fixed]),
        warnings=(*warnings, *said_of_own_sessions(book, source, specific, residuals)),
        residuals=residuals,
        revaluation=None
        if book.valuation is None
        else revaluation(
            book.valuation,
            book.model,
            horizon_days=completed.horizon_days,
            elapsed_days=calendar_days(completed.horizon_days)
            if elapsed_days is None
            else elapsed_days,
            rule=rule,
            beta_scale=beta_scale,
        ),
    )
    return replace(planned, warnings=(*planned.warnings, *require_priced(planned)))


def simple_factor_moves(plan: Plan, moves: FloatArray) -> dict[str, FloatArray]:
    """Name factor moves and make them simple where the scenario is compound.

    Parameters
    ----------
    plan : Plan
        The plan.
    moves : ndarray of shape (K, S)
        In the scenario's space.
    """
    return {
        factor.name: factor.possible(moves[k], compound=plan.completed.compound)
        for k, factor in enumerate(plan.book.model.factors)
    }
