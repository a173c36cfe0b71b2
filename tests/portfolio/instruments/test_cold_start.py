"""A book without options loads no scipy: the start of a run on a CSV stays short."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import stress.portfolio.instruments, stress.portfolio.market, stress.portfolio.volatility
from stress.portfolio.instruments import Driver, Equity, Option
Equity("NVDA").value({Driver("spot", "NVDA"): 1.0})
Option(underlying="NVDA", right="put", strike=1.0, expiry="2026-06-20", style="american", multiplier=100,
       currency="USD")
heavy = {name.split(".")[0] for name in sys.modules} & {"scipy", "pandas", "cvxpy", "matplotlib"}
assert not heavy, heavy
"""


def test_instruments_load_no_scipy():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
