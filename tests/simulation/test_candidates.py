"""Candidates on the book's own draws: a perfect hedge is perfect, and the joint law is right."""

import dataclasses

import numpy as np
import pytest

from stress.errors import InputError
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.candidates import candidate_pnl, central_candidate_pnl
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

NAMES = Variation(kind="names")
HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0}


def prepared(toy, holdings, candidates, moves, **given):
    book = toy.book(holdings)
    other = toy.book({name: 1.0 for name in candidates}, name="candidates")
    other = dataclasses.replace(other, needs_draws=np.ones(len(other.names), dtype=bool))
    completed = (
        complete(toy.scenario(moves, **given), book.model)
        if moves
        else complete_baseline(book.model)
    )
    base = plan(book, completed, variation=NAMES)
    return simulate([base], draws=20_000, seed=3)[0], plan(other, completed, variation=NAMES)


@pytest.mark.parametrize("moves", [None, {"chips": "-12%"}])
def test_selling_everything_leaves_nothing_draw_by_draw(toy, moves):
    pnl, candidates = prepared(toy, HOLDINGS, sorted(HOLDINGS), moves)
    units = candidate_pnl(pnl, candidates)

    assert units @ np.array([HOLDINGS[n] for n in sorted(HOLDINGS)]) == pytest.approx(
        pnl.totals, abs=1e-9 * np.abs(pnl.totals).max()
    )


def test_looking_at_candidates_does_not_change_the_book(toy):
    pnl, candidates = prepared(toy, HOLDINGS, ["AAA", "IDX"], {"chips": "-12%"})
    before = pnl.digest
    candidate_pnl(pnl, candidates)
    again = simulate([pnl.plan], draws=20_000, seed=3)[0]

    assert again.digest == before


def test_the_joint_law_is_that_of_explicit_draws(toy):
    pnl, candidates = prepared(toy, HOLDINGS, ["AAA", "CCC", "IDX"], {"market": "-2%"})
    units = candidate_pnl(pnl, candidates)
    forced = dataclasses.replace(pnl.plan.book, needs_draws=np.ones(4, dtype=bool))
    explicit = simulate([plan(forced, pnl.plan.completed, variation=NAMES)], draws=20_000, seed=8)[
        0
    ]
    other = candidate_pnl(explicit, candidates)
    ours = np.cov(np.column_stack([pnl.totals, units]).T)
    theirs = np.cov(np.column_stack([explicit.totals, other]).T)
    scale = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))

    assert np.abs(ours - theirs)[scale > 0] / scale[scale > 0] == pytest.approx(0.0, abs=0.06)


def test_candidates_the_book_does_not_hold_use_their_own_stream(toy):
    pnl, candidates = prepared(toy, {"AAA": 100.0}, ["BBB"], None)
    alone, _ = prepared(toy, {"DDD": 100.0}, ["BBB"], None)

    assert (candidate_pnl(pnl, candidates) == candidate_pnl(alone, candidates)).all()


def test_central_pnl_of_candidates_is_their_central_return(toy):
    pnl, candidates = prepared(toy, HOLDINGS, ["AAA", "IDX"], {"market": "-2%"})

    assert central_candidate_pnl(candidates)[1] == pytest.approx(-0.02, abs=1e-12)
    units = candidate_pnl(pnl, candidates)
    assert units.mean(axis=0) == pytest.approx(central_candidate_pnl(candidates), abs=0.001)


def test_plans_that_see_other_draws_are_refused(toy):
    pnl, _ = prepared(toy, HOLDINGS, ["AAA"], {"market": "-2%"})
    _, other = prepared(toy, HOLDINGS, ["AAA"], {"market": "-3%"})
    with pytest.raises(InputError, match="must be planned under the scenario"):
        candidate_pnl(pnl, other)
    _, collapsed = prepared(toy, HOLDINGS, ["AAA"], {"market": "-2%"})
    book = dataclasses.replace(collapsed.book, needs_draws=np.zeros(1, dtype=bool))
    with pytest.raises(InputError, match="candidates need draws of their own; collapsed: AAA"):
        candidate_pnl(pnl, plan(book, pnl.plan.completed, variation=NAMES))
