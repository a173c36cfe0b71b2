"""What determines the draws of a book: the basis on which a stored run is gone on with, or refused."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from stress.factors.sameness import put_arrays

if TYPE_CHECKING:
    from stress.simulation.book import Book
    from stress.simulation.valuation import Valuation

__all__ = ["book_hash"]


def book_hash(book: Book) -> str:
    """Return the SHA-256 of a book as it is compiled.

    Parameters
    ----------
    book : Book
        Books of one hash have the same P&L under every draw. In it are the model's law, names, values,
        exposures and specific volatilities, and for what is revalued in full the contracts, market levels
        and what moves each of them (vol betas, skews, ways to settlements, stated currency moves). How a book was opened
        (stand-ins, market files) shows in these, and the order of its rows in none.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    digest.update(
        "\0".join([book.model.content_hash, book.portfolio.currency, *book.names]).encode()
    )
    # Whose own moves a stated name has: not those of a name that borrows its exposures.
    own = [source != "proxy" for source in book.sources]
    put_arrays(
        digest,
        book.values,
        book.exposures,
        book.specific_volatility,
        book.needs_draws.astype("f8"),
    )
    digest.update(repr(own).encode())
    if book.valuation is not None:
        digest.update("\n".join(_written(book.valuation)).encode())
    return digest.hexdigest()


def _written(valuation: Valuation) -> list[str]:
    """Write what is revalued, a line a holding, level and mover."""
    read = valuation.movers
    levels = valuation.market.levels
    return [
        f"as of {valuation.market.as_of}",
        *(
            f"{held.position.id}: {held.quantity!r} x {held.instrument!r}"
            for held in valuation.holdings
        ),
        *sorted(
            f"{driver!r} = {float(levels[driver].value)!r}" for driver in read if driver in levels
        ),
        *sorted(f"{point!r} = {level.value!r}" for point, level in valuation.curves.items()),
        *sorted(f"{driver!r} by {mover!r}" for driver, mover in read.items()),
        *sorted(f"bridge of {name}: {way!r}" for name, way in valuation.bridges.items()),
    ]
