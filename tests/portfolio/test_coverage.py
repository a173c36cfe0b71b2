"""The coverage ledger: unknown names are refused by name, exclusions and proxies are counted."""

from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.coverage import cover


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
    with pytest.raises(InputError, match="Did you mean 'AAA'"):
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
