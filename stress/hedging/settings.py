"""`HedgeSettings`: what a proposal is asked; every default is printed with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED, confidence_level
from stress.errors import InputError, Problem
from stress.hedging.asked_bands import AskedBand
from stress.risk.measures import TAIL_LEVEL
from stress.risk.tail import MIN_TAIL_DRAWS, draws_for_tail, enough_for_tail

__all__ = ["HedgeSettings", "ObjectiveName"]

#: What a proposal may minimise (`asked_objective`).
ObjectiveName = Literal[
    "minimum_es", "minimum_variance", "minimax", "robust_es", "cheapest", "mixture"
]

#: Of the baseline in a mixture, when none is asked for.
BASELINE_WEIGHT = 0.8
#: Options of the shell that are not their field with dashes.
_TYPED = {"gross_share": "--gross", "adv_share": "--adv", "sell_down_share": "--sell-down"}


def _said(field: str, value: float | str, *, share: bool = False) -> str:
    """Return what was asked as Python has it, and as it is typed: settings do not know which it was."""
    option = _TYPED.get(field, f"--{field.replace('_', '-')}")
    if isinstance(value, str):
        return f"{field} '{value}' ({option} {value})"
    typed = f"{100.0 * value:.12g}%" if share else f"{value:.12g}"
    return f"{field} {value:.12g} ({option} {typed})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HedgeSettings:
    """What a proposal is asked.

    Parameters
    ----------
    budget : float or None
        Cap on the all-in cost as a share of NAV; None leaves it free.
    scenario_share : float
        Largest hedged loss in each chosen scenario, as a share of the unhedged one; 1 sets no limit.
    es_limit : float or None
        Largest hedged baseline ES as a share of the unhedged one; None sets no limit. `cheapest` needs one.
    gross_share : float
        Gross of the trades as a share of the book's gross; an option counts with its underlying shares.
    turnover : float or None
        Value traded as a share of NAV; an option counts with its premium. None sets no limit.
    adv_share : float
        Trade of a line as a share of its average daily volume.
    sell_down_share : float
        How much of each held position may be sold, 0 to 1: a hedge is not a liquidation.
    max_lines : int or None
        Tickets at most; None sets no limit.
    min_ticket : float
        Tickets of a smaller notional, as a share of NAV, are dropped where the limits allow it.
    max_ticket : float or None
        Notional of a ticket at most, as a share of NAV; None sets no limit.
    side : {'both', 'long', 'short'}
        Whether lines of the universe may be bought and sold short, or one of both; sales of held positions stay open.
    bands : tuple of AskedBand
        Exposures of the hedged book to factors.
    holding_days : float
        Calendar days the hedge is meant to stay on; the budget counts borrow, financing and decay over them.
    impact_coefficient : float
        Y of the square-root law.
    objective : {'minimum_es', 'minimum_variance', 'minimax', 'robust_es', 'cheapest', 'mixture'}
        The baseline's ES; its variance; the largest expected loss in the chosen scenarios and their reliefs; the largest
        ES of the t law, filtered history and the block bootstrap; the all-in cost alone; a stated mixture of the
        baseline's ES with that of the chosen scenarios and their reliefs.
    baseline_weight : float
        Of the baseline in the mixture.
    only_scenario : bool
        Minimise the chosen scenarios' ES instead: a position for them, not a hedge.
    allow_higher_es : bool
        Whether the baseline ES may rise.
    level : float
        Confidence level of ES.
    draws, seed : int
        Of the simulation the hedge is fitted on; fresh draws use ``seed + 1``.
    whole_lots : bool
        Whether trades are rounded to whole lots.
    tolerance : float
        Relative certified gap of the continuous optimum.
    time_limit : float
        Seconds for one optimisation.

    Raises
    ------
    InputError
        All settings out of range at once.
    """

    budget: float | None = 0.005
    scenario_share: float = 0.5
    es_limit: float | None = None
    gross_share: float = 1.0
    turnover: float | None = None
    adv_share: float = 0.10
    sell_down_share: float = 0.10
    max_lines: int | None = 10
    min_ticket: float = 0.001
    max_ticket: float | None = None
    side: Literal["both", "long", "short"] = "both"
    bands: tuple[AskedBand, ...] = ()
    holding_days: float = 30.0
    impact_coefficient: float = 1.0
    objective: ObjectiveName = "minimum_es"
    baseline_weight: float = BASELINE_WEIGHT
    only_scenario: bool = False
    allow_higher_es: bool = False
    level: float = TAIL_LEVEL
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    whole_lots: bool = True
    tolerance: float = 1e-6
    time_limit: float = 120.0

    @property
    def too_few_draws(self) -> str:
        """Why the ES that a hedge is fitted to means nothing; empty where draws are enough."""
        if enough_for_tail(self.draws, self.level):
            return ""
        return (
            f"fitted to {self.draws * (1.0 - self.level):.1f} draws in the tail; an ES needs {MIN_TAIL_DRAWS:g}: "
            f"the fitted figure means nothing. Use {draws_for_tail(self.level):,} draws or more."
        )

    def __post_init__(self) -> None:
        faults = []
        if self.budget is not None and not 0.0 <= self.budget <= 1.0:
            faults.append(
                f"{_said('budget', self.budget, share=True)}: a budget is a share of NAV, between 0 and 1, not an amount. "
                'Write "1%" or 0.01 (--budget 1%) for a hundredth of it.'
            )
        for what, low, high in (
            ("scenario_share", 0.0, 1.0),
            ("es_limit", 0.0, 1.0),
            ("gross_share", 0.0, 10.0),
            ("turnover", 0.0, 20.0),
            ("adv_share", 0.0, 1.0),
            ("sell_down_share", 0.0, 1.0),
            ("min_ticket", 0.0, 1.0),
            ("max_ticket", 0.0, 10.0),
            ("baseline_weight", 0.0, 1.0),
        ):
            value = getattr(self, what)
            if value is not None and not low <= value <= high:
                asked = _said(what, value, share=True)
                faults.append(f"{asked} is not between {low:g} and {high:g}.")
        if self.max_ticket is not None and self.max_ticket < self.min_ticket:
            faults.append(
                f"{_said('max_ticket', self.max_ticket, share=True)} is below "
                f"{_said('min_ticket', self.min_ticket, share=True)}: no ticket is both."
            )
        if self.side not in ("both", "long", "short"):
            faults.append(f"{_said('side', self.side)} is none of both, long, short.")
        if self.max_lines is not None and self.max_lines < 0:
            faults.append(f"{_said('max_lines', self.max_lines)} is below 0.")
        if self.objective not in get_args(ObjectiveName):
            faults.append(
                f"{_said('objective', self.objective)} is none of {', '.join(get_args(ObjectiveName))}."
            )
        if self.only_scenario and self.objective != "minimum_es":
            faults.append(
                f"{_said('objective', self.objective)} changes nothing beside only_scenario (--only-scenario), "
                "which fits the scenarios alone: give one of them."
            )
        elif self.objective != "mixture" and self.baseline_weight != BASELINE_WEIGHT:
            faults.append(
                f"{_said('baseline_weight', self.baseline_weight, share=True)} changes nothing: it is of "
                f"{_said('objective', 'mixture')}."
            )
        if self.objective == "cheapest" and self.es_limit is None:
            faults.append(
                f"{_said('objective', self.objective)} needs a limit on the baseline ES, of the unhedged one: "
                f"{_said('es_limit', 0.6, share=True)}."
            )
        if not self.time_limit > 0.0:
            faults.append(f"{_said('time_limit', self.time_limit)} is not above zero seconds.")
        try:
            confidence_level(self.level)
        except InputError as error:
            faults.append(str(error))
        if self.draws < 2:
            faults.append(
                f"draws {self.draws}: a hedge cannot be fitted to fewer than 2. Use 20000."
            )
        if self.seed < 0:
            faults.append(f"seed must be at least 0, got {self.seed}.")
        if faults:
            raise InputError([Problem(message=text) for text in faults])
