"""What a run may be asked, and the plan of one scenario under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED
from stress.factors.model import FactorModel
from stress.factors.prices import Prices
from stress.factors.stressed_law import StressedLaw
from stress.factors.variants import ModelVariant
from stress.portfolio.volatility import VolatilityRule
from stress.scenarios.propagation import Completed, complete, complete_baseline
from stress.scenarios.scenario import Scenario, Variation, VariationKind
from stress.simulation.book import Book
from stress.simulation.executors import ExecutorChoice
from stress.simulation.generators import Generator
from stress.simulation.plan import Plan, plan_scenario
from stress.simulation.pooling.view_text import StatedView
from stress.simulation.simulate import ChunkStore

__all__ = [
    "ASSUMED_SPREAD",
    "Options",
    "VariationKind",
    "assumed_spread",
    "mode_of",
    "plan_for",
    "plans_for",
    "recorded_returns",
    "variation_of",
]


#: Spread of a variation that is asked for by kind, where the scenario states none: judgements.
ASSUMED_SPREAD: Mapping[str, float] = {"severity": 0.25, "core": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run may be asked.

    Parameters
    ----------
    draws, seed : int
        Of the simulation.
    severity : float
        Scales every scenario.
    variation : Variation, {'names', 'severity', 'core'} or None
        Overrides the scenarios' own. A kind alone keeps the number that a scenario states for it, and
        takes `ASSUMED_SPREAD` where it states none.
    propagation : {'linked', 'alone'} or None
        Overrides the default (linked), not what a scenario's file fixes.
    replay_names : bool
        Whether recorded names follow their own moves in the headline.
    instant : bool
        Whether no time passes for what is revalued.
    generator : Generator or None
        Of the factor moves; the t law when None.
    paths : bool
        Whether scenarios with steps also run along them.
    rebalance : bool
        Whether a path restores the initial weights at each step.
    bid_asks : mapping of str to float
        Usual spread between bid and ask over the price, by name. [fraction]
    record : mapping or None
        Track record of the scoreboard; None where there is none for the model.
    variants : sequence of ModelVariant
        Of the model, for the model range; empty leaves it out.
    ranged : frozenset of str or None
        Ids of the scenarios that get a model range; None means all.
    prices : Prices or None
        Of names held: past days on which the book would have lost more.
    stressed : StressedLaw or None
        The law the books' model stands under, for the record; the books are compiled on it already.
    second_opinion : bool
        Whether entropy pooling on the carried history stands beside the expected P&L.
    views : sequence of StatedView
        The user's own, which that history is weighed to meet too.
    group : str or None
        Column of the books by which the documents of the results also show P&L (`Result.grouped`).
    reduce : sequence of {'sobol', 'importance', 'control'}
        Methods by which each tail average is estimated again.
    notes : sequence of str
        What every result has to say: options that change nothing.
    scenario_notes : mapping of str to str
        What the results of one scenario have to say, by its id.
    chosen : mapping of str to str
        What the user chose, for the manifest.
    executor : optional
        Who works on the chunks (`stress.simulation.executors`); the numbers do not depend on it.
    store : ChunkStore or None
        Where finished chunks outlive the process.
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or a result of the draws done so far, marked.
    target_error : float or None
        Relative standard error of every ES 97.5 until which to draw on from `draws`. [fraction]
    surfaces : bool or None
        Whether options are revalued through surfaces with a certified error; where that pays if None.
    """

    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    severity: float = 1.0
    variation: Variation | VariationKind | None = None
    propagation: Literal["linked", "alone"] | None = None
    replay_names: bool = False
    instant: bool = False
    generator: Generator | None = None
    paths: bool = True
    rebalance: bool = False
    bid_asks: Mapping[str, float] = field(default_factory=dict)
    record: Mapping[str, Any] | None = None
    variants: Sequence[ModelVariant] = ()
    ranged: frozenset[str] | None = None
    prices: Prices | None = None
    stressed: StressedLaw | None = None
    second_opinion: bool = False
    views: Sequence[StatedView] = ()
    group: str | None = None
    reduce: Sequence[str] = ()
    notes: Sequence[str] = ()
    scenario_notes: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    executor: ExecutorChoice = None
    store: ChunkStore | None = None
    on_interrupt: Literal["raise", "partial"] = "raise"
    target_error: float | None = None
    surfaces: bool | None = None


def mode_of(scenario: Scenario | None, options: Options) -> Literal["linked", "alone"]:
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
    """Plan every scenario on every book, book by book; each is completed once, for it depends on no book."""
    completed = [
        complete_baseline(model)
        if scenario is None
        else complete(scenario, model, severity=options.severity)
        for scenario in scenarios
    ]
    return [
        plan_for(book, scenario, options, completed=one)
        for book in books
        for scenario, one in zip(scenarios, completed, strict=True)
    ]


def plan_for(
    book: Book,
    scenario: Scenario | None,
    options: Options,
    *,
    severity: float | None = None,
    mode: Literal["linked", "alone"] | None = None,
    exact: bool = False,
    replay: bool | None = None,
    rule: VolatilityRule | None = None,
    beta_scale: float = 1.0,
    completed: Completed | None = None,
) -> Plan:
    """Plan one scenario as the options say, or one variant of it.

    Parameters
    ----------
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


def assumed_spread(scenario: Scenario, options: Options) -> str | None:
    """Say which spread of the variation is assumed: it was asked for, and the scenario states none."""
    kind = options.variation
    if kind == "severity" and scenario.variation.severity_sd is None:
        return f"severity_sd {ASSUMED_SPREAD[kind]:g}"
    if kind == "core" and scenario.variation.core_fraction is None:
        return f"core_fraction {ASSUMED_SPREAD[kind]:g}"
    return None
