"""Tail averages of a run by methods that need fewer draws, each beside the plain one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stress.errors import InputError
from stress.risk.measures import TAIL_LEVEL
from stress.simulation.executors import ExecutorChoice
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK
from stress.simulation.tail_exists import has_tail_average
from stress.simulation.variance_reduction.control_variate import controlled_tail
from stress.simulation.variance_reduction.importance import importance_tail
from stress.simulation.variance_reduction.sobol import REPLICATES, sobol_tail
from stress.simulation.variance_reduction.tail_estimate import TailEstimate

__all__ = ["METHODS", "Method", "ReducedTail", "reduced_tails", "require_methods"]


class _Estimate(Protocol):
    def __call__(
        self, plan: Plan, *, draws: int, seed: int, level: float, executor: ExecutorChoice
    ) -> TailEstimate: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method that needs fewer draws.

    Parameters
    ----------
    level : float
        Confidence level it is asked for.
    estimate : callable
        Returns the tail average of a plan.
    least : int
        Draws it takes at least.
    """

    level: float
    estimate: _Estimate
    least: int = 1


#: By name; importance sampling is for the far tail, and Sobol points come in replicates of at least a chunk.
METHODS = {
    "sobol": Method(level=TAIL_LEVEL, estimate=sobol_tail, least=REPLICATES * CHUNK),
    "control": Method(level=TAIL_LEVEL, estimate=controlled_tail),
    "importance": Method(level=0.999, estimate=importance_tail),
}


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
        except InputError as error:
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
    if not has_tail_average(pnl.plan.book, compound=pnl.plan.completed.compound):
        raise InputError("the tail average does not exist: its compounded loss has no mean.")
    if pnl.draws < 2:
        raise InputError("1 draw does not show what varies: give 2 or more.")
    if not np.ptp(pnl.totals):
        raise InputError("nothing varies: every draw is the same, and needs no method.")
    chosen = METHODS[method]
    return chosen.estimate(
        pnl.plan,
        draws=max(pnl.draws, chosen.least),
        seed=pnl.seed,
        level=chosen.level,
        executor=executor,
    )
