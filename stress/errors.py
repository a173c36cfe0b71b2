"""The exceptions: each says what, which value, where, and what to do.

The command line turns them into exit codes (`exit_code`) and prints their text without a traceback.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = [
    "MOST_LISTED",
    "InputError",
    "LimitBreachedError",
    "MissingExtraError",
    "MissingMeasureError",
    "ModelError",
    "Problem",
    "SolverError",
    "StressError",
    "did_you_mean",
    "plainly",
    "shortened",
    "ticker_meant",
]


#: Problems an error prints; `InputError.problems` keeps all of them.
MOST_LISTED = 30
#: Characters from which on a ticker may have two of its letters swapped or one doubled, and one too many or too few.
_SWAPPED, _ONE_OFF = 4, 5
#: Characters from which on a word may stand for the first part of a name with hyphens.
_HEAD = 4


#: Longer than any name of a file, a ticker or a factor: what was given for one is quoted by its beginning.
_LONG_WORD = re.compile(r"[^ /]{256,}")
#: A value is quoted up to so many characters.
_QUOTED = 60


class StressError(Exception):
    """Any error that foreshock raises on purpose; a run that failed (exit code 1).

    It travels between processes with all it carries, whatever its constructor asks for.
    """

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        return (_as_it_was, (type(self), self.args, self.__dict__))


def _as_it_was(
    kind: type[StressError], args: tuple[object, ...], carried: Mapping[str, object]
) -> StressError:
    """Rebuild an error without its constructor: the built-in kind it refines takes the text."""
    error = kind.__new__(kind, *args)
    builtin = next(base for base in kind.__mro__ if base.__module__ == "builtins")
    builtin.__init__(error, *args)  # type: ignore[misc]  # of the very class the error is of
    error.__dict__.update(carried)
    return error


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an input, and where.

    Parameters
    ----------
    message : str
        What is wrong, with the value.
    file : str, optional
        The file as the user named it.
    line, column : int, optional
        One-based place inside the file.
    hint : str, optional
        What to do about it.
    sums_up : bool
        Whether it says how much there is of the others and what to do about all: printed last, however long
        their list is.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    sums_up: bool = False

    def placed(self, file: str, line: int) -> Problem:
        """Return it in a file, on its own line where it has one.

        Parameters
        ----------
        file : str
            Which names it.
        line : int
            Where it has none of its own.
        """
        return replace(self, file=file, line=self.line or line)

    def __str__(self) -> str:
        place = ":".join(
            str(part) for part in (self.file, self.line, self.column) if part is not None
        )
        text = f"{place}: {self.message}" if place else self.message
        said = f"{text} {self.hint}" if self.hint else text
        return _LONG_WORD.sub(lambda word: shortened(word[0]), said)


class InputError(StressError, ValueError):
    """Invalid input: all problems of a file at once (exit code 3).

    Parameters
    ----------
    problems : str, Problem or iterable of Problem
        What is wrong. At least one. The text lists the first `MOST_LISTED`, counts the rest and
        ends with what sums them up; the attribute `problems` keeps every one.
    """

    exit_code = 3

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(message=problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        single = [problem for problem in self.problems if not problem.sums_up]
        lines = [str(problem) for problem in single[:MOST_LISTED]]
        if len(single) > MOST_LISTED:
            lines.append(
                f"... and {len(single) - MOST_LISTED:,} more problems ({len(single):,} in all)."
            )
        lines += [str(problem) for problem in self.problems if problem.sums_up]
        super().__init__("\n".join(lines))

    def in_file(self, file: str) -> InputError:
        """Return the error with the file named where a problem has a line and no file.

        Parameters
        ----------
        file : str
            The file the lines belong to.
        """
        return InputError(
            replace(problem, file=file)
            if problem.line is not None and not problem.file
            else problem
            for problem in self.problems
        )


class ModelError(StressError):
    """A factor model that cannot answer: singular, not positive semi-definite, too short a window."""


class SolverError(StressError):
    """An optimiser did not reach a certified answer.

    Parameters
    ----------
    message : str
        What was tried and what each solver said.
    status : str
        The last status.
    attempts : tuple of str
        One entry a solver tried.
    """

    def __init__(self, message: str, *, status: str, attempts: tuple[str, ...] = ()) -> None:
        self.status = status
        self.attempts = attempts
        super().__init__(message)


class MissingMeasureError(StressError, LookupError):
    """A measure was asked of a result that does not have it."""


class LimitBreachedError(StressError):
    """Limits the user set are breached: one line each (exit code 4)."""

    exit_code = 4


class MissingExtraError(StressError, ImportError):
    """An optional dependency is not installed (exit code 5).

    Parameters
    ----------
    extra : str
        The extra of the distribution that brings it.
    what : str
        What needs it.
    """

    exit_code = 5

    def __init__(self, extra: str, what: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs an optional package: pip install 'foreshock[{extra}]'")


def shortened(text: str) -> str:
    """Return the beginning of a text that is too long to be quoted."""
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 3]}..."


def plainly(value: object) -> str:
    """Return a value as Python writes it, and a NumPy scalar as the plain value that it is.

    Examples
    --------
    >>> plainly("a"), plainly(2.5)
    ("'a'", '2.5')
    """
    of_numpy = type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()
    return repr(value.item() if of_numpy else value)  # type: ignore[attr-defined]  # NumPy is not loaded here


def _same_head(word: str, known: Iterable[str]) -> list[str]:
    """Return what begins, up to its first hyphen, with nearly this word: ``deepsek`` and ``deepseek-2025-01-27``."""
    if len(word) < _HEAD:
        return []
    heads = {entry: entry.partition("-")[0] for entry in known if "-" in entry}
    ratio = {
        entry: difflib.SequenceMatcher(None, word, head).ratio() for entry, head in heads.items()
    }
    return sorted(
        (entry for entry in ratio if ratio[entry] >= 0.8), key=lambda entry: (-ratio[entry], entry)
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean 'x'?"`` for the closest known words, or an empty string.

    Parameters
    ----------
    word : str
        What the user wrote.
    known : iterable of str
        What exists.

    Returns
    -------
    str
        A sentence, or ``""`` when nothing is close.

    Examples
    --------
    >>> did_you_mean("semis_ai_compte", ["semis_ai_compute", "market"])
    "Did you mean 'semis_ai_compute'?"
    """
    by_fold = {entry.casefold(): entry for entry in known}
    if word.casefold() in by_fold:
        return f"Did you mean '{by_fold[word.casefold()]}'?"
    close = _same_head(word.casefold(), by_fold)
    close += difflib.get_close_matches(word.casefold(), by_fold, n=3, cutoff=0.6)
    return _meant(by_fold[entry] for entry in close)


def ticker_meant(written: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean 'X'?"`` for tickers that one slip of the fingers makes of this one, or an empty string.

    Half of all short tickers are a letter away from another company's: only a slip that few tickers in use could be is
    offered. These are another case; of four characters and more two neighbours swapped (``NDVA``) or one doubled
    (``NVDDA``); of five and more any one too many or left out (``NVDIA``, ``GOGL``). A changed letter is none: ``AMGN`` is
    not ``AMZN``.

    Parameters
    ----------
    written : str
        What the user wrote.
    known : iterable of str
        Tickers that exist.

    Examples
    --------
    >>> ticker_meant("NVDIA", ["NVDA", "AMZN"]), ticker_meant("AMGN", ["AMZN"]), ticker_meant("VRTX", ["VRT"])
    ("Did you mean 'NVDA'?", '', '')
    """
    word = written.casefold()
    return _meant(ticker for ticker in known if _slips(word, ticker.casefold()))


def _meant(close: Iterable[str]) -> str:
    """Word up to three suggestions, the closest first."""
    first = list(dict.fromkeys(close))[:3]
    return "Did you mean " + " or ".join(f"'{entry}'" for entry in first) + "?" if first else ""


def _slips(word: str, ticker: str) -> bool:
    """Whether a word is a ticker with one slip of the fingers."""
    if word == ticker:
        return True
    if len(word) == len(ticker) >= _SWAPPED:
        first = next(i for i, (a, b) in enumerate(zip(word, ticker, strict=True)) if a != b)
        swapped = word[:first] + word[first + 1 : first + 2] + word[first] + word[first + 2 :]
        return swapped == ticker
    longer, shorter = (word, ticker) if len(word) > len(ticker) else (ticker, word)
    if len(longer) != len(shorter) + 1:
        return False
    without = [i for i in range(len(longer)) if longer[:i] + longer[i + 1 :] == shorter]
    if len(longer) >= _ONE_OFF:
        return bool(without)
    return longer is word and len(word) >= _SWAPPED and len(without) > 1
