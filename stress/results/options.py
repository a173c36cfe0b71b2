"""What a run is asked: what each keyword is where it is omitted is said here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED, whole_number
from stress.factors.prices import Prices
from stress.factors.stressed_law import StressedLaw
from stress.factors.variants import ModelVariant
from stress.scenarios.scale import require_severity
from stress.scenarios.scenario import Propagation, Variation, VariationKind
from stress.simulation.executors import ExecutorChoice
from stress.simulation.generators import Generator
from stress.simulation.pooling.view_text import StatedView
from stress.simulation.simulate import ChunkStore

__all__ = ["Options", "RunSettings", "setting_text"]

#: Not in the manifest as they were asked: the numbers depend on no worker, and on what the last two came to.
_UNWRITTEN = frozenset({"executor", "on_interrupt", "target_error", "surfaces"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Keywords of `stress.run` that a run takes as they are.

    Parameters
    ----------
    draws, seed : int
        Of the simulation.
    severity : float
        Scales every scenario.
    variation : Variation, {'names', 'severity', 'core'} or None
        Overrides the scenarios' own. A kind alone keeps the number that a scenario states for it, and
        takes `ASSUMED_SPREAD` where it states none.
    propagation : {'linked', 'alone'} or None
        Overrides the default (linked), not what a scenario's file fixes.
    replay_names : bool
        Whether recorded names follow their own moves in the headline.
    instant : bool
        Whether no time passes for what is revalued.
    paths : bool
        Whether scenarios with steps also run along them.
    rebalance : bool
        Whether a path restores the initial weights at each step.
    second_opinion : bool
        Whether entropy pooling on the carried history stands beside the expected P&L.
    group : str or None
        Column of the books by which the documents of the results also show P&L (`Result.grouped`).
    reduce : sequence of {'sobol', 'importance', 'control'}
        Methods by which each tail average is estimated again.
    executor : optional
        Who works on the chunks (`stress.simulation.executors`); the numbers do not depend on it.
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or a result of the draws done so far, marked.
    target_error : float or None
        Relative standard error of every ES 97.5 until which to draw on from `draws`. [fraction]
    surfaces : bool or None
        Whether options are revalued through surfaces with a certified error; where that pays if None.

    Raises
    ------
    InputError
        A severity out of range, no draws, a seed below zero.
    """

    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    severity: float = 1.0
    variation: Variation | VariationKind | None = None
    propagation: Propagation | None = None
    replay_names: bool = False
    instant: bool = False
    paths: bool = True
    rebalance: bool = False
    second_opinion: bool = False
    group: str | None = None
    reduce: Sequence[str] = ()
    executor: ExecutorChoice = None
    on_interrupt: Literal["raise", "partial"] = "raise"
    target_error: float | None = None
    surfaces: bool | None = None

    def __post_init__(self) -> None:
        require_severity(self.severity)
        whole_number(self.draws, what="draws", least=1)
        whole_number(self.seed, what="seed", least=0)

    @classmethod
    def of(cls, keywords: Mapping[str, Any], **others: Any) -> Self:
        """Take those of some keywords that are settings.

        Parameters
        ----------
        keywords : mapping
            Of `run` or `tails`.
        **others
            Fields that stand over them.
        """
        own = {one.name for one in fields(RunSettings)}
        return cls(**{**{key: keywords[key] for key in keywords if key in own}, **others})

    def written(self) -> dict[str, str]:
        """Write the settings that differ from those of a run without options, for the manifest."""
        said = {}
        for one in fields(RunSettings):
            value = getattr(self, one.name)
            if one.name not in _UNWRITTEN and value != one.default:
                said[one.name] = setting_text(value)
        return {name: text for name, text in said.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RunSettings):
    """What a run is asked, and what was made of keywords that need a file, a model or a book.

    Parameters
    ----------
    generator : Generator or None
        Of the factor moves; the t law when None.
    record : mapping or None
        Track record of the scoreboard; None where there is none for the model.
    variants : sequence of ModelVariant
        Of the model, for the model range; empty leaves it out.
    ranged : frozenset of str or None
        Ids of the scenarios that get a model range; None means all.
    prices : Prices or None
        Of names held: past days on which the book would have lost more.
    stressed : StressedLaw or None
        The law the books' model stands under, for the record; the books are compiled on it already.
    views : sequence of StatedView
        The user's own, which the second opinion is weighed to meet too.
    store : ChunkStore or None
        Where finished chunks outlive the process.
    notes : sequence of str
        What every result has to say: options that change nothing.
    scenario_notes : mapping of str to str
        What the results of one scenario have to say, by its id.
    chosen : mapping of str to str
        What the user chose beside the settings, for the manifest.
    """

    generator: Generator | None = None
    record: Mapping[str, Any] | None = None
    variants: Sequence[ModelVariant] = ()
    ranged: frozenset[str] | None = None
    prices: Prices | None = None
    stressed: StressedLaw | None = None
    views: Sequence[StatedView] = ()
    store: ChunkStore | None = None
    notes: Sequence[str] = ()
    scenario_notes: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)


def setting_text(value: Any) -> str:
    """Write a setting for a manifest: switches as yes and no, lists with commas, numbers so that they are read back exactly."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(float(value)).removesuffix(".0")
    if isinstance(value, Mapping):
        entries = (
            (key, setting_text(x) if isinstance(x, float) else x) for key, x in value.items()
        )
        return ", ".join(f"{key}={entry}" for key, entry in entries)
    return str(value) if isinstance(value, str | int | Variation) else ", ".join(value)
