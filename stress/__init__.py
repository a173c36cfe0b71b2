"""Portfolio risk stress tests: what a shock does to your book, and how uncertain that is.

Examples
--------
>>> import stress
>>> book = stress.load_portfolio("portfolios/ai_growth.csv")        # doctest: +SKIP
>>> result = stress.run(book, "deepseek-2025-01-27")                # doctest: +SKIP
>>> result.expected_of_nav                                             # doctest: +SKIP

The map of the house
--------------------
Data flows one way; a room imports only from the rooms named before it.

========================  ==========================================================================
``later``                 names that are loaded when they are first asked for
``arrays warnings_here``  the kind of array that is passed on; warnings of one thread
``compiled``              loops in C, where there was a compiler: numpy's, to the bit
``scratch twice``         buffers that a thread uses again; what stands twice
``steps errors``          progress of work in counted steps; exceptions
``currencies frozen``     codes of currencies; what is read and not written
``amounts units``         amounts of money as pages write them; the one grammar for moves
``dates argument_words``  days of the calendar; annotations in words
``arguments``             arguments held to their annotations
``tables``                rows to text, and how numbers are written
``factors``               what moves, and how names answer: `FactorModel`, calibration
``scenarios``             named, sourced moves: `Scenario`; propagation to what it leaves unsaid
``portfolio``             what is held: `Position`, `Portfolio`, instruments, coverage
``risk``                  measures with standard errors, attribution
``simulation``            draws of the joint law, revaluation, P&L
``reverse_stress``        which shock hurts this book most; which one loses a given amount
``hedging``               candidates revalued on the same draws; the optimiser and its certificate
``results``               `Result`, `Results`, `Manifest`; the flow as one page of calls
``validation``            the model against days it has not seen
``files``                 readers and writers of users' files
``reporting``             terminal, JSON, CSV, HTML: formatters that compute nothing
``opening``               one door to a book: read, dated, valued, compiled
``runs``                  results streamed to disk, resumed
``api``                   the verbs below
``cli``                   the command line
========================  ==========================================================================

Words
-----
scenario
    A definition: moves over a horizon, with sources. A *draw* is one Monte Carlo outcome of it.
factor, exposure, specific
    What is shocked; a name's return for a unit move of it; what factors leave unexplained.
core, peripheral
    The moves a scenario states; the ones propagation fills. *Linked*: unstated factors move as the
    joint law says. *Alone*: they do not move.
position, name
    A line of a book; the ticker whose return it follows.
level, weight
    Confidence of a measure; probability of a draw.
horizon_days
    Sessions from start to end.
expected_shortfall
    Mean of the worst (1 - level) of outcomes, elsewhere also CVaR.

Signs: P&L gains are positive. Value at risk and expected shortfall are losses, positive when money
is lost, and say so. Returns are simple fractions inside and carry a unit outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.later import loaded_later

if TYPE_CHECKING:
    from stress.api import (
        calibrate,
        combine,
        compare,
        extend_model,
        hedge,
        load_model,
        load_portfolio,
        load_scenario,
        open_book,
        reverse,
        run,
        run_many,
        shock,
        sweep,
        tails,
        worst_case,
        worst_law,
    )
    from stress.api.hedging import HedgeOptions
    from stress.api.many_books import TailOptions
    from stress.api.run_options import RunOptions
    from stress.errors import (
        InputError,
        LimitBreachedError,
        MissingExtraError,
        MissingMeasureError,
        ModelError,
        Problem,
        SolverError,
        StressError,
    )
    from stress.factors.definition import FactorDefinition, FactorDefinitions
    from stress.factors.model import Factor, FactorModel
    from stress.factors.name_exposures import FactorExposure, NameExposures
    from stress.factors.prices import Prices
    from stress.files.atomic import StorageError
    from stress.files.universes.file import load_universe
    from stress.files.universes.renewed import RenewedUniverse, renew_universe
    from stress.hedging.comparing.comparison import Comparison, StrategyRow
    from stress.hedging.hedge_plan import HedgePlan, ScenarioEffect, Ticket
    from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
    from stress.hedging.solver.infeasible import InfeasibleHedgeError
    from stress.opening.models import DEFAULT_MODEL
    from stress.opening.options import BookOptions
    from stress.portfolio.instruments import (
        Bond,
        Cash,
        Driver,
        Equity,
        Future,
        FXForward,
        Instrument,
        Option,
    )
    from stress.portfolio.market import Level, Market
    from stress.portfolio.position import LedgerRow, Portfolio, Position
    from stress.results.grouping import GroupLine
    from stress.results.lines import FactorLine, NameLine
    from stress.results.manifest import Manifest
    from stress.results.result import Result, Results
    from stress.results.tails import TailTable
    from stress.reverse_stress.answer import UnreachableLossError
    from stress.reverse_stress.found import FoundScenario, ReverseStress
    from stress.risk.estimates import Estimate
    from stress.risk.tail import TooFewTailDrawsError
    from stress.runs.payload import Payload, read_payload
    from stress.scenarios.scenario import (
        Conflict,
        Observed,
        Scenario,
        Source,
        StatedMove,
        Variation,
    )
    from stress.simulation.book import Book
    from stress.simulation.executors import WorkersLostError
    from stress.simulation.pnl import PnL
    from stress.simulation.pooling.dual import InfeasibleViewsError
    from stress.simulation.pooling.entropy_pooling import TooFewEffectiveDrawsError
    from stress.simulation.simulate import ChunkStore
    from stress.simulation.what_if import WhatIf
    from stress.units import Move, parse_move

__version__ = "0.1.0"

#: Where each public name lives; loaded when it is first asked for, so `import stress` stays light.
_HOME = {
    "load_portfolio": "stress.api",
    "load_scenario": "stress.api",
    "load_model": "stress.api",
    "load_universe": "stress.files.universes.file",
    "renew_universe": "stress.files.universes.renewed",
    "RenewedUniverse": "stress.files.universes.renewed",
    "run": "stress.api",
    "run_many": "stress.api",
    "shock": "stress.api",
    "combine": "stress.api",
    "sweep": "stress.api",
    "tails": "stress.api",
    "TailOptions": "stress.api.many_books",
    "TailTable": "stress.results.tails",
    "open_book": "stress.api",
    "reverse": "stress.api",
    "worst_case": "stress.api",
    "worst_law": "stress.api",
    "calibrate": "stress.api",
    "extend_model": "stress.api",
    "hedge": "stress.api",
    "compare": "stress.api",
    "HedgePlan": "stress.hedging.hedge_plan",
    "Portfolio": "stress.portfolio.position",
    "Position": "stress.portfolio.position",
    "Scenario": "stress.scenarios.scenario",
    "Factor": "stress.factors.model",
    "FactorModel": "stress.factors.model",
    "Result": "stress.results.result",
    "Results": "stress.results.result",
    "Manifest": "stress.results.manifest",
    "Estimate": "stress.risk.estimates",
    "Move": "stress.units",
    "parse_move": "stress.units",
    "StressError": "stress.errors",
    "InputError": "stress.errors",
    "ModelError": "stress.errors",
    "SolverError": "stress.errors",
    "LimitBreachedError": "stress.errors",
    "MissingExtraError": "stress.errors",
    "Problem": "stress.errors",
    "BookOptions": "stress.opening.options",
    "RunOptions": "stress.api.run_options",
    "HedgeOptions": "stress.api.hedging",
    "Payload": "stress.runs.payload",
    "read_payload": "stress.runs.payload",
    "Book": "stress.simulation.book",
    "WhatIf": "stress.simulation.what_if",
    "ReverseStress": "stress.reverse_stress.found",
    "Comparison": "stress.hedging.comparing.comparison",
    "UnreachableLossError": "stress.reverse_stress.answer",
    "InfeasibleHedgeError": "stress.hedging.solver.infeasible",
    "StorageError": "stress.files.atomic",
    "MissingMeasureError": "stress.errors",
    "TooFewTailDrawsError": "stress.risk.tail",
    "ChunkStore": "stress.simulation.simulate",
    "FactorDefinitions": "stress.factors.definition",
    "FactorDefinition": "stress.factors.definition",
    "HedgeLine": "stress.hedging.lines.universe",
    "HedgeUniverse": "stress.hedging.lines.universe",
    "Instrument": "stress.portfolio.instruments",
    "Equity": "stress.portfolio.instruments",
    "Cash": "stress.portfolio.instruments",
    "Option": "stress.portfolio.instruments",
    "Future": "stress.portfolio.instruments",
    "Bond": "stress.portfolio.instruments",
    "FXForward": "stress.portfolio.instruments",
    "Market": "stress.portfolio.market",
    "Driver": "stress.portfolio.instruments",
    "Level": "stress.portfolio.market",
    "Prices": "stress.factors.prices",
    "StatedMove": "stress.scenarios.scenario",
    "Variation": "stress.scenarios.scenario",
    "Source": "stress.scenarios.scenario",
    "Observed": "stress.scenarios.scenario",
    "Conflict": "stress.scenarios.scenario",
    "LedgerRow": "stress.portfolio.position",
    "GroupLine": "stress.results.grouping",
    "Ticket": "stress.hedging.hedge_plan",
    "ScenarioEffect": "stress.hedging.hedge_plan",
    "StrategyRow": "stress.hedging.comparing.comparison",
    "NameLine": "stress.results.lines",
    "FactorLine": "stress.results.lines",
    "PnL": "stress.simulation.pnl",
    "FoundScenario": "stress.reverse_stress.found",
    "DEFAULT_MODEL": "stress.opening.models",
    "WorkersLostError": "stress.simulation.executors",
    "InfeasibleViewsError": "stress.simulation.pooling.dual",
    "TooFewEffectiveDrawsError": "stress.simulation.pooling.entropy_pooling",
    "NameExposures": "stress.factors.name_exposures",
    "FactorExposure": "stress.factors.name_exposures",
}

__all__ = [
    "DEFAULT_MODEL",
    "Bond",
    "Book",
    "BookOptions",
    "Cash",
    "ChunkStore",
    "Comparison",
    "Conflict",
    "Driver",
    "Equity",
    "Estimate",
    "FXForward",
    "Factor",
    "FactorDefinition",
    "FactorDefinitions",
    "FactorExposure",
    "FactorLine",
    "FactorModel",
    "FoundScenario",
    "Future",
    "GroupLine",
    "HedgeLine",
    "HedgeOptions",
    "HedgePlan",
    "HedgeUniverse",
    "InfeasibleHedgeError",
    "InfeasibleViewsError",
    "InputError",
    "Instrument",
    "LedgerRow",
    "Level",
    "LimitBreachedError",
    "Manifest",
    "Market",
    "MissingExtraError",
    "MissingMeasureError",
    "ModelError",
    "Move",
    "NameExposures",
    "NameLine",
    "Observed",
    "Option",
    "Payload",
    "PnL",
    "Portfolio",
    "Position",
    "Prices",
    "Problem",
    "RenewedUniverse",
    "Result",
    "Results",
    "ReverseStress",
    "RunOptions",
    "Scenario",
    "ScenarioEffect",
    "SolverError",
    "Source",
    "StatedMove",
    "StorageError",
    "StrategyRow",
    "StressError",
    "TailOptions",
    "TailTable",
    "Ticket",
    "TooFewEffectiveDrawsError",
    "TooFewTailDrawsError",
    "UnreachableLossError",
    "Variation",
    "WhatIf",
    "WorkersLostError",
    "__version__",
    "calibrate",
    "combine",
    "compare",
    "extend_model",
    "hedge",
    "load_model",
    "load_portfolio",
    "load_scenario",
    "load_universe",
    "open_book",
    "parse_move",
    "read_payload",
    "renew_universe",
    "reverse",
    "run",
    "run_many",
    "shock",
    "sweep",
    "tails",
    "worst_case",
    "worst_law",
]


__getattr__ = loaded_later(__name__, _HOME)


def __dir__() -> list[str]:
    """List what is public, and what every module has; not what this one is made with."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
