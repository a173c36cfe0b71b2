"""From the validated tables of a file to a `Scenario`: defaults that follow from other keys, inheritance."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from stress.errors import InputError
from stress.files.scenarios.entries import MisfitError, stated_moves
from stress.files.scenarios.schema import ScenarioFile
from stress.files.scenarios.steps import path_steps
from stress.scenarios.extend import Inherited, inherit, merged_moves, merged_sources
from stress.scenarios.scenario import (
    Conflict,
    Kind,
    Observed,
    Returns,
    Scenario,
    Source,
    Variation,
    usual_returns,
)
from stress.scenarios.window import WindowFault, window_faults

__all__ = ["Misfits", "scenario_from"]

_T = TypeVar("_T")

#: Keys that say when.
_WINDOW = frozenset({"start", "date", "horizon_days", "calendar_days"})
_NOTHING = Inherited(moves=(), core_names=(), names=(), observed=(), conflicts=())


@dataclass(slots=True)
class Misfits:
    """Keys that do not fit together, gathered while a scenario is built on stand-ins for them.

    Parameters
    ----------
    unsure : set of str
        Keys of the file that stand for something else than what was written: nothing is concluded from them.
    found : list of MisfitError
        What does not fit.
    """

    unsure: set[str] = field(default_factory=set)
    found: list[MisfitError] = field(default_factory=list)

    def of(self, key: str, make: Callable[[], _T], stand_in: _T) -> _T:
        """Return what `make` returns; when it does not fit, keep why and return the stand-in."""
        try:
            return make()
        except MisfitError as misfit:
            if self.unsure.isdisjoint((key, str(misfit.where[0]))):
                self.found.append(misfit)
        except InputError as error:
            self.found += [
                MisfitError(problem.message, key, hint=problem.hint) for problem in error.problems
            ]
        self.unsure.add(key)
        return stand_in

    def misdated(self, faults: Sequence[WindowFault]) -> None:
        """Keep what does not fit of a window, which is then left out; where its keys are unsure, nothing is concluded."""
        if self.unsure.isdisjoint(_WINDOW):
            self.found += [MisfitError(one.message, one.field, hint=one.hint) for one in faults]
        self.unsure |= _WINDOW


def scenario_from(spec: ScenarioFile, parent: Scenario | None, misfits: Misfits) -> Scenario:
    """Build the scenario a file defines.

    Parameters
    ----------
    spec : ScenarioFile
        The file.
    parent : Scenario or None
        What it extends.
    misfits : Misfits
        Takes what does not fit together; the scenario is one to run only while nothing is found.

    Returns
    -------
    Scenario
        Without file and hash.
    """
    severity = misfits.of("severity", lambda: _severity(spec, parent), 1.0)
    hypothetical: Kind = "hypothetical"
    kind = misfits.of("kind", lambda: _kind(spec, parent, severity), hypothetical)
    own_window = any(value is not None for value in (spec.start, spec.date, spec.horizon_days))
    given = _NOTHING
    if parent is not None:
        received = partial(inherit, parent, severity=severity, same_window=not own_window)
        given = misfits.of("drop", lambda: received(drop=spec.drop), received())
    horizon_days = misfits.of("horizon_days", lambda: _horizon(spec, parent), 1)
    window = None if own_window else parent
    start = spec.start or (window.start if window else None)
    date = spec.date or (window.date if window else None)
    calendar_days = _calendar_days(spec, window, start, date)
    misdated = window_faults(
        start=start, date=date, horizon_days=horizon_days, calendar_days=calendar_days
    )
    if misdated:
        misfits.misdated(misdated)
        start = date = calendar_days = None
    default = spec.default_source
    observed = tuple(
        Observed(
            name=entry.quantity,
            text=entry.value,
            source=entry.source or default.observed,
            note=entry.note,
            date=entry.date,
            as_of=entry.as_of,
        )
        for entry in spec.observed
    )
    conflicts = tuple(
        Conflict(
            quantity=entry.quantity,
            date=entry.date,
            as_of=entry.as_of,
            values=tuple(entry.values),
            used=entry.used,
            reason=entry.reason,
        )
        for entry in spec.conflicts
    )
    own_sources = tuple(Source(key=key, text=text) for key, text in spec.sources.items())
    variation = Variation(kind="names")
    if "kind" not in misfits.unsure or spec.variation is not None:
        variation = misfits.of("variation", lambda: _variation(spec, parent, kind), variation)
    coverage = dict(parent.coverage) if parent and not own_window else {}
    coverage.update(spec.coverage)
    return Scenario(
        id=spec.id,
        title=spec.title,
        horizon_days=horizon_days,
        kind=kind,
        moves=merged_moves(given.moves, stated_moves(spec.moves, default.moves)),
        variation=variation,
        returns=_returns(spec, parent, horizon_days, own_window),
        date=date,
        start=start,
        calendar_days=calendar_days,
        core_names=merged_moves(
            given.core_names, stated_moves(spec.core_names, default.core_names)
        ),
        names=merged_moves(given.names, stated_moves(spec.names, default.names)),
        observed=(*observed, *given.observed),
        propagation=spec.propagation or (parent.propagation if parent else None),
        volatility_rule=spec.volatility_rule
        or (parent.volatility_rule if parent else "sticky-strike"),
        bid_ask_multiple=spec.bid_ask_multiple or (parent.bid_ask_multiple if parent else None),
        contradiction_limit=spec.contradiction_limit
        or (parent.contradiction_limit if parent else 6.0),
        path=misfits.of(
            "path", lambda: path_steps(spec, parent, severity, kind, variation, start), ()
        ),
        narrative=spec.narrative.strip(),
        path_note=spec.path_note.strip() or (parent.path_note if parent else ""),
        sources=misfits.of(
            "sources",
            lambda: merged_sources(parent.sources if parent else (), own_sources),
            own_sources,
        ),
        conflicts=(*conflicts, *given.conflicts),
        as_of=spec.as_of or (parent.as_of if parent else None),
        coverage=tuple(coverage.items()),
        extends=(parent.id, *parent.extends) if parent else (),
        version=spec.version,
        author=spec.author,
        approved_by=spec.approved_by,
        review_by=spec.review_by,
    )


def _severity(spec: ScenarioFile, parent: Scenario | None) -> float:
    if parent is None:
        for key in ("severity", "drop"):
            if key in spec.model_fields_set:
                raise MisfitError(
                    f"{key} without extends has nothing to act on.",
                    key,
                    hint='Add extends = "ID", or leave it out.',
                )
    return 1.0 if spec.severity is None else spec.severity


def _kind(spec: ScenarioFile, parent: Scenario | None, severity: float) -> Kind:
    if spec.kind is None and parent is None:
        raise MisfitError(
            "key 'kind' is missing.", "id", hint="It is measured, anchored or hypothetical."
        )
    kind = spec.kind or (parent.kind if parent else None)
    if parent is not None and severity != 1.0 and kind == "measured":
        raise MisfitError(
            f"at severity {severity:g} this is no longer measured.",
            "severity",
            hint='Add kind = "anchored" or kind = "hypothetical".',
        )
    if kind is None:
        raise MisfitError("key 'kind' is missing.", "id")
    return kind


def _horizon(spec: ScenarioFile, parent: Scenario | None) -> int:
    if spec.horizon_days is not None:
        return spec.horizon_days
    if parent is None:
        raise MisfitError(
            "key 'horizon_days' is missing.",
            "id",
            hint="It is the number of sessions from start to end, e.g. horizon_days = 1.",
        )
    if spec.start is not None or spec.date is not None:
        raise MisfitError(
            "a window of its own needs horizon_days too.", "date" if spec.date else "start"
        )
    return parent.horizon_days


def _returns(
    spec: ScenarioFile, parent: Scenario | None, horizon_days: int, own_window: bool
) -> Returns:
    if spec.returns is not None:
        return spec.returns
    if parent is not None and not own_window:
        return parent.returns
    return usual_returns(horizon_days)


def _calendar_days(
    spec: ScenarioFile, window: Scenario | None, start: str | None, date: str | None
) -> float | None:
    if spec.calendar_days is not None:
        return spec.calendar_days
    if start is not None and date is not None:
        return float((datetime.date.fromisoformat(date) - datetime.date.fromisoformat(start)).days)
    return window.calendar_days if window else None


def _variation(spec: ScenarioFile, parent: Scenario | None, kind: Kind) -> Variation:
    table = spec.variation
    if table is not None:
        for key, wanted in (("severity_sd", "severity"), ("core_fraction", "core")):
            if getattr(table, key) is not None and table.kind != wanted:
                raise MisfitError(
                    f"variation.{key} belongs to kind '{wanted}', but kind is '{table.kind}'.",
                    "variation",
                    key,
                )
            if getattr(table, key) is None and table.kind == wanted:
                raise MisfitError(
                    f"variation '{wanted}' needs {key}.",
                    "variation",
                    "kind",
                    hint=f"It is a judgement, e.g. {key} = 0.25.",
                )
        return Variation(
            kind=table.kind, severity_sd=table.severity_sd, core_fraction=table.core_fraction
        )
    if parent is not None and (parent.kind != "measured" or kind == "measured"):
        return parent.variation
    if kind == "measured":
        return Variation(kind="names")
    raise MisfitError(
        f"a scenario that is {kind} must say how it may vary.",
        "kind",
        hint='Add [variation] with kind = "severity" and severity_sd = 0.25 (a judgement), '
        'or kind = "names" to take its moves as exact.',
    )
