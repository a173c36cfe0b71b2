"""Opening a book: read it, date it, value it, compile it on a model. One place for all that is asked on the way."""

from stress.opening.benchmark import benchmark_of
from stress.opening.book_names import book_names
from stress.opening.books import open_book, opened_book, require_own_options
from stress.opening.door import Door
from stress.opening.idle_levels import idle_levels
from stress.opening.models import DEFAULT_MODEL, load_model, model_of
from stress.opening.options import BookOptions, book_options
from stress.opening.stated_levels import levels_of_options, written_input

__all__ = [
    "DEFAULT_MODEL",
    "BookOptions",
    "Door",
    "benchmark_of",
    "book_names",
    "book_options",
    "idle_levels",
    "levels_of_options",
    "load_model",
    "model_of",
    "open_book",
    "opened_book",
    "require_own_options",
    "written_input",
]
