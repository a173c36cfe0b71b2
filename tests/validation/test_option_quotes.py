"""The rules on a made-up chain whose truth is known, and on real quotes where they are at hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.pricing.american import american_value
from stress.portfolio.volatility import VOLATILITY_RULES, term_factor

SHARED = Path(__file__).parents[3] / "shared" / "data" / "options"
RATE, DIVIDEND = 0.04, 0.0


@pytest.fixture
def made_up(quotes):
    """Make chains."""
    return partial(_made_up, quotes)


def _made_up(quotes, spot, anchor, elapsed=0.0, move=0.0):
    """A chain whose smile is a line in log strike over `anchor`, plus a move of its 30-day level."""
    strikes, expiries = np.arange(70.0, 131.0, 2.5), np.array([9.0, 30.0, 58.0])
    strike, days = (a.ravel() for a in np.meshgrid(strikes, expiries))
    strike, days = np.tile(strike, 2), np.tile(days, 2) - elapsed
    sign = np.repeat([1.0, -1.0], strike.size // 2)
    vol = 0.45 - 0.35 * np.log(strike / anchor) + move * term_factor(days)
    value = american_value(spot, strike, days / 365.0, RATE, DIVIDEND, vol, sign=sign)
    names = tuple(
        f"{s:+.0f} {k:g} {d + elapsed:g}" for s, k, d in zip(sign, strike, days, strict=True)
    )
    half = np.minimum(0.01, 0.1 * value)
    return quotes.ChainQuotes(
        spot=spot,
        contracts=names,
        sign=sign,
        strike=strike,
        days=days,
        bid=value - half,
        ask=value + half,
    )


def test_a_smile_that_moves_with_the_spot_is_sticky_moneyness(quotes, made_up):
    later = made_up(97.0, 97.0, elapsed=1.0)
    found = quotes.quote_errors(made_up(100.0, 100.0), later, rate=RATE, dividend=DIVIDEND)
    assert found.spot_move == pytest.approx(-0.03)
    assert found.volatility_move == pytest.approx(0.0, abs=2e-3)
    assert found.contracts > 80
    assert set(found.median) == {*VOLATILITY_RULES, "delta-only"}
    assert found.best_rule == "sticky-moneyness"
    assert found.best_over_delta_only < 0.1


def test_a_move_of_the_level_alone_is_seen_and_reproduced(quotes, made_up):
    later = made_up(100.0, 100.0, elapsed=1.0, move=0.05)
    found = quotes.quote_errors(made_up(100.0, 100.0), later, rate=RATE, dividend=DIVIDEND)
    assert found.volatility_move == pytest.approx(0.05, abs=2e-3)
    assert found.median["sticky-strike"] < 0.02
    assert found.best_over_delta_only < 0.1
    assert found.half_spread == pytest.approx(0.01)


def test_contracts_left_out_are_counted_by_reason(quotes, made_up):
    first, second = made_up(100.0, 100.0), made_up(99.0, 100.0, elapsed=1.0)
    bid, ask = second.bid.copy(), second.ask.copy()
    money = np.flatnonzero((first.strike == 100.0) & (first.sign > 0))
    bid[money[0]], ask[money[1]] = 0.0, 0.5 * bid[money[1]]
    ask[money[2]] = 3.0 * bid[money[2]]
    second = replace(second, bid=bid, ask=ask, contracts=("renamed", *second.contracts[1:]))
    left_out = quotes.quote_errors(first, second, rate=RATE, dividend=DIVIDEND).left_out
    assert left_out["not quoted later"] == 1
    assert left_out["zero bid"] == 1
    assert left_out["crossed"] == 1
    assert left_out["wide spread"] >= 1
    assert left_out["no volatility gives the price"] > 0


def test_the_spot_is_read_from_the_quotes(quotes, made_up):
    stale = replace(made_up(100.0, 100.0), spot=99.4)
    assert quotes.parity_spot(stale, rate=RATE, dividend=DIVIDEND).spot == pytest.approx(
        100.0, abs=0.06
    )
    with pytest.raises(InputError, match="0 strikes near the spot 10 are quoted on both sides"):
        quotes.parity_spot(replace(stale, spot=10.0), rate=RATE, dividend=DIVIDEND)


def test_a_chain_without_liquid_contracts_is_refused(quotes, made_up):
    first = made_up(100.0, 100.0)
    dead = replace(first, bid=np.zeros_like(first.bid))
    with pytest.raises(InputError, match="no contract is liquid"):
        quotes.quote_errors(first, dead, rate=RATE, dividend=DIVIDEND)


@pytest.mark.shared
@pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs ../shared/data/options, which is not shipped"
)
def test_nvidias_chain_across_a_fall(quotes):
    before = _read(quotes, "NVDA_chain_2026-02_snap1.csv", "2026-02-11T16:30:00+00:00")
    after = _read(quotes, "NVDA_chain_2026-02_snap3.csv", "2026-02-12T17:58:00+00:00")
    # The files' spot is not of the same minute as their quotes: parity says 0.3 % more, at every expiry.
    first, second = (
        quotes.parity_spot(chain, rate=0.0365, dividend=0.0) for chain in (before, after)
    )
    assert first.spot == pytest.approx(before.spot, rel=5e-3)
    assert second.spot == pytest.approx(after.spot, rel=5e-3)
    found = quotes.quote_errors(first, second, rate=0.0365, dividend=0.0)
    assert found.contracts > 2000
    assert found.best_over_delta_only < 1.0 / 3.0
    assert found.median[found.best_rule] < found.half_spread


def _read(quotes, name, now):
    with (SHARED / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    moment = datetime.fromisoformat(now)
    closes = [datetime.fromisoformat(row["expirationDate"] + "T21:00:00+00:00") for row in rows]

    def column(key):
        return np.array([float(row[key] or "nan") for row in rows])

    return quotes.ChainQuotes(
        spot=float(rows[0]["underlyingPrice"]),
        contracts=tuple(row["contractSymbol"] for row in rows),
        sign=np.array([1.0 if row["optionType"] == "call" else -1.0 for row in rows]),
        strike=column("strike"),
        days=np.array([(close - moment).total_seconds() / 86_400.0 for close in closes]),
        bid=column("bid"),
        ask=column("ask"),
    )
