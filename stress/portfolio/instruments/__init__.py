"""Instruments, one file each: each knows its drivers and its value.

`INSTRUMENTS` is the family's table: readers, listings and the law tests pick new kinds up from it.
"""

from stress.portfolio.instruments.cash import Cash
from stress.portfolio.instruments.equity import Equity
from stress.portfolio.instruments.instrument import Driver, Instrument, Levels

__all__ = ["INSTRUMENTS", "Cash", "Driver", "Equity", "Instrument", "Levels"]

INSTRUMENTS: dict[str, type[Instrument]] = {"cash": Cash, "equity": Equity}
