"""Where the fixtures of position files stand, and a file made on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "portfolios"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a file of the given content and return its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "book.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
