"""The coverage ledger: unknown names are refused by name, exclusions and proxies are counted."""

from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.reporting.header import coverage_lines


def test_unknown_names_are_all_listed_with_their_shares_and_a_command(toy):
    portfolio = replace(
        toy.portfolio({"AAA": 800.0, "AAAA": 150.0, "ZZZ": -50.0}), typed="foreshock run toy.csv"
    )
    with pytest.raises(InputError) as caught:
        cover(portfolio, toy.model())

    lines = str(caught.value).splitlines()
    assert lines[0] == "toy.csv: 'AAAA' (15.0% of gross) is not in model toy. Did you mean 'AAA'?"
    assert lines[1] == "toy.csv: 'ZZZ' (5.0% of gross) is not in model toy."
    assert "2 unknown name(s), 20.0% of gross." in lines[2]
    assert "foreshock run toy.csv --unknown exclude" in lines[2]
    assert "--proxy AAAA=TICKER --proxy ZZZ=TICKER" in lines[2]


@pytest.mark.parametrize("ticker", ["ES=F", "ESH6", "CLZ25"])
def test_a_future_read_as_a_share_is_told_how_to_write_one(ticker):
    rows = [
        {"ticker": "NVDA", "quantity": 1000, "price": 180.0, "currency": "USD"},
        {"ticker": ticker, "quantity": 2, "price": 6000.0, "currency": "USD"},
    ]
    with pytest.raises(InputError) as caught:
        stress.open_book(stress.load_portfolio(rows))
    said = str(caught.value).splitlines()[0]
    assert "Did you mean" not in said
    assert "is written as a future is: give its row the type future" in said
    # What it says is enough.
    rows[1] |= {"type": "future", "underlying": "SPY", "multiplier": 50}
    book = stress.open_book(stress.load_portfolio(rows))
    assert book.coverage.stressed == pytest.approx(1.0)


def test_a_share_with_a_near_name_is_no_future(toy):
    with pytest.raises(InputError, match=r"'AAA5' \(11\.1% of gross\) is not in model toy\.\n"):
        cover(toy.portfolio({"AAA": 800.0, "AAA5": 100.0}), toy.model())


def test_more_than_a_quarter_left_out_needs_a_word(toy):
    portfolio = toy.portfolio({"AAA": 700.0, "ZZZ": 300.0})
    with pytest.raises(InputError, match=r"30\.0% of gross would be left out, more than 25 %"):
        cover(portfolio, toy.model(), unknown="exclude")

    coverage = cover(portfolio, toy.model(), unknown="exclude", allow_partial=True)
    assert coverage.share("excluded") == pytest.approx(0.3)


def test_proxies_stand_over_the_column_and_must_exist(toy):
    portfolio = toy.portfolio({"AAA": 700.0, "ZZZ": 300.0}, proxy={"ZZZ": "BBB"})

    assert cover(portfolio, toy.model()).rows[1].reason == "exposures and volatility of BBB"
    given = cover(portfolio, toy.model(), proxies={"ZZZ": "CCC"})
    assert given.rows[1].model_name == "CCC"
    with pytest.raises(InputError) as caught:
        cover(portfolio, toy.model(), proxies={"ZZY": "CCC", "ZZZ": "QQQQ"})
    assert "proxies={'ZZY': 'CCC'}: the book holds no 'ZZY'" in str(caught.value)
    with pytest.raises(InputError, match="--proxy ZZY=CCC: the book holds no 'ZZY'"):
        cover(
            replace(portfolio, typed="foreshock run toy.csv"), toy.model(), proxies={"ZZY": "CCC"}
        )
    assert "proxy 'QQQQ' of ZZZ is not in model toy" in str(caught.value)


def test_statuses_come_from_the_model_and_shares_add_up(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "DDD": -300.0, "IDX": 200.0}, cash=50.0)
    coverage = cover(portfolio, toy.model())

    assert [row.status for row in coverage.rows] == ["own", "prior", "own", "cash"]
    assert sum(row.share for row in coverage.rows) == pytest.approx(1.0)


def test_a_row_without_a_ticker_is_told_how_to_give_one_as_it_was_asked(toy):
    rows = [{"ticker": "037833AB9", "market_value": 9.0, "currency": "USD"}]
    book = stress.load_portfolio(rows)
    for typed, said in (
        ("", "Give one: load_portfolio(..., identifiers=FILE), a CSV"),
        ("foreshock run x.csv", "Give one: --identifiers FILE, a CSV"),
    ):
        with pytest.raises(InputError) as refused:
            cover(replace(book, typed=typed), toy.model())
        assert said in str(refused.value)


def test_what_is_left_out_is_named_by_size_and_by_its_name(toy):
    values = {
        "AAA": 9000.0,
        "ZZZ": -20.0,
        "922908736": 100.0,
        "922908744": 90.0,
        "67066G104": 300.0,
        "YYY": 50.0,
    }
    names = {
        "922908736": "VANGUARD INDEX FDS",
        "922908744": "VANGUARD INDEX FDS",
        "67066G104": "NVIDIA CORP",
        "ZZZ": "Z Corp",
    }
    portfolio = toy.portfolio(values)
    portfolio = portfolio.with_positions(
        replace(position, name=names.get(position.id)) for position in portfolio.positions
    )
    coverage = cover(portfolio, toy.model(), unknown="exclude")
    assert [one.called for one in coverage.by_size("excluded")] == [
        "NVIDIA CORP",
        "VANGUARD INDEX FDS 922908736",
        "VANGUARD INDEX FDS 922908744",
        "YYY",
        "ZZZ",
    ]
    result = stress.run(
        portfolio,
        toy.scenario({"market": "-2%"}),
        toy.model(),
        unknown="exclude",
        draws=2000,
        model_range=False,
    )
    line = next(line for line in coverage_lines(result) if "NOT STRESSED" in line)
    assert line.endswith(
        "NOT STRESSED 5.9 %: NVIDIA CORP, VANGUARD INDEX FDS 922908736 and 3 more."
    )
    assert any(
        "NVIDIA CORP (67066G104), VANGUARD INDEX FDS (922908736), " in said
        for said in result.warnings
    )


def test_unknown_names_of_a_benchmark_are_said_by_size(toy):
    benchmark = toy.portfolio({"ZZZ": 100.0, "CCC": 700.0, "YYY": 200.0}, name="bench.csv")
    with pytest.raises(InputError) as caught:
        stress.run(
            toy.portfolio({"AAA": 500.0}),
            toy.scenario({"market": "-2%"}),
            toy.model(),
            benchmark=benchmark,
        )
    first, second = str(caught.value).splitlines()
    assert first.startswith("bench.csv: benchmark: 'YYY' (20.0% of gross) is not in model toy.")
    assert second.startswith("bench.csv: benchmark: 'ZZZ' (10.0% of gross) is not in model toy.")
