"""Which column of the Federal Reserve's tables moves which factor, and what is approximate about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stress.files.fed.table import Levels
from stress.units import Unit

__all__ = ["MAPPING", "Mapped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """How columns of the tables move a factor.

    Parameters
    ----------
    factor : str
        Of the model.
    unit : Unit
        Of the move.
    columns : tuple of str
        Concepts it reads (`CONCEPTS`).
    level : callable
        Concepts' levels to the level whose change is the move.
    note : str
        What is approximate; empty where the column is the factor.
    table : {'domestic', 'international'}
        Where the columns stand.
    """

    factor: str
    unit: Unit
    columns: tuple[str, ...]
    level: Callable[[Levels], float]
    note: str
    table: Literal["domestic", "international"] = "domestic"


_TWO_YEARS = (2.0 - 0.25) / (5.0 - 0.25)

#: The visible table: column to factor.
MAPPING: tuple[Mapped, ...] = (
    Mapped(
        factor="market",
        unit="%",
        columns=("stocks",),
        level=lambda x: x["stocks"],
        note="Dow Jones Total Stock Market Index; the factor is the S&P 500",
    ),
    Mapped(
        factor="rates_2y",
        unit="bp",
        columns=("3m", "5y"),
        level=lambda x: (1.0 - _TWO_YEARS) * x["3m"] + _TWO_YEARS * x["5y"],
        note="no 2-year yield is published: the line between 3 months and 5 years, at 2 years",
    ),
    Mapped(factor="rates_10y", unit="bp", columns=("10y",), level=lambda x: x["10y"], note=""),
    Mapped(
        factor="ig_oas",
        unit="bp",
        columns=("bbb", "10y"),
        level=lambda x: x["bbb"] - x["10y"],
        note="BBB yield over the 10-year Treasury; the factor is the option-adjusted spread of all investment grade, "
        "which moves less",
    ),
    Mapped(
        factor="vix",
        unit="pts",
        columns=("vix",),
        level=lambda x: x["vix"],
        note="the quarter's highest close",
    ),
    Mapped(
        factor="usdjpy",
        unit="%",
        columns=("yen",),
        level=lambda x: x["yen"],
        note="",
        table="international",
    ),
)
