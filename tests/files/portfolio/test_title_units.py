"""What a title says of scale and currency holds for its column."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.header_words import heading
from stress.files.portfolio.numbers import MONEY_SIGNS
from stress.files.portfolio.title_units import unit_of

Written = Callable[[str], Path]


@pytest.mark.parametrize(
    ("title", "scale", "currency"),
    [
        ("Market Value ($000)", 1e3, "USD"),
        ("Market Value ($000s)", 1e3, "USD"),
        ("Market Value (in thousands)", 1e3, None),
        ("Market Value (thousands of USD)", 1e3, "USD"),
        ("Market Value (USD m)", 1e6, "USD"),
        ("Market Value (USDm)", 1e6, "USD"),
        ("Market Value $mm", 1e6, "USD"),
        ("Market Value (USD) (000s)", 1e3, "USD"),
        ("Market Value, £000", 1e3, "GBP"),
        ("Value k", 1e3, None),
        ("MV (EUR k)", 1e3, "EUR"),
        ("Wert in TEUR", 1e3, "EUR"),
        ("Kurswert (T€)", 1e3, "EUR"),
        ("Marktwert in Mio. EUR", 1e6, "EUR"),
        ("Kurswert (Mio.)", 1e6, None),
        ("Valorisation (M€)", 1e6, "EUR"),
        ("Wartość (tys. zł)", 1e3, "PLN"),
        ("评价额（千円）", 1e3, "JPY"),
        ("市值(万元)", 1e4, "CNY"),
        ("評価額(百万円)", 1e6, "JPY"),
        ("Value (Rs. crore)", 1e7, "INR"),
        ("Value ($bn)", 1e9, "USD"),
        ("Valore (migliaia di euro)", 1e3, "EUR"),
        ("Valorisation (en milliers d'euros)", 1e3, "EUR"),
        ("Valor de mercado (miles de euros)", 1e3, "EUR"),
        ("Market Value EUR", 1.0, "EUR"),
        ("EUR Market Value", 1.0, "EUR"),
        ("Market Value", 1.0, None),
    ],
)
def test_a_title_states_its_unit(title: str, scale: float, currency: str | None) -> None:
    read = heading(title)
    assert (read.scale, read.currency, read.unread) == (scale, currency, False)


@pytest.mark.parametrize("phrase", ["market value", "t", "base", "local", "name", "kg", "px", ""])
def test_what_is_no_unit(phrase: str) -> None:
    assert unit_of(phrase) is None


@pytest.mark.parametrize(
    ("text", "nav"),
    [
        ("Ticker,Market Value ($000)\nNVDA,186.5\nAVGO,86.525\n", 273_025.0),
        ("Ticker,Quantity,Market Value ($000)\nNVDA,1000,186.5\nAVGO,250,86.525\n", 273_025.0),
        ("Symbol,Market Value (USD m)\nNVDA,186.5\nAVGO,86.525\n", 273_025_000.0),
        ("Symbol,Qty (000s),Price\nNVDA,10,186.5\nAVGO,20,346.1\n", 8_787_000.0),
        ("Symbol;Stück;Wert in TEUR\nSAP;10;2,5\nSIE;20;4,0\n", 6_500.0),
        (
            "Symbol,Long Market Value ($000),Short Market Value ($000)\nNVDA,186.5,\nAVGO,,86.525\n",
            99_975.0,
        ),
    ],
)
def test_figures_are_multiplied_by_the_scale_of_their_title(
    written: Written, text: str, nav: float
) -> None:
    book = load_portfolio(written(text))
    assert book.nav == pytest.approx(nav)
    assert any("its figures are read times 1,000" in warning for warning in book.warnings)


def test_totals_and_weights_have_the_scale_of_their_title(written: Written) -> None:
    text = "Symbol,Market Value ($000)\nNVDA,186.5\nAVGO,86.525\nTotal,273.025\n"
    assert not any(
        "the file states" in warning for warning in load_portfolio(written(text)).warnings
    )
    text = "Symbol,Weight (bps)\nNVDA,6000\nAVGO,4000\n"
    book = load_portfolio(written(text), nav=1e6)
    assert [p.market_value for p in book.positions] == pytest.approx([6e5, 4e5])


def test_a_scale_that_is_not_understood_is_refused_by_its_title(written: Written) -> None:
    text = "Symbol,Qty (hundreds of lots),Price\nNVDA,10,186.5\n"
    with pytest.raises(
        InputError, match=r"column 'Qty \(hundreds of lots\)': its title speaks of a scale"
    ):
        load_portfolio(written(text))


def test_the_currency_of_a_value_is_that_of_its_title(written: Written) -> None:
    text = "Symbol,Quantity,Price,Price Currency,Market Value EUR\nNVDA,1000,186.5,USD,158725\n"
    book = load_portfolio(written(text))
    assert (book.currency, book.nav) == ("EUR", 158_725.0)
    (position,) = book.positions
    assert (position.currency, position.price) == ("USD", 186.5)
    assert any("book currency EUR: that of column 'Market Value EUR'" in w for w in book.warnings)
    with pytest.raises(InputError, match="no exchange rate into the book currency USD for EUR"):
        load_portfolio(written(text), currency="USD")
    dollars = load_portfolio(written(text), currency="USD", fx={"EUR": 1.175})
    assert dollars.nav == pytest.approx(158_725 * 1.175)


def test_a_price_whose_title_names_a_currency_is_in_it(written: Written) -> None:
    text = "Symbol,Quantity,Currency,Price (USD),Market Value (USD)\nNVDA,10,USD,186.5,1865\nASML,10,EUR,940,9400\n"
    book = load_portfolio(written(text))
    assert (book.currency, book.nav) == ("USD", 11_265.0)
    assert book.positions[1].price is None, "a price in euros does not follow without a rate"
    rated = load_portfolio(written(text), fx={"EUR": 1.175})
    assert rated.positions[1].price == pytest.approx(800.0)
    assert rated.nav == pytest.approx(11_265.0)


@pytest.mark.parametrize("title", ["PX_LAST", "Px Last", "Px Close", "Last Px", "Px"])
def test_px_is_a_price_and_no_pence(written: Written, title: str) -> None:
    book = load_portfolio(written(f"Ticker,Position,{title}\nNVDA,100,190.00\nAVGO,50,200.00\n"))
    assert (book.currency, book.nav) == ("USD", 29_000.0)
    assert [p.price for p in book.positions] == [190.0, 200.0]


@pytest.mark.parametrize(
    ("title", "price"),
    [
        ("Price (GBp)", 150.0),
        ("Last Price GBp", 150.0),
        ("Price (GBX)", 150.0),
        ("Price (p)", 150.0),
        ("Price (GBP)", 15_000.0),
        ("PRICE GBP", 15_000.0),
    ],
)
def test_the_case_of_a_code_tells_pence_from_pounds(
    written: Written, title: str, price: float
) -> None:
    book = load_portfolio(written(f"Ticker,Quantity,{title}\nBARC,100,15000\n"))
    assert (book.currency, book.positions[0].price) == ("GBP", price)


def test_values_in_the_base_currency_are_not_translated_again(written: Written) -> None:
    for title in ("Market Value (Base)", "Base MV", "Mkt Val Base", "Value (Reporting)"):
        text = (
            f"Symbol,Quantity,Price,Currency,FX Rate,{title}\n"
            "NVDA,10,186.5,USD,1,1865\nASML,10,800,EUR,1.175,9400\n"
        )
        book = load_portfolio(written(text))
        assert (book.currency, book.nav) == ("USD", 11_265.0)
        assert any(f"market_value = '{title}'" in warning for warning in book.warnings)


def test_a_price_in_base_is_in_the_currency_of_the_book(written: Written) -> None:
    text = (
        "Ticker,Shares,Local Price,Base Price,Currency,Exchange Rate,Market Value - Local,Market Value - Base\n"
        "NVDA,100,190.00,190.00,USD,1.0,19000.00,19000.00\nASML,2,750.00,900.00,EUR,0.833333,1500.00,1800.00\n"
    )
    for values in (True, False):
        kept = (
            text
            if values
            else "\n".join(",".join(line.split(",")[:6]) for line in text.splitlines())
        )
        book = load_portfolio(written(kept))
        assert book.nav == pytest.approx(20_800.0)
        assert book.positions[1].price == pytest.approx(750.0 if values else 1080.0)
        assert any(
            ("the two values of a row" if values else "taken as USD for one EUR") in warning
            for warning in book.warnings
        )


def test_the_code_of_the_local_currency_is_that_of_the_row(written: Written) -> None:
    text = "ISIN,Shares,Base Market Value,Local Currency Code,FX Rate\nUS67066G1040,100,19000,USD,1\nNL0010273215,2,1800,EUR,1.2\n"
    book = load_portfolio(written(text))
    assert [(p.currency, p.market_value) for p in book.positions] == [
        ("USD", 19_000.0),
        ("EUR", 1_800.0),
    ]
    assert book.positions[1].price == pytest.approx(750.0)


def test_a_value_that_was_translated_already_is_not_translated_again(written: Written) -> None:
    text = "Symbol,Qty,Price,Currency,FX Rate,Market Value\nNVDA,100,190,USD,1,19000\nASML,2,750,EUR,1.2,1800\n"
    proved = load_portfolio(written(text))
    assert (proved.nav, proved.currency) == (pytest.approx(20_800.0), "USD")
    unproved = written(text.replace("FX Rate,", "").replace(",1,", ",").replace(",1.2,", ","))
    with pytest.raises(
        InputError, match=r"1,800\.00 is quantity × price × rate 1\.2: it is in USD"
    ):
        load_portfolio(unproved, fx={"EUR": 1.2})
    titled = load_portfolio(written(text.replace("Market Value", "Market Value (USD)")))
    assert titled.nav == pytest.approx(20_800.0)
    own = load_portfolio(written(text.replace("1800", "1500")))
    assert own.nav == pytest.approx(20_800.0)


def test_of_two_values_the_one_whose_currency_is_known_is_taken(written: Written) -> None:
    text = "Symbol,Quantity,Currency,Market Value (Local),Market Value (USD)\nNVDA,10,USD,1865,1865\nASML,10,EUR,8000,9400\n"
    assert load_portfolio(written(text)).nav == 11_265.0


def test_a_depot_with_a_currency_column_is_not_degiro(written: Written) -> None:
    text = (
        "Bezeichnung;ISIN;Stück;Kurs;Währung;Wert in EUR\n"
        "NVIDIA;US67066G1040;1.000;186,50;USD;158.725,00\nASML;NL0010273215;100;920,00;EUR;92.000,00\n"
    )
    book = load_portfolio(written(text))
    assert book.dialect == "generic"
    assert [(p.currency, p.market_value) for p in book.positions] == [
        ("USD", 158_725.0),
        ("EUR", 92_000.0),
    ]
    assert not any("quantity × price" in warning for warning in book.warnings)


def test_rates_that_rows_imply_must_agree(written: Written) -> None:
    text = (
        "Symbol,Quantity,Price,Price Currency,Market Value EUR\n"
        "NVDA,1000,186.5,USD,158725\nMSFT,100,487,USD,4144.37\n"
    )
    told = [w for w in load_portfolio(written(text)).warnings if "imply" in w]
    assert told == [
        "USD: values, quantities and prices imply 0.0851 EUR on line 3 and 0.851072 on line 2: the stated values are used"
    ]


def test_degiro_in_another_currency_asks_for_the_rate_of_its_own(fixtures: Path) -> None:
    own = load_portfolio(fixtures / "degiro_nl.csv")
    assert own.currency == "EUR"
    with pytest.raises(InputError, match="no exchange rate into the book currency USD for EUR"):
        load_portfolio(fixtures / "degiro_nl.csv", currency="USD", fx={"GBP": 1.3, "CHF": 1.1})


@pytest.mark.parametrize(
    "line", ["Amounts in thousands of USD", "# all figures in $000", "(in Mio. EUR)", "USD m"]
)
def test_a_scale_above_the_titles_is_refused(written: Written, line: str) -> None:
    for header in ("Symbol,Quantity,Market Value", "ticker,quantity,market_value"):
        with pytest.raises(InputError, match="says in what the amounts are, and no title does"):
            load_portfolio(written(f"{line}\n{header}\nNVDA,1000,186.5\n"))
    scaled = f"{line}\nSymbol,Quantity,Market Value ($000)\nNVDA,1000,186.5\n"
    assert load_portfolio(written(scaled)).nav == 186_500.0


@pytest.mark.parametrize(
    "line",
    [
        "Fund of 3 million holders",
        "Smith & Co, 1000 Park Ave",
        "Book M",
        "$5.2 billion",
        "1.2 billion in USD",
    ],
)
def test_other_lines_above_the_titles_are_not(written: Written, line: str) -> None:
    text = f'"{line}"\nSymbol,Quantity,Market Value\nNVDA,1000,186.5\n'
    assert load_portfolio(written(text)).nav == 186.5


@pytest.mark.parametrize("sign", sorted(MONEY_SIGNS))
def test_a_sign_of_money_says_the_same_in_a_title_and_beside_a_number(written: Written, sign: str):
    code = MONEY_SIGNS[sign]
    title = load_portfolio(written(f"Ticker,Quantity,Market Value ({sign})\nNVDA,10,830000\n"))
    beside = load_portfolio(written(f"Ticker,Quantity,Market Value\nNVDA,10,830000{sign}\n"))
    assert (title.currency, beside.currency) == (code, code)
