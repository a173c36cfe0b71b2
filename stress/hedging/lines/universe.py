"""`HedgeUniverse`: what may be traded, at which price, at which cost and within which limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stress.arguments import held_to
from stress.errors import InputError, Problem
from stress.frozen import hold_still, still_when_copied
from stress.hedging.lines.hedge_line import LINE_TYPES, SHARES, HedgeLine, LineType
from stress.hedging.lines.security import listed_twice

__all__ = [
    "LINE_TYPES",
    "SELL_DOWN_HALF_SPREAD",
    "HedgeLine",
    "HedgeUniverse",
    "LineType",
]

#: Half-spread at which held positions are sold where no line and no row says it: a judgement. [fraction]
SELL_DOWN_HALF_SPREAD = 0.0010


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class HedgeUniverse:
    """What may be traded.

    Parameters
    ----------
    label : str
        Its file name, without folders.
    lines : tuple of HedgeLine
        Without the sell-downs: those follow from the book.
    rates : mapping of str to float
        Yearly interest of cash by currency, from the cash rows. [fraction]
    spots, dividends, vols, vol_betas, skews : mapping of str to float
        Levels that options read: by underlying, `vols` by contract.
    sell_down_half_spread : float
        Half-spread at which held positions without a line of their own are sold. [fraction]
    sell_down_stated : bool
        Whether the file states it.
    as_of : str or None
        ISO date of the quotes.
    in_dollars : tuple of int
        Rows of the file that state no currency and are read in dollars.
    content_hash : str
        SHA-256 of the file.
    source : str
        Id or path that it was asked for by; empty of one made in memory.
    """

    label: str
    lines: tuple[HedgeLine, ...]
    rates: Mapping[str, float] = field(default_factory=dict)
    spots: Mapping[str, float] = field(default_factory=dict)
    dividends: Mapping[str, float] = field(default_factory=dict)
    vols: Mapping[str, float] = field(default_factory=dict)
    vol_betas: Mapping[str, float] = field(default_factory=dict)
    skews: Mapping[str, float] = field(default_factory=dict)
    sell_down_half_spread: float = SELL_DOWN_HALF_SPREAD
    sell_down_stated: bool = False
    as_of: str | None = None
    in_dollars: tuple[int, ...] = ()
    content_hash: str = ""
    source: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        lines = held_to(self.lines, Sequence[HedgeLine], what="hedge universe: lines")
        object.__setattr__(self, "lines", tuple(lines))
        hold_still(self)
        problems = [
            *_same_id(self.lines, self.label),
            *listed_twice(self.lines, label=self.label, as_of=self.as_of),
        ]
        if not self.lines:
            problems.append(
                Problem(
                    message=f"the hedge universe {self.label} is empty: there is no line to trade.",
                    hint="Give at least one stock, etf, future or option.",
                )
            )
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        kinds = Counter(line.type for line in self.lines)
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        return f"<HedgeUniverse {self.label!r} · quotes of {self.as_of or 'no stated date'} · {len(self.lines)} lines: {said}>"

    @property
    def bundled(self) -> bool:
        """Whether it came with the package: it was asked for by an id, not by a file."""
        return bool(self.source) and self.label == f"{self.source}.csv"

    def currency_of(self, name: str) -> str | None:
        """Return the currency that a name's price is quoted in, its share's first; None where no line follows it."""
        lines = [line for line in self.lines if line.instrument.underlying == name]
        shares = [line.currency for line in lines if line.type in SHARES]
        return next(iter(shares or [line.currency for line in lines]), None)

    def of_type(self, *types: LineType) -> tuple[HedgeLine, ...]:
        """Return the lines of some types, in order."""
        return tuple(line for line in self.lines if line.type in types)


def _same_id(lines: Sequence[HedgeLine], label: str) -> Iterator[Problem]:
    """Say which lines have the id of another."""
    first: dict[str, HedgeLine] = {}
    for line in lines:
        other = first.setdefault(line.id, line)
        if other is line:
            continue
        if line.row is None or other.row is None:
            hint = "Give one of them another id."
        elif line.row == other.row:
            hint = "Two of the row's expiries, or of its strikes as rounded to strike_step, are one: leave one out."
        else:
            hint = f"Remove it, or line {other.row}."
        yield Problem(
            message=f"hedge line '{line.id}' stands twice.", file=label, line=line.row, hint=hint
        )
