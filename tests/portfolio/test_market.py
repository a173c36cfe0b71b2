"""The market: everything that is missing is named at once; percentages written as numbers are refused."""

from __future__ import annotations

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.instruments import Driver, Equity, Future, Option
from stress.portfolio.market import Level, Market, market_of

OPTION = Option(
    underlying="NVDA", right="put", strike=135.0, expiry="2025-02-21", style="american",
    multiplier=100.0, currency="USD", as_of="2025-01-24",
)  # fmt: skip
FUTURE = Future(contract="ESH5", follows="SPY", price=6100.0, multiplier=50.0)


def market(values, source="market-file"):
    return market_of(values, as_of="2025-01-24", currency="USD", source=source)


def test_all_that_is_missing_is_named_with_its_reader():
    known = market({Driver("spot", "NVDA"): 142.62})
    with pytest.raises(InputError) as refused:
        known.base_levels([Equity("NVDA"), OPTION, FUTURE, Equity("VST")])
    text = str(refused.value)
    assert len(refused.value.problems) == 4
    assert (
        "no vol of NVDA 2025-02-21 135 P (read by option on NVDA). Give the option's price" in text
    )
    assert "no rate of USD" in text
    assert "no dividend of NVDA (read by option on NVDA). Give its dividend yield; state 0" in text
    assert "no spot of VST (read by equity on VST)" in text


def test_growth_is_one_by_definition():
    levels = market({}).base_levels([FUTURE])
    assert levels == {Driver("growth", "SPY"): 1.0}
    assert market({}).source(Driver("growth", "SPY")) == "definition"


def test_levels_keep_their_sources():
    first = market({Driver("spot", "NVDA"): 142.62})
    both = first.with_levels({Driver("rate", "USD"): Level(value=0.043, source="flag")})
    assert both.source(Driver("spot", "NVDA")) == "market-file"
    assert both.source(Driver("rate", "USD")) == "flag"
    assert Driver("rate", "USD") not in first.levels
    replaced = both.with_levels({Driver("rate", "USD"): Level(value=0.05, source="given")})
    assert replaced.levels[Driver("rate", "USD")].value == 0.05
    with pytest.raises(InputError, match="no vol of X"):
        both.source(Driver("vol", "X"))


def test_base_levels_are_scalars_and_market_levels_cannot_be_changed():
    known = market({Driver("spot", "NVDA"): 142.62})
    assert known.base_levels([Equity("NVDA")])[Driver("spot", "NVDA")].shape == ()
    with pytest.raises(TypeError):
        known.levels[Driver("spot", "NVDA")] = Level(value=1.0, source="flag")


def test_implausible_levels_are_refused_at_once():
    with pytest.raises(InputError) as refused:
        market(
            {
                Driver("rate", "USD"): 4.3,
                Driver("vol", "NVDA"): 55.0,
                Driver("spot", "NVDA"): 0.0,
                Driver("dividend", "NVDA"): np.nan,
                Driver("fx", "EUR/USD"): -1.05,
                Driver("growth", "NVDA"): 0.9,
            }
        )
    assert len(refused.value.problems) == 6
    assert "rate of USD: 4.3 is not plausible. Write a fraction a year: 4.3 % is 0.043." in str(
        refused.value
    )


def test_a_volatility_solved_from_a_quote_may_be_unusual():
    market({Driver("vol", "X"): 7.5}, source="quoted-price")
    with pytest.raises(InputError):
        market({Driver("vol", "X"): 7.5}, source="given")
    with pytest.raises(InputError):
        market({Driver("vol", "X"): -0.1}, source="quoted-price")


def test_a_source_must_be_known_and_the_date_a_date():
    with pytest.raises(InputError, match="'hearsay' is no source"):
        market({Driver("spot", "NVDA"): 1.0}, source="hearsay")
    with pytest.raises(InputError, match="market as_of: 'today' is not a date"):
        Market(as_of="today", currency="USD")
