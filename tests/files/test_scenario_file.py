"""The reader of scenario files: what it accepts, and what each thing wrong is called."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stress
from stress.errors import InputError
from stress.files.bundled import bundled_folder, bundled_ids, bundled_path
from stress.files.bundled_factors import bundled_factor_units
from stress.files.models.file import read_model
from stress.files.scenarios.file import (
    check_scenario,
    list_scenarios,
    read_scenario,
    require_known,
    scenario_schema,
)

SCHEMA = scenario_schema()
TRAPS = Path(__file__).parents[1] / "fixtures" / "scenarios"

HEAD = """\
id = "mine"
title = "Mine"
kind = "hypothetical"
horizon_days = 3
"""
EXACT = '[variation]\nkind = "names"\n'
MOVES = '[moves]\nmarket = "-5%"\n'
GOOD = HEAD + EXACT + MOVES


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.toml"):
        path = tmp_path / name
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def problems(write):
    """Problems of a file: (line, text) each, in order; an empty list when it reads."""

    def problems(text):
        try:
            read_scenario(write(text))
        except InputError as error:
            found = error.problems
        else:
            found = ()
        assert all(problem.file.endswith("mine.toml") for problem in found)
        return [(p.line, f"{p.message} {p.hint or ''}".strip()) for p in found]

    return problems


def one(found):
    assert len(found) == 1, found
    return found[0]


# What is right


def test_the_smallest_file(write):
    scenario = read_scenario(write(GOOD))
    assert (scenario.id, scenario.horizon_days, scenario.returns) == ("mine", 3, "simple")
    assert scenario.elapsed_days == pytest.approx(4.2)
    assert scenario.stated("market").value == -0.05
    assert scenario.variation.kind == "names"


@pytest.mark.parametrize("start", ["﻿", "# a comment\r\n", "\n\n"])
def test_a_byte_order_mark_comments_and_line_ends_do_not_matter(write, start):
    plain = read_scenario(write(GOOD))
    other = read_scenario(write((start + GOOD.replace("\n", "\r\n")).encode()))
    assert other.content_hash == plain.content_hash


def test_the_hash_is_of_the_content_not_of_its_layout(write):
    text = HEAD + EXACT + '[moves]\nmarket = "-5%"\nrates_10y = "+10bp"\n'
    same = HEAD + '[moves]\nrates_10y = {move = "10.0 bps"}\nmarket = "−5.00 %"\n' + EXACT
    other = text.replace("+10bp", "+11bp")
    first = read_scenario(write(text)).content_hash
    assert read_scenario(write(same)).content_hash == first
    assert read_scenario(write(other)).content_hash != first


def test_beyond_ten_sessions_moves_compound(write):
    assert read_scenario(write(GOOD.replace("= 3", "= 10"))).returns == "simple"
    assert read_scenario(write(GOOD.replace("= 3", "= 11"))).returns == "compound"
    stated = 'returns = "simple"\n' + GOOD.replace("= 3", "= 11")
    assert read_scenario(write(stated)).returns == "simple"


def test_calendar_days_follow_from_the_dates(write):
    dated = GOOD.replace(
        "horizon_days = 3", "horizon_days = 1\nstart = 2025-01-24\ndate = 2025-01-27"
    )
    assert read_scenario(write(dated)).elapsed_days == 3.0


def test_a_default_source_covers_a_table_and_an_entry_overrides_it(write):
    text = (
        HEAD
        + EXACT
        + '[default_source]\nmoves = "mine"\n[sources]\nmine = "My desk"\n'
        + '[moves]\nmarket = "-5%"\nvix = {move = "+3pts", source = "Cboe, at the close"}\n'
    )
    sources = [stated.source for stated in read_scenario(write(text)).moves]
    assert sources == ["mine", "Cboe, at the close"]


@pytest.mark.parametrize("id", list_scenarios())
def test_what_is_written_reads_back_the_same(write, id):
    scenario = read_scenario(id)
    again = read_scenario(write(scenario.to_toml()))
    assert again.content_hash == scenario.content_hash
    for field in scenario.__dataclass_fields__:
        if field not in ("file", "extends", "path"):
            assert getattr(again, field) == getattr(scenario, field), field
    for step, step_again in zip(scenario.path, again.path, strict=True):
        assert [s.move for s in step.moves] == [s.move for s in step_again.moves]
        assert step.elapsed_days == step_again.elapsed_days


def test_a_shock_made_in_python_is_written_and_read_back(write):
    made = stress.shock({"market": "-5%", "NVDA": "-20%", "rates_10y": "+30bp"}, horizon_days=3)
    severe = replace(made, variation=stress.Variation(kind="severity", severity_sd=0.25))
    for scenario in (made, severe):
        again = stress.load_scenario(write(scenario.to_toml()))
        assert again.content_hash == scenario.content_hash
    assert made.content_hash != severe.content_hash


def test_awkward_text_is_written_and_read_back(write):
    text = GOOD.replace('"Mine"', r'"tab\t quote\" back\\ line\n del\u007f é"')
    scenario = read_scenario(write(text))
    assert "\x7f" in scenario.title
    assert read_scenario(write(scenario.to_toml())).title == scenario.title


# Bytes that are no scenario


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (GOOD.encode("utf-16"), "the file is UTF-16 text. Save it as UTF-8"),
        (GOOD.encode("utf-32"), "the file is UTF-32 text"),
        (GOOD.encode("utf-16-le"), "a NUL byte"),
        (b'id = "x"\n\x00', "a NUL byte"),
        (bytes(range(128, 256)), "byte 0x80 is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "a NUL byte"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        (b'title = "' + b"x" * 1_500_000 + b'"', "larger than 1 MB"),
        (b"a = " + b"[" * 20_000, "nests too deeply"),
        (b"ticker,quantity\nNVDA,100\n", "not valid TOML"),
        (b'id = "never closed\n', "not valid TOML"),
        (b'id = """never closed\n', "not valid TOML"),
    ],
)
def test_bytes_that_are_no_scenario(problems, raw, said):
    _, text = one(problems(raw))
    assert said in text


def test_the_line_of_a_bad_byte_is_given(problems):
    line, _ = one(problems(b'id = "x"\ntitle = "caf\xe9"\n'))
    assert line == 2


def test_a_directory_and_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"^[^:]*: this is a directory\. Name one file in it\.$"):
        read_scenario(tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match="neither a file nor the id of a bundled scenario"):
        read_scenario("")


def test_an_id_that_is_nearly_one():
    with pytest.raises(InputError, match="Did you mean 'deepseek-2025-01-27'"):
        read_scenario("deepseek-2025-01-72")


# Keys and values that are wrong, each by name and line


def test_a_key_given_twice(problems):
    line, text = one(problems(GOOD + 'chips = "-9%"\nmarket = "-6%"\n'))
    assert line == 10
    assert text.startswith("'market' is given twice. Keep one")
    line, text = one(problems(GOOD + '[moves]\nchips = "-9%"\n'))
    assert (line, text.split(".")[0]) == (9, "'moves' is given twice")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            'title = "Mine"',
            'title = "Mine"\nauthr = "me"',
            3,
            "unknown key 'authr'. Did you mean 'author' or",
        ),
        (
            'kind = "names"',
            'kind = "names"\nsd = 1',
            7,
            "unknown key 'variation.sd'. Known here: kind",
        ),
        ('market = "-5%"', "market = -5", 8, "moves.market = -5 has no unit. Write it as text"),
        (
            'market = "-5%"',
            "market = -0.05",
            8,
            'Write "-5%" if it is a fraction, "-0.05%" if it is per cent.',
        ),
        ('market = "-5%"', 'market = "-5"', 8, "moves.market = '-5' has no unit."),
        ('market = "-5%"', 'rates_10y = "15"', 8, 'e.g. "+15bp"'),
        ('market = "-5%"', "hy_oas = 40", 8, 'e.g. "+40bp"'),
        ('market = "-5%"', 'vix = "+3"', 8, 'e.g. "+3pts"'),
        ('market = "-5%"', "market = {move = 17}", 8, "moves.market = 17 has no unit."),
        (
            'market = "-5%"',
            'market = "-5 percent"',
            8,
            "moves.market.move: '-5 percent' is not a move",
        ),
        ('market = "-5%"', 'market = "-100.5%"', 8, "is below -100 %"),
        ('market = "-5%"', 'market = "nan%"', 8, "is not a move"),
        ('market = "-5%"', 'market = "-1e999%"', 8, "is not finite"),
        ('market = "-5%"', "market = true", 8, "True is not a move"),
        (
            'market = "-5%"',
            'market = ["-5%"]',
            8,
            "moves.market = ['-5%'] is a list: a figure has one value.",
        ),
        ('market = "-5%"', 'market = {source = "A"}', 8, "key 'moves.market.move' is missing"),
        (
            'market = "-5%"',
            'market = {move = "-5%", sourse = "A"}',
            8,
            "unknown key 'moves.market.sourse'. Did you mean 'source'?",
        ),
        ('"hypothetical"', '"hypotetical"', 3, "Did you mean 'hypothetical'?"),
        ('"hypothetical"', "3", 3, "kind = 3 is none of measured, anchored, hypothetical."),
        ("horizon_days = 3", "horizon_days = 0", 4, "horizon_days = 0"),
        ("horizon_days = 3", 'horizon_days = "3"', 4, "is not a whole number"),
        ("horizon_days = 3", "horizon_days = 1.5", 4, "is not a whole number"),
        (
            "horizon_days = 3",
            "horizon_days = 3\nbid_ask_multiple = nan",
            5,
            "bid_ask_multiple = nan",
        ),
        ("horizon_days = 3", "horizon_days = 3\nreview_by = 2026-13-01", 5, "not valid TOML"),
        ("horizon_days = 3", 'horizon_days = 3\nreview_by = "2026-02-30"', 5, "not a date of the"),
        (
            "horizon_days = 3",
            'horizon_days = 3\nreview_by = "01/02/2026"',
            5,
            "write year-month-day",
        ),
        ('id = "mine"', 'id = "My Own"', 1, 'For example "my-own".'),
        ('id = "mine"', "id = 7", 1, "id = 7 is not text in quotes."),
        ('kind = "names"', 'kind = "name"', 6, "Did you mean 'names'?"),
        ('kind = "names"', 'kind = "severity"', 6, "variation 'severity' needs severity_sd."),
        ('kind = "names"', 'kind = "names"\ncore_fraction = 0.5', 7, "belongs to kind 'core'"),
        ('kind = "names"', 'kind = "severity"\nseverity_sd = 3', 7, "severity_sd = 3"),
        ('title = "Mine"', 'title = ""', None, "title = '': it is empty."),
        ("horizon_days = 3", "horizon_days = 0", 4, "horizon_days = 0: it has to be at least 1."),
        ("[moves]", "[moves]\noil = inf", None, "moves.oil = inf is not a finite number."),
        ("[moves]", "[moves]\ngold = nan", None, "moves.gold = nan is not a finite number."),
        ("[moves]", "[movs]", None, "unknown key 'movs'. Did you mean 'moves'?"),
        (
            "horizon_days = 3\n",
            "",
            1,
            "key 'horizon_days' is missing. It is the number of sessions",
        ),
        ('title = "Mine"\n', "", None, "key 'title' is missing. Add one line"),
        ("horizon_days = 3", "horizon_days = 3\nseverity = 2", 5, "severity without extends"),
        ("horizon_days = 3", 'horizon_days = 3\ndrop = ["vix"]', 5, "drop without extends"),
        (
            "horizon_days = 3",
            'horizon_days = 3\npath_moves = "step"',
            5,
            "path_moves without a [[path]]",
        ),
        (
            "horizon_days = 3",
            'horizon_days = 3\nobserved = "btc"',
            5,
            "observed = 'btc' is not an array",
        ),
    ],
)
def test_one_thing_wrong_is_one_line(problems, old, new, line, said):
    assert old in GOOD
    found_line, text = one(problems(GOOD.replace(old, new, 1)))
    assert said in text
    assert "\n" not in text
    if line is not None:
        assert found_line == line


def test_all_problems_of_a_file_at_once(problems):
    text = (
        'id = "mine"\ntitel = "Mine"\nkind = "guess"\nhorizon_days = "one"\n'
        '[moves]\nmarket = -5\nvix = "+3"\n[variation]\nkind = "names"\n'
    )
    found = problems(text)
    assert [line for line, _ in found] == [None, 2, 3, 4, 6, 7]
    assert "'title' is missing" in found[0][1]


def test_a_file_without_moves_states_nothing(problems):
    _, text = one(problems(HEAD + EXACT))
    assert "states no move" in text


def test_judgement_needs_a_stated_variation_and_history_does_not(write, problems):
    _, text = one(problems(HEAD + MOVES))
    assert "a scenario that is hypothetical must say how it may vary" in text
    assert "severity_sd = 0.25 (a judgement)" in text
    measured = HEAD.replace("hypothetical", "measured").replace("= 3", "= 1")
    dated = (
        measured
        + "start = 2025-01-24\ndate = 2025-01-27\n"
        + '[moves]\nx = {move = "1%", source = "a b"}\n'
    )
    assert read_scenario(write(dated)).variation.kind == "names"


def test_a_source_key_must_exist(problems):
    text = (
        HEAD
        + EXACT
        + '[sources]\nNEWS1 = "a"\n[moves]\nmarket = {move = "-5%", source = "NEWS1, NEWS2"}\n'
    )
    line, said = one(problems(text))
    assert line == 10
    assert "source 'NEWS2' of market is not a key of [sources]. Did you mean 'NEWS1'?" in said


def test_a_measured_scenario_needs_its_window(problems):
    text = GOOD.replace("hypothetical", "measured").replace(
        '"-5%"', '{move = "-5%", source = "a b"}'
    )
    _, said = one(problems(text))
    assert "a measured scenario needs its window" in said


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("start = 2025-01-27\ndate = 2025-01-24", "date 2025-01-24 is not after start 2025-01-27"),
        ("start = 2025-01-24\ndate = 2025-01-27", "has 1 weekdays. Count the sessions"),
        ("start = 2024-01-24\ndate = 2025-01-27", "has 263 weekdays"),
        ("start = 2025-01-24\ndate = 2025-01-29\ncalendar_days = 9", "calendar_days = 9, but"),
    ],
)
def test_dates_fit_sessions(problems, keys, said):
    _, text = one(problems(GOOD.replace("horizon_days = 3", f"horizon_days = 3\n{keys}")))
    assert said in text


# Traps: X00 must be rejected


def test_two_closes_of_one_day_are_rejected():
    with pytest.raises(InputError) as caught:
        read_scenario(TRAPS / "x00-two-closes.toml")
    problem = one(caught.value.problems)
    assert "NVDA has 2 values for 2025-01-27, close: -16.97% and -16.86%." in problem.message
    assert "[[conflicts]]" in problem.hint
    assert problem.line == 24


def test_two_training_costs_are_rejected():
    with pytest.raises(InputError, match=r"5\.576m USD and 557\.6m USD"):
        read_scenario(TRAPS / "x00-two-costs.toml")


def test_an_unsourced_historical_number_is_rejected():
    with pytest.raises(InputError) as caught:
        read_scenario(TRAPS / "x00-unsourced.toml")
    problem = one(caught.value.problems)
    assert problem.line == 11
    assert "semis_ai_compute = -13.9% has no source" in problem.message


def test_the_article_read_literally_is_a_matter_for_the_model():
    scenario = read_scenario(TRAPS / "x00-seed-literal.toml")
    assert {stated.target: str(stated.move) for stated in scenario.names} == {
        "ED": "-21%",
        "VST": "-29%",
    }


def trap_with(conflict):
    return (TRAPS / "x00-two-closes.toml").read_text(encoding="utf-8") + conflict


CONFLICT = """
[[conflicts]]
quantity = "NVDA"
values = ["-16.97%", "-16.86%"]
used = "-16.97%"
reason = "official close against an early print"
"""


def test_a_conflicts_entry_settles_two_values(problems):
    assert problems(trap_with(CONFLICT)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"-16.97%", "-16.86%"', '"-16.97%", "-17%"', "NVDA has 2 values"),
        ('quantity = "NVDA"', 'quantity = "AMD"', "NVDA has 2 values"),
        (
            'quantity = "NVDA"',
            'quantity = "NVDAA"',
            "states no such quantity. Did you mean 'NVDA'?",
        ),
        ('quantity = "NVDA"', 'quantity = "NVDA"\ndate = 2025-01-28', "NVDA has 2 values"),
        ('quantity = "NVDA"', 'quantity = "NVDA"\nas_of = "open"', "NVDA has 2 values"),
        ('used = "-16.97%"', 'used = "-16.86%"', "its conflicts entry says -16.86% is used"),
        ('used = "-16.97%"', 'used = "-17%"', "used = '-17%' is none of its values"),
        ('"-16.97%", "-16.86%"', '"-16.97%", "−16.970 %"', "its values do not differ"),
    ],
)
def test_a_conflicts_entry_must_fit(problems, old, new, said):
    assert old in CONFLICT
    assert any(said in text for _, text in problems(trap_with(CONFLICT.replace(old, new))))


def test_another_moment_is_another_fact(problems):
    text = trap_with("").replace('value = "−16.86 %"', 'value = "−16.86 %"\nas_of = "early print"')
    assert problems(text) == []


# Extending


PARENT = (
    HEAD.replace('"mine"', '"parent"')
    + EXACT
    + '[sources]\nA = "first"\n[moves]\nmarket = "-50%"\nvix = {move = "+4pts", source = "A"}\n'
    + '[names]\nNVDA = "-17%"\n'
)
CHILD = 'id = "child"\ntitle = "Child"\nextends = "parent"\n'


@pytest.fixture
def child(write):
    write(PARENT, "parent.toml")
    return lambda text: read_scenario(write(CHILD + text, "child.toml"))


def test_a_child_inherits_and_overrides(child):
    scenario = child('[moves]\nmarket = "-10%"\nchips = "-20%"\n')
    moves = {stated.target: str(stated.move) for stated in scenario.moves}
    assert moves == {"market": "-10%", "vix": "+4pts", "chips": "-20%"}
    assert scenario.extends == ("parent",)
    assert [stated.target for stated in scenario.names] == ["NVDA"]


def test_severity_scales_what_is_inherited_and_not_what_is_restated(child):
    scenario = child('severity = 2.0\n[moves]\nchips = "-20%"\n')
    moves = {stated.target: str(stated.move) for stated in scenario.moves}
    assert moves == {"market": "-75%", "vix": "+8pts", "chips": "-20%"}
    assert scenario.names == ()


def test_another_window_leaves_recorded_names_behind(child):
    assert child("horizon_days = 12\n").names == ()
    assert child("horizon_days = 12\n").returns == "compound"


def test_drop_leaves_a_move_out(child):
    assert [stated.target for stated in child('drop = ["vix", "NVDA"]\n').moves] == ["market"]
    with pytest.raises(InputError, match=r"states no 'vxi'\. Did you mean 'vix'"):
        child('drop = ["vxi"]\n')


def test_a_source_key_keeps_its_meaning(child):
    with pytest.raises(InputError, match=r"sources\.A means something else"):
        child('[sources]\nA = "second"\n')


def test_a_bundled_scenario_can_be_extended(write):
    text = (
        'id = "worse"\ntitle = "Worse"\nkind = "anchored"\n'
        'extends = "deepseek-2025-01-27"\nseverity = 1.5\n[variation]\nkind = "names"\n'
    )
    scenario = read_scenario(write(text))
    assert scenario.stated("market").value == pytest.approx((1 - 0.0146) ** 1.5 - 1, abs=1e-13)
    with pytest.raises(InputError, match="no longer measured"):
        read_scenario(write(text.replace('kind = "anchored"\n', "")))


@pytest.mark.parametrize("ring", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_scenario_that_extends_itself(write, ring):
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        path = write(f'id = "{here}"\ntitle = "{here}"\nextends = "{there}"\n', f"{here}.toml")
    with pytest.raises(InputError, match="a scenario extends itself: ") as caught:
        read_scenario(path.parent / "a.toml")
    assert " -> ".join([*ring, "a"]) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_extending_something_unknown_gives_its_line(write):
    with pytest.raises(InputError, match=r"mine\.toml:3: extends: 'aftershok' .* 'aftershock'"):
        read_scenario(write('id = "m"\ntitle = "M"\nextends = "aftershok"\n'))
    with pytest.raises(InputError, match="there is no such file"):
        read_scenario(write('id = "m"\ntitle = "M"\nextends = "none.toml"\n'))


def test_a_scenario_that_extends_a_name_no_file_can_have(write):
    path = write(f'id = "mine"\ntitle = "x"\nextends = "{"x" * 300}"\n', "mine.toml")
    with pytest.raises(InputError, match=r"mine\.toml:3: extends: 'xxx.* is neither a file nor"):
        read_scenario(path)


# Paths


def path_text(moves_key, first, second):
    return (
        f'path_moves = "{moves_key}"\n'
        + GOOD
        + f"[[path]]\nhorizon_days = 1\n[path.moves]\n{first}\n"
        + f"[[path]]\nhorizon_days = 2\n[path.moves]\n{second}\n"
    )


def test_a_cumulative_path_becomes_steps(write):
    text = path_text("cumulative", 'a = "-20%"\nv = "+3pts"', 'a = "-40%"\nv = "+1pts"')
    first, second = read_scenario(write(text)).path
    assert [str(stated.move) for stated in first.moves] == ["-20%", "+3pts"]
    assert [str(stated.move) for stated in second.moves] == ["-25%", "-2pts"]
    assert (
        read_scenario(write(path_text("step", 'a = "-20%"', 'a = "-40%"')))
        .path[1]
        .moves[0]
        .move.value
        == -0.4
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ('a = "-20%"', 'b = "-40%"', "must all move the same factors"),
        ('a = "-20%"', 'a = "-40bp"', "changes its unit"),
        ('a = "-100%"', 'a = "-100%"', "lost everything"),
    ],
)
def test_a_cumulative_path_that_does_not_add_up(problems, first, second, said):
    _, text = one(problems(path_text("cumulative", first, second)))
    assert said in text


def test_a_path_says_how_it_counts(problems):
    text = path_text("step", 'a = "-2%"', 'a = "-4%"').replace('path_moves = "step"\n', "")
    line, said = one(problems(text))
    assert "a [[path]] needs path_moves" in said
    assert line == 9


# Where a scenario meets a model


def test_what_a_model_cannot_consume_has_its_line(write):
    text = (
        HEAD
        + EXACT
        + '[moves]\nmarkt = "-5%"\nrates_10y = "-5%"\nNVDA = "-9%"\nvix = "+3pts"\n'
        + '[core_names]\nAMDD = "-5%"\noil = "1%"\n[names]\nXYZ = "-5bp"\n'
    )
    factors = {"market": "%", "rates_10y": "bp", "vix": "pts", "oil": "%"}
    scenario = read_scenario(write(text))
    found = [
        (p.line, f"{p.message} {p.hint or ''}")
        for p in check_scenario(scenario, factors, names=("NVDA", "AMD"))
    ]
    assert [line for line, _ in found] == [8, 9, 10, 13, 14, 16]
    said = [text for _, text in found]
    assert "'markt' is not a factor of the model. Did you mean 'market'?" in said[0]
    assert "is in %, but this factor takes bp" in said[1]
    assert "A name's move stands under [core_names]" in said[2]
    assert "does not know this name. Did you mean 'AMD'?" in said[3]
    assert "It is a factor: state it under [moves]" in said[4]
    assert "names.XYZ = '-5bp' is not a relative move" in said[5]


def test_a_scenario_without_a_file_is_checked_too(toy):
    scenario = toy.scenario({"chips": "-5%"})
    (problem,) = check_scenario(scenario, {"market": "%"})
    assert problem.file == "scenario toy-shock"
    assert "The factors are market." in problem.hint


def test_the_factors_of_a_model_are_listed_once(toy):
    scenario = toy.scenario({"zzzz": "-5%", "qqqq": "-5%", "markt": "-5%", "xxxx": "-1%"})
    found = check_scenario(scenario, {"market": "%", "power": "%"})
    hints = [problem.hint for problem in found]
    assert hints == ["The factors are market, power.", None, "Did you mean 'market'?", None]


# What it costs


def test_reading_loads_no_numpy():
    code = (
        "import sys\n"
        "from stress.files.scenarios.file import list_scenarios, read_scenario\n"
        "assert 'pydantic' not in sys.modules, 'pydantic before a file is read'\n"
        "for id in list_scenarios(): read_scenario(id)\n"
        "assert 'numpy' not in sys.modules, 'numpy'\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], timeout=60
    )


# Nothing else gets out


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_reads_or_is_refused(tmp_path, data):
    whole = (bundled_folder("scenarios") / "ai-winter-path.toml").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 40))
    put = data.draw(
        st.one_of(
            st.binary(max_size=8), st.sampled_from([b"[", b"]]", b'"', b"=", b"1", b"{}", b"\n"])
        )
    )
    path = tmp_path / "damaged.toml"
    path.write_bytes(whole[:at] + put + whole[at + length :])
    try:
        said = [str(read_scenario(path).horizon_days)]
    except InputError as error:
        said = [str(problem) for problem in error.problems]
    assert said
    assert all("\n" not in line for line in said)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=st.sampled_from(sorted(SCHEMA["properties"])),
    value=st.sampled_from(
        [
            "1",
            "-1",
            "1.5",
            "inf",
            "nan",
            "true",
            '""',
            '"x"',
            "[]",
            "[1]",
            "{}",
            '{x="1%"}',
            "2025-01-01",
            "2025-01-01T00:00:00",
            "[[]]",
            '["a","a"]',
            "[{}]",
            "{move=1}",
        ]
    ),
)
def test_any_value_of_any_key_reads_or_is_refused(tmp_path, key, value):
    kept = [line for line in GOOD.splitlines() if not line.startswith(key)]
    if key in ("variation", "moves"):
        kept = HEAD.splitlines() + (MOVES if key == "variation" else EXACT).splitlines()
    path = tmp_path / "any.toml"
    path.write_text("\n".join([f"{key} = {value}", *kept]), encoding="utf-8")
    try:
        said = [read_scenario(path).id]
    except InputError as error:
        said = [str(problem) for problem in error.problems]
    assert said
    assert all("\n" not in line for line in said)


def test_a_bundled_id_written_as_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"The bundled scenario is 'aftershock'\."):
        read_scenario("aftershock.toml")
    (tmp_path / "mine.toml").write_text(GOOD)
    with pytest.raises(InputError, match=r"Did you mean 'mine\.toml'\?"):
        read_scenario("mime.toml")
    with pytest.raises(InputError, match="There is no folder nowhere either"):
        read_scenario("nowhere/mine.toml")


# Everything at once


def test_shape_sense_and_factors_are_told_in_one_pass(write):
    path = write(
        'id = "My Scenario"\ntitle = "t"\nkind = "anchored"\ntitel = "x"\nhorizon_days = 1\n'
        '[moves]\nmarket = "-5bp"\nmarkt = { move = "-5%", source = "in words" }\nvix = 5\n'
        'gold = { move = "-3%", source = "nowhere" }\n'
    )
    with pytest.raises(InputError) as caught:
        read_scenario(path, factors=bundled_factor_units(), whose="the bundled models")
    told = [(p.line, p.message) for p in caught.value.problems]
    assert [line for line, _ in told] == [1, 3, 4, 7, 7, 8, 9, 10]
    for (_, message), said in zip(
        told,
        (
            "is not lower-case words",
            "a scenario that is anchored must say how it may vary.",
            "unknown key 'titel'.",
            "market = -5bp has no source",
            "moves.market = '-5bp' is in bp, but this factor takes %.",
            "'markt' is not a factor of the bundled models.",
            "moves.vix = 5 has no unit.",
            "source 'nowhere' of gold is not a key of [sources].",
        ),
        strict=True,
    ):
        assert said in message


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # a consequence of what could not be read is not told beside it
        (GOOD.replace('"-5%"', '"-5 percent"'), [8]),
        (GOOD.replace("[variation]", "[variaton]"), [5]),
        (GOOD.replace("horizon_days = 3", "horizon_days = -3"), [4]),
        (GOOD.replace("horizon_days = 3\n", "").replace('kind = "hypothetical"\n', ""), [1, 1]),
        (GOOD + '[[conflicts]]\nquantity = "market"\n', [9, 9, 9]),
    ],
)
def test_nothing_is_concluded_from_what_could_not_be_read(problems, text, lines):
    assert [line for line, _ in problems(text)] == lines


def test_every_dropped_target_and_source_that_does_not_fit_is_told(write):
    write(GOOD, "base.toml")
    path = write(
        'id = "child"\ntitle = "t"\nextends = "base"\ndrop = ["mrket", "gold"]\nseverity = 11\n'
    )
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    assert [p.message for p in caught.value.problems] == [
        "drop: mine states no 'mrket'.",
        "drop: mine states no 'gold'.",
        "severity = 11: it has to be at most 10.",
    ]


def test_a_run_names_line_and_remedy(write):
    typo = read_scenario(write(GOOD.replace("market", "markt")))
    unit = read_scenario(write(GOOD.replace("-5%", "-5bp"), "unit.toml"))
    with pytest.raises(InputError) as caught:
        require_known([typo, unit], bundled_factor_units(), names=["NVDA"])
    assert [(p.line, p.hint) for p in caught.value.problems] == [
        (8, "Did you mean 'market'?"),
        (8, 'Write it in %, the same size is "-0.05%".'),
    ]


def test_the_factors_of_the_bundled_models_are_the_ones_known_without_numpy():
    for id_ in bundled_ids("models"):
        model = read_model(bundled_path("models", id_))
        assert {f.name: f.unit for f in model.factors} == dict(bundled_factor_units())


@pytest.mark.parametrize(
    ("written", "meant"), [("[factors]", "moves"), ("[Shocks]", "moves"), ("[stocks]", "names")]
)
def test_tables_by_other_words_are_told_from_keys_that_look_alike(write, written, meant):
    with pytest.raises(InputError, match=f"Did you mean '{meant}'"):
        read_scenario(write(GOOD + f"\n{written}\nmarket = '-5%'\n"))
