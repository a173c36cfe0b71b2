"""Factor models as files: plain JSON, one line a factor, name or session, identified by its hash.

Reading needs numpy and the standard library only. Numbers are rounded to six significant digits
(covariances to ten, so that they stay positive semi-definite); a model is what its file says, so
`write_model` returns the model as read back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from stress.currencies import DOLLAR, no_currency
from stress.dates import calendar_date
from stress.errors import InputError, ModelError, Problem, shortened
from stress.factors.history import History
from stress.factors.model import Factor, FactorModel
from stress.files.atomic import write_atomically
from stress.files.models.keys import unknown_keys
from stress.files.models.text import FORMAT, NAME_NUMBERS, NAME_ROWS, PLAIN, model_text
from stress.files.small_text import read_small
from stress.files.stated_hash import changed, stated_and_own_hash

__all__ = [
    "FORMAT",
    "LARGEST_MODEL",
    "model_hash",
    "model_text",
    "parse_model",
    "read_model",
    "write_model",
]

#: Files above this are refused before they are parsed. [bytes]
LARGEST_MODEL = 100_000_000
#: Those of smaller files are kept. [bytes]
_LARGEST_KEPT = 4_000_000


def read_model(path: str | os.PathLike[str]) -> FactorModel:
    """Read a factor model.

    Parameters
    ----------
    path : path-like
        A file that `write_model` wrote, or one like it.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError
        Not readable, larger than `LARGEST_MODEL`, not JSON, another format, an entry that is missing, unknown or of the wrong shape, or contents
        that are not those its content hash is of.
    """
    content, source = _content(path), os.fspath(path)
    return (_kept if len(content) <= _LARGEST_KEPT else _parsed)(content, source)


def model_hash(path: str | os.PathLike[str]) -> str:
    """Return the content hash of a model file, without reading the model where its lines are as they were written.

    Parameters
    ----------
    path : path-like
        As for `read_model`, which may raise.
    """
    content = _content(path)
    stated, own = stated_and_own_hash(content)
    return own if stated == own else parse_model(content, source=os.fspath(path)).content_hash


def _parsed(content: bytes, source: str) -> FactorModel:
    return parse_model(content, source=source)


#: Who opens book after book asks for one model again and again, and a model is not changed.
_kept = lru_cache(maxsize=4)(_parsed)


def _content(path: str | os.PathLike[str]) -> bytes:
    return read_small(Path(path), most=LARGEST_MODEL, wanted="factor model")


def parse_model(content: bytes, *, source: str = "model") -> FactorModel:
    """Read a factor model from the bytes of its file.

    Parameters
    ----------
    content : bytes
        UTF-8 JSON.
    source : str
        Named in messages.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError
        As `read_model`.
    """
    stated, own = stated_and_own_hash(content)
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(
            Problem(file=source, line=line, message=f"is not a JSON file: {error}.")
        ) from None
    except RecursionError:
        raise InputError(
            Problem(file=source, message="is not a model: it has lists in lists without end.")
        ) from None
    except ValueError:  # Python reads whole numbers of 4,300 digits at most
        raise InputError(
            Problem(file=source, message="is not a model: it has a number of thousands of digits.")
        ) from None
    if not isinstance(document, dict) or "format" not in document:
        raise InputError(
            Problem(
                file=source,
                message="is not a factor model: it has no 'format'.",
                hint="Models are written by `foreshock calibrate` (in Python stress.calibrate).",
            )
        )
    if document["format"] != FORMAT:
        raise InputError(
            Problem(
                file=source,
                message=f"is a model of format {document['format']!r}; this version reads {FORMAT}.",
            )
        )
    wrong = unknown_keys(document, source)
    wrong += [
        Problem(file=source, message=f"the entry '{key}' is {_short(document[key])}, not {words}.")
        for key, (words, fits) in _PLAIN_ENTRIES.items()
        if key in document and not fits(document[key])
    ]
    wrong += _uneven_rows(document, source)
    if wrong:
        raise InputError(wrong)
    try:
        model = _model(document, own)
    except KeyError as error:
        raise InputError(
            Problem(file=source, message=f"lacks the entry {error.args[0]!r}.")
        ) from None
    except (TypeError, ValueError, AttributeError, ModelError) as error:
        raise InputError(Problem(file=source, message=f"does not hold a model: {error}")) from None
    if stated == own or "content_hash" not in document:
        return model
    return _as_it_was_made(model, document["content_hash"], source=source)


def _uneven_rows(document: dict[str, Any], source: str) -> list[Problem]:
    """Name the rows of securities whose exposures are not one for each factor."""
    factors, names = document.get("factors"), document.get("names")
    if not (isinstance(factors, list) and isinstance(names, list)):
        return []
    return [
        Problem(
            file=source,
            message=f"{entry.get('name')!r} has {len(entry[key])} {key}, and the model {len(factors)} factors.",
        )
        for entry in names
        if isinstance(entry, dict)
        for key in ("exposures", *NAME_ROWS)
        if isinstance(entry.get(key), list) and len(entry[key]) != len(factors)
    ]


def _as_it_was_made(model: FactorModel, stated: object, *, source: str) -> FactorModel:
    """Return the model of a file that was laid out anew (line ends, indents) and says what it always did.

    Raises
    ------
    InputError
        It says something else.
    """
    try:
        text = model_text(model)
    except ModelError as error:
        raise InputError(Problem(file=source, message=f"does not hold a model: {error}")) from None
    _, own = stated_and_own_hash(text)
    if own == stated:
        return parse_model(text, source=source)
    raise InputError(
        Problem(
            file=source,
            message=changed(stated, own),
            hint="Take the original file; or, for a model of your own, give it another 'id' and remove the line of "
            "content_hash.",
        )
    )


def write_model(model: FactorModel, path: str | os.PathLike[str]) -> FactorModel:
    """Write a model; nothing is left half-written.

    Parameters
    ----------
    model : FactorModel
        As calibration returns it.
    path : path-like
        Where to.

    Returns
    -------
    FactorModel
        The model as read back: rounded, with its content hash.

    Raises
    ------
    StorageError
        When the file cannot be written.
    """
    content = model_text(model)
    back = parse_model(content, source=os.fspath(path))
    write_atomically(Path(path), content)
    return back


def _is_date(value: object) -> bool:
    return isinstance(value, str) and calendar_date(value) is not None


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_made(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    settings = value.get("settings", {})
    return isinstance(settings, dict) and all(isinstance(s, int | float) for s in settings.values())


#: What stands once in a model: in words, and the question whether it does.
_PLAIN_ENTRIES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "id": ("text", lambda value: isinstance(value, str) and bool(value.strip())),
    "as_of": ("a date (2025-12-31)", _is_date),
    "window": (
        "two dates",
        lambda value: isinstance(value, list) and len(value) == 2 and all(map(_is_date, value)),
    ),
    "currency": ("the ISO code of a currency ('EUR')", lambda value: no_currency(value) is None),
    "warnings": ("a list of texts", _are_texts),
    "degrees_of_freedom": ("a number", _is_number),
    "volatility_level": ("a number", _is_number),
    **dict.fromkeys(PLAIN, ("a mapping", lambda value: isinstance(value, dict))),
    "made": ("a mapping with settings that are numbers", _is_made),
}


def _short(value: object) -> str:
    return shortened(json.dumps(value))


def _model(document: dict[str, Any], content_hash: str) -> FactorModel:
    names = document["names"]
    details: dict[str, Any] = {key: document[key] for key in PLAIN if key in document}
    for key in (*NAME_NUMBERS, *NAME_ROWS):
        if names and all(key in entry for entry in names):
            values = np.array([entry[key] for entry in names])
            values.setflags(write=False)
            details[key] = values
    first, last = document["window"]
    return FactorModel(
        id=document["id"],
        factors=tuple(
            Factor(
                name=entry["name"],
                kind=entry["kind"],
                unit=entry["unit"],
                title=entry["title"],
                description=entry["description"],
                series=tuple(entry["series"]),
                missing=tuple(entry["missing"]),
                role=entry.get("role", ""),
            )
            for entry in document["factors"]
        ),
        covariance=np.array(document["covariance"], dtype=np.float64),
        covariance_long=np.array(document["covariance_long"], dtype=np.float64),
        degrees_of_freedom=float(document["degrees_of_freedom"]),
        volatility_level=float(document["volatility_level"]),
        names=tuple(entry["name"] for entry in names),
        exposures=np.array([entry["exposures"] for entry in names], dtype=np.float64),
        specific_volatility=np.array(
            [entry["specific_volatility"] for entry in names], dtype=np.float64
        ),
        sources=tuple(entry["source"] for entry in names),
        homes=tuple(entry["home"] for entry in names),
        as_of=document["as_of"],
        window=(first, last),
        warnings=tuple(document["warnings"]),
        history=_history(document["history"]) if "history" in document else None,
        details=details,
        content_hash=content_hash,
        currency=document.get("currency", DOLLAR),
    )


def _history(block: dict[str, Any]) -> History:
    dates, standardised, volatility = zip(*block["sessions"], strict=True)
    return History(
        dates=dates,
        standardised=np.array(standardised),
        volatility=np.array(volatility),
        current_volatility=np.array(block["current_volatility"]),
    )
