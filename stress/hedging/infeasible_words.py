"""What a refused hedge would need, in the shares that its limits are asked in."""

from __future__ import annotations

import math

from stress.hedging.book_gross import gross_exposure
from stress.hedging.constraints import (
    AdvShare,
    AtMost,
    Band,
    Direction,
    Gross,
    PerLine,
    ScenarioLoss,
    TailLimit,
    Turnover,
)
from stress.hedging.default_problem import limits
from stress.hedging.prepared import Setting
from stress.hedging.problem import Constraint
from stress.hedging.solver.infeasible import InfeasibleHedgeError, Relaxation
from stress.hedging.solver.solve import EXPLAINING_PRECISION

__all__ = ["in_shares", "share_option"]

#: A limit on a tail that no whole lots keep away from the least that can be reached is advised so much above it.
_BEYOND_THE_EDGE = 1.001


def in_shares(setting: Setting, refused: InfeasibleHedgeError) -> InfeasibleHedgeError:
    """Return the error with its amounts said as the options that state them.

    The solver knows limits in currency; a user types shares of NAV, of a loss and of the book's gross.
    """
    portfolio = setting.book.portfolio
    typed = []
    if refused.relaxation is not None:
        option = _option(setting, refused.relaxation, in_fractions=refused.in_fractions)
        typed += [] if option is None else [option]
    if refused.nearest_budget is not None and refused.nearest_budget <= setting.book.nav:
        budget = _up(refused.nearest_budget / setting.book.nav)
        typed.append(f"{share_option(setting, '--budget', 'budget', budget)} (of NAV)")
    if not typed:
        return refused
    settings = setting.settings
    write = portfolio.worded("type", "write")
    said = f"As you {write} it: {' or '.join(typed)}"
    if refused.in_fractions and (settings.whole_lots or settings.max_lines is not None):
        without = portfolio.worded(
            "--broken-lots --max-lines 0", "whole_lots=False, max_lines=None"
        )
        said = (
            f"As you {write} it: at least {' or at least '.join(typed)}, the least with any number of lines and broken "
            f"lots ({without}); whole lots and few lines may need more"
        )
    return InfeasibleHedgeError(
        f"{refused} {said}.",
        conflict=refused.conflict,
        relaxation=refused.relaxation,
        nearest_budget=refused.nearest_budget,
        in_fractions=refused.in_fractions,
    )


def _option(setting: Setting, relaxation: Relaxation, *, in_fractions: bool) -> str | None:
    """Return the option that grants a relaxation; None where the limit is not one that is typed."""
    settings, nav, by = setting.settings, setting.book.nav, relaxation.by
    worded = setting.book.portfolio.worded
    # What a search found may be above the least by its precision.
    beyond = 1.0 + (1e-6 if in_fractions else EXPLAINING_PRECISION)
    stated: dict[str, Constraint] = {limit.name: limit for limit in limits(setting)}
    if settings.max_lines is not None:
        few = AtMost(lines=settings.max_lines)
        stated[few.name] = few
    match stated.get(relaxation.constraint):
        case ScenarioLoss(pnl=pnl):
            share = settings.scenario_share - by / pnl
            if share > beyond:
                return None  # The limit cannot be wider than the unhedged loss.
            wider = _up(min(share, 1.0))
            stated_as = share_option(setting, "--scenario-share", "scenario_share", wider)
            return f"{stated_as} (of the unhedged loss)"
        case TailLimit(limit=limit) if settings.es_limit is not None:
            share = (limit + by) / setting.unhedged_es()
            if in_fractions and share < 1.0:
                # At the edge of what can be reached no optimum can be proved.
                share = min(_BEYOND_THE_EDGE * share, 1.0)
            if share > beyond:
                return None  # Nothing is asked of a hedge that may leave all of it.
            stated_as = share_option(setting, "--es-limit", "es_limit", _up(min(share, 1.0)))
            return f"{stated_as} (of the unhedged ES)"
        case Band(name=name):
            asked = next(band.asked for band in setting.bands if band.asked.name == name)
            band = asked.widened(by / nav)
            neutral = worded(f"--{name}", f'neutral=["{asked.target}"]')
            instead = f" instead of {neutral}" if asked.neutral else ""
            typed = worded(
                f"--band {band.target}={band.edges}", f'bands={{"{band.target}": "{band.edges}"}}'
            )
            return f"{typed} (of NAV){instead}"
        case Turnover(limit=limit):
            return f"{share_option(setting, '--turnover', 'turnover', _up((limit + by) / nav))} (of NAV)"
        case PerLine(limit=limit):
            return f"{share_option(setting, '--max-ticket', 'max_ticket', _up((limit + by) / nav))} (of NAV)"
        case Direction():
            return worded("--side both", 'side="both"')
        case Gross(limit=limit):
            gross = _up((limit + by) / gross_exposure(setting.book))
            return f"{share_option(setting, '--gross', 'gross_share', gross)} (of the book's)"
        case AdvShare(share=share):
            return (
                f"{share_option(setting, '--adv', 'adv_share', _up(share + by))} (of daily volume)"
            )
        case AtMost(lines=lines):
            return worded(f"--max-lines {lines + by:.0f}", f"max_lines={lines + by:.0f}")
        case _:
            return None


def share_option(setting: Setting, flag: str, keyword: str, share: str) -> str:
    """Write an option that takes a share: as it is typed, or as Python has it."""
    return setting.book.portfolio.worded(f"{flag} {share}", f'{keyword}="{share}"')


def _up(share: float) -> str:
    """Write a share in percent, rounded up to a hundredth: rounded down it would be refused again."""
    return f"{math.ceil(round(1e4 * share, 6)) / 100.0:.2f}%"
