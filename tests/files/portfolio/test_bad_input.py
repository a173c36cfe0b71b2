"""Everything a person can hand us by mistake: one clear error each, all problems at once, quickly."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.source import MAX_LINE_BYTES

HEAD = "ticker,quantity,price\n"

CASES = {
    "empty": (b"", ["book.csv: the file is empty. Export the positions again."]),
    "blank": (b"\n \n\n", ["book.csv: the file is empty."]),
    "header only": (
        HEAD,
        ["book.csv:1: there is a header and no position. Add one line a position."],
    ),
    "letters": (
        HEAD + "NVDA,10,abc\nAMD,1x,5\nTSM,5,1.2.3\n",
        [
            "book.csv:2:3: column 'price': 'abc' is not a number.",
            "book.csv:3:2: column 'quantity': '1x' is not a number.",
            "book.csv:4:3: column 'price': '1.2.3' is not a number.",
        ],
    ),
    "not finite": (
        HEAD + "NVDA,nan,5\nAMD,inf,5\nMU,1,1e999\n",
        [
            "book.csv:2:2: column 'quantity': 'nan' is not a finite number.",
            "book.csv:3:2: column 'quantity': 'inf' is not a finite number.",
            "book.csv:4:3: column 'price': '1e999' is not a finite number.",
        ],
    ),
    "twice": (
        HEAD + "NVDA,1,5\nKO,1,5\nNVDA,2,5\n",
        [
            "book.csv:4: 'NVDA' stands 2 times: lines 2, 4. Remove one, or add them up with --merge / merge=True."
        ],
    ),
    "price 0": (HEAD + "NVDA,1,0\n", ["book.csv:2: 'NVDA': the price 0 is not above zero."]),
    "price below 0": (
        HEAD + "NVDA,1,-5\n",
        [
            "the price -5 is not above zero. A short position has a negative quantity and a positive price."
        ],
    ),
    "weight 17": (
        "ticker,weight\nNVDA,17\nKO,83\n",
        [
            "book.csv:2:2: column 'weight': '17' is ambiguous as a weight. Write 17% or 0.17.",
            "book.csv:3:2: column 'weight': '83' is ambiguous",
        ],
    ),
    "weight without nav": (
        "ticker,weight\nNVDA,17%\nKO,83%\n",
        [
            "book.csv: 2 rows with a weight, and nothing states the net asset value. Give it with --nav / nav=."
        ],
    ),
    "currency missing in a row": (
        "ticker,quantity,price,currency\nNVDA,1,5,USD\nKO,1,5,\n",
        [
            "book.csv:3:4: the currency is missing in a file that has a currency column. Write its ISO code"
        ],
    ),
    "currency unknown": (
        "ticker,quantity,price,currency\nNVDA,1,5,USD\nKO,1,5,XXQ\n",
        ["book.csv:3:4: column 'currency': 'XXQ' is not a currency."],
    ),
    "no exchange rate": (
        "ticker,quantity,price,currency\nNVDA,1,5,USD\nKO,1,5,USD\nSAP,1,5,EUR\n",
        [
            "no exchange rate into the book currency USD for EUR (1 row). Give USD per unit with --fx EUR=RATE"
        ],
    ),
    "NUL": (
        b"ticker,quantity,price\nNV\x00DA,1,5\n",
        ["book.csv:2: NUL bytes inside: this is not text."],
    ),
    "binary": (bytes(range(256)) * 20, ["this is not text"]),
    "unclosed quote": (HEAD + '"NVDA,1,5\nKO,1,5\n', ["book.csv:2: a quote is opened in this row"]),
    "half of every row": (
        HEAD + "NVDA,1\nKO\n",
        [
            "no position was found",
            "'NVDA': a quantity without price or value",
            "'KO': the row has neither quantity nor value",
        ],
    ),
    "numbers no book holds": (
        HEAD + "NVDA,1e300,1e300\nKO,1e10,1e10\n",
        [
            "book.csv:2:2: column 'quantity': '1e300' is beyond 1e+15, the largest number",
            "book.csv:2:3: column 'price': '1e300' is beyond 1e+15",
            "book.csv:3: 'KO': quantity × price is 1e+20, beyond 1e+15",
        ],
    ),
    "contracts nobody wrote": (
        "ticker,quantity,price,type,coupon,maturity,frequency,credit,implied_vol,multiplier\n"
        "U,1,98,bond,1e300%,9999-11-15,5,junk,,\n"
        "NVDA260220C00100000,1,5,option,,,,,100000%,100\n"
        "NVDA260220C00110000,1,5,option,,,,,50%,1e14\n",
        [
            "book.csv:2: the bond 'U' lacks coupon ('1e300%' is none), maturity ('9999-11-15' is none), "
            "frequency (1, 2, 4 or 12) ('5' is none), credit (treasury, investment-grade or high-yield) ('junk' is none).",
            "book.csv:3:9: column 'implied_vol': '100000%' is beyond 1,000%, the largest implied vol",
            "book.csv:4:10: column 'multiplier': '1e14' is beyond 1,000,000, the largest multiplier",
        ],
    ),
    "options without price": (
        "ticker,quantity,price,multiplier,implied_vol\n"
        "NVDA,100,185,,\nNVDA260320P00150000,-5,,100,45%\nNVDA260320C00200000,2,,100,\n",
        [
            "book.csv:3: 'NVDA260320P00150000': an option held without price or value. Give price or market_value; "
            "an implied_vol stands in only where no volatility gives the price.",
            "book.csv:4: 'NVDA260320C00200000': an option held without price or value.",
        ],
    ),
    "a book worth nothing": (
        HEAD + "NVDA,1e-300,1e-10\n",
        ["book.csv: positions and cash add up to 1e-310 USD, less than one hundredth."],
    ),
    "weights alone": (
        "ticker,weight\nNVDA,17%\nCASH,83%\n",
        ["book.csv: 2 rows with a weight, and nothing states the net asset value."],
    ),
    "wrong check digits": (
        "isin,cusip,quantity,price\nUS67066G1041,,1,120\n,67066G105,1,120\n",
        [
            "book.csv:2: 'US67066G1041' is not a valid ISIN",
            "book.csv:3: '67066G105' is not a valid CUSIP",
        ],
    ),
    "a table with sensible titles": (
        "Symbol,Qty,Price\nNVDA,abc,180\nMSFT,nan,400\nVST,1,0\nSO,2,80\nKO,inf,70\n",
        [
            "book.csv:2:2: column 'Qty': 'abc' is not a number.",
            "book.csv:3:2: column 'Qty': 'nan' is not a finite number.",
            "book.csv:4: 'VST': the price 0 is not above zero.",
            "book.csv:6:2: column 'Qty': 'inf' is not a finite number.",
        ],
    ),
    "one cell too many": (
        HEAD + "NVDA,1,5,7\n",
        ["book.csv:2: the row has 4 cells, the header has 3. Put quotes around a cell"],
    ),
    "no ticker": (HEAD + ",1,5\n", ["book.csv:2: the row has no ticker, ISIN or CUSIP."]),
    "formula": (
        HEAD + '"=CMD(""calc"")",1,5\nNVDA,=1+1,5\n@SUM(A1),1,5\n',
        [
            "book.csv:2:1: '=CMD(\"calc\")' is a formula, which is never evaluated. Write its value.",
            "book.csv:3:2: column 'quantity': '=1+1' is a formula",
            "book.csv:4:1: '@SUM(A1)' is a formula",
        ],
    ),
    "unknown type": (
        "ticker,quantity,price,type\nNVDA,1,5,equty\n",
        ["book.csv:2: 'equty' is not a known type. Did you mean 'equity'?"],
    ),
    "not a ticker": (
        HEAD + "what is this?,1,5\n",
        ["book.csv:2: 'what is this?' is not a ticker."],
    ),
    "column twice": (
        "ticker,quantity,price,price\nNVDA,1,5,5\n",
        ["book.csv:1:4: the column 'price' stands twice (columns 3 and 4)."],
    ),
    "value contradicts": (
        "ticker,quantity,price,market_value\nNVDA,10,190,2900\n",
        ["market value 2,900.00 is not quantity × price = 1,900.00 USD."],
    ),
    "opposite signs": (
        "ticker,quantity,market_value\nNVDA,-10,1900\n",
        ["quantity -10 and market value 1900 have opposite signs."],
    ),
    "short only": (
        HEAD + "NVDA,-10,5\n",
        ["positions and cash add up to -50.00 USD (-100% of gross)", "--nav"],
    ),
    "net under a fifth of gross": (
        HEAD + "NVDA,100,10\nQQQ,-90,10\n",
        ["positions and cash add up to 100.00 USD (5% of gross)", "--nav"],
    ),
    "cash with a price": (
        "ticker,quantity,price,type\nUSD,10,190,cash\n",
        ["cash 'USD' has the price 190."],
    ),
    "a currency that is a share": (
        "ticker,market_value\nNOK,1000\n",
        ["'NOK' is a currency and the ticker of a share. Write type cash or equity."],
    ),
    "impossible expiry": (
        "ticker,quantity,price,multiplier\nNVDA250231P00120000,1,5,100\n",
        ["'NVDA250231P00120000' is an option symbol with the impossible date '250231'."],
    ),
    "expired option": (
        "# as_of: 2025-06-30\nticker,quantity,price,multiplier\nNVDA250221P00120000,1,5,100\n",
        ["no position was found (read as native): 1 x expired on 2025-02-21, before 2025-06-30"],
    ),
    "no multiplier": (
        "ticker,quantity,price,type\nNVDA260618P00120000,1,5,option\n",
        ["the option 'NVDA260618P00120000' has no multiplier."],
    ),
    "option without terms": (
        "ticker,quantity,price,type\nNVDA,1,5,option\n",
        ["'NVDA' is an option without its terms."],
    ),
    "future without terms": (
        "ticker,quantity,price,type\nZZH6,1,5,future\n",
        ["the future 'ZZH6' lacks what it follows (column underlying) and its multiplier."],
    ),
    "bond without terms": (
        "ticker,quantity,price,type,coupon\nT1,1,5,bond,4%\n",
        ["the bond 'T1' lacks maturity, frequency (1, 2, 4 or 12), credit"],
    ),
    "wrong check digit": (
        "isin,quantity,price\nUS67066G1041,1,5\n",
        ["'US67066G1041' is not a valid ISIN: its check digit or length is wrong."],
    ),
    "a head that says nothing": (
        "# as_of: soon\n# currency: XXQ\nticker,quantity,price\nNVDA,1,5\n",
        [
            "book.csv:1: as_of: 'soon' is not a date.",
            "book.csv:2: currency: 'XXQ' is not a currency.",
        ],
    ),
    "PDF": (b"%PDF-1.7 xyz", ["this is a PDF document, not a table of positions."]),
    "web page": (b"<!DOCTYPE html><html><body>", ["this is a web page"]),
    "XML bomb": (
        b'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><FlexQueryResponse>&b;</FlexQueryResponse>',
        ["book.csv:2: XML with a document type or entity declaration is refused"],
    ),
    "external entity": (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        ["document type or entity declaration is refused"],
    ),
    "UTF-16 XML bomb": (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
        ["document type or entity declaration is refused"],
    ),
    "broken XML": (b"<a><b></a>", ["book.csv:1:9: broken XML: mismatched tag."]),
    "unknown XML": (b"<a><b/></a>", ["this is not a table of positions"]),
    "deep XML": (b"<a>" * 5000 + b"</a>" * 5000, ["more than 64 levels"]),
    "prose": ("Dear Sir,\nplease find attached nothing\n", ["this is not a table of positions"]),
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_named(
    written: Callable[[str | bytes], Path], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, expected = CASES[name]
    path = written(content)
    monkeypatch.chdir(path.parent)
    with pytest.raises(InputError) as caught:
        load_portfolio(path.name)
    lines = str(caught.value).split("\n")
    for text in expected:
        assert any(text in line for line in lines), str(caught.value)
    assert all(len(line) < 600 for line in lines)


def test_all_problems_of_a_file_at_once(written: Callable[[str], Path]) -> None:
    text = "ticker,quantity,price,currency\nNVDA,x,5,USD\nKO,1,0,USD\nMU,1,5,QQQ\nKO,1,y,USD\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"nav": 1e300},
            r"the net asset value 1e\+300 is not a number from 0\.01 to 1e\+15",
        ),
        ({"nav": 1e-300}, r"the net asset value 1e-300 is not a number from 0\.01 to 1e\+15"),
        (
            {"nav": 0.5},
            r"the positions' gross 2,600.00 is 5,200 times the net asset value 0.50 USD",
        ),
        ({"fx": {"EUR": 1e300}}, r"the rate 1e\+300 of EUR is not a number from 1e-09 to 1e\+09"),
        ({"fx": {"EUR": 1e-300}}, "the rate 1e-300 of EUR is not a number"),
        (
            {"fx": {"EUR": 1.1e9}},
            r"the rate 1100000000\.0 of EUR is not a number from 1e-09 to 1e\+09",
        ),
    ],
)
def test_implausible_figures_beside_a_file(
    written: Callable[[str], Path], choice: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        load_portfolio(written(HEAD + "NVDA,10,180\nSO,10,80\n"), **choice)


def test_an_exchange_rate_may_be_the_largest_that_is_read(written: Callable[[str], Path]) -> None:
    assert load_portfolio(written(HEAD + "NVDA,10,180\n"), fx={"EUR": 1e9}).nav == 1800.0


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a folder, not a file"):
        load_portfolio(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        load_portfolio(tmp_path / "none.csv")


def test_an_endless_line_is_refused_at_once(written: Callable[[bytes], Path]) -> None:
    path = written(b"x" * (40 * MAX_LINE_BYTES))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"book\.csv:1: the line is longer than 1 MB"):
        load_portfolio(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MAX_LINE_BYTES  # of 40 that the line has


def test_an_endless_line_behind_good_ones(written: Callable[[bytes], Path]) -> None:
    path = written(HEAD.encode() + b"NVDA,1," + b"9" * (2 * MAX_LINE_BYTES) + b"\n")
    with pytest.raises(InputError, match=r"book\.csv:2: the line is longer than 1 MB"):
        load_portfolio(path)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"nav": float("nan")}, "nav: nan is not an amount"),
        ({"nav": -1.0}, "net asset value -1.0"),
        ({"currency": "XXQ"}, "'XXQ' is not a currency"),
        ({"fx": {"EUR": 0.0}}, "rate 0.0 of EUR"),
        ({"as_of": "soon"}, "as_of: 'soon' is not a date"),
        ({"dialect": "shwab"}, "Did you mean 'schwab'"),
        ({"dialect": "ishares"}, "this is not a file of iShares"),
        ({"mapping": {"Ticker symbol": "ticker"}}, "no column 'Ticker symbol'"),
        (
            {"mapping": {"ticker": "tikcer"}},
            "'tikcer' is not a word of foreshock. Did you mean 'ticker'",
        ),
    ],
)
def test_bad_choices(
    written: Callable[[str], Path], choices: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(written(HEAD + "NVDA,1,5\n"), **choices)
    assert message in str(caught.value)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(written: Callable[[bytes], Path], content: bytes) -> None:
    refused: InputError | None = None
    try:
        assert load_portfolio(written(content)).positions
    except InputError as error:
        refused = error
    assert refused is None or refused.problems


_CELL = st.sampled_from(
    [
        "ticker",
        "quantity",
        "price",
        "NVDA",
        "USD",
        "10",
        "1,5",
        "--",
        "nan",
        "=1",
        '"',
        "Total",
        "Buy",
        "x y z",
        "",
    ]
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(_CELL, max_size=5), max_size=8), st.sampled_from([",", ";"]))
def test_any_table_is_read_or_refused(
    written: Callable[[str], Path], rows: list[list[str]], delimiter: str
) -> None:
    text = "ticker,quantity,price\n".replace(",", delimiter) + "\n".join(map(delimiter.join, rows))
    refused: InputError | None = None
    try:
        assert load_portfolio(written(text), nav=1000.0).positions
    except InputError as error:
        refused = error
    assert refused is None or refused.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "ticker,quantity,price,type,isin\nNVDA,10,-5,stonk,US123\n",
            ["'stonk' is not a known type", "'US123' is not a valid ISIN", "price -5 is not above"],
        ),
        (
            "ticker,quantity,price,type,isin,fx_rate\nNVDA,ten,-5,stonk,US123,-1\n",
            [
                "column 'quantity': 'ten' is not a number",
                "'stonk' is not a known type",
                "'US123' is not a valid ISIN",
                "the fx_rate -1 is not above zero",
                "price -5 is not above",
            ],
        ),
        (
            "ticker,quantity,price,market_value,style\nNVDA261218P00120000,2,-5,-1,asian\n",
            [
                "has no multiplier",
                "'asian' is not an exercise style",
                "the price -5 is not above zero",
                "quantity 2 and market value -1 have opposite signs",
            ],
        ),
    ],
)
def test_everything_wrong_with_a_line_is_said_at_once(
    written: Callable[[str], Path], text: str, said: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    assert len(caught.value.problems) == len(said)
    for problem, words in zip(caught.value.problems, said, strict=True):
        assert words in problem.message
        assert problem.line == 2


def test_lots_of_one_ticker_are_said(written: Callable[[str], Path]) -> None:
    text = "Symbol,Lot,Quantity,Price\nNVDA,1,600,186.50\nNVDA,2,400,186.50\nAVGO,1,250,346.10\n"
    book = load_portfolio(written(text))
    assert [p.id for p in book.positions] == ["NVDA#2", "NVDA#3", "AVGO"]
    said = "stands more than once in one account: NVDA on lines 2, 3. Each line is a position of its own"
    assert any(said in warning for warning in book.warnings)
    merged = load_portfolio(written(text), merge=True)
    assert [(p.id, p.quantity) for p in merged.positions] == [("NVDA", 1000.0), ("AVGO", 250.0)]
    assert not any("more than once" in warning for warning in merged.warnings)
