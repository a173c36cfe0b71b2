"""The record stands beside runs that are like what it is of, and beside no other."""

from __future__ import annotations

import dataclasses
import json

import pytest

from stress.api import load_model, run
from stress.files.bundled import bundled_folder, bundled_ids
from stress.results.track_record import (
    no_record_because,
    parse_track_record,
    record_of_comparable,
)

RECORD = {
    "shock_days": list("abcd"),
    "groups": {
        "random": {
            "explained": {"books": 2, "judged": 8, "median_miss": 0.004},
            "given_core": {"books": 2, "judged": 8, "median_miss": 0.006},
        },
        "theme:chips": {
            "explained": {"books": 1, "judged": 3, "median_miss": 0.01},
            "given_core": {"books": 1, "judged": 3, "median_miss": 0.02},
        },
    },
}


@pytest.mark.parametrize(
    ("stated", "used"), [(1.0, "explained"), (0.9, "explained"), (0.85, "given_core")]
)
def test_all_factor_moves_count_as_given_only_where_nearly_all_are_stated(stated, used) -> None:
    found = record_of_comparable(RECORD, {"market": 1.0}, stated_share=stated)
    assert (found.group, found.used, found.days) == ("random", used, 4)


def test_a_theme_with_fewer_days_says_its_own() -> None:
    assert record_of_comparable(RECORD, {"chips": 0.6}, stated_share=0.0).days == 3


def test_there_is_no_record_of_what_it_is_not_of() -> None:
    like = {"horizon_days": 1, "in_names": 0.9, "stands_still": False}
    assert no_record_because(**like) is None
    assert "single sessions" in (no_record_because(**{**like, "horizon_days": 11}) or "")
    assert "books of shares" in (no_record_because(**{**like, "in_names": 0.4}) or "")
    assert "stand still" in (no_record_because(**{**like, "stands_still": True}) or "")


def test_one_stated_name_is_not_all_factor_moves() -> None:
    from stress.api import shock

    few = run("ai_growth", shock({"NVDA": "-20%"}), draws=300)
    all_given = run("ai_growth", "deepseek-2025-01-27", draws=300, model_range=False)
    assert few.track_record is not None
    assert all_given.track_record is not None
    assert (few.track_record.used, all_given.track_record.used) == ("given_core", "explained")
    page = " ".join(repr(few).split())
    core = few.track_record.given_core
    assert "1 session, four factor moves given, the rest propagated" in page
    assert f"off by {core['median_miss']:.1%}".replace("%", " % of gross (median)") in page
    assert f"moved by {core['median_move']:.1%}".replace("%", " % (median)") in page
    assert "all factor moves given" in " ".join(repr(all_given).split())


def test_a_long_scenario_and_a_book_without_names_have_none_and_say_why() -> None:
    long = run("ai_growth", "ai-winter-path", draws=300, paths=False)
    assert long.track_record is None
    assert "track record  none: the record is of single sessions, this scenario of 50" in repr(long)
    assert json.loads(long.to_json())["no_track_record_because"] == long.no_track_record_because

    import pandas as pd

    from stress.files.portfolio import load_portfolio

    cash = pd.DataFrame(
        {"ticker": ["USD"], "type": ["cash"], "market_value": [1e6], "currency": ["USD"]}
    )
    empty = run(load_portfolio(cash), "deepseek-2025-01-27", draws=300, model_range=False)
    assert empty.track_record is None
    assert "books of shares" in (empty.no_track_record_because or "")
    mixed = pd.DataFrame(
        {
            "ticker": ["NVDA", "NVDA", "MSFT"],
            "account": ["one", "two", "one"],
            "market_value": [8e6, -7e6, 1e6],
            "currency": ["USD"] * 3,
        }
    )
    hedged = run(
        load_portfolio(mixed, nav=10e6), "deepseek-2025-01-27", draws=300, model_range=False
    )
    assert hedged.no_track_record_because == (
        "the record is of books of shares, and 12.5% of this book's gross is held in names linearly, each long less short"
    )


def test_a_model_that_is_called_as_a_bundled_one_and_says_something_else_has_none() -> None:
    bundled = load_model("us-ai-2025-12")
    same = dataclasses.replace(bundled, warnings=())
    other = dataclasses.replace(bundled, specific_volatility=1.1 * bundled.specific_volatility)
    assert other.id == bundled.id
    for model, has in ((same, True), (other, False)):
        found = run("ai_growth", "deepseek-2025-01-27", model, draws=300, model_range=False)
        assert (found.track_record is not None) == has
    assert found.no_track_record_because == (
        f"there is none for model us-ai-2025-12 of content {other.content_hash[:12]}"
    )
    stressed = run("ai_growth", "deepseek-2025-01-27", volatility="1.5x", draws=300)
    assert stressed.track_record is None


def test_the_bundled_record_is_of_models_calibrated_as_the_bundled_ones() -> None:
    path = bundled_folder("models") / "us-ai.track_record"
    record = parse_track_record(path.read_bytes(), source=path.name)
    for id_ in bundled_ids("models"):
        assert load_model(id_).details["made"]["settings"] == record["settings"]


def test_no_scenario_has_no_line(toy) -> None:
    found = run("ai_growth", "deepseek-2025-01-27", draws=300, model_range=False)
    assert "track record" not in repr(dataclasses.replace(found, scenario=None))
