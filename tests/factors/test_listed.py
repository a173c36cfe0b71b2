"""Tickers in small letters are those in capitals, wherever a user names one; factors are written as they are."""

import pytest

import stress
from stress.errors import InputError
from stress.factors.listed import as_listed, keys_as_listed


def test_what_is_known_as_written_stays():
    assert as_listed("nvda", {"nvda", "NVDA"}) == "nvda"
    assert as_listed("nvda", {"NVDA"}, {"nvda"}) == "nvda"


def test_two_spellings_of_one_name_are_refused():
    with pytest.raises(InputError) as error:
        keys_as_listed({"NVDA": 1, "nvda": 2}, {"NVDA"}, what="shock")
    assert str(error.value) == (
        "shock: NVDA stands twice, as 'NVDA' and as 'nvda'. Leave one of them out."
    )


def test_a_shock_of_a_ticker_in_small_letters_is_that_of_the_ticker(toy):
    model = toy.model()
    small = stress.shock({"aaa": "-20%", "market": "-2%"}, model=model)
    assert (
        small.content_hash
        == stress.shock({"AAA": "-20%", "market": "-2%"}, model=model).content_hash
    )
    assert small.title == "AAA -20%, market -2%"


def test_a_factor_is_written_as_it_is(toy):
    with pytest.raises(InputError, match="Did you mean 'market'"):
        stress.shock({"Market": "-2%"}, model=toy.model())


def test_a_sweep_names_its_target_in_small_letters(toy):
    model = toy.model()
    one = stress.shock({"AAA": "-20%"}, model=model)
    small = stress.sweep(one, ["-10%"], target="aaa", model=model)
    assert small[0].content_hash == (
        stress.sweep(one, ["-10%"], target="AAA", model=model)[0].content_hash
    )


def test_a_trade_in_small_letters_is_one_of_the_name(toy):
    book = toy.book({"AAA": 500.0, "BBB": 500.0})
    assert dict(book.what_if({"aaa": 100.0}).trades) == {"AAA": 100.0}
    with pytest.raises(InputError, match="what if: AAA stands twice"):
        book.what_if({"aaa": 100.0, "AAA": 50.0})


def test_a_stand_in_is_met_whatever_its_case(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "ZZZ": 500.0})
    listed = stress.open_book(portfolio, toy.model(), proxies={"ZZZ": "BBB"})
    small = stress.open_book(portfolio, toy.model(), proxies={"zzz": "bbb"})
    assert small.coverage == listed.coverage


def test_a_stand_in_of_a_file_is_met_whatever_its_case(toy):
    rows = [
        {"ticker": "aaa", "market_value": 500.0, "currency": "USD", "proxy": ""},
        {"ticker": "zzz", "market_value": 500.0, "currency": "USD", "proxy": "bbb"},
    ]
    book = stress.open_book(stress.load_portfolio(rows, as_of="2025-12-31"), toy.model())
    assert book.coverage.stand_ins == {"ZZZ": "BBB"}


def test_a_benchmark_in_small_letters_is_the_name(toy):
    given = {"draws": 2000, "model_range": False}
    book, scenario = toy.book({"AAA": 500.0, "BBB": 500.0}), toy.scenario({"market": "-2%"})
    small = stress.run(book, scenario, benchmark="ccc", **given)
    listed = stress.run(book, scenario, benchmark="CCC", **given)
    assert small.digest == listed.digest
    assert small.manifest.options["benchmark"] == listed.manifest.options["benchmark"] == "CCC"


def test_leverage_names_fund_and_follows_in_small_letters(toy):
    rows = [{"ticker": "LEV", "quantity": 10, "price": 50.0, "currency": "USD"}]
    portfolio = stress.load_portfolio(rows, as_of="2025-12-31")
    small = stress.open_book(portfolio, toy.model(), leveraged={"lev": "2:aaa"})
    listed = stress.open_book(portfolio, toy.model(), leveraged={"LEV": "2:AAA"})
    assert small.positions == listed.positions


def test_a_model_is_asked_for_a_name_in_small_letters_and_says_what_it_does_not_know(toy):
    model = toy.model()
    assert model.exposures_of("aaa").name == "AAA"
    assert model.name_variance("aaa") == model.name_variance("AAA")
    for ask in (model.exposures_of, model.name_variance):
        with pytest.raises(InputError, match=f"'ZZZ' is not a name of model {model.id}"):
            ask("ZZZ")
    bundled = stress.load_model("us-ai-2025-12")
    with pytest.raises(InputError, match="Did you mean 'NVDA'"):
        bundled.name_variance("NDVA")
