"""Notebook output: escaped, with the fixed sentence."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree


def test_it_is_well_formed_and_says_what_it_assumes(results) -> None:
    page = results[0]._repr_html_()
    ElementTree.fromstring(page)
    assert f"If this happens, we expect to lose {-100 * results[0].expected_pct:.1f} %" in page
    assert "This is not a forecast and not a VaR: it assumes the event happens." in page
    ElementTree.fromstring(results._repr_html_())
    ElementTree.fromstring(results.baseline._repr_html_())
    assert "If this happens" not in results.baseline._repr_html_()


def test_everything_a_file_says_is_escaped(run_on, make, say) -> None:
    book = make("<script>alert(1)</script>.csv", {"KO": 1e6})
    shown = run_on(book, scenarios=(say("a-shock", {"market": "-5%"}),))
    for page in (shown._repr_html_(), shown[0]._repr_html_()):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_a_result_prints_itself(results) -> None:
    assert "IF 27 JANUARY 2025 HAPPENED AGAIN" in repr(results[0])
    assert "no scenario" in repr(results.baseline)
    assert repr(results).count("deepseek-2025-01-27") == 1
