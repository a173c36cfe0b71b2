"""The draws of a run on disk, part by part, as they come: an interrupted run goes on where it stopped.

A payload is a folder: `payload.json` says of which run (columns, everything that determines their numbers, and the
most draws that were asked for), each `draws-FROM-TO-CHECKSUM` file holds the P&L of the chunks FROM to TO - 1, one row a draw and one
column a book and scenario, and the hash of its run: Parquet where pyarrow is installed, NPZ otherwise. The checksum is the head of the
SHA-256 of the file: it comes into being with the file, whole. A file that has changed since is refused, and so is one of another run.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stress.arguments import held_to, one_of
from stress.arrays import FloatArray
from stress.errors import InputError, MissingExtraError
from stress.files.atomic import StorageError, is_half_written, write_atomically
from stress.runs.header import HEADER, check_same, header_of, header_text, read_header, run_of
from stress.runs.parts import Format, has_pyarrow, part_file, parts, read_part
from stress.simulation.streams import CHUNK

__all__ = ["PART", "Payload", "read_payload"]

#: Chunks in a file: 65,536 draws, 0.5 MiB a column.
PART = 16
#: A file that nobody has written to for so long is of a run that died. [s]
_ABANDONED = 3600.0


class Payload:
    """Finished chunks of a run in a folder: a `ChunkStore`.

    Runs that are given one (``store=``) each write on their own, at one time too; used directly it is of one run at a time.

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

    def __init__(self, folder: str | Path, *, format: Format | None = None) -> None:
        named = held_to(folder, str | Path, what="folder")
        if not str(named).strip():
            raise InputError(f"folder {named!r} has no name. Write '.' for the current folder.")
        self.folder = Path(named)
        wanted = format or ("parquet" if has_pyarrow() else "npz")
        self.format: Format = one_of(wanted, Format, what="format")
        if self.format == "parquet" and not has_pyarrow():
            raise MissingExtraError("parquet", "writing draws as Parquet")
        self._columns: tuple[str, ...] = ()
        self._run = ""
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
            If the folder holds another run, with what differs, holds no payload but other files, or a `payload.json`
            that no run has written.
        StorageError
            If it cannot be made or written to.
        """
        header = header_of(columns, key)
        path = self.folder / HEADER
        # `os.path` says no of a name that no file can have; `Path` raises.
        if not os.path.exists(path):
            others = self._others()
            # Another run may have begun in the folder meanwhile: its header tells whether it is the same.
            if others and not os.path.exists(path):
                raise InputError(
                    f"{self.folder} is no payload of a run and holds {others[0]}. Name an empty or new folder."
                )
            write_atomically(path, header_text(header), replace=False)
        check_same(read_header(path), header, self.folder)
        self._is_of(header)
        self._clear()

    def _is_of(self, header: Mapping[str, Any]) -> None:
        self._columns, self._run = tuple(header["columns"]), run_of(header)

    def _clear(self) -> None:
        """Remove what a run that was killed had half written; another may be writing at this moment."""
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if not (is_half_written(path, of=HEADER) or is_half_written(path, of="draws-")):
                    continue
                if time.time() - path.lstat().st_mtime > _ABANDONED:
                    path.unlink()

    def _others(self) -> list[str]:
        """Make the folder, and name what it holds beside headers half written by a run that died or just begins."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return sorted(
                file.name for file in self.folder.iterdir() if not is_half_written(file, of=HEADER)
            )
        except ValueError:  # a NUL character in it
            raise InputError(f"no folder can have the name {str(self.folder)!r}.") from None
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
        path = self.folder / HEADER
        header = read_header(path)
        if draws > header.get("draws", 0):
            write_atomically(path, header_text({**header, "draws": draws}))

    def finished(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the chunks on disk, each with totals (columns, CHUNK).

        Runs at one time may leave a chunk in two files; it is yielded once.

        Raises
        ------
        InputError
            If a file holds draws of another run, or other draws than one beside it.
        StorageError
            If a file is damaged.
        """
        seen: dict[int, tuple[Path, FloatArray]] = {}
        for part in parts(self.folder):
            totals = read_part(part, len(self._columns), self._run)
            # Parts come by their first chunk: no later one holds a chunk before it.
            seen = {chunk: there for chunk, there in seen.items() if chunk >= part.first}
            for chunk in range(part.first, part.last):
                at = (chunk - part.first) * CHUNK
                draws = totals[:, at : at + CHUNK]
                if chunk not in seen:
                    seen[chunk] = (part.path, draws)
                    yield chunk, draws
                elif seen[chunk][1].tobytes() != draws.tobytes():
                    raise InputError(
                        f"{seen[chunk][0]} and {part.path.name} hold other draws of the same range. "
                        "Delete both and run again."
                    )

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
            name, content = part_file(run[0], totals, self._columns, self._run, self.format)
            try:
                write_atomically(self.folder / name, content)
            except StorageError as error:
                done = sum(part.last - part.first for part in parts(self.folder)) * CHUNK
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
        P&L (of two books not drawn jointly: see `stress.run_many`) of the draws that are there without a gap, of those that were asked for: by the run that asked for
        most, where the folder was gone on with. [currency]

    Raises
    ------
    InputError
        If the folder holds none, its `payload.json` is none that a run has written, a file holds draws of another run,
        or two hold different draws of one range.
    MissingExtraError
        If its files are Parquet and pyarrow is not installed.
    StorageError
        If a file is damaged, or one is missing among others.

    Examples
    --------
    >>> import tempfile
    >>> import stress
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = stress.run("ai_growth", "deepseek-2025-01-27", draws=5000, store=folder)
    ...     columns, totals = read_payload(folder)
    >>> totals.shape == (len(columns), 5000)
    True
    """
    store = Payload(folder)
    path = store.folder / HEADER
    if not os.path.exists(path):
        raise InputError(f"{folder} holds no payload of a run (no {HEADER}).")
    header = read_header(path)
    store._is_of(header)
    chunks = dict(store.finished())
    missing = next((i for i in range(len(chunks)) if i not in chunks), None)
    if missing is not None:
        raise StorageError(
            f"{folder} lacks draws from {missing * CHUNK:,} on and holds later ones: a file is missing. The run that wrote it, "
            "with the same store, draws them again."
        )
    found = [chunks[i] for i in range(len(chunks))]
    totals = np.concatenate(found, axis=1) if found else np.empty((len(store._columns), 0))
    return store._columns, totals[:, : header.get("draws")]


def _runs(chunks: Sequence[int]) -> list[list[int]]:
    """Split into runs of consecutive chunks."""
    runs: list[list[int]] = []
    for chunk in chunks:
        if runs and runs[-1][-1] == chunk - 1:
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    return runs
