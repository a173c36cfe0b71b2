"""A model in euros: what its returns do to books in euros and in dollars, worked out by hand."""

from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Bond, Cash, Equity
from stress.portfolio.position import Portfolio, Position

#: Return of AAA for -5 % of the market, -3 % of the rate and nothing else: 0.1 (-0.05) + 0.04 (-0.03).
RETURN = 0.1 * -0.05 + 0.04 * -0.03
MOVES = {"market": "-5%", "usdeur": "-3%", "chips": "0%", "rates_10y": "+20bp"}


def euros(toy, role="fx:EUR"):
    """The toy model in euros, its third factor the rate of dollar and euro, to which AAA answers with 0.04."""
    plain = toy.model()
    market, chips, power, rates = plain.factors
    exposures = plain.exposures.copy()
    exposures[0] = [0.1, 1.1, 0.04, 0.0]
    return toy.model(
        factors=(market, chips, replace(power, name="usdeur", role=role), rates),
        exposures=exposures,
        homes=("chips", "chips", "usdeur", "market", "market"),
        currency="EUR",
    )


def held(instrument, value, currency, **more):
    quantity = more.pop("quantity", value)
    return Position(
        id=instrument.underlying,
        instrument=instrument,
        quantity=quantity,
        market_value=value,
        currency=currency,
        **more,
    )


def expected(toy, positions, *, currency, moves=MOVES, model=None, **levels):
    model = model or euros(toy)
    book = Portfolio(
        name="book", positions=positions, currency=currency, nav=1e5, as_of="2025-12-30"
    )
    scenario = stress.shock(moves, model=model, propagation="alone")
    return stress.run(book, scenario, model, draws=512, **levels)


def test_a_euro_name_in_a_euro_book_moves_by_the_models_return_alone(toy):
    result = expected(toy, (held(Equity("AAA"), 70_000.0, "EUR"),), currency="EUR")
    assert result.expected == pytest.approx(70_000.0 * RETURN, rel=1e-12)
    # Its quote in another currency changes nothing: its return in euros is what the model says.
    swiss = held(Equity("AAA"), 70_000.0, "CHF", price=75.0, quantity=1000.0)
    assert expected(toy, (swiss,), currency="EUR").expected == result.expected


def test_dollars_in_a_euro_book_move_with_the_rate(toy):
    cash = held(Cash("USD"), 45_000.0, "USD", quantity=50_000.0)
    result = expected(toy, (cash,), currency="EUR", fx={"USD": 0.9})
    assert result.expected == pytest.approx(45_000.0 * -0.03, rel=1e-12)


def test_a_dollar_book_adds_what_the_euro_gains_and_its_own_cash_stands_still(toy):
    positions = (held(Equity("AAA"), 70_000.0, "EUR"), held(Cash("USD"), 30_000.0, "USD"))
    result = expected(toy, positions, currency="USD", fx={"EUR": 1.1})
    assert result.expected == pytest.approx(70_000.0 * ((1 + RETURN) / (1 - 0.03) - 1), rel=1e-12)


@pytest.mark.parametrize("move", ["-3%", "+4%"])
def test_the_rate_may_be_given_either_way_round(toy, move):
    """fx:EUR/USD, the price of one euro in dollars: what it gains, dollars in euros lose."""
    model = euros(toy, role="fx:EUR/USD")
    cash = held(Cash("USD"), 45_000.0, "USD", quantity=50_000.0)
    moves = {**MOVES, "usdeur": move}
    result = expected(toy, (cash,), currency="EUR", moves=moves, model=model, fx={"USD": 0.9})
    gained = stress.parse_move(move).value
    assert result.expected == pytest.approx(45_000.0 * (1 / (1 + gained) - 1), rel=1e-12)


def test_a_cross_has_a_factor_of_its_own_or_is_asked_for(toy):
    francs = (held(Cash("CHF"), 47_700.0, "CHF", quantity=50_000.0),)
    with pytest.raises(InputError, match="says how CHF/EUR moves"):
        expected(toy, francs, currency="EUR", fx={"CHF": 0.954})
    model = euros(toy, role="fx:CHF/EUR")
    result = expected(toy, francs, currency="EUR", model=model, fx={"CHF": 0.954})
    assert result.expected == pytest.approx(47_700.0 * -0.03, rel=1e-12)


def test_yields_are_of_the_curve_of_the_models_currency(toy):
    def gain(curve):
        bond = Bond(
            name="DE 2035",
            coupon=0.0,
            maturity="2035-12-30",
            frequency=1,
            curve=curve,
            credit=None,
        )
        position = held(bond, 70_000.0, "EUR", quantity=1000.0)
        rates = {f"{curve} 10y": "3%"}
        spreads = {"DE 2035": "0bp"}
        return expected(
            toy, (position,), currency="EUR", rates=rates, spreads=spreads, instant=True
        )

    by_hand = 1000.0 * 100.0 * (1.032**-10.0 - 1.03**-10.0)
    assert gain("EUR").expected == pytest.approx(by_hand, rel=2e-3)
    other = gain("USD")
    assert other.expected == 0.0
    assert "no yields of this currency" in " ".join(other.warnings)


def test_the_dollar_fund_of_the_euro_says_nothing_in_a_model_in_euros(toy):
    """FXE hardly moves in euros: taken for the rate, it would hold dollars still."""
    model = replace(euros(toy, role="none"), names=("AAA", "BBB", "CCC", "DDD", "FXE"))
    cash = held(Cash("USD"), 45_000.0, "USD", quantity=50_000.0)
    with pytest.raises(InputError, match="says how USD/EUR moves"):
        expected(toy, (cash,), currency="EUR", model=model, fx={"USD": 0.9})
