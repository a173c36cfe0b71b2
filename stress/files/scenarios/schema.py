"""The format of a scenario file, as pydantic models: the published JSON Schema comes from here."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from stress.errors import InputError
from stress.scenarios.scenario import (
    ID_PATTERN,
    MOST_SESSIONS,
    Kind,
    Propagation,
    Returns,
    VariationKind,
    VolatilityRule,
)
from stress.units import Move, parse_move

__all__ = ["ConflictEntry", "ObservedEntry", "PathStep", "ScenarioFile", "StatedEntry"]

_MOVE_PATTERN = r"^\s*[+\-−]?(\d+(\.\d*)?|\.\d+)([eE][+\-]?\d+)?\s*(%|bps?|pts?|vol)\s*$"
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _move(value: object) -> Move:
    return parse_move(value)


def _entry(value: object) -> object:
    return value if isinstance(value, dict) else {"move": value}


def _date(value: object) -> str:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value).isoformat()
        except ValueError:
            raise InputError(f"{value!r} is not a date of the calendar.") from None
    raise InputError(f"{str(value)!r} is not a date; write year-month-day, e.g. 2025-01-27.")


Text = Annotated[str, Field(min_length=1)]
MoveText = Annotated[
    Move,
    BeforeValidator(_move),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _MOVE_PATTERN,
            "description": "A number and its unit, e.g. '-9.2%', '+15bp', '+3pts', '+8vol'.",
        }
    ),
]
DateText = Annotated[
    str,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date", "description": "Year-month-day."}),
]


class _Table(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        arbitrary_types_allowed=True,
        allow_inf_nan=False,
        defer_build=True,
    )


class StatedEntry(_Table):
    """A move with what is known about it."""

    move: MoveText
    source: Text | None = Field(default=None, description="Key of [sources], or words.")
    note: Text | None = None
    date: DateText | None = Field(default=None, description="Where it is not the scenario's.")
    as_of: Text | None = Field(default=None, description="Where it is not the scenario's.")


Stated = Annotated[
    StatedEntry, BeforeValidator(_entry, json_schema_input_type=MoveText | StatedEntry)
]
Moves = dict[Text, Stated]


class ObservedEntry(_Table):
    """A figure of the story that nothing consumes: shown, never applied."""

    quantity: Text
    value: Text = Field(description="With its unit, as text.")
    source: Text | None = None
    note: Text | None = None
    date: DateText | None = None
    as_of: Text | None = None


class ConflictEntry(_Table):
    """Two values that sources give for one quantity, and which one stands."""

    quantity: Text
    date: DateText | None = None
    as_of: Text | None = None
    values: Annotated[list[Text], Field(min_length=2)]
    used: Text
    reason: Text


class VariationTable(_Table):
    """How the world may vary around the stated moves."""

    kind: VariationKind
    severity_sd: float | None = Field(
        default=None,
        gt=0,
        le=2,
        description="Standard deviation of the log of the severity: a judgement.",
    )
    core_fraction: float | None = Field(
        default=None, gt=0, le=1, description="Share of the stated moves' own law."
    )


class DefaultSource(_Table):
    """The source of every entry of a table that names none itself."""

    moves: Text | None = None
    core_names: Text | None = None
    names: Text | None = None
    observed: Text | None = None
    path: Text | None = Field(default=None, description="Of the steps of a path.")


class PathStep(_Table):
    """One period of a path."""

    title: Text | None = None
    start: DateText | None = Field(
        default=None, description="The date of the step before when not given."
    )
    date: DateText | None = Field(default=None, description="Last session of the step.")
    horizon_days: int = Field(ge=1, le=MOST_SESSIONS, description="Sessions of the step.")
    returns: Returns | None = Field(default=None, description="By its sessions when not given.")
    calendar_days: float | None = Field(
        default=None, ge=0.0, description="By its dates when not given, else 7/5 of its sessions."
    )
    moves: Moves = Field(default_factory=dict)
    core_names: Moves = Field(default_factory=dict, description="Names the law is given.")
    note: Text | None = None


class ScenarioFile(_Table):
    """A stress scenario: what moves, by how much, over how long, says who."""

    id: Annotated[str, Field(pattern=ID_PATTERN, description="Lower-case words and hyphens.")]
    title: Text
    kind: Kind | None = Field(default=None, description="Where the numbers come from.")
    horizon_days: int | None = Field(
        default=None, ge=1, le=MOST_SESSIONS, description="Sessions, start to end."
    )
    returns: Returns | None = Field(
        default=None, description="Simple up to 10 sessions and compound beyond, when not given."
    )
    start: DateText | None = Field(
        default=None, description="The close the moves are measured from."
    )
    date: DateText | None = Field(default=None, description="Last session.")
    calendar_days: float | None = Field(
        default=None, gt=0, description="From the dates when not given."
    )
    as_of: Text | None = Field(
        default=None, description="The moment of the figures: close, open, ..."
    )
    narrative: str = ""
    propagation: Propagation | None = None
    volatility_rule: VolatilityRule | None = None
    bid_ask_multiple: float | None = Field(default=None, ge=1)
    contradiction_limit: float | None = Field(
        default=None,
        gt=0,
        description="Conditional standard deviations a recorded name may be away.",
    )
    version: Text | None = None
    author: Text | None = None
    approved_by: Text | None = None
    review_by: DateText | None = None
    extends: Text | None = Field(
        default=None, description="Id or relative path of another scenario."
    )
    severity: float | None = Field(default=None, ge=0, le=10, description="Scales what it extends.")
    drop: list[Text] = Field(default_factory=list, description="Inherited moves left out.")
    variation: VariationTable | None = None
    default_source: DefaultSource = DefaultSource()
    sources: dict[Text, Text] = Field(default_factory=dict)
    moves: Moves = Field(default_factory=dict, description="Factors.")
    core_names: Moves = Field(default_factory=dict, description="Names the law is given.")
    names: Moves = Field(default_factory=dict, description="Recorded total moves of names.")
    observed: list[ObservedEntry] = Field(default_factory=list)
    conflicts: list[ConflictEntry] = Field(default_factory=list)
    coverage: dict[Text, Text] = Field(
        default_factory=dict, description="Factor: what its figure rests on, or why it has none."
    )
    path: list[PathStep] = Field(default_factory=list)
    path_moves: Literal["step", "cumulative"] | None = Field(
        default=None,
        description="Whether the moves of a step count from the step before or the start.",
    )
    path_note: str = ""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "scenario.schema.json",
        **ScenarioFile.model_json_schema(by_alias=True),
    }
