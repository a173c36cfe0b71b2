"""How sure a hedge plan is: draws it has not seen, the day after, what its limits cost and what is proved."""

from __future__ import annotations

from stress.hedging.hedge_plan import HedgePlan
from stress.hedging.solver.prices import LimitPrice
from stress.reporting.blocks import Block, Rows
from stress.tables import Column, percent, shorten, thousands

__all__ = ["day_after_block", "fresh_draws_block", "limits_block", "proved"]

_WIDEST = 48
_PRICES = 5
#: A gap up to this is rounding of lots and the solver's own.
_PROVED_BEST = 1e-3


def fresh_draws_block(plan: HedgePlan) -> Block:
    """Show what the hedge does on draws it was not fitted to.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    fresh = plan.fresh
    by = f"{percent(abs(fresh.lowered) / plan.nav, digits=2, signed=False)} of NAV"
    lowered = f"lowered by {by}" if fresh.lowered > 0.0 else f"NOT lowered, raised by {by}"
    if fresh.lowered == 0.0:
        lowered = "not lowered"
    verdict = "within" if fresh.within_band else "OUTSIDE"
    return Block(
        title="6 ON DRAWS IT HAS NOT SEEN",
        aside=f"{thousands(fresh.draws)} fresh draws, seed {fresh.seed}",
        parts=(
            f"ES {percent(-fresh.after / plan.nav, digits=2)} (fitted {percent(-fresh.fitted / plan.nav, digits=2)}, optimism of fitting "
            f"{percent(fresh.optimism / plan.nav, digits=3, signed=False)}): {verdict} the simulation band of ±"
            f"{percent(fresh.band / plan.nav, digits=3, signed=False)}",
            f"unhedged {percent(-fresh.before / plan.nav, digits=2)}: {lowered}, "
            f"paired simulation error {percent(fresh.lowered_error / plan.nav, digits=2, signed=False)}",
            "simulation error only: the model may be wrong by more (foreshock compare shows other models)",
        ),
    )


def day_after_block(plan: HedgePlan) -> Block:
    """Show what follows the shock, with the hedge kept.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    after, title = plan.day_after, "7 THE DAY AFTER"
    if after is None:
        return Block(
            title=title,
            parts=(
                "not known: no scenario is chosen, or the model lacks factors of second-day-rebound. Name what follows: "
                "--day-after FILE / day_after=FILE",
            ),
        )
    return Block(
        title=title,
        aside=f"{after.relief} on what {after.shock} leaves, hedge kept",
        parts=(
            f"first day {percent(after.shock_before / plan.nav)} -> {percent(after.shock_after / plan.nav)}, "
            f"second {percent(after.relief_before / plan.nav)} -> {percent(after.relief_after / plan.nav)}, "
            f"both {percent(after.before / plan.nav)} -> {percent(after.after / plan.nav)}",
        ),
    )


def limits_block(plan: HedgePlan) -> Block:
    """Show what the binding limits cost, and what is proved.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    columns = (
        Column(title="limit that binds", align="left"),
        Column(title="now"),
        Column(title="", align="left"),
        Column(title="wider by", align="left"),
        Column(title=f"saves {plan.currency}"),
        Column(title="of NAV"),
    )
    binding = [_limit(price, plan) for price in plan.prices[:_PRICES]]
    lines: list[Rows | str] = []
    if binding:
        lines += [
            Rows(columns=columns, rows=binding),
            "saves: by how much the objective falls, at most: the next step saves less",
        ]
    else:
        lines.append("no limit binds.")
    proof = plan.certificate
    lines.append(
        f"proof: no trades within these limits have an objective below {thousands(proof.lower)}; these have "
        f"{thousands(proof.upper)}: {proved(plan)}"
    )
    lines.append("  It says nothing about the model.")
    if plan.lines_cost > 0.0 or plan.lots_cost > 0.0:
        lines.append(
            f"practice: without the limits on tickets and lots the objective would be {thousands(plan.continuous)}: few lines "
            f"and no small tickets add {thousands(plan.lines_cost)}, whole lots {thousands(plan.lots_cost)}"
        )
    return Block(title="8 WHAT THE LIMITS COST", parts=tuple(lines))


def _limit(price: LimitPrice, plan: HedgePlan) -> list[str]:
    """Return the row of a binding limit: what it would be worth a step wider, at most, as the objective is convex."""
    where = price.constraint if price.line is None else f"{price.constraint} of {price.line}"
    size = abs(price.limit)
    if size == 0.0 and not price.unit.startswith(plan.currency):
        wider, step, now = f"1 {price.unit}", 1.0, ""
    elif size == 0.0 or any(price.constraint == band.name for band in plan.exposure_limits):
        wider, step, now = "1 % of NAV", 0.01 * plan.nav, ""
    else:
        wider, step, now = "a tenth", 0.1 * size, f"{size:,.0f}"
    if price.equal:
        wider = f"moved by {wider}"
    worth = abs(price.price) * step
    share = percent(worth / plan.nav, digits=3, signed=False)
    return [shorten(where, _WIDEST), now, price.unit if now else "", wider, thousands(worth), share]


def proved(plan: HedgePlan) -> str:
    """Say what the certificate proves: the best there is, or the best found.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    proof = plan.certificate
    if proof.gap <= _PROVED_BEST:
        return f"within {max(proof.gap, 1e-4):.2%} of the best there is"
    room = proof.upper - proof.lower
    return (
        f"best found, proved within {proof.gap:.1%}; better ones may exist, by up to {thousands(room)} {plan.currency} "
        f"({percent(room / plan.nav, digits=2, signed=False)} of NAV)"
    )
