"""Pages about factor models: the list, and one model with its factors and names, on the terminal and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stress.factors.model import FactorModel
from stress.reporting.html_blocks import folded, heading, page, table, text
from stress.reporting.words import counted
from stress.tables import SCREEN_WIDTH, Column, percent, shorten, text_table
from stress.units import format_move

__all__ = ["model_document", "model_html", "model_page", "models_page"]

#: One written unit inside.
_WRITTEN = {"%": 0.01, "bp": 1e-4, "pts": 1.0, "vol": 0.01}

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
    return text_table(columns, rows)


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
        *(f"  {line}" for line in _law(model)),
    ]
    if names:
        return "\n".join([*lines, *(line for name in names for line in _exposures(model, name))])
    lines += ["", *text_table(_FACTORS, _factors(model), indent=2).splitlines()]
    if model.warnings:
        lines += [
            "",
            "CALIBRATION SAYS",
            *(shorten(f"  {words}", SCREEN_WIDTH) for words in model.warnings),
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
    return f"{' to '.join(model.window)} · content {model.content_hash[:12]}"


def _law(model: FactorModel) -> list[str]:
    """Say how much it knows, and by which law it moves."""
    by_source = ", ".join(
        f"{model.sources.count(source)} {source}" for source in _SOURCES if source in model.sources
    )
    return [
        f"{counted(len(model.factors), 'factor')} · {counted(len(model.names), 'name')} ({by_source})",
        f"joint Student-t, {model.degrees_of_freedom:g} degrees of freedom",
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


def model_document(model: FactorModel) -> dict[str, Any]:
    """Return one model as plain Python objects: factors, and names with their exposures."""
    return {
        "id": model.id,
        "as_of": model.as_of,
        "window": list(model.window),
        "content_hash": model.content_hash,
        "degrees_of_freedom": model.degrees_of_freedom,
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
        "names": [
            {
                "name": name,
                "source": model.sources[n],
                "home": model.homes[n],
                "specific_volatility": float(model.specific_volatility[n]),
                "exposures": {
                    factor.name: float(model.exposures[n, k])
                    for k, factor in enumerate(model.factors)
                },
            }
            for n, name in enumerate(model.names)
        ],
        "warnings": list(model.warnings),
    }


def _exposures(model: FactorModel, name: str) -> list[str]:
    n = model.name_index[name]
    specific = format_move(float(model.specific_volatility[n]), "%", digits=2).lstrip("+")
    sds = [float(model.covariance[k, k]) ** 0.5 for k in range(len(model.factors))]
    daily = [float(model.exposures[n, k]) * sds[k] for k in range(len(model.factors))]
    columns = (
        Column(title="factor", align="left"),
        Column(title="return for"),
        Column(title="", align="left"),
        Column(title="for a daily sd of the factor"),
    )
    rows = [
        [
            model.factors[k].name,
            f"{model.exposures[n, k] * _WRITTEN[model.factors[k].unit] * 100:+.3f} %",
            f"a move of +1{model.factors[k].unit}",
            percent(daily[k], digits=2),
        ]
        for k in sorted(range(len(daily)), key=lambda k: (-abs(daily[k]), model.factors[k].name))
        if daily[k] != 0.0
    ]
    head = f"{name} · home {model.homes[n]} · {model.sources[n]} · own daily sd {specific}"
    return ["", head, *text_table(columns, rows, indent=2).splitlines()]
