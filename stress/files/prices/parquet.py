"""A Parquet file of prices as a data frame: its size is known from its footer before anything is decoded."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stress.errors import InputError, MissingExtraError, Problem
from stress.files.prices.index import without_index
from stress.files.prices.names import check_header
from stress.files.prices.size import LARGEST_PRICES, require_price_size

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_price_parquet"]

#: Types whose values are as long as they like.
_TEXT = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")


def read_price_parquet(content: bytes, file: str) -> pd.DataFrame:
    """Read a Parquet file.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        For messages.

    Returns
    -------
    DataFrame
        An index that it has is a column.

    Raises
    ------
    InputError
        No Parquet file, a damaged one, one with columns of lists or with text that is not UTF-8, or one that
        is too large once decoded.
    MissingExtraError
        Parquet without its extra.
    """
    import pandas as pd

    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("parquet", f"reading {file}") from None
    with _in_words(file):
        footer = pq.ParquetFile(io.BytesIO(content))
        _check_footer(footer.metadata, file)
        _check_columns(footer.schema_arrow, content, file)
        frame = pd.read_parquet(io.BytesIO(content), engine="pyarrow")
        frame = without_index(frame, file)
    if not len(frame.columns):
        raise InputError(
            Problem(file=file, message="has no columns.", hint="Give a file with prices.")
        )
    frame.columns = [str(column).strip() for column in frame.columns]
    check_header(list(frame.columns), file)
    return frame


@contextlib.contextmanager
def _in_words(file: str) -> Iterator[None]:
    """Say of a file what pyarrow and pandas raise for damage and for metadata that do not fit."""
    import pyarrow as pa

    try:
        yield
    except InputError:
        raise
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        NotImplementedError,
        ArithmeticError,
        RecursionError,
    ) as error:
        said = " ".join(str(error).split())[:300] or type(error).__name__
        raise InputError(
            Problem(
                file=file,
                message=f"is not a Parquet file that can be read: {said.rstrip('.')}.",
                hint="Write it again, or as CSV.",
            )
        ) from None


def _check_footer(footer: Any, file: str) -> None:
    rows, columns = footer.num_rows, footer.num_columns
    require_price_size(file, rows=rows, columns=columns)
    cells = unpacked = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        for place in range(columns):
            column = group.column(place)
            cells += column.num_values
            unpacked += column.total_uncompressed_size
        require_price_size(file, rows=rows, columns=columns, cells=cells, unpacked=unpacked)


def _check_columns(schema: Any, content: bytes, file: str) -> None:
    """Refuse lists, text that is not UTF-8, and text that is short in a dictionary and long once written out."""
    import pyarrow as pa

    texts = []
    for field in schema:
        kind = getattr(field.type, "storage_type", field.type)
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if pa.types.is_nested(kind) or pa.types.is_fixed_size_binary(kind):
            raise InputError(
                Problem(
                    file=file,
                    message=f"the column '{field.name}' holds {field.type}, which is no price.",
                    hint="Give columns of dates, names and numbers.",
                )
            )
        if str(kind) in _TEXT:
            texts.append(field.name)
    long = 0
    for name in texts:
        long += _text_length(content, name)
        if long > LARGEST_PRICES:
            require_price_size(file, rows=1, columns=1, unpacked=long)


def _text_length(content: bytes, name: str) -> int:
    """Return the bytes of a column of text once written out, read as a dictionary and so never written out."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    whole = 0
    source = pq.ParquetFile(io.BytesIO(content), read_dictionary=[name])
    table = source.read(columns=[name], use_pandas_metadata=False)
    for chunk in table.column(0).chunks:
        held = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        if pa.types.is_binary(held.type) or pa.types.is_large_binary(held.type):
            held.cast(pa.large_string() if pa.types.is_large_binary(held.type) else pa.string())
        else:
            held.validate(full=True)
        lengths = pc.binary_length(held)
        if held is not chunk:
            lengths = pc.take(lengths, chunk.indices)
        whole += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    return whole
