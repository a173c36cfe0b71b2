"""Charts of results with matplotlib: one result's variations, a run's scenarios. Needs the extra `plot`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from stress.arguments import held_to
from stress.errors import InputError, MissingExtraError
from stress.reporting.scenario_table import by_horizon
from stress.reporting.words import BUCKETS, horizon_words, short_name
from stress.results.dispersion import VariationBins, variation_bins
from stress.results.result import Result, Results
from stress.risk.measures import TAIL_LEVEL
from stress.tables import percent, shorten

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["BODY", "LOSS", "MARK", "axes_of", "bare", "result_chart", "results_chart"]

#: Colours of all charts: what is lost, what is drawn, what is marked.
LOSS, BODY, MARK = "#b5482f", "#8fa3b8", "#1f3347"


def result_chart(result: Result, ax: Axes | None = None) -> Axes:
    """Draw the distribution of the variations: expected P&L, 95 % band and tail average marked.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.
    ax : Axes, optional
        Drawn into; otherwise into a new figure, which nothing shows.

    Returns
    -------
    Axes
        P&L in % of NAV along x; heights are shares of the variations.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    """
    axes = axes_of(ax, width=7.5, height=4.2)
    low, high = (100.0 * point / result.nav for point in result.band)
    if result.band_known:
        axes.axvspan(low, high, color=BODY, alpha=0.15, zorder=0, label="95 % of variations")
    bins = variation_bins(result.pnl.totals / result.nav)
    if bins is not None:
        _bars(axes, bins, low if result.band_known else -np.inf)
    expected = 100.0 * result.expected_of_nav
    axes.axvline(
        expected, color=MARK, linewidth=1.8, label=f"expected {percent(result.expected_of_nav)}"
    )
    tail = _tail(result)
    if tail is not None:
        words = f"tail average {percent(tail)}"
        axes.axvline(100.0 * tail, color=LOSS, linewidth=1.5, linestyle="--", label=words)
    far = "" if bins is None or bins.beyond < 0.005 else f" ({_far(bins)})"
    axes.set_xlabel(f"P&L, % of NAV{far}")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_title(_title(result), loc="left", fontsize="medium")
    bare(axes)
    _legend(axes, [])
    return axes


def _bars(axes: Axes, bins: VariationBins, low: float) -> None:
    """Draw the bars in % of NAV, in another colour below `low`; the bar that holds it in two parts."""
    left, right, heights = 100.0 * bins.edges[:-1], 100.0 * bins.edges[1:], 100.0 * bins.shares
    for start, stop, colour, label in (
        (np.maximum(left, low), right, BODY, None),
        (left, np.minimum(right, low), LOSS, f"worst {percent(1.0 - TAIL_LEVEL, signed=False)}"),
    ):
        seen = stop > start
        axes.bar(
            start[seen],
            heights[seen],
            width=(stop - start)[seen],
            align="edge",
            color=colour,
            edgecolor="white",
            linewidth=0.4,
            label=label,
        )


def _far(bins: VariationBins) -> str:
    return f"{percent(bins.beyond, signed=False)} of variations lie further out"


def results_chart(results: Results, ax: Axes | None = None) -> Axes:
    """Draw the scenarios of a book, grouped by horizon, in the order of the table.

    A bar is the expected P&L with unstated factors linked, a whisker 95 % of the variations, a hollow
    marker the expected P&L alone. Groups are apart: scenarios are not ranked across horizons.

    Parameters
    ----------
    results : Results
        Of one book.
    ax : Axes, optional
        Drawn into; otherwise into a new figure, which nothing shows.

    Returns
    -------
    Axes
        P&L in % of NAV along x, one scenario a row.

    Raises
    ------
    InputError
        Without a scenario, or with several books.
    MissingExtraError
        Without matplotlib.
    """
    books = sorted({result.portfolio_name for result in results})
    if len(books) != 1:
        raise InputError(
            f"a chart shows the scenarios of one book, and this run has {len(books)}: plot one result, "
            "or run the books one at a time."
        )
    axes = axes_of(ax, width=8.5, height=1.6 + 0.32 * (len(results) + len(BUCKETS)))
    place, ticks, labels = 0.0, [], []
    for title, group in zip(BUCKETS, by_horizon(results), strict=True):
        if not group:
            continue
        ticks.append(place)
        labels.append(title)
        for result in group:
            place += 1.0
            ticks.append(place)
            labels.append(_label(result))
            _scenario(axes, result, place)
        place += 1.6
    axes.axvline(0.0, color=MARK, linewidth=0.8)
    axes.set_yticks(ticks, labels)
    for tick, text in zip(axes.yaxis.get_major_ticks(), labels, strict=True):
        if text in BUCKETS:
            tick.label1.set_fontweight("bold")
            tick.tick1line.set_visible(False)
    axes.set_ylim(place - 0.9, -0.7)
    axes.set_xlabel("P&L, % of NAV, loss negative")
    axes.set_title(
        f"{short_name(books[0])}: expected P&L if it happens", loc="left", fontsize="medium"
    )
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    bare(axes)
    _legend(axes, _scenario_marks())
    return axes


def _scenario(axes: Axes, result: Result, place: float) -> None:
    """Draw one row: bar, whisker, hollow marker."""
    scale = 100.0 / result.nav
    linked, alone = scale * result.linked, scale * result.alone
    colour = LOSS if linked < 0.0 else BODY
    axes.barh(place, linked, height=0.62, color=colour, alpha=0.55)
    if result.band_known:
        band = [scale * point for point in result.band]
        axes.plot(band, [place, place], color=MARK, linewidth=1.6, solid_capstyle="butt")
    axes.plot(alone, place, "o", markersize=6, markerfacecolor="none", markeredgecolor=MARK)


def _scenario_marks() -> list[Artist]:
    """Return samples of the three marks of a row."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    hollow = Line2D([], [], color=MARK, marker="o", linestyle="", markerfacecolor="none")
    hollow.set_label("expected, alone")
    return [
        Patch(color=LOSS, alpha=0.55, label="expected, linked"),
        Line2D([], [], color=MARK, linewidth=1.6, label="95 % of variations"),
        hollow,
    ]


def _legend(axes: Axes, marks: list[Artist]) -> None:
    """Explain the marks under the picture, where they hide nothing."""
    from matplotlib.transforms import ScaledTranslation

    handles = marks or axes.get_legend_handles_labels()[0]
    # 36 points under the axes, whatever their size: below the axis label.
    down = ScaledTranslation(0.0, -36.0 / 72.0, axes.figure.dpi_scale_trans)
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        bbox_transform=axes.transAxes + down,
        ncols=len(handles),
        frameon=False,
        fontsize="small",
        borderaxespad=0.0,
        handlelength=1.6,
        columnspacing=1.4,
    )


def axes_of(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return the axes to draw into."""
    try:
        from matplotlib import axes as known
    except ImportError:
        raise MissingExtraError("plot", "a chart") from None
    if ax is not None:
        given: Axes = held_to(ax, known.Axes, what="ax")
        return given
    if _watched():
        # Finds a screen, and keeps the figure until it is closed.
        from matplotlib import pyplot

        _, axes = pyplot.subplots(figsize=(width, height), layout="constrained")
        return axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def _watched() -> bool:
    """Whether somebody may show figures: who imported pyplot, or sits at a console or notebook.

    Nobody else would close them: a service that draws would keep every one.
    """
    return bool({"matplotlib.pyplot", "IPython"} & set(sys.modules)) or hasattr(sys, "ps1")


def bare(axes: Axes) -> None:
    """Leave out the frame above and on the right."""
    axes.spines[["top", "right"]].set_visible(False)


def _tail(result: Result) -> float | None:
    """Return the tail average over NAV, a loss negative; None where it is refused."""
    tail = result.tail_average
    return None if tail is None else -tail.value / result.nav


def _title(result: Result) -> str:
    book = short_name(result.portfolio_name)
    if result.scenario is None:
        return f"{book} · no scenario, 1 session"
    return f"{book} · {shorten(result.scenario.id, 40)} · {horizon_words(result.scenario)}"


def _label(result: Result) -> str:
    days = result.completed.horizon_days
    return f"{shorten(result.id, 32)}{f' · {days} d' if days > 1 else ''}"
