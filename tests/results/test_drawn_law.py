"""Page and JSON say which generator drew the factor moves, from how many sessions, and what stays t."""

from __future__ import annotations

import math
import re

import pytest

from stress.api import run


def page_of(generator: str) -> tuple[str, dict[str, object]]:
    found = run(
        "ai_growth", "deepseek-2025-01-27", draws=300, model_range=False, generator=generator
    )
    return " ".join(repr(found).split()), found.to_dict()["law"]


def test_the_t_law_is_called_so() -> None:
    page, law = page_of("t")
    assert "law joint Student-t" in page
    assert law["generator"] == "t"
    assert law["sessions"] == 0
    assert "V averages" not in page
    assert "times an ordinary day's" in page


def test_history_is_called_so_with_its_sessions_and_what_stays_t() -> None:
    page, law = page_of("filtered-history")
    assert law["sessions"] == 504
    assert (
        f"factors: filtered history, whole past sessions at today's volatility, 504 sessions of the model since {law['since']}"
        in page
    )
    assert "names' own moves joint Student-t" in page
    widened = float(re.search(r"variances are ([0-9.]+) times an ordinary day's", page).group(1))
    times = float(re.search(r"beside what is stated times ([0-9.]+);", page).group(1))
    assert times == pytest.approx(math.sqrt(widened), abs=0.01)
    page, law = page_of("bootstrap")
    assert law["generator"] == "bootstrap"
    assert "factors: blocks of past sessions as they were, 504 sessions" in page
