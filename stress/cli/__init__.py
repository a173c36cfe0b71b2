"""The command `foreshock`: arguments, progress, exit codes; no arithmetic.

One file a command group. `COMMANDS` is the table of the family: a sub-command is imported when it is
asked for, so `--help` and `--version` stay fast and load no numpy.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import click

import stress
from stress.cli.group import RootGroup
from stress.cli.standard_error import say

__all__ = ["COMMANDS", "foreshock", "main"]

#: Name, module and attribute, and the line of the listing of each sub-command.
COMMANDS = {
    "run": ("stress.cli.run:run", "What scenarios do to a book."),
    "compare": ("stress.cli.compare:compare", "Hedging strategies on the same draws and costs."),
    "hedge": ("stress.cli.hedge:hedge", "Which hedge to put on, its cost, what it does."),
    "reverse": ("stress.cli.reverse:reverse", "What would cost that much; the worst within reach."),
    "scenario": (
        "stress.cli.scenario:scenario",
        "The scenario library: list, show, validate, schema, from-fed.",
    ),
    "portfolio": (
        "stress.cli.portfolio:portfolio",
        "What a holdings file was understood as: check, list.",
    ),
    "universe": (
        "stress.cli.universe:universe",
        "What hedges may trade: show, template, renew.",
    ),
    "model": ("stress.cli.model:model", "Factor models: list, show, extend."),
    "calibrate": ("stress.cli.calibrate:calibrate", "Estimate a factor model from price files."),
    "scoreboard": (
        "stress.cli.scoreboard:scoreboard",
        "The model of the session before against days that happened.",
    ),
    "event-study": (
        "stress.cli.event_study:event_study",
        "Hedges fitted the session before, held against what came.",
    ),
    "demo": ("stress.cli.demo:demo", "The main job on the bundled sample book."),
}

#: Products of one chunk are too small for two BLAS threads to pay: waking them costs more than the product,
#: and far more on a busy machine. A user's own setting stands.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")

_EPILOG = """\b
Start here:
  foreshock demo
  foreshock portfolio check my.csv
  foreshock run my.csv
  foreshock run my.csv -s power-demand-derating --format json -o run.json

\b
Exit codes: 0 done, 1 the run failed, 2 usage, 3 invalid input, 4 a limit is breached,
5 an optional package is missing, 130 interrupted.
"""


@click.group(
    cls=RootGroup,
    commands=COMMANDS,
    epilog=_EPILOG,
    context_settings={"max_content_width": 100},
)
@click.version_option(
    stress.__version__,
    prog_name="foreshock",
    message="%(prog)s, version %(version)s, "
    + ("with" if Path(stress.__file__).with_name("kernel.shared").exists() else "without")
    + " the compiled kernel",
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def foreshock() -> None:
    """Stress a portfolio: what a shock does to it, how uncertain that is, and why.

    Results go to standard output, warnings to standard error. Losses are negative. Nothing is
    downloaded.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process when omitted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--debug" not in given:
        sys.excepthook = _defect
    foreshock.main(args=given, prog_name="foreshock")


#: What the system says when nothing more can be written.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Leave one line for an exception that nobody raised on purpose; the exit code stays 1."""
    if isinstance(error, OSError) and error.filename is None and error.errno in _NO_ROOM:
        # A file's name goes with every error of a file: this is the stream that results go to.
        say("error", f"the output cannot be written: {error.strerror}.")
        return
    say(
        "error",
        f"this is a defect of foreshock, not of your input: {kind.__name__}: {error}. "
        f"Run again with --debug and report what it prints.",
    )
