"""Which scenarios a run is asked for: by id, as ad-hoc shocks, combined, swept, or the family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from stress.cli.book_options import pairs
from stress.cli.known_factors import known_of_model
from stress.cli.standard_error import say, say_written
from stress.scenarios.family import FAMILY
from stress.tables import listing

if TYPE_CHECKING:
    from stress.factors.model import FactorModel
    from stress.scenarios.combine import Detail
    from stress.scenarios.scenario import Scenario, VariationKind

__all__ = ["Asked", "asked_scenarios"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands on the command line about scenarios.

    Parameters
    ----------
    scenarios : sequence of str
        Ids and files of ``-s``.
    shocks : sequence of str
        ``TARGET=MOVE`` of ``--shock``.
    horizon : int or None
        Sessions of the shocks.
    save : Path or None
        Where the one scenario made by ``--shock`` or ``--combine`` is written.
    combine : str or None
        Rule for what several scenarios state; all of them become one.
    variation : str or None
        What varies; settles what stands where the parts of `combine` vary in different ways.
    sweep : str or None
        ``0.5,1,2`` or ``TARGET=MOVE,MOVE``: sizes of the one scenario.
    """

    scenarios: Sequence[str] = ()
    shocks: Sequence[str] = ()
    horizon: int | None = None
    save: Path | None = None
    combine: str | None = None
    variation: VariationKind | None = None
    sweep: str | None = None

    @property
    def chosen(self) -> bool:
        """Whether the user named any scenario."""
        return bool(self.scenarios or self.shocks)

    def check(self) -> None:
        """Refuse what does not go together, before anything is read.

        Raises
        ------
        click.UsageError
            Naming both options.
        """
        if self.horizon is not None and not self.shocks:
            raise click.UsageError("--horizon belongs to --shock; a scenario brings its own.")
        if self.save is not None and not (self.shocks or self.combine):
            raise click.UsageError(
                "--save-scenario writes the scenario of --shock or --combine; give one."
            )
        count = len(self.scenarios) + bool(self.shocks)
        if self.combine is not None and count < 2:
            raise click.UsageError("--combine needs at least two of -s and --shock.")
        if self.sweep is not None and count != 1 and self.combine is None:
            raise click.UsageError("--sweep takes one scenario: one -s, or --shock, or --combine.")
        pairs(self.shocks, option="--shock", example="NVDA=-20%")


def asked_scenarios(
    asked: Asked, model: str | None, *, history: bool = False
) -> tuple[list[Scenario], Detail | None]:
    """Return the scenarios to run, in order, and of a sweep the one to show in detail.

    Parameters
    ----------
    asked : Asked
        What the user said; the family when nothing.
    model : str or None
        Id or file of the model that says what is a factor and what is a name; read only where that
        matters.
    history : bool
        Whether factor moves are drawn from past sessions: of the family, scenarios that state names are left out.

    Raises
    ------
    InputError
        All problems of all scenario files at once.
    """
    shocks = pairs(asked.shocks, option="--shock", example="NVDA=-20%")
    found = _read(asked.scenarios, model) if asked.chosen else _family(model, history=history)
    if shocks:
        from stress.api import DEFAULT_MODEL, shock

        found.insert(
            0, shock(shocks, model=model or DEFAULT_MODEL, horizon_days=asked.horizon or 1)
        )
    if asked.combine is not None:
        from stress.scenarios.combine import Overlap, combine

        found = [combine(found, overlap=cast(Overlap, asked.combine), variation=asked.variation)]
    if asked.save is not None:
        _save(found[0], asked.save)
    return (found, None) if asked.sweep is None else _swept(found[0], asked.sweep, model)


def _read(ids: Sequence[str], model: str | None) -> list[Scenario]:
    """Read every file against the model that is run: all that is wrong with all of them at once."""
    from stress.errors import InputError, Problem
    from stress.files.scenarios.file import read_scenario

    known = known_of_model(model) if ids else {}
    found: list[Scenario] = []
    problems: list[Problem] = []
    for one in ids:
        try:
            found.append(read_scenario(one, **known))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _family(model: str | None, *, history: bool) -> list[Scenario]:
    """Read the family of 27 January 2025, as far as a model has its factors; what is left out is said."""
    from stress.api.scenarios import scenarios_for
    from stress.errors import InputError

    loaded = _model(model)
    found, left_out = scenarios_for(FAMILY, loaded)
    if not found:
        raise InputError(
            f"model {loaded.id} has factors of none of the scenarios that are run when none is named. "
            "Name one: -s FILE, or --shock."
        )
    if left_out:
        say(
            "warning",
            f"not run, because the model lacks factors that they state: {listing(left_out, most=3)}.",
        )
    naming = [scenario.id for scenario in found if scenario.core_names]
    if history and naming:
        say(
            "warning",
            f"not run, because history can be conditioned on factors only and they state names: {listing(naming, most=3)}.",
        )
        found = [scenario for scenario in found if not scenario.core_names]
    return found


def _save(scenario: Scenario, path: Path) -> None:
    from stress.cli.output import write_file

    write_file(path, scenario.to_toml())
    say_written(path)


def _model(id_or_file: str | None) -> FactorModel:
    from stress.api import DEFAULT_MODEL, load_model

    return load_model(DEFAULT_MODEL if id_or_file is None else id_or_file)


def _swept(scenario: Scenario, text: str, model: str | None) -> tuple[list[Scenario], Detail]:
    """Read the sizes: severities, or moves of one factor or name."""
    from stress.api import DEFAULT_MODEL
    from stress.api.scenarios import target_moves
    from stress.scenarios.combine import detail_of, sweep, sweep_target

    target, sign, moves = text.partition("=")
    sizes: list[str] = [part.strip() for part in (moves if sign else text).split(",")]
    if sign:
        target, is_name, steps = target_moves(
            target.strip(), sizes, _model(model), typed=model or DEFAULT_MODEL
        )
        swept = list(sweep_target(scenario, target, steps, name=is_name))
        own = scenario.stated(target)
        return swept, detail_of(
            swept, [step.value for step in steps], None if own is None else own.value
        )
    try:
        severities = [float(size) for size in sizes]
    except ValueError:
        raise click.UsageError(
            f"--sweep {text!r}: write severities, 0.5,1,2, or moves, semis_ai_compute=-5%,-10%."
        ) from None
    swept = list(sweep(scenario, severities))
    return swept, detail_of(swept, severities, 1.0)
