"""What a scenario says, apart from how its file is laid out: the basis of its hash and of saving it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from stress.scenarios.scenario import Scenario, StatedMove, usual_returns
from stress.units import format_move

__all__ = ["content", "content_hash"]


def content(scenario: Scenario) -> dict[str, Any]:
    """Return everything a scenario says as tables of text and numbers, by the keys of its file.

    Nothing that is absent or empty appears. The file, the hash and the lineage are left out.

    Parameters
    ----------
    scenario : Scenario
        Any scenario.

    Returns
    -------
    dict
        In the order a file is written in.
    """
    said: dict[str, Any] = {
        "id": scenario.id,
        "title": scenario.title,
        "kind": scenario.kind,
        "horizon_days": scenario.horizon_days,
        "returns": scenario.returns,
        "start": scenario.start,
        "date": scenario.date,
        "calendar_days": scenario.calendar_days,
        "as_of": scenario.as_of,
        "propagation": scenario.propagation,
        "volatility_rule": scenario.volatility_rule,
        "bid_ask_multiple": scenario.bid_ask_multiple,
        "contradiction_limit": scenario.contradiction_limit,
        "version": scenario.version,
        "author": scenario.author,
        "approved_by": scenario.approved_by,
        "review_by": scenario.review_by,
        "narrative": scenario.narrative,
        "path_note": scenario.path_note,
        "path_moves": "step" if scenario.path else None,
        "variation": _present(
            {
                "kind": scenario.variation.kind,
                "severity_sd": scenario.variation.severity_sd,
                "core_fraction": scenario.variation.core_fraction,
            }
        ),
        "sources": {source.key: source.text for source in scenario.sources},
        "moves": _moves(scenario.moves),
        "core_names": _moves(scenario.core_names),
        "names": _moves(scenario.names),
        "coverage": dict(scenario.coverage),
        "observed": [
            _present(
                {
                    "quantity": seen.name,
                    "value": seen.text,
                    "source": seen.source,
                    "note": seen.note,
                    "date": seen.date,
                    "as_of": seen.as_of,
                }
            )
            for seen in scenario.observed
        ],
        "conflicts": [
            _present(
                {
                    "quantity": conflict.quantity,
                    "date": conflict.date,
                    "as_of": conflict.as_of,
                    "values": list(conflict.values),
                    "used": conflict.used,
                    "reason": conflict.reason,
                }
            )
            for conflict in scenario.conflicts
        ],
        "path": [
            _present(
                {
                    "title": step.title,
                    "start": step.start,
                    "date": step.date,
                    "horizon_days": step.horizon_days,
                    "returns": None
                    if step.returns == usual_returns(step.horizon_days)
                    else step.returns,
                    "calendar_days": None
                    if step.calendar_days == step.days_by_dates
                    else step.calendar_days,
                    "note": step.narrative,
                    "moves": _moves(step.moves),
                    "core_names": _moves(step.core_names),
                }
            )
            for step in scenario.path
        ],
    }
    return _present(said)


def content_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of what a scenario says.

    The layout of the file, comments, the order of keys and how a number is written do not change it.

    Parameters
    ----------
    scenario : Scenario
        Any scenario.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    text = json.dumps(
        content(scenario),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _present(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value not in (None, "", {}, [], ())}


def _moves(moves: tuple[StatedMove, ...]) -> dict[str, Any]:
    return {
        stated.target: _present(
            {
                "move": format_move(stated.move.value, stated.move.unit),
                "source": stated.source,
                "note": stated.note,
                "date": stated.date,
                "as_of": stated.as_of,
            }
        )
        for stated in moves
    }
