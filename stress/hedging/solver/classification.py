"""Which draws of a tail are looked at one by one, which as one line, which in groups, and which not at all.

All four choices give relaxations. A draw that is surely in the tail keeps one branch of its ``max(., 0)``, one that is out
loses the other. A *group* keeps the ``max`` of its weighted mean (Jensen), so it feels when its draws enter the tail
together: that is what holds a relaxation back when many draws lie at the edge at once, as behind a perfect hedge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.hedging.solver.program import TailTerm

__all__ = ["Classification", "TailDraws"]

Index = NDArray[np.intp]
NONE: Index = np.zeros(0, dtype=np.intp)

#: A draw that can weigh less than this in the tail is never looked at one by one.
NO_CAP = 1e-14
#: Draws this near to the edge, in scaled P&L, are tied with it.
TIE = 1e-7
#: Groups a line, and at least; out-of-tail draws that enter groups for each draw of the tail, and at least.
GROUPS_A_LINE = 4
GROUPS_LEAST = 200
GROUPED_A_TAIL = 4
GROUPED_LEAST = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """The draws of one term.

    Parameters
    ----------
    band : ndarray of int
        Looked at one by one.
    sure : ndarray of int
        Taken as in the tail, all together one line.
    grouped, starts : ndarray of int
        Looked at in groups: the draws group after group, and where each group starts. Draws in none of these are out.
    """

    band: Index
    sure: Index
    grouped: Index = field(default_factory=lambda: NONE)
    starts: Index = field(default_factory=lambda: NONE)

    @property
    def rows(self) -> int:
        """Rows of the relaxation."""
        return int(self.band.size + self.starts.size)

    def group_sizes(self) -> Index:
        """Draws in each group."""
        return np.diff(np.append(self.starts, self.grouped.size))


class TailDraws:
    """What is known of one term's draws whatever the hedge.

    Parameters
    ----------
    term : TailTerm
        The term.
    pnl_unit : float
        Currency of one scaled loss.
    """

    def __init__(self, term: TailTerm, pnl_unit: float) -> None:
        self.term = term
        self.tie = TIE * pnl_unit
        self.possible: Index | None = None
        if term.weights is not None:
            self.possible = np.flatnonzero(term.caps() > NO_CAP)
        mass = (1.0 - term.level) * term.draws
        small = term.draws < 1_000 and (
            term.weights is not None or mass <= 1.0 or term.level <= 0.0
        )
        #: Whether the tail is everything that has any probability: an average without an edge.
        self.whole = bool(small and float(term.caps().sum()) <= 1.0 + 1e-12)

    def _all(self) -> Index:
        return np.arange(self.term.draws) if self.possible is None else self.possible

    def _edge(self, gain: FloatArray) -> int:
        """Rank of the draw at the edge of the tail."""
        term, mass = self.term, 1.0 - self.term.level
        if term.weights is None:
            return min(term.draws - 1, int(mass * term.draws))
        order = np.argsort(gain, kind="stable")
        return min(term.draws - 1, int(np.searchsorted(np.cumsum(term.weights[order]), mass)))

    def classify(
        self, gain: FloatArray, width: float, extra: Index, directions: list[FloatArray], lines: int
    ) -> Classification:
        """Classify around the edge of the tail.

        Parameters
        ----------
        gain : ndarray, shape (S,)
            Hedged P&L.
        width : float
            How many draws to look at one by one.
        extra : ndarray of int
            Draws to look at in any case.
        directions : list of ndarray, shape (S,)
            P&L at hedges to which a relaxation ran off; draws outside the band are grouped along them.
        lines : int
            Lines that can move.

        Returns
        -------
        Classification
            Disjoint sets.
        """
        draws, count = self.term.draws, int(width)
        if self.whole:
            return Classification(NONE, self._all())
        if count >= draws:
            return Classification(self._all(), NONE)
        edge = self._edge(gain)
        first = edge - min(edge, count // 2)
        last = min(draws - 1, first + count)
        placed = np.partition(gain, sorted({first, edge, last}))
        low = float(placed[first]) if first else -np.inf
        high = float(placed[last])
        groups = max(GROUPS_LEAST, GROUPS_A_LINE * lines)
        if high - placed[first] <= self.tie:
            near = np.flatnonzero(np.abs(gain - placed[edge]) <= self.tie)
            if near.size > 2 * count:
                chosen = np.random.default_rng(0).permutation(near)
                kept = np.zeros(draws, dtype=bool)
                kept[chosen[:count]] = kept[extra] = True
                tied = np.zeros(draws, dtype=bool)
                tied[chosen[count : count + self._most_grouped()]] = True
                surely = gain < placed[edge] - self.tie
                along = directions or [self.term.pnl]
                rest, sure = np.flatnonzero(tied & ~kept), np.flatnonzero(surely & ~kept)
                return self._grouped(np.flatnonzero(kept), rest, along, groups, sure)
        inside = gain <= high
        surely = gain < low
        inside &= ~surely
        if extra.size:
            inside[extra] = True
            surely[extra] = False
        band = self._with_cap(np.flatnonzero(inside))
        sure = np.flatnonzero(surely)
        if not directions:
            return Classification(band, sure)
        inside |= surely
        out = np.flatnonzero(~inside)
        if out.size > self._most_grouped():
            out = np.random.default_rng(0).choice(out, self._most_grouped(), replace=False)
        return self._grouped(band, np.concatenate([sure, out]), directions, groups, NONE)

    def _most_grouped(self) -> int:
        tail = (1.0 - self.term.level) * self.term.draws
        return int(max(GROUPED_LEAST, GROUPED_A_TAIL * tail))

    def _with_cap(self, draws: Index) -> Index:
        if self.term.weights is None:
            return draws
        return draws[self.term.caps(draws) > NO_CAP]

    def _grouped(
        self, band: Index, rest: Index, directions: list[FloatArray], groups: int, sure: Index
    ) -> Classification:
        """Group `rest` along one or two directions into cells of equal size."""
        rest = self._with_cap(rest)
        if rest.size == 0:
            return Classification(band, sure)
        along = directions[0][rest]
        if len(directions) == 1:
            order = np.argsort(along, kind="stable")
        else:
            rank = np.empty(rest.size, dtype=np.intp)
            rank[np.argsort(along, kind="stable")] = np.arange(rest.size)
            strip = rank * int(np.sqrt(groups)) // rest.size
            order = np.lexsort((directions[1][rest], strip))
        starts = np.unique(np.linspace(0, rest.size, groups, endpoint=False).astype(np.intp))
        return Classification(self._with_cap(band), sure, rest[order], starts)

    def misplaced(self, found: Classification, gain: FloatArray, edge: float) -> Index:
        """Draws left out that are in the tail, or in a line or group on whose side they are not; worst first.

        Parameters
        ----------
        found : Classification
            What was assumed.
        gain : ndarray, shape (S,)
            Hedged P&L at the relaxation's hedge.
        edge : float
            Its edge of the tail, as P&L.
        """
        if self.whole:
            return NONE
        lost = gain < edge - 1e-2 * self.tie
        lost[found.band] = False
        early = found.sure[gain[found.sure] > edge + 1e-2 * self.tie]
        lost[found.sure] = False
        split = NONE
        if found.grouped.size:
            lost[found.grouped] = False
            over = gain[found.grouped] - edge
            caps = self.term.caps(found.grouped)
            mean = np.add.reduceat(caps * over, found.starts)
            side = np.repeat(np.sign(mean), found.group_sizes())
            split = found.grouped[(side * over < 0.0) & (np.abs(over) > self.tie)]
        wrong = np.concatenate([self._with_cap(np.flatnonzero(lost)), early, split])
        return np.asarray(wrong[np.argsort(-np.abs(gain[wrong] - edge), kind="stable")])
