"""`evaluate`: the flow of the house as one page of plain calls.

Books and scenarios on one model: complete, plan, simulate, measure, attribute.
"""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel, FloatArray
from stress.factors.variants import ModelVariant
from stress.portfolio.liquidity import Liquidity, is_asked, liquidity
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.volatility import VOLATILITY_RULES, VolatilityRule
from stress.results.grouping import factor_credit
from stress.results.ledger import LedgerLine, ledger_lines
from stress.results.model_range import ModelRange, model_range
from stress.results.path import PathResult, evaluate_path
from stress.results.result import (
    ActiveLine,
    BasketLine,
    Dispersion,
    FactorLine,
    Manifest,
    NameLine,
    Result,
    Results,
    RevaluedLine,
    SeverityPoint,
)
from stress.risk.estimates import Estimate, summarise
from stress.risk.tail import MIN_TAIL_DRAWS
from stress.scenarios.propagation import check_recorded_names, complete
from stress.scenarios.scenario import Scenario, Variation
from stress.simulation.book import Book
from stress.simulation.generators import Generator
from stress.simulation.path import plan_path
from stress.simulation.plan import Plan, plan
from stress.simulation.pnl import PnL
from stress.simulation.simulate import simulate
from stress.simulation.streams import CHUNK

__all__ = ["Options", "evaluate"]

_LEVELS = (0.95, 0.975, 0.99)
_SEVERITIES = (0.5, 1.0, 1.5)
_BINS = 24
#: Options above this share of NAV show what half and one and a half of their vol betas would mean.
_OPTIONS_WORTH_A_LINE = 0.02
_ALL_STATED = "all factors are stated: only single names vary, so the range is not the uncertainty of the shock."


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run may be asked.

    Parameters
    ----------
    draws, seed : int
        Of the simulation.
    severity : float
        Scales every scenario.
    variation : Variation or None
        Overrides the scenarios' own.
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
    variants : sequence of ModelVariant
        Of the model, for the model range; empty leaves it out.
    ranged : frozenset of str or None
        Ids of the scenarios that get a model range; None means all.
    chosen : mapping of str to str
        What the user chose, for the manifest.
    """

    draws: int = 20_000
    seed: int = 0
    severity: float = 1.0
    variation: Variation | None = None
    propagation: Literal["linked", "alone"] | None = None
    replay_names: bool = False
    instant: bool = False
    generator: Generator | None = None
    paths: bool = True
    rebalance: bool = False
    bid_asks: Mapping[str, float] = field(default_factory=dict)
    variants: Sequence[ModelVariant] = ()
    ranged: frozenset[str] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


def evaluate(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    *,
    options: Options,
    benchmark: Portfolio | None = None,
    active_books: Sequence[tuple[Book, Book]] = (),
    version: str = "",
    on_progress: Callable[[int, int], None] | None = None,
) -> Results:
    """Run every scenario on every book, and the baseline of each.

    Parameters
    ----------
    books : sequence of Book
        Compiled on one model.
    scenarios : sequence of Scenario
        Ids unique.
    options : Options
        Draws, seed and the rest.
    benchmark : Portfolio, optional
        Named in the active lines.
    active_books : sequence of (Book, Book), optional
        For each book: the benchmark scaled to its NAV, and the book minus that.
    version : str
        Of foreshock, for the manifest.
    on_progress : callable, optional
        Called with draws done and in all.

    Returns
    -------
    Results
        Books in order, within each the scenarios in order.
    """
    model = _one_model(books)
    _check_ids(scenarios)
    steps: list[Scenario | None] = [None, *scenarios]
    notes = _checked_notes(scenarios, model, options)
    plans = [_plan(book, scenario, options) for book in books for scenario in steps]
    active = [_plan(pair[1], scenario, options) for pair in active_books for scenario in steps]
    pnls = simulate(
        [*plans, *active], draws=options.draws, seed=options.seed, on_progress=on_progress
    )
    manifest = _manifest(books, scenarios, model, options, pnls[: len(plans)], version)
    results: list[Result] = []
    baselines: dict[str, Result] = {}
    for b, book in enumerate(books):
        ordinary: float | None = None
        ledger: tuple[LedgerLine, ...] | None = None
        for s, scenario in enumerate(steps):
            at = b * len(steps) + s
            line = None
            if active_books and benchmark is not None:
                line = _active_line(
                    benchmark.name, active_books[b][0], scenario, options, pnls[len(plans) + at]
                )
            result = _result(
                book,
                scenario,
                plans[at],
                pnls[at],
                options=options,
                ordinary=ordinary,
                manifest=manifest,
                active=line,
                ledger=ledger,
                notes=[]
                if scenario is None
                else [text for name, text in notes[scenario.id].items() if name in book.name_index],
            )
            if scenario is None:
                baselines[book.portfolio.name] = result
                ledger = result.ledger
                ordinary = _ordinary(result)
            else:
                results.append(result)
    return Results(results=tuple(results), baselines=baselines, manifest=manifest)


def _one_model(books: Sequence[Book]) -> FactorModel:
    if not books:
        raise InputError("no portfolio to run.")
    names = [book.portfolio.name for book in books]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"portfolio name(s) given twice: {', '.join(twice)}.")
    return books[0].model


def _check_ids(scenarios: Sequence[Scenario]) -> None:
    ids = [scenario.id for scenario in scenarios]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise InputError(f"scenario id(s) given twice: {', '.join(twice)}.")


def _mode(scenario: Scenario | None, options: Options) -> Literal["linked", "alone"]:
    if scenario is not None and scenario.propagation is not None:
        return scenario.propagation
    return options.propagation or "linked"


def _plan(
    book: Book,
    scenario: Scenario | None,
    options: Options,
    *,
    severity: float = 1.0,
    mode: Literal["linked", "alone"] | None = None,
    exact: bool = False,
    replay: bool | None = None,
    rule: VolatilityRule | None = None,
    beta_scale: float = 1.0,
) -> Plan:
    """Plan one scenario as the options say, or one variant of it.

    Parameters
    ----------
    severity : float
        On top of the options' own.
    mode, replay, rule : optional
        Stand over what scenario and options say.
    exact : bool
        Stated moves do not vary: enough for a central figure.
    beta_scale : float
        Multiplies vol betas.
    """
    if scenario is None:
        return plan(
            book,
            complete(None, book.model),
            variation=Variation(kind="names"),
            generator=options.generator,
            elapsed_days=0.0 if options.instant else None,
        )
    variation = options.variation or scenario.variation
    replayed = options.replay_names if replay is None else replay
    return plan(
        book,
        complete(scenario, book.model, severity=severity * options.severity),
        variation=Variation(kind="names") if exact else variation,
        mode=mode or _mode(scenario, options),
        recorded=_recorded(scenario) if replayed else None,
        generator=None if exact else options.generator,
        elapsed_days=0.0 if options.instant else scenario.elapsed_days,
        rule=rule or scenario.volatility_rule,
        beta_scale=beta_scale,
    )


def _recorded(scenario: Scenario) -> dict[str, float]:
    return {stated.target: stated.move.value for stated in scenario.names}


def _checked_notes(
    scenarios: Sequence[Scenario], model: FactorModel, options: Options
) -> dict[str, dict[str, str]]:
    """Complete every scenario as written once; all contradictions of all scenarios at once."""
    problems: list[Problem] = []
    notes: dict[str, dict[str, str]] = {}
    for scenario in scenarios:
        completed = complete(scenario, model)
        found, said = check_recorded_names(scenario, model, completed)
        problems += found
        notes[scenario.id] = said if options.severity == 1.0 else {}
    if problems:
        raise InputError(problems)
    return notes


def _result(
    book: Book,
    scenario: Scenario | None,
    planned: Plan,
    pnl: PnL,
    *,
    options: Options,
    ordinary: float | None,
    manifest: Manifest,
    active: ActiveLine | None,
    notes: Sequence[str],
    ledger: tuple[LedgerLine, ...] | None = None,
) -> Result:
    completed = planned.completed
    names = _name_lines(planned, {} if scenario is None else _recorded(scenario))
    expected = planned.central_pnl()
    nav = book.nav
    recorded = {} if scenario is None else _recorded(scenario)
    measures, too_few = _measures(
        pnl, book.portfolio.currency, None if scenario is None else scenario.id
    )
    baskets = _basket_lines(book, names)
    band = [m.value for m in measures if m.measure == "quantile"]
    horizon = completed.horizon_days
    times = None
    if scenario is not None and ordinary is not None and ordinary > 0.0 and expected < 0.0:
        times = -expected / (ordinary * math.sqrt(horizon))
    return Result(
        portfolio_name=book.portfolio.name,
        scenario=scenario,
        completed=completed,
        nav=nav,
        currency=book.portfolio.currency,
        expected=expected,
        alone=_central(book, scenario, options, planned, mode="alone"),
        linked=_central(book, scenario, options, planned, mode="linked"),
        propagation=planned.mode,
        with_recorded_names=_with_recorded(book, scenario, options, recorded),
        recorded_share=_recorded_share(book, recorded),
        pnl=pnl,
        measures=measures,
        band=(band[0], band[1]),
        times_ordinary=times,
        severities=_severities(book, scenario, options),
        names=names,
        baskets=baskets,
        factors=_factor_lines(book, planned, expected),
        dispersion=_dispersion(pnl.totals / nav),
        coverage=book.coverage,
        model_range=_model_range(book, scenario, options, planned),
        revalued=_revalued(book, scenario, options, planned),
        left_out_effect=_left_out(book, baskets),
        active=active,
        ledger=ledger_lines(pnl) if ledger is None else ledger,
        liquidity=_liquidity(book, scenario, options, planned),
        path=_path(book, scenario, options),
        warnings=(
            *book.portfolio.warnings,
            *notes,
            *planned.warnings,
            *(() if book.valuation is None else book.valuation.warnings),
            *_said(scenario, planned),
            *too_few,
        ),
        digest=pnl.digest,
        manifest=manifest,
    )


def _measures(
    pnl: PnL, currency: str, conditional_on: str | None
) -> tuple[tuple[Estimate, ...], list[str]]:
    """All measures; tail averages that would rest on too few draws are left out, and said."""
    kept = [
        level for level in _LEVELS if pnl.draws * (1.0 - level) >= MIN_TAIL_DRAWS * (1.0 - 1e-12)
    ]
    dropped = [level for level in _LEVELS if level not in kept]
    measures = summarise(
        pnl.totals,
        pnl.weights,
        unit=currency,
        conditional_on=conditional_on,
        levels=kept,
        loss_thresholds=(0.0,),
        degrees_of_freedom=pnl.plan.completed.degrees_of_freedom,
    )
    if not dropped:
        return measures, []
    listed = ", ".join(f"{level:.1%}" for level in dropped)
    needed = math.ceil(MIN_TAIL_DRAWS / (1.0 - max(dropped)) - 1e-9)
    return measures, [
        f"tail average at {listed} left out: fewer than {MIN_TAIL_DRAWS:g} of {pnl.draws:,} draws in the "
        f"tail. Use --draws {needed} or more."
    ]


def _central(
    book: Book,
    scenario: Scenario | None,
    options: Options,
    planned: Plan,
    *,
    mode: Literal["linked", "alone"],
) -> float:
    """Return the expected P&L under one propagation mode."""
    if planned.mode == mode or scenario is None:
        return planned.central_pnl()
    return _plan(book, scenario, options, mode=mode, exact=True).central_pnl()


def _name_lines(planned: Plan, recorded: Mapping[str, float]) -> tuple[NameLine, ...]:
    """One line a name: what is held in it linearly, and what is revalued on it."""
    book = planned.book
    returns = planned.central_returns()
    lines = {
        name: NameLine(
            name=name,
            value=float(book.values[i]),
            move=float(returns[i]),
            pnl=float(book.values[i] * returns[i]),
            recorded=recorded.get(name),
            home=book.homes[i],
            source=book.sources[i],
        )
        for i, name in enumerate(book.names)
    }
    held = {book.names[i] for i in set(book.position_name)}
    if book.valuation is not None:
        for holding, pnl in zip(book.valuation.holdings, planned.central_revalued(), strict=True):
            position = holding.position
            name = position.ticker
            held.add(name)
            before = lines[name] if name in lines else _bare_line(name, position, float(pnl))
            lines[name] = replace(
                before, value=before.value + position.market_value, pnl=before.pnl + float(pnl)
            )
    return tuple(
        sorted(
            (line for line in lines.values() if line.name in held), key=lambda x: (x.pnl, x.name)
        )
    )


def _bare_line(name: str, position: Position, pnl: float) -> NameLine:
    """Start the line of something that is no name of the model: a bond, a currency."""
    value = position.market_value
    return NameLine(
        name=name,
        value=0.0,
        move=pnl / value if value != 0.0 else 0.0,
        pnl=0.0,
        recorded=None,
        home=position.instrument.kind,
        source="revalued",
    )


def _basket_lines(book: Book, names: Sequence[NameLine]) -> tuple[BasketLine, ...]:
    lines = []
    for home in sorted({line.home for line in names}):
        inside = [line for line in names if line.home == home]
        index = book.model.factor_index.get(home)
        lines.append(
            BasketLine(
                home=home,
                title=home if index is None else book.model.factors[index].title,
                value=math.fsum(line.value for line in inside),
                pnl=math.fsum(line.pnl for line in inside),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.pnl, line.home)))


def _model_range(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> ModelRange | None:
    if scenario is None or not options.variants:
        return None
    if options.ranged is not None and scenario.id not in options.ranged:
        return None
    other: Literal["linked", "alone"] = "alone" if planned.mode == "linked" else "linked"
    return model_range(
        book,
        options.variants,
        lambda varied: _plan(varied, scenario, options, exact=True),
        alone=_central(book, scenario, options, planned, mode=other),
    )


def _revalued(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> RevaluedLine | None:
    """Say what full revaluation adds: passage of time, other volatility rules, vol betas."""
    valuation = book.valuation
    if valuation is None or planned.revaluation is None:
        return None
    optional = [
        holding
        for holding in valuation.holdings
        if any(leg.instrument.kind == "option" for leg in holding.legs)
    ]
    rules: tuple[tuple[str, float], ...] = ()
    betas: tuple[tuple[float, float], ...] = ()
    if optional and scenario is not None:
        rules = tuple(
            (rule, _plan(book, scenario, options, exact=True, rule=rule).central_pnl())
            for rule in VOLATILITY_RULES
        )
        weight = math.fsum(abs(h.position.market_value) for h in optional) / book.nav
        if weight > _OPTIONS_WORTH_A_LINE:
            betas = tuple(
                (scale, _plan(book, scenario, options, exact=True, beta_scale=scale).central_pnl())
                for scale in (0.5, 1.5)
            )
    return RevaluedLine(
        positions=len(valuation.holdings),
        value=math.fsum(h.position.market_value for h in valuation.holdings),
        pnl=math.fsum(planned.central_revalued()),
        passage_of_time=planned.revaluation.passage_of_time(),
        elapsed_days=planned.revaluation.elapsed_days,
        rule=planned.revaluation.rule,
        rules=rules,
        betas=betas,
        expiring=planned.revaluation.expiring(),
    )


def _factor_lines(book: Book, planned: Plan, expected: float) -> tuple[FactorLine, ...]:
    factors = planned.mean_factors()
    credit = factor_credit(book, factors)
    exposure = book.values @ book.exposures
    moves = np.where(
        [f.kind == "relative" and planned.completed.compound for f in book.model.factors],
        np.expm1(factors),
        factors,
    )
    lines = [
        FactorLine(
            factor=factor.name,
            title=factor.title,
            unit=factor.unit,
            move=float(moves[k]),
            stated=bool(planned.completed.stated[k]),
            exposure=float(exposure[k]),
            pnl=float(credit[k]),
        )
        for k, factor in enumerate(book.model.factors)
    ]
    lines.sort(key=lambda line: (line.pnl, line.factor))
    rest = expected - math.fsum(line.pnl for line in lines)
    lines.append(
        FactorLine(
            factor="specific",
            title="Names' own and compounding",
            unit="%",
            move=0.0,
            stated=False,
            exposure=0.0,
            pnl=rest,
        )
    )
    return tuple(lines)


def _with_recorded(
    book: Book, scenario: Scenario | None, options: Options, recorded: Mapping[str, float]
) -> float | None:
    if scenario is None or not any(name in recorded for name in book.names):
        return None
    return _plan(book, scenario, options, exact=True, replay=True).central_pnl()


def _recorded_share(book: Book, recorded: Mapping[str, float]) -> float:
    return math.fsum(row.share for row in book.coverage.rows if row.ticker in recorded)


def _severities(
    book: Book, scenario: Scenario | None, options: Options
) -> tuple[SeverityPoint, ...]:
    if scenario is None or scenario.kind == "measured":
        return ()
    return tuple(
        SeverityPoint(
            severity=severity,
            expected=_plan(book, scenario, options, severity=severity, exact=True).central_pnl(),
        )
        for severity in _SEVERITIES
    )


def _dispersion(shares_of_nav: FloatArray) -> Dispersion:
    """Bin the middle 99.8 % of the variations; the ends fall into the outer bins."""
    ordered = np.partition(
        shares_of_nav,
        [int(0.001 * (len(shares_of_nav) - 1)), int(0.999 * (len(shares_of_nav) - 1))],
    )
    low = float(ordered[int(0.001 * (len(ordered) - 1))])
    high = float(ordered[int(0.999 * (len(ordered) - 1))])
    if high - low <= 1e-12:
        return Dispersion(edges=(low, high), shares=(1.0,))
    counts, edges = np.histogram(np.clip(shares_of_nav, low, high), bins=_BINS, range=(low, high))
    return Dispersion(
        edges=tuple(float(edge) for edge in edges),
        shares=tuple(float(count) / len(shares_of_nav) for count in counts),
    )


def _left_out(book: Book, baskets: Sequence[BasketLine]) -> float | None:
    """Return what excluded positions would add if they moved like the book's worst theme."""
    excluded = book.coverage.excluded
    moves = [line.pnl / line.value for line in baskets if line.value > 0.0]
    if not excluded or not moves:
        return None
    return math.fsum(row.value for row in excluded) * min(moves)


def _liquidity(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> Liquidity | None:
    """Say what leaving the positions takes, at the scenario's multiple of the usual spread."""
    if not is_asked(book.portfolio, options.bid_asks):
        return None
    spots: dict[str, float] = {}
    gains: dict[str, float] = {}
    if book.valuation is not None:
        levels = book.valuation.market.levels
        spots = {driver.name: x.value for driver, x in levels.items() if driver.kind == "spot"}
        gains = {
            held.position.id: float(gain)
            for held, gain in zip(book.valuation.holdings, planned.central_revalued(), strict=True)
        }
    return liquidity(
        book.portfolio,
        spots=spots,
        returns=dict(zip(book.names, planned.central_returns().tolist(), strict=True)),
        gains=gains,
        bid_asks=options.bid_asks,
        spread_multiple=None if scenario is None else scenario.bid_ask_multiple,
    )


def _path(book: Book, scenario: Scenario | None, options: Options) -> PathResult | None:
    """Run the steps of a scenario that has some."""
    if scenario is None or not scenario.path or not options.paths:
        return None
    planned = plan_path(
        book,
        scenario,
        severity=options.severity,
        variation=options.variation,
        mode=_mode(scenario, options),
        generator=options.generator,
        instant=options.instant,
        rebalance=options.rebalance,
    )
    return evaluate_path(
        planned,
        scenario,
        draws=options.draws,
        seed=options.seed,
        currency=book.portfolio.currency,
    )


def _said(scenario: Scenario | None, planned: Plan) -> list[str]:
    if scenario is None:
        return []
    said = []
    completed = planned.completed
    if planned.variation.kind == "names" and completed.stated.all():
        said.append(_ALL_STATED)
    if scenario.path_note:
        said.append(scenario.path_note)
    if completed.horizon_days > 10:
        said.append(
            f"{completed.horizon_days} sessions in one step: long-window covariance, independent days, the same "
            f"tails; an approximation beyond 10 sessions."
        )
    far = [p for p in completed.peripherals if abs(p.extrapolation) > 4.0]
    if far and planned.mode == "linked":
        said.append(
            "extrapolated by propagation: "
            + ", ".join(
                f"{p.factor} by {abs(p.extrapolation):.1f} standard deviations" for p in far
            )
            + "."
        )
    return said


def _ordinary(baseline: Result) -> float | None:
    for estimate in baseline.measures:
        if estimate.measure == "expected_shortfall" and estimate.level == 0.975:
            return estimate.value
    return None


def _active_line(
    name: str, scaled: Book, scenario: Scenario | None, options: Options, pnl: PnL
) -> ActiveLine:
    own = _plan(scaled, scenario, options)
    benchmark_expected = own.central_pnl()
    book = pnl.plan.book
    expected = pnl.plan.central_pnl()
    measures, _ = _measures(pnl, book.portfolio.currency, None if scenario is None else scenario.id)
    return ActiveLine(
        benchmark=name,
        expected=expected,
        benchmark_expected=benchmark_expected,
        measures=measures,
    )


def _manifest(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    model: FactorModel,
    options: Options,
    pnls: Sequence[PnL],
    version: str,
) -> Manifest:
    digest = hashlib.sha256()
    ids = ["baseline", *(scenario.id for scenario in scenarios)]
    keyed = {
        (book.portfolio.name, scenario_id): pnls[b * len(ids) + s].digest
        for b, book in enumerate(books)
        for s, scenario_id in enumerate(ids)
    }
    for key in sorted(keyed):
        digest.update(f"{key[0]}\0{key[1]}\0{keyed[key]}\n".encode())
    given = set(options.chosen)
    defaults = {
        "draws": str(options.draws),
        "levels": ", ".join(f"{level:g}" for level in _LEVELS),
        "model": model.id,
        "propagation": options.propagation or "linked",
        "seed": str(options.seed),
        "severity": f"{options.severity:g}",
        "variation": "each scenario's own",
    }
    return Manifest(
        portfolio={book.portfolio.name: book.portfolio.content_hash for book in books},
        model={"id": model.id, "hash": model.content_hash, "as_of": model.as_of},
        scenarios={scenario.id: scenario.content_hash for scenario in scenarios},
        seed=options.seed,
        draws=options.draws,
        chunk=CHUNK,
        versions={
            "foreshock": version,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
        defaults={key: value for key, value in defaults.items() if key not in given},
        options=dict(options.chosen),
        digest=digest.hexdigest(),
    )
