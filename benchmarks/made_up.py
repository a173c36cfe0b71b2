# ruff: noqa: D401
"""Made-up models and books of any size, and the naive numpy that a user would write for them."""

import datetime
import math

import numpy as np

from stress.factors.model import Factor, FactorModel
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Equity, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.book import Terms, compile_book
from stress.simulation.plan import plan
from stress.units import parse_move

NU = 5.0
LEVEL = 0.975


def factor_model(factors, names, *, seed=0):
    """A made-up model: a market factor and others, correlated, t with 5 degrees of freedom."""
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


def price_files(folder, *, factors, names, sessions, seed=0):
    """Write a wide file of made-up daily prices, and factors that are baskets of its names; return both paths."""
    random = np.random.default_rng(seed)
    common = 0.008 * random.standard_t(NU, (sessions, factors))
    home = np.arange(names) % (factors - 1) + 1
    own = 0.012 * random.standard_t(NU, (sessions, names))
    returns = 0.6 * common[:, [0]] + 0.8 * common[:, home] + own
    tickers = ["INDEX", *(f"N{i:03d}" for i in range(1, names))]
    returns[:, 0] = common[:, 0]
    days = np.busday_offset("2018-01-02", np.arange(sessions))
    levels = 100.0 * np.cumprod(1.0 + np.clip(returns, -0.3, 0.3), axis=0)
    rows = (
        f"{day},{','.join(f'{x:.4f}' for x in row)}" for day, row in zip(days, levels, strict=True)
    )
    prices = folder / "prices.csv"
    prices.write_text("\n".join([",".join(["date", *tickers]), *rows]) + "\n")
    text = ['title = "made up"']
    for k in range(factors):
        of_home = [t for t, h in zip(tickers[1:], home[1:], strict=True) if h == k]
        members = of_home[:4] or ["INDEX"]
        name = "market" if k == 0 else f"f{k:02d}"
        text += [
            f"[factors.{name}]",
            'kind = "relative"',
            'unit = "%"',
            f'title = "{name}"',
            f'description = "{name}"',
        ]
        text += [f"series = {members}".replace("'", '"'), 'measure = "return"']
    definitions = folder / "factors.toml"
    definitions.write_text("\n".join(text) + "\n")
    return prices, definitions


def option_book(underlyings, options, *, style="european", seed=0, rates=True, shortest=30):
    """A book of options alone: contracts spread over underlyings, strikes of 80 to 120 %, 1 to 24 months."""
    random = np.random.default_rng(seed)
    factors = ["market", "vix", "rates_2y"]
    volatility = np.array([0.012, 1.6, 0.0005 if rates else 1e-14])
    correlation = np.array([[1.0, -0.7, 0.1], [-0.7, 1.0, -0.1], [0.1, -0.1, 1.0]])
    covariance = correlation * np.outer(volatility, volatility)
    names = tuple(f"N{i:06d}" for i in range(underlyings))
    exposures = np.zeros((underlyings, len(factors)))
    exposures[:, 0] = random.uniform(0.8, 1.8, underlyings)
    units = {"market": "%", "vix": "pts", "rates_2y": "bp"}
    model = FactorModel(
        id=f"made-up-options-{underlyings}",
        factors=tuple(
            Factor(
                name=name,
                kind="relative" if name == "market" else "absolute",
                unit=units[name],
                title=name,
                description="",
                series=(),
            )
            for name in factors
        ),
        covariance=covariance,
        covariance_long=covariance,
        degrees_of_freedom=NU,
        names=names,
        exposures=exposures,
        specific_volatility=random.uniform(0.01, 0.02, underlyings),
        sources=("estimated",) * underlyings,
        homes=("market",) * underlyings,
        as_of="2025-12-30",
        window=("2023-12-29", "2025-12-30"),
    )
    as_of = datetime.date(2025, 12, 30)
    levels = {Driver("rate", "USD"): 0.04}
    positions = []
    for i in range(options):
        name = names[i % underlyings]
        days = int(random.integers(shortest, 730))
        option = Option(
            underlying=name,
            right="put" if random.random() < 0.5 else "call",
            strike=round(float(random.uniform(80.0, 120.0)), 2),
            expiry=(as_of + datetime.timedelta(days=days)).isoformat(),
            style=style,
            multiplier=100.0,
            currency="USD",
        )
        levels[Driver("spot", name)] = 100.0
        levels[Driver("dividend", name)] = 0.01
        levels[Driver("vol", option.contract)] = float(random.uniform(0.2, 0.6))
        positions.append(
            Position(
                id=f"o{i:05d}",
                instrument=option,
                market_value=0.0,
                currency="USD",
                quantity=float(random.choice([-10, -5, 5, 10])),
            )
        )
    portfolio = Portfolio(
        name="options", positions=tuple(positions), currency="USD", nav=1e6, as_of=as_of.isoformat()
    )
    market = market_of(levels, as_of=as_of.isoformat(), currency="USD", source="flag")
    terms = Terms(
        betas={name: VolatilityBeta(value=1.2, source="assumed") for name in names},
        skews={name: SkewSlope(value=-0.2, source="given") for name in names},
    )
    return compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)


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
    return plan(held, complete_baseline(held.model), variation=Variation(kind="names"))


def naive(model, values, draws, *, seed=1):
    """ES and contributions as users write them: every return of every position of every draw."""
    random = np.random.default_rng(seed)
    factors = len(model.factors)
    z = random.multivariate_normal(
        np.zeros(factors), model.covariance, size=draws, method="cholesky"
    )
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


def compound(held):
    """A plan in which every name has draws of its own: sixty sessions, returns compounded."""
    scenario = Scenario(
        id="deep",
        title="Deep",
        horizon_days=60,
        kind="hypothetical",
        returns="compound",
        moves=(StatedMove(target=held.model.factors[0].name, move=parse_move("-20%")),),
        variation=Variation(kind="names"),
    )
    return plan(held, complete(scenario, held.model), variation=scenario.variation)
