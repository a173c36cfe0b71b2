"""What a run folder holds that no run has put there is refused with the file's name, and never taken for draws."""

import hashlib
import io
import json
import os
import pickle
import shutil
import time
import zipfile

import numpy as np
import pytest

import stress
from stress.errors import InputError, StressError
from stress.runs.parts import part_file
from stress.runs.payload import Payload, read_payload
from stress.simulation.streams import CHUNK

COLUMNS = ["toy/shock"]
KEY = {"seed": "0", "portfolio toy": "abc"}
RUN = hashlib.sha256(json.dumps([COLUMNS, KEY], sort_keys=True).encode()).hexdigest()


def opened(folder, seed="0", kind="npz"):
    store = Payload(folder, format=kind)
    store.begin(COLUMNS, {**KEY, "seed": seed})
    return store


def written(folder, seed="0", kind="npz", chunks=(0, 1)):
    store = opened(folder, seed, kind)
    for chunk in chunks:
        draws = np.random.default_rng([int(seed), chunk]).normal(size=(1, CHUNK))
        store.save(chunk, draws)
    store.flush()
    return next(folder.glob(f"draws-{chunks[0]:07d}-*"))


def placed(folder, content, kind):
    """Put a file where chunks 0 and 1 belong, with the right checksum."""
    part = folder / f"draws-0000000-0000002-{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
    part.write_bytes(content)
    return part


def both_ways(folder):
    """Ways to read the draws: whole, and to go on with."""
    return (lambda: read_payload(folder), lambda: list(opened(folder).finished()))


@pytest.mark.parametrize("kind", ["npz", "parquet"])
def test_a_part_of_another_run_is_refused(tmp_path, kind):
    mine = written(tmp_path / "mine", "0", kind)
    other = written(tmp_path / "other", "1", kind)
    mine.unlink()
    shutil.copy(other, tmp_path / "mine")
    for read in both_ways(tmp_path / "mine"):
        with pytest.raises(InputError, match=rf"{other.name} holds draws of another run.*delete"):
            read()

    (tmp_path / "mine" / other.name).unlink()
    assert written(tmp_path / "mine", "0", kind) == mine
    assert read_payload(tmp_path / "mine")[1].shape == (1, 2 * CHUNK)


def test_the_key_of_a_run_is_that_of_its_parts(tmp_path):
    """Whoever changes what the folder says has no draws of it."""
    written(tmp_path)
    path = tmp_path / "payload.json"
    path.write_text(path.read_text().replace('"seed": "0"', '"seed": "1"'))
    with pytest.raises(InputError, match="another run"):
        read_payload(tmp_path)


def test_two_parts_of_one_range_that_differ_are_refused(tmp_path):
    part = written(tmp_path)
    name, content = part_file(0, np.ones((1, 2 * CHUNK)), COLUMNS, RUN, "npz")
    second = tmp_path / name
    second.write_bytes(content)
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=r"hold other draws of the same range\. Delete") as no:
            read()
        assert part.name in str(no.value)
        assert second.name in str(no.value)


def test_runs_at_one_time_may_leave_a_chunk_twice(tmp_path):
    written(tmp_path, chunks=(0, 1))
    written(tmp_path, chunks=(1, 2))
    written(tmp_path, kind="parquet")
    assert [chunk for chunk, _ in opened(tmp_path).finished()] == [0, 1, 2]
    assert read_payload(tmp_path)[1].shape == (1, 3 * CHUNK)


MARK = f"{RUN} 0-2"


def _npz(**members):
    file = io.BytesIO()
    np.savez(file, **members, run=np.array(MARK.encode()))
    return file.getvalue()


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _zip(kind=zipfile.ZIP_STORED, **members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def _header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _later(content):
    """Asks for a version of ZIP that there is none of."""
    changed = bytearray(content)
    changed[content.find(b"PK\x01\x02") + 6] = 96
    return bytes(changed)


class _Evil:
    def __reduce__(self):
        return pytest.fail, ("a pickle was run",)


WHOLE = np.zeros((1, 2 * CHUNK))
PADDING = bytes(20 * CHUNK)
SHAPE = "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n"
FOREIGN = {
    **{
        dtype: _npz(totals=WHOLE.astype(dtype), rest=WHOLE)
        for dtype in ("bool", "int64", "float32", "complex128", "M8[s]", "V8", "U1")
    },
    "objects": _npz(totals=np.array([[_Evil()] * 2 * CHUNK], dtype=object), rest=WHOLE),
    "one draw fewer": _npz(totals=WHOLE[:, 1:], rest=WHOLE),
    "two columns": _npz(totals=np.zeros((2, 2 * CHUNK))),
    "one axis": _npz(totals=WHOLE[0]),
    "no totals": _npz(others=WHOLE),
    "array alone": _npy(WHOLE),
    "pickle": pickle.dumps(_Evil()) + PADDING,
    "compressed": _zip(zipfile.ZIP_DEFLATED, run=MARK, totals=_npy(WHOLE), rest=os.urandom(65536)),
    "no array": _zip(run=MARK, totals=b"x" * 16 * CHUNK),
    "empty array": _zip(run=MARK, totals=b"", rest=PADDING),
    "ends early": _zip(run=MARK, totals=_npy(WHOLE)[:-8], rest=PADDING),
    "longer": _zip(run=MARK, totals=_npy(WHOLE) + b"x"),
    "huge": _zip(run=MARK, totals=_header((SHAPE % "(1, 10000000000000)").encode()), rest=PADDING),
    "negative": _zip(run=MARK, totals=_header((SHAPE % "(-1, -5)").encode()), rest=PADDING),
    "nested": _zip(run=MARK, totals=_header(b"(" * 60_000), rest=PADDING),
    "later zip": _later(_npz(totals=WHOLE)),
    "short": b"",
    "noise": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("what", FOREIGN)
def test_an_npz_part_that_is_none_is_refused(tmp_path, what):
    written(tmp_path).unlink()
    part = placed(tmp_path, FOREIGN[what], "npz")
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=rf"{part.name} is damaged \(.*Delete it"):
            read()


def _tables():
    import pyarrow

    draws = np.zeros(2 * CHUNK)
    rest = pyarrow.array(np.random.default_rng(0).normal(size=4 * CHUNK).reshape(-1, 2).tolist())
    return {
        "no columns": pyarrow.table({}),
        "two columns": pyarrow.table({"a": draws, "b": draws}),
        "texts": pyarrow.table({"a": [f"{i:20}" for i in range(2 * CHUNK)]}),
        "integers": pyarrow.table({"a": draws.astype(int)}),
        "float32": pyarrow.table({"a": draws.astype("f4")}),
        "lists": pyarrow.table({"a": rest}),
        "missing draws": pyarrow.table({"a": pyarrow.array(draws, mask=draws == 0.0)}),
        "fewer draws": pyarrow.table({"a": draws[1:]}),
    }


@pytest.mark.parametrize(
    "what",
    [
        "no columns", "two columns", "texts", "integers", "float32", "lists", "missing draws", "fewer draws",
        "noise",
    ],
)  # fmt: skip
def test_a_parquet_part_that_is_none_is_refused(tmp_path, what):
    parquet = pytest.importorskip("pyarrow.parquet")
    written(tmp_path).unlink()
    file = io.BytesIO()
    if what == "noise":
        file.write(b"PAR1" + PADDING + b"PAR1")
    else:
        table = _tables()[what].replace_schema_metadata({"run": MARK, "padding": "x" * 99_999})
        parquet.write_table(table, file, compression="none", use_dictionary=False)
    part = placed(tmp_path, file.getvalue(), "parquet")
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=rf"{part.name} is damaged \(.*Delete it"):
            read()


@pytest.mark.parametrize("kind", ["npz", "parquet"])
@pytest.mark.parametrize("said", ["0000000-0000003", "0000002-0000004", "0000002-0000001"])
def test_a_part_under_another_range_is_refused(tmp_path, kind, said):
    part = written(tmp_path, kind=kind)
    part.rename(tmp_path / part.name.replace("0000000-0000002", said))
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=r"is damaged \(.*its? name says.*Delete it"):
            read()


HEADERS = {
    "a list": "[]",
    "a text": '"x"',
    "nothing": "",
    "no layout": "{}",
    "layout only": '{"layout": 3}',
    "NUL": "\0\0",
    "lists without end": "[" * 100_000,
    "a number without end": '{"layout": ' + "9" * 5_000 + "}",
    "bytes": b"\xff\xfe\xfd",
    "draws, a text": {"draws": "many"},
    "draws, nothing": {"draws": None},
    "draws below one": {"draws": -5},
    "draws, a fraction": {"draws": 1.5},
    "draws, true": {"draws": True},
    "key, a list": {"key": []},
    "key, nothing": {"key": None},
    "key of numbers": {"key": {"seed": 0}},
    "columns, nothing": {"columns": None},
    "columns, a text": {"columns": "ab"},
    "columns of lists": {"columns": [[1]]},
}


@pytest.mark.parametrize("what", HEADERS)
def test_a_header_that_is_none_is_refused(tmp_path, what):
    written(tmp_path)
    path, text = tmp_path / "payload.json", HEADERS[what]
    if isinstance(text, dict):
        text = json.dumps({**json.loads(path.read_text()), **text})
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=r"payload\.json: .*\. Run again into a new folder\."):
            read()


def test_a_folder_of_an_earlier_layout_is_refused(tmp_path):
    written(tmp_path)
    path = tmp_path / "payload.json"
    path.write_text(path.read_text().replace('"layout": 3', '"layout": 2'))
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=r"layout 2; this version reads 3\. .*new folder"):
            read()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("make", [os.mkdir, getattr(os, "mkfifo", None)])
@pytest.mark.parametrize("which", ["payload.json", "draws-*"])
def test_only_regular_files_are_read(tmp_path, which, make):
    written(tmp_path)
    path = next(tmp_path.glob(which))
    path.unlink()
    make(path)
    for read in both_ways(tmp_path):
        with pytest.raises(InputError, match=path.name):
            read()


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_folder_that_no_system_has_is_refused(name):
    with pytest.raises(InputError):
        read_payload(name)
    with pytest.raises(StressError, match=r"no folder can have|cannot open folder"):
        opened(name)


@pytest.mark.parametrize("kind", ["npz", "parquet"])
def test_a_book_whose_file_name_is_no_text_is_streamed(tmp_path, kind):
    """What Python makes of a name on disk that is not UTF-8."""
    name = os.fsdecode(b"b\xff.csv")
    for _ in range(2):
        store = Payload(tmp_path, format=kind)
        store.begin([f"{name}/shock"], {f"portfolio {name}": "abc"})
        store.save(0, WHOLE[:, :CHUNK])
        store.flush()
    columns, totals = stress.read_payload(tmp_path)
    assert columns == (f"{name}/shock",)
    assert totals.shape == (1, CHUNK)


def test_what_a_killed_run_had_half_written_goes_after_an_hour(tmp_path):
    written(tmp_path)
    old, new = tmp_path / ".draws-a.ff.part", tmp_path / ".draws-b.ff.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    opened(tmp_path)
    assert not old.exists()
    assert new.exists()
