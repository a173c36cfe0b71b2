"""What a proposal minimises, by the name it is asked by: the objective, the costs added to it, and its words.

The strategies of a comparison take the same objectives from here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.laws import Law, central, outcomes
from stress.hedging.objectives import (
    CheapestHedge,
    Minimax,
    MinimumExpectedShortfall,
    MinimumVariance,
    Mixture,
    RobustExpectedShortfall,
)
from stress.hedging.prepared import Setting
from stress.hedging.problem import Costs, Objective, Outcomes
from stress.scenarios.relief import relief_of
from stress.scenarios.scenario import Scenario
from stress.simulation.generators import BlockBootstrap, FilteredHistory

__all__ = [
    "asked_costs",
    "asked_objective",
    "minimax",
    "minimum_es",
    "minimum_variance",
    "objective_in_words",
    "robust_es",
]


def asked_objective(setting: Setting) -> Objective:
    """Return what is minimised: one of the objectives of `HedgeSettings`, or the chosen scenarios' own tails."""
    settings = setting.settings
    if settings.only_scenario:
        drawn = _drawn(setting, _chosen(setting))
        return Mixture(parts=drawn, weights=(1.0 / len(drawn),) * len(drawn), level=settings.level)
    match settings.objective:
        case "minimum_es":
            return minimum_es(setting)
        case "minimum_variance":
            return minimum_variance(setting)
        case "minimax":
            return minimax(setting)
        case "robust_es":
            return robust_es(setting)
        case "cheapest":
            return CheapestHedge()
        case "mixture":
            return _mixture(setting)


def minimum_es(setting: Setting) -> MinimumExpectedShortfall:
    """Return the baseline's tail average as an objective."""
    return MinimumExpectedShortfall(outcomes=setting.baseline, level=setting.settings.level)


def asked_costs(setting: Setting) -> Costs:
    """Return the costs added to the objective: of one session, or all that the budget counts where cost is the objective."""
    if setting.settings.objective == "cheapest":
        return setting.rates.all_in()
    return setting.rates.over(BASELINE_DAYS)


def objective_in_words(setting: Setting) -> str:
    """Say what is minimised, with the weights of a mixture, and the costs that are added to it."""
    if setting.settings.objective == "cheapest":
        return f"all-in cost over {setting.settings.holding_days:g} days, within the limits below"
    return f"{_in_words(setting)}; costs of one session added"


def _in_words(setting: Setting) -> str:
    settings, level = setting.settings, f"{setting.settings.level:.1%}"
    ids = ", ".join(scenario.id for scenario in _chosen(setting))
    if settings.only_scenario:
        return f"ES {level} of {ids}, its mean capped: no bet"
    match settings.objective:
        case "minimum_variance":
            return "variance of the 1-session P&L of the baseline law (no scenario), over its unhedged standard deviation"
        case "minimax":
            reliefs = "its relief" if len(setting.chosen) == 1 else "their reliefs"
            return f"the largest expected loss in {_over_horizons(setting)} and in {reliefs}"
        case "robust_es":
            return (
                f"the largest 1-session ES {level} of three laws without a scenario: Student t, filtered history and "
                "block bootstrap"
            )
        case "mixture":
            each = (1.0 - settings.baseline_weight) / max(2 * len(setting.chosen), 1)
            return (
                f"ES {level}: {settings.baseline_weight:.0%} baseline, {each:.1%} each of {ids} "
                "and of their reliefs"
            )
        case _:
            return f"1-session ES {level} of the baseline law (no scenario)"


def _over_horizons(setting: Setting) -> str:
    """Name the chosen scenarios, with their sessions where they differ: the largest loss is that of the longest, as a rule."""
    chosen = _chosen(setting)
    if len({scenario.horizon_days for scenario in chosen}) == 1:
        return ", ".join(scenario.id for scenario in chosen)
    return ", ".join(f"{scenario.id} ({scenario.horizon_days} d)" for scenario in chosen)


def minimum_variance(setting: Setting) -> MinimumVariance:
    """Return the variance of the baseline P&L over its unhedged standard deviation: in currency, as the costs are."""
    deviation = float(setting.baseline.pnl.std())
    return MinimumVariance(
        outcomes=setting.baseline, aversion=1.0 / deviation if deviation > 0.0 else 1.0
    )


def minimax(setting: Setting) -> Minimax:
    """Return the largest expected loss over the chosen scenarios and the reliefs of them."""
    points = [
        central(setting.book, setting.candidates, Law(scenario=scenario, exact=True))
        for scenario in _with_reliefs(_chosen(setting))
    ]
    return Minimax(
        scenarios=Outcomes(
            name="scenarios and reliefs",
            pnl=np.array([pnl for pnl, _ in points]),
            unit_pnl=np.stack([unit for _, unit in points]),
        )
    )


def robust_es(setting: Setting) -> RobustExpectedShortfall:
    """Return the largest ES of the t law, filtered history and the block bootstrap; of a model without history the t law's."""
    settings, laws = setting.settings, [setting.baseline]
    if setting.book.model.history is not None:
        laws += [
            outcomes(
                setting.book,
                setting.candidates,
                Law(generator=generator),
                draws=settings.draws,
                seed=settings.seed,
            )
            for generator in (FilteredHistory(), BlockBootstrap())
        ]
    return RobustExpectedShortfall(laws=tuple(laws), level=settings.level)


def _mixture(setting: Setting) -> Mixture:
    """Return the stated mixture of the baseline, the chosen scenarios and their reliefs."""
    settings, both = setting.settings, _with_reliefs(_chosen(setting))
    rest = (1.0 - settings.baseline_weight) / max(len(both), 1)
    return Mixture(
        parts=(setting.baseline, *_drawn(setting, both)),
        weights=(settings.baseline_weight, *(rest for _ in both)),
        level=settings.level,
    )


def _chosen(setting: Setting) -> list[Scenario]:
    return [point.scenario for point in setting.chosen]


def _with_reliefs(scenarios: Sequence[Scenario]) -> list[Scenario]:
    return [*scenarios, *(relief_of(scenario) for scenario in scenarios)]


def _drawn(setting: Setting, scenarios: Sequence[Scenario]) -> tuple[Outcomes, ...]:
    """Return draws of scenarios, on the seed of the baseline."""
    settings = setting.settings
    return tuple(
        outcomes(
            setting.book,
            setting.candidates,
            Law(scenario=scenario),
            draws=settings.draws,
            seed=settings.seed,
        )
        for scenario in scenarios
    )
