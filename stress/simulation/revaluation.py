"""Full revaluation of what is not linear, under draws: ``V(t + tau, shocked) - V(t, base)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from stress.arrays import FloatArray
from stress.factors.model import FactorModel
from stress.portfolio.instruments import Driver, Instrument, LeveragedFund, Option, over_sessions
from stress.scenarios.scenario import VolatilityRule
from stress.simulation.contracts import FEW, Contracts, contracts_of, values_of_few
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.levels.curve_levels import rolled
from stress.simulation.levels.divided_rates import held_above
from stress.simulation.movers import (
    FactorGrowth,
    FactorShift,
    Fixed,
    NameGrowth,
    QuotedGrowth,
    RateMover,
    VolatilityMove,
)
from stress.simulation.settling import SettledAt, has_settled, settled_at, spot_on_the_way
from stress.simulation.valuation import Valuation, names_moving, volatility_factor, yield_mover
from stress.simulation.values_now import values_now

__all__ = ["Moves", "Revaluation", "revaluation"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moves:
    """What the simulation drew, as simple moves.

    Parameters
    ----------
    names : mapping of str to ndarray of shape (S,)
        Simple returns of names.
    factors : mapping of str to ndarray of shape (S,)
        Simple moves of relative factors, differences of absolute ones.
    bridge : callable
        Stream name to standard normals (S,), for options that settle inside the horizon.
    settled : mapping of (str, str) to ndarray of shape (S,)
        Spot at which contracts have settled, by underlying and expiry, where the way there is known (a path).
    """

    names: Mapping[str, FloatArray]
    factors: Mapping[str, FloatArray]
    bridge: Callable[[str], FloatArray]
    settled: Mapping[SettledAt, FloatArray] = field(default_factory=dict)

    def at(self, draws: np.ndarray) -> Moves:
        """Return the moves of some draws only."""
        return Moves(
            names={name: moves[draws] for name, moves in self.names.items()},
            factors={name: moves[draws] for name, moves in self.factors.items()},
            bridge=lambda stream: self.bridge(stream)[draws],
            settled={place: spots[draws] for place, spots in self.settled.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Revaluation:
    """A book's nonlinear holdings over one scenario's horizon.

    Parameters
    ----------
    valuation : Valuation
        Holdings, base levels and what moves them.
    legs : tuple of tuple of ElementaryLeg
        By holding, with the horizon's sessions set.
    base : mapping of Driver to ndarray
        Base levels, scalars.
    unmoved : mapping of Driver to ndarray
        The same at the end of the horizon where nothing moves: bonds are read at the tenor that is left.
    base_values : ndarray of shape (P,)
        Value of each holding now. [book currency]
    sessions : int
        Of the horizon.
    elapsed_days : float
        Calendar days that pass; 0 for an instantaneous shock.
    rule : str
        How volatility follows the spot.
    beta_scale : float
        Multiplies every vol beta: 1, or 0.5 and 1.5 for the sensitivity.
    factors : tuple of str
        Factors the holdings read.
    index_factor : str or None
        The factor that moves implied volatilities, where the model has one.
    """

    valuation: Valuation
    legs: tuple[tuple[ElementaryLeg, ...], ...]
    base: Mapping[Driver, FloatArray]
    unmoved: Mapping[Driver, FloatArray]
    base_values: FloatArray
    sessions: int
    elapsed_days: float
    rule: VolatilityRule
    beta_scale: float
    factors: tuple[str, ...]
    index_factor: str | None
    #: By holding and leg: what an option that lives to the horizon reads beside its volatility; None of anything else.
    _reads: tuple[tuple[tuple[Driver, ...] | None, ...], ...] = field(init=False, repr=False)
    _together: Mapping[tuple[Driver, ...], Contracts] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Put options together that read the same levels, in the order of legs."""
        reads = tuple(tuple(self._read_by_living(leg) for leg in legs) for legs in self.legs)
        found: dict[tuple[Driver, ...], list[ElementaryLeg]] = {}
        for legs, by_leg in zip(self.legs, reads, strict=True):
            for leg, read in zip(legs, by_leg, strict=True):
                if read is not None:
                    found.setdefault(read, []).append(leg)
        object.__setattr__(self, "_reads", reads)
        object.__setattr__(
            self, "_together", {read: self.contracts(legs) for read, legs in found.items()}
        )

    def pnl(self, moves: Moves) -> FloatArray:
        """Return the P&L of each holding, shape (P, S). [book currency]."""
        rows = list(self.each(moves))
        return np.stack(np.broadcast_arrays(*rows)) if rows else np.zeros((0, 1))

    def each(self, moves: Moves) -> Iterator[FloatArray]:
        """Yield the P&L of one holding after another, shape (S,) or (1,) where nothing moves it."""
        levels: dict[Driver, FloatArray] = {}
        settled = dict(moves.settled)
        options = self._values_together(moves, levels)
        for held, legs, reads, base in zip(
            self.valuation.holdings, self.legs, self._reads, self.base_values, strict=True
        ):
            value: FloatArray | None = None
            for leg, read in zip(legs, reads, strict=True):
                if read is None:
                    part = leg.ratio * self._value_alone(leg, moves, levels, settled)
                else:
                    part = next(options[read])
                if leg.fx is not None:
                    part = part * self._level_once(leg.fx, moves, levels)
                if value is None and len(legs) > 1:
                    part = +part  # an option's values are good until the next
                value = part if value is None else value + part
            assert value is not None  # a holding has a leg
            yield np.atleast_1d(held.quantity * value - base)

    def passage_of_time(self) -> float:
        """Return the P&L of time alone: every curve and level as it is, `elapsed_days` later, without ups and downs."""
        still = Moves(
            names={name: np.zeros(1) for name in names_moving(self.valuation)},
            factors={name: np.zeros(1) for name in self.factors},
            bridge=lambda _: np.zeros(1),
        )
        legs = tuple(tuple(_smooth(leg) for leg in held) for held in self.legs)
        unmoved = replace(self, valuation=self.valuation.with_stated_moves(0), legs=legs)
        return float(unmoved.pnl(still).sum())

    def read_by(self, row: int, column: int) -> tuple[Driver, ...] | None:
        """Return spot, rate and dividend that a leg reads if it is an option that lives to the horizon, else None."""
        return self._reads[row][column]

    def _read_by_living(self, leg: ElementaryLeg) -> tuple[Driver, ...] | None:
        """Return what an option that lives to the horizon reads beside its volatility; None of anything else."""
        option = leg.instrument
        if not isinstance(option, Option) or self.has_settled(option):
            return None
        spot, _, rate, dividend = option.drivers()
        return spot, rate, dividend

    def has_settled(self, option: Option) -> bool:
        """Whether an option has settled before the horizon ends."""
        return has_settled(option, sessions=self.sessions, elapsed_days=self.elapsed_days)

    def contracts(
        self, legs: Sequence[ElementaryLeg], quantities: Sequence[float] | None = None
    ) -> Contracts:
        """Return options that read the same levels as one.

        Parameters
        ----------
        legs : sequence of ElementaryLeg
            Options that live to the horizon.
        quantities : sequence of float, optional
            Of each leg's holding; one unit when omitted.
        """
        options = [leg.instrument for leg in legs if isinstance(leg.instrument, Option)]
        units = [1.0] * len(legs) if quantities is None else quantities
        return contracts_of(
            options,
            [n * leg.ratio * o.multiplier for n, leg, o in zip(units, legs, options, strict=True)],
            base=self.base,
            movers=self.valuation.movers,
            elapsed_days=self.elapsed_days,
            rule=self.rule,
            beta_scale=0.0 if self.index_factor is None else self.beta_scale,
        )

    def _values_together(
        self, moves: Moves, levels: dict[Driver, FloatArray]
    ) -> dict[tuple[Driver, ...], Iterator[FloatArray]]:
        """Return the values of options that live to the horizon, contract after contract, by what they read."""
        if not self._together:
            return {}
        points = np.zeros(()) if self.index_factor is None else moves.factors[self.index_factor]
        read_at = {}
        for read in self._together:
            spot, rate, dividend = (self._level_once(driver, moves, levels) for driver in read)
            read_at[read] = np.atleast_1d(spot), points, rate, dividend
        (draws,) = np.broadcast_shapes(*(np.shape(x) for at in read_at.values() for x in at))
        if draws >= FEW:
            among = len(self._together)
            return {
                read: contracts.each(*read_at[read], among=among)
                for read, contracts in self._together.items()
            }
        values = values_of_few([(c, read_at[read]) for read, c in self._together.items()])
        return {
            read: iter(contracts.weight[:, None] * rows)
            for (read, contracts), rows in zip(self._together.items(), values, strict=True)
        }

    def _value_alone(
        self,
        leg: ElementaryLeg,
        moves: Moves,
        levels: dict[Driver, FloatArray],
        settled: dict[SettledAt, FloatArray],
    ) -> FloatArray:
        instrument = leg.instrument
        if isinstance(instrument, Option):
            return self._settled_value(instrument, moves, levels, settled)
        read = {driver: self._level_once(driver, moves, levels) for driver in instrument.drivers()}
        return instrument.value(read, elapsed_days=self.elapsed_days)

    def _settled_value(
        self,
        option: Option,
        moves: Moves,
        levels: dict[Driver, FloatArray],
        settled: dict[SettledAt, FloatArray],
    ) -> FloatArray:
        place, spot = settled_at(option), Driver("spot", option.underlying)
        if place not in settled:
            settled[place] = spot_on_the_way(
                option,
                self.base[spot],
                self._level_once(spot, moves, levels),
                first=0,
                last=self.sessions,
                days=self.elapsed_days,
                volatility=self.valuation.bridges[option.underlying],
                bridge=moves.bridge,
            )
        # It is worth what it settles at: no time is left, also where calendar days would leave some, and no
        # other level counts.
        read = {driver: self.unmoved[driver] for driver in option.drivers()}
        read[spot] = settled[place]
        return option.value(read, elapsed_days=max(self.elapsed_days, float(option.days_to_expiry)))

    def _level_once(
        self, driver: Driver, moves: Moves, levels: dict[Driver, FloatArray]
    ) -> FloatArray:
        if driver not in levels:
            levels[driver] = self.level(driver, moves)
        return levels[driver]

    def level(self, driver: Driver, moves: Moves) -> FloatArray:
        """Return a level under draws, shape (S,) or a scalar where nothing moves it; not an option's volatility."""
        base, mover = self.unmoved[driver], self.valuation.movers[driver]
        match mover:
            case NameGrowth() | FactorGrowth():
                growth = _growth(mover, moves)
                return base / held_above(growth) if mover.inverse else base * growth
            case QuotedGrowth():
                level = base * (1.0 + moves.names[mover.name])
                if mover.gained is not None:
                    level = level * _rate(mover.gained, moves)
                if mover.given_up is None:
                    return level
                return level / held_above(_rate(mover.given_up, moves))
            case FactorShift():
                shift = sum(
                    (weight * moves.factors[name] for name, weight in mover.weights.items()),
                    start=np.zeros(()),
                )
                return base + shift
            case Fixed():
                return base * (1.0 + mover.move)
            case VolatilityMove():
                raise AssertionError("volatilities move inside `Contracts`, each with its option")


def _growth(mover: NameGrowth | FactorGrowth, moves: Moves) -> FloatArray:
    """Return what the name or factor itself is multiplied by."""
    if isinstance(mover, NameGrowth):
        return 1.0 + moves.names[mover.name]
    return 1.0 + moves.factors[mover.factor]


def _rate(mover: RateMover, moves: Moves) -> FloatArray | float:
    """Return what an exchange rate is multiplied by."""
    if isinstance(mover, Fixed):
        return 1.0 + mover.move
    growth = _growth(mover, moves)
    return 1.0 / held_above(growth) if mover.inverse else growth


def revaluation(
    valuation: Valuation,
    model: FactorModel,
    *,
    horizon_days: int,
    elapsed_days: float,
    rule: VolatilityRule,
    beta_scale: float = 1.0,
) -> Revaluation:
    """Prepare a valuation for one scenario.

    Parameters
    ----------
    valuation : Valuation
        Of the book.
    model : FactorModel
        Whose factors move levels.
    horizon_days : int
        Sessions.
    elapsed_days : float
        Calendar days; 0 for an instantaneous shock.
    rule : {'sticky-strike', 'sticky-moneyness', 'spot-coordinated'}
        Of the scenario.
    beta_scale : float
        Multiplies vol betas.

    Raises
    ------
    InputError
        Naming every level that is missing, before any draw is made.
    """
    legs = tuple(
        tuple(
            replace(leg, instrument=_over_horizon(leg.instrument, model, horizon_days))
            for leg in held.legs
        )
        for held in valuation.holdings
    )
    base = valuation.market.base_levels(held.instrument for held in valuation.holdings)
    reading = [
        (leg.instrument, d) for held in legs for leg in held for d in leg.instrument.drivers()
    ]
    later = rolled(reading, valuation.curves, elapsed_days)
    now = values_now(valuation, legs, base)
    movers = {driver: yield_mover(point, model) for driver, (point, _) in later.items()}
    valuation = replace(valuation, movers={**valuation.movers, **movers})
    index_factor = volatility_factor(model)
    read = set()
    for mover in valuation.movers.values():
        if isinstance(mover, FactorGrowth):
            read.add(mover.factor)
        elif isinstance(mover, QuotedGrowth):
            read.update(rate.factor for rate in mover.rates if isinstance(rate, FactorGrowth))
        elif isinstance(mover, FactorShift):
            read.update(mover.weights)
        elif isinstance(mover, VolatilityMove) and index_factor is not None:
            read.add(index_factor)
    return Revaluation(
        valuation=valuation,
        legs=legs,
        base=base,
        unmoved={
            **base,
            **{driver: base[driver] + change for driver, (_, change) in later.items()},
        },
        base_values=now,
        sessions=horizon_days,
        elapsed_days=elapsed_days,
        rule=rule,
        beta_scale=beta_scale,
        factors=tuple(sorted(read)),
        index_factor=index_factor,
    )


def _smooth(leg: ElementaryLeg) -> ElementaryLeg:
    """Return a leg without the ups and downs on the way of a leveraged fund."""
    fund = leg.instrument
    if not isinstance(fund, LeveragedFund):
        return leg
    return replace(leg, instrument=replace(fund, daily_variance=0.0))


def _over_horizon(instrument: Instrument, model: FactorModel, sessions: int) -> Instrument:
    """Return an instrument over a horizon, a leveraged fund with the ups and downs on the way."""
    held = over_sessions(instrument, sessions)
    if not isinstance(held, LeveragedFund):
        return held
    daily = model.daily_volatility(held.follows, horizon_days=sessions)
    if not daily:
        return held
    return replace(held, daily_variance=daily**2, degrees_of_freedom=model.degrees_of_freedom)
