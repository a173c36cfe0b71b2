"""Which side of the market each factor is on: what moves as one keeps its signs when all factors are driven together."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray

__all__ = ["KIN", "market_sides"]

#: Correlation beyond which two factors are kin: three factors of which each two are cannot contradict one another
#: (angles below 60 degrees do not add up to 180).
KIN = 0.5


def market_sides(correlation: FloatArray, market: int) -> FloatArray:
    """Return the side of the market that each factor is on.

    A correlation with the market of 0.03 or -0.03 says nothing of a side, and would put yields of 10 and of 30 years,
    which move as one, against each other. So kin first: factors linked by correlations beyond `KIN` keep the signs
    they have with one another, strongest links first, and are on the side that the one among them with the largest
    correlation with the market has.

    Parameters
    ----------
    correlation : ndarray of shape (K, K)
        Of the factors.
    market : int
        The factor that is the market.

    Returns
    -------
    ndarray of shape (K,)
        1 or -1; 1 of the market, and where the correlation that decides is zero.

    Notes
    -----
    The links that decide are those of a maximum spanning forest: no factor is put against the one it moves with
    most, where they are kin. Ties go by the order of factors.

    Examples
    --------
    The second and the third are kin; the second's correlation with the first, the market, decides for both.

    >>> market_sides(np.array([[1.0, 0.3, -0.03], [0.3, 1.0, 0.8], [-0.03, 0.8, 1.0]]), 0).tolist()
    [1.0, 1.0, 1.0]
    """
    size = np.abs(correlation)
    side = np.ones(len(correlation))
    group = np.arange(len(correlation))
    first, second = np.triu_indices(len(correlation), 1)
    for link in np.argsort(-size[first, second], kind="stable"):
        i, j = first[link], second[link]
        if size[i, j] <= KIN:
            break
        if group[i] != group[j]:
            joining = group == group[j]
            if correlation[i, j] * side[i] * side[j] < 0.0:
                side[joining] *= -1.0
            group[joining] = group[i]
    for one in np.unique(group):
        kin = np.flatnonzero(group == one)
        telling = kin[np.argmax(size[market, kin])]
        usual = -1.0 if correlation[market, telling] < 0.0 else 1.0
        side[kin] *= usual * side[telling]
    return side
