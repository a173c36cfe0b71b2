"""Options that take one value and are given several times: the last counts, and that is said."""

import json

import pytest
from click.testing import CliRunner

from stress.cli import foreshock


def invoked(*arguments):
    done = CliRunner().invoke(foreshock, list(arguments))
    return done, [line for line in done.stderr.splitlines() if "is given" in line]


def test_the_last_of_several_values_counts_and_is_said():
    done, said = invoked("scenario", "list", "--format", "table", "--format", "json")

    assert json.loads(done.stdout)
    assert said == ["warning: --format is given 2 times and takes one value: the last one counts."]


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        (("--model-range", "--no-model-range"), {"--model-range": 2}),
        (("--seed", "1", "--draws", "2000", "--seed=2", "--seed", "3"), {"--seed": 3}),
        (("--all", "--all"), {}),
        (("--shock", "NVDA=-20%", "--shock", "market=-5%"), {}),
        (("-s", "deepseek-open", "-s", "aftershock"), {}),
    ],
)
def test_on_or_off_is_one_value_and_what_may_be_repeated_is_not(typed, times):
    done, said = invoked("run", "no-such-file.csv", *typed)

    assert done.exit_code != 0
    assert said == [
        f"warning: {name} is given {count} times and takes one value: the last one counts."
        for name, count in times.items()
    ]
