"""A hedge universe with fresh quotes: which cell goes where, what is left out, and everything wrong at once."""

import os
from dataclasses import replace

import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.files.bundled import bundled_folder
from stress.files.universes.file import find_universe, load_universe
from stress.files.universes.renewed import renew_universe

UNIVERSE = """\
# as_of: 2025-12-31
# My desk's spreads.
type,underlying,id,price,currency,half_spread,commission,borrow,financing,adv,side,multiplier,follows,expiry,strike,moneyness,strike_step,style,vol,skew,dividend,vol_beta
cash,USD,,,,,,,3.7%,,,,,,,,,,,,,
sell_down,*,,,,2bp,,,,,,,,,,,,,,,,
etf,SPY,,680,USD,1bp,0.005,0.3%,,70000000,both,,,,,,,,,,,
etf,QQQ,,613,USD,1bp,0.005,0.3%,,45000000,both,,,,,,,,,,,
stock,NVDA,,185,USD,1bp,0.005,0.3%,,,both,,,,,,,,,,,
future,ES,MESH6,6890,USD,0.4bp,0.60,,,,both,5,SPY,,,,,,,,,
put,QQQ,,,USD,2%,0.65,,,4000,long,100,,2026-02-20|2026-03-20,,100%|90%,5,american,19%,-0.55,0.5%,1.2
collar,QQQ,,,USD,2.5%,1.30,,,3000,long,100,,2026-02-20,,95%/105%,5,american,19%,-0.55,0.5%,1.2
put,NVDA,my put,7.5,USD,1%,0.65,,,,long,100,,2026-03-20,170,,,american,,,0%,
"""


@pytest.fixture
def renewed(tmp_path, monkeypatch):
    """Renew the universe of this file with the rows of a table of quotes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(UNIVERSE, encoding="utf-8")

    def renew(*rows, universe="mine.csv", **given):
        (tmp_path / "quotes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return renew_universe(universe, "quotes.csv", **given)

    return renew


def by_id(universe):
    return {line.id: line for line in universe.lines}


def quotes_of(path):
    """Write a universe's own quotes as a table of quotes."""
    raw = path.read_text(encoding="utf-8").splitlines()
    titles = next(line for line in raw if not line.startswith("#")).split(",")
    rows = ["# as_of: 2025-12-31", "type,underlying,id,price,vol,expiry"]
    for line in raw[raw.index(",".join(titles)) + 1 :]:
        cells = dict(zip(titles, line.split(","), strict=False))
        if cells["type"] in ("cash", "sell_down") or rows[-1].startswith(
            f"{cells['type']},{cells['underlying']},"
        ):
            continue
        rows.append(
            ",".join(
                cells.get(c, "") for c in ("type", "underlying", "id", "price", "vol", "expiry")
            )
        )
    return rows


def test_its_own_quotes_leave_every_line_as_it_was(renewed):
    path = find_universe("hedges_us_ai")
    before = load_universe("hedges_us_ai")
    back = renewed(*quotes_of(path), universe="hedges_us_ai")

    def said(universe):
        return [replace(line, row=None) for line in universe.lines]

    assert said(back.universe) == said(before)
    assert back.left_out == back.warnings == ()
    for what in ("rates", "spots", "dividends", "vols", "vol_betas", "skews", "as_of"):
        assert getattr(back.universe, what) == getattr(before, what)
    assert back.universe.sell_down_half_spread == before.sell_down_half_spread


def test_a_cell_goes_to_the_rows_that_have_a_use_for_it(renewed):
    done = renewed(
        "# as_of: 2026-11-20",
        "underlying,id,price,vol,expiry,half_spread,adv,financing,dividend",
        "SPY,,700.10,,,3bp,1000000,,",
        "QQQ,,640,18%,2027-01-15|2027-02-19,5bp,,,0.6%",
        "ES,MESZ6,7010,,,,,,",
        "USD,,,,,,,3.1%,",
    )
    universe, lines = done.universe, by_id(done.universe)

    assert universe.as_of == "2026-11-20"
    assert (lines["SPY"].price, lines["SPY"].half_spread, lines["SPY"].adv) == (700.1, 3e-4, 1e6)
    assert (lines["QQQ"].price, lines["QQQ"].adv) == (640.0, 45e6)
    assert lines["MESZ6"].price == lines["MESZ6"].instrument.price == 7010.0
    puts = universe.of_type("put")
    assert [line.id for line in puts] == [
        "QQQ 2027-01-15 640 P", "QQQ 2027-01-15 575 P", "QQQ 2027-02-19 640 P", "QQQ 2027-02-19 575 P",
    ]  # fmt: skip
    # A half-spread of shares is none of options, whose volume is their own too.
    assert {(line.half_spread, line.adv) for line in puts} == {(0.02, 4000.0)}
    assert universe.vols["QQQ 2027-01-15 640 P"] == pytest.approx(0.18)
    assert len(universe.of_type("collar")) == 2
    assert universe.rates == {"USD": pytest.approx(0.031)}
    assert universe.dividends["QQQ"] == pytest.approx(0.006)
    assert done.renewed == 5
    assert [(one.line, one.row) for one in done.left_out] == [(8, "stock NVDA"), (12, "put my put")]


def test_the_file_says_its_date_and_what_it_was_made_from(renewed, tmp_path):
    done = renewed("# as_of: 2026-11-20", "ticker,price", "SPY,700", output="next.csv")
    text = (tmp_path / "next.csv").read_text(encoding="utf-8")

    assert text == done.text
    assert text.splitlines()[:4] == [
        "# as_of: 2026-11-20",
        "# Renewed from mine.csv of 2025-12-31 with quotes.csv: what the quotes do not state is unchanged. "
        "The remarks below are those of that file.",
        "# My desk's spreads.",
        UNIVERSE.splitlines()[2],
    ]
    assert str(tmp_path) not in text
    assert load_universe("next.csv") == done.universe
    again = renewed("ticker,price", "SPY,701", universe="next.csv", as_of="2026-11-23")
    made = [line for line in again.text.splitlines() if line.startswith("# Renewed")]
    assert len(made) == 1
    assert "from next.csv of 2026-11-20" in made[0]


@pytest.mark.parametrize("titles", ["ticker,Price", "Symbol,Last", "UNDERLYING,close", "id,price"])
def test_a_table_of_prices_is_enough(renewed, titles):
    done = renewed(titles, "SPY,700", "QQQ,640", as_of="2026-01-05")
    assert list(by_id(done.universe)) == ["SPY", "QQQ"]
    assert done.universe.as_of == "2026-01-05"


def test_what_has_no_fresh_quote_is_left_out_and_named_with_the_reason(renewed):
    done = renewed(
        "# as_of: 2026-03-01",
        "underlying,price,vol,expiry",
        "QQQ,640,18%,",
        "ES,7010,,",
        "NVDA,190,,",
    )
    assert [line.id for line in done.universe.of_type("put")] == [
        "QQQ 2026-03-20 640 P", "QQQ 2026-03-20 575 P",
    ]  # fmt: skip
    assert [(one.row, one.why) for one in done.left_out] == [
        ("etf SPY", "no price in quotes.csv"),
        ("collar QQQ", "its expiries are past (2026-02-20)"),
        ("put my put", "the share's price is in quotes.csv, the vol is not"),
    ]
    said = "\n".join(done.warnings)
    assert "left out, no price in quotes.csv: etf SPY." in said
    assert "expiries dropped, they are past (2026-02-20): put QQQ." in said
    assert "interest on cash is still that of mine.csv (USD 3.7%)" in said
    # A contract is past where its code says so: here it is not yet.
    assert by_id(done.universe)["MESH6"].price == 7010.0
    later = renewed("ticker,price", "SPY,700", "ES,7010", as_of="2026-04-01")
    assert [(one.row, one.why) for one in later.left_out][1:3] == [
        ("stock NVDA", "no price in quotes.csv"),
        ("future MESH6", "a contract of 2026-03, and no new id in quotes.csv"),
    ]


def test_a_vol_without_the_shares_price_renews_no_option(renewed):
    done = renewed("ticker,price,vol", "SPY,700,", "QQQ,,18%", as_of="2026-01-05")
    whys = {one.why for one in done.left_out if one.row.endswith("QQQ") and one.row != "etf QQQ"}
    assert whys == {"the vol is in quotes.csv, the share's price is not"}


def test_a_row_with_a_type_or_an_id_goes_before_one_for_the_underlying(renewed):
    done = renewed(
        "# as_of: 2026-01-05",
        "underlying,id,type,price,vol,half_spread,expiry",
        "QQQ,,,640,18%,,",
        "QQQ,,put,,,3%,2026-06-19",
        ",my put,,8.25,,1.5%,",
        "NVDA,,,190,,,",
    )
    lines = by_id(done.universe)
    assert {line.half_spread for line in done.universe.of_type("put")} == {0.03, 0.015}
    assert lines["QQQ 2026-06-19 640 P"].half_spread == 0.03
    assert lines["QQQ 2026-02-20 610/670 collar"].half_spread == 0.025
    assert (lines["my put"].price, lines["my put"].half_spread) == (8.25, 0.015)
    # A vol in the place of a premium: the old premium goes. A new expiry: the old name goes.
    other = renewed(
        "ticker,price,vol,expiry", "NVDA,190,44%,2026-06-19", as_of="2026-01-05"
    ).universe
    assert by_id(other)["NVDA 2026-06-19 170 P"].price is None
    assert other.vols == {"NVDA 2026-06-19 170 P": pytest.approx(0.44)}


def test_rows_may_have_dates_of_their_own(renewed, tmp_path):
    done = renewed(
        "ticker,price,quoted", "SPY,700,2026-01-06", "QQQ,640,2026-01-05", "NVDA,190,2026-01-06"
    )
    lines = by_id(done.universe)
    assert done.universe.as_of == "2026-01-06"
    assert (lines["SPY"].quoted, lines["QQQ"].quoted) == (None, "2026-01-05")
    # The next renewal clears it.
    (tmp_path / "next.csv").write_text(done.text, encoding="utf-8")
    again = renewed("ticker,price", "QQQ,641", universe="next.csv", as_of="2026-01-07")
    assert by_id(again.universe)["QQQ"].quoted is None


def test_a_figure_that_no_row_takes_is_said(renewed):
    done = renewed("ticker,price,vol", "SPY,700,12%", as_of="2026-01-05")
    assert "vol of SPY is not used: no row of mine.csv on it takes one." in done.warnings


BAD = {
    "not a number": ("SPY,,x,,,,", "price: 'x' is not a number"),
    "no unit": ("QQQ,,,18,,,", "vol: '18' has no unit"),
    "below zero": ("SPY,,-1,,,,", "price -1 is not above zero"),
    "negative cost": ("SPY,,700,,,-1bp,", "half_spread -1bp is negative"),
    "nan": ("SPY,,nan,,,,", "price: 'nan' is not a finite number"),
    "no date": ("QQQ,,,18%,soon,,", "expiry: 'soon' is not a date"),
    "past expiry": ("QQQ,,,18%,2026-01-02,,", "expiry 2026-01-02 is before the quotes"),
    "no name": (",,700,,,,", "no underlying"),
    "slip": ("SPYY,,700,,,,", "mine.csv has no row for 'SPYY'. Did you mean 'SPY'?"),
    "unknown id": (",MESH7,7000,,,,", "no row for 'MESH7'. Did you mean 'MESH6'?"),
    "id as name": ("MESH6,,7000,,,,", "It is the id of a line: write it under 'id'"),
    "no such id": ("SPY,SPZ6,700,,,,", "has no line 'SPZ6' on SPY, and no future"),
    "unknown type": ("SPY,,700,,,,etff", "type 'etff' is unknown. Did you mean 'etf'"),
    "other type": ("SPY,,,12%,,,put", "no put row for 'SPY'. Its rows on it are of type etf"),
    "cells": ("SPY,,700,,,,,,7", "cells under 7 titles"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_written(renewed, tmp_path, case):
    row, message = BAD[case]
    with pytest.raises(InputError) as refused:
        renewed(
            "# as_of: 2026-01-05",
            "underlying,id,price,vol,expiry,half_spread,type",
            "NVDA,,190,,,,",
            row,
            output="next.csv",
        )
    assert message in str(refused.value)
    assert {problem.line for problem in refused.value.problems} == {4}
    assert not (tmp_path / "next.csv").exists()


def test_all_problems_come_at_once(renewed):
    rows = [row for row, _ in BAD.values()]
    with pytest.raises(InputError) as refused:
        renewed("underlying,id,price,vol,expiry,half_spread,type", *rows, as_of="2026-01-05")
    assert {problem.line for problem in refused.value.problems} == set(range(2, 2 + len(rows)))


@pytest.mark.parametrize(
    ("rows", "given", "message"),
    [
        (("ticker,price", "SPY,700"), {}, "quotes.csv:2: the quotes have no date. Write `# as_of:"),
        (("ticker,price", "SPY,700"), {"as_of": "soon"}, "as_of: 'soon' is not a date"),
        (("# as_of: soon", "ticker,price", "SPY,700"), {}, "quotes.csv:1: as_of: 'soon' is not"),
        (
            ("# as_of: 2026-01-05", "ticker,price", "SPY,700"),
            {"as_of": "2026-01-06"},
            "the quotes are of 2026-01-05 by the file, and of 2026-01-06 as asked (--as-of / as_of=)",
        ),
        (
            ("ticker,price", "SPY,700", "QQQ,1"),
            {"as_of": "2025-12-30"},
            "quotes of 2025-12-30 (SPY, QQQ) are older than those of 2025-12-31 in mine.csv",
        ),
        (("ticker,prize", "SPY,7"), {}, "quotes.csv:1: column 'prize' is unknown. Did you mean"),
        (("ticker,strike", "SPY,7"), {}, "'strike' is not renewed: it says what a line is"),
        (("ticker,underlying", "SPY,SPY"), {}, "the column 'underlying' stands twice"),
        (("price,vol", "700,"), {}, "no column 'underlying'. Name it so, or 'ticker', 'symbol'"),
        (("tickr,price", "SPY,7"), {}, "column 'tickr' is unknown. Did you mean 'ticker'?"),
        (
            ("ticker,price,name", "KO,70,Coca-Cola"),
            {"as_of": "2026-01-05"},
            "mine.csv has no row for KO: not used.",
        ),
        (
            ("ticker;price", "SPY;7.010", "QQQ;640"),
            {"as_of": "2026-01-05"},
            "quotes.csv:2: price: '7.010' may be 7010 or 7.01, and no number of the table says which. Write 7010 or 7.01.",
        ),
        (
            ("ticker,price", 'SPY,"7,01.2"'),
            {"as_of": "2026-01-05"},
            "quotes.csv:2: price: '7,01.2' is not a number. Write digits and a decimal point, as 7010.50.",
        ),
        (
            ("ticker,price", "SPY,\u20ac700"),
            {"as_of": "2026-01-05"},
            "'SPY' is quoted in EUR, line 6 of mine.csv in USD",
        ),
        (
            ("ticker,price", "SPY,700", "QQQ,640", "SPY,701"),
            {"as_of": "2026-01-05"},
            "quotes.csv:4: 'SPY' stands twice. Remove it, or line 2",
        ),
        (
            ("ticker,price,currency", "SPY,700,EUR"),
            {"as_of": "2026-01-05"},
            "'SPY' is quoted in EUR, line 6 of mine.csv in USD",
        ),
        (
            ("ticker,vol", "QQQ,18%"),
            {"as_of": "2026-01-05"},
            "no row of mine.csv has a fresh quote: nothing is left to trade.",
        ),
        (("# nothing",), {}, "quotes.csv: holds no row. Titles: underlying,id,type,"),
        (
            ("ticker,type,price", "QQQ,,640", "QQQ,put,5"),
            {"as_of": "2026-01-05"},
            "mine.csv:10: with the quotes of quotes.csv: one price for several contracts.",
        ),
    ],
)
def test_what_cannot_be_renewed_at_all(renewed, tmp_path, rows, given, message):
    with pytest.raises(InputError) as refused:
        renewed(*rows, output="next.csv", **given)
    assert message in str(refused.value)
    assert sorted(os.listdir(tmp_path)) == ["mine.csv", "quotes.csv"]


def test_a_universe_that_is_wrong_is_said_in_its_own_lines(renewed, tmp_path):
    (tmp_path / "bad.csv").write_text(UNIVERSE.replace(",613,", ",x,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.csv:7: price: 'x' is not a number"):
        renewed("ticker,price", "SPY,700", universe="bad.csv", as_of="2026-01-05")


def test_what_a_spreadsheet_adds_is_no_matter(renewed):
    rows = ("\ufeff# as_of: 2026-01-05,,", "Ticker,Price,", "SPY,700,", ",,")
    assert by_id(renewed(*rows).universe)["SPY"].price == 700.0


def test_one_price_is_not_that_of_a_share_and_of_a_future_on_it(renewed, tmp_path):
    both = UNIVERSE.replace("future,ES,", "future,SPY,")
    (tmp_path / "both.csv").write_text(both, encoding="utf-8")
    asked = {"universe": "both.csv", "as_of": "2026-01-05"}
    with pytest.raises(InputError, match=r"quotes\.csv:2: 'SPY' is a share and a future"):
        renewed("ticker,price", "SPY,700", **asked)
    done = renewed("ticker,type,price", "SPY,,700", "SPY,future,7010", **asked)
    assert [line.price for line in done.universe.lines] == [700.0, 7010.0]


def test_one_new_id_is_not_that_of_two_futures(renewed, tmp_path):
    row = next(line for line in UNIVERSE.splitlines() if line.startswith("future"))
    two = UNIVERSE + row.replace("MESH6", "ESH6").replace(",5,SPY", ",50,SPY") + "\n"
    (tmp_path / "two.csv").write_text(two, encoding="utf-8")
    asked = {"universe": "two.csv", "as_of": "2026-01-05"}
    with pytest.raises(InputError, match=r"'ESM6' would be the new id of 2 futures on ES"):
        renewed("ticker,id,price", "ES,ESM6,7000", **asked)
    done = renewed("ticker,price", "ES,7000", **asked)
    assert [line.id for line in done.universe.lines] == ["MESH6", "ESH6"]


def test_what_is_read_is_not_written_over(renewed, tmp_path):
    for output in ("mine.csv", "./quotes.csv"):
        with pytest.raises(InputError, match="this file is read"):
            renewed("ticker,price", "SPY,700", as_of="2026-01-05", output=output)
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == UNIVERSE


def test_a_hedge_is_proposed_for_a_book_of_a_later_day(renewed):
    book = stress.load_portfolio(
        [
            {"ticker": "NVDA", "quantity": 1000, "price": 201.5, "currency": "USD"},
            {"ticker": "VST", "quantity": 500, "price": 171.0, "currency": "USD"},
        ],
        as_of="2026-11-20",
    )
    with pytest.raises(InputError, match="No hedge is proposed on stale quotes"):
        stress.hedge(book, universe="mine.csv", draws=2_000, family=[])
    done = renewed(
        "# as_of: 2026-11-20",
        "underlying,id,price,vol,expiry",
        "SPY,,700.10,,",
        "QQQ,,640,18%,2027-01-15",
        "ES,MESZ6,7010,,",
        "NVDA,,201.5,42%,2027-01-15",
    )
    plan = stress.hedge(book, scenarios=[], universe=done.universe, draws=2_000, family=[])
    assert plan.tickets
    assert plan.es_after < plan.es_before


def test_a_price_or_vol_far_from_what_it_was_is_warned_of(renewed):
    done = renewed(
        "ticker,price,vol,expiry",
        "SPY,70.01,,",
        "QQQ,640,180%,2026-06-19",
        "ES,6900,,",
        "NVDA,290,,",
        as_of="2026-01-05",
    )
    assert done.warnings[:3] == (
        "price of SPY is 70.01, was 680 (-90 %): check it.",
        "price of NVDA is 290, was 185 (+57 %): check it.",
        "vol of QQQ is 180%, was 19% (+847 %): check it.",
    )
    assert "check it" not in "".join(done.warnings[3:])
    near = renewed("ticker,price,vol", "SPY,460,", "QQQ,900,37%", as_of="2026-01-05")
    assert "check it" not in "".join(near.warnings)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("ES,MESU6,7010", "its id MESU6 in quotes.csv is a contract of 2026-09"),
        ("ES,mesu6,7010", "its id mesu6 in quotes.csv is a contract of 2026-09"),
        ("ES,MESH6,7010", "a contract of 2026-03, and no new id in quotes.csv"),
        (",MESH6,7010", "a contract of 2026-03, and no new id in quotes.csv"),
        ("ES,,7010", "a contract of 2026-03, and no new id in quotes.csv"),
    ],
)
def test_a_contract_of_a_past_month_is_left_out_whoever_names_it(renewed, row, why):
    done = renewed("underlying,id,price", "SPY,,700", row, as_of="2026-11-20")
    assert ("future MESH6", why) in [(one.row, one.why) for one in done.left_out]
    assert list(by_id(done.universe)) == ["SPY"]


def test_a_date_that_cannot_be_read_has_its_line(renewed):
    with pytest.raises(InputError) as refused:
        renewed("ticker,price,vol,expiry", "QQQ,640,18%,15.01.2027", as_of="2026-01-05")
    assert str(refused.value).startswith("quotes.csv:2: expiry: '15.01.2027' is not a date")


def test_it_shows_in_one_line(renewed):
    done = renewed("ticker,price", "SPY,700", as_of="2026-01-05")
    assert repr(done) == "RenewedUniverse(renewed=1)"


def test_a_price_list_may_have_more_names_and_columns_than_are_used(renewed):
    done = renewed(
        "Symbol,Name,Bid,Last,Volume,Note",
        "SPY,S&P 500,699,700,65000000,",
        "KO,Coca-Cola,69,70,1,",
        "BRK.B,Berkshire,x,soon,,",
        *(f"ZZ{n % 20},,,1,," for n in range(21)),
        as_of="2026-01-05",
    )
    spy = by_id(done.universe)["SPY"]
    assert (spy.price, spy.adv) == (700.0, 65e6)
    names = "KO, BRK.B, ZZ0, ZZ1, ZZ2, ZZ3, ZZ4, ZZ5 and 14 more"
    assert f"mine.csv has no row for {names}: not used." in done.warnings
    assert "columns of quotes.csv that are not used: name, bid, note." in done.warnings


@pytest.mark.parametrize(
    "rows",
    [
        ("ticker,price,vol,adv", 'SPY,"$7,010.50",,"45,000,000"', "QQQ,640.00,18.5%,N/A"),
        ("ticker;price;vol;adv", "SPY;7.010,50;;45.000.000", "QQQ;640,00;18,5%;"),
        ("ticker;price;vol;adv", "SPY;7010.50;;45000000", "QQQ;640.00;18.5%;"),
        ("ticker\tprice\tvol\tadv", "SPY\t7 010,50 $\t\t45000000", "QQQ\t640\t18,5 %\t-"),
    ],
)
def test_numbers_are_read_as_spreadsheets_write_them(renewed, rows):
    done = renewed("# as_of: 2026-01-05;;;", *rows)
    lines = by_id(done.universe)
    assert (lines["SPY"].price, lines["SPY"].adv) == (7010.5, 45e6)
    assert (lines["QQQ"].price, lines["QQQ"].adv) == (640.0, 45e6)
    assert done.universe.vols["QQQ 2026-02-20 640 P"] == pytest.approx(0.185)


def test_quotes_in_the_place_of_a_universe_are_known(renewed):
    for rows in (("Ticker,Price", "SPY,700"), ("symbol;last", "SPY;700")):
        with pytest.raises(InputError) as refused:
            renewed(*rows, universe="quotes.csv")
        assert str(refused.value) == (
            "quotes.csv: these are quotes, not a hedge universe: there is no column 'type'. Make a universe with them:  "
            "foreshock universe renew hedges_us_ai quotes.csv -o my_universe.csv   "
            "(in Python stress.renew_universe('hedges_us_ai', 'quotes.csv'))"
        )


def test_a_frame_is_taken_as_a_file_is(tmp_path):
    frame = pd.read_csv(bundled_folder("portfolios") / "hedges_us_ai.csv", comment="#")
    from_frame, from_file = load_universe(frame), load_universe("hedges_us_ai")
    assert [(line.id, line.price, line.half_spread) for line in from_frame.lines] == [
        (line.id, line.price, line.half_spread) for line in from_file.lines
    ]
    assert dict(from_frame.vols) == dict(from_file.vols)
    assert from_frame.as_of is None
    with pytest.raises(InputError, match=r"DataFrame:3: .*half_spread"):
        load_universe(frame.assign(half_spread=["", "2bp", "wide", *frame.half_spread[3:]]))

    quotes = pd.DataFrame({"price": [700.1, 640.0]}, index=pd.Index(["SPY", "QQQ"], name="ticker"))
    path = tmp_path / "quotes.csv"
    quotes.to_csv(path)
    renewed = stress.renew_universe("hedges_us_ai", quotes, as_of="2026-06-20")
    assert renewed.universe.lines == (
        stress.renew_universe("hedges_us_ai", path, as_of="2026-06-20").universe.lines
    )
    assert "with DataFrame" in renewed.text


@pytest.mark.parametrize(
    ("rows", "id_", "price"),
    [
        # The universe holds MESH6: nearest of what is quoted, whatever the order, once that is past.
        (("ES,MESM6,7010", "ES,MESU6,7100"), "MESM6", 7010.0),
        (("ES,MESU6,7100", "ES,MESM6,7010"), "MESM6", 7010.0),
        (("ES,MESH6,7000", "ES,MESM6,7110"), "MESM6", 7110.0),
        (("ES,MESM6,7110", ",MESH6,7000"), "MESM6", 7110.0),
        (("ES,,7000", "ES,MESM6,7110"), "MESM6", 7110.0),
        (("ES,MESM6,", "ES,MESU6,7100"), "MESU6", 7100.0),
        (("ES,ESM6,7010", "ES,MESM6,7011"), "MESM6", 7011.0),
    ],
)
def test_the_id_and_the_price_of_a_future_are_of_one_row(renewed, rows, id_, price):
    done = renewed("# as_of: 2026-04-20", "underlying,id,price", "SPY,,700", *rows)
    (future,) = done.universe.of_type("future")
    assert (future.id, future.price, future.instrument.price) == (id_, price, price)


def test_a_future_stays_in_its_contract_until_that_is_past_and_the_others_are_named(renewed):
    done = renewed(
        *("# as_of: 2026-02-20", "underlying,id,price,half_spread"),
        *("ES,MESM6,7110,9bp", "ES,MESH6,7000,2bp"),
    )
    (future,) = done.universe.of_type("future")
    assert (future.id, future.price, future.half_spread) == ("MESH6", 7000.0, pytest.approx(2e-4))
    said = "future MESH6 takes MESH6 of quotes.csv, line 4; not used: MESM6 (line 3)."
    assert said in done.warnings


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ("ES,JUN,7010", "ES,SEP,7100"),
            "quotes.csv:4: future MESH6 may become JUN (line 3) and SEP (line 4): which of them is not said.",
        ),
        (
            ("ES,ESM6,7010",),
            "quotes.csv:3: ESM6 is no later MESH6: a contract of another root, of a size of its own.",
        ),
        (
            ("ES,MESM6,", "ES,,7100"),
            "quotes.csv:3: 'MESM6' is a new id without a price, and line 4 states a price without it.",
        ),
    ],
)
def test_contracts_that_it_may_not_become_are_refused(renewed, rows, said):
    with pytest.raises(InputError) as refused:
        renewed("# as_of: 2026-04-20", "underlying,id,price", *rows)
    assert said in str(refused.value)
