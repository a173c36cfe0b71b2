"""Views: statements about the law of the draws, and the linear rows that say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.arguments import confidence_level
from stress.arrays import FloatArray
from stress.errors import InputError
from stress.simulation.pooling.dual import Row

__all__ = ["View", "distinct_rows", "linear_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A statement about the law of the draws.

    Parameters
    ----------
    kind : {'mean', 'volatility', 'correlation', 'value_at_risk', 'expected_shortfall'}
        What is stated.
    of : str
        The quantity: a factor, a name, the book.
    target : float
        The stated value. VaR and ES are losses, positive when the quantity falls.
    other : str, optional
        The second quantity of a correlation.
    level : float, optional
        Confidence level of VaR and ES.
    relation : {'equal', 'at_least', 'at_most'}
        Correlations and volatilities may only be equal.

    Notes
    -----
    A volatility view holds the mean: at the stated mean view, else where it was before the view. A
    correlation view holds means and volatilities the same way.
    """

    kind: Literal["mean", "volatility", "correlation", "value_at_risk", "expected_shortfall"]
    of: str
    target: float
    other: str | None = None
    level: float | None = None
    relation: Literal["equal", "at_least", "at_most"] = "equal"

    def __post_init__(self) -> None:
        if not np.isfinite(self.target):
            raise InputError(f"{self}: the target must be finite.")
        if (self.kind == "correlation") != (self.other is not None):
            raise InputError(f"{self}: a correlation names two quantities, any other view one.")
        if self.of == self.other:
            raise InputError(f"{self}: a correlation is of two different quantities.")
        if self.kind == "correlation" and not -1.0 < self.target < 1.0:
            raise InputError(f"{self}: a correlation lies between -1 and 1.")
        if self.kind == "volatility" and not self.target > 0.0:
            raise InputError(f"{self}: a volatility is positive.")
        if self.kind in ("volatility", "correlation") and self.relation != "equal":
            raise InputError(f"{self}: a {self.kind} view must be 'equal'.")
        is_tail = self.kind in ("value_at_risk", "expected_shortfall")
        if is_tail != (self.level is not None):
            raise InputError(f"{self}: VaR and ES views need a level, any other view none.")
        if self.level is not None:
            confidence_level(self.level, what=f"{self}: the level")

    def __str__(self) -> str:
        what = self.kind.replace("_", " ")
        at = "" if self.level is None else f" {100 * self.level:g} %"
        of = self.of if self.other is None else f"{self.of} and {self.other}"
        sign = {"equal": "=", "at_least": ">=", "at_most": "<="}[self.relation]
        return f"{what}{at} of {of} {sign} {self.target:g}"


def _held(
    kind: Literal["mean", "volatility"], of: str, views: Sequence[View], otherwise: float
) -> float:
    """Value at which a mean or volatility is held for a view of higher order."""
    for view in views:
        if view.kind == kind and view.of == of:
            if view.relation != "equal":
                raise InputError(
                    f"{view}: a volatility or correlation view of '{of}' needs its mean fixed. "
                    "Make this view 'equal', or drop it."
                )
            return view.target
    return otherwise


def linear_rows(
    view: View, views: Sequence[View], quantities: Mapping[str, FloatArray], before: FloatArray
) -> list[Row]:
    """Return a view as linear rows; none for an ES view, which is not linear.

    Parameters
    ----------
    view : View
        The one to translate.
    views : sequence of View
        All of them: a higher moment holds the lower ones where these put them.
    quantities : mapping of str to ndarray of shape (S,)
        The draws.
    before : ndarray of shape (S,)
        Weights at whose moments those are held that no view states.

    Returns
    -------
    list of Row
    """
    x = quantities[view.of]
    match view.kind:
        case "mean":
            return [Row(view=str(view), values=x, target=view.target, relation=view.relation)]
        case "volatility":
            return _moment_rows(view.of, views, x, before)
        case "correlation":
            other = str(view.other)
            y = quantities[other]
            rows = _moment_rows(view.of, views, x, before) + _moment_rows(other, views, y, before)
            mean_x, sd_x = _held_moments(view.of, views, x, before)
            mean_y, sd_y = _held_moments(other, views, y, before)
            # Centred, so that the row is not swamped by its mean.
            product = (x - mean_x) * (y - mean_y)
            rows.append(
                Row(
                    view=str(view),
                    values=product,
                    target=view.target * sd_x * sd_y,
                    relation="equal",
                )
            )
            return rows
        case "value_at_risk":
            return _quantile_rows(view, x)
        case "expected_shortfall":
            return []


def _held_moments(
    of: str, views: Sequence[View], x: FloatArray, before: FloatArray
) -> tuple[float, float]:
    usual = float(before @ x)
    mean = _held("mean", of, views, usual)
    sd = _held("volatility", of, views, float(np.sqrt(before @ (x - usual) ** 2)))
    return mean, sd


def _moment_rows(of: str, views: Sequence[View], x: FloatArray, before: FloatArray) -> list[Row]:
    mean, sd = _held_moments(of, views, x, before)
    return [
        Row(view=f"mean of {of} = {mean:g}", values=x, target=mean, relation="equal"),
        Row(
            view=f"volatility of {of} = {sd:g}",
            values=(x - mean) ** 2,
            target=sd * sd,
            relation="equal",
        ),
    ]


def _quantile_rows(view: View, x: FloatArray) -> list[Row]:
    """``P(L > v) <= 1 - level <= P(L >= v)``: exactly that v is a quantile, atoms included."""
    mass = 1.0 - float(view.level or 0.0)
    beyond = np.asarray(-x > view.target, dtype=np.float64)
    reached = np.asarray(-x >= view.target, dtype=np.float64)
    rows = []
    if view.relation in ("equal", "at_most"):
        rows.append(Row(view=str(view), values=beyond, target=mass, relation="at_most"))
    if view.relation in ("equal", "at_least"):
        rows.append(Row(view=str(view), values=reached, target=mass, relation="at_least"))
    return rows


def distinct_rows(rows: Sequence[Row]) -> list[Row]:
    """Drop rows that hold the same moment twice (two correlations of one quantity)."""
    kept: dict[tuple[str, str], Row] = {}
    for row in rows:
        kept.setdefault((row.view, row.relation), row)
    return list(kept.values())
