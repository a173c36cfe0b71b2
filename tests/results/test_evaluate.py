"""A run as a whole: figures add up, digests do not depend on what stands beside, warnings are said."""

import dataclasses
import importlib
import math

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Bond, Cash, Equity, Option
from stress.portfolio.position import Portfolio, Position
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.risk.measures import expected_shortfall
from stress.scenarios.scenario import Variation

evaluate_module = importlib.import_module("stress.results.evaluate")
HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0, "IDX": 200.0}
ALL = {"market": "-2%", "chips": "-12%", "power": "-20%", "rates_10y": "-10bp"}


def test_every_attribution_adds_up_to_the_expected_pnl(toy):
    book = toy.book(HOLDINGS, cash=100.0)
    for scenario in (
        toy.scenario(ALL),
        toy.scenario({"chips": "-12%"}),
        toy.scenario({"chips": "-40%"}, returns="compound", horizon_days=40),
        toy.scenario({"chips": "-12%"}, core_names={"CCC": "-20%"}),
    ):
        result = evaluate([book], [scenario], options=Options(draws=5000))[0]
        for lines in (result.names, result.baskets, result.factors):
            assert math.fsum(line.pnl for line in lines) == pytest.approx(
                result.expected, rel=1e-10
            )
        for key in ("name", "position", "home", "factor", "currency", "type"):
            lines = result.by(key)
            assert math.fsum(line.expected for line in lines) == pytest.approx(
                result.expected, rel=1e-9
            )
            es = expected_shortfall(result.pnl.totals, level=0.975)
            if result.tail_average is None:
                assert scenario.returns == "compound"
                assert {line.tail for line in lines} == {None}
                continue
            assert math.fsum(line.tail for line in lines) == pytest.approx(-es, rel=1e-9)


def test_the_digest_does_not_depend_on_row_order_or_on_other_scenarios(toy):
    one = toy.scenario(ALL, id="one")
    two = toy.scenario(
        {"power": "-5%"}, id="two", variation=Variation(kind="severity", severity_sd=0.2)
    )
    shuffled = dict(reversed(HOLDINGS.items()))
    runs = [
        evaluate([toy.book(HOLDINGS)], [one], options=Options(draws=9000)),
        evaluate([toy.book(HOLDINGS)], [two, one], options=Options(draws=9000)),
        evaluate([toy.book(shuffled)], [one], options=Options(draws=9000)),
    ]
    digests = {r.digest for results in runs for r in results if r.id == "one"}

    assert len(digests) == 1
    assert len({results.baseline.digest for results in runs}) == 1
    assert runs[0].manifest.digest == runs[2].manifest.digest
    assert runs[0].manifest.digest != runs[1].manifest.digest


def test_nor_does_that_of_a_book_whose_rows_disagree_a_little():
    """Two accounts, two prices of one share and two rates of one currency, within what minutes of a day explain."""

    def row(id, instrument, quantity, price, currency="USD", rate=1.0):
        value = quantity * price * instrument.multiplier * rate
        return Position(
            id=id, instrument=instrument, quantity=quantity, price=price, market_value=value, currency=currency
        )  # fmt: skip

    put = Option(
        underlying="NVDA", strike=180.0, expiry="2026-03-20", right="put", style="european",
        multiplier=100.0, currency="USD",
    )  # fmt: skip
    bond = Bond(
        name="T", coupon=0.0425, frequency=2, maturity="2034-11-15", curve="USD", credit=None
    )
    rows = (
        row("NVDA a", Equity("NVDA"), 100.0, 185.0), row("NVDA b", Equity("NVDA"), 33.0, 186.1),
        row("put a", put, -3.3, 6.0), row("put b", put, 1.7, 6.05), row("T a", bond, 10.1, 99.0),
        row("T b", bond, 7.7, 99.6), row("EUR a", Cash("EUR"), 77.0, 1.0, "EUR", 1.0813),
        row("EUR b", Cash("EUR"), 1000.0, 1.0, "EUR", 1.08123),
    )  # fmt: skip

    def digests(ordered):
        book = stress.open_book(
            Portfolio(name="x", positions=ordered, currency="USD", nav=3e4, as_of="2025-12-31"),
            rates={"USD": "4%", "USD 10y": "4.2%"},
            dividends={"NVDA": "0%"},
            fx_moves={"EUR": "-2%"},
        )
        found = stress.run(book, "deepseek-2025-01-27", draws=2000)
        return found.digest, found.expected, book.content_hash

    assert digests(rows) == digests(rows[::-1]) == digests(rows[3:] + rows[:3])


def test_the_manifest_digest_knows_no_file_names_and_takes_paths_in(toy):
    steps = tuple(
        toy.scenario({"market": move}, id=f"step{move[:-1]}", horizon_days=3)
        for move in ("-2%", "-3%")
    )
    path = dataclasses.replace(toy.scenario({"market": "-5%"}, horizon_days=6), path=steps)
    other = dataclasses.replace(path, path=steps[::-1])
    named, renamed = toy.book(HOLDINGS), toy.book(HOLDINGS, name="other.csv")
    shuffled = toy.book(dict(reversed(HOLDINGS.items())))

    def digest(book, scenario=path, **options):
        return evaluate([book], [scenario], options=Options(draws=2000, **options)).manifest.digest

    assert digest(named) == digest(renamed) == digest(shuffled)
    assert digest(named) != digest(named, other)
    assert digest(named) != digest(named, paths=False)
    assert digest(named) != digest(named, seed=1)


def test_the_manifest_digest_keeps_the_order_of_the_books_and_forgets_that_of_the_scenarios(toy):
    one, two = toy.scenario(ALL, id="one"), toy.scenario({"power": "-5%"}, id="two")
    first, second = toy.book(HOLDINGS), toy.book({"DDD": 5.0}, name="other.csv")

    def digest(books, scenarios):
        return evaluate(books, scenarios, options=Options(draws=2000)).manifest.digest

    assert digest([first, second], [one, two]) == digest([first, second], [two, one])
    assert digest([first, second], [one]) != digest([second, first], [one])


def test_several_books_share_the_draws_and_keep_their_digest(toy):
    first, second = toy.book(HOLDINGS), toy.book({"DDD": 5.0}, name="other.csv")
    together = evaluate([first, second], [toy.scenario(ALL)], options=Options(draws=5000))
    alone = evaluate([second], [toy.scenario(ALL)], options=Options(draws=5000))

    assert [r.portfolio_name for r in together] == ["toy.csv", "other.csv"]
    assert together[1].digest == alone[0].digest


def test_doubling_the_book_doubles_every_money_figure(toy):
    book = toy.book(HOLDINGS)
    twice = toy.book({k: 2 * v for k, v in HOLDINGS.items()})
    a, b = (
        evaluate([x], [toy.scenario(ALL)], options=Options(draws=5000))[0] for x in (book, twice)
    )

    assert b.expected == pytest.approx(2 * a.expected, rel=1e-12)
    for one, other in zip(a.measures, b.measures, strict=True):
        if one.unit == "USD":
            assert other.value == pytest.approx(2 * one.value, rel=1e-9)


def test_shorting_the_book_flips_its_sign(toy):
    short = toy.book({k: -v for k, v in HOLDINGS.items()}, nav=1000.0)
    a = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=Options())[0]
    b = evaluate([short], [toy.scenario(ALL)], options=Options())[0]

    assert b.expected == pytest.approx(-a.expected, rel=1e-12)
    # The collapsed specific stream has no sign: the mirror holds in law, not draw by draw.
    error = a.measure("quantile", level=0.025).standard_error
    assert b.band[1] == pytest.approx(-a.band[0], abs=7 * error)
    assert b.band[0] == pytest.approx(-a.band[1], abs=7 * error)


def test_the_yardstick_is_the_loss_over_the_ordinary_bad_day(toy):
    scenario = toy.scenario({"chips": "-12%"}, horizon_days=4)
    results = evaluate([toy.book(HOLDINGS)], [scenario], options=Options())
    ordinary = results.baseline.measure("expected_shortfall", level=0.975).value

    assert results[0].times_ordinary == pytest.approx(-results[0].expected / (2 * ordinary))
    gain = evaluate([toy.book(HOLDINGS)], [toy.scenario({"chips": "12%"})], options=Options())[0]
    assert gain.times_ordinary is None


def test_recorded_names_give_a_second_total_and_replay_moves_the_headline(toy):
    scenario = toy.scenario(ALL, names={"AAA": "-20%", "NOTHELD": "5%"})
    book = toy.book(HOLDINGS)
    by_factors = evaluate([book], [scenario], options=Options(draws=5000))[0]
    replayed = evaluate([book], [scenario], options=Options(draws=5000, replay_names=True))[0]

    said = by_factors.pnl.plan.central_returns()[book.name_index["AAA"]]
    assert by_factors.with_recorded_names == pytest.approx(
        by_factors.expected + 400 * (-0.20 - said)
    )
    assert by_factors.recorded_share == pytest.approx(400 / 1300)
    assert replayed.expected == pytest.approx(by_factors.with_recorded_names)


def test_a_file_that_fixes_its_mode_stands_over_the_run(toy):
    scenario = toy.scenario({"chips": "-12%"}, propagation="alone")
    result = evaluate([toy.book(HOLDINGS)], [scenario], options=Options(propagation="linked"))[0]

    assert result.propagation == "alone"
    assert result.expected == pytest.approx(result.alone)


@pytest.mark.parametrize(
    ("linked", "alone", "both"),
    [
        (-100.0, -79.0, True),
        (-100.0, -81.0, False),
        (-79.0, -100.0, True),
        (8.0, -8.0, True),
        (0.0, 0.0, False),
    ],
)
def test_both_modes_are_quoted_where_they_differ_by_more_than_a_fifth(toy, linked, alone, both):
    result = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=Options(draws=500))[0]

    assert dataclasses.replace(result, linked=linked, alone=alone).differs is both


def test_recorded_moves_are_of_what_happened_and_of_no_other_severity(toy):
    scenario = toy.scenario(ALL, names={"AAA": "-20%"})
    book = toy.book(HOLDINGS)
    harder = evaluate([book], [scenario], options=Options(draws=500, severity=2.0))[0]

    assert harder.with_recorded_names is None
    assert harder.recorded_share == 0.0
    assert all(line.recorded is None for line in harder.names)
    with pytest.raises(InputError, match="at severity 2 there are none"):
        evaluate([book], [scenario], options=Options(severity=2.0, replay_names=True))


def test_a_kind_of_variation_keeps_the_spread_that_the_scenario_states(toy):
    own = toy.scenario(
        ALL, id="own", kind="hypothetical", variation=Variation(kind="severity", severity_sd=0.6)
    )
    other = toy.scenario(ALL, id="other")
    results = evaluate(
        [toy.book(HOLDINGS)], [own, other], options=Options(draws=500, variation="severity")
    )

    assert results[0].pnl.plan.variation == own.variation
    assert results[1].pnl.plan.variation == Variation(kind="severity", severity_sd=0.25)
    assert results.manifest.defaults["severity_sd"] == "0.25 (other)"
    said = [any("severity_sd 0.25 is assumed" in w for w in r.warnings) for r in results]
    assert said == [False, True]
    core = evaluate([toy.book(HOLDINGS)], [own], options=Options(draws=500, variation="core"))
    assert core[0].pnl.plan.variation == Variation(kind="core", core_fraction=0.5)
    assert core.manifest.defaults["core_fraction"] == "0.5 (own)"


def test_an_unknown_kind_of_variation_is_refused(toy):
    import stress

    with pytest.raises(InputError, match=r"'sevrity' is not one of: names.*mean 'severity'"):
        stress.run(toy.portfolio(HOLDINGS), toy.scenario(ALL), toy.model(), variation="sevrity")


def test_an_interrupted_run_says_so_first_and_everywhere(toy):
    def stop(done, total):
        if done >= 8192:
            raise KeyboardInterrupt

    options = Options(draws=20_000, on_interrupt="partial", executor=1)
    results = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=options, on_progress=stop)
    words = "PARTIAL: interrupted after 8,192 of 20,000 draws."
    for result in (results[0], results.baseline):
        assert result.warnings[0] == words
        assert result.to_dict()["warnings"][0] == words
    assert words[:40] in repr(results[0])
    assert words[:40] in repr(results)
    assert f"! {words}" in results[0]._repr_html_()
    assert (results.manifest.draws, results.manifest.asked) == (8192, 20_000)
    assert results.manifest.defaults["draws"] == "20000"
    whole = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=Options(draws=500))
    assert (whole.manifest.draws, whole.manifest.asked) == (500, 500)
    assert not any("PARTIAL" in warning for warning in whole[0].warnings)


def test_a_run_interrupted_after_its_draws_keeps_them_and_leaves_out_what_stands_beside(
    toy, monkeypatch
):
    made = evaluate_module.result_of
    calls = []

    def interrupted(*arguments, **keywords):
        calls.append(keywords["options"].second_opinion)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made(*arguments, **keywords)

    monkeypatch.setattr(evaluate_module, "result_of", interrupted)
    scenarios = [toy.scenario(ALL), toy.scenario(ALL, id="other")]
    options = Options(draws=5000, on_interrupt="partial", reduce=("control",))
    results = evaluate([toy.book(HOLDINGS)], scenarios, options=options)
    words = "PARTIAL: interrupted after all draws; left out: tail averages by other methods."
    assert [result.unfinished for result in results] == [(words,), (words,)]
    assert [len(result.reduced) for result in (results.baseline, *results)] == [1, 0, 0]
    assert results[0].warnings[0] == words
    assert f"! {words}"[:60] in repr(results[0])
    assert not results.baseline.partial

    monkeypatch.undo()
    whole = evaluate([toy.book(HOLDINGS)], scenarios, options=Options(draws=5000))
    assert results.manifest.digest == whole.manifest.digest
    assert [result.expected for result in results] == [result.expected for result in whole]

    def again(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate_module, "result_of", again)
    for mode in ("raise", "partial"):  # a second Ctrl-C ends it
        with pytest.raises(KeyboardInterrupt):
            evaluate([toy.book(HOLDINGS)], scenarios, options=Options(draws=500, on_interrupt=mode))


def test_hypothetical_scenarios_print_three_severities(toy):
    scenario = toy.scenario(
        ALL, kind="hypothetical", variation=Variation(kind="severity", severity_sd=0.25)
    )
    result = evaluate([toy.book(HOLDINGS)], [scenario], options=Options(draws=5000))[0]

    assert [p.severity for p in result.severities] == [0.5, 1.0, 1.5]
    assert result.severities[1].expected == pytest.approx(result.expected)
    assert result.severities[0].expected > result.expected > result.severities[2].expected


def test_few_draws_leave_tail_averages_out_and_say_so(toy):
    for draws in (1, 2, 3, 1500):
        result = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=Options(draws=draws))[
            0
        ]
        assert any("tail average at" in w and "left out" in w for w in result.warnings)
        assert math.isfinite(result.expected)


def test_a_run_without_draws_or_with_a_negative_seed_is_refused(toy):
    with pytest.raises(InputError, match="draws must be at least 1, got 0"):
        evaluate([toy.book(HOLDINGS)], [], options=Options(draws=0))
    with pytest.raises(InputError, match="seed must be at least 0, got -1"):
        evaluate([toy.book(HOLDINGS)], [], options=Options(seed=-1))


def test_all_stated_is_said_instead_of_an_es_that_looks_like_uncertainty(toy):
    result = evaluate([toy.book(HOLDINGS)], [toy.scenario(ALL)], options=Options(draws=5000))[0]

    assert any(
        w.startswith("all factors are stated: only single names vary") for w in result.warnings
    )


def test_left_out_positions_are_sized_by_the_worst_theme(toy):
    from stress.portfolio.cover import cover
    from stress.simulation.book import compile_book

    model = toy.model()
    portfolio = toy.portfolio({"AAA": 500.0, "DDD": 400.0, "ZZZ": 100.0})
    coverage = cover(portfolio, model, unknown="exclude")
    result = evaluate(
        [compile_book(portfolio, model, coverage)], [toy.scenario(ALL)], options=Options(draws=5000)
    )[0]
    chips = next(line for line in result.baskets if line.home == "chips")

    assert result.left_out_effect == pytest.approx(100.0 * chips.pnl / 500.0)
    assert coverage.stressed == pytest.approx(0.9)


def left_out_of(toy, holdings, scenario, **given):
    from stress.portfolio.cover import cover
    from stress.simulation.book import compile_book

    portfolio = toy.portfolio(holdings, **given)
    model = toy.model()
    book = compile_book(
        portfolio, model, cover(portfolio, model, unknown="exclude", allow_partial=True)
    )
    return evaluate([book], [scenario], options=Options(draws=500))[0]


def test_a_long_short_book_sizes_what_is_left_out_by_moves_not_by_net_values(toy):
    holdings = {"AAA": 500.0, "BBB": -499.0, "DDD": 300.0, "ZZZ": 100.0}
    result = left_out_of(toy, holdings, toy.scenario(ALL))
    moves = {line.name: line.move for line in result.names}
    chips = (500.0 * moves["AAA"] + 499.0 * moves["BBB"]) / 999.0

    assert chips < moves["DDD"] < 0.0
    assert result.left_out_effect == pytest.approx(100.0 * chips)


def test_a_short_that_is_left_out_is_sized_by_the_theme_that_rises_most(toy):
    holdings = {"AAA": 500.0, "CCC": 100.0, "ZZZ": -100.0, "YYY": 40.0}
    scenario = toy.scenario({**ALL, "power": "+9%", "rates_10y": "0bp"})
    result = left_out_of(toy, holdings, scenario)
    moves = {line.name: line.move for line in result.names}

    assert moves["AAA"] < 0.0 < moves["CCC"]
    assert result.left_out_effect == pytest.approx(-100.0 * moves["CCC"] + 40.0 * moves["AAA"])


def test_a_book_of_cash_alone_does_not_move(toy):
    from stress.portfolio.cover import cover
    from stress.simulation.book import compile_book

    portfolio = toy.portfolio({}, cash=100.0)
    book = compile_book(portfolio, toy.model(), cover(portfolio, toy.model()))
    result = evaluate([book], [toy.scenario(ALL)], options=Options(draws=5000))[0]

    assert result.expected == 0.0
    assert not np.any(result.pnl.totals)


def test_benchmark_lines_are_the_difference_of_two_books(toy):
    import stress

    model = toy.model()
    portfolio = toy.portfolio(HOLDINGS)
    result = stress.run(portfolio, toy.scenario(ALL), model, draws=5000, benchmark="IDX")
    nav = portfolio.nav

    assert result.active.benchmark == "IDX"
    assert result.active.benchmark_expected == pytest.approx(-0.02 * nav)
    assert result.active.expected == pytest.approx(result.expected + 0.02 * nav)
    own = stress.run(portfolio, toy.scenario(ALL), model, draws=5000)
    assert own.digest == result.digest
    bought = {**HOLDINGS, "IDX": HOLDINGS["IDX"] - nav}
    outright = stress.run(
        toy.portfolio(bought, nav=nav), toy.scenario(ALL), model, draws=5000, seed=0
    )
    assert [m.value for m in result.active.measures] == pytest.approx(
        [m.value for m in outright.measures]
    )


def test_what_is_left_out_of_several_scenarios_is_measured_in_the_worst_of_them_and_never_on_an_ordinary_day():
    rows = [
        {"ticker": ticker, "quantity": quantity, "price": price, "currency": "USD"}
        for ticker, quantity, price in (("NVDA", 100, 186.5), ("RKLB", 500, 70.0))
    ]
    found = stress.run_many(
        stress.load_portfolio(rows),
        ["deepseek-2025-01-27", "crash-1987-1d", "training-cost-relief"],
        unknown="exclude",
        allow_partial=True,
        draws=2000,
        model_range=False,
    )
    effects = {result.id: result.left_out_effect for result in found}
    worst = min(effects, key=effects.get)
    said = f"add {100 * effects[worst] / found[0].nav:+.1f} % of NAV, in {worst}."

    assert found.baseline.left_out_effect is None
    assert found.to_dict()["baseline"]["coverage"]["left_out_effect"] is None
    assert said in repr(found)
    assert said in " ".join(found._repr_html_().split())


def test_a_run_has_the_warnings_of_its_results_each_once():
    found = stress.run_many(
        "ai_growth", ["crash-1987-1d", "deepseek-2025-01-27"], draws=2000, model_range=False
    )
    each = {said for result in (found.baseline, *found) for said in result.warnings}

    assert len(found.warnings) == len(each) > 0
    assert repr(found).endswith(f"{len(each)} warnings: .warnings has them.")
    assert any(said.startswith("crash-1987-1d: ") for said in found.warnings)
