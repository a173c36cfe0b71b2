"""Bars of the variations: nothing is piled up, nothing is lost unsaid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from stress.reporting.chart_bins import variation_bins


@dataclass
class Drawn:
    totals: np.ndarray


@dataclass
class Shown:
    pnl: Drawn
    nav: float = 10.0


def of(totals: np.ndarray):
    return variation_bins(Shown(pnl=Drawn(totals=totals)))


def test_shares_and_what_is_beyond_add_up(results) -> None:
    for result in results:
        bins = variation_bins(result)
        assert bins is not None
        assert bins.shares.sum() + bins.beyond == pytest.approx(1.0)
        assert bins.beyond < 0.02
        drawn = result.pnl.totals / result.nav
        inside = (drawn >= bins.edges[0]) & (drawn <= bins.edges[-1])
        assert bins.shares.sum() == pytest.approx(inside.mean())


def test_a_long_tail_does_not_flatten_the_picture_and_is_counted() -> None:
    rng = np.random.default_rng(0)
    totals = -np.exp(2.5 * rng.standard_normal(20_000))
    bins = of(totals)
    assert bins is not None
    median = np.median(totals) / 10.0
    assert median - bins.edges[0] <= 4.0 * (bins.edges[-1] - median) * (1.0 + 1e-3)
    assert bins.beyond == pytest.approx(np.mean(totals / 10.0 < bins.edges[0]), abs=0.002)
    assert bins.beyond > 0.05


def test_variations_that_are_alike_have_no_bars() -> None:
    assert of(np.full(500, -3.0)) is None
