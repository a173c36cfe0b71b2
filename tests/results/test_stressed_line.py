"""The line of a stressed law is of the whole book: what is one thing has one figure, however it is held."""

import math

import pytest
from scipy.special import ndtr

import stress
from stress.factors.stressed_law import stressed_law
from stress.portfolio.instruments import Cash, Equity, Future, Option
from stress.portfolio.position import Portfolio, Position
from stress.results.stressed_line import stressed_line

NAV = 900_000.0


def held(id_, instrument, quantity, price, *, value=None):
    return Position(
        id=id_,
        instrument=instrument,
        quantity=quantity,
        price=price,
        market_value=quantity * price if value is None else value,
        currency="USD",
    )


def portfolio_of(*positions):
    cash = NAV - math.fsum(one.market_value for one in positions)
    money = Position(id="USD", instrument=Cash("USD"), market_value=cash, currency="USD")
    return Portfolio(
        name="p", positions=(*positions, money), currency="USD", nav=NAV, as_of="2025-12-30"
    )


def future(quantity):
    kind = Future(contract="NF", follows="NVDA", price=100.0, multiplier=1.0)
    return held("NF", kind, quantity, 100.0, value=0.0)


def share(ticker, quantity):
    return held(ticker, Equity(ticker), quantity, 100.0)


def run(*positions, correlation="apart:0.4", **options):
    return stress.run(
        portfolio_of(*positions),
        "power-demand-derating",
        draws=64,
        model_range=False,
        correlation=correlation,
        **options,
    )


def test_books_that_are_one_thing_have_one_line(tmp_path):
    path = tmp_path / "holdings.csv"
    path.write_text(
        "# as_of: 2025-12-30\nticker,market_value,currency,type\nNVDA,1000,USD,equity\n"
    )
    short = share("SPY", -1_000.0)
    as_share = run(share("NVDA", 5_000.0), short, volatility="1.5x").stressed_law
    others = [
        run(future(5_000.0), short, volatility="1.5x"),
        run(share("QQQ", 5_000.0), short, volatility="1.5x", look_through={"QQQ": path}),
        run(share("SOXL", 5_000.0), short, volatility="1.5x", leveraged={"SOXL": "1:NVDA"}),
    ]

    assert as_share.worse == "apart"
    assert as_share.deviation_before > 5_000.0
    for line in (one.stressed_law for one in others):
        assert line.deviation_before == pytest.approx(as_share.deviation_before, rel=1e-6)
        assert line.deviation == pytest.approx(as_share.deviation, rel=1e-6)
        assert dict(line.by_target) == pytest.approx(dict(as_share.by_target), rel=1e-6)
        assert line.worse == as_share.worse


def test_a_future_alone_has_the_risk_of_its_shares_and_a_leveraged_fund_a_multiple():
    alone = run(share("NVDA", 1_000.0)).stressed_law
    for line, times in (
        (run(future(1_000.0)).stressed_law, 1.0),
        (run(share("SOXL", 1_000.0), leveraged={"SOXL": "3:NVDA"}).stressed_law, 3.0),
    ):
        assert line.deviation_before == pytest.approx(times * alone.deviation_before, rel=1e-6)


@pytest.mark.parametrize(
    "positions",
    [
        (),
        # Rounding leaves some of what cancels.
        (share("NVDA", 5_003.7), future(-5_003.7)),
    ],
)
def test_a_book_without_factor_risk_has_no_verdict(positions):
    result = run(*positions)
    line = result.stressed_law

    assert line.deviation == pytest.approx(0.0, abs=1e-6)
    assert len(line.by_target) == 2
    assert line.worse is None
    assert result.to_dict()["stressed_law"]["worse"] is None
    said = " ".join(repr(result).split())
    assert "factor risk 0.00 % -> 0.00 % of NAV" in said
    assert "worse for this book" not in said


def test_correlations_that_are_not_moved_have_no_verdict():
    line = run(share("NVDA", 5_000.0), correlation="apart:0").stressed_law
    assert line.deviation == pytest.approx(line.deviation_before, rel=1e-12) != 0.0
    assert line.worse is None


def option_book(days="2026-06-30", *, beta):
    option = Option(
        underlying="NVDA",
        right="put",
        strike=95.0,
        expiry=days,
        style="european",
        multiplier=100.0,
        currency="USD",
    )
    return stress.open_book(
        portfolio_of(held("put", option, 3.0, 8.0, value=2_400.0)),
        spots={"NVDA": 100.0},
        rates={"USD": "0%"},
        dividends={"NVDA": "0%"},
        vols={"NVDA": "45%"},
        vol_betas={"NVDA": beta},
        skews={"NVDA": 0.0},
    )


def test_an_option_counts_by_its_delta_and_its_vega():
    book = option_book(beta=0.0)
    law = stressed_law(book.model, volatility="2x")
    deviation_of_root = 0.45 * math.sqrt(182.0 / 365.0)
    delta = ndtr(math.log(100.0 / 95.0) / deviation_of_root + 0.5 * deviation_of_root) - 1.0
    exposure = 3.0 * 100.0 * 100.0 * delta * book.exposures[book.name_index["NVDA"]]
    line = stressed_line(book, law)

    expected = math.sqrt(exposure @ book.model.covariance @ exposure)
    # The rate moves with a factor, too.
    assert line.deviation_before == pytest.approx(expected, rel=5e-3)
    assert line.deviation == pytest.approx(2.0 * line.deviation_before, rel=1e-9)
    # A put gains from both, spot down and volatility up.
    moved = stressed_line(option_book(beta=1.0), law)
    assert moved.deviation_before > 1.01 * expected


def test_slopes_do_not_hang_on_the_stress_and_options_are_said_to_be_by_them():
    book = option_book("2026-01-09", beta=1.0)
    plain = stressed_line(book, stressed_law(book.model, volatility="2x"))
    results = [
        stress.run_many(
            book, ["power-demand-derating"], draws=64, model_range=False, volatility=volatility
        )[0]
        for volatility in ("0.5x", "20x")
    ]
    for result in results:
        line = result.stressed_law
        assert line.deviation_before == pytest.approx(plain.deviation_before, rel=1e-9)
    assert "factor risk (options by their deltas and vegas)" in " ".join(repr(results[0]).split())


def test_a_record_is_judged_by_the_model_not_by_a_law_that_a_run_stresses():
    """A tenth of the volatility makes every record a contradiction of it."""
    found = stress.run(
        "ai_growth", "deepseek-2025-01-27", volatility="0.1x", draws=500, model_range=False
    )
    assert found.to_dict()["pnl"]["expected"] < 0.0
