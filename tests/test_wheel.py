"""What is bundled is found from an installed wheel, in any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the backend that is installed; nothing is downloaded."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    program = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return folder / built.stdout.split()[-1]


def test_the_wheel_holds_the_package_its_bundled_files_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for kind, suffix in (("scenarios", ".toml"), ("portfolios", ".csv"), ("models", ".json")):
        inside = {name.rsplit("/", 1)[1] for name in names if f"stress/_bundled/{kind}/" in name}
        beside = {path.name for path in (ROOT / kind).iterdir() if path.suffix == suffix}
        assert beside
        assert beside <= inside
    assert "stress/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "docs/", "benchmarks/")) for name in names)


def test_an_installed_wheel_runs_the_demo_in_any_folder(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import stress; "
        "assert stress.__file__.startswith(sys.argv[1]), stress.__file__; "
        "from stress.cli import main; "
        "main(['run', 'ai_growth', '-s', 'deepseek-2025-01-27', '--draws', '4096'])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(site)],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "IF 27 JANUARY 2025 HAPPENED AGAIN" in done.stdout
