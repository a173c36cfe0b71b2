"""CSV and data frames: one row a book, scenario and measure."""

from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest

from stress.reporting.csv_text import frame_csv
from stress.reporting.rows import FIELDS, to_csv


def test_the_csv_reads_back_to_the_numbers_of_the_results(results) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(results))))
    assert tuple(rows[0]) == FIELDS
    by_key = {(row["scenario"], row["measure"], row["level"]): row for row in rows}
    for result in (*results, results.baseline):
        assert float(by_key[result.id, "expected", ""]["value"]) == result.expected
        es = by_key[result.id, "expected_shortfall", "0.975"]
        assert float(es["value"]) == result.measure("expected_shortfall", level=0.975).value
        assert es["sign"] == "loss"
    assert by_key["baseline", "expected", ""]["conditional_on"] == ""
    assert all("nan" not in value for row in rows for value in row.values())


def test_a_text_that_a_spreadsheet_would_run_is_quoted(run_on, make, say) -> None:
    book = make("=HYPERLINK(1).csv", {"KO": 1e6})
    text = to_csv(run_on(book, scenarios=(say("a-shock", {"market": "-5%"}),)))
    assert "\n=" not in text
    assert "\n'=HYPERLINK" in text
    assert ",-" in text, "negative numbers stay numbers"


def test_the_frame_has_the_rows_of_the_csv(results) -> None:
    frame = results.to_frame()
    assert tuple(frame.columns) == FIELDS
    assert len(frame) == len(to_csv(results).splitlines()) - 1
    assert math.isnan(frame["standard_error"].iloc[0])


def test_the_frame_of_one_result_adds_up_by_name(results) -> None:
    frame = results[0].to_frame()
    assert frame.index.name == "name"
    assert frame["pnl"].sum() == pytest.approx(results[0].expected)
    assert frame.loc["NVDA", "recorded_move"] == pytest.approx(-0.1697)


def test_a_frame_as_csv_has_no_formula_and_no_nan():
    index = pd.Index(["=1+1", "B"], name="name")
    frame = pd.DataFrame({"figure": [0.1, math.nan], "words": ["-x", None]}, index=index)
    assert frame_csv(frame) == "name,figure,words\n'=1+1,0.1,'-x\nB,,\n"
