"""What must hold for a hedge to work, and the P&L when it fails."""

from __future__ import annotations

from stress.hedging.hedge_plan import Condition
from stress.hedging.laws import Law
from stress.hedging.prepared import Setting
from stress.hedging.regression import regressed
from stress.hedging.traded import Traded
from stress.scenarios.scenario import Scenario

__all__ = ["conditions"]


#: Standard deviation of a vol beta, a judgement: half of it.
_BETA_SD = 0.5


def conditions(
    setting: Setting, traded: Traded, reference: Scenario | None
) -> tuple[Condition, ...]:
    """Return what must hold for the hedge to work, and the P&L when it fails by two standard deviations."""
    if not traded.units.any():
        return ()
    law = setting.baseline
    legs = law.unit_pnl @ traded.trades
    line = regressed(law.pnl, legs)
    found = [
        Condition(
            what=f"basis: book and hedge move together (R2 {line.explained:.0%} in the baseline)",
            holds=0.0,
            fails=-2.0 * line.left,
            where="an ordinary session",
        )
    ]
    options = traded.candidates.mask("put", "call", "put_spread", "collar")
    if reference is not None and options.any():
        _, holds = traded.central(Law(scenario=reference, exact=True))
        scale = max(0.0, 1.0 - 2.0 * _BETA_SD)
        for what, law_ in (
            (
                f"vol rule: vol betas as stated; failing: {scale:g} times them (2 x an assumed sd of {_BETA_SD:.0%})",
                Law(scenario=reference, exact=True, beta_scale=scale),
            ),
            (
                "smile rule: sticky strike; failing: the smile moves with the spot (sticky moneyness)",
                Law(scenario=reference, exact=True, rule="sticky-moneyness"),
            ),
        ):
            _, fails = traded.central(law_)
            found.append(Condition(what=what, holds=holds, fails=fails, where=reference.id))
    return tuple(found)
