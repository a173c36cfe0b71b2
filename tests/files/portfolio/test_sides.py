"""A short stated in words is a short: columns, titles, types and sections that say it, and what contradicts it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.portfolio.position import Portfolio

Written = Callable[[str], Path]


def signs(book: Portfolio) -> dict[str, tuple[float | None, float]]:
    return {p.id: (p.quantity, p.market_value) for p in book.positions}


SHORT = {"NVDA": (1000.0, 186_500.0), "AVGO": (-100.0, -34_610.0)}


@pytest.mark.parametrize(
    ("title", "long", "short"),
    [
        ("Side", "Long", "Short"),
        ("L/S", "L", "S"),
        ("Long/Short", "LONG", "SHORT"),
        ("Long/Short Indicator", "L", "S"),
        ("Direction", "long", "Sell short"),
        ("Direction", "Long", "Sold Short"),
        ("Position", "Long", "Short"),
        ("Position", "L", "S"),
        ("Position (Long/Short)", "L", "S"),
        ("Type", "Long", "Short"),
        ("Type", "Stock", "Short Stock"),
        ("Type", "Cash", "Short"),
        ("Position Side", "LONG", "SHRT"),
        ("Account Type", "Long", "Short"),
        ("Sens", "long", "vente à découvert"),
        ("Richtung", "Long", "Leerverkauf"),
        ("方向", "多", "空"),
        ("Sell/Buy", "B", "SS"),
        ("Buy or Sell", "Buy", "Sell short"),
        ("Sign", "+", "-"),
        ("Type", "Stock", "Equity - Short"),
        ("Type", "Long Equity", "Sold Short Equity"),
        ("Short", "No", "Yes"),
        ("Short?", "", "X"),
        ("Is Short", "0", "1"),
        ("Short Exposure", "0", "34610"),
    ],
)
def test_a_column_that_says_short_makes_the_row_short(
    written: Written, title: str, long: str, short: str
) -> None:
    text = f"Symbol,{title},Shares,Price\nNVDA,{long},1000,186.5\nAVGO,{short},100,346.1\n"
    book = load_portfolio(written(text), nav=1e6)
    assert signs(book) == SHORT
    assert any(f"1 row short by column '{title}'" in warning for warning in book.warnings)


@pytest.mark.parametrize("title", ["side", "direction", "L/S", "position", "Long/Short"])
def test_the_native_format_reads_sides(written: Written, title: str) -> None:
    text = f"ticker,{title},quantity,price,currency\nNVDA,long,1000,186.5,USD\nAVGO,short,100,346.1,USD\n"
    book = load_portfolio(written(text), nav=1e6)
    assert signs(book) == SHORT
    assert [p.groups[title] for p in book.positions] == ["long", "short"], "still a group"


@pytest.mark.parametrize(
    "text",
    [
        "Symbol,Shares,Price,Long Market Value,Short Market Value\nNVDA,1000,186.5,186500,\nAVGO,100,346.1,,34610\n",
        "Symbol,Shares,Price,Market Value (Long),Market Value (Short)\nNVDA,1000,186.5,186500,0\nAVGO,100,346.1,0,-34610\n",
        "Symbol,Long Qty,Short Qty,Price\nNVDA,1000,0,186.5\nAVGO,0,100,346.1\n",
        "Symbol,Long Position,Short Position,Price\nNVDA,1000,,186.5\nAVGO,,100,346.1\n",
        "Symbol,Open Long Qty,Open Short Qty,Price\nNVDA,1000,,186.5\nAVGO,,100,346.1\n",
        "Symbol,Quantity,Price,Short Shares\nNVDA,1000,186.5,\nAVGO,100,346.1,100\n",
        "ticker,quantity,price,Short Qty,currency\nNVDA,1000,186.5,,USD\nAVGO,,346.1,100,USD\n",
    ],
)
def test_a_title_that_says_short_makes_its_figures_short(written: Written, text: str) -> None:
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Short", ("1.2%", "0.8%")),
        ("Short %", ("1.2%", "0.8%")),
        ("% Short", ("1.2", "0.8")),
        ("Short Exposure", ("1.2%", "")),
    ],
)
@pytest.mark.parametrize("value", ["Market Value", "Mkt Val"])
def test_per_cent_short_are_no_positions(
    written: Written, title: str, cells: tuple[str, str], value: str
) -> None:
    text = f"Ticker,Quantity,Price,{value},{title}\nNVDA,100,190,19000,{cells[0]}\nAVGO,50,200,10000,{cells[1]}\n"
    book = load_portfolio(written(text))
    assert signs(book) == {"NVDA": (100.0, 19_000.0), "AVGO": (50.0, 10_000.0)}
    assert any(f"column '{title}' is read as what the market sold" in w for w in book.warnings)


@pytest.mark.parametrize("title", ["Short", "Shorts", "Short?", "Short Exposure"])
def test_an_amount_short_that_is_not_the_row_s_is_asked_about(written: Written, title: str) -> None:
    text = f"Symbol,Shares,Price,{title}\nNVDA,1000,186.5,0.00\nAVGO,100,346.1,0.012\n"
    with pytest.raises(InputError, match=r"'0\.012' is not the row's quantity, value or weight"):
        load_portfolio(written(text))
    asked = load_portfolio(written(text), mapping={title: "group"})
    assert [p.quantity for p in asked.positions] == [1000.0, 100.0]


def test_per_cent_long_and_short_are_weights(written: Written) -> None:
    text = "Symbol,Long %,Short %\nNVDA,80%,\nAVGO,,20%\n"
    book = load_portfolio(written(text), nav=1e6)
    assert [round(p.market_value) for p in book.positions] == [800_000, -200_000]


def test_a_section_that_says_short_makes_its_rows_short(written: Written) -> None:
    text = (
        "Long positions,,\nSymbol,Shares,Price\nNVDA,1000,186.5\nTotal,,\n"
        "Short positions,,\nSymbol,Shares,Price\nAVGO,100,346.1\nTotal,,\nCash,,\nUSD,500,1\n"
    )
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT | {"USD cash": (500.0, 500.0)}


def test_a_section_of_shorts_wherever_its_title_stands(written: Written) -> None:
    text = "Symbol,Name,Shares,Price\nLONGS,,,\nNVDA,Nvidia,1000,186.5\n,Shorts,,\nAVGO,Broadcom,100,346.1\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT
    text = "Symbol,Name,Shares,Price\nShorts,,,\nAVGO,Broadcom,100,346.1\nMy account,,,\nSymbol,Name,Shares,Price\nNVDA,Nvidia,1000,186.5\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    ("end", "cash"),
    [
        ("Cash,,,5000\nTotal,,,20000\n", 5000.0),
        ("USD,5000,1,5000\n", 5000.0),
        ("Money market,,,\nUSD,5000,1,5000\n", 5000.0),
        ("Total Shorts,,,4000\nUSD,5000,1,5000\n", 5000.0),
    ],
)
def test_cash_is_in_no_section_of_shorts(written: Written, end: str, cash: float) -> None:
    text = f"Symbol,Shares,Last price,Market val\nShorts,,,\nAVGO,10,400,4000\n{end}"
    book = load_portfolio(written(text), nav=1e6)
    assert signs(book) == {"AVGO": (-10.0, -4000.0), "USD cash": (cash, cash)}


def test_a_section_of_shorts_ends_with_another_section(written: Written) -> None:
    text = "Symbol,Shares,Price\nShorts,,\nAVGO,100,346.1\nEquities,,\nNVDA,1000,186.5\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    ("before", "between", "said"),
    [
        ("", ",,\n", "the empty line above it may end that section"),
        ("", "USD,5,1\n", "the cash above it may end that section"),
        ("", "Sleeve two,,\n", "'Sleeve two' above it may end that section"),
        ("Equities,,\n", "Options,,\n", "'Options' above it may end that section"),
    ],
)
def test_where_a_section_of_shorts_may_have_ended_is_asked(
    written: Written, before: str, between: str, said: str
) -> None:
    text = f"Symbol,Shares,Price\nShorts,,\n{before}AVGO,100,346.1\n{between}NVDA,1000,186.5\n"
    with pytest.raises(InputError, match=said):
        load_portfolio(written(text), nav=1e6)
    signed = text.replace("AVGO,100", "AVGO,-100")
    assert signs(load_portfolio(written(signed), nav=1e6))["NVDA"] == SHORT["NVDA"]
    titled = text.replace("NVDA", "Long positions,,\nNVDA")
    assert signs(load_portfolio(written(titled), nav=1e6))["NVDA"] == SHORT["NVDA"]


def test_words_beside_figures_that_have_their_sign_change_nothing(written: Written) -> None:
    text = "Symbol,Side,Shares,Market Value\nNVDA,Long,1000,186500\nAVGO,Short,-100,-34610\n"
    book = load_portfolio(written(text), nav=1e6)
    assert signs(book) == SHORT
    assert not any("short by" in warning for warning in book.warnings)


def test_each_column_has_its_own_convention(written: Written) -> None:
    text = "Symbol,Side,Shares,Market Value\nNVDA,Long,1000,186500\nAVGO,Short,100,-34610\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("NVDA,Long,-1000,186.5\n", "'Long' in column 'Side' and the quantity -1000 contradict"),
        (
            "NVDA,Short,-10,186.5\nAVGO,Short,10,346.1\n",
            "the quantity 10 without a minus, while line 2 is short with a minus",
        ),
        ("NVDA,Sell,10,186.5\n", "may be a short position or a sale that was made"),
        ("NVDA,B,10,186.5\nAVGO,S,10,346.1\n", "'S' in column 'Side' may be a short position or"),
        ("NVDA,DR,10,186.5\n", "'DR' is not a side. Known: long, short, L, S"),
        ("NVDA,Sideways,10,186.5\n", "'Sideways' is not a side. Known: long, short, L, S"),
    ],
)
def test_words_and_signs_that_contradict_are_refused(
    written: Written, rows: str, said: str
) -> None:
    for header in ("Symbol,Side,Shares,Price", "ticker,Side,quantity,price"):
        with pytest.raises(InputError) as caught:
            load_portfolio(written(f"{header}\n{rows}"), nav=1e6)
        assert said in str(caught.value)


def test_a_sale_with_a_minus_is_no_riddle(written: Written) -> None:
    text = "Symbol,Buy/Sell,Shares,Price\nNVDA,BUY,1000,186.5\nAVGO,SELL,-100,346.1\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Symbol,Long Qty,Short Qty,Price\nNVDA,10,5,1\n", "it is long and short. Write two rows"),
        ("Symbol,Qty,Short Qty,Price\nNVDA,10,5,1\n", "'5' is not the row's quantity 10"),
        ("Symbol,Side,Short Qty,Price\nNVDA,Long,5,1\n", "contradict each other"),
        ("Symbol,Asset Class,Qty,Price\nT,Short Bond,5,1\n", "or a bond of short maturity"),
        ("Symbol,Asset Class,Qty,Price\nSH,Short ETF,5,1\n", "or an inverse fund"),
    ],
)
def test_statements_of_a_side_that_do_not_fit(written: Written, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text), nav=1e6)
    assert said in str(caught.value)


def test_a_title_nobody_knows_that_says_short_is_asked_about(written: Written) -> None:
    path = written("Symbol,Sleeve,Shares,Price\nNVDA,Long,1000,186.5\nAVGO,Short,100,346.1\n")
    with pytest.raises(
        InputError, match=r"column 'Sleeve' says 'Short' on line 3, .* are these positions short"
    ):
        load_portfolio(path, nav=1e6)
    assert signs(load_portfolio(path, nav=1e6, mapping={"Sleeve": "side"})) == SHORT
    kept = load_portfolio(path, nav=1e6, mapping={"Sleeve": "group"})
    assert [p.quantity for p in kept.positions] == [1000.0, 100.0]
    assert [p.groups["Sleeve"] for p in kept.positions] == ["Long", "Short"]


@pytest.mark.parametrize("title", ["Account", "Sector"])
def test_an_account_or_sector_that_says_short_is_asked_about(written: Written, title: str) -> None:
    text = f"Symbol,{title},Shares,Price\nNVDA,Long,1000,186.5\nAVGO,Short,100,346.1\n"
    with pytest.raises(InputError, match="are these positions short"):
        load_portfolio(written(text), nav=1e6)


def test_short_among_other_words_is_said(written: Written) -> None:
    text = "Symbol,Strategy,Shares,Price\nNVDA,Event,1000,186.5\nAVGO,Short,100,346.1\n"
    book = load_portfolio(written(text))
    said = "column 'Strategy' says 'Short' on line 3, and the figures there have no minus: they are read as long"
    assert any(said in warning for warning in book.warnings)
    signed = load_portfolio(written(text.replace("100,", "-100,")), nav=1e6)
    assert not any("Strategy" in warning for warning in signed.warnings)


@pytest.mark.parametrize("title", ["Notes", "Strategy", "Comment", "Sector"])
@pytest.mark.parametrize(
    "words", ["sold short against box", "Short hedge", "SHORT: 2 lots", "Core, short"]
)
def test_short_in_a_sentence_is_said(written: Written, title: str, words: str) -> None:
    text = f'Ticker,Shares,Price,{title}\nNVDA,100,185,Long tech\nAAPL,50,270,"{words}"\n'
    said = f"column '{title}' says '{words}' on line 3, and the figures there have no minus: they are read as long"
    (warning,) = [w for w in load_portfolio(written(text)).warnings if said in w]
    assert warning.endswith(
        "(if they are short: a minus before the quantity, or short in a column side)"
    )
    signed = load_portfolio(written(text.replace("50,", "-50,")), nav=1e6)
    assert not any(title in warning and "says" in warning for warning in signed.warnings)


@pytest.mark.parametrize("words", ["Short-term reserve", "Short Duration Bonds", "Shortlisted"])
def test_a_sentence_about_a_short_term_says_nothing(written: Written, words: str) -> None:
    text = f"Ticker,Shares,Price,Notes\nNVDA,100,185,core\nAAPL,50,270,{words}\n"
    assert not any("no minus" in warning for warning in load_portfolio(written(text)).warnings)


def test_a_column_of_credit_and_debit_is_refused(written: Written) -> None:
    text = "Symbol,D/C,Shares,Price\nNVDA,D,1000,186.5\nAVGO,C,100,346.1\n"
    with pytest.raises(InputError, match="'D' is not a side"):
        load_portfolio(written(text))
    assert len(load_portfolio(written(text), mapping={"D/C": "group"}).positions) == 2


def test_a_comment_that_says_short_says_nothing_and_that_is_said(written: Written) -> None:
    text = "ticker,quantity,price\n# longs\nNVDA,1000,186.5\n# shorts\nAVGO,100,346.1\n"
    book = load_portfolio(written(text))
    assert any("a comment above line 5 says short" in warning for warning in book.warnings)
    signed = load_portfolio(written(text.replace(",100,", ",-100,")), nav=1e6)
    assert not any("comment" in warning for warning in signed.warnings)


def test_a_term_of_tax_is_no_side(written: Written) -> None:
    text = "Symbol,Term,Shares,Price\nNVDA,Long,1000,186.5\nAVGO,Short,100,346.1\n"
    assert [p.quantity for p in load_portfolio(written(text)).positions] == [1000.0, 100.0]


def test_a_fund_of_short_maturity_is_no_short(written: Written) -> None:
    text = "Symbol,Name,Type,Shares,Price\nBSV,Short-Term Bond ETF,Short-Term Bond,10,78\n"
    assert [p.quantity for p in load_portfolio(written(text)).positions] == [10.0]


def test_sides_of_brokers_agree_with_their_signs(written: Written) -> None:
    text = (
        "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Type\n"
        "Z1,Brokerage,NVDA,NVIDIA,1000,$186.50,$186500.00,Margin\n"
        "Z1,Brokerage,AVGO,BROADCOM,-100,$346.10,-$34610.00,Short\n"
    )
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT
    unsigned = text.replace("-100", "100").replace("-$", "$")
    assert signs(load_portfolio(written(unsigned), nav=1e6)) == SHORT
    flex = (
        "<FlexQueryResponse><FlexStatements><FlexStatement><OpenPositions>"
        '<OpenPosition symbol="NVDA" assetCategory="STK" position="1000" markPrice="186.5" currency="USD" side="Long"/>'
        '<OpenPosition symbol="AVGO" assetCategory="STK" position="100" markPrice="346.1" currency="USD" side="Short"/>'
        "</OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"
    )
    assert signs(load_portfolio(written(flex), nav=1e6)) == SHORT


def test_a_long_fund_is_long(written: Written) -> None:
    text = "Symbol,Type,Shares,Price\nNVDA,Long ETF,1000,186.5\nAVGO,Short Equity,100,346.1\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


def test_cash_in_a_column_of_sides(written: Written) -> None:
    text = "Ticker,Position,Shares,Price,Mkt Val\nNVDA,Long,1000,186.5,186500\nAVGO,Short,100,346.1,34610\nCASH,Cash,,,5000\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT | {"USD cash": (5000.0, 5000.0)}


@pytest.mark.parametrize("title", ["Sens", "LS", "Direction"])
def test_figures_under_a_word_for_side_are_no_sides(written: Written, title: str) -> None:
    text = f"Symbol,Shares,Price,{title}\nNVDA,1000,186.5,1.2\nAVGO,-100,346.1,0.9\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


def test_the_total_of_a_section_of_shorts_may_stand_without_a_minus(written: Written) -> None:
    text = (
        "Symbol,Shares,Price,Mkt Val\nShorts,,,\nAVGO,100,346.1,34610\nTotal Shorts,,,{}\n"
        "Longs,,,\nNVDA,1000,186.5,186500\n"
    )
    met = load_portfolio(written(text.format(34610)), nav=1e6)
    assert not any("Total Shorts" in warning for warning in met.warnings)
    missed = load_portfolio(written(text.format(40000)), nav=1e6)
    assert any("40,000.00 for 'Total Shorts'" in warning for warning in missed.warnings)


@pytest.mark.parametrize(
    "title",
    ["Common Stocks Sold Short", "Leerverkäufe", "Positions courtes", "Cortos", "Shorts & Hedges"],
)
def test_titles_of_sections_that_say_short(written: Written, title: str) -> None:
    text = f"Symbol,Shares,Price\nNVDA,1000,186.5\n{title},,\nAVGO,100,346.1\n"
    assert signs(load_portfolio(written(text), nav=1e6)) == SHORT


@pytest.mark.parametrize(
    "title", ["Short-Term Investments", "No short positions", "Short Duration", "Corto plazo"]
)
def test_titles_of_sections_that_say_something_else(written: Written, title: str) -> None:
    text = f"Symbol,Shares,Price\nNVDA,1000,186.5\n{title},,\nAVGO,100,346.1\n"
    assert signs(load_portfolio(written(text), nav=1e6))["AVGO"] == (100.0, 34_610.0)
