"""Options on indices: weekly and monthly symbols, style, the fund that moves them, and prices of underlyings in a file."""

import dataclasses

import pytest

import stress
from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.portfolio.instruments import Driver
from stress.portfolio.market import Level


def spot_of(opened, name):
    return opened.valuation.market.levels[Driver("spot", name)]


LEVELS = {"rates": {"USD": "4%"}, "dividends": {"SPX": "1.2%", "XSP": "1.2%", "NVDA": "0%"}}


def loaded(tmp_path, *rows, title="Symbol,Quantity,Price,Currency,Underlying Price"):
    path = tmp_path / "book.csv"
    path.write_text("\n".join([title, *rows]) + "\n", encoding="utf-8")
    return load_portfolio(path, as_of="2025-12-31")


@pytest.mark.parametrize(
    ("root", "index", "style", "fund"),
    [
        ("SPX", "SPX", "european", "SPY"),
        ("SPXW", "SPX", "european", "SPY"),
        ("XSP", "XSP", "european", "SPY"),
        ("NDXP", "NDX", "european", "QQQ"),
        ("RUTW", "RUT", "european", "IWM"),
        ("DJX", "DJX", "european", "DIA"),
        ("SPY", "SPY", "american", None),
    ],
)
def test_a_root_says_the_index_the_style_and_the_fund(tmp_path, root, index, style, fund):
    book = loaded(tmp_path, f"-{root}260220P600,2,5,USD,650", "NVDA,100,186,USD,")
    option = book.positions[0]

    assert option.id == option.instrument.contract == f"{root} 2026-02-20 600 P"
    assert (option.instrument.underlying, option.instrument.style) == (index, style)
    opened = stress.open_book(book, rates={"USD": "4%"}, dividends={index: "1%"})
    assert opened.coverage.rows[0].status == ("revalued" if fund is None else "proxy")
    assert opened.coverage.rows[0].model_name == (fund or "SPY")
    said = f"{index} moves like {fund}, the fund on that index, unless a proxy says otherwise"
    assert (said in opened.portfolio.warnings) == (fund is not None)


@pytest.mark.parametrize(
    ("root", "index", "style"),
    [("OEX", "OEX", "american"), ("XEO", "OEX", "european"), ("VIXW", "VIX", "european")],
)
def test_an_index_without_a_fund_has_no_stand_in(tmp_path, root, index, style):
    book = loaded(tmp_path, f"-{root}260220P600,2,5,USD,650", "NVDA,100,186,USD,")
    option = book.positions[0].instrument

    assert (option.underlying, option.style) == (index, style)
    with pytest.raises(InputError, match=f"'{index}' .* is (not in model|a factor that moves)"):
        stress.open_book(book, **LEVELS)


def test_a_model_that_knows_the_index_or_lacks_the_fund_decides(tmp_path):
    book = loaded(tmp_path, "SPX 20FEB2026 6500 P,10,60,USD,6845", "NVDA,100,186,USD,")
    model = stress.load_model()

    def named(old, new):
        names = tuple(new if name == old else name for name in model.names)
        return dataclasses.replace(model, names=names)

    known = stress.open_book(book, model=named("KO", "SPX"), **LEVELS)
    assert known.coverage.rows[0].status == "revalued"
    without = stress.open_book(
        book, model=named("SPY", "S&P"), unknown="exclude", allow_partial=True
    )
    assert [row.ticker for row in without.coverage.excluded] == ["SPX"]


def test_a_column_says_another_fund_and_another_style(tmp_path):
    title = "ticker,quantity,price,currency,multiplier,style,proxy"
    book = loaded(tmp_path, "SPXW260220P06000000,2,50,USD,100,american,VOO", title=title)
    opened = stress.open_book(book, spots={"SPX": 6845.0}, **LEVELS)

    assert opened.coverage.rows[0].model_name == "VOO"
    assert opened.portfolio.positions[0].instrument.style == "american"
    assert not any("moves like" in warning for warning in opened.portfolio.warnings)


def test_contracts_of_one_day_that_settle_at_its_open_and_at_its_close_are_two(tmp_path):
    book = loaded(
        tmp_path,
        "SPX 16JAN2026 6700 P,10,40,USD,6845",
        "SPXW260116P06700000,10,43,USD,6845",
    )
    opened = stress.open_book(book, **LEVELS)
    vols = {d.name: v.value for d, v in opened.valuation.market.levels.items() if d.kind == "vol"}

    assert vols["SPXW 2026-01-16 6700 P"] > vols["SPX 2026-01-16 6700 P"]
    stated = stress.open_book(book, vols={"SPXW 2026-01-16 6700 P": "25%"}, **LEVELS)
    assert stated.valuation.market.levels[Driver("vol", "SPXW 2026-01-16 6700 P")].value == 0.25


def test_weekly_and_monthly_contracts_are_on_one_level_that_moves_as_the_market(tmp_path):
    book = loaded(
        tmp_path,
        "SPX 20FEB2026 6500 P,10,60,USD,6845",
        "-SPXW260227P6000,-5,25,USD,6846",
        "XSP 20FEB2026 690 C,10,11,USD,684.5",
    )
    opened = stress.open_book(book, **LEVELS)
    result = stress.run(opened, stress.shock({"market": "-5%"}), draws=2000, model_range=False)
    moves = {line.name: line.move for line in result.names}

    # Of two prices of one index that of the largest holding stands.
    assert spot_of(opened, "SPX") == Level(value=6845.0, source="portfolio-file")
    assert moves == {"SPX": pytest.approx(-0.05), "XSP": pytest.approx(-0.05)}
    assert opened.coverage.share("proxy") == pytest.approx(1.0)


def test_a_stated_price_stands_over_the_file_s(tmp_path):
    book = loaded(tmp_path, "SPX 20FEB2026 6500 P,10,60,USD,6845")
    opened = stress.open_book(book, spots={"SPX": 6800.0}, **LEVELS)

    assert spot_of(opened, "SPX") == Level(value=6800.0, source="flag")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ("NVDA 20FEB2026 170 P,10,6,USD,186", "NVDA 20MAR2026 170 P,1,9,USD,191"),
            "book.csv:3: spot of NVDA: NVDA 2026-02-20 170 P says 186, NVDA 2026-03-20 170 P says 191. Correct one",
        ),
        (
            ("NVDA 20FEB2026 170 P,10,6,USD,191", "NVDA,1,186,USD,"),
            "book.csv:2: spot of NVDA: NVDA says 186, NVDA 2026-02-20 170 P says 191. Correct one",
        ),
    ],
)
def test_two_prices_of_an_underlying_are_refused(tmp_path, rows, said):
    with pytest.raises(InputError) as caught:
        stress.open_book(loaded(tmp_path, *rows), **LEVELS)

    assert said in str(caught.value)
    assert "--map COLUMN=group" in str(caught.value)


def test_the_price_of_a_share_that_is_held_is_the_underlying_s(tmp_path):
    book = loaded(tmp_path, "NVDA 20FEB2026 170 P,100,6,USD,187", "NVDA,1,186,USD,")
    opened = stress.open_book(book, **LEVELS)

    assert spot_of(opened, "NVDA").value == 186.0


def test_a_column_of_words_or_without_figures_is_no_price(tmp_path):
    words = loaded(tmp_path, "NVDA,1,186,USD,Nvidia")
    blank = loaded(tmp_path, "SPX 20FEB2026 6500 P,10,60,USD,--")

    assert words.positions[0].underlying_price is None
    assert words.positions[0].groups == {"Underlying Price": "Nvidia"}
    with pytest.raises(InputError, match=r"no spot of SPX \(read by"):
        stress.open_book(blank, **LEVELS)


def test_prices_in_pence_count_as_such(tmp_path):
    title = "ticker,quantity,price,currency,multiplier,underlying_price"
    book = loaded(tmp_path, "VOD260320P00072000,5,3.5,GBX,1000,74", title=title)

    assert book.positions[0].underlying_price == pytest.approx(0.74)
    assert book.positions[0].instrument.strike == pytest.approx(0.72)


def test_options_that_are_left_out_count_at_the_price_their_rows_state(tmp_path):
    book = loaded(tmp_path, "ABCXYZ 20FEB2026 100 C,1,60,USD,150", "NVDA,1000,186,USD,")
    opened = stress.open_book(book, unknown="exclude", **LEVELS)
    left_out = next(row for row in opened.coverage.rows if row.status == "excluded")

    assert left_out.notional == pytest.approx(15_000.0)
    assert not left_out.at_strike


def test_options_on_a_volatility_are_not_said_to_move_like_a_share(tmp_path):
    book = loaded(tmp_path, "VIX 18FEB2026 20 C,10,1.5,USD,15", "NVDA,1000,186,USD,")
    with pytest.raises(InputError) as caught:
        stress.open_book(book, **LEVELS)

    assert "a factor that moves in pts, not by a return" in str(caught.value)
    assert "values options and futures on a volatility: leave them out" in str(caught.value)
    assert "TICKER" not in str(caught.value)
    with pytest.raises(InputError, match="proxy 'SPY' of VIX: VIX is a factor that moves in pts"):
        stress.open_book(book, proxies={"VIX": "SPY"}, **LEVELS)


def test_a_share_beside_a_rate_of_exchange_called_spot_keeps_its_price(tmp_path):
    title = "Symbol,Quantity,Price,Currency,FX Rate,Spot"
    book = loaded(tmp_path, "SAP,10,200,EUR,1.17,1.17", "NVDA,10,186,USD,1,1", title=title)

    assert all(position.underlying_price is None for position in book.positions)
