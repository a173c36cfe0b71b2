"""What a result says of its scenario is short enough to be read."""

import re

import stress


def test_of_many_extrapolated_factors_the_farthest_are_named():
    found = stress.run(
        "ai_growth", stress.shock({"semis_ai_compute": "-60%"}), draws=200, model_range=False
    )
    (said,) = (words for words in found.warnings if words.startswith("extrapolated"))
    sizes = [float(size) for size in re.findall(r"by ([0-9.]+) standard", said)]
    far = [p for p in found.completed.peripherals if abs(p.extrapolation) > 4.0]

    assert len(sizes) == 6
    assert sizes == sorted(sizes, reverse=True)
    assert said.endswith(f"standard deviations and {len(far) - 6} more.")
    assert round(max(abs(p.extrapolation) for p in far), 1) == sizes[0]


def test_a_model_that_has_seen_the_measured_day_says_so():
    def line(scenario, **options):
        page = str(stress.run("ai_growth", scenario, draws=200, model_range=False, **options))
        return [" ".join(text.split()) for text in page.splitlines() if "in sample" in text]

    assert line("deepseek-2025-01-27") == [
        "in sample the model's exposures have seen 2025-01-27: their window is 2022-12-15 to"
    ]
    assert line("deepseek-2025-01-27", model="us-ai-2025-01-24") == []
    # One that is made up was never seen.
    assert line("chips-only-derating") == []
