"""Further answers of a linear book: one theme moves by itself, and no two answers are one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import stress
from stress.reverse_stress.answer import UnreachableLossError
from stress.reverse_stress.linear import reverse_linear
from stress.reverse_stress.loss_surface import APART
from stress.reverse_stress.one_theme import with_one_theme
from stress.reverse_stress.space import search_space

MODEL = "us-ai-2025-12"


@pytest.fixture(scope="module")
def book():
    return stress.open_book("long_short", MODEL)


@pytest.fixture(scope="module")
def found(book):
    return stress.reverse(book, "6%", horizon_days=5, answers=20)


def test_the_first_answer_is_the_one_there_is_alone(book, found) -> None:
    (alone,) = stress.reverse(book, "6%", horizon_days=5, answers=1).answers
    assert len(found.answers) > 4
    assert found.answers[0].scenario.content_hash == alone.scenario.content_hash
    assert found.answers[0].only == ()


def test_each_further_answer_is_that_of_a_search_held_to_its_theme(book, found) -> None:
    for answer in found.answers[1:]:
        (held,) = stress.reverse(
            book, "6%", horizon_days=5, only=answer.only, max_distance=900
        ).answers
        assert answer.distance == pytest.approx(held.distance, rel=1e-9)
        assert [m.target for m in answer.scenario.moves] == [m.target for m in held.scenario.moves]
        for one, other in zip(answer.scenario.moves, held.scenario.moves, strict=True):
            assert one.move.value == pytest.approx(other.move.value, rel=1e-8)
        assert f"Only {', '.join(answer.only)} moves by itself" in answer.scenario.narrative


def test_every_answer_loses_as_much_when_it_is_run(book, found) -> None:
    for scenario in found.scenarios:
        run = stress.run(book, scenario, draws=1000)
        assert run.expected_of_nav == pytest.approx(-0.06, rel=1e-9)


def test_answers_come_in_order_and_not_beyond_half_as_far_again(book, found) -> None:
    distances = [answer.distance for answer in found.answers]
    assert distances == sorted(distances)
    assert distances[-1] <= 1.5 * distances[0]
    further = stress.reverse(book, "6%", horizon_days=5, answers=20, max_distance=30).answers
    assert len(further) > len(distances)
    assert further[-1].distance > 1.5 * distances[0]
    assert [a.only for a in further[: len(distances)]] == [a.only for a in found.answers]
    few = stress.reverse(book, "6%", horizon_days=5, answers=3)
    assert [s.content_hash for s in few.scenarios] == [s.content_hash for s in found.scenarios[:3]]


def test_no_two_answers_are_one(book, found) -> None:
    """The whole of what moves, in standard deviations of the law: as far from each other as a nonlinear search wants."""
    model = book.model
    root = np.linalg.cholesky(model.horizon_covariance(5))
    points = []
    for answer in found.answers:
        lost = dict(answer.drivers)
        completed = stress.run(book, answer.scenario, draws=1000).completed
        point = np.linalg.solve(root, completed.mean)
        assert np.linalg.norm(point) == pytest.approx(answer.distance, rel=1e-8)
        assert sum(lost.values()) == pytest.approx(answer.loss, rel=1e-9)
        points.append(point)
    for one, other in combinations(points, 2):
        size = max(np.linalg.norm(one), np.linalg.norm(other))
        assert np.linalg.norm(one - other) > APART * size


def test_themes_that_move_as_one_are_one_answer() -> None:
    """Two themes with a correlation of 0.999, a third that stands apart."""
    names = ("a_x", "b_x", "c_x")
    correlation = np.array([[1.0, 0.999, 0.2], [0.999, 1.0, 0.2], [0.2, 0.2, 1.0]])
    space = search_space(names, 1e-4 * correlation)
    exposure = np.array([1e6, 1e6, 5e5])

    def answer_in(here):
        return reverse_linear(exposure, here, loss=5e4)

    def told(correlation_space):
        return with_one_theme(
            answer_in(correlation_space), correlation_space, ("a", "b", "c"),
            signed=set(), answer_in=answer_in, admits=lambda _: True, answers=20,
        )  # fmt: skip

    assert [answer.only for answer in told(space)] == [(), ("a_x",), ("c_x",)]
    correlation[0, 1] = correlation[1, 0] = 0.9
    apart = search_space(names, 1e-4 * correlation)
    assert [answer.only for answer in told(apart)] == [(), ("a_x",), ("b_x",), ("c_x",)]


def test_a_smaller_space_is_the_one_that_a_search_is_set_up_in(book) -> None:
    names = tuple(factor.name for factor in book.model.factors)
    covariance = book.model.horizon_covariance(1)
    wide = search_space(names, covariance, only=names[3:20], signs={names[5]: "up"})
    fewer = [names[5], names[9], names[14]]
    small, known = wide.stating(fewer), search_space(
        names, covariance, only=fewer, signs={names[5]: "up"}
    )  # fmt: skip
    np.testing.assert_allclose(small.gain, known.gain, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(small.root, known.root, rtol=1e-10, atol=1e-18)
    for what in ("searched", "stated", "lower", "upper"):
        np.testing.assert_array_equal(getattr(small, what), getattr(known, what))


def test_a_stated_sign_is_kept_in_every_answer(book) -> None:
    up = stress.reverse(book, "6%", horizon_days=5, signs={"market": "up"}, max_distance=20)
    assert len(up.answers) > 2
    for answer in up.answers:
        assert answer.scenario.stated("market").value >= -1e-12
    assert all("market" in answer.only for answer in up.answers[1:])


def test_a_search_held_to_one_theme_has_one_answer(book) -> None:
    assert len(stress.reverse(book, "6%", only=["semis_*"], max_distance=50).answers) == 1
    part = ["semis_memory", "semis_other", "power_ipp"]
    several = stress.reverse(book, "6%", only=part, max_distance=200).answers
    assert {answer.only for answer in several} == {
        (), ("semis_memory", "semis_other"), ("power_ipp",)
    }  # fmt: skip


def test_a_worst_case_has_the_same_stories_with_the_largest_loss_first(book) -> None:
    """Without bounds in reach, what is one distance for a loss is one loss for a distance."""
    distance = stress.reverse(book, "2%", answers=1).answers[0].distance
    back = stress.reverse(book, "2%", answers=20).answers
    worst = stress.worst_case(book, distance, answers=20).answers
    assert [answer.only for answer in worst] == [answer.only for answer in back]
    assert len(worst) > 4
    losses = [answer.loss for answer in worst]
    assert losses == sorted(losses, reverse=True)
    for one, other in zip(worst, back, strict=True):
        assert one.loss / worst[0].loss == pytest.approx(
            back[0].distance / other.distance, rel=1e-6
        )


def test_a_theme_that_cannot_lose_as_much_is_no_answer() -> None:
    names = ("a_x", "b_x")
    space = search_space(names, 1e-4 * np.eye(2), floor=np.array([-np.inf, -0.01]))
    exposure = np.array([1e6, 1e6])

    def answer_in(here):
        return reverse_linear(exposure, here, loss=5e4)

    with pytest.raises(UnreachableLossError):
        answer_in(space.stating(["b_x"]))
    told = with_one_theme(
        answer_in(space), space, ("a", "b"),
        signed=set(), answer_in=answer_in, admits=lambda _: True, answers=6,
    )  # fmt: skip
    assert [answer.only for answer in told] == [(), ("a_x",)]
