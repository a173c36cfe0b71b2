"""The variations of a result as an inline drawing: bars, the 95 % band, the expected P&L."""

from __future__ import annotations

from stress.reporting.html_blocks import escaped
from stress.results.dispersion import variation_bins
from stress.results.result import Result
from stress.tables import percent

__all__ = ["variations_chart"]

_WIDTH, _HEIGHT = 320.0, 158.0
_LEFT, _RIGHT, _TOP, _BASE = 36.0, 284.0, 22.0, 112.0
#: Readable on white and on black.
_ACCENT = "#d0652a"


def variations_chart(result: Result) -> str:
    """Draw the distribution of the variations, % of NAV.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.

    Returns
    -------
    str
        An `svg` element without references; empty where all variations are alike.
    """
    bins = variation_bins(result.pnl.totals / result.nav)
    if bins is None:
        return ""
    edges, shares = bins.edges.tolist(), bins.shares.tolist()
    first, last = float(edges[0]), float(edges[-1])
    lower, upper = (point / result.nav for point in result.band)

    def across(share: float) -> float:
        inside = min(max(share, first), last)
        return _LEFT + (_RIGHT - _LEFT) * (inside - first) / (last - first)

    tallest = max(shares)
    bars = []
    for left, right, share in zip(edges, edges[1:], shares, strict=False):
        height = (_BASE - _TOP) * share / tallest
        within = not result.band_known or lower <= (left + right) / 2.0 <= upper
        bars.append(
            f'<rect x="{across(left):.1f}" y="{_BASE - height:.1f}" height="{height:.1f}" '
            f'width="{across(right) - across(left) - 1.0:.1f}" fill="currentColor" '
            f'fill-opacity="{".45" if within else ".18"}"/>'
        )
    at = across(result.expected_of_nav)
    expected = f"expected {percent(result.expected_of_nav)}"
    marks = (
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 4.0}" y2="{_BASE}" stroke="{_ACCENT}" '
        f'stroke-width="2"/>{_label(at, _TOP - 9.0, expected)}'
    )
    said = f"Variations: {expected} of NAV"
    if result.band_known:
        low, high, below = across(lower), across(upper), _BASE + 8.0
        marks += (
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{below}" y2="{below}" stroke="currentColor" '
            'stroke-opacity=".7" stroke-width="2"/>'
            + _label(low, below + 16.0, percent(lower, unit=False))
            + _label(high, below + 16.0, percent(upper, unit=False))
            + _label((low + high) / 2.0, below + 30.0, "95 % of variations (% of NAV)")
        )
        said += f", 95 % between {percent(lower)} and {percent(upper)}"
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}" height="{_HEIGHT:g}" role="img" '
        f'style="max-width:100%;height:auto;display:block" aria-label="{escaped(said)}">'
        f"{''.join(bars)}{marks}</svg>"
    )


def _label(x: float, y: float, words: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="11" '
        f'fill="currentColor">{escaped(words)}</text>'
    )
