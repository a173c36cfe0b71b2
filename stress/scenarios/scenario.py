"""`Scenario`: named, sourced, dated moves of factors and of single names. Pure data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from stress.arguments import held_to, one_of, whole_number
from stress.dates import calendar_date
from stress.errors import InputError, Problem, plainly
from stress.factors.horizon import SHORT_HORIZON, calendar_days
from stress.scenarios.window import window_faults
from stress.twice import given_twice
from stress.units import Move, as_written

__all__ = [
    "BASELINE",
    "ID_PATTERN",
    "MOST_SESSIONS",
    "Conflict",
    "Kind",
    "Observed",
    "Propagation",
    "Returns",
    "Scenario",
    "Source",
    "StatedMove",
    "Variation",
    "VariationKind",
    "VolatilityRule",
    "usual_returns",
]

Kind = Literal["measured", "anchored", "hypothetical"]
Returns = Literal["simple", "compound"]
Propagation = Literal["linked", "alone"]
VariationKind = Literal["names", "severity", "core"]
VolatilityRule = Literal["sticky-strike", "sticky-moneyness", "spot-coordinated"]

#: Lower-case words joined by hyphens: an id is a file name, a column and a key.
ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
#: The id of what is drawn without any scenario: no scenario may have it.
BASELINE = "baseline"
#: The longest horizon, ten years.
MOST_SESSIONS = 2_600


def usual_returns(horizon_days: int) -> Returns:
    """Return how moves over a horizon add up where nothing is said: simple up to 10 sessions, compound beyond."""
    return "simple" if horizon_days <= SHORT_HORIZON else "compound"


#: What stands beside a figure.
_NOTES = ("source", "note", "date", "as_of")
#: What no file can hold: half of a character beyond 65,535.
_HALF = re.compile("[\ud800-\udfff]")


def _text_faults(made: Any, required: Sequence[str], maybe: Sequence[str] = ()) -> list[str]:
    """Say which fields are no text that a file can hold; those of `maybe` may be None."""
    faults = []
    for name in (*required, *maybe):
        value = getattr(made, name)
        if not isinstance(value, str):
            if value is not None or name in required:
                faults.append(f"{name} {plainly(value)} is no text.")
        elif _HALF.search(value):
            faults.append(f"{name} {value!r} has half a character, which no file can hold.")
    return faults


def _require_text(made: Any, what: str, required: Sequence[str], maybe: Sequence[str] = ()) -> None:
    faults = _text_faults(made, required, maybe)
    if faults:
        raise InputError(Problem(message=f"{what}: {fault}") for fault in faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMove:
    """A stated move of a factor or a name.

    Parameters
    ----------
    target : str
        Factor or ticker.
    move : Move
        Its move over the scenario's horizon, to twelve digits: what is hashed and saved is what is run.
    source : str or None
        Where the number comes from: a key of the scenario's sources, or words; one word alone is a key.
    note : str or None
        Anything a reader should know.
    date : str or None
        ISO date of the figure where it is not the scenario's.
    as_of : str or None
        The moment of the figure (``"open"``, ``"close"``) where it is not the scenario's.
    """

    target: str
    move: Move
    source: str | None = None
    note: str | None = None
    date: str | None = None
    as_of: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.target, str) or not self.target.strip():
            raise InputError(
                f"stated move: target {self.target!r} is no name of a factor or a ticker."
            )
        _require_text(self, f"stated move of {self.target!r}", ("target",), _NOTES)
        if not isinstance(self.move, Move):
            raise InputError(
                f"stated move of {self.target}: {self.move!r} is not a Move. "
                'Read one from its text, e.g. stress.parse_move("-5%").'
            )
        object.__setattr__(self, "move", as_written(self.move))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A figure of the story that no factor consumes: shown, never applied."""

    name: str
    text: str
    source: str | None = None
    note: str | None = None
    date: str | None = None
    as_of: str | None = None

    def __post_init__(self) -> None:
        _require_text(self, "observed figure", ("name", "text"), _NOTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source that moves refer to by key."""

    key: str
    text: str

    def __post_init__(self) -> None:
        _require_text(self, "source", ("key", "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two values that sources give for one quantity, and which one stands."""

    quantity: str
    date: str | None
    as_of: str | None
    values: tuple[str, ...]
    used: str
    reason: str

    def __post_init__(self) -> None:
        _require_text(self, "conflict", ("quantity", "used", "reason"), ("date", "as_of"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How the world may vary around the stated moves.

    Parameters
    ----------
    kind : {'names', 'severity', 'core'}
        `names`: stated moves exact. `severity`: the severity is drawn, lognormal with median 1.
        `core`: stated moves are known up to a fraction of their own law.
    severity_sd : float
        Standard deviation of the log of the severity. Used by `severity`.
    core_fraction : float
        Fraction c of the stated moves' own law. Used by `core`.
    """

    kind: VariationKind
    severity_sd: float | None = None
    core_fraction: float | None = None

    def __post_init__(self) -> None:
        match one_of(self.kind, VariationKind, what="variation"):
            case "names":
                pass
            case "severity":
                if self.severity_sd is None or not 0.0 < self.severity_sd <= 2.0:
                    raise InputError(
                        f"variation 'severity' needs severity_sd in (0, 2], got {self.severity_sd}."
                    )
            case "core":
                if self.core_fraction is None or not 0.0 < self.core_fraction <= 1.0:
                    raise InputError(
                        f"variation 'core' needs core_fraction in (0, 1], got {self.core_fraction}."
                    )


#: Fields of a scenario that are text, and those that may be None.
_TEXTS = ("narrative", "path_note")
_MAYBE_TEXTS = ("as_of", "version", "author", "approved_by", "review_by")
#: Numbers of a scenario: the least, and whether there may be none.
_NUMBERS = {
    "calendar_days": (0.0, True),
    "bid_ask_multiple": (1.0, True),
    "contradiction_limit": (0.0, False),
}
#: Fields of a scenario that are one of a few words.
_WORDS = {
    "kind": Kind,
    "returns": Returns,
    "propagation": Propagation,
    "volatility_rule": VolatilityRule,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """A shock: what moves, by how much, over how long, says who.

    Parameters
    ----------
    id : str
        Lower-case words joined by hyphens; not ``baseline``.
    title : str
        One line.
    date : str or None
        ISO date of the last session of the window, for measured scenarios.
    start : str or None
        ISO date of the close the moves are measured from.
    horizon_days : int
        Sessions from start to end, 1 to `MOST_SESSIONS`.
    calendar_days : float or None
        Calendar days from start to end; 7/5 of the sessions when not stated.
    kind : {'measured', 'anchored', 'hypothetical'}
        Where the numbers come from.
    as_of : str or None
        The moment the figures are of: ``"close"``, ``"open"``, ``"press time"``.
    returns : {'simple', 'compound'}
        Which space moves add up in.
    moves : tuple of StatedMove
        Stated moves of factors.
    core_names : tuple of StatedMove
        Stated moves of names that the joint law is conditioned on.
    names : tuple of StatedMove
        Recorded total moves of names (replay).
    observed : tuple of Observed
        Shown, never applied.
    propagation : {'linked', 'alone'} or None
        A mode the file fixes; None leaves it to the run.
    variation : Variation
        How the world may vary.
    volatility_rule : {'sticky-strike', 'sticky-moneyness', 'spot-coordinated'}
        How implied volatility follows the spot.
    bid_ask_multiple : float or None
        Multiple of the usual bid/ask spread, for liquidation costs.
    contradiction_limit : float
        A recorded name further than this many conditional standard deviations from what its
        factors say is refused.
    path : tuple of Scenario
        Steps of a path, in order; empty for one period. They run step by step beside the one-period moves. Of a
        step moves of factors and of core names count; a path of its own, and what was recorded of names, do not.
    narrative, path_note : str
        What happened, and what a path scenario does with its steps.
    sources : tuple of Source
        What the keys of the moves mean.
    conflicts : tuple of Conflict
        Where sources disagree.
    coverage : tuple of (str, str)
        Factor and how much of its basket the figure rests on, or why it is left unstated.
    version, author, approved_by, review_by : str or None
        Governance.
    extends : tuple of str
        Ids of the scenarios it was made from, nearest first. Not part of the content hash.
    file : str or None
        Where it was read from.
    """

    id: str
    title: str
    horizon_days: int
    kind: Kind
    moves: tuple[StatedMove, ...]
    variation: Variation
    returns: Returns = "simple"
    date: str | None = None
    start: str | None = None
    calendar_days: float | None = None
    core_names: tuple[StatedMove, ...] = ()
    names: tuple[StatedMove, ...] = ()
    observed: tuple[Observed, ...] = ()
    propagation: Propagation | None = None
    volatility_rule: VolatilityRule = "sticky-strike"
    bid_ask_multiple: float | None = None
    contradiction_limit: float = 6.0
    path: tuple[Scenario, ...] = ()
    narrative: str = ""
    path_note: str = ""
    sources: tuple[Source, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    as_of: str | None = None
    coverage: tuple[tuple[str, str], ...] = ()
    extends: tuple[str, ...] = ()
    version: str | None = None
    author: str | None = None
    approved_by: str | None = None
    review_by: str | None = None
    file: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not re.fullmatch(ID_PATTERN, self.id):
            raise InputError(
                f"scenario id {self.id!r} is not one: write lower-case words joined by hyphens, "
                "e.g. 'chips-down'."
            )
        if self.id == BASELINE:
            raise InputError(
                f"scenario id '{BASELINE}' is that of the run without a scenario. Choose another."
            )
        sessions = whole_number(
            self.horizon_days,
            what=f"scenario {self.id}: horizon_days",
            least=1,
            most=MOST_SESSIONS,
        )
        object.__setattr__(self, "horizon_days", sessions)
        for name, words in _WORDS.items():
            if (word := getattr(self, name)) is not None or name != "propagation":
                one_of(word, words, what=f"scenario {self.id}: {name}")
        problems = [
            Problem(message=f"scenario {self.id}: {fault}", hint=hint)
            for fault, hint in self._faults()
        ]
        if problems:
            raise InputError(problems)

    def _faults(self) -> Iterator[tuple[str, str | None]]:
        """Yield what no scenario can say, and what to do; what only has another form is given its own."""
        if not isinstance(self.title, str) or not self.title.strip():
            yield f"title {self.title!r} is no text.", "Give one line that says what it is."
        if not isinstance(self.file, str) and self.file is not None:
            yield f"file {self.file!r} is no text.", None
        texts = (*_TEXTS, "title") if isinstance(self.title, str) else _TEXTS
        yield from ((fault, None) for fault in _text_faults(self, texts, _MAYBE_TEXTS))
        if not isinstance(self.variation, Variation):
            yield f"variation {self.variation!r} is not a Variation.", None
        for name, kind in _GROUPS.items():
            try:
                group = tuple(held_to(getattr(self, name), Sequence[kind], what=name))  # type: ignore[valid-type]  # a class of the table
            except InputError as error:
                yield from ((problem.message, problem.hint) for problem in error.problems)
                continue
            object.__setattr__(self, name, group)
            targets = [one.target for one in group if isinstance(one, StatedMove)]
            twice = given_twice(targets)
            if twice:
                yield f"{', '.join(twice)} is stated twice.", None
        for name, (least, may_be_none) in _NUMBERS.items():
            value = getattr(self, name)
            if value is None and may_be_none:
                continue
            try:
                number = held_to(value, float, what=name)
            except InputError as error:
                yield str(error), None
                continue
            if not (math.isfinite(number) and number >= least):
                yield f"{name} {plainly(value)} is not a number of at least {least:g}.", None
            if name == "contradiction_limit" and number == 0.0:
                yield f"{name} 0 refuses every recorded name.", None
            object.__setattr__(self, name, number)
        yield from self._dated()
        if all(isinstance(step, Scenario) for step in self.path):
            object.__setattr__(self, "path", self._as_steps())

    def _as_steps(self) -> tuple[Scenario, ...]:
        """Return the steps of its path as a file of them is read: each starts where the one before ends."""
        steps = []
        start = self.start
        for step in self.path:
            whole = step if step.start is not None or start is None else replace(step, start=start)
            days = whole.days_by_dates
            if whole.calendar_days is None and days is not None:
                whole = replace(whole, calendar_days=days)
            steps.append(whole)
            start = step.date
        return tuple(steps)

    @property
    def days_by_dates(self) -> float | None:
        """Calendar days from start to date; None where one is not stated."""
        first, last = calendar_date(self.start), calendar_date(self.date)
        return None if first is None or last is None else float((last - first).days)

    def _dated(self) -> Iterator[tuple[str, str | None]]:
        """Yield what is wrong with its dates, or between them and its sessions."""
        for name in ("start", "date"):
            value = getattr(self, name)
            day = calendar_date(value)
            if day is not None:
                object.__setattr__(self, name, day.isoformat())
            elif value is not None:
                yield f"{name} {value!r} is not a date.", "Write year-month-day, e.g. '2025-01-27'."
        faults = window_faults(
            start=self.start,
            date=self.date,
            horizon_days=self.horizon_days,
            calendar_days=self.calendar_days if isinstance(self.calendar_days, float) else None,
        )
        yield from ((fault.message, fault.hint) for fault in faults)

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.id} · {self.kind} · {self.horizon_days} session(s) · "
            f"{len(self.moves) + len(self.core_names)} stated · content {self.content_hash[:12]}>"
        )

    def _repr_html_(self) -> str:
        from stress.reporting.scenario_pages import scenario_html

        return scenario_html(self)

    def to_toml(self) -> str:
        """Return the text of its file: read back it has the same content and hash.

        What it extends is written out in full.

        Raises
        ------
        InputError
            What is refused in a file: a source that is one word and no key of `sources`, a figure without one in a scenario
            that is not hypothetical.
        """
        from stress.scenarios.text import write_scenario

        return write_scenario(self)

    @property
    def content_hash(self) -> str:
        """SHA-256 of what it says, as its file or another layout of it would."""
        from stress.scenarios.content import content_hash

        return content_hash(self)

    @property
    def elapsed_days(self) -> float:
        """Calendar days from start to end: stated, or 7/5 of the sessions."""
        return (
            calendar_days(self.horizon_days) if self.calendar_days is None else self.calendar_days
        )

    def stated(self, target: str) -> Move | None:
        """Return the stated move of a factor or core name, or None."""
        for stated in (*self.moves, *self.core_names):
            if stated.target == target:
                return stated.move
        return None


#: Fields of a scenario that are sequences, and of what.
_GROUPS: dict[str, type[Any]] = {
    "moves": StatedMove,
    "core_names": StatedMove,
    "names": StatedMove,
    "observed": Observed,
    "sources": Source,
    "conflicts": Conflict,
    "path": Scenario,
}
