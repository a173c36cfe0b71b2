"""A search, a hedge and a comparison say what they were made from, as a run does."""

import dataclasses
import json

import pytest

import stress
from stress.files.universes.file import load_universe
from stress.hedging.settings import HedgeSettings
from stress.results.manifest import Manifest

ROWS = [
    {"ticker": "NVDA", "market_value": 600_000.0, "currency": "USD"},
    {"ticker": "CEG", "market_value": 250_000.0, "currency": "USD"},
    {"ticker": "JNJ", "market_value": 150_000.0, "currency": "USD"},
]


def book(rows=ROWS):
    return stress.open_book(stress.load_portfolio(rows, name="mine"))


def search(**asked):
    return stress.reverse(book(), "10%", **asked)


def hedge(rows=ROWS, **asked):
    asked = {"draws": 2000, "max_lines": 2, "family": ["aftershock"], **asked}
    return stress.hedge(book(rows), **asked)


def compare(rows=ROWS, **asked):
    asked = {"strategies": ["do_nothing", "index_short"], "draws": 2000, **asked}
    return stress.compare(book(rows), model_variants=False, frontier=False, family=[], **asked)


@pytest.mark.parametrize(
    "found",
    [
        search,
        lambda: stress.worst_case(book(), 3.0),
        lambda: stress.worst_law(book(), 0.5),
        hedge,
        compare,
    ],
    ids=["reverse", "worst_case", "worst_law", "hedge", "compare"],
)
def test_each_answer_names_its_inputs_and_is_repeated_by_its_digest(found):
    one, again, opened = found(), found(), book()

    manifest = one.manifest
    assert isinstance(manifest, Manifest)
    assert manifest.portfolio == {"mine": opened.portfolio.content_hash}
    assert manifest.books == {"mine": opened.content_hash}
    assert manifest.model["hash"] == opened.model.content_hash
    assert manifest.versions["foreshock"] == stress.__version__
    assert manifest == again.manifest
    written = json.loads(one.to_json())["manifest"]
    assert written["digest"] == manifest.digest
    assert written["options"] == dict(manifest.options)
    assert json.loads(json.dumps(manifest.to_dict())) == written


def test_a_search_writes_what_was_asked_and_what_was_not():
    manifest = search(only=["semis_*"], signs={"semis_memory": "down"}).manifest

    assert manifest.options == {
        "question": "reverse",
        "loss": "0.1",
        "only": "semis_*",
        "signs": "semis_memory=down",
    }
    assert manifest.defaults == {"horizon_days": "1", "answers": "6"}
    assert (manifest.draws, manifest.scenarios) == (0, {})
    assert manifest.digest != search().manifest.digest


def test_an_amount_is_written_with_all_its_digits():
    options = stress.worst_case(book(), 2.123456789).manifest.options
    assert options["distance"] == "2.123456789"
    asked = {"draws": 2000, "severity": 0.123456789, "model_range": False}
    run = stress.run(book(), "deepseek-2025-01-27", **asked)
    assert run.manifest.options["severity"] == "0.123456789"


def test_what_the_options_of_a_book_chose_is_written():
    portfolio = stress.load_portfolio([*ROWS, {**ROWS[2], "ticker": "ZZZZ"}], name="mine")
    asked = {"draws": 2000, "max_lines": 1, "family": []}
    manifest = stress.hedge(portfolio, proxies={"ZZZZ": "AMD"}, **asked).manifest
    assert manifest.options["proxies"] == "ZZZZ=AMD"
    assert (
        stress.reverse(portfolio, "5%", unknown="exclude").manifest.options["unknown"] == "exclude"
    )


def test_a_hedge_writes_its_universe_its_scenarios_and_every_setting():
    plan = hedge(budget="1%", es_limit=None, neutral=["market"])
    manifest = plan.manifest
    settings = set(HedgeSettings.__dataclass_fields__) - {"draws", "seed"}

    universe = load_universe("hedges_us_ai")
    assert manifest.options["universe"] == f"hedges_us_ai.csv {universe.content_hash[:12]}"
    assert manifest.options["budget"] == "0.01"
    assert manifest.options["bands"] == "market=-0.5%..0.5%"
    assert manifest.options["max_lines"] == "2"
    assert set(manifest.scenarios) == {"aftershock", "second-day-rebound", "deepseek-2025-01-27"}
    assert manifest.defaults["scenarios"] == "deepseek-2025-01-27"
    empty = {"es_limit", "turnover", "max_ticket"}
    assert settings - empty <= {*manifest.options, *manifest.defaults}
    assert (manifest.draws, manifest.seed) == (2000, 0)
    assert hedge(budget=None).manifest.options["budget"] == "none"


@pytest.mark.parametrize("verb", [hedge, compare])
def test_the_digest_is_of_the_numbers_and_not_of_the_order_of_rows(verb):
    one, turned, other = verb(), verb(ROWS[::-1]), verb(seed=7)

    assert one.manifest.digest == turned.manifest.digest
    assert one.manifest.digest != other.manifest.digest


def test_a_changed_book_is_not_named_by_the_hash_of_its_file():
    read = stress.load_portfolio("utilities_income")
    half = dataclasses.replace(read, positions=read.positions[:5], nav=read.nav / 2)

    def named(portfolio, **asked):
        asked = {"draws": 500, "model_range": False, **asked}
        manifest = stress.run(portfolio, "aftershock", **asked).manifest
        return next(iter(manifest.portfolio.values()))

    assert named(half) == half.content_hash != read.content_hash
    assert named(read, as_of="2025-12-30") == named("utilities_income") == read.content_hash


def test_the_mode_of_scenarios_that_fix_none_is_the_one_asked_for():
    fixed = stress.shock({"market": "-3%"}, propagation="linked", id="fixed")
    free = stress.shock({"market": "-3%"}, id="free")
    results = stress.run_many("ai_growth", [fixed, free], propagation="alone", draws=1000)
    assert results.manifest.options["propagation"] == "alone"
    assert [one.propagation for one in results] == ["linked", "alone"]
    said = 'propagation="alone" changes nothing of fixed: its own file says otherwise.'
    assert said in results[0].warnings
    unasked = stress.run("ai_growth", fixed, draws=1000, model_range=False)
    assert unasked.manifest.defaults["propagation"] == "each scenario's own, else linked"


def test_numbers_of_a_manifest_are_read_back_exactly(toy):
    book = toy.book({"AAA": 500.0})
    found = stress.run(book, toy.scenario({"market": "-5%"}), draws=512, severity=4 / 3)
    assert float(found.manifest.options["severity"]) == 4 / 3
    table = stress.tails(book, draws=4096, levels=[0.9666666666666667, 0.9666666666666668])
    assert [float(x) for x in table.manifest.options["levels"].split(", ")] == list(table.levels)
