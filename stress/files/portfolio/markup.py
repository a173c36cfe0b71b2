"""XML from outside: no document types, no entities, no depth, no external anything."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast
from xml.parsers import expat

from stress.errors import InputError, Problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["DeclaredError", "Markup", "Prologue", "local_name", "parse_markup"]

_MAX_DEPTH = 64
_MAX_ELEMENTS = 5_000_000
_WINDOW = 1 << 16
_ENCODINGS = frozenset(
    {
        "utf-8",
        "utf8",
        "utf-16",
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "latin-1",
        "windows-1252",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A parsed XML document.

    Parameters
    ----------
    file : str
        As the user named it.
    root : xml.etree.ElementTree.Element
        Its root element.
    lines : sequence of int
        Line on which each element begins, in the order of the document.
    """

    file: str
    root: Element
    lines: Sequence[int]

    def lines_of(self, rows: Sequence[Element]) -> tuple[list[int], str | None]:
        """Return the lines on which rows begin, and what to say where they are none.

        Parameters
        ----------
        rows : sequence of Element
            Elements of the document.

        Returns
        -------
        lines : list of int
            One a row, no two alike: where rows share a line, their numbers from 1.
        said : str or None
            That they are numbers of rows.
        """
        at = {id(element): line for element, line in zip(self.root.iter(), self.lines, strict=True)}
        found = [at[id(row)] for row in rows]
        if len(set(found)) == len(rows):
            return found, None
        said = "rows of this XML share a line: 'line 2' here is the second row, whatever line it stands on"
        return list(range(1, len(rows) + 1)), said


def local_name(tag: str) -> str:
    """Return an element's name without its namespace."""
    return tag.rpartition("}")[2]


class DeclaredError(Exception):
    """A document type, without which XML has no entities: it can expand without bound or read other files.

    Parameters
    ----------
    line : int
        Where it stands.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _RootError(Exception):
    """The first element: no document type can follow it."""


class Prologue:
    """What stands before the first element, in the bytes and the encoding in which expat will read them.

    A search of the bytes would have to know the encoding as expat does: it recognises UTF-16 without a mark
    and reads any encoding of one byte a character.

    Parameters
    ----------
    typed : bool
        Whether a document type without entities may stand there, as it does above an ordinary picture.
    """

    def __init__(self, *, typed: bool = False) -> None:
        self.encoding: str | None = None
        self._done = False
        self._parser = expat.ParserCreate()
        self._parser.XmlDeclHandler = self._declaration
        if not typed:
            self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.EntityDeclHandler = self._document_type
        self._parser.StartElementHandler = self._root

    def feed(self, window: bytes) -> bool:
        """Read on.

        Parameters
        ----------
        window : bytes
            What follows; none is the end.

        Returns
        -------
        bool
            Whether the first element was reached, and no more need be fed.

        Raises
        ------
        DeclaredError
            A document type or an entity.
        xml.parsers.expat.ExpatError
            It is not XML.
        ValueError, LookupError
            An encoding that expat does not read.
        """
        if not self._done:
            try:
                self._parser.Parse(window, not window)
            except _RootError:
                self._done = True
        return self._done

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = encoding

    def _document_type(self, *_: object) -> NoReturn:
        raise DeclaredError(self._parser.CurrentLineNumber)

    def _root(self, *_: object) -> NoReturn:
        raise _RootError


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
    _check_prologue(content, file)
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
        raise _broken(str(error), *error.position, file) from None
    if root is None:
        raise InputError(Problem(message="XML without an element.", file=file))
    return Markup(file=file, root=root, lines=_lines(content))


def _lines(content: bytes) -> Sequence[int]:
    """Return the line of every element of XML that was parsed before."""
    lines = array("L")
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda *_: lines.append(parser.CurrentLineNumber)
    for start in range(0, len(content), _WINDOW):
        parser.Parse(content[start : start + _WINDOW], False)
    parser.Parse(b"", True)
    return lines


def _check_prologue(content: bytes, file: str) -> None:
    prologue = Prologue()
    unread = None
    try:
        for start in range(0, len(content) + _WINDOW, _WINDOW):
            if prologue.feed(content[start : start + _WINDOW]):
                break
    except DeclaredError as error:
        raise InputError(
            Problem(
                message="XML with a document type or entity declaration is refused: it can expand without "
                "bound or read other files.",
                file=file,
                line=error.line,
                hint="A position file needs none; download it again from the broker.",
            )
        ) from None
    except expat.ExpatError as error:
        unread = _broken(str(error), error.lineno, error.offset, file)
    except (ValueError, LookupError) as error:
        unread = InputError(Problem(message=f"XML that is not read: {error}.", file=file, line=1))
    if (prologue.encoding or "utf-8").casefold() not in _ENCODINGS:
        raise InputError(
            Problem(
                message=f"XML in the encoding '{prologue.encoding}' is not read.",
                file=file,
                line=1,
                hint="Save it as UTF-8.",
            )
        )
    if unread is not None:
        raise unread


def _broken(why: str, line: int, column: int, file: str) -> InputError:
    return InputError(
        Problem(
            message=f"broken XML: {why.split(':')[0]}.",
            file=file,
            line=line,
            column=column + 1,
            hint="Download it again.",
        )
    )
