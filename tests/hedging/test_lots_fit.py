"""A line that no whole lot fits is refused or named, never silently gone from a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError
from stress.hedging.comparing.compare import compare_strategies
from stress.hedging.lots_fit import check_lots
from stress.hedging.prepared import setting_of
from stress.hedging.propose import propose, solved
from stress.hedging.settings import HedgeSettings

DRAWS = 2_000


def asked(book, universe, **words):
    return setting_of(book, universe, [], HedgeSettings(**{"draws": DRAWS, **words}))


def with_line(universe, id_, **words):
    """The universe with some figures of one line changed."""
    lines = tuple(replace(line, **words) if line.id == id_ else line for line in universe.lines)
    return replace(universe, lines=lines)


def test_a_lot_larger_than_the_share_of_daily_volume_is_refused_by_line_lot_and_limit(book, small):
    large = with_line(small, "SMH", adv=2_000.0, lot=1_000.0, row=7)

    with pytest.raises(InputError) as refused:
        propose(asked(book, large))
    said = str(refused.value)
    assert refused.value.exit_code == 3
    assert f"{small.label}:7" in said
    assert "no whole lot of 'SMH' can be traded" in said
    assert "one lot is 1,000 units" in said
    assert "10% of its average daily volume of 2,000, which is 200." in said
    assert 'adv_share="50%", whole_lots=False' in said
    with pytest.raises(InputError, match="'SMH'"):
        compare_strategies(asked(book, large), names=["do_nothing", "proposal"], frontier=False)

    # What the message says to give helps, and what is not rounded needs no whole lot.
    assert check_lots(asked(book, large, adv_share=0.5)) == ()
    assert check_lots(asked(book, large, whole_lots=False)) == ()
    others = compare_strategies(asked(book, large), names=["do_nothing"], frontier=False)
    assert others.rows[0].name == "do_nothing"


def test_a_lot_of_more_than_a_day_has_no_share_of_volume_that_helps(book, small):
    large = with_line(small, "SMH", adv=2_000.0, lot=2_001.0)
    with pytest.raises(InputError) as refused:
        check_lots(asked(book, large))
    assert "or give whole_lots=False" in str(refused.value)


def test_all_such_lines_are_named_at_once(book, small):
    large = with_line(with_line(small, "SMH", lot=1e9), "QQQ", lot=1e9)
    with pytest.raises(InputError) as refused:
        check_lots(asked(book, large))
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("words", "limit", "shut"),
    [
        ({"max_ticket": 0.002}, 'max_ticket="0.2%" (20,000 USD)', "MNQH6"),
        ({"turnover": 0.002}, 'turnover="0.2%" (20,000 USD)', "MNQH6"),
        ({"gross_share": 0.002}, 'gross_share="0.2%" (19,784 USD)', "MNQH6"),
        ({"budget": 1e-7}, 'budget="1e-05%" (1 USD)', "MNQH6"),
        ({"adv_share": 1e-9}, 'adv_share="1e-07%"', "SMH"),
    ],
)
def test_lines_that_limits_of_the_book_shut_are_named(book, small, words, limit, shut):
    """The notional of a micro future on the Nasdaq is above 50,000 dollars."""
    (said,) = (text for text in check_lots(asked(book, small, **words)) if limit in text)
    assert shut in said
    at = asked(book, small, **words, scenario_share=1.0)
    assert not solved(at).trades[at.candidates.index(shut)]
    assert said in propose(at).warnings


def test_a_limit_of_zero_shuts_all_lines_alike_and_names_none(book, small):
    assert check_lots(asked(book, small)) == ()
    for words in ({"adv_share": 0.0}, {"gross_share": 0.0}, {"budget": 0.0}, {"turnover": 0.0}):
        assert check_lots(asked(book, small, **words)) == ()


def test_a_position_of_which_no_whole_unit_may_be_sold_is_named(book, small):
    held = book.portfolio.positions[0]
    at = asked(book, small, sell_down_share=0.5 / held.quantity)
    (said,) = check_lots(at)
    assert f"sell {held.id}" in said
    assert "sell_down_share=" in said
    line = at.candidates.index(f"sell {held.id}")
    assert not np.any(solved(at).trades[line])
