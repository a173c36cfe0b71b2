"""Totals of an IBKR activity statement: each is that of its category and currency, wherever cash stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.files.portfolio import check_portfolio

Written = Callable[[str], Path]

HEAD = """Statement,Header,Field Name,Field Value
Statement,Data,Period,"December 30, 2025"
Account Information,Header,Field Name,Field Value
Account Information,Data,Base Currency,USD
"""
CASH = """Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures,
Cash Report,Data,Ending Cash,EUR,10000,10000,0,
Cash Report,Data,Ending Cash,USD,-5530,-5530,0,
"""
OPEN = """Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Basis,Close Price,Value,Code
Open Positions,Data,Summary,Stocks,USD,NVDA,100,1,15000,187.54,18754,
Open Positions,Data,Summary,Stocks,USD,AMD,-50,1,-10000,215.00,-10750,
Open Positions,Total,,Stocks,USD,,,,5000,,8004,
Open Positions,Data,Summary,Stocks,EUR,ASML,20,1,16000,915.00,18300,
Open Positions,Total,,Stocks,EUR,,,,16000,,18300,
Open Positions,Total,,Stocks,USD,,,,18720,,21411,
Open Positions,Data,Summary,Equity and Index Options,USD,NVDA 16JAN26 200 C,-5,100,-2000,2.15,-1075,
Open Positions,Total,,Equity and Index Options,USD,,,,-2000,,-1075,
Open Positions,Data,Summary,Futures,USD,ESH6,1,50,345000,6950,347500,
Open Positions,Total,,Futures,USD,,,,345000,,347500,
"""


@pytest.mark.parametrize("text", [HEAD + CASH + OPEN, HEAD + OPEN + CASH])
def test_totals_are_met_wherever_cash_stands(written: Written, text: str) -> None:
    check = check_portfolio(written(text), fx={"EUR": 1.17})
    assert [total.stated for total in check.totals] == [8_004.0, 21_411.0, -1_075.0]
    assert all(total.met for total in check.totals)
    assert not [one for one in check.portfolio.warnings if "the file states" in one]


def test_a_total_that_its_rows_do_not_make_is_said(written: Written) -> None:
    check = check_portfolio(
        written(HEAD + CASH + OPEN.replace(",8004,", ",9004,")), fx={"EUR": 1.17}
    )
    [told] = [one for one in check.portfolio.warnings if "the file states" in one]
    assert "9,004.00 for 'Total Stocks USD', the rows read add up to 8,004.00: -1,000.00" in told
