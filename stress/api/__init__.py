"""The public verbs: open files, call the rooms, no arithmetic."""

from stress.api.hedging import HedgeOptions, compare, hedge
from stress.api.models import calibrate, extend_model
from stress.api.reversing import reverse, worst_case, worst_law
from stress.api.run_options import RunOptions
from stress.api.running import run, run_many
from stress.api.scenarios import REFERENCE_SCENARIO, load_scenario, shock
from stress.files.portfolio import load_portfolio
from stress.opening import DEFAULT_MODEL, BookOptions, load_model, open_book

__all__ = [
    "DEFAULT_MODEL",
    "REFERENCE_SCENARIO",
    "BookOptions",
    "HedgeOptions",
    "RunOptions",
    "calibrate",
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
    "worst_case",
    "worst_law",
]
