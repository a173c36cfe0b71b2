"""The JSON document of a run: one object, sorted keys, never NaN. Its fields: `docs/json.md`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from stress.reporting.estimate_document import estimate_document
from stress.reporting.group_panel import groups_document
from stress.reporting.liquidity_panel import ledger_document, liquidity_document
from stress.reporting.path_panel import path_document
from stress.reporting.reduced_panel import reduced_document
from stress.reporting.trust_document import (
    plausibility_document,
    propagation_document,
    second_opinion_document,
    stressed_law_document,
)
from stress.results.beside import ActiveLine
from stress.results.lines import BasketLine, FactorLine, NameLine
from stress.results.manifest import Manifest
from stress.results.model_range import ModelRange
from stress.results.result import Result, Results
from stress.results.revalued_line import RevaluedLine
from stress.results.track_record import TrackRecord
from stress.scenarios.scenario import Scenario

__all__ = [
    "SCHEMA_VERSION",
    "finite",
    "manifest_document",
    "result_document",
    "results_document",
]

Part = TypeVar("Part")

#: Additions raise the second number; anything else the first.
SCHEMA_VERSION = "2.1"


def results_document(results: Results) -> dict[str, Any]:
    """Return a run as plain Python objects, ready for JSON.

    Parameters
    ----------
    results : Results
        One or several books under one or several scenarios.

    Returns
    -------
    dict
        ``schema_version``, ``manifest``, ``baseline`` (of the only book, otherwise null),
        ``baselines`` by book, ``results``. A number that is not finite becomes None and a warning
        of its result.
    """
    baselines = {name: result_document(result) for name, result in results.baselines.items()}
    only = next(iter(baselines.values())) if len(baselines) == 1 else None
    return {
        "schema_version": SCHEMA_VERSION,
        "manifest": finite(manifest_document(results.manifest), []),
        "baseline": only,
        "baselines": baselines,
        "results": [result_document(result) for result in results],
    }


def result_document(result: Result) -> dict[str, Any]:
    """Return one result as plain Python objects.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.

    Returns
    -------
    dict
        See `docs/json.md`. P&L gains are positive; value at risk and expected shortfall are losses
        and carry ``sign: "loss"``.
    """
    nav = result.nav
    document = {
        "portfolio": {"name": result.portfolio_name, "nav": nav, "currency": result.currency},
        "scenario": _where_any(result.scenario, lambda scenario: _scenario(scenario, result)),
        "pnl": _pnl(result),
        "measures": [estimate_document(estimate) for estimate in result.measures],
        "severities": [
            {
                "severity": point.severity,
                "expected": point.expected,
                "expected_of_nav": point.expected / nav,
            }
            for point in result.severities
        ],
        "by_name": [_name(line, nav) for line in result.names],
        "by_basket": [_basket(line, nav) for line in result.baskets],
        "by_factor": [_factor(line, nav) for line in result.factors],
        "dispersion": {
            "edges_of_nav": list(result.dispersion.edges),
            "shares": list(result.dispersion.shares),
            "median_of_nav": result.dispersion.median,
        },
        "track_record": _where_any(result.track_record, _track_record),
        "no_track_record_because": result.no_track_record_because,
        "model_range": _where_any(result.model_range, _model_range),
        "ordinary_tails": [
            {
                "generator": tail.generator,
                "expected_shortfall": tail.expected_shortfall,
                "expected_shortfall_of_nav": tail.expected_shortfall / nav,
                "standard_error": tail.standard_error,
            }
            for tail in result.ordinary_tails
        ],
        "revalued": _where_any(result.revalued, _revalued),
        "active": _where_any(result.active, lambda active: _active(active, nav)),
        "coverage": _coverage(result),
        "liquidity": _where_any(result.liquidity, liquidity_document),
        "path": _where_any(
            result.path, lambda path: path_document(path, nav, band_known=result.band_known)
        ),
        "propagation": propagation_document(result.propagated),
        "plausibility": _where_any(result.plausibility, plausibility_document),
        "stressed_law": _where_any(result.stressed_law, stressed_law_document),
        "second_opinion": _where_any(
            result.second_opinion, lambda opinion: second_opinion_document(opinion, nav)
        ),
        "law": {
            "generator": result.law.generator,
            "degrees_of_freedom": result.completed.degrees_of_freedom,
            "sessions": result.law.sessions,
            "since": result.law.since,
            "until": result.law.until,
            "names": result.law.names,
            "own_names": result.law.own_names,
        },
        "groups": groups_document(result),
        "reduced": reduced_document(result),
        "unfinished": list(result.unfinished),
        "digest": result.digest,
    }
    lost: list[str] = []
    clean: dict[str, Any] = finite(document, lost)
    clean["warnings"] = [*result.warnings, *(f"{path} is not finite: null." for path in lost)]
    return clean


def _where_any(
    part: Part | None, document: Callable[[Part], dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the document of a part that a result may lack."""
    return None if part is None else document(part)


def _pnl(result: Result) -> dict[str, Any]:
    nav, recorded = result.nav, result.with_recorded_names
    return {
        "expected": result.expected,
        "expected_of_nav": result.expected / nav,
        "alone": result.alone,
        "alone_of_nav": result.alone / nav,
        "linked": result.linked,
        "linked_of_nav": result.linked / nav,
        "propagation": result.propagation,
        "with_recorded_names": recorded,
        "with_recorded_names_of_nav": None if recorded is None else recorded / nav,
        "recorded_share": result.recorded_share,
        "band": {
            "level": 0.95,
            "lower": result.band[0] if result.band_known else None,
            "upper": result.band[1] if result.band_known else None,
        },
        "times_ordinary": result.times_ordinary,
        "currency": result.currency,
    }


def _name(line: NameLine, nav: float) -> dict[str, Any]:
    return {
        "name": line.name,
        "pnl": line.pnl,
        "pnl_of_nav": line.pnl / nav,
        "value": line.value,
        "move": line.move,
        "recorded_move": line.recorded,
        "home": line.home,
        "source": line.source,
        "revalued": line.revalued,
    }


def _basket(line: BasketLine, nav: float) -> dict[str, Any]:
    return {
        "basket": line.home,
        "title": line.title,
        "value": line.value,
        "pnl": line.pnl,
        "pnl_of_nav": line.pnl / nav,
    }


def _factor(line: FactorLine, nav: float) -> dict[str, Any]:
    return {
        "factor": line.factor,
        "title": line.title,
        "unit": line.unit,
        "move": line.move,
        "stated": line.stated,
        "exposure": line.exposure,
        "pnl": line.pnl,
        "pnl_of_nav": line.pnl / nav,
    }


def _track_record(record: TrackRecord) -> dict[str, Any]:
    return {
        "group": record.group,
        "days": record.days,
        "used": record.used,
        "explained": dict(record.explained),
        "given_core": dict(record.given_core),
    }


def _model_range(found: ModelRange) -> dict[str, Any]:
    return {
        "low": found.low,
        "high": found.high,
        "variants": [{"label": label, "expected": expected} for label, expected in found.rows],
    }


def _coverage(result: Result) -> dict[str, Any]:
    return {
        "gross": result.coverage.gross,
        "stressed": result.coverage.stressed,
        "shares": ledger_document(result.ledger),
        "excluded": [row.ticker for row in result.coverage.excluded],
        "left_out_effect": result.left_out_effect,
        "unread_rows": [
            {"row": row.row, "text": row.text, "reason": row.reason}
            for row in result.pnl.plan.book.portfolio.unread
        ],
        "rows": [
            {
                "position": row.position,
                "name": row.ticker,
                "model_name": row.model_name,
                "value": row.value,
                "notional": row.notional,
                "share": row.share,
                "status": row.status,
                "reason": row.reason,
            }
            for row in result.coverage.rows
        ],
    }


def manifest_document(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as plain Python objects."""
    return {
        "portfolio": dict(manifest.portfolio),
        "model": dict(manifest.model),
        "books": dict(manifest.books),
        "scenarios": dict(manifest.scenarios),
        "seed": manifest.seed,
        "draws": manifest.draws,
        "asked": manifest.asked,
        "chunk": manifest.chunk,
        "versions": dict(manifest.versions),
        "defaults": dict(manifest.defaults),
        "options": dict(manifest.options),
        "digest": manifest.digest,
    }


def _scenario(scenario: Scenario, result: Result) -> dict[str, Any]:
    completed = result.completed
    return {
        "id": scenario.id,
        "title": scenario.title,
        "kind": scenario.kind,
        "date": scenario.date,
        "start": scenario.start,
        "horizon_days": scenario.horizon_days,
        "returns": scenario.returns,
        "version": scenario.version,
        "content_hash": scenario.content_hash,
        "severity": completed.severity,
        "variation": result.pnl.plan.variation.kind,
        "stated": completed.n_stated,
        "distance": completed.distance,
        "mixing_mean": completed.mixing_mean,
        "mixing_mean_floored": completed.floored,
        "degrees_of_freedom": completed.degrees_of_freedom,
        "observed": [
            {"name": figure.name, "text": figure.text, "source": figure.source}
            for figure in scenario.observed
        ],
    }


def _revalued(line: RevaluedLine) -> dict[str, Any]:
    return {
        "positions": line.positions,
        "value": line.value,
        "pnl": line.pnl,
        "passage_of_time": line.passage_of_time,
        "interest": line.interest,
        "elapsed_days": line.elapsed_days,
        "volatility_rule": line.rule,
        "by_volatility_rule": [{"rule": rule, "expected": pnl} for rule, pnl in line.rules],
        "by_vol_beta": [{"multiple": multiple, "expected": pnl} for multiple, pnl in line.betas],
        "expiring": list(line.expiring),
        "settlements": [
            {
                "contract": one.contract,
                "days": one.days,
                "lower": one.lower,
                "expected": one.expected,
                "upper": one.upper,
            }
            for one in line.settlements
        ],
        "kinds": dict(line.kinds),
        "notional": line.notional,
    }


def _active(active: ActiveLine, nav: float) -> dict[str, Any]:
    return {
        "benchmark": active.benchmark,
        "expected": active.expected,
        "expected_of_nav": active.expected / nav,
        "benchmark_expected": active.benchmark_expected,
        "measures": [estimate_document(estimate) for estimate in active.measures],
    }


def finite(value: Any, lost: list[str], path: str = "") -> Any:
    """Copy with plain numbers; what is not finite becomes None and its path is added to `lost`.

    Parameters
    ----------
    value : object
        Plain objects, with numbers of NumPy among them.
    lost : list of str
        Paths of what was not finite.
    path : str
        Of `value`.
    """
    match value:
        case dict():
            return {
                key: finite(entry, lost, f"{path}.{key}" if path else str(key))
                for key, entry in value.items()
            }
        case list() | tuple():
            return [finite(entry, lost, f"{path}[{i}]") for i, entry in enumerate(value)]
        case bool() | int() | str() | None:
            return value
        case float():
            if math.isfinite(value):
                return float(value)
            lost.append(path)
            return None
    if hasattr(value, "item"):
        return finite(value.item(), lost, path)
    raise TypeError(f"{path}: {type(value).__name__} has no place in JSON.")
