"""Amounts of money are read as the pages write them."""

import pytest

import stress
from stress.amounts import parse_amount
from stress.errors import InputError
from stress.tables import money_unit

WEIGHTS = [
    {"ticker": "NVDA", "weight": "60%", "currency": "USD"},
    {"ticker": "MSFT", "weight": "40%", "currency": "USD"},
]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50m", 50e6),
        ("50M", 50e6),
        (" 1.2bn ", 1.2e9),
        ("500k", 500e3),
        ("500 k", 500e3),
        ("50,000,000", 50e6),
        ("1,234.5", 1234.5),
        ("1,250m", 1250e6),
        ("2500000", 2.5e6),
        ("2.5e6", 2.5e6),
        ("-5", -5.0),
    ],
)
def test_an_amount_is_read(text: str, amount: float) -> None:
    assert parse_amount(text, what="nav") == amount


@pytest.mark.parametrize(
    "text",
    ["", "m", "50x", "50mm", "1,5", "50.000.000", "5,00,000", "1e6m", "nan", "inf", "$5", "1_000"],
)
def test_what_is_no_amount_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(
        InputError, match=r"--nav: '.*' is no amount\. Write 50m, 1\.2bn, 500k, 50,"
    ):
        parse_amount(text, what="--nav")


@pytest.mark.parametrize("value", [950.0, 12_340.0, 500_000.0, 50e6, 1.2e9])
def test_what_a_page_writes_is_read_back(value: float) -> None:
    written = money_unit(value).plain(value)
    assert parse_amount(written, what="nav") == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize("nav", ["50m", "50,000,000", 50e6, 50_000_000])
def test_python_takes_text_too(nav: str | float) -> None:
    book = stress.load_portfolio(WEIGHTS, nav=nav)
    assert book.nav == 50e6
    assert book.positions[0].market_value == pytest.approx(30e6)


def test_python_refuses_other_text_by_its_keyword() -> None:
    with pytest.raises(InputError, match="nav: '50 millions' is no amount"):
        stress.load_portfolio(WEIGHTS, nav="50 millions")
    with pytest.raises(InputError, match=r"nav: .* is not an amount \('50m' or 50e6\)"):
        stress.load_portfolio(WEIGHTS, nav=[5])  # type: ignore[arg-type]
