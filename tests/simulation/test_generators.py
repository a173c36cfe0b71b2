"""Alternative generators: history keeps its own moments, and a scenario still lands on its moves."""

import dataclasses

import numpy as np
import pytest

from stress.errors import InputError, ModelError
from stress.factors.history import History
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.draws import draws_key
from stress.simulation.generators import BlockBootstrap, FilteredHistory, StudentT
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

NAMES = Variation(kind="names")


@pytest.fixture(scope="module")
def model(toy):
    random = np.random.default_rng(4)
    base = toy.model()
    volatility = np.sqrt(np.diag(base.covariance))
    standardised = random.standard_t(6, size=(400, 4)) * np.sqrt(4 / 6)
    standardised @= np.linalg.cholesky(base.covariance / np.outer(volatility, volatility)).T
    paths = volatility * np.exp(0.3 * np.sin(np.arange(400) / 30))[:, None]
    history = History(
        dates=tuple(str(i) for i in range(400)),
        standardised=standardised,
        volatility=paths,
        current_volatility=2.0 * volatility,
    )
    return toy.model(history=history)


def factor_book(toy, model, factor):
    """A book that is one factor and nothing else."""
    exposures = np.zeros((1, 4))
    exposures[0, model.factor_index[factor]] = 1.0
    one = dataclasses.replace(
        model,
        names=("AAA",),
        exposures=exposures,
        specific_volatility=np.zeros(1),
        sources=("estimated",),
        homes=("market",),
    )
    return toy.book({"AAA": 1.0}, one), one


@pytest.mark.parametrize("generator", [FilteredHistory(), BlockBootstrap(block=5)])
def test_the_baseline_is_the_recentred_history(toy, model, generator):
    book, own = factor_book(toy, model, "chips")
    pnl = simulate(
        [plan(book, complete_baseline(own), variation=NAMES, generator=generator)],
        draws=40_000,
        seed=0,
    )[0]
    history = model.history
    scale = (
        history.current_volatility if generator.kind == "filtered-history" else history.volatility
    )
    days = (history.standardised * scale)[:, 1]

    assert pnl.totals.mean() == pytest.approx(0.0, abs=4 * days.std() / 200)
    assert pnl.totals.std() == pytest.approx(days.std(), rel=0.03)
    assert set(np.round(pnl.totals, 12)) <= set(np.round(days - days.mean(), 12))


@pytest.mark.parametrize("generator", [StudentT(), FilteredHistory(), BlockBootstrap()])
def test_stated_factors_land_on_their_moves_under_every_generator(toy, model, generator):
    book, own = factor_book(toy, model, "chips")
    completed = complete(toy.scenario({"chips": "-9%"}), own)
    pnl = simulate(
        [plan(book, completed, variation=NAMES, generator=generator)], draws=5000, seed=0
    )[0]

    assert pnl.totals == pytest.approx(np.full(5000, -0.09), abs=1e-12)


@pytest.mark.parametrize("generator", [FilteredHistory(), BlockBootstrap()])
def test_unstated_factors_keep_their_conditional_mean(toy, model, generator):
    book, own = factor_book(toy, model, "power")
    completed = complete(toy.scenario({"chips": "-9%"}, horizon_days=5), own)
    pnl = simulate(
        [plan(book, completed, variation=NAMES, generator=generator)], draws=40_000, seed=0
    )[0]

    assert pnl.totals.mean() == pytest.approx(completed.mean[2], abs=4 * pnl.totals.std() / 200)


def test_draws_are_shared_by_what_they_are_of(toy, model):
    _, own = factor_book(toy, model, "chips")
    later = dataclasses.replace(
        model.history, current_volatility=2.0 * model.history.current_volatility
    )
    # A variant of the model under the same id has sessions of its own.
    other = dataclasses.replace(own, history=later)
    assert other.id == own.id

    def key(of, generator):
        held = toy.book({"AAA": 1.0}, of)
        return draws_key(plan(held, complete_baseline(of), variation=NAMES, generator=generator))

    assert key(own, FilteredHistory()) == key(own, FilteredHistory())
    assert key(own, FilteredHistory()) != key(other, FilteredHistory())
    assert key(own, FilteredHistory()) != key(own, BlockBootstrap())
    assert key(own, BlockBootstrap(block=5)) != key(own, BlockBootstrap(block=6))

    history = FilteredHistory()
    both = [
        plan(toy.book({"AAA": 1.0}, of), complete_baseline(of), variation=NAMES, generator=history)
        for of in (own, other)
    ]
    first, second = simulate(both, draws=4096, seed=0)
    assert second.totals == pytest.approx(2.0 * first.totals, rel=1e-9, abs=1e-12)


def test_blocks_keep_consecutive_days_together(toy, model):
    # Over five sessions in runs of five, a draw is a sum of five neighbours.
    book, own = factor_book(toy, model, "chips")
    completed = complete_baseline(own, horizon_days=5)
    pnl = simulate(
        [plan(book, completed, variation=NAMES, generator=BlockBootstrap(block=5))],
        draws=4096,
        seed=0,
    )[0]
    days = (model.history.standardised * model.history.volatility)[:, 1]
    days = days - days.mean()
    sums = sum(np.roll(days, -k) for k in range(5))

    assert set(np.round(pnl.totals, 12)) <= set(np.round(sums, 12))


def test_generators_refuse_what_they_cannot_do(toy, model):
    book = toy.book({"AAA": 1.0}, model)
    completed = complete(toy.scenario({}, core_names={"BBB": "-5%"}), model)
    with pytest.raises(InputError, match=r"conditioned on factor moves only.*BBB"):
        plan(book, completed, variation=NAMES, generator=FilteredHistory())
    with pytest.raises(InputError, match="block must be at least 1 session, got 0"):
        BlockBootstrap(block=0)
    bare = toy.book({"AAA": 1.0})
    with pytest.raises(ModelError, match="carries no factor moves"):
        simulate(
            [
                plan(
                    bare,
                    complete_baseline(bare.model),
                    variation=NAMES,
                    generator=FilteredHistory(),
                )
            ],
            draws=1,
            seed=0,
        )
