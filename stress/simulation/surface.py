"""All options on one underlying as one surface in spot, volatility and rate, with a certified error.

Under a scenario every option on a name reads the same three moves: the name's return, the volatility index
and the short rate. Their joint value is a smooth function of these, so it is fitted once on a small grid of
exact revaluations and costs the same for a thousand options as for one. Its error is measured on fresh exact
revaluations; options too close to their expiry for it, and draws outside its range, are revalued exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.pricing.chebyshev import Axis
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.contracts import Contracts
from stress.simulation.draws import SharedDraws, draw_chunk, drawn_moves, explicit_returns
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.movers import FactorGrowth, FactorShift, Fixed, NameGrowth, VolatilityMove
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Moves, Revaluation
from stress.simulation.tabulated import TabulatedSurface, fitted

__all__ = ["TOLERANCE", "OptionSurfaces", "with_surfaces", "worth_surfaces"]

#: Certified error of each underlying's surface at most, as a share of the gross value of its options.
TOLERANCE = 1e-6
#: The same of American options, whose own values are good to 3e-6.
AMERICAN_TOLERANCE = 1e-5
#: From so many draws and options on, surfaces are used unless exact values are asked for.
FROM_DRAWS = 65_536
FROM_OPTIONS = 8
#: A surface's range: that of the first chunk without this share at each end, times this on both sides of the middle.
#: Under a t law with 5 degrees of freedom one draw in 100,000 is beyond an end.
_TRIMMED, _STRETCH = 1e-3, 2.5
#: Polynomials: at least and at most in spot, in volatility, in the rate.
_SPOT, _MOST_SPOT = 12, 96
_VOLATILITY = 10
_RATE = 3
_ATTEMPTS = 4
#: Fresh points of the certificate: so many anywhere in the range, and so many draws.
_FRESH = 256
#: The certified error is so many times the largest at them: draws see a little more.
_MARGIN = 2.0
#: A range narrower than this does not move. [fraction]
_STILL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Underlying:
    """The options on one underlying, and their surface.

    Parameters
    ----------
    spot : str
        Name or factor whose return is the underlying's.
    is_factor : bool
        Which of the two.
    others : tuple of str
        Factors that move their volatility and rate.
    fx : Driver or None
        What their common value is translated at.
    contracts : Contracts
        The options, for draws beyond the surface's range.
    surface : TabulatedSurface
        Of their value by return, index and rate.
    error : float
        Twice the largest at fresh points. [their currency]
    gross : float
        Their gross value now. [their currency]
    """

    spot: str
    is_factor: bool
    others: tuple[str, ...]
    fx: Driver | None
    contracts: Contracts
    surface: TabulatedSurface
    error: float
    gross: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionSurfaces:
    """The surfaces of a plan, and what is left to exact revaluation.

    Parameters
    ----------
    underlyings : tuple of Underlying
        With a certified surface each.
    rest : Revaluation or None
        Everything else that is revalued.
    base : float
        Value now of the holdings that are in surfaces as a whole. [book currency]
    """

    underlyings: tuple[Underlying, ...]
    rest: Revaluation | None
    base: float

    @property
    def certified_error(self) -> float:
        """Largest error of an underlying's surface as a share of the gross value of its options."""
        return max(part.error / part.gross for part in self.underlyings)

    def pnl(self, moves: Moves, levels: Revaluation) -> FloatArray:
        """Return the P&L of everything revalued, shape (S,). [book currency].

        Parameters
        ----------
        moves : Moves
            Of the draws.
        levels : Revaluation
            The plan's own, for exchange rates.
        """
        total: FloatArray | float = -self.base
        bases: dict[tuple[str, Axis], tuple[FloatArray, np.ndarray]] = {}
        for part in self.underlyings:
            value = _value(part, moves, bases, levels)
            total = total + (value if part.fx is None else value * levels.level(part.fx, moves))
        if self.rest is not None:
            total = total + self.rest.pnl(moves).sum(axis=0)
        return np.asarray(total)


def worth_surfaces(plan: Plan, draws: int) -> bool:
    """Whether a plan holds enough options for surfaces to pay at so many draws."""
    if plan.revaluation is None or draws < FROM_DRAWS:
        return False
    return (
        sum(isinstance(leg.instrument, Option) for legs in plan.revaluation.legs for leg in legs)
        >= FROM_OPTIONS
    )


def with_surfaces(plan: Plan, *, seed: int) -> Plan:
    """Return the plan with surfaces in place of exact revaluation, where they can be certified.

    Parameters
    ----------
    plan : Plan
        With a revaluation.
    seed : int
        Of the run: its first chunk says how far the variables go.
    """
    revaluation = plan.revaluation
    if revaluation is None:
        return plan
    with one_blas_thread():
        shared = SharedDraws(seed=seed, chunk=0)
        draw = draw_chunk(plan, shared)
        returns = explicit_returns(plan, draw, seed=seed, chunk=0)
        pilot = drawn_moves(plan, draw, returns, seed=seed, chunk=0)
        of_factors = {name: _middle_and_ends(moves) for name, moves in pilot.factors.items()}
        made = []
        covered: set[tuple[int, int]] = set()
        for key, places in _by_underlying(revaluation).items():
            part, held = _certified(revaluation, key, places, pilot, of_factors)
            if part is not None:
                made.append(part)
                covered |= set(held)
    if not made:
        return plan
    rest, base = _rest(revaluation, covered)
    return replace(plan, surfaces=OptionSurfaces(underlyings=tuple(made), rest=rest, base=base))


#: Low end, middle and high end of what was drawn.
_Seen = tuple[float, float, float]
_Key = tuple[str, bool, tuple[str, ...], Driver | None, str]


def _by_underlying(revaluation: Revaluation) -> dict[_Key, list[tuple[int, int]]]:
    """Group options that live to the horizon by the moves that their value depends on."""
    found: dict[_Key, list[tuple[int, int]]] = {}
    for row, legs in enumerate(revaluation.legs):
        for column, leg in enumerate(legs):
            key = _key(leg, revaluation.read_by(row, column), revaluation)
            if key is not None:
                found.setdefault(key, []).append((row, column))
    return found


def _key(
    leg: ElementaryLeg, reads: tuple[Driver, ...] | None, revaluation: Revaluation
) -> _Key | None:
    option = leg.instrument
    if (
        reads is None
        or not isinstance(option, Option)
        or option.days_to_expiry <= revaluation.elapsed_days
    ):
        return None
    movers = revaluation.valuation.movers
    vol = movers[Driver("vol", option.contract)]
    spot, rate, dividend = (movers[driver] for driver in reads)
    others = [] if revaluation.index_factor is None else [revaluation.index_factor]
    if isinstance(rate, FactorShift) and len(rate.weights) == 1:
        others += [name for name in rate.weights if name not in others]
    elif not isinstance(rate, Fixed):
        return None
    if not isinstance(vol, VolatilityMove) or not isinstance(dividend, Fixed):
        return None
    match spot:
        case NameGrowth(inverse=False):
            return spot.name, False, tuple(others), leg.fx, option.style
        case FactorGrowth(inverse=False) if spot.factor not in others:
            return spot.factor, True, tuple(others), leg.fx, option.style
        case _:
            return None


def _certified(
    revaluation: Revaluation,
    key: _Key,
    places: Sequence[tuple[int, int]],
    pilot: Moves,
    of_factors: Mapping[str, _Seen | None],
) -> tuple[Underlying | None, Sequence[tuple[int, int]]]:
    """Fit until the error is certified; options nearest to expiry are left out where they defeat it."""
    spot, is_factor, others, fx, style = key
    tolerance = AMERICAN_TOLERANCE if style == "american" else TOLERANCE
    drawn = [(pilot.factors if is_factor else pilot.names)[spot]]
    drawn += [pilot.factors[name] for name in others]
    seen = [of_factors[spot] if is_factor else _middle_and_ends(drawn[0])]
    seen += [of_factors[name] for name in others]
    known = [one for one in seen if one is not None]
    if len(known) < len(seen):
        return None, ()
    whole = revaluation.contracts(
        [revaluation.legs[row][column] for row, column in places],
        [revaluation.valuation.holdings[row].quantity for row, _ in places],
    )
    widest = np.argsort(-whole.widths(), kind="stable")
    if revaluation.index_factor in others:
        # A volatility at its floor is a kink: options that draws bring there are left out.
        least = float(drawn[1].min())
        widest = widest[whole.lowest_points()[widest] < least]
    while len(widest):
        contracts = whole.pick(widest)
        made = _fit(key, contracts, drawn, known, revaluation, tolerance)
        if made is not None:
            surface, error, gross = made
            return (
                Underlying(
                    spot=spot, is_factor=is_factor, others=others, fx=fx,
                    contracts=contracts, surface=surface, error=error, gross=gross,
                ),
                [places[i] for i in widest],
            )  # fmt: skip
        widest = widest[: (3 * len(widest)) // 4] if len(widest) > 1 else widest[:0]
    return None, ()


def _fit(
    key: _Key,
    contracts: Contracts,
    drawn: Sequence[FloatArray],
    seen: Sequence[_Seen],
    revaluation: Revaluation,
    tolerance: float,
) -> tuple[TabulatedSurface, float, float] | None:
    """Return a surface, its error and the gross value of the contracts; None if it cannot be certified."""
    others = key[2]
    gross = contracts.gross()
    if gross == 0.0:
        return None

    def values(points: Sequence[FloatArray]) -> FloatArray:
        moves = dict(zip(others, points[1:], strict=True))
        return _exact(contracts, points[0], moves, revaluation.index_factor)

    lowest = [-1.0, *[-np.inf] * len(others)]
    if revaluation.index_factor in others:
        lowest[1] = float(contracts.lowest_points().max())
    narrowest = float(contracts.widths().min())
    ranges = [_range(one, low) for one, low in zip(seen, lowest, strict=True)]
    found = _measured(ranges, drawn, values, narrowest=narrowest, most=tolerance * gross)
    return None if found is None else (*found, gross)


def _measured(
    ranges: Sequence[tuple[float, float]],
    drawn: Sequence[FloatArray],
    values: Callable[[Sequence[FloatArray]], FloatArray],
    *,
    narrowest: float,
    most: float,
) -> tuple[TabulatedSurface, float] | None:
    """Return a surface on some ranges and its error; None if it stays above `most`."""
    random = np.random.Generator(np.random.Philox(_FRESH))
    fresh = [random.uniform(low, high, _FRESH) for low, high in ranges]
    inside = np.all(
        [(x >= low) & (x <= high) for (low, high), x in zip(ranges, drawn, strict=True)], axis=0
    )
    seen = np.flatnonzero(inside)[:_FRESH]
    fresh = [np.concatenate([anywhere, x[seen]]) for anywhere, x in zip(fresh, drawn, strict=True)]
    truth = values(fresh)
    half = 0.5 * (ranges[0][1] - ranges[0][0])
    spots = min(_MOST_SPOT, max(_SPOT, math.ceil(8.0 + 7.0 * half / narrowest)))
    counts = [spots, *((_VOLATILITY, _RATE)[i > 0] for i in range(len(ranges) - 1))]
    negligible = 0.2 * most
    for _ in range(_ATTEMPTS):
        axes = [
            Axis(low=low, high=high, count=1 if high - low < _STILL else n)
            for (low, high), n in zip(ranges, counts, strict=True)
        ]
        surface, resolved = fitted(axes, values, negligible=negligible)
        bases = [axis.basis(x) for axis, x in zip(axes[1:], fresh[1:], strict=True)]
        error = _MARGIN * float(np.abs(surface.value(fresh[0], bases) - truth).max())
        if error <= most:
            return surface, error
        if counts[0] >= _MOST_SPOT and not resolved[0]:
            return None
        if all(resolved):
            negligible *= 0.1
        counts = [
            n if done else min(_MOST_SPOT, math.ceil(1.4 * n))
            for n, done in zip(counts, resolved, strict=True)
        ]
    return None


def _exact(
    contracts: Contracts,
    returns: FloatArray,
    moves: Mapping[str, FloatArray],
    index_factor: str | None,
) -> FloatArray:
    still = np.zeros_like(returns)
    points = moves[index_factor] if index_factor is not None else still
    rates = [move for name, move in moves.items() if name != index_factor]
    return contracts.value(returns, points, rates[0] if rates else still)


def _middle_and_ends(x: FloatArray) -> _Seen | None:
    """Return the low end, the middle and the high end of what was drawn; None if some of it is no number."""
    if not np.isfinite(x).all():
        return None
    low, middle, high = np.quantile(x, [_TRIMMED, 0.5, 1.0 - _TRIMMED])
    return float(low), float(middle), float(high)


def _range(seen: _Seen, lowest: float) -> tuple[float, float]:
    """Return a range that nearly no draw leaves."""
    low, middle, high = seen
    return max(middle - _STRETCH * (middle - low), lowest), middle + _STRETCH * (high - middle)


def _rest(
    revaluation: Revaluation, covered: set[tuple[int, int]]
) -> tuple[Revaluation | None, float]:
    """Return what surfaces do not cover, and the base value of holdings that they cover whole."""
    rows, legs, base = [], [], 0.0
    for row, parts in enumerate(revaluation.legs):
        left = tuple(leg for column, leg in enumerate(parts) if (row, column) not in covered)
        if left:
            rows.append(row)
            legs.append(left)
        else:
            base += float(revaluation.base_values[row])
    if not rows:
        return None, base
    holdings = revaluation.valuation.holdings
    return (
        replace(
            revaluation,
            valuation=replace(revaluation.valuation, holdings=tuple(holdings[row] for row in rows)),
            legs=tuple(legs),
            base_values=revaluation.base_values[rows],
        ),
        base,
    )


def _value(
    part: Underlying,
    moves: Moves,
    bases: dict[tuple[str, Axis], tuple[FloatArray, np.ndarray]],
    levels: Revaluation,
) -> FloatArray:
    """Return the value of the options of one underlying under draws; exactly where out of range."""
    returns = (moves.factors if part.is_factor else moves.names)[part.spot]
    others = [moves.factors[name] for name in part.others]
    axis, *axes = part.surface.axes
    inside = axis.holds(returns)
    shared = []
    for name, other, x in zip(part.others, axes, others, strict=True):
        if (name, other) not in bases:
            bases[name, other] = other.basis(x), other.holds(x)
        basis, held = bases[name, other]
        shared.append(basis)
        inside &= held
    value = part.surface.value(returns, shared)
    if not inside.all():
        left = np.flatnonzero(~inside)
        beyond = {name: moves.factors[name][left] for name in part.others}
        value[left] = _exact(part.contracts, returns[left], beyond, levels.index_factor)
    return value
