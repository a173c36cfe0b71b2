"""The exceptions: what they print and what they keep."""

import pickle

from stress.errors import MOST_LISTED, InputError, Problem


def test_a_long_list_is_counted_and_kept_whole() -> None:
    error = InputError(Problem(message=f"wrong {n}.", line=n) for n in range(1, 2_001))
    lines = str(error).splitlines()
    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == "... and 1,970 more problems (2,000 in all)."
    assert len(error.problems) == 2_000
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_a_list_that_fits_is_not_counted() -> None:
    assert len(str(InputError([Problem(message="a.")] * MOST_LISTED)).splitlines()) == 30
