"""The public verbs: open files, call the rooms, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.api.combining import combine, sweep
from stress.api.models import extend_model
from stress.api.reversing import reverse, worst_case, worst_law
from stress.api.run_options import RunOptions
from stress.api.running import run, run_many
from stress.api.scenarios import REFERENCE_SCENARIO, load_scenario, shock
from stress.files.portfolio import load_portfolio
from stress.later import loaded_later
from stress.opening import DEFAULT_MODEL, BookOptions, load_model, open_book

if TYPE_CHECKING:
    from stress.api.hedging import HedgeOptions, compare, hedge
    from stress.api.many_books import TailOptions, tails
    from stress.files.calibrating import calibrate

__all__ = [
    "DEFAULT_MODEL",
    "REFERENCE_SCENARIO",
    "BookOptions",
    "HedgeOptions",
    "RunOptions",
    "TailOptions",
    "calibrate",
    "combine",
    "compare",
    "extend_model",
    "hedge",
    "load_model",
    "load_portfolio",
    "load_scenario",
    "open_book",
    "reverse",
    "run",
    "run_many",
    "shock",
    "sweep",
    "tails",
    "worst_case",
    "worst_law",
]


#: What a run does without, the solver among it.
_LATER = {
    "HedgeOptions": "stress.api.hedging",
    "TailOptions": "stress.api.many_books",
    "calibrate": "stress.files.calibrating",
    "compare": "stress.api.hedging",
    "hedge": "stress.api.hedging",
    "tails": "stress.api.many_books",
}


__getattr__ = loaded_later(__name__, _LATER)
