"""The variations as bars of a picture: what lies far out is left out of it and counted, not piled up at its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.results.lines import picture_range
from stress.results.result import Result

__all__ = ["VariationBins", "variation_bins"]

_BINS = 32
#: Probability beyond each end of the picture, unless it is lopsided.
_BEYOND = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationBins:
    """Bars of equal width.

    Parameters
    ----------
    edges : ndarray of shape (B + 1,)
        P&L over NAV, rising. [fraction]
    shares : ndarray of shape (B,)
        Probability inside each bar.
    beyond : float
        Probability outside the picture.
    """

    edges: FloatArray
    shares: FloatArray
    beyond: float


def variation_bins(result: Result) -> VariationBins | None:
    """Bin the variations between their outer permilles.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.

    Returns
    -------
    VariationBins or None
        None where all variations are alike: there is nothing to draw.
    """
    drawn = result.pnl.totals / result.nav
    low, middle, high = (
        float(point)
        for point in np.quantile(drawn, [_BEYOND, 0.5, 1.0 - _BEYOND], method="inverted_cdf")
    )
    low, high = picture_range(low, middle, high)
    if high - low <= 1e-12:
        return None
    counts, edges = np.histogram(drawn, bins=_BINS, range=(low, high))
    inside = int(counts.sum())
    return VariationBins(
        edges=edges, shares=counts / len(drawn), beyond=(len(drawn) - inside) / len(drawn)
    )
