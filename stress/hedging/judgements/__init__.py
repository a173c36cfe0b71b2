"""Hedges judged: in scenarios, on fresh draws, against selling down, by what remains and what must hold."""

from stress.hedging.judgements.conditions import conditions
from stress.hedging.judgements.fresh_draws import fresh_draws
from stress.hedging.judgements.ordinary_sessions import exposures, ordinary_day
from stress.hedging.judgements.scenario_effects import day_after, scenario_effects, worst_found
from stress.hedging.judgements.selling_down import selling_down, whole_book

__all__ = [
    "conditions",
    "day_after",
    "exposures",
    "fresh_draws",
    "ordinary_day",
    "scenario_effects",
    "selling_down",
    "whole_book",
    "worst_found",
]
