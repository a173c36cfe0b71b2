"""`compare_strategies`: many rules on the same draws and costs, judged where none was fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.arguments import named
from stress.arrays import FloatArray
from stress.errors import InputError, SolverError
from stress.factors.variants import ModelVariant
from stress.frozen import FrozenMapping
from stress.hedging.costs import CostBreakdown
from stress.hedging.default_problem import check_free_money
from stress.hedging.frontier import FrontierPoint
from stress.hedging.frontier import frontier as traced
from stress.hedging.held_securities import Side
from stress.hedging.judge import es_of, hedged
from stress.hedging.laws import Law, central, outcomes
from stress.hedging.limits_kept import broken_limits
from stress.hedging.out_of_sample import fresh_law, judged_laws
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.hedging.regression import regressed
from stress.hedging.strategies import STRATEGIES
from stress.risk.standard_errors import expected_shortfall_difference, expected_shortfall_error
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book

__all__ = ["Comparison", "StrategyRow", "compare_strategies"]


_VARIANT_DRAWS = 10_000
#: Two strategies are told apart when they differ by more than this many paired standard errors.
_TOLD_APART = 1.96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrategyRow:
    """One strategy. Money in the book's currency; ES a loss positive, P&L gain positive.

    Parameters
    ----------
    name, title : str
        Its key and what it does.
    trades : tuple of (str, float)
        Lines and signed units, largest first by notional.
    cost : CostBreakdown
        Now and carry.
    fitted : float
        Baseline ES on the draws it was fitted to.
    fresh, fresh_error : float
        On fresh draws, and its simulation error.
    score : float
        What is ranked: fresh ES plus the all-in cost.
    rank : int
        By score, 1 is best.
    tied : bool
        Whether the draws cannot tell it from the strategy ranked above it.
    above, above_error : float
        Score minus that of the strategy ranked above, and its paired simulation error; 0 for the first.
    others : tuple of (str, float)
        ES under the other laws.
    scenarios : tuple of (str, float)
        Expected P&L in every scenario.
    regret : float
        Most of a gain given up in any benign scenario, with the cost added.
    regret_in : str
        Which; empty when no scenario is benign.
    remains : str
        What is left and why, in words.
    first_in : int or None
        Model variants under which it has the smallest score.
    breaks : tuple of str
        Limits of the proposal that it does not keep; whole lots and the number of lines are left aside.
    failed : str
        Why there are no trades, or empty.
    """

    name: str
    title: str
    trades: tuple[tuple[str, float], ...]
    cost: CostBreakdown
    fitted: float
    fresh: float
    fresh_error: float
    score: float
    rank: int
    tied: bool
    above: float
    above_error: float
    others: tuple[tuple[str, float], ...]
    scenarios: tuple[tuple[str, float], ...]
    regret: float
    regret_in: str
    remains: str
    first_in: int | None
    breaks: tuple[str, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Strategies on the same draws and costs; those that do not keep the limits say which.

    Parameters
    ----------
    portfolio_name, universe_name, model_id, currency : str
        What was compared.
    nav : float
        Of the book.
    level : float
        Of ES.
    draws : int
        Fitted on; the fresh set has at least as many.
    holding_days : float
        That carry is counted over.
    unhedged : float
        ES of the book on the fresh draws.
    before : tuple of (str, float)
        Unhedged expected P&L in every scenario.
    laws : tuple of (str, float)
        Unhedged ES under the other laws.
    rows : tuple of StrategyRow
        By rank; strategies that found no trades last.
    variants : int
        Model variants ranked under, the model itself included; 0 when none.
    frontier : tuple of FrontierPoint
        Cost against ES; empty when not asked.
    left_out : mapping of str to {'sell', 'buy', 'both'}
        By line of the universe, the side that would reduce what the book holds: no strategy does that but by selling down.
    warnings : tuple of str
        That draws are too few to fit to, if so; doubtful inputs.
    overfitted : str
        Why what is fitted means nothing: too few draws in the tail. Empty where they are enough.
    """

    portfolio_name: str
    universe_name: str
    model_id: str
    currency: str
    nav: float
    level: float
    draws: int
    holding_days: float
    unhedged: float
    before: tuple[tuple[str, float], ...]
    laws: tuple[tuple[str, float], ...]
    rows: tuple[StrategyRow, ...]
    variants: int
    frontier: tuple[FrontierPoint, ...]
    left_out: Mapping[str, Side]
    warnings: tuple[str, ...]
    overfitted: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "left_out", FrozenMapping(self.left_out))

    def row(self, name: str) -> StrategyRow:
        """Return one strategy's row.

        Raises
        ------
        InputError
            If it was not compared, with what was.
        """
        return named(name, {row.name: row for row in self.rows}, what="strategy")

    def __repr__(self) -> str:
        from stress.reporting.hedge_comparison import comparison_page

        return comparison_page(self)

    def _repr_html_(self) -> str:
        from stress.reporting.html_blocks import as_printed

        return as_printed(repr(self))

    def to_dict(self) -> dict[str, object]:
        """Return the comparison as plain values."""
        from stress.reporting.hedge_comparison import comparison_document

        return comparison_document(self)

    def to_json(self) -> str:
        """Return the comparison as JSON."""
        from stress.reporting.hedge_comparison import comparison_json

        return comparison_json(self)

    def plot(self, path: str) -> None:
        """Write the frontier and the strategies as a picture; needs matplotlib."""
        from stress.reporting.hedge_picture import comparison_picture

        comparison_picture(self, path)


def compare_strategies(
    setting: Setting,
    *,
    names: Sequence[str] | None = None,
    family: Sequence[Scenario] = (),
    variants: Sequence[ModelVariant] = (),
    varied: Callable[[Book, ModelVariant], Book] | None = None,
    frontier: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
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
    varied : callable, optional
        Puts a book on a variant; needed with `variants`.
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
        No strategy, or an unknown one.
    """
    chosen = list(STRATEGIES) if names is None else list(names)
    if not chosen:
        raise InputError(f"strategies: none is given. There are: {', '.join(STRATEGIES)}.")
    for name in chosen:
        named(name, STRATEGIES, what="strategy")
    total = len(chosen) + 3 + len(variants)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total)

    check_free_money(setting)
    trades: dict[str, FloatArray] = {}
    failed: dict[str, str] = {}
    for name in chosen:
        try:
            trades[name] = STRATEGIES[name].trades(setting)
        except SolverError as error:
            failed[name] = str(error)
            trades[name] = np.zeros(len(setting.candidates.lines))
        step()
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
    firsts = _firsts(setting, trades, failed, variants, varied, step)
    rows = [
        _row(
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
    ranked = _ranked(rows, trades, fresh, level)
    curve: tuple[FrontierPoint, ...] = ()
    if frontier:
        curve = traced(setting, fresh)
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
        rows=ranked,
        variants=0 if firsts is None else len(variants) + 1,
        frontier=curve,
        left_out=setting.candidates.left_out,
        warnings=(*setting.warnings, *setting.candidates.warnings),
        overfitted=setting.settings.too_few_draws,
    )


def _row(
    setting: Setting,
    name: str,
    trades: FloatArray,
    fresh: Outcomes,
    points: Sequence[tuple[str, float, FloatArray]],
    *,
    others: tuple[tuple[str, float], ...],
    first_in: int | None,
    failed: str,
) -> StrategyRow:
    level = setting.settings.level
    cost = setting.rates.of(trades)
    after = hedged(fresh, trades)
    es = es_of(after, level)
    candidates = setting.candidates
    order = sorted(
        np.flatnonzero(trades).tolist(), key=lambda j: -candidates.notional[j] * abs(trades[j])
    )
    moved = tuple((id_, pnl + float(unit @ trades)) for id_, pnl, unit in points)
    given_up = [
        (before - now + cost.all_in, id_)
        for (id_, before, _), (_, now) in zip(points, moved, strict=True)
        if before > 0.0
    ]
    regret, regret_in = max(given_up) if given_up else (0.0, "")
    return StrategyRow(
        name=name,
        title=STRATEGIES[name].title,
        trades=tuple((candidates.lines[j].id, float(trades[j])) for j in order),
        cost=cost,
        fitted=es_of(hedged(setting.baseline, trades), level),
        fresh=es,
        fresh_error=expected_shortfall_error(after, level=level),
        score=es + cost.all_in,
        rank=0,
        tied=False,
        above=0.0,
        above_error=0.0,
        others=others,
        scenarios=moved,
        regret=regret,
        regret_in=regret_in,
        remains=_remains(fresh, trades),
        first_in=first_in,
        breaks=() if failed else broken_limits(setting, trades),
        failed=failed,
    )


def _remains(fresh: Outcomes, trades: FloatArray) -> str:
    """Say what is left: the part no such hedge moves with, or the part it is too small for."""
    if not trades.any():
        return "everything"
    line = regressed(fresh.pnl, fresh.unit_pnl @ trades)
    if line.slope == 0.0:
        return "everything: the hedge does not move"
    if line.slope > 0.0:
        return "the hedge moves with the book"
    size = -1.0 / line.slope
    if size < 0.6:
        return f"size: covers {size:.0%} of what it could"
    return f"basis: {1.0 - line.explained:.0%} of the variance does not move with it"


def _ranked(
    rows: Sequence[StrategyRow], trades: dict[str, FloatArray], fresh: Outcomes, level: float
) -> tuple[StrategyRow, ...]:
    """Rank by score; say where the draws cannot tell a strategy from the one above it."""
    good = sorted((row for row in rows if not row.failed), key=lambda row: (row.score, row.name))
    ranked: list[StrategyRow] = []
    for place, row in enumerate(good, start=1):
        if place == 1:
            ranked.append(replace(row, rank=1))
            continue
        better = good[place - 2]
        difference, error = expected_shortfall_difference(
            hedged(fresh, trades[row.name]), hedged(fresh, trades[better.name]), level=level
        )
        difference += row.cost.all_in - better.cost.all_in
        ranked.append(
            replace(
                row,
                rank=place,
                above=difference,
                above_error=error,
                tied=abs(difference) <= _TOLD_APART * error + 1e-5 * row.score,
            )
        )
    return (*ranked, *(replace(row, rank=len(rows)) for row in rows if row.failed))


def _firsts(
    setting: Setting,
    trades: dict[str, FloatArray],
    failed: dict[str, str],
    variants: Sequence[ModelVariant],
    varied: Callable[[Book, ModelVariant], Book] | None,
    step: Callable[[], None],
) -> dict[str, int] | None:
    """Count the model variants under which each strategy has the smallest score, the model itself included."""
    if not variants or varied is None:
        return None
    settings = setting.settings
    firsts = dict.fromkeys(trades, 0)
    books = [(setting.book, setting.candidates.book)]
    books += [
        (varied(setting.book, variant), varied(setting.candidates.book, variant))
        for variant in variants
    ]
    for book, candidate_book in books:
        law = outcomes(
            book,
            replace(setting.candidates, book=candidate_book),
            Law(),
            draws=min(max(settings.draws, 4_000), _VARIANT_DRAWS),
            seed=settings.seed + 1,
        )
        scores = {
            name: es_of(hedged(law, units), settings.level) + setting.rates.of(units).all_in
            for name, units in trades.items()
            if name not in failed
        }
        firsts[min(scores, key=lambda name: (scores[name], name))] += 1
        step()
    return firsts
