"""Shock days come from rules on factor moves, ordinary days from a seed."""

import numpy as np
import pytest

from stress.errors import ModelError
from stress.factors.moves import measure_moves
from stress.validation.days import NAMED_DAYS, basket_factors, ordinary_days, shock_days


def test_baskets_are_themes_and_homes_not_gold(world):
    names = [world.definitions.names[k] for k in basket_factors(world.moves)]
    assert names == ["market", "semis_ai_compute", "utilities_regulated", "power_ipp"]


def test_extremes_by_brute_force(world):
    days = {day.date: day.reasons for day in shock_days(world.moves)}
    moves = world.moves
    since = [t for t, date in enumerate(moves.dates) if date >= "2020-01-01"]
    for k in range(4):
        ranked = sorted(since, key=lambda t: moves.factor_moves[t, k])
        for t in (*ranked[:2], *ranked[-2:]):
            assert any(r.startswith(world.definitions.names[k]) for r in days[moves.dates[t]])
    for date in NAMED_DAYS:
        assert (date in days) == (date in moves.date_index)


def test_ordinary_days_are_drawn_once_and_never_shock_days(world):
    shocks = shock_days(world.moves)
    drawn = ordinary_days(world.moves, shocks, count=50, seed=4)
    dates = [day.date for day in drawn]
    assert len(set(dates)) == 50
    assert dates == sorted(dates)
    assert not set(dates) & {day.date for day in shocks}
    assert dates == [d.date for d in ordinary_days(world.moves, shocks, count=50, seed=4)]
    assert dates != [d.date for d in ordinary_days(world.moves, shocks, count=50, seed=5)]


def test_a_move_over_a_dropped_session_is_not_eligible(make):
    prices, definitions = make(blank=600)
    moves = measure_moves(prices, definitions)
    assert moves.dropped == ((prices.dates[600], "gold"),)
    # the largest fall by far spans the dropped session
    factor_moves = moves.factor_moves.copy()
    after = moves.date_index[prices.dates[601]]
    factor_moves[after, 1] = -0.9
    from dataclasses import replace

    found = shock_days(replace(moves, factor_moves=factor_moves))
    assert prices.dates[601] not in {day.date for day in found}
    shocks = shock_days(moves)
    eligible = sum(date >= "2020-01-01" for date in moves.dates) - 1
    every = ordinary_days(moves, shocks, count=eligible - len(shocks))
    assert prices.dates[601] not in {day.date for day in every}


def test_too_few_days_say_so(world):
    with pytest.raises(ModelError, match=r"5000 ordinary days are wanted"):
        ordinary_days(world.moves, (), count=5000)


def test_rules_see_no_name(world):
    from dataclasses import replace

    blind = replace(world.moves, name_moves=np.zeros_like(world.moves.name_moves))
    assert shock_days(blind) == shock_days(world.moves)
