"""A part of a run's draws as a file: P&L, and which draws of which run it is.

A part is Parquet where pyarrow is installed, NPZ otherwise. Its name says which chunks it holds and how its SHA-256
begins: `draws-FROM-TO-CHECKSUM`. Only what this module writes is read; every other file is refused by name.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, MissingExtraError
from stress.files.atomic import StorageError
from stress.simulation.streams import CHUNK

__all__ = ["Format", "Part", "has_pyarrow", "part_file", "parts", "read_part"]

Format = Literal["parquet", "npz"]

_NAME = re.compile(r"draws-(\d{7})-(\d{7})-([0-9a-f]{16})\.(npz|parquet)")
#: How numpy writes what an array is: float64, row by row.
_ROWS = re.compile(
    rb"\{'descr': '([<>]f8)', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n"
)
_ARRAY = b"\x93NUMPY\x01\x00"
#: Bytes of the member that says which run it is, at most.
_SMALL = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """A file that holds the chunks `first` to `last` - 1, by its name."""

    first: int
    last: int
    checksum: str
    path: Path


class _NoPartError(ValueError):
    """What a file holds is not what this module writes."""


class _OtherRunError(Exception):
    """A file holds draws of another run."""


def has_pyarrow() -> bool:
    """Whether Parquet can be read and written."""
    return find_spec("pyarrow") is not None


def parts(folder: Path) -> list[Part]:
    """Return the files of draws in a folder, by their first chunk."""
    found = ((_NAME.fullmatch(path.name), path) for path in sorted(folder.glob("draws-*")))
    return [Part(int(m[1]), int(m[2]), m[3], path) for m, path in found if m is not None]


def part_file(
    first: int, totals: FloatArray, columns: Sequence[str], run: str, kind: Format
) -> tuple[str, bytes]:
    """Return the name of a part and its bytes.

    Parameters
    ----------
    first : int
        Its first chunk.
    totals : ndarray of shape (C, S)
        P&L of whole chunks. [currency]
    columns : sequence of str, length C
        Book and scenario.
    run : str
        Hash of the run it is of.
    kind : {'parquet', 'npz'}
        Format.
    """
    last = first + totals.shape[1] // CHUNK
    mark = _mark(run, first, last)
    content = (_npz if kind == "npz" else _parquet)(totals, columns, mark)
    return f"draws-{first:07d}-{last:07d}-{_checksum(content)}.{kind}", content


def read_part(part: Part, columns: int, run: str) -> FloatArray:
    """Return the draws of a part.

    Parameters
    ----------
    part : Part
        Which file.
    columns : int
        Books and scenarios, C.
    run : str
        Hash of the run it must be of.

    Returns
    -------
    ndarray of shape (C, S)
        P&L of the S draws of its chunks. [currency]

    Raises
    ------
    InputError
        If it is no regular file, holds draws of another run, or anything but the draws that its name says.
    MissingExtraError
        If it is Parquet and pyarrow is not installed.
    StorageError
        If it cannot be read, or is not what was written.
    """
    path, shape = part.path, (columns, (part.last - part.first) * CHUNK)
    mark = _mark(run, part.first, part.last)
    if not path.is_file():
        raise InputError(f"{path} is not a regular file. Delete it and run again.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from None
    if _checksum(content) != part.checksum:
        raise StorageError(
            f"{path} is damaged (it is not what was written: its checksum differs). Delete it and run again."
        )
    try:
        # Nothing is compressed: a file that is smaller than its draws is refused before they have a place.
        if not 0 < shape[1] * columns * 8 <= len(content):
            raise _NoPartError("it does not hold what its name says")
        return (
            _of_npz(content, shape, mark)
            if path.suffix == ".npz"
            else _of_parquet(content, shape, mark)
        )
    except _OtherRunError:
        raise InputError(
            f"{path} holds draws of another run than payload.json beside it says. Move it to the folder of its run or "
            "delete it, and run again."
        ) from None
    except _NoPartError as error:
        raise InputError(f"{path} is damaged ({error}). Delete it and run again.") from None


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _mark(run: str, first: int, last: int) -> bytes:
    """Return what is written into a part, that a file under another name or in another folder is none."""
    return f"{run} {first}-{last}".encode()


def _check_mark(said: bytes, mark: bytes) -> None:
    if said.endswith(mark):
        return
    if mark.split()[0] in said:
        raise _NoPartError("its name says other draws than it holds")
    raise _OtherRunError


def _npz(totals: FloatArray, columns: Sequence[str], mark: bytes) -> bytes:
    whole = io.BytesIO()
    np.savez(whole, run=np.array(mark), totals=totals, columns=np.array(columns))
    return whole.getvalue()


def _parquet(totals: FloatArray, columns: Sequence[str], mark: bytes) -> bytes:
    import pyarrow
    from pyarrow import parquet

    whole = io.BytesIO()
    # Of the name of a book's file, what no UTF-8 can hold is escaped.
    names = [name.encode(errors="backslashreplace").decode() for name in columns]
    table = pyarrow.table(list(totals), names=names, metadata={b"run": mark})
    # P&L does not compress: plain pages are written at the speed of the disk.
    parquet.write_table(table, whole, compression="none", use_dictionary=False)
    return whole.getvalue()


def _of_npz(content: bytes, shape: tuple[int, int], mark: bytes) -> FloatArray:
    try:
        with ZipFile(io.BytesIO(content)) as held:
            if any(member.compress_type != ZIP_STORED for member in held.infolist()):
                raise _NoPartError("it is compressed")
            with held.open("run.npy") as said:
                # A text of one entry is the end of its file.
                _check_mark(said.read(_SMALL), mark)
            with held.open("totals.npy") as file:
                return _rows(file, shape)
    except _NoPartError:
        raise
    # NotImplementedError of a later ZIP, RuntimeError of an encrypted one.
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile, struct.error):
        raise _NoPartError("it is no NPZ file of draws") from None


def _rows(file: Any, shape: tuple[int, int]) -> FloatArray:
    """Read an array, whose place is made only when it is known to be of this shape."""
    magic = file.read(len(_ARRAY))
    said = _ROWS.fullmatch(file.read(int.from_bytes(file.read(2), "little")))
    if magic != _ARRAY or said is None or (int(said[2]), int(said[3])) != shape:
        raise _NoPartError(f"it does not hold float64 of {shape[0]:,} rows and {shape[1]:,} draws")
    raw = file.read(shape[0] * shape[1] * 8)
    if file.read(1):
        raise _NoPartError("it holds more than its draws")
    # In the byte order of this machine.
    return np.frombuffer(raw, said[1].decode()).astype(np.float64, copy=False).reshape(shape)


def _of_parquet(content: bytes, shape: tuple[int, int], mark: bytes) -> FloatArray:
    if not has_pyarrow():
        raise MissingExtraError("parquet", "reading a payload of Parquet files")
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pyarrow.BufferReader(content))
        fields, there = list(file.schema_arrow), file.metadata
        _check_mark((file.schema_arrow.metadata or {}).get(b"run", b""), mark)
        if (there.num_columns, there.num_rows) != shape or len(fields) != shape[0]:
            raise _NoPartError(f"it does not hold {shape[0]:,} columns of {shape[1]:,} draws")
        if any(field.type != pyarrow.float64() for field in fields):
            raise _NoPartError("its draws are not float64")
        table = file.read()
    except _NoPartError:
        raise
    except (OSError, ValueError, pyarrow.ArrowException):
        raise _NoPartError("it is no Parquet file of draws") from None
    if table.shape != shape[::-1] or any(column.null_count for column in table.columns):
        raise _NoPartError("draws are missing in it")
    return np.stack([column.to_numpy() for column in table.columns])
