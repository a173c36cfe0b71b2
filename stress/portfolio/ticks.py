"""How far apart two premiums one tick apart are: prices of options move in steps."""

from __future__ import annotations

from stress.portfolio.instruments import Instrument, Option, Structure

__all__ = ["tick_of"]

#: Option premiums move in ticks: below this premium a tick is `TICK_BELOW`, from it on `TICK_ABOVE` (Cboe Rule 5.4, the
#: wider of its classes). Two premiums a tick apart are one price too; of a structure, a tick a leg. [price]
TICKS_CHANGE_AT, TICK_BELOW, TICK_ABOVE = 3.0, 0.05, 0.10


def tick_of(instrument: Instrument, price: float) -> float:
    """Return a tick of a premium, of a structure a tick a leg; 0 of what is no option. [price].

    Parameters
    ----------
    instrument : Instrument
        What is quoted.
    price : float
        Of one unit.

    Examples
    --------
    >>> put = Option(
    ...     underlying="NVDA", right="put", strike=170.0, expiry="2026-03-20", style="american",
    ...     multiplier=100.0, currency="USD",
    ... )
    >>> tick_of(put, 0.40), tick_of(put, 6.50)
    (0.05, 0.1)
    """
    tick = TICK_BELOW if price < TICKS_CHANGE_AT else TICK_ABOVE
    if isinstance(instrument, Option):
        return tick
    return tick * len(instrument.legs) if isinstance(instrument, Structure) else 0.0
