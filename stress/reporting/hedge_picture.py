"""The frontier of cost against ES with the strategies beside it, as a picture. Needs matplotlib."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from stress.errors import InputError, MissingExtraError
from stress.hedging.comparing.comparison import Comparison
from stress.reporting.charts import BODY, LOSS, MARK, axes_of, bare
from stress.reporting.words import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["check_picture", "comparison_chart", "comparison_picture"]

_WIDTH, _HEIGHT = 9.0, 5.5
#: Of the width: a number from its point, and points whose numbers would meet. Of the height: such numbers' distance.
_OFF, _BESIDE, _APART = 0.015, 0.03, 0.035


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


def comparison_picture(comparison: Comparison, path: str) -> bytes:
    """Return the content of a file with the chart, drawn without a screen.

    Parameters
    ----------
    comparison : Comparison
        With or without a frontier.
    path : str
        What the file will be called; its suffix picks the format.

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
    content = io.BytesIO()
    figure.savefig(content, format=Path(path).suffix.removeprefix(".").lower(), dpi=130)
    return content.getvalue()


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
        axes.plot(cost, [scale * p.es for p in points], color=MARK, label="frontier, fitted")
        axes.fill_between(
            cost,
            [scale * p.band[0] for p in points],
            [scale * p.band[1] for p in points],
            color=BODY,
            alpha=0.4,
            linewidth=0.0,
            label="fresh draws, 95 % of simulation",
        )
    end = max([1.0, *(1e4 * row.cost.all_in / comparison.nav for row in comparison.rows)])
    if points:
        axes.plot([cost[-1], end], [scale * points[-1].es] * 2, color=MARK, linestyle=":")
    _strategies(axes, comparison, end)
    axes.set_xlabel(f"all-in cost over {comparison.holding_days:g} days, bp of NAV")
    axes.set_ylabel(f"loss: 1-day ES {comparison.level:.1%} without a scenario, % of NAV")
    axes.set_title(
        f"{short_name(comparison.portfolio_name)}: what protection costs",
        loc="left",
        fontsize="medium",
    )
    axes.set_ylim(bottom=0.0)
    bare(axes)
    hollow = any(row.breaks for row in comparison.rows if not row.failed)
    axes.legend(
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        fontsize=8,
        title="hollow: breaks a limit of `hedge`" if hollow else None,
        title_fontsize=8,
        alignment="left",
    )
    return axes


def _strategies(axes: Axes, comparison: Comparison, end: float) -> None:
    """Draw each strategy with its rank, which the legend names; hollow where it does not keep a proposal's limits."""
    top = 100.0 * comparison.unhedged / comparison.nav
    found = [
        (1e4 * row.cost.all_in / comparison.nav, 100.0 * row.fresh / comparison.nav, row)
        for row in comparison.rows
        if not row.failed
    ]
    for x, y, row in found:
        face = "white" if row.breaks else LOSS
        axes.plot(
            *(x, y, "o"),
            color=LOSS,
            markerfacecolor=face,
            markersize=4,
            label=f"{row.rank}  {row.title}",
        )
    placed: list[tuple[float, float]] = []
    for x, y, row in sorted(found, key=lambda one: (one[1], one[0])):
        # From below: numbers of points that are close stand apart, in the order of their points.
        above = [py + _APART * top for px, py in placed if abs(x - px) < _BESIDE * end]
        at = max([y, *above])
        placed.append((x, at))
        axes.annotate(
            str(row.rank),
            (x, y),
            xytext=(x + _OFF * end, at),
            va="center",
            fontsize=8,
            arrowprops={
                "arrowstyle": "-",
                "linewidth": 0.5,
                "color": "0.6",
                "shrinkA": 0,
                "shrinkB": 2,
            },
        )
