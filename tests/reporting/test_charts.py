"""Charts: the marks stand where the figures are; nothing global is touched."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest

from stress.errors import InputError, MissingExtraError

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def labels(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_a_result_marks_expected_band_and_tail(results) -> None:
    result = results[0]
    axes = result.plot()
    assert isinstance(axes, Axes)
    upright = {round(line.get_xdata()[0], 9) for line in axes.lines}
    tail = result.measure("expected_shortfall", level=0.975).value
    assert upright == {
        round(100.0 * result.expected_of_nav, 9),
        round(-100.0 * tail / result.nav, 9),
    }
    assert f"expected {100 * result.expected_of_nav:.1f} %" in labels(axes)
    assert "95 % of variations" in labels(axes)
    band = [patch for patch in axes.patches if patch.get_label() == "95 % of variations"]
    low, high = (100.0 * point / result.nav for point in result.band)
    assert band[0].get_x() == pytest.approx(low)
    assert band[0].get_x() + band[0].get_width() == pytest.approx(high)
    assert axes.get_xlabel() == "P&L, % of NAV"


def test_the_tail_is_what_lies_below_the_band(results) -> None:
    result = results[0]
    axes = result.plot()
    body, tail = axes.containers
    low = 100.0 * result.band[0] / result.nav
    ends = [bar.get_x() + bar.get_width() for bar in tail]
    assert max(ends) == pytest.approx(low)
    assert min(bar.get_x() for bar in body) == pytest.approx(low)


def test_a_run_has_a_bar_a_whisker_and_a_marker_a_scenario(results) -> None:
    axes = results.plot()
    assert [len(axes.containers), len(axes.patches)] == [len(results), len(results)]
    widths = sorted(bar.get_width() for bar in axes.patches)
    assert widths == pytest.approx(sorted(100.0 * r.linked / r.nav for r in results))
    hollow = [line for line in axes.lines if line.get_marker() == "o"]
    assert sorted(line.get_xdata()[0] for line in hollow) == pytest.approx(
        sorted(100.0 * r.alone / r.nav for r in results)
    )
    assert {line.get_markerfacecolor() for line in hollow} == {"none"}
    whiskers = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    for result in results:
        low, high = (100.0 * point / result.nav for point in result.band)
        assert any(pair == pytest.approx((low, high)) for pair in whiskers)
    rows = [text.get_text() for text in axes.get_yticklabels()]
    assert rows[0] == "1 session"
    assert sum(" sessions, total over the period" in row for row in rows) == 2


def test_the_axes_given_are_the_axes_returned_and_no_figure_is_added(results) -> None:
    _, (left, right) = pyplot.subplots(1, 2)
    assert results[0].plot(ax=left) is left
    assert results.plot(ax=right) is right
    assert len(pyplot.get_fignums()) == 1


def test_the_baseline_and_variations_that_are_alike_are_drawn(run_on, make, say) -> None:
    shown = run_on(make("cash.csv", {}, cash=1e6), scenarios=(say("a", {"market": "-5%"}),))
    assert "no scenario" in shown.baseline.plot().get_title(loc="left")
    shown[0].plot().figure.draw_without_rendering()


def test_no_style_is_changed_and_nothing_is_shown(results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyplot, "show", lambda *_, **__: pytest.fail("shown"))
    before = dict(matplotlib.rcParams)
    results.plot()
    results[0].plot()
    assert dict(matplotlib.rcParams) == before


def test_several_books_are_refused(run_on, make) -> None:
    shown = run_on(make("a.csv", {"KO": 1e6}), make("b.csv", {"NVDA": 1e6}))
    with pytest.raises(InputError, match="this run has 2"):
        shown.plot()


def test_without_matplotlib_the_extra_is_named(results, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: object, **more: object) -> object:
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    for plotted in (results, results[0]):
        with pytest.raises(MissingExtraError, match=r"pip install 'foreshock\[plot\]'") as caught:
            plotted.plot()
        assert caught.value.exit_code == 5


def test_a_process_that_shows_no_figures_keeps_none() -> None:
    words = (
        "import sys, stress\n"
        "book = stress.load_portfolio('mega_cap')\n"
        "result = stress.run(book, 'deepseek-2025-01-27', draws=300)\n"
        "result.plot().figure.savefig(sys.stdout.buffer, format='svg')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "from matplotlib import pyplot\n"
        "assert pyplot.fignum_exists(result.plot().figure.number)\n"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"</svg>" in done.stdout
