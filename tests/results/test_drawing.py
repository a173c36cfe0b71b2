"""As many draws as an error asks for; options through surfaces; partial runs say so."""

import dataclasses
import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.results import drawing
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.results.reduced import METHODS, reduced_tails
from stress.runs.payload import Payload
from stress.simulation import surface
from stress.units import parse_fraction


def test_draws_go_on_until_the_error_is_reached_and_are_those_of_a_longer_run(toy):
    book = toy.book({"AAA": 400.0, "CCC": -150.0})
    scenario = toy.scenario({"chips": "-12%"})
    found = evaluate([book], [scenario], options=Options(draws=4000, target_error=0.01))
    for result in (found[0], *found.baselines.values()):
        tail = result.measure("expected_shortfall", level=0.975)
        assert tail.standard_error <= 0.01 * tail.value
        assert any("reached after" in warning for warning in result.warnings)
    draws = found.manifest.draws
    assert 20_000 < draws < 500_000
    assert found.manifest.options["target_error"] == "0.01"
    plain = evaluate([book], [scenario], options=Options(draws=draws))
    assert plain[0].digest == found[0].digest


def test_progress_towards_an_error_never_goes_back(toy):
    told = []
    found = evaluate(
        [toy.book({"AAA": 400.0, "CCC": -150.0})],
        [],
        options=Options(draws=4000, target_error=0.01),
        on_progress=lambda done, total: told.append((done, total)),
    )
    done = [one for one, _ in told]
    totals = [total for _, total in told]
    assert done == sorted(set(done))
    assert totals == sorted(totals)
    assert len(set(totals)) > 1
    assert told[-1] == (found.manifest.draws, found.manifest.draws)


def test_a_target_that_makes_no_sense_is_refused(toy):
    book = toy.book({"AAA": 400.0})
    with pytest.raises(InputError, match="between 0 and 1"):
        evaluate([book], [], options=Options(target_error=0.0))


def test_an_error_that_would_take_too_many_draws_is_refused_with_how_many(toy, monkeypatch):
    book = toy.book({"AAA": 400.0})
    with pytest.raises(
        InputError, match=r"would take about .*e\+1\d draws.*at most 16,777,216"
    ) as said:
        evaluate([book], [], options=Options(draws=500, target_error=1e-7))
    reachable = parse_fraction(str(said.value).split("Ask for ")[1].split(" ")[0], what="asked")
    monkeypatch.setattr(drawing, "MOST_DRAWN_ON", 2**16)
    with pytest.raises(InputError, match="at most 65,536"):
        evaluate([book], [], options=Options(draws=500, target_error=reachable))
    monkeypatch.setattr(drawing, "_HOPELESS", 1e9)
    found = evaluate([book], [], options=Options(draws=500, target_error=reachable))
    assert any(
        "NOT reached" in words and "would take about" in words for words in found.baseline.warnings
    )


def test_draws_that_cannot_be_held_are_refused_with_how_many_can(toy):
    with pytest.raises(InputError, match=r"1,000,000,000,000 of 1 .* at most 4,294,967,296"):
        evaluate([toy.book({"AAA": 400.0})], [], options=Options(draws=10**12))


def test_nu_just_above_two_is_said(toy):
    model = dataclasses.replace(toy.model(), degrees_of_freedom=2.05)
    book = dataclasses.replace(toy.book({"AAA": 400.0}), model=model)
    found = evaluate([book], [], options=Options(draws=20_000))
    result = next(iter(found.baselines.values()))

    assert any("no finite error of its own" in warning for warning in result.warnings)


def test_an_interrupted_run_is_marked_in_its_result(toy):
    book = toy.book({"AAA": 400.0})

    def interrupt(done, total):
        if done >= 8192:
            raise KeyboardInterrupt

    found = evaluate(
        [book],
        [toy.scenario({"chips": "-12%"})],
        options=Options(draws=50_000, executor=1, on_interrupt="partial"),
        on_progress=interrupt,
    )

    assert found.manifest.draws == 8192
    assert any(
        w.startswith("PARTIAL: interrupted after 8,192 of 50,000") for w in found[0].warnings
    )
    with pytest.raises(KeyboardInterrupt):
        evaluate([book], [], options=Options(draws=50_000, executor=1), on_progress=interrupt)


def test_tails_by_other_methods_stand_beside_and_agree(toy):
    book = toy.book({"AAA": 400.0, "CCC": -150.0})
    methods = ("sobol", "control", "importance")
    found = evaluate([book], [toy.scenario({"chips": "-12%"})], options=Options(reduce=methods))
    rows = found[0].reduced

    assert [row.method for row in rows] == list(methods)
    for row in (*rows, *found.baseline.reduced):
        assert row.estimate is not None
        assert row.estimate.variance_ratio > 5.0
    plain = found[0].measure("expected_shortfall", level=0.975)
    assert abs(rows[0].estimate.value - plain.value) < 4 * plain.standard_error
    with pytest.raises(InputError, match="antithetic"):
        reduced_tails(found[0].pnl, ["antithetic"])
    with pytest.raises(InputError, match="antithetic"):
        evaluate([book], [], options=Options(reduce=("antithetic",)))


def test_a_method_that_leaves_too_few_draws_in_the_tail_says_so(toy, monkeypatch):
    far = dataclasses.replace(METHODS["importance"], level=0.9999999)
    monkeypatch.setitem(METHODS, "importance", far)
    book = toy.book({"AAA": 400.0, "CCC": -150.0})
    found = evaluate([book], [], options=Options(reduce=("importance",), draws=4096))

    (row,) = found.baseline.reduced
    assert row.estimate is None
    assert "effective tail draws" in row.because


def test_a_book_without_risk_needs_no_method(toy):
    book = stress.open_book(
        pd.DataFrame({"ticker": ["CASH"], "market_value": [10.0], "currency": ["USD"]}), toy.model()
    )
    found = evaluate(
        [book], [], options=Options(reduce=("sobol", "importance", "control"), draws=4096)
    )
    assert {row.because for row in found.baseline.reduced} == {
        "nothing varies: every draw is the same, and needs no method."
    }


def test_one_draw_does_not_show_what_varies(toy):
    book = stress.open_book(
        pd.DataFrame({"ticker": ["AAA"], "market_value": [10.0], "currency": ["USD"]}), toy.model()
    )
    found = evaluate([book], [], options=Options(reduce=("sobol",), draws=1))
    assert {row.because for row in found.baseline.reduced} == {
        "1 draw does not show what varies: give 2 or more."
    }


def option_plans():
    """Return the module that makes plans of options on the toy model."""
    source = Path(__file__).parents[1] / "simulation" / "test_surface.py"
    spec = importlib.util.spec_from_file_location("surfaces_of_options", source)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_a_stream_of_exact_values_is_not_gone_on_with_surfaces(toy, tmp_path, monkeypatch):
    made = option_plans()
    book = made.option_plan(toy, range(40, 400, 30)).book
    monkeypatch.setattr(surface, "FROM_DRAWS", 10_000)
    exact = evaluate([book], [], options=Options(draws=5000, store=Payload(tmp_path)))
    assert "option_values" not in exact.manifest.options
    with pytest.raises(InputError, match=r"begun with options revalued exactly.+surfaces=False"):
        evaluate([book], [], options=Options(draws=20_000, store=Payload(tmp_path)))
    further = Options(draws=20_000, store=Payload(tmp_path), surfaces=False)
    assert evaluate([book], [], options=further).manifest.draws == 20_000
    found = evaluate([book], [], options=Options(draws=20_000))
    assert found.manifest.options["option_values"].startswith("surfaces, certified error")
    asked = evaluate([book], [], options=Options(draws=20_000, surfaces=False))
    assert asked.manifest.options["option_values"] == "exact"
    one, other = (next(iter(r.baselines.values())) for r in (found, asked))
    assert one.digest != other.digest
    tails = [r.measure("expected_shortfall", level=0.975).value for r in (one, other)]
    assert tails[0] == pytest.approx(tails[1], rel=1e-5)


def test_a_result_says_how_its_own_options_were_revalued(toy, monkeypatch):
    made = option_plans()
    book = made.option_plan(toy, range(40, 400, 30)).book
    shares = toy.book({"AAA": 100.0}, made.option_model(toy))
    found = evaluate([book, shares], [], options=Options(draws=5000, surfaces=True))
    options, none = found.baselines.values()
    assert any("revalued through surfaces, certified error" in said for said in options.warnings)
    assert not any("revalued" in said for said in none.warnings)
    monkeypatch.setattr(surface, "TOLERANCE", 1e-18)
    refused = evaluate([book], [], options=Options(draws=5000, surfaces=True))
    (exact,) = refused.baselines.values()
    assert any(
        "revalued exactly, though --surfaces was asked for" in said for said in exact.warnings
    )
    assert refused.manifest.options["option_values"] == "exact"


def test_surfaces_of_a_book_without_options_are_said_once():
    rows = [
        {"ticker": "BOND", "type": "bond", "quantity": 100, "price": 99.0, "currency": "USD", "coupon": "4%", "maturity": "2031-06-15",
         "frequency": 2, "credit": "treasury"},
        {"ticker": "NVDA", "quantity": 10, "price": 180.0, "currency": "USD"},
    ]  # fmt: skip
    book = stress.open_book(
        stress.load_portfolio(rows, as_of="2025-12-30", nav=20_000.0), rates={"USD 5y": "4%"}
    )
    found = stress.run(book, stress.shock({"market": "-5%"}), draws=500, surfaces=True)

    assert [said for said in found.warnings if "surfaces" in said] == [
        "surfaces=True changes nothing: no option is held."
    ]
    assert "option_values" not in found.manifest.options
