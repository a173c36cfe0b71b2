"""The exceptions: what they print and what they keep."""

import pickle

from stress.errors import MOST_LISTED, InputError, Problem, did_you_mean


def test_a_long_list_is_counted_and_kept_whole() -> None:
    error = InputError(Problem(message=f"wrong {n}.", line=n) for n in range(1, 2_001))
    lines = str(error).splitlines()
    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == "... and 1,970 more problems (2,000 in all)."
    assert len(error.problems) == 2_000
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


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
