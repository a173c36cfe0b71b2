"""A real run on a small book and a few scenarios: nothing is read but the bundled model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from stress.factors.model import FactorModel
from stress.files.bundled import bundled_path
from stress.files.models.file import read_model
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Cash, Equity
from stress.portfolio.position import Portfolio, Position
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.results.result import Results
from stress.scenarios.scenario import Kind, Scenario, StatedMove, Variation
from stress.simulation.book import compile_book
from stress.units import parse_move


@cache
def model() -> FactorModel:
    return read_model(bundled_path("models", "us-ai-2025-12"))


def book(
    name: str, holdings: Mapping[str, float], *, cash: float = 0.0, as_of: str | None = None
) -> Portfolio:
    positions = [
        Position(
            id=ticker,
            instrument=Equity(ticker),
            market_value=value,
            currency="USD",
            account="main" if value > 0 else "short",
            row=row,
        )
        for row, (ticker, value) in enumerate(holdings.items(), start=2)
    ]
    positions.append(Position(id="USD", instrument=Cash("USD"), market_value=cash, currency="USD"))
    return Portfolio(
        name=name,
        positions=tuple(positions),
        currency="USD",
        nav=sum(p.market_value for p in positions),
        as_of=as_of,
    )


AI_BOOK = book(
    "my.csv",
    {
        "NVDA": 2_500_000, "AVGO": 1_200_000, "VRT": 800_000, "VST": 800_000, "CEG": 600_000,
        "MSFT": 1_000_000, "AMZN": 900_000, "ANET": 600_000, "MU": 400_000, "KO": 400_000, "XYZF": 300_000,
    },
    cash=500_000,
    as_of="2026-11-20",
)  # fmt: skip


def scenario(
    id: str,
    moves: Mapping[str, str],
    *,
    kind: Kind = "measured",
    horizon: int = 1,
    names: Mapping[str, str] | None = None,
    date: str | None = None,
    start: str | None = None,
) -> Scenario:
    return Scenario(
        id=id,
        title=id.replace("-", " "),
        kind=kind,
        horizon_days=horizon,
        returns="simple" if horizon <= 10 else "compound",
        moves=tuple(StatedMove(target=t, move=parse_move(m)) for t, m in moves.items()),
        names=tuple(StatedMove(target=t, move=parse_move(m)) for t, m in (names or {}).items()),
        variation=Variation(kind="names")
        if kind == "measured"
        else Variation(kind="severity", severity_sd=0.25),
        date=date,
        start=start,
    )


SCENARIOS = (
    scenario(
        "deepseek-2025-01-27",
        {"market": "-1.46%", "semis_ai_compute": "-15%", "power_ipp": "-21%", "vix": "+3.05pts"},
        names={"NVDA": "-16.97%", "VST": "-28%"},
        date="2025-01-27",
        start="2025-01-24",
    ),
    scenario(
        "second-day-rebound", {"market": "+0.9%", "semis_ai_compute": "+5%"}, date="2025-01-28"
    ),
    scenario("power-demand-derating", {"power_ipp": "-25%"}, kind="hypothetical", horizon=5),
    scenario(
        "hyperscaler-capex-cut", {"semis_ai_compute": "-22%"}, kind="hypothetical", horizon=10
    ),
    scenario("anchored-chips", {"semis_memory": "-10%"}, kind="anchored", horizon=3),
    scenario("ai-winter-path", {"semis_ai_compute": "-45%"}, kind="hypothetical", horizon=120),
)


def evaluated(
    *portfolios: Portfolio, draws: int = 4_096, scenarios: tuple[Scenario, ...] = SCENARIOS
) -> Results:
    books = [
        compile_book(p, model(), cover(p, model(), unknown="exclude", allow_partial=True))
        for p in portfolios
    ]
    return evaluate(books, scenarios, options=Options(draws=draws), version="0.1.0")


@cache
def example() -> Results:
    return evaluated(AI_BOOK)


@pytest.fixture(scope="session")
def results() -> Results:
    """Six scenarios on one book."""
    return example()


@pytest.fixture(scope="session")
def run_on():
    """Evaluate books: ``run_on(make(...), scenarios=...)``."""
    return evaluated


@pytest.fixture(scope="session")
def make():
    """Make a book: ``make(name, {ticker: value}, cash=..., as_of=...)``."""
    return book


@pytest.fixture(scope="session")
def ai_book() -> Portfolio:
    return AI_BOOK


@pytest.fixture(scope="session")
def say():
    """Make a scenario: ``say(id, {factor: move}, kind=..., horizon=...)``."""
    return scenario
