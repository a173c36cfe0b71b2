"""Funds as their holdings: weights, residual, date."""

import hashlib
from pathlib import Path

import pytest

import stress
from stress.errors import InputError
from stress.files.look_through import look_through, read_holdings
from stress.files.portfolio import load_portfolio
from stress.portfolio.instruments import Cash, Equity, FundLookThrough
from stress.portfolio.position import Portfolio, Position

HOLDINGS = """# as_of: 2025-12-30
ticker,market_value,type
AAA,500,equity
CCC,300,equity
XYZ,150,equity
CASH,50,cash
"""


def fund_book(ticker="IDX", quantity=10.0):
    fund = Position(
        id=ticker,
        instrument=Equity(ticker),
        quantity=quantity,
        price=40.0,
        market_value=400.0,
        currency="USD",
    )
    return Portfolio(name="b.csv", positions=(fund,), currency="USD", nav=400.0)


def written(tmp_path, text=HOLDINGS):
    path = tmp_path / "holdings.csv"
    path.write_text(text)
    return path


def test_known_constituents_move_and_the_rest_follows_the_fund(toy, tmp_path):
    book = look_through(fund_book(), read_holdings({"IDX": written(tmp_path)}), toy.model())
    found = book.positions[0].instrument

    assert isinstance(found, FundLookThrough)
    assert dict(found.weights) == {"AAA": pytest.approx(0.5), "CCC": pytest.approx(0.3)}
    assert found.residual == pytest.approx(0.2)
    assert found.residual_follows == "IDX"
    assert found.holdings_as_of == "2025-12-30"
    assert "looked through to 2 names (80.0% of it)" in book.warnings[-1]
    assert "residual of 20.0% follows IDX" in book.warnings[-1]


def test_what_is_doubtful_about_the_holdings_is_said_of_the_book(toy, tmp_path):
    path = written(tmp_path, "Ticker,Name,Market Value\nAAA,A,500\nCCC,C,n/a\n")
    holdings = load_portfolio(path, as_of="2025-12-30")
    book = look_through(fund_book(), {"IDX": holdings}, toy.model())

    assert (
        book.warnings[:-2] == tuple(f"holdings.csv: {doubt}" for doubt in holdings.warnings) != ()
    )
    assert book.warnings[-2] == (
        "NOT READ 1 row(s) of holdings.csv (line 3: neither quantity nor value): the other holdings stand for all of IDX."
    )
    assert book.warnings[-1].startswith("IDX is looked through to 1 names")


def test_strict_refuses_rows_of_the_holdings_that_were_not_read(toy, tmp_path):
    path = written(tmp_path, HOLDINGS.replace("XYZ,150", "XYZ,n/a").replace("CCC", "BBB"))

    def run(**options):
        return stress.run(
            fund_book(), toy.scenario({"market": "-2%"}), toy.model(), look_through={"IDX": path},
            draws=500, model_range=False, **options,
        )  # fmt: skip

    assert any("NOT READ 1 row(s) of holdings.csv" in said for said in run().warnings)
    with pytest.raises(InputError) as caught:
        run(strict=True)
    unread, summary = caught.value.problems[-2:]
    assert (unread.file, unread.line) == ("holdings.csv", 5)
    assert unread.message.startswith("not read: ")
    assert "1 row(s) not read, and strict=True was asked" in summary.message


def test_a_fund_outside_the_model_may_keep_cash_only(toy, tmp_path):
    with pytest.raises(InputError, match=r"15\.0% of ETF is in names outside model toy"):
        look_through(fund_book("ETF"), read_holdings({"ETF": written(tmp_path)}), toy.model())
    known = written(tmp_path, HOLDINGS.replace("XYZ", "BBB"))
    found = (
        look_through(fund_book("ETF"), read_holdings({"ETF": known}), toy.model())
        .positions[0]
        .instrument
    )

    assert found.residual_follows is None
    assert found.residual == pytest.approx(0.05)


def test_the_unknown_rest_of_an_unknown_fund_follows_its_stand_in(toy, tmp_path):
    book, holdings = fund_book("ETF"), read_holdings({"ETF": written(tmp_path)})
    with pytest.raises(InputError) as error:
        look_through(book, holdings, toy.model(), proxies={"XYZ": "BBB"})
    assert "outside model toy (XYZ), and so is ETF. Say what that rest moves like: " in str(
        error.value
    )
    assert "proxies={'ETF': 'TICKER'} (of the fund; its components take no" in str(error.value)
    proxied = look_through(book, holdings, toy.model(), proxies={"ETF": "BBB"})
    assert proxied.positions[0].instrument.residual_follows == "ETF"
    assert proxied.positions[0].instrument.residual == pytest.approx(0.2)
    result = stress.run(
        book,
        stress.shock({"AAA": "-10%"}, model=toy.model(), propagation="alone"),
        model=toy.model(),
        look_through={"ETF": written(tmp_path)},
        proxies={"ETF": "BBB"},
        draws=4_096,
        model_range=False,
    )
    (row,) = result.coverage.rows
    assert (row.status, row.model_name) == ("proxy", "BBB")
    assert result.expected == pytest.approx(-20.0)


def test_share_classes_on_one_ticker_add_up_and_the_fund_itself_is_residual(toy):
    positions = tuple(
        Position(id=str(i), instrument=instrument, market_value=value, currency="USD")
        for i, (instrument, value) in enumerate(
            [
                (Equity("AAA"), 30.0),
                (Equity("AAA"), 30.0),
                (Equity("IDX"), 30.0),
                (Cash("USD"), 10.0),
            ]
        )
    )
    holdings = Portfolio(
        name="h", positions=positions, currency="USD", nav=100.0, as_of="2025-12-30"
    )
    found = look_through(fund_book(), {"IDX": holdings}, toy.model()).positions[0].instrument

    assert dict(found.weights) == {"AAA": pytest.approx(0.6)}
    assert found.residual == pytest.approx(0.4)


WEIGHTS = """# as_of: 2025-12-30
ticker,weight,type
AAA,50%,equity
CCC,30%,equity
XYZ,15%,equity
CASH,5%,cash
"""


def test_weights_alone_need_no_net_asset_value(toy, tmp_path):
    """It asked for --nav, which the command gives to the book, and nothing one could type helped."""
    by_weight = look_through(
        fund_book(), read_holdings({"IDX": written(tmp_path, WEIGHTS)}), toy.model()
    )
    by_value = look_through(fund_book(), read_holdings({"IDX": written(tmp_path)}), toy.model())
    found, same = by_weight.positions[0].instrument, by_value.positions[0].instrument
    assert dict(found.weights) == pytest.approx(dict(same.weights))
    assert found.residual == pytest.approx(same.residual)
    assert not any("net asset value" in text or "nav" in text for text in by_weight.warnings)


def test_weights_that_do_not_add_up_are_said_and_stand_for_all_of_it(toy, tmp_path):
    part = written(tmp_path, WEIGHTS.replace("CASH,5%,cash\n", ""))
    book = look_through(fund_book(), read_holdings({"IDX": part}), toy.model())
    assert dict(book.positions[0].instrument.weights)["AAA"] == pytest.approx(0.5 / 0.95)
    said = "holdings.csv: the weights add up to 95.00%: what is in the file stands for all of it"
    assert said in book.warnings


def test_weights_beside_values_are_asked_about(tmp_path):
    mixed = written(
        tmp_path, "# as_of: 2025-12-30\nticker,weight,market_value\nAAA,50%,\nCCC,,300\n"
    )
    with pytest.raises(InputError, match="Write market_value in every row, or weight in every row"):
        read_holdings({"IDX": mixed})


def test_a_benchmark_of_weights_is_one_of_values(toy, tmp_path):
    book = toy.book({"AAA": 400.0, "BBB": 250.0})
    scenario = toy.scenario({"chips": "-12%"})
    titles = ("ticker,weight\nAAA,72%\nDDD,24%\n", "ticker,market_value\nAAA,300\nDDD,100\n")
    weighed, valued = (
        stress.run_many(book, [scenario], draws=64, benchmark=written(tmp_path, text))[0]
        for text in titles
    )
    assert weighed.active.expected == pytest.approx(valued.active.expected)
    doubt = "benchmark holdings.csv: the weights add up to 96.00%: what is in the file stands for all of it"
    assert doubt in weighed.warnings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HOLDINGS.replace("# as_of: 2025-12-30\n", ""), "holdings of IDX have no date"),
        ("# as_of: 2025-12-30\nticker,market_value\nXYZ,10\n", "none of the holdings of IDX"),
    ],
)
def test_a_file_that_cannot_serve_is_refused(toy, tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        look_through(fund_book(), read_holdings({"IDX": written(tmp_path, text)}), toy.model())


def test_holdings_that_add_up_to_nothing_have_no_shares(toy):
    held = [
        Position(id=name, instrument=Equity(name), market_value=value, currency="USD")
        for name, value in (("AAA", 100.0), ("BBB", -100.0))
    ]
    spread = Portfolio(
        name="spread", positions=tuple(held), currency="USD", nav=100.0, as_of="2025-12-30"
    )
    with pytest.raises(InputError, match=r"holdings of IDX add up to 0\.00"):
        look_through(fund_book(), {"IDX": spread}, toy.model())


def test_a_fund_must_be_held_with_quantity_and_price(toy, tmp_path):
    with pytest.raises(InputError, match="look_through: SPY: the book does not hold it"):
        look_through(fund_book(), read_holdings({"SPY": written(tmp_path)}), toy.model())
    with pytest.raises(InputError, match="needs quantity and price"):
        look_through(
            fund_book(quantity=None), read_holdings({"IDX": written(tmp_path)}), toy.model()
        )


def test_all_files_that_cannot_be_read_are_named_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        read_holdings({"IDX": tmp_path / "one.csv", "ETF": tmp_path / "other.csv"})
    assert [Path(problem.file).name for problem in caught.value.problems] == [
        "one.csv",
        "other.csv",
    ]


def test_the_manifest_names_the_holdings_by_what_they_say(toy, tmp_path):
    path = written(tmp_path)

    def run():
        return stress.run(
            fund_book(), toy.scenario({"market": "-2%"}), toy.model(), look_through={"IDX": path},
            draws=500, model_range=False,
        )  # fmt: skip

    first, again = run(), run()
    path.write_text(HOLDINGS.replace("AAA,500", "AAA,100"))
    changed = run()

    assert first.manifest.books != changed.manifest.books
    said = first.manifest.options["look_through"]
    assert said == f"IDX=holdings.csv {hashlib.sha256(HOLDINGS.encode()).hexdigest()[:12]}"
    assert again.manifest == first.manifest
    assert changed.digest != first.digest
    assert changed.manifest.options["look_through"] != said
