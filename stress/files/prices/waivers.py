"""Which findings about prices a user accepts: read, asked, and told how to be given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from stress.errors import InputError, Problem, did_you_mean
from stress.files.portfolio.plain_tickers import plain_ticker
from stress.files.prices.findings import CODES, Finding, waivers_written

__all__ = ["Judgement", "Waiver", "read_waivers"]

#: Findings of one kind that are told one by one.
MANY = 25


@dataclass(frozen=True, slots=True)
class Waiver:
    """What a user accepts: all findings of a kind, or those about one subject.

    Parameters
    ----------
    written : str
        ``"gap"``, ``"jump:PCG"``.
    """

    written: str

    @property
    def code(self) -> str:
        """The kind of finding."""
        return self.written.partition(":")[0]

    def accepts(self, code: str, subject: str) -> bool:
        """Whether a finding is accepted; a series goes by every way to write its ticker."""
        own_code, colon, own_subject = self.written.partition(":")
        same = not colon or plain_ticker(own_subject) == plain_ticker(subject)
        return own_code == code and same

    @property
    def needless(self) -> str:
        """The warning where it met nothing."""
        return f"waiver {self.written} was not needed."


class Judgement:
    """Findings, sorted into those that are accepted and those that are not.

    Parameters
    ----------
    waive : iterable of str
        What the user accepts: ``"gap"``, ``"jump:PCG"``; several in one text are separated by commas.
    ignored : collection of str
        Series that are not judged.
    before : sequence of str
        Warnings of prices read before: what they say was waived is not asked again.

    Raises
    ------
    InputError
        A waiver that is none.
    """

    def __init__(
        self, waive: Iterable[str], *, ignored: Collection[str] = (), before: Sequence[str] = ()
    ) -> None:
        self._waivers = read_waivers(waive)
        self._ignored = ignored
        self._before = tuple(dict.fromkeys(before))
        self.accepted: list[Finding] = []
        self.refused: list[Finding] = []

    def hear(self, found: Iterable[Finding]) -> None:
        """Take findings in."""
        for finding in found:
            if finding.subject in self._ignored:
                continue
            waived = any(waiver.accepts(finding.code, finding.subject) for waiver in self._waivers)
            known = waived or finding.waived in self._before
            (self.accepted if known else self.refused).append(finding)

    @property
    def problems(self) -> list[Problem]:
        """What is refused: each finding, of many of one kind the first few, and what accepts them all."""
        told: list[Problem] = []
        for code in CODES:
            found = [finding for finding in self.refused if finding.code == code]
            told.extend(finding.problem for finding in found[:MANY])
            if len(found) > MANY:
                told.append(Problem(message=f"and {len(found) - MANY} more of the kind '{code}'."))
        if len(self.refused) > 1:
            told.append(
                Problem(
                    message=f"{len(self.refused)} findings in all.",
                    hint=f"Accept them, once looked at, with {_waive_all(self.refused)}",
                    sums_up=True,
                )
            )
        return told

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the prices was accepted, and waivers that met nothing; which members it lacks a model says itself."""
        waived = (one.waived for one in self.accepted if one.code != "missing-member")
        return tuple(dict.fromkeys((*self._before, *waived, *self._unused())))

    def _unused(self) -> Iterable[str]:
        return (
            waiver.needless
            for waiver in sorted(self._waivers, key=lambda waiver: waiver.written)
            if not any(waiver.accepts(one.code, one.subject) for one in self.accepted)
        )


def read_waivers(waive: Iterable[str]) -> tuple[Waiver, ...]:
    """Read waivers.

    Parameters
    ----------
    waive : iterable of str
        Several in one text are separated by commas.

    Raises
    ------
    InputError
        Every one that is none.
    """
    entries = [entry.strip() for text in waive for entry in text.split(",") if entry.strip()]
    problems = []
    for entry in entries:
        code, colon, subject = entry.partition(":")
        if code not in CODES:
            known = did_you_mean(code, CODES) or f"Known: {', '.join(CODES)}."
            problems.append(
                Problem(message=f"waiver {entry}: '{code}' is no kind of problem.", hint=known)
            )
        elif colon and not subject:
            problems.append(Problem(message=f"waiver {entry}: names nothing after the colon."))
    if problems:
        raise InputError(problems)
    return tuple(Waiver(entry) for entry in dict.fromkeys(entries))


def _waive_all(refused: Sequence[Finding]) -> str:
    """Write what accepts every finding: one by one, or a whole kind where it has many."""
    waivers: list[str] = []
    for code in CODES:
        subjects = list(dict.fromkeys(one.subject for one in refused if one.code == code))
        entries = [code] if len(subjects) > MANY else [f"{code}:{subject}" for subject in subjects]
        waivers += entries
    return waivers_written(waivers)
