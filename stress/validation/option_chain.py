"""A chain of option quotes at one moment, and the spot its own quotes imply."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stress.errors import InputError
from stress.factors.model import FloatArray
from stress.portfolio.instruments.dates import DAYS_A_YEAR

__all__ = ["ChainQuotes", "parity_spot"]


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
