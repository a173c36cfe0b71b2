"""Pieces of an HTML page for notebooks: escaped, inline styles only, at home on light and dark ground."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Sequence

from stress.tables import Column, printable

__all__ = [
    "GAP",
    "definitions",
    "document",
    "escaped",
    "folded",
    "heading",
    "page",
    "side_by_side",
    "table",
    "text",
    "verbatim",
]

# Colours are the notebook's own, thinned: what is readable on white is readable on black.
_PAGE = (
    "max-width:76em;margin:0;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;"
    "font-variant-numeric:tabular-nums;text-align:left"
)
_TABLE = "border-collapse:collapse;margin:0;table-layout:auto;font-size:inherit;color:inherit"
_RULE = "border:0;border-bottom:1px solid rgba(128,128,128,.25)"
_ROW = "background:none"
_CELL = f"padding:3px 12px 3px 0;vertical-align:baseline;{_RULE}"
_QUIET = "opacity:.72"
#: Line ends, and spaces that no line breaks at: the pages' own.
_KEPT = "\n\N{NO-BREAK SPACE}"


#: Between the books of one page.
GAP = '<div style="height:2em"></div>'


def page(blocks: Iterable[str]) -> str:
    """Put blocks of HTML under each other.

    Parameters
    ----------
    blocks : iterable of str
        HTML; empty ones are left out.
    """
    return f'<div style="{_PAGE}">{"".join(blocks)}</div>'


def document(body: str, *, title: str = "foreshock") -> str:
    """Make a page a file that a browser opens: no scripts, nothing from elsewhere.

    Parameters
    ----------
    body : str
        HTML, of `page`.
    title : str
        Of the window; escaped here.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escaped(title)}</title>\n"
        "<style>body{margin:2em;color-scheme:light dark}@media print{body{margin:0}}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def escaped(words: str) -> str:
    """Return a text for HTML, without the characters that `print` replaces: controls, and what reorders a line.

    Parameters
    ----------
    words : str
        Its line ends stay, and the spaces that no line breaks at.
    """
    return html.escape("".join(one if one in _KEPT else printable(one) for one in words))


def heading(words: str, *, large: bool = False) -> str:
    """Write a heading.

    Parameters
    ----------
    words : str
        Escaped here.
    large : bool
        Of the page; otherwise of a block.
    """
    size, above = ("15px", ".6em") if large else ("13px", "1.2em")
    return (
        f'<div style="font-weight:600;font-size:{size};margin:{above} 0 .3em">'
        f"{escaped(words)}</div>"
    )


def text(words: str, *, quiet: bool = False) -> str:
    """Write a line or paragraph; nothing for an empty one.

    Parameters
    ----------
    words : str
        Escaped here.
    quiet : bool
        Whether it stands back.
    """
    if not words:
        return ""
    return f'<div style="margin:.3em 0;{_QUIET if quiet else ""}">{escaped(words)}</div>'


def table(
    columns: Sequence[Column],
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]],
    *,
    wraps: Sequence[int] = (),
) -> str:
    """Write rows as a table that scrolls sideways where the page is narrow.

    Parameters
    ----------
    columns : sequence of Column
        A heading is written when any has a title; `most` is not used.
    groups : sequence of (str, rows)
        Each with a line of its own above it, unless that is empty. A cell a column.
    wraps : sequence of int
        Columns whose text may break.
    """
    ways = [
        f"text-align:{column.align};white-space:{'normal' if i in wraps else 'nowrap'}"
        for i, column in enumerate(columns)
    ]
    head = ""
    if any(column.title for column in columns):
        cells = "".join(
            f'<th style="{_CELL};text-align:{column.align};white-space:normal;'
            f'vertical-align:bottom;font-weight:600;{_QUIET}">{escaped(column.title)}</th>'
            for column in columns
        )
        head = f'<thead style="border:0"><tr style="{_ROW}">{cells}</tr></thead>'
    body = []
    for title, rows in groups:
        if title:
            body.append(
                f'<tr style="{_ROW}"><td colspan="{len(columns)}" style="{_CELL};text-align:left;'
                f'padding-top:10px;font-weight:600;{_QUIET}">{escaped(title)}</td></tr>'
            )
        for row in rows:
            cells = "".join(
                f'<td style="{_CELL};{way}">{escaped(cell)}</td>'
                for cell, way in zip(row, ways, strict=True)
            )
            body.append(f'<tr style="{_ROW}">{cells}</tr>')
    return (
        f'<div style="overflow-x:auto"><table style="{_TABLE}">{head}'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def definitions(rows: Sequence[tuple[str, str]]) -> str:
    """Write pairs of label and text.

    Parameters
    ----------
    rows : sequence of (str, str)
        Escaped here.
    """
    columns = (Column(title="", align="left"), Column(title="", align="left"))
    return table(columns, [("", rows)], wraps=(1,))


def side_by_side(blocks: Sequence[str]) -> str:
    """Put blocks beside each other, under each other where the page is narrow.

    Parameters
    ----------
    blocks : sequence of str
        HTML.
    """
    cells = "".join(f'<div style="flex:0 1 auto;min-width:0">{block}</div>' for block in blocks)
    return f'<div style="display:flex;flex-wrap:wrap;gap:1em 2em">{cells}</div>'


def verbatim(lines: Sequence[str]) -> str:
    """Write lines of the terminal as they stand; nothing for none.

    Parameters
    ----------
    lines : sequence of str
        The first is the heading; what follows three spaces in it stands under it.
    """
    if not lines:
        return ""
    title, _, aside = lines[0].partition("   ")
    body = escaped(textwrap.dedent("\n".join(lines[1:])))
    style = (
        "overflow-x:auto;margin:0;padding:0;font-size:12px;background:none;border:0;color:inherit"
    )
    return f'{heading(title)}{text(aside, quiet=True)}<pre style="{style}">{body}</pre>'


def folded(title: str, lines: Sequence[str]) -> str:
    """Write a list that opens on a click; nothing for none.

    Parameters
    ----------
    title : str
        Stays visible.
    lines : sequence of str
        Escaped here.
    """
    if not lines:
        return ""
    items = "".join(f'<li style="margin:.2em 0">{escaped(line)}</li>' for line in lines)
    return (
        f'<details style="margin:1em 0 0"><summary style="cursor:pointer">{escaped(title)}'
        f'</summary><ul style="margin:.4em 0;padding-left:1.6em">{items}</ul></details>'
    )
