"""Where the scenarios, sample books and factor models that come with the package are found."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from stress.errors import InputError, did_you_mean, shortened

__all__ = [
    "BundledKind",
    "bundled_folder",
    "bundled_ids",
    "bundled_path",
    "find_file",
    "find_model",
    "find_portfolio",
]

BundledKind = Literal["scenarios", "portfolios", "models"]

_SUFFIX: dict[BundledKind, str] = {"scenarios": ".toml", "portfolios": ".csv", "models": ".json"}
_SINGULAR: dict[BundledKind, str] = {
    "scenarios": "scenario",
    "portfolios": "portfolio",
    "models": "model",
}

#: Hedge universes lie beside the sample books and are no books (`stress.files.universes.file`).
_UNIVERSE = "hedges_"

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def bundled_folder(kind: BundledKind) -> Path:
    """Return the folder that holds the bundled files of a kind.

    Parameters
    ----------
    kind : {'scenarios', 'portfolios', 'models'}
        What is looked for.

    Returns
    -------
    Path
        Inside the package when it was installed from a wheel; beside it in an editable clone.

    Raises
    ------
    InputError
        When neither place has it.
    """
    if kind not in get_args(BundledKind):
        raise InputError(f"'{kind}' is not bundled; there are {', '.join(get_args(BundledKind))}.")
    installed = _PACKAGE / "_bundled" / kind
    if installed.is_dir():
        return installed
    clone = _PACKAGE.parent
    if (clone / "pyproject.toml").is_file() and (clone / kind).is_dir():
        return clone / kind
    raise InputError(
        f"the bundled {kind} are missing: neither {installed} nor a clone's {kind}/ exists. "
        "Install the package again."
    )


def bundled_ids(kind: BundledKind) -> tuple[str, ...]:
    """Return the ids of all bundled files of a kind, sorted.

    Parameters
    ----------
    kind : {'scenarios', 'portfolios', 'models'}
        What is listed.
    """
    suffix = _SUFFIX[kind]
    return tuple(
        sorted(
            path.name.removesuffix(suffix)
            for path in bundled_folder(kind).iterdir()
            if path.name.endswith(suffix)
            and not path.name.endswith(".schema.json")
            and not path.name.startswith(_UNIVERSE)
        )
    )


def bundled_path(kind: BundledKind, name: str) -> Path:
    """Return the file of a bundled id.

    Parameters
    ----------
    kind : {'scenarios', 'portfolios', 'models'}
        What is looked for.
    name : str
        Its id: the file name without its suffix.

    Raises
    ------
    InputError
        For an unknown id, with the closest ones.
    """
    path = bundled_folder(kind) / f"{name}{_SUFFIX[kind]}"
    # `os.path` says no of a name that no file can have; `Path` raises.
    if not _is_id(name) or not os.path.isfile(path):
        known = bundled_ids(kind)
        singular = _SINGULAR[kind]
        close = did_you_mean(name, known)
        remedy = close or f"`foreshock {singular} list` shows all {len(known)}."
        raise InputError(
            f"{shortened(repr(name))} is neither a file nor the id of a bundled {singular}. {remedy}"
        )
    return path


def find_file(kind: BundledKind, id_or_path: str | os.PathLike[str]) -> Path:
    """Return the file that an id or a path means.

    Text with a slash or the usual suffix is a path. Other text is a bundled id first, then a file
    of that name.

    Parameters
    ----------
    kind : {'scenarios', 'portfolios', 'models'}
        What is looked for.
    id_or_path : str or path
        What the user wrote.

    Returns
    -------
    Path
        For a path it may not exist: its reader says so.

    Raises
    ------
    InputError
        For an unknown id, with the closest ones.
    """
    text = os.fspath(id_or_path)
    if not isinstance(id_or_path, str) or "/" in text or os.sep in text:
        return Path(text)
    if text.endswith(_SUFFIX[kind]):
        return Path(text)
    bundled = _is_id(text) and os.path.isfile(bundled_folder(kind) / f"{text}{_SUFFIX[kind]}")
    if not bundled and os.path.exists(text):
        return Path(text)
    return bundled_path(kind, text)


def _is_id(text: str) -> bool:
    return bool(text) and all(char.isascii() and (char.isalnum() or char in "-_.") for char in text)


def find_model(id_or_path: str | os.PathLike[str]) -> Path:
    """Return the file of a factor model: what ends in ``.json`` or exists is a path, the rest an id."""
    path = Path(id_or_path)
    if path.suffix == ".json" or os.path.exists(id_or_path):
        return path
    return bundled_path("models", str(id_or_path))


def find_portfolio(id_or_path: str | os.PathLike[str]) -> Path:
    """Return the file of a portfolio; see `find_file`."""
    return find_file("portfolios", id_or_path)
