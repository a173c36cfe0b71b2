"""The line of a JSON file that holds the hash of all its other lines: who changes one is found out."""

from __future__ import annotations

import hashlib
import re

__all__ = ["changed", "sealed", "stated_and_own_hash"]

_HASH_LINE = re.compile(rb'^ "content_hash": "([0-9a-f]{64})",\n', re.MULTILINE)


def sealed(body: bytes) -> bytes:
    """Return a text with the line of its hash put in as the third.

    Parameters
    ----------
    body : bytes
        JSON of one object, whose first line is the brace and whose second is a whole entry.
    """
    opened, first, rest = body.split(b"\n", 2)
    line = f' "content_hash": "{hashlib.sha256(body).hexdigest()}",'.encode()
    return b"\n".join([opened, first, line, rest])


def stated_and_own_hash(content: bytes) -> tuple[str | None, str]:
    """Return the hash that a text states, as `sealed` writes it, and that of its other lines.

    Parameters
    ----------
    content : bytes
        Of a file.

    Returns
    -------
    stated : str or None
        None where no line states one.
    own : str
        What it must be.
    """
    line = _HASH_LINE.search(content)
    bare = content if line is None else content[: line.start()] + content[line.end() :]
    return None if line is None else line[1].decode(), hashlib.sha256(bare).hexdigest()


def changed(stated: object, own: str) -> str:
    """Say that a text states another hash than its own."""
    return f"was changed after it was made: its content_hash is {str(stated)[:12]}, its contents have {own[:12]}."
