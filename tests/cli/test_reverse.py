"""`foreshock reverse`: answers are scenarios that lose what they say, and questions are checked."""

import json
import re

import pytest
from click.testing import CliRunner

import stress
from stress.cli import foreshock


def call(*arguments):
    return CliRunner().invoke(foreshock, ["reverse", "ai_growth", *arguments])


def test_the_answer_can_be_saved_and_loses_what_was_asked(tmp_path):
    done = call("--loss", "10%", "--horizon", "5", "--save-scenarios", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "WHAT WOULD COST 10.0 % OF NAV" in done.output
    result = stress.run("ai_growth", tmp_path / "reverse-1.toml", draws=2000)
    assert result.expected_of_nav == pytest.approx(-0.10, abs=1e-9)


def test_the_page_fits_the_terminal():
    assert max(len(line) for line in call("--loss", "8%").output.splitlines()) <= 100


def test_every_stated_move_is_shown_before_what_follows():
    page = call("--loss", "3%", "--only", "gold").output
    rows = [line.split() for line in page.splitlines() if re.search(r"% *$", line)]
    assert rows[0][0] == "gold"
    assert re.fullmatch(r"-\d+\.\d%", rows[0][1])
    assert {row[1] for row in rows[1:]} == {"follows"}
    assert len(rows) == 8
    assert "! Further than the model has seen in any direction: of 504 sessions" in page

    everything = json.loads(call("--loss", "3%", "--format", "json").output)["answers"][0]
    page = call("--loss", "3%", "--answers", "1").output
    assert "follows" not in page
    assert all(re.search(rf"\b{name} ", page) for name in everything["scenario"]["moves"])
    assert "than the model has seen" not in page


def test_json_carries_the_moves_with_their_units():
    document = json.loads(call("--loss", "10%", "--only", "semis_*", "--format", "json").output)
    answer = document["answers"][0]

    assert document["closed_form"]
    assert set(answer["scenario"]["moves"]) == {
        "semis_ai_compute",
        "semis_memory",
        "semis_equipment",
        "semis_other",
    }
    assert all(text.endswith("%") for text in answer["scenario"]["moves"].values())
    assert answer["loss_of_nav"] == pytest.approx(0.10)


def test_answers_as_csv_have_a_column_a_factor():
    header, *rows = call(
        "--loss", "5%", "--only", "gold,oil", "--format", "csv"
    ).output.splitlines()
    assert header == "scenario,loss,loss_of_nav,distance,gold,oil"
    assert rows[0].startswith("reverse-1,")


def test_reverse_stress_and_worst_case_are_inverse_to_one_another():
    found = stress.reverse("ai_growth", "7%")
    back = stress.worst_case("ai_growth", found.answers[0].distance)

    assert back.answers[0].loss == pytest.approx(found.answers[0].loss, rel=1e-9)


def test_a_factor_that_may_only_rise_rises():
    found = stress.reverse("ai_growth", "6%", only=["semis_*", "market"], signs={"market": "up"})
    market = found.scenarios[0].stated("market")

    assert market.value >= -1e-12


def test_a_loss_that_cannot_be_reached_says_the_largest_and_its_distance():
    done = call("--loss", "60%", "--only", "usdjpy", "--max-distance", "5")

    assert done.exit_code == 1
    assert "loses 60 % of NAV (6,000,000 USD): the largest reachable loss is 1.5" in done.stderr
    assert re.search(r"is 1\.\d+ % of NAV \(1\d\d,\d{3} USD\), at distance 5\.", done.stderr)
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ((), 2, "state one of --loss 10%, --within 4"),
        (("--loss", "10%", "--within", "3"), 2, "state one of"),
        (("--loss", "10"), 3, "has no unit"),
        (("--loss", "-5%"), 3, "-5% is not a share of NAV above 0 %"),
        (("--loss", "1000000"), 3, "'1000000' has no unit. Write a share"),
        (("--loss", "5%", "--only", "semi_*"), 3, "matches no factor"),
        (("--loss", "5%", "--sign", "market=sideways"), 2, "write up or down"),
    ],
)
def test_impossible_questions(arguments, code, text):
    done = call(*arguments)

    assert done.exit_code == code
    assert text in done.stderr


def test_the_worst_law_is_asked_for_by_its_divergence(tmp_path):
    done = call("--divergence", "0.5", "--save-scenarios", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "THE WORST LAW WITHIN 0.5 NATS OF HISTORY" in done.output
    assert max(len(line) for line in done.output.splitlines()) <= 100
    assert (tmp_path / "worst-law-1.toml").exists()
    refused = call("--divergence", "0.5", "--only", "market")
    assert refused.exit_code == 2
    assert "--only: for a search; --divergence weighs past sessions" in refused.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--divergence", "1", "--answers", "3"), "--answers: for a search"),
        (("--divergence", "1", "--sign", "market=up"), "--sign: for a search"),
        (("--divergence", "1", "--seed", "3"), "--seed: for a search"),
        (("--within", "3", "--max-distance", "2"), "--max-distance: for --loss"),
        (("--loss", "5%", "--instant"), "--instant has no meaning here"),
        (("--within", "3", "--rebalance"), "--rebalance has no meaning here"),
        (("--divergence", "1", "--generator", "bootstrap"), "--generator has no meaning here"),
    ],
)
def test_options_of_another_question_are_refused(arguments, said):
    done = call(*arguments)

    assert done.exit_code == 2
    assert said in done.output


def test_one_question_at_a_time():
    done = call("--loss", "5%", "--divergence", "1")

    assert done.exit_code == 2
    assert "state one of --loss 10%, --within 4 and --divergence 0.5" in done.output


@pytest.mark.parametrize(
    "question", [("--loss", "5%"), ("--within", "3"), ("--divergence", "1")], ids=lambda q: q[0]
)
def test_levels_that_change_nothing_are_said_on_the_page_and_in_json(question):
    idle = "--vol NVDA=40% changes nothing: no option on it is held."
    assert f"! {idle}" in call(*question, "--vol", "NVDA=40%").stdout
    document = json.loads(call(*question, "--vol", "NVDA=40%", "--format", "json").stdout)
    assert document["warnings"] == [idle]
    assert "changes nothing" not in call(*question).output


def test_a_level_that_bounds_a_fall_is_not_idle():
    level = ("--vol", "VIX=16%")
    assert "changes nothing" not in call("--loss", "5%", *level).output
    assert "--vol VIX=16% changes nothing" in call("--divergence", "1", *level).output


def test_what_a_closed_form_has_no_use_for_is_said():
    done = call("--loss", "5%", "--seed", "3", "--answers", "2")
    assert done.stderr.splitlines() == [
        "warning: --seed changes nothing: the book is linear, its answers closed forms."
    ]
    assert call("--loss", "5%").stderr == ""


def test_a_linear_book_has_an_answer_a_theme_each_saved_and_losing_what_was_asked(tmp_path):
    done = call("--loss", "6%", "--horizon", "5", "--save-scenarios", str(tmp_path))
    assert "6 answers, most plausible first; after the first, one theme" in done.output
    assert re.search(r"^2  loses 6\.0 % of NAV .* out   from semis_\* alone$", done.output, re.M)
    files = sorted(tmp_path.glob("reverse-*.toml"))
    assert len(files) == 6
    for file in files:
        result = stress.run("ai_growth", file, draws=2000)
        assert result.expected_of_nav == pytest.approx(-0.06, abs=1e-9)
    document = json.loads(call("--loss", "6%", "--horizon", "5", "--format", "json").output)
    assert [len(answer["only"]) for answer in document["answers"]] == [0, 1, 1, 1, 1, 1]
    assert len(call("--loss", "6%", "--answers", "3").output.split("\n3  loses")) == 2
    assert "\n4  loses" not in call("--loss", "6%", "--answers", "3").output
