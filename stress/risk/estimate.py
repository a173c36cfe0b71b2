"""`Estimate`: one number with its simulation error, its unit, its sign and its condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One measure of a P&L distribution.

    Parameters
    ----------
    measure : str
        ``mean``, ``standard_deviation``, ``value_at_risk``, ``expected_shortfall``,
        ``probability_of_loss``.
    level : float or None
        Confidence level, or the loss that `probability_of_loss` asks about.
    value : float
        In `unit`.
    standard_error : float or None
        Simulation error only; None where undefined.
    unit : str
        A currency, or ``"probability"``.
    sign : {'loss', 'gain'}
        Whether positive means money lost or gained.
    conditional_on : str or None
        The scenario's id; None for no scenario.
    note : str or None
        Why an error is undefined, for instance.
    """

    measure: str
    level: float | None
    value: float
    standard_error: float | None
    unit: str
    sign: Literal["loss", "gain"]
    conditional_on: str | None
    note: str | None = None
