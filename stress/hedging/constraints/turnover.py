"""A cap on what is traded, sell-downs included."""

from __future__ import annotations

from dataclasses import dataclass

from stress.hedging.constraints.gross import Gross

__all__ = ["Turnover"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turnover(Gross):
    """Notional traded, sell-downs of held positions included, of at most an amount.

    The arithmetic of `Gross` on other notionals: here a sell-down counts, there it does not.

    Parameters
    ----------
    limit, notional, name, priority
        As in `Gross`.
    """

    name: str = "turnover"
