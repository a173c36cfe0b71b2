"""Instruments, one file each: each knows its drivers and its value.

`INSTRUMENTS` is the family's table: readers, listings and the law tests pick new kinds up from it.
"""

from stress.portfolio.instruments.cash import Cash
from stress.portfolio.instruments.equity import Equity
from stress.portfolio.instruments.instrument import Driver, Instrument, Levels, dated, distinct
from stress.portfolio.instruments.option import Option
from stress.portfolio.instruments.structure import Leg, Structure

__all__ = [
    "INSTRUMENTS",
    "Cash",
    "Driver",
    "Equity",
    "Instrument",
    "Leg",
    "Levels",
    "Option",
    "Structure",
    "dated",
    "distinct",
]

INSTRUMENTS: dict[str, type[Instrument]] = {
    "cash": Cash,
    "equity": Equity,
    "option": Option,
    "structure": Structure,
}
