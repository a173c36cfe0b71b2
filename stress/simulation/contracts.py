"""The options on one underlying valued together: one formula over a matrix of contracts and draws.

A few contracts at a time, so that what they need stays in the cache of a core and numpy is called for thousands of
cells at once: threads then seldom wait for the interpreter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stress.arrays import FloatArray
from stress.compiled import contracts_into, library
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.volatility import (
    FLOOR,
    SkewSlope,
    name_volatility_move,
    shocked_volatility,
    smile_shift,
    volatility_bounds,
)
from stress.scenarios.scenario import VolatilityRule
from stress.scratch import borrowed, scratch
from stress.simulation.movers import FactorShift, Fixed, Mover, VolatilityMove

__all__ = ["FEW", "Contracts", "Levels", "contracts_of", "values_of_few"]

#: Spot, moves of the volatility index, rate and dividend, as of `Contracts.each`.
Levels = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

#: Below so many draws contracts on all underlyings are valued at once.
FEW = 64
#: Contracts times draws worked on together by numpy: the few arrays they need stay in a core's second cache.
_CELLS = 16_384
#: The same by the compiled kernel, which needs no array beside that of the values.
_COMPILED_CELLS = 65_536
#: The same of all underlyings whose contracts are looked at in turn; at least a contract of each.
_ALL_CELLS = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contracts:
    """Options on one underlying at the horizon.

    Parameters
    ----------
    spot, rate, dividend : float
        Levels now; the dividend after its fixed move.
    rate_weight : float
        Of the factor that moves the rate.
    vol : ndarray of shape (M,)
        Volatility now, by contract.
    vol_scale : ndarray of shape (M,)
        Volatility per point of the index; 0 where there is no index.
    strike, years, sign : ndarray of shape (M,)
        Terms at the horizon.
    weight : ndarray of shape (M,)
        Shares that each is counted for.
    american : ndarray of bool, shape (M,)
        Which may be exercised early.
    rule : str
        How volatility follows the spot.
    skew : SkewSlope
        Of the underlying.
    """

    spot: float
    rate: float
    dividend: float
    rate_weight: float
    vol: FloatArray
    vol_scale: FloatArray
    strike: FloatArray
    years: FloatArray
    sign: FloatArray
    weight: FloatArray
    american: np.ndarray
    rule: VolatilityRule
    skew: SkewSlope
    #: What the compiled kernel reads of each contract, shape (M, 12).
    _terms: FloatArray | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Put together what the compiled kernel reads, where there is one."""
        terms = None
        if library() is not None and not self.american.any():
            years, q = np.maximum(self.years, 0.0), self.dividend
            columns = (
                *(np.log(self.strike), years, np.sqrt(years), q, np.exp(-q * years), self.sign),
                *(self.strike, self.vol, self.vol_scale, *volatility_bounds(self.vol), self.weight),
            )
            terms = np.stack(np.broadcast_arrays(*columns), axis=1)
        object.__setattr__(self, "_terms", terms)

    def each(
        self,
        spot: FloatArray,
        points: FloatArray,
        rate: FloatArray,
        dividend: FloatArray,
        *,
        among: int = 1,
    ) -> Iterator[FloatArray]:
        """Yield the value of one contract after another, its weight times that of one share; good until the next.

        Parameters
        ----------
        spot : ndarray of shape (S,) or (1,)
            Of the underlying. [currency]
        points : ndarray of shape (S,), (1,) or a scalar
            Moves of the volatility index; zero where there is none.
        rate, dividend : ndarray of shape (S,), (1,) or a scalar
            Continuously compounded. [a year]
        among : int
            Underlyings whose contracts are looked at in turn: together they hold a few MiB.
        """
        cells = _CELLS if self._terms is None else min(_COMPILED_CELLS, _ALL_CELLS // among)
        for values in self._blocks(spot, points, rate, dividend, cells=cells):
            yield from values

    def value(self, returns: FloatArray, points: FloatArray, rate_moves: FloatArray) -> FloatArray:
        """Return the value of all contracts together, shape (S,).

        Parameters
        ----------
        returns : ndarray of shape (S,)
            Of the underlying.
        points : ndarray of shape (S,)
            Moves of the volatility index; zeros where there is none.
        rate_moves : ndarray of shape (S,)
            Moves of the factor behind the rate; zeros where there is none.
        """
        spot = self.spot * (1.0 + returns)
        rate = self.rate + self.rate_weight * rate_moves
        dividend = np.array(self.dividend)
        total = np.zeros(len(spot))
        # In blocks of one size, so that sums have the same bits with and without the compiled kernel.
        for values in self._blocks(spot, points, rate, dividend, cells=_CELLS):
            total += values.sum(axis=0)
        return total

    def _blocks(
        self,
        spot: FloatArray,
        points: FloatArray,
        rate: FloatArray,
        dividend: FloatArray,
        *,
        cells: int,
    ) -> Iterator[FloatArray]:
        """Yield weight times value (B, S) of as many contracts as go through the cache; good until the next."""
        levels = (spot, points, rate, dividend)
        (draws,) = np.broadcast_shapes(*(np.shape(level) for level in levels))
        # Read of each contract by the compiled kernel, with the dividend that is the underlying's.
        terms = self._terms if np.all(dividend == self.dividend) else None
        kernel = None if terms is None else library()
        by_draw = () if kernel is None else self._by_draw(levels, draws)
        together = max(1, cells // draws)
        # A buffer of its own: blocks of other underlyings are looked at in turn.
        with borrowed((min(together, len(self.vol)), draws)) as buffer:
            for start in range(0, len(self.vol), together):
                some = slice(start, start + together)
                values = buffer[: len(self.vol[some])]
                if kernel is None or terms is None:
                    self.pick(some)._value_into(values, *levels)
                    values *= self.weight[some, None]
                else:
                    contracts_into(
                        *(kernel, values, terms[some], by_draw), rate_moves=rate.size > 1
                    )
                yield values

    def _by_draw(self, levels: Levels, draws: int) -> tuple[FloatArray | None, ...]:
        """Return what the compiled kernel reads of each draw: of shape (S,), or None for nothing."""
        spot, points, rate, _ = levels
        with np.errstate(divide="ignore"):
            log_spot = np.log(spot)
        lean = smile_shift(spot / self.spot, rule=self.rule, skew=self.skew)
        return tuple(
            None
            if x is None
            else np.ascontiguousarray(np.broadcast_to(x, (draws,)), dtype=np.float64)
            for x in (log_spot, spot, rate, points, lean)
        )

    def _value_into(
        self,
        values: FloatArray,
        spot: FloatArray,
        points: FloatArray,
        rate: FloatArray,
        dividend: FloatArray,
    ) -> FloatArray:
        """Write the value of one share's option of each contract into an array (M, S), and return it."""
        from stress.portfolio.pricing.black_scholes import european_value

        vol = self._volatilities(spot, points, out=scratch("volatilities", values.shape))
        if not self.american.any():
            return european_value(
                spot, self.strike[:, None], self.years[:, None], rate, dividend, vol,
                sign=self.sign[:, None], out=values,
            )  # fmt: skip
        from stress.portfolio.pricing.american import american_value

        if values.shape[1] < FEW:
            (values[:],) = values_of_few([(self, (spot, points, rate, dividend))])
            return values
        for i, american in enumerate(self.american):
            value = american_value if american else european_value
            values[i] = value(
                spot, self.strike[i], self.years[i], rate, dividend, vol[i], sign=self.sign[i]
            )
        return values

    def _volatilities(self, spot: FloatArray, points: FloatArray, *, out: FloatArray) -> FloatArray:
        """Write the volatility of each contract into an array (M, S), and return it."""
        np.multiply(self.vol_scale[:, None], points, out=out)
        return shocked_volatility(
            self.vol[:, None], spot / self.spot, rule=self.rule, skew=self.skew, shift=out, out=out
        )

    def lowest_points(self) -> FloatArray:
        """Return the move of the index at which each volatility reaches its floor, shape (M,)."""
        with np.errstate(divide="ignore"):
            lowest: FloatArray = np.where(
                self.vol_scale > 0.0, (FLOOR - self.vol) / self.vol_scale, -np.inf
            )
        return lowest

    def widths(self) -> FloatArray:
        """Return the spread of the log spot that is left: a kink is as sharp as that. Shape (M,)."""
        return np.maximum(self.vol * np.sqrt(self.years), 1e-6)

    def gross(self) -> float:
        """Return the sum of the contracts' absolute values at the horizon if nothing moves. [their currency]."""
        spot, still = np.array([self.spot]), np.zeros(())
        rate, dividend = np.array(self.rate), np.array(self.dividend)
        return math.fsum(abs(float(row[0])) for row in self.each(spot, still, rate, dividend))

    def pick(self, index: np.ndarray | slice) -> Contracts:
        """Return some of the contracts."""
        return Contracts(
            spot=self.spot, rate=self.rate, dividend=self.dividend, rate_weight=self.rate_weight,
            vol=self.vol[index], vol_scale=self.vol_scale[index], strike=self.strike[index],
            years=self.years[index], sign=self.sign[index], weight=self.weight[index],
            american=self.american[index], rule=self.rule, skew=self.skew,
        )  # fmt: skip


def values_of_few(groups: Sequence[tuple[Contracts, Levels]]) -> list[FloatArray]:
    """Value contracts on several underlyings under few draws, all at once: an American one is then solved beside others.

    Parameters
    ----------
    groups : sequence of (Contracts, (spot, points, rate, dividend))
        The contracts of one underlying and their levels, as of `Contracts.each`.

    Returns
    -------
    list of ndarray of shape (M, S)
        One a group: the value of one share's option of each contract.
    """
    from stress.portfolio.pricing.american import american_value
    from stress.portfolio.pricing.black_scholes import european_value

    rows: list[tuple[FloatArray, ...]] = []
    for contracts, (spot, points, rate, dividend) in groups:
        (draws,) = np.broadcast_shapes(*(np.shape(x) for x in (spot, points, rate, dividend)))
        shape = len(contracts.vol), draws
        vol = contracts._volatilities(spot, points, out=np.empty(shape))
        terms = (contracts.strike, contracts.years, contracts.sign)
        rows.append(
            tuple(
                np.broadcast_to(x, shape).ravel()
                for x in (spot, rate, dividend, vol, *(term[:, None] for term in terms))
            )
        )
    S, r, q, v, K, T, sign = (np.concatenate(column) for column in zip(*rows, strict=True))
    sizes = [len(row[0]) for row in rows]
    early = np.concatenate(
        [
            np.repeat(c.american, size // len(c.vol))
            for (c, _), size in zip(groups, sizes, strict=True)
        ]
    )
    values = np.empty(len(S))
    for some, value in ((early, american_value), (~early, european_value)):
        if some.any():
            values[some] = value(
                S[some], K[some], T[some], r[some], q[some], v[some], sign=sign[some]
            )
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return [part.reshape(len(c.vol), -1) for part, (c, _) in zip(parts, groups, strict=True)]


def contracts_of(
    options: Sequence[Option],
    weights: Sequence[float],
    *,
    base: Mapping[Driver, FloatArray],
    movers: Mapping[Driver, Mover],
    elapsed_days: float,
    rule: VolatilityRule,
    beta_scale: float,
) -> Contracts:
    """Collect options on one underlying, in one currency, that live to the horizon.

    Parameters
    ----------
    options : sequence of Option
        At least one.
    weights : sequence of float
        Shares that each is counted for.
    base : mapping of Driver to ndarray
        Levels now.
    movers : mapping of Driver to Mover
        What moves them.
    elapsed_days : float
        Calendar days to the horizon.
    rule : str
        How volatility follows the spot.
    beta_scale : float
        Multiplies the beta to the index; 0 where there is no index.
    """
    spot, vol, rate, dividend = options[0].drivers()
    moved, still, shift = movers[vol], movers[dividend], movers[rate]
    assert isinstance(moved, VolatilityMove)
    assert isinstance(still, Fixed)
    days = np.array([o.days_to_expiry - elapsed_days for o in options])
    return Contracts(
        spot=float(base[spot]),
        rate=float(base[rate]) * (1.0 + shift.move if isinstance(shift, Fixed) else 1.0),
        dividend=float(base[dividend]) * (1.0 + still.move),
        rate_weight=next(iter(shift.weights.values())) if isinstance(shift, FactorShift) else 0.0,
        vol=np.array([float(base[Driver("vol", o.contract)]) for o in options]),
        # The index moves in points; a fraction of volatility is a hundredth of one.
        vol_scale=name_volatility_move(0.01 * beta_scale, moved.beta, days),
        strike=np.array([o.strike for o in options]),
        years=np.array([o.years(elapsed_days) for o in options]),
        sign=np.array([o.sign for o in options]),
        weight=np.array(weights, dtype=np.float64),
        american=np.array([o.style == "american" for o in options]),
        rule=rule,
        skew=moved.skew,
    )
