"""What the charts of a report cost: seconds of the child process that draws, its memory, and what of it is loading the
library.

.venv/bin/python benchmarks/pictures.py [RUNS]
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from services.actions.pages.document import Report, ReportSection, bars, over_days, per_day  # noqa: E402
from services.actions.pages.pictures import drawn  # noqa: E402
from services.actions.pages.render import html, markdown  # noqa: E402

LOAD = "from matplotlib.figure import Figure; import matplotlib.backends.backend_agg, matplotlib.font_manager"


def sample() -> Report:
    """Three charts, as a project has them."""
    last = date(2026, 11, 23)
    first = last - timedelta(days=29)
    charts = (
        over_days("Open tasks", [(first + timedelta(days=index), float(20 - index // 2)) for index in range(30)], last),
        per_day("Done", [first + timedelta(days=index * index % 30) for index in range(60)], first, last),
        bars("Done by person", [(f"Person {index}", 20 - index) for index in range(8)]),
    )
    table = ReportSection(
        "Done", ("Task", "Who", "Done"), tuple((f"Task {index}", "Sarah Chen", "2026-11-23") for index in range(60))
    )
    return Report(
        "Project Apollo", ("Apollo: 60 tasks done.",), (*(ReportSection(chart=each) for each in charts), table)
    )


def worked(work: object) -> float:
    """Milliseconds of processor time that child processes take for it: others may keep the machine busy."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()  # type: ignore[operator]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def timed(work: object) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    report = sample()
    whole, load, pages, busy = [], [], [], []
    for _ in range(runs):
        whole.append(timed(lambda: drawn(report, "now")))
        busy.append(worked(lambda: drawn(report, "now")))
        load.append(worked(lambda: subprocess.run([sys.executable, "-c", LOAD], check=True)))
        pages.append(timed(lambda: (html(report, "now"), markdown(report, "now"))))
    found = {
        "draw three charts, page and picture, ms": round(statistics.median(whole)),
        "the same, processor time, ms": round(statistics.median(busy)),
        "of it: start Python and load matplotlib, processor time, ms": round(statistics.median(load)),
        "page and Markdown without pictures, ms": round(statistics.median(pages), 2),
        "memory of the child, MB": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000),
        "matplotlib loaded by the appliance": "matplotlib" in sys.modules,
        "runs": runs,
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
