"""Currencies in a hedge: stated moves, the baseline of a run, books in another currency than the universe."""

from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.files.universes.file import load_universe
from stress.hedging.covered_calls import calls_covered
from stress.hedging.judgements import day_after, whole_book
from stress.hedging.laws import Law, outcomes
from stress.hedging.lines.candidates import compile_candidates
from stress.hedging.lines.exchange import exchange_rates
from stress.hedging.prepared import setting_of
from stress.hedging.propose import propose
from stress.hedging.settings import HedgeSettings
from stress.hedging.strategies import STRATEGIES
from stress.portfolio.instruments import (
    Bond,
    Cash,
    Driver,
    Equity,
    FXForward,
    LeveragedFund,
    Option,
)
from stress.portfolio.market import Level, Market
from stress.portfolio.position import Portfolio, Position

REFERENCE = "deepseek-2025-01-27"
AS_OF = "2025-12-31"
DRAWS = 4_000


def share(ticker, units, price, *, currency="USD", rate=1.0):
    """A line of shares; `rate` translates its price into the book's currency."""
    return Position(
        id=ticker,
        instrument=Equity(ticker),
        quantity=float(units),
        price=price,
        market_value=units * price * rate,
        currency=currency,
    )


def cash(currency, amount, *, rate=1.0):
    return Position(
        id=f"cash {currency}",
        instrument=Cash(currency),
        quantity=amount,
        price=1.0,
        market_value=amount * rate,
        currency=currency,
    )


def put_in_pounds(underlying, *, strike, price):
    """Ten contracts of a put quoted in pounds, at 1.3 dollars each."""
    put = Option(
        underlying=underlying,
        right="put",
        strike=strike,
        expiry="2026-03-20",
        style="american",
        multiplier=100.0,
        currency="GBP",
    )
    return Position(
        id="put",
        instrument=put,
        quantity=10.0,
        price=price,
        market_value=1_300.0 * price,
        currency="GBP",
    )


@pytest.fixture(scope="module")
def foreign():
    """A dollar book with euros and an option quoted in pounds, both with a stated move."""
    held = put_in_pounds("MSFT", strike=365.0, price=15.0)
    positions = (
        share("NVDA", 1_000, 186.5),
        share("MSFT", 300, 484.0),
        cash("EUR", 300_000.0, rate=1.1),
        held,
    )
    portfolio = Portfolio(
        name="foreign",
        positions=positions,
        currency="USD",
        nav=sum(p.market_value for p in positions),
        as_of=AS_OF,
    )
    return stress.open_book(
        portfolio,
        fx={"EUR": 1.1, "GBP": 1.3},
        fx_moves={"EUR": "-10%", "GBP": "+25%"},
        spots={"MSFT": 372.3},
        rates={"GBP": "4%", "USD": "4%"},
        dividends={"MSFT": "0%"},
    )


def test_the_ordinary_day_of_a_hedge_is_that_of_a_run(foreign):
    hedge = stress.hedge(foreign, draws=DRAWS, universe="hedges_us_ai")
    run = stress.run_many(foreign, [REFERENCE], draws=DRAWS)

    assert hedge.es_before == run.baseline.tail_average.value
    # The stated moves are in the scenario, for both.
    expected = run.results[0].expected
    assert hedge.scenario(REFERENCE).before == pytest.approx(expected, rel=1e-12)


def test_the_day_after_makes_a_stated_move_again_as_its_own_row_does():
    """Euros in cash: a tenth lost on the first day, and a tenth of what is left on the second."""
    positions = (share("NVDA", 1_000, 186.5), cash("EUR", 300_000.0, rate=1.1))
    nav = sum(p.market_value for p in positions)
    portfolio = Portfolio(name="euros", positions=positions, currency="USD", nav=nav, as_of=AS_OF)
    days = [stress.load_scenario(name) for name in (REFERENCE, "second-day-rebound")]
    found = {}
    for move in ("-10%", "0%"):
        book = stress.open_book(portfolio, fx={"EUR": 1.1}, fx_moves={"EUR": move})
        rows = [result.expected for result in stress.run_many(book, days, draws=DRAWS).results]
        found[move] = np.array(rows), day_after(book, book, *days)
    (rows, moved), (still_rows, still) = found["-10%"], found["0%"]
    euros = 330_000.0

    assert rows - still_rows == pytest.approx([-0.1 * euros, -0.1 * euros], rel=1e-9)
    assert moved.shock_before - still.shock_before == pytest.approx(-0.1 * euros, rel=1e-9)
    assert moved.relief_before - still.relief_before == pytest.approx(-0.09 * euros, rel=1e-9)


def test_a_stated_move_is_no_part_of_one_factor_alone(foreign):
    asked = {"draws": DRAWS, "max_lines": 3}
    portfolio = foreign.portfolio
    levels = {
        "fx": {"EUR": 1.1, "GBP": 1.3},
        "spots": {"MSFT": 372.3},
        "rates": {"GBP": "4%", "USD": "4%"},
        "dividends": {"MSFT": "0%"},
    }
    moved = stress.hedge(foreign, **asked).exposures
    still = stress.hedge(portfolio, fx_fixed=["EUR", "GBP"], **levels, **asked).exposures

    assert {line.factor: line.before for line in moved} == {
        line.factor: line.before for line in still
    }


def test_a_universe_with_options_on_a_share_in_another_currency_than_the_books_is_refused():
    held = put_in_pounds("NVDA", strike=140.0, price=6.0)
    portfolio = Portfolio(
        name="pounds", positions=(held,), currency="USD", nav=100_000.0, as_of=AS_OF
    )
    book = stress.open_book(
        portfolio,
        fx={"GBP": 1.3},
        fx_fixed=["GBP"],
        spots={"NVDA": 143.5},
        rates={"GBP": "4%"},
        dividends={"NVDA": "0%"},
    )
    with pytest.raises(
        InputError,
        match=r"hedges_us_ai.csv:\d+: options on NVDA in two currencies: put in GBP, NVDA .* in USD",
    ):
        compile_candidates(book, load_universe("hedges_us_ai"))


PUT = Option(
    underlying="NVDA",
    right="put",
    strike=160.0,
    expiry="2026-03-20",
    style="american",
    multiplier=100.0,
    currency="USD",
)
#: What a dollar costs.
RATES = {"USD": 1.0, "EUR": 0.9, "JPY": 156.0, "GBP": 0.75}
MARKET = {"rates": {"USD": "4%"}, "dividends": {"NVDA": "0%"}}


def written_put(units, price, *, rate):
    value = units * price * PUT.multiplier * rate
    return Position(
        id="put",
        instrument=PUT,
        quantity=units,
        price=price,
        market_value=value,
        currency="USD",
    )


def portfolio_of(positions, currency):
    return Portfolio(
        name=f"in {currency}",
        positions=tuple(positions),
        currency=currency,
        nav=sum(p.market_value for p in positions),
        as_of=AS_OF,
    )


@pytest.fixture(scope="module")
def small():
    """Funds, a future, shares, a put, a collar: what tickets may say."""
    keep = ("SPY", "MESH6", "MNQH6", "NVDA", "AVGO", "SOXX", "QQQ 2026-02-20 580 P")
    universe = load_universe("hedges_us_ai")
    structures = ("NVDA 2026-02-20 165/205 collar", "QQQ 2026-02-20 580/520 put spread")
    lines = tuple(line for line in universe.lines if line.id in (*keep, *structures))
    return replace(universe, lines=lines)


def test_quotes_are_translated_at_the_rate_of_the_book(small):
    rate = 0.9
    rows = [share("NVDA", 500, 185.0, rate=rate), cash("EUR", 50_000.0)]
    dollars = [share("NVDA", 500, 185.0), cash("USD", 50_000.0)]
    here = compile_candidates(stress.open_book(portfolio_of(rows, "EUR")), small)
    there = compile_candidates(stress.open_book(portfolio_of(dollars, "USD")), small)

    assert here.ids == there.ids
    assert "NVDA 2026-02-20 165/205 collar" in here.ids
    for what in ("value", "spread_base", "notional", "commission", "delta"):
        assert getattr(here, what) == pytest.approx(rate * getattr(there, what), rel=1e-12), what
    spy, future = here.index("SPY"), here.index("MNQH6")
    assert here.value[spy] == pytest.approx(rate * 680.0)
    assert here.delta[spy] == pytest.approx(rate * 680.0)
    assert here.notional[future] == pytest.approx(rate * 2.0 * 25_400.0)
    # A price stays what the quote says.
    assert here.price == pytest.approx(there.price)
    assert set(here.currencies) == {"USD"}


def test_the_rate_is_the_first_that_is_known(small):
    by_value = Position(id="MSFT", instrument=Equity("MSFT"), market_value=1e5, currency="EUR")
    book = portfolio_of([by_value], "EUR")
    rows = portfolio_of([share("NVDA", 500, 185.0, rate=0.8), by_value], "EUR")

    def value_of_a_dollar(portfolio, **levels):
        opened = stress.open_book(portfolio, **levels)
        return exchange_rates(opened, small)["USD"].value

    market = Market(
        as_of=AS_OF,
        currency="EUR",
        levels={Driver("fx", "USD"): Level(value=0.7, source="market-file")},
    )
    assert value_of_a_dollar(book, fx={"USD": 0.9}) == 0.9
    assert value_of_a_dollar(rows) == pytest.approx(0.8)
    assert value_of_a_dollar(rows, market=market) == pytest.approx(0.8)
    assert value_of_a_dollar(book, market=market) == 0.7
    assert value_of_a_dollar(rows, market=market, fx={"USD": 0.81}) == 0.81


def test_a_universe_whose_rate_nobody_knows_is_refused(small):
    by_value = Position(id="MSFT", instrument=Equity("MSFT"), market_value=1e5, currency="EUR")
    with pytest.raises(InputError) as refused:
        stress.hedge(portfolio_of([by_value], "EUR"), universe=small)
    assert str(refused.value) == (
        "hedges_us_ai.csv:7: 'SPY' is quoted in USD (8 more too), in EUR is in EUR, and no rate of USD in EUR is known. "
        "Give what one USD costs in EUR when the book is opened: --fx USD=1.08 / fx={'USD': '1.08'}."
    )


def interest(book, scenario):
    """What cash in the book's own currency earns, which no sale changes."""
    days = 1.4 if scenario is None else stress.load_scenario(scenario).elapsed_days
    currency = book.portfolio.currency
    rate = book.stated.levels.get(Driver("rate", currency))
    at_home = sum(
        position.market_value
        for position in book.portfolio.positions
        if position.instrument == Cash(currency)
    )
    return 0.0 if rate is None else at_home * np.expm1(rate.value * days / 365.0)


@pytest.mark.parametrize(
    ("currency", "moves"),
    [
        ("USD", {"fx_moves": {"EUR": "-10%"}}),
        ("USD", {}),
        ("EUR", {}),
        ("EUR", {"fx_moves": {"USD": "-10%"}}),
        ("EUR", {"fx_fixed": ["USD"]}),
        ("JPY", {"fx_moves": {"USD": "+5%", "EUR": "+7%"}}),
        ("GBP", {"fx_fixed": ["USD", "EUR"]}),
    ],
)
@pytest.mark.parametrize("scenario", [None, REFERENCE])
def test_selling_everything_leaves_nothing(small, currency, moves, scenario):
    rate, euro = RATES[currency], RATES[currency] / RATES["EUR"]
    positions = [
        share("NVDA", 500, 185.0, rate=rate),
        share("MU", -300, 285.0 * RATES["EUR"], currency="EUR", rate=euro),
        share("SPY", 400, 680.0, rate=rate),
        written_put(-10.0, 5.0, rate=rate),
        cash("USD", 200_000.0, rate=rate),
        cash("EUR", 100_000.0, rate=euro),
        Position(id="GLD", instrument=Equity("GLD"), market_value=5e4 * rate, currency=currency),
    ]
    foreign = {c: RATES[currency] / RATES[c] for c in ("USD", "EUR") if c != currency}
    book = stress.open_book(portfolio_of(positions, currency), fx=foreign, **MARKET, **moves)
    # The universe states another vol beta: one name moves one way, as the book has it.
    candidates = compile_candidates(book, replace(small, vol_betas={"NVDA": 3.0}))
    law = Law(scenario=None if scenario is None else stress.load_scenario(scenario))
    drawn = outcomes(book, candidates, law, draws=500, seed=3)
    left = drawn.pnl + drawn.unit_pnl @ whole_book(candidates)

    assert drawn.pnl.std() > 1e-3 * book.nav
    assert left == pytest.approx(np.full(500, interest(book, scenario)), abs=1e-9 * book.nav)


#: Figures that no currency changes, by their last key.
UNITLESS = {
    "hedge": {
        "adv_share", "baseline_weight", "budget", "distance", "draws", "gap", "gross_share",
        "holding_days", "horizon_days", "impact_coefficient", "level", "limit", "max_lines", "min_ticket", "price",
        "scenario_share", "seed", "sell", "sell_down_share", "share", "share_of_adv", "time_limit", "tolerance", "units",
    },
    "reverse": {"distance", "horizon_days", "loss_of_nav", "searched_distance"},
}  # fmt: skip


def figures(document, path=()):
    """Every number of a document by its path."""
    if isinstance(document, dict):
        items = document.items()
    elif isinstance(document, list | tuple):
        items = enumerate(document)
    else:
        number = isinstance(document, int | float) and not isinstance(document, bool)
        if number and document != 0.0:
            yield path, document
        return
    for key, value in items:
        yield from figures(value, (*path, key))


@pytest.fixture(scope="module")
def rebased():
    """One book in dollars and in euros at a fixed rate, of names that have no collapsed specific moves."""

    def opened(currency, rate):
        positions = [
            share("MU", 900, 285.0, rate=rate),
            share("SPY", 400, 680.0, rate=rate),
            share("NVDA", 500, 185.0, rate=rate),
            written_put(-10.0, 5.0, rate=rate),
        ]
        fixed = {} if currency == "USD" else {"fx": {"USD": rate}, "fx_fixed": ["USD"]}
        return stress.open_book(portfolio_of(positions, currency), **MARKET, **fixed)

    return opened("USD", 1.0), opened("EUR", 0.9)


def test_a_run_in_another_currency_is_the_run_times_the_rate(rebased):
    usd, eur = (stress.run(book, REFERENCE, draws=DRAWS) for book in rebased)

    assert eur.expected == pytest.approx(0.9 * usd.expected, rel=1e-9)
    for ours, theirs in zip(eur.measures, usd.measures, strict=True):
        assert ours.measure == theirs.measure
        rate = 0.9 if ours.unit == "EUR" else 1.0
        assert ours.value == pytest.approx(rate * theirs.value, rel=1e-9), ours.measure
    by_name = [{row["name"]: row["pnl"] for row in run.to_dict()["by_name"]} for run in (usd, eur)]
    assert by_name[1] == pytest.approx({name: 0.9 * pnl for name, pnl in by_name[0].items()})


@pytest.mark.parametrize("verb", ["hedge", "reverse"])
def test_another_currency_is_another_unit(rebased, small, verb):
    def document(book):
        if verb == "hedge":
            return stress.hedge(book, universe=small, draws=DRAWS).to_dict()
        return stress.reverse(book, loss="5%").to_dict()

    usd, eur = (dict(figures(document(book))) for book in rebased)
    skipped = ("violation", "schema_version")
    usd = {
        path: value
        for path, value in usd.items()
        if path[-1] not in skipped and path[0] != "manifest"
    }
    translated = set()
    for path, value in usd.items():
        if eur[path] == pytest.approx(value, rel=1e-7):
            assert path[-1] in UNITLESS[verb] or path[0] == "trades", path
        else:
            assert eur[path] == pytest.approx(0.9 * value, rel=1e-6), path
            translated.add(path[-1])

    wanted = {
        "hedge": {"notional", "value", "effect", "commission", "impact", "margin", "es_before", "es_after", "lower"},
        "reverse": {"loss"},
    }  # fmt: skip
    assert translated >= wanted[verb]


def test_tickets_say_the_price_as_quoted_and_the_rest_in_the_books_currency(rebased, small):
    plan = stress.hedge(rebased[1], universe=small, draws=DRAWS)
    ticket = next(t for t in plan.tickets if t.instrument == "SOXX")

    assert (ticket.price, ticket.currency) == (300.0, "USD")
    assert abs(ticket.notional) == pytest.approx(0.9 * 300.0 * ticket.units)
    line = next(line for line in str(plan).splitlines() if "SOXX" in line)
    assert "300.00 USD" in line
    assert f"{abs(ticket.notional):,.0f}" in line
    assert "notional, EUR" in str(plan)


def test_two_prices_of_one_security_are_told_apart_in_two_currencies(small):
    def hedged(price):
        held = share("NVDA", 500, price, currency="EUR")
        book = stress.open_book(portfolio_of([held], "EUR"), fx={"USD": 0.9}, **MARKET)
        return stress.hedge(book, universe=small, draws=500)

    assert hedged(185.0 * 0.9).tickets
    with pytest.raises(
        InputError, match=r"NVDA is quoted at 185, and in EUR holds NVDA at 205\.556"
    ):
        hedged(185.0)


def test_calls_are_covered_by_shares_counted_at_the_books_currency(small):
    held = Position(
        id="NVDA", instrument=Equity("NVDA"), market_value=185.0 * 0.9 * 600, currency="EUR"
    )
    book = stress.open_book(portfolio_of([held], "EUR"), fx={"USD": 0.9}, **MARKET)
    setting = setting_of(book, small, [], HedgeSettings(draws=500))
    (cover,) = calls_covered(setting)
    plan = propose(setting)
    ticket = next(t for t in plan.tickets if t.type == "sell_down")

    assert (ticket.price, ticket.currency, ticket.notional) == (1.0, "EUR", -ticket.units)
    assert "NVDA: known by value alone, so a unit of the ticket is one EUR of it." in plan.warnings

    assert cover.limit == pytest.approx(600.0)
    assert cover.coefficients[setting.candidates.index("sell NVDA")] == pytest.approx(
        -1.0 / (0.9 * 185.0)
    )


@pytest.fixture(scope="module")
def settings_of_both(rebased, small):
    scenarios = [stress.load_scenario(REFERENCE)]
    asked = HedgeSettings(draws=DRAWS)
    return tuple(setting_of(book, small, scenarios, asked) for book in rebased)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_trades_the_same_in_another_currency(settings_of_both, name):
    usd, eur = (STRATEGIES[name].trades(setting) for setting in settings_of_both)
    worth = settings_of_both[0].candidates.notional

    assert usd.any() == (name != "do_nothing")
    assert eur * worth == pytest.approx(usd * worth, rel=1e-3, abs=1e-4 * (np.abs(usd) @ worth))


@pytest.mark.parametrize(
    ("currency", "moves"),
    [
        ("USD", {"EUR": "-5%"}),
        ("EUR", {"USD": "-5%"}),
        ("JPY", {"EUR": "-5%", "USD": "+3%"}),
    ],
)
def test_selling_bonds_forwards_and_leveraged_funds_leaves_nothing_either(small, currency, moves):
    rate, euro = RATES[currency], RATES[currency] / RATES["EUR"]
    terms = {"coupon": 0.025, "frequency": 1, "maturity": "2033-06-30", "credit": None}
    bond = Bond(name="BUND", curve="EUR", **terms)
    forward = FXForward(foreign="EUR", domestic="USD", agreed_rate=1.15, delivery="2026-06-30")
    fund = LeveragedFund(ticker="SOXL", follows="SOXX", leverage=3.0, price=40.0)

    def held(instrument, units, price, money):
        return Position(
            id=instrument.kind,
            instrument=instrument,
            quantity=units,
            price=price,
            market_value=units * price * RATES[currency] / RATES[money],
            currency=money,
        )

    positions = [
        share("NVDA", 500, 185.0, rate=rate),
        held(bond, -500.0, 98.0, "EUR"),
        held(forward, 100_000.0, 0.02, "USD"),
        held(fund, 300.0, 40.0, "USD"),
        cash("EUR", 100_000.0, rate=euro),
    ]
    foreign = {c: RATES[currency] / RATES[c] for c in ("USD", "EUR") if c != currency}
    book = stress.open_book(
        portfolio_of(positions, currency),
        fx={**foreign, "EUR/USD": 1.0 / RATES["EUR"]},
        fx_moves=moves,
        rates={"USD": "4%", "EUR": "2%", "EUR 10y": "2.5%"},
    )
    candidates = compile_candidates(book, small)
    drawn = outcomes(
        book, candidates, Law(scenario=stress.load_scenario(REFERENCE)), draws=500, seed=3
    )
    left = drawn.pnl + drawn.unit_pnl @ whole_book(candidates)

    assert drawn.pnl.std() > 1e-3 * book.nav
    assert left == pytest.approx(np.full(500, interest(book, REFERENCE)), abs=1e-9 * book.nav)
    sale = candidates.index("sell leveraged fund")
    assert candidates.value[sale] == pytest.approx(40.0 * rate)
    assert candidates.delta[sale] == pytest.approx(3.0 * 40.0 * rate)
    # One euro forward is as large as a euro, whatever it is worth, and its half-spread is of that.
    sale = candidates.index("sell fx forward")
    assert candidates.notional[sale] == pytest.approx(euro)
    assert candidates.spread_base[sale] == pytest.approx(euro)
