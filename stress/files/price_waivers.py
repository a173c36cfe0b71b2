"""Which findings about prices a user accepts: read, asked, and told how to be given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from shlex import quote

from stress.errors import InputError, Problem, did_you_mean
from stress.files.price_findings import CODES, Finding

__all__ = ["Judgement"]

#: Findings of one kind that are told one by one.
MANY = 25


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
        self._waivers = _waivers(waive)
        self._ignored = ignored
        self._before = tuple(dict.fromkeys(before))
        self.accepted: list[Finding] = []
        self.refused: list[Finding] = []

    def hear(self, found: Iterable[Finding]) -> None:
        """Take findings in."""
        for finding in found:
            if finding.subject in self._ignored:
                continue
            known = {finding.code, f"{finding.code}:{finding.subject}"}
            waived = not known.isdisjoint(self._waivers) or finding.waived in self._before
            (self.accepted if waived else self.refused).append(finding)

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
        """What was accepted, and waivers that met nothing."""
        waived = (finding.waived for finding in self.accepted)
        return tuple(dict.fromkeys((*self._before, *waived, *self._unused())))

    def _unused(self) -> Iterable[str]:
        used = {finding.code for finding in self.accepted}
        used_with = {f"{finding.code}:{finding.subject}" for finding in self.accepted}
        return (
            f"waiver {entry} was not needed."
            for entry in sorted(self._waivers)
            if entry not in used_with
            and entry not in used
            and entry.partition(":")[0] != "missing-member"  # the calibration's to say
        )


def _waivers(waive: Iterable[str]) -> frozenset[str]:
    entries = [entry.strip() for text in waive for entry in text.split(",") if entry.strip()]
    problems = []
    for entry in entries:
        code, colon, subject = entry.partition(":")
        if code not in CODES:
            known = did_you_mean(code, CODES) or f"Known: {', '.join(CODES)}."
            problems.append(
                Problem(message=f"--waive {entry}: '{code}' is no kind of problem.", hint=known)
            )
        elif colon and not subject:
            problems.append(Problem(message=f"--waive {entry}: names nothing after the colon."))
    if problems:
        raise InputError(problems)
    return frozenset(entries)


def _waive_all(refused: Sequence[Finding]) -> str:
    """Return the options that accept every finding: one by one, or a whole kind where it has many."""
    options = []
    for code in CODES:
        subjects = list(dict.fromkeys(one.subject for one in refused if one.code == code))
        entries = [code] if len(subjects) > MANY else [f"{code}:{subject}" for subject in subjects]
        options += [f"--waive {quote(entry)}" for entry in entries]
    return " ".join(options)
