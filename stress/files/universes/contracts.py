"""Which of the contracts that are quoted for a future of a hedge universe it is renewed with."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import Problem
from stress.files.universes.quotes import Quote
from stress.files.universes.rows import UniverseRow
from stress.portfolio.instruments.codes import contract_month, contract_root

__all__ = ["contract_of"]


def contract_of(
    row: UniverseRow, quoted: Sequence[Quote], *, near: str, as_of: str, label: str
) -> tuple[Quote | None, Problem | None]:
    """Return the quote that a future is renewed with.

    Parameters
    ----------
    row : UniverseRow
        The future.
    quoted : sequence of Quote
        Those that name a contract of it, its own or another.
    near : str
        ISO date that the code of its own contract is read by.
    as_of : str
        ISO date of the quotes.
    label : str
        Name of their file.

    Returns
    -------
    taken : Quote or None
        Of those with a price: its own contract where it is not past; else the nearest of its root that is not; else the
        latest.
    problem : Problem or None
        Where all are of other roots, or several may be meant and their codes do not say which is nearest.
    """
    priced = [quote for quote in quoted if "price" in quote.cells] or list(quoted)
    months = {
        quote.line: contract_month(quote.id, near if quote.id == row.id else as_of)
        for quote in priced
    }
    live = [q for q in priced if not months[q.line] or months[q.line] >= as_of[:7]]
    own = [quote for quote in live if quote.id == row.id]
    if own:
        return own[0], None
    if live and contract_month(row.id, near):
        root = contract_root(row.id, near)
        alike = [q for q in live if not months[q.line] or contract_root(q.id, as_of) == root]
        if not alike:
            other = live[0]
            return None, Problem(
                message=f"{other.id} is no later {row.id}: a contract of another root, of a size of its own.",
                file=label,
                line=other.line,
                hint=f"Quote a contract of {root}, or state {other.id} with its multiplier in the universe.",
            )
        live = alike
    if not live:
        return max(priced, key=lambda quote: months[quote.line]), None
    nearest = min(months[quote.line] for quote in live)
    first = [quote for quote in live if months[quote.line] in ("", nearest)]
    if len(first) == 1:
        return first[0], None
    named = " and ".join(f"{quote.id} (line {quote.line})" for quote in first)
    return None, Problem(
        message=f"{row.name} may become {named}: which of them is not said.",
        file=label,
        line=first[-1].line,
        hint="Leave in the one contract that the future rolls into.",
    )
