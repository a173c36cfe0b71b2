"""Bonds of unknown terms: by duration, and said."""

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.portfolio.instruments import Bond, DurationBond

TITLES = "ticker,quantity,price,currency,type,duration,yield,credit,coupon,maturity,frequency\n"


def read(tmp_path, *rows):
    path = tmp_path / "bonds.csv"
    path.write_text("# as_of: 2025-12-31\n" + TITLES + "".join(f"{row}\n" for row in rows))
    return load_portfolio(path)


def test_a_duration_stands_in_for_terms_and_is_said(tmp_path):
    book = read(tmp_path, "ACME,100000,97,USD,bond,5.5,6.1%,high-yield,,,")
    position = book.positions[0]

    assert position.instrument == DurationBond(
        name="ACME",
        price=97.0,
        yield_now=pytest.approx(0.061),
        spread_now=0.0,
        duration=5.5,
        convexity=0.0,
        curve="USD 5.5y",
        credit="high-yield",
    )
    assert position.market_value == pytest.approx(97_000.0)
    assert any("valued by its duration alone, against USD 5.5y" in w for w in book.warnings)


def test_terms_win_over_a_duration(tmp_path):
    book = read(tmp_path, "ACME,100000,97,USD,bond,5.5,6.1%,high-yield,5%,2031-06-15,2")

    assert isinstance(book.positions[0].instrument, Bond)


def test_a_duration_without_a_yield_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"bonds\.csv:3.*has a duration and lacks yield"):
        read(tmp_path, "ACME,100000,97,USD,bond,5.5,,high-yield,,,")
