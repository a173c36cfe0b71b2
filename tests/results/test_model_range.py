"""Which names of the model the names of a book follow: asked of the whole ledger once."""

from dataclasses import replace

import pytest

from stress.simulation.varied import model_names


class Counted(tuple):
    """Rows of a ledger, and how often they were gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


@pytest.fixture
def proxied(toy):
    return toy.book({"AAA": 500.0, "YYY": 300.0, "ZZZ": 200.0}, proxy={"YYY": "BBB", "ZZZ": "AAA"})


def test_a_name_follows_itself_or_what_stands_in_for_it(proxied):
    names = dict(zip(proxied.names, model_names(proxied), strict=True))
    assert (names["AAA"], names["YYY"], names["ZZZ"]) == ("AAA", "BBB", "AAA")


def test_the_ledger_is_gone_through_once_however_many_names_have_stand_ins(proxied):
    rows = Counted(proxied.coverage.rows)
    model_names(replace(proxied, coverage=replace(proxied.coverage, rows=rows)))
    assert rows.times == 1
