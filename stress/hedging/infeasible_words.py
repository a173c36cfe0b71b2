"""What a refused hedge would need, in the shares that its limits are asked in."""

from __future__ import annotations

import math

from stress.hedging.setting import Setting
from stress.hedging.solver.infeasible import InfeasibleHedgeError

__all__ = ["in_shares"]


def in_shares(setting: Setting, refused: InfeasibleHedgeError) -> InfeasibleHedgeError:
    """Return the error with its amounts said as the options that state them.

    The solver knows limits in currency; a user types shares of NAV, of a loss and of the book's gross.
    """
    settings, typed = setting.settings, []
    if refused.relaxation is not None:
        losses = {f"loss in {p.scenario.id}": -p.pnl for p in setting.chosen if p.pnl < 0.0}
        name, by = refused.relaxation.constraint, refused.relaxation.by
        bands = {band.asked.name: band.asked for band in setting.bands}
        if name in losses:
            share = settings.scenario_share + by / losses[name]
            typed.append(f"--scenario-share {_up(share)} (of the unhedged loss)")
        elif name in bands:
            wider = bands[name].widened(by / setting.book.nav)
            instead = f" instead of --{name}" if bands[name].neutral else ""
            typed.append(f"--band {wider.target}={wider.edges} (of NAV){instead}")
        elif name == "turnover" and settings.turnover is not None:
            typed.append(f"--turnover {_up(settings.turnover + by / setting.book.nav)} (of NAV)")
        elif name == "max ticket" and settings.max_ticket is not None:
            typed.append(
                f"--max-ticket {_up(settings.max_ticket + by / setting.book.nav)} (of NAV)"
            )
        elif name == f"side {settings.side}":
            typed.append("--side both")
        elif name == "gross of the hedge":
            share = settings.gross_share + by / setting.book.portfolio.gross
            typed.append(f"--gross {_up(share)} (of the book's)")
        elif name == "share of daily volume":
            typed.append(f"--adv {_up(settings.adv_share + by)} (of daily volume)")
        elif name == "at most k lines" and settings.max_lines is not None:
            typed.append(f"--max-lines {settings.max_lines + by:.0f}")
    if refused.nearest_budget is not None:
        typed.append(f"--budget {_up(refused.nearest_budget / setting.book.nav)} (of NAV)")
    if not typed:
        return refused
    return InfeasibleHedgeError(
        f"{refused} As you type it: {' or '.join(typed)}.",
        conflict=refused.conflict,
        relaxation=refused.relaxation,
        nearest_budget=refused.nearest_budget,
    )


def _up(share: float) -> str:
    """Write a share in percent, rounded up to a hundredth: rounded down it would be refused again."""
    return f"{math.ceil(round(1e4 * share, 6)) / 100.0:.2f}%"
