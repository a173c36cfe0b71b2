"""Law: a full-rank change of the factors' basis leaves P&L as it is."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.scenarios.propagation import complete

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0}
ENTRIES = st.floats(-1.0, 1.0).map(lambda x: round(x, 3))


def relative(toy):
    """The toy model with relative factors only, so that every basis has moves in percent."""
    model = toy.model()
    factors = tuple(
        dataclasses.replace(f, kind="relative", unit="%", role="none") for f in model.factors
    )
    return dataclasses.replace(model, factors=factors)


def rotated(model, basis):
    """Return the same law in factors g = basis f."""
    return dataclasses.replace(
        model,
        covariance=_even(basis @ model.covariance @ basis.T),
        covariance_long=_even(basis @ model.covariance_long @ basis.T),
        exposures=model.exposures @ np.linalg.inv(basis),
    )


def _even(matrix):
    return 0.5 * (matrix + matrix.T)


def stating(toy, names, moves):
    return toy.scenario(
        {name: f"{100.0 * move:.17g}%" for name, move in zip(names, moves, strict=True)}
    )


@settings(max_examples=40, deadline=None)
@given(
    stated=arrays(np.float64, (2, 2), elements=ENTRIES),
    across=arrays(np.float64, (2, 2), elements=ENTRIES),
    free=arrays(np.float64, (2, 2), elements=ENTRIES),
    moves=arrays(np.float64, 2, elements=st.floats(-0.15, 0.15).map(lambda x: round(x, 4))),
)
def test_pnl_does_not_depend_on_the_basis(toy, stated, across, free, moves):
    # What is stated stays what is stated; unstated factors may be any mix, of stated ones too.
    basis = np.block(
        [[2.0 * np.eye(2) + 0.5 * stated, np.zeros((2, 2))], [across, 2.0 * np.eye(2) + 0.5 * free]]
    )
    model = relative(toy)
    other = rotated(model, basis)
    names = [factor.name for factor in model.factors[:2]]
    here = stating(toy, names, moves)
    there = stating(toy, names, basis[:2, :2] @ moves)
    a, b = complete(here, model), complete(there, other)

    assert b.distance == pytest.approx(a.distance, rel=1e-9, abs=1e-12)
    assert basis @ a.mean == pytest.approx(b.mean, rel=1e-9, abs=1e-14)
    spread = basis @ a.root @ a.root.T @ basis.T
    assert spread == pytest.approx(b.root @ b.root.T, rel=1e-7, abs=1e-14)
    returns = model.exposures @ a.mean, other.exposures @ b.mean
    assert returns[0] == pytest.approx(returns[1], rel=1e-9, abs=1e-14)


def test_a_run_does_not_depend_on_the_basis(toy):
    random = np.random.default_rng(2)
    basis = np.block(
        [
            [np.eye(2) + 0.3 * random.normal(size=(2, 2)), np.zeros((2, 2))],
            [random.normal(size=(2, 2)), np.eye(2) + 0.3 * random.normal(size=(2, 2))],
        ]
    )
    model = relative(toy)
    moves = np.array([-0.03, -0.12])
    results = [
        evaluate(
            [toy.book(HOLDINGS, own)], [stating(toy, ("market", "chips"), said)], options=Options()
        )[0]
        for own, said in ((model, moves), (rotated(model, basis), basis[:2, :2] @ moves))
    ]
    assert results[1].expected == pytest.approx(results[0].expected, rel=1e-10)
    assert results[1].plausibility.distance == pytest.approx(results[0].plausibility.distance)
    for one, two in zip(results[0].measures, results[1].measures, strict=True):
        if one.standard_error is not None and two.standard_error is not None:
            # The same law from other draws of the free directions.
            assert two.value == pytest.approx(one.value, abs=5.0 * one.standard_error)
