"""Many books at once: the same digits as one by one, and edges of the run."""

import dataclasses
import math

import numpy as np
import pytest

from stress.errors import InputError
from stress.risk.measures import expected_shortfall, value_at_risk
from stress.risk.standard_errors import expected_shortfall_error
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation import many
from stress.simulation.many import tails_of
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate
from stress.simulation.streams import CHUNK

NAMES = Variation(kind="names")


def plans_of(toy, count, moves=None):
    random = np.random.default_rng(0)
    books = [
        toy.book(
            dict(
                zip(
                    ("AAA", "BBB", "CCC", "DDD"),
                    map(float, random.normal(100, 300, 4)),
                    strict=True,
                )
            ),
            name=f"book {i}",
        )
        for i in range(count)
    ]
    model = books[0].model
    completed = complete(toy.scenario(moves), model) if moves else complete_baseline(model)
    return [plan(book, completed, variation=NAMES) for book in books]


@pytest.mark.parametrize("draws", [1, 2, 3, 50, CHUNK, CHUNK + 1, 30_000])
def test_tails_are_those_of_every_draw(toy, draws):
    plans = plans_of(toy, 5, {"chips": "-12%"})
    levels = (0.5, 0.95, 0.975)
    found = tails_of(plans, draws=draws, seed=3, levels=levels)
    for row, pnl in enumerate(simulate(plans, draws=draws, seed=3)):
        for column, level in enumerate(levels):
            risk = value_at_risk(pnl.totals, level=level)
            shortfall = expected_shortfall(pnl.totals, level=level, min_tail_draws=0.0)
            assert found.value_at_risk[row, column] == pytest.approx(risk, rel=1e-12)
            assert found.expected_shortfall[row, column] == pytest.approx(shortfall, rel=1e-12)


def test_measures_are_those_of_the_risk_room(toy):
    plans = plans_of(toy, 3)
    found = tails_of(plans, draws=25_001, seed=1, levels=(0.975, 0.99))
    for row, pnl in enumerate(simulate(plans, draws=25_001, seed=1)):
        for column, level in enumerate((0.975, 0.99)):
            assert found.value_at_risk[row, column] == value_at_risk(pnl.totals, level=level)
            assert found.expected_shortfall[row, column] == pytest.approx(
                expected_shortfall(pnl.totals, level=level), rel=1e-12
            )
            assert found.standard_error[row, column] == pytest.approx(
                expected_shortfall_error(pnl.totals, level=level), rel=1e-9
            )


def test_a_chunk_with_more_than_its_share_of_the_tail_is_looked_at_again(toy, monkeypatch):
    plans = plans_of(toy, 4)
    usual = tails_of(plans, draws=30_000, seed=1)
    monkeypatch.setattr(many, "_SPARE", 0.5)
    looked, all_totals = [], many._all_totals
    monkeypatch.setattr(many, "_all_totals", lambda *a: looked.append(a) or all_totals(*a))
    again = tails_of(plans, draws=30_000, seed=1)

    assert looked
    assert again.expected_shortfall == pytest.approx(usual.expected_shortfall, rel=1e-12)
    assert (again.value_at_risk == usual.value_at_risk).all()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 31, 33, 70])
def test_digests_do_not_depend_on_how_many_books_there_are(toy, count):
    plans = plans_of(toy, 70)
    first, last = (
        simulate([plans[0]], draws=9000, seed=0)[0],
        simulate([plans[count - 1]], draws=9000, seed=0)[0],
    )
    among = simulate(plans[:count], draws=9000, seed=0)

    assert among[0].digest == first.digest
    assert among[count - 1].digest == last.digest


def test_digests_do_not_depend_on_the_order_of_rows(toy):
    one = toy.book({"AAA": 400.0, "BBB": 250.0, "CCC": -150.0})
    other = toy.book({"CCC": -150.0, "AAA": 400.0, "BBB": 250.0})
    digests = {
        simulate([plan(b, complete_baseline(b.model), variation=NAMES)], draws=9000, seed=0)[
            0
        ].digest
        for b in (one, other)
    }

    assert len(digests) == 1


@pytest.mark.parametrize("draws", [1, 2, 3])
@pytest.mark.parametrize("executor", [1, 2])
def test_very_few_draws(toy, draws, executor):
    pnl = simulate(plans_of(toy, 1), draws=draws, seed=0, executor=executor)[0]

    assert pnl.draws == draws
    assert np.isfinite(pnl.totals).all()
    weights = np.full(draws, 1.0 / draws)
    inside = pnl.mean(weights)
    assert pnl.plan.book.values @ inside.returns == pytest.approx(pnl.totals.mean(), rel=1e-9)


def test_one_position_and_a_book_of_only_cash(toy):
    one = toy.book({"AAA": 100.0})
    pnl = simulate(
        [plan(one, complete_baseline(one.model), variation=NAMES)], draws=20_000, seed=0
    )[0]
    assert pnl.totals.std() == pytest.approx(
        100 * math.sqrt(
            one.exposures[0] @ one.model.covariance @ one.exposures[0] + 0.02**2
        ),
        rel=0.05,
    )  # fmt: skip

    cash = toy.book({}, cash=500.0)
    still = simulate(
        [plan(cash, complete_baseline(cash.model), variation=NAMES)], draws=100, seed=0
    )[0]
    assert not still.totals.any()
    bought = cash.what_if({"AAA": 100.0}).after
    assert bought.std() == pytest.approx(pnl.totals.std(), rel=0.05)


def test_all_weights_zero_but_one(toy):
    pnl = simulate(plans_of(toy, 1), draws=100_000, seed=0)[0]
    kept = next(iter(pnl.kept.values())).rows
    for draw in (5000, int(np.argmin(pnl.totals)), int(kept[3])):
        weights = np.zeros(pnl.draws)
        weights[draw] = 1.0
        inside = pnl.mean(weights)
        assert pnl.plan.book.values @ inside.returns == pytest.approx(pnl.totals[draw], rel=1e-9)


def test_what_is_kept_is_what_is_drawn_again(toy):
    pnl = simulate(plans_of(toy, 1, {"chips": "-12%"}), draws=100_000, seed=0)[0]
    assert len(pnl.kept) == 25
    weights = np.zeros(pnl.draws)
    weights[np.argsort(pnl.totals)[:2500]] = 1 / 2500
    kept = pnl.mean(weights)
    again = dataclasses.replace(pnl, kept={}).mean(weights)

    assert kept.returns == pytest.approx(again.returns, rel=1e-12, abs=1e-15)
    assert kept.factors == pytest.approx(again.factors, rel=1e-12, abs=1e-15)


@pytest.mark.slow
def test_ten_million_draws_hold_little_more_than_themselves(toy):
    import tracemalloc

    plans = plans_of(toy, 1)
    tracemalloc.start()
    pnl = simulate(plans, draws=10_000_000, seed=0)[0]
    highest = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()

    assert pnl.draws == 10_000_000
    assert highest < 76.3 + 70.0


def test_bad_questions_are_refused(toy):
    plans = plans_of(toy, 1)
    for given in ({"draws": 0, "seed": 0}, {"draws": 10, "seed": -1}):
        for drawn in (simulate, tails_of):
            with pytest.raises(InputError, match=r"draws|seed"):
                drawn(plans, **given)
    with pytest.raises(InputError, match="levels"):
        tails_of(plans, draws=10, seed=0, levels=(97.5,))
    with pytest.raises(InputError, match=r"draws.*20000\.0"):
        tails_of(plans_of(toy, 1), draws=2e4, seed=0)
    with pytest.raises(InputError, match="0 books"):
        tails_of([], draws=10, seed=0)
