"""Currency forwards of the native format: read, or refused with what to write."""

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.portfolio.instruments import FXForward

TITLES = "ticker,quantity,market_value,currency,type,expiry,strike\nSPY,100,68000,USD,equity,,\n"


def opened(written, *rows, **options):
    return load_portfolio(
        written(
            "# as_of: 2025-12-31\n# currency: USD\n" + TITLES + "".join(f"{row}\n" for row in rows)
        ),
        **options,
    )


def refused(written, *rows):
    with pytest.raises(InputError) as caught:
        opened(written, *rows)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("quantity", "value"), [(200_000, -1_000), (-200_000, 1_000), (5, 0)])
def test_a_forward_is_read_whatever_the_sign_of_its_value(written, quantity, value):
    _, forward = opened(
        written, f"EURUSD,{quantity},{value},USD,fx_forward,2026-06-30,1.18"
    ).positions
    assert forward.instrument == FXForward(
        foreign="EUR", domestic="USD", agreed_rate=1.18, delivery="2026-06-30"
    )
    assert (forward.quantity, forward.market_value) == (quantity, value)


@pytest.mark.parametrize("value", [-1500, 0, 1500])
@pytest.mark.parametrize(("quantity", "turned"), [(300_000, "-46200000"), (-300_000, "46200000")])
def test_a_pair_the_other_way_round_is_refused_with_what_to_write(written, quantity, turned, value):
    (said,) = refused(written, f"USDJPY,{quantity},{value},USD,fx_forward,2026-03-31,154")
    assert (
        "the forward 'USDJPY' is priced in JPY; the second currency must be the book's, USD."
        in said
    )
    assert f"ticker JPYUSD, quantity {turned}, strike 0.006493506494." in said
    strike = said.rpartition(" ")[2].rstrip(".")
    _, forward = opened(
        written, f"JPYUSD,{turned},{value},USD,fx_forward,2026-03-31,{strike}"
    ).positions
    # The same two sides: dollars one way, yen the other.
    assert forward.quantity * forward.instrument.agreed_rate == pytest.approx(-quantity)


def test_a_pair_without_the_books_currency_is_two_rows(written):
    (said,) = refused(written, "EURJPY,1000,0,USD,fx_forward,2026-03-31,183")
    assert (
        "Write it as two rows of one expiry, EURUSD and JPYUSD, whose sides in USD cancel." in said
    )


@pytest.mark.parametrize("ticker", ["EUR", "EURUSDX", "USDUSD", "EURXYZ"])
def test_what_is_no_pair_is_told_how_to_write_one(written, ticker):
    (said,) = refused(written, f"{ticker},1000,0,USD,fx_forward,2026-03-31,1.18")
    assert f"the forward '{ticker}' does not name two currencies. Write ticker as EURUSD" in said


def test_what_a_row_lacks_is_named(written):
    (said,) = refused(written, "EURUSD,1000,,USD,fx_forward,,")
    assert (
        "the forward 'EURUSD' lacks strike (the agreed rate), expiry (the delivery), market_value"
        in said
    )
    first, second = refused(written, "USDJPY,1000,0,USD,fx_forward,,")
    assert first.endswith("Write it the other way round, as JPYUSD.")
    assert "lacks strike (the agreed rate), expiry (the delivery)." in second
    (said,) = refused(written, "EURUSD,1000,0,USD,fx_forward,2026-03-31,-1.18")
    assert "agreed rate -1.18 is not a number above zero" in said
