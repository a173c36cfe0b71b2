"""The walls of the house stand."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import click
import pytest

import stress
from stress.api.run_options import RunOptions
from stress.cli import foreshock
from stress.hedging.settings import ObjectiveName
from stress.reporting import trust
from stress.results.reduced import METHODS
from stress.simulation.generators import GENERATORS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "stress"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def modules_after(*arguments: str) -> set[str]:
    """Return the modules that one cold command has loaded."""
    program = (
        "import json, sys\n"
        "from stress.cli import main\n"
        "try:\n"
        "    main(json.loads(sys.argv[1]))\n"
        "except SystemExit as stop:\n"
        "    assert stop.code in (0, None), stop.code\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_room_imports_only_from_rooms_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lint = pytest.importorskip("importlinter.cli")
    monkeypatch.chdir(ROOT)
    assert lint.lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True) == 0


def test_the_map_of_the_house_names_every_room_in_the_order_of_imports() -> None:
    (contract,) = (c for c in PROJECT["tool"]["importlinter"]["contracts"] if "layers" in c)
    layers = [room for room in reversed(contract["layers"]) if not room.startswith("(")]
    table = (stress.__doc__ or "").split("=\n")[1]
    assert [
        room for cell in re.findall(r"^``([a-z_ ]+)``", table, re.M) for room in cell.split()
    ] == layers


def test_words_of_the_interface_are_those_of_the_families() -> None:
    """They stand where no numpy is loaded, the families where it is."""
    written = {name: word.__forward_arg__ for name, word in RunOptions.__annotations__.items()}
    words = {
        name: set(re.findall(r"'([a-z-]+)'", written[name])) for name in ("generator", "reduce")
    }

    def choices(verb: str) -> dict[str, set[str]]:
        command = foreshock.get_command(click.Context(foreshock), verb)
        kinds = {option.name: option.type for option in command.params}
        return {name: {*kind.choices} for name, kind in kinds.items() if hasattr(kind, "choices")}

    options, hedge = choices("run"), choices("hedge")
    generators = set(GENERATORS)
    assert words["generator"] == generators == options["generator"]
    assert set(trust._GENERATOR) == generators - {"t"}
    assert words["reduce"] == set(METHODS) == options["reduce"]
    assert set(get_args(ObjectiveName)) == hedge["objective"]


def test_importing_stress_loads_no_numpy() -> None:
    program = (
        "import stress, sys; assert 'numpy' not in sys.modules; assert 'click' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["scenario", "--help"],
        ["universe", "renew", "--help"],
        ["scenario", "list"],
        ["scenario", "validate", "scenarios/deepseek-2025-01-27.toml"],
    ],
    ids=" ".join,
)
def test_what_computes_nothing_loads_no_numpy(arguments: list[str]) -> None:
    loaded = modules_after(*arguments)
    assert not loaded & {"numpy", "pandas", "scipy", "cvxpy"}


def test_a_run_on_a_csv_of_shares_loads_neither_pandas_nor_scipy() -> None:
    loaded = modules_after("run", "portfolios/ai_growth.csv", "--draws", "4096")
    assert "numpy" in loaded
    assert not loaded & {"pandas", "scipy", "cvxpy", "matplotlib", "pyarrow"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_global_random_state(module: Path) -> None:
    """Generators are arguments: no legacy numpy state, no `random`, no generator without a seed."""
    allowed = {"Generator", "Philox", "SeedSequence", "BitGenerator", "PCG64", "default_rng"}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                assert not any(alias.name == "random" for alias in names), module
            case ast.ImportFrom(module="random" | "numpy.random", names=names):
                assert all(alias.name in allowed for alias in names), f"{module}:{node.lineno}"
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"),
                attr=attribute,
            ):
                assert attribute in allowed, f"{module}:{node.lineno}: np.random.{attribute}"
            case ast.Call(
                func=ast.Attribute(attr="default_rng" | "SeedSequence"), args=[], keywords=[]
            ):
                pytest.fail(f"{module}:{node.lineno}: a generator without a seed")


@pytest.mark.parametrize("name", [name for name in stress.__all__ if name != "__version__"])
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    thing = getattr(stress, name)
    words = (thing.__doc__ or "").strip()
    assert len(words) > 20, f"{name} has no docstring"
    assert not words.startswith(f"{name}("), f"{name} has only the docstring that dataclass writes"


def test_public_names_and_their_homes_agree() -> None:
    assert {*stress._HOME, "__version__"} == set(stress.__all__)
    assert {name for name in dir(stress) if not name.startswith("__")} == {*stress.__all__} - {
        "__version__"
    }
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = stress.nothing


def test_what_lists_its_parameters_lists_all_of_them() -> None:
    """Fields of dataclasses and arguments of functions whose docstring has a list of parameters."""
    missing = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef() if any(
                    "dataclass" in ast.unparse(d) for d in node.decorator_list
                ):
                    named = [
                        one.target.id
                        for one in node.body
                        if isinstance(one, ast.AnnAssign)
                        and isinstance(one.target, ast.Name)
                        and "ClassVar" not in ast.unparse(one.annotation)
                    ]
                case ast.FunctionDef(args=arguments):
                    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
                    named = [one.arg for one in every if one.arg not in ("self", "cls")]
                case _:
                    continue
            text = ast.get_docstring(node) or ""
            if "Parameters\n----" not in text:
                continue
            heads = re.findall(r"^([\w,* ]+?)(?: :|$)", text, re.M)
            said = {word.strip().lstrip("*") for head in heads for word in head.split(",")}
            missing += [
                f"{module.relative_to(ROOT)}: {node.name}: {name}"
                for name in named
                if name not in said and not name.startswith("_")
            ]
    assert missing == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if len((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()) < 10
    ]
    assert silent == []


def test_the_dev_extra_brings_what_make_test_runs() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    named = {re.split(r"[<>=\[ ]", requirement)[0].lower() for requirement in extras["dev"]}
    assert {"pytest", "pytest-xdist", "hypothesis", "ruff", "mypy", "import-linter"} <= named
    assert PROJECT["project"]["scripts"]["foreshock"] == "stress.cli:main"


def test_the_core_stays_small() -> None:
    core = {re.split(r"[<>=\[ ]", line)[0].lower() for line in PROJECT["project"]["dependencies"]}
    # highspy comes with cvxpy
    assert core == {"numpy", "scipy", "pandas", "cvxpy", "highspy", "pydantic", "click"}


def test_the_version_is_said_once() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", stress.__version__)
    assert f"version: {stress.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert (PACKAGE / "py.typed").is_file()


def test_nothing_committed_names_a_registry_host_or_a_machine_path() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    hosts = "|".join(
        ("py" + r"pi\.org", "python" + "hosted", "registry" + r"\.npmjs", "conda" + r"\.anaconda")
    )
    homes = "|".join(
        ("/" + "work/", "/" + "root/", "/" + r"home/\w", "/" + r"Users/\w", "/" + "tmp/")
    )
    forbidden = re.compile(f"{hosts}|(?<![\\w.])(?:{homes})")
    found = []
    for file in files:
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if match := forbidden.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {match.group()}")
    assert found == []
