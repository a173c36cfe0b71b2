"""Two columns of one meaning: one where they agree or one is empty, refused or said where they do not."""

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio


def read(written, text, **options):
    return load_portfolio(written(text), currency="USD", **options)


def held(book):
    return [(p.id, p.quantity, p.price, p.market_value) for p in book.positions]


NVDA = [("NVDA", 100.0, 185.0, 18500.0)]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (
            "Symbol,Qty,Price,Market Value,Market Value\nAVGO,10,300,3000,3000\nNVDA,100,185,9900,18500\n",
            "'Market Value' (column 4) says '9900' and 'Market Value' (column 5) says '18500' on line 3, and either may be "
            "the market value.",
            "Rename or remove one of them.",
        ),
        (
            "Ticker,Symbol,Qty,Price\nNVDA,AVGO,100,185\n",
            "'Ticker' (column 1) says 'NVDA' and 'Symbol' (column 2) says 'AVGO' on line 2, and either may be the ticker.",
            'Choose one: --map "Ticker=ticker" or --map "Symbol=ticker" (in Python mapping=).',
        ),
        (
            "Symbol;Anzahl;Stück;Kurs\nNVDA;100;1.000;185,5\n",
            "'Anzahl' (column 2) says '100' and 'Stück' (column 3) says '1.000' on line 2, and either may be the quantity.",
            'Choose one: --map "Anzahl=quantity" or --map "Stück=quantity" (in Python mapping=).',
        ),
    ],
)
def test_columns_that_disagree_are_refused_with_a_row_and_how_to_choose(written, text, said, hint):
    with pytest.raises(InputError) as caught:
        read(written, text)
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (said, hint)


@pytest.mark.parametrize(("word", "ticker"), [("Ticker", "NVDA"), ("Symbol", "AVGO")])
def test_the_choice_that_is_named_settles_it(written, word, ticker):
    text = "Ticker,Symbol,Qty,Price\nNVDA,AVGO,100,185\n"
    book = read(written, text, mapping={word: "ticker"})
    assert [p.id for p in book.positions] == [ticker]
    other = read(written, text, mapping={word: "group"})
    assert [p.id for p in other.positions] != [ticker]


def test_a_choice_between_two_titles_of_one_spelling_is_none(written):
    text = "Symbol,Qty,Qty,Price\nNVDA,100,200,185\n"
    with pytest.raises(InputError, match="Rename or remove one of them"):
        read(written, text, mapping={"Qty": "quantity"})


@pytest.mark.parametrize(
    "text",
    [
        "Symbol,Qty,Price,Market Value,Market Value\nNVDA,100,185,18500,18500.20\n",
        "Symbol,Ticker,Qty,Price,Value\nNVDA,nvda,100,185,18500\n",
        "Symbol,Qty,Price,Market Value,Value\nNVDA,100,185,18500,$18500\nTotal,,,18500,\n",
    ],
)
def test_columns_that_agree_are_one_and_nothing_is_said(written, text):
    book = read(written, text)
    assert held(book) == NVDA
    assert not any("column " in said for said in book.warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Symbol,Qty,Price,Market Value,Market Value\nNVDA,100,185,,18500\n",
            "'Market Value' (column 5) stands in for 'Market Value' (column 4) where that is empty (1 row)",
        ),
        (
            "Symbol,Qty,Last Price,Close\nNVDA,100,--,185\n",
            "'Close' (column 4) stands in for 'Last Price' (column 3) where that is empty (1 row)",
        ),
        (
            "Ticker,Symbol,Qty,Price\n,NVDA,100,185\n",
            "'Symbol' (column 2) stands in for 'Ticker' (column 1) where that is empty (1 row)",
        ),
    ],
)
def test_an_empty_column_gives_way_and_that_is_said(written, text, said):
    book = read(written, text)
    assert held(book) == NVDA
    assert said in book.warnings


def test_columns_that_fill_each_other_are_one(written):
    book = read(written, "Symbol,Market Value,Value\nNVDA,100,\nAVGO,,200\n")
    assert [p.market_value for p in book.positions] == [100.0, 200.0]


def test_a_title_that_may_mean_another_thing_is_left_alone_and_said_where_figures_differ(written):
    book = read(written, "Pos,Symbol,Qty,Last Price,Close,Code\n7,NVDA,100,185,183,67066G\n")
    assert held(book) == NVDA
    assert [said for said in book.warnings if "column " in said] == [
        "'Last Price' (column 4) says '185' and 'Close' (column 5) says '183' on line 2, and either may be the price: "
        "'Last Price' (column 4) is taken (choose the other with --map \"Close=price\", in Python mapping=)",
        "'Pos' (column 1) says '7' and 'Qty' (column 3) says '100' on line 2, and either may be the quantity: "
        "'Qty' (column 3) is taken (choose the other with --map \"Pos=quantity\", in Python mapping=)",
    ]
    partly = read(written, "Symbol,Qty,Last Price,Close\nNVDA,100,185,183\nAVGO,10,--,300\n")
    assert held(partly) == NVDA
    assert [row.row for row in partly.unread] == [3]


@pytest.mark.parametrize(
    "titles", ["Market Value,Market Value (EUR)", "Market Value (EUR),Market Value (USD)"]
)
def test_two_currencies_are_two_figures(written, titles):
    text = f"Symbol,Qty,{titles}\nNVDA,100,16000,18500\n"
    assert not any(
        "either may be" in said for said in read(written, text, fx={"EUR": 1.1}).warnings
    )


def test_a_value_in_local_currency_and_one_that_is_not_are_two_figures(written):
    text = "Symbol,Qty,Market Value (Local),Value,Currency\nNVDA,100,16000,18500,EUR\nAVGO,1,300,300,USD\n"
    book = read(written, text, fx={"EUR": 1.1})
    assert [p.market_value for p in book.positions] == [pytest.approx(17600.0), 300.0]


def test_a_symbol_of_a_currency_is_no_other_currency(written):
    text = "Symbol,Qty,Kurs,Währung,Währung\nNVDA,100,185,USD,$\n"
    assert held(read(written, text)) == NVDA
    with pytest.raises(InputError, match="either may be the currency"):
        read(written, text.replace("$", "EUR"))


def test_titles_that_are_repeated_below_are_no_row(written):
    text = "Ticker,Symbol,Qty,Price\nNVDA,NVDA,100,185\nTicker,Symbol,Qty,Price\nAVGO,AVGO,1,2\n"
    assert len(read(written, text).positions) == 2


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("Symbol,RIC,Quantity,Price", "NVDA,NVDA.O,100,187.54"),
        ("Symbol,Financial Instrument,Quantity,Price", "NVDA,NVIDIA Common,100,187.54"),
        ("Symbol,Quantity,Face,Price", "NVDA,100,0.01,187.54"),
    ],
)
def test_what_may_be_another_code_or_face_is_left_alone(written, titles, row):
    [found] = read(written, f"{titles}\n{row}\n").positions
    assert (found.ticker, found.quantity) == ("NVDA", 100.0)
