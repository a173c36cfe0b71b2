"""The draws of a run on disk, part by part, as they come: an interrupted run goes on where it stopped.

A payload is a folder: `payload.json` says of which run (columns, everything that determines their numbers, and the
most draws that were asked for), each `draws-FROM-TO-CHECKSUM` file holds the P&L of the chunks FROM to TO - 1, one row a draw and one
column a book and scenario: Parquet where pyarrow is installed, NPZ otherwise. The checksum is the head of the
SHA-256 of the file: it comes into being with the file, whole, and a file that has changed since is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Literal
from zipfile import BadZipFile

import numpy as np

from stress.arguments import held_to, one_of
from stress.arrays import FloatArray
from stress.errors import InputError, MissingExtraError
from stress.files.atomic import StorageError, is_half_written, write_atomically
from stress.simulation.streams import CHUNK

__all__ = ["PART", "Payload", "read_payload"]

_Format = Literal["parquet", "npz"]

#: Chunks in a file: 65,536 draws, 0.5 MiB a column.
PART = 16
_LAYOUT = 2
_NAME = re.compile(r"draws-(\d{7})-(\d{7})-([0-9a-f]{16})\.(npz|parquet)")


class Payload:
    """Finished chunks of a run in a folder: a `ChunkStore`.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there. A folder with a payload of the same run is gone on with.
    format : {'parquet', 'npz'}, optional
        Of new files; Parquet where pyarrow is installed.

    Raises
    ------
    InputError
        A folder that is no path, an unknown format.
    MissingExtraError
        ``format="parquet"`` without pyarrow.
    """

    def __init__(self, folder: str | Path, *, format: _Format | None = None) -> None:
        self.folder = Path(held_to(folder, str | Path, what="folder"))
        wanted = format or ("parquet" if _has_pyarrow() else "npz")
        self.format: _Format = one_of(wanted, _Format, what="format")
        if self.format == "parquet" and not _has_pyarrow():
            raise MissingExtraError("parquet", "writing draws as Parquet")
        self._columns: tuple[str, ...] = ()
        self._waiting: dict[int, FloatArray] = {}

    def begin(self, columns: Sequence[str], key: Mapping[str, str]) -> None:
        """Open the folder for a run.

        Parameters
        ----------
        columns : sequence of str
            Book and scenario of each row of the totals that will come.
        key : mapping of str to str
            Everything that determines the numbers.

        Raises
        ------
        InputError
            If the folder holds another run, with what differs, or holds no payload but other files.
        StorageError
            If it cannot be made or written to.
        """
        self._columns = tuple(columns)
        header = {"layout": _LAYOUT, "columns": list(columns), "key": dict(sorted(key.items()))}
        path = self.folder / "payload.json"
        if not path.exists():
            others = self._others()
            # Another run may have begun in the folder meanwhile: its header tells whether it is the same.
            if others and not path.exists():
                raise InputError(
                    f"{self.folder} is no payload of a run and holds {others[0]}. Name an empty or new folder."
                )
            write_atomically(path, _text(header), replace=False)
        _check_same(_header(path), header, self.folder)

    def _others(self) -> list[str]:
        """Make the folder, and name what it holds beside headers half written by a run that died or just begins."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return sorted(
                file.name
                for file in self.folder.iterdir()
                if not is_half_written(file, of="payload.json")
            )
        except OSError as error:
            raise StorageError(f"cannot open folder {self.folder}: {error.strerror}.") from None

    def asked(self, draws: int) -> None:
        """Note how many draws a run asks for, where none asked for more: `read_payload` gives so many.

        Parameters
        ----------
        draws : int
            Of the run; its last chunk is stored whole, for a later run that asks for more.

        Raises
        ------
        StorageError
            If the folder cannot be written to.
        """
        path = self.folder / "payload.json"
        header = _header(path)
        if draws > header.get("draws", 0):
            write_atomically(path, _text({**header, "draws": draws}))

    def finished(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the chunks on disk, each with totals (columns, CHUNK)."""
        for first, last, checksum, path in _parts(self.folder):
            totals = _read(path, len(self._columns), checksum)
            if totals.shape != (len(self._columns), (last - first) * CHUNK):
                raise StorageError(
                    f"{path} does not hold what its name says. Delete it, run again."
                )
            for chunk in range(first, last):
                at = (chunk - first) * CHUNK
                yield chunk, totals[:, at : at + CHUNK]

    def save(self, chunk: int, totals: FloatArray) -> None:
        """Take a chunk; files are written when sixteen are together.

        Raises
        ------
        StorageError
            Full disk, unwritable folder; what is finished is intact.
        """
        self._waiting[chunk] = totals.copy()
        if len(self._waiting) >= PART:
            self.flush()

    def flush(self) -> None:
        """Write the chunks that wait. One waits until it is on disk: whatever interrupts the writing loses none.

        Raises
        ------
        StorageError
            Full disk, unwritable folder; what is finished is intact.
        """
        for run in _runs(sorted(self._waiting)):
            totals = np.concatenate([self._waiting[chunk] for chunk in run], axis=1)
            writer = _write_parquet if self.format == "parquet" else _write_npz
            whole = io.BytesIO()
            writer(totals, self._columns, whole)
            content = whole.getvalue()
            path = self.folder / (
                f"draws-{run[0]:07d}-{run[-1] + 1:07d}-{_checksum(content)}.{self.format}"
            )
            try:
                write_atomically(path, content)
            except StorageError as error:
                done = sum(last - first for first, last, *_ in _parts(self.folder)) * CHUNK
                raise StorageError(
                    f"{error} The {done:,} draws written before are intact: make room and run again to go on."
                ) from None
            for chunk in run:
                del self._waiting[chunk]


def read_payload(folder: str | Path) -> tuple[tuple[str, ...], FloatArray]:
    """Read the draws of a payload, whole or interrupted.

    Parameters
    ----------
    folder : str or Path
        Of the payload.

    Returns
    -------
    columns : tuple of str, length C
        Book and scenario.
    totals : ndarray of shape (C, S)
        P&L of the draws that are there without a gap, of those that were asked for: by the run that asked for
        most, where the folder was gone on with. [currency]

    Raises
    ------
    InputError
        If the folder holds none.
    MissingExtraError
        If its files are Parquet and pyarrow is not installed.
    StorageError
        If a file is damaged.
    """
    path = Path(folder) / "payload.json"
    if not path.exists():
        raise InputError(f"{folder} holds no payload of a run (no payload.json).")
    store = Payload(folder)
    header = _header(path)
    store._columns = tuple(header["columns"])
    chunks = dict(store.finished())
    whole = next((i for i in range(len(chunks)) if i not in chunks), len(chunks))
    parts = [chunks[i] for i in range(whole)]
    totals = np.concatenate(parts, axis=1) if parts else np.empty((len(store._columns), 0))
    return store._columns, totals[:, : header.get("draws")]


def _text(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, indent=1, ensure_ascii=False).encode()


def _header(path: Path) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} cannot be read: {error}") from None
    if header.get("layout") != _LAYOUT:
        raise InputError(
            f"{path} is of layout {header.get('layout')}; this version reads {_LAYOUT}."
        )
    return header


def _check_same(there: Mapping[str, Any], here: Mapping[str, Any], folder: Path) -> None:
    """Refuse to mix two runs in one folder; one that asks for more draws is the same."""
    if {**there, "draws": None} == {**here, "draws": None}:
        return
    old, new = there["key"], here["key"]
    differing = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    what = ", ".join(differing[:4]) if differing else "books or scenarios"
    raise InputError(
        f"{folder} holds the draws of another run: it differs in {what}. Name another folder."
    )


def _parts(folder: Path) -> list[tuple[int, int, str, Path]]:
    """Return the files of draws: first chunk, last chunk, checksum, where."""
    found = ((_NAME.fullmatch(path.name), path) for path in sorted(folder.glob("draws-*")))
    return [(int(m[1]), int(m[2]), m[3], path) for m, path in found if m is not None]


def _has_pyarrow() -> bool:
    return find_spec("pyarrow") is not None


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _runs(chunks: Sequence[int]) -> list[list[int]]:
    """Split into runs of consecutive chunks."""
    runs: list[list[int]] = []
    for chunk in chunks:
        if runs and runs[-1][-1] == chunk - 1:
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    return runs


def _of_parquet(content: bytes, columns: int) -> FloatArray:
    if not _has_pyarrow():
        raise MissingExtraError("parquet", "reading a payload of Parquet files")
    import pyarrow
    from pyarrow import parquet

    table = parquet.read_table(pyarrow.BufferReader(content))
    return np.stack([table.column(i).to_numpy() for i in range(columns)])


def _write_npz(totals: FloatArray, columns: Sequence[str], file: BinaryIO) -> None:
    np.savez(file, totals=totals, columns=np.array(columns))


def _write_parquet(totals: FloatArray, columns: Sequence[str], file: BinaryIO) -> None:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table(list(totals), names=list(columns))
    # P&L does not compress: plain pages are written at the speed of the disk.
    parquet.write_table(table, file, compression="none", use_dictionary=False)


def _read(path: Path, columns: int, checksum: str) -> FloatArray:
    try:
        content = path.read_bytes()
        if _checksum(content) != checksum:
            raise ValueError("it is not what was written: its checksum differs")
        if path.suffix == ".npz":
            with np.load(io.BytesIO(content), allow_pickle=False) as held:
                totals: FloatArray = held["totals"]
                return totals
        return _of_parquet(content, columns)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise StorageError(f"{path} is damaged ({error}). Delete it and run again.") from None
