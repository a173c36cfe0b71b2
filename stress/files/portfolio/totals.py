"""Cross-check what was read against the totals the file states."""

from __future__ import annotations

from collections.abc import Sequence

from stress.files.portfolio.holding import Reading, StatedTotal
from stress.portfolio.position import Position

__all__ = ["check_totals"]

#: Rounding of a stated total: this share of it, or one unit.
_TOLERANCE = 0.001


def check_totals(reading: Reading, positions: Sequence[Position]) -> list[str]:
    """Compare the sum of the rows with each total of the file.

    Parameters
    ----------
    reading : Reading
        With its totals.
    positions : sequence of Position
        What was read.

    Returns
    -------
    list of str
        One warning, with the amount, for a file whose totals none of the sums meets.

    Notes
    -----
    A total is met by the sum of the rows above it since the total before (a section), of all rows above it, or of
    an account. Rows that were refused are missing from the sums: that is what the warning is for.
    """
    warnings = []
    money = [total for total in reading.totals if total.unit == "money"]
    previous = 0
    for total in money:
        line = total.line or 0
        above = [p for p in positions if total.line is None or (p.row or 0) < line]
        since = [p for p in above if (p.row or 0) > previous]
        sums = [sum(p.market_value for p in group) for group in (positions, above, since)]
        if not any(_meets(value, total) for value in sums):
            nearest = min(sums, key=lambda value: abs(value - total.value))
            warnings.append(
                f"line {total.line}: the file states {total.value:,.2f} for '{total.label}', the rows read add up "
                f"to {nearest:,.2f}: {nearest - total.value:+,.2f}"
            )
        previous = line
    return warnings


def _meets(value: float, total: StatedTotal) -> bool:
    return abs(value - total.value) <= max(_TOLERANCE * abs(total.value), 1.0)
