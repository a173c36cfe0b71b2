"""Settlement inside the horizon."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.pricing.expiry import (
    bridge_normals,
    settlement_sensitivity,
    settlement_spot,
)


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


def drawn_on(day, rng_of_day, *, start=0.0, end=14.0):
    """Return the bridge itself at a day, variance one a day."""
    spread = math.sqrt((day - start) * (end - day) / (end - start))
    return spread * bridge_normals(day, start=start, end=end, normals=rng_of_day)


def of_day(day):
    return np.random.default_rng([7, day]).standard_normal(200_000)


@pytest.mark.parametrize(("start", "end"), [(0.0, 14.0), (2.8, 19.6)])
def test_the_days_of_one_bridge_have_its_joint_law(start, end):
    days = [5, 6, 7, 12]
    paths = np.stack([drawn_on(day, of_day, start=start, end=end) for day in days])
    expected = [
        [(min(s, t) - start) * (end - max(s, t)) / (end - start) for t in days] for s in days
    ]
    # A covariance of n normal pairs is known to sqrt((C_ss C_tt + C_st^2) / n).
    sd = np.sqrt(np.diag(expected))
    error = np.sqrt((np.outer(sd, sd) ** 2 + np.square(expected)) / paths.shape[1])

    assert (np.abs(np.cov(paths) - expected) < 4.0 * error).all()
    # Jointly normal: the step from one day to the next is too, with the kurtosis of a normal.
    step = paths[1] - paths[0]
    assert np.mean(step**4) / np.var(step) ** 2 == pytest.approx(3.0, abs=0.05)


def test_a_day_of_a_bridge_is_the_same_whatever_other_days_are_asked_for():
    alone = bridge_normals(5, start=0.0, end=14.0, normals=of_day)
    drawn = []

    def counted(day):
        drawn.append(day)
        return of_day(day)

    assert (bridge_normals(5, start=0.0, end=14.0, normals=counted) == alone).all()
    assert drawn == [7, 3, 5]
    assert bridge_normals(0, start=0.0, end=14.0, normals=counted) == 0.0
    with pytest.raises(InputError, match="step 14 is not from 0 to before 14"):
        bridge_normals(14, start=0.0, end=14.0, normals=of_day)
