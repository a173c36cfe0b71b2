"""Foreshock's own format, from a file and from a frame."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

Write = Callable[[str], Path]


def test_long_short_and_cash(written: Write) -> None:
    book = load_portfolio(
        written("ticker,quantity,price,currency\nNVDA,10,190,USD\nQQQ,-2,600,USD\nCASH,500,,USD\n")
    )
    assert [(p.id, p.market_value) for p in book.positions] == [
        ("NVDA", 1900.0),
        ("QQQ", -1200.0),
        ("USD cash", 500.0),
    ]
    assert (book.nav, book.gross, book.nav_source, book.dialect) == (
        1200.0,
        3100.0,
        "positions",
        "native",
    )
    assert book.warnings == ()
    assert book.as_of is None
    assert [(row.row, row.became) for row in book.ledger] == [(4, "cash")]


def test_every_word_of_the_format(fixtures: Path) -> None:
    book = load_portfolio(fixtures / "native_full.csv")
    held = {position.id: position for position in book.positions}
    assert held["NVDA@A"].groups == {"desk": "tech"}
    assert held["NVDA@A"].adv == 250e6
    assert held["RKLB"].proxy == "ARKK"
    assert held["SAP"].market_value == pytest.approx(2340.0)
    assert held["NVDA 2026-06-18 150 P"].implied_vol == pytest.approx(0.45)
    assert held["CEG 2026-06-18 400 C"].ticker == "CEG"
    assert (held["ESH6"].ticker, held["ESH6"].market_value) == ("SPY", 0.0)
    bond = held["T2034"]
    assert (bond.quantity, bond.market_value, bond.instrument.coupon) == (1000.0, 98_500.0, 0.0425)
    assert bond.instrument.curve == "USD"
    assert held["EUR cash"].market_value == 1170.0
    assert book.as_of == "2025-12-30"


def test_a_missing_currency_is_assumed_and_said(written: Write) -> None:
    book = load_portfolio(written("ticker,quantity,price\nNVDA,10,190\n"))
    assert book.currency == "USD"
    assert book.warnings == (
        "no currency is stated: USD is assumed (choose with --currency / currency=)",
    )
    chosen = load_portfolio(written("ticker,quantity,price\nNVDA,10,190\n"), currency="eur")
    assert (chosen.currency, chosen.warnings) == ("EUR", ())


def test_one_ticker_in_two_accounts_is_two_positions(written: Write) -> None:
    text = "ticker,quantity,price,account\nNVDA,1,5,A\nNVDA,2,5,B\nKO,1,5,A\n"
    assert [p.id for p in load_portfolio(written(text)).positions] == ["NVDA@A", "NVDA@B", "KO"]


def test_merging_is_asked_for(written: Write) -> None:
    text = "ticker,quantity,price\nNVDA,10,100\nKO,1,5\nNVDA,30,120\n"
    with pytest.raises(InputError, match="'NVDA' stands 2 times: lines 2, 4"):
        load_portfolio(written(text))
    book = load_portfolio(written(text), merge=True)
    assert [(p.id, p.quantity, p.price, p.market_value) for p in book.positions] == [
        ("NVDA", 40.0, 115.0, 4600.0),
        ("KO", 1.0, 5.0, 5.0),
    ]
    assert [(row.row, row.reason) for row in book.ledger] == [(4, "merged with line 2")]
    assert (
        "lots that are merged differ in price, and the mean by size is taken: NVDA 115 of 100 to 120"
        in book.warnings
    )


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (("60%", "40%"), (600.0, 400.0)),
        (("0.6", "0.4"), (600.0, 400.0)),
        (("150%", "-50%"), (1500.0, -500.0)),
    ],
)
def test_weights_of_a_stated_nav(
    written: Write, weights: tuple[str, str], expected: tuple[float, float]
) -> None:
    book = load_portfolio(
        written(f"ticker,weight\nNVDA,{weights[0]}\nKO,{weights[1]}\n"), nav=1000.0
    )
    assert [p.market_value for p in book.positions] == pytest.approx(expected)
    assert (book.nav, book.nav_source) == (1000.0, "stated")


def test_fractions_that_cannot_be_weights_are_refused(written: Write) -> None:
    with pytest.raises(InputError, match=r"the weights add up to 2\.4"):
        load_portfolio(written("ticker,weight\nA,1.2\nB,1.2\n"), nav=100.0)


def test_weights_that_leave_something_out_are_said(written: Write) -> None:
    book = load_portfolio(written("ticker,weight\nNVDA,50%\nKO,30%\n"), nav=100.0)
    assert any("the weights add up to 80.00%" in text for text in book.warnings)


def test_quantity_is_derived_from_value_and_price(written: Write) -> None:
    book = load_portfolio(written("ticker,price,market_value\nNVDA,190,1900\n"))
    assert book.positions[0].quantity == pytest.approx(10.0)
    assert any("1 quantity is derived" in text for text in book.warnings)


def test_quantity_zero_is_listed(written: Write) -> None:
    book = load_portfolio(written("ticker,quantity,price\nNVDA,0,190\nKO,1,70\n"))
    assert [(row.row, row.became, row.reason) for row in book.ledger] == [
        (2, "ignored", "quantity 0")
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("NOK,10,5,Nokia,", "equity"),
        ("COP,10,90,ConocoPhillips,", "equity"),
        ("USD,10,120,ProShares Ultra Semiconductors,", "equity"),
        ("USD,10,1,,", "cash"),
        ("USD,10,,,", "cash"),
        ("USD,10,1,,equity", "equity"),
        ("EUR,10,,,cash", "cash"),
        ("CASH_USD,10,,,", "cash"),
        ("VMFXX,10,1,,", "cash"),
    ],
)
def test_a_currency_code_is_cash_only_where_nothing_speaks_against(
    written: Write, row: str, kind: str
) -> None:
    book = load_portfolio(
        written(f"ticker,quantity,price,name,type\n{row}\n"), fx={"EUR": 1.0}, currency="USD"
    )
    assert [p.instrument.kind for p in book.positions] == [kind]


@pytest.mark.parametrize("written_as", ["BRK.B", "BRK/B", "brk-b", "BRK B", "BRKB"])
def test_share_classes_have_one_name(written: Write, written_as: str) -> None:
    book = load_portfolio(written(f"ticker,quantity,price\n{written_as},1,500\n"))
    assert book.positions[0].ticker == "BRK-B"


@pytest.mark.parametrize(
    "row",
    [
        "BRKB260220P00480000,option,,,,",
        "BRKB 2026-02-20 480 Put,option,,,,",
        "X,option,BRKB,put,480,2026-02-20",
        "X,option,BRK.B,put,480,2026-02-20",
    ],
)
def test_an_option_on_a_class_of_shares_is_on_that_share(written: Write, row: str) -> None:
    # The clearing house writes roots without a mark: BRKB is the class that books call BRK.B.
    text = f"ticker,type,underlying,right,strike,expiry,quantity,price,multiplier\n{row},1,5,100\n"
    (held,) = load_portfolio(written(text), as_of="2025-12-30").positions
    assert (held.ticker, held.id) == ("BRK-B", "BRK-B 2026-02-20 480 P")


def test_a_currency_is_translated(written: Write) -> None:
    text = "ticker,quantity,price,currency\nNVDA,1,200,USD\nSAP,1,200,EUR\nVOD,100,90,GBX\n"
    book = load_portfolio(written(text), fx={"EUR": 1.2, "GBP": 1.3}, currency="USD")
    assert [p.market_value for p in book.positions] == pytest.approx([200.0, 240.0, 117.0])


def test_identifiers_find_their_ticker(written: Write) -> None:
    text = "isin,cusip,quantity,price\nUS67066G1040,,1,190\n,594918104,1,480\n"
    assert [p.ticker for p in load_portfolio(written(text)).positions] == ["NVDA", "MSFT"]


def test_a_file_of_identifiers_alone_is_native(written: Write) -> None:
    book = load_portfolio(
        written(
            "isin,cusip,quantity,price\nUS67066G1040,,2,120\n,594918104,1,400\nDE0007164600,,3,250\n"
        )
    )
    assert book.dialect == "native"
    assert [p.ticker for p in book.positions] == ["NVDA", "MSFT", "DE0007164600"]
    assert any("1 ISINs or CUSIPs have no ticker" in text for text in book.warnings)


def test_a_brokers_titles_without_a_ticker_stay_generic(written: Write) -> None:
    text = "ISIN,Name,Quantity,Price\nUS67066G1040,NVIDIA,2,120\nTotal,,,240\n"
    book = load_portfolio(written(text))
    assert book.dialect == "generic"
    assert [p.ticker for p in book.positions] == ["NVDA"]
    assert [row.became for row in book.ledger] == ["total"]


def test_a_user_map_wins(written: Write, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("ticker,isin\nMINE,US67066G1040\nVWRL,IE00B3RBWM25\n")
    text = "isin,quantity,price\nUS67066G1040,1,190\nIE00B3RBWM25,1,135\n"
    book = load_portfolio(written(text), identifiers=own)
    assert [p.ticker for p in book.positions] == ["MINE", "VWRL"]


def test_a_bad_user_map_lists_all_that_is_wrong(written: Write, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("ticker,isin\nA,US67066G1041\n,US67066G1040\n")
    with pytest.raises(InputError) as caught:
        load_portfolio(written("isin,quantity,price\nUS67066G1040,1,190\n"), identifiers=own)
    assert [problem.line for problem in caught.value.problems] == [2, 3]
    own.write_text("ticker,isin,isin\nA,US67066G1040,IE00B3RBWM25\n")
    with pytest.raises(InputError, match="the column 'isin' stands twice"):
        load_portfolio(written("isin,quantity,price\nUS67066G1040,1,190\n"), identifiers=own)


def test_a_frame_reads_like_its_file(written: Write) -> None:
    frame = pd.DataFrame(
        {
            "ticker": ["NVDA", "QQQ", "CASH"],
            "quantity": [10.1, -2, 500],
            "price": [190.3, 600.0, None],
            "desk": ["a", "b", None],
        }
    )
    from_frame = load_portfolio(frame)
    from_file = load_portfolio(written(frame.to_csv(index=False)))
    assert [(p.id, p.quantity, p.market_value, dict(p.groups)) for p in from_frame.positions] == [
        (p.id, p.quantity, p.market_value, dict(p.groups)) for p in from_file.positions
    ]
    assert from_frame.name == "DataFrame"
    assert len(from_frame.content_hash) == 64
    assert from_frame.content_hash == load_portfolio(frame.copy()).content_hash


def test_an_index_with_a_name_is_a_column() -> None:
    rows = {"ticker": ["NVDA", "KO"], "account": ["A", "B"], "market_value": [100.0, 50.0]}
    frame = pd.DataFrame(rows)
    plain = [(p.id, p.account, p.market_value) for p in load_portfolio(frame).positions]
    for keys in ("ticker", ["ticker"], ["ticker", "account"]):
        indexed = load_portfolio(frame.set_index(keys))
        assert [(p.id, p.account, p.market_value) for p in indexed.positions] == plain
    bare = frame.set_index("ticker").rename_axis(None)
    with pytest.raises(
        InputError, match=r"index holds text and has no name. Name it: frame\.rename_axis"
    ):
        load_portfolio(bare)
    labelled = frame.set_axis(["first", "second"])
    assert [(p.id, p.account, p.market_value) for p in load_portfolio(labelled).positions] == plain


def test_an_index_with_the_name_of_a_column_holds_what_that_holds() -> None:
    frame = pd.DataFrame(
        {"ticker": ["NVDA", "KO"], "market_value": [1000.0, 500.0], "currency": ["USD", "USD"]}
    )
    both = frame.set_index("ticker", drop=False)
    assert load_portfolio(both) == load_portfolio(frame)
    other = frame.set_index(pd.Index(["NVDA", "MSFT"], name="ticker"))
    with pytest.raises(InputError) as error:
        load_portfolio(other)
    assert str(error.value) == (
        "DataFrame:2: the index 'ticker' says 'MSFT' and the column 'ticker' 'KO'. "
        "Drop one of them: frame.reset_index(drop=True) keeps the column."
    )


def test_problems_of_a_frame_name_the_row() -> None:
    frame = pd.DataFrame(
        {"ticker": ["NVDA", "KO"], "quantity": [1.0, float("inf")], "price": [1, 2]}
    )
    with pytest.raises(
        InputError, match=r"^DataFrame:2:2: column 'quantity': 'inf' is not a finite number"
    ):
        load_portfolio(frame)


@pytest.mark.parametrize("source", [pd.DataFrame(), pd.DataFrame({"ticker": []})])
def test_an_empty_frame(source: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="the frame is empty"):
        load_portfolio(source)


def test_what_is_neither_path_nor_frame() -> None:
    with pytest.raises(
        InputError, match="source: 5 is not text, a path, a DataFrame, a Portfolio or a sequence"
    ):
        load_portfolio(5)


def test_columns_can_be_chosen(written: Write) -> None:
    book = load_portfolio(
        written("Thing,How many,Each\nNVDA,10,190\n"),
        mapping={"Thing": "ticker", "How many": "quantity", "Each": "price"},
    )
    assert [(p.id, p.market_value) for p in book.positions] == [("NVDA", 1900.0)]


def test_the_hash_is_of_the_content(written: Write) -> None:
    import hashlib

    text = "ticker,quantity,price\nNVDA,10,190\n"
    assert load_portfolio(written(text)).content_hash == hashlib.sha256(text.encode()).hexdigest()


def test_a_changed_book_does_not_have_the_hash_of_its_file(written: Write) -> None:
    book = load_portfolio(written("ticker,quantity,price\nNVDA,10,190\nKO,5,60\n"))
    changed = [
        replace(book, positions=book.positions[:1]),
        book.with_positions(book.positions[:1]),
        replace(book, nav=1e6),
        replace(book, as_of="2025-12-30"),
    ]
    assert len({book.content_hash, *(one.content_hash for one in changed)}) == 5
    again = replace(changed[0], positions=book.positions, nav=book.nav)
    assert again.content_hash == again.hashed == book.hashed
    for same in (book.with_positions(book.positions), book.as_asked(as_of="2025-12-30")):
        assert same.content_hash == book.content_hash
        assert replace(same, name="other").content_hash == book.content_hash


def test_rows_of_several_dates_are_said(written: Write) -> None:
    text = "ticker,quantity,price,as_of\nNVDA,1,5,2025-12-30\nKO,1,5,2025-12-29\n"
    book = load_portfolio(written(text))
    assert book.as_of is None
    assert any(
        "rows are of 2 dates from 2025-12-29 to 2025-12-30" in text for text in book.warnings
    )


def test_the_head_of_a_file_states_date_and_currency(written: Write) -> None:
    text = "# as of: 30 Dec 2025\n# currency: eur\n# any other remark\nticker,quantity,price\nSAP,1,200\n"
    book = load_portfolio(written(text))
    assert (book.as_of, book.currency, book.warnings) == ("2025-12-30", "EUR", ())


def test_a_row_that_lacks_a_value_is_in_the_ledger_and_the_rest_is_read(written: Write) -> None:
    text = "ticker,quantity,price\nNVDA,,185\nMSFT,10,\nAAPL,--,5\nKO,n/a,n/a\nAMD,10,200\n"
    book = load_portfolio(written(text))
    assert [(p.id, p.market_value) for p in book.positions] == [("AMD", 2000.0)]
    assert book.nav == 2000.0
    assert [(row.row, row.became, row.reason) for row in book.unread] == [
        (2, "refused", "'NVDA': a price without quantity or value"),
        (3, "refused", "'MSFT': a quantity without price or value"),
        (4, "refused", "'AAPL': a price without quantity or value"),
        (5, "refused", "'KO': the row has neither quantity nor value"),
    ]
    assert sum("not read: " in said for said in book.warnings) == 4


def test_a_wrong_value_is_an_error_beside_rows_that_lack_one(written: Write) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(written("ticker,quantity,price\nNVDA,,185\nMSFT,10,-4\nAMD,10,200\n"))
    assert [problem.line for problem in caught.value.problems] == [3]


def test_a_portfolio_passes_through_and_is_not_read_in_another_way():
    read = load_portfolio([{"ticker": "NVDA", "market_value": 1e6, "currency": "USD"}])
    assert load_portfolio(read) is read
    assert load_portfolio(read, nav=None, merge=False) is read
    with pytest.raises(
        InputError, match="is a Portfolio already, so nav, as_of would change nothing"
    ):
        load_portfolio(read, nav=5.0, as_of="2026-01-02")


@pytest.mark.parametrize(
    ("text", "nav"),
    [
        ("Ticker,Quantity,Price,Market Value\nNVDA,100,190,19000\nCASH,,,5000\n", 24_000.0),
        (
            "Ticker,Quantity,Price,Currency,FX Rate\nNVDA,100,190,USD,1\nASML,2,750,EUR,1.2\n",
            20_800.0,
        ),
        ("DATE,TICKER,SHARES,WEIGHT,MARKET VALUE\n05/21/2026,NVDA,100,1,19000\n", 19_000.0),
        ("Ticker,Quantity,Price,Market Value\nShorts,,,\nNVDA,100,190,19000\n", -19_000.0),
    ],
)
def test_titles_close_to_the_native_ones_lose_no_column(
    written: Callable[[str], Path], text: str, nav: float
) -> None:
    book = load_portfolio(written(text), nav=1e6)
    assert book.dialect == "generic"
    assert sum(position.market_value for position in book.positions) == pytest.approx(nav)


def test_a_total_in_the_native_format_is_no_holding(written: Callable[[str], Path]) -> None:
    book = load_portfolio(
        written("ticker,quantity,price,market_value\nNVDA,100,190,19000\nTOTAL,,,20000\n")
    )
    assert ([p.id for p in book.positions], book.nav) == (["NVDA"], 19_000.0)
    assert any("20,000.00 for 'TOTAL'" in warning for warning in book.warnings)


@pytest.mark.parametrize(
    "rows",
    [
        "ticker,quantity,price,currency,type,underlying,right,strike,expiry,multiplier\n"
        "C,1,1200,GBX,option,MSFT,call,38000,2026-03-20,1000\n",
        "ticker,quantity,price,currency,multiplier\nMSFT260320C38000000,1,1200,GBX,1000\n",
        "ticker,quantity,price,currency,multiplier\nMSFT 2026-03-20 38000 Call,1,1200,GBX,1000\n",
        "ticker,quantity,price,currency,underlying,right,strike,expiry,multiplier\n"
        "MSFT260320C38000000,1,1200,GBX,MSFT,call,38000,2026-03-20,1000\n",
        "Symbol;Quantity;Price (p);Underlying;Right;Strike;Expiry;Multiplier\n"
        "C;1;1200;MSFT;Call;38000;2026-03-20;1000\n",
        "Symbol;Quantity;Price (p);Underlying;Right;Strike (GBP);Expiry;Multiplier\n"
        "C;1;1200;MSFT;Call;380;2026-03-20;1000\n",
        "ticker,quantity,price,currency,type,underlying,right,strike,expiry,multiplier\n"
        "C,1,12,GBP,option,MSFT,call,380,2026-03-20,1000\n",
    ],
)
def test_a_strike_is_in_the_unit_of_the_rows_price(written: Write, rows: str) -> None:
    # 1,200 pence are 12 pounds, 38,000 pence 380 pounds.
    book = load_portfolio(written(rows), currency="GBP", as_of="2025-12-31")
    (held,) = book.positions
    assert held.market_value == pytest.approx(12_000.0)
    assert held.price == pytest.approx(12.0)
    assert held.instrument.strike == 380.0
    assert held.instrument.currency == "GBP"


def test_notes_and_the_header_again_are_listed_not_refused(tmp_path):
    file = tmp_path / "my.csv"
    file.write_text(
        "ticker,quantity,price,currency\nNVDA,100,186.5,USD\nticker,quantity,price,currency\nMSFT,5,480,USD\n"
        "As of 30 Dec 2025,,,\n"
    )
    book = load_portfolio(file)
    assert [position.ticker for position in book.positions] == ["NVDA", "MSFT"]
    assert [(row.row, row.reason) for row in book.ledger if row.became == "ignored"] == [
        (3, "a repeated header"),
        (5, "text, not a position"),
    ]
    file.write_text("ticker,quantity,price,currency\nNVDA,100,186.5,USD\nMay 15 2026,,,USD\n")
    with pytest.raises(InputError, match=r"not a share\. .* If it is a note, remove it"):
        load_portfolio(file)
