"""The order of a file's rows counts for nothing: neither its net asset value nor a digest knows it."""

import operator
import random
from functools import reduce

import pytest

import stress
from stress.files.portfolio import load_portfolio

#: Odd prices, whose sum in binary depends on the order in which they are added.
ROWS = [
    f"{ticker},{quantity},{price},USD"
    for ticker, quantity, price in (
        ("NVDA", 5500.3, 185.13),
        ("AVGO", 2000.7, 345.77),
        ("VST", 3500.1, 160.61),
        ("MSFT", 1200.9, 485.37),
        ("LLY", 450.7, 1070.11),
        ("SOXX", -1900.3, 300.19),
        ("TSLA", -700.9, 450.43),
        ("CASH", 1234567.89, 1),
    )
]


def orders(rows):
    draw = random.Random(5)
    return [rows, rows[::-1], *(draw.sample(rows, len(rows)) for _ in range(6))]


def book(written, rows, header="ticker,quantity,price,currency", **options):
    return load_portfolio(written("\n".join(["# as_of: 2025-12-31", header, *rows])), **options)


def test_net_asset_value_does_not_depend_on_it(written):
    values = {book(written, rows).nav for rows in orders(ROWS)}

    assert len(values) == 1
    in_order = {
        reduce(operator.add, [p.market_value for p in book(written, rows).positions])
        for rows in orders(ROWS)
    }
    assert len(in_order) > 1, "numbers whose plain sum is one in any order prove nothing"


def test_nor_do_positions_that_are_added_up(written):
    lots = [f"NVDA,{quantity},185.13,USD" for quantity in (0.1, 0.2, 0.3, 0.7, 1e5, -2.3)]
    found = {
        (merged.quantity, merged.market_value)
        for rows in orders(lots)
        for merged in book(written, rows, merge=True).positions
    }

    assert len(found) == 1


@pytest.mark.parametrize("rebalance", [True, False])
def test_nor_does_the_digest_of_a_path(written, rebalance):
    digests = {
        stress.run(
            book(written, rows), "ai-winter-path", draws=500, rebalance=rebalance
        ).manifest.digest
        for rows in orders(ROWS)[:5]
    }

    assert len(digests) == 1
