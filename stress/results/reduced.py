"""Tail averages of a run by methods that need fewer draws, each beside the plain one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stress.errors import InputError
from stress.risk.tail import TooFewTailDraws
from stress.simulation.control_variate import controlled_tail
from stress.simulation.executors import ExecutorChoice
from stress.simulation.importance import importance_tail
from stress.simulation.pnl import PnL
from stress.simulation.sobol import REPLICATES, sobol_tail
from stress.simulation.tail_estimate import TailEstimate
from stress.simulation.tail_exists import has_tail_average

__all__ = ["METHODS", "ReducedTail", "reduced_tails", "require_methods"]

#: Levels that each method is asked for: importance sampling is for the far tail.
METHODS = {"sobol": 0.975, "control": 0.975, "importance": 0.999}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedTail:
    """A tail average by one method, or why there is none.

    Parameters
    ----------
    method : str
        As asked for.
    estimate : TailEstimate or None
        With its variance ratio against plain Monte Carlo on this run.
    because : str or None
        Why there is none.
    """

    method: str
    estimate: TailEstimate | None
    because: str | None = None


def reduced_tails(
    pnl: PnL,
    methods: Sequence[str],
    *,
    executor: ExecutorChoice = None,
) -> tuple[ReducedTail, ...]:
    """Estimate the tail average of a P&L again, with as many draws as it was run with.

    Parameters
    ----------
    pnl : PnL
        Of a scenario, or of none.
    methods : sequence of {'sobol', 'importance', 'control'}
        Which.
    executor : optional
        Who works on the draws.

    Raises
    ------
    InputError
        On an unknown method.
    """
    require_methods(methods)
    found = []
    for method in methods:
        estimate, because = None, None
        try:
            estimate = _estimate(pnl, method, executor)
        except (InputError, TooFewTailDraws) as error:
            because = str(error)
        found.append(ReducedTail(method=method, estimate=estimate, because=because))
    return tuple(found)


def require_methods(methods: Sequence[str]) -> None:
    """Refuse an unknown method, before anything is drawn.

    Raises
    ------
    InputError
        Naming those there are.
    """
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        raise InputError(f"method '{unknown[0]}' is unknown; known: {', '.join(METHODS)}.")


def _estimate(pnl: PnL, method: str, executor: ExecutorChoice) -> TailEstimate:
    plan, draws, seed = pnl.plan, pnl.draws, pnl.seed
    level = METHODS[method]
    if not has_tail_average(plan.book, compound=plan.completed.compound):
        raise InputError("the tail average does not exist: its compounded loss has no mean.")
    match method:
        case "sobol":
            # Sixteen replicates of at least 4,096 points.
            return sobol_tail(
                plan, draws=max(draws, REPLICATES * 4096), seed=seed, level=level, executor=executor
            )
        case "importance":
            return importance_tail(plan, draws=draws, seed=seed, level=level, executor=executor)
        case _:  # "control": others were refused before
            return controlled_tail(plan, draws=draws, seed=seed, level=level, executor=executor)
