"""The grammar of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.files.portfolio.numbers import BLANKS, LARGEST, StoredNumber, decimal_mark, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("-1.5", -1.5),
        ("+$10.00", 10.0),
        ("$1,234.56", 1234.56),
        ("-$1,220.00", -1220.0),
        ("(1,234.5)", -1234.5),
        ("($5)", -5.0),
        ("2,460.00-", -2460.0),
        ("\u22125", -5.0),
        ("1'234.50", 1234.5),
        ("1\u2019234.50", 1234.5),
        ("1 234.50", 1234.5),
        ("1\u202f234.50", 1234.5),
        ("1,23,456.00", 123456.0),
        ("EUR 12.5", 12.5),
        ("12.5 \u20ac", 12.5),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("17%", 0.17),
        ("0.50 %", 0.005),
    ],
)
def test_numbers_with_a_decimal_point(text: str, value: float) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", 1234.56),
        ("193.800,00", 193800.0),
        ("12,5", 12.5),
        ("1 222,50", 1222.5),
        ("1.200", 1200.0),
        ("-3,78 %", -0.0378),
        ("1.234,50 \u20ac", 1234.5),
        ("1'000,5", 1000.5),
    ],
)
def test_numbers_with_a_decimal_comma(text: str, value: float) -> None:
    number = parse_number(text, ",")
    assert number is not None
    assert number.value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3",
        "12abc",
        "abc",
        "1,5",
        "--5",
        "(-5)",
        "(5",
        "5)",
        "$5$",
        "1 2",
        ".",
        ",",
        "USD",
        "2.81 M",
    ],
)
def test_what_is_not_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "+INF", "1e999", "#DIV/0!"])
def test_numbers_are_finite(text: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        parse_number(text)


def test_a_formula_is_never_evaluated() -> None:
    with pytest.raises(ValueError, match="never evaluated"):
        parse_number("=1+1")


@pytest.mark.parametrize("text", sorted(BLANKS))
def test_blanks_are_nothing(text: str) -> None:
    assert parse_number(text) is None


def test_currency_and_percent_are_kept() -> None:
    assert parse_number("\u00a312") == (12.0, False, "GBP")
    assert parse_number("CHF 5.00") == (5.0, False, "CHF")
    assert parse_number("5%") == (0.05, True, None)


@given(st.floats(-LARGEST, LARGEST))
def test_what_python_writes_reads_back_bit_for_bit(value: float) -> None:
    number = parse_number(repr(value))
    assert number is not None
    assert number.value == value


@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_thousands_separators_change_nothing(whole: int, cents: int) -> None:
    point = f"{whole:,}.{cents:02d}"
    comma = point.replace(",", "_").replace(".", ",").replace("_", ".")
    first, second = parse_number(point), parse_number(comma, ",")
    assert first is not None
    assert first == second
    assert first.value == pytest.approx(float(f"{whole}.{cents:02d}"))


@given(st.text(max_size=20))
def test_any_text_is_a_number_nothing_or_refused(text: str) -> None:
    for mark in (".", ","):
        said = "is "
        try:
            number = parse_number(text, mark)
        except ValueError as error:
            number, said = None, str(error)
        assert said.startswith("is ")
        assert number is None or abs(number.value) < float("inf")


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["1,234.5", "3"], ",", (".", "proved")),
        (["1.234,5", "3"], ";", (",", "proved")),
        (["12,5"], ";", (",", "proved")),
        (["12.5", "1,234"], ",", (".", "proved")),
        (["1,234"], ",", (".", "taken")),
        (["1,234"], ";", (",", "taken")),
        (["1.234.567"], ";", (",", "proved")),
        (["0,123"], ";", (",", "proved")),
        (["5", "--"], ",", (".", "unused")),
        (["1.200", "150"], ";", (",", "taken")),
        (["1.200", "150"], ",", (".", "taken")),
        (["1.200", "150"], "\t", (".", "taken")),
        (["1.200", "n.a."], "|", (".", "taken")),
        (["1.200", "185.5"], ",", (".", "proved")),
        (["1.200", "0.125"], "\t", (".", "proved")),
        (["1.200", "1200.125"], "|", (".", "proved")),
        (["1.200", "1 200.125"], "|", (".", "proved")),
        (["1.200", ".125"], ",", (".", "proved")),
        (["1.200", "5."], ",", (".", "proved")),
        (["1.200", "1,200"], ",", (".", "taken")),
        (["1.000", "185,123"], ";", (",", "taken")),
        (["1,000", "185.123", "2.5"], ";", (".", "proved")),
    ],
)
def test_the_decimal_mark_of_a_file(
    cells: list[str], delimiter: str, expected: tuple[str, str]
) -> None:
    assert decimal_mark(cells, delimiter=delimiter) == expected


@given(st.lists(st.from_regex(r"[0-9' ]{0,5}\.?[0-9]{0,4}", fullmatch=True), max_size=4))
def test_points_alone_prove_the_same_beside_a_comma_that_proves_nothing(cells: list[str]) -> None:
    alone = decimal_mark(cells)
    beside = decimal_mark([*cells, "1,234"])
    assert (alone.mark, alone.known == "proved") == (beside.mark, beside.known == "proved")


def test_a_number_that_is_stored_as_one_proves_nothing_of_a_text() -> None:
    stored = StoredNumber("185.5")
    assert decimal_mark([stored, "1.000"], delimiter="") == (".", "taken")
    assert decimal_mark([stored, "1,000"], delimiter="") == (".", "taken")
    assert decimal_mark([stored, "1,5"], delimiter="") == (",", "proved")
    assert decimal_mark([stored, "NVDA"], delimiter="") == (".", "proved")
    assert decimal_mark([StoredNumber("1.125")], delimiter="") == (".", "proved")
    assert parse_number(stored, ",") == (185.5, False, None)


@pytest.mark.parametrize("text", ["1e16", "-1e300", "1000000000000001", "1,000,000,000,000,001.5"])
def test_no_book_holds_such_a_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"is beyond 1e\+15, the largest number that is read"):
        parse_number(text)
