"""What the book holds is traded in one way, by its own sale within its limit, and at one price."""

from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.files.universes.file import load_universe
from stress.hedging.laws import Law, outcomes
from stress.hedging.lines.candidates import compile_candidates
from stress.hedging.lines.held_securities import check_prices
from stress.hedging.lines.security import security_of
from stress.hedging.prepared import setting_of
from stress.hedging.propose import propose, solved
from stress.hedging.settings import HedgeSettings
from stress.hedging.strategies import STRATEGIES
from stress.opening import open_book
from stress.portfolio.instruments import Driver, Equity, Future, Option
from stress.portfolio.market import SAME_PRICE
from stress.portfolio.position import Portfolio, Position
from stress.reporting.hedge_page import hedge_page

REFERENCE = "deepseek-2025-01-27"
#: What the universe is quoted in, in the currency of these books.
DOLLARS = {"USD": 1.0}


@pytest.fixture(scope="module")
def universe():
    """Funds, futures, the held names and one option on a held name."""
    whole = load_universe("hedges_us_ai")
    options = ("put", "put_spread", "collar")
    keep = (
        line
        for line in whole.lines
        if line.type not in options or line.id == "NVDA 2026-02-20 165 P"
    )
    return replace(whole, lines=tuple(keep))


def book_of(tmp_path, *rows):
    path = tmp_path / "book.csv"
    path.write_text("# as_of: 2025-12-31\nticker,quantity,price\n" + "\n".join(rows) + "\n")
    return open_book(path)


def setting(book, universe, *ids, **asked):
    settings = HedgeSettings(**{"draws": 4_000, **asked})
    return setting_of(book, universe, [stress.load_scenario(i) for i in ids], settings)


def test_a_held_name_is_a_candidate_once_and_options_on_it_stay(universe):
    candidates = compile_candidates(open_book("ai_growth"), universe)

    assert candidates.left_out == dict.fromkeys(("NVDA", "AVGO", "VRT", "VST", "ANET"), "sell")
    assert all(candidates.lines[candidates.index(i)].lower == 0.0 for i in candidates.left_out)
    assert "sell NVDA" in candidates.ids
    assert "NVDA 2026-02-20 165 P" in candidates.ids


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_no_net_position_is_sold_past_the_limit_or_turned(universe, tmp_path, share):
    book = book_of(tmp_path, "NVDA,10000,185", "MSFT,1000,485", "SPY,-500,680")
    asked = setting(book, universe, sell_down_share=share, scenario_share=1.0)
    found, lines = solved(asked), asked.candidates.lines
    traded = dict.fromkeys(("NVDA", "MSFT", "SPY"), 0.0)
    for line, units in zip(lines, found.trades, strict=True):
        if line.type in ("stock", "etf", "sell_down") and line.instrument.underlying in traded:
            traded[line.instrument.underlying] += units

    assert found.trades.any()
    assert -share * 10_000 - 1e-6 <= traded["NVDA"] <= 0.0
    assert -share * 1_000 - 1e-6 <= traded["MSFT"] <= 0.0
    # A short may be extended; bought back it may be by its share alone.
    assert traded["SPY"] <= share * 500 + 1e-6


@pytest.mark.parametrize("name", ["index_short", "sector_etf_short", "minimum_es", "sparse_basket"])
def test_a_strategy_leaves_funds_that_are_held_to_their_sale(universe, tmp_path, name):
    book = book_of(tmp_path, "NVDA,1000,185", "SPY,2000,680", "SMH,1000,360")
    asked = setting(book, universe, REFERENCE)
    trades = STRATEGIES[name].trades(asked)
    held = [line.id for line, x in zip(asked.candidates.lines, trades, strict=True) if x]

    assert held
    assert not {"NVDA", "SPY", "SMH"} & set(held)


def test_the_page_names_what_was_left_out(universe, tmp_path):
    book = book_of(tmp_path, "NVDA,1000,185", "QQQ,500,613")
    page = hedge_page(propose(setting(book, universe)))

    assert "left out   selling QQQ, NVDA of hedges_us_ai.csv: the book holds them" in page
    assert "sell short  " not in "".join(line for line in page.splitlines() if " NVDA " in line)


@pytest.fixture(scope="module")
def plain_plan(universe):
    return solved(setting(open_book("ai_growth"), universe, REFERENCE))


def ai_growth_and(tmp_path, *rows):
    positions = open_book("ai_growth").portfolio.positions
    own = [f"{p.ticker},{p.quantity},{p.price}" for p in positions]
    return book_of(tmp_path, *own, *rows)


@pytest.mark.parametrize("units", [1, -1])
def test_a_share_too_small_for_a_ticket_shuts_nothing(universe, tmp_path, plain_plan, units):
    book = ai_growth_and(tmp_path, f"SMH,{units},360", f"SOXX,{units},300")
    asked = setting(book, universe, REFERENCE)
    found, ids = solved(asked), asked.candidates.ids

    assert not {"SMH", "SOXX"} & set(asked.candidates.left_out)
    assert found.certificate.upper == pytest.approx(plain_plan.certificate.upper, rel=5e-3)
    assert found.trades[ids.index("SMH")] < -1_000
    # One security, one line: the sale of the one share is no second candidate.
    assert found.trades[ids.index("sell SMH")] == found.trades[ids.index("sell SOXX")] == 0.0


def test_shares_in_several_accounts_count_together(universe, tmp_path):
    rows = [f"SMH,20,360,{account}" for account in "ab"]
    path = tmp_path / "book.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker,quantity,price,account\nNVDA,50000,185,a\n" + "\n".join(rows)
    )
    asked = setting(open_book(path), universe)  # 7,200 of 9.3m each, 14,400 together
    assert asked.candidates.left_out == {"SMH": "sell", "NVDA": "sell"}


def test_large_tickets_open_no_second_way_of_selling_what_is_held(universe, tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker,quantity,price\nNVDA,50000,185\nAVGO,300,345\nSMH,10,360\n"
    )
    shut = {
        share: setting(open_book(path), universe, min_ticket=share).candidates.left_out
        for share in (0.0001, 0.001, 0.05)
    }
    assert shut[0.0001] == {"SMH": "sell", "NVDA": "sell", "AVGO": "sell"}
    assert shut[0.001] == shut[0.05] == {"NVDA": "sell", "AVGO": "sell"}  # SMH: 0.04 % of NAV


def test_a_short_position_may_be_extended_and_a_long_one_not_sold_past_its_limit(
    universe, tmp_path, plain_plan
):
    short = setting(ai_growth_and(tmp_path, "SMH,-1000,360"), universe, REFERENCE)
    found, candidates = solved(short), short.candidates
    assert candidates.left_out["SMH"] == "buy"
    assert found.trades[candidates.index("SMH")] < -10_000
    # With what it is short already, its hedge is no worse than that of the book without.
    assert found.certificate.upper < 1.005 * plain_plan.certificate.upper

    long = setting(ai_growth_and(tmp_path, "SMH,10000,360"), universe, REFERENCE)
    found, candidates = solved(long), long.candidates
    assert candidates.left_out["SMH"] == "sell"
    assert found.trades[candidates.index("SMH")] >= 0.0
    assert -1_000 <= found.trades[candidates.index("sell SMH")] < 0.0


def test_two_prices_of_one_security_are_refused_all_at_once(universe, tmp_path):
    book = book_of(tmp_path, "AVGO,100,485", "NVDA,100,200", "SMH,100,360", "MSFT,10,900")
    with pytest.raises(InputError) as refused:
        setting(book, universe)

    *apart, remedy = refused.value.problems
    said = [problem.message for problem in apart]
    assert len(said) == 2
    # What to do stands once, under all of them.
    assert remedy.sums_up
    assert "Both are of one day: correct the prices in the file that is wrong." in remedy.hint
    assert not any(problem.hint for problem in apart)
    assert "AVGO is quoted at 345, and book.csv holds AVGO at 485: 40.6% apart" in said[0]
    assert "NVDA is quoted at 185, and book.csv holds NVDA at 200" in said[1]
    assert refused.value.exit_code == 3


def test_prices_of_different_minutes_are_one_price(universe, tmp_path):
    near = 345 * (1.0 + 0.9 * SAME_PRICE)
    check_prices(book_of(tmp_path, f"AVGO,100,{near}").portfolio, universe, DOLLARS)
    far = 345 * (1.0 + 1.1 * SAME_PRICE)
    with pytest.raises(InputError):
        check_prices(book_of(tmp_path, f"AVGO,100,{far}").portfolio, universe, DOLLARS)


@pytest.mark.parametrize(
    ("quoted", "own", "one_price"),
    [
        (1.00, 1.03, True),
        (0.10, 0.15, True),
        (0.10, 0.16, False),
        (3.50, 3.60, True),
        (20.0, 20.5, False),
    ],
)
def test_premiums_a_tick_apart_are_one_price(universe, quoted, own, one_price):
    line = next(line for line in universe.lines if line.type == "put")
    stated = replace(universe, lines=(replace(line, price=quoted),))
    put = Position(
        id="put",
        instrument=line.instrument,
        market_value=own,
        currency="USD",
        quantity=1.0,
        price=own,
    )
    held = Portfolio(name="b.csv", positions=(put,), currency="USD", nav=1e6, as_of="2026-01-30")
    if one_price:
        check_prices(held, stated, DOLLARS)
        return
    with pytest.raises(InputError) as refused:
        check_prices(held, stated, DOLLARS)
    problem, remedy = refused.value.problems
    assert ("a tick" in problem.message) == (quoted < 5.0)
    assert remedy.message == "hedges_us_ai.csv quotes as of 2025-12-31, b.csv is as of 2026-01-30."
    assert "export the book as of the quotes' day, or quote the universe anew" in remedy.hint
    assert (
        "stress.renew_universe('hedges_us_ai', 'quotes.csv', output='my_universe.csv')"
        in remedy.hint
    )
    with pytest.raises(InputError) as refused:
        check_prices(replace(held, as_of="2025-12-01"), stated, DOLLARS)
    older = refused.value.problems[-1].hint
    assert older == "The book is the older: export it again, with the prices of the quotes' day."
    with pytest.raises(InputError) as refused:
        check_prices(replace(held, as_of="2025-12-31"), stated, DOLLARS)
    same_day = refused.value.problems[-1].hint
    assert same_day.startswith("Both are of one day: correct the price in the file that is wrong.")
    assert "older" not in same_day


def test_securities_are_told_apart_by_their_terms():
    terms = {
        "underlying": "NVDA",
        "right": "put",
        "strike": 170.0,
        "expiry": "2026-03-20",
        "style": "american",
        "multiplier": 100.0,
        "currency": "USD",
    }
    put, lower = Option(**terms), Option(**{**terms, "strike": 165.0})
    future = Future(contract="MNQH6", follows="QQQ", price=25_400.0, multiplier=2.0)

    assert security_of(put) == security_of(Option(**terms))
    assert len({security_of(x) for x in (put, lower, future, Equity("NVDA"), Equity("QQQ"))}) == 5


@pytest.mark.parametrize("row", ["NVDA,100,185", "MSFT,100,485", "JPM,100,200"])
def test_a_book_of_one_name_has_a_proposal(universe, tmp_path, row):
    asked = setting(book_of(tmp_path, row), universe, REFERENCE)
    found = solved(asked)

    assert found.trades.any()
    assert (found.trades == np.round(found.trades)).all()
    assert 0.5 * asked.chosen[0].pnl * (1 + 1e-9) <= asked.chosen[0].hedged(found.trades) < 0.0
    gross = asked.candidates.notional @ np.abs(found.trades)
    assert gross <= asked.book.portfolio.gross * (1 + 1e-9)


def leveraged(tmp_path, *rows, **funds):
    path = tmp_path / "book.csv"
    path.write_text("# as_of: 2025-12-31\nticker,quantity,price\n" + "\n".join(rows) + "\n")
    return open_book(path, leveraged=funds)


def test_a_leveraged_fund_is_a_security_of_its_own(universe, tmp_path):
    book = leveraged(tmp_path, "SQQQ,500,40", "MSFT,1000,485", SQQQ="-3:QQQ")
    candidates = compile_candidates(book, universe)

    assert security_of(book.portfolio.positions[0].instrument) == "SQQQ"
    assert "QQQ" not in candidates.left_out
    assert candidates.lines[candidates.index("QQQ")].lower < 0.0
    # QQQ is quoted at another price than SQQQ, and need not be the same.
    assert setting(book, universe, REFERENCE).candidates.ids


def test_a_fund_in_the_universe_is_what_the_book_takes_it_for(universe, tmp_path):
    """One security has one law: a share more of it cancels one that is sold, draw by draw."""
    book = leveraged(tmp_path, "SOXL,500,40", "MSFT,1000,485", SOXL="3:SOXX")
    quoted = universe.of_type("etf")[0]
    fund = replace(quoted, id="SOXL", instrument=Equity("SOXL"), price=40.0, half_spread=0.0004)
    wider = replace(universe, lines=(*universe.lines, fund))
    candidates = compile_candidates(book, wider)
    bought, sold = candidates.index("SOXL"), candidates.index("sell SOXL")
    law = Law(scenario=stress.load_scenario(REFERENCE))
    units = outcomes(book, candidates, law, draws=500, seed=0).unit_pnl

    assert candidates.left_out["SOXL"] == "sell"
    assert np.abs(units[:, bought]).max() > 1.0
    assert units[:, bought] == pytest.approx(units[:, sold], rel=1e-12)
    assert candidates.lines[sold].half_spread == 0.0004
    assert candidates.value[bought] == pytest.approx(40.0)


@pytest.mark.parametrize("price", [184.0, 186.0])
def test_options_of_the_universe_are_priced_from_its_own_quote(universe, tmp_path, price):
    """The book may hold the share at the price of another minute, above or below: the premium does not hang on it."""
    premiums = []
    for own in (185.0, price):
        candidates = compile_candidates(book_of(tmp_path, f"NVDA,10000,{own}"), universe)
        put = candidates.index("NVDA 2026-02-20 165 P")
        premiums.append(candidates.value[put])
        assert candidates.price[candidates.index("sell NVDA")] == own
    assert premiums[0] == premiums[1]


def book_with_a_put(tmp_path, premium):
    path = tmp_path / "book.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker,quantity,price,type,multiplier\nNVDA,10000,185,equity,\n"
        f"NVDA 2026-02-20 165 P,10,{premium},option,100\n"
    )
    return open_book(path, rates={"USD": "3.7%"}, dividends={"NVDA": "0%"})


def test_a_volatility_of_the_universe_that_the_book_contradicts_is_said(universe, tmp_path):
    contract = "NVDA 2026-02-20 165 P"
    apart = setting(book_with_a_put(tmp_path, 6.85), universe)
    said = [words for words in apart.warnings if words.startswith("volatilities of")]

    used = apart.book.valuation.market.levels[Driver("vol", contract)].value
    assert abs(used - universe.vols[contract]) > 0.01
    assert len(said) == 1
    both = f"{contract} {universe.vols[contract]:.1%}, the book's {used:.1%} (quoted-price) is used"
    assert both.replace("%", " %") in said[0]
    j = apart.candidates.index(f"sell {contract}")
    assert apart.candidates.price[j] == pytest.approx(6.85)

    quoted = compile_candidates(book_of(tmp_path, "NVDA,10000,185"), universe)
    same = round(quoted.price[quoted.index(contract)], 2)
    agreed = setting(book_with_a_put(tmp_path, same), universe)
    assert not any(words.startswith("volatilities of") for words in agreed.warnings)


@pytest.mark.parametrize(("day", "first"), [("2026-01-07", False), ("2026-01-08", True)])
def test_quotes_more_than_a_week_newer_than_the_positions_are_said_first(
    universe, tmp_path, day, first
):
    held = book_of(tmp_path, "NVDA,10000,185")
    asked = setting(held, replace(universe, as_of=day))
    said = (*asked.warnings, *asked.candidates.warnings)

    assert said[0].startswith(f"quotes of {day} on positions of 2025-12-31")
    assert ("options are valued as of 2025-12-31" in said[0]) is first
    assert sum(words.startswith("quotes of") for words in said) == 1
    assert not any("market file" in words for words in said)
    assert asked.newer_quotes == (said[0] if first else "")
