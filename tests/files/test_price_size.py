"""Price files that are too large, too long once unpacked, or damaged are refused in words."""

import io
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stress.errors import InputError
from stress.files import factor_file
from stress.files.bundled import bundled_ids, bundled_path
from stress.files.factor_file import read_factors
from stress.files.models import file as model_file
from stress.files.models.file import read_model
from stress.files.prices import size as price_size
from stress.files.prices.table import read_price_table
from stress.files.variants_file import read_variants

DAYS = pd.date_range("2020-01-01", periods=300).strftime("%Y-%m-%d")


def written(path: Path, table: pa.Table) -> Path:
    pq.write_table(table, path, compression="zstd")
    return path


def prices(rows: int) -> pa.Table:
    return pa.table({"date": pa.array(["2025-01-27"] * rows), "NVDA": pa.array([1.0] * rows)})


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_the_size_is_looked_at_before_anything_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch()
    os.truncate(path, price_size.LARGEST_PRICES + 1)
    with pytest.raises(InputError, match=rf"{name}: larger than 500 MB: no price file"):
        read_price_table(path)


def test_so_are_those_of_models_variants_and_factors(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    os.truncate(path, model_file.LARGEST_MODEL + 1)
    with pytest.raises(InputError, match="larger than 100 MB: no factor model"):
        read_model(path)
    model = read_model(bundled_path("models", bundled_ids("models")[0]))
    with pytest.raises(InputError, match="larger than 100 MB: no file of variants"):
        read_variants(model, path)
    os.truncate(path, factor_file.LARGEST_FACTORS + 1)
    with pytest.raises(InputError, match="larger than 10 MB: no file of factors"):
        read_factors(path)


def test_rows_of_a_parquet_file_are_counted_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "x.parquet", prices(price_size.MAX_ROWS + 1))
    monkeypatch.setattr(pd, "read_parquet", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(InputError, match="has 2,000,001 rows: more than 2,000,000"):
        read_price_table(path)


def test_columns_and_cells_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = written(tmp_path / "x.parquet", prices(30))
    plain = tmp_path / "x.csv"
    plain.write_text("date,NVDA\n" + "2025-01-27,1\n" * 30)
    for limit, words in (
        ("MAX_ROWS", "30 rows"),
        ("MAX_COLUMNS", "2 columns"),
        ("MAX_CELLS", "60 cells"),
    ):
        with monkeypatch.context() as lower:
            lower.setattr(price_size, limit, 1)
            for path in (parquet, plain):
                if path is plain and limit == "MAX_ROWS":
                    words = "31 rows"
                with pytest.raises(InputError, match=words.replace("60", "6[02]")):
                    read_price_table(path)


def test_text_that_a_dictionary_repeats_is_measured_written_out(tmp_path: Path) -> None:
    long = pa.array(["A" * 1_000_000] * 600)
    days = pa.array(["2025-01-27"] * 600)
    path = written(tmp_path / "x.parquet", pa.table({"date": days, "NVDA": long}))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="has 600 MB unpacked: more than 500 MB"):
        read_price_table(path)


def test_no_columns_and_columns_of_lists(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no columns"):
        read_price_table(written(tmp_path / "x.parquet", pa.table({})))
    table = prices(2).set_column(1, "NVDA", pa.array([[1.0], [2.0]]))
    with pytest.raises(InputError, match="the column 'NVDA' holds list<"):
        read_price_table(written(tmp_path / "y.parquet", table))


@pytest.mark.parametrize("kind", [pa.binary(), pa.string()])
def test_text_that_is_not_utf8(kind: pa.DataType, tmp_path: Path) -> None:
    cells = pa.array([b"\xff\xfe", b"a"], pa.binary())
    cells = pa.Array.from_buffers(kind, 2, cells.buffers())
    table = pa.table({"date": cells, "NVDA": [1.0, 2.0]})
    with pytest.raises(InputError, match=r"is not a Parquet file that can be read: .*UTF8"):
        read_price_table(written(tmp_path / "x.parquet", table))


@pytest.mark.parametrize(
    "metadata", [[], {"index_columns": ["nope"]}, {"index_columns": [], "columns": [{}]}]
)
def test_metadata_of_pandas_that_do_not_fit(metadata: object, tmp_path: Path) -> None:
    table = prices(3).replace_schema_metadata({"pandas": json.dumps(metadata)})
    with pytest.raises(InputError, match="is not a Parquet file that can be read"):
        read_price_table(written(tmp_path / "x.parquet", table))


def test_what_was_read_still_is(tmp_path: Path) -> None:
    text = DAYS.to_numpy()
    for place, column in enumerate(
        (
            pa.array(text),
            pa.array([day.encode() for day in text], pa.binary()),
            pa.array(text).dictionary_encode(),
            pa.array(pd.to_datetime(text)),
        )
    ):
        number = pa.array(range(1, 301), pa.decimal128(10, 2) if place % 2 else pa.float64())
        path = written(tmp_path / f"{place}.parquet", pa.table({"date": column, "NVDA": number}))
        table = read_price_table(path)
        assert (list(table.dates), list(table.levels[:, 0])) == (list(text), [*range(1, 301)])
    buffer = io.BytesIO()
    pd.DataFrame({"NVDA": range(1, 301)}, index=pd.Index(DAYS)).to_parquet(buffer)
    path.write_bytes(buffer.getvalue())
    assert list(read_price_table(path).dates) == list(text)


def test_a_title_longer_than_any_cell(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("date," + "A" * 140_000 + "\n2025-01-27,1\n")
    with pytest.raises(InputError, match=r"x\.csv:1: the titles cannot be read: field larger"):
        read_price_table(path)
