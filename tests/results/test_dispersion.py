"""Pictures of the variations: nothing is piled up unsaid, nothing is lost, a long tail does not flatten them."""

from __future__ import annotations

import numpy as np
import pytest

from stress.results.dispersion import dispersion, variation_bins
from stress.results.evaluate import evaluate
from stress.results.options import Options


def test_shares_and_what_is_beyond_add_up(toy) -> None:
    book = toy.book({"AAA": 400.0, "BBB": 250.0, "CCC": -150.0}, cash=100.0)
    found = evaluate(
        [book], [toy.scenario({"market": "-2%", "chips": "-12%"})], options=Options(draws=5000)
    )
    for result in (found[0], found.baseline):
        drawn = result.pnl.totals / result.nav
        bins = variation_bins(drawn)
        assert bins is not None
        assert bins.shares.sum() + bins.beyond == pytest.approx(1.0)
        assert bins.beyond < 0.02
        inside = (drawn >= bins.edges[0]) & (drawn <= bins.edges[-1])
        assert bins.shares.sum() == pytest.approx(inside.mean())


def test_a_long_tail_does_not_flatten_the_picture_and_is_counted() -> None:
    rng = np.random.default_rng(0)
    totals = -np.exp(2.5 * rng.standard_normal(20_000))
    bins = variation_bins(totals / 10.0)
    assert bins is not None
    median = np.median(totals) / 10.0
    assert median - bins.edges[0] <= 4.0 * (bins.edges[-1] - median) * (1.0 + 1e-3)
    assert bins.beyond == pytest.approx(np.mean(totals / 10.0 < bins.edges[0]), abs=0.002)
    assert bins.beyond > 0.05


def test_variations_that_are_alike_have_no_bars() -> None:
    assert variation_bins(np.full(500, -3.0)) is None


def test_the_picture_of_a_skewed_law_is_not_one_bar() -> None:
    heavy = np.exp(1.5 * np.random.default_rng(0).standard_normal(20_000)) - 1.0
    found = dispersion(heavy)
    assert sum(found.shares) == pytest.approx(1.0)
    assert max(found.shares) < 0.5
    assert found.edges[-1] - found.median <= 4.0 * (found.median - found.edges[0]) * (1 + 1e-12)
    assert found.median == pytest.approx(0.0, abs=0.03)
    even = dispersion(np.random.default_rng(1).standard_normal(20_000))
    assert even.edges[0] == pytest.approx(-2.33, abs=0.1)
    assert even.edges[-1] == pytest.approx(2.33, abs=0.1)
