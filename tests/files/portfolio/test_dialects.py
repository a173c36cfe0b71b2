"""Each dialect on its own fixture: recognised by content, every row accounted for, values right."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from stress.errors import InputError
from stress.files.portfolio import check_portfolio, load_portfolio
from stress.files.portfolio.dialects import DIALECTS

#: Fixture: dialect, rows, positions, cash, refused, NAV, currency, as of.
EXPECTED: dict[str, tuple[str, int, int, int, int, float, str, str | None]] = {
    "native_full.csv": ("native", 10, 8, 2, 0, 156_090.0, "USD", "2025-12-30"),
    "schwab_two_accounts.csv": ("schwab", 11, 4, 3, 0, 28_530.5, "USD", "2025-12-30"),
    "fidelity_quirks.csv": ("fidelity", 9, 4, 1, 0, 18_445.63, "USD", "2025-12-30"),
    "fidelity_statement.csv": ("fidelity-statement", 9, 2, 1, 0, 10_500.0, "USD", None),
    "vanguard_ofx.csv": ("vanguard", 6, 2, 1, 0, 19_115.25, "USD", None),
    "etrade_download.csv": ("etrade", 6, 3, 1, 0, 31_890.0, "USD", "2025-12-30"),
    "ibkr_flex.csv": ("ibkr-flex-csv", 5, 4, 0, 1, 20_048.0, "USD", "2025-12-30"),
    "ibkr_flex.xml": ("ibkr-flex-xml", 7, 3, 2, 0, 8_670.0, "EUR", "2025-12-30"),
    "ibkr_activity.csv": ("ibkr-activity", 9, 4, 2, 0, 26_674.0, "USD", "2025-12-30"),
    "degiro_nl.csv": ("degiro", 4, 3, 1, 0, 7_628.4, "EUR", None),
    "avanza.csv": ("avanza", 3, 3, 0, 0, 237_603.8, "SEK", None),
    "ishares.csv": ("ishares", 10, 4, 3, 0, 100_000.0, "USD", "2025-12-30"),
    "spdr_index.csv": ("spdr-index", 3, 3, 0, 0, 1_000_000.0, "USD", "2025-12-30"),
    "invesco.csv": ("invesco", 3, 2, 1, 0, 330_000.0, "USD", "2025-12-30"),
    "ark.csv": ("ark", 4, 2, 1, 0, 1_000_000.0, "USD", "2025-12-30"),
    "sec_13f.xml": ("sec-13f", 5, 2, 0, 3, 215_000.0, "USD", None),
    "sec_13f_thousands.csv": ("sec-13f-table", 3, 2, 0, 1, 450_000.0, "USD", None),
    "generic_german.csv": ("generic", 4, 2, 1, 0, 300_000.0, "EUR", "2025-12-30"),
    "generic_french.csv": ("generic", 4, 2, 1, 0, 35_000.0, "EUR", None),
    "generic_spanish.csv": ("generic", 2, 2, 0, 0, 23_451.0, "EUR", None),
    "generic_italian.csv": ("generic", 2, 2, 0, 0, 9_915.0, "EUR", None),
    "generic_swiss.csv": ("generic", 3, 2, 1, 0, 112_000.0, "CHF", None),
    "generic_japanese.csv": ("generic", 3, 2, 0, 0, 650_000.0, "USD", None),
    "generic_no_quantity.csv": ("generic", 5, 3, 1, 0, 40_000.0, "USD", None),
    "generic_trailing_minus.csv": ("generic", 3, 2, 1, 0, 5_340.0, "USD", None),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fixture_reads_as_it_should(fixtures: Path, name: str) -> None:
    dialect, rows, positions, cash, refused, nav, currency, as_of = EXPECTED[name]
    check = check_portfolio(fixtures / name)
    assert (check.dialect, check.rows, check.positions, check.cash, check.refused) == (
        dialect, rows, positions, cash, refused,
    )  # fmt: skip
    assert check.rows == check.positions + len(check.ledger)
    assert check.portfolio.nav == pytest.approx(nav, abs=0.005)
    assert (check.portfolio.currency, check.portfolio.as_of) == (currency, as_of)
    assert all(total.met for total in check.totals)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_name_of_the_file_says_nothing(fixtures: Path, tmp_path: Path, name: str) -> None:
    disguised = tmp_path / "ark_holdings.txt"
    shutil.copy(fixtures / name, disguised)
    assert load_portfolio(disguised).dialect == EXPECTED[name][0]


def test_every_dialect_has_a_fixture() -> None:
    tested = {expected[0] for expected in EXPECTED.values()}
    refused = {"transactions", "hedge-universe"}
    assert {dialect.name for dialect in DIALECTS} == tested | {"spdr"} | refused


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_names_its_line_and_reason(fixtures: Path, name: str) -> None:
    book = load_portfolio(fixtures / name)
    assert all(row.row is not None and row.reason for row in book.ledger)
    assert all(position.row is not None for position in book.positions)
    assert len({position.id for position in book.positions}) == len(book.positions)


def positions(path: Path, **choices: Any) -> dict[str, Any]:
    return {position.id: position for position in load_portfolio(path, **choices).positions}


def test_schwab_keeps_two_accounts_apart(fixtures: Path) -> None:
    held = positions(fixtures / "schwab_two_accounts.csv")
    assert held["NVDA@Taxable ...001"].quantity == 100.0
    assert held["NVDA@Roth IRA ...002"].quantity == 10.0
    assert held["BRK-B"].account == "Roth IRA ...002"
    option = held["NVDA 2026-06-18 150 P"]
    assert (option.quantity, option.market_value) == (-2.0, -1220.0)
    assert (option.instrument.multiplier, option.instrument.style) == (100.0, "american")
    assert held["SWVXX"].instrument.kind == "cash"


def test_fidelity_quirks(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "fidelity_quirks.csv")
    held = {position.id: position for position in book.positions}
    assert held["MU#3"].groups["Type"] == "Cash"
    assert held["MU#4"].groups["Type"] == "Margin"
    assert held["MU#3"].account == "Joint, WROS"
    call = held["AMAT 2026-04-24 400 C"].instrument
    assert (call.right, call.strike, call.expiry) == ("call", 400.0, "2026-04-24")
    pending = next(row for row in book.ledger if row.reason.startswith("pending"))
    assert (pending.row, pending.became) == (7, "ignored")
    assert "-$150.00" in pending.reason
    assert held["SPAXX"].market_value == 2500.0


def test_fidelity_rows_of_one_account_merge_when_asked(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "fidelity_quirks.csv", merge=True)
    merged = next(position for position in book.positions if position.id == "MU")
    assert (merged.quantity, merged.market_value, merged.price) == (30.0, 8550.0, 285.0)
    assert [row.row for row in book.ledger if row.reason == "merged with line 3"] == [4]


def test_ibkr_currencies_and_derivatives(fixtures: Path) -> None:
    held = positions(fixtures / "ibkr_flex.csv")
    assert held["SAP"].market_value == pytest.approx(8400 * 1.17)
    assert (held["SAP"].currency, held["SAP"].price) == ("EUR", 210.0)
    future = held["MESH6"]
    assert (future.market_value, future.quantity) == (0.0, -1.0)
    assert (future.instrument.follows, future.instrument.multiplier) == ("SPY", 5.0)
    refused = [row for row in load_portfolio(fixtures / "ibkr_flex.csv").ledger]
    assert [row.reason for row in refused] == ["an option on a future is not valued"]


def test_ibkr_xml_counts_no_lot_twice(fixtures: Path) -> None:
    held = positions(fixtures / "ibkr_flex.xml")
    assert held["CEG"].quantity == 20.0
    assert held["CEG"].market_value == pytest.approx(7100 * 0.85)
    assert held["USD cash"].market_value == pytest.approx(425.0)
    assert held["ASML"].currency == "EUR"
    assert held["CEG 2026-06-18 400 C"].instrument.multiplier == 100.0


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('currency="EUR" endingCash="500"', 'currency="EUR" endingCash="5 OO"', "endingCash of"),
        (
            "<Trades>",
            '<EquitySummaryByReportDateInBase currency="EUR" total="8670?" /><Trades>',
            "total of EquitySummaryByReportDateInBase",
        ),
    ],
)
def test_figures_of_a_flex_query_that_are_no_numbers_stop_the_reading(
    fixtures: Path, tmp_path: Path, was: str, now: str, said: str
) -> None:
    text = (fixtures / "ibkr_flex.xml").read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "flex.xml"
    path.write_text(text.replace(was, now), encoding="utf-8")
    with pytest.raises(InputError, match=f"{said}.*is not a number"):
        load_portfolio(path)


def test_a_flex_query_without_positions_says_what_to_add(tmp_path: Path) -> None:
    path = tmp_path / "flex.xml"
    path.write_text(
        "<FlexQueryResponse><FlexStatement><Trades><Trade/></Trades></FlexStatement></FlexQueryResponse>"
    )
    with pytest.raises(
        InputError, match=r"has trades and no open positions\. Add the section 'Open Positions'"
    ):
        load_portfolio(path)


def test_degiro_takes_the_book_value_and_the_local_price(fixtures: Path) -> None:
    held = positions(fixtures / "degiro_nl.csv")
    assert (held["NVDA"].price, held["NVDA"].currency) == (190.0, "USD")
    assert held["NVDA"].market_value == 1938.0
    assert held["ASML"].ticker == "ASML"
    assert held["IE00B3RBWM25"].name == "VANGUARD FTSE ALL-WORLD"


def test_ishares_futures_collateral_and_foreign_prices(fixtures: Path) -> None:
    held = positions(fixtures / "ishares.csv")
    future = held["ESH6"].instrument
    assert (future.follows, future.multiplier, future.price) == ("SPY", 50.0, 6900.0)
    assert held["BRK-B"].market_value == 25_000.0
    assert (held["SAP"].price, held["SAP"].currency, held["SAP"].market_value) == (
        200.0,
        "EUR",
        11_700.0,
    )
    assert sum(p.market_value for p in held.values() if p.instrument.kind == "cash") == 2500.0


def test_weights_alone_are_a_nominal_book_and_scale_with_nav(fixtures: Path) -> None:
    nominal = load_portfolio(fixtures / "spdr_index.csv")
    assert any("it is read as a book of 1,000,000 USD" in text for text in nominal.warnings)
    scaled = load_portfolio(fixtures / "spdr_index.csv", nav=5e6)
    assert scaled.nav_source == "stated"
    assert [p.market_value for p in scaled.positions] == pytest.approx(
        [5.0 * p.market_value for p in nominal.positions]
    )


def test_ark_drops_the_exchange_code(fixtures: Path) -> None:
    assert set(positions(fixtures / "ark.csv")) == {"TSLA", "PLTR", "USD cash"}


def test_13f_refuses_what_it_cannot_know(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "sec_13f.xml")
    reasons = {row.row: row.reason for row in book.ledger}
    assert reasons[4] == "a put or call of form 13F has neither strike nor expiry"
    assert reasons[5].startswith("'67066G105' is not a valid CUSIP")
    assert reasons[6] == "a principal amount (PRN): a bond without terms"
    assert [p.ticker for p in book.positions] == ["NVDA", "25434V500"]


def test_13f_in_thousands_is_said(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "sec_13f_thousands.csv")
    assert any("thousands of dollars" in text for text in book.warnings)
    assert book.positions[0].market_value == 150_000.0


def test_a_total_that_is_missed_is_a_warning_with_the_amount(
    fixtures: Path, tmp_path: Path
) -> None:
    text = (fixtures / "schwab_two_accounts.csv").read_text().replace("$4,500.00", "$4,750.00")
    path = tmp_path / "book.csv"
    path.write_text(text)
    check = check_portfolio(path)
    assert [total.met for total in check.totals] == [True, False]
    assert (
        "the file states 4,750.00 for 'Account Total', the rows read add up to 4,500.00: -250.00"
        in str(check.warnings)
    )


def test_a_dialect_can_be_chosen(fixtures: Path) -> None:
    assert load_portfolio(fixtures / "ark.csv", dialect="generic").dialect == "generic"


FLEX = """<FlexQueryResponse>
<FlexStatement accountId="U1" toDate="20251230">
<CashReport><CashReportCurrency accountId="U1" currency="USD" endingCash="50"/></CashReport>
<OpenPositions>
<OpenPosition symbol="NVDA" accountId="U1" assetCategory="STK" currency="USD" position="10" markPrice="185"/>
<OpenPosition
  symbol="ZERO" accountId="U1" assetCategory="STK" currency="USD" position="x" markPrice="1"/>
</OpenPositions></FlexStatement></FlexQueryResponse>
"""


def test_lines_of_xml_are_lines_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "flex.xml"
    path.write_text(FLEX)
    book = load_portfolio(path)
    assert [p.row for p in book.positions] == [5, 3]
    assert [(row.row, row.became) for row in book.ledger] == [(3, "cash"), (6, "refused")]
    assert "not read: line 6, ZERO: position 'x' is not a number" in book.warnings
    assert not any("share a line" in said for said in book.warnings)


def test_rows_of_xml_on_one_line_are_numbered_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "flex.xml"
    path.write_text(FLEX.replace("\n", " "))
    book = load_portfolio(path)
    assert [p.row for p in book.positions] == [1, 3]
    assert any(said.startswith("rows of this XML share a line: 'line 2'") for said in book.warnings)


def test_avanza_values_are_in_kronor_and_its_volume_is_the_quantity(fixtures: Path) -> None:
    held = positions(fixtures / "avanza.csv", fx={"USD": 9.2})
    nvda = held["NVDA"]
    assert (nvda.quantity, nvda.currency) == (100.0, "USD")
    assert nvda.market_value == pytest.approx(172_536.8)
    assert nvda.price == pytest.approx(172_536.8 / 100.0 / 9.2)


@pytest.mark.parametrize("local", ["USD 2340.00", 'USD,"2340,00"', "USD 2340,00"])
def test_degiro_cash_in_another_currency_has_its_own_amount(tmp_path: Path, local: str) -> None:
    blank = "," if ',"' in local else ""
    written = local if blank else f'"{local}"'
    file = tmp_path / "book.csv"
    file.write_text(
        f"Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde{blank},Waarde in EUR\n"
        f'CASH & CASH FUND & FTX CASH (USD),,,,{written},"2000,00"\n',
        encoding="utf-8",
    )
    [cash] = load_portfolio(file).positions
    assert (cash.quantity, cash.market_value, cash.currency) == (2_340.0, 2_000.0, "USD")
