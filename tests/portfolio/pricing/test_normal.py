"""The normal distribution by our own polynomials, beside scipy's."""

import math

import numpy as np
import pytest
from scipy.special import erfcx, ndtr

from stress.portfolio.pricing.normal import FAR, MOST, exponential_into, mills_into


def test_the_mills_ratio_is_that_of_scipy_from_0_to_far():
    x = np.concatenate([np.linspace(0.0, 3.0, 30_001), np.linspace(3.0, FAR, 30_001)])
    found = np.empty_like(x)
    mills_into(x, out=found)
    assert found == pytest.approx(erfcx(x / math.sqrt(2.0)) / 2.0, rel=1.5e-15)
    assert found[0] == 0.5
    assert np.all(np.diff(found) <= 0.0)


def test_with_the_exponential_it_is_the_normal_distribution():
    x = np.linspace(0.0, FAR, 20_001)
    beyond, density = np.empty_like(x), np.empty_like(x)
    mills_into(x, out=beyond)
    exponential_into(-0.5 * x * x, out=density)
    # x^2 / 2 has a rounding error of 1e-16 of itself, which is that many parts of the density.
    assert density * beyond == pytest.approx(ndtr(-x), rel=2e-13)


def test_the_exponential_is_that_of_numpy():
    x = np.concatenate([np.linspace(-MOST, MOST, 100_001), [0.0, -0.0, 1.0, math.log(2.0) / 2.0]])
    found = np.empty_like(x)
    exponential_into(x.copy(), out=found)
    assert found == pytest.approx(np.exp(x), rel=4e-16)
    assert found[-4] == 1.0
    assert found[-3] == 1.0
