"""The line of a book's P&L on a hedge's, and what is said where the hedge does not move."""

import numpy as np
import pytest

from stress.hedging.comparing.strategy_row import what_remains
from stress.hedging.problem import Outcomes
from stress.hedging.regression import regressed

DRAWS = 1_000


@pytest.fixture(scope="module")
def draws():
    rng = np.random.default_rng(5)
    hedge, rest = rng.standard_normal((2, DRAWS))
    hedge -= hedge.mean()
    rest -= rest.mean()
    rest -= (rest @ hedge) / (hedge @ hedge) * hedge
    return hedge / hedge.std(), rest / rest.std()


def test_a_line_by_hand(draws):
    hedge, rest = draws
    line = regressed(7.0 - 3.0 * hedge + 4.0 * rest, 2.0 * hedge + 11.0)

    assert line.slope == pytest.approx(-1.5)
    assert line.explained == pytest.approx(9.0 / 25.0)
    assert line.left == pytest.approx(4.0)


@pytest.mark.parametrize("level", [0.0, 0.1, 1e9 / 3.0])
def test_what_does_not_move_explains_nothing(draws, level):
    hedge, _ = draws
    still = np.full(DRAWS, level)

    assert regressed(hedge, still) == pytest.approx((0.0, 0.0, 1.0))
    assert regressed(still, hedge) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ([0.0, 0.0], "everything"),
        ([0.0, 2.0], "everything: the hedge does not move"),
        ([1.0, 0.0], "the hedge moves with the book"),
        ([-0.5, 0.0], "size: covers 17% of what it could"),
        ([-2.0, 0.0], "basis: 64% of the variance does not move with it"),
    ],
)
def test_what_a_strategy_leaves_is_said(draws, trade, said):
    hedge, rest = draws
    units = np.stack([hedge, np.full(DRAWS, 0.3)], axis=1)
    fresh = Outcomes(name="fresh", pnl=3.0 * hedge + 4.0 * rest, unit_pnl=units)

    assert what_remains(fresh, np.array(trade)) == said
