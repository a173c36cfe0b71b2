"""Names whose own news is drawn apart though it is one: share classes, funds on one index, stand-ins of one name.

The law draws what factors leave of each name on its own. For two classes of one company's shares that is not
so: long one and short the other they cancel, and both long they add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.tables import listing, percent

__all__ = ["drawn_apart"]

#: Classes of one company's shares, and funds on one index with the sign of their multiple.
_ONE: Sequence[tuple[str, Mapping[str, float]]] = (
    *(
        ("shares of one company", dict.fromkeys(classes.split(), 1.0))
        for classes in (
            "GOOG GOOGL", "BRK-A BRK-B", "FOX FOXA", "NWS NWSA", "UA UAA", "LEN LEN-B", "BF-A BF-B", "HEI HEI-A",
            "Z ZG", "LBTYA LBTYB LBTYK", "LILA LILAK", "UHAL UHAL-B", "MOG-A MOG-B", "GEF GEF-B",
        )
    ),
    ("funds on one index of volatility", {"VIXY": 1.0, "VXX": 1.0, "UVXY": 1.0, "SVXY": -1.0}),
    ("funds on one index of semiconductors", {"SOXX": 1.0, "SOXL": 1.0, "SOXS": -1.0}),
)  # fmt: skip
#: Below this change of the standard deviation of a P&L nothing is said: a share of it, and of NAV.
_MATERIAL, _SEEN = 0.05, 5e-4
_LISTED = 5


def drawn_apart(planned: Plan, pnl: PnL) -> tuple[str, ...]:
    """Say which names are drawn apart that are one, and what the P&L would vary by if they were drawn as one.

    Parameters
    ----------
    planned : Plan
        Of the book.
    pnl : PnL
        Its draws.

    Returns
    -------
    tuple of str
        A sentence a group that changes the standard deviation of the P&L by a twentieth or more; without the figures
        where returns compound, for a product of two moves is not their sum.
    """
    if len(pnl.totals) < 2 or planned.completed.degrees_of_freedom <= 2.0:
        return ()
    variance = float(pnl.totals.var(ddof=1))
    words = []
    apart = math.sqrt(variance)
    for what, signs in _groups(planned):
        own = [sign * _own(planned, name) for name, sign in signs.items()]
        more = planned.completed.mixing_mean * (math.fsum(own) ** 2 - math.fsum(x * x for x in own))
        as_one = math.sqrt(max(variance + more, 0.0))
        nav = planned.book.nav
        if abs(as_one - apart) < max(_MATERIAL * apart, _SEEN * nav):
            continue
        said = f"{listing(sorted(signs), most=_LISTED)}: {what}, their own news drawn apart."
        if not planned.completed.compound:
            said += (
                f" As one, the P&L would vary by about {percent(as_one / nav, signed=False)} of NAV, not "
                f"{percent(apart / nav, signed=False)} (standard deviation)."
            )
        words.append(said)
    return tuple(words)


def _own(planned: Plan, name: str) -> float:
    """Return the standard deviation of what is a name's own in an ordinary horizon. [book currency]."""
    i = planned.book.name_index[name]
    grown = 1.0 + planned.central_returns()[i] if planned.completed.compound else 1.0
    return float(planned.book.values[i] * planned.specific[i] * grown)


def _groups(planned: Plan) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield held names that are one, two or more, with what makes them so and the sign of each."""
    book = planned.book
    # These do what they themselves did on the drawn sessions: together, if they are one.
    together = {book.names[i] for i in planned.residuals}
    proxied = {
        row.ticker: row.model_name
        for row in book.coverage.rows
        if row.status == "proxy" and row.model_name is not None and row.ticker in book.name_index
    }
    for what, signs in _ONE:
        held = {
            name: sign
            for name, sign in signs.items()
            if name in book.name_index and name not in proxied and name not in together
        }
        if len(held) > 1:
            yield what, held
    for lender in sorted(set(proxied.values())):
        held = {
            ticker: 1.0 for ticker, of in proxied.items() if of == lender and ticker not in together
        }
        if lender in book.name_index and lender not in proxied and lender not in together:
            held[lender] = 1.0
        if len(held) > 1:
            yield f"moves of {lender} are lent to them", held
