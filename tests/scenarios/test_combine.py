"""Scenarios together, larger, smaller, and in steps."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.scenarios.combine import combine, sweep, sweep_target
from stress.scenarios.path import steps_from_cumulative
from stress.scenarios.relief import relief_of
from stress.scenarios.scale import scale
from stress.scenarios.scenario import StatedMove, Variation
from stress.units import Move, as_written, parse_move

fractions = st.floats(-0.9, 2.0)
severities = st.floats(0.0, 5.0)


def moves(scenario):
    return {stated.target: str(stated.move) for stated in scenario.moves}


def percent(toy, id="one", **shares):
    return toy.scenario({key: f"{100 * share!r}%" for key, share in shares.items()}, id=id)


@given(share=fractions, severity=severities)
def test_relative_moves_scale_by_compounding(toy, share, severity):
    scenario = percent(toy, market=share)
    value = scenario.moves[0].move.value
    scaled = scale(scenario, severity).moves[0].move.value
    assert 1.0 + scaled == pytest.approx((1.0 + value) ** severity, rel=1e-10)
    assert scaled >= -1.0


@given(severity=severities, points=st.floats(-500.0, 500.0))
def test_rates_and_points_scale_by_multiplying(toy, severity, points):
    scenario = toy.scenario({"rates_10y": f"{points!r}bp", "vix": f"{points!r}pts"})
    rate, vix = (stated.move.value for stated in scale(scenario, severity).moves)
    assert rate == pytest.approx(severity * points * 1e-4, rel=1e-10, abs=1e-15)
    assert vix == pytest.approx(severity * points, rel=1e-10, abs=1e-11)


def test_at_severity_one_nothing_changes(toy):
    scenario = toy.scenario({"market": "-5%"}, names={"NVDA": "-9%"})
    assert scale(scenario, 1.0) is scenario


def test_a_scaled_scenario_is_no_record(toy):
    scenario = toy.scenario({"market": "-50%"}, names={"NVDA": "-9%"}, core_names={"AMD": "-50%"})
    twice = scale(scenario, 2.0)
    assert (twice.id, twice.kind, twice.names) == ("toy-shock-severity-200", "anchored", ())
    assert moves(twice) == {"market": "-75%"}
    assert str(twice.core_names[0].move) == "-75%"
    assert twice.extends == ("toy-shock",)
    assert twice.content_hash != scenario.content_hash


@pytest.mark.parametrize("change", [lambda whole: scale(whole, 2.0), relief_of])
def test_what_changes_every_move_changes_every_step(toy, change):
    steps = tuple(
        toy.scenario({"market": move}, id=f"step-{move[1]}", core_names={"NVDA": move})
        for move in ("-20%", "-30%")
    )
    changed = change(toy.scenario({"market": "-44%"}, core_names={"NVDA": "-44%"}, path=steps))
    for entries in ("moves", "core_names"):
        level = 1.0
        for step in changed.path:
            level *= 1.0 + getattr(step, entries)[0].move.value
        assert level - 1.0 == pytest.approx(getattr(changed, entries)[0].move.value, abs=1e-11)


def test_a_relief_undoes_what_is_stated(toy):
    relief = relief_of(toy.scenario({"market": "-20%", "rates_10y": "+30bp"}))
    assert moves(relief) == {"market": "+25%", "rates_10y": "-30bp"}
    assert (relief.id, relief.extends) == ("toy-shock-relief", ("toy-shock",))
    with pytest.raises(InputError, match=r"market -100% has no relief"):
        relief_of(toy.scenario({"market": "-100%"}))


@pytest.mark.parametrize("severity", [-0.1, 10.5, float("nan"), float("inf")])
def test_a_severity_is_a_number_of_at_least_zero(toy, severity):
    with pytest.raises(InputError, match="severity must be from 0 to 10"):
        scale(toy.scenario({"market": "-5%"}), severity)


@given(value=st.floats(-1.0, 1e3), unit=st.sampled_from(["%", "bp", "pts", "vol"]))
def test_as_written_changes_nothing_twice(value, unit):
    once = as_written(Move(value=value, unit=unit))
    assert as_written(once) == once
    assert once.value == pytest.approx(value, rel=1e-11, abs=1e-300)


# Together


@given(a=fractions, b=fractions)
def test_overlaps_compound_in_any_order(toy, a, b):
    first, second = percent(toy, "one", market=a), percent(toy, "two", market=b)
    there = combine([first, second]).moves[0].move.value
    back = combine([second, first]).moves[0].move.value
    assert there == back
    x, y = first.moves[0].move.value, second.moves[0].move.value
    assert 1.0 + there == pytest.approx((1.0 + x) * (1.0 + y), rel=1e-10)


def test_what_one_states_stands_and_rates_add(toy):
    first = toy.scenario({"market": "-10%", "rates_10y": "+30bp"}, id="one", horizon_days=1)
    second = toy.scenario(
        {"rates_10y": "-10bp", "power": "-20%"},
        id="two",
        horizon_days=20,
        returns="compound",
        core_names={"NVDA": "-5%"},
        bid_ask_multiple=3.0,
    )
    both = combine([first, second])
    assert moves(both) == {"market": "-10%", "rates_10y": "+20bp", "power": "-20%"}
    assert [stated.target for stated in both.core_names] == ["NVDA"]
    assert (both.horizon_days, both.returns, both.bid_ask_multiple) == (20, "compound", 3.0)
    assert (both.id, both.kind) == ("one-and-two", "hypothetical")
    assert both.moves[1].source == "scenario one + scenario two"
    assert "where several state a move: sum" in both.narrative


def test_the_largest_stands_where_asked(toy):
    first = toy.scenario({"market": "-10%"}, id="one")
    second = toy.scenario({"market": "-30%"}, id="two")
    assert moves(combine([first, second], overlap="largest")) == {"market": "-30%"}
    rise = toy.scenario({"market": "+5%"}, id="three")
    with pytest.raises(InputError, match="with both signs"):
        combine([first, rise], overlap="largest")


def test_an_overlap_can_be_refused(toy):
    first = toy.scenario({"market": "-10%"}, id="one")
    with pytest.raises(InputError, match="several scenarios state market"):
        combine([first, toy.scenario({"market": "-1%"}, id="two")], overlap="refuse")
    other = combine([first, toy.scenario({"power": "-1%"}, id="two")], overlap="refuse")
    assert moves(other) == {"market": "-10%", "power": "-1%"}
    with pytest.raises(InputError, match="overlap: 'maximum' is not one of"):
        combine([first, toy.scenario({"power": "-1%"}, id="two")], overlap="maximum")


def test_the_widest_judgement_of_severity_is_kept(toy):
    def varying(id, sd):
        return toy.scenario(
            {"market": "-1%"}, id=id, variation=Variation(kind="severity", severity_sd=sd)
        )

    both = combine([varying("one", 0.2), varying("two", 0.4), toy.scenario({"vix": "+1pts"})])
    assert both.variation == Variation(kind="severity", severity_sd=0.4)
    core = [
        toy.scenario(
            {"market": "-1%"}, id=id, variation=Variation(kind="core", core_fraction=fraction)
        )
        for id, fraction in (("one", 0.5), ("two", 0.3))
    ]
    assert combine(core).variation == Variation(kind="core", core_fraction=0.5)
    parts = [core[0], varying("three", 0.2), varying("four", 0.3)]
    with pytest.raises(
        InputError, match=r"core \(one\), severity \(three\).* --variation core or sev"
    ):
        combine(parts)
    for kind, widest in (
        ("core", Variation(kind="core", core_fraction=0.5)),
        ("severity", Variation(kind="severity", severity_sd=0.3)),
        ("names", Variation(kind="names")),
    ):
        assert combine(parts, variation=kind).variation == widest
    assert combine(core, variation="severity").variation.kind == "core"  # the run's own affair
    with pytest.raises(InputError, match="variation: 'sevrity' is not one of"):
        combine(parts, variation="sevrity")
    exact = combine([toy.scenario({"a": "1%"}, id="one"), toy.scenario({"a": "1%"}, id="two")])
    assert exact.variation.kind == "names"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "one"}, "one is given twice"),
        ({"path": True}, "two is a path"),
        ({"propagation": "alone"}, "different propagation: alone, linked"),
        ({"volatility_rule": "sticky-moneyness"}, "different volatility_rule"),
    ],
)
def test_what_does_not_combine(toy, changes, said):
    first = toy.scenario({"market": "-10%"}, id="one", propagation="linked")
    if "path" in changes:
        changes = {"path": (first,)}
    second = toy.scenario({"market": "-10%"}, **{"id": "two", **changes})
    with pytest.raises(InputError, match=said):
        combine([first, second])


def test_one_is_not_several_and_units_must_agree(toy):
    first = toy.scenario({"x": "-10%"}, id="one")
    with pytest.raises(InputError, match="at least two"):
        combine([first])
    with pytest.raises(InputError, match="x is stated in %, bp"):
        combine([first, toy.scenario({"x": "-10bp"}, id="two")])


# In steps


def test_a_sweep_of_severities(toy):
    scenario = toy.scenario({"market": "-50%"})
    half, whole, double = sweep(scenario, [0.5, 1.0, 2.0])
    assert whole is scenario
    assert half.moves[0].move.value > whole.moves[0].move.value > double.moves[0].move.value
    assert len({half.id, whole.id, double.id}) == 3
    for severities, said in (([], "at least one"), ([1.0, 1.0], "given twice")):
        with pytest.raises(InputError, match=said):
            sweep(scenario, severities)


def test_a_sweep_is_of_the_kind_of_its_original_unless_that_was_measured(toy):
    for kind, others in (
        ("hypothetical", "hypothetical"),
        ("anchored", "anchored"),
        ("measured", "anchored"),
    ):
        swept = sweep(toy.scenario({"market": "-5%"}, kind=kind), [0.5, 1.0, 2.0])
        assert [one.kind for one in swept] == [others, kind, others]


def test_a_sweep_of_one_factor_leaves_the_others(toy):
    scenario = toy.scenario({"market": "-5%", "rates_10y": "+10bp"}, names={"NVDA": "-9%"})
    swept = sweep_target(scenario, "rates_10y", [parse_move("-50bp"), parse_move("+50bp")])
    assert [moves(step) for step in swept] == [
        {"market": "-5%", "rates_10y": "-50bp"},
        {"market": "-5%", "rates_10y": "+50bp"},
    ]
    assert [step.id for step in swept] == [
        "toy-shock-rates-10y-down-50bp",
        "toy-shock-rates-10y-up-50bp",
    ]
    assert all(step.kind == "hypothetical" and not step.names for step in swept)
    new = sweep_target(scenario, "vix", [parse_move("+5pts")])
    assert moves(new[0]) == {"market": "-5%", "rates_10y": "+10bp", "vix": "+5pts"}
    named = sweep_target(scenario, "BRK-B", [parse_move("-5%")], name=True)
    assert (named[0].id, named[0].core_names[0].target) == ("toy-shock-brk-b-down-5pct", "BRK-B")


def test_a_sweep_that_makes_no_sense(toy):
    scenario = toy.scenario({"market": "-5%"})
    down = parse_move("-5%")
    for given_moves, said in (
        ([], "at least one move"),
        ([down, down], "given twice"),
        ([parse_move("+5bp")], "is in bp, but toy-shock has -5%"),
    ):
        with pytest.raises(InputError, match=said):
            sweep_target(scenario, "market", given_moves)


@given(st.lists(fractions, min_size=1, max_size=6))
def test_steps_compound_back_to_the_row_they_came_from(levels):
    rows = [
        (
            StatedMove(target="x", move=Move(value=v, unit="%")),
            StatedMove(target="r", move=Move(value=v, unit="bp")),
        )
        for v in levels
    ]
    level, rate = 1.0, 0.0
    for row, (relative, absolute) in zip(levels, steps_from_cumulative(rows), strict=True):
        level *= 1.0 + relative.move.value
        rate += absolute.move.value
        assert level - 1.0 == pytest.approx(row, abs=1e-9)
        assert rate == pytest.approx(row, abs=1e-9)


def test_a_sweep_says_its_sizes_and_no_move_twice(toy):
    scenario = dataclasses.replace(toy.scenario({"market": "-5%"}), title="market -5%, and more")
    swept = sweep_target(scenario, "market", [parse_move("-2.5%"), parse_move("-10%")])
    assert [step.title for step in swept] == ["market -2.5%, and more", "market -10%, and more"]
    assert swept[0].id == "toy-shock-market-down-2p5pct"
    further = sweep_target(scenario, "vix", [parse_move("+5pts")])
    assert further[0].title == "market -5%, and more, vix +5pts"
