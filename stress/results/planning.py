"""The plan of one scenario as the options of a run say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stress.factors.model import FactorModel
from stress.results.options import Options
from stress.scenarios.propagation import Completed, complete, complete_baseline
from stress.scenarios.scenario import Propagation, Scenario, Variation, VolatilityRule
from stress.simulation.book import Book
from stress.simulation.plan import Plan, plan_scenario

__all__ = [
    "ASSUMED_SPREAD",
    "assumed_spread",
    "mode_of",
    "plan_for",
    "plans_for",
    "recorded_returns",
    "variation_of",
]


#: Spread of a variation that is asked for by kind, where the scenario states none: judgements.
ASSUMED_SPREAD: Mapping[str, float] = {"severity": 0.25, "core": 0.5}


def mode_of(scenario: Scenario | None, options: Options) -> Propagation:
    """Return how unstated factors move: the file's own mode, the run's, or linked."""
    if scenario is not None and scenario.propagation is not None:
        return scenario.propagation
    return options.propagation or "linked"


def plans_for(
    books: Sequence[Book],
    scenarios: Sequence[Scenario | None],
    model: FactorModel,
    options: Options,
) -> list[Plan]:
    """Plan every scenario on every book, book by book; each is completed once, for it depends on no book.

    The ordinary day is the model's own under a stressed law, too: it is the yardstick of what the law does.
    """
    ordinary = model if options.stressed is None else options.stressed.base
    completed = [
        complete_baseline(ordinary)
        if scenario is None
        else complete(scenario, model, severity=options.severity)
        for scenario in scenarios
    ]
    return [
        plan_for(
            replace(book, model=ordinary) if scenario is None else book,
            scenario,
            options,
            completed=one,
        )
        for book in books
        for scenario, one in zip(scenarios, completed, strict=True)
    ]


def plan_for(
    book: Book,
    scenario: Scenario | None,
    options: Options,
    *,
    severity: float | None = None,
    mode: Propagation | None = None,
    exact: bool = False,
    replay: bool | None = None,
    rule: VolatilityRule | None = None,
    beta_scale: float = 1.0,
    completed: Completed | None = None,
) -> Plan:
    """Plan one scenario as the options say, or one variant of it.

    Parameters
    ----------
    book : Book
        What is held.
    scenario : Scenario or None
        None for the baseline.
    options : Options
        Of the run.
    severity : float, optional
        Of the moves as written, in place of the options' own.
    mode, replay, rule : optional
        Stand over what scenario and options say.
    exact : bool
        Stated moves do not vary: enough for a central figure.
    beta_scale : float
        Multiplies vol betas.
    completed : Completed, optional
        The scenario at that severity on the book's model, where it is at hand.
    """
    scale = options.severity if severity is None else severity
    variation: Variation | None = None
    recorded: dict[str, float] | None = None
    if scenario is not None:
        variation = Variation(kind="names") if exact else variation_of(scenario, options)
        replayed = options.replay_names if replay is None else replay
        recorded = recorded_returns(scenario, severity=scale) if replayed else None
    return plan_scenario(
        book,
        scenario,
        severity=scale,
        variation=variation,
        mode=mode or mode_of(scenario, options),
        recorded=recorded,
        generator=None if exact else options.generator,
        instant=options.instant,
        rule=rule,
        beta_scale=beta_scale,
        completed=completed,
    )


def recorded_returns(scenario: Scenario, *, severity: float = 1.0) -> dict[str, float]:
    """Return the recorded total returns of a scenario by name.

    They are what happened: at another severity than 1 there are none.
    """
    if severity != 1.0:
        return {}
    return {stated.target: stated.move.value for stated in scenario.names}


def variation_of(scenario: Scenario, options: Options) -> Variation:
    """Return how the stated moves of a scenario vary in a run."""
    match options.variation:
        case None:
            return scenario.variation
        case Variation():
            return options.variation
        case "names":
            return Variation(kind="names")
        case "severity":
            own = scenario.variation.severity_sd
            return Variation(
                kind="severity", severity_sd=ASSUMED_SPREAD["severity"] if own is None else own
            )
        case "core":
            own = scenario.variation.core_fraction
            return Variation(
                kind="core", core_fraction=ASSUMED_SPREAD["core"] if own is None else own
            )


def assumed_spread(scenario: Scenario | None, options: Options) -> tuple[str, float] | None:
    """Return which spread of the variation is assumed: it was asked for, and the scenario states none."""
    if scenario is None:
        return None
    kind, own = options.variation, scenario.variation
    if kind == "severity" and own.severity_sd is None:
        return "severity_sd", ASSUMED_SPREAD[kind]
    if kind == "core" and own.core_fraction is None:
        return "core_fraction", ASSUMED_SPREAD[kind]
    return None
