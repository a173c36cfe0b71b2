"""The page of a reverse stress or worst case, on the terminal and as HTML: each answer and what drives it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from stress.reporting.blocks import Block, Rows, block_html
from stress.reporting.document import manifest_document
from stress.reporting.filling import fill, together
from stress.reporting.header import model_in_words
from stress.reporting.html_blocks import heading, page, text
from stress.reporting.words import counted, short_name
from stress.reverse_stress.found import NO_MOVE, FoundScenario, ReverseStress
from stress.scenarios.scenario import usual_returns
from stress.tables import SCREEN_WIDTH, Column, percent, shorten, table_lines
from stress.units import format_move

__all__ = ["reverse_document", "reverse_html", "reverse_page"]

#: Rows of an answer: stated moves first, then those that follow, of which at least a few.
_DRIVERS = 8
_FOLLOWING = 3
#: Of the document, as text like that of a run: additions raise the second number; anything else the first.
SCHEMA_VERSION = "2.0"

#: Of what moves by itself, beside the heading of an answer.
_ONLY = 30
#: Spaces between the question and what it was asked of.
_BESIDE = 6
_DISTANCE = (
    "Distance says how far from an ordinary move the factors would have to go together. It is not a",
    "probability, and single names can lose as much on an ordinary day of the factors.",
)


def reverse_page(found: ReverseStress) -> str:
    """Write what a search found, at most 100 columns wide.

    Parameters
    ----------
    found : ReverseStress
        From `stress.reverse`, `stress.worst_case` or `stress.worst_law`.
    """
    asked, identity = _asked(found)
    lines = [
        f"{asked}{' ' * _BESIDE}{identity}",
        *(f"  {words}" for words in _model(found)),
        *fill(_how(found), first="  ", under="  "),
        *_warned(found.warnings, indent=2),
    ]
    for number, answer in enumerate(found.answers, start=1):
        lines += ["", *_answer(found, number, answer)]
    return "\n".join([*lines, "", *_DISTANCE]) + "\n"


def reverse_html(found: ReverseStress) -> str:
    """Write what a search found as HTML for a notebook: the page's tables, words and order.

    Parameters
    ----------
    found : ReverseStress
        From `stress.reverse`, `stress.worst_case` or `stress.worst_law`.
    """
    asked, identity = _asked(found)
    blocks = [heading(asked, large=True), text(identity, quiet=True)]
    blocks += [*(text(words, quiet=True) for words in _model(found)), text(_how(found))]
    blocks += [text(f"! {words}") for words in found.warnings]
    for number, answer in enumerate(found.answers, start=1):
        loses, distance = _loses(found, answer)
        rows = Rows(columns=_COLUMNS, rows=_rows(found, answer))
        said = [*_also_stated(answer), *(f"! {words}" for words in answer.warnings)]
        title = f"{number}  {loses}"
        blocks.append(block_html(Block(title=title, aside=distance, parts=(rows, *said))))
    return page([*blocks, text(" ".join(_DISTANCE), quiet=True)])


def _asked(found: ReverseStress) -> tuple[str, str]:
    """Return the question in capitals, and what it was asked of."""
    if found.question == "reverse":
        asked = (
            f"WHAT WOULD COST {percent(-found.target / found.nav, signed=False).lstrip('-')} OF NAV"
        )
    elif found.question == "worst case":
        asked = f"THE WORST WITHIN {found.target:g} STANDARD DEVIATIONS"
    else:
        asked = f"THE WORST LAW WITHIN {found.target:g} NATS OF HISTORY"
    sessions = counted(found.horizon_days, "session")
    rest = f" · {sessions}"
    room = SCREEN_WIDTH - len(asked) - _BESIDE - len(rest)
    return asked, f"{short_name(found.portfolio_name, room=room)}{rest}"


def _model(found: ReverseStress) -> list[str]:
    """Return the model in words, and what is to be doubted of its age."""
    today = datetime.date.today()
    said, doubtful = model_in_words(
        found.model_id, found.model_as_of, as_of=found.as_of, today=today
    )
    return [said, *doubtful]


#: Losses and distances further apart than this differ.
_SAME = 1.0 + 1e-6


def _how(found: ReverseStress) -> str:
    if found.question == "worst law":
        return (
            "past sessions weighed anew, no scenario: the mean of all factors under the worst law"
        )
    how = "closed form: the book is linear"
    if found.searched is not None:
        how = f"searched by full revaluation up to {found.searched:.3g} standard deviations"
    if usual_returns(found.horizon_days) == "compound":
        how += ", returns compounded"
    order = "most plausible first" if found.question == "reverse" else "largest loss first"
    themes = ""
    if any(answer.only for answer in found.answers):
        themes = "; after the first, one theme moves by itself in each and the rest follows"
        first, *others = found.answers
        if any(
            one.loss > first.loss * _SAME or one.distance * _SAME < first.distance for one in others
        ):
            themes += (
                ", also below a floor that the first keeps: some are nearer for that, or lose more"
            )
    return f"{how}; {counted(len(found.answers), 'answer')}, {order}{themes}"


_COLUMNS = (
    Column(title="what moves", align="left"),
    Column(title="move"),
    Column(title="alone, % of NAV"),
)


def _answer(found: ReverseStress, number: int, answer: FoundScenario) -> list[str]:
    loses, distance = _loses(found, answer)
    table = table_lines(_COLUMNS, _rows(found, answer), indent=3)
    also = [
        line for words in _also_stated(answer) for line in fill(words, first="   ", under="     ")
    ]
    warned = _warned(answer.warnings, indent=3)
    return [f"{number}  {loses}   {distance}", *table, *also, *warned]


def _loses(found: ReverseStress, answer: FoundScenario) -> tuple[str, str]:
    """Say what an answer costs, how far out it is, and what alone it states."""
    loss = percent(answer.loss / found.nav, signed=False)
    only = f"   from {shorten(', '.join(answer.only), _ONLY)} alone" if answer.only else ""
    return f"loses {loss} of NAV", f"{answer.distance:.2f} standard deviations out{only}"


def _rows(found: ReverseStress, answer: FoundScenario) -> list[list[str]]:
    """Return what is stated and what follows, each with what it costs alone."""
    stated, following = _split(answer)
    shown = stated[:_DRIVERS]
    left = max(_DRIVERS - len(shown), _FOLLOWING)
    return [
        [shorten(name, 32), _written(answer, name), percent(-lost / found.nav)]
        for part in (shown, following[:left])
        for name, lost in sorted(part, key=lambda entry: -entry[1])
    ]


def _also_stated(answer: FoundScenario) -> list[str]:
    """Name the stated moves that have no row."""
    rest = _split(answer)[0][_DRIVERS:]
    moves = [together(f"{name} {_written(answer, name)}") for name, _ in rest]
    return [f"also stated: {', '.join(moves)}"] if moves else []


def _warned(warnings: Sequence[str], *, indent: int) -> list[str]:
    margin = " " * indent
    return [
        line for words in warnings for line in fill(words, first=f"{margin}! ", under=f"{margin}  ")
    ]


def _written(answer: FoundScenario, name: str) -> str:
    if name == NO_MOVE:
        return ""
    stated = answer.scenario.stated(name)
    return "follows" if stated is None else format_move(stated.value, stated.unit, digits=1)


def _split(
    answer: FoundScenario,
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Return what an answer states and what follows, each by how much P&L it moves, whichever way."""
    ranked = sorted(answer.drivers, key=lambda entry: -abs(entry[1]))
    stated = [entry for entry in ranked if answer.scenario.stated(entry[0]) is not None]
    return stated, [entry for entry in ranked if answer.scenario.stated(entry[0]) is None]


def reverse_document(found: ReverseStress) -> dict[str, Any]:
    """Return what a search found as a JSON-ready object.

    Parameters
    ----------
    found : ReverseStress
        From `stress.reverse`, `stress.worst_case` or `stress.worst_law`.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "manifest": None if found.manifest is None else manifest_document(found.manifest),
        "question": found.question,
        "portfolio": found.portfolio_name,
        "model": found.model_id,
        "currency": found.currency,
        "nav": found.nav,
        "target": found.target,
        "horizon_days": found.horizon_days,
        "closed_form": found.linear,
        "searched_distance": found.searched,
        "warnings": list(found.warnings),
        "answers": [
            {
                "scenario": {
                    "id": answer.scenario.id,
                    "content_hash": answer.scenario.content_hash,
                    "moves": {move.target: str(move.move) for move in answer.scenario.moves},
                },
                "loss": answer.loss,
                "loss_of_nav": answer.loss / found.nav,
                "distance": answer.distance,
                "alone": [{"factor": name, "loss": lost} for name, lost in answer.drivers],
                "only": list(answer.only),
                "warnings": list(answer.warnings),
            }
            for answer in found.answers
        ],
    }
