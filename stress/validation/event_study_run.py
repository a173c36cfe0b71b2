"""The whole event study: reference day, named shock days, ordinary days, and the year after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from stress.arguments import DEFAULT_DRAWS
from stress.factors.calibration import calibrate_moves
from stress.factors.model import FactorModel
from stress.factors.moves import FactorMoves
from stress.hedging.costs import BASELINE_DAYS, DAYS_A_MONTH
from stress.hedging.lines.universe import HedgeUniverse
from stress.hedging.propose import propose
from stress.hedging.settings import HedgeSettings
from stress.portfolio.position import Portfolio
from stress.scenarios.against_model import check_against_factors
from stress.scenarios.scenario import Scenario
from stress.steps import Progress
from stress.validation.days import NAMED_DAYS, REFERENCE_DAY, ScoreboardDay, ordinary_days
from stress.validation.event_study import (
    EventHedge,
    hedge_of_day,
    priced_book,
    realised_days,
    session_before,
    study_day,
)
from stress.validation.event_study_table import (
    FollowingYear,
    StudyWords,
    event_study_markdown,
)

__all__ = ["run_event_study"]

_YEAR = 250


def run_event_study(
    moves: FactorMoves,
    portfolios: Sequence[Portfolio],
    universe: HedgeUniverse,
    *,
    scenario: Scenario,
    ordinary: int,
    words: StudyWords | None = None,
    on_progress: Progress | None = None,
) -> str:
    """Run the study and write it as Markdown.

    Parameters
    ----------
    moves : FactorMoves
        Of all factors and names.
    portfolios : sequence of Portfolio
        Books; fixed market values.
    universe : HedgeUniverse
        Its shares and funds, at today's costs.
    scenario : Scenario
        The default proposal is also limited in it: looking ahead, and marked. Left out, and said, where the factors
        of `moves` are not those it states.
    ordinary : int
        Ordinary days.
    words : StudyWords, optional
        What the page calls books and universe; their names when omitted.
    on_progress : callable, optional
        Called with days done and in all.

    Returns
    -------
    str
    """
    named = [day for day in NAMED_DAYS if moves.date_index.get(day) is not None]
    quiet = [
        day.date
        for day in ordinary_days(
            moves,
            tuple(ScoreboardDay(date=day, reasons=(NAMED_DAYS[day],)) for day in named),
            count=ordinary,
            since="2023-01-01",
        )
    ]
    reference_model = calibrate_moves(moves, as_of=session_before(moves, REFERENCE_DAY))
    shocks: list[EventHedge] = []
    calm: list[EventHedge] = []
    absent: Counter[str] = Counter()
    left_out: dict[str, Counter[str]] = {portfolio.name: Counter() for portfolio in portfolios}
    for done, day in enumerate([*named, *quiet], start=1):
        model = calibrate_moves(moves, as_of=session_before(moves, day))
        for portfolio in portfolios:
            studied = study_day(
                moves,
                portfolio,
                universe,
                date=day,
                model=model,
                horizons=(5, 20) if day == REFERENCE_DAY else (),
            )
            (shocks if day in NAMED_DAYS else calm).extend(studied.hedges)
            absent.update(studied.absent)
            left_out[portfolio.name].update(studied.left_out)
        if on_progress is not None:
            on_progress(done, len(named) + len(quiet))
    unstated = _cannot_know(scenario, reference_model)
    following = [
        following_year(moves, portfolio, universe, REFERENCE_DAY, reference_model, chosen)
        for portfolio in portfolios
        for chosen in (((),) if unstated else ((), (scenario,)))
    ]
    priced = {
        portfolio.name: priced_book(
            portfolio, moves, reference_model, date=REFERENCE_DAY, sessions=1
        )
        for portfolio in portfolios
    }
    return event_study_markdown(
        shocks,
        calm,
        following,
        left_out=left_out,
        set_aside={book: one.set_aside for book, one in priced.items()},
        absent=absent,
        unstated=unstated,
        words=words
        or StudyWords(
            books=", ".join(f"`{portfolio.name}`" for portfolio in portfolios),
            universe=f"`{universe.label}`",
        ),
    )


def _cannot_know(scenario: Scenario, model: FactorModel) -> str:
    """Say why no proposal can be limited in a scenario; empty where the model has what it states."""
    units = {factor.name: factor.unit for factor in model.factors}
    problems = check_against_factors(scenario, units, names=model.name_index)
    if not problems:
        return ""
    return (
        f"No proposal is limited in {scenario.id}: the factors given are not those it states "
        f"({len(problems)} of its moves have no factor or name of that unit)."
    )


def following_year(
    moves: FactorMoves,
    portfolio: Portfolio,
    universe: HedgeUniverse,
    date: str,
    model: FactorModel,
    scenarios: Sequence[Scenario],
) -> FollowingYear:
    """Hold the default proposal against the day and the sessions of the year after it."""
    setting, _ = hedge_of_day(
        moves,
        portfolio,
        universe,
        date=date,
        model=model,
        scenarios=scenarios,
        settings=HedgeSettings(draws=DEFAULT_DRAWS),
    )
    plan = propose(setting)
    nav = setting.book.nav
    first = moves.date_index[date]
    day = realised_days(moves, setting, plan.trades, [first])
    last = min(first + 1 + _YEAR, len(moves.dates))
    _, hedge = realised_days(moves, setting, plan.trades, range(first + 1, last))
    carry = plan.cost.carry_per_month / DAYS_A_MONTH * BASELINE_DAYS
    return FollowingYear(
        book=portfolio.name,
        knows=", ".join(s.id for s in scenarios) + " (looks ahead)" if scenarios else "none",
        unhedged=float(day[0][0]) / nav,
        hedged=float(day[0][0] + day[1][0] - plan.cost.entry) / nav,
        band=(plan.ordinary_day[0] / nav, plan.ordinary_day[1] / nav),
        cost=plan.cost.all_in / nav,
        median=(float(np.median(hedge)) - carry) / nav,
        sessions=last - first - 1,
    )
