"""`compare_strategies`: many rules on the same draws and costs, judged where none was fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stress.arguments import named
from stress.arrays import FloatArray
from stress.errors import InputError, SolverError
from stress.factors.variants import ModelVariant
from stress.hedging.comparing.comparison import Comparison
from stress.hedging.comparing.ranking import first_places, ranked
from stress.hedging.comparing.strategy_row import strategy_row
from stress.hedging.default_problem import check_free_money
from stress.hedging.frontier import frontier as traced
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.laws import Law, central
from stress.hedging.lots_fit import check_lots
from stress.hedging.out_of_sample import fresh_law, judged_laws
from stress.hedging.prepared import Setting
from stress.hedging.strategies import STRATEGIES
from stress.hedging.strategies.strategy import DoesNotApplyError
from stress.scenarios.scenario import Scenario
from stress.simulation.said_of_book import not_covered
from stress.steps import Progress, stepping
from stress.twice import given_twice

__all__ = ["compare_strategies"]


def compare_strategies(
    setting: Setting,
    *,
    names: Sequence[str] | None = None,
    family: Sequence[Scenario] = (),
    variants: Sequence[ModelVariant] = (),
    frontier: bool = True,
    on_progress: Progress | None = None,
) -> Comparison:
    """Compare strategies.

    Parameters
    ----------
    setting : Setting
        Book, candidates, costs, fitting draws.
    names : sequence of str, optional
        Which strategies; all when omitted.
    family : sequence of Scenario
        Shown, benign ones included; chosen ones are added where missing.
    variants : sequence of ModelVariant
        Models the ranking is repeated under.
    frontier : bool
        Whether the frontier is traced.
    on_progress : callable, optional
        Called with steps done and in all.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        No strategy, or an unknown one; lots that a proposal could not trade, free money in the universe.
    """
    chosen = list(STRATEGIES) if names is None else list(names)
    if not chosen:
        raise InputError(f"strategies: none is given. There are: {', '.join(STRATEGIES)}.")
    for name in chosen:
        named(name, STRATEGIES, what="strategy")
    if twice := given_twice(chosen):
        raise InputError(f"strategies: {', '.join(twice)} given twice. Leave one out.")
    step = stepping(on_progress, len(chosen) + 3 + len(variants))
    shut = check_lots(setting) if "proposal" in chosen else ()
    check_free_money(setting)
    trades, failed = _found(setting, chosen, step)
    level = setting.settings.level
    fresh = fresh_law(setting)
    step()
    unhedged_laws: list[tuple[str, float]] = []
    under: dict[str, list[tuple[str, float]]] = {name: [] for name in chosen}
    for law in judged_laws(setting):
        unhedged_laws.append((law.label, es_of(law.outcomes.pnl, level)))
        for name in chosen:
            under[name].append((law.label, es_of(hedged(law.outcomes, trades[name]), level)))
    step()
    shown = list({s.id: s for s in (*(p.scenario for p in setting.chosen), *family)}.values())
    points = [
        (s.id, *central(setting.book, setting.candidates, Law(scenario=s, exact=True)))
        for s in shown
    ]
    firsts: dict[str, int] | None = None
    if variants:
        able = {name: units for name, units in trades.items() if name not in failed}
        firsts = dict.fromkeys(chosen, 0) | first_places(setting, able, variants, step)
    rows = [
        strategy_row(
            setting,
            name,
            trades[name],
            fresh,
            points,
            others=tuple(under[name]),
            first_in=None if firsts is None else firsts[name],
            failed=failed.get(name, ""),
        )
        for name in chosen
    ]
    curve = traced(setting, fresh) if frontier else ()
    step()
    return Comparison(
        portfolio_name=setting.book.portfolio.name,
        universe_name=setting.universe.label,
        model_id=setting.book.model.id,
        currency=setting.book.portfolio.currency,
        nav=setting.book.nav,
        level=level,
        draws=setting.settings.draws,
        holding_days=setting.settings.holding_days,
        unhedged=es_of(fresh.pnl, level),
        before=tuple((id_, pnl) for id_, pnl, _ in points),
        laws=tuple(unhedged_laws),
        rows=ranked(rows, trades, fresh, level),
        variants=0 if firsts is None else len(variants) + 1,
        frontier=curve,
        left_out=setting.candidates.left_out,
        warnings=tuple(dict.fromkeys((*setting.warnings, *setting.candidates.warnings, *shut))),
        overfitted=setting.settings.too_few_draws,
        not_covered=tuple(not_covered(setting.book)),
        newer_quotes=setting.newer_quotes,
        as_of=setting.book.portfolio.as_of,
        model_as_of=setting.book.model.as_of,
    )


def _found(
    setting: Setting, chosen: Sequence[str], step: Callable[[], None]
) -> tuple[dict[str, FloatArray], dict[str, str]]:
    """Return the trades of every strategy, and by those that found none why."""
    trades: dict[str, FloatArray] = {}
    failed: dict[str, str] = {}
    for name in chosen:
        try:
            trades[name] = STRATEGIES[name].trades(setting)
        except (SolverError, DoesNotApplyError) as error:
            failed[name] = str(error)
            trades[name] = np.zeros(len(setting.candidates.lines))
        step()
    return trades, failed
