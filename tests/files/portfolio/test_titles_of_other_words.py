"""Titles of other words beside foreshock's own, and foreshock's own beside others: one vocabulary."""

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.currency_columns import currency_kind

CURRENCIES = [
    "Currency", "Ccy", "CCY", "Curr.", "Local Currency", "Security Currency", "Instrument Currency", "Quote Currency",
    "Trade Currency", "Price Currency", "Quotation Currency", "Listing Currency", "Issue Currency", "Asset Currency", "Ccy Code",
    "Local CCY", "Price Ccy", "Currency of Price", "LocalCurrency", "Währung", "Handelswährung", "Notierungswährung", "Devise",
    "Devise de cotation", "Valuta titolo", "通貨コード", "取引通貨", "币种", "통화", "Waluta", "Account Currency",
]  # fmt: skip


@pytest.mark.parametrize("title", CURRENCIES)
@pytest.mark.parametrize(("name", "price"), [("ticker", "price"), ("Symbol", "Last Price")])
def test_a_column_of_currencies_is_one_under_any_title(written, title, name, price):
    text = f"{name},quantity,{price},{title}\nNVDA,100,185,USD\nASML,10,900,EUR\n"
    with pytest.raises(InputError, match="no exchange rate into the book currency USD for EUR"):
        load_portfolio(written(text), currency="USD")
    book = load_portfolio(written(text), currency="USD", fx={"EUR": 1.2})
    assert book.nav == pytest.approx(18_500 + 10_800)
    assert not any("no currency is stated" in warning for warning in book.warnings)


@pytest.mark.parametrize(
    "other", ["Base CCY", "Base Currency", "Account Currency", "Portfolio Currency", "Fund Ccy"]
)
@pytest.mark.parametrize("own", ["Local CCY", "Security Currency", "Trading Currency", "Currency"])
@pytest.mark.parametrize("first", [True, False])
def test_of_two_currencies_the_one_of_the_row_is_meant(written, own, other, first):
    titles, euro = ([other, own], "USD,EUR") if first else ([own, other], "EUR,USD")
    text = f"Ticker,Quantity,{','.join(titles)},Price\nNVDA,100,USD,USD,185\nASML,10,{euro},900\n"
    book = load_portfolio(written(text), fx={"EUR": 1.2}, currency="USD")
    assert book.nav == pytest.approx(18_500 + 10_800)


def test_currencies_that_disagree_are_refused_where_neither_is_surer_and_said_elsewhere(written):
    text = "Symbol,Quantity,Currency,{},Last Price\nASML,10,USD,EUR,900\nNVDA,100,USD,USD,185\n"
    with pytest.raises(
        InputError, match=r"either may be the currency.* --map \"Price Currency=currency\""
    ):
        load_portfolio(written(text.format("Price Currency")))
    book = load_portfolio(written(text.format("Local Currency")))
    assert book.nav == pytest.approx(27_500)
    assert any("'Local Currency' (column 4) says 'EUR' on line 2" in said for said in book.warnings)


def test_the_currency_of_the_base_alone_is_taken_for_the_rows_and_said(written):
    book = load_portfolio(written("ticker,quantity,price,base currency\nNVDA,100,185,EUR\n"))
    assert book.currency == "EUR"
    assert any("no column says which currency a row is in" in warning for warning in book.warnings)


def test_values_in_base_are_in_the_currency_of_that_column(written):
    text = "Symbol,Qty,Base Currency,Local Currency,Base Market Value\nNVDA,100,EUR,USD,16000\nASML,10,EUR,EUR,9000\n"
    book = load_portfolio(written(text), fx={"USD": 0.85})
    assert (book.currency, book.nav) == ("EUR", pytest.approx(25_000))


@pytest.mark.parametrize(("title", "kind"), [
    ("Ccy", "row"), ("CurrencyPrimary", "row"), ("ISO Currency", "row"), ("Price Currency", "price"), ("Handelswährung", "trade"),
    ("Local CCY", "security"), ("Base CCY", "book"), ("Settlement Currency", "other"), ("Dividend Currency", None), ("Sector", None),
])  # fmt: skip
def test_a_title_says_whose_currency_it_is(title, kind):
    assert currency_kind(title) == kind


def test_words_that_speak_of_a_currency_above_other_things_are_none(written):
    text = "ticker,quantity,price,currency hedged,currency exposure\nNVDA,100,185,No,12.5\n"
    book = load_portfolio(written(text))
    assert dict(book.positions[0].groups) == {"currency hedged": "No", "currency exposure": "12.5"}


def test_types_and_terms_of_options_in_other_words_are_read_beside_native_titles(written):
    book = load_portfolio(
        written(
            "ticker,quantity,price,Asset Class,Put/Call,Strike Price,Expiration Date,Underlying Symbol,Contract Size,desk\n"
            "ESH6,2,6900,Future,,,,SPY,50,a\nX,2,10,Option,C,200,2026-06-19,NVDA,100,a\nNVDA,100,185,Equity,,,,,,b\n"
        )
    )
    assert [(p.instrument.kind, p.market_value) for p in book.positions] == [
        ("future", 0.0),
        ("option", 2_000.0),
        ("equity", 18_500.0),
    ]
    assert [p.groups["Asset Class"] for p in book.positions] == ["Future", "Option", "Equity"]
    assert [p.groups["desk"] for p in book.positions] == ["a", "a", "b"]
    assert any("type = 'Asset Class'" in warning for warning in book.warnings)


def test_a_bond_by_another_word_for_its_type_is_no_share(written):
    with pytest.raises(InputError, match="the bond '912810TM0' lacks coupon, maturity"):
        load_portfolio(
            written(
                "ticker,quantity,price,Security Type\n912810TM0,10000,88.5,Bond\nNVDA,100,185,Equity\n"
            )
        )


@pytest.mark.parametrize("options", [{}, {"mapping": {"desk": "group"}}])
def test_an_asset_class_of_funds_stays_a_group_and_that_is_said(written, options):
    text = "ticker,quantity,price,Asset Class,desk\nTLT,100,88.5,Fixed Income,a\nVNQ,10,90,Real Estate,b\n"
    book = load_portfolio(written(text), **options)
    assert [p.instrument.kind for p in book.positions] == ["equity", "equity"]
    assert book.positions[0].groups["Asset Class"] == "Fixed Income"
    if not options:
        assert any(
            "column 'Asset Class' is taken for a group" in warning for warning in book.warnings
        )


def test_a_type_by_other_words_beside_the_native_one_stays_a_group(written):
    text = "ticker,quantity,price,type,Asset Class\nNVDA,100,185,equity,Growth\n"
    book = load_portfolio(written(text))
    assert dict(book.positions[0].groups) == {"Asset Class": "Growth"}


def test_a_value_in_other_words_beside_native_titles_is_said(written):
    book = load_portfolio(written("ticker,quantity,price,value\nNVDA,100,185,0.3\n"))
    assert (book.nav, book.positions[0].groups["value"]) == (18_500.0, "0.3")
    assert any('--map "value=market_value"' in warning for warning in book.warnings)


def test_figures_that_disagree_with_a_native_column_are_said(written):
    book = load_portfolio(written("ticker,quantity,price,last,currency\nNVDA,100,185,190,USD\n"))
    assert book.nav == 18_500.0
    assert any("'price' (column 3) is taken" in warning for warning in book.warnings)


@pytest.mark.parametrize(("name", "price"), [("ticker", "price"), ("Symbol", "Last Price")])
def test_native_words_of_terms_are_read_in_any_table(written, name, price):
    option = load_portfolio(
        written(
            f"{name},quantity,{price},multiplier,currency,style,implied_vol,proxy\nNVDA260619P00300000,-2,120,100,USD,european,45%,\n"
            "ZZZZ,1000,185,,USD,,,NVDA\n"
        )
    )
    assert (option.positions[0].instrument.style, option.positions[0].implied_vol) == (
        "european",
        0.45,
    )
    assert (option.positions[1].proxy, option.positions[0].groups.get("style")) == (
        "NVDA",
        None if name == "ticker" else "european",
    )
    bonds = load_portfolio(
        written(
            f"{name},type,quantity,{price},currency,coupon,maturity,frequency,credit,curve,duration,yield,convexity\n"
            "T 4.25 11/15/34,bond,10000,98.5,USD,4.25%,2034-11-15,2,treasury,USD 10y,,,\n"
            "BONDX,bond,10000,90,USD,,,,,USD 7y,7,4%,60\n"
        ),
        nav=1e6,
    )
    first, second = (p.instrument for p in bonds.positions)
    assert (first.frequency, first.curve) == (2, "USD 10y")
    assert (second.yield_now, second.convexity, second.curve) == (0.04, 60.0, "USD 7y")


def test_a_style_of_investing_is_no_exercise_style(written):
    book = load_portfolio(
        written(
            "Symbol,Quantity,Last Price,Style\nNVDA260619P00150000,2,10,Growth\nMSFT,100,480,Value\n"
        )
    )
    assert [p.groups["Style"] for p in book.positions] == ["Growth", "Value"]
    assert book.positions[0].instrument.style == "american"


def test_an_amount_beside_a_price_is_asked_about(written):
    text = "Symbol,Amount,Price\nNVDA,100,185\nMSFT,20,480\n"
    with pytest.raises(
        InputError,
        match=r'may be a value or a quantity.* --map "Amount=quantity" or --map "Amount=market_value"',
    ):
        load_portfolio(written(text))
    assert load_portfolio(written(text), mapping={"Amount": "quantity"}).nav == 28_100
    assert load_portfolio(written(text), mapping={"Amount": "market_value"}).nav == 120
    for proved in (
        "Symbol,Amount (USD),Price\nNVDA,100,185\n",
        "Symbol,Amount,Price\nNVDA,$100,185\n",
    ):
        assert load_portfolio(written(proved)).nav == 100
    assert load_portfolio(written("Symbol,Quantity,Amount,Price\nNVDA,2,370,185\n")).nav == 370


@pytest.mark.parametrize("options", [{}, {"identifiers": {"US912810TM09": "TLT"}}])
def test_a_bond_by_its_number_alone_is_not_worth_face_times_price(written, tmp_path, options):
    if options:
        options = {"identifiers": tmp_path / "ids.csv"}
        options["identifiers"].write_text("ticker,isin\nTLT,US912810TM09\n", encoding="utf-8")
    text = "ISIN,Name,Quantity,Price\nUS912810TM09,{},10000,88.5\nUS67066G1040,NVIDIA,1000,185.5\n"
    for name in ("UST 4 11/15/52", ""):
        book = load_portfolio(written(text.format(name)), **options)
        assert [p.id for p in book.positions] == ["NVDA"]
        assert any(
            "looks like a bond" in row.reason and row.worth == pytest.approx(8_850)
            for row in book.ledger
        )


def test_the_columns_that_a_bond_is_said_to_need_read_it(written):
    asked = load_portfolio(
        written(
            'Symbol,Quantity,Price,Market Value\n"T 4.25 11/15/34",10000,98.5,9850\nMSFT,100,480,48000\n'
        )
    )
    assert any(
        "add the columns type (bond), coupon, maturity, frequency and credit" in said
        for said in asked.warnings
    )
    book = load_portfolio(
        written(
            "Symbol,Quantity,Price,Market Value,type,coupon,maturity,frequency,credit\n"
            '"T 4.25 11/15/34",10000,98.5,9850,bond,4.25%,2034-11-15,2,treasury\nMSFT,100,480,48000,equity,,,,\n'
        )
    )
    assert (book.nav, book.positions[0].instrument.frequency) == (57_850, 2)
