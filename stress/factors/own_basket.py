"""From "given its basket without it" to "given its basket": exposures of members for the shipped model.

A member's exposures are estimated against its basket without it (``b_-i``), for regressing a name on a
basket that holds it finds the name itself. A scenario, though, states the whole basket's move
``b = (r_i + (m - 1) b_-i) / m``. Solving

    r_i = beta b_-i + gamma' f + e          for r_i given b,
    r_i = [beta m/(m-1) b + gamma' f + e] / (1 + beta/(m-1)),

is algebra; the posterior covariance follows to first order, by the Jacobian of the solution. A basket of others that
moves on its own too is a noisy stand-in for what it shares with the member, though, so solved exposures to the basket
are too small, in baskets of few names by much. What puts this right is an identity: the mean of the members *is* the
basket, so their mean exposure is 1 to it and 0 to everything else. `meet_basket` moves the estimates onto it, the less
certain ones more; they then lie where a regression on the whole basket would put them. Members are taken as independent,
which those of a small basket are not: their standard errors are lower bounds there.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError

__all__ = ["given_whole_basket", "meet_basket"]

#: A mean of exposures this near to the basket's is the basket's.
_MET = 1e-6


def given_whole_basket(
    exposures: FloatArray,
    posterior: FloatArray,
    own: int,
    members: int,
    *,
    basket: str = "a basket",
) -> tuple[FloatArray, FloatArray]:
    """Solve members' exposures for the whole basket's move.

    Parameters
    ----------
    exposures : ndarray of shape (m, K)
        Estimated against the basket without the member.
    posterior : ndarray of shape (m, K, K)
        Posterior covariance of each member's exposures.
    own : int
        Column of the basket.
    members : int
        How many names the basket holds, at least 2.
    basket : str
        What it is, for the message.

    Returns
    -------
    exposures : ndarray of shape (m, K)
    posterior : ndarray of shape (m, K, K)
        Of the solved exposures, to first order in the errors.

    Raises
    ------
    ModelError
        If a member moves so far against the others that the whole does not move with them.
    """
    others = members - 1
    least = float(exposures[:, own].min())
    if least <= -others:
        raise ModelError(
            f"a member of {basket} moves by {least:.3g} for a move of 1 of the other {others}: together they cancel, "
            "and no member can be measured against the whole. Take the inverse one out of the basket."
        )
    shrink = 1.0 / (1.0 + exposures[:, own] / others)
    solved = exposures * shrink[:, None]
    slope = np.zeros_like(posterior)
    slope[:] = np.eye(exposures.shape[1])
    slope *= shrink[:, None, None]
    slope[:, :, own] = -solved * (shrink / others)[:, None]
    slope[:, own, own] = np.square(shrink) * (members / others)
    solved[:, own] *= members / others
    return solved, slope @ posterior @ slope.transpose(0, 2, 1)


def meet_basket(
    exposures: FloatArray, posterior: FloatArray, own: int, *, basket: str = "a basket"
) -> tuple[FloatArray, FloatArray]:
    """Condition members' exposures on their mean being the basket.

    The least change in units of their uncertainty, ``min sum_i d_i' P_i^-1 d_i`` subject to
    ``mean_i (b_i + d_i) = e_own``: with ``S = sum_i P_i`` it is ``d_i = P_i S^-1 (m e_own - sum_j b_j)``, and leaves the
    covariance ``P_i - P_i S^-1 P_i``.

    Parameters
    ----------
    exposures : ndarray of shape (m, K)
    posterior : ndarray of shape (m, K, K)
        Posterior covariance of each member's exposures.
    own : int
        Column of the basket.
    basket : str
        What it is, for the message.

    Returns
    -------
    exposures : ndarray of shape (m, K)
    posterior : ndarray of shape (m, K, K)
        Of each, now that their mean is known.

    Raises
    ------
    ModelError
        If the members miss their basket in a direction of which they are all certain.
    """
    target = np.zeros(exposures.shape[1])
    target[own] = 1.0
    missing = len(exposures) * target - exposures.sum(axis=0)
    together = posterior.sum(axis=0)
    try:
        inverse = np.linalg.inv(together)
    except np.linalg.LinAlgError:
        # Directions of which all members are certain cannot change; they need not where the members meet there.
        inverse = np.linalg.pinv(together, hermitian=True)
        left = np.abs(missing - together @ (inverse @ missing)).max()
        if left > _MET * len(exposures):
            raise ModelError(
                f"the exposures of the {len(exposures)} members of {basket} are certain, yet their mean is not the "
                f"basket: it misses by {left / len(exposures):.2g}. Check their prices for copies of one another."
            ) from None
    return exposures + posterior @ (inverse @ missing), posterior - posterior @ inverse @ posterior
