"""A future that ends inside the horizon keeps its exposure, and the run says so."""

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Future

TITLES = "ticker,quantity,price,currency,type,underlying,expiry,multiplier"


def opened(tmp_path, toy, expiry):
    path = tmp_path / "book.csv"
    path.write_text(
        f"# as_of: 2025-12-30\n{TITLES}\nAAA,1000,50,USD,equity,,,\nXXF6,-2,100,USD,future,AAA,{expiry},50\n"
    )
    return stress.open_book(path, toy.model())


def said(book, scenario):
    result = stress.run(book, scenario, draws=2_000)
    return [text for text in result.warnings if text.startswith("futures end")]


def test_a_future_that_ends_inside_the_horizon_is_named(tmp_path, toy):
    week, month = (toy.scenario({"chips": "-5%"}, horizon_days=days) for days in (5, 20))
    book = opened(tmp_path, toy, "2026-01-16")

    assert book.portfolio.positions[1].instrument.expiry == "2026-01-16"
    assert said(book, week) == []  # seven calendar days
    assert said(book, month) == [
        "futures end inside the 28 calendar days: XXF6 on 2026-01-16. Their exposure is kept to the end, as of "
        "contracts that are rolled at no cost."
    ]
    assert said(opened(tmp_path, toy, ""), month) == []


def test_a_future_that_ended_before_the_book_is_not_said_to_end_inside_the_horizon(tmp_path, toy):
    week = toy.scenario({"chips": "-5%"}, horizon_days=5)
    assert said(opened(tmp_path, toy, "2025-12-19"), week) == [
        "futures ended before the positions' date, 2025-12-30: XXF6 on 2025-12-19. They are in the P&L as if rolled: "
        "remove them, or write the contracts they were rolled into."
    ]
    ending = said(opened(tmp_path, toy, "2025-12-30"), week)
    assert [text.partition(":")[0] for text in ending] == ["futures end inside the 7 calendar days"]


def test_an_expiry_that_is_no_date_is_refused(tmp_path, toy):
    with pytest.raises(InputError, match=r"book.csv:4: the future 'XXF6' has an expiry of 'soon'"):
        opened(tmp_path, toy, "soon")
    with pytest.raises(InputError, match="future X: expiry: '2026-02-30' is not a date"):
        Future(contract="X", follows="AAA", price=1.0, multiplier=1.0, expiry="2026-02-30")
