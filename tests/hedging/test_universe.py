"""The universe file: what it may say, ladders, and everything that is wrong with it at once."""

import math
from dataclasses import replace

import pytest

from stress.errors import InputError
from stress.files.universes.file import load_universe
from stress.files.universes.rows import COLUMNS
from stress.hedging.lines.exchange import taken_in_dollars
from stress.hedging.lines.quote_dates import check_quotes
from stress.opening import open_book

HEAD = "type,underlying,price,half_spread,commission,borrow,financing,lot,side,max_units,multiplier,expiry,strike,moneyness,strike_step,style,vol,skew,dividend,vol_beta,adv\n"


def written(tmp_path, *rows, as_of="2025-12-31", head=HEAD):
    width = head.count(",")
    full = [row + "," * (width - row.count(",")) for row in rows]
    path = tmp_path / "hedges.csv"
    path.write_text(f"# as_of: {as_of}\n{head}" + "\n".join(full) + "\n")
    return path


def cells(**given):
    titles = HEAD.strip().split(",")
    assert set(given) <= set(titles)
    return ",".join(str(given.get(title, "")) for title in titles)


def etf(**changes):
    return cells(
        **{
            "type": "etf",
            "underlying": "SMH",
            "price": 360,
            "half_spread": "1bp",
            "commission": 0,
            "borrow": "0.4%",
            **changes,
        }
    )


def test_the_bundled_universe_has_every_type_and_moves_with_the_sample_books():
    universe = load_universe("hedges_us_ai")
    found = {line.type for line in universe.lines}

    assert {"etf", "stock", "future", "put", "put_spread", "collar"} <= found
    assert universe.rates["USD"] == pytest.approx(0.037)
    assert universe.sell_down_stated
    assert check_quotes(universe, "2025-12-31") == ()


def test_the_type_of_a_row_may_be_in_capitals_and_its_price_is_a_ladders_spot(tmp_path):
    ladder = cells(
        type="put",
        underlying="SMH",
        half_spread="3%",
        commission=0.65,
        multiplier=100,
        expiry="2026-03-20",
        moneyness="95%",
        strike_step=5,
        style="american",
        vol="34%",
    )
    universe = load_universe(written(tmp_path, etf(type="ETF"), ladder))
    assert universe.spots == {"SMH": 360.0}
    assert universe.lines[1].instrument.strike == 340.0


def test_two_prices_of_one_underlying_are_refused_with_both_rows(tmp_path):
    path = written(tmp_path, etf(), etf(type="stock", price=361))
    with pytest.raises(
        InputError, match=r"hedges\.csv:4: price of SMH is 361 here and 360 in line 3"
    ):
        load_universe(path)


def test_a_ladder_is_the_product_of_expiries_and_moneyness_on_the_smile(tmp_path):
    ladder = cells(
        type="put",
        underlying="SMH",
        half_spread="3%",
        commission=0.65,
        multiplier=100,
        expiry="2026-02-20|2026-03-20",
        moneyness="95%|85%",
        strike_step=5,
        style="american",
        vol="35%",
        skew="-0.4",
        dividend="0.4%",
        vol_beta=1.5,
    )
    universe = load_universe(written(tmp_path, etf(), ladder))
    puts = universe.of_type("put")

    assert [line.id for line in puts] == [
        "SMH 2026-02-20 340 P",
        "SMH 2026-02-20 305 P",
        "SMH 2026-03-20 340 P",
        "SMH 2026-03-20 305 P",
    ]
    assert universe.vols["SMH 2026-02-20 305 P"] == pytest.approx(0.35 - 0.4 * math.log(305 / 360))
    assert puts[0].lower == 0.0  # protection is bought unless the row says otherwise


def test_sides_and_limits(tmp_path):
    universe = load_universe(
        written(
            tmp_path, etf(side="short", max_units=500, lot=100), etf(underlying="XLK", side="long")
        )
    )
    short, long = universe.lines

    assert (short.lower, short.upper, short.lot) == (-500.0, 0.0, 100.0)
    assert (long.lower, long.upper) == (0.0, math.inf)


BAD = {
    "no price": (etf(price=""), "etf 'SMH' has no price"),
    "nan price": (etf(price="nan"), "price: 'nan' is not a finite number"),
    "negative cost": (
        etf(half_spread="-1bp"),
        "half_spread is -0.0001: a cost is finite and not negative",
    ),
    "negative commission": (etf(commission="-3"), "commission is -3"),
    "lot larger than limit": (
        etf(lot=1000, max_units=500),
        "one lot is 1000 units, more than its limit of 500",
    ),
    "no bid": (etf(half_spread="100%"), "half_spread is 100%, the whole price: its bid would be"),
    "no bid of what is sold": (
        cells(type="sell_down", underlying="*", half_spread="10000bp"),
        "half_spread is 10000bp, the whole price: what is sold would bring nothing",
    ),
    "strike and moneyness": (
        cells(
            type="put",
            underlying="XLK",
            half_spread="1%",
            commission=0,
            multiplier=100,
            expiry="2026-02-20",
            strike="300",
            moneyness="95%",
            style="american",
            vol="20%",
        ),
        "put states strike 300 and moneyness 95%. State one of them",
    ),
    "no borrow": (etf(borrow=""), "has no borrow"),
    "unknown type": (etf(type="etff"), "type 'etff' is unknown. Did you mean 'etf'"),
    "no unit": (etf(half_spread="3"), "3"),
    "no multiplier": (
        cells(type="put", underlying="SMH", half_spread="1%", commission=0, expiry="2026-02-20"),
        "no multiplier",
    ),
    "no quote": (
        cells(
            type="put",
            underlying="SMH",
            half_spread="1%",
            commission=0,
            expiry="2026-02-20",
            strike=300,
            multiplier=100,
            style="american",
        ),
        "has neither price nor vol",
    ),
}


def test_a_cell_under_no_title_is_shown_and_a_comma_after_the_last_is_none(tmp_path):
    plain = etf(underlying="XLK")
    assert len(load_universe(written(tmp_path, f"{plain},,")).lines) == 1
    with pytest.raises(
        InputError, match=r"hedges\.csv:3: 2\d cells under 21 titles: 'etf,XLK,.*in quotes"
    ):
        load_universe(written(tmp_path, f"{plain},1"))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case)
def test_what_is_wrong_is_said_with_its_line(tmp_path, case):
    row, message = BAD[case]
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(underlying="XLK"), row))

    assert refused.value.exit_code == 3
    assert message in str(refused.value)
    assert "hedges.csv:4" in str(refused.value)


def option(type_, *, strike, vol="20%", **words):
    return cells(
        **{
            "type": type_,
            "underlying": "SMH",
            "half_spread": "3%",
            "commission": 0.65,
            "expiry": "2026-02-20",
            "strike": strike,
            "multiplier": 100,
            "style": "american",
            "vol": vol,
            **words,
        }
    )


def test_one_contract_has_one_volatility_and_both_rows_are_named(tmp_path):
    rows = (option("put", strike="340|300"), option("put_spread", strike="340/320", vol="45%"))
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(), *rows))

    (problem,) = refused.value.problems
    assert problem.message == "vol of SMH 2026-02-20 340 P is 45% here and 20% in line 4."
    assert problem.line == 5
    # Stated alike it is one level, and a contract of its own may have its own.
    alike = option("put_spread", strike="340/320")
    universe = load_universe(written(tmp_path, etf(), rows[0], alike))
    assert universe.vols["SMH 2026-02-20 340 P"] == 0.20
    other = option("put", strike="320", vol="45%")
    assert len(load_universe(written(tmp_path, etf(), rows[0], other)).vols) == 3


@pytest.mark.parametrize(
    ("column", "first", "second", "said"),
    [
        ("dividend", "0.4%", "0.9%", "dividend of SMH is 0.9% here and 0.4% in line 4."),
        ("vol_beta", 1.7, 1.2, "vol_beta of SMH is 1.2 here and 1.7 in line 4."),
        ("skew", -0.45, -0.30, "skew of SMH is -0.3 here and -0.45 in line 4."),
    ],
)
def test_levels_of_an_underlying_are_stated_alike(tmp_path, column, first, second, said):
    rows = (
        option("put", strike="340", **{column: first}),
        option("collar", strike="340/380", **{column: second}),
    )
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(), *rows))
    assert said in str(refused.value)
    assert "line 4" in str(refused.value)
    assert "hedges.csv:5" in str(refused.value)


def test_rows_without_a_currency_are_counted(tmp_path):
    universe = load_universe(written(tmp_path, etf(), "cash,USD,,,,,4%"))
    stated = load_universe("hedges_us_ai")
    book = open_book("ai_growth")
    euros = replace(book, portfolio=replace(book.portfolio, currency="EUR"))

    assert universe.in_dollars == (3,)
    assert stated.in_dollars == ()
    assert taken_in_dollars(book, universe) == taken_in_dollars(euros, stated) == ()
    assert taken_in_dollars(euros, universe) == (
        "hedges.csv: no currency in 1 row(s), the first in line 3: read in USD. State it in a column 'currency'.",
    )


def test_all_problems_come_at_once(tmp_path):
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(price=""), etf(lot=0), etf(commission="x")))

    assert len(refused.value.problems) == 3


def test_all_problems_of_one_row_come_at_once(tmp_path):
    row = etf(price=-360, half_spread="0.6", commission="", adv="many", side="sideways")
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, row))

    said = [
        "half_spread: '0.6' has no unit",
        "adv: 'many' is not a number",
        "side 'sideways'",
        "has no commission",
        "price -360 is not a number above zero",
    ]
    assert len(refused.value.problems) == len(said)
    for words in said:
        assert any(words in problem.message for problem in refused.value.problems)


def test_a_contract_that_expired_before_its_quote_is_refused(tmp_path):
    row = cells(
        type="put",
        underlying="SMH",
        price=5,
        half_spread="3%",
        commission=0.65,
        expiry="2025-02-20",
        strike=300,
        multiplier=100,
        style="amerian",
    )
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, row))
    text = str(refused.value)
    assert "it expired on 2025-02-20, before the quotes of 2025-12-31" in text
    assert "style 'amerian' is neither" in text


def test_an_empty_universe_and_a_missing_file_and_a_strange_column(tmp_path):
    with pytest.raises(InputError, match=r"universe hedges.csv is empty"):
        load_universe(written(tmp_path, cells(type="cash", underlying="USD", financing="3.7%")))
    with pytest.raises(InputError, match="no such file"):
        load_universe(tmp_path / "absent.csv")
    with pytest.raises(InputError, match=r"column 'prize' is unknown. Did you mean 'price'"):
        load_universe(written(tmp_path, "etf,SMH,360", head="type,underlying,prize\n"))
    with pytest.raises(InputError, match=r"'price' stands twice \(columns 3 and 4\)"):
        load_universe(written(tmp_path, "etf,SMH,360,3", head="type,underlying,price,price\n"))

    for mark, what in ((";", "semicolons"), ("\t", "tabs")):
        head = mark.join(("type", "underlying", "price"))
        with pytest.raises(InputError, match=f"cells are separated by {what}.*Save it as CSV with"):
            load_universe(written(tmp_path, mark.join(("etf", "SMH", "360")), head=head + "\n"))


def test_a_line_named_twice_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(), etf()))
    assert str(refused.value) == (
        "hedges.csv:4: hedge line 'SMH' stands twice. Remove it, or line 3."
    )


def test_strikes_that_are_rounded_to_one_are_refused_with_the_row_and_the_reason(tmp_path):
    ladder = option("put", strike="", moneyness="95%|94%", strike_step=50)
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, etf(), ladder))
    assert str(refused.value) == (
        "hedges.csv:4: hedge line 'SMH 2026-02-20 350 P' stands twice. Two of the row's expiries, or of its strikes as "
        "rounded to strike_step, are one: leave one out."
    )


LISTED = "type,underlying,id,price,currency,half_spread,commission,borrow,side,multiplier,follows,expiry,strike,style,vol\n"
TWICE = {
    "a fund under two ids": ("etf,SMH,A,360,,1bp,0,0%", "etf,SMH,B,360,,1bp,0,0%"),
    "as a stock": ("etf,SMH,A,360,,1bp,0,0%,long", "stock,SMH,B,360,USD,2bp,0,0%"),
    "a contract": ("future,ES,MESH6,7000,,1bp,0,,,5,SPY", "future,ES,mesh26,7001,,1bp,0,,,5,SPY"),
    "a future without a code": ("future,ES,A,7000,,1bp,0,,,5,SPY", "future,ES,B,7000,,1bp,0,,,5,SPY"),
    "an option": (
        "put,SMH,A,,,3%,0,,,100,,2026-03-20,340,american,30%",
        "put,SMH,B,,,3%,0,,,100,,2026-03-20,340,american,30%",
    ),
}  # fmt: skip
APART = {
    "long and short": ("etf,SMH,A,360,,1bp,0,,long", "etf,SMH,B,360,,2bp,0,1%,short"),
    "two months": ("future,ES,MESH6,7000,,1bp,0,,,5,SPY", "future,ES,MESM6,7000,,1bp,0,,,5,SPY"),
    "two sizes": ("future,ES,MESH6,7000,,1bp,0,,,5,SPY", "future,ES,ESH6,7000,,1bp,0,,,50,SPY"),
    "two strikes": (
        "put,SMH,A,,,3%,0,,,100,,2026-03-20,340,american,30%",
        "put,SMH,B,,,3%,0,,,100,,2026-03-20,330,american,30%",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_one_security_is_one_line_whatever_its_ids(tmp_path, case):
    # Ten per cent of the daily volume of each of n such lines would be n times that of the security.
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, *TWICE[case], head=LISTED))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("hedges.csv", 4)
    assert "is the same security as" in problem.message
    assert problem.message.endswith("in line 3.")


@pytest.mark.parametrize("case", APART)
def test_securities_that_differ_and_one_long_and_one_short_line_may_stand_together(tmp_path, case):
    assert len(load_universe(written(tmp_path, *APART[case], head=LISTED)).lines) == 2


def test_quotes_older_than_the_book_stop_everything(tmp_path):
    import stress

    old = written(tmp_path, etf(), as_of="2025-12-30")
    with pytest.raises(
        InputError, match=r"the quote of 'SMH' is of 2025-12-30, the positions of 2025-12-31"
    ):
        stress.hedge("ai_growth", universe=old, draws=2_000)
    assert "newer" not in str(check_quotes(load_universe(old), "2025-12-30"))
    assert "cannot be checked" in check_quotes(load_universe(old), None)[0]


def test_many_stale_quotes_are_one_problem_with_what_renews_them():
    with pytest.raises(InputError) as refused:
        check_quotes(load_universe("hedges_us_ai"), "2026-11-20", typed="foreshock hedge my.csv")
    assert str(refused.value) == (
        "hedges_us_ai.csv: the quotes of 45 lines are of 2025-12-31, the positions of 2026-11-20. No hedge is proposed on "
        "stale quotes. Write fresh ones into a table ticker,price,vol,expiry with `# as_of: 2026-11-20` above it "
        "(docs/hedging.md), then:  foreshock universe renew hedges_us_ai quotes.csv -o my_universe.csv   and ask again "
        "with:  foreshock hedge my.csv --universe my_universe.csv"
    )
    with pytest.raises(InputError) as from_python:
        check_quotes(load_universe("hedges_us_ai"), "2026-11-20")
    said = str(from_python.value)
    assert "stress.renew_universe('hedges_us_ai', 'quotes.csv', output='my_universe.csv')" in said
    assert said.endswith("universe='my_universe.csv'")
    assert "foreshock universe" not in said


def test_lines_with_dates_of_their_own_are_named_a_problem_a_date(tmp_path):
    rows = [
        "# as_of: 2026-01-10",
        "type,underlying,price,half_spread,commission,borrow,quoted",
        *(f"etf,A{n},10,1bp,0,0%,2026-01-09" for n in range(7)),
        "etf,B,10,1bp,0,0%,2026-01-08",
        "etf,C,10,1bp,0,0%,",
    ]
    path = tmp_path / "my_universe.csv"
    path.write_text("\n".join(rows) + "\n")
    universe = load_universe(path)
    with pytest.raises(InputError) as refused:
        check_quotes(universe, "2026-01-10", typed="foreshock hedge my.csv")
    first, second, remedy = str(refused.value).splitlines()
    assert first == (
        "my_universe.csv:10: the quote of 'B' is of 2026-01-08, the positions of 2026-01-10."
    )
    assert second == (
        "my_universe.csv: the quotes of 7 lines ('A0', 'A1', 'A2', 'A3', 'A4' and 2 more) are of 2026-01-09, the positions "
        "of 2026-01-10."
    )
    # It is not told to write over the file that it reads.
    assert f"universe renew {path} quotes.csv -o renewed_universe.csv" in remedy
    with pytest.raises(InputError, match=r"No hedge is proposed on stale quotes\. Renew them\."):
        check_quotes(replace(universe, source=""), "2026-01-10")


def test_lines_outside_the_model_are_all_named(tmp_path):
    import stress

    path = written(
        tmp_path,
        cells(type="cash", underlying="USD", financing="3%"),
        etf(underlying="ZZZZ"),
        etf(underlying="YYYY"),
        etf(underlying="smh"),
    )
    with pytest.raises(InputError) as refused:
        stress.hedge(open_book("ai_growth"), universe=path, draws=2_000)
    assert [p.line for p in refused.value.problems] == [4, 5, 6]
    assert [(p.hint or "").partition(" Remove")[0] for p in refused.value.problems][1:] == [
        "Remove the row, or extend the model with its prices.",
        "Did you mean 'SMH'?",
    ]


def test_every_documented_column_is_read():
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "hedging.md").read_text()
    missing = [column for column in COLUMNS if f"`{column}`" not in page]
    assert missing == []


def test_a_universe_that_is_read_passes_through_and_is_shown_in_a_line():
    universe = load_universe("hedges_us_ai")
    assert load_universe(universe) is universe
    assert repr(universe).startswith(
        "<HedgeUniverse 'hedges_us_ai.csv' · quotes of 2025-12-31 · 45 lines: 14 etf, 5 stock"
    )
    assert len(repr(universe)) < 200


FUTURES = "type,underlying,id,price,half_spread,commission,multiplier,follows,quoted\n"


def test_a_future_of_a_past_month_is_refused_by_the_date_of_its_quote(tmp_path):
    rows = (
        "future,ES,MESU5,6890,1bp,0.6,5,SPY",
        "future,ES,MESZ5,6900,1bp,0.6,5,SPY",
        "future,ES,MESH6,6950,1bp,0.6,5,SPY,2026-04-01",
        "future,ES,ESM26,7000,1bp,0.6,50,SPY",
        "future,NQ,NQ1,25000,1bp,0.6,20,QQQ",
    )
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, *rows, head=FUTURES))
    assert [(p.line, p.message) for p in refused.value.problems] == [
        (3, "future 'MESU5' is a contract of 2025-09: it expired before its quote of 2025-12-31."),
        (5, "future 'MESH6' is a contract of 2026-03: it expired before its quote of 2026-04-01."),
    ]
    assert len(load_universe(written(tmp_path, *rows[3:], rows[1], head=FUTURES)).lines) == 3


@pytest.mark.parametrize(("euros", "one_price"), [(307.69, True), (303.0, True), (360.0, False)])
def test_a_share_in_two_currencies_is_compared_at_the_rate(tmp_path, euros, one_price):
    import stress

    # 360 dollars at 1.17 dollars a euro are 307.69 euros.
    rows = (
        "cash,USD,,,,,,3%", "cash,EUR,,,,,,2%",
        "etf,SMH,A,360,USD,1bp,0,,0%", f"etf,SMH,B,{euros},EUR,1bp,0,,0%",
    )  # fmt: skip
    head = "type,underlying,id,price,currency,half_spread,commission,financing,borrow\n"
    universe = load_universe(written(tmp_path, *rows, head=head))
    assert universe.spots == {"SMH": 360.0}
    asked = {"scenarios": [], "universe": universe, "draws": 2_000, "family": []}
    book = stress.open_book("ai_growth", fx={"EUR": 1.17})
    if one_price:
        assert stress.hedge(book, **asked).es_before > 0.0
        return
    with pytest.raises(InputError) as refused:
        stress.hedge(book, **asked)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("hedges.csv", 6)
    assert problem.message == (
        "SMH is quoted at 360 EUR here and at 360 USD in line 5, which is 307.692 EUR: more than 2% apart."
    )


def test_moneyness_is_of_the_price_in_the_currency_of_the_option(tmp_path):
    head = "type,underlying,id,price,currency,half_spread,commission,borrow,multiplier,expiry,moneyness,strike_step,style,vol\n"
    ladder = "put,SMH,,,EUR,3%,0,,100,2026-03-20,90%,1,american,30%"
    rows = ("etf,SMH,A,360,USD,1bp,0,0%", "etf,SMH,B,300,EUR,1bp,0,0%", ladder)
    universe = load_universe(written(tmp_path, *rows, head=head))
    assert universe.lines[-1].instrument.strike == 270.0
    with pytest.raises(InputError, match="moneyness of SMH: its price in EUR is not in the file"):
        load_universe(written(tmp_path, rows[0], ladder, head=head))
    with pytest.raises(InputError, match="price of SMH in EUR is 301 here and 300 in line 4"):
        load_universe(written(tmp_path, *rows[:2], "stock,SMH,C,301,EUR,1bp,0,0%", head=head))


@pytest.mark.parametrize(
    ("root", "said"), [("ES", "SPY, or an index"), ("ZN", "the name or factor")]
)
def test_the_root_of_a_future_is_no_ticker_that_it_follows(tmp_path, root, said):
    # ES is Eversource Energy.
    with pytest.raises(InputError) as refused:
        load_universe(written(tmp_path, f"future,{root},X,6890,1bp,0.6,5", head=FUTURES))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("hedges.csv", 3)
    assert problem.message.startswith(f"future 'X' on {root} does not say what it follows")
    assert problem.hint == f"State it in the column 'follows': {said}" + (
        "." if root == "ES" else " that it moves with."
    )
    # A future on a share follows it, and a root follows what is stated: itself too, where that is meant.
    for row in ("future,NVDA,X,190,1bp,0.6,100", "future,ES,X,60,1bp,0.6,100,ES"):
        (line,) = load_universe(written(tmp_path, row, head=FUTURES)).lines
        assert line.instrument.underlying == row.split(",")[1]


def test_a_premium_below_the_intrinsic_value_is_said_with_file_and_line(tmp_path):
    import stress

    # A put struck at 400 on a share of 360 is worth at least 40.
    put = option("put", strike="400", vol="", price=30, dividend="0%")
    path = written(tmp_path, cells(type="cash", underlying="USD", financing="3%"), etf(), put)
    with pytest.raises(InputError) as refused:
        stress.hedge("ai_growth", universe=path, draws=2_000)
    first = refused.value.problems[0]
    assert (first.file, first.line) == ("hedges.csv", 5)
    assert "price 30 is not above its intrinsic or discounted forward value 40" in first.message
