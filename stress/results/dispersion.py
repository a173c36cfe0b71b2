"""The variations in bins of a picture, of the terminal or of a chart: both see the same stretch around the median.

A long tail does not flatten a picture: it ends four times as far from the median as the other end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray

__all__ = ["Dispersion", "VariationBins", "dispersion", "variation_bins"]

#: A few rows of text, and the bars of a chart.
_TEXT_BINS, _CHART_BINS = 24, 32
#: Probability beyond each end of a picture, unless it is lopsided.
_BEYOND_TEXT, _BEYOND_CHART = 0.01, 0.001
#: A picture reaches at most so many times as far to one side of the median as to the other.
_LOPSIDED = 4.0
#: A picture narrower than this has nothing to show. [fraction of NAV]
_ALIKE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """Counts of the variations in equal bins of P&L, for a picture.

    Parameters
    ----------
    edges : tuple of float
        Bin edges, P&L over NAV; the first and the last bin hold what lies beyond. [fraction]
    shares : tuple of float
        Probability in each bin; one shorter than `edges`.
    median : float
        Of the variations, P&L over NAV. [fraction]
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    median: float


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


def dispersion(shares_of_nav: FloatArray) -> Dispersion:
    """Bin the variations between their 1st and 99th percentile; the rest falls into the outer bins.

    Parameters
    ----------
    shares_of_nav : ndarray of shape (S,)
        P&L over NAV. [fraction]

    Returns
    -------
    Dispersion
        Of one bin where all variations are alike.
    """
    low, median, high = _stretch(shares_of_nav, _BEYOND_TEXT)
    if high - low <= _ALIKE:
        return Dispersion(edges=(low, high), shares=(1.0,), median=median)
    counts, edges = np.histogram(
        np.clip(shares_of_nav, low, high), bins=_TEXT_BINS, range=(low, high)
    )
    return Dispersion(
        edges=tuple(float(edge) for edge in edges),
        shares=tuple(float(count) / float(counts.sum()) for count in counts),
        median=median,
    )


def variation_bins(shares_of_nav: FloatArray) -> VariationBins | None:
    """Bin the variations between their outer permilles; the rest is counted, not piled up at the ends.

    Parameters
    ----------
    shares_of_nav : ndarray of shape (S,)
        P&L over NAV. [fraction]

    Returns
    -------
    VariationBins or None
        None where all variations are alike: there is nothing to draw.
    """
    low, _, high = _stretch(shares_of_nav, _BEYOND_CHART)
    if high - low <= _ALIKE:
        return None
    counts, edges = np.histogram(shares_of_nav, bins=_CHART_BINS, range=(low, high))
    draws = len(shares_of_nav)
    return VariationBins(
        edges=edges, shares=counts / draws, beyond=(draws - int(counts.sum())) / draws
    )


def _stretch(shares_of_nav: FloatArray, beyond: float) -> tuple[float, float, float]:
    """Return where a picture begins, the median, and where it ends."""
    low, median, high = (
        float(point)
        for point in np.quantile(shares_of_nav, [beyond, 0.5, 1.0 - beyond], method="inverted_cdf")
    )
    if min(median - low, high - median) > 0.0:
        low = max(low, median - _LOPSIDED * (high - median))
        high = min(high, median + _LOPSIDED * (median - low))
    return low, median, high
