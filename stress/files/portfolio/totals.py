"""Cross-check what was read against the totals the file states."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stress.errors import Problem
from stress.files.portfolio.header_words import fold, heading
from stress.files.portfolio.holding import Holding, Reading
from stress.portfolio.position import Position

__all__ = ["TotalCheck", "check_totals", "check_weights", "compare_totals", "weights_alone"]

#: Rounding of a stated total: this share of it, or one unit of money.
_TOLERANCE = 0.001
#: Weights of a whole book add up to one, whatever is borrowed stands among them.
_MOST_WEIGHT = 1.5
#: A sum of weights that is a hundredth, or a hundred, within this factor is one in the other unit.
_OTHER_UNIT = 1.5
#: What a total of the whole file is called; that of a section says of what: ``Total Shorts``.
_OF_ALL = re.compile(
    r"(?:(?:grand|overall|portfolio|account) )?totals?|(?:gesamt)?summe|gesamt|somme|totaal|razem|suma|toplam|"
    r"\u0438\u0442\u043e\u0433\u043e|\u0432\u0441\u0435\u0433\u043e|\u5408\u8ba1|\u603b\u8ba1|\u5408\u8a08|\u7dcf\u8a08|\ud569\uacc4|\ucd1d\uacc4"
)
#: Rows below the last total that a warning lists.
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalCheck:
    """A total the file states beside what was read.

    Parameters
    ----------
    line : int or None
        Where the file states it; None for one that holds by definition (weights add up to 100 %).
    label : str
        The words beside it.
    unit : {'money', 'weight'}
        Of both figures.
    stated, read : float
        The file's figure, and the nearest sum of rows it may mean. [currency or fraction]
    """

    line: int | None
    label: str
    unit: str
    stated: float
    read: float

    @property
    def met(self) -> bool:
        """Whether both agree within 0.1 % (of money: or one unit)."""
        least = 1.0 if self.unit == "money" else 0.0
        return abs(self.difference) <= max(_TOLERANCE * abs(self.stated), least)

    @property
    def difference(self) -> float:
        """What was read minus what is stated."""
        return self.read - self.stated


def compare_totals(reading: Reading, positions: Sequence[Position]) -> tuple[TotalCheck, ...]:
    """Put each total of the file beside the sum it may mean.

    Parameters
    ----------
    reading : Reading
        With its totals.
    positions : sequence of Position
        What was read.

    Returns
    -------
    tuple of TotalCheck

    Notes
    -----
    A total whose rows the file names is that of these. Any other may mean the rows above it since the total before (a section), all rows above it, or, where none stands above it,
    the whole file, with its cash or without: the nearest sum is shown; that of a section of shorts may stand without a minus. Rows that were refused are missing from the sums; that is what a difference is for.
    """
    checks = []
    previous = 0
    weights = [holding.weight for holding in reading.holdings if holding.weight is not None]
    for total in reading.totals:
        if total.unit == "weight":
            sums = [math.fsum(weights)] if weights and total.line is None else []
        elif total.lines is not None:
            sums = [math.fsum(p.market_value for p in positions if p.row in total.lines)]
        else:
            line = total.line
            above = [p for p in positions if line is None or (p.row or 0) < line]
            since = [p for p in above if (p.row or 0) > previous]
            invested = [p for p in positions if p.instrument.kind != "cash"]
            meant = (above, since) if above else (positions, invested)
            sums = [math.fsum(p.market_value for p in group) for group in meant]
            if total.value > 0.0 and since and all(p.market_value < 0.0 for p in since):
                sums.append(-sums[-1])
            previous = line or previous
        if sums:
            checks.append(
                TotalCheck(
                    line=total.line,
                    label=total.label,
                    unit=total.unit,
                    stated=total.value,
                    read=min(sums, key=lambda value: abs(value - total.value)),
                )
            )
    return tuple(checks)


def check_weights(
    reading: Reading, file: str, *, shares: bool = False
) -> tuple[list[Problem], list[str]]:
    """Judge the sum of the weights that rows are valued by: above 1.5 it is a mistake, other than 1 it is said.

    That of a broker's or an issuer's file is compared with the totals it states instead.

    Parameters
    ----------
    reading : Reading
        The file.
    file : str
        For messages.
    shares : bool
        Whether only shares of what is in the file count.

    Returns
    -------
    problems : list of Problem
        At most one.
    warnings : list of str
        At most one.
    """
    used = [
        holding.weight
        for holding in reading.holdings
        if holding.weight is not None and not _is_valued(holding)
    ]
    if not (reading.strict or reading.exact) or not used:
        return [], []
    if reading.exact:
        if any(holding.weight is None and _is_valued(holding) for holding in reading.holdings):
            return [], []
        used = [holding.weight for holding in reading.holdings if holding.weight is not None]
    added = math.fsum(used)
    title = reading.mapping.get("weight", "")
    if heading(title).percent and 1.0 / _OTHER_UNIT <= abs(added) * 100.0 <= _OTHER_UNIT:
        return [
            Problem(
                message=f"the weights under '{title}' add up to {added:.2%}: are they fractions of one?",
                file=file,
                hint="If so, name the column Weight; if not, write them as per cent that add up to 100, with what is missing as "
                "a row of cash.",
            )
        ], []
    if reading.exact and 1.0 / _OTHER_UNIT <= abs(added) / 100.0 <= _OTHER_UNIT:
        return [
            Problem(
                message=f"the weights under '{title}' add up to {added:.4g}: are they per cent?",
                file=file,
                hint="If so, name the column Weight (%); if not, correct them: they must add up to 1.",
            )
        ], []
    if abs(added) > _MOST_WEIGHT:
        stated = (holding.currency for holding in reading.holdings if holding.currency)
        currency = reading.currency or next(stated, "USD")
        return [
            Problem(
                message=f"the weights add up to {added:.4g}: without the other side of it, leverage above "
                f"{_MOST_WEIGHT:g} is refused.",
                file=file,
                hint=f"If it is meant, write what is borrowed as a row of cash, {currency} with {1.0 - added:.4g}, "
                "so that all weights add up to 1; else correct them.",
            )
        ], []
    if abs(added - 1.0) <= _TOLERANCE:
        return [], []
    if shares:
        return [], [f"the weights add up to {added:.2%}: what is in the file stands for all of it"]
    left = 1.0 - added
    what = (
        "is not in the file and is taken for nothing"
        if left > 0.0
        else "is borrowed and not in the file"
    )
    return [], [f"the weights add up to {added:.2%}: {abs(left):.2%} of NAV {what}"]


def weights_alone(reading: Reading) -> bool:
    """Whether what a file states of its rows is a weight of each, and the value of none."""
    held = reading.holdings
    return bool(held) and all(one.weight is not None and not _is_valued(one) for one in held)


def _is_valued(holding: Holding) -> bool:
    """Say whether a row has a value without its weight."""
    return holding.market_value is not None or (
        holding.quantity is not None and holding.price is not None
    )


def check_totals(reading: Reading, positions: Sequence[Position]) -> list[str]:
    """Return one warning, with the amount, for each total that what was read does not meet, and one for rows below the last.

    Parameters
    ----------
    reading : Reading
        With its totals.
    positions : sequence of Position
        What was read.

    Returns
    -------
    list of str
    """
    warnings = []
    for total in compare_totals(reading, positions):
        if total.met:
            continue
        if total.unit == "weight":
            warnings.append(
                f"the weights in '{total.label}' add up to {total.read:.2%} instead of {total.stated:.0%}: "
                f"{total.difference:+.2%}"
            )
        else:
            where = f"line {total.line}: " if total.line is not None else ""
            warnings.append(
                f"{where}the file states {total.stated:,.2f} for '{total.label}', the rows read add up "
                f"to {total.read:,.2f}: {total.difference:+,.2f}"
            )
    return [*warnings, *_below_totals(reading, positions)]


def _below_totals(reading: Reading, positions: Sequence[Position]) -> list[str]:
    """Say which positions stand below the last total of the file: a benchmark or a watch list may stand there."""
    last = max(
        (total for total in reading.totals if total.line is not None),
        key=lambda total: total.line or 0,
        default=None,
    )
    if last is None or last.line is None or not _OF_ALL.fullmatch(fold(last.label)):
        return []
    line = last.line
    below = [p for p in positions if (p.row or 0) > line and p.instrument.kind != "cash"]
    if not below or not any((p.row or line) < line for p in positions):
        return []
    listed = ", ".join(f"{p.id} on line {p.row}" for p in below[:_SHOWN])
    more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
    return [
        f"below the last total of the file ('{last.label}', line {line}) stands what is read as held: {listed}{more} "
        "(remove what is not)"
    ]
