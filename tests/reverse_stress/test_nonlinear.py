"""The search by full revaluation: it agrees with closed forms, and nothing more plausible exists."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from stress.errors import InputError
from stress.reverse_stress.answer import UnreachableLossError, losses_one_at_a_time
from stress.reverse_stress.linear import reverse_linear, worst_linear
from stress.reverse_stress.maximum_loss import worst_nonlinear
from stress.reverse_stress.nonlinear import reverse_nonlinear
from stress.reverse_stress.space import search_space

NAMES = ("market", "chips", "hyper", "utilities")
VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
BOOK = np.array([2e6, 5e6, 3e6, -1e6])


@pytest.fixture(autouse=True)
def one_thread():
    """Products of 54 rows are too small to share: on a busy machine the threads wait for each other."""
    with threadpool_limits(1):
        yield


def linear(moves):
    return moves @ BOOK


def test_a_linear_book_gives_the_closed_form():
    here = search_space(NAMES, COVARIANCE, only=("market", "chips", "hyper"))
    (found,) = reverse_nonlinear(linear, here, loss=1e6, max_distance=10.0)
    exact = reverse_linear(BOOK, here, loss=1e6)
    assert found.distance == pytest.approx(exact.distance, rel=1e-7)
    np.testing.assert_allclose(found.moves, exact.moves, rtol=1e-5)
    (worst,) = worst_nonlinear(linear, here, radius=3.0)
    assert worst.loss == pytest.approx(worst_linear(BOOK, here, radius=3.0).loss, rel=1e-8)


@pytest.mark.parametrize(
    "restrictions",
    [
        {"signs": {"market": "up"}},
        {"signs": {"hyper": "down"}, "floor": np.full(4, -0.04)},
        {"only": ("chips", "utilities"), "floor": np.full(4, -0.08)},
    ],
)
def test_restrictions_agree_with_the_linear_search(restrictions):
    here = search_space(NAMES, COVARIANCE, **restrictions)
    exact = worst_linear(BOOK, here, radius=3.5)
    worst = worst_nonlinear(linear, here, radius=3.5)[0]
    assert worst.loss == pytest.approx(exact.loss, rel=1e-6)
    back = reverse_nonlinear(linear, here, loss=0.8 * exact.loss, max_distance=10.0)[0]
    assert back.distance == pytest.approx(
        reverse_linear(BOOK, here, loss=0.8 * exact.loss).distance, rel=1e-6
    )
    x = back.moves[here.searched]
    assert (x >= here.lower - 1e-9).all()
    assert (x <= here.upper + 1e-9).all()


def test_a_short_straddle_has_two_answers(exact):
    """Options short, delta hedged: the book loses either way, a little more easily one way."""
    gamma = -np.outer(BOOK, BOOK) * 2e-5
    delta = 0.02 * BOOK

    def value(moves):
        return moves @ delta + 0.5 * np.einsum("si,ij,sj->s", moves, gamma, moves)

    here = search_space(NAMES, COVARIANCE)
    known = exact.reverse_quadratic(delta, gamma, here, loss=2e6)
    found = reverse_nonlinear(value, here, loss=2e6, max_distance=10.0)
    assert len(found) == 2
    assert found[0].distance == pytest.approx(known[0].distance, rel=1e-7)
    assert found[1].distance > found[0].distance * (1 + 1e-6)
    assert found[0].moves[1] * found[1].moves[1] < 0.0
    worst = worst_nonlinear(value, here, radius=3.0)
    assert len(worst) == 2
    assert worst[0].loss == pytest.approx(
        exact.worst_quadratic(delta, gamma, here, radius=3.0)[0].loss, rel=1e-8
    )


@pytest.mark.parametrize("seed", range(6))
def test_any_quadratic_is_solved_globally(exact, seed):
    rng = np.random.default_rng(seed)
    here = search_space(NAMES, COVARIANCE)
    delta = rng.normal(0, 2e6, 4)
    half = rng.normal(0, 4e7, (4, 4))
    gamma = half + half.T

    def value(moves):
        return moves @ delta + 0.5 * np.einsum("si,ij,sj->s", moves, gamma, moves)

    worst = worst_nonlinear(value, here, radius=3.0)[0]
    known = exact.worst_quadratic(delta, gamma, here, radius=3.0)[0]
    assert worst.loss == pytest.approx(known.loss, rel=1e-7)
    back = reverse_nonlinear(value, here, loss=known.loss, max_distance=10.0)[0]
    assert back.distance == pytest.approx(
        exact.reverse_quadratic(delta, gamma, here, loss=known.loss)[0].distance, rel=1e-6
    )


def option_book(seed):
    """200 positions on 27 factors, 50 of them options, delta-neutral and short of gamma."""
    k = 27
    rng = np.random.default_rng(seed)
    root = 0.8 * rng.standard_normal((k, 3))
    covariance = root @ root.T + np.diag(rng.uniform(0.3, 1, k))
    scale = rng.uniform(0.008, 0.03, k) / np.sqrt(np.diag(covariance))
    covariance *= np.outer(scale, scale)
    exposures = np.zeros((200, k))
    exposures[np.arange(200), rng.integers(0, k, 200)] = rng.uniform(0.5, 1.5, 200)
    exposures[:, 0] += rng.uniform(0, 0.6, 200)
    shares = rng.normal(2e5, 2e5, 150)
    strike, years = rng.uniform(0.85, 1.15, 50), rng.uniform(0.05, 0.5, 50)
    volatility, call = rng.uniform(0.25, 0.6, 50), rng.random(50) < 0.5
    contracts = rng.normal(-2e6, 1e6, 50)

    def price(spot):
        spread = volatility * np.sqrt(years)
        d1 = np.log(np.maximum(spot, 1e-9) / strike) / spread + 0.5 * spread
        calls = spot * ndtr(d1) - strike * ndtr(d1 - spread)
        return np.where(call, calls, calls - spot + strike)

    base = price(np.ones((1, 50)))

    def raw(moves):
        returns = np.maximum(moves @ exposures.T, -1.0)
        return returns[:, :150] @ shares + (price(1 + returns[:, 150:]) - base) @ contracts

    hedge = (raw(1e-4 * np.eye(k)) - raw(-1e-4 * np.eye(k))) / 2e-4
    names = tuple(f"f{i}" for i in range(k))
    return search_space(names, covariance), lambda moves: raw(moves) - moves @ hedge


@pytest.mark.parametrize("seed", [0, 2])
def test_a_book_of_options(seed):
    here, value = option_book(seed)
    worst = worst_nonlinear(value, here, radius=4.0)
    assert len(worst) >= 2
    found = reverse_nonlinear(value, here, loss=worst[0].loss, max_distance=10.0)
    # Inverse to one another, by full revaluation.
    assert found[0].distance == pytest.approx(4.0, rel=1e-5)
    assert [a.distance for a in found] == sorted(a.distance for a in found)
    for answer in found:
        assert answer.loss == pytest.approx(worst[0].loss, rel=1e-9)
        assert -value(answer.moves[None, :])[0] == pytest.approx(answer.loss, rel=1e-9)
    assert len(found) >= 2
    # A random search of the ball inside the best answer finds nothing more plausible.
    rng = np.random.default_rng(100 + seed)
    best = found[0].distance
    for _ in range(4):
        z = rng.standard_normal((10_000, 27))
        z *= best * 0.999 * rng.random((10_000, 1)) ** (1 / 27) / np.linalg.norm(z, axis=1)[:, None]
        assert (-value(here.moves(z)) < worst[0].loss).all()
    # Nor does one around each answer.
    for answer in found:
        z = np.linalg.solve(here.root, answer.moves)
        near = z + 0.05 * answer.distance * rng.standard_normal((5_000, 27)) / np.sqrt(27)
        near *= np.minimum(1.0, 0.9995 * answer.distance / np.linalg.norm(near, axis=1))[:, None]
        assert (-value(here.moves(near)) < worst[0].loss).all()


@pytest.mark.parametrize("book", [0, 1])
def test_other_seeds_find_the_same_answers(book):
    """With book 0 and seed 3 the polish once stopped at a saddle and offered it as a third answer."""
    here, value = option_book(book)
    distances = [
        [
            answer.distance
            for answer in reverse_nonlinear(value, here, loss=1e5, seed=seed, max_distance=10.0)
        ]
        for seed in (0, 3)
    ]
    assert len(distances[0]) == 2
    assert distances[0] == pytest.approx(distances[1], rel=1e-5)


def test_each_of_four_ways_to_lose_is_an_answer():
    """Four independent books, each losing exponentially: one answer a book, nearest first."""
    names = ("a", "b", "c", "d")
    here = search_space(names, np.eye(4))
    size = np.array([8.0, 4.0, 2.0, 1.0])

    def value(moves):
        return -(np.expm1(2.0 * moves) * size).sum(axis=1)

    found = reverse_nonlinear(value, here, loss=5_000.0, max_distance=10.0)
    assert len(found) == 4
    for answer, factor in zip(found, range(4), strict=True):
        assert int(np.argmax(answer.moves)) == factor
        # Nearly that factor alone: solved for it with the others at zero.
        assert answer.distance == pytest.approx(np.log1p(5_000 / size[factor]) / 2, rel=1e-3)


def test_same_seed_same_answer():
    here, value = option_book(1)
    one, two = (
        reverse_nonlinear(value, here, loss=1e5, seed=5, answers=2, max_distance=10.0)
        for _ in range(2)
    )
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.moves, b.moves)


def test_long_options_can_only_lose_their_premium():
    here = search_space(("x",), np.array([[4e-4]]))

    def value(moves):  # P&L of a long strangle: at most the premium, where nothing moves
        return -1e4 + 1e6 * np.maximum(np.abs(moves[:, 0]) - 0.01, 0.0)

    worst = worst_nonlinear(value, here, radius=4.0)[0]
    assert worst.loss == pytest.approx(1e4)
    assert worst.distance < 1.0
    with pytest.raises(UnreachableLossError) as caught:
        reverse_nonlinear(value, here, loss=2e4, max_distance=10.0)
    assert caught.value.largest_loss == pytest.approx(1e4)


def test_unreachable_within_the_distance():
    here = search_space(NAMES, COVARIANCE)
    with pytest.raises(UnreachableLossError) as caught:
        reverse_nonlinear(linear, here, loss=1e6, max_distance=3.0)
    assert caught.value.largest_loss == pytest.approx(541_592.6514, rel=1e-7)
    assert caught.value.distance == pytest.approx(3.0)


def test_a_book_that_already_loses_enough():
    here = search_space(NAMES, COVARIANCE)
    (found,) = reverse_nonlinear(
        lambda moves: moves @ BOOK - 6e5, here, loss=5e5, max_distance=10.0
    )
    assert (found.distance, found.loss) == (0.0, 6e5)


def test_one_at_a_time_adds_up_for_a_linear_book():
    found = reverse_linear(BOOK, search_space(NAMES, COVARIANCE), loss=1e6)
    alone = losses_one_at_a_time(linear, found)
    assert alone.sum() == pytest.approx(1e6, rel=1e-12)
    np.testing.assert_allclose(alone, -BOOK * found.moves)


def test_bad_input_is_named():
    here = search_space(NAMES, COVARIANCE)
    with pytest.raises(InputError, match="loss must be positive"):
        reverse_nonlinear(linear, here, loss=0.0, max_distance=10.0)
    with pytest.raises(InputError, match="radius must be finite"):
        worst_nonlinear(linear, here, radius=np.inf)
    with pytest.raises(InputError, match=r"returned shape \(1,\) for"):
        worst_nonlinear(lambda moves: np.zeros(1), here, radius=1.0)
    with pytest.raises(InputError, match="returned nan for moves"):
        worst_nonlinear(lambda moves: moves[:, 0] * np.nan, here, radius=1.0)
