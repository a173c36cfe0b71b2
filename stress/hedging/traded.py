"""`Traded`: a book and what a hedge of it trades, compiled once, to be revalued under any law."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stress.arrays import FloatArray
from stress.hedging.hedged_book import hedged_book
from stress.hedging.laws import Law, central, outcomes
from stress.hedging.lines.candidates import Candidates
from stress.hedging.outcomes import Outcomes
from stress.simulation.book import Book

__all__ = ["Traded"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traded:
    """A book with the lines of a hedge, those that are not traded left out.

    Parameters
    ----------
    book : Book
        Unhedged.
    candidates : Candidates
        The traded lines alone, H of them.
    units : ndarray, shape (H,)
        Signed.
    trades : ndarray, shape (M,)
        The same among all lines of the setting.
    """

    book: Book
    candidates: Candidates
    units: FloatArray
    trades: FloatArray

    def central(self, law: Law) -> tuple[float, float]:
        """Return the expected P&L before and after, at the central moves of a law."""
        pnl, unit = central(self.book, self.candidates, law)
        return pnl, pnl + float(unit @ self.units)

    def outcomes(self, law: Law, *, draws: int, seed: int) -> Outcomes:
        """Draw the book and one unit of each traded line."""
        return outcomes(self.book, self.candidates, law, draws=draws, seed=seed)

    def unshocked(self) -> Traded:
        """Return it with currencies whose move is stated held still (`Book.unshocked`)."""
        return replace(
            self,
            book=self.book.unshocked(),
            candidates=self.candidates.unshocked(),
        )

    def hedged_book(self) -> Book:
        """Return the hedged book as a book."""
        return hedged_book(self.book, self.candidates, self.units)
