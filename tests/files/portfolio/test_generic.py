"""Files nobody has seen: titles in many languages, and what happens when they make no sense."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.columns import match_columns
from stress.files.portfolio.header_words import heading


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("Symbol,Qty,Last Price,Mkt Value", ["ticker", "quantity", "price", "market_value"]),
        (
            "Stück,ISIN,Kurs,Kurswert in EUR,Währung",
            ["quantity", "isin", "price", "market_value", "currency"],
        ),
        (
            "Quantité,Code ISIN,Cours,Valorisation,Devise",
            ["quantity", "isin", "price", "market_value", "currency"],
        ),
        ("Cantidad,Nombre,Precio,Valor de mercado", ["quantity", "name", "price", "market_value"]),
        (
            "Aantal,Naam,Koers,Waarde,Valuta",
            ["quantity", "name", "price", "market_value", "currency"],
        ),
        ("Quantidade,Código,Preço,Valor atual", ["quantity", "ticker", "price", "market_value"]),
        (
            "Ilość,Nazwa,Kurs,Wartość,Waluta",
            ["quantity", "name", "price", "market_value", "currency"],
        ),
        ("Antal,Namn,Senaste kurs,Marknadsvärde", ["quantity", "name", "price", "market_value"]),
        (
            "Количество,Тикер,Цена,Рыночная стоимость",
            ["quantity", "ticker", "price", "market_value"],
        ),
        (
            "持仓数量,证券代码,现价,市值,币种",
            ["quantity", "ticker", "price", "market_value", "currency"],
        ),
        ("保有数量,銘柄コード,現在値,評価額", ["quantity", "ticker", "price", "market_value"]),
        (
            "Financial Instrument,Position,Last,Currency",
            ["ticker", "quantity", "price", "currency"],
        ),
        (
            "Equity Symbol,Equity Description,Quantity,Market Price",
            ["ticker", "name", "quantity", "price"],
        ),
        ("RIC,Face,Price", ["ticker", "quantity", "price"]),
        ("보유수량,종목코드,현재가,평가금액", ["quantity", "ticker", "price", "market_value"]),
    ],
)
def test_titles_of_many_languages(titles: str, expected: list[str]) -> None:
    columns = match_columns(titles.split(","))
    assert sorted(columns.index, key=lambda role: columns.index[role]) == expected


def test_what_is_about_the_past_is_not_the_present() -> None:
    titles = "Symbol,Shares,Purchase Price,Cost Basis,Average Price,Day Change,Price,Market Value,Gain/Loss"
    mapping = match_columns(titles.split(",")).mapping()
    assert mapping == {
        "ticker": "Symbol",
        "quantity": "Shares",
        "price": "Price",
        "market_value": "Market Value",
    }


def test_a_title_says_its_unit() -> None:
    assert heading("Weight (%)").percent
    assert heading("market value ($)").currency == "USD"
    assert heading("Value in EUR").currency == "EUR"
    assert heading("Mkt Val (Market Value)").words[:2] == ("mkt val", "market value")


def test_derived_quantities_are_said(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "generic_no_quantity.csv")
    assert [p.quantity for p in book.positions] == pytest.approx([100.0, -100.0, 100.0, 10_000.0])
    assert any("3 quantities are derived from value and price" in text for text in book.warnings)


def test_the_mapping_is_said(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "generic_german.csv")
    assert any("quantity = 'Stück'" in text for text in book.warnings)


def test_two_currencies_need_rates(fixtures: Path) -> None:
    with pytest.raises(InputError, match=r"no exchange rate .* for EUR \(1 row\), GBP \(1 row\)"):
        load_portfolio(fixtures / "generic_two_currencies.csv")
    book = load_portfolio(fixtures / "generic_two_currencies.csv", fx={"EUR": 1.17, "GBP": 1.3})
    assert [p.market_value for p in book.positions] == pytest.approx([4800.0, 2340.0, 1170.0])


def test_titles_without_sense_fail_with_what_was_tried(fixtures: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(fixtures / "generic_unreadable.csv")
    text = str(caught.value)
    assert "Titles seen: Colour, Size, Fruit. Understood: nothing." in text
    assert '--map "Colour=ticker"' in text, "a title of the file"


def test_names_alone_are_not_enough(written: Callable[[str], Path]) -> None:
    text = "Plan,Fund Name,Units,Fund Price,Closing Balance\nA,Target 2060,10,$85.00,$850.00\n"
    with pytest.raises(InputError, match="1 row with a name and neither ticker, ISIN nor CUSIP"):
        load_portfolio(written(text))


def test_cells_that_cannot_be_read_are_problems_with_their_place(
    written: Callable[[str], Path],
) -> None:
    text = "Symbol,Qty,Price,Value\nNVDA,10,190,1900\nKO,ten,70,700\nMU,3,=1+1,5\nPG,,,\n"
    with pytest.raises(InputError) as caught:
        load_portfolio(written(text))
    assert [(p.line, p.column) for p in caught.value.problems] == [(3, 2), (4, 3)]
    assert "column 'Qty': 'ten' is not a number" in str(caught.value)


def test_rows_without_a_value_and_lines_of_words_stay_in_the_ledger(
    written: Callable[[str], Path],
) -> None:
    text = (
        "Symbol,Qty,Price,Value\nNVDA,10,190,1900\nPG,,,\nMU,5,--,n/a\nKO,--,n/a,\n"
        "Account of,Jane Doe,,\n"
    )
    book = load_portfolio(written(text))
    assert [p.id for p in book.positions] == ["NVDA"]
    assert [(row.row, row.reason) for row in book.unread[:3]] == [
        (3, "neither quantity nor value"),
        (4, "'MU': a quantity without price or value"),
        (5, "neither quantity nor value"),
    ]
    assert [row.row for row in book.ledger] == [3, 4, 5, 6]


def test_a_broker_file_says_which_rows_it_did_not_read(fixtures: Path, tmp_path: Path) -> None:
    text = (fixtures / "schwab_two_accounts.csv").read_text()
    (tmp_path / "book.csv").write_text(text.replace('"100"', '"1x50"', 1))
    whole, book = (
        load_portfolio(fixtures / "schwab_two_accounts.csv"),
        load_portfolio(tmp_path / "book.csv"),
    )
    assert not whole.unread
    assert len(book.unread) == 1
    assert "'1x50' is not a number" in book.unread[0].reason
    assert len(book.positions) == len(whole.positions) - 1


def test_headers_may_come_again(written: Callable[[str], Path]) -> None:
    text = "Symbol,Qty,Value\nNVDA,10,1900\n\nSecond account,,\nSymbol,Qty,Value\nKO,10,700\nTotal,,2600\n"
    book = load_portfolio(written(text))
    assert [(p.id, p.account) for p in book.positions] == [("NVDA", None), ("KO", "Second account")]
    assert [row.reason for row in book.ledger] == [
        "text, not a position",
        "a repeated header",
        "a total of the file",
    ]


@pytest.mark.parametrize("name", ["transactions_generic.csv"])
def test_transactions_are_refused_with_what_to_download(fixtures: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"history of transactions.*Download the positions"):
        load_portfolio(fixtures / name)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Type,Ticker,Quantity,Price\n2025-01-02,BUY,NVDA,1,100\n2025-01-03,SELL,NVDA,1,100\n",
        "Datum;Transaktionstyp;ISIN;Stück;Kurs\n02.01.2025;Kauf;US67066G1040;1;100,5\n",
        "Run Date,Account,Action,Symbol,Description,Quantity\n01/02/2025,X1,YOU BOUGHT NVIDIA,NVDA,NVIDIA,5\n",
        "Time,Action,ISIN,Ticker,No. of shares,Price / share\n2025-01-02 10:00:00,Market buy,US67066G1040,NVDA,1,100\n",
    ],
)
def test_histories_of_brokers_nobody_listed(written: Callable[[str], Path], text: str) -> None:
    with pytest.raises(InputError, match="this is a history of transactions"):
        load_portfolio(written(text))


def test_a_position_file_with_a_date_and_a_type_is_no_history(
    written: Callable[[str], Path],
) -> None:
    text = (
        "Date,Type,Symbol,Quantity,Price\n2025-12-30,Stock,NVDA,10,190\n2025-12-30,ETF,SPY,1,680\n"
    )
    book = load_portfolio(written(text))
    assert (book.dialect, len(book.positions), book.as_of) == ("generic", 2, "2025-12-30")


def test_a_column_that_says_cash_or_margin_is_no_asset_class(
    written: Callable[[str], Path],
) -> None:
    text = "Symbol,Quantity,Price,Value,Type\nNVDA,10,190,1900,Cash\nKO,10,70,700,Margin\nSPAXX**,,,500,Cash\n"
    book = load_portfolio(written(text))
    assert [(p.ticker, p.instrument.kind) for p in book.positions] == [
        ("NVDA", "equity"),
        ("KO", "equity"),
        ("USD", "cash"),
    ]


def test_a_fund_whose_name_begins_with_total_is_no_total(written: Callable[[str], Path]) -> None:
    text = "Name,Symbol,Shares,Value\nTotal Stock Market ETF,VTI,10,3300\nTotalEnergies,TTE,5,300\nTotal,,,3600\n"
    book = load_portfolio(written(text))
    assert [p.ticker for p in book.positions] == ["VTI", "TTE"]
    assert [row.became for row in book.ledger] == ["total"]


def test_pathward_is_a_share_and_cash_is_cash(written: Callable[[str], Path]) -> None:
    text = "Symbol,Name,Shares,Price,Value\nCASH,Pathward Financial,10,75,750\nCASH,,,,250\n"
    book = load_portfolio(written(text))
    assert [p.instrument.kind for p in book.positions] == ["equity", "cash"]


def test_prices_in_pence_and_values_in_pounds(written: Callable[[str], Path]) -> None:
    text = "Code,Stock,Units held,Price (pence),Value (£)\nVOD,Vodafone,1000,90,900.00\n,Totals,,,900.00\n"
    book = load_portfolio(written(text))
    (held,) = book.positions
    assert (held.price, held.market_value, held.name, book.currency) == (
        0.9,
        900.0,
        "Vodafone",
        "GBP",
    )
    assert not any("is not quantity" in text for text in book.warnings)


@pytest.mark.parametrize("title", ["Weight %", "Weight (%)", "% of Portfolio", "Peso %"])
def test_a_bare_weight_under_a_per_cent_title(written: Callable[[str], Path], title: str) -> None:
    book = load_portfolio(written(f"Symbol,{title}\nNVDA,60\nKO,40\n"), nav=1000.0)
    assert [p.market_value for p in book.positions] == pytest.approx([600.0, 400.0])


def test_pence_are_not_divided_twice(written: Callable[[str], Path]) -> None:
    text = "Symbol,Units,Price (pence),Value (£),Currency\nVOD,1000,90,900.00,GBX\n"
    book = load_portfolio(written(text.replace(",Value (£)", "").replace(",900.00", "")))
    assert book.positions[0].market_value == pytest.approx(900.0)


def test_a_title_of_two_meanings_is_what_its_cells_are(written: Callable[[str], Path]) -> None:
    """In French *valeur* is a value and a security."""
    text = "Valeur;ISIN;Quantité;Cours;Devise;Montant\nNVIDIA;US67066G1040;1 000;186,50;USD;186 500,00\n"
    (position,) = load_portfolio(written(text)).positions
    assert (position.name, position.market_value) == ("NVIDIA", 186_500.0)
    text = (
        "Nom;ISIN;Quantité;Cours;Devise;Valeur\nNVIDIA;US67066G1040;1 000;186,50;USD;186 500,00\n"
    )
    (position,) = load_portfolio(written(text)).positions
    assert (position.name, position.market_value) == ("NVIDIA", 186_500.0)


def test_titles_without_umlauts(written: Callable[[str], Path]) -> None:
    text = "Name;ISIN;Stueck;Kurs;Waehrung\nNVIDIA;US67066G1040;100;150,25;USD\n"
    (position,) = load_portfolio(written(text)).positions
    assert (position.quantity, position.currency) == (100.0, "USD")


def test_valor_is_the_number_of_a_swiss_security_or_a_value(
    written: Callable[[str], Path],
) -> None:
    rows = "Valor;Bezeichnung;ISIN;Anzahl/Nominal;Währung;Kurs{0}\n994529;NVIDIA;US67066G1040;100;USD;190.00{1}\n"
    alone = load_portfolio(written(rows.format("", "")))
    assert [(p.id, p.quantity, p.market_value) for p in alone.positions] == [
        ("NVDA", 100.0, 19_000.0)
    ]
    beside = load_portfolio(written(rows.format(";Devisenkurs;Marktwert in CHF", ";0.8;15'200.00")))
    assert (beside.currency, beside.nav) == ("CHF", 15_200.0)
    spanish = load_portfolio(written("ISIN;Cantidad;Valor\nUS67066G1040;100;19.000,50\n"))
    assert spanish.nav == 19_000.5
    spanish = load_portfolio(written("Nombre;Ticker;Cantidad;Valor\nNvidia;NVDA;100;19000\n"))
    assert spanish.nav == 19_000.0


@pytest.mark.parametrize(
    "label",
    ["Positions Total", "Equity Total", "Net", "NAV", "Net Assets", "Net Account Value", "Sum"],
)
def test_a_value_under_a_word_for_a_sum_is_a_total(
    written: Callable[[str], Path], label: str
) -> None:
    text = f"Symbol,Shares,Last Price,Mkt Val\nNVDA,100,190,19000\n{label},,,19000\n"
    book = load_portfolio(written(text))
    assert ([p.id for p in book.positions], book.nav) == (["NVDA"], 19_000.0)
    wrong = load_portfolio(written(text.replace(f"{label},,,19000", f"{label},,,20000")))
    assert any(f"20,000.00 for '{label}'" in warning for warning in wrong.warnings)


@pytest.mark.parametrize("text", ["Symbol,Mkt Val\nNET,500\n", "Symbol,Shares,Price\nNET,5,100\n"])
def test_cloudflare_is_no_sum(written: Callable[[str], Path], text: str) -> None:
    assert [p.id for p in load_portfolio(written(text)).positions] == ["NET"]


@pytest.mark.parametrize("label", ["Total", "Depotwert", "Gesamt"])
def test_a_total_in_the_column_of_quantities(written: Callable[[str], Path], label: str) -> None:
    text = f"Quantity,Symbol,Price,Market Value\n100,NVDA,190,19000\n{label},,,19000\n"
    assert load_portfolio(written(text)).nav == 19_000.0


@pytest.mark.parametrize("title", ["% NAV", "NAV %", "% of NAV"])
def test_per_cent_of_nav_are_weights_and_no_price(
    written: Callable[[str], Path], title: str
) -> None:
    text = f"Ticker,Shares held,Mkt Price,Market val,{title}\nNVDA,100,190,19000,65.5\nAVGO,50,200,10000,34.5\n"
    assert [p.price for p in load_portfolio(written(text)).positions] == [190.0, 200.0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Instrument,Qty.,LTP,Cur. val\nNVDA,100,190,19000\n", ("USD", 100.0, 19_000.0)),
        (
            "Name;ISIN;Stück/Nominale;Kurs;Gesamtwert EUR\nNvidia;US67066G1040;100;158,00;15.800,00\n",
            ("EUR", 100.0, 15_800.0),
        ),
    ],
)
def test_titles_of_brokers(
    written: Callable[[str], Path], text: str, read: tuple[str, float, float]
) -> None:
    (position,) = load_portfolio(written(text)).positions
    assert (position.currency, position.quantity, position.market_value) == read


def test_a_put_without_terms_is_no_share(written: Callable[[str], Path]) -> None:
    text = "Ticker,Shares,Market Value,Put/Call\nNVDA,100,19000,\nSPY,10,6000,Put\n"
    book = load_portfolio(written(text))
    assert [p.id for p in book.positions] == ["NVDA"]
    assert any(row.reason == "a put or call without a strike" for row in book.ledger)
    native = "ticker,quantity,price,right\nNVDA,100,190,\nSPY,10,600,put\n"
    with pytest.raises(InputError, match="'SPY' is a put without a strike"):
        load_portfolio(written(native))


@pytest.mark.parametrize("cash", ["", "USD,1000,1,1000\n"])
def test_a_total_of_cash_is_the_cash_where_no_row_holds_it(
    written: Callable[[str], Path], cash: str
) -> None:
    text = (
        f"Symbol,Qty,Price,Market Val\nNVDA,100,190,19000\n{cash}Cash Total,,,1000\nTotal,,,20000\n"
    )
    assert load_portfolio(written(text)).nav == 20_000.0


@pytest.mark.parametrize(
    ("written_as", "ticker"),
    [
        ("NVDA US Equity", "NVDA"),
        ("BRK/B UN Equity", "BRK-B"),
        ("NVDA:xnas", "NVDA"),
        ("ASML:xams", "ASML:XAMS"),
        ("ASML NA Equity", "ASML NA EQUITY"),
    ],
)
def test_a_us_market_behind_a_ticker_is_no_part_of_it(
    written: Callable[[str], Path], written_as: str, ticker: str
) -> None:
    book = load_portfolio(written(f"Symbol,Qty,Last Price\n{written_as},10,190\n"))
    assert [p.id for p in book.positions] == [ticker]


@pytest.mark.parametrize(
    ("title", "weights", "said"),
    [
        ("Weight (%)", "25,24", "the weights add up to 49.00%: 51.00% of NAV is not in the file"),
        ("Weight (%)", "65,64", "the weights add up to 129.00%: 29.00% of NAV is borrowed"),
        ("Weight (%)", "0.25,0.24", "the weights add up to 0.49%: 99.51% of NAV is not"),
        ("Weight", "0.25,0.24", "the weights add up to 49.00%: 51.00% of NAV is not in the file"),
        ("Weight (%)", "50,50", ""),
    ],
)
def test_weights_of_any_table_that_do_not_add_up_are_said(
    written: Callable[[str], Path], title: str, weights: str, said: str
) -> None:
    first, second = weights.split(",")
    path = written(f"Symbol,{title},Remark\nNVDA,{first},\nAAPL,{second},\n")
    told = [text for text in load_portfolio(path, nav=1e6).warnings if "add up" in text]
    assert len(told) == (1 if said else 0)
    assert all(said in text for text in told)


@pytest.mark.parametrize(
    ("title", "weights", "asked"),
    [
        ("Weight (%)", "0.505,0.495", r"add up to 1\.00%: are they fractions of one\?"),
        ("Weight (%)", "0.52,0.50", r"add up to 1\.02%: are they fractions of one\?"),
        ("Weight (%)", "90,80", r"the weights add up to 1\.7: without the other side"),
        ("Weight", "0.9,0.8", r"the weights add up to 1\.7: without the other side"),
        ("Weight", "50,50", r"add up to 100: are they per cent\?"),
    ],
)
def test_weights_of_any_table_in_another_unit_are_asked_about(
    written: Callable[[str], Path], title: str, weights: str, asked: str
) -> None:
    first, second = weights.split(",")
    path = written(f"Symbol,{title},Remark\nNVDA,{first},\nAAPL,{second},\n")
    with pytest.raises(InputError, match=asked):
        load_portfolio(path, nav=1e6)


def test_semicolons_speak_for_decimal_commas(written: Callable[[str], Path]) -> None:
    """Three figures behind every comma and point prove nothing; the separator decides, and that is said."""
    book = load_portfolio(written("Ticker;Anzahl;Kurs\nNVDA;1.000;185,123\nAAPL;2.500;270,456\n"))
    assert [(p.quantity, p.price) for p in book.positions] == [(1000.0, 185.123), (2500.0, 270.456)]
    assert any("',' is taken for the decimal mark" in warning for warning in book.warnings)


def test_what_stands_below_the_last_total_is_said(written: Callable[[str], Path]) -> None:
    text = "Symbol,Qty,Price,Value\nNVDA,100,185.5,18550\nCash,,,1000\nTotal,,,19550\n,,,\nSPY,1,680,680\n"
    book = load_portfolio(written(text))
    assert any(
        "below the last total of the file ('Total', line 4) stands what is read as held: SPY on line 6"
        in warning
        for warning in book.warnings
    )
    above = load_portfolio(written(text.replace("SPY,1,680,680\n", "")))
    assert not any("below the last total" in warning for warning in above.warnings)


def test_below_the_total_of_a_section_stands_another(written: Callable[[str], Path]) -> None:
    text = "Symbol,Qty,Price,Value\nNVDA,100,185.5,18550\nTotal Stocks,,,18550\nFunds,,,\nSPY,1,680,680\n"
    assert not any(
        "below the last" in warning for warning in load_portfolio(written(text)).warnings
    )


def test_a_total_is_not_compared_with_rows_below_it(written: Callable[[str], Path]) -> None:
    text = "Symbol,Qty,Price,Value\nNVDA,100,185.5,18550\nTotal,,,19230\nSPY,1,680,680\n"
    said = "the file states 19,230.00 for 'Total', the rows read add up to 18,550.00: -680.00"
    assert any(said in warning for warning in load_portfolio(written(text)).warnings)


@pytest.mark.parametrize(
    ("delimiter", "mark", "net"),
    [("\t", ".", 1.155), (",", ".", 1.155), ("|", ".", 1.155), (";", ",", 1155.0)],
)
def test_a_decimal_mark_that_nothing_proves_is_said_whatever_the_delimiter(
    written, delimiter, mark, net
):
    rows = ["Symbol;Anzahl;Kurs;Wert EUR", "NVDA;1.000;185;185.000", "MSFT;2.000;485;970.000"]
    book = load_portfolio(written("\n".join(rows).replace(";", delimiter)))
    said = f"'{mark}' is taken for the decimal mark: no number of the file proves which one it is"
    assert said in book.warnings
    assert book.nav == pytest.approx(net * 1000.0)


def test_a_frame_of_numbers_has_no_decimal_mark_to_say():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"ticker": ["NVDA"], "quantity": [10], "price": [185.125]})
    assert not any("decimal mark" in said for said in load_portfolio(frame).warnings)


def test_the_title_of_the_first_section_is_its_account_as_those_of_the_others_are(written):
    titles = "Symbol,Quantity,Price"
    text = f"Account: A\n{titles}\nNVDA,60,185.5\n\nAccount: B\n{titles}\nNVDA,40,185.5\n"
    book = load_portfolio(written(text))
    assert [p.account for p in book.positions] == ["Account: A", "Account: B"]
    # a date is none, nor is a title that stands apart, nor the only one of a file
    for first in ("As of 2025-12-30", "My book\n"):
        book = load_portfolio(written(text.replace("Account: A", first)))
        assert [p.account for p in book.positions] == [None, "Account: B"]
    book = load_portfolio(written(f"Account: A\n{titles}\nNVDA,60,185.5\n"))
    assert [p.account for p in book.positions] == [None]


def test_an_option_is_asked_for_what_its_row_lacks(written):
    text = (
        "Symbol,Underlying,Type,Strike,Expiry,Quantity,Price\nX1,NVDA,Option,200,2026-06-19,-2,10\n"
    )
    with pytest.raises(InputError, match="'X1' is an option without right\\. Write an OSI symbol"):
        load_portfolio(written(text))


@pytest.mark.parametrize(
    "words",
    ["Margin loan", "Margin debit", "MARGIN BALANCE", "Debit balance", "Margin Debit Balance"],
)
def test_money_owed_to_the_broker_is_cash_below_zero(tmp_path, words):
    file = tmp_path / "broker.csv"
    rows = f"Symbol,Description,Qty,Price,Value\nNVDA,x,100,186.5,18650\n,Cash,,,5000\n,{words},,,{{}}\n"
    file.write_text(rows.format("-3000"))
    book = load_portfolio(file)
    assert sum(p.market_value for p in book.positions if p.instrument.kind == "cash") == 2000.0
    assert book.nav == 20_650.0
    file.write_text(rows.format("3000"))
    refused = [row.reason for row in load_portfolio(file).ledger if row.became == "refused"]
    assert bool(refused) == ("balance" not in words.casefold())
    assert all("is money owed, and its amount is above zero" in reason for reason in refused)


def test_a_stated_date_that_is_not_the_files_own_is_said(tmp_path):
    file = tmp_path / "dated.csv"
    file.write_text("Positions as of 12/30/2025\n\nSymbol,Qty,Price,Value\nNVDA,100,186.5,18650\n")
    assert load_portfolio(file).as_of == "2025-12-30"
    other = load_portfolio(file, as_of="2025-12-31")
    assert other.as_of == "2025-12-31"
    (said,) = (words for words in other.warnings if "as you stated" in words)
    assert said.startswith("the positions are taken to be of 2025-12-31, as you stated;")
    assert said.endswith("dated.csv says 2025-12-30.")
    assert not any("as you stated" in w for w in load_portfolio(file, as_of="2025-12-30").warnings)
