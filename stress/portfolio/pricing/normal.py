"""The normal distribution from additions, multiplications and one division: bits that no library or machine changes.

``N(-x) = exp(-x^2 / 2) R(x)`` for x at or above 0, where R, the Mills ratio over the root of 2 pi, is a rational
function to 6e-17 of its value. Both polynomials have positive coefficients, so nothing cancels. They were found by
weighted least squares in 50 digits, the weights moved until the error was level. `kernel.c` holds the same numbers.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.scratch import scratch

__all__ = ["FAR", "MOST", "exponential_into", "mills_into"]

#: Beyond so many standard deviations nothing is left: the density is 1e-307 there.
FAR = 37.6
#: Exponents at most: beyond, a power of two has no double.
MOST = 708.0

_NUMERATOR = (
    0.5, 0.7737655184990507, 0.5924311311091006, 0.28817302833751235, 0.09717614345719243, 0.023461680250218445,
    0.004054959277266175, 0.0004854138785088622, 3.679585655548114e-05, 1.3650662298244039e-06,
)  # fmt: skip
_DENOMINATOR = (
    1.0, 2.3454155978009585, 2.5562331563700824, 1.7091787473187647, 0.7787533409409672, 0.2535642649124592,
    0.06001962026583027, 0.010256509099219265, 0.001220173866594829, 9.223353442887254e-05, 3.421713608433362e-06,
)  # fmt: skip
#: Of exp(x) for |x| up to half of log 2, to 4e-18 of its value.
_EXPONENTIAL = (
    1.0, 1.0, 0.5000000000000011, 0.16666666666666413, 0.04166666666653016, 0.008333333333494307,
    0.0013888888943622746, 0.00019841269506938377, 2.480149311202106e-05, 2.755758606315832e-06,
    2.7630241987379415e-07, 2.500015062055944e-08,
)  # fmt: skip
#: Added to a number below 2^51 and taken away again, it leaves the nearest integer, which stands in the lowest bits between.
_ROUNDING = 1.5 * 2.0**52
_PER_LOG_2 = 1.4426950408889634
#: Log 2 in two parts; the first times an integer of three digits is exact.
_LOG_2, _LOG_2_REST = 0.6931471803691238, 1.9082149292705877e-10


def mills_into(x: FloatArray, *, out: FloatArray) -> None:
    """Put ``N(-x) exp(x^2 / 2)`` into an array.

    Parameters
    ----------
    x : ndarray
        From 0 to `FAR`.
    out : ndarray
        Of the same shape; another one.
    """
    below = scratch("denominator", x.shape)
    _polynomial_into(_NUMERATOR, x, out=out)
    _polynomial_into(_DENOMINATOR, x, out=below)
    np.divide(out, below, out=out)


def exponential_into(x: FloatArray, *, out: FloatArray) -> None:
    """Put ``exp(x)`` into an array: a power of two times a polynomial of the rest.

    Parameters
    ----------
    x : ndarray
        From -`MOST` to `MOST`; it is written over.
    out : ndarray
        Of the same shape; another one.
    """
    shifted, step = scratch("shifted", x.shape), scratch("step of log 2", x.shape)
    np.multiply(x, _PER_LOG_2, out=shifted)
    np.add(shifted, _ROUNDING, out=shifted)
    np.subtract(shifted, _ROUNDING, out=out)
    np.multiply(out, _LOG_2, out=step)
    np.subtract(x, step, out=x)
    np.multiply(out, _LOG_2_REST, out=step)
    np.subtract(x, step, out=x)
    _polynomial_into(_EXPONENTIAL, x, out=out)
    power, bits = shifted.view(np.uint64), out.view(np.uint64)
    np.left_shift(power, np.uint64(52), out=power)
    np.add(bits, power, out=bits)


def _polynomial_into(coefficients: tuple[float, ...], x: FloatArray, *, out: FloatArray) -> None:
    *rest, second, first = coefficients
    np.multiply(x, first, out=out)
    np.add(out, second, out=out)
    for coefficient in reversed(rest):
        np.multiply(out, x, out=out)
        np.add(out, coefficient, out=out)
