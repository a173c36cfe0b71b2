"""What is refused about weights says what to do, and it works."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio


def test_borrowing_as_a_row_of_cash_is_read_where_weights_of_more_than_one_and_a_half_are_not(
    written: Callable[[str], Path],
) -> None:
    rows = "ticker,weight\nNVDA,0.9\nMSFT,0.8\n"
    with pytest.raises(InputError, match=r"leverage above 1\.5 is refused") as caught:
        load_portfolio(written(rows), nav=100.0)
    found = re.search(r"row of cash, (\w+) with (-[\d.]+),", str(caught.value))
    assert found is not None
    book = load_portfolio(written(f"{rows}{found[1]},{found[2]}\n"), nav=100.0)
    assert sum(p.market_value for p in book.positions) == pytest.approx(100.0)
