"""What each market level that a book's holdings read moves with: something the simulation draws, or nothing.

A level that nothing moves is said so. Levels in motion revalue the holdings in full:
``V(t + tau, shocked) - V(t, base)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.factors.roles import SPREADS, VOLATILITY, exchange_role
from stress.frozen import hold_still, still_when_copied
from stress.portfolio.instruments import CreditSensitive, Driver, Instrument, Option
from stress.portfolio.market import Level, Market
from stress.portfolio.pricing.curve import CurvePoint, tenor_weights
from stress.portfolio.uncovered import why_unknown
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.simulation.holdings import Holding
from stress.simulation.levels.curve_levels import point_of
from stress.simulation.movers import (
    FactorGrowth,
    FactorShift,
    Fixed,
    Mover,
    NameGrowth,
    QuotedGrowth,
    RateMover,
    VolatilityMove,
    so_many_times,
)
from stress.simulation.translated import QuotedFuture
from stress.tables import listing

__all__ = [
    "Valuation",
    "tie_drivers",
    "yield_mover",
]

#: Pairs that are the price of a fund, in a model of the second currency: what moves them where no factor does.
_CURRENCY_FUND = {("EUR", "USD"): "FXE"}

#: So many yields of a curve show its level, its slope and its bend.
_ENOUGH_YIELDS = 3


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """Everything a book's full revaluation needs.

    Parameters
    ----------
    market : Market
        Base levels.
    holdings : tuple of Holding
        In canonical order.
    movers : mapping of Driver to Mover
        What each level moves with.
    bridges : mapping of str to float
        By underlying of options: volatility of its way between the ends of a horizon, on which they settle.
    curves : mapping of Driver to Level
        Stated points of the yield curves that bonds are read on.
    warnings : tuple of str
        Levels that nothing moves, assumed betas, unknown smiles.
    """

    market: Market
    holdings: tuple[Holding, ...]
    movers: Mapping[Driver, Mover]
    bridges: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[Driver, Level] = field(default_factory=dict)
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        hold_still(self)

    def with_stated_moves(self, times: int) -> Valuation:
        """Return it with what moves by a stated fraction moving so many times over: none holds it still, as no scenario does."""
        movers = {driver: so_many_times(mover, times) for driver, mover in self.movers.items()}
        return replace(self, movers=movers)


def tie_drivers(
    holdings: Sequence[Holding],
    model: FactorModel,
    *,
    betas: Mapping[str, VolatilityBeta],
    skews: Mapping[str, SkewSlope],
    currency: str,
    fx_moves: Mapping[str, float],
    stand_ins: Mapping[str, str] | None = None,
) -> tuple[dict[Driver, Mover], list[str]]:
    """Tie every level the holdings read to what moves it.

    Parameters
    ----------
    holdings : sequence of Holding
        The book's.
    model : FactorModel
        Names and factors there are.
    betas : mapping of str to VolatilityBeta
        By underlying.
    skews : mapping of str to SkewSlope
        By underlying.
    currency : str
        The book's.
    fx_moves : mapping of str to float
        By currency: its move against the book's in the scenario, 0 to hold it still.
    stand_ins : mapping of str to str, optional
        By underlying: the name of the model it moves like.

    Returns
    -------
    movers : dict of Driver to Mover
    warnings : list of str
        Levels that nothing moves.

    Raises
    ------
    InputError
        Names outside the model and currencies nothing is said about, all at once.
    """
    movers: dict[Driver, Mover] = {}
    warnings: list[str] = []
    unmoved: dict[str, list[str]] = {}
    unknown: dict[tuple[str, str | None], list[Holding]] = {}
    for held in holdings:
        for leg in held.legs:
            drivers = [*leg.instrument.drivers(), *([leg.fx] if leg.fx is not None else [])]
            for driver in drivers:
                if driver in movers:
                    continue
                try:
                    movers[driver] = _mover(
                        driver,
                        leg.instrument,
                        model,
                        betas,
                        skews,
                        currency,
                        fx_moves,
                        stand_ins or {},
                    )
                except InputError as error:
                    for problem in error.problems:
                        asking = unknown.setdefault((problem.message, problem.hint), [])
                        if held not in asking:
                            asking.append(held)
                    continue
                made = movers[driver]
                if isinstance(made, Fixed) and made.reason:
                    unmoved.setdefault(made.reason, []).append(str(driver))
    if unknown:
        raise InputError(
            [
                Problem(
                    message=f"{listing([held.position.id for held in them], most=3)}: {message}",
                    hint=hint,
                    line=them[0].position.row if len(them) == 1 else None,
                )
                for (message, hint), them in unknown.items()
            ]
        )
    warnings += [f"{', '.join(drivers)}: {reason}." for reason, drivers in unmoved.items()]
    warnings += _yields_short_of(movers, model)
    warnings += _no_volatility_factor(movers, model)
    used = {one for driver in movers if "/" in driver.name for one in driver.name.split("/")}
    for held in holdings:
        for leg in held.legs:
            if _quoted_abroad(leg.instrument, model, stand_ins or {}):
                used |= {leg.instrument.currency, model.currency}
    warnings += [
        f"the stated move of {one} moves nothing: returns of names are in {model.currency} already."
        if one != currency
        else f"the stated move of {one} moves nothing: the book is in {one}."
        for one in sorted({*fx_moves} - (used - {currency}))
    ]
    return movers, warnings


def _mover(
    driver: Driver,
    instrument: Instrument,
    model: FactorModel,
    betas: Mapping[str, VolatilityBeta],
    skews: Mapping[str, SkewSlope],
    currency: str,
    fx_moves: Mapping[str, float],
    stand_ins: Mapping[str, str],
) -> Mover:
    match driver.kind:
        case "growth" if "/" in driver.name:
            return _exchange_rate(driver.name, model, fx_moves)
        case "spot" | "growth" if _quoted_abroad(instrument, model, stand_ins):

            def against_book(one: str) -> RateMover | None:
                return (
                    None
                    if one == currency
                    else _exchange_rate(f"{one}/{currency}", model, fx_moves)
                )

            return QuotedGrowth(
                name=instrument.underlying,
                gained=against_book(model.currency),
                given_up=against_book(instrument.currency),
            )
        case "spot" | "growth":
            name = instrument.underlying if isinstance(instrument, QuotedFuture) else driver.name
            return NameGrowth(name=name) if name in stand_ins else _growth(name, model)
        case "vol":
            if not isinstance(instrument, Option):
                return Fixed(move=0.0, reason="no rule moves it")
            name = instrument.underlying
            return VolatilityMove(option=instrument, beta=betas[name], skew=skews[name])
        case "rate":
            return yield_mover(point_of(instrument, driver) or CurvePoint(driver.name, 0.0), model)
        case "spread":
            if not isinstance(instrument, CreditSensitive):
                return Fixed(
                    move=0.0, reason=f"a {instrument.kind} names no credit; it does not move"
                )
            if instrument.credit is None:
                return Fixed(move=0.0, reason="")
            return _spread_mover(SPREADS[instrument.credit], model)
        case "dividend":
            return Fixed(move=0.0, reason="")
        case "fx":
            return _exchange_rate(driver.name, model, fx_moves)


def _quoted_abroad(
    instrument: Instrument, model: FactorModel, stand_ins: Mapping[str, str]
) -> TypeGuard[Option | QuotedFuture]:
    """Whether an option or a future is on a name of the model, in another currency than its returns."""
    return (
        isinstance(instrument, Option | QuotedFuture)
        and instrument.currency != model.currency
        and instrument.underlying in model.name_index
        and instrument.underlying not in stand_ins
    )


def names_moving(valuation: Valuation) -> tuple[str, ...]:
    """Return the names whose draws a valuation reads, exchange rates included, sorted."""
    found: set[str] = set()
    for mover in valuation.movers.values():
        if isinstance(mover, NameGrowth | QuotedGrowth):
            found.add(mover.name)
        if isinstance(mover, QuotedGrowth):
            found.update(rate.name for rate in mover.rates if isinstance(rate, NameGrowth))
    return tuple(sorted(found))


def _growth(name: str, model: FactorModel) -> Mover:
    if name in model.name_index:
        return NameGrowth(name=name)
    if model.is_return(name):
        return FactorGrowth(factor=name)
    raise InputError(
        Problem(
            message=f"it follows '{name}', which is {why_unknown(name, model)}.",
            hint="Extend the model with its prices, or leave the position out (--unknown exclude / unknown='exclude').",
        )
    )


def yield_mover(point: CurvePoint, model: FactorModel) -> Mover:
    """Return what a point of a curve moves with: the model's yields by tenor in its own currency; others' rates do not move.

    The one rate of a currency that options and forwards read is the short end, which is flat below the
    shortest yield.
    """
    if point.currency != model.currency:
        return Fixed(move=0.0, reason="the model has no yields of this currency; it does not move")
    yields = model.yields
    if not yields:
        return Fixed(move=0.0, reason="no factor of the model is a yield; it does not move")
    weights = tenor_weights(point.years, list(yields))
    return FactorShift(weights={yields[years]: weight for years, weight in weights.items()})


def _yields_short_of(movers: Mapping[Driver, Mover], model: FactorModel) -> list[str]:
    """Say that yields follow fewer factors than a curve has, where the model lacks some."""
    follow = any(
        driver.kind == "rate" and isinstance(mover, FactorShift) for driver, mover in movers.items()
    )
    if not follow or len(model.yields) >= _ENOUGH_YIELDS:
        return []
    there = [f"{factor} ({years:g} years)" for years, factor in model.yields.items()]
    return [f"model {model.id} has few yields: those of all tenors follow {', '.join(there)}."]


def _no_volatility_factor(movers: Mapping[Driver, Mover], model: FactorModel) -> list[str]:
    """Say that volatilities follow no index, where the model has none."""
    if volatility_factor(model) is not None:
        return []
    options = sorted(
        {m.option.underlying for m in movers.values() if isinstance(m, VolatilityMove)}
    )
    if not options:
        return []
    return [
        f"no factor of model {model.id} is the volatility index: volatilities of options on {', '.join(options)} move "
        f'with their spots alone. Give the factor that is it role = "{VOLATILITY}" and calibrate again.'
    ]


def _spread_mover(role: str, model: FactorModel) -> Mover:
    """Return what the spread of a bond moves with; nothing, with the reason, where the model has none."""
    factor = model.with_role(role)
    if factor is None:
        return Fixed(
            move=0.0, reason=f"no factor of the model has the role {role}; it does not move"
        )
    return FactorShift(weights={factor: 1.0})


def _exchange_rate(pair: str, model: FactorModel, fx_moves: Mapping[str, float]) -> RateMover:
    """Tie a rate to the factor that is it or its inverse; without one a move must be stated."""
    foreign, _, domestic = pair.partition("/")
    if foreign in fx_moves:
        reason = "held still, as stated" if fx_moves[foreign] == 0.0 else "moved as stated"
        return Fixed(move=fx_moves[foreign], reason=reason)
    ways = ((foreign, domestic), (domestic, foreign))
    for bought, paid in ways:
        factor = model.with_role(exchange_role(bought, paid))
        if factor is not None:
            return FactorGrowth(factor=factor, inverse=bought != foreign)
    for bought, paid in ways:
        fund = _CURRENCY_FUND.get((bought, paid)) if paid == model.currency else None
        if fund is not None and fund in model.name_index:
            return NameGrowth(name=fund, inverse=bought != foreign)
    hint = (
        f"State it: --fx-move {foreign}=-2% / fx_moves={{'{foreign}': '-2%'}}, or hold it still: "
        f"--fx-fixed {foreign} / fx_fixed=['{foreign}']."
    )
    raise InputError(
        Problem(message=f"nothing in model {model.id} says how {pair} moves.", hint=hint)
    )


def volatility_factor(model: FactorModel) -> str | None:
    """Return the factor that moves implied volatilities, if the model has it."""
    return model.with_role(VOLATILITY)
