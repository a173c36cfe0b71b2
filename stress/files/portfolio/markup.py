"""XML from outside: no document types, no entities, no depth, no external anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from stress.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["DECLARATION", "Markup", "local_name", "parse_markup"]

_MAX_DEPTH = 64
_MAX_ELEMENTS = 5_000_000
#: Of a document type or an entity: it can expand without bound or read other files.
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_WINDOW = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A parsed XML document.

    Parameters
    ----------
    file : str
        As the user named it.
    root : xml.etree.ElementTree.Element
        Its root element.
    """

    file: str
    root: Element


def local_name(tag: str) -> str:
    """Return an element's name without its namespace."""
    return tag.rpartition("}")[2]


def parse_markup(content: bytes, file: str) -> Markup:
    """Parse XML that nobody vouches for.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        For messages.

    Returns
    -------
    Markup

    Raises
    ------
    InputError
        A document type or entity declaration (refused before anything is parsed), an encoding other
        than UTF-8, UTF-16, ASCII or Latin-1, more than 64 levels or 5 million elements, broken XML.

    Notes
    -----
    Entities are how XML expands without bound and reads other files; position files have none.
    """
    plain = content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = content.decode("utf-16", errors="replace").encode("utf-8")
    declared = _ENCODING.search(plain[:200])
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise InputError(
            Problem(
                message=f"XML in the encoding '{declared.group(1).decode()}' is not read.",
                file=file,
                line=1,
                hint="Save it as UTF-8.",
            )
        )
    if match := DECLARATION.search(plain):
        raise InputError(
            Problem(
                message="XML with a document type or entity declaration is refused: it can expand without "
                "bound or read other files.",
                file=file,
                line=plain.count(b"\n", 0, match.start()) + 1,
                hint="A position file needs none; download it again from the broker.",
            )
        )
    from xml.etree.ElementTree import ParseError, XMLPullParser

    parser: XMLPullParser[Element] = XMLPullParser(events=("start", "end"))
    depth = elements = 0
    root: Element | None = None
    try:
        for start in range(0, len(content), _WINDOW):
            parser.feed(content[start : start + _WINDOW])
            for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                if event == "end":
                    depth -= 1
                    continue
                if root is None:
                    root = element
                depth += 1
                elements += 1
                if depth > _MAX_DEPTH or elements > _MAX_ELEMENTS:
                    raise InputError(
                        Problem(
                            message=f"XML with more than {_MAX_DEPTH} levels or {_MAX_ELEMENTS} elements is "
                            "not a position file.",
                            file=file,
                        )
                    )
        parser.close()
    except ParseError as error:
        line, column = error.position
        raise InputError(
            Problem(
                message=f"broken XML: {str(error).split(':')[0]}.",
                file=file,
                line=line,
                column=column + 1,
                hint="Download it again.",
            )
        ) from None
    if root is None:
        raise InputError(Problem(message="XML without an element.", file=file))
    return Markup(file=file, root=root)


_ENCODINGS = frozenset(
    {
        b"utf-8",
        b"utf8",
        b"utf-16",
        b"us-ascii",
        b"ascii",
        b"iso-8859-1",
        b"latin-1",
        b"windows-1252",
    }
)
