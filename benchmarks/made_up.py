"""Made-up models and books of any size, and the naive numpy that a user would write for them."""

import math

import numpy as np
from stress.factors.model import Factor, FactorModel
from stress.portfolio.coverage import cover
from stress.portfolio.instruments import Equity
from stress.portfolio.position import Portfolio, Position
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.book import compile_book
from stress.simulation.plan import plan

NU = 5.0
LEVEL = 0.975


def factor_model(factors, names, *, seed=0):
    """A model like `design` ones: a market factor and others, correlated, t with 5 degrees of freedom."""
    random = np.random.default_rng(seed)
    exposures = 0.3 * random.standard_normal((names, factors))
    exposures[:, 0] += 1.0
    specific = random.uniform(0.05, 0.3, names) / 16
    root = random.standard_normal((factors, 2 * factors))
    covariance = root @ root.T
    scale = np.sqrt(np.diag(covariance))
    volatility = np.r_[0.01, np.full(factors - 1, 0.004)]
    covariance *= np.outer(volatility / scale, volatility / scale)
    return FactorModel(
        id=f"made-up-{factors}x{names}",
        factors=tuple(
            Factor(
                name=f"f{k}", kind="relative", unit="%", title=f"f{k}", description="", series=()
            )
            for k in range(factors)
        ),
        covariance=covariance,
        covariance_long=covariance,
        degrees_of_freedom=NU,
        names=tuple(f"N{i:06d}" for i in range(names)),
        exposures=exposures,
        specific_volatility=specific,
        sources=("estimated",) * names,
        homes=("f0",) * names,
        as_of="2025-12-30",
        window=("2023-12-29", "2025-12-30"),
    )


def book(model, *, seed=0, size=None, name="made-up"):
    """A long book of the first `size` names of the model, worth about 1."""
    random = np.random.default_rng(seed)
    names = model.names[:size]
    worth = random.uniform(0.2, 1.8, len(names)) / len(names)
    positions = tuple(
        Position(id=n, instrument=Equity(n), market_value=float(v), currency="USD")
        for n, v in zip(names, worth, strict=True)
    )
    portfolio = Portfolio(name=name, positions=positions, currency="USD", nav=1.0)
    return compile_book(portfolio, model, cover(portfolio, model))


def baseline(held):
    """The plan of a book without a scenario."""
    return plan(held, complete(None, held.model), variation=Variation(kind="names"))


def naive(model, values, draws, *, seed=1):
    """ES and contributions as users write them: every return of every position of every draw."""
    random = np.random.default_rng(seed)
    factors = len(model.factors)
    z = random.multivariate_normal(np.zeros(factors), model.covariance, size=draws, method="cholesky")
    moves = z * np.sqrt((NU - 2) / random.chisquare(NU, size=draws))[:, None]
    returns = moves @ model.exposures.T
    returns += random.standard_normal((draws, len(values))) * model.specific_volatility
    pnl = returns * values
    total = pnl.sum(axis=1)
    tail = total <= np.quantile(total, 1 - LEVEL)
    return -total[tail].mean(), -pnl[tail].mean(axis=0)


def tail_count(draws):
    """Draws in the tail."""
    return math.ceil((1 - LEVEL) * draws)
