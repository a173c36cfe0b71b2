"""Which days the scoreboard looks at: shock days by written rules, ordinary days by a seed.

No day is here because of how well it is explained: the rules see the factors' moves only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.errors import ModelError
from stress.factors.moves import FactorMoves

__all__ = [
    "NAMED_DAYS",
    "REFERENCE_DAY",
    "ScoreboardDay",
    "basket_factors",
    "ordinary_days",
    "shock_days",
]

#: The day that the project started from, and the scenario of its first screen.
REFERENCE_DAY = "2025-01-27"
#: One-session shocks that were written down before any model was scored on them, and why each is known.
NAMED_DAYS = {
    "2020-03-12": "Covid: steepest fall since 1987",
    "2020-03-16": "Covid: VIX record close",
    "2022-09-13": "inflation surprise",
    "2024-07-17": "chip export rules",
    "2024-08-05": "yen carry unwind",
    "2024-09-03": "NVDA, record loss of value until then",
    "2025-01-27": "DeepSeek",
    "2025-04-03": "tariffs, first day",
    "2025-04-04": "tariffs, second day",
    "2025-04-09": "tariff pause",
    "2025-04-16": "H20 export ban",
    "2025-10-10": "rare earths",
    "2025-12-12": "AVGO after results",
}

#: Of each basket, how many of its largest falls and how many of its largest rises are shock days.
EXTREMES = 2
#: First and last day that may be a shock day or an ordinary one. [ISO dates]
SINCE, UNTIL = "2020-01-01", "2025-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreboardDay:
    """A day and why it was chosen.

    Parameters
    ----------
    date : str
        ISO date of the close the moves end on.
    reasons : tuple of str
        The rules that chose it.
    """

    date: str
    reasons: tuple[str, ...]


def basket_factors(moves: FactorMoves) -> tuple[int, ...]:
    """Return the factors under which names count: baskets, and single series that are somebody's home.

    Gold, oil or one country's fund are not among them.

    Parameters
    ----------
    moves : FactorMoves

    Returns
    -------
    tuple of int
        Positions on the factor axis.
    """
    definitions = moves.definitions
    homes = {definitions.default_home, *definitions.homes.values()}
    return tuple(
        k
        for k, factor in enumerate(definitions.factors)
        if factor.measure == "return" and (len(factor.series) > 1 or factor.name in homes)
    )


def shock_days(moves: FactorMoves) -> tuple[ScoreboardDay, ...]:
    """Choose the shock days.

    The named days, and of every basket its two largest falls and its two largest rises. Moves that span
    a dropped session are moves of two sessions and are not eligible.

    Parameters
    ----------
    moves : FactorMoves

    Returns
    -------
    tuple of ScoreboardDay
        By date. A named day that the data lacks is left out.
    """
    rows = _eligible(moves, SINCE)
    reasons: dict[str, list[str]] = {}
    for date, why in NAMED_DAYS.items():
        if moves.date_index.get(date) in set(rows.tolist()):
            reasons.setdefault(date, []).append(why)
    for k in basket_factors(moves):
        name = moves.definitions.names[k]
        order = rows[np.argsort(moves.factor_moves[rows, k], kind="stable")]
        for what, chosen in (("fall", order[:EXTREMES]), ("rise", order[::-1][:EXTREMES])):
            for t in chosen:
                move = moves.factor_moves[t, k]
                reasons.setdefault(moves.dates[t], []).append(f"{name} {move:+.1%} ({what})")
    return tuple(ScoreboardDay(date=day, reasons=tuple(reasons[day])) for day in sorted(reasons))


def ordinary_days(
    moves: FactorMoves,
    shocks: tuple[ScoreboardDay, ...],
    *,
    count: int = 100,
    seed: int = 0,
    since: str = SINCE,
) -> tuple[ScoreboardDay, ...]:
    """Draw ordinary days: any session that is no shock day, each as likely as the next.

    Parameters
    ----------
    moves : FactorMoves
    shocks : tuple of ScoreboardDay
        Left out.
    count : int
        How many.
    seed : int
        Of the draw.
    since : str
        ISO date of the first that may be drawn.

    Returns
    -------
    tuple of ScoreboardDay
        By date.

    Raises
    ------
    ModelError
        Fewer days than wanted.
    """
    taken = {day.date for day in shocks}
    rows = [t for t in _eligible(moves, since) if moves.dates[t] not in taken]
    if len(rows) < count:
        raise ModelError(
            f"{count} ordinary days are wanted, but only {len(rows)} sessions from {since} to {UNTIL} "
            "are no shock days. Ask for fewer or give a longer history."
        )
    drawn = np.random.default_rng(seed).choice(len(rows), size=count, replace=False)
    dates = sorted(moves.dates[rows[i]] for i in drawn)
    return tuple(ScoreboardDay(date=date, reasons=("drawn",)) for date in dates)


def _eligible(moves: FactorMoves, since: str) -> npt.NDArray[np.intp]:
    """Rows of one-session moves with enough history before them to calibrate on."""
    dates = np.array(moves.dates)
    gaps = np.array([day for day, _ in moves.dropped], dtype=dates.dtype)
    before = np.searchsorted(np.sort(gaps), dates)
    spans = np.diff(before, prepend=before[:1]) > 0
    start = len(moves.definitions.factors) + 1
    ok = (dates >= since) & (dates <= UNTIL) & ~spans & (np.arange(len(dates)) >= start)
    return np.flatnonzero(ok)
