import ast
import datetime
import re
import shlex
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pytest

from stress.errors import InputError
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.prices import Prices
from stress.files.factor_file import read_factors
from stress.files.prices.findings import CODES as KINDS
from stress.files.prices.identical import identical_series
from stress.files.prices.reading import read_prices
from stress.files.prices.titles import ALSO_TICKERS, DATE_TITLES, LEVEL_TITLES, TICKER_TITLES

SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices"


def days(count):
    return [day.strftime("%Y-%m-%d") for day in pd.bdate_range("2024-01-02", periods=count)]


def walk(count, seed=0, start=100.0):
    steps = np.random.default_rng(seed).normal(0.0, 0.01, count)
    return np.round(start * np.cumprod(1.0 + steps), 4)


def wide(tmp_path, columns, dates=None, name="prices.csv"):
    frame = pd.DataFrame(columns, index=dates or days(len(next(iter(columns.values())))))
    path = tmp_path / name
    frame.to_csv(path, index_label="Date")
    return path


@pytest.fixture
def book(tmp_path):
    return {f"T{n}": walk(60, seed=n) for n in range(6)}


def accepting(waiver):
    """How a hint says it: typed, and in Python."""
    return f"accept it with --waive {waiver} (in Python waive=['{waiver}'])."


def factor(name, *series, **given):
    described = {"kind": "relative", "unit": "%", "measure": "return", **given}
    return FactorDefinition(name=name, title=name, description="", series=series, **described)


def yields_of(*series):
    """Factors, each the difference of one series."""
    absolute = {"kind": "absolute", "unit": "pts", "measure": "difference"}
    return FactorDefinitions(factors=tuple(factor(one, one, **absolute) for one in series))


def problems(path, **options):
    with pytest.raises(InputError) as error:
        read_prices(path, **options)
    return str(error.value)


def test_a_wide_file(tmp_path, book):
    read = read_prices(wide(tmp_path, book))
    assert read.names == tuple(book)
    assert read.dates == tuple(days(60))
    assert np.array_equal(read.levels[:, 2], book["T2"])
    assert read.warnings == ()
    assert read.sources[0][0] == "prices.csv"


def test_blanks_stay_blank(tmp_path, book):
    book["T0"][:30] = np.nan
    read = read_prices(wide(tmp_path, book))
    assert np.isnan(read.levels[:30, 0]).all()
    assert np.isfinite(read.levels[30:, 0]).all()


def test_a_long_file_prefers_the_adjusted_close(tmp_path):
    lines = ["Ticker,Date,Open,Close,Adj Close"]
    for t, day in enumerate(days(30)):
        lines += [f"BBB,{day},1,2,{10 + t % 3}", f"AAA,{day},1,2,{20 + t % 4}"]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(lines))
    read = read_prices(path)
    assert read.names == ("AAA", "BBB")
    assert read.levels[:4, 1].tolist() == [10.0, 11.0, 12.0, 10.0]


@pytest.mark.parametrize(
    ("ticker", "level"),
    [
        ("variable", "value"),
        ("bbg", "px_last"),
        ("Security", "Last Price"),
        ("RIC", "Closing Price"),
    ],
)
def test_a_long_file_by_other_titles(tmp_path, book, ticker, level):
    whole = pd.DataFrame(book, index=days(60)).rename_axis("Date").reset_index()
    melted = whole.melt(id_vars="Date", var_name=ticker, value_name=level)
    path = tmp_path / "long.csv"
    melted.to_csv(path, index=False)
    for source in (path, melted):
        read = read_prices(source)
        assert read.names == tuple(book)
        assert np.array_equal(read.levels, whole.drop(columns="Date"))


def test_a_column_of_words_is_told_what_a_long_file_calls_its_tickers(tmp_path, book):
    whole = pd.DataFrame(book, index=days(60)).rename_axis("Date").reset_index()
    path = tmp_path / "long.csv"
    whole.melt(id_vars="Date", var_name="what", value_name="close").to_csv(path, index=False)
    said = problems(path)
    assert said.startswith(f"{path}: the column 'what' holds words ('T0'), not levels. Of a long")
    assert "call the column of tickers 'ticker' and that of prices 'close'" in said


def test_a_ticker_may_be_called_as_a_title_is(tmp_path, book):
    book["ID"], book["NAME"] = walk(60, seed=8), walk(60, seed=9)
    assert read_prices(wide(tmp_path, book)).names == tuple(book)


@pytest.mark.parametrize("title", [*DATE_TITLES, *TICKER_TITLES, *ALSO_TICKERS, *LEVEL_TITLES])
def test_every_title_is_in_the_docs(title):
    page = (Path(__file__).parents[2] / "docs" / "market-inputs.md").read_text(encoding="utf-8")
    assert f"`{title}`" in page.split("### Price files")[1].split("###")[0]


def test_a_series_is_named_like_its_file(tmp_path):
    one = tmp_path / "DGS10.csv"
    one.write_text(
        "date,value\n" + "".join(f"{d},{4 + i % 3 / 10}\n" for i, d in enumerate(days(30)))
    )
    two = tmp_path / "vix_daily.csv"
    two.write_text(
        "DATE,OPEN,HIGH,LOW,CLOSE\n"
        + "".join(f"{d},1,3,1,{15 + i % 5}\n" for i, d in enumerate(days(30)))
    )
    read = read_prices([one, two], factors=yields_of("DGS10", "VIX"))
    assert read.names == ("DGS10", "VIX")
    assert read.levels[1].tolist() == [4.1, 16.0]


def test_only_days_with_a_price_are_rows(tmp_path, book):
    yields = tmp_path / "DGS10.csv"
    more = [day.strftime("%Y-%m-%d") for day in pd.bdate_range("2023-12-01", periods=100)]
    yields.write_text(
        "date,value\n" + "".join(f"{day},{4 + n % 2}\n" for n, day in enumerate(more))
    )
    read = read_prices([wide(tmp_path, book), yields], factors=yields_of("DGS10"))
    assert read.dates == tuple(days(60))
    assert np.isfinite(read.levels[:, read.index["DGS10"]]).all()


def test_a_day_carried_over_for_all_is_a_finding(tmp_path, book):
    for values in book.values():
        values[30] = values[29]
    path = wide(tmp_path, book)
    assert f"no price moves on 1 session(s): {days(60)[30]}." in problems(path)
    assert len(read_prices(path, waive=["holiday"]).dates) == 60
    alone = wide(tmp_path, {"T0": book["T0"]}, name="alone.csv")
    assert len(read_prices(alone).dates) == 60


def test_a_rate_that_stands_still_for_a_month_is_a_finding(tmp_path, book):
    rate = 4.0 + 0.01 * walk(60, seed=9)
    rate[30:52] = rate[30]
    path = wide(tmp_path, {**book, "DGS10": rate})
    assert "'DGS10' stands still for 21 sessions" in problems(path, factors=yields_of("DGS10"))
    rate[51] += 0.01
    path = wide(tmp_path, {**book, "DGS10": rate})
    assert read_prices(path, factors=yields_of("DGS10")).names[-1] == "DGS10"


def test_parquet(tmp_path, book):
    path = tmp_path / "prices.parquet"
    pd.DataFrame(book, index=pd.DatetimeIndex(days(60), name="Date")).to_parquet(path)
    read = read_prices(path)
    assert read.names == tuple(book)
    assert read.dates == tuple(days(60))
    long = pd.DataFrame(book, index=days(60)).rename_axis("date").reset_index()
    long = long.melt("date", var_name="ticker", value_name="close").sample(frac=1.0, random_state=0)
    for name, frame in (
        ("rows", long.sort_values(["ticker", "date"])),
        ("levels", long.set_index(["date", "ticker"]).sort_index()),
        ("one", long.sort_values(["ticker", "date"]).set_index("ticker")),
        (
            "numbered",
            pd.DataFrame(book, index=days(60)).rename_axis("date").reset_index().rename_axis("row"),
        ),
        ("numbers", pd.DataFrame(book, index=[int(day.replace("-", "")) for day in days(60)])),
    ):
        frame.to_parquet(tmp_path / f"{name}.parquet")
        again = read_prices(tmp_path / f"{name}.parquet")
        assert (again.names, again.dates) == (read.names, read.dates)
        np.testing.assert_array_equal(again.levels, read.levels)
    (tmp_path / "not.parquet").write_text("date,A\n")
    assert "is not a Parquet file" in problems(tmp_path / "not.parquet")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("20240131", "2024-01-31"),
        ("2024-01-31 00:00:00", "2024-01-31"),
        ("01/31/2024", "2024-01-31"),
        ("31/01/2024", "2024-01-31"),
        ("31-Jan-2024", "2024-01-31"),
        ("31 JAN 2024", "2024-01-31"),
    ],
)
def test_dates_in_other_forms(tmp_path, written, iso):
    path = tmp_path / "A.csv"
    path.write_text(f"date,A\n{written},100.5\n")
    assert read_prices(path, waive=["short"]).dates == (iso,)


def test_an_ambiguous_date_is_refused(tmp_path):
    path = tmp_path / "A.csv"
    path.write_text("date,A\n01/02/2024,100\n03/04/2024,101\n")
    text = problems(path)
    assert "A.csv:2: '01/02/2024' is not a date." in text
    assert "Write dates as 2025-01-27." in text


def test_a_semicolon_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "p.csv"
    both = zip(days(30), walk(30), walk(30, seed=1), strict=True)
    rows = "".join(f"{d};{x};{y}\r\n" for d, x, y in both)
    path.write_bytes(("\ufeffDate;A;B\r\n" + rows).encode())
    assert read_prices(path).names == ("A", "B")
    path.write_bytes(("Date;A;B\r\n" + rows).encode("utf-16"))
    assert read_prices(path).names == ("A", "B")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"Date\n2024-01-02\n", "has one column, 'Date'"),
        (b"Date,A,A\n2024-01-02,1,2\n", "p.csv:1:3: the name 'A' is already that of column 2"),
        (b"Date,A,\n2024-01-02,1,2\n", "p.csv:1:3: the column has no name"),
        (b"Date,A,B\n", "has a header and no rows"),
        (b"Date,A,B\n2024-01-02,1\n2024-01-03,1,2,3\n", "is not a table"),
        (b"Date,A\n2024-01-02,\"1,234.5\"\n", "p.csv:2: 'A': '1,234.5' is not a number. Write it without commas: 1234.5."),
        (b"Date,A\n2024-01-02,\"1,486,590\"\n", "'1,486,590' is not a number. Write it without commas: 1486590."),
        (b"Date,A\n2024-01-02,\"386,59\"\n", "p.csv:2: 'A': '386,59' is not a number. Write it with a decimal point: 386.59."),
        (b"Date,A\n2024-01-02,\"1.386,59\"\n", "'1.386,59' is not a number. Write it with a decimal point: 1386.59."),
        (b"Date,A\n2024-01-02,\"0,512\"\n", "'0,512' is not a number. Write it with a decimal point: 0.512."),
        (b"Date,A\n2024-01-02,\"1,486\"\n", "'1,486' is not a number. Write 1486, or 1.486 if its comma is a decimal one."),
        (b"Date,A\n2024-01-02,\"1,486\"\n2024-01-03,986.5\n", "'1,486' is not a number. Write it without commas: 1486."),
        (b"Date,A\n2024-01-02,\"1,486\"\n2024-01-03,\"1,51\"\n", "'1,486' is not a number (2 such cells in the column). Write it with a decimal point: 1.486."),
        (b"Date,A\n2024-01-02,\"386,59\"\n2024-01-03,386.5\n2024-01-04,386.7\n", "Write it with a decimal point: 386.59."),
        (b"Date,A\n2024-01-02,\"1,2 x\"\n", "'1,2 x' is not a number. Leave the cell blank"),
        (b"Date,A\n2024-01-02,oops\n", "p.csv:2: 'A': 'oops' is not a number. Leave the cell blank"),
        (b"Date,A\n2024-01-02,inf\n", "p.csv:2: 'A' is infinite"),
        (b"Date,A\n2024-13-02,1\n", "p.csv:2: '2024-13-02' is not a date"),
        (b"Date,A\n,1\n", "p.csv:2: the date is blank"),
        (b"Date,A\n2024-01-02,0\n", "p.csv:2: the price of 'A' on 2024-01-02 is 0"),
        (b"Date,A\n2024-01-02,-3\n", "the price of 'A' on 2024-01-02 is -3"),
        (b"Date,A\n2024-01-02,1\x00\n", "holds a NUL byte"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\xfa", "is not text in UTF-8"),
        (b"Ticker,Date,Volume\nA,2024-01-02,3\n", "has tickers but none of the columns"),
        (b"Ticker,Date,Close\nA,2024-01-02,3\nA,2024-01-02,4\n", "p.csv:3: A has a second price on 2024-01-02; the first is in line 2"),
        (b"Ticker,Date,Close\n,2024-01-02,3\n", "p.csv:2: the ticker is blank"),
    ],
)  # fmt: skip
def test_what_is_no_price_file(tmp_path, content, message):
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    assert message in problems(path, waive=["short"])


def test_a_missing_file_and_a_folder(tmp_path):
    assert "no such file" in problems(tmp_path / "none.csv")
    assert "this is a folder" in problems(tmp_path)
    with pytest.raises(InputError, match="no price file"):
        read_prices([])


def test_all_problems_of_all_files_at_once(tmp_path):
    (tmp_path / "a.csv").write_text("Date,A\n2024-01-02,x\nnever,2\n")
    (tmp_path / "b.csv").write_text("Date\n")
    text = problems([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert "a.csv:2: 'A': 'x'" in text
    assert "a.csv:3: 'never' is not a date" in text
    assert "b.csv:1: has one column" in text


def doubtful(tmp_path, book, code):
    """A file with one doubtful thing, and what it is waived by."""
    dates = days(60)
    match code:
        case "unsorted":
            dates[10], dates[11] = dates[11], dates[10]
            return wide(tmp_path, book, dates), "dates", f"{dates[11]} follows {dates[10]}"
        case "duplicate-date":
            dates[11] = dates[10]
            return wide(tmp_path, book, dates), dates[10], "stands twice"
        case "weekend":
            dates[4] = "2024-01-06"
            return wide(tmp_path, book, dates), "2024-01-06", "is a weekend day with prices"
        case "stray-row":
            for name in ("T1", "T2", "T3", "T4", "T5"):
                book[name][0] = np.nan
            return wide(tmp_path, book, dates), dates[0], "has prices of 1 of about 6 series"
        case "empty":
            book["T3"][:] = np.nan
            return wide(tmp_path, book, dates), "T3", "'T3' has no price at all"
        case "short":
            book["T3"][:50] = np.nan
            return wide(tmp_path, book, dates), "T3", "'T3' has 10 price(s)"
        case "ended":
            book["T3"][50:] = np.nan
            return (
                wide(tmp_path, book, dates),
                "T3",
                f"last price on {dates[49]}, 10 sessions before",
            )
        case "gap":
            book["T3"][20:22] = np.nan
            return wide(tmp_path, book, dates), "T3", f"is blank on {dates[20]}, {dates[21]}"
        case "stale":
            book["T3"][20:27] = 99.0
            return wide(tmp_path, book, dates), "T3", f"6 sessions after {dates[20]} at 99"
        case "future":
            dates[-1] = "2999-12-31"
            return wide(tmp_path, book, dates), dates[-1], "2999-12-31 is after today"
        case "jump":
            book["T3"][30:] = np.round(book["T3"][30:] / 10.0, 4)
            return wide(tmp_path, book, dates), "T3", "looks like a 10:1 split"
    raise AssertionError(code)


CODES = ("unsorted", "duplicate-date", "weekend", "stray-row", "empty", "short", "ended", "gap", "stale", "jump", "future")  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_what_is_doubtful_is_refused_and_can_be_waived(tmp_path, book, code):
    path, subject, message = doubtful(tmp_path, book, code)
    # a day to come is far from the rest, too
    beside = ["hole"] if code == "future" else []
    text = problems(path, waive=beside)
    assert message in text
    assert accepting(f"{code}:{subject}") in text
    assert len(text.splitlines()) == 1
    for waiver in (f"{code}:{subject}", code):
        read = read_prices(path, waive=[waiver, *beside])
        assert read.warnings[0].startswith(f"waived {code}: ")
        assert message in read.warnings[0]
    problems(path, waive=[f"{code}:OTHER", *beside])


def test_what_a_waiver_does_to_the_rows(tmp_path, book):
    path, _, _ = doubtful(tmp_path, dict(book), "unsorted")
    read = read_prices(path, waive=["unsorted"])
    assert list(read.dates) == sorted(read.dates)
    path, day, _ = doubtful(tmp_path, dict(book), "duplicate-date")
    read = read_prices(path, waive=["duplicate-date"])
    assert read.levels[read.dates.index(day), 0] == book["T0"][11]
    path, day, _ = doubtful(tmp_path, dict(book), "weekend")
    assert day not in read_prices(path, waive=["weekend"]).dates
    stray = {name: values.copy() for name, values in book.items()}
    path, day, _ = doubtful(tmp_path, stray, "stray-row")
    assert day not in read_prices(path, waive=["stray-row"]).dates
    gone = {name: values.copy() for name, values in book.items()}
    path, name, _ = doubtful(tmp_path, gone, "empty")
    assert name not in read_prices(path, waive=["empty"]).names


def test_a_yield_may_stand_still_jump_and_pause(tmp_path, book):
    book["Y"] = np.repeat([0.1, 0.2, 0.3, 0.4], 15)
    book["Y"][30:] += 0.3
    book["Y"][40] = np.nan
    path = wide(tmp_path, book)
    text = problems(path)
    assert "jump:Y" in text
    assert "stale:Y" in text
    assert "gap:Y" in text
    assert read_prices(path, factors=yields_of("Y")).warnings == ()


def test_two_sources_that_disagree(tmp_path, book):
    first = wide(tmp_path, book)
    other = {"T1": book["T1"] * 3.0, "T2": book["T2"].copy()}
    other["T2"][25] *= 1.03
    second = wide(tmp_path, other, name="venue.csv")
    text = problems([first, second])
    assert "venue.csv: 'T2' moves differently" in text
    assert "on 2 day(s)" in text
    assert "'T1'" not in text
    read = read_prices([first, second], waive=["disagree:T2"])
    assert np.array_equal(read.levels[:, 2], book["T2"])
    assert read.names == tuple(book)


@pytest.fixture
def halves(book):
    """One history by date in two frames that share ten days."""
    whole = pd.DataFrame(book, index=days(60)).rename_axis("Date")
    return whole, whole.iloc[:35].copy(), whole.iloc[25:].copy()


def test_a_history_split_by_date_is_one_whatever_the_order_of_its_files(tmp_path, halves):
    whole, early, late = halves
    expected = read_prices(whole).levels
    for parts in ((early, late), (late, early), (late, whole, early), (early, late.iloc[10:])):
        read = read_prices(list(parts))
        assert read.dates == tuple(days(60))
        assert np.array_equal(read.levels, expected)
        assert read.warnings == ()
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for frame, path in zip((late, early), paths, strict=True):
        frame.to_csv(path)
    assert np.array_equal(read_prices(paths).levels, expected)


def test_files_printed_with_fewer_digits_agree_to_rounding(halves):
    whole, early, late = halves
    read = read_prices([early.round(2), late])
    assert np.allclose(read.levels, whole, rtol=0.0, atol=0.005)
    assert read_prices([early, late.astype(np.float32)]).dates[-1] == days(60)[-1]
    six_digits = late.map(lambda price: float(f"{price:.6g}"))
    assert read_prices([early, six_digits]).warnings == ()


@pytest.mark.parametrize("order", ["early first", "late first"])
def test_a_rebased_download_is_not_joined(tmp_path, halves, order):
    _, early, late = halves
    early["T1"] = (early["T1"] * 0.998).round(4)
    paths = [tmp_path / "early.csv", tmp_path / "late.csv"]
    early.to_csv(paths[0])
    late.to_csv(paths[1])
    if order == "late first":
        paths.reverse()
    text = problems(paths)
    known, other = (path.name for path in paths)
    assert f"{other}: 'T1' on 2024-0" in text
    day = re.search(r"'T1' on (\S+) is", text)[1]
    for frame in (early, late):
        assert f"{frame.loc[day, 'T1']:g}" in text
    assert f"in {known} (apart on 10 of 10 shared dates): the 25 dates that stand here" in text
    assert "Take both from one download" in text
    assert "--waive disagree:T1 " in text
    assert "'T2'" not in text
    read = read_prices(paths, waive=["disagree:T1", "ended:T1"])
    alone = early if order == "early first" else late
    held = np.isfinite(read.levels[:, 1])
    assert list(np.array(read.dates)[held]) == list(alone.index)
    assert np.isfinite(read.levels[:, 2]).all()


def test_a_seam_without_a_shared_date_is_a_day_like_any_other(halves):
    _, early, late = halves
    late["T1"] *= 2.0
    late["T2"] += 100.0
    parts = [early.iloc[:30], late.iloc[5:]]
    text = problems(parts)
    assert "DataFrame 1, DataFrame 2: 'T1' moves" in text
    assert f"on {days(60)[30]}" in text
    assert "jump:T2" in text
    assert np.array_equal(
        read_prices(parts, factors=yields_of("T2"), waive=["jump:T1"]).levels[30:, 2],
        late["T2"].iloc[5:],
    )


def test_a_yield_split_by_date_is_joined_and_a_blank_filled_by_the_other_file(halves):
    _, early, late = halves
    early["T3"] = early["T3"].round(2) - 100.0
    late["T3"] = late["T3"].round(2) - 100.0
    early.loc[days(60)[28], "T3"] = np.nan
    read = read_prices([early, late], factors=yields_of("T3"))
    assert np.isfinite(read.levels[:, 3]).all()
    late["T3"] += 0.02
    assert "--waive disagree:T3 " in problems([early, late], factors=yields_of("T3"))


def test_what_a_factor_names_and_no_file_holds_is_found(tmp_path, book):
    book["T1"][30] *= 1.7
    path = wide(tmp_path, book)
    definitions = FactorDefinitions(
        factors=(
            factor("market", "T0"),
            factor("chips", "T1", "T2", "T33", "ZZZZ"),
            factor("power", "NONE", "GONE"),
        ),
        source="f.toml",
    )
    text = problems(path, factors=definitions)
    assert accepting("jump:T1") in text  # all at once
    assert (
        "f.toml: factor 'chips' names 'T33', which no price file holds. Did you mean 'T3'" in text
    )
    assert f"holds. Correct it, or {accepting('missing-member:ZZZZ')}" in text
    assert (
        "f.toml: factor 'power' is measured on 'NONE', 'GONE', which no price file holds." in text
    )
    assert "missing-member:NONE" not in text
    whole = FactorDefinitions(factors=definitions.factors[:2])
    waive = ["jump", "missing-member:t33"]
    assert "ZZZZ" in problems(path, factors=whole, waive=waive)
    for more in ("missing-member:ZZZZ", "missing-member"):
        read = read_prices(path, factors=whole, waive=[*waive, more])
        # Nothing of the prices was accepted but the jump.
        assert [line[:11] for line in read.warnings] == ["waived jump"]
    said = read_prices(path, waive=waive).warnings
    assert "waiver missing-member:t33 was not needed." in said


def test_an_unknown_waiver_and_a_needless_one(tmp_path, book):
    path = wide(tmp_path, book)
    assert "'jmup' is no kind of problem. Did you mean 'jump'?" in problems(path, waive=["jmup:A"])
    assert "names nothing after the colon" in problems(path, waive=["jump:"])
    assert read_prices(path, waive=["jump:T1"]).warnings == ("waiver jump:T1 was not needed.",)


def test_many_findings_of_one_kind_are_counted(tmp_path):
    book = {f"N{n:02}": walk(40, seed=n) for n in range(40)}
    for values in book.values():
        values[20:] *= 3.0
    text = problems(wide(tmp_path, book))
    assert len(text.splitlines()) == 27
    assert "and 15 more of the kind 'jump'." in text
    assert text.endswith(
        "40 findings in all. Accept them, once looked at, with --waive jump (in Python waive=['jump'])"
    )


def test_what_would_accept_every_finding_is_one_line_that_can_be_pasted(tmp_path, book):
    book["T3"][20:27] = 99.0
    book["T 4"] = walk(60, seed=9)
    book["T 4"][40:] = np.round(book["T 4"][40:] / 10.0, 4)
    path = wide(tmp_path, book)
    said = problems(path).splitlines()[-1]
    typed, python = said.removesuffix(")").split("once looked at, with ")[1].split(" (in Python ")
    options = shlex.split(typed)
    assert options == ["--waive", "stale:T3", "--waive", "jump:T 4"]
    assert len(read_prices(path, waive=options[1::2]).warnings) == 2
    assert ast.literal_eval(python.removeprefix("waive=")) == options[1::2]


def test_waivers_that_are_none_are_said_in_words_of_no_shell(book):
    assert problems(memory(book), waive=["jmup:A"]).startswith("waiver jmup:A: 'jmup' is no kind")


def test_a_waiver_names_a_series_as_the_file_or_as_books_do(tmp_path, book):
    book["brk.b"] = walk(60, seed=9)
    book["brk.b"][20:27] = 99.0
    path = wide(tmp_path, book)
    assert accepting("stale:BRK-B") in problems(path)
    for written in ("brk.b", "BRK.B", "BRK-B"):
        (accepted,) = read_prices(path, waive=[f"stale:{written}"]).warnings
        assert accepted.startswith("waived stale: 'BRK-B'")
    assert read_prices(path, waive=["stale:brk.b", "stale:brk.a"]).warnings[1:] == (
        "waiver stale:brk.a was not needed.",
    )


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
class TestPublished:
    def test_the_dirty_file_does_not_pass_silently(self):
        text = problems(SHARED / "close_wide_dirty_2020_2025.csv")
        for day in ("2018-03-07", "2018-11-01", "2019-11-11"):
            assert f"{day} has prices of 1 of about 42 series" in text
        assert "'VRT' is blank on 2021-04-19, 2021-10-25, 2022-03-08" in text

    def test_its_single_venue_closes_show_against_a_second_source(self):
        text = problems(
            [SHARED / "adjclose_wide_2018_2025.csv", SHARED / "close_wide_dirty_2020_2025.csv"],
            waive=["jump", "stale", "stray-row", "gap"],
        )
        assert "'VRT' moves differently" in text
        assert "most on 2022-01-25 (by 5.5%)" in text

    def test_real_extremes_are_named_and_waivable(self):
        path = SHARED / "adjclose_wide_2018_2025.csv"
        text = problems(path)
        assert "'PCG' moves -52.4% on 2019-01-14, +74.6% on 2019-01-24" in text
        assert "'SVXY' moves -83.0% on 2018-02-06" in text
        read = read_prices(path, waive=["jump", "stale"])
        assert len(read.names) == 231

    def test_long_and_wide_agree(self):
        """Levels differ by later dividends, moves do not."""
        long = read_prices(SHARED / "ohlcv_long_2021_2025.csv")
        assert len(long.names) == 39
        both = [SHARED / "adjclose_wide_2018_2025.csv", SHARED / "ohlcv_long_2021_2025.csv"]
        read = read_prices(both, waive=["jump", "stale"])
        assert not any("moves differently" in warning for warning in read.warnings)

    def test_the_bundled_definitions_are_held_by_the_bundled_files(self):
        definitions = read_factors(Path(__file__).parents[2] / "models" / "us-ai.toml")
        assert len(definitions.factors) == 27
        assert isinstance(definitions.factors[0], FactorDefinition)
        assert definitions.differenced == {
            "DGS2",
            "DGS10",
            "DGS30",
            "BAMLH0A0HYM2",
            "BAMLC0A0CM",
            "VIX",
        }


def test_series_that_are_not_asked_for_are_not_judged(tmp_path, book):
    book["T5"][20:] *= 3.0
    book["T4"][10] = -1.0
    path = wide(tmp_path, book)
    said = problems(path)
    assert "'T5' moves" in said
    assert "the price of 'T4'" in said
    read = read_prices(path, only=("T0", "T2", "elsewhere"))
    assert read.names == ("T0", "T2")
    assert read.warnings == ()
    assert np.array_equal(read.levels[:, 1], book["T2"])
    assert "'T5' moves" in problems(path, only=("T0", "T5"))
    # Rows are judged whoever is asked for.
    twice = wide(tmp_path, book, dates=[*days(59), days(59)[-1]], name="twice.csv")
    assert "twice" in problems(twice, only=("T0",))


# One series under two names


def test_two_names_of_one_series_are_refused_or_accepted_by_name(tmp_path, book):
    book["COPY"] = book["T1"] * 2.0
    path = wide(tmp_path, book)
    said = problems(path)
    assert "'COPY' moves exactly like 'T1' on all 60 sessions they share" in said
    assert accepting("identical:COPY") in said
    assert read_prices(path, waive=["identical:COPY"]).warnings[0].startswith("waived identical:")


def test_a_copy_is_found_over_blanks_and_a_near_copy_is_not(tmp_path, book):
    book["COPY"] = np.where(np.arange(60) < 20, np.nan, book["T1"])
    book["NEAR"] = book["T2"].copy()
    book["NEAR"][30] *= 1.0001
    levels = np.column_stack(list(book.values()))
    assert list(identical_series(levels, np.ones(8, dtype=bool))) == [(1, 6, 40)]
    assert "NEAR" not in problems(wide(tmp_path, book))


def test_what_never_moves_and_yields_are_compared_with_their_kind():
    still, yields = np.full(60, 5.0), walk(60, seed=9, start=4.0)
    levels = np.column_stack([still, still, yields, yields, yields])
    kinds = np.array([True, True, True, False, False])
    assert list(identical_series(levels, kinds)) == [(3, 4, 60)]


@pytest.mark.parametrize("level", [1e300, 1e-300, 5e-324])
def test_a_level_no_market_quotes_is_refused_with_its_place(tmp_path, book, level):
    book["T1"][3] = level
    said = problems(wide(tmp_path, book), waive=["jump"])
    assert f"prices.csv:5: the level of 'T1' on 2024-01-05 is {level:g}: prices from 1e-09" in said


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_is_in_the_docs_and_the_help(code):
    page = (Path(__file__).parents[2] / "docs" / "market-inputs.md").read_text(encoding="utf-8")
    assert f"\n| `{code}` | " in page
    from stress.cli.common_options import waive

    def command() -> None: ...

    (option,) = click.command(waive(command)).params
    assert re.search(rf"\b{code}\b", option.help)


def test_every_command_that_reads_prices_has_the_one_option_to_accept_findings():
    from stress.cli import foreshock

    context = click.Context(foreshock)
    commands = [foreshock.get_command(context, name) for name in foreshock.list_commands(context)]
    commands += [one for group in commands for one in getattr(group, "commands", {}).values()]
    helps = {
        command.name: option.help
        for command in commands
        for option in command.params
        if option.name == "waive"
    }
    assert set(helps) == {"calibrate", "extend", "event-study", "scoreboard", "run"}
    assert len(set(helps.values())) == 1


def test_a_price_that_is_none_is_told_once(tmp_path, book):
    book["T1"][30] = -5.0
    said = problems(wide(tmp_path, book))
    assert said.splitlines() == [said]
    assert "the price of 'T1' on" in said


# Rows that are no sessions


@pytest.mark.parametrize(
    ("frequency", "said"),
    [
        ("2D", "mostly 2 days apart: not daily"),
        ("W-WED", "mostly 7 days apart: weekly"),
        ("W-SUN", "mostly 7 days apart: weekly"),
        ("BME", "days apart: monthly"),
    ],
)
def test_rows_that_are_no_days_are_refused_and_can_be_waived(tmp_path, frequency, said):
    dates = [f"{day:%Y-%m-%d}" for day in pd.date_range("2015-01-05", periods=40, freq=frequency)]
    book = {f"T{n}": walk(40, seed=n) for n in range(6)}
    path = wide(tmp_path, book, dates)
    others = ["weekend"] if frequency == "2D" else []
    text = problems(path, waive=others)
    assert said in text
    assert accepting("spacing:dates") in text
    read = read_prices(path, waive=["spacing:dates", *others])
    assert len(read.dates) == 40 or frequency == "2D"
    assert any(line.startswith("waived spacing: dates are mostly") for line in read.warnings)


def test_a_weekly_series_among_daily_ones_is_named(tmp_path, book):
    book["W"] = walk(60, seed=9)
    book["W"][np.arange(60) % 5 != 0] = np.nan
    text = problems(wide(tmp_path, book), waive=["gap"])
    assert "the levels of 'W' are mostly 7 days apart: weekly" in text
    # Yields are differenced, and a month's change is no day's either.
    assert "spacing:W" in problems(wide(tmp_path, book), factors=yields_of("W"))
    weekly = tmp_path / "V.csv"
    weekly.write_text("date,V\n" + "".join(f"{day},5\n" for day in days(60)[::5]))
    assert "V.csv: dates are mostly 7 days apart" in problems(
        [wide(tmp_path, {"T0": walk(60)}), weekly], factors=yields_of("V")
    )


@pytest.mark.parametrize(("closed", "found"), [(7, False), (9, False), (10, True), (260, True)])
def test_a_hole_of_weeks_is_found_and_a_long_holiday_is_none(tmp_path, closed, found):
    dates = [f"{day:%Y-%m-%d}" for day in pd.bdate_range("2022-01-03", periods=60 + closed)]
    dates = dates[:30] + dates[30 + closed :]
    path = wide(tmp_path, {f"T{n}": walk(60, seed=n) for n in range(6)}, dates)
    if not found:
        assert read_prices(path).warnings == ()
        return
    text = problems(path)
    assert text.startswith(
        f"no price between {dates[29]} and {dates[30]} ({closed} weekdays): the move over them"
    )
    assert accepting(f"hole:{dates[30]}") in text
    assert len(text.splitlines()) == 1
    assert read_prices(path, waive=[f"hole:{dates[30]}"]).dates == tuple(dates)


def test_a_hole_of_most_series_shows_although_others_have_prices(tmp_path):
    """On half of the sessions hardly anything trades: none of them is one, so nothing is a gap."""
    most = {f"T{n}": walk(60, seed=n) for n in range(6)}
    for values in most.values():
        values[20:40] = np.nan
    one = wide(tmp_path, most, name="most.csv")
    text = problems([one, wide(tmp_path, {"X": walk(60, seed=8)}, name="x.csv")])
    assert text.count("has no level between") == 6
    assert "most.csv: 'T5' has no level between" in text
    assert "(20 weekdays)" in text


def test_today_is_no_day_to_come(tmp_path):
    last = datetime.date.today()
    dates = [f"{day:%Y-%m-%d}" for day in pd.bdate_range(end=last, periods=60)]
    assert read_prices(wide(tmp_path, {"A": walk(60)}, dates)).warnings == ()


# Prices in memory


def memory(book, dates=None, **more):
    return Prices(
        dates=tuple(dates or days(60)),
        names=tuple(book),
        levels=np.column_stack(list(book.values())),
        **more,
    )


@pytest.mark.parametrize("code", ["gap", "stale", "jump", "short", "ended", "empty", "stray-row"])
def test_prices_in_memory_are_found_to_be_what_a_file_is(tmp_path, book, code):
    path, subject, message = doubtful(tmp_path, book, code)
    frame = pd.DataFrame(book, index=pd.DatetimeIndex(days(60)))
    file = read_prices(path, waive=[code])
    for given, label in ((memory(book), "Prices"), (frame, "DataFrame")):
        text = problems(given)
        assert message in text
        assert label in text
        assert accepting(f"{code}:{subject}") in text
        read = read_prices(given, waive=[f"{code}:{subject}"])
        assert read.warnings == file.warnings
        assert (read.dates, read.names) == (file.dates, file.names)
        assert np.array_equal(read.levels, file.levels, equal_nan=True)


def test_what_was_waived_once_is_not_asked_again(tmp_path, book):
    path, _, _ = doubtful(tmp_path, book, "jump")
    read = read_prices(path, waive=["jump"])
    again = read_prices(read)
    assert again.warnings == read.warnings
    assert (again.content_hash, again.sources) == (read.content_hash, read.sources)
    with pytest.raises(InputError, match="'T3' moves"):
        read_prices(memory(book))


def test_the_content_of_prices_in_memory_is_hashed(book):
    one = memory(book)
    assert memory(book).content_hash == one.content_hash != ""
    assert memory(book, days(61)[1:]).content_hash != one.content_hash
    assert memory(book, content_hash="made up").content_hash == "made up"
    assert read_prices(one).sources == (("Prices", one.content_hash),)
    book["T0"][3] += 1e-9
    assert memory(book).content_hash != one.content_hash


def test_dates_of_prices_may_be_text_dates_and_timestamps(book):
    stamps = tuple(pd.DatetimeIndex(days(60)))
    plain = memory(book)
    assert memory(book, stamps).dates == plain.dates
    assert memory(book, [stamp.date() for stamp in stamps]).dates == plain.dates
    assert memory(book, [stamp.to_datetime64() for stamp in stamps]).dates == plain.dates


@pytest.mark.parametrize("wrong", ["2025/12/31", "day00001", "2025-02-30", pd.NaT, 20251231])
def test_what_is_no_date_is_refused_by_name(wrong):
    with pytest.raises(InputError, match=r"prices: the date .* is none\. Write year-month-day"):
        Prices(dates=(wrong,), names=("A",), levels=np.ones((1, 1)))


@pytest.mark.parametrize(
    ("names", "levels", "said"),
    [
        ((5,), [[1.0]], "prices: 5 is no name of a series"),
        (("",), [[1.0]], "prices: '' is no name of a series"),
        (("A",), [["one"]], "prices: levels are no table of numbers"),
    ],
)
def test_names_and_levels_of_prices_in_memory_are_checked(names, levels, said):
    with pytest.raises(InputError, match=said):
        Prices(dates=("2025-01-02",), names=names, levels=levels)


def frames(book):
    """Ways in which a frame holds the same prices."""
    plain = pd.DataFrame(book, index=pd.DatetimeIndex(days(60)))
    long = plain.rename_axis("Date").melt(ignore_index=False, var_name="Ticker", value_name="Close")
    yield "index", plain
    yield "named index", plain.rename_axis("Date")
    yield "column", plain.rename_axis("Date").reset_index()
    yield "filtered rows", plain.rename_axis("Date").reset_index().iloc[10:].set_axis(range(10, 60))
    yield (
        "days as dates",
        plain.rename_axis("day").reset_index().assign(day=lambda f: f.day.dt.date),
    )
    yield "long", long.reset_index()
    yield "two levels", long.set_index("Ticker", append=True)
    yield "nullable", plain.astype("Float64")


def test_a_frame_is_read_like_a_file(tmp_path, book):
    book["T0"][:30] = np.nan
    for how, frame in frames(book):
        read = read_prices(frame)
        rows = slice(10, None) if how == "filtered rows" else slice(None)
        assert read.dates == tuple(days(60)[rows]), how
        assert read.names == tuple(book), how
        want = np.column_stack(list(book.values()))[rows]
        assert np.array_equal(read.levels, want, equal_nan=True), how
        assert read.sources[0][0] == "DataFrame"
    # Beside a file and another frame each is called by its place.
    path = wide(tmp_path, {"OTHER": walk(60, seed=20)})
    plain = pd.DataFrame(book, index=pd.DatetimeIndex(days(60)))
    read = read_prices([plain[["T1"]], path, plain[["T2"]]])
    assert [name for name, _ in read.sources] == ["DataFrame 1", "prices.csv", "DataFrame 2"]


class Polars:
    """As much of a polars frame as is asked of one."""

    def __init__(self, columns):
        self._columns = {name: pd.Series(values) for name, values in columns.items()}
        self.columns = list(columns)
        self.shape = (60, len(columns))

    def __getitem__(self, name):
        return self._columns[name]

    def head(self, n=5):
        raise NotImplementedError


def test_a_frame_without_an_index_is_read(book):
    read = read_prices(Polars({"date": [datetime.date.fromisoformat(d) for d in days(60)], **book}))
    assert read.dates == tuple(days(60))
    assert np.array_equal(read.levels, np.column_stack(list(book.values())))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame(), "DataFrame: has no rows"),
        (pd.DataFrame({"date": ["2025-01-02"]}), "DataFrame: has one column, 'date'"),
        (pd.DataFrame({"A": ["x"]}, index=["2025-01-02"]), "DataFrame:1: 'A': 'x' is not a number"),
        (pd.DataFrame({"A": [1.0]}, index=["never"]), "DataFrame:1: 'never' is not a date"),
        (pd.DataFrame({"A": [1.0], "date": ["2025-01-02"]}, index=["x"]), "frame.rename_axis"),
        (
            pd.DataFrame({"Close": [1.0]}, index=["2025-01-02"]),
            "DataFrame: the column 'Close' does not say whose levels it holds",
        ),
        (
            pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("Close", "A")])),
            'columns have 2 levels .*frame."Close"',
        ),
    ],
)
def test_what_is_no_frame_of_prices(frame, said):
    with pytest.raises(InputError, match=said):
        read_prices(frame)


# Names as books write them


def test_names_are_written_as_in_books(tmp_path, book):
    small = {"aapl": book["T0"], "Brk.b": book["T1"], "T2": book["T2"]}
    assert read_prices(wide(tmp_path, small)).names == ("AAPL", "BRK-B", "T2")
    assert read_prices(memory(small)).names == ("AAPL", "BRK-B", "T2")
    small["AAPL"] = book["T3"]
    said = "'aapl' and 'AAPL' are one ticker, AAPL."
    assert said in problems(wide(tmp_path, small))
    assert said in problems(memory(small))


def test_factors_are_measured_on_names_as_in_books(tmp_path):
    path = tmp_path / "factors.toml"
    path.write_text(
        '[factors.market]\nkind = "relative"\nunit = "%"\ntitle = "M"\nseries = ["spy"]\n'
        'measure = "return"\n[homes]\nmarket = ["brk.b"]\n'
    )
    read = read_factors(path)
    assert read.factors[0].series == ("SPY",)
    assert dict(read.homes) == {"BRK-B": "market"}
    path.write_text(path.read_text().replace('["brk.b"]', '["brk.b", "BRK-B"]'))
    with pytest.raises(InputError, match=r"'brk\.b' and 'BRK-B' are one ticker"):
        read_factors(path)


def test_series_are_asked_for_as_the_file_or_as_books_call_them(tmp_path, book):
    small = {"spy": book["T0"], "brk.b": book["T1"], "Dgs10": book["T2"] - 101.0}
    path = wide(tmp_path, small)
    read = read_prices(path, only=["brk.b", "dgs10"], factors=yields_of("dgs10"))
    assert read.names == ("BRK-B", "DGS10")


def test_a_file_of_one_series_is_called_as_a_column_of_a_table_is(tmp_path, book):
    for title in ("Date", "Close"), ("Date", "value"):
        path = tmp_path / "brk.b_daily.csv"
        rows = zip(days(60), book["T1"], strict=True)
        path.write_text("\n".join([",".join(title), *(f"{day},{level}" for day, level in rows)]))
        assert read_prices(path).names == ("BRK-B",)
    same = wide(tmp_path, {"BRK.B": book["T1"], "T2": book["T2"]})
    assert read_prices([path, same]).names == ("BRK-B", "T2")
