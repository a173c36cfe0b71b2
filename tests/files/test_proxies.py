"""A file of proxies is read whole or refused with every problem."""

from __future__ import annotations

import pytest

from stress.errors import InputError
from stress.files.proxies import read_proxies


def test_it_reads_pairs_comments_blanks_and_a_byte_order_mark(tmp_path) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes('\ufeff# mine\nTicker,Proxy,why\n\nRKLB, LMT ,space\n"BRK,B",SPY\n'.encode())
    assert read_proxies(file) == {"RKLB": "LMT", "BRK,B": "SPY"}


def test_all_problems_at_once(tmp_path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("ticker,proxy\nA,B\nA,C\nD,\nE\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_proxies(file)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a;b\nA;B\n", "It must be ticker,proxy."),
        (b"ticker,proxy\nA\0,B\n", "NUL"),
        (b"\xff\xfet\0", "not UTF-8"),
        (b'ticker,proxy\n"A,B\n', "p.csv:2"),
        (b"ticker,proxy,Proxy\nA,B,C\n", "'Proxy' stands twice .columns 2 and 3."),
        (b"ticker,proxy\nA,B,C\n", "p.csv:2: 3 cells under 2 titles: 'A,B,C'"),
        (b"x" * 1_000_001, "no file of proxies"),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path, content, words) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_proxies(file)


def test_a_missing_file_and_a_folder(tmp_path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError):
            read_proxies(path)
