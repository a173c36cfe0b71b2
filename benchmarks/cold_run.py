"""A cold run of the demo beside `import pandas`: wall time pair by pair, and peak memory.

python benchmarks/cold_run.py [pairs]
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, "-m", "stress", "run", str(ROOT / "portfolios" / "ai_growth.csv")]
PANDAS = [sys.executable, "-c", "import pandas"]


def timed(command):
    """Wall seconds, processor seconds and peak memory in MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed with status {status}")
    per_unit = 1024 if sys.platform != "darwin" else 1024**2
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_unit


def main():
    """Time both, pair by pair, and print the table."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    timed(RUN), timed(PANDAS)
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(timed(RUN))
        theirs.append(timed(PANDAS))
    print("30 positions x 15 scenarios x 20,000 draws + baseline, cold, against `import pandas`")
    print(f"{'':10s}{'run':>10s}{'pandas':>10s}{'ratio, pair by pair':>24s}")
    for column, what in enumerate(("wall s", "cpu s")):
        ratios = sorted(a[column] / b[column] for a, b in zip(ours, theirs, strict=True))
        print(
            f"{what:10s}{statistics.median(a[column] for a in ours):10.2f}"
            f"{statistics.median(b[column] for b in theirs):10.2f}"
            f"{statistics.median(ratios):12.2f}  [{ratios[0]:.2f} .. {ratios[-1]:.2f}]"
        )
    print(f"peak MiB  {max(a[2] for a in ours):10.0f}{max(b[2] for b in theirs):10.0f}")


if __name__ == "__main__":
    main()
