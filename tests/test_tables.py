"""Numbers and tables look the same everywhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.tables import (
    Column,
    bar,
    money_unit,
    percent,
    shorten,
    table_lines,
    thousands,
)


@pytest.mark.parametrize(
    ("reference", "value", "written"),
    [
        (10e6, -1_370_000, "-1.37m"),
        (10e6, 10e6, "+10.00m"),
        (250e6, -1_370_000, "-1.4m"),
        (2.5e9, 40e6, "+40m"),
        (1_370_000, -13_400, "-13k"),
        (250_000, -1_234, "-1.2k"),
        (50_000, -1_234, "-1.23k"),
        (6e9, -1_370_000, "0.00bn"),
        (900, -12.345, "-12.35"),
        (10e6, -0.4, "0.00m"),
    ],
)
def test_money_is_written_in_the_unit_of_the_book(
    reference: float, value: float, written: str
) -> None:
    assert money_unit(reference).signed(value) == written


def test_an_unsigned_amount_carries_no_plus() -> None:
    assert money_unit(10e6).plain(10e6) == "10.00m"
    assert money_unit(1e12).plain(1e12) == "1,000bn"


def test_percent_keeps_the_sign_and_never_a_negative_zero() -> None:
    assert percent(-0.137) == "-13.7 %"
    assert percent(-0.0001) == "0.0 %"
    assert percent(0.0294, unit=False) == "+2.9"
    assert percent(0.923, signed=False) == "92.3 %"
    assert thousands(20000) == "20,000"


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_not_shown(number: float) -> None:
    with pytest.raises(ValueError, match="cannot be shown"):
        percent(number)


@given(st.floats(0.0, 1.0), st.integers(1, 60))
def test_a_bar_fits_and_shows_every_positive_share(share: float, width: int) -> None:
    drawn = bar(share, width=width)
    assert len(drawn) <= width
    assert bool(drawn) == (share > 0.0)


@given(st.text(), st.integers(1, 20))
def test_a_shortened_text_is_one_printable_line(text: str, most: int) -> None:
    cut = shorten(text, most)
    assert len(cut) <= most
    assert cut.isprintable()


def test_text_columns_align_and_lines_have_no_trailing_space() -> None:
    columns = (
        Column(title="name", align="left"),
        Column(title="P&L"),
        Column(title="", align="left"),
    )
    table = table_lines(columns, [["NVDA", "-0.35m", "x"], ["A", "+1.00m", ""]], indent=2)
    assert table == ["  name     P&L", "  NVDA  -0.35m  x", "  A     +1.00m"]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="row 0 has 2 cells"):
        table_lines([Column(title="a")], [["1", "2"]])
