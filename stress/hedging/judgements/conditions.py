"""What must hold for a hedge to work, and the P&L when it fails."""

from __future__ import annotations

from dataclasses import replace

from stress.hedging.hedge_plan import Condition
from stress.hedging.laws import Law
from stress.hedging.prepared import Setting
from stress.hedging.regression import regressed
from stress.hedging.traded import Traded
from stress.scenarios.scenario import Scenario, VolatilityRule

__all__ = ["conditions"]


#: Standard deviation of a vol beta, a judgement: half of it.
_BETA_SD = 0.5
_SMILES: dict[VolatilityRule, str] = {
    "sticky-strike": "sticky strike",
    "sticky-moneyness": "sticky moneyness (the smile moves with the spot)",
    "spot-coordinated": "spot-coordinated (the smile moves against the spot)",
}


def conditions(
    setting: Setting, traded: Traded, reference: Scenario | None
) -> tuple[Condition, ...]:
    """Return what must hold for the hedge to work, and the P&L when it fails by two standard deviations, the worse way."""
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
        stated = Law(scenario=reference, exact=True)
        _, holds = traded.central(stated)
        scales = [1.0 - 2.0 * _BETA_SD, 1.0 + 2.0 * _BETA_SD]
        fails, scale = min((traded.central(replace(stated, beta_scale=x))[1], x) for x in scales)
        what = f"vol rule: vol betas as used; failing: {scale:g} times them (2 x an assumed sd of {_BETA_SD:.0%})"
        found.append(Condition(what=what, holds=holds, fails=fails, where=reference.id))
        own = reference.volatility_rule
        rules = [rule for rule in _SMILES if rule != own]
        fails, other = min((traded.central(replace(stated, rule=rule))[1], rule) for rule in rules)
        what = f"smile rule: {_SMILES[own]}; failing: {_SMILES[other]}, the worse of the other two"
        found.append(Condition(what=what, holds=holds, fails=fails, where=reference.id))
    return tuple(found)
