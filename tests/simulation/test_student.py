"""Student's t without scipy is that of scipy, from two degrees of freedom to a normal law."""

import numpy as np
import pytest
from scipy import stats

from stress.simulation.student import t_quantile, t_quantile_and_shortfall, t_tail


@pytest.mark.parametrize("nu", [2.0, 2.5, 5.0, 31.0, 200.0, 999.0, 1001.0, 1e4, 1e5, 1e6])
@pytest.mark.parametrize("level", [0.9, 0.975, 0.999])
def test_quantile_tail_and_shortfall_are_scipy_s(nu, level):
    quantile = stats.t.ppf(level, nu)
    shortfall = stats.t.pdf(quantile, nu) / (1.0 - level) * (nu + quantile**2) / (nu - 1.0)
    x = np.array([0.0, 0.5, 2.0, 5.0, -3.0, np.inf])

    assert t_quantile(1.0 - level, nu) == pytest.approx(quantile, rel=1e-9)
    assert t_quantile_and_shortfall(level, nu) == pytest.approx((quantile, shortfall), rel=1e-9)
    np.testing.assert_allclose(t_tail(x, nu), stats.t.sf(x, nu), rtol=1e-8, atol=1e-15)


@pytest.mark.parametrize("nu", [1e7, 1e9, 1e14, 1e300])
def test_endless_degrees_of_freedom_are_a_normal_law(nu):
    quantile = stats.norm.ppf(0.975)

    assert t_quantile_and_shortfall(0.975, nu) == pytest.approx(
        (quantile, stats.norm.pdf(quantile) / 0.025), rel=3e-7
    )
    np.testing.assert_allclose(
        t_tail(np.array([1.0, 3.0]), nu), stats.norm.sf([1.0, 3.0]), rtol=5e-6
    )
