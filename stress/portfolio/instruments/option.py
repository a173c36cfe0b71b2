"""Options on a share or fund, European or American: Black-Scholes-Merton with a dividend yield.

An option reads its own implied volatility, ``Driver("vol", option.contract)``: each contract has its
place on the smile, and the volatility rule of the scenario says how it moves (`portfolio.volatility`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, get_args

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import currency_faults, name_faults
from stress.portfolio.instruments.dates import DAYS_A_YEAR, days_between
from stress.portfolio.instruments.instrument import NO_DEBT, Driver, Levels, ValueRange
from stress.portfolio.instruments.terms import date_faults, is_above_zero, put_numbers

__all__ = ["Option", "Right", "Style"]

Right = Literal["call", "put"]
Style = Literal["european", "american"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One contract: the right to buy (call) or sell (put) `multiplier` shares at `strike`.

    Parameters
    ----------
    underlying : str
        Ticker of the share or fund.
    right : {'call', 'put'}
        To buy or to sell.
    strike : float
        Above zero. [currency per share]
    expiry : str
        ISO date of the last trading day; given as any kind of date.
    style : {'european', 'american'}
        Exercise at expiry only, or at any time.
    multiplier : float
        Shares a contract, above zero. There is no default: 100 is usual in the United States, 10, 1
        and 1000 exist.
    currency : str
        ISO code of strike and price; names the interest rate the option reads.
    root : str
        Of its symbol where that is another name than the underlying's: SPXW of weekly options on SPX.
    as_of : str or None
        ISO date from which days to expiry are counted; `dated` sets it. Needed by `value`.

    Raises
    ------
    InputError
        All that is wrong with the terms, at once.

    Notes
    -----
    The last trading day counts in full: an option valued at the close of its expiry has no time left
    and is worth its intrinsic value. Years are calendar days over 365.
    """

    underlying: str
    right: Right
    strike: float
    expiry: str
    style: Style
    multiplier: float
    currency: str
    as_of: str | None = None
    root: str = ""
    kind: ClassVar[str] = "option"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        put_numbers(self, "strike", "multiplier")
        problems = [
            Problem(message=f"option on {self.underlying or '?'}: {text}")
            for text in self._faults()
        ]
        if problems:
            raise InputError(problems)

    def _faults(self) -> list[str]:
        faults = name_faults(underlying=self.underlying)
        if self.right not in get_args(Right):
            faults.append(f"right {self.right!r} is neither 'call' nor 'put'.")
        if self.style not in get_args(Style):
            faults.append(f"style {self.style!r} is neither 'european' nor 'american'.")
        if not is_above_zero(self.strike):
            faults.append(f"strike {self.strike!r} is not a number above zero.")
        if not is_above_zero(self.multiplier):
            faults.append(
                f"multiplier {self.multiplier!r} is not a number above zero; state the shares a "
                "contract (100 is usual in the United States)."
            )
        faults += currency_faults(currency=self.currency)
        return faults + date_faults(self, "expiry", may_be_none=("as_of",))

    @property
    def contract(self) -> str:
        """The contract in words, e.g. ``"NVDA 2026-06-20 140 P"``: the name of its volatility."""
        return f"{self.root or self.underlying} {self.expiry} {self.strike:.10g} {self.right[0].upper()}"

    @property
    def sign(self) -> float:
        """Return +1 for a call, -1 for a put."""
        return 1.0 if self.right == "call" else -1.0

    @property
    def days_to_expiry(self) -> int:
        """Calendar days from `as_of` to expiry.

        Raises
        ------
        InputError
            If the option has no `as_of`.
        """
        if self.as_of is None:
            raise InputError(
                f"{self.contract}: no valuation date. State the date of the positions (as_of)."
            )
        return days_between(self.as_of, self.expiry)

    def dated(self, as_of: str) -> Option:
        """Return the option counted from `as_of`; an option that has expired by then is refused.

        Raises
        ------
        InputError
            If expiry is before `as_of`.
        """
        days = days_between(as_of, self.expiry)
        if days < 0:
            raise InputError(
                f"{self.contract}: expired {-days} days before {as_of}. "
                "Remove the row, or book what it settled to."
            )
        return replace(self, as_of=as_of)

    def drivers(self) -> tuple[Driver, ...]:
        """Read spot, the contract's volatility, the currency's rate and the dividend yield."""
        return (
            Driver("spot", self.underlying),
            Driver("vol", self.contract),
            Driver("rate", self.currency),
            Driver("dividend", self.underlying),
        )

    def years(self, elapsed_days: float = 0.0) -> float:
        """Years left `elapsed_days` after `as_of`, never below zero. [years, Act/365]."""
        return max(self.days_to_expiry - elapsed_days, 0.0) / DAYS_A_YEAR

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the value of one contract.

        Parameters
        ----------
        levels : mapping
            Spot [currency], volatility [per square root of a year], rate and dividend yield
            [continuously compounded, a year]; floats or arrays over draws.
        elapsed_days : float
            Calendar days since `as_of`. At or past expiry the value is the intrinsic value at the
            spot given: pass the spot the option settled at (`pricing.expiry.settlement_spot`).

        Returns
        -------
        ndarray
            Of the levels' shape; `multiplier` times the value of one share's option.
        """
        spot, vol, rate, dividend = (levels[driver] for driver in self.drivers())
        years = self.years(elapsed_days)
        match self.style:
            case "european":
                from stress.portfolio.pricing.black_scholes import european_value

                per_share = european_value(
                    spot, self.strike, years, rate, dividend, vol, sign=self.sign
                )
            case "american":
                from stress.portfolio.pricing.american import american_value

                per_share = american_value(
                    spot, self.strike, years, rate, dividend, vol, sign=self.sign
                )
        return self.multiplier * per_share

    def value_range(self) -> ValueRange:
        """Return 0 to the strikes received for nothing of a put, to any amount of a call."""
        return NO_DEBT if self.right == "call" else ValueRange(0.0, self.strike * self.multiplier)

    def notional_at(self, levels: Levels) -> float:
        """Return the value of the shares it is on."""
        return self.multiplier * float(levels[Driver("spot", self.underlying)])
