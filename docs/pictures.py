"""Draw the pictures of the documentation from real runs: `make pictures`.

`images/first-screen.svg` is the text that `foreshock run` prints, letter by letter; `images/comparison.svg` is what
`examples/03_compare_hedges.py` draws, and `images/scenarios.svg` is `Results.plot`, of the same book.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
from matplotlib import pyplot

import stress

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BOOK = "portfolios/ai_growth.csv"
SHOWN = (
    *("deepseek-2025-01-27", "deepseek-open", "deepseek-press-time", "second-day-rebound"),
    *("liquidity-vol-spike", "export-controls", "hyperscaler-capex-cut", "power-demand-derating"),
    *("chips-only-derating", "training-cost-relief"),
)

#: Of one character, and around the text. [pixels]
ADVANCE, LINE, MARGIN, SIZE = 8.0, 18, 22, 13.2
#: Words in capitals up to a gap: the headings of the screen.
HEADING = re.compile(r"[A-Z]{2}[A-Z0-9 .%-]*?(?=  |$| of )")


def terminal(command: list[str]) -> list[str]:
    """Return the lines that a command prints on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "stress", *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout.rstrip().splitlines()


def as_svg(lines: list[str]) -> str:
    """Write lines as text on a fixed grid, so that columns stand whatever font the viewer has."""
    columns = max(len(line) for line in lines)
    width = round(2 * MARGIN + ADVANCE * columns)
    height = 2 * MARGIN + LINE * len(lines)
    written = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        kept = line.lstrip(" ")
        left = MARGIN + ADVANCE * (len(line) - len(kept))
        written.append(
            f'<text x="{left:g}" y="{MARGIN + LINE * number + 13}" '
            f'textLength="{ADVANCE * len(kept):g}">{_styled(kept)}</text>'
        )
    style = (
        f"text{{font:{SIZE}px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#24292f;"
        "white-space:pre}.h{font-weight:700}.p{fill:#0b6e4f}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="What foreshock run prints" xml:space="preserve">'
        f"<style>{style}</style>"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="#fbfbf9" '
        f'stroke="#d0d4d9"/>\n{chr(10).join(written)}\n</svg>\n'
    )


def _styled(line: str) -> str:
    if line.startswith("$ "):
        return f'<tspan class="p">{html.escape(line)}</tspan>'
    found = HEADING.match(line)
    if found is None:
        return html.escape(line)
    head = html.escape(found.group())
    return f'<tspan class="h">{head}</tspan>{html.escape(line[found.end() :])}'


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(exist_ok=True)
    screen = [f"$ foreshock run {BOOK}", "", *terminal(["run", BOOK])]
    (IMAGES / "first-screen.svg").write_text(as_svg(screen), encoding="utf-8")
    # Text stays text, and the same run writes the same file.
    matplotlib.use("Agg")
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "foreshock"}):
        scenarios = stress.run_many(ROOT / BOOK, SHOWN)
        # As in examples/03_compare_hedges.py; its model variants are not in the picture.
        hedges = stress.compare(ROOT / BOOK, ["deepseek-2025-01-27"], budget="0.5%", draws=20_000)
        for name, axes in (("scenarios", scenarios.plot()), ("comparison", hedges.plot())):
            axes.figure.savefig(IMAGES / f"{name}.svg", metadata={"Date": None})
    pyplot.close("all")


if __name__ == "__main__":
    main()
