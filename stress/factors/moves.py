"""Measuring: from levels to the moves of all factors and names on the same complete days.

A day on which any factor is blank is dropped for all factors and names and counted; nothing is filled.
The next move then runs from the last complete day. All functions are pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, ModelError, Problem, did_you_mean
from stress.factors.baskets import basket_moves, basket_moves_without_each, level_moves
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.factor_names import taken_names
from stress.factors.prices import Prices
from stress.frozen import FrozenMapping

__all__ = ["FactorMoves", "measure_moves", "unmeasured"]

#: A day on which fewer than this share of the series have a level is no session, and not counted as dropped.
SESSION_SHARE = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class FactorMoves:
    """Moves of K factors and N names over T sessions, and of own baskets without each name.

    Parameters
    ----------
    dates : tuple of str, length T
        ISO date of the session each move ends on.
    definitions : FactorDefinitions
        What the factors are.
    names : tuple of str, length N
        Sorted.
    factor_moves : ndarray of shape (T, K)
        Finite everywhere.
    name_moves : ndarray of shape (T, N)
        nan where a name has no price on either day.
    own_basket : ndarray of int, shape (N,)
        The factor whose basket holds the name, or -1.
    own_moves_without : ndarray of shape (T, N)
        For members, the own basket's move recomputed without them; nan elsewhere, and for a member on
        days when it is alone.
    members : tuple of tuple of str, length K
        The series each factor is measured on that the prices hold.
    missing : tuple of tuple of str, length K
        Those they lack.
    dropped : tuple of (str, str)
        Each dropped session and the factors that were blank on it.
    begins : tuple of str, length K
        ISO date of the first level of each factor: the moves begin with the last of them.
    """

    dates: tuple[str, ...]
    definitions: FactorDefinitions
    names: tuple[str, ...]
    factor_moves: FloatArray
    name_moves: FloatArray
    own_basket: npt.NDArray[np.intp]
    own_moves_without: FloatArray
    members: tuple[tuple[str, ...], ...]
    missing: tuple[tuple[str, ...], ...]
    dropped: tuple[tuple[str, str], ...]
    begins: tuple[str, ...]

    @cached_property
    def date_index(self) -> FrozenMapping[str, int]:
        """Row of each date."""
        return FrozenMapping({date: t for t, date in enumerate(self.dates)})

    @cached_property
    def name_index(self) -> FrozenMapping[str, int]:
        """Column of each name."""
        return FrozenMapping({name: n for n, name in enumerate(self.names)})

    def rows_until(self, date: str | None) -> int:
        """Return how many moves end on or before an ISO date; all of them for None."""
        return len(self.dates) if date is None else sum(day <= date for day in self.dates)

    def moves_seen(self, date: str) -> FloatArray:
        """Return the factor moves of a date as each name sees them: its own basket recomputed without it.

        Parameters
        ----------
        date : str
            ISO date of a session.

        Returns
        -------
        ndarray of shape (N, K)
            A name's own factor is nan where it is the only member: there is nothing left of it.
        """
        t = self.date_index[date]
        seen = np.tile(self.factor_moves[t], (len(self.names), 1))
        member = np.flatnonzero(self.own_basket >= 0)
        seen[member, self.own_basket[member]] = self.own_moves_without[t, member]
        return seen


def measure_moves(
    prices: Prices, definitions: FactorDefinitions, *, as_of: str | None = None
) -> FactorMoves:
    """Measure every factor and every name on the same complete days.

    Parameters
    ----------
    prices : Prices
        Levels of the factors' series and of names. Series used only by differences (yields, spreads,
        index levels) are not names.
    definitions : FactorDefinitions
        What the factors are.
    as_of : str, optional
        ISO date after which nothing is read.

    Returns
    -------
    FactorMoves

    Raises
    ------
    InputError
        A factor none of whose series the prices hold or that is called as another security, or a price that is not positive where a return
        is taken: all at once.
    ModelError
        Fewer than two complete days.
    """
    if as_of is not None:
        prices = prices.until(as_of)
    index = prices.index
    problems = [
        *unmeasured(definitions, prices.names),
        *taken_names(definitions, prices.names),
    ]
    members = [
        tuple(ticker for ticker in factor.series if ticker in index)
        for factor in definitions.factors
    ]
    names = tuple(sorted(name for name in prices.names if name not in definitions.differenced))
    columns = np.array([index[name] for name in names], dtype=np.intp)
    problems.extend(_not_positive(prices, names, columns))
    if problems:
        raise InputError(problems)

    keep, dropped, begins = _complete_days(prices, definitions, members)
    if keep.size < 2:
        raise ModelError(
            f"only {keep.size} day(s) have a level of every factor: nothing can be measured. "
            "Check that the files cover the same dates."
        )
    levels = prices.levels[keep]
    name_moves = level_moves(levels[:, columns])
    position = {name: n for n, name in enumerate(names)}
    factor_moves = np.empty((keep.size - 1, len(definitions.factors)))
    own = np.full(len(names), -1, dtype=np.intp)
    without = np.full(name_moves.shape, np.nan)
    for k, (factor, held) in enumerate(zip(definitions.factors, members, strict=True)):
        each = level_moves(
            levels[:, [index[ticker] for ticker in held]],
            measure=factor.measure,
            scale=factor.scale,
        )
        factor_moves[:, k] = basket_moves(each)
        if factor.measure == "return":
            places = [position[ticker] for ticker in held]
            own[places] = k
            without[:, places] = basket_moves_without_each(each)
    _require_finite(factor_moves, prices, keep, definitions.factors)
    return FactorMoves(
        dates=tuple(prices.dates[t] for t in keep[1:]),
        definitions=definitions,
        names=names,
        factor_moves=factor_moves,
        name_moves=name_moves,
        own_basket=own,
        own_moves_without=without,
        members=tuple(members),
        missing=tuple(
            tuple(t for t in factor.series if t not in index) for factor in definitions.factors
        ),
        dropped=dropped,
        begins=begins,
    )


def unmeasured(definitions: FactorDefinitions, held: Collection[str]) -> list[Problem]:
    """Return a problem for each factor none of whose series the prices hold.

    Parameters
    ----------
    definitions : FactorDefinitions
        What the factors are.
    held : collection of str
        Series of the prices.
    """
    found = []
    for factor in definitions.factors:
        if not any(ticker in held for ticker in factor.series):
            wanted = ", ".join(f"'{ticker}'" for ticker in factor.series)
            found.append(
                Problem(
                    file=definitions.source,
                    message=f"factor '{factor.name}' is measured on {wanted}, which no price file holds.",
                    hint=did_you_mean(factor.series[0], held) or "Add the file that holds it.",
                )
            )
    return found


def _complete_days(
    prices: Prices, definitions: FactorDefinitions, members: Sequence[tuple[str, ...]]
) -> tuple[npt.NDArray[np.intp], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Rows on which every factor has a level, the sessions between them that lack one, and where each factor begins."""
    index = prices.index
    there = np.isfinite(prices.levels)
    has = np.column_stack(
        [there[:, [index[ticker] for ticker in held]].any(axis=1) for held in members]
    )
    complete = np.asarray(has.all(axis=1))
    keep = np.flatnonzero(complete)
    if not keep.size:
        return keep, (), ()
    session = there.mean(axis=1) >= SESSION_SHARE * there[keep[-1]].mean()
    lost = np.flatnonzero(~complete & session & (np.arange(complete.size) > keep[0]))
    without = tuple(
        (
            prices.dates[t],
            ", ".join(f.name for f, ok in zip(definitions.factors, has[t], strict=True) if not ok),
        )
        for t in lost
    )
    return keep, without, tuple(prices.dates[int(t)] for t in np.argmax(has, axis=0))


def _not_positive(
    prices: Prices, names: tuple[str, ...], columns: npt.NDArray[np.intp]
) -> list[Problem]:
    bad = prices.levels[:, columns] <= 0.0
    found = []
    for n in np.flatnonzero(bad.any(axis=0)):
        t = int(np.argmax(bad[:, n]))
        found.append(
            Problem(
                message=f"the price of {names[n]} on {prices.dates[t]} is {prices.levels[t, columns[n]]:g}.",
                hint="A price must be above zero; leave the cell blank where there is none.",
            )
        )
    return found


def _require_finite(
    moves: FloatArray,
    prices: Prices,
    keep: npt.NDArray[np.intp],
    factors: tuple[FactorDefinition, ...],
) -> None:
    """Refuse a basket whose members all changed between two days: levels on both, no move."""
    if np.isfinite(moves).all():
        return
    t, k = (int(i) for i in np.argwhere(~np.isfinite(moves))[0])
    raise ModelError(
        f"factor '{factors[k].name}' has no member with a price on both {prices.dates[keep[t]]} and "
        f"{prices.dates[keep[t + 1]]}."
    )
