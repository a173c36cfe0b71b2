"""Print the oldest versions that pyproject.toml allows of what the package and its extras need, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

stated = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = stated["optional-dependencies"]
needed = [
    *stated["dependencies"],
    *(one for name in extras if name != "dev" for one in extras[name]),
]
for requirement in needed:
    found = re.match(r"([\w-]+)>=([\w.]+)", requirement)
    if found is None:
        raise SystemExit(f"pyproject.toml: {requirement!r} states no oldest version.")
    print(f"{found[1]}=={found[2]}")
