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


@pytest.mark.parametrize(
    ("coupon", "duration", "convexity"), [("4,125%", "7,125", "0,655"), ("4,25%", "5", "")]
)
def test_terms_are_read_with_the_decimal_mark_of_the_file(tmp_path, coupon, duration, convexity):
    path = tmp_path / "bonds.csv"
    titles = TITLES.strip().replace(",", ";") + ";convexity\n"
    path.write_text(
        "# as_of: 2025-12-31\n"
        + titles
        + f"ACME;100000;97,5;USD;bond;{duration};6,125%;high-yield;;;;{convexity}\n"
        + f"BETA;100000;98;USD;bond;;;investment-grade;{coupon};2031-06-15;2;\n"
    )
    by_duration, by_terms = (p.instrument for p in load_portfolio(path).positions)

    assert by_duration.duration == float(duration.replace(",", "."))
    assert by_duration.convexity == float((convexity or "0").replace(",", "."))
    assert by_duration.yield_now == pytest.approx(0.06125)
    assert by_terms.coupon == pytest.approx(float(coupon[:-1].replace(",", ".")) / 100.0)


def test_terms_alone_prove_the_decimal_mark_of_a_file(tmp_path):
    path = tmp_path / "bonds.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker;quantity;price;currency;type;duration;yield;credit\n"
        "ACME;100000;97;USD;bond;5,5;6%;high-yield\n"
    )
    assert load_portfolio(path).positions[0].instrument.duration == 5.5


def test_a_duration_longer_than_any_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"bonds\.csv:3.*duration of 7125 years is longer than any"
    ):
        read(tmp_path, "ACME,100000,97,USD,bond,7125,6.1%,high-yield,,,")
