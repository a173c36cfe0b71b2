"""The ladder of options that one row of a hedge universe stands for: strikes of each rung, and what its legs make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from stress.errors import InputError, Problem
from stress.files.universes.cells import number_of, read_number
from stress.portfolio.instruments import Instrument, Option, collar, vertical_spread

__all__ = ["instrument_of", "right_of", "rungs_of"]


def rungs_of(
    kind: str, row: Mapping[str, str], number: int, spot: float | None
) -> list[tuple[float, ...]]:
    """Strikes of each rung: one for an option, two (``95%/85%``) for a spread or collar."""
    wanted = 2 if kind in ("put_spread", "collar") else 1
    written = row.get("strike") or row.get("moneyness") or ""
    relative = not row.get("strike")
    if row.get("strike") and row.get("moneyness"):
        raise InputError(
            Problem(
                message=f"{kind} states strike {row['strike']} and moneyness {row['moneyness']}.",
                line=number,
                hint="State one of them; several strikes are written with a bar.",
            )
        )
    if not written:
        raise InputError(Problem(message=f"{kind} has neither strike nor moneyness.", line=number))
    if relative and spot is None:
        raise InputError(
            Problem(
                message=f"moneyness of {row['underlying']}: its price in {row.get('currency') or 'USD'} is not in the file.",
                line=number,
                hint="Add a stock or etf row with its price in the currency of the strikes, or state strikes.",
            )
        )
    step = number_of(row, "strike_step")
    rungs = []
    for part in written.split("|"):
        parts = [piece.strip() for piece in part.split("/")]
        if len(parts) != wanted:
            raise InputError(
                Problem(
                    message=f"'{part}' has {len(parts)} strikes; a {kind} has {wanted}.",
                    line=number,
                )
            )
        values = tuple(_one(piece, relative, number) for piece in parts)
        if relative and spot is not None:
            unit = 1.0 if step is None else step
            values = tuple(max(round(value * spot / unit), 1) * unit for value in values)
        rungs.append(values)
    return rungs


def _one(text: str, relative: bool, number: int) -> float:
    if not relative:
        return read_number(text, "strike", number)
    if not text.endswith("%"):
        raise InputError(Problem(message=f"moneyness '{text}' has no %.", line=number))
    return read_number(text[:-1], "moneyness", number) / 100.0


def right_of(kind: str, leg: int) -> Literal["call", "put"]:
    """Return what a leg is: the second leg of a collar is its call."""
    return "call" if kind == "call" or (kind == "collar" and leg == 1) else "put"


def instrument_of(kind: str, legs: list[Option]) -> tuple[Instrument, str]:
    """Return the option, spread or collar of its legs, and its id."""
    match kind:
        case "put_spread":
            spread = vertical_spread(bought=legs[0], sold=legs[1])
            return spread, spread.name
        case "collar":
            both = collar(put=legs[0], call=legs[1])
            return both, both.name
        case _:
            return legs[0], legs[0].contract
