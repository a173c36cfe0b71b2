"""The exceptions: what they print and what they keep."""

import copy
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stress
from stress.errors import (
    MOST_LISTED,
    InputError,
    Problem,
    StressError,
    did_you_mean,
    ticker_meant,
)


def test_a_long_list_is_counted_and_kept_whole() -> None:
    error = InputError(Problem(message=f"wrong {n}.", line=n) for n in range(1, 2_001))
    lines = str(error).splitlines()
    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == "... and 1,970 more problems (2,000 in all)."
    assert len(error.problems) == 2_000
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def every_kind(kind: type[StressError] = StressError) -> Iterator[type[StressError]]:
    """Yield an exception and all below it, of every module of the house."""
    yield kind
    for below in kind.__subclasses__():
        yield from every_kind(below)


for _module in pkgutil.walk_packages(stress.__path__, "stress."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

#: What constructors ask for where a text is not enough.
ASKED: dict[str, dict[str, Any]] = {
    "SolverError": {"message": "no", "status": "time_limit", "attempts": ("a: b",)},
    "MissingExtraError": {"extra": "dask", "what": "a cluster"},
    "InfeasibleHedgeError": {
        "message": "no hedge",
        "conflict": ("budget", "gross"),
        "nearest_budget": 0.01,
    },
    "TooFewTailDrawsError": {"level": 0.975, "draws": 500, "effective": 12.7, "needed": 50.0},
    "InfeasibleViewsError": {"message": "no", "views": ("a", "b")},
    "UnreachableLossError": {
        "target": 3.0,
        "largest_loss": 2.0,
        "distance": 1.0,
        "limit": "of these",
    },
    "TooFewEffectiveDrawsError": {"effective": 2.0, "needed": 30.0, "draws": 500},
    "InputError": {"problems": [Problem(message="what", file="a.csv", line=3, hint="Do.")]},
}


@pytest.mark.parametrize("kind", list(every_kind()), ids=lambda kind: kind.__name__)
def test_every_error_travels_between_processes_with_all_it_carries(kind: type[StressError]) -> None:
    asked = ASKED.get(kind.__name__)
    error = kind("what") if asked is None else kind(**asked)
    error.add_note("seen by a worker")
    for back in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(back) is kind
        assert str(back) == str(error)
        assert back.args == error.args
        assert back.__dict__ == error.__dict__
        assert getattr(back, "msg", None) == getattr(error, "msg", None)


def test_a_list_that_fits_is_not_counted() -> None:
    assert len(str(InputError([Problem(message="a.")] * MOST_LISTED)).splitlines()) == 30


def test_what_sums_up_stands_last_however_long_the_list() -> None:
    total = Problem(message="40 unknown names.", hint="Leave them out.", sums_up=True)
    error = InputError([total, *(Problem(message=f"name {i}") for i in range(40))])
    lines = str(error).splitlines()
    assert lines[-1] == "40 unknown names. Leave them out."
    assert lines[-2] == "... and 10 more problems (40 in all)."
    assert len(error.problems) == 41


def test_another_case_of_a_known_word_is_the_one_suggestion() -> None:
    assert did_you_mean("nvda", ["NVDL", "NVDA", "NVDX"]) == "Did you mean 'NVDA'?"


def test_a_full_disk_is_an_error_of_the_system_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot open folder") as refused:
        stress.Payload(tmp_path / "file" / "run").begin(["a/b"], {})
    assert isinstance(refused.value, stress.StorageError)


def test_every_public_error_is_raised_somewhere() -> None:
    sources = [path.read_text("utf-8") for path in Path(stress.__file__).parent.rglob("*.py")]
    for name in stress.__all__:
        kind = getattr(stress, name)
        if isinstance(kind, type) and issubclass(kind, StressError):
            below = "|".join(one.__name__ for one in every_kind(kind))
            assert any(re.search(rf"raise ({below})\(", text) for text in sources), name


KNOWN = ["NVDA", "CIEN", "ON", "AMZN", "INTC", "VRT", "BAC", "GOOGL", "GOOG", "MSFT", "AAPL"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NVDIA", "NVDA"),
        ("NDVA", "NVDA"),
        ("NVDDA", "NVDA"),
        ("nvda", "NVDA"),
        ("MFST", "MSFT"),
        ("AAPPL", "AAPL"),
        ("GOGLE", None),
        ("GOOLG", "GOOGL' or 'GOOG"),
    ],
)
def test_a_ticker_is_offered_for_one_slip_of_the_fingers(written: str, meant: str | None) -> None:
    assert ticker_meant(written, KNOWN) == (f"Did you mean '{meant}'?" if meant else "")


@pytest.mark.parametrize(
    "ticker", ["COIN", "AMGN", "INTU", "VRTX", "ACN", "ABC", "NO", "OIN", "N", ""]
)
def test_another_companys_ticker_is_not_offered_for_a_right_one(ticker: str) -> None:
    assert ticker_meant(ticker, KNOWN) == ""


CSV = "ticker,quantity,price,currency\n" + "NVDA,1,2,USD\n" * 5000


@pytest.mark.parametrize(
    "call",
    [
        lambda: stress.load_portfolio(CSV),
        lambda: stress.run("ai_growth", "aftershock", market=CSV),
        lambda: stress.calibrate("prices.csv", CSV),
        lambda: stress.load_scenario('title = "a"\n' * 1000),
        lambda: stress.load_model("x" * 5000),
        lambda: stress.shock({"x" * 5000: "-5%"}),
        lambda: stress.reverse("ai_growth", "x" * 5000),
    ],
)
def test_what_is_too_long_is_quoted_by_its_beginning(call):
    with pytest.raises(InputError) as told:
        call()
    assert len(str(told.value)) < 400


def test_the_text_of_a_file_is_not_taken_for_its_name():
    with pytest.raises(InputError, match="is what a file holds, not its name"):
        stress.load_portfolio(CSV)
    with pytest.raises(InputError, match="'' is no name of a file"):
        stress.load_portfolio("")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: stress.Level(value=np.float64("nan"), source="flag"),
            "level: value nan is not a number.",
        ),
        (lambda: stress.Cash("USD", rate=np.float64("nan")), "rate nan is not a number"),
        (
            lambda: stress.run("ai_growth", "deepseek-2025-01-27", draws=np.float64(2.5)),
            "draws: 2.5 is not a whole number.",
        ),
        (
            lambda: stress.shock({"NVDA": np.float64(-0.2)}),
            "moves: NVDA: -0.2 is not text or a Move.",
        ),
        (lambda: stress.Move(value=np.float64("inf"), unit="%"), "in its unit, got inf."),
        (lambda: stress.Equity(np.str_("")), "ticker '' is no text."),
        (
            lambda: stress.Prices(dates=(np.float64(3.0),), names=("A",), levels=np.ones((1, 1))),
            "prices: the date 3.0 is none.",
        ),
    ],
)
def test_a_number_of_numpy_is_written_as_the_number(make: Any, said: str) -> None:
    with pytest.raises(InputError) as error:
        make()
    assert said in str(error.value)
    assert "np." not in str(error.value)
