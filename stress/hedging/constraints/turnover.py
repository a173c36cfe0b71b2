"""A cap on the value traded."""

from __future__ import annotations

from dataclasses import dataclass

from stress.hedging.constraints.gross import Gross

__all__ = ["Turnover"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turnover(Gross):
    """Value traded of at most an amount, sales of held positions included.

    The arithmetic of `Gross` on other amounts a unit: an option counts with its premium here, with its underlying
    shares there.

    Parameters
    ----------
    limit, notional, name, priority : as in `Gross`
        `notional` is the value traded with one unit.
    """

    name: str = "turnover"
