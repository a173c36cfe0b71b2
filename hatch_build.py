"""Compile `stress/kernel.c` while the package is built, where there is a C compiler; without one nothing is lost but time.

`python hatch_build.py` compiles it in place.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand, without the build's own environment
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / "stress" / "kernel.c"
#: The bits of a result are those of numpy: nothing is fused, nothing is reordered.
FLAGS = [
    "-O3",
    "-std=gnu11",
    "-fPIC",
    "-shared",
    "-fno-fast-math",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
]
LIBRARY = "kernel.shared"


def compiled() -> Path | None:
    """Compile the kernel beside its source; None without a compiler that can."""
    made = SOURCE.with_name(LIBRARY)
    fresh = made.with_name(f"{LIBRARY}.{os.getpid()}")
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
    asked = (os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc", "gcc", "clang")
    for compiler in dict.fromkeys(filter(None, asked)):
        for width in ([], ["-DONE_WIDTH"]):  # several widths of vectors in one: gcc on Linux only
            command = [*shlex.split(compiler), *FLAGS, *width, f'-DSOURCE="{digest}"']
            try:
                subprocess.run(
                    [*command, str(SOURCE), "-o", str(fresh)], capture_output=True, check=True
                )
                fresh.replace(made)  # at once: another process may be loading it
            except (OSError, subprocess.CalledProcessError):
                continue
            finally:
                fresh.unlink(missing_ok=True)
            return made
    return None


class CustomBuildHook(BuildHookInterface):
    """Put the compiled kernel into a wheel, or beside its source where the package is installed in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say what the wheel then runs on."""
        if self.target_name != "wheel":
            return
        made = compiled()
        if made is None:
            self.app.display_warning(
                "no C compiler: foreshock runs on numpy alone, with the same results"
            )
            return
        build_data["artifacts"].append(f"stress/{made.name}")
        build_data["pure_python"] = False
        platform = self.build_config.builder.get_best_matching_tag().rsplit("-", 1)[1]
        build_data["tag"] = f"py3-none-{platform}"


if __name__ == "__main__":
    made = compiled()
    print(made or "no C compiler was found, or none that takes this: foreshock runs on numpy alone")  # noqa: T201
