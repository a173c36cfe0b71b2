"""A scenario made in memory keeps what its file would have to."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError

DEEPSEEK = stress.load_scenario("deepseek-2025-01-27")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": None}, "title None is no text. Give one line"),
        ({"title": " "}, "title ' ' is no text"),
        ({"moves": {}}, "moves: {} is not a sequence"),
        ({"moves": [("market", "-5%")]}, "moves[0]: ('market', '-5%') is not a StatedMove"),
        ({"names": DEEPSEEK.names[:1] * 2}, "is stated twice"),
        ({"observed": ["VIX 40"]}, "observed[0]: 'VIX 40' is not a"),
        ({"path": [{}]}, "path[0]: {} is not a Scenario"),
        ({"variation": "names"}, "variation 'names' is not a Variation"),
        ({"narrative": None}, "narrative None is no text"),
        ({"author": 5}, "author 5 is no text"),
        ({"horizon_days": 5}, "horizon_days = 5, but 2025-01-24 to 2025-01-27 has 1 weekdays"),
        ({"date": "2025-01-20"}, "date 2025-01-20 is not after start 2025-01-24"),
        ({"date": "soon"}, "date 'soon' is not a date. Write year-month-day"),
        ({"calendar_days": 30.0}, "calendar_days = 30, but 2025-01-24 to 2025-01-27 is 3"),
        (
            {"calendar_days": -1.0, "start": None},
            "calendar_days -1.0 is not a number of at least 0",
        ),
        ({"bid_ask_multiple": 0.5}, "bid_ask_multiple 0.5 is not a number of at least 1"),
        ({"contradiction_limit": 0}, "contradiction_limit 0 refuses every recorded name"),
        ({"contradiction_limit": None}, "contradiction_limit: None is not a number"),
    ],
)
def test_what_no_file_may_say_no_scenario_may(changes, said):
    with pytest.raises(InputError) as refused:
        replace(DEEPSEEK, **changes)
    assert said in str(refused.value)
    assert "scenario deepseek-2025-01-27: " in str(refused.value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as refused:
        replace(DEEPSEEK, title=None, moves={}, horizon_days=5)
    assert len(refused.value.problems) == 3


def test_what_only_has_another_form_is_given_its_own():
    same = replace(
        DEEPSEEK,
        moves=list(DEEPSEEK.moves),
        start=datetime.date(2025, 1, 24),
        date=np.datetime64("2025-01-27"),
        calendar_days=3,
    )
    assert isinstance(same.moves, tuple)
    assert same.to_toml() == DEEPSEEK.to_toml()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "", "move": stress.parse_move("-5%")}, "target '' is no name"),
        ({"target": 5, "move": stress.parse_move("-5%")}, "target 5 is no name"),
        (
            {"target": "market", "move": "-5%"},
            "market: '-5%' is not a Move. Read one from its text",
        ),
    ],
)
def test_a_stated_move_is_a_move_of_something(given, said):
    with pytest.raises(InputError) as refused:
        stress.StatedMove(**given)
    assert said in str(refused.value)
