"""Every type that a public signature or attribute names can be imported from a public module."""

import ast
import importlib
import inspect
import sys
import typing

import pytest

import stress

#: Packages that name types beside `stress`: those of its attributes, and of theirs.
ROOMS = [
    importlib.import_module(f"stress.{room}")
    for room in ("factors", "files", "hedging", "portfolio", "results", "scenarios", "simulation")
]
#: What kernels of the simulation are made of in turn is theirs.
CLOSED = [room for room in ROOMS if room.__name__ != "stress.simulation"]


def for_type_checkers(module):
    """Return the names that a module imports for type checkers alone."""
    names = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            imports = [one for one in node.body if isinstance(one, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(imports, []), module.__name__, "exec"), names)
    return names


def own(annotation):
    """Yield the classes of this package in an annotation."""
    if isinstance(annotation, list | tuple):
        for part in annotation:
            yield from own(part)
    elif typing.get_origin(annotation) is typing.Literal:
        return
    elif typing.get_origin(annotation) is not None:
        yield from own([typing.get_origin(annotation), *typing.get_args(annotation)])
    elif inspect.isclass(annotation) and annotation.__module__.startswith("stress."):
        yield annotation


def told(thing):
    """Yield what has annotations: a function, or a class with its public methods and properties."""
    if inspect.isfunction(thing):
        yield inspect.unwrap(thing)
        return
    yield thing
    for name, member in vars(thing).items():
        if name.startswith("_") and not (name == "__init__" and issubclass(thing, Exception)):
            continue
        function = getattr(member, "fget", None) or getattr(member, "func", None) or member
        function = getattr(function, "__func__", function)
        if inspect.isfunction(function):
            yield function


def named_by(thing):
    names = for_type_checkers(sys.modules[thing.__module__])
    return {
        kind
        for one in told(thing)
        for annotation in typing.get_type_hints(one, localns=names, include_extras=True).values()
        for kind in own(annotation)
    }


def things(module):
    found = (getattr(module, name) for name in module.__all__)
    return [one for one in found if inspect.isclass(one) or inspect.isfunction(one)]


def test_every_type_of_a_public_signature_has_a_public_home():
    modules = [stress, importlib.import_module("stress.frozen"), *ROOMS]
    public = {id(getattr(module, name)) for module in modules for name in module.__all__}
    missing = {
        f"{kind.__module__}.{kind.__name__} (of {thing.__name__})"
        for module in (stress, *CLOSED)
        for thing in things(module)
        for kind in named_by(thing)
        if id(kind) not in public
    }
    assert missing == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_names_of_a_room_and_their_homes_agree(room):
    assert sorted(room._HOME) == room.__all__
    for name in room.__all__:
        assert getattr(room, name).__module__ == room._HOME[name]
        assert not hasattr(stress, name)
    with pytest.raises(
        AttributeError, match=f"module '{room.__name__}' has no attribute 'nothing'"
    ):
        _ = room.nothing
