"""Text to lines: broken at spaces, and not at those inside a figure or a quotation."""

from __future__ import annotations

import re
import textwrap

from stress.tables import SCREEN_WIDTH

__all__ = ["fill", "together"]

_HELD = "\N{NO-BREAK SPACE}"
#: What a line does not end inside of: a percentage with the one word before it, an error after its figure, an option
#: with its value, what stands in quotation marks.
_WHOLE = re.compile(
    r"(?:\S+ )?[-+±]?[\d.,]+ %|\S+ ± \S+|--[a-z-]+ [^\s-]\S*|(?<![^\s(=])(?:'[^'\n]{1,60}'|`[^`\n]{1,60}`)"
)


def fill(
    text: str,
    *,
    first: str = "",
    under: str = "",
    width: int = SCREEN_WIDTH,
    long_words: bool = True,
) -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    text : str
        Spaces that hold (U+00A0, see `together`) become usual ones.
    first, under : str
        Before the first line, and before the others.
    width : int
        Of a line with what stands before it.
    long_words : bool
        Whether a word that is longer than a line is broken.

    Examples
    --------
    >>> fill("the fund moved -1.41 % on the day", width=20)
    ['the fund', 'moved -1.41 % on the', 'day']
    """
    lines = textwrap.wrap(
        _WHOLE.sub(lambda found: together(found[0]), text),
        width,
        initial_indent=first,
        subsequent_indent=under,
        break_on_hyphens=False,
        break_long_words=long_words,
    )
    return [line.replace(_HELD, " ") for line in lines]


def together(text: str) -> str:
    """Return a text inside of which no line ends."""
    return text.replace(" ", _HELD)
