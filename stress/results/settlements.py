"""Contracts that settle inside the horizon, and how much hangs on the way there, which nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.portfolio.instruments import Driver, Option
from stress.portfolio.instruments.dates import DAYS_A_YEAR
from stress.portfolio.pricing.expiry import SettlementSensitivity, settlement_sensitivity
from stress.simulation.holdings import ElementaryLeg
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Moves, Revaluation
from stress.simulation.settling import settles_after

__all__ = ["Settlement", "positions_settled", "settlements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What one contract settles at, at the central moves of a scenario.

    Parameters
    ----------
    contract : str
        The option.
    days : float
        Calendar days until it settles.
    last_session : bool
        Whether it settles at the end of the horizon, or beyond it by the calendar: nothing is unknown of the way.
    lower, expected, upper : float
        Proceeds of all that is held of it, negative when short: with the spot at settlement one standard
        deviation of the unknown way below the line between both ends that is straight in logarithms, on it, and above
        it. All three are one at the last session. [book currency]
    """

    contract: str
    days: float
    last_session: bool
    lower: float
    expected: float
    upper: float


def settlements(planned: Plan) -> tuple[Settlement, ...]:
    """Return the contracts that settle no later than the end of the horizon.

    Parameters
    ----------
    planned : Plan
        Of a scenario on a book.

    Returns
    -------
    tuple of Settlement
        By contract; empty for an instantaneous shock, and where nothing is revalued.
    """
    inside = planned.revaluation
    if inside is None or inside.elapsed_days == 0.0:
        return ()
    moves = planned.central_moves()
    found: dict[str, Settlement] = {}
    for held, legs in zip(inside.valuation.holdings, inside.legs, strict=True):
        for leg in legs:
            option = leg.instrument
            if not isinstance(option, Option) or not _settles_within(option, inside):
                continue
            one = _sensitivity(option, inside, moves)
            size = held.quantity * leg.ratio * option.multiplier * _exchange(leg, inside, moves)
            before = found.get(option.contract)
            found[option.contract] = Settlement(
                contract=option.contract,
                days=float(option.days_to_expiry),
                last_session=settles_after(option) >= inside.sessions,
                lower=size * one.lower + (0.0 if before is None else before.lower),
                expected=size * one.middle + (0.0 if before is None else before.expected),
                upper=size * one.upper + (0.0 if before is None else before.upper),
            )
    return tuple(found[contract] for contract in sorted(found))


def positions_settled(inside: Revaluation) -> frozenset[str]:
    """Return the ids of options that are cash when a horizon ends."""
    return frozenset(
        held.position.id
        for held, legs in zip(inside.valuation.holdings, inside.legs, strict=True)
        if all(
            isinstance(leg.instrument, Option) and _settles_within(leg.instrument, inside)
            for leg in legs
        )
    )


def _settles_within(option: Option, inside: Revaluation) -> bool:
    """Say whether an option settles before a horizon ends or at its end; none does in an instantaneous shock."""
    if inside.elapsed_days == 0.0:
        return False
    return option.days_to_expiry <= inside.elapsed_days or inside.has_settled(option)


def _sensitivity(option: Option, inside: Revaluation, moves: Moves) -> SettlementSensitivity:
    spot = Driver("spot", option.underlying)
    return settlement_sensitivity(
        float(inside.base[spot]),
        inside.level(spot, moves),
        option.strike,
        sign=option.sign,
        fraction=min(settles_after(option) / inside.sessions, 1.0),
        horizon_years=inside.elapsed_days / DAYS_A_YEAR,
        vol=inside.valuation.bridges[option.underlying],
    )


def _exchange(leg: ElementaryLeg, inside: Revaluation, moves: Moves) -> float:
    """Value of one unit of the leg's currency at the end, in the book's."""
    return 1.0 if leg.fx is None else float(np.asarray(inside.level(leg.fx, moves)).reshape(-1)[0])
