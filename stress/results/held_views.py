"""A user's views held on the windows that a model carries, beside the means that a scenario states.

They are added in an order in which each finds what it rests on: means, then volatilities about the means
there are by then, then correlations, then VaR and ES (sequential entropy pooling). The first one that no weights meet, or
that would leave too few windows with any weight, is named as it was typed, and there is no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.factors.model import Factor
from stress.risk.measures import expected_shortfall, value_at_risk
from stress.scenarios.propagation_report import written_move
from stress.simulation.pooling.entropy_pooling import (
    InfeasibleViewsError,
    Pooled,
    TooFewEffectiveDrawsError,
    View,
    effective_draws,
    pool,
)
from stress.simulation.pooling.view_text import StatedView

__all__ = ["LEAST_WINDOWS", "Held", "HeldView", "hold_views"]

#: Separate windows of the horizon that must effectively be left.
LEAST_WINDOWS = 30.0
#: What is held before what.
_STAGES = (("mean",), ("volatility",), ("correlation",), ("value_at_risk", "expected_shortfall"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """A user's view that the weights meet.

    Parameters
    ----------
    text : str
        As typed, with its level.
    value : float
        What is held, in inside units; VaR and ES are losses, positive when the factor falls.
    before : float
        The same figure of the carried windows with equal weights.
    unit : str or None
        Of the factor's moves; None of a correlation.
    is_mean : bool
        Whether it is of a mean, which the joint law can be asked too.
    tail_windows : float or None
        Of VaR and ES: effective number of windows at and beyond the VaR that have the tail's weight.
    """

    text: str
    value: float
    before: float
    unit: str | None
    is_mean: bool
    tail_windows: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Weights that meet means and views, or why there are none.

    Parameters
    ----------
    refused : str or None
        Which view, as typed, and why.
    pooled : Pooled or None
        None when refused.
    views : tuple of HeldView
        In the order typed; empty when refused.
    """

    refused: str | None
    pooled: Pooled | None = None
    views: tuple[HeldView, ...] = ()


def hold_views(
    days: Mapping[str, FloatArray],
    means: Sequence[View],
    stated: Sequence[StatedView],
    *,
    factors: Sequence[Factor],
    horizon_days: int,
) -> Held:
    """Weigh windows until the means of a scenario and the views of a user hold.

    Parameters
    ----------
    days : mapping of str to ndarray of shape (S,)
        Windows of each factor that a mean or a view is of, in inside units.
    means : sequence of View
        Held already, and staying.
    stated : sequence of StatedView
        To be held with them; at least one.
    factors : sequence of Factor
        Of the model.
    horizon_days : int
        Sessions of a window; windows overlap.

    Returns
    -------
    Held
    """
    unit = {factor.name: factor.unit for factor in factors}
    asked = list(means)
    beside = [f"mean {view.of}={written_move(view.target, unit[view.of])}" for view in means]
    pooled = pool(days, asked)
    for stage in _STAGES:
        before = pooled.weights
        for one in (one for one in stated if one.view.kind in stage):
            why = _unresolved(one.view, len(before), horizon_days)
            if why is None:
                asked.append(one.view)
                try:
                    pooled = pool(days, asked, before=before)
                    why = _collapsed(pooled.effective_draws, len(before), horizon_days)
                except InfeasibleViewsError:
                    why = _unmet(one.view, days, before, beside, unit)
                except TooFewEffectiveDrawsError as few:
                    why = _collapsed(few.effective, len(before), horizon_days, at_least=few.needed)
            if why is not None:
                return Held(refused=f"view '{one.text}' {why}")
            beside.append(one.text)
    views = tuple(_held(one, days, pooled.weights, unit) for one in stated)
    return Held(refused=None, pooled=pooled, views=views)


def _unresolved(view: View, windows: int, horizon_days: int) -> str | None:
    """Say that a level lies beyond what so many windows resolve."""
    if view.level is None:
        return None
    separate = windows / horizon_days
    if round((1.0 - view.level) * separate, 9) >= 1.0:
        return None
    return (
        f"is of a tail in which {separate:,.0f} separate windows hold less than one. "
        f"Use a level of at most {np.floor(1e3 * (1.0 - 1.0 / separate)) / 10:g}%"
    )


def _collapsed(
    effective: float, windows: int, horizon_days: int, *, at_least: float = 0.0
) -> str | None:
    needed = max(LEAST_WINDOWS * horizon_days, at_least)
    if effective >= needed:
        return None
    return f"would leave {effective:.0f} of {windows:,} windows effectively, under {needed:.0f}. Weaken it"


def _unmet(
    view: View,
    days: Mapping[str, FloatArray],
    weights: FloatArray,
    beside: Sequence[str],
    unit: Mapping[str, str],
) -> str:
    """Say whether a view is out of reach by itself, and how far windows reach, or only with those before it."""
    try:
        pool(days, [view], before=weights)
    except InfeasibleViewsError:
        x = days[view.of]
        low, high = float(x.min()), float(x.max())
        mean = float(weights @ x)
        written = unit[view.of]
        match view.kind:
            case "mean":
                reach = (
                    f"they reach from {written_move(low, written)} to {written_move(high, written)}"
                )
            case "volatility":
                # The widest law on an interval about a mean sits on its ends.
                widest = float(np.sqrt(max((high - mean) * (mean - low), 0.0)))
                reach = f"about a mean of {written_move(mean, written)} they reach {written_move(widest, written, signed=False)} at most"
            case "value_at_risk" | "expected_shortfall":
                reach = f"the largest fall in them is {written_move(-low, written, signed=False)}"
            case "correlation":
                reach = "at the two volatilities held they are never so correlated"
        return f"is met by no weights of the carried windows: {reach}"
    except TooFewEffectiveDrawsError:
        pass
    return f"is met by no weights together with {', '.join(beside)}. Weaken it, or leave one out"


def _held(
    stated: StatedView,
    days: Mapping[str, FloatArray],
    weights: FloatArray,
    unit: Mapping[str, str],
) -> HeldView:
    view = stated.view
    tail = None
    if view.level is not None:
        x = days[view.of]
        edge = view.target
        if view.kind == "expected_shortfall":
            edge = value_at_risk(x, weights, level=view.level)
        beyond = weights[x <= -edge]
        tail = effective_draws(beyond / beyond.sum())
    return HeldView(
        text=stated.text,
        value=view.target,
        before=_before(view, days),
        unit=None if view.kind == "correlation" else unit[view.of],
        is_mean=view.kind == "mean",
        tail_windows=tail,
    )


def _before(view: View, days: Mapping[str, FloatArray]) -> float:
    """Return the figure of a view on equally weighted windows."""
    x = days[view.of]
    level = view.level or 0.0
    match view.kind:
        case "mean":
            return float(x.mean())
        case "volatility":
            return float(x.std())
        case "correlation":
            return float(np.corrcoef(x, days[str(view.other)])[0, 1])
        case "value_at_risk":
            return value_at_risk(x, level=level)
        case "expected_shortfall":
            # Told, not estimated: how many windows are in the tail is said beside it.
            return expected_shortfall(x, level=level, min_tail_draws=0)
