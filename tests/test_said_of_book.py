"""A book with a proxied foreign share and a name that is left out: every verb takes it and says so."""

import json
from dataclasses import replace

import pandas as pd
import pytest

import stress

SHOCK = "deepseek-2025-01-27"


@pytest.fixture(scope="module")
def awkward():
    rows = pd.DataFrame(
        [
            ("NVDA", 1000, 187.5, "USD", "stock"),
            ("MSFT", 500, 480.0, "USD", "stock"),
            ("SAPX", 300, 200.0, "EUR", "stock"),
            ("ZZZQ", 100, 300.0, "USD", "stock"),
            ("USD", 20_000, 1.0, "USD", "cash"),
        ],
        columns=["symbol", "quantity", "price", "currency", "type"],
    )
    return stress.open_book(
        rows, proxies={"SAPX": "MSFT"}, fx={"EUR": 1.17}, fx_fixed=["EUR"], unknown="exclude"
    )


@pytest.fixture(scope="module")
def funds():
    """A universe of shares and funds alone: nothing in it is revalued in full."""
    universe = stress.load_universe("hedges_us_ai")
    return replace(universe, lines=tuple(x for x in universe.lines if x.type in ("etf", "cash")))


VERBS = {
    "run": lambda book, _: stress.run(book, SHOCK, draws=1000).warnings,
    "tails": lambda book, _: stress.tails(book, draws=4000).warnings,
    "what_if": lambda book, _: _document(book.what_if({"NVDA": -1000.0}, draws=2000)),
    "reverse": lambda book, _: stress.reverse(book, "10%").warnings,
    "worst_case": lambda book, _: stress.worst_case(book, 3.0).warnings,
    "worst_law": lambda book, _: stress.worst_law(book, 0.5).warnings,
    "hedge": lambda book, funds: (
        stress.hedge(book, [SHOCK], universe=funds, draws=2000, family=[]).warnings
    ),
    "compare": lambda book, funds: (
        stress.compare(
            book,
            [SHOCK],
            universe=funds,
            draws=2000,
            family=[],
            strategies=["minimum_es"],
            model_variants=False,
            frontier=False,
        ).warnings
    ),
}


def _document(found):
    return json.loads(found.to_json())["warnings"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_leaves_out_and_assumes(awkward, funds, verb):
    said = VERBS[verb](awkward, funds)
    for words in (
        "NOT STRESSED 5.7% of gross: ZZZQ. The figures leave it out.",
        "fx of EUR/USD: held still, as stated.",
        "book currency USD, that of most rows",
    ):
        assert sum(words in text for text in said) == 1, said


def test_a_book_revalued_by_stand_ins_alone_is_hedged(awkward, funds):
    plan = stress.hedge(awkward, [SHOCK], universe=funds, draws=2000, family=[])
    assert plan.tickets
    after = stress.run(plan.hedged, SHOCK, draws=1000)
    assert after.expected == pytest.approx(plan.scenario(SHOCK).after, rel=1e-9)
