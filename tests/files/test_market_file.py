"""The market file: one level a row, everything wrong at once."""

import pytest

from stress.errors import InputError
from stress.files.market_file import read_market
from stress.portfolio.instruments import Driver
from stress.portfolio.market import Level

GOOD = """# as_of: 2025-12-31
kind,name,value,source
spot,NVDA,190.5,close

rate,USD,4.3%,SOFR
rate,USD 10y,4.17%,
dividend,NVDA,0.02%,
vol,VIX,16%,
fx,EUR,1.17,
fx_move,GBP,-2%,
spread,"ACME 5.1 2031",150bp,
vol_beta,NVDA,1.9,fit
skew,NVDA,-0.2,
bid_ask,NVDA,3bp,
"""


def written(tmp_path, text, name="levels.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_read_with_its_tag_and_date(tmp_path):
    given = read_market(written(tmp_path, "\ufeff" + GOOD))

    assert given.as_of == "2025-12-31"
    assert given.levels[Driver("rate", "USD 10y")] == Level(value=0.0417, source="market-file")
    assert given.levels[Driver("spread", "ACME 5.1 2031")].value == pytest.approx(0.015)
    assert given.vol_betas == {"NVDA": 1.9}
    assert given.skews == {"NVDA": -0.2}
    assert given.fx_moves == {"GBP": -0.02}
    assert given.bid_asks == {"NVDA": pytest.approx(0.0003)}
    assert given.label == "levels.csv"
    assert len(given.content_hash) == 64


def test_everything_wrong_is_said_at_once_with_its_place(tmp_path):
    bad = """kind,name,value
rat,USD,4%
rate,,4%
rate,USD,
rate,EUR,2
spot,NVDA,190
spot,NVDA,191
vol,NVDA,x
"""
    with pytest.raises(InputError) as caught:
        read_market(written(tmp_path, bad))

    text = str(caught.value)
    places = [(p.line, p.column) for p in caught.value.problems]
    assert places == [(2, 1), (3, 2), (4, 3), (5, 3), (7, 2), (8, 3)]
    assert "levels.csv:2:1: 'rat' is not a kind of level. Did you mean 'rate'?" in text
    assert "Remove it, or line 6." in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no row"),
        ("ticker,price\nNVDA,1\n", "the first line is 'ticker,price'"),
        (b"kind,name,value\nspot,\xff\xfe,1\n", "not UTF-8"),
        (b"kind,name,value\nspot,A\0,1\n", "NUL"),
        ("# as_of: yesterday\nkind,name,value\n", "'yesterday' is not a date"),
        ('kind,name,value\nspot,"A,1\n', "unexpected end of data"),
        ("kind,name,value,value\nspot,A,1,2\n", "'value' stands twice .columns 3 and 4."),
        (
            "kind,name,value\nspot,A,1,234.50\n",
            "levels.csv:2: 4 cells under 3 titles: 'spot,A,1,234.50'",
        ),
        ("kind,name,value,source\nspot,A,1,234.50,close\n", "5 cells under 4 titles"),
    ],
)
def test_what_is_no_market_file_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_market(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file"):
        read_market(tmp_path / "nowhere.csv")
