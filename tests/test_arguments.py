"""Arguments of the public verbs: another kind is refused in words, what counts as one is normalised."""

import dataclasses
import datetime
import inspect
import math
import typing
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest

import stress
from stress.arguments import Share, held_to
from stress.errors import InputError, ModelError
from stress.units import Move

SHOCK = {"market": "-2%", "chips": "-12%"}
#: Verbs that take arguments, not classes or errors.
VERBS = sorted(name for name in stress.__all__ if inspect.isfunction(getattr(stress, name)))


def run(toy, portfolio=None, **options):
    given = {"draws": 2000, "model_range": False, **options}
    book = toy.portfolio({"AAA": 500.0, "BBB": -100.0}) if portfolio is None else portfolio
    scenario = given.pop("scenario", toy.scenario(SHOCK))
    return stress.run(book, scenario, given.pop("model", toy.model()), **given)


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (np.int64(5), int, 5),
        (Decimal("1.5"), float, 1.5),
        (np.float32(0.5), float | None, 0.5),
        (3, str | float, 3.0),
        (np.True_, bool, True),
        ("semis_*", Sequence[str] | None, ["semis_*"]),
        (("a", "b"), Sequence[str], ["a", "b"]),
        ({"a": np.float64(2.0)}, Mapping[str, float], {"a": 2.0}),
        ("up", Literal["up", "down"] | None, "up"),
        (None, Literal["up", "down"] | None, None),
    ],
)
def test_what_counts_as_the_kind_is_of_the_kind(value, kind, kept):
    found = held_to(value, kind, what="it")
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (20_000.0, int, "it: 20000.0 is not a whole number. Write 20000."),
        (True, int, "it: True is not a whole number."),
        ("1.5", float, "it: '1.5' is not a number. Give the number itself, without quotes."),
        (float("nan"), float | None, "it: nan is not a number."),
        (0.1, str, "it: 0.1 is not text. Write it in quotes, with its unit if it has one."),
        (-0.05, str | Move, "it: -0.05 is not text or a Move. Write it in quotes, with its unit."),
        ("Up", Literal["up", "down"], "it: 'Up' is not one of: up, down. Did you mean 'up'?"),
        ({"a": "Up"}, Mapping[str, Literal["up"]] | None, "it: a: 'Up' is not one of: up."),
        ("a=1", Mapping[str, str], "it: 'a=1' is not a mapping (dict) of text to text."),
        ([1], Sequence[str], "it[0]: 1 is not text."),
        ({"a", "b"}, Sequence[str], "it: {"),
        (10**400, float, "it: 1000000"),
        (int, int, "it: int itself is not a whole number."),
        (np.array([1.0]), int, "it: an object of type ndarray is not a whole number."),
        (
            np.array(0.1),
            Sequence[str],
            "it: an object of type ndarray is not a sequence (each text).",
        ),
        (np.array([]), Share, "it: an object of type ndarray is not a share ('10%' or 0.1)."),
        (pd.DataFrame({"a": [1, 2]}), Share, "it: an object of type DataFrame is not a share"),
        (Decimal("sNaN"), float, "it: Decimal('sNaN') is not a number."),
        (3, Path | str | None, "it: 3 is not a path or text."),
        (3, Callable[[int], None] | None, "it: 3 is not a function."),
    ],
)
def test_another_kind_is_refused_in_words(value, kind, said):
    with pytest.raises(InputError) as refused:
        held_to(value, kind, what="it")
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (97.5, "level must be in (0, 1), got 97.5. Write 0.975 for 97.5 %."),
        (1.5, "level must be in (0, 1), got 1.5."),
        (1, "level must be in (0, 1), got 1."),
        (0, "level must be in (0, 1), got 0."),
        (-1.0, "level must be in (0, 1), got -1."),
        ("0.975", "level: '0.975' is not a number. Give the number itself, without quotes."),
        (float("nan"), "level: nan is not a number."),
        (None, "level: None is not a number."),
    ],
)
def test_a_level_is_a_number_between_0_and_1_wherever_it_is_asked_for(toy, level, said):
    changed = toy.book({"AAA": 500.0}).what_if({"AAA": -100.0}, draws=2000)
    result = run(toy)
    asked = [
        lambda: changed.expected_shortfall(level),
        lambda: changed.change(level),
    ]
    if level is not None:  # there it means the headline's
        asked.append(lambda: result.measure("expected_shortfall", level=level))
    for ask in asked:
        with pytest.raises(InputError) as refused:
            ask()
        assert str(refused.value) == said


def test_a_level_may_be_any_number(toy):
    result = run(toy)
    headline = result.measure("expected_shortfall")

    assert result.measure("expected_shortfall", level=Decimal("0.975")) == headline
    changed = toy.book({"AAA": 500.0}).what_if({"AAA": -100.0}, draws=2000)
    assert changed.change(np.float64(0.9)) == changed.change(Decimal("0.9")) == changed.change(0.9)


def test_none_is_the_default_of_every_option(toy):
    none = dict.fromkeys(typing.get_type_hints(stress.RunOptions))
    plain = run(toy, model_range=None)
    forwarded = run(toy, **none)

    assert forwarded.digest == plain.digest
    assert forwarded.manifest.options == plain.manifest.options
    assert run(toy, toy.book({"AAA": 500.0, "BBB": -100.0}), **none).digest == plain.digest
    assert stress.shock({"market": "-5%"}, model=None, horizon_days=None, id=None).id == "shock"
    with pytest.raises(InputError, match="portfolio: None is not"):
        stress.run(None, toy.scenario(SHOCK))


def test_none_is_the_default_of_a_hedge_but_where_it_sets_no_limit():
    options = set(typing.get_type_hints(stress.HedgeOptions)) - {"max_lines"}
    given = {"draws": 2000, "max_lines": 2, "family": []}
    plain = stress.hedge("utilities_income", **given)
    forwarded = stress.hedge(
        "utilities_income", universe=None, seed=None, **given, **dict.fromkeys(options)
    )

    assert forwarded.to_json() == plain.to_json()


def test_what_is_asked_of_what_a_verb_gave_is_checked_too(toy):
    results = stress.run_many(
        [toy.book({"AAA": 500.0}), toy.book({"BBB": 1.0}, name="other.csv")],
        [toy.scenario(SHOCK)],
        draws=2000,
    )
    portfolio = toy.portfolio({"AAA": 500.0})
    for ask, said in (
        (lambda: results.baseline, "the run is of 2 books: baselines[name] is that of one, toy.csv,"),
        (lambda: results[0].measure(5), "name: 5 is not text"),
        (lambda: results[0].plot(5), "ax: 5 is not an Axes."),
        (lambda: portfolio.with_positions(["a"]), "'a' is not a Position. `stress.load_portfolio`"),
        (lambda: portfolio.with_positions(None), "positions: None is not a sequence (each a Position)"),
        (lambda: stress.Payload(5), "folder: 5 is not text or a path."),
        (lambda: stress.Move(value="a", unit="%"), "a move is a finite number in its unit, got 'a'."),
        (lambda: stress.Move(value=1.0, unit="zz"), "'zz' is not a unit; known: %, bp, pts, vol."),
        (lambda: stress.compare("utilities_income", strategies=[]), "strategies: none is given. There"),
        (
            lambda: stress.Portfolio(name="x", positions=None, currency="USD", nav=1.0),
            "portfolio 'x': positions: None is not a sequence (each a Position)",
        ),
    ):  # fmt: skip
        with pytest.raises(InputError) as refused:
            ask()
        assert said in str(refused.value)


def test_what_a_plan_and_a_comparison_have_is_said(toy):
    given = {"draws": 2000, "family": []}
    plan = stress.hedge("utilities_income", max_lines=1, **given)
    found = stress.compare(
        "utilities_income", strategies=["do_nothing"], model_variants=False, frontier=False, **given
    )
    with pytest.raises(InputError, match=r"scenario .zzz. is unknown\. There are: deepseek-2025"):
        plan.scenario("zzz")
    with pytest.raises(
        InputError, match=r"strategy .do_nothin. is unknown\. Did you mean .do_noth"
    ):
        found.row("do_nothin")


def test_whatever_an_argument_may_be_has_a_public_name():
    public = {getattr(stress, name) for name in stress.__all__}
    made = (stress.Scenario, stress.Position, stress.Portfolio, stress.Factor, stress.Payload)
    options = (stress.RunOptions, stress.HedgeOptions, stress.TailOptions)
    kinds = [
        kind
        for asked in (*(getattr(stress, verb) for verb in VERBS), *made, *options)
        for kind in typing.get_type_hints(asked).values()
    ]
    named = set()
    while kinds:
        kind = kinds.pop()
        kinds += [part for part in typing.get_args(kind) if not isinstance(part, str)]
        if inspect.isclass(kind) and kind.__module__.startswith("stress."):
            named.add(kind)
    # A data frame is anybody's.
    assert {kind.__name__ for kind in named - public} == {"DataFrame"}
    assert len(named & public) > 15


@pytest.mark.parametrize("verb", VERBS)
def test_annotations_of_every_verb_resolve(verb):
    assert "return" in typing.get_type_hints(getattr(stress, verb))


def test_what_to_do_is_said_for_the_command_line_and_for_python(toy):
    rows = [{"ticker": "ZZZ", "market_value": 9.0, "currency": "USD"}]
    strange = stress.load_portfolio(rows)
    for ask, keyword in (
        (lambda: run(toy, benchmark=strange), "proxies={'ZZZ': 'TICKER'}"),
        (lambda: stress.load_portfolio(rows + rows), "merge=True"),
        (lambda: stress.load_portfolio(rows, nav=-1.0), "nav="),
        (lambda: stress.open_book(strange, rates={"USD": "4"}), "rates={'USD': '4.3%'}"),
        (lambda: run(toy, replay_names=True, severity=2.0), "replay_names="),
    ):
        with pytest.raises(InputError) as refused:
            ask()
        assert keyword in str(refused.value)
        assert "--" in str(refused.value)


def test_what_is_missing_is_asked_as_python_has_it_where_no_command_was_typed(toy):
    call = {
        "ticker": "AAA", "type": "option", "right": "call", "strike": 190.0, "expiry": "2026-06-19",
        "quantity": 1, "multiplier": 100, "price": 4.0, "currency": "USD",
    }  # fmt: skip
    for rows, asked in (
        (
            [{"ticker": "ZZZ", "market_value": 9.0, "currency": "USD"}],
            "unknown='exclude', allow_partial=True   or say what they move like:  proxies={'ZZZ': 'TICKER'}",
        ),
        (
            [call],
            "spots={'AAA': 'PRICE'}, rates={'USD': 'RATE%'}, dividends={'AAA': 'YIELD%'}   (or a ",
        ),
    ):
        with pytest.raises(InputError) as refused:
            stress.open_book(stress.load_portfolio(rows, as_of="2026-01-05"), toy.model())
        last = str(refused.value).splitlines()[-1]
        assert asked in last
        assert "foreshock" not in last


def test_all_that_is_wrong_is_said_at_once_and_strange_keywords_are_the_callers_fault(toy):
    with pytest.raises(InputError) as refused:
        run(toy, propagation="Linked", on_interrupt="stop", seed="0", severity="1.5", unknown="")
    assert len(refused.value.problems) == 5
    with pytest.raises(TypeError, match=r"unknown option\(s\): sede. Did you mean 'seed'"):
        run(toy, sede=1)
    with pytest.raises(
        TypeError, match=r"^reverse: missing a required argument: 'loss'\. It is rev"
    ):
        stress.reverse("ai_growth")
    with pytest.raises(
        TypeError, match=r"^load_model: too many positional arguments\. It is load_m"
    ):
        stress.load_model("us-ai-2025-12", 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scenario": None}, "scenario: None is not text, a path or a Scenario"),
        ({"scenario": {"chips": "-5%"}}, "scenario: {'chips': '-5%'} is not"),
        ({"model": 3}, "model: 3 is not text, a path or a FactorModel"),
        ({"portfolio": 3}, "portfolio: 3 is not text, a path, a DataFrame"),
        ({"draws": 20_000.0}, "Write 20000."),
        ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
        ({"generator": "T"}, "Did you mean 't'"),
        ({"rates": "USD=4%"}, "rates: 'USD=4%' is not a mapping"),
        ({"rates": {"USD": None}}, "rates: USD: None is not text or a number"),
        ({"proxies": "A=B"}, "proxies: 'A=B' is not a mapping"),
        ({"prices": 3}, "prices: 3 is not text, a path"),
        ({"reduce": ["sobul"]}, "Did you mean 'sobol'"),
        ({"waive": ["jump"]}, "waive: accepts findings in prices; give some (prices=)"),
        (
            {"as_of": np.datetime64("NaT")},
            "as_of: an object of type datetime64 is not text or a date",
        ),
    ],
)
def test_a_run_refuses_other_kinds(toy, options, said):
    with pytest.raises(InputError) as refused:
        run(toy, **options)
    assert said in str(refused.value)


def test_one_string_where_a_sequence_is_meant_is_a_sequence_of_one(toy):
    book, scenario = toy.book({"AAA": 500.0}), toy.scenario(SHOCK)
    assert len(stress.run_many(book, scenario, draws=2000)) == 1
    found = stress.worst_case(book, 3.0, only="chips")
    listed = stress.worst_case(book, 3.0, only=["chips"])
    assert found.answers[0].loss == listed.answers[0].loss
    assert len(run(toy, reduce="sobol").reduced) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"propagation": "Linked"},
        {"returns": "log"},
        {"id": ""},
        {"id": "Bad Id"},
        {"id": "../x"},
        {"id": "baseline"},
        {"horizon_days": 2.5},
        {"horizon_days": 10**6},
        {"horizon_days": 0},
    ],
    ids=str,
)
def test_a_shock_is_checked_where_a_scenario_is_made(toy, options):
    with pytest.raises(InputError):
        stress.shock({"market": "-5%"}, model=toy.model(), **options)
    with pytest.raises(InputError):
        toy.scenario({"market": "-5%"}, **options)


def test_a_shock_of_a_factor_of_an_own_model_says_that_it_needs_the_model(toy):
    own = r"If a model of your own has it, give that model: model=, or --model\."
    with pytest.raises(InputError, match=rf"'chips' is neither.*{own}"):
        stress.shock({"chips": "-10%"})
    with pytest.raises(InputError) as refused:
        stress.shock({"chip": "-10%"}, model=toy.model())
    assert "model=" not in str(refused.value)


@pytest.mark.parametrize("moves", [{}, {1: "5%"}, [("AAA", "-5%")], "AAA", {"AAA": -0.05}], ids=str)
def test_moves_are_a_mapping_with_something_in_it(toy, moves):
    with pytest.raises(InputError):
        stress.shock(moves, model=toy.model())


def test_a_boolean_of_numpy_is_one_and_a_class_of_that_name_is_none():
    assert held_to(np.bool_(True), bool, what="paths") is True
    lookalike = type("bool", (), {})()
    with pytest.raises(InputError, match="paths: an object of type bool is not True or False"):
        held_to(lookalike, bool, what="paths")


def test_sessions_counted_by_numpy_are_sessions(toy):
    shock = stress.shock({"market": "-5%"}, model=toy.model(), horizon_days=np.int64(5))
    plain = stress.shock({"market": "-5%"}, model=toy.model(), horizon_days=5)
    assert shock.content_hash == plain.content_hash
    assert run(toy, scenario=shock).digest == run(toy, scenario=plain).digest
    book = toy.book({"AAA": 500.0})
    assert stress.reverse(book, "10%", horizon_days=np.int64(5)).horizon_days == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"signs": {"rates_10y": "Up"}}, "signs: rates_10y: 'Up' is not one of: up, down"),
        ({"answers": 0}, "answers must be at least 1"),
        ({"answers": 1.5}, "answers: 1.5 is not a whole number"),
        ({"horizon_days": 0}, "horizon_days must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"seed": "x"}, "seed: 'x' is not a whole number"),
        ({"only": [1]}, "only[0]: 1 is not text"),
    ],
)
def test_searches_refuse_what_cannot_be_searched(toy, options, said):
    book = toy.book({"AAA": 500.0})
    for search in (
        lambda: stress.reverse(book, "10%", **options),
        lambda: stress.worst_case(book, 3.0, **options),
    ):
        with pytest.raises(InputError) as refused:
            search()
        assert said in str(refused.value)
    for distance in (0.0, -1.0, float("nan"), "3"):
        with pytest.raises(InputError):
            stress.reverse(book, "10%", max_distance=distance)
        with pytest.raises(InputError):
            stress.worst_case(book, distance)
    for distance in (1e9, 1e300):
        with pytest.raises(InputError, match="at most 1,000 standard deviations"):
            stress.reverse(book, "10%", max_distance=distance)
        with pytest.raises(InputError, match="at most 1,000 standard deviations"):
            stress.worst_case(book, distance)


def test_a_sign_that_may_only_rise_is_met_to_the_last_bit(toy):
    book = toy.book({"AAA": 500.0, "CCC": 300.0})
    for sign, worse in (("up", min), ("down", max)):
        found = stress.reverse(book, "10%", signs=dict.fromkeys(("power", "rates_10y"), sign))
        for answer in found.answers:
            moves = [answer.scenario.stated(factor).value for factor in ("power", "rates_10y")]
            assert worse(0.0, *moves) == 0.0


@pytest.mark.parametrize("loss", ["1000000", "-10%", "0%", "2000%", "10bps of it", "none"])
def test_a_loss_is_a_share_of_nav_and_refused_as_it_was_written(toy, loss):
    with pytest.raises(InputError) as refused:
        stress.reverse(toy.book({"AAA": 500.0}), loss)
    assert loss in str(refused.value)
    assert "1000000%" not in str(refused.value)


def factor(**changes):
    said = {"name": "market", "kind": "relative", "unit": "%", "title": "Market"}
    return stress.Factor(**{**said, "description": "", "series": ("IDX",), **changes})


def definition(**changes):
    said = {"name": "market", "kind": "relative", "unit": "%", "title": "Market"}
    said |= {"description": "", "series": ("IDX",), "measure": "return"}
    return stress.FactorDefinition(**{**said, **changes})


class Place:
    """A path of another library."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


def test_whatever_says_that_it_is_a_path_is_one(tmp_path):
    (tmp_path / "mine.csv").write_text("ticker,market_value,currency\nNVDA,1000,USD\n")
    (tmp_path / "mine.toml").write_text(stress.shock({"market": "-5%"}, id="mine").to_toml())
    book, scenario = (Place(str(tmp_path / name)) for name in ("mine.csv", "mine.toml"))
    assert stress.load_portfolio(book).name == "mine.csv"
    assert stress.load_scenario(scenario).id == "mine"
    store = Place(str(tmp_path / "draws"))
    result = stress.run(book, scenario, draws=500, benchmark=book, store=store, model_range=False)
    assert result.scenario.id == "mine"
    assert stress.read_payload(store)[1].shape[1] == 500
    with pytest.raises(InputError, match="an object of type Place is not text, a path"):
        stress.load_portfolio(Place(b"mine.csv"))


def test_one_series_may_be_given_as_text():
    assert definition(series="IDX").series == ("IDX",)


def test_a_model_says_nothing_twice(toy):
    model = toy.model()
    doubled = (model.factors[0], *model.factors[:-1])
    with pytest.raises(ModelError, match="name AAA stands twice"):
        dataclasses.replace(model, names=("AAA",) * len(model.names))
    with pytest.raises(ModelError, match="factor market stands twice"):
        dataclasses.replace(model, factors=doubled)


def test_a_table_of_arrow_is_no_data_frame():
    table = pytest.importorskip("pyarrow").table({"ticker": ["NVDA"], "market_value": [1.0]})
    for verb in (
        lambda: stress.load_portfolio(table),
        lambda: stress.run(table, "aftershock"),
        lambda: stress.calibrate(table, "factors.toml"),
    ):
        with pytest.raises(InputError, match="an object of type Table is not text, a path"):
            verb()


def test_what_changes_nothing_is_said(toy):
    book, model = toy.portfolio({"AAA": 500.0, "BBB": -100.0}), toy.model()
    days = [str(d) for d in np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-06-01"))]
    days = [day for day in days if np.is_busday(np.datetime64(day))]
    levels = 100.0 * np.exp(np.random.default_rng(0).normal(0.0, 0.01, (len(days), 2)).cumsum(0))
    prices = stress.Prices(dates=days, names=("AAA", "BBB"), levels=levels)
    scenario = toy.scenario({"chips": "-12%"})
    asked = {"surfaces": True, "prices": prices, "waive": ["jump:NOPE"], "model_range": False}
    said = stress.run(book, scenario, model, draws=500, **asked).warnings
    assert "surfaces=True changes nothing: no option is held." in said
    assert "waiver jump:NOPE was not needed." in said


def test_a_market_in_another_currency_is_refused(toy):
    market = stress.Market(as_of="2025-12-31", currency="EUR")
    with pytest.raises(InputError, match=r"for books in EUR, and toy\S* is in USD"):
        stress.open_book(toy.portfolio({"AAA": 500.0}), toy.model(), market=market)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: stress.HedgeUniverse(label="u", lines=5), "hedge universe: lines: 5 is not a"),
        (lambda: stress.HedgeUniverse(label="u", lines=["x"]), "lines.0.: 'x' is not a HedgeLine"),
        (lambda: stress.FactorDefinitions(factors=0.1), "factors: 0.1 is not a sequence"),
        (lambda: stress.FactorDefinitions(factors=(), homes=1), "homes: 1 is not a mapping"),
        (
            lambda: stress.Prices(dates=1.5, names=("A",), levels=[[1.0]]),
            "prices: dates are no sequence, but 1.5",
        ),
        (
            lambda: stress.Prices(dates=("2025-01-02",), names=5, levels=[[1.0]]),
            "prices: names are no sequence, but 5",
        ),
        (
            lambda: stress.Market(as_of="2025-12-31", currency="USD", levels="x"),
            "market: levels: 'x' is not a mapping",
        ),
        (
            lambda: stress.Market(as_of="2025-12-31", currency="USD", levels={"a": 1}),
            "market: levels: 'a': 1 is not a Driver and its Level",
        ),
        (lambda: factor(kind="foo"), "factor 'market': kind: 'foo' is not one of: relative"),
        (lambda: factor(unit="zz"), "factor 'market': unit: 'zz' is not one of: %"),
        (lambda: definition(kind="foo"), "factor 'market': kind: 'foo' is not one of: relative"),
        (lambda: definition(measure="q"), "measure: 'q' is not one of: return, inverse-return"),
        (lambda: definition(series=5), "series: 5 is not a sequence"),
        (lambda: definition(scale=math.nan), "scale: nan is not a number"),
        (lambda: definition(scale=0.0), "scale is 0.0, not a number above zero"),
    ],
)
def test_what_is_made_in_memory_of_other_kinds_is_refused_in_words(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_a_loss_of_nothing_that_is_money_is_refused(toy):
    book = toy.portfolio({"AAA": 500.0, "BBB": -100.0})
    with pytest.raises(InputError, match="loss must be at least 1e-06 of the currency"):
        stress.reverse(book, 5e-12, toy.model())


@pytest.mark.parametrize("share", ["10%", "1000bp", 0.1, Decimal("0.1"), np.float64(0.1)])
def test_a_share_is_text_or_a_fraction_wherever_one_is_asked_for(toy, share):
    assert held_to(share, Share | None, what="it") == 0.1
    assert type(held_to(share, Share, what="it")) is float
    book = toy.book({"AAA": 500.0})
    assert stress.reverse(book, share).to_json() == stress.reverse(book, "10%").to_json()
    results = stress.run_many(book, [toy.scenario(SHOCK)], draws=4096, target_error=share)
    assert results.manifest.draws == 4096
    with pytest.raises(stress.LimitBreachedError, match=r"above the limit of 10\.00 %"):
        results.check_limits({"expected": share})
    with pytest.raises(stress.InputError, match=r"10 is a share of 1000%. Write '10%' or 0.1"):
        results.check_limits({"expected": 10})
    meant = r"2 is a share of 200%. Write '2%' or 0.02; '200%' if it is meant"
    with pytest.raises(stress.InputError, match=rf"limit on expected: {meant}"):
        results.check_limits({"expected": 2})
    with pytest.raises(stress.InputError, match=rf"loss: {meant}"):
        stress.reverse(book, 2)


@pytest.mark.parametrize(
    "option",
    [
        *("budget", "scenario_share", "gross_share", "turnover", "adv_share"),
        *("sell_down_share", "min_ticket", "max_ticket", "baseline_weight"),
    ],
)
def test_the_shares_of_a_hedge_are_text_or_fractions(option):
    for share in ("-10%", -0.1):
        with pytest.raises(
            InputError, match=rf"{option} -0\.1 .*(is not between|a share of NAV, between)"
        ):
            stress.hedge("ai_growth", **{option: share})


@pytest.mark.parametrize("share", ["0.1", "10pts", True, float("nan"), [0.1], None])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(InputError, match=r"^it: "):
        held_to(share, Share, what="it")


def test_moves_that_were_read_may_be_given_to_a_shock(toy):
    texts = {"market": "-5%", "rates_10y": "+30bp", "AAA": "-20%"}
    moves = {target: stress.parse_move(text) for target, text in texts.items()}
    given = stress.shock(moves, model=toy.model())

    assert given.content_hash == stress.shock(texts, model=toy.model()).content_hash
    exact = stress.Move(value=-0.0123456789012345678, unit="%")
    written = stress.parse_move("-1.23456789012%")
    assert stress.shock({"market": exact}, model=toy.model()).moves[0].move == written
    with pytest.raises(InputError, match=r"rates_10y=-5%: '-5%' is in %"):
        stress.shock({"rates_10y": moves["market"]}, model=toy.model())
    with pytest.raises(InputError, match="below -100 %"):
        stress.shock({"market": stress.Move(value=-1.5, unit="%")}, model=toy.model())


@pytest.mark.parametrize(
    "day",
    [
        datetime.date(2025, 1, 2),
        datetime.datetime(2025, 1, 2, 9),
        pd.Timestamp("2025-01-02"),
        np.datetime64("2025-01-02"),
        pd.Series(pd.to_datetime(["2025-01-02"])).to_numpy().max(),
    ],
)
def test_a_date_is_a_date_however_it_is_held(day):
    rows = [{"ticker": "NVDA", "market_value": 100.0, "currency": "USD"}]
    assert stress.load_portfolio(rows, as_of=day).as_of == "2025-01-02"
    assert stress.open_book(stress.load_portfolio(rows), as_of=day).portfolio.as_of == "2025-01-02"


def test_a_path_is_a_store_and_a_cluster_is_no_executor(toy, tmp_path):
    stored = run(toy, store=tmp_path / "run")
    assert (tmp_path / "run" / "payload.json").is_file()
    assert run(toy, store=str(tmp_path / "run")).digest == stored.digest

    class LocalCluster:
        scheduler_address = "tcp://127.0.0.1:1"

    with pytest.raises(InputError, match=r"is a LocalCluster: give a client of it"):
        run(toy, executor=LocalCluster())


def test_a_bare_number_that_is_no_share_is_refused_with_both_spellings() -> None:
    with pytest.raises(InputError, match=r"loss: 10 is a share of 1000%\. Write '10%' or 0\.1"):
        stress.reverse("ai_growth", 10)


def test_a_tilde_is_the_folder_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    text = "ticker,quantity,price,currency\nNVDA,10,186.5,USD\n"
    (tmp_path / "mine.csv").write_text(text)
    for path in ("~/mine.csv", Path("~/mine.csv")):
        assert stress.load_portfolio(path).name == "mine.csv"
    with pytest.raises(InputError, match=r"not/~/mine\.csv"):
        stress.load_portfolio("not/~/mine.csv")
    # What is no path stays.
    assert held_to("~", str, what="it") == "~"
    assert held_to({"SPY": "~/mine.csv"}, Mapping[str, str | Path], what="it") == {
        "SPY": str(tmp_path / "mine.csv")
    }
