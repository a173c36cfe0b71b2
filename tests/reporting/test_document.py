"""The JSON document: complete, sorted, never NaN, and as its schema says."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import jsonschema
import pytest

from stress.reporting.document import result_document, results_document
from stress.reporting.json_text import to_json

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "stress" / "reporting" / "run.schema.json").read_text(
        encoding="utf-8"
    )
)


@pytest.fixture(scope="module")
def document(results):
    return json.loads(results.to_json())


def test_the_document_is_as_the_schema_says(document) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_the_schema_names_every_field_and_no_other(document) -> None:
    result = SCHEMA["$defs"]["result"]
    assert set(document) == set(SCHEMA["properties"])
    for found in (*document["results"], document["baseline"]):
        assert set(found) == set(result["properties"])
        assert set(found["pnl"]) == set(result["properties"]["pnl"]["properties"])
        for measure in found["measures"]:
            assert set(measure) == set(SCHEMA["$defs"]["measure"]["properties"])


def test_keys_are_sorted_and_the_text_ends_in_a_newline(results, document) -> None:
    text = results.to_json()
    assert text == json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def test_names_baskets_and_factors_each_add_up_to_the_expected_pnl(document) -> None:
    for found in document["results"]:
        for key in ("by_name", "by_basket", "by_factor"):
            total = math.fsum(line["pnl"] for line in found[key])
            assert total == pytest.approx(found["pnl"]["expected"], abs=1e-6)
        assert (
            found["pnl"]["expected_of_nav"] == found["pnl"]["expected"] / found["portfolio"]["nav"]
        )


def test_tail_measures_are_losses_and_say_what_they_are_given(document) -> None:
    for found in document["results"]:
        tails = [
            m for m in found["measures"] if m["measure"] in ("value_at_risk", "expected_shortfall")
        ]
        assert len(tails) >= 4
        for measure in found["measures"]:
            assert measure["conditional_on"] == found["scenario"]["id"]
        assert {m["sign"] for m in tails} == {"loss"}
    assert document["baseline"]["scenario"] is None
    assert {m["conditional_on"] for m in document["baseline"]["measures"]} == {None}
    shock = document["results"][0]
    es = next(
        m for m in shock["measures"] if m["measure"] == "expected_shortfall" and m["level"] == 0.975
    )
    assert es["value"] > -shock["pnl"]["expected"] > 0.0


def test_what_is_not_finite_is_null_and_a_warning(results) -> None:
    broken = dataclasses.replace(results[0], alone=math.nan, band=(-math.inf, 0.0))
    found = result_document(broken)
    assert found["pnl"]["alone"] is None
    assert found["pnl"]["band"]["lower"] is None
    assert "pnl.alone is not finite: null." in found["warnings"]
    assert "pnl.band.lower is not finite: null." in found["warnings"]
    assert "NaN" not in to_json(found)


def test_a_run_is_repeated_from_its_manifest(results, document) -> None:
    manifest = document["manifest"]
    assert manifest["digest"] == results.manifest.digest
    assert manifest["seed"] == 0
    assert manifest["draws"] == 4096
    assert set(manifest["scenarios"]) == {found["scenario"]["id"] for found in document["results"]}
    assert manifest["versions"]["foreshock"]


def test_several_books_have_a_baseline_each(run_on, make, say) -> None:
    books = (make("a.csv", {"KO": 1e6}), make("b.csv", {"NVDA": 1e6}))
    found = results_document(run_on(*books, scenarios=(say("a-shock", {"market": "-5%"}),)))
    assert found["baseline"] is None
    assert set(found["baselines"]) == {"a.csv", "b.csv"}
    assert [one["portfolio"]["name"] for one in found["results"]] == ["a.csv", "b.csv"]
