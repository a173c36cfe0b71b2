"""What reading a position costs does not grow with their number; what it costs in time is in `benchmarks/core.py`."""

import cProfile
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from stress.files.portfolio import check_portfolio


@pytest.mark.slow
def test_calls_a_row(written: Callable[[str], Path]) -> None:
    draw = random.Random(7)
    rows = [
        f"T{i},{draw.randint(-500, 5000)},{draw.uniform(5, 500):.2f},USD,Name {i},A{i % 7},S{i % 11}\n"
        for i in range(4_000)
    ]

    def calls(count: int) -> int:
        path = written(
            "ticker,quantity,price,currency,name,account,sector\n" + "".join(rows[:count])
        )
        with cProfile.Profile() as profile:
            check_portfolio(path)
        return sum(entry.callcount for entry in profile.getstats())

    few, some, many = (calls(count) for count in (1_000, 2_000, 4_000))
    # Counted, not timed, so that a slow minute of the machine changes nothing: 164 to 169 here.
    assert (many - some) / 2_000 < 200
    assert (many - some) / 2_000 < 1.1 * (some - few) / 1_000
