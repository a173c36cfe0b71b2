"""Several scenarios at once, and one at several sizes, as the public verbs take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stress.api.scenarios import load_scenario, target_moves
from stress.arguments import held_to, public_verb
from stress.factors.model import FactorModel
from stress.opening import DEFAULT_MODEL, load_model
from stress.scenarios import combine as of_scenarios
from stress.scenarios.combine import Overlap
from stress.scenarios.scenario import Scenario, VariationKind
from stress.units import Move

__all__ = ["combine", "sweep"]


@public_verb
def combine(
    scenarios: Sequence[str | Path | Scenario],
    *,
    overlap: Overlap = "sum",
    variation: VariationKind | None = None,
) -> Scenario:
    """Return the scenario in which several happen together.

    Parameters
    ----------
    scenarios : sequence of id, path or Scenario
        At least two, without paths.
    overlap : {'sum', 'largest', 'refuse'}
        Of moves of one factor or name that several state: ``sum`` compounds relative ones and adds others, ``largest``
        takes the larger and refuses opposite signs, ``refuse`` refuses all.
    variation : {'names', 'severity', 'core'}, optional
        Which kind stands where the scenarios vary in different ways.

    Returns
    -------
    Scenario
        Hypothetical: recorded names, observed figures and sources belong to its parts.

    Raises
    ------
    InputError
        Fewer than two scenarios, one given twice, a path, parts that contradict one another.

    Examples
    --------
    >>> both = combine(["export-controls", "power-demand-derating"])
    >>> both.id
    'export-controls-and-power-demand-derating'
    """
    parts = [load_scenario(one) for one in scenarios]
    return of_scenarios.combine(parts, overlap=overlap, variation=variation)


@public_verb
def sweep(
    scenario: str | Path | Scenario,
    sizes: Sequence[float | str | Move],
    *,
    target: str | None = None,
    model: str | Path | FactorModel = DEFAULT_MODEL,
) -> list[Scenario]:
    """Return a scenario at several severities, or with several moves of one factor or name.

    Parameters
    ----------
    scenario : id, path or Scenario
        The original.
    sizes : sequence of float, or of str or Move
        Different severities of at least 0; with a target its moves, each with a unit: ``["+30bp", "+60bp"]``.
    target : str, optional
        A factor or ticker; all else stands as stated.
    model : id, path or FactorModel
        Says what is a factor and what is a name; read for a target alone.

    Returns
    -------
    list of Scenario
        In the order of the sizes, ready for `run_many`.

    Raises
    ------
    InputError
        No size, one twice, one that is none; a target that is neither factor nor name, a path with a target.

    Examples
    --------
    >>> [one.id for one in sweep("export-controls", [0.5, 1])]
    ['export-controls-severity-50', 'export-controls']
    """
    found = load_scenario(scenario)
    if target is None:
        return list(of_scenarios.sweep(found, held_to(sizes, Sequence[float], what="sizes")))
    written = [size if isinstance(size, Move) else str(size) for size in sizes]
    target, is_name, moves = target_moves(target, written, load_model(model))
    return list(of_scenarios.sweep_target(found, target, moves, name=is_name))
