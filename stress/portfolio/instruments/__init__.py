"""Instruments, one file each: each knows its drivers and its value."""

from stress.portfolio.instruments.bond import Bond, DurationBond
from stress.portfolio.instruments.cash import Cash
from stress.portfolio.instruments.currency import ForeignHolding, FXForward
from stress.portfolio.instruments.equity import Equity
from stress.portfolio.instruments.fund import FundLookThrough
from stress.portfolio.instruments.future import Future
from stress.portfolio.instruments.instrument import (
    Driver,
    Instrument,
    Levels,
    dated,
    distinct,
    over_sessions,
)
from stress.portfolio.instruments.leveraged_fund import LeveragedFund, variance_drag
from stress.portfolio.instruments.option import Option
from stress.portfolio.instruments.structure import Leg, Structure, collar, vertical_spread

__all__ = [
    "Bond",
    "Cash",
    "Driver",
    "DurationBond",
    "Equity",
    "FXForward",
    "ForeignHolding",
    "FundLookThrough",
    "Future",
    "Instrument",
    "Leg",
    "Levels",
    "LeveragedFund",
    "Option",
    "Structure",
    "collar",
    "dated",
    "distinct",
    "over_sessions",
    "variance_drag",
    "vertical_spread",
]
