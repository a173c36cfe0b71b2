"""Do the volatility rules reproduce real quotes? One chain of options before a move and after it.

The implied volatility of every liquid contract is solved from its mid before; the contract is then revalued
at the later spot and time under each rule, with the change of the 30-day at-the-money volatility given as
the scenario's volatility move, and compared with its later mid. Beside the rules stands what a book of
deltas would say: the old mid plus delta times the move of the spot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.portfolio.instruments.dates import DAYS_A_YEAR
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.implied_volatility import implied_volatility, price_bounds
from stress.portfolio.volatility import (
    INDEX_DAYS,
    VOLATILITY_RULES,
    SkewSlope,
    VolatilityBeta,
    name_volatility_move,
    shocked_volatility,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainQuotes:
    """The quotes of one underlying's options at one moment.

    Parameters
    ----------
    spot : float
        Price of the underlying. [currency]
    contracts : tuple of str, length M
        Symbols, unique.
    sign, strike, days, bid, ask : ndarray of shape (M,)
        +1 for calls and -1 for puts; strike; calendar days to expiry with their fraction; quotes.
    """

    spot: float
    contracts: tuple[str, ...]
    sign: FloatArray
    strike: FloatArray
    days: FloatArray
    bid: FloatArray
    ask: FloatArray

    def chosen(self, rows: npt.NDArray[np.intp]) -> ChainQuotes:
        """Return the quotes of some rows, in their order."""
        return ChainQuotes(
            spot=self.spot,
            contracts=tuple(self.contracts[i] for i in rows),
            sign=self.sign[rows],
            strike=self.strike[rows],
            days=self.days[rows],
            bid=self.bid[rows],
            ask=self.ask[rows],
        )

    @property
    def mid(self) -> FloatArray:
        """Middle of bid and ask, shape (M,)."""
        return 0.5 * (self.bid + self.ask)


def parity_spot(chain: ChainQuotes, *, rate: float, dividend: float) -> ChainQuotes:
    """Return the chain with the spot that its own quotes imply.

    A chain often carries a last price of the underlying that is minutes older or newer than its option
    quotes; at the money half a per cent of spot is more than a day's error of any rule. By put-call parity
    each strike quoted on both sides implies ``(call - put + K exp(-r T)) exp(q T)``; the median over strikes
    within 3 % of the spot and expiries of 2 to 60 days stands. American exercise there is worth less
    than a tick.

    Parameters
    ----------
    chain : ChainQuotes
        With a spot near enough to find the money.
    rate, dividend : float
        Continuously compounded.

    Raises
    ------
    InputError
        If fewer than five such strikes are quoted on both sides.
    """
    near = (np.abs(chain.strike / chain.spot - 1.0) < 0.03) & (chain.bid > 0.0)
    near &= (chain.days >= 2.0) & (chain.days <= 60.0) & (chain.ask >= chain.bid)
    puts = {
        (float(chain.strike[i]), float(chain.days[i])): float(chain.mid[i])
        for i in np.flatnonzero(near & (chain.sign < 0.0))
    }
    implied = []
    for i in np.flatnonzero(near & (chain.sign > 0.0)):
        strike, days = float(chain.strike[i]), float(chain.days[i])
        if (strike, days) in puts:
            years = days / DAYS_A_YEAR
            forward = float(chain.mid[i]) - puts[strike, days] + strike * np.exp(-rate * years)
            implied.append(forward * np.exp(dividend * years))
    if len(implied) < 5:
        raise InputError(
            f"{len(implied)} strikes near the spot {chain.spot:g} are quoted on both sides; 5 are needed "
            "to read the spot from them."
        )
    return replace(chain, spot=float(np.median(implied)))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteErrors:
    """How far each way of revaluing is from the later mids, per share.

    Parameters
    ----------
    contracts : int
        Compared.
    left_out : mapping of str to int
        Contracts not compared, by reason.
    spot_move : float
        Fraction.
    volatility_move : float
        Change of the 30-day at-the-money volatility: what the scenario is given.
    median : mapping of str to float
        Median absolute error by rule, and under ``delta-only``. [currency per share]
    half_spread : float
        Median of half the later bid-ask spread: no method can be expected below it.
    """

    contracts: int
    left_out: Mapping[str, int]
    spot_move: float
    volatility_move: float
    median: Mapping[str, float]
    half_spread: float

    @property
    def best_rule(self) -> str:
        """The volatility rule with the smallest median error."""
        return min(VOLATILITY_RULES, key=lambda rule: self.median[rule])

    @property
    def best_over_delta_only(self) -> float:
        """Median error of the best rule over that of delta only."""
        return self.median[self.best_rule] / self.median["delta-only"]


def quote_errors(
    before: ChainQuotes,
    after: ChainQuotes,
    *,
    rate: float,
    dividend: float,
    widest_spread: float = 0.25,
) -> QuoteErrors:
    """Revalue a chain across a move and compare with what was quoted then.

    Parameters
    ----------
    before, after : ChainQuotes
        Of one underlying. Contracts are matched by symbol.
    rate, dividend : float
        Continuously compounded, at both moments.
    widest_spread : float
        A contract whose bid-ask spread exceeds this share of its mid at either moment is not liquid.

    Raises
    ------
    InputError
        If no contract is liquid at both moments, or no expiry has out-of-the-money quotes on both sides.
    """
    first, second, left_out = _matched(before, after, widest_spread)
    vol, solved = _solved(first, rate, dividend)
    left_out["no volatility gives the price"] = int(np.sum(~solved))
    rows = np.flatnonzero(solved)
    first, second, vol = first.chosen(rows), second.chosen(rows), vol[rows]
    if not rows.size:
        raise InputError("no contract is liquid and solvable at both moments.")
    later_vol, later_solved = _solved(second, rate, dividend)
    later = np.flatnonzero(later_solved)
    move = _month_volatility(second.chosen(later), later_vol[later], rate, dividend)
    move -= _month_volatility(first, vol, rate, dividend)
    shift = name_volatility_move(move, VolatilityBeta(value=1.0, source="measured"), second.days)
    slopes = _local_slopes(first, vol, rate, dividend)
    ratio = second.spot / first.spot
    quoted = second.mid
    median: dict[str, float] = {}
    for rule in VOLATILITY_RULES:
        shocked = np.array(
            [
                float(
                    shocked_volatility(
                        v, ratio, rule=rule, skew=SkewSlope(value=b, source="measured"), shift=s
                    )
                )
                for v, b, s in zip(vol, slopes, shift, strict=True)
            ]
        )
        values = _values(second, second.spot, second.days, shocked, rate, dividend)
        median[rule] = float(np.median(np.abs(values - quoted)))
    bump = 1e-3 * first.spot
    up, down = (
        _values(first, first.spot + b, first.days, vol, rate, dividend) for b in (bump, -bump)
    )
    by_delta = first.mid + (up - down) / (2.0 * bump) * (second.spot - first.spot)
    median["delta-only"] = float(np.median(np.abs(by_delta - quoted)))
    return QuoteErrors(
        contracts=int(rows.size),
        left_out=left_out,
        spot_move=ratio - 1.0,
        volatility_move=float(move),
        median=median,
        half_spread=float(np.median(0.5 * (second.ask - second.bid))),
    )


def _matched(
    before: ChainQuotes, after: ChainQuotes, widest: float
) -> tuple[ChainQuotes, ChainQuotes, dict[str, int]]:
    """Return both quotes of each liquid contract, in one order, and why others are left out."""
    place = {contract: i for i, contract in enumerate(after.contracts)}
    reasons = dict.fromkeys(
        ("not quoted later", "zero bid", "crossed", "wide spread", "expires within a day"), 0
    )
    kept, kept_later = [], []
    for i, contract in enumerate(before.contracts):
        if contract not in place:
            reasons["not quoted later"] += 1
            continue
        j = place[contract]
        both = ((before, i), (after, j))
        if any(not chain.bid[k] > 0.0 for chain, k in both):
            reasons["zero bid"] += 1
        elif any(not chain.ask[k] >= chain.bid[k] for chain, k in both):
            reasons["crossed"] += 1
        elif any(chain.ask[k] - chain.bid[k] > widest * chain.mid[k] for chain, k in both):
            reasons["wide spread"] += 1
        elif after.days[j] < 1.0:
            reasons["expires within a day"] += 1
        else:
            kept.append(i)
            kept_later.append(j)
    return (
        before.chosen(np.array(kept, dtype=np.intp)),
        after.chosen(np.array(kept_later, dtype=np.intp)),
        reasons,
    )


def _solved(
    chain: ChainQuotes, rate: float, dividend: float
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return implied volatilities, and which prices lie inside their bounds by more than a tick's half."""
    years = chain.days / DAYS_A_YEAR
    bounds = price_bounds(
        chain.spot, chain.strike, years, rate, dividend, sign=chain.sign, american=True
    )
    inside = (chain.mid > bounds.lower + 0.005) & (chain.mid < bounds.upper)
    vol = np.full(len(chain.contracts), np.nan)
    vol[inside] = implied_volatility(
        chain.mid[inside],
        chain.spot,
        chain.strike[inside],
        years[inside],
        rate,
        dividend,
        sign=chain.sign[inside],
        american=True,
    )
    return vol, inside


def _values(
    chain: ChainQuotes,
    spot: float,
    days: FloatArray,
    vol: FloatArray,
    rate: float,
    dividend: float,
) -> FloatArray:
    years = days / DAYS_A_YEAR
    return american_value(spot, chain.strike, years, rate, dividend, vol, sign=chain.sign)


def _log_moneyness(chain: ChainQuotes, rate: float, dividend: float) -> FloatArray:
    """Log of strike over forward."""
    return np.log(chain.strike / chain.spot) - (rate - dividend) * chain.days / DAYS_A_YEAR


def _month_volatility(
    chain: ChainQuotes, vol: FloatArray, rate: float, dividend: float
) -> FloatArray:
    """Return the 30-day at-the-money volatility, linear in total variance between expiries."""
    x = _log_moneyness(chain, rate, dividend)
    out_of_money = chain.sign * x >= 0.0
    days, variance = [], []
    for expiry in np.unique(chain.days):
        side = out_of_money & (chain.days == expiry)
        if np.any(side & (x < 0.0)) and np.any(side & (x > 0.0)):
            order = np.argsort(x[side])
            at_money = float(np.interp(0.0, x[side][order], vol[side][order]))
            days.append(expiry)
            variance.append(at_money**2 * expiry)
    if not days:
        raise InputError("no expiry has out-of-the-money quotes on both sides of the forward.")
    return np.asarray(np.sqrt(np.interp(INDEX_DAYS, days, variance) / INDEX_DAYS))


def _local_slopes(chain: ChainQuotes, vol: FloatArray, rate: float, dividend: float) -> FloatArray:
    """Return d sigma / d ln K at each contract, from the out-of-the-money smile of its expiry.

    A straight line is fitted around each strike with normal weights, half a standard deviation of the
    expiry wide; an expiry with fewer than three such quotes has slope 0.
    """
    x = _log_moneyness(chain, rate, dividend)
    slopes = np.zeros(len(vol))
    for expiry in np.unique(chain.days):
        here = chain.days == expiry
        smile = here & (chain.sign * x >= 0.0)
        if np.sum(smile) < 3:
            continue
        width = 0.5 * float(np.median(vol[smile])) * np.sqrt(expiry / DAYS_A_YEAR)
        apart = x[here][:, None] - x[smile][None, :]
        weight = np.exp(-0.5 * np.square(apart / width)) + 1e-9
        weight /= weight.sum(axis=1, keepdims=True)
        centre, level = weight @ x[smile], weight @ vol[smile]
        from_centre = x[smile][None, :] - centre[:, None]
        covariance = np.sum(weight * from_centre * (vol[smile][None, :] - level[:, None]), axis=1)
        slopes[here] = covariance / np.sum(weight * np.square(from_centre), axis=1)
    return slopes
