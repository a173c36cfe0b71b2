"""All scenarios of a run in one table, grouped by horizon: never ranked across horizons."""

from __future__ import annotations

from collections.abc import Sequence

from stress.factors.horizon import horizon_group
from stress.reporting.words import BUCKETS, KIND, listing_order
from stress.results.result import Result
from stress.tables import SCREEN_WIDTH, percent, shorten

__all__ = ["FLAG_NOTE", "by_horizon", "scenario_table", "tail_average", "worst_name"]

#: Rows of one horizon group on the first screen.
_SHOWN = 7

_TOP = (
    f"{'ALL SCENARIOS   % of NAV, loss negative':<45}{'expected':>14}{'95 % of':>18}{'tail':>7}"
    f"{'times':>8}{'worst':>8}"
)
_HEAD = f"{'kind':>7}{'alone':>8}{'linked':>8}{'variations':>16}{'avg':>7}{'ordin.':>8}{'name':>8}"
#: Stands under a table with a flagged row.
FLAG_NOTE = "! alone and linked differ by more than a fifth: quote both"


def scenario_table(results: Sequence[Result], *, show_all: bool, swept: bool = False) -> list[str]:
    """Return the table.

    Parameters
    ----------
    results : sequence of Result
        Of one book.
    show_all : bool
        Whether every row is printed, and scenarios over 10 sessions in a table of their own.
    swept : bool
        Whether they are sizes of one scenario: all are printed, along the sizes as they were asked.
    """
    groups = by_horizon(results, swept=swept)
    show_all = show_all or swept
    lines = [_TOP]
    flagged = False
    for i in (0, 1, 2) if show_all else (0, 1):
        if not groups[i]:
            continue
        whole = show_all or len(groups[i]) <= _SHOWN + 1
        shown = groups[i] if whole else groups[i][:_SHOWN]
        width = SCREEN_WIDTH - len(_HEAD)
        lines.append(f"{BUCKETS[i]:<{width}}{_HEAD}" if len(lines) == 1 else BUCKETS[i])
        lines += [_row(result, width=width) for result in shown]
        flagged = flagged or any(result.differs for result in shown)
        hidden = len(groups[i]) - len(shown)
        if hidden:
            lines.append(f"  + {hidden} more (--all)")
    if flagged:
        lines.append(f"  {FLAG_NOTE}")
    if groups[2] and not show_all:
        ids = ", ".join(result.id for result in groups[2])
        lines.append(shorten(f"over 10 sessions (separate table, --all): {ids}", SCREEN_WIDTH))
    return lines


def by_horizon(results: Sequence[Result], *, swept: bool = False) -> list[list[Result]]:
    """Return results of scenarios by horizon group (as `BUCKETS`), by kind and loss inside a group; of a sweep as asked."""
    ordered = list(results) if swept else sorted(results, key=_order)
    return [
        [result for result in ordered if horizon_group(result.completed.horizon_days) == i]
        for i in range(len(BUCKETS))
    ]


def _order(result: Result) -> tuple[int, int, float, str]:
    """Horizon group, kind, then largest expected loss first."""
    assert result.scenario is not None
    return listing_order(
        result.id,
        horizon_days=result.completed.horizon_days,
        kind=result.scenario.kind,
        expected=result.expected,
    )


def _row(result: Result, *, width: int) -> str:
    assert result.scenario is not None
    nav = result.nav
    days = result.completed.horizon_days
    flag = "!" if result.differs else " "
    horizon = f"{days} d" if days > 1 else ""
    left = f"{flag} {shorten(result.id, width - 9, keep_end=12):<{width - 8}}{horizon:>6}"
    times = "-" if result.times_ordinary is None else f"{result.times_ordinary:.1f}"
    return (
        f"{left}{KIND[result.scenario.kind]:>7}{percent(result.alone / nav, unit=False):>8}"
        f"{percent(result.linked / nav, unit=False):>8}{_span(result):>16}"
        f"{tail_average(result):>7}{times:>8}{shorten(worst_name(result), 7):>8}"
    )


def _span(result: Result) -> str:
    """Write both ends of the band, without decimals from 1,000 % on and where both are beyond 100 %: the row keeps its width."""
    if not result.band_known:
        return "-"
    both = min(abs(point) for point in result.band) >= result.nav
    lower, upper = (
        percent(
            point / result.nav,
            unit=False,
            digits=0 if both or abs(point) >= 10.0 * result.nav else 1,
        )
        for point in result.band
    )
    return f"{lower} .. {upper:>5}"


def tail_average(result: Result) -> str:
    """Return the mean of the worst 2.5 % of variations, % of NAV; a dash where it is refused."""
    tail = result.tail_average
    return "-" if tail is None else percent(-tail.value / result.nav, unit=False)


def worst_name(result: Result) -> str:
    """Return the name with the largest expected loss; a dash where none loses."""
    losers = [line for line in result.names if line.pnl < 0.0]
    return min(losers, key=lambda line: line.pnl).name if losers else "-"
