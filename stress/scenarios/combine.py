"""Several scenarios at once, and one scenario at several sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from stress.arguments import one_of
from stress.errors import InputError
from stress.scenarios.derive import derived
from stress.scenarios.scale import scale
from stress.scenarios.scenario import Scenario, StatedMove, Variation, VariationKind
from stress.twice import given_twice
from stress.units import Move, Unit

__all__ = ["Detail", "Overlap", "combine", "detail_of", "sweep", "sweep_target"]

Overlap = Literal["sum", "largest", "refuse"]


class Detail(NamedTuple):
    """The one of several scenarios that a page shows in detail, and why that one."""

    id: str
    why: str


def combine(
    scenarios: Sequence[Scenario],
    *,
    overlap: Overlap = "sum",
    variation: VariationKind | None = None,
) -> Scenario:
    """Return the scenario in which all of several happen together.

    What only one states stands as it is. What several state follows the rule of `overlap`. The
    horizon is the longest of them, the moves are compound if any of theirs are. Of what is judged
    the widest variation, the largest spread multiple and the strictest contradiction limit stand. The
    result is hypothetical: recorded names, observed figures, sources, coverage, dates and governance
    belong to the parts and are left out.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least two, without paths.
    overlap : {'sum', 'largest', 'refuse'}
        For a factor or name that several state. ``sum``: one move after the other, so relative
        moves compound, ``(1 + a)(1 + b) - 1``, and others add; the order does not matter.
        ``largest``: the one of largest size, refused when signs differ. ``refuse``: an error.
    variation : {'names', 'severity', 'core'}, optional
        Which kind stands where the parts vary in different ways.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        Fewer than two scenarios, one given twice, a path, two volatility rules, modes of
        propagation or kinds of variation beside `names` of which none was chosen, one target in two units, or an unknown or
        refusing rule for overlaps.
    """
    one_of(overlap, Overlap, what="overlap")
    if variation is not None:
        one_of(variation, VariationKind, what="variation")
    _check_parts(scenarios)
    ids = [part.id for part in scenarios]
    longest = max(scenarios, key=lambda part: (part.horizon_days, part.elapsed_days))
    modes = {part.propagation for part in scenarios} - {None}
    _one(modes, "propagation")
    rules = {part.volatility_rule for part in scenarios}
    _one(rules, "volatility_rule")
    bid_ask = [p.bid_ask_multiple for p in scenarios if p.bid_ask_multiple is not None]
    return Scenario(
        id="-and-".join(ids),
        title=" and ".join(part.title for part in scenarios),
        horizon_days=longest.horizon_days,
        calendar_days=longest.calendar_days,
        kind="hypothetical",
        returns="compound" if any(p.returns == "compound" for p in scenarios) else "simple",
        moves=_joined([(p.id, p.moves) for p in scenarios], overlap),
        core_names=_joined([(p.id, p.core_names) for p in scenarios], overlap),
        variation=_variation(scenarios, variation),
        propagation=next(iter(modes), None),
        volatility_rule=next(iter(rules)),
        bid_ask_multiple=max(bid_ask, default=None),
        contradiction_limit=min(part.contradiction_limit for part in scenarios),
        narrative=f"{' and '.join(ids)} together; where several state a move: {overlap}.",
        extends=tuple(ids),
    )


def sweep(scenario: Scenario, severities: Iterable[float]) -> tuple[Scenario, ...]:
    """Return the scenario at several severities, in the order given.

    Parameters
    ----------
    scenario : Scenario
        The original; severity 1 is the original itself. Others of a hypothetical one are hypothetical,
        of a measured one anchored.
    severities : iterable of float
        Different ones, each at least 0.

    Raises
    ------
    InputError
        None at all, one twice, or one that is not a finite number of at least 0.
    """
    sizes = list(severities)
    if not sizes:
        raise InputError("a sweep needs at least one severity.")
    if len(set(sizes)) < len(sizes):
        raise InputError("a sweep needs different severities; one is given twice.")
    return tuple(scale(scenario, size) for size in sizes)


def sweep_target(
    scenario: Scenario, target: str, moves: Iterable[Move], *, name: bool = False
) -> tuple[Scenario, ...]:
    """Return the scenario with several moves of one factor or name, all else as stated.

    Recorded names, observed figures, conflicts, governance and what is said of the target's coverage
    belong to the original and are left out.

    Parameters
    ----------
    scenario : Scenario
        The original, without a path.
    target : str
        A factor, or a core name when `name` is set; it need not be stated yet.
    moves : iterable of Move
        Different ones.
    name : bool
        Whether the target is a name.

    Raises
    ------
    InputError
        No move at all, one twice, one in another unit than the scenario's, or a path: the steps do
        not say how they share another total.
    """
    if scenario.path:
        raise InputError(
            f"{scenario.id} is a path: its steps do not say how they share another move of {target}. "
            "Sweep its severity, or write the steps in a file that extends it."
        )
    sizes = list(moves)
    if not sizes:
        raise InputError(f"a sweep of {target} needs at least one move.")
    if len(set(sizes)) < len(sizes):
        raise InputError(f"a sweep of {target} needs different moves; one is given twice.")
    old = scenario.stated(target)
    for move in sizes:
        if old is not None and move.unit != old.unit:
            raise InputError(
                f"a sweep of {target}: {move} is in {move.unit}, but {scenario.id} has {old}."
            )
    slug = "-".join("".join(c if c.isalnum() else " " for c in target.lower()).split())
    return tuple(
        _with_target(scenario, StatedMove(target=target, move=move), f"{slug}-{_size(move)}", name)
        for move in sizes
    )


def detail_of(swept: Sequence[Scenario], sizes: Sequence[float], own: float | None) -> Detail:
    """Return which size of a sweep to show in detail: the scenario's own, or the nearest to it.

    Parameters
    ----------
    swept : sequence of Scenario
        From `sweep` or `sweep_target`.
    sizes : sequence of float
        Of each: severities, or moves.
    own : float or None
        The scenario's own size; None where it does not state the target: then the largest move is shown.
    """
    if own is None:
        at = max(range(len(sizes)), key=lambda i: abs(sizes[i]))
        return Detail(id=swept[at].id, why="the largest move")
    at = min(range(len(sizes)), key=lambda i: (abs(sizes[i] - own), -abs(sizes[i])))
    exact = sizes[at] == own
    return Detail(
        id=swept[at].id,
        why="the scenario's own size" if exact else "the size nearest the scenario's own",
    )


def _size(move: Move) -> str:
    """Write a move so that it may stand in an id, e.g. ``down-2p5pct`` or ``up-30bp``."""
    sign = "down-" if move.value < 0.0 else "up-" if move.value > 0.0 else ""
    return sign + str(move).lstrip("+-").replace(".", "p").replace("%", "pct").replace(" ", "")


def _with_target(scenario: Scenario, stated: StatedMove, slug: str, name: bool) -> Scenario:
    old = scenario.core_names if name else scenario.moves
    kept = [stated if entry.target == stated.target else entry for entry in old]
    if all(entry.target != stated.target for entry in old):
        kept.append(stated)
    return derived(
        scenario,
        id=f"{scenario.id}-{slug}",
        title=_retitled(scenario, stated),
        kind="hypothetical",
        moves=scenario.moves if name else tuple(kept),
        core_names=tuple(kept) if name else scenario.core_names,
        coverage=tuple(entry for entry in scenario.coverage if entry[0] != stated.target),
    )


def _retitled(scenario: Scenario, stated: StatedMove) -> str:
    """Return the title with the move in it: in place of the old one where that stands there."""
    old, new = scenario.stated(stated.target), f"{stated.target} {stated.move}"
    before = f"{stated.target} {old}"
    if old is not None and before in scenario.title:
        return scenario.title.replace(before, new)
    return f"{scenario.title}, {new}"


def _check_parts(scenarios: Sequence[Scenario]) -> None:
    if len(scenarios) < 2:
        raise InputError("combining needs at least two scenarios.")
    ids = [part.id for part in scenarios]
    twice = given_twice(ids)
    if twice:
        raise InputError(f"{', '.join(twice)} is given twice. To make it larger, scale it.")
    paths = [part.id for part in scenarios if part.path]
    if paths:
        raise InputError(f"{', '.join(paths)} is a path; paths do not combine.")


def _one(found: Collection[object], what: str) -> None:
    if len(found) > 1:
        raise InputError(
            f"the scenarios have different {what}: {', '.join(sorted(map(str, found)))}."
        )


def _variation(scenarios: Sequence[Scenario], chosen: VariationKind | None) -> Variation:
    stated = [part.variation for part in scenarios]
    kinds = {variation.kind for variation in stated} - {"names"}
    if len(kinds) > 1:
        if chosen is None:
            said = ", ".join(f"{p.variation.kind} ({p.id})" for p in scenarios)
            raise InputError(
                f"the scenarios vary in different ways: {said}. Say which stands for all of them: --variation "
                f"{min(kinds)} or {max(kinds)} with the widest that is stated, or names for moves that stand as given "
                "(variation= in Python)."
            )
        stated = [variation for variation in stated if variation.kind == chosen]
        kinds = {chosen}
    return Variation(
        kind=next(iter(kinds), "names"),
        severity_sd=max((v.severity_sd for v in stated if v.severity_sd is not None), default=None),
        core_fraction=max(
            (v.core_fraction for v in stated if v.core_fraction is not None), default=None
        ),
    )


def _joined(
    parts: Sequence[tuple[str, tuple[StatedMove, ...]]], overlap: Overlap
) -> tuple[StatedMove, ...]:
    by_target: dict[str, list[tuple[str, StatedMove]]] = {}
    for part, moves in parts:
        for stated in moves:
            by_target.setdefault(stated.target, []).append((part, stated))
    both = [target for target, entries in by_target.items() if len(entries) > 1]
    if both and overlap == "refuse":
        raise InputError(
            f"several scenarios state {', '.join(both)}. "
            "Choose 'sum' or 'largest' (--combine, overlap=), or drop one of them."
        )
    joined = _largest if overlap == "largest" else _one_after_the_other
    return tuple(
        StatedMove(
            target=target,
            move=joined(target, [stated.move for _, stated in entries])
            if target in both
            else entries[0][1].move,
            source=" + ".join(f"scenario {part}" for part, _ in entries),
        )
        for target, entries in by_target.items()
    )


def _one_after_the_other(target: str, moves: list[Move]) -> Move:
    if _unit(target, moves) == "%":
        level = 1.0
        for value in sorted(move.value for move in moves):
            level *= 1.0 + value
        return Move(value=level - 1.0, unit="%")
    return Move(value=sum(sorted(m.value for m in moves)), unit=moves[0].unit)


def _largest(target: str, moves: list[Move]) -> Move:
    _unit(target, moves)
    if min(m.value for m in moves) < 0.0 < max(m.value for m in moves):
        raise InputError(
            f"{target} is stated with both signs ({', '.join(map(str, moves))}): "
            "there is no largest. Choose 'sum' (--combine, overlap=)."
        )
    return max(moves, key=lambda move: abs(move.value))


def _unit(target: str, moves: list[Move]) -> Unit:
    units = {move.unit for move in moves}
    if len(units) > 1:
        raise InputError(f"{target} is stated in {', '.join(sorted(units))}.")
    return moves[0].unit
