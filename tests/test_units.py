"""The grammar for moves: every unit there and back, every message."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.units import UNITS, Move, format_move, parse_fraction, parse_move

ONE = {"%": 0.01, "bp": 0.0001, "pts": 1.0, "vol": 0.01}

units = st.sampled_from(UNITS)
hundredths = st.integers(-9_999, 49_999)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("-9.2%", -0.092, "%"),
        ("+15bp", 0.0015, "bp"),
        ("+15bps", 0.0015, "bp"),
        ("+3pts", 3.0, "pts"),
        ("1pt", 1.0, "pts"),
        ("+8vol", 0.08, "vol"),
        ("−16.97 %", -0.1697, "%"),
        ("  5 % ", 0.05, "%"),
        (".5%", 0.005, "%"),
        ("5.%", 0.05, "%"),
        ("1e2bp", 0.01, "bp"),
        ("-1.5E-1%", -0.0015, "%"),
        ("-100%", -1.0, "%"),
        ("-150bp", -0.015, "bp"),
        ("-250pts", -250.0, "pts"),
        ("0%", 0.0, "%"),
    ],
)
def test_a_move_is_read(text, value, unit):
    assert parse_move(text) == Move(value=value, unit=unit)
    assert parse_move(text, unit=unit).value == value


@given(hundredths=hundredths, unit=units)
def test_decimals_are_exact_and_come_back(hundredths, unit):
    text = f"{hundredths / 100:+.2f}{unit}"
    move = parse_move(text)
    assert parse_move(format_move(move.value, unit)) == move
    assert format_move(move.value, unit, digits=2) == text.replace("-0.00", "+0.00")
    assert move.value == pytest.approx(hundredths / 100 * ONE[unit], rel=1e-15, abs=1e-300)


@given(value=st.floats(-0.999, 0.999), unit=units)
def test_twelve_digits_survive(value, unit):
    text = format_move(value, unit)
    move = parse_move(text)
    assert move.value == pytest.approx(value, rel=1e-11, abs=1e-300)
    assert str(move) == text
    assert parse_move(str(move)) == move


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (10**400, "%", "a move is a finite number in its unit"),
        (1.0, np.array([]), "is not a unit; known: %, bp, pts, vol"),
    ],
)
def test_what_is_no_move_in_memory_is_said(value, unit, said):
    with pytest.raises(InputError, match=said):
        Move(value=value, unit=unit)


@given(text=st.text(max_size=12))
def test_any_text_is_a_move_or_a_one_line_refusal(text):
    try:
        move = parse_move(text)
    except InputError as error:
        said = str(error)
    else:
        said = ""
        assert math.isfinite(move.value)
        assert move.unit in UNITS
    assert "\n" not in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (-9.2, r'-9.2 has no unit. Write it as text with a unit, e.g. "-9.2%".'),
        (15, r'15 has no unit. Write it as text with a unit, e.g. "+15%".'),
        (True, "True is not a move. Write one number with its unit"),
        (None, "None is not a move."),
        (10**400, "is not a move. Write one number with its unit"),
        (["-9%", "-8%"], "['-9%', '-8%'] is not a move. Write one number with its unit"),
        (-0.2, r'-0.2 has no unit. Write "-20%" if it is a fraction, "-0.2%" if it is per cent.'),
        ("-0.2", "'-0.2' has no unit. Write \"-20%\" if it is a fraction"),
        ("+1001%", "'+1001%' is beyond 1,000 %, the largest move that is read."),
        ("-10001bp", "'-10001bp' is beyond 10,000 bp"),
        ("1e308pts", "'1e308pts' is beyond 1,000 pts"),
        ("+501vol", "'+501vol' is beyond 500 vol"),
        ("-9.2", "'-9.2' has no unit. Did you mean \"-9.2%\"?"),
        ("", "'' is not a move."),
        ("%", "'%' is not a move."),
        ("-9,2%", "'-9,2%' is not a move. Write a number and a unit (%, bp, pts, vol)"),
        ("--9%", "is not a move"),
        ("- 9%", "is not a move"),
        ("9 percent", "is not a move"),
        ("9%%", "is not a move"),
        ("5 BP", "is not a move"),
        ("nan%", "is not a move"),
        ("inf%", "is not a move"),
        ("1e400%", "is not finite"),
        ("-100.01%", "'-100.01%' is below -100 %: nothing can lose more than all of its value."),
    ],
)
def test_what_is_no_move_is_refused_in_words(given, said):
    with pytest.raises(InputError) as caught:
        parse_move(given)
    assert said in str(caught.value)


@pytest.mark.parametrize("digits", ["٣%", "१%", "３%", "²%"])
def test_digits_are_ascii(digits):
    with pytest.raises(InputError, match="is not a move"):
        parse_move(digits)


def test_the_unit_a_factor_takes_is_named():
    with pytest.raises(InputError) as caught:
        parse_move("-5%", unit="bp")
    assert str(caught.value) == (
        "'-5%' is in % (a relative move), but this takes bp (basis points of a rate or spread): "
        'the same size is "-500bp".'
    )
    with pytest.raises(InputError, match=r'the same size is "-2%"\.'):
        parse_move("-200bp", unit="%")
    with pytest.raises(InputError, match=r'e\.g\. "\+5pts"\.'):
        parse_move("3%", unit="pts")
    with pytest.raises(InputError, match=r'Did you mean "15bp"\?'):
        parse_move("15", unit="bp")
    with pytest.raises(InputError, match=r'e\.g\. "\+15bp"'):
        parse_move(15, unit="bp")


@pytest.mark.parametrize(("text", "value"), [("0.5%", 0.005), ("50bp", 0.005), ("100%", 1.0)])
def test_a_fraction(text, value):
    assert parse_fraction(text, what="budget") == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.005", "budget: '0.005' has no unit."),
        (0.005, "budget: 0.005 has no unit."),
        ("5pts", "budget: '5pts' is in pts; write % or bp."),
        ("5vol", "budget: '5vol' is in vol; write % or bp."),
    ],
)
def test_what_is_no_fraction(text, said):
    with pytest.raises(InputError) as caught:
        parse_fraction(text, what="budget")
    assert said in str(caught.value)


def test_a_move_is_written_with_its_sign():
    assert format_move(-0.092, "%") == "-9.2%"
    assert format_move(0.0, "bp") == "+0bp"
    assert format_move(0.1, "vol", digits=1) == "+10.0vol"
    assert str(Move(value=3.05, unit="pts")) == "+3.05pts"


def test_a_zero_has_one_text():
    assert format_move(parse_move("-0%").value, "%") == format_move(0.0, "%") == "+0%"
