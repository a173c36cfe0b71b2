"""A small factor model and small books that every test may use."""

import hypothesis
import numpy as np
import pytest

from stress.factors.model import Factor, FactorModel
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Cash, Equity
from stress.portfolio.position import Portfolio, Position
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.book import compile_book
from stress.units import parse_move

# What a law says does not depend on how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

FACTORS = ("market", "chips", "power", "rates_10y")


def make_model(**changes):
    volatility = np.array([0.012, 0.025, 0.018, 0.0006])
    correlation = np.array(
        [
            [1.00, 0.75, 0.45, -0.20],
            [0.75, 1.00, 0.35, -0.15],
            [0.45, 0.35, 1.00, -0.25],
            [-0.20, -0.15, -0.25, 1.00],
        ]
    )
    covariance = correlation * np.outer(volatility, volatility)
    factors = tuple(
        Factor(
            name=name,
            kind="absolute" if name == "rates_10y" else "relative",
            unit="bp" if name == "rates_10y" else "%",
            title=name.title(),
            description=name,
            series=(name.upper(),),
        )
        for name in FACTORS
    )
    given = {
        "id": "toy",
        "factors": factors,
        "covariance": covariance,
        "covariance_long": 1.3 * covariance,
        "degrees_of_freedom": 5.0,
        "names": ("AAA", "BBB", "CCC", "DDD", "IDX"),
        "exposures": np.array(
            [
                [0.1, 1.1, 0.0, 0.0],
                [0.4, 0.6, 0.1, 1.0],
                [0.2, 0.0, 1.2, -3.0],
                [0.9, 0.0, 0.0, 0.0],
                [1.0, 0.0, 0.0, 0.0],
            ]
        ),
        "specific_volatility": np.array([0.02, 0.015, 0.03, 0.01, 0.0]),
        "sources": ("estimated", "estimated", "estimated", "prior", "definition"),
        "homes": ("chips", "chips", "power", "market", "market"),
        "as_of": "2025-12-30",
        "window": ("2023-12-29", "2025-12-30"),
        **changes,
    }
    return FactorModel(**given)


def make_scenario(moves=None, **given):
    given = {"id": "toy-shock", "title": "Toy", "horizon_days": 1, "kind": "measured", **given}
    given.setdefault("variation", Variation(kind="names"))
    for key in ("core_names", "names"):
        given[key] = tuple(
            StatedMove(target=target, move=parse_move(text))
            for target, text in given.get(key, {}).items()
        )
    stated = tuple(
        StatedMove(target=target, move=parse_move(text)) for target, text in (moves or {}).items()
    )
    return Scenario(moves=stated, **given)


def make_portfolio(holdings, *, cash=0.0, name="toy.csv", nav=None, **columns):
    positions = [
        Position(
            id=ticker,
            instrument=Equity(ticker),
            market_value=float(value),
            currency="USD",
            row=line,
            **{key: entries[ticker] for key, entries in columns.items() if ticker in entries},
        )
        for line, (ticker, value) in enumerate(holdings.items(), start=2)
    ]
    if cash:
        positions.append(
            Position(id="cash", instrument=Cash("USD"), market_value=cash, currency="USD")
        )
    total = float(sum(p.market_value for p in positions))
    if nav is None:
        # A book that is short in sum has money elsewhere: as much as it holds and owes.
        nav = total if total > 0.0 else float(sum(abs(p.market_value) for p in positions))
    return Portfolio(name=name, positions=tuple(positions), currency="USD", nav=nav)


def make_book(holdings, model=None, **given):
    model = make_model() if model is None else model
    portfolio = make_portfolio(holdings, **given)
    return compile_book(portfolio, model, cover(portfolio, model))


@pytest.fixture(scope="session")
def toy_model():
    return make_model()


@pytest.fixture(scope="session")
def toy():
    """Makers of the toy model, scenarios, portfolios and books."""

    class Toy:
        model = staticmethod(make_model)
        scenario = staticmethod(make_scenario)
        portfolio = staticmethod(make_portfolio)
        book = staticmethod(make_book)

    return Toy
