"""The frontier of cost against ES with the strategies beside it, as a picture. Needs matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stress.errors import InputError, MissingExtraError
from stress.hedging.comparison import Comparison
from stress.reporting.charts import axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["check_picture", "comparison_chart", "comparison_picture"]

_WIDTH, _HEIGHT = 9.0, 5.5


def check_picture(path: str) -> None:
    """Refuse a file that no picture can be written to, before anything is computed.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    InputError
        A suffix that is no format of pictures.
    """
    try:
        from matplotlib.backend_bases import FigureCanvasBase
    except ImportError:
        raise MissingExtraError("plot", "a picture") from None
    known = FigureCanvasBase.get_supported_filetypes()
    if Path(path).suffix.removeprefix(".").lower() not in known:
        raise InputError(
            f"{path}: its suffix is no format of pictures. There are {', '.join(sorted(known))}."
        )


def comparison_picture(comparison: Comparison, path: str) -> None:
    """Write the chart to a file, without a screen.

    Parameters
    ----------
    comparison : Comparison
        With or without a frontier.
    path : str
        Of the file; its suffix picks the format.

    Raises
    ------
    MissingExtraError, InputError
        As `check_picture`.
    """
    check_picture(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    FigureCanvasAgg(figure)
    comparison_chart(comparison, figure.add_subplot())
    figure.savefig(path, dpi=130)


def comparison_chart(comparison: Comparison, ax: Axes | None = None) -> Axes:
    """Draw the frontier and the strategies.

    Parameters
    ----------
    comparison : Comparison
        With or without a frontier.
    ax : matplotlib.axes.Axes, optional
        Where to; new ones when omitted.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    """
    axes = axes_of(ax, width=_WIDTH, height=_HEIGHT)
    scale = 100.0 / comparison.nav
    points = comparison.frontier
    if points:
        cost = [1e4 * p.budget / comparison.nav for p in points]
        axes.plot(cost, [scale * p.es for p in points], color="C0", label="frontier, fitted")
        axes.fill_between(
            cost,
            [scale * p.band[0] for p in points],
            [scale * p.band[1] for p in points],
            color="C0",
            alpha=0.25,
            label="fresh draws, 95 % of simulation",
        )
    end = max([1.0, *(1e4 * row.cost.all_in / comparison.nav for row in comparison.rows)])
    if points:
        axes.plot([cost[-1], end], [scale * points[-1].es] * 2, color="C0", linestyle=":")
    placed: list[tuple[float, float]] = []
    top = 100.0 * comparison.unhedged / comparison.nav
    for x, y, words in _labels(comparison, end):
        axes.plot(x, y, "o", color="C1", markersize=5)
        right = x > 0.6 * end
        crowded = any(abs(x - px) < 0.2 * end and abs(y - py) < 0.03 * top for px, py in placed)
        if not crowded:
            placed.append((x, y))
        axes.annotate(
            words,
            (x, y),
            xytext=(-6 if right else 6, -11 if crowded else 3),
            ha="right" if right else "left",
            textcoords="offset points",
            fontsize=8,
        )
    axes.set_xlabel(f"all-in cost over {comparison.holding_days:g} days, bp of NAV")
    axes.set_ylabel(f"1-day ES {comparison.level:.1%} of the baseline, % of NAV")
    axes.set_title(f"{comparison.portfolio_name}: what protection costs")
    axes.set_ylim(bottom=0.0)
    if points:
        axes.legend(frameon=False)
    return axes


def _labels(comparison: Comparison, end: float) -> list[tuple[float, float, str]]:
    """Cost, ES and words of each strategy; strategies that would overprint each other share their words."""
    top = 100.0 * comparison.unhedged / comparison.nav
    found: list[tuple[float, float, str]] = []
    for row in comparison.rows:
        if row.failed:
            continue
        x, y = 1e4 * row.cost.all_in / comparison.nav, 100.0 * row.fresh / comparison.nav
        near = [
            i
            for i, (other_x, other_y, _) in enumerate(found)
            if abs(x - other_x) < 0.005 * end and abs(y - other_y) < 0.01 * top
        ]
        if near:
            at = found[near[0]]
            found[near[0]] = (at[0], at[1], f"{at[2]}, {row.title}")
        else:
            found.append((x, y, row.title))
    return found
