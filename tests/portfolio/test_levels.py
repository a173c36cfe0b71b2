"""What options and market files say about the market, in one grammar."""

import pytest

from stress.errors import InputError
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import EXAMPLES, KINDS, Given, given_of, parse_level
from stress.portfolio.market import Level


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("rate", "4.3%", 0.043),
        ("rate", "430bp", 0.043),
        ("rate", 0.043, 0.043),
        ("vol", "45%", 0.45),
        ("vol", "45vol", 0.45),
        ("dividend", "0%", 0.0),
        ("spread", "150bp", 0.015),
        ("fx_move", "-2%", -0.02),
        ("spot", "190.5", 190.5),
        ("fx", 1.08, 1.08),
        ("vol_beta", "1.8", 1.8),
        ("skew", "-0.2", -0.2),
        ("bid_ask", "5bp", 0.0005),
    ],
)
def test_each_kind_has_one_way_to_write_it(kind, written, value):
    assert parse_level(kind, written) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_the_messages_read(kind):
    parse_level(kind, EXAMPLES[kind])


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        ("rate", "4.3", "no unit"),
        ("vol", "45bp", "is in bp; write it in %"),
        ("spread", "3pts", "is in pts"),
        ("spot", "-1", "not above zero"),
        ("spot", "nan", "not a finite number"),
        ("fx", "1,08", "not a number"),
        ("vol", "0%", "not above zero"),
        ("vol_beta", "-1", "below zero"),
        ("fx_move", "-100%", "leaves nothing"),
        ("fx_move", 5, r"5 is \+500%. Write \"\+5%\", or 0.05 for it"),
    ],
)
def test_what_cannot_be_read_says_why(kind, written, said):
    with pytest.raises(InputError, match=said):
        parse_level(kind, written)


def test_all_wrong_options_are_named_with_what_to_write():
    with pytest.raises(InputError) as caught:
        given_of({"rate": {"USD": "4.3"}, "fx": {"EUR": "x"}})

    assert len(caught.value.problems) == 2
    assert "Write --rate USD=4.3% / rates={'USD': '4.3%'}." in str(caught.value)
    assert "Write --fx EUR=1.08 / fx={'EUR': '1.08'}." in str(caught.value)


def test_one_source_stands_over_another():
    flags = given_of({"rate": {"USD": "5%"}, "skew": {"NVDA": "-0.1"}})
    file = Given(
        levels={
            Driver("rate", "USD"): Level(value=0.04, source="market-file"),
            Driver("rate", "EUR"): Level(value=0.02, source="market-file"),
        },
        skews={"NVDA": -0.3, "AMD": -0.2},
        as_of="2025-12-31",
    )
    both = flags.over(file)

    assert both.levels[Driver("rate", "USD")] == Level(value=0.05, source="flag")
    assert both.levels[Driver("rate", "EUR")].value == 0.02
    assert both.skews == {"NVDA": -0.1, "AMD": -0.2}
    assert both.as_of == "2025-12-31"


def test_tickers_and_currencies_in_small_letters_are_those_in_capitals():
    small = given_of(
        {
            "spot": {"nvda": 190.5},
            "rate": {"usd 10y": "4.1%", "eur": "2%"},
            "vol": {"nvda": "40%", "nvda 2026-02-20 180 P": "41%"},
            "vol_beta": {"brk-b": 1.0},
            "spread": {"acme 5.1 2031": "150bp"},
        }
    )
    assert {(d.kind, d.name) for d in small.levels} == {
        ("spot", "NVDA"),
        ("rate", "USD 10y"),
        ("rate", "EUR"),
        ("vol", "NVDA"),
        ("vol", "NVDA 2026-02-20 180 P"),
        ("spread", "acme 5.1 2031"),
    }
    assert small.vol_betas == {"BRK-B": 1.0}
    with pytest.raises(InputError, match=r"spots \(--spot\): NVDA stands twice"):
        given_of({"spot": {"nvda": 1.0, "NVDA": 2.0}})
