"""Draws on disk: whole parts or none, an interrupted run goes on, nothing finished is lost or done again."""

import errno
import os
import pickle
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import stress
from stress.errors import InputError, MissingExtraError
from stress.files import atomic
from stress.files.atomic import StorageError
from stress.runs import parts, payload
from stress.runs.payload import Payload, read_payload
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation import simulate as simulation
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate
from stress.simulation.streams import CHUNK

DRAWS = 40 * CHUNK + 100
KEY = {"seed": "0", "portfolio toy": "abc"}


@pytest.fixture(scope="module")
def plans(toy):
    book = toy.book({"AAA": 400.0, "CCC": -150.0})
    return [
        plan(book, completed, variation=Variation(kind="names"))
        for completed in (
            complete_baseline(book.model),
            complete(toy.scenario({"chips": "-12%"}), book.model),
        )
    ]


@pytest.fixture(scope="module")
def plain(plans):
    return [pnl.totals for pnl in simulate(plans, draws=DRAWS, seed=0)]


def opened(folder, **given):
    store = Payload(folder, **given)
    store.begin(["toy/baseline", "toy/shock"], KEY)
    return store


def interrupt_after(draws):
    def watch(done, total):
        if done >= draws:
            raise KeyboardInterrupt

    return watch


@pytest.mark.parametrize("kind", ["npz", "parquet"])
def test_draws_come_back_as_they_were(tmp_path, plans, plain, kind):
    simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path / "new", format=kind))
    columns, totals = read_payload(tmp_path / "new")

    assert columns == ("toy/baseline", "toy/shock")
    assert totals.shape == (2, DRAWS)
    assert (totals == np.array(plain)).all()
    assert not list((tmp_path / "new").glob(".*"))


def test_without_pyarrow_parquet_draws_say_what_to_install(tmp_path, plans, monkeypatch):
    simulate(plans, draws=100, seed=0, store=opened(tmp_path, format="parquet"))
    monkeypatch.setattr(parts, "find_spec", lambda name: None)

    with pytest.raises(MissingExtraError, match=r"reading .* pip install 'foreshock\[parquet\]'"):
        stress.read_payload(tmp_path)
    with pytest.raises(MissingExtraError, match="writing"):
        Payload(tmp_path / "other", format="parquet")
    assert Payload(tmp_path / "other").format == "npz"


def test_a_file_that_is_missing_among_others_is_no_interrupted_run(tmp_path, plans, plain):
    simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path / "run"))
    parts = sorted((tmp_path / "run").glob("draws-*"))
    assert len(parts) > 2
    parts[1].unlink()
    with pytest.raises(StorageError, match=r"lacks draws from .* and holds later ones"):
        read_payload(tmp_path / "run")
    simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path / "run"))
    assert (read_payload(tmp_path / "run")[1][0] == plain[0]).all()


@pytest.mark.parametrize("kind", ["npz", "parquet"])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, plans, plain, kind, monkeypatch):
    store = opened(tmp_path / "run", format=kind)
    with pytest.raises(KeyboardInterrupt):
        simulate(
            plans, draws=DRAWS, seed=0, store=store, on_progress=interrupt_after(21 * CHUNK),
            executor=1,
        )  # fmt: skip
    done = read_payload(tmp_path / "run")[1].shape[1]
    assert done == 21 * CHUNK

    worked = []
    run_chunks = simulation.run_chunks

    def watched(work, chunks, **given):
        worked.extend(chunks)
        return run_chunks(work, chunks, **given)

    monkeypatch.setattr(simulation, "run_chunks", watched)
    again = simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path / "run", format=kind))
    assert worked == list(range(21, 41))
    assert all((pnl.totals == one).all() for pnl, one in zip(again, plain, strict=True))


@pytest.mark.parametrize("executor", [1, 2])
def test_an_interrupt_while_a_part_is_written_loses_nothing_that_is_finished(
    tmp_path, plans, plain, executor, monkeypatch
):
    store = opened(tmp_path)
    written, write = [], payload.write_atomically

    def struck(path, content):
        written.append(path.name)
        if sum(name.startswith("draws-") for name in written) == 2:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(payload, "write_atomically", struck)
    reported = []
    found = simulate(
        plans, draws=DRAWS, seed=0, store=store, executor=executor, on_interrupt="partial",
        on_progress=lambda done, _: reported.append(done),
    )  # fmt: skip
    _, totals = read_payload(tmp_path)
    assert found[0].partial
    assert reported[-1] == found[0].draws == 31 * CHUNK
    assert totals.shape[1] == 32 * CHUNK
    assert (totals == np.array(plain)[:, : 32 * CHUNK]).all()
    assert not list(tmp_path.glob(".*"))


def test_more_draws_go_on_from_fewer(tmp_path, plans, plain):
    simulate(plans, draws=5000, seed=0, store=opened(tmp_path))
    more = simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path))

    assert (more[0].totals == plain[0]).all()


def test_ctrl_c_leaves_a_usable_result_marked_partial(plans, plain):
    found = simulate(
        plans,
        draws=DRAWS,
        seed=0,
        executor=1,
        on_progress=interrupt_after(9 * CHUNK),
        on_interrupt="partial",
    )

    assert all(pnl.partial and pnl.asked == DRAWS and pnl.draws == 9 * CHUNK for pnl in found)
    assert (found[1].totals == plain[1][: 9 * CHUNK]).all()


def test_a_payload_has_as_many_draws_as_the_run_that_asked_for_most(tmp_path, plans, plain):
    for draws, there in ((10_000, 10_000), (5_000, 10_000), (14_000, 14_000)):
        found = simulate(plans, draws=draws, seed=0, store=opened(tmp_path))
        _, totals = read_payload(tmp_path)
        assert totals.shape == (2, there)
        assert (totals[:, :draws] == np.array([pnl.totals for pnl in found])).all()
        assert (totals == np.array(plain)[:, :there]).all()


def test_a_run_to_a_target_error_leaves_the_draws_it_made(tmp_path):
    folder = tmp_path / "run"
    result = stress.run(
        "ai_growth", "deepseek-2025-01-27", draws=5_000, target_error="2%", store=folder
    )
    assert result.manifest.draws > 5_000
    columns, totals = stress.read_payload(folder)
    assert totals.shape == (len(columns), result.manifest.draws)


def test_another_run_is_not_mixed_in(tmp_path):
    opened(tmp_path)
    with pytest.raises(InputError, match="differs in seed"):
        Payload(tmp_path).begin(["toy/baseline", "toy/shock"], {**KEY, "seed": "1"})
    with pytest.raises(InputError, match="another run"):
        Payload(tmp_path).begin(["toy/baseline"], KEY)


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds thesis\.txt"):
        opened(tmp_path)
    with pytest.raises(InputError, match="no payload"):
        read_payload(tmp_path)


def test_a_full_disk_leaves_finished_parts_intact(tmp_path, plans, plain, monkeypatch):
    store = opened(tmp_path, format="npz")
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > 2:  # how many draws are asked for, and one part
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device.*65,536 draws.*run again"):
        simulate(plans, draws=DRAWS, seed=0, store=store)
    monkeypatch.undo()

    part, record = sorted(path.name for path in tmp_path.iterdir())
    assert re.fullmatch(r"draws-0000000-0000016-[0-9a-f]{16}\.npz", part)
    assert record == "payload.json"
    again = simulate(plans, draws=DRAWS, seed=0, store=opened(tmp_path, format="npz"))
    assert (again[0].totals == plain[0]).all()


def test_the_system_says_what_is_wrong(tmp_path):
    """A file longer than the process may write."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageError, match=r"cannot write .*never: File too large\."):
            atomic.write_atomically(tmp_path / "never", bytes(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_new_files_have_the_permissions_of_the_process_which_are_never_touched(
    tmp_path, monkeypatch
):
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the umask is of all threads"))
        atomic.write_atomically(tmp_path / "new", b"whole")
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == b"whole"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    atomic.write_atomically(tmp_path / "new", b"other", replace=False)
    assert (tmp_path / "new").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot open folder"):
        opened(tmp_path / "file" / "run")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(tmp_path, plans):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="Permission denied"):
        opened(tmp_path / "run")


@pytest.mark.parametrize("kind", ["npz", "parquet"])
@pytest.mark.parametrize("place", [0.05, 0.3, 0.5, 0.7, 0.98])
def test_a_part_with_one_changed_byte_is_refused_not_believed(tmp_path, plans, kind, place):
    simulate(plans, draws=5000, seed=0, store=opened(tmp_path, format=kind))
    part = next(tmp_path.glob("draws-*"))
    content = bytearray(part.read_bytes())
    content[int(place * len(content))] ^= 0x01
    part.write_bytes(content)
    with pytest.raises(StorageError, match=rf"{part.name} is damaged.*checksum.*Delete it"):
        simulate(plans, draws=9000, seed=0, store=opened(tmp_path, format=kind))

    part.unlink()
    again = simulate(plans, draws=9000, seed=0, store=opened(tmp_path, format=kind))
    plain = simulate(plans, draws=9000, seed=0)
    assert [one.digest for one in again] == [one.digest for one in plain]


def test_a_header_half_written_by_a_run_that_was_killed_is_none(tmp_path, plans):
    (tmp_path / ".payload.json.ygg8gtvu.part").write_text('{"layo')
    simulate(plans, draws=5000, seed=0, store=opened(tmp_path))
    assert read_payload(tmp_path)[1].shape == (2, 5000)

    (tmp_path / "payload.json").unlink()
    with pytest.raises(InputError, match="is no payload of a run and holds draws-"):
        opened(tmp_path)


@pytest.mark.parametrize("links", [True, False])
def test_of_two_runs_that_begin_at_once_the_second_goes_on_or_is_refused(
    tmp_path, monkeypatch, links
):
    """The header of the other run comes into being while this one writes its own."""
    made = atomic._place

    def meanwhile(name, path, *, replace):
        monkeypatch.setattr(atomic, "_place", made)
        other = Payload(tmp_path)
        other.begin(["toy/baseline"], KEY)
        made(name, path, replace=replace)

    if not links:
        monkeypatch.setattr(atomic.os, "link", _refused)
    monkeypatch.setattr(atomic, "_place", meanwhile)
    Payload(tmp_path).begin(["toy/baseline"], KEY)
    (tmp_path / "payload.json").unlink()
    monkeypatch.setattr(atomic, "_place", meanwhile)
    with pytest.raises(InputError, match="holds the draws of another run: it differs in seed"):
        Payload(tmp_path).begin(["toy/baseline"], {**KEY, "seed": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["payload.json"]


def _refused(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_format_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"format: 'hdf5' is not one of: parquet, npz"):
        Payload(tmp_path, format="hdf5")


def test_a_damaged_part_is_named(tmp_path, plans):
    simulate(plans, draws=5000, seed=0, store=opened(tmp_path, format="npz"))
    part = next(tmp_path.glob("draws-*"))
    part.write_bytes(part.read_bytes()[:1000])
    with pytest.raises(StorageError, match=r"damaged.*Delete it"):
        read_payload(tmp_path)


def test_runs_at_one_time_may_share_a_payload(toy, tmp_path):
    book, scenario = toy.book({"AAA": 400.0, "CCC": -150.0}), toy.scenario({"chips": "-12%"})
    asked = {"draws": 150_000, "model_range": False}
    alone = stress.run(book, scenario, **asked)
    shared = Payload(tmp_path, format="npz")
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(stress.run, book, scenario, store=shared, **asked) for _ in range(3)]
    assert {run.result().digest for run in runs} == {alone.digest}
    assert read_payload(tmp_path)[1].shape == (2, 150_000)
    pickle.loads(pickle.dumps(shared))


def test_a_store_without_a_name_is_refused():
    for store in ("", "  "):
        with pytest.raises(InputError, match=r"Write '\.' for the current folder"):
            Payload(store)
