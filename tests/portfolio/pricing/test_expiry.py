"""Settlement inside the horizon."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.pricing.expiry import settlement_sensitivity, settlement_spot


def test_without_noise_the_path_is_straight_in_logs():
    half = settlement_spot(100.0, 81.0, fraction=0.5, horizon_years=0.1, vol=0.4, normals=0.0)
    assert half == pytest.approx(90.0)


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 100.0), (1.0, 80.0)])
def test_the_noise_vanishes_at_both_ends(fraction, expected):
    z = np.array([-3.0, 0.0, 3.0])
    spot = settlement_spot(100.0, 80.0, fraction=fraction, horizon_years=0.1, vol=0.4, normals=z)
    assert spot == pytest.approx([expected] * 3)


def test_the_noise_has_the_variance_of_a_bridge():
    rng = np.random.default_rng(1)
    z, f, years, vol = rng.standard_normal(200_000), 0.3, 0.08, 0.6
    spot = settlement_spot(100.0, 90.0, fraction=f, horizon_years=years, vol=vol, normals=z)
    variance = np.var(np.log(spot))
    expected = vol**2 * years * f * (1.0 - f)
    assert abs(variance - expected) < 4.0 * expected * math.sqrt(2.0 / z.size)


def test_a_share_that_ends_at_nothing():
    settled = settlement_spot(
        100.0, [0.0, 90.0], fraction=0.5, horizon_years=0.1, vol=0.4, normals=[1.0, 1.0]
    )
    assert settled[0] == 0.0
    assert settled[1] > 0.0


def test_expiry_outside_the_horizon_is_refused():
    with pytest.raises(InputError, match="not inside it"):
        settlement_spot(100.0, 90.0, fraction=1.2, horizon_years=0.1, vol=0.4, normals=0.0)


def test_sensitivity_brackets_the_middle():
    found = settlement_sensitivity(
        100.0, [80.0, 100.0], 95.0, sign=-1.0, fraction=0.5, horizon_years=7 / 365, vol=0.5
    )
    middle = np.mean(np.maximum(95.0 - np.sqrt(100.0 * np.array([80.0, 100.0])), 0.0))
    assert found.middle == pytest.approx(middle)
    assert found.lower > found.middle > found.upper
