"""Position files as published: each is read to the last row, or refused with what to do."""

from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import check_portfolio

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "portfolios"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/portfolios is absent"),
]

#: File: dialect, rows, positions, cash, ignored, refused, totals.
READ = {
    "ark_ARKK_holdings_2024-06-04.csv": ("ark", 37, 35, 1, 1, 0, 0),
    "etrade_like_minimal.csv": ("etrade", 1, 1, 0, 0, 0, 0),
    "fidelity_2025_positions_plus_signs.csv": ("fidelity", 5, 4, 1, 0, 0, 0),
    "fidelity_2025_statement_sectioned.csv": ("fidelity-statement", 9, 1, 2, 4, 0, 2),
    "fidelity_2026_positions_short_put.csv": ("fidelity", 3, 2, 0, 1, 0, 0),
    "fidelity_2026_reduced_columns.csv": ("fidelity", 2, 2, 0, 0, 0, 0),
    "ibkr_flex_open_positions.xml": ("ibkr-flex-xml", 3, 2, 0, 1, 0, 0),
    "ibkr_flex_short_options_2025.xml": ("ibkr-flex-xml", 4, 3, 1, 0, 0, 0),
    "ibkr_positions_option_columns.csv": ("ibkr-flex-csv", 3, 2, 0, 0, 0, 1),
    "ishares_IVV_holdings_2024-12-06.csv": ("ishares", 509, 504, 4, 1, 0, 0),
    "ishares_SOXX_holdings_2023-10-24_excel_resaved.csv": ("ishares", 36, 32, 3, 1, 0, 0),
    "schwab_2025_minimal.csv": ("schwab", 3, 1, 1, 0, 0, 1),
    "schwab_2026_option_symbol.csv": ("schwab", 3, 2, 0, 1, 0, 0),
    "sec_13f_buffett_2024Q4.csv": ("sec-13f-table", 35, 35, 0, 0, 0, 0),
    "sec_13f_duan_2024Q4.csv": ("sec-13f-table", 8, 8, 0, 0, 0, 0),
    "sec_13f_infotable_2024Q4_filed_2025-01-22.xml": ("sec-13f", 77, 77, 0, 0, 0, 0),
    "spdr_SPY_holdings_2025-02.xlsx": ("spdr", 511, 504, 1, 6, 0, 0),
    "spdr_XLV_index_holdings_2025-02-03.csv": ("spdr-index", 61, 61, 0, 0, 0, 0),
    "vanguard_2026_positions.csv": ("vanguard", 2, 2, 0, 0, 0, 0),
}
REFUSED = {
    "alight_401k_no_tickers.csv": "3 rows with a name and neither ticker, ISIN nor CUSIP",
    "ibkr_activity_mtm_section.csv": "no exchange rate into the book currency GBP for USD (1 row)",
    "transactions/fidelity_history_with_footer.csv": "this is a history of transactions",
    "transactions/robinhood.csv": "this is a history of transactions",
    "transactions/trading212.csv": "this is a history of transactions",
}


@pytest.mark.parametrize("name", READ)
def test_a_published_file_reads_to_the_last_row(name: str) -> None:
    check = check_portfolio(SHARED / name)
    found = (
        check.dialect, check.rows, check.positions, check.cash, check.ignored, check.refused, check.total_rows,
    )  # fmt: skip
    assert found == READ[name]
    assert check.rows == check.positions + len(check.ledger)
    assert all(total.met for total in check.totals)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str) -> None:
    with pytest.raises(InputError) as caught:
        check_portfolio(SHARED / name)
    assert REFUSED[name] in str(caught.value)
    assert caught.value.problems[0].hint


def test_no_file_is_forgotten() -> None:
    found = {str(path.relative_to(SHARED)) for path in SHARED.rglob("*") if path.is_file()}
    assert found == READ.keys() | REFUSED.keys()


def test_the_activity_statement_reads_with_a_rate() -> None:
    check = check_portfolio(SHARED / "ibkr_activity_mtm_section.csv", fx={"USD": 0.8})
    assert (check.positions, check.portfolio.currency) == (2, "GBP")
    assert check.rows == check.positions + len(check.ledger)


@pytest.mark.parametrize(
    "name", ["ishares_IVV_holdings_2024-12-06.csv", "spdr_SPY_holdings_2025-02.xlsx"]
)
def test_the_index_funds_meet_their_own_total(name: str) -> None:
    check = check_portfolio(SHARED / name)
    (total,) = check.totals
    assert abs(total.read / total.stated - 1.0) < 0.001
    assert sum(p.market_value for p in check.portfolio.positions) == pytest.approx(
        check.portfolio.nav
    )
