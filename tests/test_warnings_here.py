"""Warnings are silenced in the thread that reads a file, and in no other, then or later."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest

from stress.files.portfolio import load_portfolio
from stress.warnings_here import warnings_here


def test_nothing_is_left_of_many_readers_at_once(tmp_path: Path) -> None:
    before, path = list(warnings.filters), tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    for row in (["ticker", "quantity", "price", "currency"], ["NVDA", 10, 100, "USD"]):
        book.active.append(row)
    book.save(path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: load_portfolio(path), range(60)))
    assert warnings.filters == before


def test_two_threads_that_overlap_put_back_what_was_there() -> None:
    before = list(warnings.filters)
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with warnings_here("ignore"):
            inside.set()
            leave.wait(10.0)

    with warnings_here("ignore"):
        thread = threading.Thread(target=other)
        thread.start()
        assert inside.wait(10.0)
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", UserWarning, stacklevel=1)
    leave.set()
    thread.join()
    assert warnings.filters == before


def test_what_becomes_of_a_warning_of_this_thread() -> None:
    with pytest.raises(DeprecationWarning), warnings_here("error", DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with warnings_here("error", DeprecationWarning):
            warnings.warn("another kind", UserWarning, stacklevel=1)
        with warnings_here("ignore"):
            warnings.warn("unheard", UserWarning, stacklevel=1)
    assert [str(one.message) for one in said] == ["another kind"]


def test_filters_that_are_swapped_meanwhile_keep_nothing() -> None:
    with warnings.catch_warnings():
        before = list(warnings.filters)
        with warnings_here("ignore"):
            warnings.filters = list(warnings.filters)
        assert warnings.filters == before
