"""The draws of a run: options through surfaces where that pays, and as many draws as an error asks for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.results.options import Options
from stress.risk.measures import TAIL_LEVEL, expected_shortfall
from stress.risk.standard_errors import expected_shortfall_error
from stress.risk.tail import draws_for_tail
from stress.simulation.holdings import options_of
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.simulate import ChunkStore, simulate
from stress.simulation.streams import CHUNK
from stress.simulation.tail_exists import has_tail_average
from stress.steps import Progress

__all__ = ["MOST_DRAWN_ON", "Drawn", "Revalued", "draw", "through_surfaces"]

#: The most that an error is drawn on for, however many books and scenarios share them.
MOST_DRAWN_ON = 2**24
#: Numbers that may be held meanwhile: 2 GiB.
_MOST_NUMBERS = 2**28
#: Draws are raised by at most this factor at a time, and a little beyond what the error asks for.
_FASTEST, _MARGIN = 16.0, 1.05
#: An error that would take so many times the most draws is refused at once, not drawn towards.
_HOPELESS = 4.0
#: A tail average nearer to zero than this share of NAV counts as this much.
_SMALLEST = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalued:
    """Plans with the way their options are valued.

    Parameters
    ----------
    plans : tuple of Plan
        In order.
    option_values : str or None
        How options are valued, for the manifest: it determines the numbers. None where nothing was chosen.
    asked : bool
        Whether surfaces were asked for by name.
    """

    plans: tuple[Plan, ...]
    option_values: str | None = None
    asked: bool = False

    @property
    def chosen(self) -> dict[str, str]:
        """What the manifest says of it."""
        return {} if self.option_values is None else {"option_values": self.option_values}

    def notes(self, at: int) -> list[str]:
        """Return what the result of one plan says of it."""
        plan = self.plans[at]
        if plan.surfaces is not None:
            return [f"options are revalued through {_surfaces([plan])}."]
        if self.asked and _has_options(plan):
            return [
                "no surface could be measured to be near enough: options are revalued exactly, though --surfaces was asked for."
            ]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The draws of a run.

    Parameters
    ----------
    pnls : tuple of PnL
        One a plan, in order.
    note : str or None
        How far a target error was reached.
    """

    pnls: tuple[PnL, ...]
    note: str | None = None

    @property
    def draws(self) -> int:
        """Draws that were made."""
        return self.pnls[0].draws

    @property
    def asked(self) -> int:
        """Draws that were asked for: more than were made where the run was interrupted."""
        return next((pnl.asked for pnl in self.pnls if pnl.asked is not None), self.draws)

    @property
    def notes(self) -> list[str]:
        """What the results say of it."""
        return [] if self.note is None else [self.note]


def draw(
    plans: Sequence[Plan],
    options: Options,
    *,
    on_progress: Progress | None = None,
) -> Drawn:
    """Simulate as the options say.

    Parameters
    ----------
    plans : sequence of Plan
        Of all books and scenarios.
    options : Options
        Draws, target error, executor, store.
    on_progress : callable, optional
        Called with draws done, which only grow, and in all, which grow with each round of a target error.
    """
    if options.target_error is None:
        pnls = _simulated(plans, options, options.draws, options.store, on_progress)
        return Drawn(pnls=tuple(pnls))
    pnls, note = _until(plans, options, options.target_error, on_progress)
    return Drawn(pnls=tuple(pnls), note=note)


def through_surfaces(plans: Sequence[Plan], options: Options) -> Revalued:
    """Put surfaces where many options meet many draws, unless exact values are asked for.

    Parameters
    ----------
    plans : sequence of Plan
        Of all books and scenarios.
    options : Options
        Draws, seed, `surfaces`.
    """
    if not any(_has_options(plan) for plan in plans):
        return Revalued(plans=tuple(plans))
    if options.surfaces is False:
        return Revalued(plans=tuple(plans), option_values="exact")
    from stress.simulation.surface import with_surfaces, worth_surfaces

    wanted = [
        _has_options(plan) and (options.surfaces or worth_surfaces(plan, options.draws))
        for plan in plans
    ]
    ready = tuple(
        with_surfaces(plan, seed=options.seed) if want else plan
        for plan, want in zip(plans, wanted, strict=True)
    )
    asked = options.surfaces is True
    if any(plan.surfaces is not None for plan in ready):
        return Revalued(plans=ready, option_values=_surfaces(ready), asked=asked)
    # Where draws go on until an error is reached, how many there will be does not say it.
    said = "exact" if asked or options.target_error is not None else None
    return Revalued(plans=ready, option_values=said, asked=asked)


def _has_options(plan: Plan) -> bool:
    return plan.revaluation is not None and any(options_of(plan.revaluation.valuation.holdings))


def _surfaces(plans: Sequence[Plan]) -> str:
    errors = [plan.surfaces.certified_error for plan in plans if plan.surfaces is not None]
    mixed = any(plan.surfaces is None and _has_options(plan) for plan in plans)
    exact = "; exact where none could be certified" if mixed else ""
    return f"surfaces, certified error {max(errors):.1g} of gross option value{exact}"


def _simulated(
    plans: Sequence[Plan],
    options: Options,
    draws: int,
    store: ChunkStore | None,
    on_progress: Progress | None,
) -> list[PnL]:
    return simulate(
        plans,
        draws=draws,
        seed=options.seed,
        executor=options.executor,
        store=store,
        on_progress=on_progress,
        on_interrupt=options.on_interrupt,
    )


def _until(
    plans: Sequence[Plan],
    options: Options,
    target: float,
    on_progress: Progress | None,
) -> tuple[list[PnL], str]:
    """Draw on until the tail average of every plan that has one is known to `target`, relatively."""
    if not 0.0 < target < 1.0:
        raise InputError(f"the target error must be between 0 and 1, got {target:g}.")
    held, on_progress = _Held(options.store), _onward(on_progress)
    draws = max(options.draws, draws_for_tail(TAIL_LEVEL))
    most = max(draws, min(MOST_DRAWN_ON, _MOST_NUMBERS // len(plans) // CHUNK * CHUNK))
    while True:
        pnls = _simulated(plans, options, draws, held, on_progress)
        reached = max((_relative_error(pnl) for pnl in pnls if _has_tail(pnl)), default=0.0)
        made = pnls[0].draws
        wording = f"target error {_percent(target)} of the tail average"
        if pnls[0].partial:
            return pnls, f"{wording}: interrupted at {_percent(reached)} after {made:,} draws."
        if reached <= target:
            return pnls, f"{wording} reached after {made:,} draws ({_percent(reached)})."
        if draws >= most:
            return (
                pnls,
                f"{wording} NOT reached: {_percent(reached)} after {made:,} draws, the most that are made; it "
                f"would take about {draws * (reached / target) ** 2:.2g}.",
            )
        needed = draws * (reached / target) ** 2
        if needed > _HOPELESS * most:
            reachable = 1.05 * reached * math.sqrt(draws / most)
            raise InputError(
                f"{wording} would take about {needed:.2g} draws ({_percent(reached)} after {made:,}); at most "
                f"{most:,} are made. Ask for {_percent(reachable)} or more, or say how many draws."
            )
        wanted = draws * min(_FASTEST, _MARGIN * (reached / target) ** 2)
        draws = min(most, math.ceil(wanted / CHUNK) * CHUNK)


def _onward(on_progress: Progress | None) -> Progress | None:
    """Return progress that tells no draws of an earlier round again."""
    if on_progress is None:
        return None
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done > told:
            told = done
            on_progress(done, total)

    return tell


def _percent(share: float) -> str:
    """Write an error as the option takes it: two figures, with the unit."""
    return f"{100.0 * float(f'{share:.2g}'):.12g}%"


def _has_tail(pnl: PnL) -> bool:
    return has_tail_average(pnl.plan.book, compound=pnl.plan.completed.compound)


def _relative_error(pnl: PnL) -> float:
    value = expected_shortfall(pnl.totals, level=TAIL_LEVEL)
    error = expected_shortfall_error(pnl.totals, level=TAIL_LEVEL)
    # A tail that gains has an error too, relative to its size.
    size = max(abs(value), _SMALLEST * pnl.plan.book.nav)
    return error / size


class _Held:
    """Chunks of an earlier round, in memory, in front of a store that may be there."""

    def __init__(self, behind: ChunkStore | None) -> None:
        self._behind = behind
        self._chunks: dict[int, FloatArray] = {}
        self._read = behind is None

    def begin(self, columns: Sequence[str], key: Mapping[str, str]) -> None:
        if self._behind is not None:
            self._behind.begin(columns, key)

    def asked(self, draws: int) -> None:
        if self._behind is not None:
            self._behind.asked(draws)

    def finished(self) -> Iterator[tuple[int, FloatArray]]:
        if not self._read and self._behind is not None:
            self._chunks.update(self._behind.finished())
            self._read = True
        yield from self._chunks.items()

    def save(self, chunk: int, totals: FloatArray) -> None:
        self._chunks[chunk] = totals
        if self._behind is not None:
            self._behind.save(chunk, totals)

    def flush(self) -> None:
        if self._behind is not None:
            self._behind.flush()
