"""Hedges proposed and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Unpack

from stress import __version__
from stress.api.models import variants_of
from stress.api.scenarios import (
    REFERENCE_SCENARIO,
    known_scenarios,
    load_scenario,
    scenarios_for,
    unfit_for,
)
from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED, Share, public_verb, usual_of
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.files.portfolio.frame import DataFrame
from stress.files.universes.file import DEFAULT_UNIVERSE, load_universe
from stress.hedging.asked_bands import asked_bands
from stress.hedging.comparing.compare import compare_strategies
from stress.hedging.comparing.comparison import Comparison
from stress.hedging.hedge_plan import HedgePlan
from stress.hedging.lines.candidates import name_faults
from stress.hedging.lines.universe import HedgeUniverse
from stress.hedging.prepared import Setting, setting_of
from stress.hedging.propose import STEPS, propose
from stress.hedging.settings import HedgeSettings, ObjectiveName
from stress.opening import (
    BookOptions,
    book_options,
    idle_levels,
    levels_of_options,
    opened_book,
    written_input,
)
from stress.portfolio.position import Portfolio
from stress.results.inputs import require_distinct
from stress.results.manifest import Manifest, manifest_of_answer
from stress.scenarios.family import FAMILY, RELIEF
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.levels.floors import held_to_levels
from stress.steps import Progress, stepping
from stress.tables import listing

__all__ = [
    "HedgeOptions",
    "compare",
    "hedge",
]


#: Settings that stand in a manifest under fields of their own, or as they are typed.
_OWN = frozenset({"draws", "seed", "bands"})


class HedgeOptions(BookOptions, total=False):
    """What a hedge may be asked, beside how its book is opened (`BookOptions`); all are printed.

    Parameters
    ----------
    scenario_share : str or float
        Largest hedged loss in each chosen scenario, as a share of the unhedged one; 0.5 when omitted.
    es_limit : str, float or None
        Largest hedged baseline ES, as a share of the unhedged one; None sets no limit. `cheapest` needs one.
    gross_share, adv_share : str or float
        Gross of the trades over the book's, 1; a line's trade over its daily volume, 0.10.
    neutral : sequence of str
        Factors to which the hedged book shall have no exposure, within 0.5 % of NAV (`docs/hedging.md`).
    bands : mapping of str to str
        Exposure of the hedged book by factor, in % of NAV: ``{"semis_ai_compute": "-2%..2%"}``.
    turnover : str, float or None
        Value traded over NAV, options at their premium; None sets no limit.
    side : {'both', 'long', 'short'}
        Whether lines of the universe may be bought and sold short, or one of both.
    sell_down_share : str or float
        How much of each held position may be sold; 0.10.
    max_lines : int or None
        Tickets at most; 10. None sets no limit.
    min_ticket : str or float
        Tickets of a smaller notional, as a share of NAV, are dropped where the limits allow it; 0.001.
    max_ticket : str, float or None
        Notional of a ticket at most, as a share of NAV; None sets no limit.
    holding_days : float
        Calendar days that borrow, financing and decay are counted over; 30.
    impact_coefficient : float
        Y of the square-root law; 1.
    objective : {'minimum_es', 'minimum_variance', 'minimax', 'robust_es', 'cheapest', 'mixture'}
        What is minimised: the baseline's ES; its variance; the largest expected loss in the chosen scenarios and their
        reliefs; the largest ES of three generators; the all-in cost alone, under `es_limit`; a stated mixture of the
        baseline with the chosen scenarios and their reliefs (`docs/hedging.md`).
    baseline_weight : str or float
        Of the baseline in the mixture; 0.8.
    only_scenario, allow_higher_es, whole_lots : bool
        A position for the scenarios, not a hedge; whether the baseline ES may rise; whole lots (yes).
    level : float
        Of ES; 0.975.
    time_limit : float
        Seconds for one optimisation; 120.
    """

    scenario_share: Share
    es_limit: Share | None
    gross_share: Share
    adv_share: Share
    sell_down_share: Share
    neutral: Sequence[str]
    bands: Mapping[str, str]
    turnover: Share | None
    side: Literal["both", "long", "short"]
    max_lines: int | None
    min_ticket: Share
    max_ticket: Share | None
    holding_days: float
    impact_coefficient: float
    objective: ObjectiveName
    baseline_weight: Share
    only_scenario: bool
    allow_higher_es: bool
    whole_lots: bool
    level: float
    time_limit: float


@public_verb
def hedge(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario] = (REFERENCE_SCENARIO,),
    model: str | Path | FactorModel | None = None,
    *,
    universe: str | Path | HedgeUniverse = DEFAULT_UNIVERSE,
    budget: Share | None = "0.5%",
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    family: Sequence[str | Path | Scenario] | None = None,
    day_after: str | Path | Scenario | None = None,
    on_progress: Progress | None = None,
    **options: Unpack[HedgeOptions],
) -> HedgePlan:
    """Propose a hedge: the smallest baseline ES, or what `objective` names, under loss limits in the chosen scenarios.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book.
    scenarios : sequence of id, path or Scenario
        Whose losses are limited, and may not become profits.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted; an opened book brings its own.
    universe : id, path or HedgeUniverse
        What may be traded (`docs/hedging.md`).
    budget : str, float or None
        Cap on the all-in cost: ``"0.5%"`` of NAV, or a fraction. None sets no cap.
    draws, seed : int
        Fitted on; judged on fresh draws.
    family : sequence of id, path or Scenario, optional
        Shown before and after; when omitted the family of 27 January 2025, as far as the model has its factors.
    day_after : id, path or Scenario, optional
        What follows the first of `scenarios` with the hedge kept; when omitted ``second-day-rebound``, where the model
        has its factors.
    on_progress : callable, optional
        Called with steps done and in all.
    **options
        Those of `stress.HedgeOptions` and `stress.BookOptions` (`docs/python.md`).

    Returns
    -------
    HedgePlan
        With `.tickets`, `.cost`, `.scenarios`, `.fresh`, `.to_dict()`, `.to_json()`, `.to_frame()`.

    Raises
    ------
    InputError
        All that is wrong with the inputs, stale quotes included.
    SolverError
        No hedge within the limits (names a minimal conflict), or no certified optimum.

    Examples
    --------
    >>> plan = hedge("utilities_income", draws=4000, max_lines=3)
    >>> plan.es_after < plan.es_before
    True
    """
    if day_after is not None and not scenarios:
        raise InputError("day_after: it follows the first of `scenarios`, and none is given.")
    step = stepping(on_progress, 1 + STEPS)
    next_day = None if day_after is None else load_scenario(day_after)
    setting, shocks, chosen = _hedge_setting(
        portfolio, scenarios, model, universe, budget, draws=draws, seed=seed, options=options
    )
    step()
    shown, said = _shown(family, setting.book.model)
    if next_day is None:
        reliefs, _ = scenarios_for([RELIEF], setting.book.model)
    else:
        reliefs = [next_day]
        instead = setting.book.portfolio.worded("--day-after FILE", "day_after=FILE")
        unfit = unfit_for(reliefs, setting.book.model, instead=instead)
        if unfit:
            raise InputError(unfit)
    plan = propose(
        replace(setting, warnings=(*said, *setting.warnings)),
        family=shown,
        relief=reliefs[0] if reliefs else None,
        step=step,
    )
    numbers = (
        sorted(zip(plan.lines, plan.trades.tolist(), strict=True)),
        float(plan.es_before),
        float(plan.es_after),
        sorted((one.id, float(one.before), float(one.after)) for one in plan.scenarios),
    )
    seen = [*shown, *reliefs, *shocks]
    asked = {"day_after": RELIEF if next_day is None else next_day.id}
    return replace(plan, manifest=_manifest(setting, shocks, seen, chosen, numbers, asked))


@public_verb
def compare(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario] = (REFERENCE_SCENARIO,),
    model: str | Path | FactorModel | None = None,
    *,
    universe: str | Path | HedgeUniverse = DEFAULT_UNIVERSE,
    budget: Share | None = "0.5%",
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    strategies: Sequence[str] | None = None,
    family: Sequence[str | Path | Scenario] | None = None,
    model_variants: bool = True,
    frontier: bool = True,
    on_progress: Progress | None = None,
    **options: Unpack[HedgeOptions],
) -> Comparison:
    """Compare hedging strategies on the same draws and costs.

    Parameters
    ----------
    portfolio, scenarios, model, universe, budget, draws, seed, family
        As in `hedge`.
    strategies : sequence of str, optional
        Names from `stress.hedging.strategies.STRATEGIES`; all when omitted.
    model_variants : bool
        Whether strategies are ranked under every model variant too.
    frontier : bool
        Whether the frontier of cost against ES is traced.
    on_progress : callable, optional
        Called with steps done and in all.
    **options
        Those of `stress.HedgeOptions` and `stress.BookOptions` (`docs/python.md`).

    Returns
    -------
    Comparison
        With `.rows`, `.row(name)`, `.frontier`, `.to_dict()`, `.to_json()`, `.to_frame()`, `.plot(ax)`.

    Examples
    --------
    >>> comparison = compare(
    ...     "utilities_income",
    ...     "deepseek-2025-01-27",
    ...     strategies=["index_short", "do_nothing"],
    ...     family=["deepseek-2025-01-27"],
    ...     model_variants=False,
    ...     frontier=False,
    ...     draws=4000,
    ... )
    >>> comparison.row("do_nothing").name
    'do_nothing'
    """
    setting, shocks, chosen = _hedge_setting(
        portfolio, scenarios, model, universe, budget, draws=draws, seed=seed, options=options
    )
    shown, said = _shown(family, setting.book.model)
    source = setting.book.model if isinstance(portfolio, Book) and model is None else model
    variants, missing = variants_of(setting.book.model, source) if model_variants else ([], [])
    found = compare_strategies(
        replace(setting, warnings=(*said, *missing, *setting.warnings)),
        names=strategies,
        family=shown,
        variants=variants,
        frontier=frontier,
        on_progress=on_progress,
    )
    numbers = (
        sorted((row.name, row.trades, float(row.fitted), float(row.fresh)) for row in found.rows),
        [(float(point.es), float(point.fresh)) for point in found.frontier],
    )
    asked = {"strategies": strategies, "model_variants": model_variants, "frontier": frontier}
    manifest = _manifest(setting, shocks, [*shown, *shocks], chosen, numbers, asked)
    return replace(found, manifest=manifest)


def _manifest(
    setting: Setting,
    shocks: Sequence[Scenario],
    scenarios: Sequence[Scenario],
    chosen: Mapping[str, str],
    numbers: object,
    asked: Mapping[str, object] = MappingProxyType({}),
) -> Manifest:
    """Write down what a hedge or a comparison was made from, with every setting; its digest is over its numbers."""
    settings = {one.name: one.default for one in fields(HedgeSettings) if one.name not in _OWN}
    bands = tuple(f"{band.target}={band.edges}" for band in setting.settings.bands)
    return manifest_of_answer(
        setting.book,
        scenarios,
        seed=setting.settings.seed,
        draws=setting.settings.draws,
        asked={
            "scenarios": tuple(one.id for one in shocks),
            **{name: getattr(setting.settings, name) for name in settings},
            "bands": bands,
            **asked,
        },
        usual={**usual_of(compare), **settings, "bands": (), "day_after": RELIEF},
        chosen={
            "universe": written_input(setting.universe.label, setting.universe.content_hash),
            **chosen,
        },
        numbers=numbers,
        version=__version__,
    )


def _shown(
    family: Sequence[str | Path | Scenario] | None, model: FactorModel
) -> tuple[list[Scenario], tuple[str, ...]]:
    """Read what is shown before and after; of the default family what the model has factors for, and say the rest."""
    if family is not None:
        return known_scenarios(family, model), ()
    taken, left_out = scenarios_for(FAMILY, model)
    if not left_out:
        return taken, ()
    return taken, (
        f"not shown, because model {model.id} lacks factors that they state: {listing(left_out, most=3)}.",
    )


def _hedge_setting(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario],
    model: str | Path | FactorModel | None,
    universe: str | Path | HedgeUniverse,
    budget: Share | None,
    *,
    draws: int,
    seed: int,
    options: HedgeOptions,
) -> tuple[Setting, list[Scenario], dict[str, str]]:
    """Open the book and the universe and draw what a hedge is fitted on; with the shocks, and what was chosen on the way."""
    if options.get("max_lines") == 0:
        raise InputError("max_lines: 0 would leave nothing to trade. None sets no limit.")
    asked = book_options(options)
    bands = asked_bands(options.pop("neutral", ()), options.pop("bands", {}))
    own = {k: v for k, v in options.items() if k not in asked}
    settings = HedgeSettings(budget=budget, draws=draws, seed=seed, bands=bands, **own)  # type: ignore[arg-type]  # the keys are those of HedgeSettings
    shocks = [load_scenario(scenario) for scenario in scenarios]
    require_distinct(shocks)
    book, chosen = opened_book(portfolio, model, asked)
    traded = universe if isinstance(universe, HedgeUniverse) else load_universe(universe)
    instead = book.portfolio.worded("-s FILE", "scenarios=[FILE]")
    unfit = [*unfit_for(shocks, book.model, instead=instead), *name_faults(book, traded)]
    if unfit:
        raise InputError(unfit)
    setting = setting_of(book, traded, shocks, settings)
    idle = idle_levels(
        [setting.book, setting.candidates.book],
        levels_of_options(asked),
        bounded=held_to_levels(shocks),
    )
    return replace(setting, warnings=(*idle, *setting.warnings)), shocks, chosen
