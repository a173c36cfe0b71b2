"""The frontier of cost against ES with the strategies beside it, as a picture. Needs matplotlib."""

from __future__ import annotations

from stress.errors import MissingExtraError
from stress.hedging.compare import Comparison

__all__ = ["comparison_picture"]


def comparison_picture(comparison: Comparison, path: str) -> None:
    """Write a picture.

    Parameters
    ----------
    comparison : Comparison
        With or without a frontier.
    path : str
        Of the file; its suffix picks the format.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("plot", "a picture") from None
    figure = Figure(figsize=(9.0, 5.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
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
    for row in comparison.rows:
        if row.failed:
            continue
        at = (1e4 * row.cost.all_in / comparison.nav, scale * row.fresh)
        axes.plot(*at, "o", color="C1", markersize=5)
        axes.annotate(row.title, at, xytext=(5, 4), textcoords="offset points", fontsize=8)
    axes.set_xlabel(f"all-in cost over {comparison.holding_days:g} days, bp of NAV")
    axes.set_ylabel(f"1-day ES {comparison.level:.1%} of the baseline, % of NAV")
    axes.set_title(f"{comparison.portfolio_name}: what protection costs")
    axes.set_ylim(bottom=0.0)
    if points:
        axes.legend(frameon=False)
    figure.savefig(path, dpi=130)
