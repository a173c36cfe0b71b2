"""Delta-gamma: an approximation of full revaluation, which comes with its measured error or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.errors import InputError
from stress.factors.model import FloatArray
from stress.portfolio.instruments.instrument import Driver, Instrument, Levels

__all__ = ["DeltaGamma", "delta_gamma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaGamma:
    """P&L of one unit by a second-order expansion, and how far that is from full revaluation.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        ``delta dS + gamma dS^2 / 2 + vega dvol + passage of time``. [currency]
    delta, gamma, vega : float
        By central differences of the instrument's own value. [per unit of spot, per 1.00 of volatility]
    passage_of_time : float
        Value with all levels unchanged at the end of the horizon, minus the value now.
    mean_error, max_error : float
        Mean and largest absolute difference from full revaluation on the subsample. [currency]
    sampled : int
        Draws of the subsample.
    label : str
        What to print beside any number made of it.
    """

    pnl: FloatArray
    delta: float
    gamma: float
    vega: float
    passage_of_time: float
    mean_error: float
    max_error: float
    sampled: int
    label: str = "delta-gamma approximation"


def delta_gamma(
    instrument: Instrument,
    base: Levels,
    shocked: Levels,
    *,
    elapsed_days: float = 0.0,
    sample: int = 200,
) -> DeltaGamma:
    """Approximate the P&L of one unit over draws, and measure the error of doing so.

    Parameters
    ----------
    instrument : Instrument
        With one spot driver and at most one volatility driver.
    base : mapping
        Levels now, scalars.
    shocked : mapping
        Levels at the end, shape (S,); rates and dividends enter the exact value only.
    elapsed_days : float
        Calendar days of the horizon.
    sample : int
        Draws revalued in full, spread evenly over the order of the spot.

    Raises
    ------
    InputError
        If the instrument reads several spots or volatilities.
    """
    spot = _only(instrument, "spot")
    S0 = float(base[spot])
    dS = np.asarray(shocked[spot], dtype=np.float64) - S0
    bump = 1e-3 * S0
    now = float(instrument.value(base))
    up, down = (float(instrument.value({**base, spot: np.asarray(S0 + b)})) for b in (bump, -bump))
    delta, gamma = (up - down) / (2.0 * bump), (up - 2.0 * now + down) / bump**2
    passage = float(instrument.value(base, elapsed_days=elapsed_days)) - now
    pnl = delta * dS + 0.5 * gamma * np.square(dS) + passage
    vega = 0.0
    if any(driver.kind == "vol" for driver in instrument.drivers()):
        vol = _only(instrument, "vol")
        v0 = float(base[vol])
        richer, poorer = (
            float(instrument.value({**base, vol: np.asarray(v0 + b)})) for b in (1e-3, -1e-3)
        )
        vega = (richer - poorer) / 2e-3
        pnl = pnl + vega * (np.asarray(shocked[vol]) - v0)
    order = np.argsort(dS, kind="stable")
    chosen = order[np.unique(np.linspace(0, dS.size - 1, min(sample, dS.size)).round().astype(int))]
    some = {
        driver: np.broadcast_to(np.asarray(shocked[driver], dtype=np.float64), dS.shape)[chosen]
        for driver in instrument.drivers()
    }
    error = np.abs(pnl[chosen] - (instrument.value(some, elapsed_days=elapsed_days) - now))
    return DeltaGamma(
        pnl=pnl,
        delta=delta,
        gamma=gamma,
        vega=vega,
        passage_of_time=passage,
        mean_error=float(np.mean(error)),
        max_error=float(np.max(error)),
        sampled=int(chosen.size),
    )


def _only(instrument: Instrument, kind: str) -> Driver:
    found = [driver for driver in instrument.drivers() if driver.kind == kind]
    if len(found) != 1:
        raise InputError(
            f"delta-gamma of '{instrument.kind}' on {instrument.underlying}: it reads {len(found)} "
            f"levels of kind '{kind}', one is needed. Revalue it in full."
        )
    return found[0]
