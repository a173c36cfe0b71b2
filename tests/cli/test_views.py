"""`foreshock run --view`: every kind from the command line, recomputed from the weights by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import stress
from stress.factors.history import carried_moves
from stress.risk.measures import expected_shortfall

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "stress" / "reporting" / "run.schema.json").read_text(
        encoding="utf-8"
    )
)


@pytest.fixture(scope="module")
def moves():
    """The carried sessions at today's volatility, by factor."""
    model = stress.load_model()
    days = carried_moves(model, filtered=True)
    return dict(zip(model.factor_index, (days - days.mean(axis=0)).T, strict=True))


def mean(q, x):
    return q @ x


def volatility(q, x):
    return np.sqrt(q @ (x - q @ x) ** 2)


def correlation(q, x, y):
    return q @ ((x - q @ x) * (y - q @ y)) / volatility(q, x) / volatility(q, y)


def shortfall(q, x):
    return expected_shortfall(x, q, level=0.975, min_tail_draws=0)


def beyond(q, x):
    """Probability of a fall of 2 % or more; no session fell by exactly that."""
    return q[x <= -0.02].sum()


@pytest.mark.parametrize(
    ("view", "moment", "of", "held"),
    [
        ("mean utilities_regulated=-0.5%", mean, ["utilities_regulated"], -0.005),
        ("mean rates_10y=+5bp", mean, ["rates_10y"], 5e-4),
        ("volatility market=1.5%", volatility, ["market"], 0.015),
        ("correlation market,rates_10y=0.3", correlation, ["market", "rates_10y"], 0.3),
        ("es semis_ai_compute=9% @97.5%", shortfall, ["semis_ai_compute"], 0.09),
        ("es semis_ai_compute=4%", shortfall, ["semis_ai_compute"], 0.04),
        ("var market=2% @90%", beyond, ["market"], 0.1),
    ],
)
def test_a_view_holds_beside_the_stated_move(run, book, moves, view, moment, of, held) -> None:
    done = run(
        "run", book, "--shock", "semis_ai_compute=-2%", "--draws", "64", "--view", view,
        "--format", "json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    results = stress.run_many(
        book, [stress.shock({"semis_ai_compute": "-2%"})], draws=64, views=[view]
    )
    for found, result, stated in (
        (document["results"][0], results[0], -0.02),
        (document["baseline"], results.baseline, None),
    ):
        opinion, weighed = found["second_opinion"], result.second_opinion
        assert opinion["refused"] is None
        (added,) = opinion["added_views"]
        assert added["view"].startswith(view)
        q = np.array(weighed.weights)
        assert q.sum() == pytest.approx(1.0)
        assert moment(q, *(moves[name] for name in of)) == pytest.approx(held, rel=1e-6)
        if stated is not None:
            assert q @ moves["semis_ai_compute"] == pytest.approx(stated, abs=1e-8)
        # What the document says is what these weights say.
        assert opinion["effective"] == pytest.approx(np.exp(-q @ np.log(q)))
        assert opinion["largest_weight"] == pytest.approx(q.max())
        assert opinion["expected"] == pytest.approx(weighed.expected)


def test_the_page_says_what_was_held_and_on_how_much(run, book) -> None:
    done = run(
        "run", book, "--shock", "semis_ai_compute=-2%", "--draws", "256",
        "--view", "volatility market=1.5%", "--view", "es semis_ai_compute=9%",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    lines = done.stdout.split("  2nd opinion")[1].split("  defaults")[0]
    assert max(map(len, lines.splitlines())) <= 100
    block = " ".join(lines.split())
    scenario, alone = block.split("views alone no scenario, 1 session: ")
    assert "by the joint law given the same move" in scenario
    assert "by the joint law" not in alone
    for said in (scenario, alone):
        assert "by weighing 504 past windows" in said
        assert "windows effectively left, the heaviest" in said
        assert (
            "Held: volatility market=1.5% (0.7 % before), es semis_ai_compute=9% @97.5% (" in said
        )
        assert re.search(r"its tail worth \d+ windows?\); factor risk of a window", said)


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ("volatility market=30%", "is met by no weights of the carried windows: about a mean of"),
        ("mean gold=-5.5%", "would leave"),
        ("mean gold=-40%", "is met by no weights of the carried windows: they reach from"),
    ],
)
def test_what_history_cannot_meet_is_said_as_typed_and_the_run_goes_on(
    run, book, view, reason
) -> None:
    asked = ("run", book, "--shock", "semis_ai_compute=-2%", "--draws", "64", "--view", view)
    done = run(*asked)
    assert done.exit_code == 0, done.output
    assert f"2nd opinion none: view '{view}' {reason}" in " ".join(done.stdout.split())
    for found in json.loads(run(*asked, "--format", "json").stdout)["baselines"].values():
        assert found["second_opinion"]["refused"].startswith(f"view '{view}' {reason}")
        assert found["second_opinion"]["effective"] is None


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ("volatility markt=2%", "view 'volatility markt=2%': 'markt' is no factor of model us-ai-2025-12."),
        ("mean NVDA=-5%", "view 'mean NVDA=-5%': 'NVDA' is a name"),
        ("volatility rates_10y=2%", "view 'volatility rates_10y=2%': '2%' is in %"),
        ("volatility market=2", "has no unit. Did you mean \"2%\"?"),
        ("es market=4% @97.5", "level must be in (0, 1), got 97.5. Write 0.975 for 97.5 %."),
        ("market", "write a kind, a factor, '=' and a value"),
    ],
)  # fmt: skip
def test_a_slip_is_invalid_input(run, book, short_scenario, view, message) -> None:
    done = run("run", book, "-s", short_scenario, "--draws", "64", "--view", view)
    assert done.exit_code == 3
    assert message in done.stderr


def test_a_view_asks_for_the_second_opinion(run, book, short_scenario) -> None:
    asked = ("run", book, "-s", short_scenario, "--draws", "64", "--format", "json")
    view = ("--view", "volatility market=1.5%")
    implied, said = (
        json.loads(run(*asked, *view, *more).stdout) for more in ((), ("--second-opinion",))
    )
    assert implied == said
    assert implied["manifest"]["options"]["second_opinion"] == "yes"
    assert implied["manifest"]["options"]["views"] == "volatility market=1.5%"


def test_pages_of_the_baseline_say_the_views_alone(book, short_scenario) -> None:
    results = stress.run_many(book, [short_scenario], draws=256, views=["volatility market=1.5%"])
    assert "views alone   no scenario, 1 session: " in repr(results.baseline)
    assert "views alone" in results.baseline._repr_html_()
    plain = stress.run_many(book, [short_scenario], draws=256, second_opinion=True)
    assert "views alone" not in repr(plain.baseline) + plain.baseline._repr_html_()
