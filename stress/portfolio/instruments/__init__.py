"""Instruments, one file each: each knows its drivers and its value."""

from stress.portfolio.instruments.bond import Bond, DurationBond
from stress.portfolio.instruments.cash import Cash
from stress.portfolio.instruments.currency import ForeignHolding, FXForward
from stress.portfolio.instruments.equity import Equity
from stress.portfolio.instruments.fund import FundLookThrough
from stress.portfolio.instruments.future import Future
from stress.portfolio.instruments.instrument import (
    CreditSensitive,
    Driver,
    Instrument,
    Levels,
    ValueRange,
    dated,
    distinct,
    needs_date,
    over_sessions,
)
from stress.portfolio.instruments.leveraged_fund import LeveragedFund, variance_drag
from stress.portfolio.instruments.option import Option
from stress.portfolio.instruments.structure import Leg, Structure, collar, vertical_spread

__all__ = [
    "Bond",
    "Cash",
    "CreditSensitive",
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
    "ValueRange",
    "collar",
    "dated",
    "distinct",
    "needs_date",
    "over_sessions",
    "variance_drag",
    "vertical_spread",
]
