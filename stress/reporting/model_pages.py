"""Pages about factor models: the list, and one model with its factors and names, on the terminal and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stress.factors.model import FactorModel
from stress.factors.name_exposures import NameExposures
from stress.reporting.html_blocks import folded, heading, page, table, text
from stress.reporting.words import counted, wrapped
from stress.tables import Column, percent, table_lines
from stress.units import INSIDE, format_move

__all__ = ["model_document", "model_html", "model_page", "models_page"]

_SOURCES = ("definition", "estimated", "estimated-user", "prior", "proxy")


def models_page(models: Sequence[FactorModel]) -> str:
    """List models, one a line."""
    columns = (
        Column(title="model", align="left"),
        Column(title="window", align="left"),
        Column(title="factors"),
        Column(title="names"),
        Column(title="content", align="left"),
    )
    rows = [
        [
            model.id,
            " to ".join(model.window),
            str(len(model.factors)),
            str(len(model.names)),
            model.content_hash[:12],
        ]
        for model in models
    ]
    return "\n".join(table_lines(columns, rows))


def models_document(models: Sequence[FactorModel]) -> list[dict[str, Any]]:
    """Return models as plain Python objects, in order, each without its factors and names."""
    return [
        {
            "id": model.id,
            "as_of": model.as_of,
            "window": list(model.window),
            "currency": model.currency,
            "factors": len(model.factors),
            "names": len(model.names),
            "content_hash": model.content_hash,
        }
        for model in models
    ]


def model_page(model: FactorModel, *, names: Sequence[str] = ()) -> str:
    """Write one model: window, law, factors, names by source, what calibration had to say.

    Parameters
    ----------
    model : FactorModel
        The model.
    names : sequence of str
        Names whose exposures are shown; each must be in the model.
    """
    lines = [
        f"{model.id} · {_identity(model)}",
        *(line for words in _law(model) for line in wrapped("", words, indent=2)),
    ]
    if names:
        return "\n".join([*lines, *(line for name in names for line in _exposures(model, name))])
    lines += ["", *table_lines(_FACTORS, _factors(model), indent=2)]
    if model.warnings:
        lines += [
            "",
            "CALIBRATION SAYS",
            *(line for words in model.warnings for line in wrapped("", words, indent=2)),
        ]
    return "\n".join(lines)


def model_html(model: FactorModel) -> str:
    """Write one model as HTML for a notebook: the page's table, words and order.

    Parameters
    ----------
    model : FactorModel
        The model.
    """
    return page(
        [
            heading(model.id, large=True),
            text(_identity(model), quiet=True),
            *map(text, _law(model)),
            table(_FACTORS, [("", _factors(model))], wraps=(3,)),
            folded("calibration says", model.warnings),
        ]
    )


_FACTORS = (
    Column(title="factor", align="left"),
    Column(title="daily sd"),
    Column(title="names"),
    Column(title="what it is", align="left", most=58),
)


def _identity(model: FactorModel) -> str:
    return f"{' to '.join(model.window)} · returns in {model.currency} · content {model.content_hash[:12]}"


def _law(model: FactorModel) -> list[str]:
    """Say how much it knows, and by which law it moves."""
    by_source = ", ".join(
        f"{model.sources.count(source)} {source}" for source in _SOURCES if source in model.sources
    )
    return [
        f"{counted(len(model.factors), 'factor')} · {counted(len(model.names), 'name')} ({by_source})",
        f"joint Student-t, {model.degrees_of_freedom:g} degrees of freedom{_likeliest(model)}",
        f"volatilities at the end: {model.volatility_level:.2f} times the usual level of the window",
    ]


def _factors(model: FactorModel) -> list[list[str]]:
    return [
        [
            factor.name,
            format_move(float(model.covariance[k, k]) ** 0.5, factor.unit, digits=2).lstrip("+"),
            str(model.homes.count(factor.name)),
            f"{factor.title}: {factor.description}" if factor.description else factor.title,
        ]
        for k, factor in enumerate(model.factors)
    ]


def _likeliest(model: FactorModel) -> str:
    """Say which degrees of freedom are of greatest likelihood, and how flat it is; nothing of a model that does not."""
    tails = model.details.get("tails")
    if tails is None:
        return ""
    profile = ", ".join(
        f"{drop:.{0 if drop <= -10 else 1}f} at {at:g}" for at, drop in tails["profile"]
    )
    return f"; maximum likelihood {tails['best']:.1f} (log-likelihood against it: {profile})"


def model_document(model: FactorModel, *, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return one model as plain Python objects: factors, and names with their exposures.

    Parameters
    ----------
    model : FactorModel
        The model.
    names : sequence of str
        The names that stand in it, each in the model; all of them when there is none.
    """
    tails = model.details.get("tails")
    return {
        "id": model.id,
        "as_of": model.as_of,
        "window": list(model.window),
        "currency": model.currency,
        "content_hash": model.content_hash,
        "degrees_of_freedom": model.degrees_of_freedom,
        "tails": None
        if tails is None
        else {"best": tails["best"], "profile": [list(point) for point in tails["profile"]]},
        "volatility_level": model.volatility_level,
        "factors": [
            {
                "name": factor.name,
                "kind": factor.kind,
                "unit": factor.unit,
                "role": factor.role,
                "title": factor.title,
                "description": factor.description,
                "series": list(factor.series),
                "missing": list(factor.missing),
                "variance": float(model.covariance[k, k]),
            }
            for k, factor in enumerate(model.factors)
        ],
        "names": [_name(model.exposures_of(name)) for name in names or model.names],
        "warnings": list(model.warnings),
    }


def _name(known: NameExposures) -> dict[str, Any]:
    return {
        "name": known.name,
        "source": known.source,
        "home": known.home,
        "specific_volatility": known.specific_volatility,
        "r_squared": known.r_squared,
        "observations": known.observations,
        "effective_observations": known.effective_observations,
        "window": list(known.window),
        "exposures": {one.factor: one.exposure for one in known.factors},
        "standard_errors": {one.factor: one.standard_error for one in known.factors},
        "t": {one.factor: one.t for one in known.factors},
        "stress_day_exposures": {one.factor: one.stress_day for one in known.factors},
        "spreads": {one.factor: one.spread for one in known.factors},
        "spreads_in_standard_errors": {
            one.factor: one.spread_in_standard_errors for one in known.factors
        },
    }


def _exposures(model: FactorModel, name: str) -> list[str]:
    """Write what is known of a name: factors in the order of what a usual day of theirs does to it."""
    known = model.exposures_of(name)
    specific = format_move(known.specific_volatility, "%", digits=2).lstrip("+")
    sds = {f.name: float(model.covariance[k, k]) ** 0.5 for k, f in enumerate(model.factors)}
    rows = []
    for one in sorted(
        known.factors, key=lambda one: (-abs(one.exposure * sds[one.factor]), one.factor)
    ):
        if one.exposure == 0.0:
            continue
        in_percent = INSIDE[one.unit] * 100.0
        rows.append(
            [
                one.factor,
                f"+1{one.unit}",
                _signed(one.exposure, digits=3, times=in_percent),
                _signed(one.standard_error, digits=3, times=in_percent).lstrip("+"),
                _signed(one.t),
                _signed(one.stress_day, digits=3, times=in_percent),
                _signed(one.spread, digits=3, times=in_percent),
                _signed(one.spread_in_standard_errors),
                percent(one.exposure * sds[one.factor], digits=2),
            ]
        )
    return [
        "",
        f"{name} · home {known.home} · {known.source} · own daily sd {specific}",
        *(line for words in _known(known) for line in wrapped("", words, indent=2)),
        *table_lines(_EXPOSURES, rows, indent=2),
    ]


def _signed(value: float | None, *, digits: int = 1, times: float = 1.0) -> str:
    """Write a number with its sign, never a zero with a minus; a dash where there is none."""
    return "-" if value is None else f"{round(value * times, digits) + 0.0:+.{digits}f}"


_EXPOSURES = (
    Column(title="return, in %, for", align="left"),
    Column(title="", align="left"),
    Column(title="exposure"),
    Column(title="std. error"),
    Column(title="t"),
    Column(title="stress days"),
    Column(title="spread"),
    Column(title="in s.e."),
    Column(title="for 1 sd"),
)


def _known(known: NameExposures) -> list[str]:
    """Say what the exposures of a name rest on."""
    seen = " to ".join(known.window)
    if known.observations is not None:
        worth = known.effective_observations
        equal = f" (worth {worth:.0f} equal ones)" if worth else ""
        seen = f"{counted(known.observations, 'observation')}{equal} in {seen}"
    if known.r_squared is not None:
        seen += f" · R2 {known.r_squared:.2f}{_explained_by(known)}"
    said = [seen]
    if not known.has_history:
        said.append(
            "no usable history: the mean of its peers, standard errors are how far they lie apart"
        )
    elif known.source != "definition" and known.factors[0].stress_day is not None:
        said.append(
            f"stress days: the {known.stress_share:.0%} of sessions on which {known.home} fell most; spread: less all days"
        )
    return said


def _explained_by(known: NameExposures) -> str:
    if known.own_basket is None:
        return ""
    return " by the other factors" if known.source == "definition" else ", itself left out"
