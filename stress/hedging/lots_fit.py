"""Whether one whole lot of a line fits the limits on it: a line that none fits would be missing from a plan in silence.

What the universe states of a line contradicts itself where the usual share of its daily volume is less than a lot: that
is refused. Limits of the user, a smaller share or what is sized by the book such as the notional of a ticket, shut
lines as they are meant to: those are named.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.hedging.constraints import AdvShare, Budget, Gross, PerLine, Turnover
from stress.hedging.default_problem import bounds, limits
from stress.hedging.infeasible_words import share_option
from stress.hedging.prepared import Setting
from stress.hedging.problem import Constraint
from stress.hedging.settings import HedgeSettings
from stress.tables import listing

__all__ = ["check_lots"]

#: A lot this much larger than a limit, relative, still fits it.
_ROUNDING = 1e-9
_NAMED = 3
_USUAL_SHARE = HedgeSettings().adv_share


def check_lots(setting: Setting) -> tuple[str, ...]:
    """Refuse lines whose lot is larger than their share of daily volume; name those that limits of the user shut.

    Parameters
    ----------
    setting : Setting
        What was asked; nothing is looked at where broken lots are allowed.

    Returns
    -------
    tuple of str
        Warnings: for each limit, the lines of which it lets no whole lot be traded. A limit of zero shuts all alike
        and is not named.

    Raises
    ------
    InputError
        All lines of the universe whose lot is larger than the share of their daily volume, the usual share where a
        smaller one is asked for.
    """
    if not setting.settings.whole_lots:
        return ()
    lines = setting.candidates.lines
    lots = np.array([line.lot for line in lines])
    lower, upper = bounds(setting)
    reach = np.maximum(upper, -lower)
    open_, sales = reach > 0.0, setting.candidates.mask("sell_down")
    said, too_large = [], np.zeros(lots.size, dtype=bool)
    few = open_ & sales & _above(lots, reach)
    if few.any():
        share = setting.settings.sell_down_share
        said.append((f"of {_asked(setting, '--sell-down', 'sell_down_share', share)}", few))
    for constraint in limits(setting):
        shut = open_ & _shut(constraint, lots, lower, upper)
        if isinstance(constraint, AdvShare):
            # A share asked for below the usual one is the user's limit, not a fault of the universe.
            usual = replace(constraint, share=max(constraint.share, _USUAL_SHARE))
            too_large = shut & ~sales & _shut(usual, lots, lower, upper)
            shut &= ~too_large
        if shut.any():
            said.append((_limit_in_words(setting, constraint), shut))
    if too_large.any():
        raise InputError(_more_than_volume(setting, int(j)) for j in np.flatnonzero(too_large))
    return tuple(
        f"not traded, for one whole lot is more than the limit {words}: "
        f"{listing([lines[j].id for j in np.flatnonzero(which)], most=_NAMED)}."
        for words, which in said
    )


def _shut(
    constraint: Constraint, lots: FloatArray, lower: FloatArray, upper: FloatArray
) -> NDArray[np.bool_]:
    """Which lines a limit on size leaves less than a lot, traded alone; none of a limit of zero."""
    none = np.zeros(lots.size, dtype=bool)
    match constraint:
        case AdvShare(share=share, volume=volume) if share > 0.0:
            return _above(lots, share * volume)
        case PerLine(limit=limit, notional=notional) | Gross(limit=limit, notional=notional) if (
            limit > 0.0
        ):
            return _above(notional * lots, np.full(lots.size, limit))
        case Budget(amount=amount, costs=costs) if amount > 0.0:
            bent = np.zeros(lots.size) if costs.impact is None else costs.impact * lots**1.5
            cheapest = np.minimum(
                np.where(upper > 0.0, costs.buy, np.inf), np.where(lower < 0.0, costs.sell, np.inf)
            )
            return _above(cheapest * lots + bent, np.full(lots.size, amount))
        case _:
            return none


def _above(size: FloatArray, most: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(size > most * (1.0 + _ROUNDING))


def _limit_in_words(setting: Setting, constraint: Constraint) -> str:
    """Name a limit by the option that sets it, and what it comes to."""
    settings = setting.settings

    def amount(value: float) -> str:
        return f"({value:,.0f} {setting.book.portfolio.currency})"

    match constraint:
        case PerLine(limit=limit):
            assert settings.max_ticket is not None
            asked = _asked(setting, "--max-ticket", "max_ticket", settings.max_ticket)
            return f"of {asked} {amount(limit)}"
        case Turnover(limit=limit):
            assert settings.turnover is not None
            asked = _asked(setting, "--turnover", "turnover", settings.turnover)
            return f"of {asked} {amount(limit)}"
        case Gross(limit=limit):
            asked = _asked(setting, "--gross", "gross_share", settings.gross_share)
            return f"of {asked} {amount(limit)}"
        case Budget(amount=most):
            assert settings.budget is not None
            asked = _asked(setting, "--budget", "budget", settings.budget)
            return f"of {asked} {amount(most)}"
        case _:
            return f"of {_asked(setting, '--adv', 'adv_share', settings.adv_share)}"


def _asked(setting: Setting, flag: str, keyword: str, share: float) -> str:
    return share_option(setting, flag, keyword, f"{100.0 * share:.12g}%")


def _more_than_volume(setting: Setting, j: int) -> Problem:
    """Say which lot is larger than which share of volume, and what would let it be traded."""
    line = setting.candidates.lines[j]
    share = max(setting.settings.adv_share, _USUAL_SHARE)
    worded = setting.book.portfolio.worded
    needed = math.ceil(round(1e4 * line.lot / line.adv, 6)) / 1e4
    wider = f"{_asked(setting, '--adv', 'adv_share', needed)}, " if needed <= 1.0 else ""
    return Problem(
        message=f"no whole lot of '{line.id}' can be traded: one lot is {line.lot:,.12g} units, more than "
        f"{100.0 * share:.12g}% of its average daily volume of {line.adv:,.12g}, which is {share * line.adv:,.12g}.",
        file=setting.universe.label,
        line=line.row,
        hint=f"Correct its lot or its adv, or give {wider}"
        f"{worded('--broken-lots', 'whole_lots=False')}.",
    )
