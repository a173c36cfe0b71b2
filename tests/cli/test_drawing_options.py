"""Who draws, where draws are kept, and how exact: the options of `run`, through the command."""

import json

import numpy as np
import pytest

from stress.cli.drawing_options import executor_named
from stress.runs.payload import read_payload


def digest(run, *arguments):
    done = run("run", "ai_growth", "-s", "chips-only-derating", "--format", "json", *arguments)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)["manifest"]["digest"]


def test_workers_do_not_change_a_digit(run):
    serial = digest(run, "--workers", "1", "--draws", "40000")

    assert digest(run, "--workers", "2", "--draws", "40000") == serial
    assert digest(run, "--workers", "process", "--draws", "40000") == serial


def test_a_stream_is_gone_on_with(run, tmp_path):
    folder = str(tmp_path / "draws")
    few = digest(run, "--draws", "5000", "--stream", folder)
    many = digest(run, "--draws", "20000", "--stream", folder)

    assert few != many
    assert many == digest(run, "--draws", "20000")
    columns, totals = read_payload(folder)
    assert columns[1].endswith("/chips-only-derating")
    assert totals.shape == (2, 20_000)
    assert np.isfinite(totals).all()
    done = run("run", "ai_growth", "-s", "chips-only-derating", "--seed", "5", "--stream", folder)
    assert done.exit_code == 3
    assert "another run" in done.stderr


def test_a_target_error_says_how_many_draws_it_took(run):
    done = run("run", "ai_growth", "-s", "deepseek-2025-01-27", "--target-error", "1%")

    assert done.exit_code == 0
    assert "target error 1% of the tail average reached after" in done.stderr


def test_reduced_tails_stand_beside_the_result(run):
    asked = (
        "run", "ai_growth", "-s", "deepseek-2025-01-27", "--reduce", "sobol", "--reduce", "importance"
    )  # fmt: skip
    done = run(*asked)
    assert done.exit_code == 0
    panel = done.stdout[done.stdout.index("TAIL AVERAGES BY OTHER METHODS") :].splitlines()
    assert max(map(len, panel)) <= 100
    rows = [line.split()[:3] for line in panel[2:6]]
    assert rows[0] == ["deepseek-2025-01-27", "sobol", "2.5"]
    assert rows[3] == ["baseline", "importance", "0.1"]
    assert done.stderr == ""

    document = json.loads(run(*asked, "--format", "json").stdout)
    sobol, importance = document["results"][0]["reduced"]
    assert (sobol["method"], importance["level"]) == ("sobol", 0.999)
    assert sobol["value"] > 0.0
    assert document["manifest"]["options"]["reduce"] == "sobol, importance"
    assert len(document["baseline"]["reduced"]) == 2
    table = run(*asked, "--format", "csv").stdout
    assert f"expected_shortfall_sobol,0.975,{sobol['value']!r}" in table


@pytest.mark.parametrize("text", ["0", "-2", "two", "dask:x"])
def test_strange_workers_are_refused(run, text):
    done = run("run", "ai_growth", "--workers", text)

    assert done.exit_code == 2
    assert "write a number of threads, process, or dask://" in done.stderr


def test_names_of_executors():
    assert executor_named(None) is None
    assert executor_named("3") == 3
    assert executor_named("process") == "process"
    assert executor_named("dask://10.0.0.1:8786") == "dask://10.0.0.1:8786"
