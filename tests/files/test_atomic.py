"""A file that is written over keeps what it is: link, permissions; what is no file is left alone."""

from __future__ import annotations

import os
import stat

import pytest

from stress.files.atomic import StorageError, write_atomically


def test_a_private_file_stays_private(tmp_path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o600)
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_is_followed_and_stays(tmp_path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "a"
    link = tmp_path / "link"
    link.symlink_to("deep/a")
    for content in (b"first", b"second"):  # into being, and replaced
        write_atomically(link, content)
        assert link.is_symlink()
        assert file.read_bytes() == content
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "deep", "link"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_what_is_no_file_is_left_as_it_is(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StorageError, match=r"cannot write .*pipe: it is no regular file"):
        write_atomically(pipe, b"new")
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
def test_a_file_of_another_user_stays_theirs(tmp_path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    os.chown(file, 1234, 1234)
    write_atomically(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)
