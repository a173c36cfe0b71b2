"""The options on one underlying valued together: one formula over a matrix of draws and contracts.

It gives what `Revaluation` gives contract by contract, for a small number of draws at a time: the points a
surface is fitted and checked on, and the draws beyond its range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.volatility import (
    FLOOR,
    SkewSlope,
    VolatilityRule,
    name_volatility_move,
    shocked_volatility,
)
from stress.simulation.revaluation import Revaluation
from stress.simulation.valuation import FactorShift, Fixed, VolatilityMove

__all__ = ["Contracts", "contracts_of"]

#: Draws times contracts worked on together: its few arrays fit a core's second cache.
_CELLS = 32_768
#: From so many blocks on, threads are used.
_THREADS_FROM = 8


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
        Volatility per point of the index.
    strike, years, sign : ndarray of shape (M,)
        Terms at the horizon.
    weight : ndarray of shape (M,)
        Shares: quantity times ratio times multiplier.
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

    def value(
        self,
        returns: FloatArray,
        points: FloatArray,
        rate_moves: FloatArray,
        *,
        workers: int = 1,
    ) -> FloatArray:
        """Return the value of all contracts together, shape (S,).

        Parameters
        ----------
        returns : ndarray of shape (S,)
            Of the underlying.
        points : ndarray of shape (S,)
            Moves of the volatility index; zeros where there is none.
        rate_moves : ndarray of shape (S,)
            Moves of the factor behind the rate; zeros where there is none.
        workers : int
            Threads for blocks of draws: 1 inside a chunk, which has a worker of its own. The value is the same.
        """
        rows = max(1, _CELLS // len(self.vol))
        if len(returns) <= rows or self.american.any():
            return self._block(returns, points, rate_moves)
        starts = range(0, len(returns), rows)
        parts = [
            (returns[i : i + rows], points[i : i + rows], rate_moves[i : i + rows]) for i in starts
        ]
        if len(parts) < _THREADS_FROM or workers == 1:
            return np.concatenate([self._block(*part) for part in parts])
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(workers) as pool:
            return np.concatenate(list(pool.map(lambda part: self._block(*part), parts)))

    def _block(self, returns: FloatArray, points: FloatArray, rate_moves: FloatArray) -> FloatArray:
        growth = (1.0 + returns)[:, None]
        vol = shocked_volatility(
            self.vol, growth, rule=self.rule, skew=self.skew, shift=points[:, None] * self.vol_scale
        )
        spot = self.spot * growth
        rate = (self.rate + self.rate_weight * rate_moves)[:, None]
        total = np.zeros(len(returns))
        european = ~self.american
        if european.any():
            at = european if self.american.any() else slice(None)
            each = european_value(
                spot, self.strike[at], self.years[at], rate, self.dividend, vol[:, at],
                sign=self.sign[at],
            )  # fmt: skip
            total += each @ self.weight[at]
        if self.american.any():
            from stress.portfolio.pricing.american import american_value

            for i in np.flatnonzero(self.american):
                each = american_value(
                    spot[:, 0], self.strike[i], self.years[i], rate[:, 0], self.dividend, vol[:, i],
                    sign=self.sign[i],
                )  # fmt: skip
                total += self.weight[i] * each
        return total

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
        still = np.zeros(1)
        each = [self.pick(np.array([i])) for i in np.flatnonzero(self.american)]
        total = sum(abs(float(one.value(still, still, still)[0])) for one in each)
        european = self.pick(np.flatnonzero(~self.american))
        values = european_value(
            self.spot, european.strike, european.years, self.rate, self.dividend, european.vol,
            sign=european.sign,
        )  # fmt: skip
        return float(total + np.abs(european.weight) @ values)

    def pick(self, index: np.ndarray) -> Contracts:
        """Return some of the contracts."""
        return Contracts(
            spot=self.spot, rate=self.rate, dividend=self.dividend, rate_weight=self.rate_weight,
            vol=self.vol[index], vol_scale=self.vol_scale[index], strike=self.strike[index],
            years=self.years[index], sign=self.sign[index], weight=self.weight[index],
            american=self.american[index], rule=self.rule, skew=self.skew,
        )  # fmt: skip


def contracts_of(revaluation: Revaluation, places: Sequence[tuple[int, int]]) -> Contracts:
    """Collect options on one underlying, in one currency, from a revaluation.

    Parameters
    ----------
    revaluation : Revaluation
        Of the plan.
    places : sequence of (int, int)
        Holding and leg of each contract: options that live beyond the horizon.
    """
    legs = [(revaluation.legs[row][column], row) for row, column in places]
    options = [leg.instrument for leg, _ in legs]
    first = options[0]
    assert isinstance(first, Option)
    spot, vol, rate, dividend = first.drivers()
    movers = revaluation.valuation.movers
    moved, still, shift = movers[vol], movers[dividend], movers[rate]
    assert isinstance(moved, VolatilityMove)
    assert isinstance(still, Fixed)
    base = revaluation.base
    held = [option for option in options if isinstance(option, Option)]
    days = np.array([o.days_to_expiry - revaluation.elapsed_days for o in held])
    points = 0.0 if revaluation.index_factor is None else 0.01 * revaluation.beta_scale
    return Contracts(
        spot=float(base[spot]),
        rate=float(base[rate]) * (1.0 + shift.move if isinstance(shift, Fixed) else 1.0),
        dividend=float(base[dividend]) * (1.0 + still.move),
        rate_weight=next(iter(shift.weights.values())) if isinstance(shift, FactorShift) else 0.0,
        vol=np.array([float(base[Driver("vol", o.contract)]) for o in held]),
        vol_scale=name_volatility_move(points, moved.beta, days),
        strike=np.array([o.strike for o in held]),
        years=np.array([o.years(revaluation.elapsed_days) for o in held]),
        sign=np.array([o.sign for o in held]),
        weight=np.array(
            [
                revaluation.valuation.holdings[row].quantity * leg.ratio * o.multiplier
                for (leg, row), o in zip(legs, held, strict=True)
            ]
        ),
        american=np.array([o.style == "american" for o in held]),
        rule=revaluation.rule,
        skew=moved.skew,
    )
